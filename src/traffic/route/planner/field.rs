//! The cells of a request as the search sees them: what is open, what a step costs, what a way on costs at least. A cell is
//! looked at when the search first comes by.

use super::PlanningRequest;
use super::guide::{Guide, Plain};
use super::lattice::Lattice;
use super::pull::Legs;
use super::rates::Rates;
use super::rulebook::{Rulebook, USUAL_MARGIN_M, slices};
use super::search::{Door, Open, Space, Spot, Step};
use super::slopes::Slopes;
use crate::world::geo::{Place, Position};
use crate::world::terrain::Terrain;

/// By how much that room grows around a place where it did not do, m, and how far around.
const MORE_MARGIN_M: f64 = 5.0;
const AROUND_M: f64 = 60.0;
/// What a step costs more where a rule is broken that was lifted reluctantly.
const RELUCTANCE: f64 = 50.0;
/// By how much a flight is taken to come later than planned, as a share and in all, ms: it brakes for corners and holds.
const LATE_SHARE: f64 = 0.1;
const LATE_MS: u32 = 20_000;
/// The last steps of a way need not go the eight ways of the lattice: by how much they may be shorter, in cells.
const SHORTCUT_CELLS: f64 = 0.3;
/// Side of a block of cells in which links are taken to be alike, m: that of the map of coverage is 50 m.
const LINK_M: f64 = 40.0;
/// The bound is made greater by one part in so many, so that a way is found sooner that costs at most so much more than the
/// cheapest on its cells (weighted A*, Pohl 1970).
const HASTE: u32 = 50;
/// What rounding may add to a cost, ms.
const ROUNDING_MS: f64 = 1e-6;
/// Bit of a cell whose ground and rates are known, beside one for each slice.
const IS_SURVEYED: u8 = 1 << 7;

/// The cells of a request.
pub struct Field<'a> {
    lattice: Lattice,
    slopes: Slopes,
    rates: Rates<'a>,
    rules: Rulebook<'a>,
    reluctant: Option<Rulebook<'a>>,
    slice_ends_ms: Vec<u32>,
    slices: u8,
    known: Vec<u8>,
    open: Vec<Open>,
    /// Layers that only lifted rules open, by cell; of all slices together.
    broken: Vec<u16>,
    ground_amsl_m: Vec<f64>,
    /// What a second costs besides, by cell and layer, s.
    extra: Vec<f32>,
    margins_m: Vec<f64>,
    /// What steps cost more near routes that have been found, by cell; empty before there are any.
    dearness: Vec<f64>,
    /// What links cost, by block of cells and layer; not a number where nobody has asked.
    links: Vec<f32>,
    /// Cells along the side of such a block.
    link_side: u32,
    guide: Option<Guide>,
    /// What a step may change of its height above ground, m: nothing, or from a layer to one next to it.
    changes_m: Vec<f64>,
    ends: [Position; 2],
    terrain: &'a Terrain,
}

impl<'a> Field<'a> {
    /// That of a request.
    pub fn new(request: &PlanningRequest<'a>) -> Self {
        let lattice = Lattice::of(request);
        let (slice_ends_ms, speaking) = slices(request);
        let reluctant = request.reluctant.map(|airspace| Rulebook::new(airspace, request, speaking.clone(), &lattice));
        let (cells, layers) = (lattice.cells(), usize::from(lattice.layers()));
        let slices = slice_ends_ms.len() + 1;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few cells")]
        let link_side = (LINK_M / lattice.cell_m()).max(1.0) as u32;
        let blocks = lattice.size().map(|cells| cells.div_ceil(link_side));
        Self {
            slopes: Slopes::of(request, f64::midpoint(request.ends[0].z, request.ends[1].z)),
            rates: Rates::of(request, &lattice),
            rules: Rulebook::new(request.airspace, request, speaking, &lattice),
            broken: if reluctant.is_some() { vec![0; cells] } else { Vec::new() },
            reluctant,
            slice_ends_ms,
            slices: u8::try_from(slices).unwrap_or(1),
            known: vec![0; cells],
            open: vec![Open::default(); cells * slices],
            ground_amsl_m: vec![0.0; cells],
            extra: vec![0.0; cells * layers],
            margins_m: Vec::new(),
            dearness: Vec::new(),
            links: vec![f32::NAN; blocks[0] as usize * blocks[1] as usize * layers],
            link_side,
            guide: None,
            changes_m: changes_m(lattice.heights_agl_m()),
            ends: request.ends,
            terrain: request.airspace.terrain(),
            lattice,
        }
    }

    /// Its cells.
    pub const fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// When each slice but the last ends, ms after the departure.
    pub fn slice_ends_ms(&self) -> &[u32] {
        &self.slice_ends_ms
    }

    /// What slopes cost.
    pub const fn slopes(&self) -> &Slopes {
        &self.slopes
    }

    /// Asks for more room to what bounds the air around a place.
    pub fn keep_away(&mut self, place: &Place) {
        self.margins_m.resize(self.lattice.cells(), USUAL_MARGIN_M);
        for cell in self.lattice.cells_within(place, AROUND_M.max(self.lattice.cell_m())) {
            self.margins_m[cell as usize] += MORE_MARGIN_M;
            self.known[cell as usize] = 0;
        }
    }

    /// Makes cells near a path cost so many times as much.
    pub fn make_dear(&mut self, path: &[Place], distance_m: f64, factor: f64) {
        self.dearness.resize(self.lattice.cells(), 1.0);
        let cells = path.iter().flat_map(|place| self.lattice.cells_within(place, distance_m));
        for cell in cells.collect::<Vec<_>>() {
            self.dearness[cell as usize] = factor;
        }
    }

    /// Makes every cell cost what it costs.
    pub fn make_cheap(&mut self) {
        self.dearness.clear();
    }

    /// The height of a layer, m.
    pub fn height_agl_m(&self, layer: u8) -> f64 {
        self.lattice.heights_agl_m()[usize::from(layer)]
    }

    /// What it costs to fly straight over terrain from one place to another at one height.
    pub fn level(&self, from: &Place, to: &Place, layer: u8) -> Option<Step> {
        self.along([from, to], [self.height_agl_m(layer); 2], layer)
    }

    /// Looks for a way to these exits from now on.
    pub fn aim(&mut self, exits: &[Door]) {
        self.guide = Some(Guide::new(self, exits));
    }

    fn survey(&mut self, cell: u32, slice: u8) {
        let index = cell as usize;
        let margin_m = self.margins_m.get(index).copied().unwrap_or(USUAL_MARGIN_M);
        let (open, people_per_km2) = self.rules.open(&self.lattice, (cell, slice), margin_m);
        self.open[usize::from(slice) * self.lattice.cells() + index] = open;
        if let Some(reluctant) = &mut self.reluctant {
            let (strict, _) = reluctant.open(&self.lattice, (cell, slice), 0.0);
            self.broken[index] |= open.layers & !strict.layers;
        }
        if self.known[index] & IS_SURVEYED == 0 {
            let place = self.lattice.middle(cell);
            self.ground_amsl_m[index] = self.terrain.extended_ground_amsl_m(&place);
            let layers = self.lattice.heights_agl_m().len();
            for layer in 0..layers {
                let agl_m = self.lattice.heights_agl_m()[layer];
                let rate = self.rates.at(&place, people_per_km2, (layer, agl_m)) + self.link_rate(cell, layer);
                #[expect(clippy::cast_possible_truncation, reason = "a rate keeps seven digits in 32 bits")]
                let rate = rate as f32;
                self.extra[index * layers + layer] = rate;
            }
        }
        self.known[index] |= IS_SURVEYED | (1 << slice);
    }

    /// What the link adds to a second in a layer over a cell: that of the middle of its block, whose side is no longer than
    /// links change over.
    fn link_rate(&mut self, cell: u32, layer: usize) -> f64 {
        let side = self.link_side;
        let [columns, _] = self.lattice.size();
        let block = [cell % columns / side, cell / columns / side];
        let index =
            ((block[1] * columns.div_ceil(side) + block[0]) as usize) * self.lattice.heights_agl_m().len() + layer;
        if self.links[index].is_nan() {
            let around = self.lattice.block(block.map(|at| at * side), side);
            let middle = around.low + 0.5 * (around.high - around.low);
            #[expect(clippy::cast_possible_truncation, reason = "a rate keeps seven digits in 32 bits")]
            let rate = self.rates.weak_link(&middle, self.lattice.heights_agl_m()[layer]) as f32;
            self.links[index] = rate;
        }
        self.links[index].into()
    }

    fn extra(&self, spot: Spot) -> f64 {
        f64::from(self.extra[spot.cell as usize * self.lattice.heights_agl_m().len() + usize::from(spot.layer)])
    }

    fn least_extra(&self, cell: u32) -> f64 {
        let layers = self.lattice.heights_agl_m().len();
        let extra = &self.extra[cell as usize * layers..][..layers];
        extra.iter().copied().fold(f32::INFINITY, f32::min).into()
    }

    /// The least factor of any layer.
    fn least_factor(&self, cell: u32) -> f64 {
        self.dearness.get(cell as usize).copied().unwrap_or(1.0)
    }

    /// How far the middles of two neighbouring cells are apart, m.
    fn length_m(&self, one: u32, other: u32) -> f64 {
        let columns = self.lattice.size()[0];
        let is_diagonal = one % columns != other % columns && one / columns != other / columns;
        self.lattice.cell_m() * if is_diagonal { std::f64::consts::SQRT_2 } else { 1.0 }
    }

    /// By how much a step through a spot is dearer than it would be.
    fn factor(&self, spot: Spot) -> f64 {
        let dear = self.dearness.get(spot.cell as usize).copied().unwrap_or(1.0);
        let is_broken = self.broken.get(spot.cell as usize).is_some_and(|broken| (broken >> spot.layer) & 1 == 1);
        if is_broken { dear * RELUCTANCE } else { dear }
    }

    /// What it costs to fly from place to place, from one height to another, over the ground between; `layer` is that of
    /// its rates where both heights are one.
    fn along(&self, [from, to]: [&Place; 2], heights_m: [f64; 2], layer: u8) -> Option<Step> {
        let span = to - from;
        let length_m = span.norm();
        let pieces = (length_m / self.lattice.cell_m()).ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        let count = pieces as u32;
        let piece_m = length_m / pieces;
        let amsl_m = |share: f64| {
            let height_m = heights_m[0] + (heights_m[1] - heights_m[0]) * share;
            self.terrain.extended_ground_amsl_m(&(from + span * share)) + height_m
        };
        let (mut before_m, mut sums_ms) = (amsl_m(0.0), [0.0, 0.0]);
        for piece in 1..=count {
            let (share, middle) = (f64::from(piece) / pieces, (f64::from(piece) - 0.5) / pieces);
            let after_m = amsl_m(share);
            let slope = if piece_m > 0.0 { (after_m - before_m) / piece_m } else { 0.0 };
            let [cost_ms, time_ms] = self.slopes.per_m(slope)?.map(|per_m| per_m * piece_m);
            let spot = self.lattice.cell_at(&(from + span * middle)).map(|cell| {
                let height_m = heights_m[0] + (heights_m[1] - heights_m[0]) * middle;
                Spot {
                    cell,
                    layer: if heights_m[0].total_cmp(&heights_m[1]).is_eq() { layer } else { self.nearest(height_m) },
                }
            });
            let (extra, factor) = spot.map_or((0.0, 1.0), |spot| (self.extra(spot), self.factor(spot)));
            sums_ms = [sums_ms[0] + (cost_ms + extra * time_ms) * factor, sums_ms[1] + time_ms];
            before_m = after_m;
        }
        Some(step(sums_ms))
    }

    fn nearest(&self, height_m: f64) -> u8 {
        let off = self.lattice.heights_agl_m().iter().map(|layer| (layer - height_m).abs());
        let nearest = (0_u8..).zip(off).min_by(|a, b| a.1.total_cmp(&b.1));
        nearest.map_or(0, |(layer, _)| layer)
    }
}

/// Every change of height between layers next to each other, each once, and none.
fn changes_m(heights_agl_m: &[f64]) -> Vec<f64> {
    let up = heights_agl_m.windows(2).map(|pair| pair[1] - pair[0]);
    let mut changes: Vec<f64> = up.flat_map(|change_m| [change_m, -change_m]).chain([0.0]).collect();
    changes.sort_by(f64::total_cmp);
    changes.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    changes
}

/// Whole milliseconds, rounded up.
pub fn step([cost_ms, time_ms]: [f64; 2]) -> Step {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast keeps within bounds")]
    let [cost_ms, time_ms] = [cost_ms, time_ms].map(|ms| {
        let whole = ms as u32;
        whole.saturating_add(u32::from(f64::from(whole) < ms))
    });
    Step { cost_ms, time_ms }
}

impl Space for Field<'_> {
    fn size(&self) -> [u32; 2] {
        self.lattice.size()
    }

    fn layers(&self) -> u8 {
        self.lattice.layers()
    }

    fn slices(&self) -> u8 {
        self.slices
    }

    fn slice_at(&self, time_ms: u32) -> u8 {
        let past = self.slice_ends_ms.iter().take_while(|end_ms| **end_ms <= time_ms);
        past.fold(0, |count, _| count + 1)
    }

    fn late_ms(&self, time_ms: u32) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast keeps within bounds")]
        let late_ms = (f64::from(time_ms) * LATE_SHARE) as u32;
        time_ms.saturating_add(late_ms).saturating_add(LATE_MS)
    }

    fn open(&mut self, cell: u32, slice: u8) -> Open {
        if self.known[cell as usize] & (1 << slice) == 0 {
            self.survey(cell, slice);
        }
        self.open[usize::from(slice) * self.lattice.cells() + cell as usize]
    }

    fn step(&self, from: Spot, to: Spot) -> Option<Step> {
        let length_m = self.length_m(from.cell, to.cell);
        let rise_m = self.ground_amsl_m[to.cell as usize] - self.ground_amsl_m[from.cell as usize]
            + self.height_agl_m(to.layer)
            - self.height_agl_m(from.layer);
        let [cost_ms, time_ms] = self.slopes.per_m(rise_m / length_m)?.map(|per_m| per_m * length_m);
        let extra = 0.5 * (self.extra(from) + self.extra(to));
        let factor = self.factor(from).max(self.factor(to));
        Some(step([(cost_ms + extra * time_ms) * factor, time_ms]))
    }

    fn bound_ms(&mut self, at: Spot) -> u32 {
        let Some(mut guide) = self.guide.take() else { return 0 };
        let ahead_ms = guide.ahead_ms(self, at.cell);
        self.guide = Some(guide);
        ahead_ms.saturating_add(ahead_ms / HASTE)
    }
}

impl Plain for Field<'_> {
    fn size(&self) -> [u32; 2] {
        self.lattice.size()
    }

    fn least_ms(&mut self, from: u32, to: u32) -> Option<u32> {
        let any =
            |field: &mut Self, cell| (0..field.slices).fold(0, |layers, slice| layers | field.open(cell, slice).layers);
        if any(self, from) == 0 || any(self, to) == 0 {
            return None;
        }
        let length_m = self.length_m(from, to);
        let rise_m = self.ground_amsl_m[to as usize] - self.ground_amsl_m[from as usize];
        let extra = 0.5 * (self.least_extra(from) + self.least_extra(to));
        let factor = self.least_factor(from).max(self.least_factor(to));
        let costs = self.changes_m.iter().filter_map(|change_m| {
            let [cost_ms, time_ms] = self.slopes.per_m((rise_m + change_m) / length_m)?;
            Some((cost_ms + extra * time_ms) * length_m * factor)
        });
        // Less what rounding may add: it must not pass what the step itself costs.
        costs.reduce(f64::min).map(|cost_ms| step([cost_ms - ROUNDING_MS, 0.0]).cost_ms)
    }

    fn since_start_ms(&self, cell: u32) -> u32 {
        let off = (self.ends[0].xy() - self.lattice.middle(cell)).abs();
        let eight_ways_m = off.max() + (std::f64::consts::SQRT_2 - 1.0) * off.min();
        let distance_m = off.norm().max(eight_ways_m - SHORTCUT_CELLS * self.lattice.cell_m());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast keeps within bounds")]
        let bound_ms = self.slopes.bound_ms(distance_m) as u32;
        bound_ms
    }
}

impl Legs for Field<'_> {
    fn leg(&mut self, from: Spot, to: Spot) -> Option<Step> {
        let ends = [from, to].map(|spot| self.lattice.middle(spot.cell));
        let heights_m = [from, to].map(|spot| self.height_agl_m(spot.layer));
        self.along([&ends[0], &ends[1]], heights_m, from.layer)
    }

    fn heights(&self) -> &[f64] {
        self.lattice.heights_agl_m()
    }
}
