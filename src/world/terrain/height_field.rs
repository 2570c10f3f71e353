//! Heights on a regular grid of the local frame.

use nalgebra::Vector3;

use crate::world::geo::{Horizontal, Place, Rectangle};

/// Heights above mean sea level at the nodes of a square grid, rows from south to north.
#[derive(Clone, Debug, PartialEq)]
pub struct HeightField {
    south_west: Place,
    posting_m: f64,
    columns: usize,
    rows: usize,
    heights_m: Vec<f32>,
}

impl HeightField {
    /// A field of `[columns, rows]` nodes from `south_west`, `posting_m` apart, with the height of each node from
    /// `height_at`.
    ///
    /// # Panics
    /// If there are fewer than 2 × 2 nodes or the posting is not positive.
    pub fn sampled(
        south_west: Place,
        posting_m: f64,
        [columns, rows]: [usize; 2],
        mut height_at: impl FnMut(&Place) -> f64,
    ) -> Self {
        assert!(columns >= 2 && rows >= 2 && posting_m > 0.0, "a height field needs at least 2 × 2 nodes");
        let mut heights_m = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let place = south_west + node_offset(column, row) * posting_m;
                #[expect(clippy::cast_possible_truncation, reason = "a height keeps 0.03 mm in 32 bits")]
                heights_m.push(height_at(&place) as f32);
            }
        }
        Self { south_west, posting_m, columns, rows, heights_m }
    }

    /// Distance between neighbouring nodes, m.
    pub const fn posting_m(&self) -> f64 {
        self.posting_m
    }

    /// Columns and rows of nodes.
    pub const fn size(&self) -> [usize; 2] {
        [self.columns, self.rows]
    }

    /// The place of a node.
    pub fn node(&self, column: usize, row: usize) -> Place {
        self.south_west + node_offset(column, row) * self.posting_m
    }

    /// Height of a node, m; nodes past the edge take the height of the edge.
    pub fn node_height_m(&self, column: usize, row: usize) -> f64 {
        let index = row.min(self.rows - 1) * self.columns + column.min(self.columns - 1);
        f64::from(self.heights_m[index])
    }

    /// What the field covers.
    pub fn extent(&self) -> Rectangle {
        Rectangle { low: self.south_west, high: self.node(self.columns - 1, self.rows - 1) }
    }

    /// Whether the field reaches `place`.
    pub fn contains(&self, place: &Place) -> bool {
        self.extent().contains(place)
    }

    /// Bilinear height, m; `None` outside the field.
    pub fn height_m(&self, place: &Place) -> Option<f64> {
        let cell = self.cell_at(place)?;
        let [south_west, south_east, north_west, north_east] = cell.corners_m;
        let south = south_west + (south_east - south_west) * cell.east;
        let north = north_west + (north_east - north_west) * cell.east;
        Some(south + (north - south) * cell.north)
    }

    /// Bilinear height at the place of the field that is nearest to `place`, m.
    pub fn edge_height_m(&self, place: &Place) -> f64 {
        let Rectangle { low, high } = self.extent();
        let nearest = Place::new(place.x.clamp(low.x, high.x), place.y.clamp(low.y, high.y));
        self.height_m(&nearest).unwrap_or_else(|| self.node_height_m(0, 0))
    }

    /// Upward unit normal of the bilinear surface; `None` outside the field.
    pub fn normal(&self, place: &Place) -> Option<Vector3<f64>> {
        let cell = self.cell_at(place)?;
        let [south_west, south_east, north_west, north_east] = cell.corners_m;
        let slope_east = (south_east - south_west) * (1.0 - cell.north) + (north_east - north_west) * cell.north;
        let slope_north = (north_west - south_west) * (1.0 - cell.east) + (north_east - south_east) * cell.east;
        Some(Vector3::new(-slope_east, -slope_north, self.posting_m).normalize())
    }

    /// Lowest and highest node, m.
    pub fn range_m(&self) -> (f64, f64) {
        self.heights_m.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &height| {
            (low.min(f64::from(height)), high.max(f64::from(height)))
        })
    }

    fn cell_at(&self, place: &Place) -> Option<Cell> {
        if !self.contains(place) {
            return None;
        }
        let offset = (place - self.south_west) / self.posting_m;
        let (column, row) = (whole(offset.x, self.columns), whole(offset.y, self.rows));
        let fraction = offset - node_offset(column, row);
        Some(Cell {
            east: fraction.x,
            north: fraction.y,
            corners_m: [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| self.node_height_m(column + dx, row + dy)),
        })
    }
}

/// A grid cell and where in it a place lies, as fractions of its sides.
struct Cell {
    east: f64,
    north: f64,
    /// South-west, south-east, north-west, north-east.
    corners_m: [f64; 4],
}

#[expect(clippy::cast_precision_loss, reason = "grids are far smaller than 2^53 nodes")]
fn node_offset(column: usize, row: usize) -> Horizontal {
    Horizontal::new(column as f64, row as f64)
}

/// The index of the cell an offset falls into; the last node belongs to the last cell.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the offset was checked to lie in the field"
)]
fn whole(offset: f64, nodes: usize) -> usize {
    (offset as usize).min(nodes - 2)
}
