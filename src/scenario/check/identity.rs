//! Identities and references: every name is given once, and every name that is used is given.

use std::collections::{BTreeMap, BTreeSet};

use crate::message::Text;
use crate::scenario::aircraft_files::Types;
use crate::scenario::model::Scenario;
use crate::scenario::report::{Reporter, one_of};

/// Identities of one kind, with the list each stands in.
fn ids<'a>(lists: &[(&'static str, Vec<&'a str>)]) -> Vec<(String, &'a str)> {
    lists
        .iter()
        .flat_map(|(list, ids)| ids.iter().enumerate().map(move |(index, id)| (format!("{list}[{index}].id"), *id)))
        .collect()
}

macro_rules! listed {
    ($scenario:expr, $($list:ident),+) => {
        ids(&[$((stringify!($list), $scenario.$list.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>())),+])
    };
}

/// Adds identities given twice, references to nothing, and routes that do not fit who flies them.
pub fn check(scenario: &Scenario, types: &Types, reporter: &mut Reporter<'_>) {
    check_identities(scenario, reporter);
    check_references(scenario, types, reporter);
    check_route_ends(scenario, reporter);
}

fn check_identities(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let spaces = [
        listed!(scenario, hub, pad),
        listed!(scenario, fleet, traffic, initial, recorded),
        listed!(scenario, route),
        listed!(scenario, delivery, round, traffic, initial),
        listed!(scenario, buildings),
        listed!(scenario, landmark),
        listed!(scenario, river),
        listed!(scenario, zone, site, airport, intervention),
        listed!(scenario, approval),
        listed!(scenario, crowd, quiet),
        listed!(scenario, base_station),
        listed!(scenario, rally),
        listed!(scenario, manned),
    ];
    for space in spaces {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (key, id) in space {
            if let Some(first) = seen.get(id) {
                reporter.fatal(
                    &key,
                    [
                        Text::new(
                            format!("the id `{id}` is taken by {first}"),
                            format!("标识 `{id}` 已被 {first} 使用"),
                        ),
                        Text::new("an id of its own", "唯一的标识"),
                        Text::new("rename one of them", "请将其中一个改名"),
                    ],
                );
            } else {
                seen.insert(id, key);
            }
        }
    }
}

fn check_references(scenario: &Scenario, types: &Types, reporter: &mut Reporter<'_>) {
    let hubs: Vec<&str> = scenario.hub.iter().map(|hub| hub.id.as_str()).collect();
    let pads: Vec<&str> = scenario.pad.iter().map(|pad| pad.id.as_str()).collect();
    let fleets: Vec<&str> = scenario.fleet.iter().map(|fleet| fleet.id.as_str()).collect();
    let routes: Vec<&str> = scenario.route.iter().map(|route| route.id.as_str()).collect();
    let types = types.ids();
    let mut refer = |key: String, name: &str, known: &[&str], what: [&str; 2]| {
        if !known.contains(&name) {
            reporter.fatal(
                &key,
                [
                    Text::new(format!("there is no {} `{name}`", what[0]), format!("没有{} `{name}`", what[1])),
                    one_of(known),
                    Text::new(
                        format!("name an existing {} or add it", what[0]),
                        format!("请填写已有的{}，或添加", what[1]),
                    ),
                ],
            );
        }
    };
    for (i, fleet) in scenario.fleet.iter().enumerate() {
        refer(format!("fleet[{i}].hub"), &fleet.hub, &hubs, ["hub", "起降场"]);
        refer(format!("fleet[{i}].aircraft"), &fleet.aircraft, &types, ["aircraft type", "机型"]);
    }
    for (i, traffic) in scenario.traffic.iter().enumerate() {
        refer(format!("traffic[{i}].aircraft"), &traffic.aircraft, &types, ["aircraft type", "机型"]);
    }
    for (i, zone) in scenario.separation.zone.iter().enumerate() {
        if let Some(aircraft) = &zone.aircraft {
            refer(format!("separation.zone[{i}].aircraft"), aircraft, &types, ["aircraft type", "机型"]);
        }
    }
    for (i, initial) in scenario.initial.iter().enumerate() {
        refer(format!("initial[{i}].aircraft"), &initial.aircraft, &types, ["aircraft type", "机型"]);
    }
    for (i, recorded) in scenario.recorded.iter().enumerate() {
        refer(format!("recorded[{i}].aircraft"), &recorded.aircraft, &types, ["aircraft type", "机型"]);
    }
    for (i, route) in scenario.route.iter().enumerate() {
        refer(format!("route[{i}].from"), &route.from, &hubs, ["hub", "起降场"]);
        if let Some(to) = &route.to {
            refer(format!("route[{i}].to"), to, &pads, ["pad", "起降点"]);
        }
    }
    let rounds: Vec<&str> = scenario.round.iter().map(|round| round.id.as_str()).collect();
    let operators: BTreeSet<&str> = scenario.fleet.iter().filter_map(|fleet| fleet.operator.as_deref()).collect();
    let operators: Vec<&str> = operators.into_iter().collect();
    for (i, intervention) in scenario.intervention.iter().enumerate() {
        if let Some(hub) = &intervention.stop_departures {
            refer(format!("intervention[{i}].stop_departures"), hub, &hubs, ["hub", "起降场"]);
        }
        if let Some(pad) = &intervention.block_pad {
            refer(format!("intervention[{i}].block_pad"), pad, &pads, ["pad", "起降点"]);
        }
        if let Some(round) = &intervention.call_out {
            refer(format!("intervention[{i}].call_out"), round, &rounds, ["round", "巡飞任务"]);
        }
        if let Some(operator) = intervention.close.as_ref().and_then(|close| close.except.as_ref()) {
            refer(
                format!("intervention[{i}].close.except"),
                operator,
                &operators,
                ["operator of a fleet", "机队运营人"],
            );
        }
    }
    let airports: Vec<&str> = scenario.airport.iter().map(|airport| airport.id.as_str()).collect();
    for (i, manned) in scenario.manned.iter().enumerate() {
        if let Some(airport) = &manned.airport {
            refer(format!("manned[{i}].airport"), airport, &airports, ["airport", "机场"]);
        }
    }
    for (i, delivery) in scenario.delivery.iter().enumerate() {
        refer(format!("delivery[{i}].route"), &delivery.route, &routes, ["route", "航线"]);
        refer(format!("delivery[{i}].fleet"), &delivery.fleet, &fleets, ["fleet", "机队"]);
    }
    for (i, round) in scenario.round.iter().enumerate() {
        refer(format!("round[{i}].route"), &round.route, &routes, ["route", "航线"]);
        refer(format!("round[{i}].fleet"), &round.fleet, &fleets, ["fleet", "机队"]);
    }
}

/// A delivery needs a route with an end, a round one without; both start where their fleet lives.
fn check_route_ends(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let uses = scenario
        .delivery
        .iter()
        .enumerate()
        .map(|(i, delivery)| (format!("delivery[{i}]"), &delivery.route, &delivery.fleet, true))
        .chain(
            scenario
                .round
                .iter()
                .enumerate()
                .map(|(i, round)| (format!("round[{i}]"), &round.route, &round.fleet, false)),
        );
    for (key, route, fleet, delivers) in uses {
        let route = scenario.route.iter().find(|entry| &entry.id == route);
        let fleet = scenario.fleet.iter().find(|entry| &entry.id == fleet);
        let (Some(route), Some(fleet)) = (route, fleet) else { continue };
        if route.to.is_some() != delivers {
            reporter.fatal(
                &format!("{key}.route"),
                [
                    Text::new(format!("the route `{}` does not fit", route.id), format!("航线 `{}` 不适用", route.id)),
                    if delivers {
                        Text::new("a route with `to`", "带有 `to` 的航线")
                    } else {
                        Text::new("a route without `to`", "没有 `to` 的航线")
                    },
                    Text::new(
                        "deliveries lead to a pad, rounds come back to their hub",
                        "配送航线通往起降点，巡飞航线回到起降场",
                    ),
                ],
            );
        }
        if route.from != fleet.hub {
            reporter.fatal(
                &format!("{key}.fleet"),
                [
                    Text::new(
                        format!("the fleet lives at `{}`, the route starts at `{}`", fleet.hub, route.from),
                        format!("机队驻于 `{}`，航线始于 `{}`", fleet.hub, route.from),
                    ),
                    Text::new("one hub for both", "两者同一起降场"),
                    Text::new("choose another fleet or route", "请更换机队或航线"),
                ],
            );
        }
    }
}
