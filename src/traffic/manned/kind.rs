//! Kinds of manned aircraft, and what is assumed of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::words::Word;

/// A kind of manned aircraft: how fast it is, how it climbs, how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MannedKind {
    /// A jet with a hundred seats or more: 70 m/s, climbs 10 %.
    Airliner,
    /// An aeroplane with a piston engine and a few seats: 40 m/s, climbs 9 %.
    LightAircraft,
    /// A helicopter: 50 m/s, climbs 12 %.
    Helicopter,
}

impl MannedKind {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Airliner => Word::new("airliner", "客机"),
            Self::LightAircraft => Word::new("light aircraft", "轻型飞机"),
            Self::Helicopter => Word::new("helicopter", "直升机"),
        }
    }

    /// Speed where the scenario gives none, m/s.
    ///
    /// Airliner: at the threshold 121 to 140 kt (ICAO Doc 8168, category C; M), 136 kt here. Light aircraft: below 91 kt
    /// (the same, category A; M), 78 kt here, between approach and cruise of a Cessna 172. Helicopter: 97 kt, a little
    /// under the cruise of light turbines; an estimate (L).
    pub const fn default_speed_mps(self) -> f64 {
        match self {
            Self::Airliner => 70.0,
            Self::LightAircraft => 40.0,
            Self::Helicopter => 50.0,
        }
    }

    /// Rise over distance after take-off.
    ///
    /// Airliner: three times the 3.3 % that procedures are designed for (ICAO Doc 8168; M), an estimate for all engines
    /// (L). Light aircraft: 730 ft/min at 74 kt, handbook of the Cessna 172S at sea level, rounded down (M). Helicopter:
    /// an estimate (L).
    pub const fn climb_gradient(self) -> f64 {
        match self {
            Self::Airliner => 0.10,
            Self::LightAircraft => 0.09,
            Self::Helicopter => 0.12,
        }
    }
}
