//! From the local frame of a run to the earth and its calendar.

use jiff::Timestamp;

use crate::frame::{DroneSample, SimTime};
use crate::world::geo::{Geographic, LocalProjection, Place, Position};
use crate::world::terrain::{AltitudeError, Terrain};

/// Where and when a run takes place.
#[derive(Clone, Copy, Debug)]
pub struct Earth<'a> {
    projection: LocalProjection,
    terrain: &'a Terrain,
    begins: Timestamp,
}

/// A sample on the earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// Where, WGS84.
    pub at: Geographic,
    /// Height above mean sea level, EGM96, m.
    pub amsl_m: f64,
    /// Height over the WGS84 ellipsoid, m.
    pub ellipsoid_m: f64,
}

impl<'a> Earth<'a> {
    /// The place of a projection over a terrain, and the instant at which the run begins.
    ///
    /// # Errors
    /// When the terrain knows no geoid: ellipsoidal heights are never guessed.
    pub fn new(projection: LocalProjection, terrain: &'a Terrain, begins: Timestamp) -> Result<Self, AltitudeError> {
        terrain.undulation_m(&Place::origin()).ok_or(AltitudeError::NoGeoid)?;
        Ok(Self { projection, terrain, begins })
    }

    /// The civil instant of a time of the run.
    pub(super) fn instant(&self, time: SimTime) -> Timestamp {
        time.after(self.begins)
    }

    /// Where a sample is.
    pub(super) fn point(&self, sample: &DroneSample) -> Point {
        self.point_of(&sample.position_m().into())
    }

    /// The same of a position in the local frame.
    pub(super) fn point_of(&self, position: &Position) -> Point {
        let place = position.xy();
        // `new` has made sure that the terrain knows the geoid.
        let undulation_m = self.terrain.undulation_m(&place).unwrap_or_default();
        let at = self.projection.to_geographic(&place);
        Point { at, amsl_m: position.z, ellipsoid_m: position.z + undulation_m }
    }

    /// True height of a position, m; `None` beyond the terrain.
    pub(super) fn agl_m(&self, position: &Position) -> Option<f64> {
        self.terrain.agl_m(position)
    }
}
