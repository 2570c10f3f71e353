//! A course through the air at one speed: where an aircraft is at any time, in closed form.

use crate::units::SimTime;
use crate::world::geo::{Place, Position, Velocity};

/// How far from the runway an arrival appears and a departure disappears, m.
const REACH_M: f64 = 10_000.0;
/// Tangent of the glide path angle: 3° (ICAO Annex 10, volume I, 3.1.5.1; M).
const GLIDE_SLOPE: f64 = 0.052_407_779_283_041_196;
/// Height of the glide path over the threshold, m: the ILS reference datum (ICAO Annex 10, volume I, 3.1.5.1; M).
const THRESHOLD_HEIGHT_M: f64 = 15.0;

/// Points closer than this are one, m: what a position is rounded to.
const SAME_M: f64 = 0.001;

/// Straight legs from point to point, flown at one speed along the path in space.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    points: Vec<Position>,
    /// Length of the path to each point, m.
    along_m: Vec<f64>,
    speed_mps: f64,
}

/// Where an aircraft is on its course, and how it moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flown {
    /// Where it is.
    pub position: Position,
    /// Its velocity.
    pub velocity: Velocity,
}

impl Course {
    /// The course through `points`; `None` if fewer than two of them differ.
    pub fn new(points: impl IntoIterator<Item = Position>, speed_mps: f64) -> Option<Self> {
        let mut points: Vec<Position> = points.into_iter().collect();
        points.dedup_by(|next, last| (*next - *last).norm() < SAME_M);
        let legs = points.windows(2).scan(0.0, |along_m, leg| {
            *along_m += (leg[1] - leg[0]).norm();
            Some(*along_m)
        });
        let along_m: Vec<f64> = std::iter::once(0.0).chain(legs).collect();
        (points.len() >= 2).then_some(Self { points, along_m, speed_mps })
    }

    /// Its points, no two neighbours the same.
    pub fn points(&self) -> &[Position] {
        &self.points
    }

    /// Speed along it, m/s.
    pub const fn speed_mps(&self) -> f64 {
        self.speed_mps
    }

    /// Its length in space, m.
    pub fn length_m(&self) -> f64 {
        self.along_m[self.along_m.len() - 1]
    }

    /// Where an aircraft is some time after it began; `None` before that and after the end.
    pub fn at(&self, since: SimTime) -> Option<Flown> {
        let along_m = since.seconds() * self.speed_mps;
        if since < SimTime::ZERO || along_m > self.length_m() {
            return None;
        }
        let next = self.along_m.partition_point(|point_m| *point_m <= along_m).min(self.points.len() - 1);
        let (start, end) = (self.points[next - 1], self.points[next]);
        let direction = (end - start) / (self.along_m[next] - self.along_m[next - 1]);
        Some(Flown {
            position: start + direction * (along_m - self.along_m[next - 1]),
            velocity: direction * self.speed_mps,
        })
    }
}

/// The way in over the first of two thresholds: from 10 km out down the glide path, over the threshold at 15 m, to the
/// point where the glide path meets the runway, and along the runway to its end.
pub fn arrival([threshold, end]: [Place; 2], elevation_amsl_m: f64) -> [Position; 4] {
    let along = end - threshold;
    let touch_down_m = (THRESHOLD_HEIGHT_M / GLIDE_SLOPE).min(along.norm());
    let at =
        |distance_m: f64, height_m: f64| over(threshold + along.normalize() * distance_m, elevation_amsl_m + height_m);
    [
        at(-REACH_M, THRESHOLD_HEIGHT_M + REACH_M * GLIDE_SLOPE),
        at(0.0, THRESHOLD_HEIGHT_M),
        at(touch_down_m, 0.0),
        over(end, elevation_amsl_m),
    ]
}

/// The way out from the first of two thresholds: along the runway to its end, and from there straight on, rising by
/// `climb_gradient`, for 10 km.
pub fn departure([threshold, end]: [Place; 2], elevation_amsl_m: f64, climb_gradient: f64) -> [Position; 3] {
    let beyond = (end - threshold).normalize() * REACH_M;
    [
        over(threshold, elevation_amsl_m),
        over(end, elevation_amsl_m),
        over(end + beyond, elevation_amsl_m + REACH_M * climb_gradient),
    ]
}

fn over(place: Place, amsl_m: f64) -> Position {
    Position::new(place.x, place.y, amsl_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A runway of 2500 m to the north-east, 173 m above the sea.
    const RUNWAY: [Place; 2] = [Place::new(100.0, 200.0), Place::new(1600.0, 2200.0)];

    /// Distance past the first threshold and to the side of the runway, m.
    fn axes(position: &Position) -> [f64; 2] {
        let from = position.xy() - RUNWAY[0];
        [from.x * 0.6 + from.y * 0.8, from.x * 0.8 - from.y * 0.6]
    }

    fn seconds(seconds: f64) -> SimTime {
        SimTime::from_seconds(seconds)
    }

    #[test]
    fn an_arrival_keeps_to_the_glide_path() {
        let course = Course::new(arrival(RUNWAY, 173.0), 70.0).unwrap();
        let tangent = libm::tan(3.0_f64.to_radians());
        assert!((GLIDE_SLOPE - tangent).abs() < 1e-15);
        let (mut rolled, mut last): (u32, Option<Flown>) = (0, None);
        for second in 0..200 {
            let Some(flown) = course.at(seconds(f64::from(second))) else { continue };
            let [past_m, aside_m] = axes(&flown.position);
            let height_m = (15.0 - past_m * tangent).max(0.0);
            assert!((flown.position.z - 173.0 - height_m).abs() < 1e-6, "{second}: {flown:?}");
            assert!(aside_m.abs() < 1e-6);
            assert!((flown.velocity.norm() - 70.0).abs() < 1e-9);
            // Within a leg the way of a second is the velocity.
            if let Some(last) = last.filter(|last| (last.velocity - flown.velocity).norm() < 1e-9) {
                assert!((flown.position - last.position - flown.velocity).norm() < 1e-6);
            }
            rolled += u32::from(height_m <= 0.0);
            last = Some(flown);
        }
        assert!((axes(&course.points()[0])[0] + 10_000.0).abs() < 1e-6);
        assert!((30..34).contains(&rolled), "{rolled}");
    }

    #[test]
    fn a_departure_rolls_and_climbs() {
        let course = Course::new(departure(RUNWAY, 173.0, 0.1), 70.0).unwrap();
        for (second, past_m, height_m) in [(0.0, 0.0, 0.0), (20.0, 1400.0, 0.0)] {
            let flown = course.at(seconds(second)).unwrap();
            assert!(
                (axes(&flown.position)[0] - past_m).abs() < 1e-6 && (flown.position.z - 173.0 - height_m).abs() < 1e-9
            );
        }
        // After 100 s 7000 m along the path, 4500 m of them climbing.
        let flown = course.at(seconds(100.0)).unwrap();
        let level_m = 4500.0 / 1.01_f64.sqrt();
        assert!((axes(&flown.position)[0] - 2500.0 - level_m).abs() < 1e-6, "{flown:?}");
        assert!((flown.position.z - 173.0 - 0.1 * level_m).abs() < 1e-6);
    }

    #[test]
    fn a_course_begins_and_ends() {
        let [a, b] = [Position::new(0.0, 0.0, 50.0), Position::new(0.0, 0.0, 150.0)];
        let up = Course::new([a, a, b, b], 10.0).unwrap();
        assert!(up.points().len() == 2 && (up.length_m() - 100.0).abs() < 1e-12);
        assert_eq!(up.at(seconds(0.0)).unwrap().position, a);
        assert_eq!(up.at(seconds(10.0)).unwrap().position, b);
        assert_eq!(up.at(seconds(10.0)).unwrap().velocity, Velocity::new(0.0, 0.0, 10.0));
        assert!(up.at(seconds(-0.001)).is_none() && up.at(seconds(10.001)).is_none());
        assert!(Course::new([a, a], 10.0).is_none() && Course::new([], 10.0).is_none());
    }

    /// A strip too short for the glide path to end on still has a touch-down on it.
    #[test]
    fn a_short_strip_is_landed_on() {
        let strip = [Place::new(0.0, 0.0), Place::new(0.0, 120.0)];
        let course = Course::new(arrival(strip, 0.0), 40.0).unwrap();
        let [_, over, down] = course.points() else { panic!("{course:?}") };
        assert!((over.z - 15.0).abs() < 1e-9 && (down - Position::new(0.0, 120.0, 0.0)).norm() < 1e-9);
    }
}
