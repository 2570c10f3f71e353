//! When departures wait: whenever a flight that left then would be denied before it is back, as far as that is known then.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::ways::{flown_ways, stand_denials};
use crate::mission::{Mission, Task};
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::route::{FlightPlan, check_plan, longest_s};
use crate::units::SimTime;
use crate::world::airspace::{Occasion, RuleId, Way};

/// When nobody leaves on a mission, in order and apart from each other. What holds for a route and a fleet does for all
/// their missions.
///
/// Between the instants at which rules change, become known, or come within the time of a sortie, all departures have the
/// same answer: one flight is asked for each such stretch.
pub fn of(mission: &Mission, resolved: &ResolvedScenario) -> Vec<[SimTime; 2]> {
    let Some(route) = mission.route() else { return Vec::new() };
    let ways = flown_ways(resolved, route.index());
    let sortie = sortie_time(mission, resolved);
    let mut holds: Vec<[SimTime; 2]> = Vec::new();
    let bounds = bounds(&ways, sortie, resolved);
    if bounds.len() == 1 {
        // Nothing ever changes: what is denied then is an error, and no hold.
        return holds;
    }
    for (position, &from) in bounds.iter().enumerate() {
        let to = bounds.get(position + 1).map_or(SimTime::END, |&to| resolved.clock.time_of(to));
        let from_time = resolved.clock.time_of(from);
        match holds.last_mut().filter(|hold| hold[1] == from_time) {
            _ if !is_denied(mission, from, sortie, resolved) => {}
            Some(last) => last[1] = to,
            None => holds.push([from_time, to]),
        }
    }
    holds
}

/// The instants of the run at which the answer may change, its start first.
fn bounds(ways: &[Way], sortie: SimTime, resolved: &ResolvedScenario) -> Vec<Timestamp> {
    let (start, end) = (resolved.clock.begins, resolved.clock.timestamp(resolved.clock.duration));
    let sortie = SignedDuration::from_millis(sortie.millis());
    let last = end.checked_add(sortie).unwrap_or(end);
    let changes = resolved.airspace.rulings_change_along(ways, start, last);
    let early = changes.iter().filter_map(|change| change.checked_sub(sortie).ok());
    let known = resolved.airspace.rulings_along(ways).into_iter().filter_map(|rule| published(rule, resolved));
    let bounds: BTreeSet<Timestamp> = changes.iter().copied().chain(early).chain(known).chain([start]).collect();
    bounds.into_iter().filter(|&at| start <= at && at <= end).collect()
}

fn published(rule: RuleId, resolved: &ResolvedScenario) -> Option<Timestamp> {
    let RuleId::Zone(zone) = rule else { return None };
    resolved.airspace.rules().zones[zone as usize].published()
}

/// Whether a sortie that leaves at an instant is denied anywhere before it is back.
fn is_denied(mission: &Mission, from: Timestamp, sortie: SimTime, resolved: &ResolvedScenario) -> bool {
    let to = from.checked_add(SignedDuration::from_millis(sortie.millis())).unwrap_or(from);
    let operator = resolved.fleets[mission.fleet.index()].operator.as_deref();
    let occasion = Occasion { operator, from, to };
    let is_sound = |plan: &FlightPlan| check_plan(plan, &resolved.airspace, &occasion).is_empty();
    let route_is_sound = match &mission.task {
        Task::Deliver { out, back, .. } => is_sound(out) && is_sound(back),
        Task::Round { circuit, .. } => is_sound(circuit),
        Task::Traffic(_) => true,
    };
    !route_is_sound || !stand_denials(mission, &occasion, resolved).is_empty()
}

/// The longest that a sortie of a mission takes from leaving its hub to being back.
fn sortie_time(mission: &Mission, resolved: &ResolvedScenario) -> SimTime {
    let aircraft = &resolved.fleets[mission.fleet.index()].aircraft;
    let time_s = |plan: &FlightPlan| longest_s(&plan.points, &resolved.terrain, aircraft);
    match &mission.task {
        Task::Deliver { route, out, back, .. } => {
            let hand_over = resolved.route(*route).to.map_or(SimTime::ZERO, |pad| resolved.pad(pad).hand_over);
            SimTime::from_seconds(time_s(out) + time_s(back)) + hand_over
        }
        Task::Round { circuit, .. } => SimTime::from_seconds(time_s(circuit)),
        Task::Traffic(_) => SimTime::ZERO,
    }
}
