//! Links and positioning, as a scenario gives them; without them both are perfect.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Position, Title};
use crate::world::coverage::Technology;

/// A base station. Its antenna is at a height above ground or above mean sea level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseStation {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Where it stands.
    pub position: Position,
    /// Height of its antenna above the ground, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -100, max = 1000))]
    pub height_agl_m: Option<f64>,
    /// Height of its antenna above mean sea level, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 9000))]
    pub altitude_amsl_m: Option<f64>,
    /// Power that it radiates towards the drones (EIRP, side lobes of tilted antennas considered), dBm.
    #[schemars(range(min = -30, max = 90))]
    pub eirp_dbm: f64,
    /// Carrier frequency, MHz.
    #[schemars(range(min = 100, max = 100_000))]
    pub frequency_mhz: f64,
    /// Its technology, which decides latency.
    #[serde(default = "nr")]
    pub technology: Technology,
}

const fn nr() -> Technology {
    Technology::Nr
}

/// The drones' side of the link, and what goes over it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Link {
    /// What the drones speak: only stations of this technology serve them; all if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technology: Option<Technology>,
    /// Received power at which a tenth of the packets is lost, dBm.
    #[schemars(range(min = -150, max = 0))]
    pub sensitivity_dbm: f64,
    /// A link is lost when nothing has come through for so long, s.
    #[schemars(range(min = 0.1, max = 600))]
    pub lost_after_s: f64,
    /// Interval between reports of position and identification, s; a multiple of the step.
    #[schemars(range(min = 0.1, max = 60))]
    pub report_interval_s: f64,
    /// Mean number of packets that are lost one after the other.
    #[schemars(range(min = 1, max = 1000))]
    pub mean_burst: f64,
}

impl Default for Link {
    /// Sensitivity of handsets on 20 MHz (3GPP TS 36.101, table 7.3.1-1: −94 dBm in most bands), the failsafe of `ArduPilot`
    /// (5 s), identification at 1 Hz (3GPP TS 22.125); the length of bursts is an assumption.
    fn default() -> Self {
        Self { technology: None, sensitivity_dbm: -94.0, lost_after_s: 5.0, report_interval_s: 1.0, mean_burst: 3.0 }
    }
}

/// How drones find their positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Navigation {
    /// With what.
    pub mode: NavigationMode,
}

/// With what drones find their positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NavigationMode {
    /// Without any error.
    #[default]
    Perfect,
    /// Satellites of several systems alone: metres.
    Standalone,
    /// With corrections from satellites (SBAS, PPP-B2b): decimetres.
    Sbas,
    /// With corrections from a base nearby: centimetres.
    Rtk,
}
