//! What goes wrong with a flight, and what is done about it.

use serde::{Deserialize, Serialize};

use crate::message::words::Word;
use crate::units::SimTime;

/// Heights above ground between which a diversion is flown, m.
pub const DIVERSION_AGL_M: [f64; 2] = [40.0, 100.0];

/// What went wrong. Of several at once the first in this order decides. The discriminants are part of the recording format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Trouble {
    /// A motor gave out.
    MotorFault = 1,
    /// What is left in the battery does not carry the rest of the flight with its reserve.
    LowBattery = 2,
    /// The drone has lost its position.
    NavigationLoss = 3,
    /// Wind, rain, visibility, temperature or light are beyond the limits of the type.
    Weather = 4,
    /// The air ahead is being closed.
    ZoneClosing = 5,
    /// Nothing has come through for too long.
    LostLink = 6,
    /// The pad it flies to cannot be used.
    PadBlocked = 7,
}

impl Trouble {
    /// All of them, in the order of their codes, which is that of their urgency.
    pub const ALL: [Self; 7] = [
        Self::MotorFault,
        Self::LowBattery,
        Self::NavigationLoss,
        Self::Weather,
        Self::ZoneClosing,
        Self::LostLink,
        Self::PadBlocked,
    ];

    /// The trouble of a recorded code, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// Whether a drone flies on in it.
    pub const fn lets_fly(self) -> bool {
        !matches!(self, Self::MotorFault | Self::NavigationLoss)
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::MotorFault => Word::new("motor fault", "电机故障"),
            Self::LowBattery => Word::new("low battery", "电量不足"),
            Self::NavigationLoss => Word::new("navigation lost", "定位丢失"),
            Self::Weather => Word::new("weather beyond limits", "天气超限"),
            Self::ZoneClosing => Word::new("air closing", "空域关闭"),
            Self::LostLink => Word::new("link lost", "链路中断"),
            Self::PadBlocked => Word::new("pad blocked", "起降点占用"),
        }
    }
}

/// What a drone in trouble does. The discriminants are part of the recording format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Response {
    /// Brakes and holds where it is, on its path.
    Hold = 1,
    /// Goes on as planned.
    Continue = 2,
    /// Returns to its hub along its path, within the ceiling.
    Return = 3,
    /// Flies to the nearest rally site.
    Divert = 4,
    /// Lands straight below.
    Land = 5,
    /// Comes down on its parachute, with the wind.
    Parachute = 6,
}

impl Response {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 6] = [Self::Hold, Self::Continue, Self::Return, Self::Divert, Self::Land, Self::Parachute];

    /// The response of a recorded code, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// Whether the trouble is only waited out, or ignored.
    pub const fn keeps_course(self) -> bool {
        matches!(self, Self::Hold | Self::Continue)
    }

    /// Whether it is to come down where the drone is.
    pub const fn comes_down(self) -> bool {
        matches!(self, Self::Land | Self::Parachute)
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Hold => Word::new("holds", "悬停"),
            Self::Continue => Word::new("continues", "继续"),
            Self::Return => Word::new("returns", "返航"),
            Self::Divert => Word::new("diverts", "备降"),
            Self::Land => Word::new("lands", "就地降落"),
            Self::Parachute => Word::new("parachute", "开伞"),
        }
    }
}

/// A trouble and what is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contingency {
    /// What went wrong.
    pub trouble: Trouble,
    /// What the drone does.
    pub response: Response,
}

/// How a flight keeps to what was intended: the states of an operational intent that is flown (ASTM F3548-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conformance {
    /// As intended.
    Activated,
    /// Not as intended, but it may come back to that.
    Nonconforming,
    /// It carries out a contingency plan.
    Contingent,
}

impl Conformance {
    /// That of a drone with or without a contingency.
    pub const fn of(contingency: Option<Contingency>) -> Self {
        match contingency {
            None => Self::Activated,
            Some(Contingency { response, .. }) if response.keeps_course() => Self::Nonconforming,
            Some(_) => Self::Contingent,
        }
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Activated => Word::new("activated", "正常执行"),
            Self::Nonconforming => Word::new("nonconforming", "偏离计划"),
            Self::Contingent => Word::new("contingent", "应急处置"),
        }
    }
}

/// What drones do in trouble, and how soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a drone holds before it acts: time to notice and to decide, and for the trouble to pass.
    pub reaction: SimTime,
    /// How long it waits for its pad.
    pub pad_wait: SimTime,
    /// How long it takes to fetch a drone that came down away from its hub.
    pub fetch: SimTime,
    /// The response to each trouble, by [`Trouble::ALL`].
    responses: [Response; Trouble::ALL.len()],
}

impl Policy {
    /// A policy with a response to each trouble.
    pub fn new([reaction, pad_wait, fetch]: [SimTime; 3], response: impl Fn(Trouble) -> Response) -> Self {
        Self { reaction, pad_wait, fetch, responses: Trouble::ALL.map(response) }
    }

    /// What is done about a trouble, if it can be.
    pub const fn response(&self, trouble: Trouble) -> Response {
        self.responses[trouble as usize - 1]
    }

    /// How long a drone holds before it acts on a trouble.
    pub const fn holds(&self, trouble: Trouble) -> SimTime {
        match trouble {
            // Nothing is gained by waiting.
            Trouble::MotorFault | Trouble::LowBattery => SimTime::ZERO,
            Trouble::PadBlocked => self.pad_wait,
            _ => self.reaction,
        }
    }
}
