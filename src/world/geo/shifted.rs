//! Coordinates of Chinese web maps: GCJ-02 and BD-09, shifted by hundreds of metres against WGS84 and CGCS2000.
//!
//! The forward transform of GCJ-02 and its constants are public (first published with `eviltransform`, reproduced by
//! every map library); it holds inside China only, and here is the identity elsewhere, as there. Its inverse is found
//! by iteration. How well the public formula agrees with the maps themselves is not known officially; comparisons put
//! it within a few metres.

use super::Geographic;

/// A coordinate system of places in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CoordinateSystem {
    /// WGS84, or CGCS2000, which agrees with it within decimetres.
    #[default]
    Wgs84,
    /// GCJ-02, of maps by Gaode (高德) and Tencent and of Google's maps of China.
    #[serde(rename = "gcj-02")]
    Gcj02,
    /// BD-09, of maps by Baidu.
    #[serde(rename = "bd-09")]
    Bd09,
}

/// How far the public formulas may be off, m (M: comparisons by users; the official transform is not published).
pub const SHIFT_ACCURACY_M: f64 = 5.0;

/// Semi-major axis of the Krasovsky 1940 ellipsoid that the shift is computed on, m.
const AXIS_M: f64 = 6_378_245.0;
/// Its squared eccentricity.
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
/// π as BD-09 takes it.
const BD_PI: f64 = std::f64::consts::PI * 3000.0 / 180.0;
/// BD-09 lies off GCJ-02 by this much on average, degrees.
const BD_OFFSET: (f64, f64) = (0.006, 0.0065);
/// Rounds of the inverse; each gains about four digits.
const ROUNDS: usize = 6;

impl CoordinateSystem {
    /// The WGS84 place of coordinates in this system.
    pub fn to_wgs84(self, place: Geographic) -> Geographic {
        match self {
            Self::Wgs84 => place,
            Self::Gcj02 => inverse(place, gcj02_of),
            Self::Bd09 => inverse(place, |wgs84| bd09_of(gcj02_of(wgs84))),
        }
    }

    /// The coordinates of a WGS84 place in this system.
    pub fn of_wgs84(self, place: Geographic) -> Geographic {
        match self {
            Self::Wgs84 => place,
            Self::Gcj02 => gcj02_of(place),
            Self::Bd09 => bd09_of(gcj02_of(place)),
        }
    }
}

/// The place whose image under `forward` is `image`: the shift varies by less than 1 in 10 000, so that correcting by
/// what is missing converges at once.
fn inverse(image: Geographic, forward: impl Fn(Geographic) -> Geographic) -> Geographic {
    (0..ROUNDS).fold(image, |guess, _| {
        let reached = forward(guess);
        Geographic::new(
            guess.lat_deg + image.lat_deg - reached.lat_deg,
            guess.lon_deg + image.lon_deg - reached.lon_deg,
        )
    })
}

/// Whether the shift applies: the rectangle that the public implementations use.
pub fn is_in_china(place: Geographic) -> bool {
    (72.004..=137.8347).contains(&place.lon_deg) && (0.8293..=55.8271).contains(&place.lat_deg)
}

fn gcj02_of(place: Geographic) -> Geographic {
    if !is_in_china(place) {
        return place;
    }
    let (x, y) = (place.lon_deg - 105.0, place.lat_deg - 35.0);
    let sine = libm::sin(place.lat_deg.to_radians());
    let magic = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let meridian_m = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt());
    let parallel_m = AXIS_M / magic.sqrt() * libm::cos(place.lat_deg.to_radians());
    Geographic::new(
        place.lat_deg + (north_m(x, y) / meridian_m).to_degrees(),
        place.lon_deg + (east_m(x, y) / parallel_m).to_degrees(),
    )
}

/// Waves of the shift: amplitude, and cycles per half a degree.
fn waves(terms: [(f64, f64); 2]) -> f64 {
    terms.iter().map(|(amplitude, phase)| amplitude * libm::sin(phase * std::f64::consts::PI)).sum::<f64>() * 2.0 / 3.0
}

fn north_m(x: f64, y: f64) -> f64 {
    -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + waves([(20.0, 6.0 * x), (20.0, 2.0 * x)])
        + waves([(20.0, y), (40.0, y / 3.0)])
        + waves([(160.0, y / 12.0), (320.0, y / 30.0)])
}

fn east_m(x: f64, y: f64) -> f64 {
    300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + waves([(20.0, 6.0 * x), (20.0, 2.0 * x)])
        + waves([(20.0, x), (40.0, x / 3.0)])
        + waves([(150.0, x / 12.0), (300.0, x / 30.0)])
}

fn bd09_of(gcj02: Geographic) -> Geographic {
    if !is_in_china(gcj02) {
        return gcj02;
    }
    let (x, y) = (gcj02.lon_deg, gcj02.lat_deg);
    let length = libm::hypot(x, y) + 0.000_02 * libm::sin(y * BD_PI);
    let angle = libm::atan2(y, x) + 0.000_003 * libm::cos(x * BD_PI);
    Geographic::new(length * libm::sin(angle) + BD_OFFSET.0, length * libm::cos(angle) + BD_OFFSET.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the home scene the shift is about 0.0055° of longitude and 0.0022° of latitude; figures of an independent
    /// implementation of the public formula.
    #[test]
    fn the_shift_at_the_scene_is_that_of_another_implementation() {
        for (lat, lon, north_deg, east_deg) in [
            (41.515, 120.455, 0.002_257_648_006_336_890_3, 0.005_657_560_505_059_272),
            (41.56, 120.515, 0.002_106_648_228_876_347, 0.005_411_455_584_133_667),
            (41.5225, 120.495, 0.002_152_981_300_202_787, 0.005_494_939_212_619_449),
        ] {
            let shifted = CoordinateSystem::Gcj02.of_wgs84(Geographic::new(lat, lon));
            let off = [shifted.lat_deg - lat - north_deg, shifted.lon_deg - lon - east_deg];
            assert!(off.iter().all(|off| off.abs() < 1e-12), "{shifted:?}: {off:?}");
        }
    }

    /// A pair that the public implementations give as their example: Beijing, 39.915 N 116.404 E.
    #[test]
    fn the_published_example_comes_out() {
        let place = Geographic::new(39.915, 116.404);
        let gcj = CoordinateSystem::Gcj02.of_wgs84(place);
        assert!((gcj.lat_deg - 39.916_404_281).abs() < 1e-8 && (gcj.lon_deg - 116.410_244_499).abs() < 1e-8, "{gcj:?}");
        let bd = bd09_of(place);
        assert!((bd.lat_deg - 39.921_336_993).abs() < 1e-8 && (bd.lon_deg - 116.410_369_492).abs() < 1e-8, "{bd:?}");
    }

    #[test]
    fn there_and_back_is_within_a_millimetre() {
        for system in [CoordinateSystem::Gcj02, CoordinateSystem::Bd09] {
            for row in 0..25_u8 {
                for column in 0..30_u8 {
                    let place = Geographic::new(5.0 + 2.0 * f64::from(row), 74.0 + 2.1 * f64::from(column));
                    let back = system.to_wgs84(system.of_wgs84(place));
                    let off_deg = (back.lat_deg - place.lat_deg).abs().max((back.lon_deg - place.lon_deg).abs());
                    assert!(off_deg < 5e-9, "{system:?} {place:?}: {off_deg}");
                }
            }
            let abroad = Geographic::new(-33.9, 18.4);
            assert_eq!(system.to_wgs84(abroad), abroad);
        }
    }
}
