//! MAVLink mission items, and those of a route.

use super::command::name_of;
use super::mode::AltitudeMode;
use crate::formats::routes::place::Spot;
use crate::formats::routes::record::{LoiterCircle, RouteRecord, WAYPOINT, WaypointRecord};
use crate::units::Datum;

/// An item of a mission, as a file gives it.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// `MAV_CMD`.
    pub command: u32,
    /// `MAV_FRAME`.
    pub frame: u32,
    /// Its seven parameters; the last three are latitude, longitude and height where the command has a place.
    pub params: [Option<f64>; 7],
    /// What QGroundControl measures the height from, where the file says so.
    pub mode: Option<AltitudeMode>,
    /// The height in that mode, m.
    pub altitude: Option<f64>,
    /// Where it stands.
    pub key: String,
    /// How people count it: its number in the mission, from 1.
    pub number: usize,
    /// Its line; 0 if it is not known.
    pub line: usize,
}

impl Item {
    /// Where it stands.
    pub fn spot(&self) -> Spot<'_> {
        Spot { key: &self.key, line: self.line }
    }

    /// Its command by name and number.
    pub fn name(&self) -> String {
        name_of(self.command)
    }
}

/// `MAV_FRAME_MISSION`: the frame of items without a place.
const FRAME_MISSION: u32 = 2;

/// The items of a route whose heights are above ground or above mean sea level. Heights above ground are in the terrain
/// frame, which asks of the vehicle that it has terrain of its own.
pub fn items_of(route: &RouteRecord) -> Vec<Item> {
    route.waypoints.iter().flat_map(items_at).collect()
}

fn items_at(waypoint: &WaypointRecord) -> Vec<Item> {
    let mut items = vec![main_item(waypoint)];
    let holds_itself = matches!(waypoint.command, WAYPOINT | 19 | 82);
    if waypoint.hold_s > 0.0 && !holds_itself {
        items.push(without_place(93, [waypoint.hold_s, -1.0, -1.0, -1.0]));
    }
    if let Some(mps) = waypoint.speed_mps {
        items.push(without_place(178, [1.0, mps, -1.0, 0.0]));
    }
    items
}

fn without_place(command: u32, [a, b, c, d]: [f64; 4]) -> Item {
    let params = [a, b, c, d, 0.0, 0.0, 0.0].map(Some);
    Item { command, frame: FRAME_MISSION, params, ..Item::default() }
}

fn main_item(waypoint: &WaypointRecord) -> Item {
    if waypoint.command == 20 {
        return without_place(20, [0.0; 4]);
    }
    let LoiterCircle { radius_m, turns } = waypoint.circle.unwrap_or(LoiterCircle { radius_m: 0.0, turns: None });
    let leading = match waypoint.command {
        16 | 82 => [waypoint.hold_s, 0.0, 0.0],
        17 => [0.0, 0.0, radius_m],
        18 => [turns.unwrap_or(1.0), 0.0, radius_m],
        19 => [waypoint.hold_s, 0.0, radius_m],
        31 => [1.0, radius_m, 0.0],
        _ => [0.0; 3],
    };
    let [a, b, c] = leading.map(Some);
    let metres = waypoint.altitude.map(|altitude| altitude.metres);
    let is_agl = waypoint.altitude.is_some_and(|altitude| altitude.datum == Datum::Agl);
    let (frame, mode) = if is_agl { (10, AltitudeMode::TerrainFrame) } else { (0, AltitudeMode::Amsl) };
    let place = waypoint.place;
    Item {
        command: u32::from(waypoint.command),
        frame,
        // The fourth is a heading: none.
        params: [a, b, c, None, Some(place.lat_deg), Some(place.lon_deg), metres],
        mode: Some(mode),
        altitude: metres,
        ..Item::default()
    }
}
