//! Traffic without hub or order, for studies: seeded, or in given states.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Position, Range};
use crate::formats::states::StateRecord;

/// Seeded traffic: every drone of it is airborne from the start, at one height above ground and one speed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Traffic {
    /// Identity.
    pub id: String,
    /// Type in the aircraft catalogue.
    pub aircraft: String,
    /// Who operates it: whose approvals it flies on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// How many drones.
    #[schemars(range(min = 1, max = 50_000))]
    pub count: u16,
    /// Where they fly.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub pattern: Pattern,
    /// Middle of the pattern; that of the area if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Position>,
    /// Radius of `super-circle` and `hub-and-spoke`, length of the streams of `crossing`, m; 0.45 of the shorter side of the
    /// area if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 20, max = 200_000))]
    pub radius_m: Option<f64>,
    /// Width of the streams of `crossing`, m; 500 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100_000))]
    pub width_m: Option<f64>,
    /// Angle between the streams of `crossing`, degrees; 90 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 180))]
    pub angle_deg: Option<f64>,
    /// Heights above ground, m; uniform between.
    pub altitude_agl_m: Range,
    /// Whether they fly in the layers of their headings, where there is one (`[[layer]]`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_heading: bool,
    /// Speeds over ground, m/s; uniform between.
    pub speed_mps: Range,
}

/// Where seeded traffic flies. All but `wander` fly straight on until they leave the area, and nobody takes their place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// From one random place of the area to the next, for ever.
    #[default]
    Wander,
    /// From a random place in a random direction.
    Straight,
    /// From evenly on a circle through its centre.
    SuperCircle,
    /// In two streams that cross.
    Crossing,
    /// Between a hub and a circle around it; every other one to the hub, where it ends.
    HubAndSpoke,
}

/// Drones that are in the air at the start, each in a given state. Each flies straight on, at its height if it does not climb,
/// until it leaves the area; one without speed hovers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Initial {
    /// Identity.
    pub id: String,
    /// Type in the aircraft catalogue.
    pub aircraft: String,
    /// Who operates them: whose approvals they fly on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// CSV with a row for each drone, instead of `states`; path relative to the scenario file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The states themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50_000))]
    pub states: Vec<StateRecord>,
    /// What the file holds, once it is read.
    #[serde(skip)]
    pub read: Option<Vec<StateRecord>>,
}

impl Initial {
    /// The states, wherever they come from.
    pub fn all(&self) -> &[StateRecord] {
        self.read.as_deref().unwrap_or(&self.states)
    }
}
