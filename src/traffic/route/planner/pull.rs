//! Pulling a way through the lattice straight: few legs at any angle, each open in every cell that it crosses.
//!
//! The result never costs more than the way it was made from.

use super::search::{Space, Spot, Step};

/// What a waypoint counts for beside what its legs cost, ms: a drone brakes for it and somebody has to read it.
const WAYPOINT_MS: u32 = 1500;
/// How far a waypoint is moved to try a cheaper place, in cells, one after the other.
const REACHES: [i32; 2] = [3, 1];
/// How often all waypoints are tried for each reach.
const ROUNDS: usize = 2;

/// A space in which straight legs cost something.
pub trait Legs: Space {
    /// What it costs to fly straight between the middles of two cells, whatever is closed between them; `None` if it is too
    /// steep.
    fn leg(&mut self, from: Spot, to: Spot) -> Option<Step>;
    /// Heights of the layers, from the lowest.
    fn heights(&self) -> &[f64];
}

/// A way of legs: its corners and what it costs up to each.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pulled {
    corners: Vec<Spot>,
    legs: Vec<Step>,
    start: Step,
    /// By how much it is cheaper than what it was made from, ms.
    room_ms: u32,
}

/// The corners of a way of legs that costs no more than one of the lattice, which enters at the cost of `start`; its own
/// turns if a leg closes while it is pulled.
pub fn pull<S: Legs>(space: &mut S, spots: &[Spot], start: Step) -> Vec<Spot> {
    let Some(straightened) = straighten(space, spots, start) else { return turns(space, spots) };
    let mut pulled = straightened;
    for reach in REACHES {
        for _ in 0..ROUNDS {
            let mut moved = false;
            let mut corner = 1;
            // A corner that is dropped moves the others up.
            while corner + 1 < pulled.corners.len() {
                moved |= pulled.improve(space, corner, reach);
                corner += 1;
            }
            if !moved {
                break;
            }
        }
    }
    pulled.corners
}

/// The spots of a way through the lattice at which it turns or begins or ends to change its layer.
pub fn turns<S: Space>(space: &S, spots: &[Spot]) -> Vec<Spot> {
    let columns = i64::from(space.size()[0]);
    let way = |a: Spot, b: Spot| {
        let [a_cell, b_cell] = [a, b].map(|spot| i64::from(spot.cell));
        (
            b_cell % columns - a_cell % columns,
            b_cell / columns - a_cell / columns,
            i32::from(b.layer) - i32::from(a.layer),
        )
    };
    let is_turn = |index: usize| {
        index == 0
            || index + 1 == spots.len()
            || way(spots[index - 1], spots[index]) != way(spots[index], spots[index + 1])
    };
    (0..spots.len()).filter(|&index| is_turn(index)).map(|index| spots[index]).collect()
}

/// What the legs between corners cost together; `None` if one of them is closed or too steep.
pub fn cost<S: Legs>(space: &mut S, corners: &[Spot], start: Step) -> Option<Step> {
    corners
        .windows(2)
        .try_fold(start, |so_far, leg| Some(sum(so_far, open_leg(space, leg[0], leg[1], so_far.time_ms)?)))
}

fn sum(one: Step, other: Step) -> Step {
    Step { cost_ms: one.cost_ms.saturating_add(other.cost_ms), time_ms: one.time_ms.saturating_add(other.time_ms) }
}

/// From each corner to the farthest spot that a leg reaches at no greater cost than the steps between, found in strides that
/// double, then halve.
fn straighten<S: Legs>(space: &mut S, spots: &[Spot], start: Step) -> Option<Pulled> {
    let mut along = vec![start];
    for pair in spots.windows(2) {
        let so_far = along[along.len() - 1];
        along.push(sum(so_far, open_leg(space, pair[0], pair[1], so_far.time_ms)?));
    }
    let mut pulled = Pulled { corners: vec![spots[0]], legs: Vec::new(), start, room_ms: 0 };
    let (mut here, mut so_far, last) = (0, start, spots.len() - 1);
    while here < last {
        let mut best = (here + 1, open_leg(space, spots[here], spots[here + 1], so_far.time_ms)?);
        let (mut stride, mut is_growing) = (2, true);
        while stride > 0 && best.0 < last {
            let to = (if is_growing { here + stride } else { best.0 + stride }).min(last);
            let steps_ms = along[to].cost_ms - along[here].cost_ms;
            let most_ms = along[to].cost_ms.min(so_far.cost_ms.saturating_add(steps_ms).saturating_add(WAYPOINT_MS));
            let leg = open_leg(space, spots[here], spots[to], so_far.time_ms)
                .filter(|leg| to > best.0 && so_far.cost_ms.saturating_add(leg.cost_ms) <= most_ms);
            if let Some(leg) = leg {
                best = (to, leg);
            }
            is_growing = is_growing && leg.is_some();
            stride = if is_growing { stride * 2 } else { stride / 2 };
        }
        (here, so_far) = (best.0, sum(so_far, best.1));
        pulled.corners.push(spots[here]);
        pulled.legs.push(best.1);
    }
    pulled.room_ms = along[last].cost_ms.saturating_sub(so_far.cost_ms);
    Some(pulled)
}

impl Pulled {
    /// Drops a corner or moves it where its two legs cost less; whether it did.
    fn improve<S: Legs>(&mut self, space: &mut S, corner: usize, reach: i32) -> bool {
        let before = self.legs[..corner - 1].iter().fold(self.start, |so_far, leg| sum(so_far, *leg));
        let (from, here, to) = (self.corners[corner - 1], self.corners[corner], self.corners[corner + 1]);
        let now_ms = sum(self.legs[corner - 1], self.legs[corner]).cost_ms;
        let most_ms = now_ms.saturating_add(self.room_ms.min(WAYPOINT_MS));
        if let Some(leg) = open_leg(space, from, to, before.time_ms).filter(|leg| leg.cost_ms <= most_ms) {
            self.corners.remove(corner);
            self.legs.splice(corner - 1..=corner, [leg]);
            self.room_ms = (self.room_ms + now_ms).saturating_sub(leg.cost_ms);
            return true;
        }
        let mut best: Option<(Spot, [Step; 2], u32)> = None;
        for at in around(space, here, reach) {
            let first = open_leg(space, from, at, before.time_ms);
            let Some(first) = first.filter(|leg| leg.cost_ms < now_ms) else { continue };
            let Some(second) = open_leg(space, at, to, sum(before, first).time_ms) else { continue };
            let cost_ms = sum(first, second).cost_ms;
            if cost_ms < best.map_or(now_ms, |(_, _, best_ms)| best_ms) {
                best = Some((at, [first, second], cost_ms));
            }
        }
        if let Some((at, legs, cost_ms)) = best {
            self.room_ms += now_ms - cost_ms;
            self.corners[corner] = at;
            self.legs.splice(corner - 1..=corner, legs);
        }
        best.is_some()
    }
}

/// The spots so many cells away in eight directions, and those over and under it.
fn around<S: Legs>(space: &S, here: Spot, reach: i32) -> Vec<Spot> {
    let [columns, rows] = space.size();
    let mut spots = Vec::new();
    for (east, north) in [-reach, 0, reach].into_iter().flat_map(|north| [-reach, 0, reach].map(|east| (east, north))) {
        let column = (here.cell % columns).checked_add_signed(east).filter(|column| *column < columns);
        let row = (here.cell / columns).checked_add_signed(north).filter(|row| *row < rows);
        let place = column.zip(row).map(|(column, row)| Spot { cell: row * columns + column, ..here });
        spots.extend(place.filter(|spot| *spot != here));
    }
    let layers = [here.layer.checked_sub(1), Some(here.layer + 1).filter(|layer| *layer < space.layers())];
    spots.extend(layers.into_iter().flatten().map(|layer| Spot { layer, ..here }));
    spots
}

/// What a leg costs that begins at an instant; `None` if one of the cells it crosses is closed at a height it has there
/// when it gets there, or if it is too steep.
pub fn open_leg<S: Legs>(space: &mut S, from: Spot, to: Spot, at_ms: u32) -> Option<Step> {
    let heights = space.heights();
    let ends_m = [heights[usize::from(from.layer)], heights[usize::from(to.layer)]];
    // Which slices it meets hangs on its time; what it costs is asked once its cells have been looked at.
    let time_ms = if space.slices() == 1 { 0 } else { space.leg(from, to)?.time_ms };
    let (mut crossing, mut begins) = (Crossing::new(space.size()[0], from.cell, to.cell), 0.0);
    loop {
        let (cell, ends) = (crossing.cell(), crossing.ends());
        let [low, high] =
            between(space.heights(), [begins, ends].map(|share| ends_m[0] + (ends_m[1] - ends_m[0]) * share));
        let open = if space.slices() == 1 {
            space.open(cell, 0)
        } else {
            let [enters_ms, leaves_ms] = [begins, ends].map(|share| at_ms + of(time_ms, share));
            let late_ms = space.late_ms(leaves_ms);
            space.open_during(cell, enters_ms, late_ms)
        };
        if !open.spans(low, high) {
            return None;
        }
        begins = ends;
        if !crossing.advance() {
            return space.leg(from, to);
        }
    }
}

/// A share of a time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no more than the time")]
fn of(time_ms: u32, share: f64) -> u32 {
    (f64::from(time_ms) * share) as u32
}

/// The layers that two heights lie between; both the same if both are exactly at it.
fn between(heights: &[f64], ends_m: [f64; 2]) -> [u8; 2] {
    /// What rounding may take from a height, m.
    const ROUNDING_M: f64 = 1e-6;
    let (least_m, most_m) = (ends_m[0].min(ends_m[1]), ends_m[0].max(ends_m[1]));
    let above = heights.iter().take_while(|height| **height <= least_m + ROUNDING_M).count();
    let below = heights.iter().take_while(|height| **height < most_m - ROUNDING_M).count();
    let low = above.saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, reason = "a layer is less than 16")]
    let layers = [low, below.min(heights.len() - 1).max(low)].map(|layer| layer as u8);
    layers
}

/// The cells that a straight line between the middles of two cells crosses, in whole numbers: those it only touches at a
/// corner are left out.
struct Crossing {
    columns: u32,
    at: [i64; 2],
    steps: [i64; 2],
    lengths: [i64; 2],
    done: [i64; 2],
}

impl Crossing {
    fn new(columns: u32, from: u32, to: u32) -> Self {
        let place = |cell: u32| [i64::from(cell % columns), i64::from(cell / columns)];
        let (at, end) = (place(from), place(to));
        let spans = [end[0] - at[0], end[1] - at[1]];
        Self { columns, at, steps: spans.map(i64::signum), lengths: spans.map(i64::abs), done: [0, 0] }
    }

    fn cell(&self) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two cells of the lattice")]
        let cell = (self.at[1] * i64::from(self.columns) + self.at[0]) as u32;
        cell
    }

    /// The share of the line at which it leaves each side of the cell; 1 where it does not.
    fn ends(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a lattice has some thousand columns")]
        let leaves = |axis: usize| {
            let is_inside = self.done[axis] >= self.lengths[axis];
            if is_inside { 1.0 } else { (1 + 2 * self.done[axis]) as f64 / (2 * self.lengths[axis]) as f64 }
        };
        leaves(0).min(leaves(1))
    }

    /// Goes to the next cell; `false` at the last.
    fn advance(&mut self) -> bool {
        if self.done == self.lengths {
            return false;
        }
        let next = [0, 1].map(|axis| (1 + 2 * self.done[axis]) * self.lengths[1 - axis]);
        let is_left = [0, 1].map(|axis| self.done[axis] < self.lengths[axis]);
        for axis in [0, 1] {
            if is_left[axis] && (next[axis] <= next[1 - axis] || !is_left[1 - axis]) {
                self.at[axis] += self.steps[axis];
                self.done[axis] += 1;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
