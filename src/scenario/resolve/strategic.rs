//! What is reserved around a flight, and the other ways that it could take.

use std::sync::Arc;

use super::ways::joins_its_stands;
use crate::message::Text;
use crate::mission::{Mission, OtherLeg, OtherLegs, Task};
use crate::scenario::model::{Scenario, UNFITTED};
use crate::scenario::resolved::{Fleet, ResolvedScenario};
use crate::scenario::sortie::{greatest_payload_kg, hand_over_budget};
use crate::traffic::intent::Tolerances;
use crate::traffic::route::{
    BatteryLimit, Flier, FlightPlan, GridPlanner, PlanLimits, Planner, PlanningRequest, UniformAir, Waypoint, Weights,
    check_plan, is_another_way, longest_s, planned,
};
use crate::units::{Altitude, FleetId, RouteId, SimTime};
use crate::world::air::STANDARD_TEMPERATURE_C;
use crate::world::airspace::Occasion;
use crate::world::geo::Position;

/// What it costs to leave the way that was planned, in seconds of delay: people count on it.
const CHANGE_COST_S: f64 = 5.0;
/// Side of the cells on which other routes are searched, m.
const CELL_M: f64 = 20.0;

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

/// Adds to every mission, where flights are fitted to others, the legs one layer higher and lower and those along other routes,
/// as far as they may be flown during the whole run.
pub fn add_other_legs(resolved: &mut ResolvedScenario, scenario: &Scenario) {
    if scenario.algorithms.strategic == UNFITTED {
        return;
    }
    let mut others: Vec<OtherLegs> = Vec::new();
    for mission in &resolved.missions {
        let is_alike = |earlier: &Mission| flown(earlier) == flown(mission);
        let alike = resolved.missions.iter().zip(&others).find(|(earlier, _)| is_alike(earlier));
        let known = alike.map(|(_, legs)| legs.clone());
        others.push(known.unwrap_or_else(|| Choice { mission, resolved, scenario }.other_legs()));
    }
    for (mission, other_legs) in resolved.missions.iter_mut().zip(others) {
        mission.other_legs = other_legs;
    }
}

/// What the legs of a mission depend on.
fn flown(mission: &Mission) -> (Option<RouteId>, FleetId, f64) {
    (mission.route(), mission.fleet, greatest_payload_kg(mission))
}

/// The choice of legs for a mission.
struct Choice<'a> {
    mission: &'a Mission,
    resolved: &'a ResolvedScenario,
    scenario: &'a Scenario,
}

impl Choice<'_> {
    fn other_legs(&self) -> OtherLegs {
        let homes = &self.fleet().homes[..];
        match &self.mission.task {
            Task::Deliver { route, out, back, .. } => {
                let stands = self.stands(*route);
                let routes = self.other_routes(*route, out);
                let reversed: Vec<FlightPlan> = routes.iter().filter_map(|plan| self.reversed(plan, back)).collect();
                OtherLegs {
                    out: self.legs(out, routes, [homes, stands]),
                    back: self.legs(back, reversed, [stands, homes]),
                }
            }
            Task::Round { circuit, .. } => {
                OtherLegs { out: self.legs(circuit, Vec::new(), [homes, homes]), back: Vec::new() }
            }
            Task::Traffic(_) => OtherLegs::default(),
        }
    }

    fn fleet(&self) -> &Fleet {
        &self.resolved.fleets[self.mission.fleet.index()]
    }

    fn stands(&self, route: RouteId) -> &[Position] {
        self.resolved.route(route).to.map_or(&[], |pad| &self.resolved.pad(pad).stands)
    }

    /// A leg a layer lower and higher, and along other routes, where that may be flown between the stands at its ends.
    fn legs(&self, preferred: &FlightPlan, routes: Vec<FlightPlan>, ends: [&[Position]; 2]) -> Vec<OtherLeg> {
        // Just beyond what touches.
        let layer_m = (2.0 * self.resolved.tolerances.vertical_m).ceil() + 1.0;
        let shifted = [-layer_m, layer_m].into_iter().filter_map(|by_m| {
            let name = if by_m < 0.0 {
                Text::new(format!("{layer_m} m lower"), format!("低 {layer_m} 米"))
            } else {
                Text::new(format!("{layer_m} m higher"), format!("高 {layer_m} 米"))
            };
            Some((self.higher(preferred, by_m)?, name))
        });
        let named = (1..).zip(routes).map(|(number, plan)| {
            (plan, Text::new(format!("by another route ({number})"), format!("走另一条航线（{number}）")))
        });
        let lasts_s = |plan: &FlightPlan| longest_s(&plan.points, &self.resolved.terrain, &self.fleet().aircraft);
        let all = shifted.chain(named).filter(|(plan, _)| self.is_open(plan, ends));
        let leg = |(plan, name): (FlightPlan, Text)| OtherLeg {
            extra_cost_s: CHANGE_COST_S + (lasts_s(&plan) - lasts_s(preferred)).max(0.0),
            plan: Arc::new(plan),
            name,
        };
        all.map(leg).collect()
    }

    /// The plan through the same places, so much higher.
    fn higher(&self, plan: &FlightPlan, by_m: f64) -> Option<FlightPlan> {
        let raised = |waypoint: &Waypoint| Waypoint {
            altitude: Altitude { metres: waypoint.altitude.metres + by_m, ..waypoint.altitude },
            ..*waypoint
        };
        let waypoints: Vec<Waypoint> = plan.waypoints.iter().map(raised).collect();
        self.planned(&waypoints, speed_mps(plan))
    }

    fn planned(&self, waypoints: &[Waypoint], speed_mps: f64) -> Option<FlightPlan> {
        let area = &self.scenario.area;
        let limits = PlanLimits::between(area.clearance_m, area.ceiling_agl_m, speed_mps);
        planned(waypoints, &self.resolved.terrain, &self.fleet().aircraft, &limits).ok()
    }

    /// The way back along a route; a layer higher or lower than it was planned there, as the preferred legs are.
    fn reversed(&self, out: &FlightPlan, back: &FlightPlan) -> Option<FlightPlan> {
        let Task::Deliver { out: preferred, .. } = &self.mission.task else { return None };
        let height = |plan: &FlightPlan| plan.waypoints.first().map(|waypoint| waypoint.altitude);
        let by_m = height(back).zip(height(preferred)).filter(|(back, out)| back.datum == out.datum);
        let by_m = by_m.map_or(0.0, |(back, out)| back.metres - out.metres);
        let mut waypoints = out.waypoints.clone();
        waypoints.reverse();
        let turned = self.planned(&waypoints, speed_mps(back))?;
        if by_m.abs() < 0.1 {
            return Some(turned);
        }
        self.higher(&turned, by_m).or(Some(turned))
    }

    /// Routes to the pad that differ from the one that was planned, the cheapest first.
    fn other_routes(&self, route: RouteId, preferred: &FlightPlan) -> Vec<FlightPlan> {
        let wanted = usize::from(self.scenario.strategic.other_routes);
        let (fleet, route) = (self.fleet(), self.resolved.route(route));
        let Some(pad) = route.to.map(|pad| self.resolved.pad(pad)).filter(|_| wanted > 0) else { return Vec::new() };
        let flier =
            Flier { aircraft: &fleet.aircraft, power: &fleet.power, payload_kg: greatest_payload_kg(self.mission) };
        let calm = UniformAir::calm(STANDARD_TEMPERATURE_C);
        let request = PlanningRequest {
            airspace: &self.resolved.airspace,
            reluctant: None,
            network: self.resolved.network.as_ref(),
            flier,
            operator: fleet.operator.as_deref(),
            ends: [self.resolved.hubs[route.from.index()].position, pad.position],
            depart: self.resolved.clock.begins,
            speed_mps: speed_mps(preferred),
            battery: Some(BatteryLimit {
                plannable_wh: fleet.aircraft.battery.plannable_wh(fleet.reserve_share, STANDARD_TEMPERATURE_C),
                hand_over_wh: hand_over_budget(pad, &flier, &|at: &_| calm.air(at)).energy_wh.total(),
            }),
            weights: Weights::default(),
            resolution_m: CELL_M,
            // One of them may be the preferred one.
            alternatives: self.scenario.strategic.other_routes.saturating_add(1),
        };
        let found = GridPlanner.plan(&request).unwrap_or_default();
        let others = found.into_iter().map(|found| found.plan).filter(|plan| is_another_way(plan, preferred));
        others.take(wanted).collect()
    }

    /// Whether a plan between stands may be flown at any time of the run.
    fn is_open(&self, plan: &FlightPlan, ends: [&[Position]; 2]) -> bool {
        let clock = &self.resolved.clock;
        let (from, to) = (clock.begins, clock.timestamp(clock.duration));
        let occasion = Occasion { operator: self.fleet().operator.as_deref(), from, to };
        check_plan(plan, &self.resolved.airspace, &occasion).is_empty()
            && joins_its_stands(plan, ends, &self.resolved.airspace, &occasion)
    }
}

/// The speed that a plan was made for, m/s.
fn speed_mps(plan: &FlightPlan) -> f64 {
    plan.points.iter().map(|point| point.speed_limit_mps).fold(0.0, f64::max)
}
