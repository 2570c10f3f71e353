//! Which algorithms fly, and how much room flights are given before they leave.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::traffic::conflict::Recovery;

/// How much room and time is reserved around the path of a flight before it leaves, beyond half the separation minima.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Strategic {
    /// To each side, m: how far a drone may stray.
    #[schemars(range(min = 0, max = 500))]
    pub lateral_m: f64,
    /// Up and down, m.
    #[schemars(range(min = 0, max = 100))]
    pub vertical_m: f64,
    /// How much earlier than planned a drone may be somewhere, s.
    #[schemars(range(min = 0, max = 600))]
    pub early_s: f64,
    /// How much later, s.
    #[schemars(range(min = 0, max = 600))]
    pub late_s: f64,
    /// Longest that a flight waits for others on the ground before it is refused, s.
    #[schemars(range(min = 0, max = 7200))]
    pub patience_s: f64,
    /// How many other routes to a pad are kept ready, besides other heights, for flights that would meet others.
    #[schemars(range(min = 0, max = 4))]
    pub other_routes: u8,
}

impl Default for Strategic {
    fn default() -> Self {
        Self { lateral_m: 5.0, vertical_m: 2.0, early_s: 3.0, late_s: 5.0, patience_s: 900.0, other_routes: 1 }
    }
}

/// The strategy by which nothing is filed.
pub const UNFITTED: &str = "unfitted";

/// Which algorithm does what, by registered name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlgorithmNames {
    /// Which ready drone takes a task.
    pub dispatcher: String,
    /// How the near future of drones is predicted: `state-based`, straight on; `intent-based`, along their plans.
    pub prediction: String,
    /// How a flight is fitted to the others before it leaves.
    pub strategic: String,
    /// How drones in the air evade each other.
    pub resolver: String,
    /// When they go back to their plans: past the closest point and apart, or as soon as the plan is free.
    pub recovery: Recovery,
}

impl Default for AlgorithmNames {
    fn default() -> Self {
        Self {
            dispatcher: "longest-ready".into(),
            prediction: "state-based".into(),
            strategic: "least-cost".into(),
            resolver: "none".into(),
            recovery: Recovery::default(),
        }
    }
}
