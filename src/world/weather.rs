//! The weather: its course in time, the wind at a place and height, turbulence, and whether one may fly in it.
//!
//! A [`Timeline`] says what a station over flat ground would measure, a [`WindField`] what that makes of the wind at a
//! place and a height, [`Dryden`] what a drone feels of it from one step to the next, and [`Limits`] whether that is too
//! much. A whole year is drawn by [`year()`] and counted by [`months`].

mod conditions;
mod daylight;
mod field;
mod flyable;
mod hills;
mod limits;
mod profile;
mod turbulence;
mod year;

use jiff::Timestamp;

pub use conditions::{Conditions, Front, Timeline, USUAL_GUST_FACTOR, wind_from};
pub use daylight::Daylight;
pub use field::{LocalWind, WindField};
pub use flyable::{GALE_MPS, HOURS_OF_A_FLYABLE_DAY, JudgedPlace, Month, months};
pub use hills::Hills;
pub use limits::{Breach, Limits, LocalConditions, Quantity};
pub use profile::{Profile, ProfileTable, STATION_M, beaufort};
pub use turbulence::{Dryden, Gust, Scales, Turbulence, W20_HEIGHT_M, in_frame};
pub use year::{Climate, year};

use super::air::standard_temperature_c;
use super::geo::{Place, Position};

/// Where the weather of a run comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// It does not change.
    Constant,
    /// A file of hours.
    File,
    /// Drawn.
    Generated {
        /// The climate it was drawn from.
        climate: Box<Climate>,
        /// The seed.
        seed: u64,
    },
}

/// The weather of a run.
#[derive(Clone, Debug)]
pub struct Weather {
    /// Its course in time.
    pub timeline: Timeline,
    /// What it does to the wind at a place and a height.
    pub field: WindField,
    /// How strong the turbulence is.
    pub turbulence: Turbulence,
    /// Height above mean sea level of the station whose temperature it is, m.
    pub station_amsl_m: f64,
    /// Where it comes from.
    pub origin: Origin,
}

impl Weather {
    /// What a station over flat ground would measure at an instant.
    pub fn conditions(&self, at: Timestamp) -> Conditions {
        self.timeline.at(at)
    }

    /// The weather that decides about flying at a position; it is colder with height as in the standard atmosphere.
    pub fn local(&self, position: &Position, agl_m: f64, conditions: &Conditions, is_day: bool) -> LocalConditions {
        let here = LocalConditions::at(&self.field, &position.xy(), agl_m, conditions, is_day);
        LocalConditions { temperature_c: self.temperature_c(position.z, conditions), ..here }
    }

    /// Temperature at a height above mean sea level, °C.
    pub fn temperature_c(&self, altitude_amsl_m: f64, conditions: &Conditions) -> f64 {
        let difference_c = standard_temperature_c(altitude_amsl_m) - standard_temperature_c(self.station_amsl_m);
        conditions.temperature_c + difference_c
    }

    /// W20 of the turbulence at a place under given conditions, m/s; `None` without turbulence.
    pub fn w20_mps(&self, place: &Place, conditions: &Conditions) -> Option<f64> {
        self.turbulence.w20_mps(|| self.field.wind(place, W20_HEIGHT_M, conditions).mean_mps.norm())
    }
}
