//! The ways of a mission besides its route: between the stands and the path.

use crate::mission::{Mission, Task};
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::route::{FlightPlan, check_departure, check_landing};
use crate::world::airspace::{Denial, Occasion};
use crate::world::geo::{Position, Rectangle};

/// What is denied, in English and Chinese, and why.
pub type StandDenial = ([&'static str; 2], Denial);

/// What is denied between the stands and the path: one for each end of a mission's ways, because stands lie close together.
pub fn stand_denials(mission: &Mission, occasion: &Occasion<'_>, resolved: &ResolvedScenario) -> Vec<StandDenial> {
    let homes = || resolved.fleets[mission.fleet.index()].homes.iter();
    let pad_stands = |route| resolved.route(route).to.map_or(&[][..], |pad| &resolved.pad(pad).stands).iter();
    let airspace = &resolved.airspace;
    let leaving = |plan: &FlightPlan, stand: &Position| check_departure(plan, stand, airspace, occasion);
    let arriving = |plan: &FlightPlan, stand: &Position| check_landing(plan, stand, airspace, occasion);
    let [from_hub, from_pad] = match &mission.task {
        Task::Deliver { route, out, back, .. } => [
            homes().find_map(|home| leaving(out, home).or_else(|| arriving(back, home))),
            pad_stands(*route).find_map(|stand| arriving(out, stand).or_else(|| leaving(back, stand))),
        ],
        Task::Round { circuit, .. } => {
            [homes().find_map(|home| leaving(circuit, home).or_else(|| arriving(circuit, home))), None]
        }
        Task::Wander(_) => [None, None],
    };
    let hub = ["the way between a stand of the hub and the route", "起降场机位与航线之间的航段"];
    let pad = ["the way between a stand of the pad and the route", "起降点机位与航线之间的航段"];
    [(hub, from_hub), (pad, from_pad)].into_iter().filter_map(|(at, denial)| Some((at, denial?))).collect()
}

/// The rectangle around a route and the stands at its ends.
pub fn extent(resolved: &ResolvedScenario, route: usize) -> Option<Rectangle> {
    let plan = &resolved.routes[route].plan;
    let missions =
        resolved.missions.iter().filter(|mission| mission.route().is_some_and(|flown| flown.index() == route));
    let homes = missions.flat_map(|mission| &resolved.fleets[mission.fleet.index()].homes);
    let stands = resolved.routes[route].to.iter().flat_map(|&pad| &resolved.pad(pad).stands);
    let path = plan.points.iter().map(|point| &point.position);
    Rectangle::around(path.chain(homes).chain(stands).map(nalgebra::OPoint::xy))
}
