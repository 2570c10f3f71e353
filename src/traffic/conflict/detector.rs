//! Detection from tick to tick: neighbours, then the exact question for each pair of them. Pairs are decided in parallel, and
//! what is found is put in the order of pairs, so that the result is the same on any number of threads.

use rayon::prelude::*;

use super::neighbours::{CandidatePair, MOST_CONFLICTS, Neighbours, Overcrowded, Work};
use super::{Minima, Motion, Pair, PredictedConflict, predicted_conflict};

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

    /// All conflicts among `motions`, which are in the order of drone ids, sorted by pair.
    ///
    /// # Errors
    /// If so many drones are so close that their pairs would not fit the memory.
    pub fn conflicts(&mut self, motions: &[Motion]) -> Result<Vec<(Pair, PredictedConflict)>, Overcrowded> {
        let least = &self.least;
        let decide = |pair: &CandidatePair| {
            let (own, intruder) = (&motions[pair.own as usize], &motions[pair.intruder as usize]);
            predicted_conflict(own, intruder, &Minima::between(own, intruder, least.look_ahead))
                .map(|conflict| ((own.drone, intruder.drone), conflict))
        };
        let mut found = Vec::new();
        for block in self.neighbours.of(motions, least)?.chunks(PAIRS_PER_BLOCK) {
            found.par_extend(block.par_iter().with_min_len(PAIRS_PER_TASK).filter_map(decide));
            if found.len() > MOST_CONFLICTS {
                return Err(Overcrowded { drones: motions.len() });
            }
        }
        found.sort_unstable_by_key(|(pair, _)| *pair);
        Ok(found)
    }

    /// What its broad phase has done so far.
    pub const fn work(&self) -> Work {
        self.neighbours.work()
    }
}
