//! A file of routes, whatever its format was.

use super::format::RouteFormat;
use super::names::FreeNames;
use crate::message::Findings;
use crate::units::Altitude;
use crate::world::airspace::Shape;
use crate::world::geo::{Geographic, LocalProjection};

/// MAVLink command of a waypoint, `MAV_CMD_NAV_WAYPOINT`: what every point is in formats without commands.
pub const WAYPOINT: u16 = 16;

/// What a file of routes holds.
#[derive(Clone, Debug)]
pub struct RouteFile {
    /// Its format.
    pub format: RouteFormat,
    /// Its routes, in the order of the file; at least one.
    pub routes: Vec<RouteRecord>,
    /// Where flights must stay and must not go; only plans of QGroundControl have them.
    pub fences: Vec<Fence>,
    /// Where drones in trouble may land; only plans of QGroundControl have them.
    pub rallies: Vec<RallyRecord>,
    /// Where the drone starts, if the file says so.
    pub home: Option<Home>,
    /// What was repaired, is not flown or not kept: warnings.
    pub warnings: Findings,
}

impl RouteFile {
    /// The route of a name, or the only one; `None` if there is none, or several and no name.
    pub fn route(&self, name: Option<&str>) -> Option<&RouteRecord> {
        match (name, &self.routes[..]) {
            (Some(name), routes) => routes.iter().find(|route| route.name == name),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// Several files as one: routes under names of their own, all fences and rally points, the first home there is. Its
    /// format is that of the first; `None` if there is none.
    pub fn joined(files: Vec<Self>) -> Option<Self> {
        let mut names = FreeNames::default();
        let mut files = files.into_iter().map(|mut file| {
            for route in &mut file.routes {
                route.name = names.take(&route.name);
            }
            file
        });
        let mut all = files.next()?;
        for other in files {
            all.routes.extend(other.routes);
            all.fences.extend(other.fences);
            all.rallies.extend(other.rallies);
            all.home = all.home.or(other.home);
            all.warnings.0.extend(other.warnings.0);
        }
        Some(all)
    }

    /// The names of its routes.
    pub fn names(&self) -> Vec<&str> {
        self.routes.iter().map(|route| route.name.as_str()).collect()
    }
}

/// A route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRecord {
    /// Its name; that of the file, with a number if need be, where the file gives none. No two of a file are the same.
    pub name: String,
    /// Speed over ground, m/s, where the file says so for the whole route.
    pub speed_mps: Option<f64>,
    /// Its points in the order of flight; at least two that differ in place.
    pub waypoints: Vec<WaypointRecord>,
    /// Where it stands in the file.
    pub key: String,
}

impl RouteRecord {
    /// Horizontal length, m.
    pub fn length_m(&self) -> f64 {
        let legs = self.waypoints.windows(2);
        legs.map(|leg| LocalProjection::new(leg[0].place).to_local(leg[1].place).coords.norm()).sum()
    }
}

/// A point of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct WaypointRecord {
    /// Where, WGS84.
    pub place: Geographic,
    /// How high, in the datum of the file; `None` where the file gives no height.
    pub altitude: Option<Altitude>,
    /// Time to stay there, s.
    pub hold_s: f64,
    /// Speed over ground from here on, m/s, where it changes.
    pub speed_mps: Option<f64>,
    /// What the item was: its MAVLink command, [`WAYPOINT`] in formats without commands.
    pub command: u16,
    /// The circle of a loiter item.
    pub circle: Option<LoiterCircle>,
    /// Where it stands in the file.
    pub key: String,
    /// Its line, from 1; 0 if it is not known.
    pub line: usize,
}

impl WaypointRecord {
    /// A plain waypoint.
    pub const fn new(place: Geographic, altitude: Option<Altitude>, key: String) -> Self {
        Self { place, altitude, hold_s: 0.0, speed_mps: None, command: WAYPOINT, circle: None, key, line: 0 }
    }

    /// What is done there.
    pub const fn role(&self) -> Role {
        match self.command {
            22 | 84 => Role::TakeOff,
            21 | 85 => Role::Land,
            20 => Role::Return,
            17 | 18 | 19 | 31 => Role::Loiter,
            _ => Role::Pass,
        }
    }
}

/// A circle around a point, which aircraft on wings fly; others hover in its centre (MAVLink, `MAV_CMD_NAV_LOITER_TIME`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoiterCircle {
    /// Radius, m; negative where it is flown counter-clockwise, 0 for that of the aircraft.
    pub radius_m: f64,
    /// Number of turns, if that is how the item ends.
    pub turns: Option<f64>,
}

/// What is done at a point of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Flying through it, or staying above it.
    Pass,
    /// Climbing to it from the ground.
    TakeOff,
    /// Descending to the ground; its height is that of the ground.
    Land,
    /// Flying back to where the drone started; its height is that of the point before.
    Return,
    /// Circling around it or hovering in it.
    Loiter,
}

/// Where flights must stay, or must not go.
#[derive(Clone, Debug, PartialEq)]
pub struct Fence {
    /// A polygon or a circle.
    pub shape: Shape,
    /// Whether one must stay inside; otherwise outside.
    pub inclusion: bool,
}

/// Where drones in trouble may land.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RallyRecord {
    /// Where, WGS84.
    pub place: Geographic,
    /// The height at which one flies there; `None` if it cannot be known.
    pub altitude: Option<Altitude>,
}

/// Where a drone starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Home {
    /// Where, WGS84.
    pub place: Geographic,
    /// Height above mean sea level, m; `None` if the file does not say.
    pub amsl_m: Option<f64>,
}
