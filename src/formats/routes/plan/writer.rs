//! Writing a plan that QGroundControl reads.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use crate::formats::routes::mission::{Item, items_of};
use crate::formats::routes::record::{Fence, Home, RouteFile, RouteRecord};
use crate::units::Datum;
use crate::world::airspace::Shape;
use crate::world::geo::Geographic;

/// MAVLink `MAV_AUTOPILOT`: PX4, and ArduPilot, which flies heights above ground by terrain of its own.
const PX4: u8 = 12;
const ARDUPILOT: u8 = 3;
/// MAVLink `MAV_TYPE`: a quadrotor.
const QUADROTOR: u8 = 2;

/// A plan, in the order in which QGroundControl writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    file_type: &'static str,
    geo_fence: Value,
    ground_station: &'static str,
    mission: Mission,
    rally_points: Value,
    version: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mission {
    #[serde(skip_serializing_if = "Option::is_none")]
    cruise_speed: Option<f64>,
    firmware_type: u8,
    global_plan_altitude_mode: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    hover_speed: Option<f64>,
    items: Vec<Entry>,
    planned_home_position: (f64, f64, Option<f64>),
    vehicle_type: u8,
    version: u8,
}

/// A simple item; those without a place have no heights.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(flatten)]
    height: Option<Height>,
    auto_continue: bool,
    command: u32,
    do_jump_id: usize,
    frame: u32,
    params: [Option<f64>; 7],
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Height {
    /// What QGroundControl works out from its own terrain.
    #[serde(rename = "AMSLAltAboveTerrain")]
    amsl_alt_above_terrain: Option<f64>,
    altitude: Option<f64>,
    altitude_mode: i64,
}

/// Writes one route, whose heights are above ground or above mean sea level, with the fences and rally points of its file.
///
/// # Errors
/// That it cannot be written.
pub fn write(file: &RouteFile, route: &RouteRecord, out: &mut impl Write) -> io::Result<()> {
    let home = file.home.unwrap_or(Home { place: route.waypoints[0].place, amsl_m: None });
    let polygons: Vec<Value> = file.fences.iter().filter_map(polygon).collect();
    let circles: Vec<Value> = file.fences.iter().filter_map(circle).collect();
    let plan = Plan {
        file_type: "Plan",
        geo_fence: json!({ "circles": circles, "polygons": polygons, "version": 2 }),
        ground_station: "skygrid",
        mission: mission(route, home),
        rally_points: json!({ "points": rallies(file, home), "version": 2 }),
        version: 1,
    };
    serde_json::to_writer_pretty(&mut *out, &plan)?;
    out.write_all(b"\n")
}

fn mission(route: &RouteRecord, home: Home) -> Mission {
    let has = |datum: Datum| {
        let mut given = route.waypoints.iter().filter_map(|waypoint| waypoint.altitude);
        given.any(|altitude| altitude.datum == datum)
    };
    let (has_agl, has_amsl) = (has(Datum::Agl), has(Datum::Amsl));
    Mission {
        cruise_speed: route.speed_mps,
        firmware_type: if has_agl { ARDUPILOT } else { PX4 },
        global_plan_altitude_mode: match (has_agl, has_amsl) {
            (true, true) => 0,
            (true, false) => 4,
            (false, _) => 2,
        },
        hover_speed: route.speed_mps,
        items: (1..).zip(&items_of(route)).map(|(number, item)| entry(item, number)).collect(),
        planned_home_position: (home.place.lat_deg, home.place.lon_deg, home.amsl_m),
        vehicle_type: QUADROTOR,
        version: 2,
    }
}

fn entry(item: &Item, number: usize) -> Entry {
    Entry {
        height: item.mode.map(|mode| Height {
            amsl_alt_above_terrain: None,
            altitude: item.altitude,
            altitude_mode: mode.number(),
        }),
        auto_continue: true,
        command: item.command,
        do_jump_id: number,
        frame: item.frame,
        params: item.params,
        r#type: "SimpleItem",
    }
}

fn pair(place: &Geographic) -> Value {
    json!([place.lat_deg, place.lon_deg])
}

fn polygon(fence: &Fence) -> Option<Value> {
    let Shape::Polygon { outer, .. } = &fence.shape else { return None };
    let corners: Vec<Value> = outer.iter().map(pair).collect();
    Some(json!({ "version": 1, "inclusion": fence.inclusion, "polygon": corners }))
}

fn circle(fence: &Fence) -> Option<Value> {
    let Shape::Circle { centre, radius_m } = &fence.shape else { return None };
    let circle = json!({ "center": pair(centre), "radius": radius_m });
    Some(json!({ "version": 1, "inclusion": fence.inclusion, "circle": circle }))
}

/// Rally points whose height over home is known; the others were told as lost.
fn rallies(file: &RouteFile, home: Home) -> Vec<Value> {
    let over_home = |amsl_m: f64| Some(((amsl_m - home.amsl_m?) * 1e6).round() / 1e6);
    let points = file.rallies.iter().filter_map(|rally| {
        let altitude = rally.altitude.filter(|altitude| altitude.datum == Datum::Amsl)?;
        Some(json!([rally.place.lat_deg, rally.place.lon_deg, over_home(altitude.metres)?]))
    });
    points.collect()
}
