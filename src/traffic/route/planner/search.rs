//! The search: A* over the cells of a lattice and the layers of air over them, on flat arrays of whole milliseconds.
//!
//! With a bound that is consistent the way it finds is the cheapest there is on the lattice; with one made greater by a share
//! it costs at most that share more. Where what is closed changes
//! during a flight, a place counts anew in each slice of time between two changes; within one the cheapest way to it is kept.
//! Nobody waits in the air, so a dearer way that would come later is not tried there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Most layers over a cell: each is a bit of a word.
pub const MOST_LAYERS: u8 = 16;
/// Most slices of time: a state remembers the slice it was reached from in two bits.
pub const MOST_SLICES: u8 = 4;
/// The cost of what has not been reached.
const NOT_REACHED: u32 = u32::MAX;
/// Mark of a state that is an entry.
const ENTRY: u8 = 1 << 7;

/// A layer over a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The cell: row by row from the south-west.
    pub cell: u32,
    /// The layer, from the lowest.
    pub layer: u8,
}

/// Layers over a cell that may be flown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// A bit for each layer.
    pub layers: u16,
    /// A bit for each layer from which one may change to the one above.
    pub links: u16,
}

impl Open {
    /// Whether a layer may be flown.
    pub const fn has(self, layer: u8) -> bool {
        (self.layers >> layer) & 1 == 1
    }

    /// Whether everything from a layer up to another may be flown.
    pub fn spans(self, low: u8, high: u8) -> bool {
        if low == high { self.has(low) } else { (low..high).all(|layer| (self.links >> layer) & 1 == 1) }
    }

    /// What both have.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self { layers: self.layers & other.layers, links: self.links & other.links }
    }
}

/// What a part of a way costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Cost, in thousandths of what a second costs.
    pub cost_ms: u32,
    /// Time, ms.
    pub time_ms: u32,
}

/// Where a way enters the lattice or leaves it, and what it costs to get there from the ground or from there to the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// Where.
    pub spot: Spot,
    /// What it costs.
    pub step: Step,
}

/// What is searched.
pub trait Space {
    /// Columns and rows of cells.
    fn size(&self) -> [u32; 2];
    /// Layers over each cell, at most [`MOST_LAYERS`].
    fn layers(&self) -> u8;
    /// Slices of time in which different layers are open, at most [`MOST_SLICES`].
    fn slices(&self) -> u8;
    /// The slice of an instant, ms after the departure.
    fn slice_at(&self, time_ms: u32) -> u8;
    /// The latest that a flight comes through somewhere that the way reaches at an instant, ms after the departure.
    fn late_ms(&self, time_ms: u32) -> u32;
    /// What is open over a cell in a slice.
    fn open(&mut self, cell: u32, slice: u8) -> Open;
    /// What it costs to fly between the middles of two neighbouring cells that are open; `None` if it is too steep.
    fn step(&self, from: Spot, to: Spot) -> Option<Step>;
    /// No more than what any way on from here costs; consistent: no more than a step costs and the bound after it.
    fn bound_ms(&mut self, at: Spot) -> u32;

    /// What is open over a cell during everything between two instants.
    fn open_during(&mut self, cell: u32, from_ms: u32, to_ms: u32) -> Open {
        let (first, last) = (self.slice_at(from_ms), self.slice_at(to_ms));
        let first_open = self.open(cell, first);
        (first + 1..=last).fold(first_open, |open, slice| open.both(self.open(cell, slice)))
    }
}

/// A way through the lattice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// From the entry to the exit.
    pub spots: Vec<Spot>,
    /// What it costs from ground to ground and how long it takes.
    pub total: Step,
    /// States that were looked at.
    pub expanded: usize,
}

/// The eight ways to a neighbouring cell: columns and rows.
const WAYS: [[i32; 2]; 8] = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [-1, -1], [1, -1]];

/// The cheapest way from one of some entries to one of some exits; `None` if there is none.
pub fn search<S: Space>(space: &mut S, entries: &[Door], exits: &[Door]) -> Option<Found> {
    Search::new(space, exits).run(entries)
}

/// A state of the queue: its bound of the whole cost first, of equals the one that is nearest to the end.
type Queued = Reverse<(u32, u32, u32)>;

struct Search<'s, S> {
    space: &'s mut S,
    size: [u32; 2],
    layers: u32,
    costs_ms: Vec<u32>,
    /// Empty where there is one slice: then nobody asks.
    times_ms: Vec<u32>,
    origins: Vec<u8>,
    /// What has been looked at stays as it is: with a consistent bound nothing better comes, and with a greater one looking
    /// again would cost more than it gains.
    is_closed: Vec<bool>,
    queue: BinaryHeap<Queued>,
    exits: Vec<Door>,
    expanded: usize,
}

/// A way that has been found, from its end.
struct Arrival {
    state: u32,
    exit: Door,
}

impl<'s, S: Space> Search<'s, S> {
    fn new(space: &'s mut S, exits: &[Door]) -> Self {
        let (size, layers, slices) = (space.size(), u32::from(space.layers()), u32::from(space.slices()));
        let states = (size[0] * size[1] * layers * slices) as usize;
        let times_ms = if slices > 1 { vec![0; states] } else { Vec::new() };
        let mut exits = exits.to_vec();
        exits.sort_by_key(|door| (door.spot, door.step.cost_ms));
        exits.dedup_by_key(|door| door.spot);
        Self {
            space,
            size,
            layers,
            costs_ms: vec![NOT_REACHED; states],
            times_ms,
            origins: vec![0; states],
            is_closed: vec![false; states],
            queue: BinaryHeap::new(),
            exits,
            expanded: 0,
        }
    }

    fn run(mut self, entries: &[Door]) -> Option<Found> {
        for door in entries {
            let Step { cost_ms, time_ms } = door.step;
            let late_ms = self.space.late_ms(time_ms);
            if self.space.open_during(door.spot.cell, time_ms, late_ms).has(door.spot.layer) {
                self.reach(door.spot, cost_ms, time_ms, ENTRY);
            }
        }
        let mut best: Option<(u32, Arrival)> = None;
        while let Some(Reverse((least_ms, ahead_ms, state))) = self.queue.pop() {
            // What is left costs at least as much.
            if best.as_ref().is_some_and(|(cost_ms, _)| *cost_ms <= least_ms) {
                break;
            }
            let cost_ms = least_ms - ahead_ms;
            if std::mem::replace(&mut self.is_closed[state as usize], true) {
                continue;
            }
            self.expanded += 1;
            let spot = self.spot(state);
            if let Ok(index) = self.exits.binary_search_by_key(&spot, |door| door.spot) {
                let exit = self.exits[index];
                let whole_ms = cost_ms.saturating_add(exit.step.cost_ms);
                if best.as_ref().is_none_or(|(cost_ms, _)| whole_ms < *cost_ms) {
                    best = Some((whole_ms, Arrival { state, exit }));
                }
            }
            self.expand(spot, state, cost_ms);
        }
        best.map(|(cost_ms, arrival)| self.found(cost_ms, &arrival))
    }

    fn spot(&self, state: u32) -> Spot {
        let of_slice = state % (self.size[0] * self.size[1] * self.layers);
        #[expect(clippy::cast_possible_truncation, reason = "a layer is less than 16")]
        let layer = (of_slice % self.layers) as u8;
        Spot { cell: of_slice / self.layers, layer }
    }

    fn state(&self, spot: Spot, slice: u8) -> u32 {
        (u32::from(slice) * self.size[0] * self.size[1] + spot.cell) * self.layers + u32::from(spot.layer)
    }

    fn slice(&self, state: u32) -> u8 {
        #[expect(clippy::cast_possible_truncation, reason = "a slice is less than 4")]
        let slice = (state / (self.size[0] * self.size[1] * self.layers)) as u8;
        slice
    }

    fn time_ms(&self, state: u32) -> u32 {
        self.times_ms.get(state as usize).copied().unwrap_or(0)
    }

    fn reach(&mut self, spot: Spot, cost_ms: u32, time_ms: u32, origin: u8) {
        let state = self.state(spot, self.space.slice_at(time_ms));
        let known_ms = &mut self.costs_ms[state as usize];
        if cost_ms < *known_ms && !self.is_closed[state as usize] {
            *known_ms = cost_ms;
            self.origins[state as usize] = origin;
            if let Some(known_ms) = self.times_ms.get_mut(state as usize) {
                *known_ms = time_ms;
            }
            let ahead_ms = self.space.bound_ms(spot);
            // From where no exit can be reached nothing is looked for.
            if ahead_ms < NOT_REACHED {
                self.queue.push(Reverse((cost_ms.saturating_add(ahead_ms), ahead_ms, state)));
            }
        }
    }

    fn expand(&mut self, spot: Spot, state: u32, cost_ms: u32) {
        let (time_ms, slice) = (self.time_ms(state), self.slice(state));
        let own = self.space.open(spot.cell, slice);
        for (way, _) in (0_u8..).zip(WAYS) {
            let Some(cell) = self.neighbour(spot.cell, way) else { continue };
            let open = self.space.open(cell, slice).both(own);
            for change in 0_u8..3 {
                let Some(layer) = (spot.layer + change).checked_sub(1) else { continue };
                if u32::from(layer) >= self.layers || !open.spans(layer.min(spot.layer), layer.max(spot.layer)) {
                    continue;
                }
                let to = Spot { cell, layer };
                if let Some(step) = self.step(spot, to, time_ms) {
                    let origin = way | (change << 3) | (slice << 5);
                    let reached_ms = cost_ms.saturating_add(step.cost_ms).min(NOT_REACHED - 1);
                    self.reach(to, reached_ms, time_ms + step.time_ms, origin);
                }
            }
        }
    }

    /// A step between two spots that are open in the slice it begins in, if they are in the others that it meets.
    fn step(&mut self, from: Spot, to: Spot, time_ms: u32) -> Option<Step> {
        let step = self.space.step(from, to)?;
        if self.times_ms.is_empty() {
            return Some(step);
        }
        let (low, high) = (from.layer.min(to.layer), from.layer.max(to.layer));
        let late_ms = self.space.late_ms(time_ms + step.time_ms);
        let mut is_open = |cell| self.space.open_during(cell, time_ms, late_ms).spans(low, high);
        (is_open(from.cell) && is_open(to.cell)).then_some(step)
    }

    fn neighbour(&self, cell: u32, way: u8) -> Option<u32> {
        let [east, north] = WAYS[usize::from(way)];
        let column = (cell % self.size[0]).checked_add_signed(east).filter(|column| *column < self.size[0])?;
        let row = (cell / self.size[0]).checked_add_signed(north).filter(|row| *row < self.size[1])?;
        Some(row * self.size[0] + column)
    }

    fn found(&self, cost_ms: u32, arrival: &Arrival) -> Found {
        let mut spots = vec![self.spot(arrival.state)];
        let mut state = arrival.state;
        while self.origins[state as usize] & ENTRY == 0 {
            let (origin, here) = (self.origins[state as usize], self.spot(state));
            // The way back is the opposite one.
            let opposite = match origin & 7 {
                way @ 0..4 => (way + 2) % 4,
                way => 4 + (way - 2) % 4,
            };
            let (Some(cell), Some(layer)) =
                (self.neighbour(here.cell, opposite), (here.layer + 1).checked_sub((origin >> 3) & 3))
            else {
                break;
            };
            let before = Spot { cell, layer };
            state = self.state(before, (origin >> 5) & 3);
            spots.push(before);
        }
        spots.reverse();
        let time_ms = self.time_ms(arrival.state) + arrival.exit.step.time_ms;
        Found { spots, total: Step { cost_ms, time_ms }, expanded: self.expanded }
    }
}

#[cfg(test)]
mod tests;
