//! Edges of a polygon that cross each other, found with an R-tree of its edges.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::world::geo::Geographic;

/// How deep an edge must cross another, degrees (a tenth of a millimetre): touching is allowed.
const TOLERANCE_DEG: f64 = 1e-9;
/// Pairs that are looked at for each edge before the search is given up: keeps the time proportional to the file.
const PAIRS_PER_EDGE: usize = 200;
/// Pairs that are looked at in any case.
const PAIRS_AT_LEAST: usize = 100_000;

/// What a search for crossings found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// None.
    None,
    /// These two edges cross: ring, and number of the place the edge begins at.
    Edges([usize; 2], [usize; 2]),
    /// The polygon is too entangled to tell.
    Unknown,
}

/// Twice the area below which a ring covers nothing, square degrees: a ten-thousandth of a square metre.
const NO_AREA: f64 = 1e-14;

type Point = [f64; 2];

/// An edge: where it stands, and its ends.
#[derive(Clone, Copy)]
struct Edge {
    site: [usize; 2],
    a: Point,
    b: Point,
}

/// The first crossing among the edges of all rings.
pub fn crossing(rings: &[&[Geographic]]) -> Crossing {
    let edges: Vec<Edge> = rings.iter().enumerate().flat_map(|(index, ring)| edges(index, ring)).collect();
    let boxes = edges.iter().enumerate();
    let tree = RTree::bulk_load(
        boxes.map(|(index, edge)| GeomWithData::new(Rectangle::from_corners(edge.a, edge.b), index)).collect(),
    );
    let mut budget = PAIRS_AT_LEAST.max(PAIRS_PER_EDGE * edges.len());
    for (index, edge) in edges.iter().enumerate() {
        let around = AABB::from_corners(edge.a, edge.b);
        for other in tree.locate_in_envelope_intersecting(around).map(|found| found.data) {
            if budget == 0 {
                return Crossing::Unknown;
            }
            budget -= 1;
            if other > index && cross(edge, &edges[other]) {
                return Crossing::Edges(edge.site, edges[other].site);
            }
        }
    }
    Crossing::None
}

fn edges(index: usize, ring: &[Geographic]) -> impl Iterator<Item = Edge> + '_ {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1)).enumerate();
    let point = |place: &Geographic| [place.lon_deg, place.lat_deg];
    ends.map(move |(begin, (a, b))| Edge { site: [index, begin], a: point(a), b: point(b) })
}

/// Whether two edges cross inside both.
fn cross(one: &Edge, other: &Edge) -> bool {
    let parts = |edge: &Edge, ends: [Point; 2]| {
        let [first, second] = ends.map(|end| distance_deg(edge, end));
        first.min(second) < -TOLERANCE_DEG && first.max(second) > TOLERANCE_DEG
    };
    parts(one, [other.a, other.b]) && parts(other, [one.a, one.b])
}

/// How far a point lies to the left of an edge.
fn distance_deg(edge: &Edge, point: Point) -> f64 {
    let along = [edge.b[0] - edge.a[0], edge.b[1] - edge.a[1]];
    let from = [point[0] - edge.a[0], point[1] - edge.a[1]];
    (along[0] * from[1] - along[1] * from[0]) / libm::hypot(along[0], along[1])
}

/// Whether a ring covers next to nothing: all its places lie in a line.
pub fn is_flat(ring: &[Geographic]) -> bool {
    let origin = ring[0];
    let from = |place: &Geographic| (place.lon_deg - origin.lon_deg, place.lat_deg - origin.lat_deg);
    let doubled: f64 = ring
        .windows(2)
        .map(|pair| {
            let ((ax, ay), (bx, by)) = (from(&pair[0]), from(&pair[1]));
            ax * by - bx * ay
        })
        .sum();
    doubled.abs() < NO_AREA
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    fn ring(points: &[(f64, f64)]) -> Vec<Geographic> {
        points.iter().map(|(x, y)| Geographic::new(*y, *x)).collect()
    }

    #[test]
    fn crossings_are_told_from_touching() {
        let bow = ring(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]);
        assert_eq!(crossing(&[&bow]), Crossing::Edges([0, 0], [0, 2]));
        // A place on another edge, a spike, and two parts that meet in a place.
        for fine in [
            ring(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 0.0), (0.0, 2.0)]),
            ring(&[(0.0, 0.0), (2.0, 0.0), (3.0, 0.0), (2.0, 0.0), (2.0, 2.0)]),
            ring(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (2.0, 2.0), (1.0, 1.0), (0.0, 2.0)]),
        ] {
            assert_eq!(crossing(&[&fine]), Crossing::None, "{fine:?}");
        }
        let outer = ring(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]);
        let hole = ring(&[(1.0, 1.0), (5.0, 1.5), (1.0, 2.0)]);
        assert!(matches!(crossing(&[&outer, &hole]), Crossing::Edges([0, 1], [1, _])));
    }

    /// Random rings against every pair of edges.
    #[test]
    fn the_tree_finds_what_every_pair_finds() {
        let draw = RandomStream::new(5, Purpose::Traffic, 1);
        let mut crossed = 0;
        for round in 0..400_u64 {
            let count = 4 + round % 9;
            // A star around the middle does not cross itself; every other ring has one place put anywhere.
            let mut places: Vec<Geographic> = (0..count)
                .map(|index| {
                    #[expect(clippy::cast_precision_loss, reason = "small")]
                    let angle = index as f64 / count as f64 * std::f64::consts::TAU;
                    let radius = draw.between(100 * round + index, 0.3, 1.0);
                    Geographic::new(radius * libm::sin(angle), radius * libm::cos(angle))
                })
                .collect();
            if round % 2 == 0 {
                let at = |n: u64| draw.between(100 * round + 50 + n, -1.0, 1.0);
                places[1] = Geographic::new(at(0), at(1));
            }
            let all: Vec<Edge> = edges(0, &places).collect();
            let any = (0..all.len()).any(|i| (0..i).any(|j| cross(&all[i], &all[j])));
            assert_eq!(crossing(&[&places]) != Crossing::None, any, "{places:?}");
            assert!(!any || round % 2 == 0);
            crossed += u32::from(any);
        }
        assert!(crossed > 30, "{crossed}");
    }

    /// 100 000 places: quickly, whether they are an ordinary outline or a comb whose teeth all overlap.
    #[test]
    fn large_rings_take_no_longer_than_their_length() {
        let count = 99_999_u32;
        let circle: Vec<Geographic> = (0..count)
            .map(|index| {
                let angle = f64::from(index) / f64::from(count) * std::f64::consts::TAU;
                Geographic::new(libm::sin(angle), libm::cos(angle))
            })
            .collect();
        assert_eq!(crossing(&[&circle]), Crossing::None);
        let comb: Vec<Geographic> = (0..count)
            .map(|index| {
                let (step, end) = (f64::from(index) * 1e-6, f64::from(index % 2));
                Geographic::new(end - step, end + step)
            })
            .collect();
        assert_eq!(crossing(&[&comb]), Crossing::Unknown);
    }
}
