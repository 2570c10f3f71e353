//! From arguments to routes as they are flown.

use std::path::Path;

use super::args::FlightArgs;
use super::time::time_of_run;
use super::{Exit, Failure};
use crate::aircraft::{AircraftType, catalogue};
use crate::message::{Language, Text};
use crate::scenario::{FlownWay, ResolvedScenario, RouteFlyer, WayToFly};
use crate::units::{FleetId, RouteId, SimTime};

/// A route with its ways as somebody flies them.
pub struct FlownRoute {
    /// Its identity.
    pub id: String,
    /// Who flies it.
    pub flyer: RouteFlyer,
    /// Its ways, in the order of flying.
    pub ways: Vec<FlownWay>,
}

/// What is named for every route.
const ALL: &str = "all";

/// The route of a name, or all of them, as the arguments have it flown.
pub fn flown(
    scenario: &ResolvedScenario,
    name: &str,
    arguments: &FlightArgs,
    language: Language,
) -> Result<Vec<FlownRoute>, Failure> {
    let found: Vec<usize> = match scenario.routes.iter().position(|route| route.id == name) {
        Some(index) => vec![index],
        None if name == ALL => (0..scenario.routes.len()).collect(),
        None => Vec::new(),
    };
    if scenario.routes.is_empty() {
        let text = Text::new(
            "the scenario has no routes\n  expected: at least one [[route]]\n  cure: add one",
            "情景中没有航线\n  应为：至少一条 [[route]]\n  办法：请添加航线",
        );
        return Err(Failure::new(Exit::NotUnderstood, text.get(language)));
    }
    if found.is_empty() {
        let ids: Vec<&str> = scenario.routes.iter().map(|route| route.id.as_str()).chain([ALL]).collect();
        if Path::new(name).is_file() {
            return Err(drawn_elsewhere(name, &ids, language));
        }
        return Err(unknown("--route", name, ["no route", "没有航线"], &ids, language));
    }
    found.into_iter().map(|index| flown_route(scenario, RouteId::from_index(index), arguments, language)).collect()
}

fn flown_route(
    scenario: &ResolvedScenario,
    route: RouteId,
    arguments: &FlightArgs,
    language: Language,
) -> Result<FlownRoute, Failure> {
    let flyer = flyer(scenario, route, arguments, language)?;
    let ways = scenario.ways_of(route, &flyer).map_err(|error| Failure::new(Exit::NotUnderstood, error))?;
    fly(scenario, scenario.route(route).id.clone(), (flyer, ways), arguments, language)
}

/// Ways as the arguments have them flown.
fn fly(
    scenario: &ResolvedScenario,
    id: String,
    (flyer, ways): (RouteFlyer, Vec<WayToFly>),
    arguments: &FlightArgs,
    language: Language,
) -> Result<FlownRoute, Failure> {
    let departs = match &arguments.depart {
        Some(text) => time_of_run(text, &scenario.clock, language)?,
        None => SimTime::ZERO,
    };
    let ways = scenario.fly(&flyer, ways, scenario.clock.timestamp(departs));
    Ok(FlownRoute { id, flyer, ways })
}

/// Who flies: the fleet of the route or the one asked for, with what the arguments change.
pub fn flyer(
    scenario: &ResolvedScenario,
    route: RouteId,
    arguments: &FlightArgs,
    language: Language,
) -> Result<RouteFlyer, Failure> {
    let mut flyer = match &arguments.fleet {
        None => scenario.flyer_of(route),
        Some(name) => {
            let fleets: Vec<&str> = scenario.fleets.iter().map(|fleet| fleet.id.as_str()).collect();
            let index = fleets.iter().position(|id| id == name);
            let index = index.ok_or_else(|| unknown("--fleet", name, ["no fleet", "没有机队"], &fleets, language))?;
            scenario.flyer(FleetId::from_index(index), route)
        }
    };
    if let Some(name) = &arguments.aircraft {
        flyer = flyer.of_type(type_of(scenario, name, language)?);
    }
    flyer.operator = arguments.operator.clone().or(flyer.operator);
    flyer.payload_kg = arguments.payload.unwrap_or(flyer.payload_kg);
    let (payload_kg, most_kg) = (flyer.payload_kg, flyer.aircraft.payload_kg);
    if payload_kg > most_kg {
        let name = &flyer.aircraft.id;
        let text = Text::new(
            format!(
                "--payload: {payload_kg} kg are too much for {name}\n  expected: at most {most_kg} kg\n  cure: give --payload, or choose another type"
            ),
            format!(
                "--payload：{payload_kg} 千克超过 {name} 的载重\n  应为：不超过 {most_kg} 千克\n  办法：请给出 --payload，或更换机型"
            ),
        );
        return Err(Failure::new(Exit::NotUnderstood, text.get(language)));
    }
    Ok(flyer)
}

/// A type of the scenario or of the catalogue.
fn type_of(scenario: &ResolvedScenario, name: &str, language: Language) -> Result<AircraftType, Failure> {
    let all = || scenario.fleets.iter().map(|fleet| &fleet.aircraft).chain(catalogue());
    all().find(|aircraft| aircraft.id == name).cloned().ok_or_else(|| {
        let mut ids: Vec<&str> = all().map(|aircraft| aircraft.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        unknown("--type", name, ["no type", "没有机型"], &ids, language)
    })
}

/// A file is flown in the place of a route: between its ends, by its fleet.
fn drawn_elsewhere(file: &str, ids: &[&str], language: Language) -> Failure {
    let (all, first) = (ids.join(", "), ids[0]);
    let instead = format!("--route {first} --set route.{first}.file={file} --set 'route.{first}.via=[]'");
    let text = Text::new(
        format!(
            "--route: `{file}` is a file\n  expected: one of: {all}\n  cure: fly the file in place of a route, such as {instead}"
        ),
        format!("--route：“{file}”是文件\n  应为：下列之一：{all}\n  办法：请以该文件代替某条航线，如 {instead}"),
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

fn unknown(flag: &str, name: &str, [en, zh]: [&str; 2], known: &[&str], language: Language) -> Failure {
    let ids = known.join(", ");
    let text = Text::new(
        format!("{flag}: {en} `{name}`\n  expected: one of: {ids}\n  cure: name one of them"),
        format!("{flag}：{zh} `{name}`\n  应为：下列之一：{ids}\n  办法：请填写其中之一"),
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}
