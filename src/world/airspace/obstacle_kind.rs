//! What stands in the way, by kind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::words::Word;

/// A kind of obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObstacleKind {
    /// A building.
    Building,
    /// Something else.
    Other,
}

impl ObstacleKind {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Building => Word::new("building", "建筑"),
            Self::Other => Word::new("obstacle", "障碍物"),
        }
    }
}
