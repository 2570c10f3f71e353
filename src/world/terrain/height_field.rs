//! Heights on a regular grid of the local frame.

use nalgebra::Vector3;

use super::pyramid::{Pyramid, Range};
use crate::world::geo::{Horizontal, Place, Position, Rectangle};

/// Heights above mean sea level at the nodes of a square grid, rows from south to north.
#[derive(Clone, Debug, PartialEq)]
pub struct HeightField {
    south_west: Place,
    posting_m: f64,
    columns: usize,
    rows: usize,
    extent: Rectangle,
    heights_m: Vec<f32>,
    pyramid: Pyramid,
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
        let pyramid = Pyramid::over(&heights_m, [columns, rows]);
        let north_east = south_west + node_offset(columns - 1, rows - 1) * posting_m;
        let extent = Rectangle { low: south_west, high: north_east };
        Self { south_west, posting_m, columns, rows, extent, heights_m, pyramid }
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
    pub const fn extent(&self) -> Rectangle {
        self.extent
    }

    /// Whether the field reaches `place`.
    pub fn contains(&self, place: &Place) -> bool {
        self.extent.contains(place)
    }

    /// Bilinear height, m; `None` outside the field.
    pub fn height_m(&self, place: &Place) -> Option<f64> {
        self.contains(place).then(|| {
            let place = self.in_cells_of(place);
            self.patch(&place).height_m(&place)
        })
    }

    /// Bilinear height at the place of the field that is nearest to `place`, m.
    pub fn edge_height_m(&self, place: &Place) -> f64 {
        let Rectangle { low, high } = self.extent();
        let nearest = self.in_cells_of(&Place::new(place.x.clamp(low.x, high.x), place.y.clamp(low.y, high.y)));
        self.patch(&nearest).height_m(&nearest)
    }

    /// Upward unit normal of the bilinear surface; `None` outside the field.
    pub fn normal(&self, place: &Place) -> Option<Vector3<f64>> {
        self.contains(place).then(|| {
            let place = self.in_cells_of(place);
            let slope = self.patch(&place).slope_m(&place);
            Vector3::new(-slope.x, -slope.y, self.posting_m).normalize()
        })
    }

    /// Bounds of the ground in a rectangle of the field, m; never narrower than the truth.
    pub fn ground_range_m(&self, area: &Rectangle) -> (f64, f64) {
        let range = self.range_between(&self.in_cells_of(&area.low), &self.in_cells_of(&area.high));
        (range.low.into(), range.high.into())
    }

    /// The lowest and the highest ground in a rectangle of the field, m, exactly: a bilinear patch is so at the corners of
    /// any rectangle of it, so that the cuts of its sides with the lines of nodes tell.
    pub fn exact_range_m(&self, area: &Rectangle) -> (f64, f64) {
        let (low, high) = (self.in_cells_of(&area.low), self.in_cells_of(&area.high));
        let mut range = (f64::INFINITY, f64::NEG_INFINITY);
        let mut y = low.y;
        loop {
            let mut x = low.x;
            loop {
                let place = Horizontal::new(x, y);
                let height_m = self.patch(&place).height_m(&place);
                range = (range.0.min(height_m), range.1.max(height_m));
                if x >= high.x {
                    break;
                }
                x = (x.floor() + 1.0).min(high.x);
            }
            if y >= high.y {
                break;
            }
            y = (y.floor() + 1.0).min(high.y);
        }
        range
    }

    /// A position in cells from the south-west corner.
    pub(super) fn in_cells(&self, position: &Position) -> Horizontal {
        self.in_cells_of(&position.xy())
    }

    fn in_cells_of(&self, place: &Place) -> Horizontal {
        (place - self.south_west) / self.posting_m
    }

    /// Bounds of the ground in the cells of the rectangle between two places, given in cells.
    pub(super) fn range_between(&self, a: &Horizontal, b: &Horizontal) -> Range {
        let (low, high) = (a.inf(b), a.sup(b));
        let columns = [whole(low.x, self.columns), whole(high.x, self.columns)];
        let rows = [whole(low.y, self.rows), whole(high.y, self.rows)];
        self.pyramid.range(columns, rows)
    }

    /// The bilinear patch of the cell that a place, given in cells, lies in; outside the field that of the nearest cell.
    pub(super) fn patch(&self, place: &Horizontal) -> Patch {
        let (column, row) = (whole(place.x, self.columns), whole(place.y, self.rows));
        let south = row * self.columns + column;
        let pair = |index: usize| [self.heights_m[index], self.heights_m[index + 1]].map(f64::from);
        let ([south_west, south_east], [north_west, north_east]) = (pair(south), pair(south + self.columns));
        Patch {
            corner: node_offset(column, row),
            base_m: south_west,
            east_m: south_east - south_west,
            north_m: north_west - south_west,
            twist_m: north_east - north_west - south_east + south_west,
        }
    }

    /// Lowest and highest node, m.
    pub fn range_m(&self) -> (f64, f64) {
        self.heights_m.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &height| {
            (low.min(f64::from(height)), high.max(f64::from(height)))
        })
    }
}

/// The bilinear surface of one cell: base + east · x + north · y + twist · x · y, with x and y in cells from its
/// south-west corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    corner: Horizontal,
    base_m: f64,
    east_m: f64,
    north_m: f64,
    pub twist_m: f64,
}

impl Patch {
    /// Height at a place given in cells of the field, m.
    pub fn height_m(&self, place: &Horizontal) -> f64 {
        let inside = place - self.corner;
        self.base_m + self.east_m * inside.x + (self.north_m + self.twist_m * inside.x) * inside.y
    }

    /// Rise to the east and to the north, m per cell.
    fn slope_m(&self, place: &Horizontal) -> Horizontal {
        let inside = place - self.corner;
        Horizontal::new(self.east_m + self.twist_m * inside.y, self.north_m + self.twist_m * inside.x)
    }
}

#[expect(clippy::cast_precision_loss, reason = "grids are far smaller than 2^53 nodes")]
fn node_offset(column: usize, row: usize) -> Horizontal {
    Horizontal::new(column as f64, row as f64)
}

/// The index of the cell an offset falls into; the last node belongs to the last cell, what lies outside to the nearest.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates at 0")]
fn whole(offset: f64, nodes: usize) -> usize {
    (offset as usize).min(nodes - 2)
}
