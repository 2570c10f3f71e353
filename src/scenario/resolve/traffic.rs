//! Fleets, routes and missions of a scenario, resolved.

use std::sync::Arc;

use super::{Scene, not_flyable};
use crate::aircraft::{AircraftType, catalogue};
use crate::message::Text;
use crate::mission::{Mission, MissionKind, Task};
use crate::scenario::check::name_of;
use crate::scenario::model::{self, Scenario};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{Fleet, ResolvedScenario, Route};
use crate::traffic::route::{FlightPlan, PlanError, PlanLimits, Waypoint, planned};
use crate::units::{Altitude, FleetId, HubId, PadId, RouteId, SimTime};
use crate::world::geo::{Geographic, Position};

/// Room that smoothing leaves to the clearance, m.
const ABOVE_CLEARANCE_M: f64 = 5.0;
/// Room that smoothing leaves to the ceiling, m: what a drone may overshoot.
const BELOW_CEILING_M: f64 = 10.0;

/// Adds fleets, routes and missions to a scene; `None` if one of them cannot be resolved.
pub fn with_traffic(
    mut resolved: ResolvedScenario,
    scenario: &Scenario,
    scene: &Scene,
    reporter: &mut Reporter<'_>,
) -> Option<ResolvedScenario> {
    resolved.fleets = fleets(scenario, scene, reporter)?;
    for (index, route) in scenario.route.iter().enumerate() {
        let route = resolved_route(index, route, scenario, &resolved, reporter)?;
        resolved.routes.push(route);
    }
    resolved.missions = missions(scenario)?;
    Some(resolved)
}

fn aircraft(id: &str) -> Option<AircraftType> {
    catalogue().into_iter().find(|aircraft| aircraft.id == id)
}

fn fleets(scenario: &Scenario, scene: &Scene, reporter: &mut Reporter<'_>) -> Option<Vec<Fleet>> {
    let mut fleets = Vec::new();
    // Drones of several fleets of one hub stand on one grid, so that no two share a stand.
    for (index, fleet) in scenario.fleet.iter().enumerate() {
        let hub = scenario.hub.iter().position(|hub| hub.id == fleet.hub)?;
        let at_hub = |other: &&model::Fleet| other.hub == fleet.hub;
        let before: usize = scenario.fleet[..index].iter().filter(at_hub).map(|other| usize::from(other.count)).sum();
        let all: usize = scenario.fleet.iter().filter(at_hub).map(|other| usize::from(other.count)).sum();
        let centre = scene.place(scenario.hub[hub].position);
        let stands = scene.stands(centre, all, &format!("hub[{hub}].position"), reporter);
        fleets.push(Fleet {
            id: fleet.id.clone(),
            aircraft: aircraft(&fleet.aircraft)?,
            kind: kind_of_fleet(scenario, &fleet.id),
            hub: Some(HubId::from_index(hub)),
            homes: stands.into_iter().skip(before).take(usize::from(fleet.count)).collect(),
            turn_around: SimTime::from_seconds(fleet.turn_around_s),
        });
    }
    for traffic in &scenario.traffic {
        fleets.push(Fleet {
            id: traffic.id.clone(),
            aircraft: aircraft(&traffic.aircraft)?,
            kind: MissionKind::RandomTraffic,
            hub: None,
            homes: vec![Position::origin(); usize::from(traffic.count)],
            turn_around: SimTime::ZERO,
        });
    }
    Some(fleets)
}

/// The kind of the first mission that a fleet flies.
fn kind_of_fleet(scenario: &Scenario, fleet: &str) -> MissionKind {
    let delivery = scenario.delivery.iter().find(|entry| entry.fleet == fleet).map(|entry| entry.kind.into());
    let round = || scenario.round.iter().find(|entry| entry.fleet == fleet).map(|entry| entry.kind.into());
    delivery.or_else(round).unwrap_or(MissionKind::Inspection)
}

/// The kind of the first mission on a route and the fleet that flies it.
fn use_of_route<'a>(scenario: &'a Scenario, route: &str) -> (MissionKind, Option<&'a model::Fleet>) {
    let delivery = scenario.delivery.iter().find(|entry| entry.route == route);
    let round = scenario.round.iter().find(|entry| entry.route == route);
    let (kind, fleet) = match (delivery, round) {
        (Some(delivery), _) => (delivery.kind.into(), Some(&delivery.fleet)),
        (None, Some(round)) => (round.kind.into(), Some(&round.fleet)),
        (None, None) => (MissionKind::Inspection, None),
    };
    (kind, scenario.fleet.iter().find(|entry| Some(&entry.id) == fleet))
}

fn resolved_route(
    index: usize,
    route: &model::Route,
    scenario: &Scenario,
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) -> Option<Route> {
    let from = scenario.hub.iter().position(|hub| hub.id == route.from)?;
    let to = route.to.as_ref().and_then(|to| scenario.pad.iter().position(|pad| &pad.id == to));
    let (kind, fleet) = use_of_route(scenario, &route.id);
    let aircraft = fleet.map_or_else(|| catalogue().into_iter().next(), |fleet| aircraft(&fleet.aircraft))?;
    let out_waypoints = waypoints(route, route.altitude_agl_m, resolved, from, to);
    let limits = PlanLimits {
        speed_mps: route.speed_mps.unwrap_or(aircraft.cruise_speed_mps),
        band_agl_m: (scenario.area.clearance_m + ABOVE_CLEARANCE_M, scenario.area.ceiling_agl_m - BELOW_CEILING_M),
    };
    let mut plan = |waypoints: &[Waypoint]| -> Option<Arc<FlightPlan>> {
        planned(waypoints, &resolved.terrain, &aircraft, &limits)
            .map(Arc::new)
            .map_err(|error| report_plan_error(index, &error, reporter))
            .ok()
    };
    let out = plan(&out_waypoints)?;
    let back = match to {
        Some(_) => {
            let altitude_agl_m = route.back_altitude_agl_m.unwrap_or(route.altitude_agl_m);
            let mut back_waypoints = waypoints(route, altitude_agl_m, resolved, from, to);
            back_waypoints.reverse();
            Some(plan(&back_waypoints)?)
        }
        None => None,
    };
    Some(Route {
        id: route.id.clone(),
        name: name_of(route.name.as_ref(), &route.id),
        from: HubId::from_index(from),
        to: to.map(PadId::from_index),
        kind,
        plan: out,
        back,
    })
}

/// Hub, waypoints, and pad or hub again.
fn waypoints(
    route: &model::Route,
    altitude_agl_m: f64,
    resolved: &ResolvedScenario,
    from: usize,
    to: Option<usize>,
) -> Vec<Waypoint> {
    let end = |position: Position| Waypoint {
        place: position.xy(),
        altitude: Altitude::agl(altitude_agl_m),
        hold: SimTime::ZERO,
    };
    let via = route.via.iter().map(|waypoint| Waypoint {
        place: resolved.projection.to_local(Geographic::new(waypoint.lat_deg, waypoint.lon_deg)),
        altitude: waypoint
            .altitude_amsl_m
            .map_or_else(|| Altitude::agl(waypoint.altitude_agl_m.unwrap_or(altitude_agl_m)), Altitude::amsl),
        hold: SimTime::from_seconds(waypoint.hold_s),
    });
    let start = resolved.hubs[from].position;
    let last = to.map_or(start, |pad| resolved.pads[pad].position);
    std::iter::once(end(start)).chain(via).chain(std::iter::once(end(last))).collect()
}

fn report_plan_error(index: usize, error: &PlanError, reporter: &mut Reporter<'_>) {
    let key = format!("route[{index}]");
    match error {
        PlanError::TooShort => reporter.fatal(
            &key,
            [
                Text::new("its places coincide", "各点重合"),
                Text::new("two places that differ", "至少两个不同的位置"),
                Text::new("move a waypoint", "请移动航路点"),
            ],
        ),
        PlanError::Altitude { waypoint, .. } => not_flyable_outside(&key, *waypoint, reporter),
    }
}

/// A leg that leaves the terrain leaves the area all the more, because the terrain reaches beyond it.
fn not_flyable_outside(key: &str, waypoint: usize, reporter: &mut Reporter<'_>) {
    not_flyable(
        reporter,
        key,
        [
            Text::new(
                format!("the leg after waypoint {waypoint} leaves the terrain"),
                format!("航路点 {waypoint} 之后的航段超出地形数据范围"),
            ),
            Text::new("a route inside the area", "航线位于空域之内"),
            Text::new("move the waypoint into the area", "请将航路点移入空域"),
        ],
    );
}

fn missions(scenario: &Scenario) -> Option<Vec<Mission>> {
    let fleet_of = |id: &str| scenario.fleet.iter().position(|fleet| fleet.id == id).map(FleetId::from_index);
    let route_of = |id: &str| scenario.route.iter().position(|route| route.id == id).map(RouteId::from_index);
    let mut missions = Vec::new();
    for delivery in &scenario.delivery {
        missions.push(Mission {
            id: delivery.id.clone(),
            kind: delivery.kind.into(),
            fleet: fleet_of(&delivery.fleet)?,
            task: Task::Deliver {
                route: route_of(&delivery.route)?,
                orders_per_hour: delivery.orders_per_hour,
                payload_kg: (delivery.payload_kg.min, delivery.payload_kg.max),
            },
        });
    }
    for round in &scenario.round {
        missions.push(Mission {
            id: round.id.clone(),
            kind: round.kind.into(),
            fleet: fleet_of(&round.fleet)?,
            task: Task::Round {
                route: route_of(&round.route)?,
                first: SimTime::from_seconds(round.first_s),
                every: SimTime::from_seconds(round.every_s),
            },
        });
    }
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        missions.push(Mission {
            id: traffic.id.clone(),
            kind: MissionKind::RandomTraffic,
            fleet: FleetId::from_index(scenario.fleet.len() + index),
            task: Task::Wander {
                altitude_agl_m: (traffic.altitude_agl_m.min, traffic.altitude_agl_m.max),
                speed_mps: (traffic.speed_mps.min, traffic.speed_mps.max),
            },
        });
    }
    Some(missions)
}
