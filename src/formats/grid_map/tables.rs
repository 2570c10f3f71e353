//! A grid map as CSV and Parquet, a part of its rows at a time.

use std::path::Path;

use super::attribute::{ATTRIBUTES, Kind, Names, Value};
use crate::formats::table::{Table, TableError, Values};
use crate::world::airspace::{Cell, GridMap};

/// Cells of a part.
const PART_CELLS: usize = 1 << 15;

pub(super) fn write_csv(map: &GridMap<'_>, path: &Path) -> Result<(), TableError> {
    let names = Names::of(map);
    let mut parts = parts(map, &names);
    parts.next().unwrap_or_else(|| part(&[], &names)).write_csv_with(parts, path)
}

pub(super) fn write_parquet(map: &GridMap<'_>, path: &Path) -> Result<(), TableError> {
    let names = Names::of(map);
    let mut parts = parts(map, &names);
    parts.next().unwrap_or_else(|| part(&[], &names)).write_parquet_with(parts, path)
}

fn parts<'a>(map: &'a GridMap<'a>, names: &'a Names) -> impl Iterator<Item = Table> {
    let mut cells = map.cells();
    std::iter::from_fn(move || {
        let cells: Vec<Cell<'_>> = cells.by_ref().take(PART_CELLS).collect();
        (!cells.is_empty()).then(|| part(&cells, names))
    })
}

fn part(cells: &[Cell<'_>], names: &Names) -> Table {
    ATTRIBUTES.iter().fold(Table::new("grid_map"), |table, attribute| {
        let values = cells.iter().map(|cell| attribute.of(&names.row(*cell)));
        table.with(attribute.name, of_kind(attribute.kind, values))
    })
}

fn of_kind(kind: Kind, values: impl Iterator<Item = Value>) -> Values {
    match kind {
        Kind::Int => {
            Values::Int(values.map(|value| if let Value::Int(value) = value { Some(value) } else { None }).collect())
        }
        Kind::Real => {
            Values::Real(values.map(|value| if let Value::Real(value) = value { Some(value) } else { None }).collect())
        }
        Kind::Text => {
            Values::Text(values.map(|value| if let Value::Text(value) = value { Some(value) } else { None }).collect())
        }
    }
}
