//! Drones that were recorded: `skygrid import track` writes them into the effective scenario of its run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::mission::MissionKind;

/// Drones whose tracks were recorded. They are drawn where a recording has them; a simulation leaves them on the ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Identity.
    pub id: String,
    /// Type in the aircraft catalogue, as which they are drawn.
    pub aircraft: String,
    /// What they flew for, which decides their colour.
    #[serde(default)]
    pub kind: RecordedKind,
    /// How they are called in the files, one after the other; as many drones.
    #[schemars(length(min = 1, max = 50_000))]
    pub names: Vec<String>,
}

/// What recorded drones flew for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedKind {
    /// City flash delivery.
    CityDelivery,
    /// Scenic-area delivery.
    ScenicDelivery,
    /// Looking for fire.
    FirePatrol,
    /// Looking at things.
    #[default]
    Inspection,
}

impl From<RecordedKind> for MissionKind {
    fn from(kind: RecordedKind) -> Self {
        match kind {
            RecordedKind::CityDelivery => Self::CityDelivery,
            RecordedKind::ScenicDelivery => Self::ScenicDelivery,
            RecordedKind::FirePatrol => Self::FirePatrol,
            RecordedKind::Inspection => Self::Inspection,
        }
    }
}
