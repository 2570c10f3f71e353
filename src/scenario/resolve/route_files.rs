//! Routes that are drawn in files: read, and put between their ends.

use std::collections::BTreeMap;
use std::path::Path;

use super::ground::digest_of;
use crate::formats::routes::{self, Reading, RouteFile, RouteRecord};
use crate::message::{Findings, Text};
use crate::scenario::drawn::{Flown, FlownPoints, ROUTE_END_M, distance_m, flown};
use crate::scenario::model::{Drawn, Position, Route, Scenario, Waypoint};
use crate::scenario::report::{Reporter, one_of};
use crate::scenario::resolved::InputFile;
use crate::scenario::source::Source;
use crate::units::{Altitude, Datum};
use crate::world::geo::{CoordinateSystem, Geographic};

/// Reads the files that routes of a scenario name and keeps what they draw beside each. Returns the files that were read.
pub fn draw(scenario: &mut Scenario, source: &Source, reporter: &mut Reporter<'_>) -> Vec<InputFile> {
    let area = &scenario.area;
    let centre =
        Geographic::new(f64::midpoint(area.south_deg, area.north_deg), f64::midpoint(area.west_deg, area.east_deg));
    let mut reader = Reader { source, centre, reporter, inputs: Vec::new(), known: BTreeMap::new() };
    let drawn: Vec<Option<Drawn>> = (0..scenario.route.len()).map(|index| reader.drawn(scenario, index)).collect();
    for (route, drawn) in scenario.route.iter_mut().zip(drawn) {
        route.drawn = drawn;
    }
    reader.inputs
}

struct Reader<'a, 'b> {
    source: &'a Source,
    centre: Geographic,
    reporter: &'a mut Reporter<'b>,
    inputs: Vec<InputFile>,
    /// Files that were read, by path and coordinate system; `None` for those that cannot be.
    known: BTreeMap<(String, &'static str), Option<RouteFile>>,
}

impl Reader<'_, '_> {
    fn drawn(&mut self, scenario: &Scenario, index: usize) -> Option<Drawn> {
        let route = &scenario.route[index];
        let key = format!("route[{index}]");
        let Some(file) = &route.file else {
            for (name, is_there) in
                [("file_route", route.file_route.is_some()), ("file_coordinates", route.file_coordinates.is_some())]
            {
                if is_there {
                    self.reporter.fatal(&format!("{key}.{name}"), without_file(name));
                }
            }
            return None;
        };
        if !route.via.is_empty() {
            self.reporter.fatal(&format!("{key}.file"), given_twice());
            return None;
        }
        let record = self.record(file, route, &key)?;
        let name = self.source.folder().join(file).display().to_string();
        let mut drawn = flown(&record, &name);
        self.reporter.include(std::mem::take(&mut drawn.warnings));
        self.between(scenario, index, drawn)
    }

    /// The route of a file, its heights above ground or above mean sea level.
    fn record(&mut self, file: &str, route: &Route, key: &str) -> Option<RouteRecord> {
        let system = route.file_coordinates.unwrap_or_default();
        let known = (file.to_owned(), system_key(system));
        if !self.known.contains_key(&known) {
            let read = self.read(file, system, &format!("{key}.file"));
            self.known.insert(known.clone(), read);
        }
        let read = self.known.get(&known)?.as_ref()?;
        let Some(record) = read.route(route.file_route.as_deref()) else {
            let names = read.names();
            let (key, texts) = match &route.file_route {
                Some(name) => (format!("{key}.file_route"), no_such_route(file, name, &names)),
                None => (format!("{key}.file"), several_routes(file, &names)),
            };
            self.reporter.fatal(&key, texts);
            return None;
        };
        let path = self.source.folder().join(file);
        routes::without_ellipsoid(record, &path).map_err(|findings| self.reporter.include(findings)).ok()
    }

    fn read(&mut self, file: &str, system: CoordinateSystem, key: &str) -> Option<RouteFile> {
        let path = self.source.folder().join(file);
        match digest_of(&path) {
            Ok(blake3) => self.inputs.push(InputFile { path: file.to_owned(), blake3 }),
            Err(error) => {
                self.reporter.fatal(key, unreadable(file, &error));
                return None;
            }
        }
        let coordinates = Some(system).filter(|system| *system != CoordinateSystem::Wgs84);
        self.told(&path, Reading { coordinates, near: Some(self.centre) })
    }

    fn told(&mut self, path: &Path, reading: Reading) -> Option<RouteFile> {
        let read = routes::read(path, reading);
        let findings: Findings = match &read {
            Ok(file) => file.warnings.clone(),
            Err(findings) => findings.clone(),
        };
        self.reporter.include(findings);
        read.ok()
    }

    /// The points between the ends of a route.
    fn between(
        &mut self,
        scenario: &Scenario,
        index: usize,
        FlownPoints { mut points, speed_mps, .. }: FlownPoints,
    ) -> Option<Drawn> {
        let route = &scenario.route[index];
        let hub = scenario.hub.iter().find(|hub| hub.id == route.from).map(|hub| place_of(hub.position));
        let pad =
            route.to.as_ref().map(|to| scenario.pad.iter().find(|pad| &pad.id == to).map(|pad| place_of(pad.position)));
        let end = pad.unwrap_or(hub);
        let is_at = |place: Option<Geographic>, point: Option<&Flown>| {
            place.zip(point).is_some_and(|(place, point)| distance_m(place, point.place) <= ROUTE_END_M)
        };
        if hub != end && is_at(end, points.first()) && is_at(hub, points.last()) {
            let file = route.file.as_deref().unwrap_or_default();
            self.reporter.fatal(&format!("route[{index}].file"), other_way(file));
            return None;
        }
        let first = is_at(hub, points.first()).then(|| points.remove(0));
        let last = if is_at(end, points.last()) { points.pop() } else { None };
        let items = points.iter().map(|point| point.item.clone()).collect();
        let ends = [first, last].map(|point| point.and_then(|point| point.altitude));
        Some(Drawn { via: points.iter().map(waypoint).collect(), items, ends, speed_mps })
    }
}

fn waypoint(point: &Flown) -> Waypoint {
    let metres = |datum: Datum| {
        let given = point.altitude.filter(|altitude: &Altitude| altitude.datum == datum);
        given.map(|altitude| altitude.metres)
    };
    Waypoint {
        lat_deg: point.place.lat_deg,
        lon_deg: point.place.lon_deg,
        altitude_agl_m: metres(Datum::Agl),
        altitude_amsl_m: metres(Datum::Amsl),
        hold_s: point.hold_s,
    }
}

const fn place_of(position: Position) -> Geographic {
    Geographic::new(position.lat_deg, position.lon_deg)
}

const fn system_key(system: CoordinateSystem) -> &'static str {
    match system {
        CoordinateSystem::Wgs84 => "wgs84",
        CoordinateSystem::Gcj02 => "gcj-02",
        CoordinateSystem::Bd09 => "bd-09",
    }
}

fn unreadable(file: &str, error: &std::io::Error) -> [Text; 3] {
    [
        Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}")),
        Text::new("a file that can be read", "可读取的文件"),
        Text::new("correct the path; it is relative to the scenario", "请改正路径（相对于情景文件）"),
    ]
}

fn without_file(name: &str) -> [Text; 3] {
    [
        Text::new(format!("`{name}` without `file`"), format!("有 `{name}` 而无 `file`")),
        Text::new("both or neither", "两者同时给出或都不给"),
        Text::new("name the file, or remove the key", "请填写文件，或删除此键"),
    ]
}

fn given_twice() -> [Text; 3] {
    [
        Text::new("the waypoints are given in `via` and in a file", "航路点同时在 `via` 与文件中给出"),
        Text::new("one of `via` and `file`", "`via` 与 `file` 二者之一"),
        Text::new("keep the one that is meant", "请保留其中之一"),
    ]
}

fn no_such_route(file: &str, name: &str, names: &[&str]) -> [Text; 3] {
    [
        Text::new(format!("there is no route `{name}` in `{file}`"), format!("`{file}` 中没有航线 `{name}`")),
        one_of(names),
        Text::new("correct the name", "请改正名称"),
    ]
}

fn several_routes(file: &str, names: &[&str]) -> [Text; 3] {
    let count = names.len();
    [
        Text::new(format!("`{file}` holds {count} routes"), format!("`{file}` 中有 {count} 条航线")),
        one_of(names),
        Text::new("name the one that is meant with `file_route`", "请用 `file_route` 指定其一"),
    ]
}

fn other_way(file: &str) -> [Text; 3] {
    [
        Text::new(
            format!("the route in `{file}` leads from the pad to the hub"),
            format!("`{file}` 中的航线由起降点飞向起降场"),
        ),
        Text::new("a route from the hub to the pad", "由起降场飞向起降点的航线"),
        Text::new("turn the order of its points round", "请颠倒航路点顺序"),
    ]
}
