//! The altitude modes of QGroundControl: `QGroundControlQmlGlobal::AltMode`.

/// What QGroundControl measures a height from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AltitudeMode {
    /// 1: from the home position.
    Relative,
    /// 2: from mean sea level.
    Amsl,
    /// 3: from the ground, brought to mean sea level by QGroundControl.
    AboveTerrain,
    /// 4: from the ground, by the vehicle.
    TerrainFrame,
    /// Any other number.
    Other(i64),
}

impl AltitudeMode {
    /// The mode of a number; `None` where the frame of each item decides.
    pub const fn of(number: i64) -> Option<Self> {
        match number {
            0 | 5 => None,
            1 => Some(Self::Relative),
            2 => Some(Self::Amsl),
            3 => Some(Self::AboveTerrain),
            4 => Some(Self::TerrainFrame),
            other => Some(Self::Other(other)),
        }
    }

    /// Its number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Relative => 1,
            Self::Amsl => 2,
            Self::AboveTerrain => 3,
            Self::TerrainFrame => 4,
            Self::Other(number) => number,
        }
    }

    /// The mode of a frame; `None` for frames whose heights are none over the earth.
    pub const fn of_frame(frame: u32) -> Option<Self> {
        match frame {
            0 | 5 => Some(Self::Amsl),
            3 | 6 => Some(Self::Relative),
            10 | 11 => Some(Self::TerrainFrame),
            _ => None,
        }
    }
}
