//! What is found about a route as it is flown: where, when, by which rule, by how much.

use jiff::Timestamp;
use serde::Serialize;

use crate::message::Severity;
use crate::world::airspace::{Denial, RuleId};
use crate::world::geo::Position;
use crate::world::weather::{Breach, Quantity};

/// One finding about a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteFinding {
    /// Index of the waypoint where the leg begins.
    pub leg: usize,
    /// Which part of it.
    pub part: Part,
    /// Distance from the start of the route, m: where it is worst or, of a zone, where it is entered.
    pub along_m: f64,
    /// Distance from the start of the leg, m.
    pub along_leg_m: f64,
    /// From where to where it holds, m from the start of the route; a place twice.
    pub stretch_m: [f64; 2],
    /// Where that is.
    pub position: Position,
    /// When the drone is there as planned.
    pub at: Timestamp,
    /// What is found.
    pub kind: FindingKind,
}

/// The part of a route that a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The way from the stand to the route.
    Departure,
    /// The waypoint where the leg begins.
    Waypoint,
    /// The leg.
    Leg,
    /// The circle around a hold that a wing flies.
    Circle,
    /// What a wing flies of the corner at the beginning of the leg: inside it and beyond.
    Corner,
    /// The way from the route to the stand.
    Landing,
}

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FindingKind {
    /// It may not be flown then.
    Denied {
        /// By which rule.
        denial: Denial,
        /// By how much.
        margin: Margin,
        /// Which way that much would keep to the rule.
        remedy: Remedy,
        /// The first instant after it at which that rule begins or ceases to hold.
        changes: Option<Timestamp>,
    },
    /// The path climbs or sinks faster than the type does.
    TooSteep {
        /// Rise over run.
        gradient: f64,
        /// The rate it would take, m/s.
        needed_mps: f64,
        /// The greatest rate of the type, m/s.
        most_mps: f64,
    },
    /// The slope leaves less than half of the speed.
    SlowedBySlope {
        /// Rise over run.
        gradient: f64,
        /// Speed over ground that is left, m/s.
        speed_mps: f64,
        /// Speed of the route, m/s.
        cruise_mps: f64,
    },
    /// A wing is flown below its least airspeed, on the rotors.
    BelowWing {
        /// Rise over run where it is slowest.
        gradient: f64,
        /// Planned speed, m/s.
        speed_mps: f64,
        /// Least airspeed on the wing, m/s.
        least_mps: f64,
    },
    /// The speed asked for is greater than the type flies.
    TooFast {
        /// The speed asked for, m/s.
        asked_mps: f64,
        /// Greatest airspeed of the type, m/s.
        most_mps: f64,
    },
    /// A wing cannot turn in a corner and takes it on its rotors.
    SharpCorner {
        /// By how much the path turns, degrees.
        turn_deg: f64,
        /// The radius that the corner leaves, m.
        radius_m: f64,
        /// The least radius of the wing, m.
        least_m: f64,
    },
    /// What is left in the battery falls below the reserve.
    Reserve {
        /// What is left at the end of the leg, Wh.
        left_wh: f64,
        /// What must be left, Wh.
        reserve_wh: f64,
    },
    /// From here on it can neither go back nor to a rally site with its reserve, and not to the end either.
    NoReturn {
        /// What lacks for the end, Wh.
        lacking_wh: f64,
    },
    /// The weather is beyond a limit of the type.
    Weather(Breach),
    /// The wind is stronger than the type: it makes no way, or not along the path.
    HeldBack {
        /// The wind, m/s.
        wind_mps: f64,
        /// Greatest airspeed of the type, m/s.
        most_mps: f64,
    },
    /// The wind takes more than half of the speed.
    HeadWind {
        /// Speed over ground that is left, m/s.
        ground_mps: f64,
        /// Planned speed, m/s.
        planned_mps: f64,
    },
    /// The link is weaker than the receiver needs.
    WeakLink {
        /// Least power over the sensitivity, dB; negative.
        margin_db: f64,
        /// How long it lasts, s.
        lasts_s: f64,
        /// After how long a link counts as lost, s.
        lost_after_s: f64,
    },
    /// It flies over people.
    People {
        /// The crowd.
        rule: RuleId,
        /// How many on a square kilometre.
        per_km2: f64,
        /// How far over them, m.
        length_m: f64,
        /// For how long, s.
        lasts_s: f64,
    },
    /// It flies over a place that must stay quiet.
    Quiet {
        /// The place.
        rule: RuleId,
        /// Most sound level there, dB(A).
        limit_dba: f64,
        /// How far over it, m.
        length_m: f64,
        /// For how long, s.
        lasts_s: f64,
        /// Lowest height over its ground, m.
        lowest_agl_m: f64,
    },
}

/// Which way a path or a stand would have to be moved to keep to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The path up or down.
    Height,
    /// The stand to the side: what stands beside it reaches the ground.
    Aside,
}

/// By how much something is beyond what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Margin {
    /// The amount, positive.
    pub value: f64,
    /// What it is measured in.
    pub unit: Unit,
}

/// What a margin is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unit {
    /// Metres.
    #[serde(rename = "m")]
    Metres,
    /// Metres a second.
    #[serde(rename = "m/s")]
    MetresPerSecond,
    /// Watt hours.
    #[serde(rename = "Wh")]
    WattHours,
    /// Decibels.
    #[serde(rename = "dB")]
    Decibels,
    /// Millimetres an hour.
    #[serde(rename = "mm/h")]
    MillimetresPerHour,
    /// Degrees Celsius.
    #[serde(rename = "°C")]
    Celsius,
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
}

impl Unit {
    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Metres => "m",
            Self::MetresPerSecond => "m/s",
            Self::WattHours => "Wh",
            Self::Decibels => "dB",
            Self::MillimetresPerHour => "mm/h",
            Self::Celsius => "°C",
            Self::Seconds => "s",
        }
    }
}

impl RouteFinding {
    /// How grave it is: what may not or cannot be flown is an error, what a planner should see a warning.
    pub const fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::Denied { .. }
            | FindingKind::TooSteep { .. }
            | FindingKind::Reserve { .. }
            | FindingKind::NoReturn { .. }
            | FindingKind::Weather(_)
            | FindingKind::HeldBack { .. } => Severity::Error,
            FindingKind::SlowedBySlope { .. }
            | FindingKind::BelowWing { .. }
            | FindingKind::TooFast { .. }
            | FindingKind::SharpCorner { .. }
            | FindingKind::HeadWind { .. }
            | FindingKind::WeakLink { .. }
            | FindingKind::People { .. }
            | FindingKind::Quiet { .. } => Severity::Warning,
        }
    }

    /// The name of its rule in files.
    pub const fn rule(&self) -> &'static str {
        match &self.kind {
            FindingKind::Denied { denial, .. } => denial.key(),
            FindingKind::TooSteep { .. } => "too_steep",
            FindingKind::SlowedBySlope { .. } => "slowed_by_slope",
            FindingKind::BelowWing { .. } => "below_wing",
            FindingKind::TooFast { .. } => "too_fast",
            FindingKind::SharpCorner { .. } => "sharp_corner",
            FindingKind::Reserve { .. } => "reserve",
            FindingKind::NoReturn { .. } => "no_return",
            FindingKind::Weather(_) => "weather",
            FindingKind::HeldBack { .. } => "held_back",
            FindingKind::HeadWind { .. } => "head_wind",
            FindingKind::WeakLink { .. } => "weak_link",
            FindingKind::People { .. } => "people",
            FindingKind::Quiet { .. } => "quiet",
        }
    }

    /// By how much: how far above, below or in what is not allowed, what lacks, or for how long it lasts.
    pub fn margin(&self) -> Margin {
        let of = |value: f64, unit| Margin { value: value.abs(), unit };
        match self.kind {
            FindingKind::Denied { margin, .. } => margin,
            FindingKind::TooSteep { needed_mps, most_mps, .. } => of(needed_mps - most_mps, Unit::MetresPerSecond),
            FindingKind::SlowedBySlope { speed_mps, cruise_mps, .. } => {
                of(cruise_mps - speed_mps, Unit::MetresPerSecond)
            }
            FindingKind::BelowWing { speed_mps, least_mps, .. } => of(least_mps - speed_mps, Unit::MetresPerSecond),
            FindingKind::TooFast { asked_mps, most_mps } => of(asked_mps - most_mps, Unit::MetresPerSecond),
            FindingKind::SharpCorner { radius_m, least_m, .. } => of(least_m - radius_m, Unit::Metres),
            FindingKind::Reserve { left_wh, reserve_wh } => of(reserve_wh - left_wh, Unit::WattHours),
            FindingKind::NoReturn { lacking_wh } => of(lacking_wh, Unit::WattHours),
            FindingKind::Weather(breach) => weather_margin(&breach),
            FindingKind::HeldBack { wind_mps, most_mps } => of(wind_mps - most_mps, Unit::MetresPerSecond),
            FindingKind::HeadWind { ground_mps, planned_mps } => of(planned_mps - ground_mps, Unit::MetresPerSecond),
            FindingKind::WeakLink { margin_db, .. } => of(margin_db, Unit::Decibels),
            FindingKind::People { lasts_s, .. } | FindingKind::Quiet { lasts_s, .. } => of(lasts_s, Unit::Seconds),
        }
    }
}

fn weather_margin(breach: &Breach) -> Margin {
    let unit = match breach.quantity {
        Quantity::Gust | Quantity::LandingWind => Unit::MetresPerSecond,
        Quantity::Precipitation => Unit::MillimetresPerHour,
        Quantity::Visibility => Unit::Metres,
        Quantity::Temperature => Unit::Celsius,
        Quantity::Daylight => Unit::Seconds,
        Quantity::Battery => Unit::WattHours,
    };
    Margin { value: (breach.value - breach.limit).abs(), unit }
}
