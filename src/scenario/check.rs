//! Checks that one value alone cannot fail: identities, references, places, times. All of them can only be mended in the
//! file, so every finding here is fatal.

mod contingency;
mod distance;
mod identity;
mod layers;
mod manned;
mod network;
mod rules;
mod sizes;
mod traffic;
mod weather;

use super::aircraft_files::Types;
pub use manned::goes_nowhere;
pub use network::under_ground;

use super::model::{Range, Scenario, Title};
use super::report::Reporter;
use crate::message::Text;
use crate::world::geo::{Geographic, LocalProjection};

/// Two hubs closer than this are one place, m.
const SAME_PLACE_M: f64 = 5.0;

/// Adds everything that is wrong between the values of `scenario`.
pub fn check(scenario: &Scenario, types: &Types, reporter: &mut Reporter<'_>) {
    sizes::check(scenario, reporter);
    if !reporter.can_go_on() {
        return;
    }
    identity::check(scenario, types, reporter);
    check_time(scenario, reporter);
    check_area(scenario, reporter);
    check_terrain(scenario, reporter);
    check_places(scenario, reporter);
    check_waypoints(scenario, reporter);
    check_ranges(scenario, reporter);
    check_payloads(scenario, types, reporter);
    check_winches(scenario, reporter);
    layers::check(scenario, reporter);
    rules::check(scenario, reporter);
    weather::check(scenario, reporter);
    contingency::check(scenario, reporter);
    network::check(scenario, reporter);
    manned::check(scenario, reporter);
    traffic::check(scenario, reporter);
}

fn check_time(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    if let Err(error) = parse_start(&scenario.time.start) {
        reporter.fatal(
            "time.start",
            [
                Text::new(
                    format!("`{}` is not a civil time: {error}", scenario.time.start),
                    format!("`{}` 不是有效的民用时间：{error}", scenario.time.start),
                ),
                Text::new("date, time and UTC offset", "日期、时间与 UTC 偏移"),
                Text::new("write it like 2026-05-01T09:00:00+08:00", "写法如 2026-05-01T09:00:00+08:00"),
            ],
        );
    }
    check_calendar(scenario, reporter);
    let step_s = scenario.time.step_s;
    let intervals = [
        ("time.step_s", 0.001, step_s),
        ("time.duration_s", step_s, scenario.time.duration_s),
        ("separation.interval_s", step_s, scenario.separation.interval_s),
        ("link.report_interval_s", step_s, scenario.link.report_interval_s),
        ("record.interval_s", step_s, scenario.record.interval_s),
    ];
    for (key, unit, value) in intervals {
        let count = value / unit;
        if (count - count.round()).abs() > 1e-6 || count < 0.5 {
            reporter.fatal(
                key,
                [
                    Text::new(
                        format!("{value} s is not a whole number of {unit} s"),
                        format!("{value} 秒不是 {unit} 秒的整数倍"),
                    ),
                    Text::new(format!("a multiple of {unit} s"), format!("{unit} 秒的整数倍")),
                    Text::new("round it", "请取整"),
                ],
            );
        }
    }
}

/// A run must lie where there are civil instants, to its end.
fn check_calendar(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    if parse_start(&scenario.time.start).is_err() {
        return;
    }
    let begins = scenario.time.start.parse::<jiff::Timestamp>();
    let lasts = jiff::SignedDuration::try_from_secs_f64(scenario.time.duration_s).unwrap_or(jiff::SignedDuration::MAX);
    if let Err(error) = begins.and_then(|begins| begins.checked_add(lasts)) {
        reporter.fatal(
            "time.start",
            [
                Text::new(format!("the run lies beyond the calendar: {error}"), format!("运行超出日历范围：{error}")),
                Text::new("a start and an end in the years 0 to 9999", "起止均在公元 0 至 9999 年内"),
                Text::new("correct the year, or shorten the run", "请改正年份，或缩短运行"),
            ],
        );
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
                    Text::new(
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
                Text::new(
                    format!("{} m leaves no room below the ceiling", area.clearance_m),
                    format!("{} 米使限高之下无可飞空间", area.clearance_m),
                ),
                Text::new(format!("less than {} m", area.ceiling_agl_m), format!("小于 {} 米", area.ceiling_agl_m)),
                Text::new("lower the clearance", "请降低净空值"),
            ],
        );
    }
}

fn check_terrain(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let terrain = &scenario.terrain;
    let given = [terrain.file.is_some(), !terrain.tiles.is_empty(), terrain.flat_amsl_m.is_some()];
    if given.into_iter().filter(|given| *given).count() != 1 {
        reporter.fatal(
            "terrain",
            [
                Text::new("the ground is given twice or not at all", "地形给出了两次或未给出"),
                Text::new("one of `file`, `tiles` and `flat_amsl_m`", "`file`、`tiles` 与 `flat_amsl_m` 之一"),
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
                    Text::new(
                        format!("the hubs `{}` and `{}` stand in one place", other.id, hub.id),
                        format!("起降场 `{}` 与 `{}` 位于同一处", other.id, hub.id),
                    ),
                    Text::new(
                        format!("hubs at least {SAME_PLACE_M} m apart"),
                        format!("起降场相距至少 {SAME_PLACE_M} 米"),
                    ),
                    Text::new("move one of them, or make them one hub", "请移动其一，或合并为一个起降场"),
                ],
            );
        }
    }
    for (i, block) in scenario.buildings.iter().enumerate() {
        let (low, high) = (&block.south_west, &block.north_east);
        if low.lat_deg >= high.lat_deg || low.lon_deg >= high.lon_deg {
            reporter.fatal(
                &format!("buildings[{i}].north_east"),
                [
                    Text::new(
                        format!(
                            "{}, {} is not north-east of {}, {}",
                            high.lat_deg, high.lon_deg, low.lat_deg, low.lon_deg
                        ),
                        format!("{}, {} 不在 {}, {} 的东北方", high.lat_deg, high.lon_deg, low.lat_deg, low.lon_deg),
                    ),
                    Text::new("two corners: south-west, then north-east of it", "两个角点：西南角与其东北方的角点"),
                    Text::new("swap the corners", "请对调角点"),
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
        // Of a file that cannot be read everything was told.
        let is_unread = route.file.is_some() && route.drawn.is_none();
        if route.to.is_none() && route.waypoints().is_empty() && !is_unread {
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
                    Text::new(
                        format!("from {} to {} is backwards", range.min, range.max),
                        format!("{} 至 {} 次序颠倒", range.min, range.max),
                    ),
                    Text::new("min ≤ max", "min ≤ max"),
                    Text::new("swap them", "请对调"),
                ],
            );
        }
    }
}

/// A winch is let down from below the route.
fn check_winches(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (i, pad) in scenario.pad.iter().enumerate() {
        let Some(winch_agl_m) = pad.winch_agl_m else { continue };
        let routes = scenario.route.iter().filter(|route| route.to.as_ref() == Some(&pad.id));
        let heights = routes.flat_map(|route| [Some(route.altitude_agl_m), route.back_altitude_agl_m]).flatten();
        let lowest = heights.fold(f64::INFINITY, f64::min);
        if winch_agl_m > lowest {
            reporter.fatal(
                &format!("pad[{i}].winch_agl_m"),
                [
                    Text::new(
                        format!("{winch_agl_m} m is above a route to the pad"),
                        format!("{winch_agl_m} 米高于通往该点的航线"),
                    ),
                    Text::new(format!("at most {lowest} m"), format!("不超过 {lowest} 米")),
                    Text::new("lower the winch or raise the route", "请降低绞车高度或升高航线"),
                ],
            );
        }
    }
}

fn check_payloads(scenario: &Scenario, types: &Types, reporter: &mut Reporter<'_>) {
    for (i, delivery) in scenario.delivery.iter().enumerate() {
        let fleet = scenario.fleet.iter().find(|fleet| fleet.id == delivery.fleet);
        let aircraft = fleet.and_then(|fleet| types.find(&fleet.aircraft));
        if let Some(aircraft) = aircraft.filter(|aircraft| delivery.payload_kg.max > aircraft.payload_kg) {
            reporter.fatal(
                &format!("delivery[{i}].payload_kg"),
                [
                    Text::new(
                        format!("{} kg is more than the {} carries", delivery.payload_kg.max, aircraft.name),
                        format!("{} 千克超过 {} 的载重", delivery.payload_kg.max, aircraft.name.zh),
                    ),
                    Text::new(
                        format!("at most {} kg", aircraft.payload_kg),
                        format!("不超过 {} 千克", aircraft.payload_kg),
                    ),
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
