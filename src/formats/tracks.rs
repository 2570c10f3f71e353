//! Tracks in files: CZML, KML, KMZ, GPX, GeoJSON, CSV and Parquet out; CZML, KML, KMZ, GPX and CSV in.
//!
//! Three heights meet here. CZML and GeoJSON (RFC 7946) are ellipsoidal; KML `absolute` is above mean sea level by EGM96,
//! and so is what stands in our GPX; tables have a column for each. Places are written to 1 mm and heights to 1 cm or
//! finer: what is written reads back as the same centimetres.
//!
//! Writers take the tracks drone by drone and hold one of them beside all marks; tables hold a part of 100 000 rows with the
//! drone that completes it. How many drones are gathered at once is bounded where a recording is read, not here. Readers hand
//! on fix by fix; of KML a whole `gx:Track` is held, whose times come before its places, and of every format a piece of
//! 64 MiB at most.

mod counted;
mod csv;
mod czml;
mod earth;
mod fixes;
mod geojson;
mod gpx;
mod kml;
mod read;
mod tables;
#[cfg(test)]
mod tests;
mod times;
mod xml;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use self::earth::Earth;
pub use self::fixes::{Fix, FixTime, Reading, Refusal, Sink};
pub use self::read::read;
use super::kmz;
use super::table::TableError;
use crate::frame::{MissionKind, SimTime, Track};
use crate::message::{Language, Text};
use crate::world::geo::Position;

/// A kind of file that tracks are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A packet for each drone, for Cesium; ellipsoidal heights.
    Czml,
    /// A `gx:Track` for each sortie; heights above mean sea level by EGM96.
    Kml,
    /// The same, zipped.
    Kmz,
    /// GPX 1.1, a track for each sortie; heights above mean sea level by EGM96.
    Gpx,
    /// RFC 7946, a line for each sortie; ellipsoidal heights.
    GeoJson,
    /// A line for each sample, with every height.
    Csv,
    /// A row for each sample, with every height.
    Parquet,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [Self::Czml, Self::Kml, Self::Kmz, Self::Gpx, Self::GeoJson, Self::Csv, Self::Parquet];

    /// Its name on the command line, and the ending of its files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Czml => "czml",
            Self::Kml => "kml",
            Self::Kmz => "kmz",
            Self::Gpx => "gpx",
            Self::GeoJson => "geojson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// The kind that a file name ends with; `None` for what is none of these.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|kind| kind.name() == ending || (ending == "json" && *kind == Self::GeoJson))
    }

    /// Whether it is text, which may go to a terminal or a pipe.
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Kmz | Self::Parquet)
    }

    /// Whether it has a place for events.
    pub const fn takes_marks(self) -> bool {
        !matches!(self, Self::Csv | Self::Parquet)
    }
}

/// The tracks of one drone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroneTracks {
    /// What people call it.
    pub name: String,
    /// What it flies for most; decides its colour.
    pub kind: MissionKind,
    /// Its type.
    pub aircraft: String,
    /// Its sorties, in the order of time; none has no sample.
    pub sorties: Vec<Sortie>,
}

/// A sortie, from leaving the ground to being back on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sortie {
    /// Its number among those of its drone, from 1.
    pub number: u32,
    /// Identity of its mission; empty if it has none.
    pub mission: String,
    /// Its samples.
    pub track: Track,
}

/// Something that happened, as maps show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// What.
    pub name: Text,
    /// Whether separation was lost or a drone is in trouble.
    pub is_grave: bool,
    /// When it began, or when what is shown of it begins.
    pub from: SimTime,
    /// When it was over, or when what is shown of it ends.
    pub to: SimTime,
    /// Where it was at first, in the local frame.
    pub position: Position,
    /// Whom it happened to.
    pub drones: Vec<String>,
}

/// What a file of tracks says about itself.
#[derive(Clone, Debug)]
pub struct About {
    /// Title.
    pub title: Text,
    /// Language of what only people read.
    pub language: Language,
    /// The time that the tracks are taken from.
    pub span: (SimTime, SimTime),
    /// What happened meanwhile.
    pub marks: Vec<Mark>,
}

/// Why tracks could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TracksError {
    /// The table could not.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file system refused.
    #[error("{}: cannot be written: {source}; expected a writable folder with free space; choose another file", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes tracks to a file, aside and renamed.
///
/// # Errors
/// If the file cannot be written.
pub fn write(
    path: &Path,
    kind: FileKind,
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
) -> Result<(), TracksError> {
    let written = match kind {
        FileKind::Parquet => return Ok(tables::write_parquet(tracks, earth, path)?),
        FileKind::Kmz => super::write_aside(path, |file| {
            kmz::write(file, |mut document| kml::write(tracks, earth, about, &mut document))
        }),
        _ => super::write_aside(path, |file| write_text(kind, tracks, earth, about, file)),
    };
    written.map_err(|source| TracksError::Io { path: path.to_path_buf(), source })
}

/// Writes tracks as text.
///
/// # Errors
/// What `out` reports, or that `kind` is no text.
pub fn write_text(
    kind: FileKind,
    tracks: impl Iterator<Item = DroneTracks>,
    earth: &Earth<'_>,
    about: &About,
    out: &mut impl Write,
) -> io::Result<()> {
    match kind {
        FileKind::Czml => czml::write(tracks, earth, about, out),
        FileKind::Kml => kml::write(tracks, earth, about, out),
        FileKind::Gpx => gpx::write(tracks, earth, about, out),
        FileKind::GeoJson => geojson::write(tracks, earth, about, out),
        FileKind::Csv => tables::write_csv(tracks, earth, out),
        FileKind::Kmz | FileKind::Parquet => Err(io::Error::other(format!("{} is no text", kind.name()))),
    }
}

/// The colours of marks that are grave and of others: red and amber, the alert colours of the viewer.
const GRAVE: [u8; 3] = [255, 82, 82];
const OTHER: [u8; 3] = [255, 152, 0];

/// The word for a mission's kind in files.
fn key(kind: MissionKind) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
