//! Volumes: a footprint between two heights, each with its own datum.

use super::Footprint;
use crate::units::{Altitude, Datum};
use crate::world::geo::{Place, Position, Rectangle};
use crate::world::terrain::Terrain;

/// By how much a limit that is not included lies outside, m.
const OUTSIDE_M: f64 = 1e-9;

/// A part of the air.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// What it covers.
    pub footprint: Footprint,
    /// Where it begins; included.
    pub lower: Altitude,
    /// Where it ends, not included; without one it has no end.
    pub upper: Option<Altitude>,
}

impl Volume {
    /// Whether the segment from `a` to `b` enters the volume, exactly; `None` if it stays outside. The share is where the
    /// stretch begins, over the footprint and between its level limits, on which it does. Limits over ground are taken as
    /// met where there is no terrain to measure from: what cannot be known to be outside counts as inside.
    pub fn entry(&self, a: &Position, b: &Position, terrain: &Terrain) -> Option<f64> {
        self.stretches(a, b, terrain).first().map(|stretch| stretch[0])
    }

    /// The stretches of the segment, over the footprint and between its level limits, on which it enters the volume.
    pub fn stretches(&self, a: &Position, b: &Position, terrain: &Terrain) -> Vec<[f64; 2]> {
        let shares = self.footprint.shares(&a.xy(), &b.xy());
        shares.into_iter().filter_map(|share| self.stretch_within(share, a, b, terrain)).collect()
    }

    /// The stretches of the segment that lie in the volume whole, its upper limit included.
    pub fn stretches_inside(&self, a: &Position, b: &Position, terrain: &Terrain) -> Vec<[f64; 2]> {
        let shares = self.footprint.shares(&a.xy(), &b.xy());
        shares.into_iter().filter(|share| self.is_between_limits(*share, a, b, terrain)).collect()
    }

    /// Its limits over ground in a rectangle whose ground lies between two heights, m: the lowest height at which it may
    /// begin and the highest at which it may end.
    pub fn limits_agl_m(&self, area: &Rectangle, ground_amsl_m: (f64, f64), terrain: &Terrain) -> [f64; 2] {
        let over = |limit: Altitude, ground_m: f64, unknown: f64| match limit.datum {
            Datum::Agl => limit.metres,
            _ => terrain.amsl_m(&area.low, limit).map_or(unknown, |level_m| level_m - ground_m),
        };
        let lower = over(self.lower, ground_amsl_m.1, f64::NEG_INFINITY);
        let upper = self.upper.map_or(f64::INFINITY, |upper| over(upper, ground_amsl_m.0, f64::INFINITY));
        [lower, upper]
    }

    /// The heights over ground that lie in it everywhere over such a rectangle, m; empty if the first is the greater.
    pub fn inside_agl_m(&self, area: &Rectangle, ground_amsl_m: (f64, f64), terrain: &Terrain) -> [f64; 2] {
        let (low, high) = ground_amsl_m;
        self.limits_agl_m(area, (high, low), terrain)
    }

    /// Its limits at a place, m above mean sea level.
    pub fn limits_amsl_m(&self, place: &Place, terrain: &Terrain) -> (f64, f64) {
        let at = |limit: Altitude, unknown: f64| terrain.amsl_m(place, limit).unwrap_or(unknown);
        (at(self.lower, f64::NEG_INFINITY), self.upper.map_or(f64::INFINITY, |upper| at(upper, f64::INFINITY)))
    }

    fn is_between_limits(&self, [from, to]: [f64; 2], a: &Position, b: &Position, terrain: &Terrain) -> bool {
        let ends = [from, to].map(|share| a + (b - a) * share);
        let extremes = terrain.extremes(&ends[0], &ends[1]);
        let is_above = |limit: Altitude| match limit.datum {
            Datum::Agl => extremes.is_some_and(|found| found.lowest.agl_m >= limit.metres - OUTSIDE_M),
            _ => level_excess(Some(limit), ends, terrain)
                .is_some_and(|excess| excess.iter().all(|&metres| metres >= 0.0)),
        };
        let is_below = |limit: Altitude| match limit.datum {
            Datum::Agl => extremes.is_some_and(|found| found.highest.agl_m <= limit.metres + OUTSIDE_M),
            _ => level_excess(Some(limit), ends, terrain)
                .is_some_and(|excess| excess.iter().all(|&metres| metres <= 0.0)),
        };
        is_above(self.lower) && self.upper.is_none_or(is_below)
    }

    fn stretch_within(&self, share: [f64; 2], a: &Position, b: &Position, terrain: &Terrain) -> Option<[f64; 2]> {
        let at = |share: f64| a + (b - a) * share;
        // Level limits first, by where the straight segment crosses them; then limits over ground on what is left.
        let lower = level_excess(Some(self.lower), share.map(at), terrain);
        let upper =
            level_excess(self.upper, share.map(at), terrain).map(|excess| excess.map(|metres| -metres - OUTSIDE_M));
        let inner = [lower, upper].into_iter().flatten().try_fold([0.0, 1.0], clipped)?;
        let share = inner.map(|inner| share[0] + (share[1] - share[0]) * inner);
        let is_over_ground = |limit: Option<Altitude>| limit.filter(|limit| limit.datum == Datum::Agl);
        let (lower, upper) = (is_over_ground(Some(self.lower)), is_over_ground(self.upper));
        if lower.is_none() && upper.is_none() {
            return Some(share);
        }
        let Some(extremes) = terrain.extremes(&at(share[0]), &at(share[1])) else { return Some(share) };
        // True height is continuous along the segment: it takes every value between its extremes.
        let reaches_lower = lower.is_none_or(|lower| extremes.highest.agl_m >= lower.metres);
        let stays_below = upper.is_none_or(|upper| extremes.lowest.agl_m < upper.metres);
        (reaches_lower && stays_below).then_some(share)
    }
}

/// Metres by which the ends of a stretch lie above a limit that is not measured from the ground.
fn level_excess(limit: Option<Altitude>, ends: [Position; 2], terrain: &Terrain) -> Option<[f64; 2]> {
    let limit = limit.filter(|limit| limit.datum != Datum::Agl)?;
    // A datum that cannot be converted is reported when the volume is read, and never reaches this.
    Some(ends.map(|end| terrain.amsl_m(&end.xy(), limit).map_or(0.0, |level_m| end.z - level_m)))
}

/// The part of a stretch where a quantity that runs from `ends[0]` to `ends[1]` is not negative.
fn clipped(stretch: [f64; 2], ends: [f64; 2]) -> Option<[f64; 2]> {
    let zero = ends[0] / (ends[0] - ends[1]);
    let kept = match (ends[0] >= 0.0, ends[1] >= 0.0) {
        (true, true) => stretch,
        (false, false) => return None,
        (true, false) => [stretch[0], stretch[1].min(zero)],
        (false, true) => [stretch[0].max(zero), stretch[1]],
    };
    (kept[0] <= kept[1]).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};
    use crate::world::terrain::HeightField;

    const DRAW: RandomStream = RandomStream::new(31, Purpose::Traffic, 4);

    fn hills() -> Terrain {
        let field = HeightField::sampled(Place::new(-1000.0, -1000.0), 10.0, [201, 201], |p| {
            200.0 + 60.0 * libm::sin(p.x / 150.0) * libm::cos(p.y / 210.0)
        });
        Terrain::new(field, None, true, "test")
    }

    /// Whether a point is in the volume, by the definition alone.
    fn holds(volume: &Volume, position: &Position, terrain: &Terrain) -> bool {
        let (lower, upper) = volume.limits_amsl_m(&position.xy(), terrain);
        volume.footprint.contains(&position.xy()) && position.z >= lower && position.z < upper
    }

    fn volumes() -> Vec<Volume> {
        let square = Footprint::polygon(
            [(-300.0, -200.0), (400.0, -250.0), (350.0, 300.0), (-320.0, 260.0)]
                .map(|(x, y)| Place::new(x, y))
                .to_vec(),
        );
        let circle = Footprint::Circle { centre: Place::new(50.0, -80.0), radius_m: 330.0 };
        let volume = |footprint: &Footprint, lower, upper| Volume { footprint: footprint.clone(), lower, upper };
        vec![
            volume(&square, Altitude::agl(0.0), None),
            volume(&square, Altitude::agl(60.0), Some(Altitude::agl(120.0))),
            volume(&circle, Altitude::amsl(250.0), Some(Altitude::amsl(330.0))),
            volume(&circle, Altitude::agl(40.0), Some(Altitude::amsl(300.0))),
            volume(&square, Altitude::amsl(260.0), Some(Altitude::agl(90.0))),
        ]
    }

    /// Against a walk in steps of 2 m: what the walk finds is found, no later; what is found is there to the step.
    #[test]
    fn entries_are_what_a_walk_finds() {
        let terrain = hills();
        for (index, volume) in volumes().iter().enumerate() {
            let mut entered = 0;
            for step in 0..400 {
                let at = |n: u64, low, high| DRAW.between(1000 * index as u64 * 6 + 6 * step + n, low, high);
                let a = Position::new(at(0, -600.0, 600.0), at(1, -600.0, 600.0), at(2, 180.0, 420.0));
                let b = Position::new(at(3, -600.0, 600.0), at(4, -600.0, 600.0), at(5, 180.0, 420.0));
                let count = ((b - a).norm() / 2.0).ceil();
                let point = |share: f64| a + (b - a) * share;
                let mut walk = std::iter::successors(Some(0.0), |share| Some(share + 1.0 / count))
                    .take_while(|share| *share <= 1.0);
                let walked = walk.find(|&share| holds(volume, &point(share), &terrain));
                let entry = volume.entry(&a, &b, &terrain);
                assert!(
                    walked.is_none() || entry.is_some_and(|entry| entry <= walked.unwrap_or(0.0) + 1e-9),
                    "{index} {a} {b}"
                );
                // A stretch shorter than a step may escape the walk, but then the volume is near its entry.
                if let (Some(entry), None) = (entry, walked) {
                    let near = (0..=2000_u32).map(|i| point((entry + f64::from(i) / 2000.0 * (1.0 - entry)).min(1.0)));
                    let (lower, upper) = near.fold((f64::INFINITY, f64::INFINITY), |(low, up), position| {
                        let (lower, upper) = volume.limits_amsl_m(&position.xy(), &terrain);
                        (low.min((lower - position.z).max(0.0)), up.min((position.z - upper).max(0.0)))
                    });
                    assert!(lower < 2.0 && upper < 2.0, "{index} {a} {b}: {entry}");
                }
                entered += u32::from(walked.is_some());
            }
            assert!(entered > 20, "volume {index}: {entered} entries");
        }
    }

    /// The upper limit is not included, the lower is; between two zones one above the other nothing is left out.
    #[test]
    fn limits_belong_to_the_volume_above() {
        let terrain = hills();
        let footprint = Footprint::Circle { centre: Place::origin(), radius_m: 100.0 };
        let below =
            Volume { footprint: footprint.clone(), lower: Altitude::amsl(0.0), upper: Some(Altitude::amsl(300.0)) };
        let above = Volume { footprint, lower: Altitude::amsl(300.0), upper: None };
        let level = |z: f64| (Position::new(-50.0, 0.0, z), Position::new(50.0, 0.0, z));
        for (z, in_below, in_above) in [(299.999, true, false), (300.0, false, true)] {
            let (a, b) = level(z);
            assert_eq!(
                (below.entry(&a, &b, &terrain).is_some(), above.entry(&a, &b, &terrain).is_some()),
                (in_below, in_above)
            );
        }
    }
}
