//! The scenario that `skygrid new` writes: complete, commented, ready to run on flat ground at the user's own place.

use crate::world::geo::Geographic;

/// Half the side of the box, degrees of latitude: about 2.5 km.
const HALF_SIDE_DEG: f64 = 0.0225;

/// The text of a commented scenario around `centre`.
pub fn new_scenario(name: &str, centre: Geographic) -> String {
    let half_lon_deg = HALF_SIDE_DEG / libm::cos(centre.lat_deg.to_radians()).max(0.05);
    let lat = |share: f64| format!("{:.6}", centre.lat_deg + share * HALF_SIDE_DEG);
    let lon = |share: f64| format!("{:.6}", centre.lon_deg + share * half_lon_deg);
    let offset_hours = (centre.lon_deg / 15.0).round().clamp(-12.0, 14.0);
    let sign = if offset_hours < 0.0 { '-' } else { '+' };
    include_str!("template.toml")
        .replace("{name}", name)
        .replace("{offset}", &format!("{sign}{:02.0}:00", offset_hours.abs()))
        .replace("{south}", &lat(-1.0))
        .replace("{north}", &lat(1.0))
        .replace("{west}", &lon(-1.0))
        .replace("{east}", &lon(1.0))
        .replace("{hub_lat}", &lat(-0.6))
        .replace("{hub_lon}", &lon(-0.6))
        .replace("{mid_lat}", &lat(-0.1))
        .replace("{mid_lon}", &lon(0.2))
        .replace("{pad_lat}", &lat(0.5))
        .replace("{pad_lon}", &lon(0.6))
        .replace("{p1_lat}", &lat(0.6))
        .replace("{p1_lon}", &lon(-0.5))
        .replace("{p2_lat}", &lat(0.2))
        .replace("{p2_lon}", &lon(0.1))
}
