//! The grid map: what holds in every column of a lattice over the area at an instant.
//!
//! Columns stand on the lines of the BeiDou grid (GB/T 39409-2020) or on a metric lattice of the local frame. Heights are
//! above ground, in bands; each band knows the codes of the standard's layers, which are ellipsoidal, that it spans.

use jiff::Timestamp;
use rayon::prelude::*;

use super::{Airspace, Class, Column, Flyer};
use crate::world::coverage::CoverageMap;
use crate::world::geo::beidou::{GridCell, HeightLayer, Level};
use crate::world::geo::{Geographic, Horizontal, LocalProjection, Place, Rectangle};
use crate::world::weather::{Conditions, Weather, beaufort};

/// Cells along the side of a block whose rules are looked up together.
const BLOCK: usize = 16;
/// A corner closer to a line of the grid than this lies on it, degrees (a tenth of a millimetre).
const ON_LINE_DEG: f64 = 1e-9;
/// How far north-east of its middle a cell is asked whether it lies in the area, m: of the cells whose middle is on the
/// edge all western and southern ones do, and none of the others. More than the sides of an area of 5 km stray from their
/// parallels (7 mm).
const BESIDE_MIDDLE_M: f64 = 0.1;
/// Bands between the ground and the ceiling.
pub const BANDS: u8 = 16;

/// The lines that columns stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lattice {
    /// The BeiDou grid at a level.
    BeiDou(Level),
    /// Squares of the local frame.
    Metric {
        /// Their side, m.
        cell_m: f64,
    },
}

/// Which cells of a lattice a map has: those of a rectangle of columns and rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    /// The lines.
    pub lattice: Lattice,
    /// Column and row of the south-west cell.
    first: [i64; 2],
    /// Columns and rows.
    size: [usize; 2],
    projection: LocalProjection,
}

impl Sheet {
    /// The cells that a rectangle between two corners touches; not those that only share a line with it.
    pub fn over(lattice: Lattice, south_west: Geographic, north_east: Geographic, projection: LocalProjection) -> Self {
        let [first, last] = match lattice {
            Lattice::BeiDou(level) => {
                // A little before the corner: a cell that begins there lies outside, and 180° E is not 180° W.
                let inside = Geographic::new(north_east.lat_deg - ON_LINE_DEG, north_east.lon_deg - ON_LINE_DEG);
                [south_west, inside].map(|corner| {
                    let cell = GridCell::of(corner, level);
                    cell.map_or([0, 0], |cell| [cell.column, cell.row])
                })
            }
            Lattice::Metric { cell_m } => {
                let corners = [
                    south_west,
                    Geographic::new(south_west.lat_deg, north_east.lon_deg),
                    north_east,
                    Geographic::new(north_east.lat_deg, south_west.lon_deg),
                ];
                let extent = Rectangle::around(corners.map(|corner| projection.to_local(corner)));
                let extent = extent.unwrap_or(Rectangle { low: Place::origin(), high: Place::origin() });
                let before = (extent.high / cell_m).map(|end| end.ceil() - 1.0);
                let first = (extent.low / cell_m).map(f64::floor);
                [first, before.sup(&first)].map(|corner| [whole(corner.x), whole(corner.y)])
            }
        };
        let count = |axis: usize| usize::try_from(last[axis] - first[axis] + 1).unwrap_or(0);
        Self { lattice, first, size: [count(0), count(1)], projection }
    }

    /// Columns and rows.
    pub const fn size(&self) -> [usize; 2] {
        self.size
    }

    /// How many cells it has.
    pub const fn cells(&self) -> usize {
        self.size[0].saturating_mul(self.size[1])
    }

    /// The frame of its metric places.
    pub const fn projection(&self) -> &LocalProjection {
        &self.projection
    }

    /// The south-west corner of a cell, in degrees; that of the cell past the last is the north-east corner.
    pub fn node(&self, column: usize, row: usize) -> Geographic {
        match self.lattice {
            Lattice::BeiDou(_) => self.beidou_cell(column, row).south_west(),
            Lattice::Metric { .. } => self.projection.to_geographic(&self.local_node(column, row)),
        }
    }

    /// The same in the local frame.
    pub fn local_node(&self, column: usize, row: usize) -> Place {
        match self.lattice {
            Lattice::BeiDou(_) => self.projection.to_local(self.node(column, row)),
            Lattice::Metric { cell_m } => {
                let [east, north] = self.index(column, row);
                #[expect(clippy::cast_precision_loss, reason = "a lattice has fewer than 2⁵³ cells")]
                Place::new(east as f64 * cell_m, north as f64 * cell_m)
            }
        }
    }

    /// Name of a cell: its BeiDou code, or its column and row counted from the centre, `E12N-3`.
    pub fn code(&self, column: usize, row: usize) -> String {
        match self.lattice {
            Lattice::BeiDou(_) => self.beidou_cell(column, row).to_string(),
            Lattice::Metric { .. } => {
                let [east, north] = self.index(column, row);
                format!("E{east}N{north}")
            }
        }
    }

    fn beidou_cell(&self, column: usize, row: usize) -> GridCell {
        let [column, row] = self.index(column, row);
        let level = match self.lattice {
            Lattice::BeiDou(level) => level,
            Lattice::Metric { .. } => Level::FINEST,
        };
        GridCell { level, row, column }
    }

    fn index(&self, column: usize, row: usize) -> [i64; 2] {
        let offset = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
        [self.first[0].saturating_add(offset(column)), self.first[1].saturating_add(offset(row))]
    }
}

fn whole(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
    let whole = value as i64;
    whole
}

/// The map at an instant.
pub struct GridMap<'a> {
    airspace: &'a Airspace,
    sheet: Sheet,
    at: Timestamp,
    /// How well base stations are heard, if there are any.
    coverage: Option<&'a CoverageMap>,
    /// The weather at the instant, if there is any.
    weather: Option<(&'a Weather, Conditions)>,
    /// Rows from south to north, in each the columns from west to east; nothing outside the area and the terrain.
    columns: Vec<Option<Column>>,
}

/// A cell of a map.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    map: &'a GridMap<'a>,
    /// Its column, from the west.
    pub column_index: usize,
    /// Its row, from the south.
    pub row_index: usize,
    /// What holds over it.
    pub column: &'a Column,
}

/// A band of heights of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Where it begins, m above ground.
    pub from_agl_m: f64,
    /// Where it ends, m above ground.
    pub to_agl_m: f64,
    /// Whether one may fly in all of it without an approval.
    pub is_open: bool,
    /// Whether one may with the approvals that hold.
    pub is_approved: bool,
}

impl<'a> GridMap<'a> {
    /// The map of a sheet at an instant, with the approvals of a flyer.
    pub fn new(airspace: &'a Airspace, sheet: Sheet, at: Timestamp, flyer: Flyer<'_>) -> Self {
        let [columns, rows] = sheet.size();
        let strips: Vec<Vec<Option<Column>>> = (0..rows.div_ceil(BLOCK))
            .into_par_iter()
            .map(|strip| Strip::new(airspace, &sheet, strip * BLOCK).columns(at, flyer))
            .collect();
        let mut all = Vec::with_capacity(columns * rows);
        for strip in strips {
            all.extend(strip);
        }
        Self { airspace, sheet, at, coverage: None, weather: None, columns: all }
    }

    /// The map with how well base stations are heard.
    #[must_use]
    pub fn with_coverage(self, coverage: Option<&'a CoverageMap>) -> Self {
        Self { coverage, ..self }
    }

    /// The map with the weather at its instant.
    #[must_use]
    pub fn with_weather(self, weather: Option<&'a Weather>) -> Self {
        let weather = weather.map(|weather| (weather, weather.conditions(self.at)));
        Self { weather, ..self }
    }

    /// The airspace it shows.
    pub const fn airspace(&self) -> &'a Airspace {
        self.airspace
    }

    /// Its cells' lines and extent.
    pub const fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// The instant it shows.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The cells inside the area, rows from south to north.
    pub fn cells(&'a self) -> impl Iterator<Item = Cell<'a>> {
        let columns = self.sheet.size()[0];
        let cells = self.columns.iter().enumerate();
        cells.filter_map(move |(index, column)| {
            let column = column.as_ref()?;
            Some(Cell { map: self, column_index: index % columns, row_index: index / columns, column })
        })
    }

    /// What holds over a cell; `None` outside the area.
    pub fn column(&self, column: usize, row: usize) -> Option<&Column> {
        self.columns.get(row * self.sheet.size()[0] + column)?.as_ref()
    }
}

impl<'a> Cell<'a> {
    /// The airspace it is a part of.
    pub const fn airspace(&self) -> &'a Airspace {
        self.map.airspace
    }

    /// Its corners in the local frame, counter-clockwise from the south-west.
    pub fn local_corners(&self) -> [Place; 4] {
        let (column, row) = (self.column_index, self.row_index);
        [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| self.map.sheet.local_node(column + east, row + north))
    }

    /// Its ground, m².
    pub fn area_m2(&self) -> f64 {
        let [a, b, c, d] = self.local_corners();
        (c - a).perp(&(d - b)) / 2.0
    }

    /// Power of the best base station over its middle, at half the ceiling, dBm; `None` without stations.
    pub fn coverage_dbm(&self) -> Option<f64> {
        self.map.coverage.map(|map| map.power_dbm(&self.middle(), self.half_ceiling_agl_m()))
    }

    /// Force on the Beaufort scale of the mean wind over its middle, at half the ceiling; `None` without weather.
    pub fn wind_class(&self) -> Option<u8> {
        let (weather, conditions) = self.map.weather.as_ref()?;
        let wind = weather.field.wind(&self.middle(), self.half_ceiling_agl_m(), conditions);
        Some(beaufort(wind.mean_mps.norm()))
    }

    fn middle(&self) -> Place {
        let [south_west, _, north_east, _] = self.local_corners();
        nalgebra::center(&south_west, &north_east)
    }

    fn half_ceiling_agl_m(&self) -> f64 {
        self.map.airspace.ceiling_agl_m() / 2.0
    }

    /// Its class.
    pub fn class(&self) -> Class {
        Class::of(self.column)
    }

    /// Height of the geoid over the ellipsoid at its south-west corner, m; `None` where no geoid is known.
    pub fn undulation_m(&self) -> Option<f64> {
        let corner = self.map.sheet.local_node(self.column_index, self.row_index);
        self.map.airspace.terrain().undulation_m(&corner)
    }

    /// Its name.
    pub fn code(&self) -> String {
        self.map.sheet.code(self.column_index, self.row_index)
    }

    /// Its corners, counter-clockwise from the south-west.
    pub fn corners(&self) -> [Geographic; 4] {
        let (column, row) = (self.column_index, self.row_index);
        [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| self.map.sheet.node(column + east, row + north))
    }

    /// Its bands, from the ground up.
    pub fn bands(&self) -> impl Iterator<Item = Band> {
        let column = self.column;
        self.band_limits().map(move |[from_agl_m, to_agl_m]| Band {
            from_agl_m,
            to_agl_m,
            is_open: column.open.permits_below(from_agl_m, to_agl_m),
            is_approved: column.approved.permits_below(from_agl_m, to_agl_m),
        })
    }

    /// For each band the numbers of the lowest and the highest layer of the height code that it spans over the ground of the
    /// cell; `None` where no geoid is known.
    pub fn band_layers(&self) -> impl Iterator<Item = Option<[i32; 2]>> {
        let (undulation_m, (lowest_m, highest_m)) = (self.undulation_m(), self.column.ground_amsl_m);
        self.band_limits().map(move |[from_agl_m, to_agl_m]| {
            let ends = [lowest_m + from_agl_m, highest_m + to_agl_m];
            undulation_m.map(|undulation_m| ends.map(|amsl_m| HeightLayer::of(amsl_m + undulation_m).number()))
        })
    }

    fn band_limits(&self) -> impl Iterator<Item = [f64; 2]> + use<> {
        let ceiling_m = self.map.airspace.ceiling_agl_m();
        let at = move |band: u8| ceiling_m * f64::from(band) / f64::from(BANDS);
        (0..BANDS).map(move |band| [at(band), at(band + 1)])
    }
}

/// Some rows of a map, made block by block.
struct Strip<'a> {
    airspace: &'a Airspace,
    columns: usize,
    rows: usize,
    /// The corners of its cells, one row of them more than it has rows.
    nodes: Vec<Place>,
}

impl<'a> Strip<'a> {
    fn new(airspace: &'a Airspace, sheet: &Sheet, first_row: usize) -> Self {
        let [columns, rows] = sheet.size();
        let rows = BLOCK.min(rows - first_row);
        let rows_of_nodes = (0..=rows).flat_map(|row| (0..=columns).map(move |column| (column, row)));
        let nodes = rows_of_nodes.map(|(column, row)| sheet.local_node(column, first_row + row)).collect();
        Self { airspace, columns, rows, nodes }
    }

    fn columns(&self, at: Timestamp, flyer: Flyer<'_>) -> Vec<Option<Column>> {
        let mut found = vec![None; self.columns * self.rows];
        for first in (0..self.columns).step_by(BLOCK) {
            let last = (first + BLOCK).min(self.columns);
            let cells = || (0..self.rows).flat_map(|row| (first..last).map(move |column| (column, row)));
            let corners = cells().flat_map(|(column, row)| <[Place; 2]>::from(self.cell(column, row)));
            let Some(block) = Rectangle::around(corners) else { continue };
            let vicinity = self.airspace.vicinity(&block, at, flyer);
            for (column, row) in cells() {
                let cell = self.cell(column, row);
                let middle = nalgebra::center(&cell.low, &cell.high);
                let is_inside = self.airspace.contains(&(middle + Horizontal::repeat(BESIDE_MIDDLE_M)));
                let ground = self.airspace.terrain().ground_range_m(&cell).filter(|_| is_inside);
                found[row * self.columns + column] = ground.map(|ground| vicinity.column(&cell, ground));
            }
        }
        found
    }

    /// The smallest rectangle around a cell.
    fn cell(&self, column: usize, row: usize) -> Rectangle {
        let node = |column: usize, row: usize| self.nodes[row * (self.columns + 1) + column];
        let [south_west, south_east] = [node(column, row), node(column + 1, row)];
        let [north_west, north_east] = [node(column, row + 1), node(column + 1, row + 1)];
        Rectangle {
            low: south_west.inf(&south_east).inf(&north_west),
            high: north_east.sup(&south_east).sup(&north_west),
        }
    }
}

impl From<Rectangle> for [Place; 2] {
    fn from(rectangle: Rectangle) -> Self {
        [rectangle.low, rectangle.high]
    }
}

#[cfg(test)]
mod tests;
