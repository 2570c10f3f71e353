//! A base station and how long its technology takes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::Text;
use crate::world::geo::Position;

/// A radio technology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Technology {
    /// 4G (LTE).
    #[serde(rename = "4g")]
    Lte,
    /// 5G standalone (NR).
    #[serde(rename = "5g")]
    Nr,
    /// The maker's own radio.
    #[serde(rename = "radio")]
    Radio,
}

impl Technology {
    /// Its name, also the one in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lte => "4g",
            Self::Nr => "5g",
            Self::Radio => "radio",
        }
    }

    /// Shortest latency and the mean of the exponential tail beyond it, s.
    ///
    /// Nine of ten packets take what is published: 50–100 ms (4G), 15–40 ms (5G standalone; both medium confidence), below
    /// 50 ms (control of makers' radios). The share of the tail in it is an assumption of this model.
    pub const fn latency_s(self) -> [f64; 2] {
        match self {
            Self::Lte => [0.050, 0.020],
            Self::Nr => [0.015, 0.010],
            Self::Radio => [0.020, 0.012],
        }
    }
}

/// A base station.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseStation {
    /// Identity in the file.
    pub id: String,
    /// Its number in the file, from 0: which shadowing is its own.
    pub ordinal: u16,
    /// What people call it.
    pub name: Text,
    /// Its antenna; z above mean sea level.
    pub position: Position,
    /// Height of the antenna above the ground, m.
    pub height_agl_m: f64,
    /// Equivalent isotropically radiated power towards the drones, dBm.
    pub eirp_dbm: f64,
    /// Carrier frequency, MHz.
    pub frequency_mhz: f64,
    /// Its technology.
    pub technology: Technology,
}
