//! Straight traffic: drones that are in the air from the start and fly straight on until they leave the area, in patterns that
//! conflict detection and resolution are tried on.

use std::f64::consts::{PI, TAU};

use jiff::SignedDuration;

use super::random_traffic::Wander;
use crate::traffic::route::StraightCourse;
use crate::units::{Altitude, Purpose, RandomStream};
use crate::world::airspace::{Airspace, Occasion};
use crate::world::geo::{Horizontal, Place, Position, Velocity};
use crate::world::terrain::Extremes;

/// Places and headings that a drone of random flights tries.
const CHOICES: u64 = 16;
/// Steps of a drone's random stream: height, speed, then those of each choice.
const HEIGHT: u64 = 0;
const SPEED: u64 = 1;
const FIRST: u64 = 2;
/// Draws for a choice: two of the place, one of the heading.
const DRAWS: u64 = 3;
/// How near the edge of the area a way ends that is looked at, m.
const INSIDE_M: f64 = 0.1;
/// Shortest way that is flown, m, and the least speed that its time is counted with, m/s.
const LEAST_M: f64 = 20.0;
const SLOWEST_MPS: f64 = 1.0;
/// By how much a straight piece may stray from the height over ground that is flown, m, and which piece is not cut any more, m.
const STRAY_M: f64 = 0.5;
const PIECE_M: f64 = 10.0;

/// How straight traffic flies.
#[derive(Clone, Debug, PartialEq)]
pub struct Straight {
    /// Where and where to.
    pub pattern: Pattern,
    /// How high and how fast.
    pub flown: Wander,
    /// How many drones.
    pub count: u16,
}

/// Where straight flights begin and lead to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    /// From anywhere in any direction.
    Random,
    /// From evenly on a circle through its centre, all at once.
    SuperCircle {
        /// The centre.
        centre: Place,
        /// The radius, m.
        radius_m: f64,
    },
    /// Two streams towards a place where they cross, spread over their length and width: one eastward, the other turned to
    /// the left of it.
    Crossing {
        /// Where they cross.
        centre: Place,
        /// Length of a stream, m.
        length_m: f64,
        /// Width of a stream, m.
        width_m: f64,
        /// Angle between their headings, radians.
        angle_rad: f64,
    },
    /// On straight lines between a hub and a circle around it, spread over them; every other one to the hub, where it ends.
    HubAndSpoke {
        /// The hub.
        centre: Place,
        /// The radius, m.
        radius_m: f64,
    },
}

/// Where a flight begins, where it leads, how far it goes.
struct Line {
    from: Place,
    direction: Horizontal,
    length_m: f64,
}

impl Straight {
    /// The course of a drone, its random choices a function of seed and entity; `None` if it finds no permitted one.
    pub fn course(
        &self,
        ordinal: u16,
        stream: RandomStream,
        (airspace, occasion): (&Airspace, &Occasion<'_>),
    ) -> Option<StraightCourse> {
        let drawn = |step, (low, high): (f64, f64)| stream.between(step, low, high);
        let speed_mps = drawn(SPEED, self.flown.speed_mps);
        let altitude = Altitude::agl(drawn(HEIGHT, self.flown.altitude_agl_m));
        // Where nothing is drawn nothing else can be chosen.
        let choices = if matches!(self.pattern, Pattern::SuperCircle { .. }) { 1 } else { CHOICES };
        (0..choices).find_map(|choice| {
            let line = self.pattern.line(ordinal, self.count, &Choice { stream, number: choice, airspace });
            let altitude = self.flown.layers.altitude(&line.direction).unwrap_or(altitude);
            line.is_open(speed_mps, altitude.metres, airspace, occasion).then(|| {
                let ground_m = airspace.terrain().extended_ground_amsl_m(&line.from);
                let velocity = line.direction * speed_mps;
                StraightCourse {
                    from: Position::new(line.from.x, line.from.y, ground_m + altitude.metres),
                    velocity: Velocity::new(velocity.x, velocity.y, 0.0),
                    kept_agl_m: Some(altitude.metres),
                    length_m: line.length_m,
                }
            })
        })
    }
}

/// The random stream of straight traffic.
pub fn straight_stream(seed: u64, entity: u64) -> RandomStream {
    RandomStream::new(seed, Purpose::Traffic, entity)
}

/// One choice of a drone.
struct Choice<'a> {
    stream: RandomStream,
    number: u64,
    airspace: &'a Airspace,
}

impl Choice<'_> {
    /// A number between 0 and 1.
    fn uniform(&self, draw: u64) -> f64 {
        self.stream.uniform(FIRST + DRAWS * self.number + draw)
    }
}

impl Pattern {
    fn line(&self, ordinal: u16, count: u16, choice: &Choice<'_>) -> Line {
        let endless = |from: Place, direction: Horizontal| Line { from, direction, length_m: f64::INFINITY };
        match *self {
            Self::Random => {
                let area = choice.airspace.extent();
                let away = area.size().component_mul(&Horizontal::new(choice.uniform(0), choice.uniform(1)));
                endless(area.low + away, towards(choice.uniform(2) * TAU))
            }
            Self::SuperCircle { centre, radius_m } => {
                let outwards = towards(TAU * f64::from(ordinal) / f64::from(count));
                endless(centre + outwards * radius_m, -outwards)
            }
            Self::Crossing { centre, length_m, width_m, angle_rad } => {
                let turned = if ordinal.is_multiple_of(2) { 0.0 } else { angle_rad };
                let direction = towards(PI / 2.0 - turned);
                let right = Horizontal::new(direction.y, -direction.x);
                let aside_m = (choice.uniform(1) - 0.5) * width_m;
                endless(centre - direction * (choice.uniform(0) * length_m) + right * aside_m, direction)
            }
            Self::HubAndSpoke { centre, radius_m } => {
                let outwards = towards(choice.uniform(0) * TAU);
                let away_m = choice.uniform(1) * radius_m;
                let from = centre + outwards * away_m;
                if ordinal.is_multiple_of(2) {
                    return Line { from, direction: outwards, length_m: radius_m - away_m };
                }
                Line { from, direction: -outwards, length_m: away_m }
            }
        }
    }
}

/// The direction of a heading, radians clockwise from north.
fn towards(heading_rad: f64) -> Horizontal {
    Horizontal::new(libm::sin(heading_rad), libm::cos(heading_rad))
}

impl Line {
    /// Whether it may be flown from now on at a height above the ground until it ends or leaves the area.
    fn is_open(&self, speed_mps: f64, agl_m: f64, airspace: &Airspace, occasion: &Occasion<'_>) -> bool {
        let Some(end) = self.end(airspace).filter(|end| (end - self.from).norm() >= LEAST_M) else { return false };
        let lasts = SignedDuration::from_secs_f64((end - self.from).norm() / speed_mps.max(SLOWEST_MPS));
        let to = occasion.from.checked_add(lasts).unwrap_or(occasion.from);
        let over = Over { airspace, agl_m, occasion: Occasion { to, ..*occasion } };
        over.is_open(self.from, end)
    }

    /// Where it ends or leaves the area, whose sides are no straight lines: halved down to the last place inside.
    fn end(&self, airspace: &Airspace) -> Option<Place> {
        let place = |along_m: f64| self.from + self.direction * along_m;
        let far_m = self.length_m.min(2.0 * airspace.extent().size().norm());
        if !airspace.contains(&self.from) || airspace.contains(&place(far_m)) {
            return airspace.contains(&self.from).then(|| place(far_m));
        }
        let (mut inside_m, mut outside_m) = (0.0, far_m);
        while outside_m - inside_m > INSIDE_M {
            let middle_m = f64::midpoint(inside_m, outside_m);
            *(if airspace.contains(&place(middle_m)) { &mut inside_m } else { &mut outside_m }) = middle_m;
        }
        Some(place(inside_m))
    }
}

/// Flight at one height over the ground of an airspace, on an occasion.
struct Over<'a> {
    airspace: &'a Airspace,
    agl_m: f64,
    occasion: Occasion<'a>,
}

impl Over<'_> {
    /// Whether one may fly from place to place, in pieces that are as straight as the ground below them.
    fn is_open(&self, from: Place, to: Place) -> bool {
        let terrain = self.airspace.terrain();
        let [a, b] = [from, to]
            .map(|place| Position::new(place.x, place.y, terrain.extended_ground_amsl_m(&place) + self.agl_m));
        let follows = |extremes: Extremes| {
            let heights = [extremes.lowest.agl_m, extremes.highest.agl_m];
            heights.into_iter().all(|agl_m| (agl_m - self.agl_m).abs() <= STRAY_M)
        };
        if (to - from).norm() <= PIECE_M || terrain.extremes(&a, &b).is_some_and(follows) {
            return self.airspace.denial(&a, &b, &self.occasion).is_none();
        }
        let middle = nalgebra::center(&from, &to);
        self.is_open(from, middle) && self.is_open(middle, to)
    }
}
