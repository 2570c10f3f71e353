//! GeoJSON: every line is a route.
//!
//! The third number of a place is a height over the WGS84 ellipsoid (RFC 7946, 3.1.1), unless the property
//! `altitude_datum` says `amsl` or `agl`. The properties `altitude_agl_m`, `altitude_amsl_m` and `altitude_ellipsoid_m`, a
//! number for the whole line or a list with one for each place, come before it. Others: `name`, `speed_mps`, and lists by
//! place `hold_s`, `waypoint_speed_mps` and `command` (the MAVLink command of a point).

mod properties;

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use self::properties::Properties;
use super::course::{Course, Routes};
use super::format::RouteFormat;
use super::heights::Geoids;
use super::place::{self, Spot};
use super::record::{RouteFile, RouteRecord, WAYPOINT, WaypointRecord};
use crate::formats::features::{
    Coordinates, Entry, Faults, FeatureWriter, Header, Object, Reading, leaves, stream, texts, vertex,
};
use crate::message::{Findings, Text};
use crate::units::{Altitude, Datum};

/// The heights that properties give, by what they are measured from.
pub const HEIGHTS: [(&str, Datum); 3] =
    [("altitude_agl_m", Datum::Agl), ("altitude_amsl_m", Datum::Amsl), ("altitude_ellipsoid_m", Datum::Ellipsoid)];

/// Reads the lines of a file, feature by feature.
pub fn read(path: &Path, stem: &str, reading: Reading, faults: &mut Faults) -> RouteFile {
    let mut routes = Routes::default();
    let mut known: Option<Coordinates> = None;
    let header = stream(path, faults, &mut |header, entry, faults| {
        let at = *known.get_or_insert_with(|| Coordinates::of(header, reading, faults));
        feature(entry, stem, at, &mut routes, faults);
    });
    if let Some(at) = known {
        at.check_late(&header, reading, faults);
    }
    RouteFile {
        format: RouteFormat::GeoJson,
        routes: routes.finish(),
        fences: Vec::new(),
        rallies: Vec::new(),
        home: None,
        warnings: Findings::default(),
    }
}

fn feature(entry: &Entry, stem: &str, at: Coordinates, routes: &mut Routes, faults: &mut Faults) {
    let Some(feature) = Object::of(&entry.value, entry.key.as_str(), faults) else { return };
    let Some(geometry) = feature.object("geometry", faults) else {
        return faults.warning(feature.key(), not_a_line("null"));
    };
    let properties = Properties::of(feature.object("properties", faults), faults);
    properties.warn_unknown(faults);
    for leaf in leaves(&geometry, faults) {
        let kind = leaf.text("type").unwrap_or_default();
        let key = leaf.key_of("coordinates");
        match (kind.as_str(), leaf.get("coordinates")) {
            ("LineString", Some(value)) => line(value, &key, &properties, (stem, at), routes, faults),
            ("MultiLineString", Some(Value::Array(lines))) => {
                for (index, value) in lines.iter().enumerate() {
                    line(value, &format!("{key}[{index}]"), &properties, (stem, at), routes, faults);
                }
            }
            _ => faults.warning(leaf.key(), not_a_line(&kind)),
        }
    }
}

fn line(
    value: &Value,
    key: &str,
    properties: &Properties<'_>,
    (stem, at): (&str, Coordinates),
    routes: &mut Routes,
    faults: &mut Faults,
) {
    let mut course = Course::new(properties.name(), Spot { key, line: 0 }, faults);
    course.speed_mps = properties.speed_mps(faults);
    let places = value.as_array().map_or(&[][..], Vec::as_slice);
    properties.check_lengths(places.len(), faults);
    for (index, value) in places.iter().enumerate() {
        if !routes.has_room(faults) {
            return;
        }
        // One place that cannot be understood is told; the others most likely have the same fault.
        let Some(waypoint) = waypoint(value, format!("{key}[{index}]"), index, properties, at, faults) else { return };
        course.push(waypoint);
    }
    routes.add(course, stem, faults);
}

fn waypoint(
    value: &Value,
    key: String,
    index: usize,
    properties: &Properties<'_>,
    at: Coordinates,
    faults: &mut Faults,
) -> Option<WaypointRecord> {
    let given = vertex(value, &key, at, faults)?;
    let stated = properties.altitude(index, faults)?;
    let third = given.height_m.map(|metres| Altitude { metres, datum: properties.datum() });
    let altitude = match stated.or(third) {
        Some(Altitude { metres, datum }) => {
            Some(Altitude { metres: place::height(metres, Spot { key: &key, line: 0 }, faults)?, datum })
        }
        None => None,
    };
    if stated.is_none() && given.height_m.is_some() && !properties.says_datum() {
        faults.warn_once("ellipsoid", key.as_str(), by_the_standard());
    }
    let mut waypoint = WaypointRecord::new(at.system.to_wgs84(given.place), altitude, key);
    waypoint.hold_s = properties.hold_s(index, faults)?;
    waypoint.speed_mps = properties.waypoint_speed_mps(index, faults)?;
    waypoint.command = properties.command(index).unwrap_or(WAYPOINT);
    Some(waypoint)
}

/// Writes routes, whatever their heights are measured from: the third number is over the ellipsoid where all of a route
/// can be brought there without terrain; the heights in their own datum stand in the properties.
///
/// # Errors
/// That it cannot be written.
pub fn write(routes: &[RouteRecord], out: &mut impl Write) -> io::Result<()> {
    let mut writer = FeatureWriter::new(out);
    writer.begin(Header::plain)?;
    for route in routes {
        writer.feature(&feature_of(route).to_string())?;
    }
    writer.end(&Header::default())
}

fn feature_of(route: &RouteRecord) -> Value {
    let ellipsoidal = ellipsoidal_m(route);
    let coordinates: Vec<Value> = (0..)
        .zip(&route.waypoints)
        .map(|(index, waypoint)| {
            let (lat_deg, lon_deg) = (waypoint.place.lat_deg, waypoint.place.lon_deg);
            let height_m = ellipsoidal.as_ref().map(|heights: &Vec<f64>| heights[index]);
            height_m.map_or_else(|| json!([lon_deg, lat_deg]), |height_m| json!([lon_deg, lat_deg, height_m]))
        })
        .collect();
    json!({
        "type": "Feature",
        "properties": properties_of(route),
        "geometry": { "type": "LineString", "coordinates": coordinates },
    })
}

/// The heights over the ellipsoid; `None` if not all are known without terrain.
fn ellipsoidal_m(route: &RouteRecord) -> Option<Vec<f64>> {
    let geoids = Geoids::around(route.waypoints.iter().map(|waypoint| waypoint.place));
    let heights = route.waypoints.iter().map(|waypoint| {
        let altitude = waypoint.altitude?;
        match altitude.datum {
            Datum::Ellipsoid => Some(altitude.metres),
            Datum::Amsl => {
                let metres = altitude.metres + geoids.as_ref()?.undulation_m(waypoint.place);
                Some((metres * 1000.0).round() / 1000.0)
            }
            Datum::Agl => None,
        }
    });
    heights.collect()
}

fn properties_of(route: &RouteRecord) -> Value {
    let mut properties = Map::new();
    properties.insert("name".to_owned(), json!(route.name));
    if let Some(mps) = route.speed_mps {
        properties.insert("speed_mps".to_owned(), json!(mps));
    }
    let waypoints = &route.waypoints;
    let mut put = |name: &str, is_there: bool, list: Vec<Value>| {
        if is_there {
            properties.insert(name.to_owned(), Value::Array(list));
        }
    };
    for (name, datum) in HEIGHTS {
        let of = |waypoint: &WaypointRecord| waypoint.altitude.filter(|altitude| altitude.datum == datum);
        // Heights over the ellipsoid alone are the third numbers already.
        let is_there = waypoints.iter().any(|waypoint| of(waypoint).is_some());
        let is_needed = datum != Datum::Ellipsoid || waypoints.iter().any(|waypoint| of(waypoint).is_none());
        let list = waypoints.iter().map(|waypoint| json!(of(waypoint).map(|altitude| altitude.metres))).collect();
        put(name, is_there && is_needed, list);
    }
    let holds = waypoints.iter().any(|waypoint| waypoint.hold_s > 0.0);
    put("hold_s", holds, waypoints.iter().map(|waypoint| json!(waypoint.hold_s)).collect());
    let speeds = waypoints.iter().any(|waypoint| waypoint.speed_mps.is_some());
    put("waypoint_speed_mps", speeds, waypoints.iter().map(|waypoint| json!(waypoint.speed_mps)).collect());
    let commands = waypoints.iter().any(|waypoint| waypoint.command != WAYPOINT);
    put("command", commands, waypoints.iter().map(|waypoint| json!(waypoint.command)).collect());
    Value::Object(properties)
}

fn not_a_line(kind: &str) -> [Text; 3] {
    let kind: String = kind.chars().take(60).collect();
    texts(
        (format!("`{kind}` is no route and not read"), format!("`{kind}` 不是航线，未读取")),
        ("LineString or MultiLineString", "LineString 或 MultiLineString"),
        ("nothing, if it is no route", "若非航线则无需处理"),
    )
}

fn by_the_standard() -> [Text; 3] {
    texts(
        ("the third number of places is read as a height over the ellipsoid", "位置的第三个数按椭球高读取"),
        (
            "that, by RFC 7946, or the property `altitude_datum`",
            "按 RFC 7946 即为椭球高，或以属性 `altitude_datum` 说明",
        ),
        (
            "write \"altitude_datum\": \"amsl\", \"agl\" or \"ellipsoid\" into the properties",
            "请在属性中写明 \"altitude_datum\"：\"amsl\"、\"agl\" 或 \"ellipsoid\"",
        ),
    )
}
