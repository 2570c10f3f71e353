//! Where the cells of a search lie, and at which heights its layers.

use super::PlanningRequest;
use super::search::MOST_LAYERS;
use crate::traffic::route::profile::PlanLimits;
use crate::world::geo::{Horizontal, Place, Rectangle};

/// How far beyond the rectangle of the two ends a way is looked for, m, and as a share of their distance.
const BEYOND_M: f64 = 3000.0;
const BEYOND_SHARE: f64 = 0.75;
/// Most layers of all cells together: beyond, the cells are made larger.
const MOST_NODES: f64 = 4e6;
/// Distance between layers at most, m, where there are few enough.
const LAYER_M: f64 = 12.0;
/// What is less than this is no room, m.
const LEAST_ROOM_M: f64 = 1.0;

/// Cells in rows from the south-west, the start in the middle of one; layers above ground.
#[derive(Clone, Debug)]
pub struct Lattice {
    low: Place,
    cell_m: f64,
    size: [u32; 2],
    heights_agl_m: Vec<f64>,
    limits: PlanLimits,
}

impl Lattice {
    /// That of a request.
    pub fn of(request: &PlanningRequest<'_>) -> Self {
        let airspace = request.airspace;
        let limits = PlanLimits::between(airspace.clearance_m(), airspace.ceiling_agl_m(), request.speed_mps);
        let heights_agl_m = heights(limits.band_agl_m);
        let [start, end] = request.ends.map(|end| end.xy());
        let beyond_m = BEYOND_M.max(BEYOND_SHARE * (end - start).norm());
        let (whole, near) =
            (airspace.extent(), Rectangle { low: start.inf(&end), high: start.sup(&end) }.grown(beyond_m));
        let area = Rectangle { low: whole.low.sup(&near.low), high: whole.high.inf(&near.high) };
        let cell_m = cell_m(&area, request.resolution_m, heights_agl_m.len());
        let before = ((start - area.low) / cell_m).map(|cells| (cells - 0.5).ceil().max(0.0));
        let low = start - (before + Horizontal::repeat(0.5)) * cell_m;
        let cells = ((area.high - low) / cell_m).map(|cells| cells.ceil().max(1.0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most some thousand")]
        let size = [cells.x as u32, cells.y as u32];
        Self { low, cell_m, size, heights_agl_m, limits }
    }

    /// Columns and rows.
    pub const fn size(&self) -> [u32; 2] {
        self.size
    }

    /// How many cells there are.
    pub const fn cells(&self) -> usize {
        (self.size[0] * self.size[1]) as usize
    }

    /// Side of a cell, m.
    pub const fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// Heights of the layers above ground, m, from the lowest.
    pub fn heights_agl_m(&self) -> &[f64] {
        &self.heights_agl_m
    }

    /// How many layers there are.
    pub fn layers(&self) -> u8 {
        u8::try_from(self.heights_agl_m.len()).unwrap_or(MOST_LAYERS)
    }

    /// What plans along it keep to.
    pub const fn limits(&self) -> &PlanLimits {
        &self.limits
    }

    /// The middle of a cell.
    pub fn middle(&self, cell: u32) -> Place {
        let [column, row] = [cell % self.size[0], cell / self.size[0]].map(f64::from);
        self.low + Horizontal::new(column + 0.5, row + 0.5) * self.cell_m
    }

    /// What a cell covers.
    pub fn rectangle(&self, cell: u32) -> Rectangle {
        self.block([cell % self.size[0], cell / self.size[0]], 1)
    }

    /// What so many cells along a side cover from a column and a row on.
    pub fn block(&self, [column, row]: [u32; 2], side: u32) -> Rectangle {
        let low = self.low + Horizontal::new(f64::from(column), f64::from(row)) * self.cell_m;
        Rectangle { low, high: low + Horizontal::repeat(f64::from(side) * self.cell_m) }
    }

    /// The cell of a place; `None` outside.
    pub fn cell_at(&self, place: &Place) -> Option<u32> {
        let at = (place - self.low) / self.cell_m;
        let is_inside = at.x >= 0.0 && at.y >= 0.0 && at.x < f64::from(self.size[0]) && at.y < f64::from(self.size[1]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside")]
        let cell = || at.y as u32 * self.size[0] + at.x as u32;
        is_inside.then(cell)
    }

    /// The cells whose middles lie within a distance of a place, in order.
    pub fn cells_within(&self, place: &Place, distance_m: f64) -> Vec<u32> {
        let at = (place - self.low) / self.cell_m;
        let reach = distance_m / self.cell_m + 1.0;
        let range = |axis: usize| {
            let most = f64::from(self.size[axis]);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the lattice")]
            let range = (at[axis] - reach).clamp(0.0, most) as u32..(at[axis] + reach).ceil().clamp(0.0, most) as u32;
            range
        };
        let cells = range(1).flat_map(|row| range(0).map(move |column| row * self.size[0] + column));
        cells.filter(|&cell| (self.middle(cell) - place).norm() <= distance_m).collect()
    }
}

/// Layers from the lowest to the highest height of planning, both included; half way between them if they leave no room.
fn heights((low_m, high_m): (f64, f64)) -> Vec<f64> {
    let room_m = high_m - low_m;
    if room_m < LEAST_ROOM_M {
        return vec![f64::midpoint(low_m, high_m)];
    }
    let pieces = (room_m / LAYER_M).ceil().clamp(1.0, f64::from(MOST_LAYERS - 1));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 15")]
    let count = pieces as u8;
    // Files give heights in tenths of a metre.
    (0..=count).map(|layer| ((low_m + room_m * f64::from(layer) / pieces) * 10.0).round() / 10.0).collect()
}

/// The side of cells as asked for, or the least that keeps memory in bounds.
fn cell_m(area: &Rectangle, asked_m: f64, layers: usize) -> f64 {
    let extent = area.size().map(|length| length.max(0.0));
    #[expect(clippy::cast_precision_loss, reason = "at most 16")]
    let most_cells = MOST_NODES / layers as f64;
    let mut cell_m = asked_m.max(1.0).max((extent.x * extent.y / most_cells).sqrt());
    while (extent / cell_m).map(|cells| cells.ceil() + 1.0).product() > most_cells {
        cell_m *= 1.01;
    }
    cell_m
}
