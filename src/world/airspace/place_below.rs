//! What lies below: people, and places that must stay quiet.

use jiff::Timestamp;

use super::{Footprint, Schedule};
use crate::message::Text;
use crate::world::geo::Geographic;

/// An area below that limits flying without forbidding it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceBelow {
    /// Identity in the scenario.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What is there.
    pub matter: Matter,
    /// Where.
    pub footprint: Footprint,
    /// When.
    pub schedule: Schedule,
    /// Where the sun rises and sets for its schedule.
    pub middle: Geographic,
}

/// What is below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Matter {
    /// People.
    People {
        /// How many on a square kilometre.
        per_km2: f64,
    },
    /// A place that must stay quiet.
    Quiet {
        /// Most sound level that a passing drone may make there, dB(A).
        limit_dba: f64,
    },
}

impl PlaceBelow {
    /// Whether it is so at an instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.schedule.holds(at, self.middle)
    }
}
