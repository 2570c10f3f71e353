//! Flying a route for a check: who flies it, along which ways, on one battery.

use std::sync::Arc;

use jiff::Timestamp;

use super::resolved::{Fleet, ResolvedScenario};
use super::sortie::{BACK, CIRCUIT, OUT, greatest_payload_kg, hand_over_budget};
use crate::aircraft::{AircraftType, PowerModel, catalogue};
use crate::message::Text;
use crate::traffic::route::{
    Flier, FlightPlan, PlanError, PlanLimits, PlannedFlight, RouteCheck, RouteProfile, Setting, Sighting, Telling,
    check_route, planned,
};
use crate::units::{FleetId, PadId, RouteId, SimTime};
use crate::world::geo::Position;

/// Share of the battery that is left where no fleet says how much.
const RESERVE_SHARE: f64 = 0.2;

/// Who flies a route.
#[derive(Clone, Debug)]
pub struct RouteFlyer {
    /// The type.
    pub aircraft: AircraftType,
    /// What flying costs it.
    pub power: PowerModel,
    /// The operator; nobody in particular if absent.
    pub operator: Option<String>,
    /// Share of the usable battery that must be left.
    pub reserve_share: f64,
    /// What it carries, kg.
    pub payload_kg: f64,
    /// Where its drones stand, on the ground.
    pub homes: Vec<Position>,
}

/// A way to check: one of a route of the scenario, or a plan from elsewhere.
#[derive(Clone, Debug)]
pub struct WayToFly {
    /// What people call it.
    pub name: Text,
    /// Which way of a route it is; empty of a plan from elsewhere.
    pub direction: Text,
    /// The plan.
    pub plan: Arc<FlightPlan>,
    /// Waypoints of the plan that nobody drew: those that it keeps right or changes its layer by.
    pub added: Vec<usize>,
    /// The speed that was asked for, m/s; the plan's own if absent.
    pub asked_mps: Option<f64>,
    /// What is carried along it, kg.
    pub payload_kg: f64,
    /// Stands that it may begin and end on; none are asked about if there are none.
    pub stands: [Vec<Position>; 2],
    /// The pad at its end where the load is handed over before the next way.
    pub hand_over: Option<PadId>,
}

/// A way as it is flown.
#[derive(Clone, Debug)]
pub struct FlownWay {
    /// The way.
    pub way: WayToFly,
    /// When the drone leaves the ground.
    pub departs: Timestamp,
    /// What is found.
    pub check: RouteCheck,
}

impl WayToFly {
    /// A plan that is no route of the scenario.
    pub fn of_plan(name: Text, plan: FlightPlan, payload_kg: f64) -> Self {
        let stands = [Vec::new(), Vec::new()];
        Self {
            name,
            direction: Text::default(),
            plan: Arc::new(plan),
            added: Vec::new(),
            asked_mps: None,
            payload_kg,
            stands,
            hand_over: None,
        }
    }
}

/// The waypoints that follow one of the file instead of being one, by what each of a plan is in the file.
fn added(given: &[usize]) -> Vec<usize> {
    (1..given.len()).filter(|index| given[*index] == given[index - 1]).collect()
}

impl FlownWay {
    /// When the drone is down again.
    pub fn lands(&self) -> Timestamp {
        SimTime::from_seconds(self.check.times.lands_s).after(self.departs)
    }

    /// It seen from the side.
    pub fn profile(&self, scenario: &ResolvedScenario, operator: Option<&str>) -> RouteProfile {
        let (plan, check, airspace) = (&self.way.plan, &self.check, &scenario.airspace);
        Sighting { plan, check, airspace, operator, departs: self.departs }.profile()
    }

    /// What it takes to tell its findings.
    pub fn telling<'a>(&'a self, scenario: &'a ResolvedScenario) -> Telling<'a> {
        let offset = jiff::tz::Offset::from_seconds(scenario.clock.utc_offset_s).unwrap_or(jiff::tz::Offset::UTC);
        Telling { plan: &self.way.plan, airspace: &scenario.airspace, projection: &scenario.projection, offset }
    }
}

impl RouteFlyer {
    /// The same of another type, which flies by the same energy model.
    #[must_use]
    pub fn of_type(self, aircraft: AircraftType) -> Self {
        Self { power: PowerModel::new(self.power.model(), &aircraft), aircraft, ..self }
    }
}

impl ResolvedScenario {
    /// Who flies a route: the fleet of the first mission on it, with the mission's greatest payload; where no mission does,
    /// the type that the route was planned for, for nobody in particular.
    pub fn flyer_of(&self, route: RouteId) -> RouteFlyer {
        let flown = self.missions.iter().find(|mission| mission.route() == Some(route));
        flown.map_or_else(
            || {
                let aircraft = catalogue()[0].clone();
                let power = PowerModel::new(self.energy_model, &aircraft);
                let homes = Vec::new();
                RouteFlyer { aircraft, power, operator: None, reserve_share: RESERVE_SHARE, payload_kg: 0.0, homes }
            },
            |mission| self.flyer(mission.fleet, route),
        )
    }

    /// A fleet as it would fly a route: with the greatest payload of its mission on it or, without one, of any.
    pub fn flyer(&self, fleet: FleetId, route: RouteId) -> RouteFlyer {
        let Fleet { aircraft, power, operator, reserve_share, homes, .. } = &self.fleets[fleet.index()];
        let own = || self.missions.iter().filter(|mission| mission.fleet == fleet);
        let here = own().find(|mission| mission.route() == Some(route));
        let payload_kg = here.map_or_else(|| own().map(greatest_payload_kg).fold(0.0, f64::max), greatest_payload_kg);
        RouteFlyer {
            aircraft: aircraft.clone(),
            power: *power,
            operator: operator.clone(),
            reserve_share: *reserve_share,
            payload_kg,
            homes: homes.clone(),
        }
    }

    /// The ways along a route as somebody flies them: out and, from a pad, back without the load.
    ///
    /// # Errors
    /// If they cannot be planned.
    pub fn ways_of(&self, route: RouteId, flyer: &RouteFlyer) -> Result<Vec<WayToFly>, PlanError> {
        let (route, bounds) = (self.route(route), &self.airspace);
        let speed_mps = route.speed_mps.unwrap_or(flyer.aircraft.cruise_speed_mps);
        let limits = PlanLimits::between(bounds.clearance_m(), bounds.ceiling_agl_m(), speed_mps);
        let plan =
            |model: &FlightPlan| planned(&model.waypoints, &self.terrain, &flyer.aircraft, &limits).map(Arc::new);
        let pad_stands = route.to.map_or_else(|| flyer.homes.clone(), |pad| self.pad(pad).stands.clone());
        let homes = || flyer.homes.clone();
        let word = if route.to.is_some() { OUT } else { CIRCUIT };
        let named = |word: Text| {
            Text::new(format!("{}, {}", route.name.en, word.en), format!("{}（{}）", route.name.zh, word.zh))
        };
        let out = WayToFly {
            name: named(word.both()),
            direction: word.both(),
            plan: plan(&route.plan)?,
            added: added(&route.given[0]),
            asked_mps: route.speed_mps,
            payload_kg: flyer.payload_kg,
            stands: [homes(), pad_stands.clone()],
            hand_over: route.to,
        };
        let back = route.back.as_ref().map(|back| {
            let plan = plan(back)?;
            let (name, direction, stands) = (named(BACK.both()), BACK.both(), [pad_stands, homes()]);
            let added = added(&route.given[1]);
            Ok(WayToFly { name, direction, plan, added, payload_kg: 0.0, stands, hand_over: None, ..out.clone() })
        });
        Ok(std::iter::once(out.clone()).chain(back.transpose()?).collect())
    }

    /// Checks ways that are flown one after the other on one battery, full at the start; the load is handed over in between.
    pub fn fly(&self, flyer: &RouteFlyer, ways: Vec<WayToFly>, departs: Timestamp) -> Vec<FlownWay> {
        let rallies: Vec<Position> = self.rallies.iter().map(|rally| rally.position).collect();
        let setting = Setting {
            airspace: &self.airspace,
            weather: self.weather.as_ref(),
            network: self.network.as_ref(),
            rallies: &rallies,
            middle: self.projection.centre(),
        };
        let usable_wh = |way: &WayToFly| {
            let temperature_c = setting.temperature_c(&way.plan.start().position, departs);
            flyer.aircraft.battery.usable_wh(temperature_c)
        };
        let full_wh = ways.first().map_or(0.0, usable_wh);
        let (mut battery_wh, mut departs) = (full_wh, departs);
        let mut flown = Vec::new();
        for way in ways {
            let flier = Flier { aircraft: &flyer.aircraft, power: &flyer.power, payload_kg: way.payload_kg };
            let [from_stands, to_stands] = &way.stands;
            let flight = PlannedFlight {
                plan: &way.plan,
                flier,
                operator: flyer.operator.as_deref(),
                departs,
                battery_wh,
                reserve_wh: full_wh * flyer.reserve_share,
                asked_mps: way.asked_mps,
                from_stands,
                to_stands,
            };
            let check = check_route(&flight, &setting);
            let landed = SimTime::from_seconds(check.times.lands_s).after(departs);
            let air = |position: &Position| setting.air(position, landed);
            let over = way.hand_over.map(|pad| hand_over_budget(self.pad(pad), &flier, &air)).unwrap_or_default();
            battery_wh = check.account.at_end_wh - over.energy_wh.total();
            let next = SimTime::from_seconds(over.time_s).after(landed);
            flown.push(FlownWay { way, departs, check });
            departs = next;
        }
        flown
    }
}
