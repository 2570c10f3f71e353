//! What fails during a run, and what drones do about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Position, Title};
use crate::aircraft::Fault;
use crate::traffic::contingency::Response;

/// What drones in trouble do, and how soon.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Contingency {
    /// How long a drone holds before it acts, s: the trouble may pass.
    #[schemars(range(min = 0, max = 3600))]
    pub reaction_s: f64,
    /// How long a drone waits for a blocked pad, s.
    #[schemars(range(min = 0, max = 3600))]
    pub pad_wait_s: f64,
    /// How long it takes to fetch a drone that came down away from its hub, s.
    #[schemars(range(min = 0, max = 604_800))]
    pub fetch_s: f64,
    /// A motor gave out: `parachute`, where the type has one, or `land`.
    pub motor_fault: Response,
    /// The battery does not carry the rest with its reserve.
    pub low_battery: Response,
    /// The position is lost.
    pub navigation_loss: Response,
    /// The weather is beyond the limits of the type.
    pub weather: Response,
    /// The air ahead is being closed.
    pub zone_closing: Response,
    /// The link is lost.
    pub lost_link: Response,
    /// The pad is blocked.
    pub pad_blocked: Response,
}

impl Default for Contingency {
    /// Holding for 5 s is what autopilots do before they act on a lost link (`ArduPilot` `FS_GCS` 5 s, makers 3 to 6 s); to wait
    /// for two minutes and to be fetched in half an hour are assumptions.
    fn default() -> Self {
        Self {
            reaction_s: 5.0,
            pad_wait_s: 120.0,
            fetch_s: 1800.0,
            motor_fault: Response::Parachute,
            low_battery: Response::Return,
            navigation_loss: Response::Land,
            weather: Response::Return,
            zone_closing: Response::Return,
            lost_link: Response::Return,
            pad_blocked: Response::Return,
        }
    }
}

impl Contingency {
    /// The response to each trouble, by its key.
    pub const fn responses(&self) -> [(&'static str, Response); 7] {
        [
            ("motor_fault", self.motor_fault),
            ("low_battery", self.low_battery),
            ("navigation_loss", self.navigation_loss),
            ("weather", self.weather),
            ("zone_closing", self.zone_closing),
            ("lost_link", self.lost_link),
            ("pad_blocked", self.pad_blocked),
        ]
    }
}

/// A site where drones in trouble may land, one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rally {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where it is.
    pub position: Position,
}

/// A failure of one drone at a given time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The drone: its fleet and its number from 1, such as `scenic-3`.
    pub drone: String,
    /// What fails.
    pub fault: Fault,
    /// When, s after the start.
    #[schemars(range(min = 0, max = 604_800))]
    pub at_s: f64,
    /// For how long, s; to the end of the run if absent. A motor and a pack are mended when the drone is back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 604_800))]
    pub lasts_s: Option<f64>,
}

/// Failures at random: of each drone by itself, by the clock, whatever it and others do at that time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Failures {
    /// Motor failures of a drone in an hour.
    #[schemars(range(min = 0, max = 60))]
    pub motor_per_h: f64,
    /// Link failures of a drone in an hour.
    #[schemars(range(min = 0, max = 60))]
    pub link_per_h: f64,
    /// Times that the satellites of a drone are jammed in an hour.
    #[schemars(range(min = 0, max = 60))]
    pub navigation_per_h: f64,
    /// Failures of a battery pack of a drone in an hour.
    #[schemars(range(min = 0, max = 60))]
    pub battery_per_h: f64,
    /// How long link failures and jamming last on average, s.
    #[schemars(range(min = 0.1, max = 86_400))]
    pub lasts_s: f64,
}

impl Failures {
    /// Failures of all kinds of a drone in an hour.
    pub const fn per_h(&self) -> f64 {
        self.motor_per_h + self.link_per_h + self.navigation_per_h + self.battery_per_h
    }
}

impl Default for Failures {
    fn default() -> Self {
        Self { motor_per_h: 0.0, link_per_h: 0.0, navigation_per_h: 0.0, battery_per_h: 0.0, lasts_s: 60.0 }
    }
}
