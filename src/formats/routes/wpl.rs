//! `QGC WPL 110`: a line of twelve numbers for each MAVLink mission item, separated by tabs.
//!
//! Fields: index, current, frame, command, seven parameters, autocontinue (MAVLink guide, "Mission Plain-Text File Format").
//! Item 0 of version 110 is the home position, with its height above mean sea level, as QGroundControl and Mission Planner
//! write it; a home of 0, 0 is none. A parameter that is left to the vehicle, such as a heading that is none, is `nan`: 0 is
//! a heading to the north.

use std::io::{self, Write};

use super::course::{Course, Routes};
use super::format::RouteFormat;
use super::mission::{Item, Mission, Unflown, items_of};
use super::place::{self, Spot, checked};
use super::record::{Home, RouteFile, RouteRecord};
use crate::formats::features::{Coordinates, Faults, texts};
use crate::message::{Findings, Text};

/// Reads a file of items.
pub fn read(text: &str, stem: &str, at: Coordinates, faults: &mut Faults) -> Option<RouteFile> {
    let mut lines = (1..).zip(text.lines());
    let header = lines.next().map_or("", |(_, line)| line.trim());
    if header != "QGC WPL 110" {
        faults.error_at(1, "", no_header(header));
        return None;
    }
    let mut routes = Routes::default();
    let course = Course::new(None, Spot { key: "", line: 0 }, faults);
    let mut mission = Mission { at, home: None, course, routes: &mut routes, unflown: Unflown::default() };
    let mut is_first = true;
    for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty() && !text.trim_start().starts_with('#')) {
        let first = std::mem::take(&mut is_first);
        let Some(item) = item_of(text, line, faults) else { continue };
        if first && item.command == 16 && item.frame == 0 {
            mission.home = home_of(&item, at, faults);
        } else {
            mission.item(&item, faults);
        }
    }
    let Mission { course, unflown, home, .. } = mission;
    unflown.tell(faults);
    routes.add(course, stem, faults);
    Some(RouteFile {
        format: RouteFormat::Wpl,
        routes: routes.finish(),
        fences: Vec::new(),
        rallies: Vec::new(),
        home,
        warnings: Findings::default(),
    })
}

fn item_of(text: &str, line: usize, faults: &mut Faults) -> Option<Item> {
    let spot = Spot { key: "", line };
    let fields: Vec<&str> = text.split_whitespace().take(13).collect();
    if fields.len() != 12 {
        spot.error(not_twelve(fields.len()), faults);
        return None;
    }
    let whole = |index: usize, faults: &mut Faults| {
        let number = fields[index].parse::<u32>().ok();
        if number.is_none() {
            spot.error(no_whole(fields[index]), faults);
        }
        number
    };
    let (number, frame, command) = (whole(0, faults)?, whole(2, faults)?, whole(3, faults)?);
    let mut params = [None; 7];
    for (param, field) in params.iter_mut().zip(&fields[4..11]) {
        // A parameter may be left to the vehicle: not a number.
        if !field.eq_ignore_ascii_case("nan") {
            *param = Some(place::number(field, spot, faults)?);
        }
    }
    if fields[11] == "0" {
        spot.warn(waits(), faults);
    }
    let (key, number) = (format!("item {number}"), usize::try_from(number).unwrap_or_default());
    Some(Item { command, frame, params, key, number, line, ..Item::default() })
}

fn home_of(item: &Item, at: Coordinates, faults: &mut Faults) -> Option<Home> {
    let (lat_deg, lon_deg) = item.params[4].zip(item.params[5]).filter(|place| *place != (0.0, 0.0))?;
    let place = checked(lat_deg, lon_deg, at, item.spot(), faults)?;
    let amsl_m = item.params[6].and_then(|metres| place::height(metres, item.spot(), faults));
    if amsl_m == Some(0.0) {
        item.spot().warn(at_sea_level(), faults);
    }
    Some(Home { place, amsl_m })
}

/// Writes one route, whose heights are above ground or above mean sea level, with the home of its file.
///
/// # Errors
/// That it cannot be written.
pub fn write(file: &RouteFile, route: &RouteRecord, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "QGC WPL 110")?;
    let home = file.home.map(|home| [Some(home.place.lat_deg), Some(home.place.lon_deg), home.amsl_m]);
    let [lat_deg, lon_deg, amsl_m] = home.unwrap_or([Some(0.0); 3]).map(field);
    writeln!(out, "0\t1\t0\t16\t0\t0\t0\t0\t{lat_deg}\t{lon_deg}\t{amsl_m}\t1")?;
    for (number, item) in (1..).zip(items_of(route)) {
        write!(out, "{number}\t0\t{}\t{}", item.frame, item.command)?;
        for param in item.params {
            write!(out, "\t{}", field(param))?;
        }
        writeln!(out, "\t1")?;
    }
    Ok(())
}

/// A parameter as it is written.
fn field(param: Option<f64>) -> String {
    param.map_or_else(|| "nan".to_owned(), |number| number.to_string())
}

fn at_sea_level() -> [Text; 3] {
    texts(
        (
            "home lies at 0 m above mean sea level, which is also what programs write that do not know its height",
            "起始点海拔为 0 米；不知其高度的程序也如此写出",
        ),
        ("the height of home above mean sea level", "起始点的海拔高"),
        (
            "correct it where heights over home matter; nothing by the sea",
            "若有相对起始点的高度，请改正；若在海边则无需处理",
        ),
    )
}

fn no_header(header: &str) -> [Text; 3] {
    let shown: String = header.chars().take(60).collect();
    texts(
        (format!("the first line is `{shown}`"), format!("首行为 `{shown}`")),
        ("`QGC WPL 110`", "`QGC WPL 110`"),
        ("save the mission as a .plan or as QGC WPL 110", "请将任务另存为 .plan 或 QGC WPL 110"),
    )
}

fn not_twelve(count: usize) -> [Text; 3] {
    let count = if count > 12 { "more than 12".to_owned() } else { count.to_string() };
    texts(
        (format!("a line of {count} fields"), format!("该行字段数为 {count}")),
        (
            "12: index, current, frame, command, seven parameters, autocontinue",
            "12 个：序号、当前、框架、命令、七个参数、自动继续",
        ),
        ("complete the line, or take it out", "请补全或删去该行"),
    )
}

fn no_whole(text: &str) -> [Text; 3] {
    let shown: String = text.chars().take(60).collect();
    texts(
        (format!("`{shown}` is no whole number"), format!("`{shown}` 不是整数")),
        ("index, frame and command as whole numbers", "整数的序号、框架与命令"),
        ("correct it", "请改正"),
    )
}

fn waits() -> [Text; 3] {
    texts(
        ("autocontinue is 0: the wait for a person is not flown", "自动继续为 0：不执行等待人工继续"),
        ("1", "1"),
        ("nothing, or give the point a time to stay", "可不处理，或为该点填写停留时间"),
    )
}
