//! The scenario file as its author writes it: plain structs, units and datum in every name.
//!
//! These structs are the one truth about the format: the JSON Schema is derived from them, the schema finds every fault
//! of shape and range at once, and serde reads what the schema let through.

mod algorithms;
pub mod contingency;
mod flying;
pub mod manned;
pub mod network;
pub mod recorded;
mod route;
pub mod rules;
mod traffic;
pub mod weather;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::formats::raster::VerticalDatum;
use crate::message::Text;
use crate::mission::MissionKind;

pub use algorithms::{AlgorithmNames, Strategic, UNFITTED};
pub use flying::{AircraftFile, Energy, Fleet};
pub use route::{Drawn, Layer, Route, Waypoint};
pub use traffic::{Initial, Pattern, Traffic};

/// The version of this format.
pub const FORMAT: u32 = 1;

/// A scenario: a place, what stands there, who flies and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of this file format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// Short name, used for folders: letters, digits, `-` and `_`.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_-]{1,64}$"))]
    pub name: String,
    /// Title in both languages.
    pub title: Title,
    /// When the run takes place and in what steps.
    pub time: Time,
    /// The airspace: a box between parallels and meridians.
    pub area: Area,
    /// The ground.
    pub terrain: Terrain,
    /// Separation minima and conflict detection.
    #[serde(default)]
    pub separation: Separation,
    /// How much room and time is reserved for a flight before it leaves.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategic: Strategic,
    /// Which algorithm does what, by registered name.
    #[serde(default)]
    pub algorithms: AlgorithmNames,
    /// What is recorded.
    #[serde(default)]
    pub record: Record,
    /// The weather; still air if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<weather::Weather>,
    /// What flying costs.
    #[serde(default)]
    pub energy: Energy,
    /// Types of aircraft besides those of the catalogue.
    #[serde(default)]
    pub aircraft: Vec<AircraftFile>,
    /// Where drones live.
    #[serde(default)]
    pub hub: Vec<Hub>,
    /// Where drones deliver.
    #[serde(default)]
    pub pad: Vec<Pad>,
    /// Drones of one type that share a hub.
    #[serde(default)]
    pub fleet: Vec<Fleet>,
    /// Lines that drones fly along.
    #[serde(default)]
    pub route: Vec<Route>,
    /// Heights by heading, for routes and random traffic that fly in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layer: Vec<Layer>,
    /// Orders, flown along a route to a pad.
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    /// Rounds flown at fixed intervals: fire patrol and inspection.
    #[serde(default)]
    pub round: Vec<Round>,
    /// Seeded traffic without hub or order, for studies.
    #[serde(default)]
    pub traffic: Vec<Traffic>,
    /// Drones that are in the air at the start, each in a given state, and fly straight on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub initial: Vec<Initial>,
    /// Drones whose tracks were recorded: replayed beside the plan, never simulated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<recorded::Recorded>,
    /// Manned aircraft: movements at an airport, helicopters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manned: Vec<manned::Manned>,
    /// Seeded schematic buildings.
    #[serde(default)]
    pub buildings: Vec<Buildings>,
    /// Files with obstacles.
    #[serde(default)]
    pub obstacles: Vec<rules::RuleFile>,
    /// Files with geozones.
    #[serde(default)]
    pub zones: Vec<rules::RuleFile>,
    /// Zones where a rule holds.
    #[serde(default)]
    pub zone: Vec<rules::Zone>,
    /// Airports near the area.
    #[serde(default)]
    pub airport: Vec<rules::Airport>,
    /// Sites above which the air is controlled.
    #[serde(default)]
    pub site: Vec<rules::Site>,
    /// What has been opened, for whom and up to what height.
    #[serde(default)]
    pub approval: Vec<rules::Approval>,
    /// People below.
    #[serde(default)]
    pub crowd: Vec<rules::Crowd>,
    /// Places below that must stay quiet.
    #[serde(default)]
    pub quiet: Vec<rules::Quiet>,
    /// Files with operational intents of others (ASTM F3548-21), which flights here are fitted to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intents: Vec<IntentFile>,
    /// Changes during the run.
    #[serde(default)]
    pub intervention: Vec<rules::Intervention>,
    /// Stations of the low-altitude network; without any the link is perfect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base_station: Vec<network::BaseStation>,
    /// The drones' side of the link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub link: network::Link,
    /// How drones find their positions; without error if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub navigation: network::Navigation,
    /// What drones in trouble do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub contingency: contingency::Contingency,
    /// Sites where drones in trouble may land.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rally: Vec<contingency::Rally>,
    /// What fails on which drone and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failure: Vec<contingency::Failure>,
    /// What fails at random.
    #[serde(default, skip_serializing_if = "is_default")]
    pub failures: contingency::Failures,
    /// Named places, for maps and pictures.
    #[serde(default)]
    pub landmark: Vec<Landmark>,
    /// Rivers, for maps and pictures.
    #[serde(default)]
    pub river: Vec<River>,
}

/// A file with operational intents of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntentFile {
    /// JSON of ASTM F3548-21; path relative to the scenario file.
    pub file: String,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl From<&Title> for Text {
    fn from(title: &Title) -> Self {
        Self::new(&title.en, &title.zh)
    }
}

/// When the run takes place and in what steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Civil time of the start with its UTC offset, such as `2026-05-01T09:00:00+08:00`.
    pub start: String,
    /// Length of the run, s.
    #[schemars(range(min = 1, max = 604_800))]
    pub duration_s: f64,
    /// Simulation step, s; a whole number of milliseconds.
    #[serde(default = "half_a_second")]
    #[schemars(range(min = 0.01, max = 2))]
    pub step_s: f64,
}

fn half_a_second() -> f64 {
    0.5
}

/// The airspace: a box between parallels and meridians, and the surfaces between which drones fly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// South side, degrees north.
    #[schemars(range(min = -80, max = 80))]
    pub south_deg: f64,
    /// North side, degrees north.
    #[schemars(range(min = -80, max = 80))]
    pub north_deg: f64,
    /// West side, degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub west_deg: f64,
    /// East side, degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub east_deg: f64,
    /// Ceiling above the ground at every point (true height), m.
    #[serde(default = "ceiling")]
    #[schemars(range(min = 10, max = 1000))]
    pub ceiling_agl_m: f64,
    /// Least height of a leg over ground and buildings, m.
    #[serde(default = "clearance")]
    #[schemars(range(min = 0, max = 500))]
    pub clearance_m: f64,
}

fn ceiling() -> f64 {
    120.0
}

fn clearance() -> f64 {
    20.0
}

/// The ground: elevation files, or a plane at one height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terrain {
    /// Elevations over latitude and longitude, WGS84: GeoTIFF, SRTM `.hgt` (plain, `.gz`, `.zip`) or ESRI `.asc`; path
    /// relative to the scenario file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Several such files of one model, side by side, instead of `file`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiles: Vec<String>,
    /// What the heights are measured from, where the files do not say so: mean sea level if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vertical_datum: Option<VerticalDatum>,
    /// Fill heights that are missing from their neighbours, round by round, and say how many.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fill_holes: bool,
    /// Coarser file for the land around.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surround_file: Option<String>,
    /// Flat ground at this height above mean sea level, m, instead of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 9000))]
    pub flat_amsl_m: Option<f64>,
    /// Distance between the nodes of the fine height field, m.
    #[serde(default = "posting")]
    #[schemars(range(min = 1, max = 200))]
    pub posting_m: f64,
}

/// Whether nothing was said.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the value over by reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

fn posting() -> f64 {
    10.0
}

/// Separation minima and conflict detection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Separation {
    /// Horizontal minimum, m.
    #[schemars(range(min = 0.1, max = 10_000))]
    pub horizontal_m: f64,
    /// Vertical minimum, m.
    #[schemars(range(min = 0.1, max = 1_000))]
    pub vertical_m: f64,
    /// Look-ahead of the prediction, s.
    #[schemars(range(min = 0, max = 600))]
    pub look_ahead_s: f64,
    /// Detection interval, s; a multiple of the step.
    #[schemars(range(min = 0.01, max = 60))]
    pub interval_s: f64,
    /// Where the minima come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Other minima of who flies a type or on missions of a kind; the first that fits counts. Of a pair those of the one that
    /// needs more hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zone: Vec<SeparationZone>,
}

impl Default for Separation {
    fn default() -> Self {
        Self {
            horizontal_m: 50.0,
            vertical_m: 15.0,
            look_ahead_s: 30.0,
            interval_s: 1.0,
            source: None,
            zone: Vec::new(),
        }
    }
}

/// Separation minima of some drones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeparationZone {
    /// Type of aircraft; any if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aircraft: Option<String>,
    /// What they fly for; anything if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mission: Option<recorded::RecordedKind>,
    /// Horizontal minimum, m.
    #[schemars(range(min = 0.1, max = 10_000))]
    pub horizontal_m: f64,
    /// Vertical minimum, m.
    #[schemars(range(min = 0.1, max = 1_000))]
    pub vertical_m: f64,
    /// Where they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// Interval between frames, s; a multiple of the step.
    #[schemars(range(min = 0.01, max = 60))]
    pub interval_s: f64,
}

impl Default for Record {
    fn default() -> Self {
        Self { interval_s: 1.0 }
    }
}

/// A place, degrees WGS84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Latitude, degrees north.
    #[schemars(range(min = -90, max = 90))]
    pub lat_deg: f64,
    /// Longitude, degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub lon_deg: f64,
}

/// Where drones live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where it is.
    pub position: Position,
    /// Least time between two departures, s.
    #[serde(default = "departure_interval")]
    #[schemars(range(min = 0, max = 3600))]
    pub departure_interval_s: f64,
}

fn departure_interval() -> f64 {
    30.0
}

/// Where drones deliver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where it is.
    pub position: Position,
    /// How many drones can stand on it at once.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100))]
    pub stands: u16,
    /// Time a drone stands there to hand over, s.
    #[serde(default = "hand_over")]
    #[schemars(range(min = 0, max = 3600))]
    pub hand_over_s: f64,
    /// Height above the stand at which a drone hovers to hand over with a winch, m; without it the drone lands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 100))]
    pub winch_agl_m: Option<f64>,
}

fn one() -> u16 {
    1
}

fn hand_over() -> f64 {
    60.0
}

/// Orders, flown along a route to a pad.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Identity.
    pub id: String,
    /// City or scenic delivery.
    pub kind: DeliveryKind,
    /// Route to the pad.
    pub route: String,
    /// Fleet that flies.
    pub fleet: String,
    /// Mean rate of the Poisson process of orders, 1/h.
    #[schemars(range(min = 0, max = 100_000))]
    pub orders_per_hour: f64,
    /// Least and greatest payload, kg; uniform between.
    pub payload_kg: Range,
}

/// What a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryKind {
    /// City flash delivery.
    City,
    /// Scenic-area delivery.
    Scenic,
}

impl From<DeliveryKind> for MissionKind {
    fn from(kind: DeliveryKind) -> Self {
        match kind {
            DeliveryKind::City => Self::CityDelivery,
            DeliveryKind::Scenic => Self::ScenicDelivery,
        }
    }
}

/// From least to greatest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Least.
    #[schemars(range(min = 0, max = 100_000))]
    pub min: f64,
    /// Greatest.
    #[schemars(range(min = 0, max = 100_000))]
    pub max: f64,
}

/// Rounds flown at fixed intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Identity.
    pub id: String,
    /// Fire patrol or inspection.
    pub kind: RoundKind,
    /// Circuit to fly.
    pub route: String,
    /// Fleet that flies.
    pub fleet: String,
    /// When the first round is due, s after the start.
    #[serde(default)]
    #[schemars(range(min = 0, max = 604_800))]
    pub first_s: f64,
    /// Interval between two rounds, s.
    #[schemars(range(min = 1, max = 604_800))]
    pub every_s: f64,
}

/// What a round is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoundKind {
    /// Looking for fire.
    FirePatrol,
    /// Looking at things.
    Inspection,
}

impl From<RoundKind> for MissionKind {
    fn from(kind: RoundKind) -> Self {
        match kind {
            RoundKind::FirePatrol => Self::FirePatrol,
            RoundKind::Inspection => Self::Inspection,
        }
    }
}

/// A seeded block of schematic buildings on a regular street grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Buildings {
    /// Identity.
    pub id: String,
    /// South-west corner.
    pub south_west: Position,
    /// North-east corner.
    pub north_east: Position,
    /// Distance between the centres of neighbouring plots, m.
    #[schemars(range(min = 10, max = 1000))]
    pub plot_m: f64,
    /// Share of the plots that are built on.
    #[schemars(range(min = 0, max = 1))]
    pub built_share: f64,
    /// Heights, m; most are low.
    pub height_m: Range,
}

/// A named place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// Identity.
    pub id: String,
    /// Name in both languages.
    pub name: Title,
    /// Where it is.
    pub position: Position,
    /// Whether the position is only roughly known (示意).
    #[serde(default)]
    pub schematic: bool,
}

/// A river.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct River {
    /// Identity.
    pub id: String,
    /// Name in both languages.
    pub name: Title,
    /// Width, m.
    #[schemars(range(min = 1, max = 5000))]
    pub width_m: f64,
    /// Centre line, downstream.
    pub line: Vec<Position>,
    /// Whether the line is only roughly known (示意).
    #[serde(default)]
    pub schematic: bool,
}
