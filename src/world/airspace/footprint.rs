//! Footprints: what a volume covers on the ground, and which parts of a segment lie over it.

mod lines;
mod polygon;

pub use lines::{NO_STRETCH, union};
pub use polygon::Polygon;

use crate::world::geo::{Horizontal, Place, Rectangle};
use lines::{circle_share, distance_to_line_m, distance_to_segment_m, edges, shares_near_line};

/// Sides of the polygon that a circle is drawn as.
const CIRCLE_SIDES: u32 = 64;

/// A closed line without self-crossings; the last place is joined to the first.
pub type Ring = Vec<Place>;

/// A part of the ground.
#[derive(Clone, Debug, PartialEq)]
pub enum Footprint {
    /// A polygon.
    Polygon(Polygon),
    /// A circle.
    Circle {
        /// Its centre.
        centre: Place,
        /// Its radius, m.
        radius_m: f64,
    },
    /// Everything closer to a line than half its width.
    Corridor {
        /// The line; at least one place.
        line: Vec<Place>,
        /// Half the width, m.
        half_width_m: f64,
    },
}

impl Footprint {
    /// A polygon without holes.
    pub fn polygon(outer: Ring) -> Self {
        Self::Polygon(Polygon::new(outer, Vec::new()))
    }

    /// The same with everything that is closer to it than a margin.
    #[must_use]
    pub fn grown(self, margin_m: f64) -> Self {
        match self {
            Self::Polygon(polygon) => Self::Polygon(polygon.grown(margin_m)),
            Self::Circle { centre, radius_m } => Self::Circle { centre, radius_m: radius_m + margin_m },
            Self::Corridor { line, half_width_m } => Self::Corridor { line, half_width_m: half_width_m + margin_m },
        }
    }

    /// The smallest rectangle around it.
    pub fn extent(&self) -> Rectangle {
        match self {
            Self::Polygon(polygon) => around(polygon.outer()).grown(polygon.margin_m()),
            Self::Circle { centre, radius_m } => Rectangle { low: *centre, high: *centre }.grown(*radius_m),
            Self::Corridor { line, half_width_m } => around(line).grown(*half_width_m),
        }
    }

    /// Its outer line, for drawing; of a corridor the places beside its own, so that ends and bends are not round.
    pub fn outline(&self) -> Ring {
        match self {
            Self::Polygon(polygon) if polygon.margin_m() > 0.0 => beside(polygon.outer(), polygon.margin_m()),
            Self::Polygon(polygon) => polygon.outer().clone(),
            Self::Circle { centre, radius_m } => {
                let angles =
                    (0..CIRCLE_SIDES).map(|side| f64::from(side) * std::f64::consts::TAU / f64::from(CIRCLE_SIDES));
                angles.map(|angle| centre + Horizontal::new(libm::cos(angle), libm::sin(angle)) * *radius_m).collect()
            }
            Self::Corridor { line, half_width_m } => {
                let beside = |side: f64| move |index: usize| line[index] + aside(line, index) * (half_width_m * side);
                let back = (0..line.len()).rev().map(beside(-1.0));
                (0..line.len()).map(beside(1.0)).chain(back).collect()
            }
        }
    }

    /// Its holes.
    pub fn holes(&self) -> &[Ring] {
        match self {
            Self::Polygon(polygon) => polygon.holes(),
            Self::Circle { .. } | Self::Corridor { .. } => &[],
        }
    }

    /// Whether it covers `place`: the crossing number of a ray to the east, over all rings at once. Of its own edge a
    /// polygon covers the southern and western parts, so that places on a line shared by two belong to one.
    pub fn contains(&self, place: &Place) -> bool {
        match self {
            Self::Polygon(polygon) => polygon.contains(place),
            Self::Circle { centre, radius_m } => (place - centre).norm_squared() < radius_m * radius_m,
            Self::Corridor { line, half_width_m } => distance_to_line_m(place, line) < *half_width_m,
        }
    }

    /// The shares of the segment from `a` to `b` that lie over it, in order; a segment of length 0 lies over it whole or
    /// not at all.
    pub fn shares(&self, a: &Place, b: &Place) -> Vec<[f64; 2]> {
        match self {
            Self::Polygon(polygon) => polygon.shares(a, b),
            Self::Circle { centre, radius_m } => circle_share(a, b, centre, *radius_m).into_iter().collect(),
            Self::Corridor { line, half_width_m } => union(shares_near_line(a, b, line, *half_width_m)),
        }
    }

    /// The shares of the segment from `a` to `b` that lie over it or closer to it than `margin_m`, in order.
    pub fn shares_within(&self, a: &Place, b: &Place, margin_m: f64) -> Vec<[f64; 2]> {
        match self {
            Self::Polygon(polygon) => polygon.shares_within(a, b, margin_m),
            Self::Circle { centre, radius_m } => circle_share(a, b, centre, radius_m + margin_m).into_iter().collect(),
            Self::Corridor { line, half_width_m } => union(shares_near_line(a, b, line, half_width_m + margin_m)),
        }
    }

    /// Horizontal distance from `place` to it, m; 0 over it.
    pub fn distance_m(&self, place: &Place) -> f64 {
        match self {
            Self::Circle { centre, radius_m } => ((place - centre).norm() - radius_m).max(0.0),
            Self::Corridor { line, half_width_m } => (distance_to_line_m(place, line) - half_width_m).max(0.0),
            Self::Polygon(polygon) => polygon.distance_m(place),
        }
    }

    /// Whether it covers any part of a rectangle.
    pub fn touches(&self, area: &Rectangle) -> bool {
        if area.low == area.high {
            return self.contains(&area.low);
        }
        if !self.extent().touches(area) {
            return false;
        }
        let corners = area.corners();
        match self {
            Self::Circle { centre, radius_m } => {
                let nearest =
                    Place::new(centre.x.clamp(area.low.x, area.high.x), centre.y.clamp(area.low.y, area.high.y));
                (nearest - centre).norm_squared() < radius_m * radius_m
            }
            Self::Corridor { line, half_width_m } => {
                line.iter().any(|place| area.contains(place))
                    || edges(&corners).any(|(a, b)| !shares_near_line(a, b, line, *half_width_m).is_empty())
                    || self.contains(&corners[0])
            }
            Self::Polygon(polygon) => polygon.touches(area),
        }
    }

    /// Whether it covers a rectangle whole. Of two shapes that touch from inside it may say no.
    pub fn covers(&self, area: &Rectangle) -> bool {
        if area.low == area.high {
            return self.contains(&area.low);
        }
        let corners = area.corners();
        match self {
            Self::Circle { centre, radius_m } => {
                corners.iter().all(|corner| (corner - centre).norm_squared() <= radius_m * radius_m)
            }
            Self::Corridor { line, half_width_m } => {
                // Around one edge it is convex; around a bend the middle of a small rectangle tells.
                let middle = nalgebra::center(&area.low, &area.high);
                let near = |p: &Place, q: &Place| {
                    corners.iter().all(|corner| distance_to_segment_m(corner, p, q) <= *half_width_m)
                };
                line.windows(2).any(|edge| near(&edge[0], &edge[1]))
                    || distance_to_line_m(&middle, line) + area.size().norm() / 2.0 <= *half_width_m
            }
            Self::Polygon(polygon) => self.extent().touches(area) && polygon.covers(area),
        }
    }
}

/// The places so far to the right of a line, one for each of its own, farther at a bend so that the lines keep their distance.
pub fn right_of(line: &[Place], right_m: f64) -> Vec<Place> {
    (0..line.len()).map(|index| line[index] - aside(line, index) * right_m).collect()
}

/// To the left of a line at one of its places, longer at a bend so that both sides keep their distance.
fn aside(line: &[Place], index: usize) -> Horizontal {
    let left = |from: usize, to: usize| {
        let along = (line[to] - line[from]).try_normalize(1e-9).unwrap_or(Horizontal::x());
        Horizontal::new(-along.y, along.x)
    };
    let last = line.len() - 1;
    if last == 0 {
        return Horizontal::y();
    }
    let (before, after) = (index.max(1), index.min(last - 1));
    let sum = left(before - 1, before) + left(after, after + 1);
    sum * (2.0 / sum.norm_squared().max(1.0))
}

/// The places that far outside a ring, longer at a corner so that both sides keep their distance.
fn beside(ring: &[Place], margin_m: f64) -> Ring {
    let count = ring.len();
    let doubled: f64 = edges(ring).map(|(a, b)| a.coords.perp(&b.coords)).sum();
    // The outside is to the right of a ring that runs counter-clockwise.
    let outwards = if doubled > 0.0 { -margin_m } else { margin_m };
    let corner = |index: usize| {
        let three = [ring[(index + count - 1) % count], ring[index], ring[(index + 1) % count]];
        ring[index] + aside(&three, 1) * outwards
    };
    (0..count).map(corner).collect()
}

fn around(places: &[Place]) -> Rectangle {
    let nowhere = Rectangle { low: Place::origin(), high: Place::origin() };
    Rectangle::around(places.iter().copied()).unwrap_or(nowhere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    const DRAW: RandomStream = RandomStream::new(21, Purpose::Traffic, 3);

    fn at(x: f64, y: f64) -> Place {
        Place::new(x, y)
    }

    /// A square with a square hole, an L, and a circle.
    fn shapes() -> Vec<Footprint> {
        let square = |r: f64| vec![at(-r, -r), at(r, -r), at(r, r), at(-r, r)];
        vec![
            Footprint::Polygon(Polygon::new(square(100.0), vec![square(40.0)])),
            Footprint::polygon(vec![
                at(-90.0, -90.0),
                at(80.0, -90.0),
                at(80.0, -20.0),
                at(0.0, -20.0),
                at(0.0, 70.0),
                at(-90.0, 70.0),
            ]),
            Footprint::polygon(square(60.0)).grown(25.0),
            Footprint::Circle { centre: at(10.0, -5.0), radius_m: 70.0 },
            Footprint::Corridor { line: vec![at(-80.0, -60.0), at(20.0, 50.0), at(90.0, -20.0)], half_width_m: 25.0 },
        ]
    }

    /// The shares against a walk along the segment; every fifth segment runs along a side.
    #[test]
    fn shares_are_what_a_walk_finds() {
        for shape in shapes() {
            for step in 0..3_000 {
                let coordinate = |n: u64| DRAW.between(4 * step + n, -150.0, 150.0);
                let (mut a, mut b) = (at(coordinate(0), coordinate(1)), at(coordinate(2), coordinate(3)));
                if step % 5 == 0 {
                    (a.y, b.y) = (-20.0, -20.0);
                } else if step % 7 == 0 {
                    b = a;
                }
                let shares = shape.shares(&a, &b);
                assert!(shares.windows(2).all(|pair| pair[0][1] < pair[1][0]), "{shares:?}");
                for piece in 0..97_u8 {
                    let share = f64::from(piece) / 96.0;
                    let near_a_cut = shares.iter().flatten().any(|cut| (cut - share).abs() < 1e-6);
                    let over = shares.iter().any(|[from, to]| (from..=to).contains(&&share));
                    assert!(
                        near_a_cut || over == shape.contains(&(a + (b - a) * share)),
                        "{a} {b} {share}: {shares:?}"
                    );
                }
            }
        }
    }

    /// Shares with a margin, and whether a rectangle is covered, against what sampling finds.
    #[test]
    fn margins_and_cover_are_what_sampling_finds() {
        let mut covered = 0;
        for shape in shapes() {
            for step in 0..2_000 {
                let draw = |n: u64, low, high| DRAW.between(2_000_000 + 6 * step + n, low, high);
                let (a, b) = (at(draw(0, -150.0, 150.0), draw(1, -150.0, 150.0)), at(draw(2, -150.0, 150.0), 7.0));
                let shares = shape.shares_within(&a, &b, 12.0);
                for piece in 0..61_u8 {
                    let share = f64::from(piece) / 60.0;
                    let near_a_cut = shares.iter().flatten().any(|cut| (cut - share).abs() < 1e-6);
                    let over = shares.iter().any(|[from, to]| (from..=to).contains(&&share));
                    let distance_m = shape.distance_m(&(a + (b - a) * share));
                    assert!(near_a_cut || over == (distance_m < 12.0), "{a} {b} {share}: {distance_m} {shares:?}");
                }
                let area = Rectangle { low: a, high: a + Horizontal::new(draw(4, 1.0, 30.0), draw(5, 1.0, 30.0)) };
                let mut inner = (0..100_u32).map(|i| {
                    area.low + area.size().component_mul(&(Horizontal::new((i % 10).into(), (i / 10).into()) / 9.0))
                });
                let is_inside = inner.all(|place| shape.distance_m(&place) < 1e-9);
                assert!(is_inside || !shape.covers(&area), "{shape:?} {area:?}");
                covered += u32::from(shape.covers(&area));
            }
        }
        assert!(covered > 500, "{covered}");
    }

    #[test]
    fn touching_and_distance_are_what_sampling_finds() {
        for shape in shapes() {
            for step in 0..400 {
                let draw = |n: u64, low, high| DRAW.between(1_000_000 + 4 * step + n, low, high);
                let low = at(draw(0, -160.0, 120.0), draw(1, -160.0, 120.0));
                let area = Rectangle { low, high: low + Horizontal::new(draw(2, 1.0, 60.0), draw(3, 1.0, 60.0)) };
                let inner = (0..400_u32).map(|i| {
                    let share = Horizontal::new(f64::from(i % 20) / 19.0, f64::from(i / 20) / 19.0);
                    area.low + area.size().component_mul(&share)
                });
                let covered = inner.clone().any(|place| shape.contains(&place));
                assert!(shape.touches(&area) || !covered, "{area:?}");
                let apart = inner.map(|place| shape.distance_m(&place)).fold(f64::INFINITY, f64::min);
                assert!(!shape.touches(&area) || apart < 5.0, "{area:?}: {apart} m");
            }
            let far = at(1000.0, 0.0);
            let nearest = (0..3600_u32).map(|i| {
                let angle = f64::from(i) * std::f64::consts::TAU / 3600.0;
                let shares = shape.shares(&Place::origin(), &at(500.0 * libm::cos(angle), 500.0 * libm::sin(angle)));
                let edge = shares.last().map_or(0.0, |share| share[1]) * 500.0;
                (far - at(edge * libm::cos(angle), edge * libm::sin(angle))).norm()
            });
            let sampled = nearest.fold(f64::INFINITY, f64::min);
            assert!((shape.distance_m(&far) - sampled).abs() < 0.5, "{sampled}");
        }
    }
}
