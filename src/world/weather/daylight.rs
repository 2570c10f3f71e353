//! When the sun is up on a day.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::world::geo::{Geographic, SunEvent, solar_date};

/// The time between sunrise and sunset of a day at a place.
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
    /// That of the day which an instant falls in at a place, by the sun and not by a clock.
    pub fn at(at: Timestamp, place: Geographic) -> Self {
        Self::on(solar_date(at, place), place)
    }

    /// That of a day by the sun.
    pub fn on(date: Date, place: Geographic) -> Self {
        let sun = SunEvent::Sunrise.on(date, place).zip(SunEvent::Sunset.on(date, place));
        match sun {
            Some((rise, set)) => Self::Between(rise, set),
            None if SunEvent::Sunrise.stays_above(date, place) => Self::Always,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// 06:30 at Chaoyang is light, in whatever offset it is written; 18:30 is light in May and dark in December.
    #[test]
    fn the_day_is_that_of_the_sun() {
        let chaoyang = Geographic::new(41.557, 120.46);
        for (text, is_day) in [
            ("2026-05-01T22:30:00Z", true),
            ("2026-05-02T06:30:00+08:00", true),
            ("2026-05-02T10:30:00Z", true),
            ("2026-05-02T15:30:00Z", false),
            ("2026-12-01T10:30:00Z", false),
        ] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(Daylight::at(at, chaoyang).holds(at), is_day, "{text}");
        }
        // Samoa, where the date of the clock is one ahead of the sun's.
        let at: Timestamp = "2026-05-02T12:00:00+13:00".parse().unwrap();
        assert!(Daylight::at(at, Geographic::new(-13.8, -171.8)).holds(at));
    }

    /// At 78.2° N the sun stays up from 19 April to 24 August and does not rise from 26 October to 15 February (published for
    /// Longyearbyen); at 88.5° N it is up before April and down in September.
    #[test]
    fn polar_days_and_nights_are_those_of_the_almanac() {
        let longyearbyen = Geographic::new(78.2, 15.6);
        let south = Geographic::new(-78.2, 15.6);
        let on = |date: &str, place| Daylight::on(date.parse().unwrap(), place);
        for (date, expected) in [
            ("2026-04-25", Daylight::Always),
            ("2026-08-20", Daylight::Always),
            ("2026-10-30", Daylight::Never),
            ("2026-02-10", Daylight::Never),
        ] {
            assert_eq!(on(date, longyearbyen), expected, "{date}");
        }
        assert!(matches!(on("2026-03-25", longyearbyen), Daylight::Between(..)));
        assert_eq!((on("2026-06-21", south), on("2026-12-21", south)), (Daylight::Never, Daylight::Always));
        let pole = Geographic::new(88.5, 0.0);
        assert_eq!((on("2026-03-29", pole), on("2026-09-30", pole)), (Daylight::Always, Daylight::Never));
    }
}
