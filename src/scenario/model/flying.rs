//! Who flies: types of aircraft, fleets, and what flying costs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aircraft::{BatteryService, EnergyModel};

/// What flying costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Energy {
    /// Model of the power in flight: `momentum`, fitted to the hover time of each type, or `zeng`, to compare with.
    pub model: EnergyModel,
}

/// A file with a type of aircraft; a type of the catalogue with the same identity is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AircraftFile {
    /// The file, path relative to the scenario; `skygrid aircraft m350 --file` prints one to start from.
    pub file: String,
}

/// Drones of one type that share a hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// Identity.
    pub id: String,
    /// Type in the aircraft catalogue.
    pub aircraft: String,
    /// Who operates it: whose approvals it flies on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Home hub.
    pub hub: String,
    /// How many drones.
    #[schemars(range(min = 1, max = 50_000))]
    pub count: u16,
    /// Time on the hub between two sorties (battery swap, loading), s.
    #[serde(default = "turn_around")]
    #[schemars(range(min = 0, max = 86_400))]
    pub turn_around_s: f64,
    /// Share of the usable battery that a sortie must leave.
    #[serde(default = "reserve_share")]
    #[schemars(range(min = 0, max = 0.9))]
    pub reserve_share: f64,
    /// What happens to the battery between two sorties: `swap`, or `charge`, which the drone waits for.
    #[serde(default)]
    pub battery: BatteryService,
}

fn reserve_share() -> f64 {
    0.2
}

fn turn_around() -> f64 {
    180.0
}
