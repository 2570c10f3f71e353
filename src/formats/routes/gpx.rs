//! GPX 1.1: routes. Written heights are above mean sea level, read ones by the rule of [`crate::formats::gpx`].
//!
//! Tracks are what was flown, not what is to be flown: they are told and not read.

use std::io::{self, Write};

use roxmltree::Node;

use super::course::{Course, Routes};
use super::format::RouteFormat;
use super::place::{self, Spot, checked};
use super::record::{RouteFile, RouteRecord, WaypointRecord};
use super::xml::{self, Lines};
use crate::formats::features::{Coordinates, Faults, texts};
use crate::formats::gpx::{DATUM_ELEMENT, EXTENSIONS, NAMESPACE, datum_of_ele, stated};
use crate::message::{Findings, Text, markup};
use crate::units::{Altitude, Datum};

/// Reads the routes of a file.
pub fn read(text: &str, stem: &str, at: Coordinates, faults: &mut Faults) -> Option<RouteFile> {
    let document = xml::document(text, "gpx", faults)?;
    let root = document.root_element();
    let lines = Lines::of(text);
    let said = root.descendants().find(|node| node.has_tag_name_local(DATUM_ELEMENT));
    let datum = said.and_then(|node| node.text()).and_then(stated);
    let mut reader = Reader { at, datum, lines: &lines, routes: Routes::default() };
    for (index, route) in root.children().filter(|node| node.has_tag_name_local("rte")).enumerate() {
        reader.route(route, index, stem, faults);
    }
    let count = |name: &str| root.children().filter(|node| node.has_tag_name_local(name)).count();
    let (tracks, places) = (count("trk"), count("wpt"));
    if tracks > 0 {
        faults.warning("trk", not_tracks(tracks));
    }
    if places > 0 {
        faults.warning("wpt", not_places(places));
    }
    Some(RouteFile {
        format: RouteFormat::Gpx,
        routes: reader.routes.finish(),
        fences: Vec::new(),
        rallies: Vec::new(),
        home: None,
        warnings: Findings::default(),
    })
}

/// Names without regard to the namespace: GPX 1.0 and 1.1 have routes alike.
trait LocalName {
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

struct Reader<'a> {
    at: Coordinates,
    /// What the file says that heights are measured from.
    datum: Option<Datum>,
    lines: &'a Lines,
    routes: Routes,
}

impl Reader<'_> {
    fn route(&mut self, route: Node<'_, '_>, index: usize, stem: &str, faults: &mut Faults) {
        let key = format!("rte[{index}]");
        let name = xml::text(route, "name").map(str::to_owned);
        let mut course = Course::new(name, Spot { key: &key, line: self.lines.of_node(route) }, faults);
        for (index, point) in route.children().filter(|node| node.has_tag_name_local("rtept")).enumerate() {
            if !self.routes.has_room(faults) {
                return;
            }
            if let Some(waypoint) = self.point(point, format!("{key}.rtept[{index}]"), faults) {
                course.push(waypoint);
            }
        }
        self.routes.add(course, stem, faults);
    }

    fn point(&self, point: Node<'_, '_>, key: String, faults: &mut Faults) -> Option<WaypointRecord> {
        let line = self.lines.of_node(point);
        let spot = Spot { key: &key, line };
        let (Some(lat), Some(lon)) = (point.attribute("lat"), point.attribute("lon")) else {
            spot.error(no_place(), faults);
            return None;
        };
        let (lat_deg, lon_deg) = (place::number(lat, spot, faults)?, place::number(lon, spot, faults)?);
        let place = checked(lat_deg, lon_deg, self.at, spot, faults)?;
        let altitude = match xml::text(point, "ele") {
            Some(text) => {
                let metres = place::height(place::number(text, spot, faults)?, spot, faults)?;
                Some(Altitude { metres, datum: datum_of_ele(self.datum, None, faults) })
            }
            None => None,
        };
        Some(WaypointRecord { line, ..WaypointRecord::new(place, altitude, key) })
    }
}

/// Writes routes, whose heights are above mean sea level or missing.
///
/// # Errors
/// That it cannot be written.
pub fn write(routes: &[RouteRecord], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<gpx version="1.1" creator="skygrid" xmlns="http://www.topografix.com/GPX/1/1" xmlns:skygrid="{NAMESPACE}">"#
    )?;
    writeln!(out, "<metadata>{EXTENSIONS}</metadata>")?;
    for route in routes {
        writeln!(out, "<rte><name>{}</name>", markup(&route.name))?;
        for waypoint in &route.waypoints {
            let place = waypoint.place;
            write!(out, r#"<rtept lat="{}" lon="{}">"#, place.lat_deg, place.lon_deg)?;
            if let Some(altitude) = waypoint.altitude {
                write!(out, "<ele>{}</ele>", altitude.metres)?;
            }
            writeln!(out, "</rtept>")?;
        }
        writeln!(out, "</rte>")?;
    }
    writeln!(out, "</gpx>")
}

fn not_tracks(count: usize) -> [Text; 3] {
    texts(
        (
            format!("tracks are not read ({count}): a track is what was flown, a route what is to be flown"),
            format!("航迹未读取（{count} 条）：航迹为已飞轨迹，航线为计划路径"),
        ),
        ("`rte` with `rtept`", "含 `rtept` 的 `rte`"),
        (
            "read them with: skygrid import track; or make routes of them where they are drawn",
            "请用 skygrid import track 读取，或在绘制软件中转为航线",
        ),
    )
}

fn not_places(count: usize) -> [Text; 3] {
    texts(
        (
            format!("single waypoints `wpt` are no route and not read ({count})"),
            format!("单独的 `wpt` 不构成航线，未读取（{count} 个）"),
        ),
        ("`rte` with `rtept`", "含 `rtept` 的 `rte`"),
        ("make a route of them if they are one", "若构成航线，请转为 `rte`"),
    )
}

fn no_place() -> [Text; 3] {
    texts(
        ("a point without `lat` and `lon`", "点没有 `lat` 与 `lon`"),
        ("both, in degrees", "两者，以度为单位"),
        ("add them, or take the point out", "请补全，或去掉此点"),
    )
}
