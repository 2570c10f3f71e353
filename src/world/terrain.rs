//! The ground: a height field in the local frame, with a coarser one around it.
//!
//! Heights are above mean sea level. The ceiling of 120 m is measured from this surface, so everything that asks for
//! true height asks here.

mod height_field;

pub use height_field::HeightField;
use nalgebra::Vector3;

use super::geo::{Place, Position};
use crate::units::{Altitude, Datum};

/// The ground of a scenario: fine where drones fly, coarse around.
#[derive(Clone, Debug, PartialEq)]
pub struct Terrain {
    fine: HeightField,
    surround: Option<HeightField>,
    /// Whether relief in it is made up (示意): pictures and reports must say so.
    pub schematic: bool,
    /// Where it comes from, in one line.
    pub source: String,
}

/// An altitude that cannot be turned into a height above mean sea level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AltitudeError {
    /// There is no ground there to measure from.
    #[error("the terrain does not reach this place")]
    OutsideTerrain,
    /// Ellipsoidal heights need a geoid model, which this terrain does not carry.
    #[error("ellipsoidal heights need a geoid model; give the altitude above ground or above mean sea level")]
    NoGeoid,
}

impl Terrain {
    /// Ground made of a fine height field and, around it, an optional coarse one.
    pub fn new(fine: HeightField, surround: Option<HeightField>, schematic: bool, source: impl Into<String>) -> Self {
        Self { fine, surround, schematic, source: source.into() }
    }

    /// The fine height field.
    pub const fn fine(&self) -> &HeightField {
        &self.fine
    }

    /// The coarse height field around it.
    pub const fn surround(&self) -> Option<&HeightField> {
        self.surround.as_ref()
    }

    /// Ground height above mean sea level, m: bilinear in the finest field that reaches `place`.
    pub fn ground_amsl_m(&self, place: &Place) -> Option<f64> {
        self.field_at(place)?.height_m(place)
    }

    /// Ground height above mean sea level, m; beyond the terrain that of its nearest edge, so that a path that leaves it
    /// can be drawn and judged.
    pub fn extended_ground_amsl_m(&self, place: &Place) -> f64 {
        self.ground_amsl_m(place).unwrap_or_else(|| self.surround.as_ref().unwrap_or(&self.fine).edge_height_m(place))
    }

    /// Upward unit normal of the ground.
    pub fn normal(&self, place: &Place) -> Option<Vector3<f64>> {
        self.field_at(place)?.normal(place)
    }

    /// True height of `position`, m.
    pub fn agl_m(&self, position: &Position) -> Option<f64> {
        Some(position.z - self.ground_amsl_m(&position.xy())?)
    }

    /// Height above mean sea level of an altitude at a place.
    ///
    /// # Errors
    /// When there is no ground to measure from, or the datum is the ellipsoid: it is never guessed.
    pub fn amsl_m(&self, place: &Place, altitude: Altitude) -> Result<f64, AltitudeError> {
        amsl_over(self.ground_amsl_m(place), altitude)
    }

    /// The same over the extended ground.
    ///
    /// # Errors
    /// When the datum is the ellipsoid.
    pub fn extended_amsl_m(&self, place: &Place, altitude: Altitude) -> Result<f64, AltitudeError> {
        amsl_over(Some(self.extended_ground_amsl_m(place)), altitude)
    }

    /// Whether the straight line from `a` to `b` stays above the ground, sampled at half the finest posting.
    pub fn line_of_sight(&self, a: &Position, b: &Position) -> bool {
        let steps = ((b.xy() - a.xy()).norm() / (0.5 * self.fine.posting_m())).ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive whole number")]
        let count = steps as u32;
        (0..=count).all(|i| {
            let position = a + (b - a) * (f64::from(i) / steps);
            self.agl_m(&position).is_none_or(|agl| agl >= 0.0)
        })
    }

    fn field_at(&self, place: &Place) -> Option<&HeightField> {
        if self.fine.contains(place) { Some(&self.fine) } else { self.surround.as_ref() }
    }
}

fn amsl_over(ground_amsl_m: Option<f64>, altitude: Altitude) -> Result<f64, AltitudeError> {
    match altitude.datum {
        Datum::Amsl => Ok(altitude.metres),
        Datum::Agl => Ok(ground_amsl_m.ok_or(AltitudeError::OutsideTerrain)? + altitude.metres),
        Datum::Ellipsoid => Err(AltitudeError::NoGeoid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ridge of 100 m along x = 0, sides of slope 1.
    fn ridge() -> Terrain {
        let field = HeightField::sampled(Place::new(-200.0, -200.0), 10.0, [41, 41], |p| (100.0 - p.x.abs()).max(0.0));
        Terrain::new(field, None, true, "test")
    }

    #[test]
    fn agl_and_amsl_are_inverse_and_refuse_to_guess() {
        let terrain = ridge();
        let place = Place::new(-33.0, 17.0);
        let amsl = terrain.amsl_m(&place, Altitude::agl(40.0)).unwrap();
        assert!((amsl - 107.0).abs() < 1e-4);
        assert!((terrain.agl_m(&Position::new(place.x, place.y, amsl)).unwrap() - 40.0).abs() < 1e-9);
        let outside = Place::new(1e4, 0.0);
        assert_eq!(terrain.amsl_m(&outside, Altitude::agl(40.0)), Err(AltitudeError::OutsideTerrain));
        let ellipsoidal = Altitude { metres: 40.0, datum: Datum::Ellipsoid };
        assert_eq!(terrain.amsl_m(&place, ellipsoidal), Err(AltitudeError::NoGeoid));
    }

    #[test]
    fn a_ridge_blocks_the_sight() {
        let terrain = ridge();
        let at = |x, z| Position::new(x, 0.0, z);
        assert!(!terrain.line_of_sight(&at(-150.0, 20.0), &at(150.0, 20.0)));
        assert!(terrain.line_of_sight(&at(-150.0, 20.0), &at(0.0, 101.0)));
        assert!(terrain.line_of_sight(&at(-150.0, 101.0), &at(150.0, 101.0)));
    }

    #[test]
    fn the_normal_leans_downhill() {
        let normal = ridge().normal(&Place::new(-50.0, 0.0)).unwrap();
        let diagonal = std::f64::consts::FRAC_1_SQRT_2;
        assert!((normal - Vector3::new(-diagonal, 0.0, diagonal)).norm() < 1e-5, "{normal}");
    }
}
