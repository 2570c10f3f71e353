//! What a wing flies beside its path: the circles of its holds and the insides and outsides of its corners.

use super::Asking;
use super::finding::{Part, RouteFinding};
use super::permitted::{Broken, Flown, broken_at};
use crate::aircraft::Wing;
use crate::traffic::route::profile::{STRAIGHT, direction, half_turn_sine, wing_corner_mps};
use crate::units::SimTime;
use crate::world::airspace::Permission;
use crate::world::geo::{Horizontal, Place, Position, Rectangle};

/// How far the segments that stand for an arc may be from it, m.
const ARC_ERROR_M: f64 = 0.5;

/// Positions flown beside a point of the path.
struct Detour {
    part: Part,
    point: usize,
    path: Vec<Position>,
}

impl Asking<'_> {
    /// What denies the circles and the corners of a wing: one finding a rule and place.
    pub(super) fn turns(&self) -> Vec<RouteFinding> {
        let aircraft = self.flight.flier.aircraft;
        let Some(wing) = aircraft.wing() else { return Vec::new() };
        let inner = 1..self.flight.plan.points.len() - 1;
        let detours = inner.flat_map(|point| {
            let circles = self.flight.plan.points[point].hold > SimTime::ZERO;
            if circles {
                vec![self.circle(point, wing.loiter_radius_m(aircraft.cruise_speed_mps))]
            } else {
                self.corner(point, wing)
            }
        });
        let mut found = Vec::new();
        for detour in detours {
            // Each corner and circle is told by itself.
            let mut broken = Vec::new();
            self.ask_detour(&detour, &mut broken);
            found.extend(broken.iter().map(|broken| self.denied(broken)));
        }
        found
    }

    fn ask_detour(&self, detour: &Detour, broken: &mut Vec<Broken>) {
        let Some(area) = Rectangle::around(detour.path.iter().map(nalgebra::OPoint::xy)) else { return };
        let near = self.surroundings.within(&area.grown(1.0));
        let window_s = self.times.window_s(detour.point, detour.point);
        let occasion = self.flight.occasion(window_s);
        let along_m = self.flight.plan.points[detour.point].along_m;
        let site = (self.leg_of(detour.point), detour.part);
        for pair in detour.path.windows(2) {
            if near.denial(&pair[0], &pair[1], &occasion).is_some() {
                let flown = Flown { ends: [&pair[0], &pair[1]], ends_m: [along_m; 2], window_s };
                for denial in near.denials(&pair[0], &pair[1], &occasion) {
                    broken_at(site, denial, &flown, self.setting.airspace).note(broken);
                }
            }
        }
    }

    /// Straight on from the middle to the circle, and round it, level.
    fn circle(&self, point: usize, radius_m: f64) -> Detour {
        let points = &self.flight.plan.points;
        let centre = points[point].position;
        let inbound = direction(&points[point - 1], &points[point]);
        // Corners half the error outside, sides half of it inside.
        let rim =
            arc([centre.xy().coords, inbound * (radius_m + ARC_ERROR_M / 2.0)], std::f64::consts::TAU, ARC_ERROR_M);
        let rim = rim.into_iter().map(|place| Position::new(place.x, place.y, centre.z));
        Detour { part: Part::Circle, point, path: std::iter::once(centre).chain(rim).collect() }
    }

    /// Inside a corner along the arc of the turn, and as far outside it as the arc lies inside; nothing where the path is
    /// straight or the corner is taken on the rotors.
    fn corner(&self, point: usize, wing: &Wing) -> Vec<Detour> {
        let points = &self.flight.plan.points;
        let sine = half_turn_sine(points, point);
        if sine <= STRAIGHT || wing_corner_mps(wing, sine).is_none() {
            return Vec::new();
        }
        let [before, after] =
            [direction(&points[point - 1], &points[point]), direction(&points[point], &points[point + 1])];
        let Some(inwards) = (after - before).try_normalize(1e-9) else { return Vec::new() };
        let cosine = (1.0 - sine * sine).max(1e-9).sqrt();
        let radius_m = wing.turn_radius_m(self.times.passings[point].ground_mps);
        let (tangent_m, stray_m) = (radius_m * sine / cosine, radius_m * (1.0 / cosine - 1.0));
        let corner = points[point].position.xy();
        let centre: Place = corner + inwards * (radius_m / cosine);
        let begin = corner - before * tangent_m;
        let turn = 2.0 * libm::asin(sine.min(1.0)) * (before.x * after.y - before.y * after.x).signum();
        let inside = arc([centre.coords, begin - centre], turn, ARC_ERROR_M);
        let outside = vec![begin, corner - inwards * stray_m, corner + after * tangent_m];
        [inside, outside].map(|places| self.at_heights(point, &places, tangent_m)).into()
    }

    /// Places spread over the path to both sides of a point, at its heights there.
    fn at_heights(&self, point: usize, places: &[Place], reach_m: f64) -> Detour {
        let plan = self.flight.plan;
        let along_m = plan.points[point].along_m;
        #[expect(clippy::cast_precision_loss, reason = "an arc has few segments")]
        let share = |index: usize| index as f64 / (places.len() - 1).max(1) as f64;
        // The path is sampled more closely than a turn is long: where to begin is a guess that costs nothing.
        let height = |index: usize| plan.position_at(along_m + (2.0 * share(index) - 1.0) * reach_m, 0).z;
        let path = places.iter().enumerate().map(|(index, place)| Position::new(place.x, place.y, height(index)));
        Detour { part: Part::Corner, point, path: path.collect() }
    }
}

/// Places along an arc around a centre, from an arm of it on by an angle, so close that the segments between them stay
/// within an error of it.
fn arc([centre, arm]: [Horizontal; 2], angle: f64, error_m: f64) -> Vec<Place> {
    let half = libm::acos((1.0 - error_m / arm.norm().max(error_m)).clamp(-1.0, 1.0)).max(0.01);
    let count = (angle.abs() / (2.0 * half)).ceil().clamp(1.0, 720.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 720")]
    let steps = count as u32;
    (0..=steps)
        .map(|step| {
            let (sin, cos) = libm::sincos(angle * f64::from(step) / count);
            Place::from(centre + Horizontal::new(arm.x * cos - arm.y * sin, arm.x * sin + arm.y * cos))
        })
        .collect()
}
