//! Routes between two places that were found by a planner and are to be compared.

use bevy::prelude::Resource;
use jiff::Timestamp;

use crate::message::Text;
use crate::scenario::{FlownWay, ResolvedScenario, RouteFlyer, WayToFly};
use crate::traffic::route::Alternative;

/// Routes that may be flown between two places, and who would fly them.
#[derive(Clone, Debug)]
pub struct Alternatives {
    /// From where to where, by whom, when.
    pub heading: Text,
    /// The routes, the cheapest first.
    pub routes: Vec<Alternative>,
    /// Who would fly them.
    pub flyer: RouteFlyer,
    /// When it would leave the ground.
    pub departs: Timestamp,
    /// What the straight line would meet, a line each.
    pub avoided: Vec<Text>,
}

impl Alternatives {
    /// What people call a route: its number and what it is better at.
    pub fn name(&self, index: usize) -> Text {
        let merits = self.routes.get(index).map(Alternative::merits_told).unwrap_or_default();
        let number = index + 1;
        Text::new(format!("{number} {}", merits.en), format!("{number} {}", merits.zh))
    }

    /// What it is called where there is little room: its number and what it is best at.
    pub fn short_name(&self, index: usize) -> Text {
        let best = self.routes.get(index).and_then(|route| route.merits.first());
        let best = best.map(|merit| merit.name().both()).unwrap_or_default();
        let number = index + 1;
        Text::new(format!("{number} {}", best.en), format!("{number} {}", best.zh))
    }

    /// A route as it would be flown.
    pub fn flown(&self, index: usize, scenario: &ResolvedScenario) -> Option<FlownWay> {
        let plan = self.routes.get(index)?.plan.clone();
        let way = WayToFly::of_plan(self.name(index), plan, self.flyer.payload_kg);
        scenario.fly(&self.flyer, vec![way], self.departs).into_iter().next()
    }
}

/// The one of the alternatives that is looked at.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen(pub usize);
