//! The modified voltage potential (Hoekstra, van Gent, Ruigrok 2002): from each predicted closest point of approach a push that
//! takes the pair just out of each other's zone by then; the pushes of several intruders add up.

use super::{Intruder, Own, ROOM, Resolver};
use crate::traffic::conflict::{PredictedConflict, predicted_conflict};
use crate::world::geo::{Horizontal, Velocity};

/// A closest point nearer than this share of the zone has no direction worth following: then both turn right. A share, since a
/// fixed length would swallow small zones.
const NO_DIRECTION: f64 = 0.01;
/// The shortest time to act in, s: below it a push would be beyond any aircraft.
const LEAST_S: f64 = 1.0;

/// In three dimensions: horizontally out of the zone at the closest point, vertically out of it before it is entered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mvp;

impl Resolver for Mvp {
    fn velocity(&self, own: &Own, intruders: &[Intruder]) -> Velocity {
        let (mut push, mut is_pushed) = (Velocity::zeros(), false);
        for intruder in intruders.iter().filter(|intruder| intruder.share > 0.0) {
            if let Some(conflict) = predicted_conflict(&own.motion, &intruder.motion, &intruder.minima) {
                push += self::push(own, intruder, &conflict) * (2.0 * intruder.share).min(1.0);
                is_pushed = true;
            }
        }
        // Who is out of every zone by what he flies goes on flying it.
        if is_pushed { own.motion.velocity + push } else { own.commanded }
    }
}

/// The change of the own velocity that takes it out of one intruder's zone.
fn push(own: &Own, intruder: &Intruder, conflict: &PredictedConflict) -> Velocity {
    let r = intruder.motion.position - own.motion.position;
    let w: Velocity = intruder.motion.velocity - own.motion.velocity;
    let aside = horizontal_push(&r.xy(), &w.xy(), ROOM * intruder.minima.horizontal_m, conflict.approach.time_s);
    let up = vertical_push(own, intruder, conflict);
    Velocity::new(aside.x, aside.y, up)
}

/// Away from where the intruder is at the closest point; tangentially to its zone where that is still ahead.
fn horizontal_push(r: &Horizontal, w: &Horizontal, zone_m: f64, time_s: f64) -> Horizontal {
    let time_s = time_s.max(0.0);
    let (closest, distance_m): (Horizontal, f64) = (r + w * time_s, r.norm());
    let miss_m = closest.norm();
    // With a miss of nothing the intruder is taken to pass on the left, so that both turn right.
    let direction = if miss_m > NO_DIRECTION * zone_m {
        closest / miss_m
    } else {
        let ahead = r.try_normalize(1e-9).or_else(|| (-w).try_normalize(1e-9)).unwrap_or_else(Horizontal::x);
        Horizontal::new(-ahead.y, ahead.x)
    };
    let widened = if distance_m > zone_m && miss_m < distance_m {
        libm::cos(libm::asin(zone_m / distance_m) - libm::asin(miss_m / distance_m))
    } else {
        1.0
    };
    direction * (-(zone_m / widened - miss_m).max(0.0) / time_s.max(LEAST_S))
}

/// Up or down, whichever is nearer, out of the other's height before the zone is entered.
fn vertical_push(own: &Own, intruder: &Intruder, conflict: &PredictedConflict) -> f64 {
    let r = intruder.motion.position.z - own.motion.position.z;
    let w = intruder.motion.velocity.z - own.motion.velocity.z;
    let at_entry_m = r + w * conflict.t_in_s;
    let is_over = if at_entry_m.abs() > NO_DIRECTION * intruder.minima.vertical_m {
        at_entry_m < 0.0
    } else {
        own.motion.drone < intruder.motion.drone
    };
    let lacking_m = (ROOM * intruder.minima.vertical_m - at_entry_m.abs()).max(0.0);
    let rate_mps = lacking_m / conflict.t_in_s.max(LEAST_S);
    if is_over { rate_mps } else { -rate_mps }
}
