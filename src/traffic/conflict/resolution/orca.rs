//! Optimal reciprocal collision avoidance (van den Berg, Guy, Lin, Manocha 2011), in the plane: of all velocities that keep
//! clear of everybody for the look-ahead, if each does its part, the one nearest to what the plan asks for.

use super::{Intruder, Own, ROOM, Resolver};
use crate::world::geo::{Horizontal, Velocity};

/// Zones that overlap are left within this time, s.
const LEAVE_S: f64 = 5.0;
/// What two lines may differ in direction to count as parallel.
const PARALLEL: f64 = 1e-9;

/// Horizontally; who is above or below for the whole look-ahead is not in the way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Orca;

impl Resolver for Orca {
    fn velocity(&self, own: &Own, intruders: &[Intruder]) -> Velocity {
        let bounds: Vec<Bound> = intruders.iter().filter_map(|intruder| Bound::of(own, intruder)).collect();
        let wanted = own.wanted.xy();
        let found = nearest_within(&bounds, &wanted, own.speeds.most_mps);
        let flown = found.unwrap_or_else(|| least_evil(&bounds, &wanted, own.speeds.most_mps));
        Velocity::new(flown.x, flown.y, own.wanted.z)
    }
}

/// Nearer than this two are over one place, m.
const ONE_PLACE_M: f64 = 1e-6;

/// Velocities to one side of a line: those `v` with (v − point) · normal ≥ 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub point: Horizontal,
    pub normal: Horizontal,
}

impl Bound {
    /// What one intruder leaves; `None` if it stays above or below, or evades alone.
    fn of(own: &Own, intruder: &Intruder) -> Option<Self> {
        if intruder.share <= 0.0 || !meets_in_height(own, intruder) {
            return None;
        }
        let r = (intruder.motion.position - own.motion.position).xy();
        // Two over one place would both leave it by the same side.
        let apart =
            Horizontal::new(if own.motion.drone < intruder.motion.drone { ONE_PLACE_M } else { -ONE_PLACE_M }, 0.0);
        let r = if r.norm() < ONE_PLACE_M { apart } else { r };
        let velocity = own.motion.velocity.xy();
        let relative = velocity - intruder.motion.velocity.xy();
        let zone_m = ROOM * intruder.minima.horizontal_m;
        let (change, normal) = escape(&r, &relative, zone_m, intruder.minima.look_ahead.seconds().max(LEAVE_S));
        Some(Self { point: velocity + change * intruder.share, normal })
    }

    /// How far a velocity is on the wrong side, m/s.
    pub fn excess(&self, velocity: &Horizontal) -> f64 {
        (self.point - velocity).dot(&self.normal)
    }
}

/// Whether the two are in each other's height at any time of the look-ahead.
fn meets_in_height(own: &Own, intruder: &Intruder) -> bool {
    let r = intruder.motion.position.z - own.motion.position.z;
    let then = r + (intruder.motion.velocity.z - own.motion.velocity.z) * intruder.minima.look_ahead.seconds();
    r.min(then) < intruder.minima.vertical_m && r.max(then) > -intruder.minima.vertical_m
}

/// The least change of a relative velocity that leaves the velocity obstacle, and the way out of it: the obstacle is a cone
/// from the origin, cut off by the disc that is reached at the end of the time.
fn escape(r: &Horizontal, relative: &Horizontal, zone_m: f64, time_s: f64) -> (Horizontal, Horizontal) {
    let distance_m = r.norm();
    let time_s = if distance_m > zone_m { time_s } else { LEAVE_S };
    let from_disc: Horizontal = relative - r / time_s;
    let along = from_disc.dot(r);
    let is_before_disc = along < 0.0 && along * along > zone_m * zone_m * from_disc.norm_squared();
    if distance_m <= zone_m || is_before_disc {
        let right_of_r = || Horizontal::new(r.y, -r.x).try_normalize(1e-9).unwrap_or_else(Horizontal::x);
        let out = from_disc.try_normalize(1e-9).unwrap_or_else(right_of_r);
        return (out * (zone_m / time_s - from_disc.norm()), out);
    }
    // The leg of the cone on the side on which the intruder is passed; a miss of nothing is passed on the right.
    let tangent_m = (distance_m * distance_m - zone_m * zone_m).sqrt();
    let side = if r.x * from_disc.y - r.y * from_disc.x > 1e-9 { 1.0 } else { -1.0 };
    let leg = Horizontal::new(r.x * tangent_m - side * r.y * zone_m, side * r.x * zone_m + r.y * tangent_m)
        / (distance_m * distance_m);
    let out = Horizontal::new(-leg.y, leg.x) * side;
    (leg * relative.dot(&leg) - relative, out)
}

/// The velocity within all bounds and a speed that is nearest to one; `None` if there is none. Bounds are taken one after the
/// other: if the best so far breaks the next, the new best lies on its line.
pub(super) fn nearest_within(bounds: &[Bound], wanted: &Horizontal, most_mps: f64) -> Option<Horizontal> {
    let speed_mps = wanted.norm();
    let mut best = if speed_mps > most_mps { wanted * (most_mps / speed_mps) } else { *wanted };
    for (index, bound) in bounds.iter().enumerate() {
        if bound.excess(&best) > 0.0 {
            best = nearest_on(bound, &bounds[..index], wanted, most_mps)?;
        }
    }
    Some(best)
}

/// The same on the line of a bound.
fn nearest_on(bound: &Bound, others: &[Bound], wanted: &Horizontal, most_mps: f64) -> Option<Horizontal> {
    let along = Horizontal::new(bound.normal.y, -bound.normal.x);
    let middle = bound.point.dot(&along);
    let half = middle * middle + most_mps * most_mps - bound.point.norm_squared();
    if half < 0.0 {
        return None;
    }
    let (mut low, mut high) = (-middle - half.sqrt(), -middle + half.sqrt());
    for other in others {
        let (rate, lack) = (along.dot(&other.normal), other.excess(&bound.point));
        if rate.abs() < PARALLEL {
            if lack > 0.0 {
                return None;
            }
        } else if rate > 0.0 {
            low = low.max(lack / rate);
        } else {
            high = high.min(lack / rate);
        }
    }
    (low <= high).then(|| bound.point + along * (wanted - bound.point).dot(&along).clamp(low, high))
}

/// The velocity that is least beyond the bound it is most beyond, where none is within all: half way between, as far as it can
/// be found by moving the bounds out until something is left.
pub(super) fn least_evil(bounds: &[Bound], wanted: &Horizontal, most_mps: f64) -> Horizontal {
    const HALVINGS: u32 = 12;
    let moved = |out_mps: f64| {
        let moved: Vec<Bound> =
            bounds.iter().map(|bound| Bound { point: bound.point - bound.normal * out_mps, ..*bound }).collect();
        nearest_within(&moved, wanted, most_mps)
    };
    let worst = bounds.iter().map(|bound| bound.excess(&Horizontal::zeros())).fold(0.0, f64::max);
    let (mut low, mut high, mut found) = (0.0, worst, Horizontal::zeros());
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        match moved(middle) {
            Some(velocity) => (high, found) = (middle, velocity),
            None => low = middle,
        }
    }
    found
}
