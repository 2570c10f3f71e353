//! When the sun rises and sets: the daily events that geozones and daylight rules refer to.

use chrono::NaiveDate;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sunrise::{Coordinates, DawnType, SolarDay, SolarEvent};

use super::Geographic;

/// Height of the sun's centre at which it counts as up, degrees: refraction and its half diameter below the horizon.
const RIM_DEG: f64 = -0.833;
/// The same for civil twilight.
const CIVIL_DEG: f64 = -6.0;

/// A daily event of the sun, named as in ED-318.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SunEvent {
    /// Begin of morning civil twilight: the sun's centre 6° below the horizon, rising.
    #[serde(rename = "BMCT")]
    BeginOfMorningCivilTwilight,
    /// Sunrise: the upper rim at the horizon, refraction included.
    #[serde(rename = "SR")]
    Sunrise,
    /// Sunset.
    #[serde(rename = "SS")]
    Sunset,
    /// End of evening civil twilight.
    #[serde(rename = "EECT")]
    EndOfEveningCivilTwilight,
}

impl SunEvent {
    /// The instant of the event on a calendar day of the place, to about a minute (the sunrise equation, by the crate
    /// `sunrise`); `None` where the sun does not do so on that day.
    pub fn on(self, date: Date, place: Geographic) -> Option<Timestamp> {
        let coordinates = Coordinates::new(place.lat_deg, place.lon_deg)?;
        let (month, day) = (u32::try_from(date.month()).ok()?, u32::try_from(date.day()).ok()?);
        let day = SolarDay::new(coordinates, NaiveDate::from_ymd_opt(date.year().into(), month, day)?);
        let event = day.event_time(match self {
            Self::BeginOfMorningCivilTwilight => SolarEvent::Dawn(DawnType::Civil),
            Self::Sunrise => SolarEvent::Sunrise,
            Self::Sunset => SolarEvent::Sunset,
            Self::EndOfEveningCivilTwilight => SolarEvent::Dusk(DawnType::Civil),
        })?;
        Timestamp::from_second(event.timestamp()).ok()
    }

    /// On a day on which the event does not happen: whether that is because the sun stays above the event's height.
    ///
    /// The hour angle's cosine, (sin h − sin φ sin δ) / (cos φ cos δ), is then beyond ±1, and its sign tells; the declination
    /// δ to a degree is enough.
    pub fn stays_above(self, date: Date, place: Geographic) -> bool {
        let height_deg: f64 = match self {
            Self::Sunrise | Self::Sunset => RIM_DEG,
            Self::BeginOfMorningCivilTwilight | Self::EndOfEveningCivilTwilight => CIVIL_DEG,
        };
        let turn = std::f64::consts::TAU * f64::from(date.day_of_year() + 10) / 365.25;
        let declination = -23.44_f64.to_radians() * libm::cos(turn);
        libm::sin(height_deg.to_radians()) < libm::sin(place.lat_deg.to_radians()) * libm::sin(declination)
    }

    /// Whether it begins the day rather than ends it.
    pub const fn is_rising(self) -> bool {
        matches!(self, Self::Sunrise | Self::BeginOfMorningCivilTwilight)
    }
}

/// The day of the sun that an instant falls in at a place: the calendar date by its mean sun, whatever offset clocks have.
pub fn solar_date(at: Timestamp, place: Geographic) -> Date {
    let by_the_sun = at.checked_add(east(place)).unwrap_or(at);
    jiff::tz::Offset::UTC.to_datetime(by_the_sun).date()
}

/// The offset of whole hours that is nearest to the mean sun of a place: what its days are counted in where none is given.
pub fn solar_offset(place: Geographic) -> jiff::tz::Offset {
    #[expect(clippy::cast_possible_truncation, reason = "at most twelve hours")]
    let hours = (place.lon_deg / 15.0).round() as i32;
    jiff::tz::Offset::from_seconds(hours * 3600).unwrap_or(jiff::tz::Offset::UTC)
}

/// How far the mean sun of a place is before that of Greenwich.
fn east(place: Geographic) -> jiff::SignedDuration {
    #[expect(clippy::cast_possible_truncation, reason = "at most half a day in seconds")]
    let east_s = (place.lon_deg * 240.0).round() as i64;
    jiff::SignedDuration::from_secs(east_s)
}

/// The midnight by the sun at which a calendar day of a place begins: noon is when the mean sun stands over its meridian.
pub fn solar_midnight(date: Date, place: Geographic) -> Option<Timestamp> {
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()?;
    midnight.checked_sub(east(place)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published tables: Greenwich on 21 June 2024 (sunrise 04:43, sunset 21:21 BST; civil twilight 03:55 and 22:09), and
    /// Cape Town on 21 December 2024 (05:31 and 19:57 SAST).
    #[test]
    fn times_are_those_of_published_tables() {
        let cases = [
            (51.4779, -0.0015, "2024-06-21", SunEvent::BeginOfMorningCivilTwilight, "2024-06-21T02:55:00Z"),
            (51.4779, -0.0015, "2024-06-21", SunEvent::Sunrise, "2024-06-21T03:43:00Z"),
            (51.4779, -0.0015, "2024-06-21", SunEvent::Sunset, "2024-06-21T20:21:00Z"),
            (51.4779, -0.0015, "2024-06-21", SunEvent::EndOfEveningCivilTwilight, "2024-06-21T21:09:00Z"),
            (-33.925, 18.424, "2024-12-21", SunEvent::Sunrise, "2024-12-21T03:31:00Z"),
            (-33.925, 18.424, "2024-12-21", SunEvent::Sunset, "2024-12-21T17:57:00Z"),
        ];
        for (lat, lon, date, event, expected) in cases {
            let found = event.on(date.parse().unwrap(), Geographic::new(lat, lon)).unwrap();
            let off_s = (found.as_second() - expected.parse::<Timestamp>().unwrap().as_second()).abs();
            assert!(off_s <= 120, "{event:?} {date}: {found}, expected {expected}");
        }
    }

    #[test]
    fn the_day_is_in_order_and_the_polar_night_has_none() {
        let scene = Geographic::new(41.5375, 120.485);
        let date = "2026-05-01".parse().unwrap();
        let all = [
            SunEvent::BeginOfMorningCivilTwilight,
            SunEvent::Sunrise,
            SunEvent::Sunset,
            SunEvent::EndOfEveningCivilTwilight,
        ];
        let times = all.map(|event| event.on(date, scene).unwrap());
        assert!(times.is_sorted(), "{times:?}");
        // The local day: from 04:00 to 20:00 at UTC+8.
        assert!(
            times[0] > "2026-04-30T20:00:00Z".parse().unwrap() && times[3] < "2026-05-01T12:00:00Z".parse().unwrap()
        );
        let north = Geographic::new(78.2, 15.6);
        assert_eq!(SunEvent::Sunrise.on("2026-12-21".parse().unwrap(), north), None);
    }
}
