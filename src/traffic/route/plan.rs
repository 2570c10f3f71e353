//! A flight plan: a path in space with a speed limit along it.

use crate::units::{Altitude, SimTime};
use crate::world::geo::{Place, Position};

/// A point of a route as planned by a person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waypoint {
    /// Where.
    pub place: Place,
    /// How high.
    pub altitude: Altitude,
    /// Time to stand still there.
    pub hold: SimTime,
}

/// A point of the sampled path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// Where, height above mean sea level.
    pub position: Position,
    /// Horizontal distance along the path from its start, m.
    pub along_m: f64,
    /// Greatest speed over ground here, m/s: cruise, corners, climb and descent rates, braking for what follows.
    pub speed_limit_mps: f64,
    /// Time to stand still here.
    pub hold: SimTime,
}

/// A path from over one place to over another, sampled about every 10 m, flown straight between samples.
#[derive(Clone, Debug, PartialEq)]
pub struct FlightPlan {
    /// The waypoints it was made from, ends included.
    pub waypoints: Vec<Waypoint>,
    /// The path; at least two points, `along_m` strictly increasing.
    pub points: Vec<PathPoint>,
}

impl FlightPlan {
    /// Horizontal length, m.
    pub fn length_m(&self) -> f64 {
        self.end().along_m
    }

    /// First point of the path.
    pub fn start(&self) -> &PathPoint {
        &self.points[0]
    }

    /// Last point of the path.
    pub fn end(&self) -> &PathPoint {
        &self.points[self.points.len() - 1]
    }

    /// The position at `along_m` metres from the start, clamped to the ends; `from` is the index of a point known to
    /// lie at or before it, such as the last one passed.
    pub fn position_at(&self, along_m: f64, from: usize) -> Position {
        let next = (from + 1..self.points.len())
            .find(|&index| self.points[index].along_m >= along_m)
            .unwrap_or(self.points.len() - 1);
        let (a, b) = (&self.points[next - 1], &self.points[next]);
        let fraction = ((along_m - a.along_m) / (b.along_m - a.along_m)).clamp(0.0, 1.0);
        a.position + (b.position - a.position) * fraction
    }
}
