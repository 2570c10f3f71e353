//! The narrow phase: the exact interval in which two straight motions lose separation.
//!
//! Conventions as in NASA's DAIDALUS: x east, y north, z up; r = position, w = velocity of the intruder relative to own;
//! times in seconds from now. Equality with a minimum is not a loss. Everything is formed from r and w by subtraction
//! first, so that (own, intruder) and (intruder, own) give the same numbers to the last bit.

use super::{Basis, Minima, Motion, Stretch};
use crate::world::geo::{Horizontal, Velocity};

/// Relative displacement during the look-ahead below which two velocities count as equal, m: dividing by a vanishing
/// closing speed would make hovering and formation pairs invisible.
const EQUAL_VELOCITY_M: f64 = 1e-3;

/// The horizontal closest point of approach of two straight motions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClosestApproach {
    /// When, s from now; negative in the past, 0 for equal velocities, which have no such time.
    pub time_s: f64,
    /// Horizontal distance then, m.
    pub distance_m: f64,
}

/// A predicted loss of separation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictedConflict {
    /// Entry into the joint protected interval, s from now; 0 if separation is lost already.
    pub t_in_s: f64,
    /// Exit from it, s from now; infinite if neither distance ever grows.
    pub t_out_s: f64,
    /// Horizontal closest point of approach.
    pub approach: ClosestApproach,
    /// Horizontal distance now, m.
    pub horizontal_m: f64,
    /// Vertical distance now, m.
    pub vertical_m: f64,
    /// Whether separation is lost now.
    pub is_loss_of_separation: bool,
    /// The greater of horizontal and vertical distance now, each in units of its minimum.
    pub closeness: f64,
    /// What it rests on.
    pub basis: Basis,
    /// On which of its stretches each of the two is when it begins, from 0.
    pub stretches: [u32; 2],
}

/// Whether the two have lost separation now.
pub fn is_loss_of_separation(own: &Motion, intruder: &Motion, minima: &Minima) -> bool {
    let r = intruder.position - own.position;
    r.xy().norm() < minima.horizontal_m && r.z.abs() < minima.vertical_m
}

/// The horizontal closest point of approach of two straight motions.
pub fn closest_approach(own: &Motion, intruder: &Motion, minima: &Minima) -> ClosestApproach {
    let r = (intruder.position - own.position).xy();
    let w = (intruder.velocity - own.velocity).xy();
    closest_within(&r, &w, [0.0, f64::INFINITY], minima)
}

/// The loss of separation predicted for two straight motions within the look-ahead, if there is one.
pub fn predicted_conflict(own: &Motion, intruder: &Motion, minima: &Minima) -> Option<PredictedConflict> {
    conflict_on((&Stretch::straight(own), &Stretch::straight(intruder)), (own, intruder), minima)
}

/// The loss of separation predicted within the look-ahead for two stretches of drones that are `now` where they are, if there
/// is one.
pub(super) fn conflict_on(
    (own, intruder): (&Stretch, &Stretch),
    now: (&Motion, &Motion),
    minima: &Minima,
) -> Option<PredictedConflict> {
    let r = intruder.motion.position - own.motion.position;
    let w: Velocity = intruder.motion.velocity - own.motion.velocity;
    let horizontal = horizontal_interval(&r.xy(), &w.xy(), minima)?;
    let vertical = vertical_interval(r.z, w.z, minima.vertical_m)?;
    let (from_s, until_s) = (own.from_s.max(intruder.from_s), own.until_s.min(intruder.until_s));
    let (t_in, t_out) = (horizontal.0.max(vertical.0), horizontal.1.min(vertical.1));
    let begins_s = t_in.max(from_s);
    let ahead = begins_s < t_out.min(until_s) && begins_s < minima.look_ahead.seconds();
    let apart = now.1.position - now.0.position;
    let (horizontal_m, vertical_m) = (apart.xy().norm(), apart.z.abs());
    let are_first = own.nth == 0 && intruder.nth == 0;
    // With no look-ahead at all a loss that holds now is still reported.
    let is_loss_of_separation = horizontal_m < minima.horizontal_m && vertical_m < minima.vertical_m;
    (ahead || (is_loss_of_separation && are_first)).then(|| PredictedConflict {
        t_in_s: begins_s,
        t_out_s: t_out.min(until_s),
        approach: closest_within(&r.xy(), &w.xy(), [from_s, until_s], minima),
        horizontal_m,
        vertical_m,
        is_loss_of_separation,
        closeness: (horizontal_m / minima.horizontal_m).max(vertical_m / minima.vertical_m),
        basis: own.basis.max(intruder.basis),
        stretches: [own.nth, intruder.nth],
    })
}

impl PredictedConflict {
    /// Takes in what the two do later: whether the same loss goes on on another stretch.
    pub(super) fn go_on(&mut self, later: &Self) {
        if later.t_in_s <= self.t_out_s {
            self.t_out_s = self.t_out_s.max(later.t_out_s);
            if later.approach.distance_m < self.approach.distance_m {
                self.approach = later.approach;
            }
        }
    }
}

/// The closest point of approach on stretches that are not always flown; on the first ones it may be in the past.
fn closest_within(r: &Horizontal, w: &Horizontal, [from_s, until_s]: [f64; 2], minima: &Minima) -> ClosestApproach {
    if is_equal_velocity(w, minima) {
        return ClosestApproach { time_s: from_s, distance_m: (r + w * from_s).norm() };
    }
    let earliest_s = if from_s > 0.0 { from_s } else { f64::NEG_INFINITY };
    let time_s = (-r.dot(w) / w.norm_squared()).max(earliest_s).min(until_s);
    ClosestApproach { time_s, distance_m: (r + w * time_s).norm() }
}

fn is_equal_velocity(w: &Horizontal, minima: &Minima) -> bool {
    w.norm() * minima.look_ahead.seconds().max(1.0) < EQUAL_VELOCITY_M
}

/// { t : |r + w t| < R }, open; `None` if empty.
fn horizontal_interval(r: &Horizontal, w: &Horizontal, minima: &Minima) -> Option<(f64, f64)> {
    let c = r.norm_squared() - minima.horizontal_m * minima.horizontal_m;
    if is_equal_velocity(w, minima) {
        return (c < 0.0).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (a, b) = (w.norm_squared(), r.dot(w));
    let discriminant = b * b - a * c;
    if discriminant <= 0.0 {
        return None;
    }
    let (middle, half) = (-b / a, discriminant.sqrt() / a);
    Some((middle - half, middle + half))
}

/// { t : |r + w t| < h }, open; `None` if empty.
fn vertical_interval(r: f64, w: f64, h: f64) -> Option<(f64, f64)> {
    if w == 0.0 {
        return (r.abs() < h).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (first, second) = ((-h - r) / w, (h - r) / w);
    Some((first.min(second), first.max(second)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::units::{DroneId, FleetId, SimTime};
    use crate::world::geo::Position;

    const MINIMA: Minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(30_000) };

    fn motion(ordinal: u16, [x, y, z]: [f64; 3], [u, v, w]: [f64; 3]) -> Motion {
        let drone = DroneId { fleet: FleetId(0), ordinal };
        Motion { drone, position: Position::new(x, y, z), velocity: Velocity::new(u, v, w), zone: MINIMA.zone() }
    }

    /// Closed forms: head-on, crossing, overtaking, and the pairs that a division by zero would hide.
    #[test]
    fn named_encounters() {
        let own = motion(0, [0.0; 3], [10.0, 0.0, 0.0]);
        let check = |intruder: Motion| predicted_conflict(&own, &intruder, &MINIMA);
        let head_on = check(motion(1, [400.0, 0.0, 0.0], [-10.0, 0.0, 0.0])).unwrap();
        assert!((head_on.t_in_s - 17.5).abs() < 1e-9 && (head_on.t_out_s - 22.5).abs() < 1e-9);
        assert!((head_on.approach.time_s - 20.0).abs() < 1e-9 && head_on.approach.distance_m < 1e-9);
        let crossing = check(motion(1, [200.0, -200.0, 0.0], [0.0, 10.0, 0.0])).unwrap();
        assert!((crossing.t_in_s - (20.0 - 50.0 / 200.0_f64.sqrt())).abs() < 1e-9);
        let overtaking = check(motion(1, [52.0, 0.0, 0.0], [9.9, 0.0, 0.0])).unwrap();
        assert!((overtaking.t_in_s - 20.0).abs() < 1e-6);
        assert_eq!(check(motion(1, [400.0, 0.0, 15.0], [-10.0, 0.0, 0.0])), None);
        assert_eq!(check(motion(1, [400.0, 50.1, 0.0], [-10.0, 0.0, 0.0])), None);

        let hovering = motion(0, [0.0; 3], [0.0; 3]);
        let beside = predicted_conflict(&hovering, &motion(1, [3.0, 0.0, 0.0], [0.0; 3]), &MINIMA).unwrap();
        assert!(beside.is_loss_of_separation && beside.t_in_s.abs() < 1e-12);
        let stacked = predicted_conflict(&hovering, &motion(1, [0.0, 0.0, 40.0], [0.0, 0.0, -2.0]), &MINIMA).unwrap();
        assert!((stacked.t_in_s - 12.5).abs() < 1e-9 && !stacked.is_loss_of_separation);
        let formation = check(motion(1, [0.0, 20.0, 0.0], [10.0, 0.0, 0.0])).unwrap();
        assert!(formation.is_loss_of_separation);
        let same_place = check(motion(1, [0.0; 3], [10.0, 0.0, 0.0])).unwrap();
        assert!(same_place.is_loss_of_separation && same_place.approach.distance_m.abs() < 1e-12);
    }

    fn any_motion(ordinal: u16) -> impl Strategy<Value = Motion> {
        let position = [-400.0..400.0_f64, -400.0..400.0_f64, 0.0..60.0_f64];
        let velocity = [-20.0..20.0_f64, -20.0..20.0_f64, -4.0..4.0_f64];
        (position, velocity).prop_map(move |(p, v)| motion(ordinal, p, v))
    }

    proptest! {
        #[test]
        fn both_sides_see_the_same(own in any_motion(0), intruder in any_motion(1)) {
            prop_assert_eq!(predicted_conflict(&own, &intruder, &MINIMA), predicted_conflict(&intruder, &own, &MINIMA));
        }

        /// Against stepping through the look-ahead in hundredths of a second.
        #[test]
        fn the_interval_is_what_stepping_finds(own in any_motion(0), intruder in any_motion(1)) {
            let at = |motion: &Motion, t: f64| Motion { position: motion.position + motion.velocity * t, ..*motion };
            let lost = |t: f64| is_loss_of_separation(&at(&own, t), &at(&intruder, t), &MINIMA);
            let stepped = (0..3000_u32).map(|i| f64::from(i) * 0.01).find(|&t| lost(t));
            match (predicted_conflict(&own, &intruder, &MINIMA), stepped) {
                (Some(exact), Some(t)) => prop_assert!((exact.t_in_s - t).abs() < 0.0101, "{} {}", exact.t_in_s, t),
                (None, Some(t)) => prop_assert!(false, "missed a loss at {t}"),
                // Shorter than a step, or beginning in the last one.
                (Some(exact), None) => prop_assert!(exact.t_out_s - exact.t_in_s < 0.0101 || exact.t_in_s > 29.98),
                (None, None) => {}
            }
        }
    }
}
