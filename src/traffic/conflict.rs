//! Conflicts between two drones: the broad phase proposes pairs, the narrow phase decides exactly, the monitor remembers.
//!
//! *Loss of separation* is now: both distances are below the minima. A *conflict* is predicted: a loss within the
//! look-ahead. An *encounter* is a pair's whole episode. The three are never counted together.

mod detector;
mod hazard;
mod monitor;
mod narrow;
mod neighbours;
mod prediction;
mod resolution;

use serde::{Deserialize, Serialize};

pub use detector::Detector;
pub use hazard::{Hazard, HazardAhead, HazardChange, HazardMonitor};
pub use monitor::{Monitor, MonitorChange, Pair};
pub use narrow::{ClosestApproach, PredictedConflict, closest_approach, is_loss_of_separation, predicted_conflict};
pub use neighbours::{CandidatePair, MOST_CONFLICTS, Neighbours, Overcrowded, Work};
pub use prediction::{Basis, Courses, Intended, IntentBased, Motion, Prediction, StateBased, Stretch};
pub use resolution::{HoverAndWait, Intruder, KeepOn, Mvp, Orca, Own, Recovery, Resolver, SpeedRange};

use crate::units::SimTime;

/// Separation minima and how far ahead a loss of them is looked for. A pair is separated if its horizontal distance is
/// at least `horizontal_m` **or** its vertical distance at least `vertical_m`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minima {
    /// Horizontal minimum R, m.
    pub horizontal_m: f64,
    /// Vertical minimum h, m.
    pub vertical_m: f64,
    /// Look-ahead T.
    pub look_ahead: SimTime,
}

/// The protected zone of a drone: a cylinder that no other drone should enter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProtectedZone {
    /// Its radius, m.
    pub horizontal_m: f64,
    /// Half its height, m.
    pub vertical_m: f64,
}

impl Minima {
    /// Those of a pair: the larger of the two zones, to the side and in height.
    pub const fn between(own: &Motion, intruder: &Motion, look_ahead: SimTime) -> Self {
        let (own, intruder) = (&own.zone, &intruder.zone);
        Self {
            horizontal_m: own.horizontal_m.max(intruder.horizontal_m),
            vertical_m: own.vertical_m.max(intruder.vertical_m),
            look_ahead,
        }
    }

    /// The zone that has these minima towards one that is no larger.
    pub const fn zone(&self) -> ProtectedZone {
        ProtectedZone { horizontal_m: self.horizontal_m, vertical_m: self.vertical_m }
    }
}

/// Part of the look-ahead by which a loss must be farther ahead than a bound for its level to be lowered.
const HELD_PART: f64 = 0.1;

/// How urgent a predicted conflict is. Ordered: a higher level implies the lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum AlertLevel {
    /// Predicted within the look-ahead.
    Advisory = 0,
    /// Predicted within two thirds of the look-ahead.
    Caution = 1,
    /// Predicted within one third of the look-ahead, or separation is already lost.
    Warning = 2,
}

impl AlertLevel {
    /// All levels in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Advisory, Self::Caution, Self::Warning];

    /// The level of a loss `t_in_s` seconds ahead of a pair that was at this level: raised at once, lowered only once the loss is
    /// farther ahead than the bound by a tenth of the look-ahead, so that it does not flicker.
    #[must_use]
    pub fn next(self, t_in_s: f64, look_ahead: SimTime) -> Self {
        let held = Self::of(t_in_s - HELD_PART * look_ahead.seconds(), look_ahead);
        Self::of(t_in_s, look_ahead).max(held.min(self))
    }

    /// The level of a loss `t_in_s` seconds ahead.
    pub fn of(t_in_s: f64, look_ahead: SimTime) -> Self {
        let third = look_ahead.seconds() / 3.0;
        if t_in_s <= third {
            Self::Warning
        } else if t_in_s <= 2.0 * third {
            Self::Caution
        } else {
            Self::Advisory
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bounds at 10 and 20 s: up at once, down 3 s later.
    #[test]
    fn levels_are_lowered_late() {
        let look_ahead = SimTime::from_millis(30_000);
        let mut level = AlertLevel::Advisory;
        let told = [25.0, 19.0, 21.0, 22.9, 23.1, 9.0, 12.9, 13.1, 24.0, 5.0, 29.0].map(|t_in_s| {
            level = level.next(t_in_s, look_ahead);
            level as u8
        });
        assert_eq!(told, [0, 1, 1, 1, 0, 2, 2, 1, 0, 2, 0]);
    }
}
