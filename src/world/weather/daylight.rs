//! When the sun is up on a day.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::world::geo::{Geographic, SunEvent};

/// The time between sunrise and sunset of a calendar day at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Daylight {
    /// Between two instants.
    Between(Timestamp, Timestamp),
    /// The sun does not set.
    Always,
    /// The sun does not rise.
    Never,
}

impl Daylight {
    /// That of a day.
    pub fn on(date: Date, place: Geographic) -> Self {
        let sun = SunEvent::Sunrise.on(date, place).zip(SunEvent::Sunset.on(date, place));
        match sun {
            Some((rise, set)) => Self::Between(rise, set),
            // Near the poles: the summer of the hemisphere is light, its winter dark.
            None if (place.lat_deg > 0.0) == (4..=9).contains(&date.month()) => Self::Always,
            None => Self::Never,
        }
    }

    /// Whether the sun is up at an instant.
    pub fn holds(self, at: Timestamp) -> bool {
        match self {
            Self::Between(rise, set) => rise <= at && at < set,
            Self::Always => true,
            Self::Never => false,
        }
    }
}
