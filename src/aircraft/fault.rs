//! What fails on an aircraft.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::words::Word;

/// A fault of one drone. It lasts for a time, but for a motor, which is mended on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A motor gives out.
    Motor,
    /// Nothing comes through in either direction.
    Link,
    /// Satellites are jammed.
    Navigation,
    /// One of two packs of the battery fails: half of the charge is lost at once.
    Battery,
}

impl Fault {
    /// All of them; the order is that of their random streams.
    pub const ALL: [Self; 4] = [Self::Motor, Self::Link, Self::Navigation, Self::Battery];

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Motor => Word::new("motor fault", "电机故障"),
            Self::Link => Word::new("link failure", "链路故障"),
            Self::Navigation => Word::new("satellites jammed", "卫星信号受扰"),
            Self::Battery => Word::new("battery pack failure", "电池组故障"),
        }
    }
}
