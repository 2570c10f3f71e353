//! Why drones fly: deliveries that customers order, rounds that are due, traffic for studies.

mod dispatch;
mod orders;
mod random_traffic;
mod straight_traffic;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use dispatch::{Dispatcher, InOrder, LongestReady, ReadyDrone};
pub use orders::{Arrivals, Order};
pub use random_traffic::{Wander, Wanderer};
pub use straight_traffic::{Pattern, Straight, straight_stream};

use crate::message::Text;
use crate::message::words::Word;
use crate::traffic::intent::Priority;
use crate::traffic::route::{FlightPlan, StraightCourse};
use crate::units::{FleetId, RouteId, SimTime};

/// What a flight is for, as people sort and colour it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissionKind {
    /// Delivery in the city.
    CityDelivery,
    /// Delivery to the scenic area.
    ScenicDelivery,
    /// Looking for fire.
    FirePatrol,
    /// Looking at things.
    Inspection,
    /// Seeded random traffic for studies.
    RandomTraffic,
}

impl MissionKind {
    /// All kinds, in the order of legends and tables.
    pub const ALL: [Self; 5] =
        [Self::CityDelivery, Self::ScenicDelivery, Self::FirePatrol, Self::Inspection, Self::RandomTraffic];

    /// Who goes first where two flights cannot both be flown.
    pub const fn priority(self) -> Priority {
        match self {
            Self::FirePatrol => Priority::Fire,
            Self::Inspection => Priority::Inspection,
            Self::CityDelivery | Self::ScenicDelivery | Self::RandomTraffic => Priority::Delivery,
        }
    }

    /// Its colour in the viewer and on maps of others, red, green and blue; the five stay apart for colour-blind eyes (after
    /// Okabe and Ito). The report has its own, in its style sheet: they are text there, on light, dark and paper.
    pub const fn colour(self) -> [u8; 3] {
        match self {
            Self::CityDelivery => [0, 92, 200],
            Self::ScenicDelivery => [214, 64, 160],
            Self::FirePatrol => [240, 100, 0],
            Self::Inspection => [0, 150, 110],
            Self::RandomTraffic => [110, 80, 190],
        }
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::CityDelivery => Word::new("City delivery", "城市配送"),
            Self::ScenicDelivery => Word::new("Scenic-area delivery", "景区配送"),
            Self::FirePatrol => Word::new("Fire patrol", "防火巡护"),
            Self::Inspection => Word::new("Inspection", "巡检"),
            Self::RandomTraffic => Word::new("Random traffic", "随机交通"),
        }
    }
}

/// A reason to fly, resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Mission {
    /// Identity in the scenario file.
    pub id: String,
    /// What it is for.
    pub kind: MissionKind,
    /// The fleet that flies it.
    pub fleet: FleetId,
    /// What its drones do.
    pub task: Task,
    /// Other ways to do the same, for flights that would meet others.
    pub other_legs: OtherLegs,
}

/// Other ways to fly the legs of a task besides the preferred ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherLegs {
    /// There, or round.
    pub out: Vec<OtherLeg>,
    /// Back; none of a round.
    pub back: Vec<OtherLeg>,
}

/// Another way to fly a leg.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherLeg {
    /// The way.
    pub plan: Arc<FlightPlan>,
    /// How much more it costs than the preferred one, in seconds of delay.
    pub extra_cost_s: f64,
    /// What is different about it.
    pub name: Text,
}

impl OtherLegs {
    /// The legs of a way, there and back, of those that are numbered through: the preferred one of both is 0, and those back
    /// follow each other. `None` is a preferred leg.
    pub fn of_way(&self, way: u16) -> [Option<&OtherLeg>; 2] {
        let backs = 1 + self.back.len();
        let [out, back] = [usize::from(way) / backs, usize::from(way) % backs];
        [out.checked_sub(1).and_then(|out| self.out.get(out)), back.checked_sub(1).and_then(|back| self.back.get(back))]
    }
}

impl Mission {
    /// The route it flies; random traffic flies none.
    pub const fn route(&self) -> Option<RouteId> {
        match self.task {
            Task::Deliver { route, .. } | Task::Round { route, .. } => Some(route),
            Task::Traffic(_) => None,
        }
    }
}

/// What the drones of a mission do.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Carry orders along a route and come back.
    Deliver {
        /// The route to the pad.
        route: RouteId,
        /// The way to the pad, as the fleet flies it.
        out: Arc<FlightPlan>,
        /// The way back.
        back: Arc<FlightPlan>,
        /// Mean rate of orders, 1/h.
        orders_per_hour: f64,
        /// Least and greatest payload, kg.
        payload_kg: (f64, f64),
    },
    /// Fly a circuit at fixed intervals.
    Round {
        /// The circuit.
        route: RouteId,
        /// The circuit as the fleet flies it.
        circuit: Arc<FlightPlan>,
        /// When the first is due.
        first: SimTime,
        /// Interval between two.
        every: SimTime,
    },
    /// Be there for studies, without hub or order.
    Traffic(Traffic),
}

/// What traffic without hub or order does.
#[derive(Clone, Debug, PartialEq)]
pub enum Traffic {
    /// Fly from one random place to the next.
    Wander(Wander),
    /// Fly straight on in a pattern until the edge of the area.
    Straight(Straight),
    /// The same on courses that were given, one for each drone.
    Given(Vec<StraightCourse>),
}
