//! What is assumed about the near future of a drone: straight stretches, one after the other.

use serde::{Deserialize, Serialize};

use super::ProtectedZone;
use crate::units::DroneId;
use crate::world::geo::{Position, Velocity};

/// A drone as conflict detection sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Which drone.
    pub drone: DroneId,
    /// Where it is.
    pub position: Position,
    /// Its velocity.
    pub velocity: Velocity,
    /// Its protected zone.
    pub zone: ProtectedZone,
}

/// A place that a drone means to pass, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intended {
    /// In how many seconds from now; later than the place before.
    pub in_s: f64,
    /// Where.
    pub position: Position,
    /// Whether the drone is on the ground there, where it is in nobody's way.
    pub lands: bool,
}

/// What a prediction rests on. The discriminants are part of the recording format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Basis {
    /// How the drones fly now: straight on.
    State = 0,
    /// Where at least one of them means to fly.
    Intent = 1,
}

impl Basis {
    /// Both in the order of their codes.
    pub const ALL: [Self; 2] = [Self::State, Self::Intent];
}

/// A straight part of what a drone is taken to fly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The velocity on it, and where the drone would be now had it always flown so; on the first one where it is.
    pub motion: Motion,
    /// When it begins, s from now.
    pub from_s: f64,
    /// When it ends, s from now; infinite if nothing is known of what follows.
    pub until_s: f64,
    /// How many stretches of the drone are before it.
    pub nth: u32,
    /// What it rests on.
    pub basis: Basis,
}

impl Stretch {
    /// Straight on.
    pub const fn straight(motion: &Motion) -> Self {
        Self { motion: *motion, from_s: 0.0, until_s: f64::INFINITY, nth: 0, basis: Basis::State }
    }

    /// Where the drone is at a time on it, s from now.
    pub fn at(&self, time_s: f64) -> Position {
        self.motion.position + self.motion.velocity * time_s
    }
}

/// What drones are taken to fly, in the order of their ids: of each one stretch or several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Courses {
    stretches: Vec<Stretch>,
}

/// By how much what a drone means to fly may be beside the stretches that stand for it, m.
const ASIDE_M: f64 = 2.0;

impl Courses {
    /// Every drone straight on.
    pub fn straight_on(motions: &[Motion]) -> Self {
        Self { stretches: motions.iter().map(Stretch::straight).collect() }
    }

    /// All stretches, those of a drone in the order of time.
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The drones as they are now.
    pub fn motions(&self) -> impl Iterator<Item = &Motion> {
        self.stretches.iter().filter(|stretch| stretch.nth == 0).map(|stretch| &stretch.motion)
    }

    /// Takes a drone to fly straight on.
    pub fn straight(&mut self, now: &Motion) {
        self.stretches.push(Stretch::straight(now));
    }

    /// Takes a drone to fly from where it is through places, in the order of time, and straight on after the last unless it lands
    /// there; straight on at once if there are none.
    pub fn through(&mut self, now: &Motion, intended: &[Intended]) {
        let here = Intended { in_s: 0.0, position: now.position, lands: false };
        let ahead = intended.iter().copied().filter(|place| place.in_s > 0.0);
        let places: Vec<Intended> = std::iter::once(here).chain(ahead).collect();
        let turns = turns(&places);
        for (nth, turn) in (0..).zip(turns.windows(2)) {
            let (from, to) = (&places[turn[0]], &places[turn[1]]);
            let velocity = (to.position - from.position) / (to.in_s - from.in_s);
            let position = if nth == 0 { from.position } else { from.position - velocity * from.in_s };
            let goes_on = turn[1] + 1 == places.len() && !to.lands;
            self.stretches.push(Stretch {
                motion: Motion { position, velocity, ..*now },
                from_s: from.in_s,
                until_s: if goes_on { f64::INFINITY } else { to.in_s },
                nth,
                basis: Basis::Intent,
            });
        }
        if turns.len() < 2 {
            self.straight(now);
        }
    }
}

/// The places at which a course turns or changes its speed, by number, ends included: straight between them it is nowhere
/// farther than a little from where it is meant to be at that time (Ramer 1972, Douglas and Peucker 1973, in space and time).
fn turns(places: &[Intended]) -> Vec<usize> {
    let mut turns = vec![0];
    // What is still to be split, the nearest last.
    let mut ends = vec![places.len() - 1];
    while let Some(&end) = ends.last() {
        let start = turns[turns.len() - 1];
        match farthest(places, start, end) {
            Some((between, aside_m)) if aside_m > ASIDE_M => ends.push(between),
            _ => {
                turns.extend((end > start).then_some(end));
                ends.pop();
            }
        }
    }
    turns
}

/// The place between two that is farthest from where one is at its time who flies straight, and how far, m.
fn farthest(places: &[Intended], start: usize, end: usize) -> Option<(usize, f64)> {
    let (from, to) = (&places[start], &places[end]);
    let velocity = (to.position - from.position) / (to.in_s - from.in_s);
    let aside_m = |place: &Intended| (from.position + velocity * (place.in_s - from.in_s) - place.position).norm();
    let between = (start + 1..end).map(|index| (index, aside_m(&places[index])));
    between.max_by(|(_, one), (_, other)| one.total_cmp(other))
}

/// Says how drones will move during the look-ahead. A researcher's own implementation is registered with `Algorithms`.
pub trait Prediction: Send + Sync {
    /// Adds what a drone is taken to fly, by how it flies and, if asked for, by where it means to fly: the places of its plan
    /// within the look-ahead, none of a drone without one, or that does not keep to it.
    fn predict(&self, now: &Motion, intended: &dyn Fn() -> Vec<Intended>, courses: &mut Courses);
}

/// Straight on at the current velocity. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct StateBased;

impl Prediction for StateBased {
    fn predict(&self, now: &Motion, _: &dyn Fn() -> Vec<Intended>, courses: &mut Courses) {
        courses.straight(now);
    }
}

/// Along the plan, and straight on at the current velocity without one.
#[derive(Clone, Copy, Debug, Default)]
pub struct IntentBased;

impl Prediction for IntentBased {
    fn predict(&self, now: &Motion, intended: &dyn Fn() -> Vec<Intended>, courses: &mut Courses) {
        courses.through(now, &intended());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::FleetId;

    fn motion() -> Motion {
        Motion {
            drone: DroneId { fleet: FleetId(0), ordinal: 0 },
            position: Position::new(0.0, 0.0, 50.0),
            velocity: Velocity::new(10.0, 0.0, 0.0),
            zone: ProtectedZone { horizontal_m: 50.0, vertical_m: 15.0 },
        }
    }

    /// East for 10 s, north for 10, standing from then on: three stretches, the places between left out.
    #[test]
    fn a_course_is_split_where_it_turns() {
        let place = |second: i32| {
            let t = f64::from(second);
            Intended {
                in_s: t,
                position: Position::new(10.0 * t.min(10.0), 10.0 * (t - 10.0).clamp(0.0, 10.0), 50.0),
                lands: false,
            }
        };
        let mut courses = Courses::default();
        courses.through(&motion(), &(0..=30).map(place).collect::<Vec<_>>());
        let found = courses.stretches();
        let spans: Vec<[f64; 2]> = found.iter().map(|stretch| [stretch.from_s, stretch.until_s]).collect();
        assert_eq!(spans, [[0.0, 10.0], [10.0, 20.0], [20.0, f64::INFINITY]]);
        for second in 0..=40 {
            let t = f64::from(second);
            let on = found.iter().rfind(|stretch| stretch.from_s <= t).unwrap();
            assert!((on.at(t) - place(second).position).norm() < 1e-9, "{second} s");
        }
        assert!(found.iter().map(|stretch| stretch.nth).eq(0..3));
        assert!(found.iter().all(|stretch| stretch.basis == Basis::Intent));

        // Down after 25 s it is nowhere.
        let mut landing = Courses::default();
        let down = Intended { lands: true, ..place(25) };
        landing.through(&motion(), &(0..25).map(place).chain([down]).collect::<Vec<_>>());
        assert!(landing.stretches().last().is_some_and(|last| (last.until_s - 25.0).abs() < 1e-9));
    }

    /// A curve of 100 m radius at 10 m/s: nowhere farther from it than two metres, in no more stretches than its sagitta asks
    /// for twice over.
    #[test]
    fn a_curve_is_kept_to_within_what_is_said() {
        let place = |tenth: i32| {
            let angle = 0.01 * f64::from(tenth);
            let position = Position::new(100.0 * libm::sin(angle), 100.0 * (1.0 - libm::cos(angle)), 50.0);
            Intended { in_s: 0.1 * f64::from(tenth), position, lands: false }
        };
        let places: Vec<Intended> = (0..=300).map(place).collect();
        let mut courses = Courses::default();
        courses.through(&motion(), &places);
        let found = courses.stretches();
        for place in &places {
            let on = found.iter().rfind(|stretch| stretch.from_s <= place.in_s).unwrap();
            assert!((on.at(place.in_s) - place.position).norm() < ASIDE_M + 1e-9, "{} s", place.in_s);
        }
        // Sagitta r (1 − cos(φ / 2)) = 2 m: φ = 0.4 rad of 3 rad.
        assert!((8..=16).contains(&found.len()), "{}", found.len());
    }

    #[test]
    fn without_a_plan_it_is_straight_on() {
        let mut courses = Courses::default();
        IntentBased.predict(&motion(), &Vec::new, &mut courses);
        StateBased.predict(&motion(), &|| panic!("nobody asks"), &mut courses);
        assert_eq!(courses, Courses::straight_on(&[motion(), motion()]));
    }
}
