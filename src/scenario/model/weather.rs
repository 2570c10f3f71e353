//! The weather, as a scenario gives it: from a file, constant, or generated, with fronts on top.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::world::weather::{Profile as Law, Turbulence};

/// The weather: exactly one of `file`, `constant` and `generated`, and how it acts at a place and a height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weather {
    /// CSV file of hours; path relative to the scenario file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How the wind grows with height: `power-a` (open water) to `power-d` (cities) by GB 50009, or a log law.
    #[serde(default)]
    pub profile: Profile,
    /// Whether hills speed the wind up (GB 50009).
    #[serde(default = "yes")]
    pub hills: bool,
    /// How strong turbulence is (Dryden, MIL-F-8785C).
    #[serde(default)]
    pub turbulence: Turbulence,
    /// Weather that does not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<Constant>,
    /// Weather drawn from a climate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// Passages during the run; of several at once the last counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub front: Vec<Front>,
}

const fn yes() -> bool {
    true
}

/// How the mean wind grows with the height above the ground.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Profile {
    /// A power law by terrain class.
    Power(PowerClass),
    /// A log law by roughness.
    Log(LogLaw),
}

impl Default for Profile {
    fn default() -> Self {
        Self::Power(PowerClass::PowerB)
    }
}

/// A terrain class of GB 50009-2012.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PowerClass {
    /// Open water, coast, desert: exponent 0.12.
    PowerA,
    /// Fields, villages, sparse trees: 0.15.
    PowerB,
    /// Towns, woods: 0.22.
    PowerC,
    /// Cities of tall buildings: 0.30.
    PowerD,
}

/// A log law.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogLaw {
    /// Roughness z0, m: 0.03 grass, 0.4 suburb, 0.5 to 1 forest.
    #[schemars(range(min = 0.0001, max = 3))]
    pub roughness_m: f64,
    /// Height by which trees or roofs lift the wind, m.
    #[serde(default)]
    #[schemars(range(min = 0, max = 6))]
    pub displacement_m: f64,
}

impl From<Profile> for Law {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Power(PowerClass::PowerA) => Self::POWER_A,
            Profile::Power(PowerClass::PowerB) => Self::POWER_B,
            Profile::Power(PowerClass::PowerC) => Self::POWER_C,
            Profile::Power(PowerClass::PowerD) => Self::POWER_D,
            Profile::Log(LogLaw { roughness_m, displacement_m }) => Self::Log { roughness_m, displacement_m },
        }
    }
}

/// Weather that does not change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Mean wind 10 m above flat ground, m/s.
    #[schemars(range(min = 0, max = 120))]
    pub wind_mps: f64,
    /// Where the wind comes from, degrees clockwise from north.
    #[serde(default)]
    #[schemars(range(min = 0, max = 360))]
    pub direction_deg: f64,
    /// Gusts, m/s; 1.5 times the mean wind if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 120))]
    pub gust_mps: Option<f64>,
    /// How far one can see, m.
    #[serde(default = "clear")]
    #[schemars(range(min = 0, max = 200_000))]
    pub visibility_m: f64,
    /// Rain, or snow as water, mm/h.
    #[serde(default)]
    #[schemars(range(min = 0, max = 500))]
    pub precipitation_mmph: f64,
    /// Temperature of the air, °C.
    #[serde(default = "mild")]
    #[schemars(range(min = -90, max = 60))]
    pub temperature_c: f64,
}

const fn clear() -> f64 {
    20_000.0
}

const fn mild() -> f64 {
    15.0
}

/// Weather drawn from a climate, that of Chaoyang where nothing else is given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// Seed of the weather, apart from that of the run.
    #[serde(default = "first")]
    #[schemars(range(min = 0, max = 4_294_967_295_u32))]
    pub seed: u32,
    /// Mean wind 10 m above flat ground by month from January, m/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_wind_mps: Option<[f64; 12]>,
    /// Mean temperature by month from January, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_c: Option<[f64; 12]>,
    /// Rain and snow by month from January, mm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precipitation_mm: Option<[f64; 12]>,
}

const fn first() -> u32 {
    1
}

/// A passage: the weather changes to what is given and back again, with linear ramps; what is not given stays.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// When the weather begins to change, s after the start.
    #[schemars(range(min = 0, max = 604_800))]
    pub at_s: f64,
    /// How long until all is as before, both ramps included, s.
    #[schemars(range(min = 1, max = 604_800))]
    pub lasts_s: f64,
    /// How long each ramp takes, s.
    #[serde(default)]
    #[schemars(range(min = 0, max = 86_400))]
    pub over_s: f64,
    /// Mean wind 10 m above flat ground, m/s; needs `direction_deg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 120))]
    pub wind_mps: Option<f64>,
    /// Where the wind comes from, degrees clockwise from north; needs `wind_mps`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 360))]
    pub direction_deg: Option<f64>,
    /// Gusts, m/s; 1.5 times the wind of the front if that is given and this is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 120))]
    pub gust_mps: Option<f64>,
    /// How far one can see, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 200_000))]
    pub visibility_m: Option<f64>,
    /// Rain, or snow as water, mm/h.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 500))]
    pub precipitation_mmph: Option<f64>,
    /// Temperature of the air, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -90, max = 60))]
    pub temperature_c: Option<f64>,
}
