//! Where somebody will fly, seen from above.

use super::Footprint;
use crate::world::geo::{Place, Rectangle};

/// A straight line over the ground, and how far beside it somebody may fly.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// One end.
    pub from: Place,
    /// The other; the same for the surroundings of a place.
    pub to: Place,
    /// How far beside it, m.
    pub margin_m: f64,
}

impl Way {
    /// The rectangle around it.
    pub fn extent(&self) -> Rectangle {
        Rectangle { low: self.from.inf(&self.to), high: self.from.sup(&self.to) }.grown(self.margin_m)
    }

    /// Whether a footprint is closer to it than its margin.
    pub fn meets(&self, footprint: &Footprint) -> bool {
        !footprint.shares_within(&self.from, &self.to, self.margin_m).is_empty()
    }
}
