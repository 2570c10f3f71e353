//! The classes of a grid map: what may be done with a column, and how high, in the steps and colours that people know.

use super::column::{Column, State};
use crate::message::words::Word;

/// What rounding may take from a height, m.
const ROUNDING_M: f64 = 1e-6;

/// A class of a grid map, from the freest to the strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// One may climb from the ground to 120 m and more without an approval.
    Open120,
    /// To 90 m.
    Limited90,
    /// To 60 m.
    Limited60,
    /// To 30 m.
    Limited30,
    /// Less than 30 m, or only in a stretch that begins above ground that is closed.
    Limited0,
    /// An approval opens it, up to its height.
    Approved,
    /// One may not fly without an approval, and none holds.
    Controlled,
    /// Closed for a time.
    Temporary,
    /// Nobody may fly.
    Prohibited,
    /// What stands there leaves no room.
    Obstructed,
}

impl Class {
    /// All classes, in the order of legends.
    pub const ALL: [Self; 10] = [
        Self::Open120,
        Self::Limited90,
        Self::Limited60,
        Self::Limited30,
        Self::Limited0,
        Self::Approved,
        Self::Controlled,
        Self::Temporary,
        Self::Prohibited,
        Self::Obstructed,
    ];

    /// The class of a column.
    pub fn of(column: &Column) -> Self {
        match column.state {
            State::Open | State::Limited => Self::of_height(column.climb_agl_m()),
            State::Approved => Self::Approved,
            State::Controlled => Self::Controlled,
            State::Prohibited => Self::Prohibited,
            State::Temporary => Self::Temporary,
            State::Obstructed => Self::Obstructed,
        }
    }

    fn of_height(agl_m: f64) -> Self {
        let steps = [(120.0, Self::Open120), (90.0, Self::Limited90), (60.0, Self::Limited60), (30.0, Self::Limited30)];
        let reached = steps.into_iter().find(|(least_m, _)| agl_m + ROUNDING_M >= *least_m);
        reached.map_or(Self::Limited0, |(_, class)| class)
    }

    /// Its name in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open120 => "open_120",
            Self::Limited90 => "limited_90",
            Self::Limited60 => "limited_60",
            Self::Limited30 => "limited_30",
            Self::Limited0 => "limited_0",
            Self::Approved => "approved",
            Self::Controlled => "controlled",
            Self::Temporary => "temporary",
            Self::Prohibited => "prohibited",
            Self::Obstructed => "obstructed",
        }
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Open120 => Word::new("open to 120 m", "适飞空域（120 米以下）"),
            Self::Limited90 => Word::new("height-limited, 90 m", "限高 90 米"),
            Self::Limited60 => Word::new("height-limited, 60 m", "限高 60 米"),
            Self::Limited30 => Word::new("height-limited, 30 m", "限高 30 米"),
            Self::Limited0 => {
                Word::new("only above a closed layer, or below 30 m", "仅可在近地禁飞层之上，或限高不足 30 米")
            }
            Self::Approved => State::Approved.name(),
            Self::Controlled => State::Controlled.name(),
            Self::Temporary => State::Temporary.name(),
            Self::Prohibited => State::Prohibited.name(),
            Self::Obstructed => State::Obstructed.name(),
        }
    }

    /// Its colour as people know it: green open, grey limited, blue approved, red controlled, orange temporary.
    pub const fn colour(self) -> [u8; 3] {
        match self {
            Self::Open120 => [46, 160, 67],
            Self::Limited90 => [176, 176, 176],
            Self::Limited60 => [142, 142, 142],
            Self::Limited30 => [110, 110, 110],
            Self::Limited0 => [78, 78, 78],
            Self::Approved => [16, 136, 242],
            Self::Controlled => [222, 67, 41],
            Self::Temporary => [238, 136, 21],
            Self::Prohibited => [140, 16, 30],
            Self::Obstructed => [110, 74, 40],
        }
    }
}
