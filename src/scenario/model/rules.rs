//! What limits flying, as a scenario gives it: airports, controlled sites, geozones, obstacles, approvals, places below,
//! and what is changed during a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Position, Title};
use crate::world::airspace::{Control, Reason, Restriction, SiteKind};
use crate::world::geo::CoordinateSystem;

/// A part of the ground: one of circle, polygon, line and route.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// A circle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circle: Option<Circle>,
    /// The corners of a polygon.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub polygon: Vec<Position>,
    /// A line; needs `width_m`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub line: Vec<Position>,
    /// A route of this scenario, from its hub to its end; needs `width_m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Width of what lies along the line or the route, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 100_000))]
    pub width_m: Option<f64>,
}

/// A circle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Latitude of its centre, degrees north.
    #[schemars(range(min = -90, max = 90))]
    pub lat_deg: f64,
    /// Longitude of its centre, degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub lon_deg: f64,
    /// Its radius, m.
    #[schemars(range(min = 0.1, max = 200_000))]
    pub radius_m: f64,
}

/// When something holds: between two instants, and in daily periods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// First instant, such as `2026-05-01T06:00:00+08:00`; open if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The first instant after it; open if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Days of the week; every day if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Day>,
    /// When it begins on those days: `HH:MM` of local time, `sunrise`, `sunset`, `dawn` or `dusk` (civil twilight).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// When it ends; before `from` it is on the next day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// Heights between which something holds; from the ground up to no end if all are absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Lower limit above ground, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_000))]
    pub lower_agl_m: Option<f64>,
    /// Lower limit above mean sea level, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 20_000))]
    pub lower_amsl_m: Option<f64>,
    /// Upper limit above ground, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_000))]
    pub upper_agl_m: Option<f64>,
    /// Upper limit above mean sea level, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 20_000))]
    pub upper_amsl_m: Option<f64>,
}

/// An airport near the area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Airport {
    /// Identity.
    pub id: String,
    /// Name in both languages.
    pub name: Title,
    /// The two thresholds of its runway.
    pub thresholds: [Position; 2],
    /// Elevation that the obstacle-limitation surfaces are measured from, m above mean sea level.
    #[schemars(range(min = -500, max = 6000))]
    pub elevation_amsl_m: f64,
    /// Code number of the runway, 1 to 4.
    #[serde(default = "code_four")]
    #[schemars(range(min = 1, max = 4))]
    pub code_number: u8,
    /// Width of the inner edge of the approach surface, m; by the code number if absent (editions of the annex differ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 30, max = 600))]
    pub inner_edge_m: Option<f64>,
    /// What needs an approval near it.
    #[serde(default)]
    pub control: Control,
    /// Published protection area, in place of the clearance rectangle (20 km beyond the ends, 10 km to each side).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Shape>,
    /// File with the published protection area: ED-269, ED-318 or `GeoJSON`, its first feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection_file: Option<String>,
    /// Who decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Title>,
}

fn code_four() -> u8 {
    4
}

/// A site above which the air is controlled (Art. 19 of Order 761).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Identity.
    pub id: String,
    /// Name in both languages.
    pub name: Title,
    /// What it is.
    pub kind: SiteKind,
    /// Where it is.
    pub area: Shape,
    /// How far around it the air is controlled, m; an engineering value by kind if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 20_000))]
    pub buffer_m: Option<f64>,
    /// Who decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Title>,
}

/// A zone where a rule holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// What it asks of a flight.
    pub restriction: Restriction,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Where.
    pub area: Shape,
    /// Between which heights.
    #[serde(default)]
    pub limits: Limits,
    /// When; always if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// What it asks in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    /// When a temporary closure was made known: at least 24 h before it begins, 30 min in an emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Whether it answers an emergency.
    #[serde(default)]
    pub emergency: bool,
    /// Who decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Title>,
}

/// A file of others, with zones or obstacles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Path relative to the scenario file. Zones: ED-269, ED-318 or `GeoJSON`; obstacles: `GeoJSON`.
    pub file: String,
    /// What its coordinates are in; what it says itself, or WGS84, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<CoordinateSystem>,
}

/// Permission to fly where flying needs one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// The operator who holds it; everybody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Where.
    pub area: Shape,
    /// Between which heights.
    pub limits: Limits,
    /// When; always if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Title>,
}

/// People below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crowd {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where.
    pub area: Shape,
    /// How many on a square kilometre.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub people_per_km2: f64,
    /// When; always if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
}

/// A place below that must stay quiet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where.
    pub area: Shape,
    /// Most sound level that a passing drone may make there, dB(A).
    #[schemars(range(min = 20, max = 120))]
    pub limit_dba: f64,
    /// When; always if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
}

/// A change during the run: one of `close`, `stop_departures`, `block_pad` and `call_out`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intervention {
    /// Identity.
    pub id: String,
    /// When, s after the start.
    #[schemars(range(min = 0, max = 604_800))]
    pub at_s: f64,
    /// Until when, s after the start; to the end of the run if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 604_800))]
    pub until_s: Option<f64>,
    /// Closes a part of the air at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<Close>,
    /// Hub that nobody leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_departures: Option<String>,
    /// Pad that cannot be landed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_pad: Option<String>,
    /// Round (`[[round]]`) that is due at once, before all that waits: an alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_out: Option<String>,
}

/// A part of the air to close, to everybody or to all but one operator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// Name in both languages.
    pub name: Title,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Where.
    pub area: Shape,
    /// Between which heights.
    #[serde(default)]
    pub limits: Limits,
    /// Operator who may fly there all the same: for whom the way is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<String>,
}
