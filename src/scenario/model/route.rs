//! Routes, as a scenario gives them or names the file that does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Title;
use crate::units::Altitude;
use crate::world::geo::CoordinateSystem;

/// A line that drones fly along, from a hub to a pad or round and back to the hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Identity.
    pub id: String,
    /// Name in both languages; the identity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Title>,
    /// Hub it starts from.
    pub from: String,
    /// Pad it leads to; without one it is a circuit that ends at its hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Height above ground where a waypoint gives none, m.
    #[schemars(range(min = 1, max = 1000))]
    pub altitude_agl_m: f64,
    /// The same on the way back from the pad, so that the two directions are apart in height, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub back_altitude_agl_m: Option<f64>,
    /// How far to the right of the line through the waypoints drones fly, out and back, m: two one-way corridors beside each
    /// other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 500))]
    pub keep_right_m: Option<f64>,
    /// Whether its legs, out and back, are flown in the layers of their headings, where there is one (`[[layer]]`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_heading: bool,
    /// Speed over ground, m/s; the cruise speed of the aircraft if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 60))]
    pub speed_mps: Option<f64>,
    /// Waypoints between the ends.
    #[serde(default)]
    pub via: Vec<Waypoint>,
    /// File with the waypoints, instead of `via`: a plan of QGroundControl, QGC WPL, KML, KMZ, GPX, GeoJSON or CSV; path
    /// relative to the scenario file. Points of it within 30 m of the hub and the pad are the ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Which route of the file, by its name, where it holds several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_route: Option<String>,
    /// What the coordinates in the file are in; WGS84 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_coordinates: Option<CoordinateSystem>,
    /// What was read of the file.
    #[serde(skip)]
    pub drawn: Option<Drawn>,
}

/// Headings that are flown at one height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// First heading, degrees clockwise from north.
    #[schemars(range(min = 0, max = 360))]
    pub from_deg: f64,
    /// Heading that no longer belongs to it; less than the first if north lies between.
    #[schemars(range(min = 0, max = 360))]
    pub to_deg: f64,
    /// Height above ground, m.
    #[schemars(range(min = 1, max = 1000))]
    pub altitude_agl_m: f64,
}

/// A route as its file draws it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Waypoints between the ends.
    pub via: Vec<Waypoint>,
    /// Where each of them stands in the file.
    pub items: Vec<String>,
    /// Heights over the ends, where the file gives them.
    pub ends: [Option<Altitude>; 2],
    /// Speed over ground, m/s, where the file gives one.
    pub speed_mps: Option<f64>,
}

impl Route {
    /// The waypoints between the ends: those of the file, if there is one.
    pub fn waypoints(&self) -> &[Waypoint] {
        self.drawn.as_ref().map_or(&self.via, |drawn| &drawn.via)
    }
}

/// A waypoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waypoint {
    /// Latitude, degrees north.
    #[schemars(range(min = -90, max = 90))]
    pub lat_deg: f64,
    /// Longitude, degrees east.
    #[schemars(range(min = -180, max = 180))]
    pub lon_deg: f64,
    /// Height above ground, m; the route's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub altitude_agl_m: Option<f64>,
    /// Height above mean sea level, m; legs between two such waypoints are straight in space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 9000))]
    pub altitude_amsl_m: Option<f64>,
    /// Time to stand still there, s.
    #[serde(default)]
    #[schemars(range(min = 0, max = 3600))]
    pub hold_s: f64,
}
