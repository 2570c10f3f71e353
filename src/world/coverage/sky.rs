//! How much sky a receiver sees over the ground around it, and how much worse its position is for that.
//!
//! Satellites are taken as spread evenly over the sky above a mask angle, many of them. Dilution of precision is then the
//! inverse of the mean of (direction, 1) (direction, 1)ᵀ over the visible sky, as it is over the satellites in use (Kaplan
//! and Hegarty, Understanding GPS/GNSS, chapter 11); what is kept is its ratio to that of the open sky.

use nalgebra::Matrix4;

use super::banded::{BANDS, BandGrid, Lattice};
use crate::world::geo::{Horizontal, Place, Rectangle};
use crate::world::terrain::Terrain;

/// Elevation below which receivers use no satellite: sine and tangent of 10°.
const MASK_SIN: f64 = 0.173_648_177_666_930_3;
const MASK_TAN: f64 = 0.176_326_980_708_465;
/// Directions in which the horizon is looked for.
const AZIMUTHS: u32 = 16;
/// Nearest and farthest ground looked at, m, and by how much steps grow.
const NEAREST_M: f64 = 10.0;
const FARTHEST_M: f64 = 10_000.0;
const GROWTH: f64 = 1.08;
/// Least distance between nodes, m, and most nodes.
const LEAST_CELL_M: f64 = 100.0;
const MOST_NODES: f64 = 16_000.0;
/// Dilution is not told beyond this: a receiver gives up before.
const MOST_DILUTION: f64 = 20.0;
/// Below this share of the open sky there is no position: of some 30 satellites of four systems fewer than 5 are left.
const LEAST_SHARE: f64 = 0.16;

/// What a receiver sees of the sky.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sky {
    /// Share of the open sky above the mask angle.
    pub share: f64,
    /// How much greater horizontal errors are than under the open sky.
    pub horizontal: f64,
    /// How much greater vertical errors are.
    pub vertical: f64,
}

impl Sky {
    /// Nothing in the way.
    pub const OPEN: Self = Self { share: 1.0, horizontal: 1.0, vertical: 1.0 };

    /// Whether enough satellites are left for a position.
    pub fn has_fix(&self) -> bool {
        self.share >= LEAST_SHARE
    }
}

/// The sky over the area, per height band.
#[derive(Clone, Debug, PartialEq)]
pub struct SkyMap(BandGrid<3>);

impl SkyMap {
    /// The sky over the ground of an area, in bands up to the ceiling.
    pub fn new(terrain: &Terrain, area: &Rectangle, ceiling_agl_m: f64) -> Self {
        let lattice = Lattice::over(area, ceiling_agl_m, LEAST_CELL_M, MOST_NODES);
        let directions = directions();
        let values = lattice.computed(|_, place| {
            let horizons = horizons(terrain, place, &lattice.bands_agl_m(), &directions);
            horizons.map(|slopes| {
                let sky = sky(&slopes, &directions);
                #[expect(clippy::cast_possible_truncation, reason = "seven digits are plenty")]
                [sky.share, sky.horizontal, sky.vertical].map(|figure| figure as f32)
            })
        });
        Self(BandGrid::new(lattice, values))
    }

    /// The sky `agl_m` above the ground at `place`.
    pub fn at(&self, place: &Place, agl_m: f64) -> Sky {
        let [share, horizontal, vertical] = self.0.at(place, agl_m);
        Sky { share, horizontal, vertical }
    }

    /// Its figures at nodes and bands: share, horizontal, vertical.
    pub const fn grid(&self) -> &BandGrid<3> {
        &self.0
    }
}

type Directions = [Horizontal; AZIMUTHS as usize];

fn directions() -> Directions {
    let mut azimuth = 0_u32;
    [(); AZIMUTHS as usize].map(|()| {
        let angle = f64::from(azimuth) * std::f64::consts::TAU / f64::from(AZIMUTHS);
        azimuth += 1;
        Horizontal::new(libm::sin(angle), libm::cos(angle))
    })
}

/// The slope of the horizon in every direction, from every band over a place, as far as there is terrain.
fn horizons(
    terrain: &Terrain,
    place: Place,
    bands_agl_m: &[f64; BANDS as usize],
    directions: &Directions,
) -> [[f64; AZIMUTHS as usize]; BANDS as usize] {
    let ground_m = terrain.extended_ground_amsl_m(&place);
    let mut slopes = [[MASK_TAN; AZIMUTHS as usize]; BANDS as usize];
    for (azimuth, direction) in directions.iter().enumerate() {
        let mut distance_m = NEAREST_M;
        while distance_m < FARTHEST_M
            && let Some(height_m) = terrain.ground_amsl_m(&(place + direction * distance_m))
        {
            for (band, agl_m) in bands_agl_m.iter().enumerate() {
                let slope = (height_m - ground_m - agl_m) / distance_m;
                slopes[band][azimuth] = slopes[band][azimuth].max(slope);
            }
            distance_m *= GROWTH;
        }
    }
    slopes
}

/// The sky above horizons of given slopes.
fn sky(slopes: &[f64; AZIMUTHS as usize], directions: &Directions) -> Sky {
    let mut visible = Matrix4::zeros();
    for (slope, direction) in slopes.iter().zip(directions) {
        visible += moments(*slope, direction) / f64::from(AZIMUTHS);
    }
    let share = visible[(3, 3)] / (1.0 - MASK_SIN);
    let (open_horizontal, open_vertical) = open_squared();
    let dilution = |squared: f64, open: f64| {
        let ratio = (squared / open).sqrt();
        // Too little sky leaves no inverse, or one of rounding errors.
        if ratio.is_finite() { ratio.clamp(1.0, MOST_DILUTION) } else { MOST_DILUTION }
    };
    let (horizontal, vertical) = visible
        .try_inverse()
        .map_or((f64::NAN, f64::NAN), |inverse| (inverse[(0, 0)] + inverse[(1, 1)], inverse[(2, 2)]));
    Sky { share, horizontal: dilution(horizontal, open_horizontal), vertical: dilution(vertical, open_vertical) }
}

/// Squares of the horizontal and the vertical dilution above the mask angle alone, in closed form.
fn open_squared() -> (f64, f64) {
    let least = MASK_SIN;
    let width = 1.0 - least;
    let squared_up = (1.0 + least + least * least) / 3.0;
    (4.0 / (width * (1.0 - squared_up)), 12.0 / (width * width * width))
}

/// ∫ (direction, 1) (direction, 1)ᵀ over the sines of elevation above a horizon, in one azimuth.
fn moments(slope: f64, direction: &Horizontal) -> Matrix4<f64> {
    let cosine = 1.0 / (1.0 + slope * slope).sqrt();
    let sine = slope * cosine;
    let width = 1.0 - sine;
    let up = (1.0 - sine * sine) / 2.0;
    let up_up = (1.0 - sine * sine * sine) / 3.0;
    let level = std::f64::consts::FRAC_PI_4 - f64::midpoint(sine * cosine, libm::asin(sine));
    let level_up = cosine * cosine * cosine / 3.0;
    let level_level = width - up_up;
    let (e, n) = (direction.x, direction.y);
    #[rustfmt::skip]
    let moments = Matrix4::new(
        e * e * level_level, e * n * level_level, e * level_up, e * level,
        e * n * level_level, n * n * level_level, n * level_up, n * level,
        e * level_up,        n * level_up,        up_up,        up,
        e * level,           n * level,           up,           width,
    );
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::terrain::HeightField;

    fn over(height_m: impl FnMut(&Place) -> f64) -> SkyMap {
        let field = HeightField::sampled(Place::new(-2000.0, -2000.0), 20.0, [201, 201], height_m);
        let area = Rectangle { low: Place::new(-500.0, -500.0), high: Place::new(500.0, 500.0) };
        SkyMap::new(&Terrain::new(field, None, true, "test"), &area, 120.0)
    }

    #[test]
    fn over_a_plain_the_sky_is_open() {
        let sky = over(|_| 100.0).at(&Place::new(33.0, -44.0), 60.0);
        for figure in [sky.share, sky.horizontal, sky.vertical] {
            assert!((figure - 1.0).abs() < 1e-6, "{sky:?}");
        }
        assert!(sky.has_fix());
    }

    /// Above a horizon of one height all around, everything has a closed form; and against satellites one by one.
    #[test]
    fn a_bowl_has_the_dilution_of_its_closed_form_and_of_satellites_counted() {
        for slope in [0.3, 0.8, 1.5] {
            let found = sky(&[slope; AZIMUTHS as usize], &directions());
            let sine = slope / (1.0_f64 + slope * slope).sqrt();
            let ratio = (1.0 - sine) / (1.0 - MASK_SIN);
            assert!((found.share - ratio).abs() < 1e-12);
            assert!((found.vertical - ratio.sqrt().recip() / ratio).abs() < 1e-9, "{found:?}");
            let level = |sine: f64| 1.0 - (1.0 + sine + sine * sine) / 3.0;
            let horizontal = (level(MASK_SIN) / (ratio * level(sine))).sqrt();
            assert!((found.horizontal - horizontal).abs() < 1e-9, "{found:?}");
        }
        // A wall in the north: the half of the sky behind it is lost.
        let mut slopes = [MASK_TAN; AZIMUTHS as usize];
        for azimuth in [0, 1, 2, 3, 13, 14, 15] {
            slopes[azimuth] = 2.0;
        }
        let found = sky(&slopes, &directions());
        let (horizontal, vertical) = counted(&slopes);
        assert!((found.horizontal - horizontal).abs() < 0.01, "{found:?} {horizontal}");
        assert!((found.vertical - vertical).abs() < 0.01, "{found:?} {vertical}");
        assert!(found.horizontal > 1.2 && found.vertical > 1.2);
    }

    /// Dilution over that of the open sky, from 16 × 2000 satellites.
    fn counted(slopes: &[f64; AZIMUTHS as usize]) -> (f64, f64) {
        let dilution = |slopes: &[f64; AZIMUTHS as usize]| {
            let mut sum = Matrix4::zeros();
            for (slope, direction) in slopes.iter().zip(directions()) {
                for step in 0..2000 {
                    let up = (f64::from(step) + 0.5) / 2000.0;
                    let level = (1.0 - up * up).sqrt();
                    if up / level > *slope {
                        let row = nalgebra::Vector4::new(direction.x * level, direction.y * level, up, 1.0);
                        sum += row * row.transpose();
                    }
                }
            }
            let inverse = sum.try_inverse().unwrap();
            ((inverse[(0, 0)] + inverse[(1, 1)]).sqrt(), inverse[(2, 2)].sqrt())
        };
        let (found, open) = (dilution(slopes), dilution(&[MASK_TAN; AZIMUTHS as usize]));
        (found.0 / open.0, found.1 / open.1)
    }

    /// In a gorge, the deeper the worse; at its bottom there is no position.
    #[test]
    fn terrain_masks_the_sky_of_who_flies_low() {
        let gorge = over(|p| 3.0 * (p.x.abs() - 40.0).clamp(0.0, 150.0));
        let at = |agl_m: f64| gorge.at(&Place::new(0.0, 0.0), agl_m);
        assert!(at(30.0).share < at(60.0).share && at(60.0).share < at(120.0).share && at(120.0).share < 1.0);
        assert!(at(30.0).vertical > at(60.0).vertical && at(60.0).vertical > at(120.0).vertical);
        assert!(sky(&[5.0; AZIMUTHS as usize], &directions()).vertical > 10.0);
        assert!(!sky(&[5.0; AZIMUTHS as usize], &directions()).has_fix());
    }
}
