//! The broad phase: an R-tree over swept boxes proposes every pair that could lose separation, and few others.
//!
//! One tree serves many ticks. What a drone sweeps in its look-ahead lies in a larger box that is held for it; as long as it
//! does, whoever comes close to it is among those whose held boxes touch its own. A drone that leaves its held box gets a new
//! one. This is the margin of a Verlet list, but asked of every drone at every tick rather than derived from a bound on its
//! acceleration, so that no manoeuvre can make it miss a pair.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rstar::{AABB, Envelope as _, ParentNode, RTree, RTreeNode, RTreeObject};
use serde::Serialize;

use super::{Courses, Minima, Stretch};
use crate::units::DroneId;
use crate::world::geo::Velocity;

/// Two stretches whose held boxes touch: indices into the list they came from, the smaller first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidatePair {
    /// The smaller index.
    pub own: u32,
    /// The larger index.
    pub intruder: u32,
}

/// Most candidate pairs of one tick: 128 MB. Ten thousand drones that all climb and sink in 25 km² have a sixteenth.
const MOST_CANDIDATES: usize = 16_000_000;
/// Most conflicts of one tick: frame, monitor and tables hold about 400 MB of them.
pub const MOST_CONFLICTS: usize = 1_000_000;

/// How much longer than the look-ahead a held box is swept, as a share of it.
const HELD_SHARE: f64 = 0.3;
/// The shortest that one is swept, s.
const HELD_LEAST_S: f64 = 2.0;
/// By how much a held box is larger than what is swept, in units of the minima, at least: far more than rounding moves a
/// position; and at most.
const MARGINS: [f64; 2] = [0.05, 0.5];
/// How much more than made a drone leave its box its next one has room for.
const MORE_ROOM: f64 = 1.5;
/// After so many trees that served one tick only the next ones are made for one tick, and one in so many to see whether it serves
/// longer.
const IN_A_ROW: u32 = 5;
const TRIED_AGAIN: u32 = 8;
/// A tree of so many boxes is joined on several threads, in parts of so many levels.
const SPLIT_FROM: usize = 2000;
const SPLIT_LEVELS: u8 = 2;
/// From this share of drones on that left their boxes a new tree is made.
const NEW_TREE_SHARE: f64 = 0.1;

/// More drones are in one place than can be told apart in bounded memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{drones} drones in the air make more than {MOST_CONFLICTS} pairs that come close within the look-ahead")]
pub struct Overcrowded {
    /// Drones in the air.
    pub drones: usize,
}

/// A box in units of the minima: 30 m of height and 100 m of distance are not the same number, and the tree splits along the
/// longest axis.
type Envelope = AABB<[f64; 3]>;

/// The box held for a drone, in the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    /// Which drone, by a number that it keeps while it is in the tree.
    key: u32,
    envelope: Envelope,
}

impl RTreeObject for Held {
    type Envelope = Envelope;

    fn envelope(&self) -> Envelope {
        self.envelope
    }
}

/// What is held for a drone.
#[derive(Clone, Copy, Debug)]
struct Hold {
    held: Held,
    /// How it flew when it got its box.
    velocity: Velocity,
    /// By how much the box is larger than what was swept, to the side and in height, in units of the minima.
    margin: [f64; 2],
}

impl Hold {
    /// A box that holds for this tick only.
    fn exact(key: u32, stretch: &Stretch, minima: &Minima) -> Self {
        Self {
            held: Held { key, envelope: swept(stretch, minima) },
            velocity: stretch.motion.velocity,
            margin: [0.0; 2],
        }
    }

    /// A new box: with room for what made the drone leave the old one, should it have turned, climbed or changed its speed.
    fn anew(key: u32, stretch: &Stretch, before: Option<&Self>, minima: &Minima) -> Self {
        let look_ahead_s = minima.look_ahead.seconds();
        let margin = before.map_or([MARGINS[0]; 2], |before| {
            let change = stretch.motion.velocity - before.velocity;
            let moved = [change.xy().norm() / minima.horizontal_m, change.z.abs() / minima.vertical_m];
            [0, 1].map(|axis| {
                let needed = (MORE_ROOM * look_ahead_s * moved[axis]).max(0.5 * before.margin[axis]);
                needed.clamp(MARGINS[0], MARGINS[1])
            })
        });
        let held_s = (look_ahead_s * (1.0 + HELD_SHARE)).max(HELD_LEAST_S);
        let envelope = swept_for(stretch, minima, held_s, margin);
        Self { held: Held { key, envelope }, velocity: stretch.motion.velocity, margin }
    }
}

/// What the broad phase has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Trees made.
    pub trees: u64,
    /// Drones that got a new box in a tree that went on serving.
    pub moved: u64,
    /// Pairs proposed over all ticks, each of which takes one exact test.
    pub candidates: u64,
}

/// What a stretch is known by from tick to tick.
type Name = (DroneId, u32);

fn name(stretch: &Stretch) -> Name {
    (stretch.motion.drone, stretch.nth)
}

/// The pairs of drones that may come close, kept from tick to tick.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    tree: RTree<Held>,
    /// How many boxes of the tree were replaced since it was made.
    replaced: usize,
    /// How many trees were made one tick after the other.
    in_a_row: u32,
    /// The stretches of the last tick, in order: of which drone, and its how manieth.
    names: Vec<Name>,
    /// What is held for each; nothing for what has just come.
    held: Vec<Option<Hold>>,
    /// The index of the stretch of each key.
    indices: Vec<u32>,
    /// Every pair of stretches whose held boxes touch, in the order in which they were found.
    pairs: Vec<CandidatePair>,
    work: Work,
}

impl Neighbours {
    /// Every pair of stretches that may have a conflict within the look-ahead, each once, in an order that hangs on what was
    /// before; those of one drone are among them.
    ///
    /// # Errors
    /// If there are more than memory should hold.
    pub fn of(&mut self, courses: &Courses, minima: &Minima) -> Result<&[CandidatePair], Overcrowded> {
        let stretches = courses.stretches();
        if !self.names.iter().copied().eq(stretches.iter().map(name)) {
            self.renumber(stretches);
        }
        let is_in = |(hold, stretch): (&Option<Hold>, &Stretch)| {
            hold.is_some_and(|hold| hold.held.envelope.contains_envelope(&swept(stretch, minima)))
        };
        let all = self.held.iter().zip(stretches).enumerate();
        let out: Vec<usize> = all.filter(|&(_, pair)| !is_in(pair)).map(|(index, _)| index).collect();
        #[expect(clippy::cast_precision_loss, reason = "as many as drones")]
        let is_many = out.len() as f64 > NEW_TREE_SHARE * stretches.len() as f64;
        if is_many || self.replaced + out.len() > stretches.len() {
            self.make_tree(stretches, minima);
            self.in_a_row += 1;
        } else {
            self.hold_anew(&out, stretches, minima);
            self.in_a_row = 0;
        }
        if self.pairs.len() > MOST_CANDIDATES {
            // The list ends somewhere: nothing may be derived from it.
            *self = Self { work: self.work, ..Self::default() };
            return Err(Overcrowded { drones: courses.motions().count() });
        }
        self.work.candidates += self.pairs.len() as u64;
        Ok(&self.pairs)
    }

    /// What has been done so far.
    pub const fn work(&self) -> Work {
        self.work
    }

    /// Makes a new tree of them all.
    fn make_tree(&mut self, stretches: &[Stretch], minima: &Minima) {
        let of_each = (0_u32..).zip(stretches).zip(&self.held);
        // Where nearly all turn all the time no tree serves longer, whatever room is left in it; now and then it is tried again.
        let is_for_one_tick = self.in_a_row > IN_A_ROW && !self.in_a_row.is_multiple_of(TRIED_AGAIN);
        let hold = |((key, stretch), before): ((u32, &Stretch), &Option<Hold>)| {
            if is_for_one_tick {
                Hold::exact(key, stretch, minima)
            } else {
                Hold::anew(key, stretch, before.as_ref(), minima)
            }
        };
        let holds: Vec<Hold> = of_each.map(hold).collect();
        self.indices = holds.iter().map(|hold| hold.held.key).collect();
        self.tree = RTree::bulk_load(holds.iter().map(|hold| hold.held).collect());
        self.held = holds.into_iter().map(Some).collect();
        join(&self.tree, &mut self.pairs);
        self.replaced = 0;
        self.work.trees += 1;
    }

    /// Takes in who is there now: who is gone leaves the tree, who is new holds nothing yet.
    fn renumber(&mut self, stretches: &[Stretch]) {
        const GONE: u32 = u32::MAX;
        let now: Vec<Name> = stretches.iter().map(name).collect();
        let mut held = vec![None; now.len()];
        let mut moved_to = vec![GONE; self.names.len()];
        // Both lists are in the order of ids: who was before another still is.
        let mut index = 0;
        for (before, named) in self.names.iter().enumerate() {
            index += now[index..].partition_point(|other| other < named);
            let kept = self.held[before];
            if now.get(index) == Some(named) {
                moved_to[before] = narrowed(index);
                held[index] = kept;
            } else if let Some(gone) = kept {
                self.tree.remove(&gone.held);
                self.replaced += 1;
            }
        }
        for index in &mut self.indices {
            *index = moved_to.get(*index as usize).copied().unwrap_or(GONE);
        }
        self.pairs.retain_mut(|pair| {
            let [own, intruder] = [pair.own, pair.intruder].map(|before| moved_to[before as usize]);
            *pair = CandidatePair { own, intruder };
            own != GONE && intruder != GONE
        });
        (self.names, self.held) = (now, held);
    }

    /// Gives new boxes to some drones, by their indices in order, and finds whom these touch.
    fn hold_anew(&mut self, out: &[usize], stretches: &[Stretch], minima: &Minima) {
        if out.is_empty() {
            return;
        }
        let mut is_out = vec![false; stretches.len()];
        for &index in out {
            is_out[index] = true;
            let key = if let Some(old) = self.held[index] {
                self.tree.remove(&old.held);
                old.held.key
            } else {
                self.indices.push(narrowed(index));
                narrowed(self.indices.len() - 1)
            };
            let hold = Hold::anew(key, &stretches[index], self.held[index].as_ref(), minima);
            self.tree.insert(hold.held);
            self.held[index] = Some(hold);
        }
        self.pairs.retain(|pair| !is_out[pair.own as usize] && !is_out[pair.intruder as usize]);
        for Hold { held, .. } in out.iter().filter_map(|&index| self.held[index]) {
            let index = self.indices[held.key as usize];
            let touching = self.tree.locate_in_envelope_intersecting(held.envelope);
            let others = touching.map(|other| self.indices[other.key as usize]);
            // Of two that are both out the smaller finds the other.
            let others = others.filter(|&other| other > index || (other < index && !is_out[other as usize]));
            let room = (MOST_CANDIDATES + 1).saturating_sub(self.pairs.len());
            self.pairs.extend(others.map(|other| CandidatePair::of(index, other)).take(room));
        }
        self.replaced += out.len();
        self.work.moved += out.len() as u64;
    }
}

impl CandidatePair {
    const fn of(one: u32, other: u32) -> Self {
        if one < other { Self { own: one, intruder: other } } else { Self { own: other, intruder: one } }
    }
}

/// An index as it is kept: there are fewer drones than 2³².
#[expect(clippy::cast_possible_truncation, reason = "drones have 32-bit ids")]
const fn narrowed(index: usize) -> u32 {
    index as u32
}

/// A part of a join: all below one node, or what is below one with what is below another.
enum Part<'tree> {
    Within(&'tree ParentNode<Held>),
    Between(&'tree RTreeNode<Held>, &'tree RTreeNode<Held>),
}

/// Every pair of boxes of a new tree, in which keys are indices, that touch. A large one is joined in parts, on several threads.
fn join(tree: &RTree<Held>, pairs: &mut Vec<CandidatePair>) {
    pairs.clear();
    if tree.size() < SPLIT_FROM {
        return join_within(tree.root(), pairs);
    }
    let mut parts = Vec::new();
    split_within(tree.root(), SPLIT_LEVELS, &mut parts);
    let found = AtomicUsize::new(0);
    let joined = |mut pairs: Vec<CandidatePair>, part: &Part<'_>| {
        // All threads together stay within the limit, but for the parts that they are at.
        if found.load(Ordering::Relaxed) <= MOST_CANDIDATES {
            let before = pairs.len();
            match part {
                Part::Within(node) => join_within(node, &mut pairs),
                Part::Between(one, other) => join_between(one, other, &mut pairs),
            }
            found.fetch_add(pairs.len() - before, Ordering::Relaxed);
        }
        pairs
    };
    let lists: Vec<Vec<CandidatePair>> = parts.par_iter().fold(Vec::new, joined).collect();
    for list in lists {
        let room = (MOST_CANDIDATES + 1).saturating_sub(pairs.len());
        pairs.extend(list.into_iter().take(room));
    }
}

/// The parts of a join below a node, by so many levels.
fn split_within<'tree>(node: &'tree ParentNode<Held>, levels: u8, parts: &mut Vec<Part<'tree>>) {
    if levels == 0 {
        return parts.push(Part::Within(node));
    }
    for (index, child) in node.children().iter().enumerate() {
        if let RTreeNode::Parent(parent) = child {
            split_within(parent, levels - 1, parts);
        }
        for other in &node.children()[index + 1..] {
            split_between(child, other, levels - 1, parts);
        }
    }
}

fn split_between<'tree>(
    one: &'tree RTreeNode<Held>,
    other: &'tree RTreeNode<Held>,
    levels: u8,
    parts: &mut Vec<Part<'tree>>,
) {
    match (one, other) {
        _ if !one.envelope().intersects(&other.envelope()) => {}
        (RTreeNode::Parent(parent), RTreeNode::Parent(beside)) if levels > 0 => {
            for child in parent.children() {
                beside.children().iter().for_each(|other| split_between(child, other, levels - 1, parts));
            }
        }
        _ => parts.push(Part::Between(one, other)),
    }
}

/// Every pair of boxes below a node that touch.
fn join_within(node: &ParentNode<Held>, pairs: &mut Vec<CandidatePair>) {
    for (index, child) in node.children().iter().enumerate() {
        if let RTreeNode::Parent(parent) = child {
            join_within(parent, pairs);
        }
        for other in &node.children()[index + 1..] {
            join_between(child, other, pairs);
        }
    }
}

/// Every pair of a box of one node and a box of another that touch.
fn join_between(one: &RTreeNode<Held>, other: &RTreeNode<Held>, pairs: &mut Vec<CandidatePair>) {
    if pairs.len() > MOST_CANDIDATES || !one.envelope().intersects(&other.envelope()) {
        return;
    }
    match (one, other) {
        (RTreeNode::Leaf(one), RTreeNode::Leaf(other)) => pairs.push(CandidatePair::of(one.key, other.key)),
        (RTreeNode::Parent(parent), RTreeNode::Leaf(_)) => {
            parent.children().iter().for_each(|child| join_between(child, other, pairs));
        }
        (RTreeNode::Leaf(_), RTreeNode::Parent(parent)) => {
            parent.children().iter().for_each(|child| join_between(one, child, pairs));
        }
        (RTreeNode::Parent(parent), RTreeNode::Parent(beside)) => {
            let area = beside.envelope();
            for child in parent.children().iter().filter(|child| child.envelope().intersects(&area)) {
                beside.children().iter().for_each(|other| join_between(child, other, pairs));
            }
        }
    }
}

/// The box that a stretch sweeps during the look-ahead, grown by what keeps it from others.
fn swept(stretch: &Stretch, minima: &Minima) -> Envelope {
    swept_for(stretch, minima, minima.look_ahead.seconds(), [0.0; 2])
}

/// The box that it sweeps until a time, grown by its zone less half the least one, so that of two boxes that do not touch
/// neither enters the larger zone; and by a margin to the side and in height.
fn swept_for(stretch: &Stretch, minima: &Minima, time_s: f64, margin: [f64; 2]) -> Envelope {
    let motion = &stretch.motion;
    let (start, end) = (stretch.at(stretch.from_s), stretch.at(stretch.until_s.min(time_s)));
    let scale = [minima.horizontal_m, minima.horizontal_m, minima.vertical_m];
    let zone = [motion.zone.horizontal_m, motion.zone.horizontal_m, motion.zone.vertical_m];
    let corner = |pick: fn(f64, f64) -> f64, side: f64| {
        [0, 1, 2].map(|axis| {
            let grown = zone[axis] / scale[axis] - 0.5 + margin[axis / 2];
            pick(start[axis], end[axis]) / scale[axis] + side * grown
        })
    };
    AABB::from_corners(corner(f64::min, -1.0), corner(f64::max, 1.0))
}

#[cfg(test)]
mod tests;
