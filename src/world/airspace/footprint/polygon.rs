//! Polygons with holes. Of many edges an R-tree finds those that matter, so that a coast line of 100 000 places is asked as
//! quickly as a square.

use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::Ring;
use super::lines::{capsule_share, distance_to_segment_m, edges, is_east_of, meeting, union};
use crate::world::geo::{Place, Rectangle};

/// Edges up to which going through all of them is quicker than a tree.
const FEW: usize = 32;
/// How far beside a segment an edge is looked for, m: more than rounding moves it.
const BESIDE_M: f64 = 1e-6;

/// A polygon: an outer ring and holes in it, and everything closer to it than a margin.
#[derive(Clone, Debug)]
pub struct Polygon {
    outer: Ring,
    holes: Vec<Ring>,
    margin_m: f64,
    tree: Option<RTree<Edge>>,
}

/// Two polygons are the same if their rings are.
impl PartialEq for Polygon {
    fn eq(&self, other: &Self) -> bool {
        self.outer == other.outer && self.holes == other.holes && self.margin_m == other.margin_m
    }
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    a: Place,
    b: Place,
}

impl RTreeObject for Edge {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.a.into(), self.b.into())
    }
}

impl PointDistance for Edge {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        let distance_m = distance_to_segment_m(&Place::from(*point), &self.a, &self.b);
        distance_m * distance_m
    }
}

impl Polygon {
    /// The polygon of an outer ring, in either direction, and holes in it.
    pub fn new(outer: Ring, holes: Vec<Ring>) -> Self {
        let count = outer.len() + holes.iter().map(Vec::len).sum::<usize>();
        let all = || ring_edges(&outer, &holes).map(|(a, b)| Edge { a: *a, b: *b }).collect();
        let tree = (count > FEW).then(|| RTree::bulk_load(all()));
        Self { outer, holes, margin_m: 0.0, tree }
    }

    /// The same with everything that is closer to it than a margin.
    #[must_use]
    pub fn grown(self, margin_m: f64) -> Self {
        Self { margin_m: self.margin_m + margin_m, ..self }
    }

    /// How far beyond its rings it reaches, m.
    pub const fn margin_m(&self) -> f64 {
        self.margin_m
    }

    /// The outer ring.
    pub const fn outer(&self) -> &Ring {
        &self.outer
    }

    /// The holes.
    pub fn holes(&self) -> &[Ring] {
        &self.holes
    }

    /// The edges that may meet a rectangle.
    fn edges_near(&self, low: Place, high: Place) -> impl Iterator<Item = (&Place, &Place)> {
        let area = AABB::from_corners(low.into(), high.into());
        let touches = move |(a, b): &(&Place, &Place)| {
            a.x.min(b.x) <= high.x && a.x.max(b.x) >= low.x && a.y.min(b.y) <= high.y && a.y.max(b.y) >= low.y
        };
        let few = self.tree.is_none().then(|| ring_edges(&self.outer, &self.holes));
        let all = few.into_iter().flatten().filter(touches);
        let near = self.tree.iter().flat_map(move |tree| tree.locate_in_envelope_intersecting(area));
        all.chain(near.map(|edge| (&edge.a, &edge.b)))
    }

    fn edges_along(&self, a: &Place, b: &Place, margin_m: f64) -> impl Iterator<Item = (&Place, &Place)> {
        let around = Rectangle { low: a.inf(b), high: a.sup(b) }.grown(margin_m + BESIDE_M);
        self.edges_near(around.low, around.high)
    }

    /// Whether it covers `place`.
    pub fn contains(&self, place: &Place) -> bool {
        self.encloses(place) || (self.margin_m > 0.0 && self.distance_to_edge_m(place) < self.margin_m)
    }

    /// Whether its rings enclose `place`: the crossing number of a ray to the east, over all rings at once.
    fn encloses(&self, place: &Place) -> bool {
        let ray = self.edges_near(*place, Place::new(f64::MAX, place.y));
        ray.filter(|(a, b)| is_east_of(place, a, b)).count() % 2 == 1
    }

    /// The shares of the segment from `a` to `b` that lie over it, in order.
    pub fn shares(&self, a: &Place, b: &Place) -> Vec<[f64; 2]> {
        if self.margin_m > 0.0 { self.shares_near(a, b, self.margin_m) } else { self.shares_enclosed(a, b) }
    }

    fn shares_enclosed(&self, a: &Place, b: &Place) -> Vec<[f64; 2]> {
        let mut cuts: Vec<f64> = self.edges_along(a, b, 0.0).flat_map(|(p, q)| meeting(a, b, p, q)).collect();
        cuts.extend([0.0, 1.0]);
        cuts.sort_unstable_by(f64::total_cmp);
        let over = cuts
            .windows(2)
            .filter(|pair| pair[0] < pair[1])
            .filter(|pair| self.encloses(&(a + (b - a) * f64::midpoint(pair[0], pair[1]))));
        union(over.map(|pair| [pair[0], pair[1]]).collect())
    }

    /// The shares that lie over it or closer to it than `margin_m`, in order.
    pub fn shares_within(&self, a: &Place, b: &Place, margin_m: f64) -> Vec<[f64; 2]> {
        self.shares_near(a, b, self.margin_m + margin_m)
    }

    fn shares_near(&self, a: &Place, b: &Place, margin_m: f64) -> Vec<[f64; 2]> {
        let mut shares = self.shares_enclosed(a, b);
        shares.extend(self.edges_along(a, b, margin_m).filter_map(|(p, q)| capsule_share(a, b, [p, q], margin_m)));
        union(shares)
    }

    /// Horizontal distance from `place` to it, m; 0 over it.
    pub fn distance_m(&self, place: &Place) -> f64 {
        if self.encloses(place) { 0.0 } else { (self.distance_to_edge_m(place) - self.margin_m).max(0.0) }
    }

    /// Horizontal distance from `place` to the nearest of its rings, m.
    fn distance_to_edge_m(&self, place: &Place) -> f64 {
        let nearest = self.tree.as_ref().and_then(|tree| tree.nearest_neighbor_iter((*place).into()).next());
        nearest.map_or_else(
            || {
                let edges = ring_edges(&self.outer, &self.holes);
                edges.map(|(a, b)| distance_to_segment_m(place, a, b)).fold(f64::INFINITY, f64::min)
            },
            |edge| distance_to_segment_m(place, &edge.a, &edge.b),
        )
    }

    /// Whether it covers any part of a rectangle.
    pub fn touches(&self, area: &Rectangle) -> bool {
        let corners = area.corners();
        corners.iter().any(|corner| self.contains(corner))
            || self.edges_near(area.low, area.high).any(|(a, b)| area.contains(a) || area.contains(b))
            || edges(&corners).any(|(a, b)| !self.shares(a, b).is_empty())
    }

    /// Whether it covers a rectangle whole; with a margin it may say no near its edge.
    pub fn covers(&self, area: &Rectangle) -> bool {
        if self.margin_m > 0.0 {
            let middle = nalgebra::center(&area.low, &area.high);
            let edge_m = self.distance_to_edge_m(&middle);
            let depth_m = self.margin_m + if self.encloses(&middle) { edge_m } else { -edge_m };
            return area.size().norm() / 2.0 <= depth_m;
        }
        let around = area.grown(BESIDE_M);
        if self.edges_near(around.low, around.high).next().is_none() {
            return self.encloses(&area.low);
        }
        let is_whole = |[a, b]: [&Place; 2]| matches!(self.shares(a, b)[..], [[0.0, 1.0]]);
        edges(&area.corners()).all(|(a, b)| is_whole([a, b]))
            && !self.edges_near(area.low, area.high).any(|(a, b)| area.contains_inside(a) || area.contains_inside(b))
    }
}

/// The edges of all rings of a polygon.
fn ring_edges<'a>(outer: &'a Ring, holes: &'a [Ring]) -> impl Iterator<Item = (&'a Place, &'a Place)> {
    std::iter::once(outer).chain(holes).flat_map(|ring| edges(ring))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    /// A saw of 400 teeth with a round hole, asked with its tree and without.
    #[test]
    fn the_tree_answers_what_all_edges_do() {
        let draw = RandomStream::new(22, Purpose::Traffic, 3);
        let teeth = (0..400_u32).map(|i| Place::new(f64::from(i) - 200.0, f64::from(i % 2) * 60.0 + 20.0));
        let outer: Ring = teeth.chain([Place::new(199.0, -90.0), Place::new(-200.0, -90.0)]).collect();
        let angle = |i: u32| f64::from(i) * std::f64::consts::TAU / 100.0;
        let hole = (0..100_u32).map(|i| Place::new(50.0 * libm::cos(angle(i)), 30.0 * libm::sin(angle(i)) - 40.0));
        let indexed = Polygon::new(outer, vec![hole.collect()]);
        let (mut touched, mut covered) = (0, 0);
        for step in 0..2_000 {
            let indexed = indexed.clone().grown(if step % 3 == 0 { 5.0 } else { 0.0 });
            let plain = Polygon { tree: None, ..indexed.clone() };
            let at = |n: u64| {
                Place::new(draw.between(8 * step + n, -220.0, 220.0), draw.between(8 * step + n + 1, -110.0, 100.0))
            };
            let (a, b) = (at(0), at(2));
            assert_eq!(indexed.contains(&a), plain.contains(&a));
            assert_eq!(indexed.shares(&a, &b), plain.shares(&a, &b));
            assert_eq!(indexed.shares_within(&a, &b, 7.0), plain.shares_within(&a, &b, 7.0));
            assert!((indexed.distance_to_edge_m(&a) - plain.distance_to_edge_m(&a)).abs() < 1e-9);
            let area = Rectangle { low: a, high: a }.grown(draw.between(8 * step + 5, 0.1, 30.0));
            assert_eq!(indexed.touches(&area), plain.touches(&area));
            assert_eq!(indexed.covers(&area), plain.covers(&area));
            touched += u32::from(indexed.touches(&area));
            covered += u32::from(indexed.covers(&area));
        }
        assert!(touched > 500 && covered > 100, "{touched} {covered}");
    }
}
