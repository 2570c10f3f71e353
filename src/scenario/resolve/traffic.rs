//! Fleets, routes and missions of a scenario, resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Scene, without_hub};
use crate::aircraft::{AircraftType, PowerModel};
use crate::message::{Severity, Text};
use crate::mission::{Mission, MissionKind, OtherLegs, Task};
use crate::scenario::aircraft_files::Types;
use crate::scenario::check::name_of;
use crate::scenario::model::{self, Scenario};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{Fleet, ResolvedScenario, Route};
use crate::traffic::conflict::ProtectedZone;
use crate::traffic::route::{Begins, FlightPlan, HeightLayers, PlanError, PlanLimits, Waypoint, layer_slope, planned};
use crate::units::{Altitude, FleetId, HubId, PadId, RouteId, SimTime};
use crate::world::airspace::right_of;
use crate::world::geo::{Geographic, Place, Position};

/// Adds fleets, routes and missions to a scene; `None` if one of them cannot be resolved.
pub fn with_traffic(
    mut resolved: ResolvedScenario,
    scenario: &Scenario,
    scene: &Scene,
    reporter: &mut Reporter<'_>,
) -> Option<ResolvedScenario> {
    resolved.fleets = fleets(scenario, scene, reporter)?;
    let layers = HeightLayers(scenario.layer.iter().map(model::Layer::resolved).collect());
    let plans = BTreeMap::new();
    let mut planner = Planner { scenario, resolved: &resolved, types: &scene.types, layers, reporter, plans };
    // All of them before the first that cannot be planned ends this, so that every fault is told.
    let routes: Vec<Option<Route>> = (0..scenario.route.len()).map(|index| planner.route(index)).collect();
    let missions = planner.missions();
    resolved.routes = routes.into_iter().collect::<Option<_>>()?;
    resolved.missions = missions?;
    resolved.zones = resolved.missions.iter().map(|mission| zone_of(scenario, mission, &resolved)).collect();
    Some(resolved)
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
        let aircraft = scene.types.find(&fleet.aircraft)?.clone();
        fleets.push(Fleet {
            id: fleet.id.clone(),
            power: PowerModel::new(scenario.energy.model, &aircraft),
            aircraft,
            reserve_share: fleet.reserve_share,
            battery: fleet.battery,
            kind: kind_of_fleet(scenario, &fleet.id),
            operator: fleet.operator.clone(),
            hub: Some(HubId::from_index(hub)),
            homes: stands.into_iter().skip(before).take(usize::from(fleet.count)).collect(),
            names: Vec::new(),
            turn_around: SimTime::from_seconds(fleet.turn_around_s),
        });
    }
    fleets.extend(without_hub::fleets(scenario, scene, reporter)?);
    Some(fleets)
}

/// The kind of the first mission that a fleet flies.
fn kind_of_fleet(scenario: &Scenario, fleet: &str) -> MissionKind {
    let delivery = scenario.delivery.iter().find(|entry| entry.fleet == fleet).map(|entry| entry.kind.into());
    let round = || scenario.round.iter().find(|entry| entry.fleet == fleet).map(|entry| entry.kind.into());
    delivery.or_else(round).unwrap_or(MissionKind::Inspection)
}

/// The ways along a route: out and, from a pad, back.
#[derive(Clone)]
struct Ways {
    out: Arc<FlightPlan>,
    back: Option<Arc<FlightPlan>>,
    /// Of each waypoint, out and back, which of those that were given it is or follows.
    given: [Vec<usize>; 2],
}

/// Plans the ways along routes, once for every route and type that flies it.
struct Planner<'a, 'b> {
    scenario: &'a Scenario,
    resolved: &'a ResolvedScenario,
    types: &'a Types,
    layers: HeightLayers,
    reporter: &'a mut Reporter<'b>,
    plans: BTreeMap<(usize, String), Option<Ways>>,
}

impl Planner<'_, '_> {
    fn route(&mut self, index: usize) -> Option<Route> {
        let route = &self.scenario.route[index];
        let (kind, fleet) = use_of_route(self.scenario, &route.id);
        let types = self.types;
        let aircraft = fleet.map_or_else(|| types.first(), |fleet| types.find(&fleet.aircraft))?;
        let (from, to) = self.ends(route)?;
        let ways = self.ways(index, aircraft)?;
        self.tell_of_no_room(index, &ways);
        Some(Route {
            id: route.id.clone(),
            name: name_of(route.name.as_ref(), &route.id),
            from: HubId::from_index(from),
            to: to.map(PadId::from_index),
            kind,
            items: items_of(route),
            speed_mps: asked_mps(route),
            right_m: route.keep_right_m.unwrap_or(0.0),
            by_heading: route.by_heading,
            plan: ways.out,
            back: ways.back,
            given: ways.given,
        })
    }

    /// Tells of a direct route whose ends are too close for anybody to keep right between them, out and back at one height.
    fn tell_of_no_room(&mut self, index: usize, ways: &Ways) {
        let route = &self.scenario.route[index];
        let (Some(right_m), [first, .., last]) = (route.keep_right_m, &ways.out.waypoints[..]) else { return };
        let back_at = ways.back.as_ref().and_then(|back| back.waypoints.first());
        let (length_m, least_m) = ((last.place - first.place).norm(), room_m(right_m).ceil());
        let is_direct = route.waypoints().is_empty() && back_at.is_some_and(|back| back.altitude == last.altitude);
        if right_m <= 0.0 || !is_direct || length_m > least_m {
            return;
        }
        let texts = [
            Text::new(
                format!("it is {length_m:.0} m long: no room to keep {right_m} m right, so out and back meet"),
                format!("全长 {length_m:.0} 米，没有靠右 {right_m} 米的余地，往返航迹重合"),
            ),
            Text::new(format!("more than {least_m:.0} m"), format!("大于 {least_m:.0} 米")),
            Text::new(
                "lead it through `via` points, give a smaller `keep_right_m`, or fly back at another height",
                "请用 `via` 绕行、减小 `keep_right_m`，或以另一高度返回",
            ),
        ];
        self.reporter.add(Severity::Warning, &format!("route[{index}].keep_right_m"), texts);
    }

    /// Indices of the hub and the pad.
    fn ends(&self, route: &model::Route) -> Option<(usize, Option<usize>)> {
        let from = self.scenario.hub.iter().position(|hub| hub.id == route.from)?;
        let to = route.to.as_ref().and_then(|to| self.scenario.pad.iter().position(|pad| &pad.id == to));
        Some((from, to))
    }

    fn ways(&mut self, index: usize, aircraft: &AircraftType) -> Option<Ways> {
        let key = (index, aircraft.id.clone());
        if let Some(known) = self.plans.get(&key) {
            return known.clone();
        }
        let ways = self.planned_ways(index, aircraft);
        self.plans.insert(key, ways.clone());
        ways
    }

    fn planned_ways(&mut self, index: usize, aircraft: &AircraftType) -> Option<Ways> {
        let route = &self.scenario.route[index];
        let (from, to) = self.ends(route)?;
        let area = &self.scenario.area;
        let speed_mps = asked_mps(route).unwrap_or(aircraft.cruise_speed_mps);
        let limits = PlanLimits::between(area.clearance_m, area.ceiling_agl_m, speed_mps);
        let right_m = route.keep_right_m.unwrap_or(0.0);
        let slope = layer_slope(aircraft, speed_mps);
        let none = HeightLayers::default();
        let layers = if route.by_heading { &self.layers } else { &none };
        let shaped = |waypoints: &[Waypoint]| -> (Vec<usize>, Vec<Waypoint>) {
            let (given, kept): (Vec<usize>, Vec<Waypoint>) = kept_right(waypoints, right_m).into_iter().unzip();
            let layered = layers.applied(&kept, Begins::InItsLayer, slope).into_iter();
            layered.map(|(index, waypoint)| (given[index], waypoint)).unzip()
        };
        let (out_given, out) = shaped(&waypoints(route, route.altitude_agl_m, self.resolved, from, to));
        let back = to.map(|_| {
            let altitude_agl_m = route.back_altitude_agl_m.unwrap_or(route.altitude_agl_m);
            let mut back = waypoints(route, altitude_agl_m, self.resolved, from, to);
            back.reverse();
            shaped(&back)
        });
        let plan = |waypoints: &[Waypoint]| planned(waypoints, &self.resolved.terrain, aircraft, &limits).map(Arc::new);
        let (back_given, back) = back.unzip();
        // Numbered as on the way out.
        let turned = |given: Vec<usize>| given.iter().map(|index| out_given[out_given.len() - 1] - index).collect();
        let given = [out_given.clone(), back_given.map_or_else(Vec::new, turned)];
        let ways = plan(&out).and_then(|out| Ok(Ways { out, back: back.as_deref().map(plan).transpose()?, given }));
        ways.map_err(|error| report_plan_error(index, &error, self.reporter)).ok()
    }

    fn missions(&mut self) -> Option<Vec<Mission>> {
        let scenario = self.scenario;
        let deliveries: Vec<_> = scenario.delivery.iter().map(|delivery| self.delivery(delivery)).collect();
        let rounds: Vec<_> = scenario.round.iter().map(|round| self.round(round)).collect();
        let without_hub = without_hub::missions(scenario, self.resolved, &self.layers);
        deliveries.into_iter().chain(rounds).chain(without_hub.into_iter().map(Some)).collect()
    }

    fn delivery(&mut self, delivery: &model::Delivery) -> Option<Mission> {
        let fleet = self.fleet(&delivery.fleet)?;
        let (route, ways) = self.flown(&delivery.route, fleet)?;
        let task = Task::Deliver {
            route,
            out: ways.out,
            back: ways.back?,
            orders_per_hour: delivery.orders_per_hour,
            payload_kg: (delivery.payload_kg.min, delivery.payload_kg.max),
        };
        Some(Mission {
            id: delivery.id.clone(),
            kind: delivery.kind.into(),
            fleet,
            task,
            other_legs: OtherLegs::default(),
        })
    }

    fn round(&mut self, round: &model::Round) -> Option<Mission> {
        let fleet = self.fleet(&round.fleet)?;
        let (route, ways) = self.flown(&round.route, fleet)?;
        let task = Task::Round {
            route,
            circuit: ways.out,
            first: SimTime::from_seconds(round.first_s),
            every: SimTime::from_seconds(round.every_s),
        };
        Some(Mission { id: round.id.clone(), kind: round.kind.into(), fleet, task, other_legs: OtherLegs::default() })
    }

    fn fleet(&self, id: &str) -> Option<FleetId> {
        self.scenario.fleet.iter().position(|fleet| fleet.id == id).map(FleetId::from_index)
    }

    /// A route and its ways as a fleet flies it.
    fn flown(&mut self, route: &str, fleet: FleetId) -> Option<(RouteId, Ways)> {
        let index = self.scenario.route.iter().position(|entry| entry.id == route)?;
        let ways = self.ways(index, &self.resolved.fleets[fleet.index()].aircraft.clone())?;
        Some((RouteId::from_index(index), ways))
    }
}

/// The protected zone on a mission: the first that is given for its type and kind, or the usual one.
fn zone_of(scenario: &Scenario, mission: &Mission, resolved: &ResolvedScenario) -> ProtectedZone {
    let aircraft = &resolved.fleets[mission.fleet.index()].aircraft.id;
    let is_its = |zone: &&model::SeparationZone| {
        zone.aircraft.as_ref().is_none_or(|id| id == aircraft)
            && zone.mission.is_none_or(|kind| MissionKind::from(kind) == mission.kind)
    };
    let own = scenario.separation.zone.iter().find(is_its);
    own.map_or(resolved.minima.zone(), |zone| ProtectedZone {
        horizontal_m: zone.horizontal_m,
        vertical_m: zone.vertical_m,
    })
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

/// Where the waypoints of a route stand in the file that draws it.
fn items_of(route: &model::Route) -> Vec<String> {
    let file = route.file.as_deref().unwrap_or_default();
    let drawn = route.drawn.iter().flat_map(|drawn| &drawn.items);
    drawn.map(|item| format!("{file}: {item}")).collect()
}

/// The speed that is asked for: the route's own, else that of the file that draws it.
fn asked_mps(route: &model::Route) -> Option<f64> {
    route.speed_mps.or(route.drawn.as_ref().and_then(|drawn| drawn.speed_mps))
}

/// Hub, waypoints, and pad or hub again.
fn waypoints(
    route: &model::Route,
    altitude_agl_m: f64,
    resolved: &ResolvedScenario,
    from: usize,
    to: Option<usize>,
) -> Vec<Waypoint> {
    let given = route.drawn.as_ref().map_or([None; 2], |drawn| drawn.ends);
    let end = |position: Position, given: Option<Altitude>| Waypoint {
        place: position.xy(),
        altitude: given.unwrap_or(Altitude::agl(altitude_agl_m)),
        hold: SimTime::ZERO,
    };
    let via = route.waypoints().iter().map(|waypoint| Waypoint {
        place: resolved.projection.to_local(Geographic::new(waypoint.lat_deg, waypoint.lon_deg)),
        altitude: waypoint
            .altitude_amsl_m
            .map_or_else(|| Altitude::agl(waypoint.altitude_agl_m.unwrap_or(altitude_agl_m)), Altitude::amsl),
        hold: SimTime::from_seconds(waypoint.hold_s),
    });
    let start = resolved.hubs[from].position;
    let last = to.map_or(start, |pad| resolved.pads[pad].position);
    std::iter::once(end(start, given[0])).chain(via).chain(std::iter::once(end(last, given[1]))).collect()
}

/// How far from an end of a route, in distances to the right, drones are on their side of it.
const JOINS: f64 = 2.0;
/// A leg that is shorter than so many of those has no room for that.
const LEAST_LEG: f64 = 3.0;

/// What a leg is longer than that has room to keep right, m.
fn room_m(right_m: f64) -> f64 {
    LEAST_LEG * JOINS * right_m
}

/// The waypoints so far to the right of the line through them, the ends themselves left where they are; with each which of those
/// that were given it is, or which it follows.
fn kept_right(waypoints: &[Waypoint], right_m: f64) -> Vec<(usize, Waypoint)> {
    let numbered = || waypoints.iter().copied().enumerate();
    let last = waypoints.len() - 1;
    if right_m <= 0.0 || last == 0 {
        return numbered().collect();
    }
    let line: Vec<Place> = waypoints.iter().map(|waypoint| waypoint.place).collect();
    let beside = right_of(&line, right_m);
    let joins_m = JOINS * right_m;
    // On the line beside a leg, so far from the end of the route that it begins or ends at.
    let joined = |end: usize, other: usize| {
        let away = beside[other] - beside[end];
        let has_room = away.norm() > room_m(right_m);
        let place = beside[end] + away * (joins_m / away.norm());
        has_room.then_some(Waypoint { place, hold: SimTime::ZERO, ..waypoints[end] })
    };
    let inner =
        numbered().take(last).skip(1).map(|(index, waypoint)| (index, Waypoint { place: beside[index], ..waypoint }));
    let first = [(0, waypoints[0])].into_iter().chain(joined(0, 1).map(|waypoint| (0, waypoint)));
    let ends = joined(last, last - 1).map(|waypoint| (last - 1, waypoint)).into_iter().chain([(last, waypoints[last])]);
    first.chain(inner).chain(ends).collect()
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
        PlanError::Altitude { waypoint, cause } => reporter.fatal(
            &key,
            [
                Text::new(
                    format!("the altitude of waypoint {waypoint} cannot be converted: {cause}"),
                    format!("航路点 {waypoint} 的高度无法换算：{cause}"),
                ),
                Text::new("a height above ground or above mean sea level", "真高或海拔高"),
                Text::new("give the height in another datum", "请换用其他高度基准"),
            ],
        ),
    }
}
