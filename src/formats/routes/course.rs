//! Putting the points of a file together to routes: repeats merged, too many refused, names made.

use super::names::FreeNames;
use super::place::Spot;
use super::record::{RouteRecord, WAYPOINT, WaypointRecord};
use crate::formats::features::{Faults, texts};

/// The most points of all routes of a file together.
pub const MOST_WAYPOINTS: usize = 200_000;
/// The most routes of a file.
pub const MOST_ROUTES: usize = 10_000;

/// The routes of a file so far.
#[derive(Debug, Default)]
pub struct Routes {
    done: Vec<RouteRecord>,
    names: FreeNames,
    waypoints: usize,
    is_full: bool,
}

/// A route that is being read.
#[derive(Debug)]
pub struct Course {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its speed, if it has one.
    pub speed_mps: Option<f64>,
    /// Its points so far.
    pub waypoints: Vec<WaypointRecord>,
    key: String,
    line: usize,
    /// Errors that were told before it was begun.
    errors_before: usize,
    repeats: usize,
    first_repeat: Option<(String, usize)>,
}

impl Course {
    /// An empty one.
    pub fn new(name: Option<String>, spot: Spot<'_>, faults: &Faults) -> Self {
        let name = name.map(|name| name.trim().chars().take(200).collect::<String>()).filter(|name| !name.is_empty());
        Self {
            name,
            speed_mps: None,
            waypoints: Vec::new(),
            key: spot.key.to_owned(),
            line: spot.line,
            errors_before: faults.errors(),
            repeats: 0,
            first_repeat: None,
        }
    }

    /// Adds a point; one that repeats the point before only lengthens the stay there.
    pub fn push(&mut self, waypoint: WaypointRecord) {
        if let Some(last) = self.waypoints.last_mut()
            && last.place == waypoint.place
            && last.altitude == waypoint.altitude
            && waypoint.command == WAYPOINT
        {
            last.hold_s += waypoint.hold_s;
            last.speed_mps = waypoint.speed_mps.or(last.speed_mps);
            self.repeats += 1;
            self.first_repeat.get_or_insert((waypoint.key, waypoint.line));
            return;
        }
        self.waypoints.push(waypoint);
    }
}

impl Routes {
    /// Whether there is room for one more point; the first time that there is none it is told.
    pub fn has_room(&mut self, faults: &mut Faults) -> bool {
        self.waypoints += 1;
        if self.waypoints > MOST_WAYPOINTS && !self.is_full {
            self.is_full = true;
            faults.error(
                "",
                texts(
                    (format!("more than {MOST_WAYPOINTS} waypoints"), format!("航路点超过 {MOST_WAYPOINTS} 个")),
                    (format!("at most {MOST_WAYPOINTS} in a file"), format!("每个文件不超过 {MOST_WAYPOINTS} 个")),
                    ("split the file, or thin out its points", "请拆分文件或抽稀航路点"),
                ),
            );
        }
        !self.is_full
    }

    /// Whether there was no room for a point.
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// Adds a route, or tells why it is none.
    pub fn add(&mut self, course: Course, stem: &str, faults: &mut Faults) {
        let spot = Spot { key: &course.key, line: course.line };
        if let Some((key, line)) = &course.first_repeat {
            Spot { key, line: *line }.warn(repeated(course.repeats), faults);
        }
        let first = course.waypoints.first().map(|waypoint| waypoint.place);
        if course.waypoints.iter().all(|waypoint| Some(waypoint.place) == first) {
            // Where points could not be understood, that was told.
            if faults.errors() == course.errors_before {
                spot.error(too_short(course.waypoints.len() + course.repeats), faults);
            }
            return;
        }
        if self.done.len() == MOST_ROUTES {
            if !self.is_full {
                self.is_full = true;
                spot.error(too_many_routes(), faults);
            }
            return;
        }
        let name = self.names.take(course.name.as_deref().unwrap_or(stem));
        let Course { speed_mps, waypoints, key, .. } = course;
        self.done.push(RouteRecord { name, speed_mps, waypoints, key });
    }

    /// All of them.
    pub fn finish(self) -> Vec<RouteRecord> {
        self.done
    }
}

fn repeated(count: usize) -> [crate::message::Text; 3] {
    texts(
        (
            format!("points that repeat the one before were joined with it: {count}, here first"),
            format!("与前一点重复的点已合并：{count} 个，首个在此"),
        ),
        ("points that differ", "互不重复的点"),
        ("nothing, if a stay was meant; its times were added up", "若意在停留则无需处理，停留时间已累加"),
    )
}

fn too_short(points: usize) -> [crate::message::Text; 3] {
    texts(
        (
            format!("a route of fewer than two places; points: {points}"),
            format!("航线不足两个不同位置；点数：{points}"),
        ),
        ("at least 2 points that differ in place", "至少 2 个位置不同的点"),
        ("add the missing points, or take the route out", "请补全航路点，或去掉此航线"),
    )
}

fn too_many_routes() -> [crate::message::Text; 3] {
    texts(
        (format!("more than {MOST_ROUTES} routes"), format!("航线超过 {MOST_ROUTES} 条")),
        (format!("at most {MOST_ROUTES} in a file"), format!("每个文件不超过 {MOST_ROUTES} 条")),
        ("split the file", "请拆分文件"),
    )
}
