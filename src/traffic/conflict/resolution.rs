//! Resolution: the velocity that a drone flies instead of the one it wants, so that separation is kept.
//!
//! Each drone decides for itself from what is known of the others. A [`Resolver`] says how to get out of the way, a
//! [`Recovery`] when to go back to the plan.

mod hover;
mod mvp;
mod orca;

use serde::{Deserialize, Serialize};

pub use hover::HoverAndWait;
pub use mvp::Mvp;
pub use orca::Orca;

use super::{Minima, Motion, predicted_conflict};
use crate::aircraft::{AircraftType, Wing};
use crate::world::geo::{Horizontal, Velocity};

/// By how much more than the minima a resolver aims for (5 %, as is usual with MVP).
const ROOM: f64 = 1.05;

/// How fast a drone may fly, m/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeedRange {
    /// Slowest over ground; 0 of who can hover.
    pub least_mps: f64,
    /// Fastest over ground.
    pub most_mps: f64,
    /// Fastest climb.
    pub climb_mps: f64,
    /// Fastest descent.
    pub descent_mps: f64,
}

impl SpeedRange {
    /// That of a type: in still air.
    pub fn of(aircraft: &AircraftType) -> Self {
        Self {
            least_mps: aircraft.wing().map_or(0.0, Wing::least_airspeed_mps),
            most_mps: aircraft.max_airspeed_mps,
            climb_mps: aircraft.climb_mps,
            descent_mps: aircraft.descent_mps,
        }
    }

    /// Whether it can stand in the air.
    pub fn may_hover(&self) -> bool {
        self.least_mps <= 0.0
    }

    /// The velocity that is nearest to one and within the range; of a standstill too slow for it, on along `track`.
    pub fn nearest(&self, velocity: &Velocity, track: &Horizontal) -> Velocity {
        let speed_mps = velocity.xy().norm();
        let direction = velocity.xy().try_normalize(1e-6).or_else(|| track.try_normalize(1e-6));
        let along = direction.map_or_else(Horizontal::zeros, |direction| {
            direction * speed_mps.clamp(self.least_mps, self.most_mps.max(self.least_mps))
        });
        Velocity::new(along.x, along.y, velocity.z.clamp(-self.descent_mps, self.climb_mps))
    }
}

/// The drone that decides.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Where it is and how it moves.
    pub motion: Motion,
    /// The velocity by which it would follow its plan.
    pub wanted: Velocity,
    /// The velocity that it was told to fly last.
    pub commanded: Velocity,
    /// How fast it may fly.
    pub speeds: SpeedRange,
}

/// A drone that it comes too close to, or would if it went back to its plan.
#[derive(Clone, Copy, Debug)]
pub struct Intruder {
    /// Where it is and how it moves.
    pub motion: Motion,
    /// The velocity by which it would follow its plan.
    pub wanted: Velocity,
    /// The separation of the two.
    pub minima: Minima,
    /// The part of the evasion that is the own drone's: none if it has the right of way, half if both evade, all if the other
    /// has it.
    pub share: f64,
}

/// Finds velocities that keep separation. A researcher's own implementation is registered with `Algorithms`.
pub trait Resolver: Send + Sync {
    /// The velocity to fly: within [`Own::speeds`] or not, it is cut to them.
    fn velocity(&self, own: &Own, intruders: &[Intruder]) -> Velocity;

    /// Whether anybody evades at all.
    fn evades(&self) -> bool {
        true
    }

    /// Whether a type of aircraft can do what it asks for.
    fn suits(&self, _aircraft: &AircraftType) -> bool {
        true
    }
}

/// Nobody evades anybody: the baseline.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeepOn;

impl Resolver for KeepOn {
    fn velocity(&self, own: &Own, _: &[Intruder]) -> Velocity {
        own.wanted
    }

    fn evades(&self) -> bool {
        false
    }
}

/// When a drone that evades another goes back to its plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Recovery {
    /// Past the closest point of approach, separated, and out of conflict as it flies.
    PastClosest,
    /// When flying by its plan does not bring it into conflict again.
    Free,
    /// Both.
    #[default]
    PastAndFree,
}

impl Recovery {
    /// Whether the own drone may forget an intruder.
    pub fn is_over(self, own: &Own, intruder: &Intruder) -> bool {
        match self {
            Self::PastClosest => is_past(own, intruder),
            Self::Free => is_free(own, intruder),
            Self::PastAndFree => is_past(own, intruder) && is_free(own, intruder),
        }
    }
}

fn is_past(own: &Own, intruder: &Intruder) -> bool {
    let r = intruder.motion.position - own.motion.position;
    let w = intruder.motion.velocity - own.motion.velocity;
    let is_apart = r.xy().norm() >= intruder.minima.horizontal_m || r.z.abs() >= intruder.minima.vertical_m;
    let is_past = is_apart && r.xy().dot(&w.xy()) >= 0.0;
    is_past && predicted_conflict(&own.motion, &intruder.motion, &intruder.minima).is_none()
}

/// Whatever the intruder does: goes on or back to its own plan.
fn is_free(own: &Own, intruder: &Intruder) -> bool {
    let by_plan = Motion { velocity: own.wanted, ..own.motion };
    let others = [intruder.motion, Motion { velocity: intruder.wanted, ..intruder.motion }];
    others.iter().all(|other| predicted_conflict(&by_plan, other, &intruder.minima).is_none())
}

#[cfg(test)]
mod tests;
