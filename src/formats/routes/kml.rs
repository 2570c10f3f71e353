//! KML 2.2, plain or zipped: every line of every placemark is a route, and the points of a folder are one.
//!
//! Heights: `absolute` is above mean sea level by EGM96, `relativeToGround` above the ground; with `clampToGround`, which
//! holds where none is given, a line has no heights (OGC KML 2.2, 9.19).

mod writer;

use std::collections::BTreeMap;

use roxmltree::Node;

use super::course::{Course, Routes};
use super::format::RouteFormat;
use super::place::{self, Spot, checked};
use super::record::{RouteFile, WaypointRecord};
use super::xml::{self, Lines};
use crate::formats::features::{Coordinates, Faults, texts};
use crate::message::{Findings, Text};
use crate::units::{Altitude, Datum};

pub use writer::{write, write_zipped};

/// Reads the routes of a document.
pub fn read(text: &str, stem: &str, at: Coordinates, faults: &mut Faults) -> Option<RouteFile> {
    let document = xml::document(text, "kml", faults)?;
    let lines = Lines::of(text);
    let mut reader =
        Reader { at, lines: &lines, stem, routes: Routes::default(), folders: Vec::new(), by_folder: BTreeMap::new() };
    // One walk in the order of the document: what begins before its placemark ends is inside of it.
    let mut placemark: Option<(Node<'_, '_>, String)> = None;
    let mut count = 0;
    for node in document.root_element().descendants().filter(Node::is_element) {
        if node.tag_name().name() == "Placemark" {
            placemark = Some((node, format!("Placemark[{count}]")));
            count += 1;
        }
        if let Some((inside, key)) = placemark.as_ref().filter(|(inside, _)| node.range().start < inside.range().end) {
            reader.geometry(*inside, node, key, faults);
        }
    }
    reader.finish(faults);
    Some(RouteFile {
        format: RouteFormat::Kml,
        routes: reader.routes.finish(),
        fences: Vec::new(),
        rallies: Vec::new(),
        home: None,
        warnings: Findings::default(),
    })
}

/// The points of a folder, which are a route if there are several.
struct Folder {
    course: Course,
    key: String,
    line: usize,
}

struct Reader<'a> {
    at: Coordinates,
    lines: &'a Lines,
    stem: &'a str,
    routes: Routes,
    folders: Vec<Folder>,
    by_folder: BTreeMap<u32, usize>,
}

/// What heights in a geometry are measured from.
#[derive(Clone, Copy)]
enum Mode {
    Measured(Datum),
    OnTheGround,
}

impl Reader<'_> {
    fn geometry(&mut self, placemark: Node<'_, '_>, node: Node<'_, '_>, key: &str, faults: &mut Faults) {
        let spot = Spot { key, line: self.lines.of_node(node) };
        match node.tag_name().name() {
            "LineString" => self.line(node, xml::text(placemark, "name"), spot, faults),
            "Point" => self.point(placemark, node, spot, faults),
            kind @ ("Polygon" | "Model" | "Track" | "MultiTrack") => spot.warn(not_a_route(kind), faults),
            _ => {}
        }
    }

    fn line(&mut self, line: Node<'_, '_>, name: Option<&str>, spot: Spot<'_>, faults: &mut Faults) {
        let Some(mode) = mode_of(line, spot, faults) else { return };
        let mut course = Course::new(name.map(str::to_owned), spot, faults);
        for waypoint in self.vertices(line, mode, spot, faults) {
            course.push(waypoint);
        }
        self.routes.add(course, self.stem, faults);
    }

    /// A point: a waypoint of the route that its folder is.
    fn point(&mut self, placemark: Node<'_, '_>, point: Node<'_, '_>, spot: Spot<'_>, faults: &mut Faults) {
        let (Some(folder), Some(mode)) = (placemark.parent(), mode_of(point, spot, faults)) else { return };
        let mut vertices = self.vertices(point, mode, spot, faults);
        let Some(waypoint) = vertices.pop() else { return };
        let index = *self.by_folder.entry(folder.id().get()).or_insert_with(|| {
            let line = self.lines.of_node(folder);
            let course = Course::new(xml::text(folder, "name").map(str::to_owned), spot, faults);
            self.folders.push(Folder { course, key: spot.key.to_owned(), line });
            self.folders.len() - 1
        });
        self.folders[index].course.push(waypoint);
    }

    /// Routes of the folders that have several points; single points are told.
    fn finish(&mut self, faults: &mut Faults) {
        for folder in std::mem::take(&mut self.folders) {
            if folder.course.waypoints.len() > 1 {
                self.routes.add(folder.course, self.stem, faults);
            } else {
                Spot { key: &folder.key, line: folder.line }.warn(single_point(), faults);
            }
        }
    }

    /// The places of a geometry: `longitude,latitude[,height]`, separated by blanks.
    fn vertices(&mut self, node: Node<'_, '_>, mode: Mode, spot: Spot<'_>, faults: &mut Faults) -> Vec<WaypointRecord> {
        let coordinates = xml::child(node, "coordinates").and_then(|node| node.text_storage().zip(Some(node)));
        let Some((text, element)) = coordinates else {
            spot.error(no_coordinates(), faults);
            return Vec::new();
        };
        let (text, begin) = (text.as_str(), element.range().start);
        let mut waypoints = Vec::new();
        let mut line = self.lines.at(begin);
        for (index, tuple) in text.split_inclusive(char::is_whitespace).enumerate() {
            let here = line;
            line += usize::from(tuple.ends_with('\n'));
            let tuple = tuple.trim();
            if tuple.is_empty() {
                continue;
            }
            if !self.routes.has_room(faults) {
                break;
            }
            let key = format!("{}.coordinates[{index}]", spot.key);
            let spot = Spot { key: &key, line: here };
            // One that cannot be understood is told; the others most likely have the same fault.
            let Some((place, altitude)) = vertex(tuple, mode, self.at, spot, faults) else { break };
            waypoints.push(WaypointRecord { line: here, ..WaypointRecord::new(place, altitude, key) });
        }
        waypoints
    }
}

type Vertex = (crate::world::geo::Geographic, Option<Altitude>);

fn vertex(tuple: &str, mode: Mode, at: Coordinates, spot: Spot<'_>, faults: &mut Faults) -> Option<Vertex> {
    let mut fields = tuple.split(',');
    let (Some(lon), Some(lat), height, None) = (fields.next(), fields.next(), fields.next(), fields.next()) else {
        spot.error(no_tuple(tuple), faults);
        return None;
    };
    let (lon_deg, lat_deg) = (place::number(lon, spot, faults)?, place::number(lat, spot, faults)?);
    let place = checked(lat_deg, lon_deg, at, spot, faults)?;
    let altitude = match (mode, height.filter(|height| !height.is_empty())) {
        (Mode::Measured(datum), Some(height)) => {
            let metres = place::number(height, spot, faults)?;
            Some(Altitude { metres: place::height(metres, spot, faults)?, datum })
        }
        _ => None,
    };
    Some((place, altitude))
}

fn mode_of(geometry: Node<'_, '_>, spot: Spot<'_>, faults: &mut Faults) -> Option<Mode> {
    Some(match xml::text(geometry, "altitudeMode").unwrap_or("clampToGround") {
        "absolute" => Mode::Measured(Datum::Amsl),
        "relativeToGround" => Mode::Measured(Datum::Agl),
        "clampToGround" => Mode::OnTheGround,
        other => {
            spot.error(strange_mode(other), faults);
            return None;
        }
    })
}

fn strange_mode(mode: &str) -> [Text; 3] {
    let mode: String = mode.chars().take(60).collect();
    texts(
        (format!("altitudeMode `{mode}`: a height without a datum"), format!("altitudeMode `{mode}`：高度没有基准")),
        ("absolute, relativeToGround or clampToGround", "absolute、relativeToGround 或 clampToGround"),
        ("correct it", "请改正"),
    )
}

fn not_a_route(kind: &str) -> [Text; 3] {
    let cure = match kind {
        "Track" | "MultiTrack" => ("read it with: skygrid import track", "请用 skygrid import track 读取"),
        _ => ("nothing, if it is no route; draw routes as lines", "若非航线则无需处理；航线请绘制为线"),
    };
    texts(
        (format!("a `{kind}` is no route and not read"), format!("`{kind}` 不是航线，未读取")),
        ("LineString, or several Points in a folder", "LineString，或同一文件夹中的若干 Point"),
        cure,
    )
}

fn single_point() -> [Text; 3] {
    texts(
        ("a single point is no route and not read", "单个点不构成航线，未读取"),
        ("several points in one folder, or a line", "同一文件夹中的若干点，或线"),
        ("put the points of a route into one folder", "请将同一航线的点放入一个文件夹"),
    )
}

fn no_coordinates() -> [Text; 3] {
    texts(
        ("a geometry without coordinates", "几何没有坐标"),
        ("`coordinates`", "`coordinates`"),
        ("add them, or take it out", "请补全，或去掉"),
    )
}

fn no_tuple(tuple: &str) -> [Text; 3] {
    let shown: String = tuple.chars().take(60).collect();
    texts(
        (format!("`{shown}` is no place"), format!("`{shown}` 不是位置")),
        ("longitude,latitude,height without blanks between", "经度,纬度,高度，其间无空格"),
        ("separate numbers by commas and places by blanks", "请以逗号分隔数字、以空格分隔位置"),
    )
}
