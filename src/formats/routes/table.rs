//! CSV: a row for each waypoint, its unit and datum in the name of each column.
//!
//! Columns: `lat_deg`, `lon_deg`, one of `altitude_agl_m`, `altitude_amsl_m` and `altitude_ellipsoid_m` in each row, and,
//! if need be, `route` (its name), `wp` (its order in the route), `hold_s`, `speed_mps` (from there on), `route_speed_mps`
//! and `command` (of MAVLink).

mod columns;

use std::collections::BTreeMap;
use std::io::{self, Write};

use csv::StringRecord;

use self::columns::{Columns, Kind};
use super::course::{Course, Routes};
use super::format::RouteFormat;
use super::place::{self, Spot, checked};
use super::record::{RouteFile, RouteRecord, WAYPOINT, WaypointRecord};
use crate::formats::features::{Coordinates, Faults, texts};
use crate::formats::table::Table;
use crate::message::{Findings, Text};
use crate::units::{Altitude, Datum};

/// Reads a table of waypoints.
pub fn read(text: &str, stem: &str, at: Coordinates, faults: &mut Faults) -> Option<RouteFile> {
    let header = text.lines().next().unwrap_or_default();
    // Tables of other countries and programs separate by other signs.
    let separator = [b',', b';', b'\t'].into_iter().find(|sign| header.as_bytes().contains(sign)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().cloned().unwrap_or_default();
    let columns = Columns::of(&names, faults)?;
    let mut rows = Rows { columns, at, routes: Routes::default(), courses: Vec::new(), by_name: BTreeMap::new() };
    for record in reader.records() {
        match record {
            Ok(record) => rows.add(&record, faults),
            Err(error) => {
                let line = error.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or_default());
                let what = (format!("no row of a table: {error}"), format!("不是表格中的行：{error}"));
                let cure = ("mend this line", "请改正此行");
                faults.error_at(line, "", texts(what, ("a row of CSV", "CSV 行"), cure));
            }
        }
        if rows.routes.is_full() {
            break;
        }
    }
    let routes = rows.finish(stem, faults);
    Some(RouteFile {
        format: RouteFormat::Csv,
        routes,
        fences: Vec::new(),
        rallies: Vec::new(),
        home: None,
        warnings: Findings::default(),
    })
}

struct Rows {
    columns: Columns,
    at: Coordinates,
    routes: Routes,
    /// Routes in the order of their first rows, their points with their order.
    courses: Vec<(Course, Vec<(f64, WaypointRecord)>)>,
    by_name: BTreeMap<String, usize>,
}

impl Rows {
    fn add(&mut self, record: &StringRecord, faults: &mut Faults) {
        let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or_default());
        if record.iter().all(str::is_empty) || !self.routes.has_room(faults) {
            return;
        }
        let row = Row { record, columns: &self.columns, line };
        if record.len() != self.columns.count {
            return row.spot("").error(wrong_count(record.len(), self.columns.count), faults);
        }
        let Some(waypoint) = row.waypoint(self.at, faults) else { return };
        let Some(order) = row.number(Kind::Order, faults) else { return };
        let Some(speed_mps) = row.speed(Kind::RouteSpeed, faults) else { return };
        let name = row.text(Kind::Route).unwrap_or_default().to_owned();
        let index = *self.by_name.entry(name.clone()).or_insert_with(|| {
            self.courses.push((Course::new(Some(name), Spot { key: "", line }, faults), Vec::new()));
            self.courses.len() - 1
        });
        let (course, points) = &mut self.courses[index];
        course.speed_mps = course.speed_mps.or(speed_mps);
        #[expect(clippy::cast_precision_loss, reason = "at most some hundred thousand")]
        let order = order.unwrap_or(points.len() as f64);
        points.push((order, waypoint));
    }

    fn finish(mut self, stem: &str, faults: &mut Faults) -> Vec<RouteRecord> {
        for (mut course, mut points) in std::mem::take(&mut self.courses) {
            let disorder = points.windows(2).find(|pair| pair[0].0 > pair[1].0).map(|pair| pair[1].1.line);
            let repeat = points.windows(2).find(|pair| (pair[0].0 - pair[1].0).abs() <= 0.0).map(|pair| pair[1].1.line);
            if let Some(line) = disorder {
                faults.warning_at(line, "wp", sorted());
            }
            if let Some(line) = repeat {
                faults.error_at(line, "wp", twice());
            }
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (_, waypoint) in points {
                course.push(waypoint);
            }
            self.routes.add(course, stem, faults);
        }
        self.routes.finish()
    }
}

/// A row of the table.
struct Row<'a> {
    record: &'a StringRecord,
    columns: &'a Columns,
    line: usize,
}

impl<'a> Row<'a> {
    const fn spot<'b>(&self, key: &'b str) -> Spot<'b> {
        Spot { key, line: self.line }
    }

    fn text(&self, kind: Kind) -> Option<&'a str> {
        self.record.get(self.columns.index(kind)?).filter(|text| !text.is_empty())
    }

    /// A number; the outer `None` is a fault.
    #[expect(clippy::option_option, reason = "an empty field is an answer, a wrong one a fault")]
    fn number(&self, kind: Kind, faults: &mut Faults) -> Option<Option<f64>> {
        match self.text(kind) {
            Some(text) => place::number(text, self.spot(kind.name()), faults).map(Some),
            None => Some(None),
        }
    }

    #[expect(clippy::option_option, reason = "an empty field is an answer, a wrong one a fault")]
    fn speed(&self, kind: Kind, faults: &mut Faults) -> Option<Option<f64>> {
        match self.number(kind, faults)? {
            Some(mps) => place::speed(mps, self.spot(kind.name()), faults).map(Some),
            None => Some(None),
        }
    }

    fn waypoint(&self, at: Coordinates, faults: &mut Faults) -> Option<WaypointRecord> {
        let (lat, lon) = (self.number(Kind::Lat, faults)?, self.number(Kind::Lon, faults)?);
        let (Some(lat_deg), Some(lon_deg)) = (lat, lon) else {
            self.spot("lat_deg").error(no_place(), faults);
            return None;
        };
        let place = checked(lat_deg, lon_deg, at, self.spot("lat_deg"), faults)?;
        let mut altitude = None;
        for (kind, datum) in [(Kind::Agl, Datum::Agl), (Kind::Amsl, Datum::Amsl), (Kind::Ellipsoid, Datum::Ellipsoid)] {
            let Some(metres) = self.number(kind, faults)? else { continue };
            let metres = place::height(metres, self.spot(kind.name()), faults)?;
            if altitude.replace(Altitude { metres, datum }).is_some() {
                self.spot(kind.name()).error(two_heights(), faults);
                return None;
            }
        }
        let mut waypoint = WaypointRecord::new(place, altitude, format!("row {}", self.line));
        waypoint.line = self.line;
        if let Some(hold_s) = self.number(Kind::Hold, faults)? {
            waypoint.hold_s = place::hold(hold_s, self.spot("hold_s"), faults)?;
        }
        waypoint.speed_mps = self.speed(Kind::Speed, faults)?;
        if let Some(text) = self.text(Kind::Command) {
            let Ok(command) = text.parse() else {
                self.spot("command").error(no_command(), faults);
                return None;
            };
            waypoint.command = command;
        }
        Some(waypoint)
    }
}

/// Writes routes, whatever their heights are measured from.
///
/// # Errors
/// That it cannot be written.
pub fn write(routes: &[RouteRecord], out: &mut impl Write) -> io::Result<()> {
    let rows = || routes.iter().flat_map(|route| route.waypoints.iter().map(move |waypoint| (route, waypoint)));
    let numbers = routes.iter().flat_map(|route| (1_i64..).zip(&route.waypoints).map(|(number, _)| Some(number)));
    let mut table = Table::new("routes")
        .text("route", rows().map(|(route, _)| Some(route.name.clone())))
        .int("wp", numbers)
        .real("lat_deg", rows().map(|(_, waypoint)| Some(waypoint.place.lat_deg)))
        .real("lon_deg", rows().map(|(_, waypoint)| Some(waypoint.place.lon_deg)));
    for (kind, datum) in [(Kind::Agl, Datum::Agl), (Kind::Amsl, Datum::Amsl), (Kind::Ellipsoid, Datum::Ellipsoid)] {
        let of = |waypoint: &WaypointRecord| waypoint.altitude.filter(|altitude| altitude.datum == datum);
        if rows().any(|(_, waypoint)| of(waypoint).is_some()) {
            table = table.real(kind.name(), rows().map(|(_, waypoint)| of(waypoint).map(|altitude| altitude.metres)));
        }
    }
    table = table.real("hold_s", rows().map(|(_, waypoint)| Some(waypoint.hold_s)));
    table = table.real("speed_mps", rows().map(|(_, waypoint)| waypoint.speed_mps));
    if routes.iter().any(|route| route.speed_mps.is_some()) {
        table = table.real("route_speed_mps", rows().map(|(route, _)| route.speed_mps));
    }
    if rows().any(|(_, waypoint)| waypoint.command != WAYPOINT) {
        table = table.int("command", rows().map(|(_, waypoint)| Some(i64::from(waypoint.command))));
    }
    table.write_csv_to([], out)
}

fn wrong_count(found: usize, count: usize) -> [Text; 3] {
    texts(
        (format!("a row of {found} fields"), format!("该行有 {found} 个字段")),
        (format!("{count} fields, as in the first line"), format!("{count} 个字段，与首行一致")),
        ("complete the row, or take it out", "请补全或删去该行"),
    )
}

fn no_place() -> [Text; 3] {
    texts(
        ("a row without a place", "该行没有位置"),
        ("`lat_deg` and `lon_deg`", "`lat_deg` 与 `lon_deg`"),
        ("add them, or take the row out", "请补全，或删去该行"),
    )
}

fn two_heights() -> [Text; 3] {
    texts(
        ("two heights in one row", "一行中有两个高度"),
        (
            "one of altitude_agl_m, altitude_amsl_m, altitude_ellipsoid_m",
            "altitude_agl_m、altitude_amsl_m、altitude_ellipsoid_m 之一",
        ),
        ("keep the one that is meant", "请保留其中之一"),
    )
}

fn no_command() -> [Text; 3] {
    texts(
        ("this is no number of a command", "不是命令编号"),
        ("the number of a MAVLink command, such as 16", "MAVLink 命令编号，如 16"),
        ("correct it, or leave it empty", "请改正或留空"),
    )
}

fn sorted() -> [Text; 3] {
    texts(
        ("rows out of order; they were put in order by `wp`", "行序颠倒，已按 `wp` 排序"),
        ("rows in the order of flight", "按飞行顺序排列的行"),
        ("nothing, if `wp` is right", "若 `wp` 正确则无需处理"),
    )
}

fn twice() -> [Text; 3] {
    texts(
        ("the same `wp` twice in one route", "同一航线中 `wp` 重复"),
        ("a number of its own for each row of a route", "同一航线中各行编号互不相同"),
        ("number the rows anew", "请重新编号"),
    )
}
