//! What stands in the way, by kind.

use serde::{Deserialize, Serialize};

use crate::message::words::Word;

/// A kind of obstacle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObstacleKind {
    /// A tower or pylon.
    Tower,
    /// A mast, with or without guys.
    Mast,
    /// A chimney.
    Chimney,
    /// Wires of a power line.
    PowerLine,
    /// Ropes of a cable car or lift.
    CableCar,
    /// A building.
    Building,
    /// A wind turbine, up to the tip of its blades.
    WindTurbine,
    /// A crane.
    Crane,
    /// Something else.
    #[default]
    Other,
}

impl ObstacleKind {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Tower => Word::new("tower", "塔"),
            Self::Mast => Word::new("mast", "桅杆"),
            Self::Chimney => Word::new("chimney", "烟囱"),
            Self::PowerLine => Word::new("power line", "输电线"),
            Self::CableCar => Word::new("cable car", "索道"),
            Self::Building => Word::new("building", "建筑物"),
            Self::WindTurbine => Word::new("wind turbine", "风力发电机"),
            Self::Crane => Word::new("crane", "起重机"),
            Self::Other => Word::new("obstacle", "障碍物"),
        }
    }
}
