//! Convex outlines on the ground, and what two of them have in common.

use arrayvec::ArrayVec;

use crate::world::geo::{Horizontal, Place, Rectangle};

/// Most places of an outline: a circle is drawn as so many.
pub const MOST_PLACES: usize = 16;
/// Most places of what two outlines have in common: those of a box, and one more for each side.
const MOST_COMMON: usize = 2 * MOST_PLACES + 4;

/// A convex polygon, counter-clockwise, with at most [`MOST_PLACES`] places.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline(Box<[Place]>);

/// The side of a line on which `normal · place <= most_m`.
#[derive(Clone, Copy)]
struct HalfPlane {
    /// Away from the side that is meant, of length 1.
    normal: Horizontal,
    most_m: f64,
}

impl Outline {
    /// The outline through places, given counter-clockwise; `None` if they are fewer than 3, too many, or do not turn left at
    /// every place.
    pub fn convex(places: Vec<Place>) -> Option<Self> {
        let count = places.len();
        let turns_left = |index: usize| {
            let [a, b, c] = [0, 1, 2].map(|step| places[(index + step) % count]);
            (b - a).perp(&(c - b)) > 0.0
        };
        let is_convex = (3..=MOST_PLACES).contains(&count) && (0..count).all(turns_left) && turns_once(&places);
        is_convex.then(|| Self(places.into()))
    }

    /// The rectangle that reaches from `back_m` behind to `ahead_m` before a place in a direction (of length 1), and
    /// `aside_m` from right to left of it; the sides must be apart.
    pub fn along(origin: Place, direction: Horizontal, ahead_m: [f64; 2], aside_m: [f64; 2]) -> Self {
        let left = Horizontal::new(-direction.y, direction.x);
        let corner = |ahead: usize, aside: usize| origin + direction * ahead_m[ahead] + left * aside_m[aside];
        Self([corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)].into())
    }

    /// The polygon around a circle.
    pub fn around(centre: Place, radius_m: f64) -> Self {
        let sides = 16_u32;
        let reach_m = radius_m / libm::cos(std::f64::consts::PI / f64::from(sides));
        let angles = (0..sides).map(|side| f64::from(side) * std::f64::consts::TAU / f64::from(sides));
        Self(angles.map(|angle| centre + Horizontal::new(libm::cos(angle), libm::sin(angle)) * reach_m).collect())
    }

    /// Its places, counter-clockwise.
    pub fn places(&self) -> &[Place] {
        &self.0
    }

    /// The rectangle around it.
    pub fn extent(&self) -> Rectangle {
        let first = Rectangle { low: self.0[0], high: self.0[0] };
        self.0
            .iter()
            .fold(first, |so_far, place| Rectangle { low: so_far.low.inf(place), high: so_far.high.sup(place) })
    }

    /// The sides, each as the half plane on its inner side.
    fn half_planes(&self) -> impl Iterator<Item = HalfPlane> {
        let count = self.0.len();
        (0..count).map(move |index| {
            let (a, b) = (self.0[index], self.0[(index + 1) % count]);
            let along = (b - a).normalize();
            let normal = Horizontal::new(along.y, -along.x);
            HalfPlane { normal, most_m: normal.dot(&a.coords) }
        })
    }

    /// Whether a place lies in it or at most `margin_m` beyond a side.
    pub fn contains(&self, place: &Place, margin_m: f64) -> bool {
        self.half_planes().all(|side| side.normal.dot(&place.coords) <= side.most_m + margin_m)
    }

    /// Whether places exist that lie in both outlines, each grown by `margin_m`.
    pub fn meets(&self, other: &Self, margin_m: f64) -> bool {
        let (own, others) = (self.extent().grown(margin_m), other.extent().grown(margin_m));
        if !own.touches(&others) {
            return false;
        }
        let common = Rectangle { low: own.low.sup(&others.low), high: own.high.inf(&others.high) };
        let mut left: ArrayVec<Place, MOST_COMMON> = common.corners().into_iter().collect();
        let grown = |side: HalfPlane| HalfPlane { most_m: side.most_m + margin_m, ..side };
        for cut in self.half_planes().chain(other.half_planes()).map(grown) {
            left = on_side(&left, cut);
            if left.is_empty() {
                return false;
            }
        }
        true
    }
}

/// Whether a ring that always turns left goes round once, not several times like a star.
fn turns_once(places: &[Place]) -> bool {
    let count = places.len();
    let edge = |index: usize| places[(index + 1) % count] - places[index % count];
    // Of a ring that goes round once, the edges point east of north once in turn.
    let rises = (0..count).filter(|&index| edge(index).y < 0.0 && edge(index + 1).y >= 0.0).count();
    rises == 1
}

/// The part of a convex polygon on one side of a line (Sutherland and Hodgman 1974).
fn on_side(places: &[Place], side: HalfPlane) -> ArrayVec<Place, MOST_COMMON> {
    let beyond_m = |place: &Place| side.normal.dot(&place.coords) - side.most_m;
    let mut kept = ArrayVec::new();
    for (index, here) in places.iter().enumerate() {
        let next = &places[(index + 1) % places.len()];
        let (here_m, next_m) = (beyond_m(here), beyond_m(next));
        if here_m <= 0.0 {
            kept.push(*here);
        }
        if (here_m < 0.0 && next_m > 0.0) || (here_m > 0.0 && next_m < 0.0) {
            kept.push(here + (next - here) * (here_m / (here_m - next_m)));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(points: &[(f64, f64)]) -> Vec<Place> {
        points.iter().map(|&(x, y)| Place::new(x, y)).collect()
    }

    #[test]
    fn only_convex_rings_are_outlines() {
        assert!(Outline::convex(places(&[(0.0, 0.0), (4.0, 0.0), (4.0, 3.0)])).is_some());
        let clockwise = [(0.0, 0.0), (4.0, 3.0), (4.0, 0.0)];
        let dented = [(0.0, 0.0), (4.0, 0.0), (2.0, 1.0), (4.0, 3.0)];
        let star = [(0.0, 10.0), (-6.0, -8.0), (9.5, 3.0), (-9.5, 3.0), (6.0, -8.0)];
        for ring in [&clockwise[..], &dented, &star, &[(0.0, 0.0), (1.0, 0.0)], &[(0.0, 0.0); 4]] {
            assert_eq!(Outline::convex(places(ring)), None, "{ring:?}");
        }
    }

    /// Touching counts, to the margin; what lies between the corners of two boxes does not.
    #[test]
    fn what_two_outlines_share() {
        let square = |x: f64, y: f64| Outline::along(Place::new(x, y), Horizontal::x(), [-1.0, 1.0], [-1.0, 1.0]);
        let tilted = |x: f64, y: f64| {
            let direction = Horizontal::new(1.0, 1.0).normalize();
            Outline::along(Place::new(x, y), direction, [-1.0, 1.0], [-1.0, 1.0])
        };
        let meet = |a: &Outline, b: &Outline| a.meets(b, 0.005);
        assert!(meet(&square(0.0, 0.0), &square(2.0, 0.0)) && meet(&square(0.0, 0.0), &square(2.009, 2.0)));
        assert!(!meet(&square(0.0, 0.0), &square(2.011, 0.0)));
        // The corner of the tilted square lies 1.414 from its centre; the boxes of both overlap.
        assert!(!meet(&square(0.0, 0.0), &tilted(2.0, 2.0)) && meet(&square(0.0, 0.0), &tilted(1.6, 1.6)));
        assert!(square(0.0, 0.0).contains(&Place::new(1.004, 0.0), 0.005));
    }

    #[test]
    fn a_circle_lies_in_its_outline() {
        let outline = Outline::around(Place::new(3.0, -2.0), 40.0);
        for degree in 0..360 {
            let angle = f64::from(degree).to_radians();
            let at = |reach: f64| Place::new(3.0 + reach * libm::cos(angle), -2.0 + reach * libm::sin(angle));
            assert!(outline.contains(&at(40.0), 1e-9) && !outline.contains(&at(40.8), 0.0));
        }
    }
}
