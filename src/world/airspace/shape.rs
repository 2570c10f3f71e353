//! Parts of the ground as files give them: in degrees, before they are placed in the local frame.

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
