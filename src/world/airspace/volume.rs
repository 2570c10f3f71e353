//! Volumes: a footprint between two heights, each with its own datum.

use super::Footprint;
use super::footprint::union;
use crate::units::{Altitude, Datum};
use crate::world::geo::{Place, Position, Rectangle};
use crate::world::terrain::{Extremes, Terrain};

/// Heights that differ by less are the same, m.
const ROUNDING_M: f64 = 1e-9;
/// A stretch shorter than this share of a segment is not cut further.
const SHORTEST: f64 = 1e-10;
/// Most stretches to cut: on ground that runs along a limit the cutting ends here.
const MOST_CUTS: usize = 20_000;

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
    /// Where the segment from `a` to `b` enters the volume; `None` if it stays outside. Limits over ground are taken as met
    /// where there is no terrain to measure from: what cannot be known to be outside counts as inside.
    pub fn entry(&self, a: &Position, b: &Position, terrain: &Terrain) -> Option<f64> {
        self.stretches(a, b, terrain).first().map(|stretch| stretch[0])
    }

    /// The stretches of the segment in the volume, in order; where it is too close to a limit to tell, in it.
    pub fn stretches(&self, a: &Position, b: &Position, terrain: &Terrain) -> Vec<[f64; 2]> {
        let segment = Segment { volume: self, a, b, terrain, includes_upper: false };
        union(segment.pieces().into_iter().filter(|piece| piece.1 != Side::Outside).map(|piece| piece.0).collect())
    }

    /// The stretches of the segment in the volume, its upper limit included; where it is too close to a limit to tell,
    /// outside.
    pub fn stretches_inside(&self, a: &Position, b: &Position, terrain: &Terrain) -> Vec<[f64; 2]> {
        let segment = Segment { volume: self, a, b, terrain, includes_upper: true };
        union(segment.pieces().into_iter().filter(|piece| piece.1 == Side::Inside).map(|piece| piece.0).collect())
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
}

/// Where a stretch lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// In the volume whole.
    Inside,
    /// Outside it whole.
    Outside,
    /// Partly in it.
    Across,
}

/// A segment and a volume that it may enter.
struct Segment<'a> {
    volume: &'a Volume,
    a: &'a Position,
    b: &'a Position,
    terrain: &'a Terrain,
    /// Whether the upper limit itself belongs to the volume.
    includes_upper: bool,
}

impl Segment<'_> {
    /// The stretches over the footprint, cut where they pass a limit until each lies on one side or is too short to matter.
    fn pieces(&self) -> Vec<([f64; 2], Side)> {
        let mut open = self.volume.footprint.shares(&self.a.xy(), &self.b.xy());
        open.reverse();
        let (mut pieces, mut cuts) = (Vec::new(), 0);
        while let Some([from, to]) = open.pop() {
            let (side, middle) = (self.side([from, to]), f64::midpoint(from, to));
            if side == Side::Across && to - from > SHORTEST && cuts < MOST_CUTS {
                cuts += 1;
                open.extend([[middle, to], [from, middle]]);
            } else {
                pieces.push(([from, to], side));
            }
        }
        pieces
    }

    fn side(&self, [from, to]: [f64; 2]) -> Side {
        let ends = [from, to].map(|share| self.a + (self.b - self.a) * share);
        let limits = [Some(self.volume.lower), self.volume.upper];
        let is_over_ground = limits.into_iter().flatten().any(|limit| limit.datum == Datum::Agl);
        let extremes = if is_over_ground { self.terrain.extremes(&ends[0], &ends[1]) } else { None };
        let upper = self
            .volume
            .upper
            .map_or(Side::Outside, |upper| over(self.excess_m(upper, ends, extremes), !self.includes_upper));
        match (over(self.excess_m(self.volume.lower, ends, extremes), true), upper) {
            (Side::Inside, Side::Outside) => Side::Inside,
            (Side::Outside, _) | (_, Side::Inside) => Side::Outside,
            _ => Side::Across,
        }
    }

    /// The least and the greatest height of a stretch over a limit, m; `None` where there is no ground to measure from.
    fn excess_m(&self, limit: Altitude, ends: [Position; 2], extremes: Option<Extremes>) -> Option<[f64; 2]> {
        if limit.datum == Datum::Agl {
            return extremes.map(|found| [found.lowest.agl_m - limit.metres, found.highest.agl_m - limit.metres]);
        }
        // A datum that cannot be converted is reported when the volume is read, and never reaches this.
        let [x, y] = ends.map(|end| self.terrain.amsl_m(&end.xy(), limit).map_or(0.0, |level_m| end.z - level_m));
        Some([x.min(y), x.max(y)])
    }
}

/// Whether heights lie over a limit; at the limit itself as asked.
fn over(excess_m: Option<[f64; 2]>, at_limit: bool) -> Side {
    let is_over = |metres: f64| if at_limit { metres >= -ROUNDING_M } else { metres > ROUNDING_M };
    match excess_m.map(|range| range.map(is_over)) {
        Some([true, true]) => Side::Inside,
        Some([false, false]) => Side::Outside,
        _ => Side::Across,
    }
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
