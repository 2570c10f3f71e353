//! Obstacles in and out: GeoJSON with the properties of ours, or with those of OpenStreetMap.
//!
//! Heights: `height_m` and `height` are true heights, `top_amsl_m` is above mean sea level; the third number of a place
//! counts only where `heights` says what it is measured from.

mod kind;
mod record;
#[cfg(test)]
mod tests;
mod top;

use std::path::Path;

pub use super::features::{Reading, RewriteError};
pub use record::{ObstacleRecord, Top};

use super::features::{
    Coordinates, Entry, Faults, FeatureWriter, Header, Object, Piece, Sizes, leaves, pieces, stream, texts,
};
use super::write_aside;
use crate::message::{Findings, Severity, Text};

/// Radius of a point and width of a line whose file says neither, m: what stands at a place has some extent.
const USUAL_M: [f64; 2] = [1.0, 2.0];

/// Reads a file of obstacles and hands them on one at a time; gives the warnings. Of a feature of several parts each is an
/// obstacle of its own.
///
/// # Errors
/// All findings, if one of them says that something cannot be understood.
pub fn read(path: &Path, reading: Reading, each: &mut dyn FnMut(ObstacleRecord)) -> Result<Findings, Findings> {
    let mut faults = Faults::new(path);
    let mut known: Option<Coordinates> = None;
    let header = stream(path, &mut faults, &mut |header, entry, faults| {
        let at = *known.get_or_insert_with(|| Coordinates::of(header, reading, faults));
        obstacles(entry, at, faults).into_iter().for_each(&mut *each);
    });
    if let Some(at) = known {
        at.check_late(&header, reading, &mut faults);
    }
    let findings = faults.into_findings();
    if findings.gravest() > Some(Severity::Warning) { Err(findings) } else { Ok(findings) }
}

/// Reads a file of obstacles and writes them as GeoJSON with the properties of ours, WGS84.
///
/// # Errors
/// All findings about a file that cannot be understood, or that `out` cannot be written; it is then as it was.
pub fn rewrite(
    path: &Path,
    out: &Path,
    reading: Reading,
    each: &mut dyn FnMut(&ObstacleRecord),
) -> Result<Findings, RewriteError> {
    let mut warnings = Findings::default();
    write_aside(out, |file| {
        let mut writer = FeatureWriter::new(file);
        let mut written = writer.begin(Header::plain);
        warnings = read(path, reading, &mut |obstacle| {
            each(&obstacle);
            if written.is_ok() {
                written = writer.feature(&obstacle.to_geojson().to_string());
            }
        })?;
        written?;
        writer.end(&Header::plain()).map_err(RewriteError::from)
    })?;
    Ok(warnings)
}

/// The obstacles of a feature; none if anything in it cannot be understood.
fn obstacles(entry: &Entry, at: Coordinates, faults: &mut Faults) -> Vec<ObstacleRecord> {
    let before = faults.errors();
    let Some(feature) = Object::of(&entry.value, entry.key.as_str(), faults) else { return Vec::new() };
    let parts = feature.object("properties", faults).zip(feature.object("geometry", faults));
    let Some((properties, geometry)) = parts else {
        faults.error(feature.key(), no_feature());
        return Vec::new();
    };
    let sizes = Sizes { properties: Some(properties.clone()), usual_m: Some(USUAL_M) };
    let mut all = Vec::new();
    for part in leaves(&geometry, faults) {
        all.extend(pieces(&part, &sizes, at, faults));
    }
    let records = records(&feature, &properties, all, entry.index, faults);
    if faults.errors() > before { Vec::new() } else { records }
}

fn records(
    feature: &Object,
    properties: &Object,
    pieces: Vec<Piece>,
    index: usize,
    faults: &mut Faults,
) -> Vec<ObstacleRecord> {
    let id = identity(feature, properties, index);
    let name = record::name(properties).unwrap_or_else(|| Text::new(&id, &id));
    let kind = kind::kind(properties, faults);
    let clearance_m = clearance_m(properties, faults);
    let several = pieces.len() > 1;
    let tops = top::Tops::of(properties, faults);
    let numbered = pieces.into_iter().enumerate();
    let records = numbered.filter_map(|(number, piece)| {
        let id = if several { format!("{id}-{}", number + 1) } else { id.clone() };
        let top = tops.top(&piece, faults)?;
        Some(ObstacleRecord { id, name: name.clone(), kind, shape: piece.shape, top, clearance_m })
    });
    records.collect()
}

fn identity(feature: &Object, properties: &Object, index: usize) -> String {
    let given = ["id", "identifier", "@id"].iter().find_map(|name| properties.text(name));
    given.or_else(|| feature.text("id")).unwrap_or_else(|| format!("obstacle-{}", index + 1))
}

fn clearance_m(properties: &Object, faults: &mut Faults) -> Option<f64> {
    let metres = properties.number("clearance_m", faults)?;
    if metres < 0.0 {
        faults.error(
            properties.key_of("clearance_m"),
            texts(
                (format!("a clearance of {metres} m"), format!("净距为 {metres} 米")),
                ("0 m or more", "不小于 0 米"),
                ("correct it, or leave it out to use that of the scenario", "改正，或去掉以采用场景的净距"),
            ),
        );
    }
    Some(metres)
}

fn no_feature() -> [Text; 3] {
    let example = "{ \"type\": \"Feature\", \"properties\": { \"height_m\": 40 }, \"geometry\": { … } }";
    texts(
        ("no feature with properties and geometry", "不是含属性与几何的要素"),
        (example, example),
        ("complete the feature, or take it out", "补全此要素，或去掉"),
    )
}
