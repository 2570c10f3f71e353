//! What makes a route another one, and what it is better at.

use super::{Alternative, Figures, Merit};
use crate::traffic::route::plan::FlightPlan;
use crate::world::geo::Place;

/// How far apart two routes are to be two there, m.
pub const APART_M: f64 = 100.0;
/// Share of its length on which a route must be apart from every other to be another one.
pub const LEAST_SHARE: f64 = 0.25;
/// By how much a figure must be better to count, as a share of the other one, and by itself.
const BETTER_SHARE: f64 = 0.01;
const BETTER_BY: f64 = 0.05;

/// Whether a good share of a path lies apart from all routes that are known.
pub fn differs(plan: &FlightPlan, known: &[Alternative]) -> bool {
    known.iter().all(|route| is_another_way(plan, &route.plan))
}

/// Whether a good share of a path lies apart from another.
pub fn is_another_way(plan: &FlightPlan, other: &FlightPlan) -> bool {
    share_apart(plan, other) >= LEAST_SHARE
}

/// The share of a path that is farther from another than two routes may be to be one.
pub fn share_apart(plan: &FlightPlan, other: &FlightPlan) -> f64 {
    let others: Vec<Place> = other.points.iter().map(|point| point.position.xy()).collect();
    let is_apart = |place: &Place| others.iter().all(|near| (near - place).norm_squared() > APART_M * APART_M);
    let apart = plan.points.iter().filter(|point| is_apart(&point.position.xy())).count();
    #[expect(clippy::cast_precision_loss, reason = "points of a path")]
    let share = apart as f64 / plan.points.len() as f64;
    share
}

/// A merit, and the figure it is measured by: less is better.
type Measure = (Merit, fn(&Figures) -> f64);
/// What each merit is measured by.
const MEASURES: [Measure; 7] = [
    (Merit::Quickest, |figures| figures.time_s),
    (Merit::Shortest, |figures| figures.length_m),
    (Merit::Thriftiest, |figures| figures.there_and_back_wh),
    (Merit::FewestPeople, |figures| figures.people_s_per_km2),
    (Merit::Quietest, |figures| figures.loud_s),
    (Merit::BestCovered, |figures| 1.0 - figures.covered_share),
    (Merit::Roomiest, |figures| -figures.room.metres),
];

/// Puts the cheapest first and says of each route what it is better at than all others.
pub fn name_merits(routes: &mut [Alternative]) {
    routes.sort_by(|a, b| a.cost_s.total_cmp(&b.cost_s));
    for index in 0..routes.len() {
        let cheapest = (index == 0).then_some(Merit::Cheapest);
        let better = MEASURES.into_iter().filter(|(_, measure)| {
            let own = measure(&routes[index].figures);
            let others = routes.iter().enumerate().filter(|(other, _)| *other != index);
            routes.len() > 1
                && others
                    .map(|(_, route)| measure(&route.figures))
                    .all(|other| other - own > BETTER_BY.max(BETTER_SHARE * other.abs()))
        });
        let mut merits: Vec<Merit> = cheapest.into_iter().chain(better.map(|(merit, _)| merit)).collect();
        if merits.is_empty() {
            merits.push(Merit::Another);
        }
        routes[index].merits = merits;
    }
}
