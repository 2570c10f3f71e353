//! A grid map as an OGC GeoPackage 1.3: one table of polygons. It has no R-tree: one needs triggers with functions that
//! plain SQLite lacks; readers build their own.

use std::fs;
use std::path::Path;

use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, params, params_from_iter};

use super::attribute::{ATTRIBUTES, Kind, Names, Row, Value};
use super::outline::ring;
use super::{About, GridMapError};
use crate::formats::aside_path;
use crate::world::airspace::{Cell, GridMap};
use crate::world::geo::Geographic;

/// Name of the table of cells.
const TABLE: &str = "grid_map";
/// What the standard asks every file for: identity, reference systems, contents, geometry columns.
const FRAME: &str = include_str!("geopackage.sql");
/// Bytes before the polygon: magic, version, flags (little-endian, envelope of x and y), reference system.
const HEADER: [u8; 8] = [b'G', b'P', 0, 0b0000_0011, 0xE6, 0x10, 0, 0];

pub(super) fn write(path: &Path, map: &GridMap<'_>, about: &About) -> Result<(), GridMapError> {
    let aside = aside_path(path);
    let failed = |source| GridMapError::Io { path: path.to_path_buf(), source };
    if aside.exists() {
        fs::remove_file(&aside).map_err(failed)?;
    }
    let written = fill(&aside, map, about);
    let written = written.map_err(|source| GridMapError::Database { path: path.to_path_buf(), source });
    let written = written.and_then(|()| fs::rename(&aside, path).map_err(failed));
    if written.is_err() {
        // Only tidying up: the error that matters is the one being returned.
        let _ = fs::remove_file(&aside);
    }
    written
}

fn fill(path: &Path, map: &GridMap<'_>, about: &About) -> rusqlite::Result<()> {
    let mut database = Connection::open(path)?;
    // The file is renamed when it is whole: a journal would protect nothing.
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    database.execute_batch(FRAME)?;
    let transaction = database.transaction()?;
    transaction.execute_batch(&create_table())?;
    let extent = insert_cells(&transaction, map)?;
    describe(&transaction, about, extent)?;
    transaction.commit()?;
    database.close().map_err(|(_, error)| error)
}

fn create_table() -> String {
    let columns = ATTRIBUTES.iter().map(|attribute| {
        let kind = match attribute.kind {
            Kind::Int => "INTEGER",
            Kind::Real => "REAL",
            Kind::Text => "TEXT",
        };
        format!(", {} {kind}", attribute.name)
    });
    let columns: String = columns.collect();
    format!("CREATE TABLE {TABLE} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POLYGON{columns});")
}

/// West, south, east and north of what was written.
fn insert_cells(database: &Connection, map: &GridMap<'_>) -> rusqlite::Result<Option<[f64; 4]>> {
    let names = Names::of(map);
    let marks = ", ?".repeat(ATTRIBUTES.len());
    let mut insert = database.prepare(&format!("INSERT INTO {TABLE} VALUES (?, ?{marks})"))?;
    let mut extent: Option<[f64; 4]> = None;
    for (fid, cell) in (1_i64..).zip(map.cells()) {
        let [west, south, east, north] = extent_of(&cell);
        insert.execute(params_from_iter(fields(fid, &names.row(cell))))?;
        let so_far = extent.unwrap_or([west, south, east, north]);
        extent = Some([so_far[0].min(west), so_far[1].min(south), so_far[2].max(east), so_far[3].max(north)]);
    }
    Ok(extent)
}

fn extent_of(cell: &Cell<'_>) -> [f64; 4] {
    let ring = ring(cell);
    let side = |pick: fn(&Geographic) -> f64, choose: fn(f64, f64) -> f64| ring.iter().map(pick).fold(f64::NAN, choose);
    [
        side(|corner| corner.lon_deg, f64::min),
        side(|corner| corner.lat_deg, f64::min),
        side(|corner| corner.lon_deg, f64::max),
        side(|corner| corner.lat_deg, f64::max),
    ]
}

fn fields(fid: i64, row: &Row<'_>) -> Vec<SqlValue> {
    let own = [SqlValue::Integer(fid), SqlValue::Blob(polygon(&row.cell))];
    let values = ATTRIBUTES.iter().map(|attribute| match attribute.of(row) {
        Value::Null => SqlValue::Null,
        Value::Int(value) => SqlValue::Integer(value),
        Value::Real(value) => SqlValue::Real(value),
        Value::Text(value) => SqlValue::Text(value),
    });
    own.into_iter().chain(values).collect()
}

/// Header, envelope and well-known binary of a cell.
fn polygon(cell: &Cell<'_>) -> Vec<u8> {
    let [west, south, east, north] = extent_of(cell);
    let mut bytes = HEADER.to_vec();
    let put = |bytes: &mut Vec<u8>, number: f64| bytes.extend(number.to_le_bytes());
    for side in [west, east, south, north] {
        put(&mut bytes, side);
    }
    // Little-endian, polygon, one ring of five points.
    bytes.push(1);
    bytes.extend([3_u32, 1, 5].into_iter().flat_map(u32::to_le_bytes));
    for corner in ring(cell) {
        put(&mut bytes, corner.lon_deg);
        put(&mut bytes, corner.lat_deg);
    }
    bytes
}

fn describe(database: &Connection, about: &About, extent: Option<[f64; 4]>) -> rusqlite::Result<()> {
    let title = about.title.get(about.language);
    let (en, zh) = (&about.lattice.en, &about.lattice.zh);
    let description = format!("{} · {en} · {zh} · schematic, not for navigation 示意，不得用于导航", about.at);
    let [west, south, east, north] = extent.unwrap_or([0.0; 4]);
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, 4326)",
        params![TABLE, title, description, about.instant, west, south, east, north],
    )?;
    database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', 4326, 0, 0)", params![TABLE])?;
    Ok(())
}
