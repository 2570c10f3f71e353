//! The embedded catalogue of aircraft types.

use serde::{Deserialize, Serialize};

/// A type of multirotor. Every figure's source stands beside it in `assets/aircraft.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AircraftType {
    /// Identity in scenario files.
    pub id: String,
    /// Trade name.
    pub name: String,
    /// Mass ready to fly without payload, kg.
    pub empty_mass_kg: f64,
    /// Greatest payload, kg.
    pub payload_kg: f64,
    /// Speed used on routes that give none, m/s.
    pub cruise_speed_mps: f64,
    /// Greatest speed over ground, m/s.
    pub max_speed_mps: f64,
    /// Greatest climb rate, m/s.
    pub climb_mps: f64,
    /// Greatest descent rate, m/s.
    pub descent_mps: f64,
    /// Greatest horizontal acceleration, m/s².
    pub acceleration_mps2: f64,
    /// Greatest vertical acceleration, m/s².
    pub vertical_acceleration_mps2: f64,
    /// Battery energy, Wh.
    pub battery_wh: f64,
    /// Electric power in hover at `hover_mass_kg`, W.
    pub hover_power_w: f64,
    /// Mass at which `hover_power_w` holds, kg.
    pub hover_mass_kg: f64,
    /// Where the figures come from, and how sure they are.
    pub source: String,
}

/// All types, in the order of the file.
///
/// # Panics
/// Never: the file is embedded and a test reads it.
pub fn catalogue() -> Vec<AircraftType> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        aircraft: Vec<AircraftType>,
    }
    #[expect(clippy::expect_used, reason = "embedded in the binary and read by the tests")]
    let file: File =
        toml::from_str(include_str!("../../assets/aircraft.toml")).expect("the embedded catalogue is valid");
    file.aircraft
}
