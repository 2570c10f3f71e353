//! The ground under a straight segment: where the segment is lowest and highest over it, exactly.
//!
//! In a bilinear cell the height of a straight line over the ground is a quadratic; its extremes are at the sides of the
//! cell or at its vertex. Stretches of the segment whose bound from the pyramid cannot beat what was found are skipped.

use super::HeightField;
use crate::world::geo::{Horizontal, Position};

/// A stretch of at most this many cell lines is walked cell by cell.
const WALKED_LINES: f64 = 8.0;
/// Ends and cell lines of such a stretch.
const MOST_CUTS: usize = 10;
/// Points looked at before the search begins, so that most of it can be skipped.
const FIRST_LOOKS: u32 = 32;

/// A point of a segment and its height over the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverGround {
    /// Share of the segment from its start.
    pub at: f64,
    /// True height there, m.
    pub agl_m: f64,
}

/// The lowest and the highest point of a segment over the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// Lowest.
    pub lowest: OverGround,
    /// Highest.
    pub highest: OverGround,
}

impl Extremes {
    pub(super) fn around(self, other: Self) -> Self {
        Self {
            lowest: if other.lowest.agl_m < self.lowest.agl_m { other.lowest } else { self.lowest },
            highest: if other.highest.agl_m > self.highest.agl_m { other.highest } else { self.highest },
        }
    }
}

/// What rounding makes of no difference in height, m: flight along level ground would be looked at cell by cell for it.
const NOTHING_M: f64 = 1e-9;

/// Which of the extremes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// Both.
    Both,
    /// The lowest alone: the highest is given as infinite, so that nothing can beat it.
    Lowest,
}

/// The extremes of the stretch from `from` to `to`, shares of the segment from `a` to `b`, which must lie in `field`.
pub fn extremes(field: &HeightField, a: &Position, b: &Position, [from, to]: [f64; 2], seek: Seek) -> Extremes {
    let nothing = OverGround { at: from, agl_m: f64::NAN };
    let unbeaten_m = if seek == Seek::Both { f64::NEG_INFINITY } else { f64::INFINITY };
    let mut search = Search {
        field,
        start: field.in_cells(a),
        span: field.in_cells(b) - field.in_cells(a),
        heights_m: (a.z, b.z - a.z),
        found: Extremes {
            lowest: OverGround { agl_m: f64::INFINITY, ..nothing },
            highest: OverGround { agl_m: unbeaten_m, ..nothing },
        },
    };
    let lines = search.lines_between(from, to);
    if lines <= WALKED_LINES {
        search.walk(from, to);
        return search.found;
    }
    if lines > 2.0 * WALKED_LINES {
        for look in 0..=FIRST_LOOKS {
            let at = from + (to - from) * f64::from(look) / f64::from(FIRST_LOOKS);
            search.see(at, search.agl_at(at));
        }
    }
    search.search(search.point(from), search.point(to));
    search.found
}

/// A point of the segment: its share, its place in cells, its height.
#[derive(Clone, Copy)]
struct Point {
    at: f64,
    place: Horizontal,
    height_m: f64,
}

struct Search<'a> {
    field: &'a HeightField,
    /// Start of the segment, in cells from the south-west corner of the field.
    start: Horizontal,
    /// Its extent, in cells.
    span: Horizontal,
    /// Height at its start and rise to its end, m.
    heights_m: (f64, f64),
    found: Extremes,
}

impl Search<'_> {
    fn see(&mut self, at: f64, agl_m: f64) {
        let seen = OverGround { at, agl_m };
        self.found = self.found.around(Extremes { lowest: seen, highest: seen });
    }

    fn place(&self, at: f64) -> Horizontal {
        self.start + self.span * at
    }

    fn height_m(&self, at: f64) -> f64 {
        self.heights_m.0 + self.heights_m.1 * at
    }

    fn agl_at(&self, at: f64) -> f64 {
        let place = self.place(at);
        self.height_m(at) - self.field.patch(&place).height_m(&place)
    }

    /// How many cell lines lie between two points, at most.
    fn lines_between(&self, from: f64, to: f64) -> f64 {
        (self.span * (to - from)).abs().sum() + 2.0
    }

    fn point(&self, at: f64) -> Point {
        Point { at, place: self.place(at), height_m: self.height_m(at) }
    }

    fn search(&mut self, from: Point, to: Point) {
        let ground = self.field.range_between(&from.place, &to.place);
        let [low_m, high_m] = [from.height_m.min(to.height_m), from.height_m.max(to.height_m)];
        let is_low_enough = low_m - f64::from(ground.high) < self.found.lowest.agl_m - NOTHING_M;
        let is_high_enough = high_m - f64::from(ground.low) > self.found.highest.agl_m + NOTHING_M;
        if !is_low_enough && !is_high_enough {
            return;
        }
        if self.lines_between(from.at, to.at) <= WALKED_LINES {
            self.walk(from.at, to.at);
            return;
        }
        let mut begin = from;
        for quarter in [0.25, 0.5, 0.75] {
            let end = self.point(from.at + (to.at - from.at) * quarter);
            self.search(begin, end);
            begin = end;
        }
        self.search(begin, to);
    }

    /// Cell by cell: between two cell lines the segment lies in one cell.
    fn walk(&mut self, from: f64, to: f64) {
        let mut cuts = [to; MOST_CUTS];
        cuts[0] = from;
        let mut count = 1;
        for axis in 0..2 {
            let (first, last) = (self.place(from)[axis], self.place(to)[axis]);
            let (mut line, end) = (first.min(last).floor() + 1.0, first.max(last));
            while line < end && count + 1 < cuts.len() {
                cuts[count] = ((line - self.start[axis]) / self.span[axis]).clamp(from, to);
                (line, count) = (line + 1.0, count + 1);
            }
        }
        cuts[..=count].sort_unstable_by(f64::total_cmp);
        for pair in cuts[..=count].windows(2) {
            self.see_piece(pair[0], pair[1]);
        }
    }

    /// A piece within one cell.
    fn see_piece(&mut self, from: f64, to: f64) {
        let patch = self.field.patch(&self.place(f64::midpoint(from, to)));
        let agl_at = |at: f64| self.height_m(at) - patch.height_m(&self.place(at));
        let (begin, end) = (agl_at(from), agl_at(to));
        // As a quadratic of the share u of the piece: curve · u² + slope · u + begin.
        let piece = self.span * (to - from);
        let curve = -patch.twist_m * piece.x * piece.y;
        let slope = end - begin - curve;
        let vertex = -slope / (2.0 * curve);
        self.see(from, begin);
        self.see(to, end);
        if vertex > 0.0 && vertex < 1.0 {
            self.see(from + (to - from) * vertex, (curve * vertex + slope) * vertex + begin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};
    use crate::world::geo::Place;
    use crate::world::terrain::Terrain;

    const DRAW: RandomStream = RandomStream::new(11, Purpose::Traffic, 2);

    /// Rugged ground, 2 km on a side, with a coarse field around.
    fn rugged() -> Terrain {
        let mut step = 10_000_000;
        let mut rough = |p: &Place| {
            step += 1;
            200.0 + 0.05 * p.x + 40.0 * libm::sin(p.y / 170.0) + DRAW.between(step, -15.0, 15.0)
        };
        let fine = HeightField::sampled(Place::new(-1000.0, -1000.0), 10.0, [201, 201], &mut rough);
        let coarse = HeightField::sampled(Place::new(-3000.0, -3000.0), 60.0, [101, 101], &mut rough);
        Terrain::new(fine, Some(coarse), true, "test")
    }

    fn segment(step: u64, reach_m: f64) -> (Position, Position) {
        let at = |end: u64, axis: u64, low, high| DRAW.between(6 * step + 3 * end + axis, low, high);
        let [a, b] = [0, 1].map(|end| {
            Position::new(at(end, 0, -reach_m, reach_m), at(end, 1, -reach_m, reach_m), at(end, 2, 150.0, 420.0))
        });
        (a, b)
    }

    /// Against a walk in small steps: never narrower than what the walk finds, and the points found have the heights
    /// stated. Every third segment is short, every seventh runs along a line of nodes.
    #[test]
    fn extremes_are_what_a_walk_finds() {
        let terrain = rugged();
        for step in 0..100_000 {
            let reach_m = if step % 2 == 0 { 999.0 } else { 2900.0 };
            let (mut a, mut b) = segment(step, reach_m);
            if step % 3 == 0 {
                b = a + (b - a) * 0.01;
            }
            if step % 7 == 0 {
                (a.y, b.y) = (50.0, 50.0);
            }
            let found = terrain.extremes(&a, &b).unwrap();
            let steps = ((b - a).xy().norm() / 7.0).ceil().max(1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred")]
            let walk = (0..=steps as u32).map(|i| terrain.agl_m(&(a + (b - a) * (f64::from(i) / steps))).unwrap());
            let (low, high) =
                walk.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), agl| (low.min(agl), high.max(agl)));
            let (lowest, highest) = (found.lowest.agl_m, found.highest.agl_m);
            assert!((terrain.lowest(&a, &b).unwrap().agl_m - lowest).abs() < 1e-12);
            assert!(lowest <= low + 1e-6 && highest >= high - 1e-6, "{a} {b}: {found:?} {low} {high}");
            for point in [found.lowest, found.highest] {
                assert!((0.0..=1.0).contains(&point.at));
                // On the line between fine and coarse ground the two differ.
                let position = a + (b - a) * point.at;
                let edge_m = (position.x.abs().max(position.y.abs()) - 1000.0).abs();
                let there = terrain.agl_m(&position).unwrap();
                assert!(edge_m < 1e-6 || (there - point.agl_m).abs() < 1e-6, "{a} {b}: {point:?} {there}");
            }
        }
    }

    #[test]
    fn beyond_the_terrain_nothing_is_known() {
        let terrain = rugged();
        let at = Position::new;
        assert!(terrain.extremes(&at(0.0, 0.0, 300.0), &at(3001.0, 0.0, 300.0)).is_none());
        let point = terrain.extremes(&at(5.0, 5.0, 300.0), &at(5.0, 5.0, 310.0)).unwrap();
        assert!((point.highest.agl_m - point.lowest.agl_m - 10.0).abs() < 1e-9);
    }
}
