//! Whether what was resolved can be flown: every leg permitted, every sortie within its battery.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ways::{StandDenial, flown_ways, stand_denials};
use super::{holds, not_flyable, without_hub};
use crate::message::{Severity, Text};
use crate::mission::{Mission, Task};
use crate::scenario::model::Scenario;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{DepartureHold, ResolvedScenario, Route};
use crate::scenario::sortie::{greatest_payload_kg, sortie_budget};
use crate::traffic::route::{self, PlanFault, UniformAir, check_plan};
use crate::units::{MissionId, RouteId, SimTime};
use crate::world::air::STANDARD_TEMPERATURE_C;
use crate::world::airspace::{Denial, Occasion};

/// Adds an error for every leg that is denied, every sortie that its battery does not carry and all random traffic
/// outside the permitted heights; a warning where legs are denied for a part of the run only. Says when departures wait
/// for that.
pub fn check_flyable(
    resolved: &ResolvedScenario,
    scenario: &Scenario,
    reporter: &mut Reporter<'_>,
) -> Vec<DepartureHold> {
    let mut checked = BTreeMap::new();
    for index in 0..resolved.routes.len() {
        for operator in operators(resolved, index) {
            let spells = spells(resolved, index, operator);
            let is_ever_open = spells.iter().any(|spell| spell.faults.is_empty());
            if is_ever_open {
                let closed = joined(spells.iter().map(|spell| (spell, spell.faults.first())));
                for stretch in &closed {
                    let (at_en, at_zh) = place_words(stretch.why, last_given(&resolved.routes[index]));
                    warn(
                        &format!("route[{index}]"),
                        stretch,
                        [&at_en, &at_zh],
                        &stretch.why.denial,
                        resolved,
                        reporter,
                    );
                }
            } else {
                report_spell(index, &spells[0], resolved, reporter);
            }
            // Where the route is at fault, so are the ways to it.
            checked.insert((index, operator), if is_ever_open { spells } else { Vec::new() });
        }
    }
    let (mut holds, mut flown) = (Vec::new(), BTreeMap::new());
    for (index, key, mission) in keyed_missions(resolved) {
        let Some(route) = mission.route() else { continue };
        let operator = resolved.fleets[mission.fleet.index()].operator.as_deref();
        let spells = checked.get(&(route.index(), operator)).map_or(&[][..], Vec::as_slice);
        // Missions that share route and fleet share their stands and when they wait.
        let waits = flown.entry((route, mission.fleet)).or_insert_with(|| {
            check_stands(&key, mission, spells, resolved, reporter);
            let waits = if spells.is_empty() { Vec::new() } else { holds::of(mission, resolved) };
            check_waits(&key, &waits, resolved, reporter);
            waits
        });
        holds.extend(waits.iter().map(|&[from, to]| DepartureHold { mission: index, from, to }));
        check_energy(&key, mission, resolved, reporter);
    }
    without_hub::check(scenario, resolved, reporter);
    holds
}

/// Who flies a route; nobody in particular where no mission does.
fn operators(resolved: &ResolvedScenario, route: usize) -> BTreeSet<Option<&str>> {
    let missions =
        resolved.missions.iter().filter(|mission| mission.route().is_some_and(|flown| flown.index() == route));
    let operators = missions.map(|mission| resolved.fleets[mission.fleet.index()].operator.as_deref());
    let operators: BTreeSet<_> = operators.collect();
    if operators.is_empty() { BTreeSet::from([None]) } else { operators }
}

/// A part of the run in which the same rules hold, and what is wrong with a route in it.
struct Spell {
    from: Timestamp,
    to: Timestamp,
    faults: Vec<PlanFault>,
}

/// The parts of the run for one route and operator, in order; at least one.
fn spells(resolved: &ResolvedScenario, route: usize, operator: Option<&str>) -> Vec<Spell> {
    let (start, end) = (resolved.clock.begins, resolved.clock.timestamp(resolved.clock.duration));
    let changes = resolved.airspace.rulings_change_along(&flown_ways(resolved, route), start, end);
    let bounds: Vec<Timestamp> = [start].into_iter().chain(changes).chain([end]).collect();
    let spell = |pair: &[Timestamp]| Spell {
        from: pair[0],
        to: pair[1],
        faults: route_faults(resolved, route, &Occasion::at(operator, pair[0])),
    };
    bounds.windows(2).map(spell).collect()
}

/// What is wrong on the way out or, where that is sound, on the way back: usually both have the same fault.
fn route_faults(resolved: &ResolvedScenario, route: usize, occasion: &Occasion<'_>) -> Vec<PlanFault> {
    let route = &resolved.routes[route];
    let [given_out, given_back] = &route.given;
    let out = check_plan(&route.plan, &resolved.airspace, occasion);
    let Some(back) = route.back.as_ref().filter(|_| out.is_empty()) else {
        return out.into_iter().map(|fault| as_given(fault, given_out, 0)).collect();
    };
    let faults = check_plan(back, &resolved.airspace, occasion).into_iter();
    faults.map(|fault| as_given(fault, given_back, 1)).collect()
}

/// A fault by the waypoints that the file gives, numbered as on the way out; a leg back begins so many before the waypoint that it
/// is flown from.
fn as_given(fault: PlanFault, given: &[usize], before: usize) -> PlanFault {
    let of = |waypoint: usize| given.get(waypoint).copied().unwrap_or(waypoint);
    let waypoint = of(fault.waypoint);
    let is_given = fault.waypoint.checked_sub(1).is_none_or(|before| of(before) != waypoint);
    if fault.at_waypoint && is_given {
        PlanFault { waypoint, ..fault }
    } else {
        PlanFault { waypoint: waypoint.saturating_sub(before), at_waypoint: false, ..fault }
    }
}

/// The last of the waypoints that the file gives.
fn last_given(route: &Route) -> usize {
    route.given[0].last().copied().unwrap_or(0)
}

fn report_spell(route: usize, spell: &Spell, resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let last = last_given(&resolved.routes[route]);
    for fault in &spell.faults {
        report_fault(route, fault, last, resolved, reporter);
    }
}

/// A stretch of the run in which something is denied, and why at its start.
struct Closed<'a, T> {
    from: Timestamp,
    to: Timestamp,
    why: &'a T,
}

/// The stretches of spells, in order, that have something against them.
fn joined<'a, T>(spells: impl Iterator<Item = (&'a Spell, Option<&'a T>)>) -> Vec<Closed<'a, T>> {
    let mut all: Vec<Closed<'a, T>> = Vec::new();
    for (spell, why) in spells {
        let Some(why) = why else { continue };
        match all.last_mut() {
            Some(last) if last.to == spell.from => last.to = spell.to,
            _ => all.push(Closed { from: spell.from, to: spell.to, why }),
        }
    }
    all
}

/// Share of the run that departures may wait before it is told.
const LONG_WAIT: f64 = 0.75;

/// Adds a warning if departures wait for most of the run, an error if nobody ever leaves.
fn check_waits(key: &str, waits: &[[SimTime; 2]], resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let end = resolved.clock.duration;
    let waited_s: f64 = waits.iter().map(|[from, to]| ((*to).min(end) - *from).seconds()).sum();
    let share = waited_s / end.seconds();
    let percent = 100.0 * share;
    let what = Text::new(
        format!(
            "departures wait during {percent:.0} % of the run: a flight that left then would meet a closure before it is back"
        ),
        format!("全程 {percent:.0}% 的时间暂停起飞：此时起飞将在返回前遇到关闭"),
    );
    let expected = Text::new("openings longer than a flight", "长于单次飞行的开放时段");
    let cure = Text::new("plan around the closures, or shorten the route", "请避开关闭时段，或缩短航线");
    if share > 1.0 - 1e-9 {
        not_flyable(reporter, key, [what, expected, cure]);
    } else if share > LONG_WAIT {
        reporter.add(Severity::Warning, key, [what, expected, cure]);
    }
}

/// Adds a warning that something, `at` in English and Chinese, is denied in a part of the run.
fn warn<T>(
    key: &str,
    closed: &Closed<'_, T>,
    at: [&str; 2],
    denial: &Denial,
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) {
    let [what, ..] = resolved.airspace.explained(denial, at, &resolved.projection);
    let [from, to] = [closed.from, closed.to].map(|at| resolved.clock.shown(at));
    let texts = [
        Text::new(format!("from {from} to {to}: {}", what.en), format!("{from} 至 {to}：{}", what.zh)),
        Text::new("a route that may be flown during the whole run", "全程可飞的航线"),
        Text::new("departures wait meanwhile; plan the flights around it", "其间暂停起飞；请避开该时段"),
    ];
    reporter.add(Severity::Warning, key, texts);
}

/// The missions that fly routes, each with its identity and the key of its route.
fn keyed_missions(resolved: &ResolvedScenario) -> impl Iterator<Item = (MissionId, String, &Mission)> {
    let mut next = (0_usize, 0_usize);
    resolved.missions.iter().enumerate().filter_map(move |(index, mission)| {
        let (list, counter) = match mission.task {
            Task::Deliver { .. } => ("delivery", &mut next.0),
            Task::Round { .. } => ("round", &mut next.1),
            Task::Traffic(_) => return None,
        };
        let key = format!("{list}[{counter}].route");
        *counter += 1;
        Some((MissionId::from_index(index), key, mission))
    })
}

/// Adds an error if a drone can never get from its stand to the path or from the path to the stand where it lands, a
/// warning if it cannot in a part of the run; of spells in which the route itself may be flown.
fn check_stands(
    key: &str,
    mission: &Mission,
    spells: &[Spell],
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) {
    let operator = resolved.fleets[mission.fleet.index()].operator.as_deref();
    let open = spells.iter().filter(|spell| spell.faults.is_empty());
    let asked = open.map(|spell| (spell, stand_denials(mission, &Occasion::at(operator, spell.from), resolved)));
    let asked: Vec<(&Spell, Vec<StandDenial>)> = asked.collect();
    if asked.iter().any(|(_, denials)| denials.is_empty()) {
        for stretch in joined(asked.iter().map(|(spell, denials)| (*spell, denials.first()))) {
            let (at, denial) = stretch.why;
            warn(key, &stretch, *at, denial, resolved, reporter);
        }
        return;
    }
    for (at, denial) in asked.first().map_or(&[][..], |(_, denials)| denials) {
        let [what, expected, cure] = resolved.airspace.explained(denial, *at, &resolved.projection);
        let cure = match denial {
            Denial::NotApproved { .. } => cure,
            _ => Text::new(
                "move the hub or the pad to where the air above it is free",
                "请将起降场或起降点移至上空无遮挡之处",
            ),
        };
        not_flyable(reporter, key, [what, expected, cure]);
    }
}

fn report_fault(
    route: usize,
    fault: &PlanFault,
    last: usize,
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) {
    // Waypoint 0 is the hub and the last one the pad or the hub again; the file lists those between.
    let in_file = |waypoint: usize| (1..last).contains(&waypoint);
    let items = &resolved.routes[route].items;
    let key = match (items.is_empty(), in_file(fault.waypoint)) {
        (true, true) => format!("route[{route}].via[{}]", fault.waypoint - 1),
        (true, false) => format!("route[{route}]"),
        (false, _) => format!("route[{route}].file"),
    };
    let (mut at_en, mut at_zh) = place_words(fault, last);
    if let Some(item) = fault.waypoint.checked_sub(1).and_then(|index| items.get(index)) {
        at_en = format!("{at_en} ({item})");
        at_zh = format!("{at_zh}（{item}）");
    }
    let [shaped_en, shaped_zh] = shaped_words(&resolved.routes[route]);
    at_en.push_str(&shaped_en);
    at_zh.push_str(&shaped_zh);
    let [what, expected, cure] = resolved.airspace.explained(&fault.denial, [&at_en, &at_zh], &resolved.projection);
    let is_flown = resolved.missions.iter().any(|mission| mission.route() == Some(RouteId::from_index(route)));
    let cure = match fault.denial {
        Denial::NotApproved { .. } if !is_flown => Text::new(
            "nobody flies it yet: name it in a [[delivery]] or [[round]] whose fleet has an operator with an approval",
            "该航线尚无人飞行：请在 [[delivery]] 或 [[round]] 中引用，且其机队的运营人须持有批准",
        ),
        _ => cure,
    };
    not_flyable(reporter, &key, [what, expected, cure]);
}

/// What has a route flown elsewhere than it is drawn.
fn shaped_words(route: &Route) -> [String; 2] {
    let right_m = route.right_m;
    let right = [
        format!("flown {right_m} m to the right by `keep_right_m`"),
        format!("按 `keep_right_m` 靠右 {right_m} 米飞行"),
    ];
    let layer = ["in the heights of [[layer]]".to_owned(), "按 [[layer]] 的高度飞行".to_owned()];
    let shapes: Vec<[String; 2]> = [(right_m > 0.0, right), (route.by_heading, layer)]
        .into_iter()
        .filter_map(|(is_so, words)| is_so.then_some(words))
        .collect();
    if shapes.is_empty() {
        return Default::default();
    }
    let [en, zh] = [0, 1].map(|language| shapes.iter().map(|words| words[language].as_str()).collect::<Vec<_>>());
    [format!(" ({})", en.join(", ")), format!("（{}）", zh.join("，"))]
}

fn place_words(fault: &PlanFault, last: usize) -> (String, String) {
    route::place_words(fault.waypoint, !fault.at_waypoint, last)
}

/// Adds an error if the battery does not carry a sortie with the greatest payload, with the arithmetic.
fn check_energy(key: &str, mission: &Mission, resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let fleet = &resolved.fleets[mission.fleet.index()];
    let conditions = UniformAir::calm(STANDARD_TEMPERATURE_C);
    let payload_kg = greatest_payload_kg(mission);
    let found = sortie_budget(resolved, mission, &fleet.power, payload_kg, &conditions);
    let Some(Ok(sortie)) = found.filter(|found| found.as_ref().is_ok_and(|sortie| !sortie.is_carried())) else {
        return;
    };
    let (needed_wh, most_wh, sum) = (sortie.total().energy_wh.total(), sortie.plannable_wh, sortie.arithmetic());
    let battery = &fleet.aircraft.battery;
    let (capacity_wh, usable, above) =
        (battery.capacity_wh, battery.usable_share * 100.0, (1.0 - fleet.reserve_share) * 100.0);
    let model = fleet.power.model().name();
    not_flyable(
        reporter,
        key,
        [
            Text::new(
                format!("a sortie with {payload_kg} kg needs {needed_wh:.0} Wh by {}: {}", model.both().en, sum.en),
                format!("载重 {payload_kg} 千克的一次飞行需 {needed_wh:.0} 瓦时（{}）：{}", model.both().zh, sum.zh),
            ),
            Text::new(
                format!(
                    "at most {most_wh:.0} Wh: {capacity_wh} Wh × {usable:.0} % usable × {above:.0} % above the reserve"
                ),
                format!("不超过 {most_wh:.0} 瓦时：{capacity_wh} 瓦时 × 可用 {usable:.0}% × 余量以上 {above:.0}%"),
            ),
            Text::new(
                "shorten the route, lower the payload or choose another aircraft; `skygrid energy` shows the sums",
                "请缩短航线、降低载重或更换机型；`skygrid energy` 可列出各项",
            ),
        ],
    );
}
