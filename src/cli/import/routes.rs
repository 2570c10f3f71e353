//! `skygrid import route`.

mod snippet;

use std::io::Write as _;

use serde_json::{Value, json};

use crate::cli::args::{Arguments, ImportRoute};
use crate::cli::check::resolved;
use crate::cli::{Exit, Failure, Outcome};
use crate::formats::routes::{
    self, Heights, Reading, RewriteError, Role, RouteFile, RouteFormat, RouteRecord, Written, datum_name,
};
use crate::formats::write_aside;
use crate::message::{Finding, Findings, Language, Severity, Site, Text};
use crate::scenario::ResolvedScenario;
use crate::units::Datum;

/// Datums in the order of telling.
const DATUMS: [Datum; 3] = [Datum::Agl, Datum::Amsl, Datum::Ellipsoid];

/// Reads routes and writes them in another format.
pub fn route(arguments: &ImportRoute, common: &Arguments) -> Outcome {
    let language = common.language();
    let refused = |findings: Findings| Failure::of_findings(&findings, language);
    let target = target_of(arguments).map_err(refused)?;
    let scenario = match arguments.scenario() {
        Some(scenario) => Some(resolved(&scenario)?.map_err(refused)?.scenario),
        None => None,
    };
    let mut file = read(arguments).map_err(refused)?;
    if let Some(name) = &arguments.route {
        file = chosen(file, name, arguments).map_err(refused)?;
    }
    let heights = heights(arguments, scenario.as_ref());
    let written = match target {
        Some(format) => routes::write(&arguments.out, format, &file, &heights),
        None => write_snippets(arguments, &file, &heights, scenario.as_ref()),
    };
    let written = written.map_err(|error| failure(error, arguments, language))?;
    file.warnings.0.extend(written.lost.0);
    file.routes = written.routes;
    tell(arguments, &file, target, common);
    Ok(Exit::Done)
}

/// The format to write; `None` for entries of a scenario.
fn target_of(arguments: &ImportRoute) -> Result<Option<RouteFormat>, Findings> {
    if let Some(target) = arguments.to {
        return Ok(target.format());
    }
    let is_toml = arguments.out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    match RouteFormat::of(&arguments.out) {
        Some(format) => Ok(Some(format)),
        None if is_toml => Ok(None),
        None => Err(fault(
            arguments,
            [
                Text::new("the ending of the name says no format", "扩展名未说明格式"),
                Text::new(
                    ".plan, .waypoints, .kml, .kmz, .gpx, .geojson, .csv or .toml",
                    ".plan、.waypoints、.kml、.kmz、.gpx、.geojson、.csv 或 .toml",
                ),
                Text::new("rename it, or say the format with --to", "请更改扩展名，或用 --to 指定格式"),
            ],
        )),
    }
}

fn fault(arguments: &ImportRoute, [what, expected, cure]: [Text; 3]) -> Findings {
    let site = Site { file: arguments.out.display().to_string(), ..Site::default() };
    Findings(vec![Finding { severity: Severity::Fatal, site, what, expected, cure }])
}

/// The routes of all files, with the fences, rally points and home of the first that has any.
fn read(arguments: &ImportRoute) -> Result<RouteFile, Findings> {
    let reading = Reading { coordinates: arguments.coordinates.map(Into::into), near: arguments.near };
    let mut files = Vec::new();
    for path in &arguments.files {
        let mut next = routes::read(path, reading)?;
        if arguments.height.is_none() {
            next.warnings.0.extend(routes::missing_heights(path, &next).0);
        }
        files.push(next);
    }
    RouteFile::joined(files).ok_or_else(Findings::default)
}

fn chosen(file: RouteFile, name: &str, arguments: &ImportRoute) -> Result<RouteFile, Findings> {
    let names = file.names().iter().take(20).copied().collect::<Vec<_>>().join(", ");
    match file.route(Some(name)).cloned() {
        Some(route) => Ok(RouteFile { routes: vec![route], ..file }),
        None => Err(fault(
            arguments,
            [
                Text::new(format!("there is no route `{name}`"), format!("没有航线 `{name}`")),
                Text::new(format!("one of: {names}"), format!("下列之一：{names}")),
                Text::new("correct --route", "请改正 --route"),
            ],
        )),
    }
}

fn heights<'a>(arguments: &ImportRoute, scenario: Option<&'a ResolvedScenario>) -> Heights<'a> {
    Heights {
        ground: scenario.map(|scenario| (scenario.terrain.as_ref(), &scenario.projection)),
        missing: arguments.height,
        wanted: arguments.heights.map(Into::into),
    }
}

fn write_snippets(
    arguments: &ImportRoute,
    file: &RouteFile,
    heights: &Heights<'_>,
    scenario: Option<&ResolvedScenario>,
) -> Result<Written, RewriteError> {
    let held = routes::for_scenario(&file.routes, &arguments.out, heights)?;
    let ends = snippet::Ends { from: arguments.from.as_deref(), to: arguments.to_pad.as_deref(), scenario };
    let name = arguments.files.first().map_or_else(String::new, |path| path.display().to_string());
    let mut lost = routes::not_in_scenarios(file, &arguments.out);
    let text: Vec<String> = held
        .iter()
        .map(|route| {
            let (text, changed) = snippet::snippet(route, &ends, &name);
            lost.0.extend(changed.0);
            text
        })
        .collect();
    write_aside(&arguments.out, |out| out.write_all(text.join("\n").as_bytes()))?;
    Ok(Written { routes: held, lost })
}

fn tell(arguments: &ImportRoute, file: &RouteFile, target: Option<RouteFormat>, common: &Arguments) {
    let language = common.language();
    if !file.warnings.0.is_empty() {
        remark!("{}\n", file.warnings.render(language));
    }
    let written = target.map_or("TOML", RouteFormat::name);
    if common.json {
        return say!(
            "{}",
            json!({
                "out": arguments.out,
                "read_as": file.format.name(),
                "written_as": written,
                "routes": file.routes.iter().map(facts).collect::<Vec<_>>(),
                "fences": file.fences.len(),
                "rally_points": file.rallies.len(),
                "home": file.home.map(|home| {
                    json!({ "lat_deg": home.place.lat_deg, "lon_deg": home.place.lon_deg, "amsl_m": home.amsl_m })
                }),
                "warnings": file.warnings,
            })
        );
    }
    let (out, count) = (arguments.out.display(), file.routes.len());
    let (fences, rallies, read) = (file.fences.len(), file.rallies.len(), file.format.name());
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    match language {
        Language::English => say!(
            "{out}: {count} route{}, {fences} fence{}, {rallies} rally point{}, read as {read}, written as {written}",
            plural(count),
            plural(fences),
            plural(rallies)
        ),
        Language::Chinese => {
            say!("{out}：{count} 条航线，{fences} 个围栏，{rallies} 个备降点，按 {read} 读取，写为 {written}");
        }
    }
    file.routes.iter().for_each(|route| say!("  {}", line(route, language)));
}

/// The lowest and the highest height of a route in a datum, m; landings, whose heights are those of the ground, left out.
fn range_m(route: &RouteRecord, datum: Datum) -> Option<(f64, f64)> {
    let flown = route.waypoints.iter().filter(|waypoint| waypoint.role() != Role::Land);
    let heights = flown.filter_map(|waypoint| waypoint.altitude).filter(|altitude| altitude.datum == datum);
    heights.fold(None, |range, altitude| {
        let metres = altitude.metres;
        Some(range.map_or((metres, metres), |(low, high): (f64, f64)| (low.min(metres), high.max(metres))))
    })
}

fn line(route: &RouteRecord, language: Language) -> String {
    let (name, points, km) = (&route.name, route.waypoints.len(), route.length_m() / 1000.0);
    let heights = DATUMS.iter().filter_map(|datum| {
        let (low, high) = range_m(route, *datum)?;
        let datum = datum_name(*datum);
        Some(match language {
            Language::English => format!("{low:.1} to {high:.1} m {}", datum.en),
            Language::Chinese => format!("{} {low:.1} 至 {high:.1} 米", datum.zh),
        })
    });
    let mut heights = heights.collect::<Vec<_>>();
    if heights.is_empty() {
        heights.push(Text::new("no heights", "无高度").get(language).to_owned());
    }
    match language {
        Language::English => format!("{name}: {points} points, {km:.2} km, {}", heights.join(", ")),
        Language::Chinese => format!("{name}：{points} 个点，{km:.2} 千米，{}", heights.join("，")),
    }
}

fn facts(route: &RouteRecord) -> Value {
    let range = |datum: Datum| range_m(route, datum).map(|(low, high)| json!({ "lowest": low, "highest": high }));
    json!({
        "name": route.name,
        "points": route.waypoints.len(),
        "length_m": (route.length_m() * 10.0).round() / 10.0,
        "speed_mps": route.speed_mps,
        "agl_m": range(Datum::Agl),
        "amsl_m": range(Datum::Amsl),
        "ellipsoid_m": range(Datum::Ellipsoid),
    })
}

fn failure(error: RewriteError, arguments: &ImportRoute, language: Language) -> Failure {
    match error {
        RewriteError::Findings(findings) => Failure::of_findings(&findings, language),
        RewriteError::Write(error) => Failure::unwritten(&arguments.out, &error, "--out", language),
    }
}
