//! The ground: a height field in the local frame, with a coarser one around it.
//!
//! Heights are above mean sea level. The ceiling of 120 m is measured from this surface, so everything that asks for
//! true height asks here.

mod along;
mod height_field;
mod pyramid;

pub use along::{Extremes, OverGround};
pub use height_field::HeightField;
use nalgebra::Vector3;

use super::geo::{Geoid, Place, Position, Rectangle};
use crate::units::{Altitude, Datum};
use along::Seek;

/// The ground of a scenario: fine where drones fly, coarse around.
#[derive(Clone, Debug)]
pub struct Terrain {
    fine: HeightField,
    surround: Option<HeightField>,
    geoid: Option<Geoid>,
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
    #[error("ellipsoidal heights need a geoid; give the altitude above ground or above mean sea level")]
    NoGeoid,
}

impl Terrain {
    /// Ground made of a fine height field and, around it, an optional coarse one.
    pub fn new(fine: HeightField, surround: Option<HeightField>, schematic: bool, source: impl Into<String>) -> Self {
        Self { fine, surround, geoid: None, schematic, source: source.into() }
    }

    /// The same ground with the geoid below it, so that ellipsoidal heights can be converted.
    #[must_use]
    pub fn with_geoid(self, geoid: Geoid) -> Self {
        Self { geoid: Some(geoid), ..self }
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
        self.ground_amsl_m(place).unwrap_or_else(|| self.outermost().edge_height_m(place))
    }

    /// The lowest and the highest ground in a rectangle, m above mean sea level, exactly; `None` if it leaves the terrain.
    pub fn ground_range_m(&self, area: &Rectangle) -> Option<(f64, f64)> {
        let is_in = |field: &HeightField| field.contains(&area.low) && field.contains(&area.high);
        let coarse = self.surround.as_ref().filter(|field| is_in(field));
        if is_in(&self.fine) {
            return Some(self.fine.exact_range_m(area));
        }
        let (low, high) = coarse?.exact_range_m(area);
        let extent = self.fine.extent();
        if !extent.touches(area) {
            return Some((low, high));
        }
        // Where fine ground begins in it, at its edge at the latest, both count.
        let shared = Rectangle { low: area.low.sup(&extent.low), high: area.high.inf(&extent.high) };
        let fine = self.fine.exact_range_m(&shared);
        Some((low.min(fine.0), high.max(fine.1)))
    }

    /// Bounds of the ground in a rectangle of the fine ground, m, never narrower than the truth, at once; `None` elsewhere.
    pub fn rough_ground_range_m(&self, area: &Rectangle) -> Option<(f64, f64)> {
        let is_in = self.fine.contains(&area.low) && self.fine.contains(&area.high);
        is_in.then(|| self.fine.ground_range_m(area))
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
    /// When there is no ground to measure from, or no geoid below an ellipsoidal height: it is never guessed.
    pub fn amsl_m(&self, place: &Place, altitude: Altitude) -> Result<f64, AltitudeError> {
        match altitude.datum {
            Datum::Amsl => Ok(altitude.metres),
            Datum::Agl => Ok(self.ground_amsl_m(place).ok_or(AltitudeError::OutsideTerrain)? + altitude.metres),
            Datum::Ellipsoid => {
                let geoid = self.geoid.as_ref().ok_or(AltitudeError::NoGeoid)?;
                Ok(altitude.metres - geoid.undulation_m(place))
            }
        }
    }

    /// Height of the geoid over the ellipsoid, m; an ellipsoidal height is one above mean sea level plus this.
    pub fn undulation_m(&self, place: &Place) -> Option<f64> {
        self.geoid.as_ref().map(|geoid| geoid.undulation_m(place))
    }

    /// The same over the extended ground.
    ///
    /// # Errors
    /// When the datum is the ellipsoid and no geoid is known.
    pub fn extended_amsl_m(&self, place: &Place, altitude: Altitude) -> Result<f64, AltitudeError> {
        match altitude.datum {
            Datum::Agl => Ok(self.extended_ground_amsl_m(place) + altitude.metres),
            Datum::Amsl | Datum::Ellipsoid => self.amsl_m(place, altitude),
        }
    }

    /// Where the straight segment from `a` to `b` is lowest and highest over the ground, exactly; `None` if it leaves the
    /// terrain.
    pub fn extremes(&self, a: &Position, b: &Position) -> Option<Extremes> {
        self.within(a, b).then(|| self.extremes_over(a, b, [0.0, 1.0], Seek::Both))
    }

    /// Where the straight segment from `a` to `b` is lowest over the ground, exactly; `None` if it leaves the terrain.
    pub fn lowest(&self, a: &Position, b: &Position) -> Option<OverGround> {
        self.within(a, b).then(|| self.extremes_over(a, b, [0.0, 1.0], Seek::Lowest).lowest)
    }

    /// Whether a segment lies in the terrain whole.
    fn within(&self, a: &Position, b: &Position) -> bool {
        let extent = self.outermost().extent();
        extent.contains(&a.xy()) && extent.contains(&b.xy())
    }

    /// Where the straight segment from `a` to `b` is lowest over the ground, as far as there is terrain; `None` if there is
    /// none below it.
    pub fn lowest_over_terrain(&self, a: &Position, b: &Position) -> Option<OverGround> {
        let share = self.outermost().extent().share_of(a, b)?;
        Some(self.extremes_over(a, b, share, Seek::Lowest).lowest)
    }

    /// Whether the straight line from `a` to `b` stays above the ground, as far as there is terrain.
    pub fn line_of_sight(&self, a: &Position, b: &Position) -> bool {
        self.lowest_over_terrain(a, b).is_none_or(|lowest| lowest.agl_m >= 0.0)
    }

    /// The extremes of a share of the segment that lies in the terrain: fine where it can be, coarse before and after.
    fn extremes_over(&self, a: &Position, b: &Position, [from, to]: [f64; 2], seek: Seek) -> Extremes {
        let Some(coarse) = &self.surround else { return along::extremes(&self.fine, a, b, [from, to], seek) };
        let fine = self.fine.extent().share_of(a, b).map(|[enter, leave]| [enter.max(from), leave.min(to)]);
        let Some([enter, leave]) = fine.filter(|[enter, leave]| enter <= leave) else {
            return along::extremes(coarse, a, b, [from, to], seek);
        };
        let found = along::extremes(&self.fine, a, b, [enter, leave], seek);
        let around = [[from, enter], [leave, to]].into_iter().filter(|[from, to]| from < to);
        around.fold(found, |so_far, share| so_far.around(along::extremes(coarse, a, b, share, seek)))
    }

    fn outermost(&self) -> &HeightField {
        self.surround.as_ref().unwrap_or(&self.fine)
    }

    fn field_at(&self, place: &Place) -> Option<&HeightField> {
        if self.fine.contains(place) { Some(&self.fine) } else { self.surround.as_ref() }
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

    /// Rectangles that reach beyond fine ground, touch its side or its corner, or lie apart: no place is outside the range.
    #[test]
    fn the_range_holds_the_ground_on_both_sides_of_an_edge() {
        let fine = HeightField::sampled(Place::new(-100.0, -100.0), 10.0, [21, 21], |p| 300.0 + p.x + 2.0 * p.y);
        let coarse = HeightField::sampled(Place::new(-1000.0, -1000.0), 50.0, [41, 41], |_| 100.0);
        let terrain = Terrain::new(fine, Some(coarse), true, "test");
        let range = |low: [f64; 2], high: [f64; 2]| {
            terrain.ground_range_m(&Rectangle { low: low.into(), high: high.into() }).unwrap()
        };
        assert_eq!(range([50.0, 50.0], [250.0, 80.0]), (100.0, 560.0));
        assert_eq!(range([100.0, 0.0], [150.0, 50.0]), (100.0, 500.0));
        assert_eq!(range([100.0, 100.0], [150.0, 150.0]), (100.0, 600.0));
        assert_eq!(range([-150.0, -150.0], [-100.0, -100.0]), (0.0, 100.0));
        assert_eq!(range([101.0, -50.0], [150.0, 50.0]), (100.0, 100.0));
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
