//! A straight course: on and on from a place at one velocity, the simplest thing that conflict detection can be tried on.

use crate::world::geo::{Horizontal, Position, Velocity};
use crate::world::terrain::Terrain;

/// Slower than this a course is one place to stand over, m/s.
const STANDING_MPS: f64 = 0.01;
/// Correction of an error to the side, 1/s.
const SIDE_GAIN: f64 = 0.2;
/// Greatest share of the speed that such a correction takes: back to the course at 27°.
const MOST_SIDE_SHARE: f64 = 0.5;
/// Greatest speed of a correction while standing, m/s.
const STANDING_SPEED_MPS: f64 = 3.0;
/// Correction of a height error, 1/s: less than half the inverse of the longest sensible step.
const HEIGHT_GAIN: f64 = 0.6;
/// How far ahead the ground is looked at that is followed, s.
const SLOPE_S: f64 = 1.0;

/// A straight course at one speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StraightCourse {
    /// Where it begins, height above mean sea level.
    pub from: Position,
    /// Velocity over ground, m/s.
    pub velocity: Velocity,
    /// The height above the ground that it keeps, m; if absent it is straight in space too.
    pub kept_agl_m: Option<f64>,
    /// Horizontal length after which it ends, m; infinite if only the edge of the area ends it.
    pub length_m: f64,
}

impl StraightCourse {
    /// What to fly at a position to keep to the course, between two heights above the ground.
    pub fn command(&self, at: &Position, terrain: &Terrain, [low_m, high_m]: [f64; 2]) -> Velocity {
        let horizontal = self.horizontal_command(at);
        let ground_m = terrain.extended_ground_amsl_m(&at.xy());
        let ahead = at.xy() + horizontal * SLOPE_S;
        let slope_mps = (terrain.extended_ground_amsl_m(&ahead) - ground_m) / SLOPE_S;
        let along_ground = |agl_m: f64| slope_mps + HEIGHT_GAIN * (ground_m + agl_m - at.z);
        let wanted_mps =
            self.kept_agl_m.map_or_else(|| self.velocity.z + HEIGHT_GAIN * (self.height_at(at) - at.z), along_ground);
        // As near to the ceiling or the least height it goes no faster than it can be held there.
        let climb_mps = wanted_mps.min(along_ground(high_m)).max(along_ground(low_m));
        Velocity::new(horizontal.x, horizontal.y, climb_mps)
    }

    /// How far along the course a position is, m; 0 if it stands.
    pub fn along_m(&self, at: &Position) -> f64 {
        self.direction().map_or(0.0, |direction| (at - self.from).xy().dot(&direction))
    }

    /// How far from the course a position is to the side, m.
    pub fn off_m(&self, at: &Position) -> f64 {
        let away = (at - self.from).xy();
        self.direction().map_or(away.norm(), |direction| away.perp(&direction).abs())
    }

    fn direction(&self) -> Option<Horizontal> {
        self.velocity.xy().try_normalize(STANDING_MPS)
    }

    /// The height of a course that is straight in space where it passes a position; straight up and down that is every height.
    fn height_at(&self, at: &Position) -> f64 {
        let speed_mps = self.velocity.xy().norm();
        if speed_mps > STANDING_MPS {
            self.from.z + self.velocity.z * (self.along_m(at) / speed_mps)
        } else if self.velocity.z.abs() > 0.0 {
            at.z
        } else {
            self.from.z
        }
    }

    fn horizontal_command(&self, at: &Position) -> Horizontal {
        let back = (self.from - at).xy();
        let Some(direction) = self.direction() else {
            return (back * SIDE_GAIN).cap_magnitude(STANDING_SPEED_MPS);
        };
        let speed_mps = self.velocity.xy().norm();
        let aside = (back - direction * back.dot(&direction)) * SIDE_GAIN;
        let wanted = direction * speed_mps + aside.cap_magnitude(MOST_SIDE_SHARE * speed_mps);
        wanted * (speed_mps / wanted.norm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::geo::Place;
    use crate::world::terrain::HeightField;

    /// Ground that rises to the east by a tenth.
    fn slope() -> Terrain {
        let field = HeightField::sampled(Place::new(-2000.0, -2000.0), 20.0, [201, 201], |place| 200.0 + 0.1 * place.x);
        Terrain::new(field, None, true, "slope")
    }

    /// Flown by a drone that does at once what it is told, for a time in steps of half a second.
    fn flown(course: &StraightCourse, from: Position, time_s: u32) -> Position {
        let terrain = slope();
        (0..2 * time_s).fold(from, |at, _| at + course.command(&at, &terrain, [20.0, 120.0]) * 0.5)
    }

    #[test]
    fn courses_are_kept() {
        let from = Position::new(0.0, 0.0, 260.0);
        let course = |velocity, kept_agl_m| StraightCourse { from, velocity, kept_agl_m, length_m: f64::INFINITY };
        // Along the ground, and back to it from the side and from above.
        let east = course(Velocity::new(10.0, 0.0, 0.0), Some(60.0));
        assert!((flown(&east, from, 60) - Position::new(600.0, 0.0, 320.0)).norm() < 1e-6);
        let back = flown(&east, Position::new(0.0, 80.0, 290.0), 60);
        assert!(back.y.abs() < 0.1 && (back.z - 260.0 - 0.1 * back.x).abs() < 0.1, "{back}");
        assert!((570.0..600.0).contains(&east.along_m(&back)) && (east.off_m(&back) - back.y.abs()).abs() < 1e-9);
        // Straight in space, until the ceiling holds it.
        let climbing = course(Velocity::new(0.0, 10.0, 1.0), None);
        assert!((flown(&climbing, from, 30) - Position::new(0.0, 300.0, 290.0)).norm() < 1e-6);
        assert!((flown(&climbing, from, 90).z - 320.0).abs() < 1e-3);
        // Level flight meets the rising ground and keeps over it.
        let level = course(Velocity::new(10.0, 0.0, 0.0), None);
        assert!((flown(&level, from, 30).z - 260.0).abs() < 1e-9);
        let over = flown(&level, from, 60);
        assert!((over.z - 280.0).abs() < 1e-3, "{over}");
        // Standing, and straight down to the least height.
        let standing = course(Velocity::zeros(), None);
        assert!((flown(&standing, from + Velocity::new(30.0, 0.0, 5.0), 60) - from).norm() < 0.1);
        let sinking = course(Velocity::new(0.0, 0.0, -1.0), None);
        assert!(
            (flown(&sinking, from, 20).z - 240.0).abs() < 1e-9 && (flown(&sinking, from, 90).z - 220.0).abs() < 1e-3
        );
    }
}
