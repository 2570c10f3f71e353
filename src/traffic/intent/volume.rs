//! Volumes in four dimensions, by the words and limits of ASTM F3548-21: an outline, a floor and a top, a time window.

use super::outline::Outline;
use crate::units::SimTime;
use crate::world::geo::Position;

/// Two volumes that are closer than this have something in common, m (intersection precision of ASTM F3548-21).
pub const PRECISION_M: f64 = 0.01;

/// A part of the air for a time; closed: its sides belong to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume4D {
    /// What it covers on the ground; convex.
    pub outline: Outline,
    /// Its floor, m above mean sea level.
    pub lower_amsl_m: f64,
    /// Its top, m above mean sea level.
    pub upper_amsl_m: f64,
    /// Its first instant.
    pub from: SimTime,
    /// Its last.
    pub to: SimTime,
}

impl Volume4D {
    /// The same, so much later.
    #[must_use]
    pub fn later(&self, by: SimTime) -> Self {
        Self { from: self.from + by, to: self.to + by, ..self.clone() }
    }

    /// Whether two volumes have a part of the air in common, whenever.
    pub fn overlaps_in_space(&self, other: &Self) -> bool {
        let is_apart = |low: &Self, high: &Self| high.lower_amsl_m - low.upper_amsl_m > PRECISION_M;
        !is_apart(self, other) && !is_apart(other, self) && self.outline.meets(&other.outline, 0.5 * PRECISION_M)
    }

    /// Whether two volumes have a part of the air in common at any instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to && self.overlaps_in_space(other)
    }

    /// Whether it holds a position at an instant.
    pub fn contains(&self, position: &Position, at: SimTime) -> bool {
        let is_then = self.from <= at && at <= self.to;
        let is_between = self.lower_amsl_m <= position.z && position.z <= self.upper_amsl_m;
        is_then && is_between && self.outline.contains(&position.xy(), 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::volume;
    use super::*;
    use crate::units::{Purpose, RandomStream};
    use crate::world::geo::Place;

    /// By how much the sides of one outline at least keep another off, m, negative if they meet: of convex polygons that are
    /// apart one side separates them, and the least move that parts two that meet is across a side (separating axes).
    fn gap_m(a: &Outline, b: &Outline) -> f64 {
        let widest = |own: &Outline, other: &Outline| {
            let places = own.places();
            let gap = |index: usize| {
                let (p, q) = (places[index], places[(index + 1) % places.len()]);
                let along = (q - p).normalize();
                let beyond = |place: &Place| -along.perp(&(place - p));
                other.places().iter().map(beyond).fold(f64::INFINITY, f64::min)
            };
            (0..places.len()).map(gap).fold(f64::NEG_INFINITY, f64::max)
        };
        widest(a, b).max(widest(b, a))
    }

    /// Cutting against an independent way, the separating axes.
    #[test]
    fn outlines_meet_unless_a_side_separates_them() {
        let mut met = 0;
        for number in 0..100_000 {
            let (a, b) = (volume(2 * number), volume(2 * number + 1));
            let found = a.outline.meets(&b.outline, 0.5 * PRECISION_M);
            assert_eq!(found, b.outline.meets(&a.outline, 0.5 * PRECISION_M), "{number}: symmetric");
            let gap_m = gap_m(&a.outline, &b.outline);
            // A corner that is grown by its sides reaches a little farther.
            assert!(if found { gap_m < 1.25 * PRECISION_M } else { gap_m > 0.5 * PRECISION_M }, "{number}: {gap_m}");
            met += u32::from(found);
        }
        assert!((20_000..80_000).contains(&met), "{met} meet");
    }

    /// Random points in both volumes prove an overlap: none is found in two that are said not to.
    #[test]
    fn points_in_common_are_overlaps() {
        let draw = RandomStream::new(62, Purpose::Traffic, 3);
        let (mut proven, mut apart) = (0, 0);
        for number in 0..2000 {
            let (a, b) = (volume(2 * number), volume(2 * number + 1));
            let area = a.outline.extent();
            let point = |n: u64| {
                let at = |axis: u64, low, high| draw.between(1000 * number + 4 * n + axis, low, high);
                let position = Position::new(
                    at(0, area.low.x, area.high.x),
                    at(1, area.low.y, area.high.y),
                    at(2, a.lower_amsl_m, a.upper_amsl_m),
                );
                (position, SimTime::from_seconds(at(3, a.from.seconds(), a.to.seconds())))
            };
            let common = (0..200).map(point).any(|(place, at)| a.contains(&place, at) && b.contains(&place, at));
            assert!(!common || a.overlaps(&b), "{number}");
            proven += u32::from(common);
            apart += u32::from(!a.overlaps(&b));
        }
        assert!(proven > 50 && apart > 500, "{proven} proven, {apart} apart");
    }

    /// Another height, or the same place ten minutes later, is free; touching is not.
    #[test]
    fn heights_and_times_part_volumes() {
        let flown = Volume4D { lower_amsl_m: 280.0, upper_amsl_m: 300.0, ..volume(7) };
        let at_height = |lower_amsl_m| Volume4D { lower_amsl_m, upper_amsl_m: lower_amsl_m + 20.0, ..flown.clone() };
        assert!(flown.overlaps(&at_height(300.0)) && !flown.overlaps(&at_height(300.011)));
        let lasts = flown.to - flown.from;
        assert!(flown.overlaps(&flown.later(lasts)));
        assert!(!flown.overlaps(&flown.later(lasts + SimTime::from_millis(1))));
        assert!(!flown.overlaps(&flown.later(SimTime::from_seconds(600.0))));
    }
}
