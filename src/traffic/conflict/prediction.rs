//! What is assumed about the near future of a drone.

use super::ProtectedZone;
use crate::units::DroneId;
use crate::world::geo::{Position, Velocity};

/// A drone as conflict detection sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Which drone.
    pub drone: DroneId,
    /// Where it is.
    pub position: Position,
    /// Its velocity.
    pub velocity: Velocity,
    /// Its protected zone.
    pub zone: ProtectedZone,
}

/// Says how a drone will move during the look-ahead. A researcher's own implementation is registered with `Algorithms`.
pub trait Prediction: Send + Sync {
    /// The straight motion to assume from now on.
    fn predicted(&self, now: &Motion) -> Motion;
}

/// Straight on at the current velocity. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct StateBased;

impl Prediction for StateBased {
    fn predicted(&self, now: &Motion) -> Motion {
        *now
    }
}
