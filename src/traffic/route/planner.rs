//! Planners: from two places to routes that may be flown, cheapest first.
//!
//! What a route costs is counted in seconds: flying time, and what else is asked for, weighed against it ([`Weights`]).
//! Whether it may be flown is asked of the permission question alone, at the time a flight gets there.

mod cures;
mod doors;
mod field;
mod figures;
mod grid;
mod guide;
mod lattice;
mod others;
mod pull;
mod rates;
mod rulebook;
#[cfg(test)]
mod samples;
mod search;
mod slopes;
mod straight;
mod times;

use std::fmt;

use jiff::Timestamp;

use super::budget::Flier;
use super::plan::FlightPlan;
use super::profile::PlanError;
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::world::airspace::{Airspace, Denial};
use crate::world::coverage::Network;
use crate::world::geo::Position;

pub use cures::{Cure, Cures, Lift, cures};
pub use figures::{Figures, Room};
pub use grid::GridPlanner;
pub use others::is_another_way;
pub use straight::{StraightPlanner, met_straight};
pub use times::{Breach, breach};

/// Makes routes between two places.
pub trait Planner: Send + Sync {
    /// Routes that may be flown, the cheapest first, at most as many as asked for.
    ///
    /// # Errors
    /// If there is none: why.
    fn plan(&self, request: &PlanningRequest<'_>) -> Result<Vec<Alternative>, NoWay>;

    /// What makes a route another one than those before it, told after "differs enough:"; `None` of a planner that gives but one.
    fn other_routes(&self) -> Option<Text> {
        None
    }
}

/// What a planner is asked.
#[derive(Clone, Copy, Debug)]
pub struct PlanningRequest<'a> {
    /// Where may be flown.
    pub airspace: &'a Airspace,
    /// Rules that are lifted from the airspace and should be broken no farther than it takes; none usually.
    pub reluctant: Option<&'a Airspace>,
    /// The low-altitude network; links are perfect without one.
    pub network: Option<&'a Network>,
    /// Who flies.
    pub flier: Flier<'a>,
    /// The operator, whose approvals count; nobody in particular if absent.
    pub operator: Option<&'a str>,
    /// Where it takes off and lands, on the ground.
    pub ends: [Position; 2],
    /// When it takes off.
    pub depart: Timestamp,
    /// Speed over ground, m/s.
    pub speed_mps: f64,
    /// What the battery must carry; no limit if absent.
    pub battery: Option<BatteryLimit>,
    /// What counts how much.
    pub weights: Weights,
    /// Side of the cells of the search, m; coarser where the area is too large for it.
    pub resolution_m: f64,
    /// Routes wanted.
    pub alternatives: u8,
}

/// What a battery must carry: there, the hand-over, and back empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatteryLimit {
    /// Energy that may be drawn, the reserve left, Wh.
    pub plannable_wh: f64,
    /// Energy of the hand-over, Wh.
    pub hand_over_wh: f64,
}

/// What counts how much, each in seconds of flying time for every second of flight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// A second of flight; at least a hundredth, so that no way is free.
    pub time: f64,
    /// The energy of a second of level flight at the planned speed.
    pub energy: f64,
    /// A second over 1000 people on a square kilometre.
    pub people: f64,
    /// A second over a quiet place at 3 dB above its limit, which is twice the sound: 10^(excess/10) − 1 (engineering value).
    pub noise: f64,
    /// A second in which half of the packets are lost: twice the probability of loss.
    pub coverage: f64,
    /// A second at the lowest or the highest height that planning uses, against none half way between them.
    pub height: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { time: 1.0, energy: 0.5, people: 1.0, noise: 1.0, coverage: 1.0, height: 0.05 }
    }
}

impl fmt::Display for Weights {
    /// As it is written for `--weights`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { time, energy, people, noise, coverage, height } = self;
        write!(out, "time={time},energy={energy},people={people},noise={noise},coverage={coverage},height={height}")
    }
}

/// A route that may be flown.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// What it is better at than all others; of the first the cheapest.
    pub merits: Vec<Merit>,
    /// Its path; every waypoint stands above ground, both ends at one height.
    pub plan: FlightPlan,
    /// What it costs, s.
    pub cost_s: f64,
    /// Its figures.
    pub figures: Figures,
    /// Side of the cells it was searched on, m; 0 if it was not searched.
    pub resolution_m: f64,
}

/// What a route may be better at than the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Merit {
    /// Costs least by the weights.
    Cheapest,
    /// Takes least time.
    Quickest,
    /// Is the shortest.
    Shortest,
    /// Takes least energy.
    Thriftiest,
    /// Passes over fewest people.
    FewestPeople,
    /// Is loud over quiet places for the shortest time.
    Quietest,
    /// Has the best link.
    BestCovered,
    /// Leaves most room to what bounds it.
    Roomiest,
    /// Is another way.
    Another,
}

impl Merit {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Cheapest => Word::new("cheapest", "代价最低"),
            Self::Quickest => Word::new("quickest", "最快"),
            Self::Shortest => Word::new("shortest", "最短"),
            Self::Thriftiest => Word::new("least energy", "能耗最低"),
            Self::FewestPeople => Word::new("fewest people", "人口最少"),
            Self::Quietest => Word::new("quietest", "最安静"),
            Self::BestCovered => Word::new("best covered", "覆盖最好"),
            Self::Roomiest => Word::new("most room", "余量最大"),
            Self::Another => Word::new("another way", "另一航线"),
        }
    }
}

impl Alternative {
    /// What it is better at, in words.
    pub fn merits_told(&self) -> Text {
        let told = |language, between: &str| {
            self.merits.iter().map(|merit| merit.name().get(language)).collect::<Vec<_>>().join(between)
        };
        Text::new(told(Language::English, ", "), told(Language::Chinese, "、"))
    }
}

/// Why there is no route.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoWay {
    /// Take-off and landing are at one place.
    #[error("the two ends are one place")]
    SamePlace,
    /// One cannot take off or land there.
    #[error("end {end} cannot be used")]
    End {
        /// 0 where it takes off, 1 where it lands.
        end: usize,
        /// By which rule, at the height that planning uses.
        denial: Denial,
    },
    /// What is closed lies between the ends: the rules that the straight line meets.
    #[error("no way is open")]
    Closed {
        /// The denials of the straight line at the lowest height of planning, each rule once.
        met: Vec<Denial>,
    },
    /// The battery does not carry the cheapest route, nor the one that takes least energy.
    #[error("the battery does not carry it: {needed_wh} of {plannable_wh} Wh")]
    Battery {
        /// Energy there and back, Wh.
        needed_wh: f64,
        /// Energy that may be drawn, Wh.
        plannable_wh: f64,
        /// The route that takes least.
        best: Box<Alternative>,
    },
    /// No plan can be made of it.
    #[error("no plan: {0}")]
    Plan(PlanError),
}
