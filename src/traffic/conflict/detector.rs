//! Detection from tick to tick: neighbours, then the exact question for each pair of them. Pairs are decided in parallel, and
//! what is found is put in the order of pairs, so that the result is the same on any number of threads.

use rayon::prelude::*;

use super::narrow::conflict_on;
use super::neighbours::{CandidatePair, MOST_CONFLICTS, Neighbours, Overcrowded, Work};
use super::{Courses, Minima, Motion, Pair, PredictedConflict, Stretch};

/// Pairs that one thread takes at a time: fewer cost more to hand out than to decide.
const PAIRS_PER_TASK: usize = 512;
/// Pairs after which it is looked whether too many of them are conflicts.
const PAIRS_PER_BLOCK: usize = 1_000_000;

/// Finds conflicts tick after tick.
#[derive(Clone, Debug)]
pub struct Detector {
    /// The least zone of a drone, and how far ahead is looked.
    least: Minima,
    neighbours: Neighbours,
}

impl Detector {
    /// A detector that has seen nobody yet, for drones whose zones are not smaller than the least.
    pub fn new(least: Minima) -> Self {
        Self { least, neighbours: Neighbours::default() }
    }

    /// All conflicts among drones that fly straight on, which are in the order of their ids, sorted by pair.
    ///
    /// # Errors
    /// If so many drones are so close that their pairs would not fit the memory.
    pub fn conflicts(&mut self, motions: &[Motion]) -> Result<Vec<(Pair, PredictedConflict)>, Overcrowded> {
        self.conflicts_on(&Courses::straight_on(motions))
    }

    /// All conflicts among drones that fly so, sorted by pair; of each pair the first.
    ///
    /// # Errors
    /// If so many drones are so close that their pairs would not fit the memory.
    pub fn conflicts_on(&mut self, courses: &Courses) -> Result<Vec<(Pair, PredictedConflict)>, Overcrowded> {
        let (least, stretches) = (&self.least, courses.stretches());
        let decide = |pair: &CandidatePair| conflict_of(stretches, *pair, least);
        let mut found = Vec::new();
        for block in self.neighbours.of(courses, least)?.chunks(PAIRS_PER_BLOCK) {
            found.par_extend(block.par_iter().with_min_len(PAIRS_PER_TASK).filter_map(decide));
            if found.len() > MOST_CONFLICTS {
                return Err(Overcrowded { drones: courses.motions().count() });
            }
        }
        found.par_sort_unstable_by(|(one, before), (other, after)| {
            one.cmp(other)
                .then_with(|| before.t_in_s.total_cmp(&after.t_in_s))
                .then(before.stretches.cmp(&after.stretches))
        });
        found.dedup_by(|(pair, later), (kept, first)| {
            let is_same = pair == kept;
            if is_same {
                first.go_on(later);
            }
            is_same
        });
        Ok(found)
    }

    /// What its broad phase has done so far.
    pub const fn work(&self) -> Work {
        self.neighbours.work()
    }
}

/// The conflict of two stretches; none of two of the same drone.
fn conflict_of(stretches: &[Stretch], pair: CandidatePair, least: &Minima) -> Option<(Pair, PredictedConflict)> {
    let [own, intruder] = [pair.own as usize, pair.intruder as usize];
    // Where the drones are now stands in their first stretches.
    let [own_now, intruder_now] = [own, intruder].map(|index| &stretches[index - stretches[index].nth as usize].motion);
    if own_now.drone == intruder_now.drone {
        return None;
    }
    let minima = Minima::between(own_now, intruder_now, least.look_ahead);
    conflict_on((&stretches[own], &stretches[intruder]), (own_now, intruder_now), &minima)
        .map(|conflict| ((own_now.drone, intruder_now.drone), conflict))
}
