//! How close two flights come if both are flown as they are meant.

use super::reserve::Fix;
use crate::units::SimTime;
use crate::world::geo::Velocity;

/// The closest that two paths come, measured by the separation minima.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Approach {
    /// When, and where the own flight is then.
    pub own: Fix,
    /// Horizontal distance, m.
    pub horizontal_m: f64,
    /// Vertical distance, m.
    pub vertical_m: f64,
}

/// Where two paths are closest: the least of the greater of horizontal distance over horizontal minimum and vertical distance
/// over vertical minimum. `None` if they have no time in common.
pub fn closest(own: &[Fix], other: &[Fix], minima_m: [f64; 2]) -> Option<Approach> {
    let mut best: Option<(f64, Approach)> = None;
    let (mut i, mut j) = (1, 1);
    while i < own.len() && j < other.len() {
        let (from, to) = (own[i - 1].at.max(other[j - 1].at), own[i].at.min(other[j].at));
        if from <= to {
            let [a, b] = [from, to].map(|at| (along(&own[i - 1..=i], at), along(&other[j - 1..=j], at)));
            let (share, closeness) = least_on([a.1.position - a.0.position, b.1.position - b.0.position], minima_m);
            if best.as_ref().is_none_or(|(least, _)| closeness < *least) {
                let at = from + SimTime::from_seconds((to - from).seconds() * share);
                let between = |x: &Fix, y: &Fix| x.position + (y.position - x.position) * share;
                let position = between(&a.0, &b.0);
                let apart = between(&a.1, &b.1) - position;
                let (horizontal_m, vertical_m) = (apart.xy().norm(), apart.z.abs());
                best = Some((closeness, Approach { own: Fix { at, position }, horizontal_m, vertical_m }));
            }
        }
        if own[i].at <= other[j].at { i += 1 } else { j += 1 }
    }
    best.map(|(_, approach)| approach)
}

/// The fix at an instant between two.
fn along(pair: &[Fix], at: SimTime) -> Fix {
    let (a, b) = (&pair[0], &pair[1]);
    let share = (at - a.at).seconds() / (b.at - a.at).seconds().max(1e-9);
    Fix { at, position: a.position + (b.position - a.position) * share.clamp(0.0, 1.0) }
}

/// Where on the way from one difference of positions to another both distances are smallest, as a share, and how close that is.
/// Both grow to either side of their least, so that the least of the greater lies at one of these, where they are equal, or at
/// an end.
fn least_on([from, to]: [Velocity; 2], [horizontal_m, vertical_m]: [f64; 2]) -> (f64, f64) {
    let span = to - from;
    let closeness = |share: f64| {
        let apart = from + span * share;
        (apart.xy().norm() / horizontal_m).max(apart.z.abs() / vertical_m)
    };
    let scaled = |v: &Velocity| Velocity::new(v.x / horizontal_m, v.y / horizontal_m, v.z / vertical_m);
    let (r, w) = (scaled(&from), scaled(&span));
    // |r_h + w_h s|² = (r_z + w_z s)²
    let a = w.xy().norm_squared() - w.z * w.z;
    let b = r.xy().dot(&w.xy()) - r.z * w.z;
    let c = r.xy().norm_squared() - r.z * r.z;
    let root = (b * b - a * c).max(0.0).sqrt();
    let shares = [
        0.0,
        1.0,
        -r.xy().dot(&w.xy()) / w.xy().norm_squared(),
        -r.z / w.z,
        (-b - root) / a,
        (-b + root) / a,
        -c / (2.0 * b),
    ];
    let shares = shares.into_iter().filter(|share| (0.0..=1.0).contains(share));
    shares
        .map(|share| (share, closeness(share)))
        .fold((0.0, f64::INFINITY), |best, next| if next.1 < best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};
    use crate::world::geo::Position;

    fn path(number: u64) -> Vec<Fix> {
        let draw = RandomStream::new(71, Purpose::Traffic, number);
        let start_s = draw.between(0, 0.0, 20.0);
        (0..8_u32)
            .map(|index| {
                let at = |axis: u64, reach: f64| draw.between(1 + 3 * u64::from(index) + axis, -reach, reach);
                let position = Position::new(at(0, 200.0), at(1, 200.0), at(2, 40.0));
                Fix { at: SimTime::from_seconds(start_s + 5.0 * f64::from(index)), position }
            })
            .collect()
    }

    /// Against a walk in steps of 5 ms through the common time.
    #[test]
    fn the_closest_is_what_a_walk_finds() {
        let at = |path: &[Fix], at: SimTime| {
            let next = path.iter().position(|fix| fix.at >= at).unwrap().max(1);
            along(&path[next - 1..=next], at).position
        };
        for number in 0..200 {
            let (own, other) = (path(2 * number), path(2 * number + 1));
            let found = closest(&own, &other, [50.0, 15.0]).unwrap();
            let closeness = (found.horizontal_m / 50.0).max(found.vertical_m / 15.0);
            let (from, to) = (own[0].at.max(other[0].at), own[7].at.min(other[7].at));
            let steps = (0..=(to - from).millis() / 5).map(|step| SimTime::from_millis(from.millis() + 5 * step));
            let walked = steps.map(|time| {
                let apart = at(&other, time) - at(&own, time);
                (apart.xy().norm() / 50.0).max(apart.z.abs() / 15.0)
            });
            let least = walked.fold(f64::INFINITY, f64::min);
            assert!(closeness <= least + 1e-9 && least - closeness < 0.02, "{number}: {closeness} {least}");
        }
        assert_eq!(closest(&path(1)[..1], &path(2), [50.0, 15.0]), None);
    }
}
