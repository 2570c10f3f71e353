//! Routes in and out: plans of QGroundControl, `QGC WPL 110`, KML, KMZ, GPX, GeoJSON and CSV.
//!
//! Heights keep the datum of their file and are never guessed: one over home becomes one above mean sea level if the height
//! of home is known, a height without a datum is a fault, and a point without a height has none. What a file asks for and
//! is not flown, and what a format cannot hold, is told. A file has at most 200 000 waypoints and 96 MB.

mod course;
mod format;
mod geojson;
mod gpx;
mod heights;
mod kml;
mod mission;
mod names;
mod place;
mod plan;
mod record;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod wpl;
mod xml;

use std::io;
use std::path::Path;

pub use self::course::{MOST_ROUTES, MOST_WAYPOINTS};
pub use self::format::RouteFormat;
pub use self::heights::{Heights, datum_name};
use self::heights::{Holds, held};
pub use self::names::FreeNames;
pub use self::record::{
    Fence, Home, LoiterCircle, RallyRecord, Role, RouteFile, RouteRecord, WAYPOINT, WaypointRecord,
};
use super::features::{Coordinates, Faults, Header, texts};
pub use super::features::{Reading, RewriteError};
use super::write_aside;
use crate::message::{Findings, Severity, Text};
use crate::units::Datum;

/// Reads a file of routes; its format is that of its ending, and a plan is one whatever it is called.
///
/// # Errors
/// All findings, if one of them says that something cannot be understood.
pub fn read(path: &Path, reading: Reading) -> Result<RouteFile, Findings> {
    let mut faults = Faults::new(path);
    let read = read_as(path, reading, &mut faults);
    if let Some(file) = &read
        && file.routes.is_empty()
        && faults.errors() == 0
    {
        faults.error("", no_route());
    }
    let findings = faults.into_findings();
    match read {
        Some(file) if findings.gravest() <= Some(Severity::Warning) => Ok(RouteFile { warnings: findings, ..file }),
        _ => Err(findings),
    }
}

fn read_as(path: &Path, reading: Reading, faults: &mut Faults) -> Option<RouteFile> {
    let stem = path.file_stem().map_or_else(|| "route".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let Some(format) = RouteFormat::of(path) else {
        faults.error("", unknown_ending());
        return None;
    };
    if format == RouteFormat::GeoJson && !is_plan(path) {
        return Some(geojson::read(path, &stem, reading, faults));
    }
    let at = Coordinates::of(&Header::default(), reading, faults);
    let text = source::text_of(path, format, faults)?;
    match format {
        RouteFormat::Plan | RouteFormat::GeoJson => plan::read(&text, &stem, at, faults),
        RouteFormat::Wpl => wpl::read(&text, &stem, at, faults),
        RouteFormat::Kml | RouteFormat::Kmz => {
            kml::read(&text, &stem, at, faults).map(|file| RouteFile { format, ..file })
        }
        RouteFormat::Gpx => gpx::read(&text, &stem, at, faults),
        RouteFormat::Csv => table::read(&text, &stem, at, faults),
    }
}

/// Whether a file that ends like GeoJSON is a plan, by its first bytes.
fn is_plan(path: &Path) -> bool {
    let mut head = [0; 4096];
    let read = std::fs::File::open(path).and_then(|mut file| io::Read::read(&mut file, &mut head));
    let head = String::from_utf8_lossy(&head[..read.unwrap_or(0)]).into_owned();
    head.contains("\"fileType\"")
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The routes, their heights as the file has them.
    pub routes: Vec<RouteRecord>,
    /// What is not kept.
    pub lost: Findings,
}

/// Writes the routes of a file, aside and renamed, and says what the format does not keep.
///
/// # Errors
/// All findings about what the format cannot hold, or that the file cannot be written; it is then as it was.
pub fn write(
    path: &Path,
    format: RouteFormat,
    file: &RouteFile,
    heights: &Heights<'_>,
) -> Result<Written, RewriteError> {
    let mut faults = Faults::new(path);
    let routes = held(&file.routes, holds(format), format.name(), heights, &mut faults);
    if routes.is_empty() || routes.iter().any(|route| route.waypoints.is_empty()) {
        faults.error("", no_route());
    }
    if format.holds_one() && routes.len() > 1 {
        faults.error("", one_route(&file.names(), format));
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    lost(file, format, stem.as_deref(), &mut faults);
    let findings = faults.into_findings();
    if findings.gravest() > Some(Severity::Warning) {
        return Err(findings.into());
    }
    write_aside(path, |out| match format {
        RouteFormat::Plan => plan::write(file, &routes[0], out),
        RouteFormat::Wpl => wpl::write(file, &routes[0], out),
        RouteFormat::Kml => kml::write(&routes, out),
        RouteFormat::Kmz => kml::write_zipped(&routes, out),
        RouteFormat::Gpx => gpx::write(&routes, out),
        RouteFormat::GeoJson => geojson::write(&routes, out),
        RouteFormat::Csv => table::write(&routes, out),
    })?;
    Ok(Written { routes, lost: findings })
}

/// Tells what entries of a scenario do not keep of a file, written to `path`.
pub fn not_in_scenarios(file: &RouteFile, path: &Path) -> Findings {
    let mut faults = Faults::new(path);
    let losses = [(file.fences.len(), FENCES), (file.rallies.len(), RALLIES), (usize::from(file.home.is_some()), HOME)];
    let lost: Vec<_> = losses.into_iter().filter(|(count, _)| *count > 0).collect();
    tell_lost(&lost, "TOML", &mut faults);
    faults.into_findings()
}

const FENCES: [&str; 2] = ["fences", "围栏"];
const RALLIES: [&str; 2] = ["rally points", "备降点"];
const HOME: [&str; 2] = ["the home position", "起始点"];

/// Tells of the points of a file that have no height, if there are any.
pub fn missing_heights(path: &Path, file: &RouteFile) -> Findings {
    let mut faults = Faults::new(path);
    let mut bare = file.routes.iter().flat_map(|route| &route.waypoints).filter(|waypoint| waypoint.altitude.is_none());
    if let Some(first) = bare.next() {
        place::Spot { key: &first.key, line: first.line }.warn(no_height(bare.count() + 1), &mut faults);
    }
    faults.into_findings()
}

/// Routes with the heights that scenarios have: above ground and above mean sea level, or none.
///
/// # Errors
/// The findings, about the file at `path`.
pub fn for_scenario(routes: &[RouteRecord], path: &Path, heights: &Heights<'_>) -> Result<Vec<RouteRecord>, Findings> {
    let mut faults = Faults::new(path);
    let holds = Holds { missing: true, ..holds(RouteFormat::Plan) };
    let held = held(routes, holds, "TOML", heights, &mut faults);
    let findings = faults.into_findings();
    if findings.0.is_empty() { Ok(held) } else { Err(findings) }
}

/// A route with no height over the ellipsoid: those are brought above mean sea level.
///
/// # Errors
/// The findings, about the file at `path`.
pub fn without_ellipsoid(route: &RouteRecord, path: &Path) -> Result<RouteRecord, Findings> {
    let brought = for_scenario(std::slice::from_ref(route), path, &Heights::default())?;
    brought.into_iter().next().ok_or_else(Findings::default)
}

/// Which heights a format can hold.
const fn holds(format: RouteFormat) -> Holds {
    const ALL: &[Datum] = &[Datum::Ellipsoid, Datum::Amsl, Datum::Agl];
    match format {
        RouteFormat::Plan | RouteFormat::Wpl => {
            Holds { datums: &[Datum::Amsl, Datum::Agl], mixed: true, missing: false }
        }
        RouteFormat::Kml | RouteFormat::Kmz => {
            Holds { datums: &[Datum::Amsl, Datum::Agl], mixed: false, missing: true }
        }
        RouteFormat::Gpx => Holds { datums: &[Datum::Amsl], mixed: true, missing: true },
        RouteFormat::GeoJson | RouteFormat::Csv => Holds { datums: ALL, mixed: true, missing: true },
    }
}

/// Tells what a format does not keep.
fn lost(file: &RouteFile, format: RouteFormat, stem: Option<&str>, faults: &mut Faults) {
    let waypoints = || file.routes.iter().flat_map(|route| &route.waypoints);
    let count = |what: &dyn Fn(&WaypointRecord) -> bool| waypoints().filter(|waypoint| what(waypoint)).count();
    let keeps_mission = format.holds_one();
    let keeps_columns = matches!(format, RouteFormat::GeoJson | RouteFormat::Csv);
    let is_plan = format == RouteFormat::Plan;
    let circles =
        count(&|waypoint| waypoint.circle.is_some_and(|circle| circle.radius_m != 0.0 || circle.turns.is_some()));
    let speeds = file.routes.iter().filter(|route| route.speed_mps.is_some()).count();
    let home_m = file.home.and_then(|home| home.amsl_m);
    let is_known = |rally: &&RallyRecord| rally.altitude.is_some_and(|it| it.datum == Datum::Amsl) && home_m.is_some();
    let rallies =
        if is_plan { file.rallies.len() - file.rallies.iter().filter(is_known).count() } else { file.rallies.len() };
    let renamed = file.routes.iter().filter(|route| Some(route.name.as_str()) != stem).count();
    let losses = [
        (count(&|waypoint| waypoint.hold_s > 0.0), keeps_mission || keeps_columns, ["times to stay", "停留时间"]),
        (
            count(&|waypoint| waypoint.speed_mps.is_some()),
            keeps_mission || keeps_columns,
            ["changes of speed", "速度变化"],
        ),
        (speeds, is_plan || keeps_columns, ["speeds of whole routes", "整条航线的速度"]),
        (
            count(&|waypoint| waypoint.role() != Role::Pass),
            keeps_mission || keeps_columns,
            [
                "take-offs, landings, returns and loiters (they become waypoints)",
                "起飞、降落、返航与盘旋（变为航路点）",
            ],
        ),
        (circles, keeps_mission, ["circles of loiters", "盘旋圆"]),
        (file.fences.len(), is_plan, FENCES),
        (rallies, false, RALLIES),
        (usize::from(file.home.is_some()), keeps_mission, HOME),
        (
            usize::from(is_plan && home_m.is_none()),
            false,
            ["the height of home, which is not known", "起始点高度（未知）"],
        ),
        (renamed, !keeps_mission, ["names of routes: that of the file counts", "航线名称（以文件名为准）"]),
    ];
    let lost = losses.into_iter().filter(|(count, is_kept, _)| *count > 0 && !is_kept);
    let lost: Vec<_> = lost.map(|(count, _, what)| (count, what)).collect();
    tell_lost(&lost, format.name(), faults);
}

/// Tells what is not kept and how often, if anything is.
fn tell_lost(list: &[(usize, [&str; 2])], format: &str, faults: &mut Faults) {
    if !list.is_empty() {
        let told = |language: usize| {
            list.iter().map(|(count, what)| format!("{count} × {}", what[language])).collect::<Vec<_>>()
        };
        faults.warning("", not_kept(&told(0).join("; "), &told(1).join("；"), format));
    }
}

fn not_kept(en: &str, zh: &str, name: &str) -> [Text; 3] {
    texts(
        (format!("{name} does not keep: {en}"), format!("{name} 不保留：{zh}")),
        ("what it keeps", "其所能保留的内容"),
        ("keep the file that was read as well", "请同时保留原文件"),
    )
}

fn one_route(names: &[&str], format: RouteFormat) -> [Text; 3] {
    let name = format.name();
    let shown = names.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    let count = names.len();
    texts(
        (
            format!("{count} routes, and {name} holds one: {shown}"),
            format!("共 {count} 条航线，而 {name} 只能容纳一条：{shown}"),
        ),
        ("one route", "一条航线"),
        (
            "choose one with --route NAME, or write kml, gpx, geojson or csv",
            "请用 --route 选择其一，或写出 kml、gpx、geojson、csv",
        ),
    )
}

fn no_route() -> [Text; 3] {
    texts(
        ("there is no route in the file", "文件中没有航线"),
        ("lines, or points in order", "线，或有序的点"),
        ("choose another file, or draw the route", "请选择其他文件，或绘制航线"),
    )
}

fn unknown_ending() -> [Text; 3] {
    texts(
        ("the ending of the name says no format of routes", "文件扩展名不是航线格式"),
        (
            ".plan, .waypoints, .txt, .kml, .kmz, .gpx, .geojson, .json or .csv",
            ".plan、.waypoints、.txt、.kml、.kmz、.gpx、.geojson、.json 或 .csv",
        ),
        ("rename the file by what it is", "请按实际格式更改扩展名"),
    )
}

fn no_height(count: usize) -> [Text; 3] {
    texts(
        (format!("points without a height: {count}, here first"), format!("没有高度的点：{count} 个，首个在此")),
        ("a height with its datum", "带基准的高度"),
        (
            "say how high they are flown: --height 60agl; in a scenario the route's `altitude_agl_m` holds",
            "请指定飞行高度：--height 60agl；在情景中按航线的 `altitude_agl_m`",
        ),
    )
}
