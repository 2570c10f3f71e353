//! The permission question, asked cell by cell where the search comes by, in each slice of time.

use jiff::Timestamp;

use super::PlanningRequest;
use super::lattice::Lattice;
use super::search::{MOST_SLICES, Open};
use crate::world::airspace::{Airspace, Flyer, Footprint, Vicinity, Way};
use crate::world::geo::Rectangle;

/// Room that a path leaves to what bounds it for the smoothing of its heights, m.
pub const USUAL_MARGIN_M: f64 = 3.0;
/// Cells along the side of a tile, which is asked about at once.
const TILE: u32 = 8;
/// A flight lasts at most so many times as long as its type hovers.
const LONGEST: f64 = 1.5;

/// The answers about the cells of a lattice.
pub struct Rulebook<'a> {
    airspace: &'a Airspace,
    flyer: Flyer<'a>,
    area: Footprint,
    band_agl_m: [f64; 2],
    /// The instants of each slice that speak for it.
    slices: Vec<Vec<Timestamp>>,
    tiles: Vec<Option<Tile<'a>>>,
}

/// What is known about a tile in a slice.
struct Tile<'a> {
    vicinities: Vec<Vicinity<'a>>,
    /// The heights that hold everywhere over it, where they do, and what they open by the usual margin.
    everywhere: Option<(Heights, Open)>,
    is_inside: bool,
}

/// Heights at which one may fly over a cell, and people below.
struct Heights {
    /// Stretches of heights for each instant.
    stretches_agl_m: Vec<Vec<[f64; 2]>>,
    /// People below on a square kilometre.
    people_per_km2: f64,
}

impl<'a> Rulebook<'a> {
    /// What an airspace says to who asks, in slices of time.
    pub fn new(
        airspace: &'a Airspace,
        request: &PlanningRequest<'a>,
        slices: Vec<Vec<Timestamp>>,
        lattice: &Lattice,
    ) -> Self {
        let tiles = lattice.size().map(|cells| cells.div_ceil(TILE));
        Self {
            airspace,
            flyer: Flyer::Operator(request.operator),
            area: Footprint::polygon(airspace.outline().to_vec()),
            band_agl_m: [airspace.clearance_m(), airspace.ceiling_agl_m()],
            tiles: (0..slices.len() * (tiles[0] * tiles[1]) as usize).map(|_| None).collect(),
            slices,
        }
    }

    /// The layers that may be flown over a cell in a slice with a margin above and below, and people below on a square
    /// kilometre; nothing outside the area or the terrain.
    pub fn open(&mut self, lattice: &Lattice, (cell, slice): (u32, u8), margin_m: f64) -> (Open, f64) {
        let [columns, rows] = lattice.size().map(|cells| cells.div_ceil(TILE));
        let at = [cell % lattice.size()[0] / TILE, cell / lattice.size()[0] / TILE];
        let index = (u32::from(slice) * columns * rows + at[1] * columns + at[0]) as usize;
        if self.tiles[index].is_none() {
            let block = lattice.block(at.map(|tile| tile * TILE), TILE);
            self.tiles[index] = Some(self.tile(&block, slice, lattice.heights_agl_m()));
        }
        let Some(tile) = &self.tiles[index] else { return (Open::default(), 0.0) };
        let layers_agl_m = lattice.heights_agl_m();
        if let Some((everywhere, open)) = &tile.everywhere {
            let is_usual = margin_m.total_cmp(&USUAL_MARGIN_M).is_eq();
            let open = if is_usual { *open } else { self.layers(everywhere, layers_agl_m, margin_m) };
            return (open, everywhere.people_per_km2);
        }
        let rectangle = lattice.rectangle(cell);
        let is_inside = tile.is_inside || self.area.covers(&rectangle);
        let ground_amsl_m = self.airspace.terrain().ground_range_m(&rectangle).filter(|_| is_inside);
        let Some(ground_amsl_m) = ground_amsl_m else { return (Open::default(), 0.0) };
        let heights = heights(&tile.vicinities, &rectangle, ground_amsl_m);
        (self.layers(&heights, layers_agl_m, margin_m), heights.people_per_km2)
    }

    /// The layers of heights that may be flown with a margin above and below, as far as the band reaches.
    fn layers(&self, heights: &Heights, layers_agl_m: &[f64], margin_m: f64) -> Open {
        let [low_m, high_m] = self.band_agl_m;
        let permits = |from_m: f64, to_m: f64| {
            let (from_m, to_m) = ((from_m - margin_m).max(low_m), (to_m + margin_m).min(high_m));
            let in_one =
                |stretches: &Vec<[f64; 2]>| stretches.iter().any(|[low, high]| *low <= from_m && to_m <= *high);
            heights.stretches_agl_m.iter().all(in_one)
        };
        let mut open = Open::default();
        for (index, height_m) in layers_agl_m.iter().enumerate() {
            open.layers |= u16::from(permits(*height_m, *height_m)) << index;
            if let Some(above_m) = layers_agl_m.get(index + 1) {
                open.links |= u16::from(permits(*height_m, *above_m)) << index;
            }
        }
        open
    }

    fn tile(&self, block: &Rectangle, slice: u8, layers_agl_m: &[f64]) -> Tile<'a> {
        let instants = &self.slices[usize::from(slice)];
        let vicinities: Vec<Vicinity<'a>> =
            instants.iter().map(|&at| self.airspace.vicinity(block, at, self.flyer)).collect();
        let is_inside = self.area.covers(block);
        let is_uniform = is_inside && vicinities.iter().all(Vicinity::is_uniform);
        let ground = self.airspace.terrain().ground_range_m(block).filter(|_| is_uniform);
        let everywhere = ground.map(|ground| {
            let heights = heights(&vicinities, block, ground);
            let open = self.layers(&heights, layers_agl_m, USUAL_MARGIN_M);
            (heights, open)
        });
        Tile { vicinities, everywhere, is_inside }
    }
}

fn heights(vicinities: &[Vicinity<'_>], area: &Rectangle, ground_amsl_m: (f64, f64)) -> Heights {
    let columns = vicinities.iter().map(|vicinity| vicinity.column(area, ground_amsl_m));
    let mut people_per_km2 = 0.0_f64;
    let stretches = columns.map(|column| {
        people_per_km2 = people_per_km2.max(column.people_per_km2);
        column.approved.stretches_agl_m
    });
    let stretches_agl_m: Vec<Vec<[f64; 2]>> = stretches.collect();
    Heights { stretches_agl_m, people_per_km2 }
}

/// Slices of time from the departure on: when each ends, ms after it, and the instants that speak for it. Changes beyond
/// the last slice are all of it, so that what is closed in any of them is closed in it.
pub fn slices(request: &PlanningRequest<'_>) -> (Vec<u32>, Vec<Vec<Timestamp>>) {
    let extent = request.airspace.extent();
    let middle = extent.low + 0.5 * (extent.high - extent.low);
    let everywhere = Way { from: middle, to: middle, margin_m: (extent.high - middle).norm() };
    let longest_s = LONGEST * request.flier.aircraft.hover_time_s;
    #[expect(clippy::cast_possible_truncation, reason = "some thousand seconds")]
    let longest = jiff::SignedDuration::from_millis((longest_s * 1000.0) as i64);
    let to = request.depart.checked_add(longest).unwrap_or(Timestamp::MAX);
    let changes = request.airspace.rulings_change_along(&[everywhere], request.depart, to);
    let mut ends_ms = Vec::new();
    let mut speaking = vec![vec![request.depart]];
    for change in changes {
        if speaking.len() < usize::from(MOST_SLICES) {
            let after_ms = change.as_millisecond() - request.depart.as_millisecond();
            ends_ms.push(u32::try_from(after_ms).unwrap_or(u32::MAX));
            speaking.push(Vec::new());
        }
        if let Some(last) = speaking.last_mut() {
            last.push(change);
        }
    }
    (ends_ms, speaking)
}
