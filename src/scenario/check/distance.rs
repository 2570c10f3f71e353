//! How far a place is from the area.

use crate::message::Text;
use crate::scenario::model::{Area, Position};
use crate::world::geo::{Geographic, LocalProjection};

/// A place farther than this from the area, degrees of latitude, is not measured: the projection tells nothing there.
const MEASURED_DEG: f64 = 3.0;

/// Distance of a place from the area, km; `None` if it is hundreds of kilometres.
pub fn from_area_km(area: &Area, position: Position) -> Option<f64> {
    // A box with swapped sides is told elsewhere.
    let inside = |value: f64, low: f64, high: f64| value.min(high).max(low);
    let nearest = Geographic::new(
        inside(position.lat_deg, area.south_deg, area.north_deg),
        inside(position.lon_deg, area.west_deg, area.east_deg),
    );
    let there = Geographic::new(position.lat_deg, position.lon_deg);
    let east_deg = (there.lon_deg - nearest.lon_deg) * libm::cos(nearest.lat_deg.to_radians());
    let is_near = (there.lat_deg - nearest.lat_deg).abs() < MEASURED_DEG && east_deg.abs() < MEASURED_DEG;
    is_near.then(|| LocalProjection::new(nearest).to_local(there).coords.norm() / 1000.0)
}

/// A distance in words.
pub fn told(distance_km: Option<f64>) -> Text {
    distance_km.map_or_else(
        || Text::new("hundreds of km", "数百千米"),
        |km| Text::new(format!("{km:.0} km"), format!("{km:.0} 千米")),
    )
}
