//! Missions of MAVLink items, as plans of QGroundControl and `QGC WPL` files hold them, to and from routes.
//!
//! Numbers of commands and frames: MAVLink `common.xml`, enums `MAV_CMD` and `MAV_FRAME`. What is not flown here is listed
//! by the numbers of its items; nothing is dropped silently.

mod altitude;
mod command;
mod items;
mod mode;
mod unflown;

pub use altitude::over_home;
pub use items::{Item, items_of};
pub use mode::AltitudeMode;
pub use unflown::Unflown;

use self::altitude::altitude_of;
use super::course::{Course, Routes};
use super::place::{self, checked};
use super::record::{Home, LoiterCircle, Role, WaypointRecord};
use crate::formats::features::{Coordinates, Faults, texts};
use crate::message::Text;
use crate::world::geo::Geographic;

/// A mission that is being read, item by item.
pub struct Mission<'a> {
    /// What its places are in.
    pub at: Coordinates,
    /// Where the drone starts.
    pub home: Option<Home>,
    /// Its route so far.
    pub course: Course,
    /// The routes of the file.
    pub routes: &'a mut Routes,
    /// What is not flown.
    pub unflown: Unflown,
}

impl Mission<'_> {
    /// Adds an item.
    pub fn item(&mut self, item: &Item, faults: &mut Faults) {
        match item.command {
            16..=19 | 21 | 22 | 31 | 82 | 84 | 85 | 94 => self.point(item, faults),
            20 => self.home_again(item, faults),
            93 => self.delay(item, faults),
            178 => self.change_speed(item, faults),
            _ => self.unflown.note(item),
        }
    }

    fn point(&mut self, item: &Item, faults: &mut Faults) {
        if !self.routes.has_room(faults) {
            return;
        }
        let Some(place) = self.place(item, faults) else { return };
        let Some(altitude) = altitude_of(item, self.home, faults) else { return };
        let mut waypoint = WaypointRecord::new(place, altitude, item.key.clone());
        waypoint.line = item.line;
        waypoint.command = u16::try_from(item.command).unwrap_or_default();
        let spot = item.spot();
        if matches!(item.command, 16 | 19 | 82)
            && let Some(hold_s) = item.params[0].filter(|hold_s| *hold_s != 0.0)
        {
            let Some(hold_s) = place::hold(hold_s, spot, faults) else { return };
            waypoint.hold_s = hold_s;
        }
        if waypoint.role() == Role::Loiter {
            let radius = if item.command == 31 { item.params[1] } else { item.params[2] };
            let turns = item.params[0].filter(|_| item.command == 18);
            waypoint.circle = Some(LoiterCircle { radius_m: radius.unwrap_or(0.0), turns });
        }
        self.unflown.note_change(item);
        self.course.push(waypoint);
    }

    /// The place of an item. Take-offs and landings may leave it open: they are then where the drone is.
    fn place(&mut self, item: &Item, faults: &mut Faults) -> Option<Geographic> {
        let given = item.params[4].zip(item.params[5]).filter(|place| *place != (0.0, 0.0));
        let spot = item.spot();
        if let Some((lat_deg, lon_deg)) = given {
            return checked(lat_deg, lon_deg, self.at, spot, faults);
        }
        let here = self.course.waypoints.last().map(|last| last.place).or(self.home.map(|home| home.place));
        let may_be_open = matches!(item.command, 17..=19 | 21 | 22 | 84 | 85);
        if may_be_open && here.is_some() {
            return here;
        }
        if matches!(item.command, 22 | 84) {
            spot.warn(take_off_nowhere(), faults);
        } else {
            spot.error(no_place(item), faults);
        }
        None
    }

    /// A return to where the drone started: on the height of the point before, for the file does not say on which.
    fn home_again(&mut self, item: &Item, faults: &mut Faults) {
        let last = self.course.waypoints.last().map(|last| (last.place, last.altitude));
        let (Some(home), Some((place, altitude))) = (self.home, last) else {
            return self.unflown.note(item);
        };
        if home.place == place || !self.routes.has_room(faults) {
            return;
        }
        item.spot().warn(returns(), faults);
        let mut waypoint = WaypointRecord::new(home.place, altitude, item.key.clone());
        waypoint.command = 20;
        waypoint.line = item.line;
        self.course.push(waypoint);
    }

    fn delay(&mut self, item: &Item, faults: &mut Faults) {
        let seconds = item.params[0].filter(|seconds| *seconds >= 0.0);
        let (Some(seconds), false) = (seconds, self.course.waypoints.is_empty()) else {
            return self.unflown.note(item);
        };
        let Some(hold_s) = place::hold(seconds, item.spot(), faults) else { return };
        if let Some(last) = self.course.waypoints.last_mut() {
            last.hold_s += hold_s;
        }
    }

    /// A change of speed holds from the point before it on. Other speeds than that over ground or through the air, and
    /// values below 0, which mean no change, are not flown.
    fn change_speed(&mut self, item: &Item, faults: &mut Faults) {
        let is_level = matches!(item.params[0], Some(kind) if (0.0..=1.0).contains(&kind));
        let Some(mps) = item.params[1].filter(|mps| is_level && *mps > 0.0) else {
            return self.unflown.note(item);
        };
        let Some(mps) = place::speed(mps, item.spot(), faults) else { return };
        match self.course.waypoints.last_mut() {
            Some(last) => last.speed_mps = Some(mps),
            None => self.course.speed_mps = Some(mps),
        }
    }
}

fn no_place(item: &Item) -> [Text; 3] {
    let name = item.name();
    texts(
        (format!("{name} without a place"), format!("{name} 没有位置")),
        ("a latitude and a longitude, degrees, not both 0", "以度为单位的纬度与经度，不同时为 0"),
        ("add them, or take the item out", "请补全，或去掉此项"),
    )
}

fn take_off_nowhere() -> [Text; 3] {
    texts(
        (
            "a take-off where the drone stands, which the file does not say; the route begins with the next point",
            "在无人机所在处起飞，但文件未说明其位置；航线从下一点开始",
        ),
        ("a place, or a home position", "位置或起始点"),
        ("nothing, if the hub of the scenario is meant", "若即情景中的起降场则无需处理"),
    )
}

fn returns() -> [Text; 3] {
    texts(
        (
            "a return to home is flown straight, on the height of the point before: the height of a return is a parameter of the vehicle",
            "返航按直线、以前一点的高度飞行：返航高度为飞行器参数，文件中没有",
        ),
        ("a waypoint over home, and a landing", "起始点上空的航路点与降落"),
        ("add them where the height matters", "若高度重要，请补上"),
    )
}
