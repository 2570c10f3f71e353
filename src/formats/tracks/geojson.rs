//! Tracks as GeoJSON (RFC 7946): a line for each sortie, a point for each event.
//!
//! The third number of a position is the height over the ellipsoid, m, as the standard has it; the property `times` says
//! when the drone was at each position. A sortie of one sample is a point.

use std::io::{self, Write};

use serde_json::json;

use super::earth::Earth;
use super::{About, DroneTracks, Mark, Sortie, key};

pub(super) fn write(
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
    out: &mut impl Write,
) -> io::Result<()> {
    let head = json!({ "title": about.title, "altitude_datum": "ellipsoid" });
    writeln!(out, r#"{{"type":"FeatureCollection","skygrid":{head},"features":["#)?;
    let mut between: &[u8] = b"";
    for drone in tracks {
        for sortie in &drone.sorties {
            out.write_all(between)?;
            feature(&drone, sortie, earth, out)?;
            between = b",\n";
        }
    }
    for mark in &about.marks {
        out.write_all(between)?;
        write!(out, "{}", mark_feature(mark, earth, about))?;
        between = b",\n";
    }
    writeln!(out, "\n]}}")
}

fn feature(drone: &DroneTracks, sortie: &Sortie, earth: &Earth<'_>, out: &mut impl Write) -> io::Result<()> {
    let points = &sortie.track.points;
    let (geometry, open, close) = if points.len() == 1 { ("Point", "", "") } else { ("LineString", "[", "]") };
    write!(out, r#"{{"type":"Feature","geometry":{{"type":"{geometry}","coordinates":{open}"#)?;
    for (index, (_, sample)) in points.iter().enumerate() {
        let (comma, point) = (if index > 0 { "," } else { "" }, earth.point(sample));
        write!(out, "{comma}[{:.8},{:.8},{:.3}]", point.at.lon_deg, point.at.lat_deg, point.ellipsoid_m)?;
    }
    let about = json!({
        "drone": drone.name,
        "sortie": sortie.number,
        "mission": sortie.mission,
        "kind": key(drone.kind),
        "aircraft": drone.aircraft,
        "altitude_datum": "ellipsoid",
    });
    write!(out, r#"{close}}},"properties":{},"times":["#, about.to_string().trim_end_matches('}'))?;
    for (index, (time, _)) in points.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(out, r#"{comma}"{}""#, earth.instant(*time))?;
    }
    out.write_all(b"]}}")
}

fn mark_feature(mark: &Mark, earth: &Earth<'_>, about: &About) -> serde_json::Value {
    let point = earth.point_of(&mark.position);
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [point.at.lon_deg, point.at.lat_deg, point.ellipsoid_m] },
        "properties": {
            "event": mark.name.get(about.language),
            "from": earth.instant(mark.from).to_string(),
            "to": earth.instant(mark.to).to_string(),
            "drones": mark.drones,
            "altitude_datum": "ellipsoid",
        },
    })
}
