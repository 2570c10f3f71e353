//! The outlines of cells and rules, in degrees.

use crate::world::airspace::{Cell, GridMap};
use crate::world::geo::{Geographic, Place};

/// The corners of a cell, counter-clockwise and closed, to 0.1 mm.
pub(super) fn ring(cell: &Cell<'_>) -> [Geographic; 5] {
    let corners = cell.corners().map(rounded);
    [corners[0], corners[1], corners[2], corners[3], corners[0]]
}

/// A closed line of the local frame in degrees.
pub(super) fn closed(map: &GridMap<'_>, places: &[Place]) -> Vec<Geographic> {
    let projection = map.sheet().projection();
    places.iter().chain(places.first()).map(|place| rounded(projection.to_geographic(place))).collect()
}

/// Sides shared by two cells are written alike.
fn rounded(place: Geographic) -> Geographic {
    let to = |degrees: f64| (degrees * 1e9).round() / 1e9;
    Geographic::new(to(place.lat_deg), to(place.lon_deg))
}
