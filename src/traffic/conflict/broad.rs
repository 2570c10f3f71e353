//! The broad phase: an R-tree over swept boxes proposes every pair that could lose separation, and few others.

use rstar::{AABB, RTree, RTreeObject};

use super::{Minima, Motion};

/// Two motions whose swept boxes touch: indices into the list they came from, the smaller first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidatePair {
    /// The smaller index.
    pub own: usize,
    /// The larger index.
    pub intruder: usize,
}

/// The box that a motion sweeps during the look-ahead, grown by half the minima, in units of the minima: 30 m of height
/// and 100 m of distance are not the same number, and the tree splits along the longest axis.
struct SweptBox {
    index: usize,
    envelope: AABB<[f64; 3]>,
}

impl RTreeObject for SweptBox {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

/// Most candidate pairs of one tick: should all of them be conflicts, frame, monitor and tables hold about 400 MB. A city
/// of 100 000 drones at 40 a km² has fewer.
pub const MOST_PAIRS: usize = 1_000_000;

/// More drones are in one place than can be told apart in bounded memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{drones} drones in the air make more than {MOST_PAIRS} pairs that come close within the look-ahead")]
pub struct Overcrowded {
    /// Drones in the air.
    pub drones: usize,
}

/// Every pair of `motions` whose swept boxes touch, sorted; contains every pair with a conflict within the look-ahead.
///
/// # Errors
/// If there are more than [`MOST_PAIRS`].
pub fn candidate_pairs(motions: &[Motion], minima: &Minima) -> Result<Vec<CandidatePair>, Overcrowded> {
    let boxes = motions.iter().enumerate().map(|(index, motion)| swept_box(index, motion, minima)).collect();
    let tree: RTree<SweptBox> = RTree::bulk_load(boxes);
    let mut pairs: Vec<CandidatePair> = tree
        .intersection_candidates_with_other_tree(&tree)
        .filter(|(a, b)| a.index < b.index)
        .map(|(a, b)| CandidatePair { own: a.index, intruder: b.index })
        .take(MOST_PAIRS + 1)
        .collect();
    if pairs.len() > MOST_PAIRS {
        return Err(Overcrowded { drones: motions.len() });
    }
    // The tree gives no order; results must not depend on its insides.
    pairs.sort_unstable();
    Ok(pairs)
}

fn swept_box(index: usize, motion: &Motion, minima: &Minima) -> SweptBox {
    let end = motion.position + motion.velocity * minima.look_ahead.seconds();
    let scale = [minima.horizontal_m, minima.horizontal_m, minima.vertical_m];
    let corner = |pick: fn(f64, f64) -> f64, margin: f64| {
        [0, 1, 2].map(|axis| pick(motion.position[axis], end[axis]) / scale[axis] + margin)
    };
    SweptBox { index, envelope: AABB::from_corners(corner(f64::min, -0.5), corner(f64::max, 0.5)) }
}

#[cfg(test)]
mod tests {
    use super::super::{StateBased, predicted_conflict};
    use super::*;
    use crate::traffic::conflict::Prediction;
    use crate::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};
    use crate::world::geo::{Position, Velocity};

    const MINIMA: Minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(30_000) };

    fn random_traffic(seed: u64, count: u16, hovering: u16) -> Vec<Motion> {
        let draw = RandomStream::new(seed, Purpose::Traffic, 0);
        (0..count)
            .map(|ordinal| {
                let step = 6 * u64::from(ordinal);
                let speed = if ordinal < hovering { 0.0 } else { 15.0 };
                let motion = Motion {
                    drone: DroneId { fleet: FleetId(0), ordinal },
                    position: Position::new(
                        draw.between(step, -1000.0, 1000.0),
                        draw.between(step + 1, -1000.0, 1000.0),
                        draw.between(step + 2, 100.0, 190.0),
                    ),
                    velocity: Velocity::new(
                        draw.between(step + 3, -speed, speed),
                        draw.between(step + 4, -speed, speed),
                        draw.between(step + 5, -speed, speed) / 5.0,
                    ),
                };
                StateBased.predicted(&motion)
            })
            .collect()
    }

    /// Brute force over all pairs finds no conflict that the tree did not propose.
    #[test]
    fn the_tree_misses_nothing() {
        for seed in 0..8 {
            let motions = random_traffic(seed, 300, 60);
            let candidates = candidate_pairs(&motions, &MINIMA).unwrap();
            let mut conflicts = 0;
            for own in 0..motions.len() {
                for intruder in own + 1..motions.len() {
                    if predicted_conflict(&motions[own], &motions[intruder], &MINIMA).is_some() {
                        conflicts += 1;
                        assert!(candidates.binary_search(&CandidatePair { own, intruder }).is_ok());
                    }
                }
            }
            assert!(conflicts > 50, "the traffic must be dense enough to mean something: {conflicts}");
            assert!(candidates.len() < 300 * 299 / 4, "the tree must throw most pairs out: {}", candidates.len());
        }
    }
}
