//! Parts of the ground as files give them: in degrees, before they are placed in the local frame.

use super::{Footprint, Polygon};
use crate::world::geo::{CoordinateSystem, Geographic, LocalProjection, Place};

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
    /// What it covers in the local frame. Its edges are straight in degrees (RFC 7946), which is curved on the ground: they
    /// are cut so that they stray by less than a decimetre.
    pub fn placed(&self, projection: &LocalProjection) -> Footprint {
        let ring = |places: &Vec<Geographic>| {
            let ends = places.iter().zip(places.iter().cycle().skip(1));
            ends.flat_map(|(&a, &b)| cut(a, b, projection)).collect::<Vec<_>>()
        };
        let placed = |places: &[Geographic]| {
            let inner = places.windows(2).flat_map(|ends| cut(ends[0], ends[1], projection));
            inner.chain(places.last().map(|&place| projection.to_local(place))).collect()
        };
        match self {
            Self::Polygon { outer, holes } => {
                Footprint::Polygon(Polygon::new(ring(outer), holes.iter().map(ring).collect()))
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

    /// The middle of the box around it.
    pub fn middle(&self) -> Geographic {
        let places: &[Geographic] = match self {
            Self::Polygon { outer, .. } => outer,
            Self::Circle { centre, .. } => std::slice::from_ref(centre),
            Self::Corridor { line, .. } => line,
        };
        let first = places.first().copied().unwrap_or(Geographic::new(0.0, 0.0));
        let half_range = |value: &dyn Fn(&Geographic) -> f64| {
            let values = places.iter().map(value);
            let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
            f64::midpoint(low, high)
        };
        Geographic::new(
            first.lat_deg + half_range(&|place| place.lat_deg - first.lat_deg),
            first.lon_deg + half_range(&|place| eastwards_deg(first, *place)),
        )
    }
}

/// How far a placed edge may stray from the straight line in degrees, m.
const STRAY_M: f64 = 0.1;
/// Pieces that an edge is cut into at most: one around half the earth strays by more, far from any scenario.
const MOST_PIECES: f64 = 4096.0;

/// From one place to another in degrees of longitude, the short way round; an edge around the whole earth stays one.
fn eastwards_deg(from: Geographic, to: Geographic) -> f64 {
    let east_deg = to.lon_deg - from.lon_deg;
    if east_deg.abs() <= 180.0 || east_deg.abs() >= 360.0 { east_deg } else { east_deg - 360.0_f64.copysign(east_deg) }
}

/// The edge from `a` to `b` without its end, cut where it would stray: twice as many pieces stray a quarter as far.
fn cut(a: Geographic, b: Geographic, projection: &LocalProjection) -> impl Iterator<Item = Place> + use<> {
    let (projection, [lat_deg, lon_deg]) = (*projection, [b.lat_deg - a.lat_deg, eastwards_deg(a, b)]);
    let at = move |share: f64| {
        projection.to_local(Geographic::new(a.lat_deg + lat_deg * share, a.lon_deg + lon_deg * share))
    };
    let chord = nalgebra::center(&at(0.0), &at(1.0));
    let stray_m = (at(0.5) - chord).norm();
    let pieces = (stray_m / STRAY_M).sqrt().ceil().clamp(1.0, MOST_PIECES);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and MOST_PIECES")]
    let count = pieces as u32;
    (0..count).map(move |piece| at(f64::from(piece) / pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zone 600 km wide: what is south of its parallel is outside, along the whole edge.
    #[test]
    fn edges_are_straight_in_degrees() {
        let corner = |lat, lon| Geographic::new(lat, lon);
        let outer = vec![corner(41.54, 117.5), corner(41.54, 123.5), corner(44.0, 123.5), corner(44.0, 117.5)];
        let projection = LocalProjection::new(corner(41.5375, 120.485));
        let wide = Shape::Polygon { outer, holes: Vec::new() }.placed(&projection);
        for step in 0..=600_u32 {
            let lon_deg = 117.501 + f64::from(step) * 0.00999;
            // 2e-6° is 0.22 m.
            for (lat_deg, is_in) in [(41.540_002, true), (41.539_998, false)] {
                let place = projection.to_local(corner(lat_deg, lon_deg));
                assert_eq!(wide.contains(&place), is_in, "{lat_deg} {lon_deg}");
            }
        }
    }

    #[test]
    fn the_date_line_does_not_move_a_shape() {
        let fiji = |lon: f64| Geographic::new(-17.0, lon);
        let line = vec![fiji(179.95), fiji(-179.95)];
        let across = Shape::Corridor { line, half_width_m: 100.0 };
        assert!((across.middle().lon_deg - 180.0).abs() < 1e-9, "{:?}", across.middle());
        let placed = across.placed(&LocalProjection::new(fiji(179.9)));
        assert!(placed.extent().size().x < 11_000.0);
        let world = Shape::Polygon {
            outer: vec![fiji(-180.0), fiji(180.0), Geographic::new(10.0, 180.0), Geographic::new(10.0, -180.0)],
            holes: Vec::new(),
        };
        assert!((world.middle().lon_deg).abs() < 1e-9);
    }
}
