//! A grid map as GeoJSON (RFC 7946), a line for each cell.

use std::io::{self, Write};

use serde_json::{Map, json};

use super::About;
use super::attribute::{ATTRIBUTES, Names, Row, Value};
use super::outline::ring;
use crate::world::airspace::GridMap;

pub(super) fn write(map: &GridMap<'_>, about: &About, out: &mut impl Write) -> io::Result<()> {
    let names = Names::of(map);
    let meanings: Map<_, _> =
        ATTRIBUTES.iter().map(|attribute| (attribute.name.to_owned(), attribute.about.into())).collect();
    let head = json!({
        "title": about.title,
        "at": about.at,
        "lattice": about.lattice,
        "note": { "en": "schematic, not for navigation", "zh": "示意，不得用于导航" },
        "attributes": meanings,
    });
    writeln!(out, r#"{{"type":"FeatureCollection","skygrid":{head},"features":["#)?;
    for (index, cell) in map.cells().enumerate() {
        if index > 0 {
            out.write_all(b",\n")?;
        }
        write_feature(&names.row(cell), out)?;
    }
    writeln!(out, "\n]}}")
}

fn write_feature(row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(br#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[["#)?;
    for (index, corner) in ring(&row.cell).iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(out, "{comma}[{},{}]", corner.lon_deg, corner.lat_deg)?;
    }
    out.write_all(br#"]]},"properties":{"#)?;
    for (index, attribute) in ATTRIBUTES.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(out, r#"{comma}"{}":"#, attribute.name)?;
        match attribute.of(row) {
            Value::Null => out.write_all(b"null")?,
            Value::Int(value) => write!(out, "{value}")?,
            Value::Real(value) => serde_json::to_writer(&mut *out, &value)?,
            Value::Text(value) => serde_json::to_writer(&mut *out, &value)?,
        }
    }
    out.write_all(b"}}")
}
