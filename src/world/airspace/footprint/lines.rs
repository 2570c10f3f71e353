//! Lines on the ground: where a segment meets an edge or runs near it, as shares of the segment.

use crate::world::geo::{Horizontal, Place};

/// A stretch shorter than this share of a segment is a matter of rounding.
pub const NO_STRETCH: f64 = 1e-9;

/// The edges of a ring.
pub fn edges(places: &[Place]) -> impl Iterator<Item = (&Place, &Place)> {
    places.iter().zip(places.iter().cycle().skip(1))
}

/// Whether the ray from `place` to the east crosses the edge; the same of either direction of the edge, to the last bit.
pub fn is_east_of(place: &Place, a: &Place, b: &Place) -> bool {
    let (a, b) = if a.y <= b.y { (a, b) } else { (b, a) };
    (a.y > place.y) != (b.y > place.y) && place.x < a.x + (place.y - a.y) / (b.y - a.y) * (b.x - a.x)
}

/// The shares of the segment from `a` to `b` at which it meets the edge from `p` to `q`: one, or two where it runs along
/// the edge.
pub fn meeting(a: &Place, b: &Place, p: &Place, q: &Place) -> impl Iterator<Item = f64> + use<> {
    let (own, edge, between) = (b - a, q - p, p - a);
    let determinant = own.perp(&edge);
    let length_squared = own.norm_squared();
    let shares = if determinant.abs() > 1e-12 * (1.0 + length_squared) {
        let along = between.perp(&own) / determinant;
        let at = between.perp(&edge) / determinant;
        [(-1e-12..=1.0 + 1e-12).contains(&along).then_some(at), None]
    } else {
        // Parallel: the ends of the edge cut the segment, should it run along it.
        [p, q].map(|end| Some((end - a).dot(&own) / length_squared))
    };
    shares.into_iter().flatten().filter(|share| (0.0..=1.0).contains(share))
}

/// The share of the segment from `a` to `b` in a circle.
pub fn circle_share(a: &Place, b: &Place, centre: &Place, radius_m: f64) -> Option<[f64; 2]> {
    let (own, from): (Horizontal, Horizontal) = (b - a, a - centre);
    let length_squared = own.norm_squared();
    if length_squared < 1e-18 {
        return (from.norm_squared() < radius_m * radius_m).then_some([0.0, 1.0]);
    }
    // |from + t · own|² = radius²
    let half = from.dot(&own) / length_squared;
    let rest = (from.norm_squared() - radius_m * radius_m) / length_squared;
    let root = (half * half - rest).max(0.0).sqrt();
    let share = [(-half - root).max(0.0), (-half + root).min(1.0)];
    (half * half > rest && share[0] < share[1]).then_some(share)
}

/// The share of the segment from `a` to `b` closer to the edge from `p` to `q` than `radius_m`: a capsule is convex, so
/// it is one.
pub fn capsule_share(a: &Place, b: &Place, [p, q]: [&Place; 2], radius_m: f64) -> Option<[f64; 2]> {
    let ends = [p, q].into_iter().filter_map(|end| circle_share(a, b, end, radius_m));
    let pieces = ends.chain(band_share(a, b, [p, q], radius_m));
    pieces.reduce(|so_far, piece| [so_far[0].min(piece[0]), so_far[1].max(piece[1])])
}

/// The share beside an edge: between its ends, to either side closer than `radius_m`.
fn band_share(a: &Place, b: &Place, [p, q]: [&Place; 2], radius_m: f64) -> Option<[f64; 2]> {
    let edge = q - p;
    let length = edge.norm();
    let along = edge / length;
    let bounds = [(along, 0.0, length), (Horizontal::new(-along.y, along.x), -radius_m, radius_m)];
    let mut share = [0.0_f64, 1.0_f64];
    for (axis, low, high) in bounds {
        let (start, end) = ((a - p).dot(&axis), (b - p).dot(&axis));
        let cuts = [(low - start) / (end - start), (high - start) / (end - start)];
        if (end - start).abs() > 1e-12 {
            share = [share[0].max(cuts[0].min(cuts[1])), share[1].min(cuts[0].max(cuts[1]))];
        } else if start <= low || start >= high {
            return None;
        }
    }
    // An edge of length 0 has no direction, and no place beside it.
    (share[0] < share[1] && length > 0.0).then_some(share)
}

/// The shares closer to a line than `radius_m`, in no order.
pub fn shares_near_line(a: &Place, b: &Place, line: &[Place], radius_m: f64) -> Vec<[f64; 2]> {
    match line {
        [only] => circle_share(a, b, only, radius_m).into_iter().collect(),
        _ => line.windows(2).filter_map(|edge| capsule_share(a, b, [&edge[0], &edge[1]], radius_m)).collect(),
    }
}

/// Shares in order, those joined that touch but for rounding.
pub fn union(mut shares: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    shares.sort_unstable_by(|x, y| x[0].total_cmp(&y[0]));
    let mut joined: Vec<[f64; 2]> = Vec::new();
    for share in shares {
        match joined.last_mut() {
            Some(last) if last[1] + NO_STRETCH >= share[0] => last[1] = last[1].max(share[1]),
            _ => joined.push(share),
        }
    }
    joined
}

/// Distance from a place to a line of at least one, m.
pub fn distance_to_line_m(place: &Place, line: &[Place]) -> f64 {
    match line {
        [only] => (place - only).norm(),
        _ => line.windows(2).map(|edge| distance_to_segment_m(place, &edge[0], &edge[1])).fold(f64::INFINITY, f64::min),
    }
}

/// Distance from a place to the segment from `a` to `b`, m.
pub fn distance_to_segment_m(place: &Place, a: &Place, b: &Place) -> f64 {
    let span = b - a;
    let share = ((place - a).dot(&span) / span.norm_squared()).clamp(0.0, 1.0);
    let share = if share.is_nan() { 0.0 } else { share };
    (place - (a + span * share)).norm()
}
