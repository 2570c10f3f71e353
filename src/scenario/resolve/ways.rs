//! The ways of a mission besides its route: between the stands and the path.

use crate::mission::{Mission, Task};
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::route::{FlightPlan, JOINING_M, check_departure, check_landing};
use crate::world::airspace::{Airspace, Denial, Occasion, Way};
use crate::world::geo::{Place, Position};

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
        Task::Traffic(_) => [None, None],
    };
    let hub = ["the way between a stand of the hub and the route", "起降场机位与航线之间的航段"];
    let pad = ["the way between a stand of the pad and the route", "起降点机位与航线之间的航段"];
    [(hub, from_hub), (pad, from_pad)].into_iter().filter_map(|(at, denial)| Some((at, denial?))).collect()
}

/// Whether a plan may be left for from all stands at its start, and left from its end to all stands there.
pub fn joins_its_stands(
    plan: &FlightPlan,
    [from, to]: [&[Position]; 2],
    airspace: &Airspace,
    occasion: &Occasion<'_>,
) -> bool {
    from.iter().all(|stand| check_departure(plan, stand, airspace, occasion).is_none())
        && to.iter().all(|stand| check_landing(plan, stand, airspace, occasion).is_none())
}

/// How far beside a path a rule is asked all the same: more than rounding moves it, m.
const BESIDE_M: f64 = 1.0;

/// Everywhere that is flown for a route: its legs, and around each end as far as the stands there and the joining reach.
pub fn flown_ways(resolved: &ResolvedScenario, route: usize) -> Vec<Way> {
    let path: Vec<Place> = resolved.routes[route].plan.points.iter().map(|point| point.position.xy()).collect();
    let missions =
        resolved.missions.iter().filter(|mission| mission.route().is_some_and(|flown| flown.index() == route));
    let homes = missions.flat_map(|mission| &resolved.fleets[mission.fleet.index()].homes);
    // A round comes back to where it left.
    let (homes, pad) = (homes.collect::<Vec<_>>(), resolved.routes[route].to.map(|pad| &resolved.pad(pad).stands));
    let there = pad.map_or_else(|| homes.clone(), |stands| stands.iter().collect());
    let around = |end: Option<&Place>, stands: &[&Position]| {
        let away_m = |end: &Place| stands.iter().map(|stand| (stand.xy() - end).norm()).fold(0.0, f64::max);
        end.map(|&end| Way { from: end, to: end, margin_m: away_m(&end) + JOINING_M + BESIDE_M })
    };
    let legs = path.windows(2).map(|leg| Way { from: leg[0], to: leg[1], margin_m: BESIDE_M });
    legs.chain(around(path.first(), &homes)).chain(around(path.last(), &there)).collect()
}
