//! Routes between two places that were found by a planner and are to be compared.

use bevy::prelude::Resource;
use jiff::Timestamp;

use crate::message::Text;
use crate::scenario::{FlownWay, ResolvedScenario, RouteFlyer, WayToFly};
use crate::traffic::route::{Alternative, FlightPlan, PathPoint};
use crate::world::geo::Position;

/// Farther than this apart is no better, m: for routes, and for their names.
const APART_M: f64 = 200.0;
const FREE_M: f64 = 900.0;
/// Points of a plan that are compared to find where it is apart from others.
const COMPARED: usize = 60;

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

    /// Where each route is best named.
    pub fn names_at(&self) -> Vec<Position> {
        names_at(&self.routes.iter().map(|route| &route.plan).collect::<Vec<_>>())
    }

    /// A route as it would be flown.
    pub fn flown(&self, index: usize, scenario: &ResolvedScenario) -> Option<FlownWay> {
        let plan = self.routes.get(index)?.plan.clone();
        let way = WayToFly::of_plan(self.name(index), plan, self.flyer.payload_kg);
        scenario.fly(&self.flyer, vec![way], self.departs).into_iter().next()
    }
}

/// Where routes are best named: where each is apart from the others, and the names from each other.
fn names_at(plans: &[&FlightPlan]) -> Vec<Position> {
    let mut named: Vec<Position> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let compared = |plan: &&FlightPlan| plan.points.len().div_ceil(COMPARED).max(1);
        let others = plans.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<&PathPoint> =
            others.flat_map(|(_, other)| other.points.iter().step_by(compared(other))).collect();
        let nearest_m = |at: &Position, all: &mut dyn Iterator<Item = Position>| {
            all.map(|other| (other.xy() - at.xy()).norm()).fold(f64::INFINITY, f64::min)
        };
        let worth = |point: &PathPoint| {
            let at = &point.position;
            let apart_m = nearest_m(at, &mut others.iter().map(|other| other.position)).min(APART_M);
            let free_m = nearest_m(at, &mut named.iter().copied()).min(FREE_M);
            // Names stand towards the middle rather than at an end.
            let middle_m = (point.along_m - plan.length_m() / 2.0).abs();
            apart_m + 0.5 * free_m - 0.02 * middle_m
        };
        let best = plan.points.iter().step_by(compared(plan)).max_by(|a, b| worth(a).total_cmp(&worth(b)));
        named.extend(best.map(|point| point.position));
    }
    named
}

/// The one of the alternatives that is looked at.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen(pub usize);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::viewer::samples::bent;

    /// Routes that begin and end together are named where they are apart; names do not stand on each other.
    #[test]
    fn names_stand_apart() {
        let plans = [bent(0.0), bent(150.0), bent(-150.0)];
        let named = names_at(&plans.iter().collect::<Vec<_>>());
        assert_eq!(named.len(), 3);
        for (index, at) in named.iter().enumerate() {
            let own = plans[index].points.iter().map(|point| (point.position - at).norm());
            assert!(own.fold(f64::INFINITY, f64::min) < 1e-9, "on its own route");
            let others = named.iter().enumerate().filter(|(other, _)| *other != index);
            let nearest = others.map(|(_, other)| (other - at).norm()).fold(f64::INFINITY, f64::min);
            assert!(nearest > 100.0, "{named:?}");
        }
        assert!((names_at(&[&plans[0]])[0].x - 500.0).abs() < 30.0, "the only one is named in its middle");
    }
}
