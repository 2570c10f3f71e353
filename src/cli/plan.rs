//! `skygrid plan`: routes between two places that may be flown, what they cost, and where there is none, what would open one.

mod ends;
mod found;
mod none;
mod routes;
#[cfg(feature = "viewer")]
mod seen;

use jiff::Timestamp;

#[cfg(feature = "viewer")]
pub use seen::alternatives;

use super::args::{Arguments, Plan, RouteSearch};
use super::check::resolved;
use super::time::instant;
use super::whereabouts::remark_unknown;
use super::{Exit, Failure, Outcome};
use crate::aircraft::{AircraftType, PowerModel, catalogue};
use crate::message::{Language, Severity, Text};
use crate::scenario::{Fleet, ResolvedScenario, RouteFlyer, WayToFly, greatest_payload_kg, hand_over_budget};
use crate::sim::Algorithms;
use crate::traffic::route::{Alternative, BatteryLimit, Flier, Planner, PlanningRequest, UniformAir, cures};
use crate::world::air::STANDARD_TEMPERATURE_C;
use ends::End;

/// Share of the battery that is left where no fleet says how much.
const RESERVE_SHARE: f64 = 0.2;

pub fn plan(arguments: &Plan, common: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = common.language();
    let resolution = resolved(&arguments.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let scenario = resolution.scenario;
    let planner = planner(&arguments.search, algorithms)?;
    let question = Question::of([&arguments.from, &arguments.to], &arguments.search, &scenario, language)?;
    let request = question.request(&arguments.search, &scenario);
    let asked = Asked { scenario: &scenario, ends: &question.ends, who: &question.who, request: &request, language };
    match planner.plan(&request) {
        Ok(routes) => {
            if let Some(path) = &arguments.out {
                routes::write(path, &asked, &routes)?;
            }
            let against: Vec<Option<(Text, usize)>> = routes.iter().map(|route| asked.against(route)).collect();
            if common.json {
                say!("{}", found::json(&asked, &routes, &against));
            } else {
                found::say(&asked, &routes, planner.other_routes().as_ref());
                found::say_against(&against, language);
            }
            Ok(if against.iter().all(Option::is_some) { Exit::NotFlyable } else { Exit::Done })
        }
        Err(why) => {
            let cures = cures(planner.as_ref(), &request, &why);
            if common.json {
                say!("{}", none::json(&asked, &why, &cures));
            } else {
                for line in none::lines(&asked, &why, &cures) {
                    say!("{}", line.get(language));
                }
            }
            Ok(Exit::NotFlyable)
        }
    }
}

fn planner(search: &RouteSearch, algorithms: &Algorithms) -> Result<Box<dyn Planner>, Failure> {
    algorithms.planner(&search.planner).map_err(|error| Failure::new(Exit::NotUnderstood, error))
}

/// What a planner is to be asked.
struct Question {
    ends: [End; 2],
    who: Who,
    depart: Timestamp,
}

impl Question {
    fn of(
        ends: [&str; 2],
        search: &RouteSearch,
        scenario: &ResolvedScenario,
        language: Language,
    ) -> Result<Self, Failure> {
        let [from, to] = ends.map(|text| End::of(text, scenario, language));
        let ends = [from?, to?];
        let who = Who::of(search, scenario, &ends, language)?;
        remark_unknown(who.operator.as_deref(), scenario, language);
        let depart = match &search.depart {
            Some(text) => instant(text, &scenario.clock, language)?,
            None => scenario.clock.begins,
        };
        Ok(Self { ends, who, depart })
    }

    fn request<'a>(&'a self, search: &RouteSearch, scenario: &'a ResolvedScenario) -> PlanningRequest<'a> {
        let [from, to] = &self.ends;
        PlanningRequest {
            airspace: &scenario.airspace,
            reluctant: None,
            network: scenario.network.as_ref(),
            flier: self.who.flier(),
            operator: self.who.operator.as_deref(),
            ends: [from.position, to.position],
            depart: self.depart,
            speed_mps: self.who.aircraft.cruise_speed_mps,
            battery: Some(self.who.battery(to)),
            weights: search.weights,
            resolution_m: search.resolution,
            alternatives: search.alternatives,
        }
    }
}

/// What was asked, by whom, in which scenario.
struct Asked<'a> {
    scenario: &'a ResolvedScenario,
    ends: &'a [End; 2],
    who: &'a Who,
    request: &'a PlanningRequest<'a>,
    language: Language,
}

impl Asked<'_> {
    /// What the weather and the links of the time have against a route, which planning does not ask: the first, and how many.
    fn against(&self, route: &Alternative) -> Option<(Text, usize)> {
        let way = WayToFly::of_plan(Text::default(), route.plan.clone(), self.who.payload_kg);
        let flown = self.scenario.fly(&self.who.flyer(), vec![way], self.request.depart).into_iter().next()?;
        let telling = flown.telling(self.scenario);
        let mut against = flown.check.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        let [what, ..] = telling.texts(against.next()?);
        Some((what, 1 + against.count()))
    }
}

/// Who flies.
struct Who {
    aircraft: AircraftType,
    power: PowerModel,
    operator: Option<String>,
    payload_kg: f64,
    reserve_share: f64,
}

impl Who {
    fn of(
        search: &RouteSearch,
        scenario: &ResolvedScenario,
        ends: &[End; 2],
        language: Language,
    ) -> Result<Self, Failure> {
        let hub = ends[0].hub.or(ends[1].hub);
        let fleet = match &search.fleet {
            Some(id) => Some(fleet(id, scenario, language)?),
            None => scenario.fleets.iter().find(|fleet| hub.is_some() && fleet.hub == hub),
        };
        let fleet = fleet.or(scenario.fleets.first());
        let named = search.aircraft.as_ref().map(|id| aircraft_type(id, scenario, language)).transpose()?;
        let aircraft = named.or(fleet.map(|fleet| &fleet.aircraft)).unwrap_or(&catalogue()[0]).clone();
        // A type that is named flies for nobody in particular, and with nothing.
        let fleet = fleet.filter(|_| named.is_none());
        let payload_kg = search.payload.or(fleet.map(|fleet| fleet_payload_kg(fleet, scenario))).unwrap_or(0.0);
        if payload_kg > aircraft.payload_kg {
            return Err(too_heavy(payload_kg, &aircraft, language));
        }
        Ok(Self {
            power: PowerModel::new(scenario.energy_model, &aircraft),
            aircraft,
            operator: search.operator.clone().or(fleet.and_then(|fleet| fleet.operator.clone())),
            payload_kg,
            reserve_share: fleet.map_or(RESERVE_SHARE, |fleet| fleet.reserve_share),
        })
    }

    /// Who flies as routes are checked.
    fn flyer(&self) -> RouteFlyer {
        RouteFlyer {
            aircraft: self.aircraft.clone(),
            power: self.power,
            operator: self.operator.clone(),
            reserve_share: self.reserve_share,
            payload_kg: self.payload_kg,
            homes: Vec::new(),
        }
    }

    fn flier(&self) -> Flier<'_> {
        Flier { aircraft: &self.aircraft, power: &self.power, payload_kg: self.payload_kg }
    }

    fn battery(&self, to: &End) -> BatteryLimit {
        let calm = UniformAir::calm(STANDARD_TEMPERATURE_C);
        let hand_over = to.pad.as_ref().map(|pad| hand_over_budget(pad, &self.flier(), &|at: &_| calm.air(at)));
        BatteryLimit {
            plannable_wh: self.aircraft.battery.plannable_wh(self.reserve_share, STANDARD_TEMPERATURE_C),
            hand_over_wh: hand_over.map_or(0.0, |budget| budget.energy_wh.total()),
        }
    }
}

/// The greatest payload of the missions that a fleet flies, kg.
fn fleet_payload_kg(fleet: &Fleet, scenario: &ResolvedScenario) -> f64 {
    let own = scenario.missions.iter().filter(|mission| scenario.fleets[mission.fleet.index()].id == fleet.id);
    own.map(greatest_payload_kg).fold(0.0, f64::max)
}

fn fleet<'a>(id: &str, scenario: &'a ResolvedScenario, language: Language) -> Result<&'a Fleet, Failure> {
    let known = scenario.fleets.iter().map(|fleet| fleet.id.as_str()).collect::<Vec<_>>().join(", ");
    scenario.fleets.iter().find(|fleet| fleet.id == id).ok_or_else(|| {
        let text = Text::new(
            format!(
                "--fleet: no fleet `{id}`\n  expected: one of: {known}\n  cure: name one of them, or a type with --type"
            ),
            format!("--fleet：没有机队“{id}”\n  应为：下列之一：{known}\n  办法：请填写其中之一，或用 --type 指定机型"),
        );
        Failure::new(Exit::NotUnderstood, text.get(language))
    })
}

fn aircraft_type<'a>(
    id: &str,
    scenario: &'a ResolvedScenario,
    language: Language,
) -> Result<&'a AircraftType, Failure> {
    let flown = scenario.fleets.iter().map(|fleet| &fleet.aircraft);
    let mut all: Vec<&AircraftType> = flown.chain(catalogue()).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    let known = all.iter().map(|aircraft| aircraft.id.as_str()).collect::<Vec<_>>().join(", ");
    all.into_iter().find(|aircraft| aircraft.id == id).ok_or_else(|| {
        let text = Text::new(
            format!("--type: no type `{id}`\n  expected: one of: {known}\n  cure: name one of them"),
            format!("--type：没有机型“{id}”\n  应为：下列之一：{known}\n  办法：请填写其中之一"),
        );
        Failure::new(Exit::NotUnderstood, text.get(language))
    })
}

fn too_heavy(payload_kg: f64, aircraft: &AircraftType, language: Language) -> Failure {
    let (most_kg, name) = (aircraft.payload_kg, &aircraft.name);
    let text = Text::new(
        format!(
            "--payload: {} does not carry {payload_kg} kg\n  expected: at most {most_kg} kg\n  cure: lower the payload or choose another type",
            name.en
        ),
        format!(
            "--payload：{}不能载 {payload_kg} 千克\n  应为：不超过 {most_kg} 千克\n  办法：请降低载重或更换机型",
            name.zh
        ),
    );
    Failure::new(Exit::NotFlyable, text.get(language))
}
