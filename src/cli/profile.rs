//! `skygrid profile`: a route from the side, as a table, CSV, JSON or a picture.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{Arguments, Profile};
use super::check::{remark_unflown, resolved};
use super::flight::{FlownRoute, flown};
use super::table::aligned;
use super::{Exit, Failure, Outcome};
use crate::formats::table::Table;
use crate::formats::write_aside;
use crate::message::words::Word;
use crate::message::{Language, Severity, Text};
use crate::report::RoutePicture;
use crate::scenario::{FlownWay, ResolvedScenario};
use crate::traffic::route::{ProfileRule, ProfileStation, RouteProfile};

/// Lines of the table, but for waypoints.
const LINES: usize = 24;

pub fn profile(arguments: &Profile, common: &Arguments) -> Outcome {
    let language = common.language();
    let target = arguments.out.as_deref().map(|path| Target::of(path, language).map(|target| (path, target)));
    let target = target.transpose()?;
    let resolution = resolved(&arguments.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    remark_unflown(&resolution, &arguments.scenario.scenario.display().to_string(), language);
    let scenario = resolution.scenario;
    let routes = flown(&scenario, &arguments.route, &arguments.flight, language)?;
    let [route] = &routes[..] else { return Err(one_route(language)) };
    let chosen = usize::from(arguments.back);
    let Some(way) = route.ways.get(chosen) else { return Err(no_way_back(&route.id, language)) };
    let seen = way.profile(&scenario, route.flyer.operator.as_deref());
    if let Some((path, target)) = target {
        target.write(path, &scenario, route, (way, &seen), language)?;
    }
    if common.json {
        say!("{}", profile_json(&scenario, route, way, &seen));
    } else if arguments.csv {
        let lines = table(&scenario, way, &seen).to_csv().map_err(|error| Failure::new(Exit::InputOutput, error))?;
        say!("{}", lines.trim_end());
    } else if arguments.out.is_none() {
        tell(&scenario, way, &seen, language);
    }
    let against = way.check.findings.iter().filter(|finding| finding.severity() == Severity::Error);
    let telling = way.telling(&scenario);
    for finding in against {
        remark!("{}", telling.texts(finding)[0].get(language));
    }
    Ok(if way.check.is_flyable() { Exit::Done } else { Exit::NotFlyable })
}

fn one_route(language: Language) -> Failure {
    let text = Text::new(
        "--route: a profile shows one route\n  expected: the id of a route\n  cure: name one route",
        "--route：剖面只显示一条航线\n  应为：一条航线的标识\n  办法：请填写一条航线",
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

fn no_way_back(id: &str, language: Language) -> Failure {
    let text = Text::new(
        format!("--back: {id} is a circuit\n  expected: a route to a pad\n  cure: leave --back out"),
        format!("--back：{id} 为巡飞航线\n  应为：通往起降点的航线\n  办法：请省略 --back"),
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

/// What is written.
#[derive(Clone, Copy)]
enum Target {
    Png,
    Svg,
}

impl Target {
    fn of(path: &Path, language: Language) -> Result<Self, Failure> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => {
                let name = path.display();
                let text = Text::new(
                    format!(
                        "{name}: this ending names no format of a profile\n  expected: .svg or .png\n  cure: choose one of these endings for --out, or --csv"
                    ),
                    format!(
                        "{name}：此扩展名不对应任何剖面图格式\n  应为：.svg 或 .png\n  办法：请为 --out 选用其中一种扩展名，或用 --csv"
                    ),
                );
                Err(Failure::new(Exit::NotUnderstood, text.get(language)))
            }
        }
    }

    fn write(
        self,
        path: &Path,
        scenario: &ResolvedScenario,
        route: &FlownRoute,
        (way, seen): (&FlownWay, &RouteProfile),
        language: Language,
    ) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::new(Exit::InputOutput, error);
        let telling = way.telling(scenario);
        let told = seen.findings.iter().map(|finding| telling.texts(finding)[0].clone());
        let picture = RoutePicture {
            profile: seen,
            terrain: &scenario.terrain,
            title: way.way.name.clone(),
            subtitle: subtitle(scenario, route, way),
            findings: told.collect(),
            language,
        };
        let bytes = match self {
            Self::Png => picture.png().map_err(|error| failed(&error))?,
            Self::Svg => picture.svg().into_bytes(),
        };
        let written: std::io::Result<()> = write_aside(path, |file| file.write_all(&bytes));
        written.map_err(|error| {
            let path = path.display();
            failed(&format!(
                "{path}: cannot be written: {error}; expected a writable folder with free space; choose another file"
            ))
        })
    }
}

fn subtitle(scenario: &ResolvedScenario, route: &FlownRoute, way: &FlownWay) -> Text {
    let telling = way.telling(scenario);
    let [departs, lands] = [way.departs, way.lands()].map(|at| telling.time(at));
    let day = telling.civil(way.departs).chars().take(10).collect::<String>();
    let (name, payload_kg, km) = (&route.flyer.aircraft.name, way.way.payload_kg, way.way.plan.length_m() / 1000.0);
    let operator = route.flyer.operator.as_deref().unwrap_or("–");
    let schematic =
        if scenario.terrain.schematic { [" · terrain schematic", " · 地形为示意"] } else { ["", ""] };
    Text::new(
        format!(
            "{} · {operator} · {payload_kg} kg · {km:.2} km · {day}, {departs} to {lands}{}",
            name.en, schematic[0]
        ),
        format!(
            "{} · {operator} · {payload_kg} 千克 · {km:.2} 公里 · {day} {departs} 至 {lands}{}",
            name.zh, schematic[1]
        ),
    )
}

/// Heights that are allowed: `20–105`, or nothing.
fn allowed(station: &ProfileStation) -> String {
    let stretches = station.allowed_agl_m.iter().map(|[low, high]| format!("{low:.0}–{high:.0}"));
    stretches.collect::<Vec<_>>().join(" ")
}

fn tell(scenario: &ResolvedScenario, way: &FlownWay, seen: &RouteProfile, language: Language) {
    let telling = way.telling(scenario);
    say!("{}", way.way.name.get(language));
    let words = [
        Word::new("m", "米"),
        Word::new("waypoint", "航路点"),
        Word::new("time", "时间"),
        Word::new("ground", "地面海拔"),
        Word::new("AMSL", "海拔"),
        Word::new("AGL", "真高"),
        Word::new("allowed AGL", "允许真高"),
        Word::new("m/s", "米/秒"),
        Word::new("climb", "爬升率"),
        Word::new("left Wh", "余电 瓦时"),
    ];
    let stride = seen.stations.len().div_ceil(LINES).max(1);
    let waypoint = |along_m: f64| seen.waypoints_m.iter().position(|at| (at - along_m).abs() < 1e-3);
    let shown = seen.stations.iter().enumerate();
    let shown = shown.filter(|(index, station)| index % stride == 0 || waypoint(station.along_m).is_some());
    let row = |(_, station): (usize, &ProfileStation)| {
        vec![
            format!("{:.0}", station.along_m),
            waypoint(station.along_m).map_or_else(String::new, |index| index.to_string()),
            telling.time(station.at),
            format!("{:.0}", station.ground_amsl_m),
            format!("{:.0}", station.position.z),
            format!("{:.1}", station.agl_m),
            allowed(station),
            format!("{:.1}", station.ground_mps),
            format!("{:+.1}", station.climb_mps),
            format!("{:.0}", station.left_wh),
        ]
    };
    let head = words.map(|word| word.get(language).to_owned()).to_vec();
    for line in aligned(&std::iter::once(head).chain(shown.map(row)).collect::<Vec<_>>(), &(0..10)) {
        say!("{line}");
    }
    let [along_m, agl_m] = seen.lowest;
    match language {
        Language::English => say!("lowest {agl_m:.1} m above ground at {along_m:.0} m"),
        Language::Chinese => say!("最低真高 {agl_m:.1} 米，位于 {along_m:.0} 米处"),
    }
}

/// Every station.
fn table(scenario: &ResolvedScenario, way: &FlownWay, seen: &RouteProfile) -> Table {
    let telling = way.telling(scenario);
    let stations = || seen.stations.iter();
    let round = |value: f64, per_unit: f64| (value * per_unit).round() / per_unit;
    let place = |station: &ProfileStation| scenario.projection.to_geographic(&station.position.xy());
    let bound = |station: &ProfileStation, end: usize| {
        let stretch = if end == 0 { station.allowed_agl_m.first() } else { station.allowed_agl_m.last() };
        stretch.map(|stretch| round(stretch[end], 10.0))
    };
    Table::new("profile")
        .real("along_m", stations().map(|station| round(station.along_m, 100.0)))
        .real("lat_deg", stations().map(|station| round(place(station).lat_deg, 1e7)))
        .real("lon_deg", stations().map(|station| round(place(station).lon_deg, 1e7)))
        .text("time", stations().map(|station| telling.civil(station.at)))
        .real("ground_amsl_m", stations().map(|station| round(station.ground_amsl_m, 100.0)))
        .real("obstacle_amsl_m", stations().map(|station| round(station.top_amsl_m, 100.0)))
        .real("ceiling_amsl_m", stations().map(|station| round(station.ceiling_amsl_m, 100.0)))
        .real("planned_amsl_m", stations().map(|station| round(station.position.z, 100.0)))
        .real("planned_agl_m", stations().map(|station| round(station.agl_m, 100.0)))
        .real("lowest_allowed_agl_m", stations().map(|station| bound(station, 0)))
        .real("highest_allowed_agl_m", stations().map(|station| bound(station, 1)))
        .real("ground_speed_mps", stations().map(|station| round(station.ground_mps, 100.0)))
        .real("climb_mps", stations().map(|station| round(station.climb_mps, 100.0)))
        .real("left_wh", stations().map(|station| round(station.left_wh, 100.0)))
}

fn profile_json(scenario: &ResolvedScenario, route: &FlownRoute, way: &FlownWay, seen: &RouteProfile) -> Value {
    let telling = way.telling(scenario);
    let station = |station: &ProfileStation| {
        let place = scenario.projection.to_geographic(&station.position.xy());
        json!({
            "along_m": station.along_m, "lat_deg": place.lat_deg, "lon_deg": place.lon_deg,
            "at": telling.civil(station.at), "ground_amsl_m": station.ground_amsl_m,
            "obstacle_amsl_m": station.top_amsl_m, "ceiling_amsl_m": station.ceiling_amsl_m,
            "planned_amsl_m": station.position.z, "planned_agl_m": station.agl_m,
            "allowed_agl_m": station.allowed_agl_m, "ground_speed_mps": station.ground_mps,
            "climb_mps": station.climb_mps, "left_wh": station.left_wh,
        })
    };
    let rule = |rule: &ProfileRule| {
        json!({
            "id": rule.told.id, "name": rule.told.name, "kind": rule.kind.key(), "holds": rule.holds,
            "broken": rule.is_broken, "lower": rule.lower, "upper": rule.upper, "outlines_along_lower_upper_amsl_m": rule.outlines,
        })
    };
    json!({
        "route": route.id,
        "name": way.way.name,
        "aircraft": route.flyer.aircraft.id,
        "departs": telling.civil(way.departs),
        "lands": telling.civil(way.lands()),
        "length_m": seen.length_m,
        "waypoints_m": seen.waypoints_m,
        "ceiling_agl_m": seen.ceiling_agl_m,
        "clearance_m": seen.clearance_m,
        "lowest": { "along_m": seen.lowest[0], "agl_m": seen.lowest[1] },
        "energy": {
            "battery_wh": seen.battery_wh, "reserve_wh": seen.reserve_wh, "left_wh": seen.at_end_wh,
            "point_of_no_return_m": seen.no_return_m,
        },
        "rules": seen.rules.iter().map(rule).collect::<Vec<_>>(),
        "stations": seen.stations.iter().map(station).collect::<Vec<_>>(),
    })
}
