//! Checks that one value alone cannot fail: identities, references, places, times. All of them can only be mended in the
//! file, so every finding here is fatal.

use std::collections::BTreeMap;

use super::model::{Range, Scenario, Title};
use super::report::Reporter;
use crate::aircraft::catalogue;
use crate::message::Text;
use crate::world::geo::{Geographic, LocalProjection};

/// Two hubs closer than this are one place, m.
const SAME_PLACE_M: f64 = 5.0;

/// Adds everything that is wrong between the values of `scenario`.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    check_identities(scenario, reporter);
    check_references(scenario, reporter);
    check_time(scenario, reporter);
    check_area(scenario, reporter);
    check_terrain(scenario, reporter);
    check_places(scenario, reporter);
    check_waypoints(scenario, reporter);
    check_ranges(scenario, reporter);
    check_sizes(scenario, reporter);
}

/// Most nodes of a height field, and most plots of a block: what fits the memory of a small machine.
const MOST_NODES: f64 = 100_000_000.0;
const MOST_PLOTS: f64 = 250_000.0;

/// Metres of a degree of latitude, rounded up.
const DEGREE_M: f64 = 112_000.0;

/// Sizes that would eat the memory.
fn check_sizes(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let area = &scenario.area;
    let cells = |height_deg: f64, width_deg: f64, side_m: f64| {
        (height_deg.abs() * DEGREE_M / side_m + 1.0) * (width_deg.abs() * DEGREE_M / side_m + 1.0)
    };
    let posting_m = scenario.terrain.posting_m;
    let mut sizes = vec![(
        "terrain.posting_m".to_owned(),
        cells(area.north_deg - area.south_deg, area.east_deg - area.west_deg, posting_m),
        MOST_NODES,
    )];
    sizes.extend(scenario.buildings.iter().enumerate().map(|(i, block)| {
        let height_deg = block.north_east.lat_deg - block.south_west.lat_deg;
        let width_deg = block.north_east.lon_deg - block.south_west.lon_deg;
        (format!("buildings[{i}].plot_m"), cells(height_deg, width_deg, block.plot_m), MOST_PLOTS)
    }));
    for (key, count, most) in sizes.into_iter().filter(|(_, count, most)| count > most) {
        reporter.fatal(
            &key,
            [
                both(format!("makes about {count:.0} cells"), format!("约产生 {count:.0} 个格点")),
                both(format!("at most {most:.0}"), format!("不超过 {most:.0} 个")),
                Text::new("make the value larger or the area smaller", "请增大该值或缩小范围"),
            ],
        );
    }
}

fn both(en: String, zh: String) -> Text {
    Text::new(en, zh)
}

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

fn check_identities(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let spaces = [
        listed!(scenario, hub, pad),
        listed!(scenario, fleet, traffic),
        listed!(scenario, route),
        listed!(scenario, delivery, round, traffic),
        listed!(scenario, buildings),
        listed!(scenario, landmark),
        listed!(scenario, river),
    ];
    for space in spaces {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (key, id) in space {
            if let Some(first) = seen.get(id) {
                reporter.fatal(
                    &key,
                    [
                        both(format!("the id `{id}` is taken by {first}"), format!("标识 `{id}` 已被 {first} 使用")),
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

fn check_references(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let hubs: Vec<&str> = scenario.hub.iter().map(|hub| hub.id.as_str()).collect();
    let pads: Vec<&str> = scenario.pad.iter().map(|pad| pad.id.as_str()).collect();
    let fleets: Vec<&str> = scenario.fleet.iter().map(|fleet| fleet.id.as_str()).collect();
    let routes: Vec<&str> = scenario.route.iter().map(|route| route.id.as_str()).collect();
    let types = catalogue();
    let types: Vec<&str> = types.iter().map(|aircraft| aircraft.id.as_str()).collect();
    let mut refer = |key: String, name: &str, known: &[&str], what: [&str; 2]| {
        if !known.contains(&name) {
            let list = known.join(", ");
            reporter.fatal(
                &key,
                [
                    both(format!("there is no {} `{name}`", what[0]), format!("没有{} `{name}`", what[1])),
                    both(format!("one of: {list}"), format!("下列之一:{list}")),
                    both(format!("name an existing {} or add it", what[0]), format!("请填写已有的{},或添加", what[1])),
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
    for (i, route) in scenario.route.iter().enumerate() {
        refer(format!("route[{i}].from"), &route.from, &hubs, ["hub", "起降场"]);
        if let Some(to) = &route.to {
            refer(format!("route[{i}].to"), to, &pads, ["pad", "起降点"]);
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
    check_route_ends(scenario, reporter);
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
                    both(format!("the route `{}` does not fit", route.id), format!("航线 `{}` 不适用", route.id)),
                    if delivers {
                        Text::new("a route with `to`", "带有 `to` 的航线")
                    } else {
                        Text::new("a route without `to`", "没有 `to` 的航线")
                    },
                    Text::new(
                        "deliveries lead to a pad, rounds come back to their hub",
                        "配送航线通往起降点,巡飞航线回到起降场",
                    ),
                ],
            );
        }
        if route.from != fleet.hub {
            reporter.fatal(
                &format!("{key}.fleet"),
                [
                    both(
                        format!("the fleet lives at `{}`, the route starts at `{}`", fleet.hub, route.from),
                        format!("机队驻于 `{}`,航线始于 `{}`", fleet.hub, route.from),
                    ),
                    Text::new("one hub for both", "两者同一起降场"),
                    Text::new("choose another fleet or route", "请更换机队或航线"),
                ],
            );
        }
    }
}

fn check_time(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    if let Err(error) = parse_start(&scenario.time.start) {
        reporter.fatal(
            "time.start",
            [
                both(
                    format!("`{}` is not a civil time: {error}", scenario.time.start),
                    format!("`{}` 不是有效的民用时间:{error}", scenario.time.start),
                ),
                Text::new("date, time and UTC offset", "日期、时间与 UTC 偏移"),
                Text::new("write it like 2026-05-01T09:00:00+08:00", "写法如 2026-05-01T09:00:00+08:00"),
            ],
        );
    }
    let step_s = scenario.time.step_s;
    let intervals = [
        ("time.step_s", 0.001, step_s),
        ("time.duration_s", step_s, scenario.time.duration_s),
        ("separation.interval_s", step_s, scenario.separation.interval_s),
        ("record.interval_s", step_s, scenario.record.interval_s),
    ];
    for (key, unit, value) in intervals {
        let count = value / unit;
        if (count - count.round()).abs() > 1e-6 || count < 0.5 {
            reporter.fatal(
                key,
                [
                    both(
                        format!("{value} s is not a whole number of {unit} s"),
                        format!("{value} 秒不是 {unit} 秒的整数倍"),
                    ),
                    both(format!("a multiple of {unit} s"), format!("{unit} 秒的整数倍")),
                    Text::new("round it", "请取整"),
                ],
            );
        }
    }
}

/// The start of a run: RFC 3339 with an offset, which it keeps.
pub fn parse_start(text: &str) -> Result<(jiff::civil::DateTime, i32), jiff::Error> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text)?;
    let time = pieces.time().ok_or_else(|| jiff::Error::from_args(format_args!("the time of day is missing")))?;
    let offset =
        pieces.to_numeric_offset().ok_or_else(|| jiff::Error::from_args(format_args!("the UTC offset is missing")))?;
    Ok((pieces.date().to_datetime(time), offset.seconds()))
}

fn check_area(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let area = &scenario.area;
    for (key, low, high, sides) in [
        ("area.north_deg", area.south_deg, area.north_deg, ["north", "south"]),
        ("area.east_deg", area.west_deg, area.east_deg, ["east", "west"]),
    ] {
        let span = high - low;
        if !(0.001..=2.0).contains(&span) {
            reporter.fatal(
                key,
                [
                    both(
                        format!("the {} side is {span:.6}° from the {} side", sides[0], sides[1]),
                        format!("两侧相距 {span:.6}°"),
                    ),
                    Text::new("between 0.001° and 2°", "介于 0.001° 与 2° 之间"),
                    Text::new("correct the sides of the area", "请改正空域边界"),
                ],
            );
        }
    }
    if area.clearance_m >= area.ceiling_agl_m {
        reporter.fatal(
            "area.clearance_m",
            [
                both(
                    format!("{} m leaves no room below the ceiling", area.clearance_m),
                    format!("{} 米使限高之下无可飞空间", area.clearance_m),
                ),
                both(format!("less than {} m", area.ceiling_agl_m), format!("小于 {} 米", area.ceiling_agl_m)),
                Text::new("lower the clearance", "请降低净空值"),
            ],
        );
    }
}

fn check_terrain(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let terrain = &scenario.terrain;
    if terrain.file.is_some() == terrain.flat_amsl_m.is_some() {
        reporter.fatal(
            "terrain",
            [
                Text::new("the ground is given twice or not at all", "地形给出了两次或未给出"),
                Text::new("either `file` or `flat_amsl_m`", "`file` 与 `flat_amsl_m` 二者之一"),
                Text::new("keep the one that is meant", "请保留其中之一"),
            ],
        );
    }
}

fn check_places(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (i, hub) in scenario.hub.iter().enumerate() {
        let here = Geographic::new(hub.position.lat_deg, hub.position.lon_deg);
        let projection = LocalProjection::new(here);
        let twin = scenario.hub[..i].iter().find(|other| {
            let there = Geographic::new(other.position.lat_deg, other.position.lon_deg);
            (there.lat_deg - here.lat_deg).abs() < 0.1 && projection.to_local(there).coords.norm() < SAME_PLACE_M
        });
        if let Some(other) = twin {
            reporter.fatal(
                &format!("hub[{i}].position"),
                [
                    both(
                        format!("the hubs `{}` and `{}` stand in one place", other.id, hub.id),
                        format!("起降场 `{}` 与 `{}` 位于同一处", other.id, hub.id),
                    ),
                    both(format!("hubs at least {SAME_PLACE_M} m apart"), format!("起降场相距至少 {SAME_PLACE_M} 米")),
                    Text::new("move one of them, or make them one hub", "请移动其一,或合并为一个起降场"),
                ],
            );
        }
    }
    for (i, river) in scenario.river.iter().enumerate() {
        if river.line.len() < 2 {
            reporter.fatal(
                &format!("river[{i}].line"),
                [
                    Text::new("a line of fewer than two places", "折线少于两点"),
                    Text::new("at least two places", "至少两点"),
                    Text::new("add places or remove the river", "请补点或删除该河流"),
                ],
            );
        }
    }
}

fn check_waypoints(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (i, route) in scenario.route.iter().enumerate() {
        if route.to.is_none() && route.via.is_empty() {
            reporter.fatal(
                &format!("route[{i}]"),
                [
                    Text::new("a circuit without waypoints goes nowhere", "巡飞航线没有航路点"),
                    Text::new("`to` or at least one waypoint in `via`", "`to` 或 `via` 中至少一个航路点"),
                    Text::new("add waypoints", "请添加航路点"),
                ],
            );
        }
        for (j, waypoint) in route.via.iter().enumerate() {
            if waypoint.altitude_agl_m.is_some() && waypoint.altitude_amsl_m.is_some() {
                reporter.fatal(
                    &format!("route[{i}].via[{j}]"),
                    [
                        Text::new("the altitude is given above ground and above sea level", "同时给出了真高与海拔高"),
                        Text::new(
                            "one of `altitude_agl_m` and `altitude_amsl_m`",
                            "`altitude_agl_m` 与 `altitude_amsl_m` 二者之一",
                        ),
                        Text::new("keep the one that is meant", "请保留其中之一"),
                    ],
                );
            }
        }
    }
}

fn check_ranges(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let mut ranges: Vec<(String, &Range)> = Vec::new();
    ranges.extend(
        scenario.delivery.iter().enumerate().map(|(i, entry)| (format!("delivery[{i}].payload_kg"), &entry.payload_kg)),
    );
    ranges.extend(
        scenario
            .traffic
            .iter()
            .enumerate()
            .map(|(i, entry)| (format!("traffic[{i}].altitude_agl_m"), &entry.altitude_agl_m)),
    );
    ranges.extend(
        scenario.traffic.iter().enumerate().map(|(i, entry)| (format!("traffic[{i}].speed_mps"), &entry.speed_mps)),
    );
    ranges.extend(
        scenario.buildings.iter().enumerate().map(|(i, entry)| (format!("buildings[{i}].height_m"), &entry.height_m)),
    );
    for (key, range) in ranges {
        if range.min > range.max {
            reporter.fatal(
                &key,
                [
                    both(
                        format!("from {} to {} is backwards", range.min, range.max),
                        format!("{} 至 {} 次序颠倒", range.min, range.max),
                    ),
                    Text::new("min ≤ max", "min ≤ max"),
                    Text::new("swap them", "请对调"),
                ],
            );
        }
    }
    for (i, delivery) in scenario.delivery.iter().enumerate() {
        let fleet = scenario.fleet.iter().find(|fleet| fleet.id == delivery.fleet);
        let aircraft = fleet.and_then(|fleet| catalogue().into_iter().find(|aircraft| aircraft.id == fleet.aircraft));
        if let Some(aircraft) = aircraft.filter(|aircraft| delivery.payload_kg.max > aircraft.payload_kg) {
            reporter.fatal(
                &format!("delivery[{i}].payload_kg"),
                [
                    both(
                        format!("{} kg is more than the {} carries", delivery.payload_kg.max, aircraft.name),
                        format!("{} 千克超过 {} 的载重", delivery.payload_kg.max, aircraft.name),
                    ),
                    both(format!("at most {} kg", aircraft.payload_kg), format!("不超过 {} 千克", aircraft.payload_kg)),
                    Text::new("lower the payload or choose another aircraft", "请降低载重或更换机型"),
                ],
            );
        }
    }
}

/// A name in both languages, or the identity where there is none.
pub fn name_of(name: Option<&Title>, id: &str) -> Text {
    name.map_or_else(|| Text::new(id, id), Text::from)
}
