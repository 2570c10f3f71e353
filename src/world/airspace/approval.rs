//! Approvals: what an authority has opened, for whom, up to what height and when.

use jiff::Timestamp;

use super::{Schedule, Volume};
use crate::message::Text;
use crate::world::geo::Geographic;

/// Permission to fly where flying needs one.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// Identity in the scenario.
    pub id: String,
    /// Name.
    pub name: Text,
    /// The operator who holds it; everybody if absent.
    pub holder: Option<String>,
    /// Who gave it.
    pub authority: Text,
    /// When it holds.
    pub schedule: Schedule,
    /// Where the sun rises and sets for its schedule.
    pub middle: Geographic,
    /// What it opens.
    pub volumes: Vec<Volume>,
}

impl Approval {
    /// Whether an operator may use it; nobody in particular may use what everybody may.
    pub fn is_for(&self, operator: Option<&str>) -> bool {
        self.holder.as_deref().is_none_or(|holder| operator == Some(holder))
    }

    /// Whether it holds at an instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.schedule.holds(at, self.middle)
    }

    /// Whether it holds at every instant from `from` to `to`.
    pub fn holds_throughout(&self, from: Timestamp, to: Timestamp) -> bool {
        self.schedule.holds_throughout(from, to, self.middle)
    }
}
