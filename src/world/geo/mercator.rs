//! The local transverse Mercator projection.

use super::{Geographic, Place};

/// WGS84 semi-major axis, m (NIMA TR8350.2).
const A: f64 = 6_378_137.0;
/// WGS84 flattening (NIMA TR8350.2).
const F: f64 = 1.0 / 298.257_223_563;
/// Third flattening.
const N: f64 = F / (2.0 - F);
/// Rectifying radius of the meridian, m.
const RECTIFYING_RADIUS: f64 = A / (1.0 + N) * (1.0 + N * N / 4.0 + N * N * N * N / 64.0);

/// Krüger's coefficients from the sphere to the ellipsoid (Karney 2011, equation 35).
const ALPHA: [f64; 4] = [
    N / 2.0 - 2.0 / 3.0 * N * N + 5.0 / 16.0 * N * N * N + 41.0 / 180.0 * N * N * N * N,
    13.0 / 48.0 * N * N - 3.0 / 5.0 * N * N * N + 557.0 / 1440.0 * N * N * N * N,
    61.0 / 240.0 * N * N * N - 103.0 / 140.0 * N * N * N * N,
    49_561.0 / 161_280.0 * N * N * N * N,
];

/// Krüger's coefficients from the ellipsoid to the sphere (Karney 2011, equation 36).
const BETA: [f64; 4] = [
    N / 2.0 - 2.0 / 3.0 * N * N + 37.0 / 96.0 * N * N * N - 1.0 / 360.0 * N * N * N * N,
    1.0 / 48.0 * N * N + 1.0 / 15.0 * N * N * N - 437.0 / 1440.0 * N * N * N * N,
    17.0 / 480.0 * N * N * N - 37.0 / 840.0 * N * N * N * N,
    4397.0 / 161_280.0 * N * N * N * N,
];

/// Transverse Mercator with scale 1 on the central meridian, by Krüger's series to n⁴ (in the form of Karney 2011,
/// "Transverse Mercator with an accuracy of a few nanometers", J. Geodesy 85). Truncation stays below 1 µm within
/// 1 000 km; [`LocalProjection::to_local`] rounds to 1 mm so that no result hangs on a platform's last bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalProjection {
    centre: Geographic,
    northing_of_centre_m: f64,
}

impl LocalProjection {
    /// The projection whose origin is `centre`.
    pub fn new(centre: Geographic) -> Self {
        let (_, northing_of_centre_m) = project(centre.lat_deg, 0.0);
        Self { centre, northing_of_centre_m }
    }

    /// Its origin.
    pub const fn centre(&self) -> Geographic {
        self.centre
    }

    /// East and north of the centre, m, rounded to 1 mm.
    pub fn to_local(&self, place: Geographic) -> Place {
        let (east, north) = project(place.lat_deg, wrapped(place.lon_deg - self.centre.lon_deg));
        Place::new(to_millimetre(east), to_millimetre(north - self.northing_of_centre_m))
    }

    /// Latitude and longitude of a local place.
    pub fn to_geographic(&self, place: &Place) -> Geographic {
        let (lat_deg, lon_deg) = unproject(place.x, place.y + self.northing_of_centre_m);
        Geographic { lat_deg, lon_deg: wrapped(lon_deg + self.centre.lon_deg) }
    }
}

/// The same longitude in [-180, 180).
fn wrapped(lon_deg: f64) -> f64 {
    lon_deg - 360.0 * ((lon_deg + 180.0) / 360.0).floor()
}

fn to_millimetre(metres: f64) -> f64 {
    (metres * 1000.0).round() / 1000.0
}

fn eccentricity() -> f64 {
    (F * (2.0 - F)).sqrt()
}

/// Easting and northing from the equator, m, of a latitude and a longitude from the central meridian, degrees.
fn project(lat_deg: f64, lon_deg: f64) -> (f64, f64) {
    let (phi, lambda) = (lat_deg.to_radians(), lon_deg.to_radians());
    let e = eccentricity();
    let sin_phi = libm::sin(phi);
    let t = libm::sinh(libm::atanh(sin_phi) - e * libm::atanh(e * sin_phi));
    let xi0 = libm::atan2(t, libm::cos(lambda));
    let eta0 = libm::asinh(libm::sin(lambda) / libm::hypot(t, libm::cos(lambda)));
    let (mut xi, mut eta) = (xi0, eta0);
    for (order, alpha) in (1_u8..).zip(ALPHA) {
        let k = 2.0 * f64::from(order);
        xi += alpha * libm::sin(k * xi0) * libm::cosh(k * eta0);
        eta += alpha * libm::cos(k * xi0) * libm::sinh(k * eta0);
    }
    (RECTIFYING_RADIUS * eta, RECTIFYING_RADIUS * xi)
}

/// Latitude and longitude from the central meridian, degrees, of an easting and a northing from the equator, m.
fn unproject(east_m: f64, north_m: f64) -> (f64, f64) {
    let (xi, eta) = (north_m / RECTIFYING_RADIUS, east_m / RECTIFYING_RADIUS);
    let (mut xi0, mut eta0) = (xi, eta);
    for (order, beta) in (1_u8..).zip(BETA) {
        let k = 2.0 * f64::from(order);
        xi0 -= beta * libm::sin(k * xi) * libm::cosh(k * eta);
        eta0 -= beta * libm::cos(k * xi) * libm::sinh(k * eta);
    }
    let conformal = libm::asin(libm::sin(xi0) / libm::cosh(eta0));
    let lambda = libm::atan2(libm::sinh(eta0), libm::cos(xi0));
    (latitude_of_conformal(conformal).to_degrees(), lambda.to_degrees())
}

/// Latitude of a conformal latitude, radians, by Newton's method on the isometric latitude: three steps reach 1e-15.
fn latitude_of_conformal(conformal: f64) -> f64 {
    let e = eccentricity();
    let isometric = libm::atanh(libm::sin(conformal));
    let mut phi = conformal;
    for _ in 0..5 {
        let sin_phi = libm::sin(phi);
        let error = libm::atanh(sin_phi) - e * libm::atanh(e * sin_phi) - isometric;
        let slope = (1.0 - e * e) / ((1.0 - e * e * sin_phi * sin_phi) * libm::cos(phi));
        phi -= error / slope;
    }
    phi
}

#[cfg(test)]
mod tests {
    use geographiclib_rs::{Geodesic, InverseGeodesic};

    use super::*;

    const CENTRE: Geographic = Geographic::new(41.537_509_5, 120.484_959);

    fn geodesic_m(a: Geographic, b: Geographic) -> f64 {
        Geodesic::wgs84().inverse(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)
    }

    #[test]
    fn distances_agree_with_geodesics() {
        for centre in [CENTRE, Geographic::new(-33.9, 18.4), Geographic::new(0.0, 179.99)] {
            let projection = LocalProjection::new(centre);
            for (dlat, dlon) in [(0.02, 0.0), (-0.02, 0.03), (0.0, -0.03), (0.4, 0.5)] {
                let place = Geographic::new(centre.lat_deg + dlat, centre.lon_deg + dlon);
                let local = projection.to_local(place);
                let exact = geodesic_m(centre, place);
                // Scale grows with x²/(2R²), on average over the line a third of that at its end.
                let scale = 1.0 + local.x * local.x / (6.0 * 6.37e6 * 6.37e6);
                let error = (local.coords.norm() / scale - exact).abs();
                assert!(error < 2e-3 + 1e-7 * exact, "{place:?}: {local:?} against {exact}");
            }
        }
    }

    #[test]
    fn there_and_back_stays_within_the_rounding() {
        let projection = LocalProjection::new(CENTRE);
        for i in 0..200_i32 {
            let metres = |k: i32| f64::from(k) * 400.0 - 20_000.0;
            let place = Place::new(metres(i * 37 % 101), metres(i * 53 % 97));
            let back = projection.to_local(projection.to_geographic(&place));
            assert!((back - place).norm() < 1e-3, "{place:?} {back:?}");
        }
    }

    /// The sides of the scene's box on the ellipsoid: 5000.0 m north-south, 5001.8 m along the south side.
    #[test]
    fn sides_of_the_scene() {
        let projection = LocalProjection::new(CENTRE);
        let corner = |lat, lon| projection.to_local(Geographic::new(lat, lon));
        let south_west = corner(41.515, 120.455);
        assert!(((corner(41.560_019, 120.455) - south_west).norm() - 5000.0).abs() < 0.1);
        assert!(((corner(41.515, 120.514_918) - south_west).norm() - 5001.8).abs() < 0.1);
    }
}
