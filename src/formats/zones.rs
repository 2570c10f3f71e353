//! Geozones in and out: ED-269, its successor ED-318, and plain GeoJSON.
//!
//! Files of any size are read feature by feature. What skygrid does not understand is named and kept: written again in
//! its own format a file loses nothing, not even how a number is spelt.
//!
//! Heights: ED-269 and ED-318 name their datum with each limit (AGL, AMSL, WGS84); plain GeoJSON names it in the
//! property (`lower_agl_m`). The third number of a place is ignored, for a zone has limits.

mod authority;
mod eurocae;
mod format;
mod limits;
mod plain;
mod record;
mod rewrite;
#[cfg(test)]
mod tests;
mod times;
mod words;

use std::path::Path;

pub use super::features::{Header, Member, Reading, RewriteError};
pub use format::ZoneFormat;
pub use record::{VolumeRecord, ZoneRecord};
pub use rewrite::{Rewritten, rewrite};

use super::features::{Coordinates, Entry, Faults, Object, stream};
use crate::message::{Findings, Severity};

/// A file of zones that was read.
#[derive(Clone, Debug)]
pub struct ZoneFile {
    /// Its format.
    pub format: ZoneFormat,
    /// What stands beside the zones.
    pub header: Header,
    /// Number of zones.
    pub count: usize,
    /// What was repaired or not understood: warnings.
    pub warnings: Findings,
}

/// Reads a file of zones and hands them on one at a time, with what stood before them in the file.
///
/// Zones are handed on as they come, before it is known whether the rest of the file can be understood.
///
/// # Errors
/// All findings, if one of them says that something cannot be understood.
pub fn read(path: &Path, reading: Reading, each: &mut dyn FnMut(&Header, ZoneRecord)) -> Result<ZoneFile, Findings> {
    let mut faults = Faults::new(path);
    let mut known: Option<(ZoneFormat, Coordinates)> = None;
    let mut count = 0;
    let header = stream(path, &mut faults, &mut |header, entry, faults| {
        let (format, at) = *known.get_or_insert_with(|| {
            (ZoneFormat::of(&header.list, Some(&entry.value)), Coordinates::of(header, reading, faults))
        });
        if let Some(zone) = zone(entry, format, at, faults) {
            count += 1;
            each(header, zone);
        }
    });
    if let Some((_, at)) = known {
        at.check_late(&header, reading, &mut faults);
    }
    let format = known.map_or_else(|| ZoneFormat::of(&header.list, None), |(format, _)| format);
    let findings = faults.into_findings();
    if findings.gravest() > Some(Severity::Warning) {
        return Err(findings);
    }
    Ok(ZoneFile { format, header, count, warnings: findings })
}

/// The zone of a feature; `None` if anything in it cannot be understood.
fn zone(entry: &Entry, format: ZoneFormat, at: Coordinates, faults: &mut Faults) -> Option<ZoneRecord> {
    let before = faults.errors();
    let feature = Object::of(&entry.value, entry.key.as_str(), faults)?;
    if let Some(other) = format.mistaken_for(&entry.value) {
        faults.error(entry.key.as_str(), format::foreign(other, format));
        return None;
    }
    let zone = match format {
        ZoneFormat::GeoJson => plain::zone(&feature, entry, at, faults),
        _ => eurocae::zone(&feature, entry, format, at, faults),
    };
    zone.filter(|_| faults.errors() == before)
}
