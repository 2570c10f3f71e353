//! Parts of the ground as files give them: in degrees, before they are placed in the local frame.

use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree, RTreeObject};

use super::Footprint;
use crate::world::geo::{CoordinateSystem, Geographic, LocalProjection};

/// A part of the ground, WGS84.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A polygon: an outer ring and holes in it; the last place of a ring is joined to the first.
    Polygon {
        /// The outer ring, in either direction.
        outer: Vec<Geographic>,
        /// The holes.
        holes: Vec<Vec<Geographic>>,
    },
    /// A circle.
    Circle {
        /// Its centre.
        centre: Geographic,
        /// Its radius, m.
        radius_m: f64,
    },
    /// Everything closer to a line than half its width.
    Corridor {
        /// The line; at least one place.
        line: Vec<Geographic>,
        /// Half the width, m.
        half_width_m: f64,
    },
}

impl Shape {
    /// What it covers in the local frame.
    pub fn placed(&self, projection: &LocalProjection) -> Footprint {
        let placed = |places: &[Geographic]| places.iter().map(|&place| projection.to_local(place)).collect();
        match self {
            Self::Polygon { outer, holes } => {
                Footprint::Polygon { outer: placed(outer), holes: holes.iter().map(|hole| placed(hole)).collect() }
            }
            Self::Circle { centre, radius_m } => {
                Footprint::Circle { centre: projection.to_local(*centre), radius_m: *radius_m }
            }
            Self::Corridor { line, half_width_m } => {
                Footprint::Corridor { line: placed(line), half_width_m: *half_width_m }
            }
        }
    }

    /// The same shape, its places brought from another coordinate system to WGS84.
    #[must_use]
    pub fn to_wgs84(self, system: CoordinateSystem) -> Self {
        let moved = |places: Vec<Geographic>| places.into_iter().map(|place| system.to_wgs84(place)).collect();
        match self {
            Self::Polygon { outer, holes } => {
                Self::Polygon { outer: moved(outer), holes: holes.into_iter().map(moved).collect() }
            }
            Self::Circle { centre, radius_m } => Self::Circle { centre: system.to_wgs84(centre), radius_m },
            Self::Corridor { line, half_width_m } => Self::Corridor { line: moved(line), half_width_m },
        }
    }

    /// Where two of its sides cross, if they do.
    pub fn crossing(&self) -> Option<Geographic> {
        let Self::Polygon { outer, holes } = self else { return None };
        std::iter::once(outer).chain(holes).find_map(|ring| ring_crossing(ring))
    }

    /// The middle of the box around it.
    pub fn middle(&self) -> Geographic {
        let places: &[Geographic] = match self {
            Self::Polygon { outer, .. } => outer,
            Self::Circle { centre, .. } => std::slice::from_ref(centre),
            Self::Corridor { line, .. } => line,
        };
        let range = |value: fn(&Geographic) -> f64| {
            let (low, high) = places
                .iter()
                .map(value)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
            f64::midpoint(low, high)
        };
        Geographic::new(range(|place| place.lat_deg), range(|place| place.lon_deg))
    }
}

/// Where a ring crosses or touches itself, but for neighbouring sides at their common corner.
fn ring_crossing(ring: &[Geographic]) -> Option<Geographic> {
    let corner = |index: usize| [ring[index % ring.len()].lon_deg, ring[index % ring.len()].lat_deg];
    let sides = (0..ring.len()).map(|index| GeomWithData::new(Line::new(corner(index), corner(index + 1)), index));
    let tree = RTree::bulk_load(sides.collect());
    tree.iter().find_map(|side| {
        let envelope: AABB<[f64; 2]> = side.geom().envelope();
        let mut near = tree.locate_in_envelope_intersecting(envelope);
        near.find_map(|other| {
            let apart = other.data.abs_diff(side.data);
            let is_beside = apart <= 1 || apart == ring.len() - 1;
            let at = (!is_beside).then(|| meeting(side.geom(), other.geom()))??;
            Some(Geographic::new(at[1], at[0]))
        })
    })
}

/// Where two sides that are not parallel meet.
fn meeting(one: &Line<[f64; 2]>, other: &Line<[f64; 2]>) -> Option<[f64; 2]> {
    let span = |line: &Line<[f64; 2]>| [line.to[0] - line.from[0], line.to[1] - line.from[1]];
    let (a, b) = (span(one), span(other));
    let between = [other.from[0] - one.from[0], other.from[1] - one.from[1]];
    let cross = |x: [f64; 2], y: [f64; 2]| x[0] * y[1] - x[1] * y[0];
    let determinant = cross(a, b);
    let (share, along) = (cross(between, b) / determinant, cross(between, a) / determinant);
    let is_on = |share: f64| (0.0..=1.0).contains(&share);
    (is_on(share) && is_on(along)).then(|| [one.from[0] + a[0] * share, one.from[1] + a[1] * share])
}
