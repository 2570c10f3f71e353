//! What is reserved around a flight, and the other ways that it could take.

use std::sync::Arc;

use crate::aircraft::AircraftType;
use crate::mission::{Mission, OtherWay, Task};
use crate::scenario::model::Scenario;
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::intent::Tolerances;
use crate::traffic::route::{FlightPlan, PlanLimits, Waypoint, check_plan, longest_s, planned};
use crate::units::{Altitude, SimTime};
use crate::world::airspace::Occasion;

/// What it costs to leave the height that was planned, in seconds of delay: people count on it.
const CHANGE_COST_S: f64 = 5.0;

/// How much room is reserved around the path of a flight.
pub fn tolerances(scenario: &Scenario) -> Tolerances {
    let (stray, minima) = (&scenario.strategic, &scenario.separation);
    Tolerances {
        lateral_m: 0.5 * minima.horizontal_m + stray.lateral_m,
        vertical_m: 0.5 * minima.vertical_m + stray.vertical_m,
        early: SimTime::from_seconds(stray.early_s),
        late: SimTime::from_seconds(stray.late_s),
    }
}

/// Adds to every mission the ways one layer higher and lower, out and back each by itself, that may be flown during the whole
/// run.
pub fn add_other_ways(resolved: &mut ResolvedScenario, scenario: &Scenario) {
    let others: Vec<Vec<OtherWay>> =
        resolved.missions.iter().map(|mission| other_ways(mission, resolved, scenario)).collect();
    for (mission, other_ways) in resolved.missions.iter_mut().zip(others) {
        mission.other_ways = other_ways;
    }
}

fn other_ways(mission: &Mission, resolved: &ResolvedScenario, scenario: &Scenario) -> Vec<OtherWay> {
    let layers = |plan: &Arc<FlightPlan>| layers(plan, mission, resolved, scenario);
    match &mission.task {
        Task::Deliver { out, back, .. } => {
            let (outs, backs) = (layers(out), layers(back));
            let pairs = outs.iter().flat_map(|out| backs.iter().map(move |back| (out, back)));
            // The first of both is the way that is preferred.
            let other = |(out, back): (&Layer, &Layer)| OtherWay {
                out: Arc::clone(&out.plan),
                back: Some(Arc::clone(&back.plan)),
                extra_cost_s: out.extra_cost_s + back.extra_cost_s,
            };
            pairs.skip(1).map(other).collect()
        }
        Task::Round { circuit, .. } => {
            let other = |layer: Layer| OtherWay { out: layer.plan, back: None, extra_cost_s: layer.extra_cost_s };
            layers(circuit).into_iter().skip(1).map(other).collect()
        }
        Task::Wander(_) => Vec::new(),
    }
}

/// A way at another height.
struct Layer {
    plan: Arc<FlightPlan>,
    extra_cost_s: f64,
}

/// The plan itself, then the same a layer lower and higher where that may be flown.
fn layers(plan: &Arc<FlightPlan>, mission: &Mission, resolved: &ResolvedScenario, scenario: &Scenario) -> Vec<Layer> {
    let fleet = &resolved.fleets[mission.fleet.index()];
    let lasts_s = |plan: &FlightPlan| longest_s(&plan.points, &resolved.terrain, &fleet.aircraft);
    // Just beyond what touches.
    let layer_m = (2.0 * resolved.tolerances.vertical_m).ceil() + 1.0;
    let shifted = [-layer_m, layer_m].into_iter().filter_map(|by_m| {
        let shifted = higher(plan, by_m, &fleet.aircraft, resolved, scenario)?;
        is_open(&shifted, fleet.operator.as_deref(), resolved).then(|| Layer {
            extra_cost_s: CHANGE_COST_S + (lasts_s(&shifted) - lasts_s(plan)).max(0.0),
            plan: Arc::new(shifted),
        })
    });
    std::iter::once(Layer { plan: Arc::clone(plan), extra_cost_s: 0.0 }).chain(shifted).collect()
}

/// The plan through the same places, so much higher.
fn higher(
    plan: &FlightPlan,
    by_m: f64,
    aircraft: &AircraftType,
    resolved: &ResolvedScenario,
    scenario: &Scenario,
) -> Option<FlightPlan> {
    let raised = |waypoint: &Waypoint| Waypoint {
        altitude: Altitude { metres: waypoint.altitude.metres + by_m, ..waypoint.altitude },
        ..*waypoint
    };
    let waypoints: Vec<Waypoint> = plan.waypoints.iter().map(raised).collect();
    let speed_mps = plan.points.iter().map(|point| point.speed_limit_mps).fold(0.0, f64::max);
    let limits = PlanLimits::between(scenario.area.clearance_m, scenario.area.ceiling_agl_m, speed_mps);
    planned(&waypoints, &resolved.terrain, aircraft, &limits).ok()
}

/// Whether a plan may be flown at any time of the run.
fn is_open(plan: &FlightPlan, operator: Option<&str>, resolved: &ResolvedScenario) -> bool {
    let (from, to) = (resolved.clock.begins, resolved.clock.timestamp(resolved.clock.duration));
    check_plan(plan, &resolved.airspace, &Occasion { operator, from, to }).is_empty()
}
