//! Manned aircraft, as a scenario gives them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Title;
use crate::traffic::manned::{MannedKind, WellClear};

/// Movements of manned aircraft along one course: a `path`, or an arrival or a departure at an `airport`; at given times
/// (`at_s`) or at random (`per_hour`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manned {
    /// Identity; random times hang on it, and on nothing else in the file.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// What flies.
    pub kind: MannedKind,
    /// Points of the course, joined by straight lines in space.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<CoursePoint>,
    /// Airport that it arrives at or departs from, in place of `path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub airport: Option<String>,
    /// What it does there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movement: Option<RunwayMovement>,
    /// Which of the two `thresholds` of the airport an arrival comes in over or a departure starts at: 1 or 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2))]
    pub runway_end: Option<u8>,
    /// Speed along the course, m/s; by kind if absent: 70 (airliner), 40 (light aircraft), 50 (helicopter).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 5, max = 350))]
    pub speed_mps: Option<f64>,
    /// When movements begin, s after the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 0, max = 604_800)))]
    pub at_s: Vec<f64>,
    /// Mean rate of the Poisson process by which movements begin, 1/h, in place of `at_s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1000))]
    pub per_hour: Option<f64>,
    /// Horizontal distance at which drones are well clear, m; 2000 ft (ASTM F3442) if absent.
    #[serde(default = "well_clear_horizontal")]
    #[schemars(range(min = 1, max = 20_000))]
    pub well_clear_horizontal_m: f64,
    /// Vertical distance at which drones are well clear, m; 250 ft (ASTM F3442) if absent.
    #[serde(default = "well_clear_vertical")]
    #[schemars(range(min = 1, max = 5_000))]
    pub well_clear_vertical_m: f64,
}

fn well_clear_horizontal() -> f64 {
    WellClear::default().horizontal_m
}

fn well_clear_vertical() -> f64 {
    WellClear::default().vertical_m
}

/// What a manned aircraft does at an airport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunwayMovement {
    /// Comes in from 10 km out on a glide path of 3°, 15 m over the threshold, and rolls to the end of the runway.
    Arrival,
    /// Rolls along the runway and climbs straight on to 10 km beyond its end: 10 % (airliner), 9 % (light aircraft) or 12 %
    /// (helicopter).
    Departure,
}

/// A point of a course, at a height above ground or above mean sea level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoursePoint {
    /// Latitude, degrees north.
    #[schemars(range(min = -90, max = 90))]
    pub lat_deg: f64,
    /// Longitude, degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub lon_deg: f64,
    /// Height above ground, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_000))]
    pub altitude_agl_m: Option<f64>,
    /// Height above mean sea level, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 20_000))]
    pub altitude_amsl_m: Option<f64>,
}

impl Manned {
    /// How many movements a run of this length has, on average if at random.
    #[expect(clippy::cast_precision_loss, reason = "the length of a list in a file")]
    pub fn movements(&self, duration_s: f64) -> f64 {
        self.at_s.len() as f64 + self.per_hour.unwrap_or(0.0) * duration_s / 3600.0
    }
}
