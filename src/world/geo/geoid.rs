//! The geoid: mean sea level over the ellipsoid, by EGM96.
//!
//! The model is evaluated at a few nodes around the scene, when it is first asked for, and interpolated between them:
//! its shortest wave is 110 km long.

use std::sync::{Arc, OnceLock};

use super::{LocalProjection, Place, Rectangle};

/// Distance between the nodes, m.
const SPACING_M: f64 = 10_000.0;

/// Heights of the geoid around a scene.
#[derive(Clone, Debug)]
pub struct Geoid {
    projection: LocalProjection,
    extent: Rectangle,
    nodes: Arc<OnceLock<Nodes>>,
}

/// Undulations at the nodes of a square grid, rows from south to north.
#[derive(Debug)]
struct Nodes {
    columns: usize,
    heights_m: Vec<f64>,
}

impl Geoid {
    /// The geoid over `extent`; nothing is computed yet.
    pub fn over(extent: Rectangle, projection: LocalProjection) -> Self {
        Self { projection, extent: extent.grown(SPACING_M), nodes: Arc::default() }
    }

    /// Height of the geoid over the WGS84 ellipsoid, m; beyond the extent that of its edge. An ellipsoidal height is the
    /// height above mean sea level plus this.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates at 0")]
    pub fn undulation_m(&self, place: &Place) -> f64 {
        let nodes = self.nodes.get_or_init(|| self.computed());
        let rows = nodes.heights_m.len() / nodes.columns;
        let offset = (place - self.extent.low) / SPACING_M;
        let cell = |offset: f64, count: usize| (offset as usize).min(count - 2);
        let (column, row) = (cell(offset.x, nodes.columns), cell(offset.y, rows));
        let share = |offset: f64, cell: usize| {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred nodes")]
            let inside = offset - cell as f64;
            inside.clamp(0.0, 1.0)
        };
        let (east, north) = (share(offset.x, column), share(offset.y, row));
        let at = |dx: usize, dy: usize| nodes.heights_m[(row + dy) * nodes.columns + column + dx];
        let south = at(0, 0) + (at(1, 0) - at(0, 0)) * east;
        let far = at(0, 1) + (at(1, 1) - at(0, 1)) * east;
        south + (far - south) * north
    }

    fn computed(&self) -> Nodes {
        let size = self.extent.size() / SPACING_M;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a scene is a few degrees wide")]
        let [columns, rows] = [size.x, size.y].map(|length| length.ceil() as u32 + 1);
        let nodes = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let heights_m = nodes.map(|(column, row)| {
            let offset = super::Horizontal::new(f64::from(column), f64::from(row)) * SPACING_M;
            let place = self.projection.to_geographic(&(self.extent.low + offset));
            let metres = egm96::egm96_compute_altitude_offset(place.lat_deg, place.lon_deg);
            // To the millimetre: the model computes with the platform's sines.
            (metres * 1000.0).round() / 1000.0
        });
        Nodes { columns: columns as usize, heights_m: heights_m.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::geo::Geographic;

    /// At the scene EGM96 lies 3.52 m over the ellipsoid at the summit and 3.42 m at the airport.
    #[test]
    fn the_scene_has_the_published_undulations() {
        let projection = LocalProjection::new(Geographic::new(41.5375, 120.485));
        let around = Rectangle { low: Place::new(-2500.0, -2500.0), high: Place::new(2500.0, 2500.0) };
        let geoid = Geoid::over(around, projection);
        for (lat, lon, expected_m) in [(41.5225, 120.4950, 3.52), (41.5381, 120.4350, 3.42)] {
            let found_m = geoid.undulation_m(&projection.to_local(Geographic::new(lat, lon)));
            assert!((found_m - expected_m).abs() < 0.02, "{found_m} m, expected {expected_m} m");
        }
    }

    /// Interpolation against the model itself, over 100 km.
    #[test]
    fn between_the_nodes_it_is_the_model_to_centimetres() {
        let projection = LocalProjection::new(Geographic::new(27.0, 87.0));
        let around = Rectangle { low: Place::new(-50_000.0, -50_000.0), high: Place::new(50_000.0, 50_000.0) };
        let geoid = Geoid::over(around, projection);
        for step in 0..20_u8 {
            let place = Place::new(-49_000.0 + 5_000.0 * f64::from(step), 47_000.0 - 4_700.0 * f64::from(step));
            let at = projection.to_geographic(&place);
            let exact_m = egm96::egm96_compute_altitude_offset(at.lat_deg, at.lon_deg);
            assert!((geoid.undulation_m(&place) - exact_m).abs() < 0.15, "{} {exact_m}", geoid.undulation_m(&place));
        }
    }
}
