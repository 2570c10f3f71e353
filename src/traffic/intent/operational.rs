//! Operational intents: the volumes that a flight is meant to stay in, and what has become of that.

use serde::{Deserialize, Serialize};

use super::volume::Volume4D;
use crate::message::words::Word;
use crate::units::SimTime;

/// An intent, numbered in the order of filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntentId(pub u32);

/// What has become of an intent (states of ASTM F3548-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentState {
    /// Filed; it may still be changed.
    Accepted,
    /// Being flown.
    Activated,
    /// The drone has left its volumes and is expected to come back.
    Nonconforming,
    /// The drone will not come back to its volumes.
    Contingent,
}

impl IntentState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Activated, Self::Nonconforming, Self::Contingent];

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Accepted => Word::new("accepted", "已受理"),
            Self::Activated => Word::new("activated", "已激活"),
            Self::Nonconforming => Word::new("nonconforming", "不一致"),
            Self::Contingent => Word::new("contingent", "应急"),
        }
    }
}

/// Who goes first where two intents cannot both be flown; the greater wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Goods.
    Delivery,
    /// Looking at things.
    Inspection,
    /// Looking for fire.
    Fire,
    /// Lives.
    Emergency,
}

impl Priority {
    /// All priorities, the least first.
    pub const ALL: [Self; 4] = [Self::Delivery, Self::Inspection, Self::Fire, Self::Emergency];

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Delivery => Word::new("delivery", "配送"),
            Self::Inspection => Word::new("inspection", "巡检"),
            Self::Fire => Word::new("fire", "消防"),
            Self::Emergency => Word::new("emergency", "紧急"),
        }
    }
}

/// A flight as it is meant to be flown.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationalIntent {
    /// Who goes first.
    pub priority: Priority,
    /// What has become of it.
    pub state: IntentState,
    /// Its volumes, in the order of flying.
    pub volumes: Vec<Volume4D>,
}

impl OperationalIntent {
    /// Its first and its last instant; `None` if it has no volumes.
    pub fn window(&self) -> Option<[SimTime; 2]> {
        let from = self.volumes.iter().map(|volume| volume.from).min()?;
        let to = self.volumes.iter().map(|volume| volume.to).max()?;
        Some([from, to])
    }
}
