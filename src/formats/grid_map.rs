//! The grid map in files: GeoJSON, KML, KMZ, CSV, Parquet and GeoPackage, all with the same [`ATTRIBUTES`].
//!
//! Cells come one by one: no writer holds more than a small part of its text. A missing value is null in Parquet and
//! GeoPackage, null in GeoJSON, an empty field in CSV and an absent element in KML.

mod attribute;
mod geojson;
mod geopackage;
mod kml;
mod outline;
mod tables;

use std::io;
use std::path::{Path, PathBuf};

pub use self::attribute::{ATTRIBUTES, Attribute, Kind, Names, Row, Value};
use super::table::TableError;
use crate::message::{Language, Text};
use crate::world::airspace::GridMap;

/// A kind of file that a grid map is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// RFC 7946; polygons without heights.
    GeoJson,
    /// OGC KML 2.2: a folder for each class of cell, columns extruded to the permitted height.
    Kml,
    /// The same, zipped.
    Kmz,
    /// A line for each cell.
    Csv,
    /// A row for each cell.
    Parquet,
    /// OGC GeoPackage 1.3.
    GeoPackage,
}

impl FileKind {
    /// The kind that a file name ends with; `None` for what is none of these.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "geojson" | "json" => Self::GeoJson,
            "kml" => Self::Kml,
            "kmz" => Self::Kmz,
            "csv" => Self::Csv,
            "parquet" => Self::Parquet,
            "gpkg" => Self::GeoPackage,
            _ => return None,
        })
    }

    /// Most cells that its readers can use.
    pub const fn most_cells(self) -> usize {
        match self {
            Self::GeoJson | Self::Kml | Self::Kmz => 300_000,
            Self::Csv | Self::Parquet | Self::GeoPackage => 2_000_000,
        }
    }
}

/// What a file says about itself.
pub struct About {
    /// Title of the map.
    pub title: Text,
    /// The civil time that it shows.
    pub at: String,
    /// The same in UTC, such as `2026-05-01T01:00:00.000Z`.
    pub instant: String,
    /// What its lattice is.
    pub lattice: Text,
    /// Language of what only people read.
    pub language: Language,
}

/// Why a grid map could not be written.
#[derive(Debug, thiserror::Error)]
pub enum GridMapError {
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
    /// The database refused.
    #[error("{}: cannot be written as a GeoPackage: {source}; write another format", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

/// Writes a grid map, aside and renamed.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, kind: FileKind, map: &GridMap<'_>, about: &About) -> Result<(), GridMapError> {
    let failed = |source| GridMapError::Io { path: path.to_path_buf(), source };
    match kind {
        FileKind::GeoJson => super::write_aside(path, |file| geojson::write(map, about, file)).map_err(failed),
        FileKind::Kml => super::write_aside(path, |file| kml::write(map, about, file)).map_err(failed),
        FileKind::Kmz => super::write_aside(path, |file| kml::write_zipped(map, about, file)).map_err(failed),
        FileKind::Csv => Ok(tables::write_csv(map, path)?),
        FileKind::Parquet => Ok(tables::write_parquet(map, path)?),
        FileKind::GeoPackage => geopackage::write(path, map, about),
    }
}
