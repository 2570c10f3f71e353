//! On how many days one can fly at a place, and what forbids it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::conditions::Conditions;
use super::daylight::Daylight;
use super::field::WindField;
use super::limits::{Limits, LocalConditions, Quantity};
use crate::world::geo::{Geographic, Place};

/// Gusts from this on make a gale (Beaufort 8), m/s.
pub const GALE_MPS: f64 = 17.2;
/// A day with so many hours of daylight within limits is flyable.
pub const HOURS_OF_A_FLYABLE_DAY: u32 = 6;
/// Half an hour: the middle of an hour stands for it.
const MIDDLE: jiff::SignedDuration = jiff::SignedDuration::from_mins(30);

/// A place whose weather is judged.
#[derive(Clone, Copy, Debug)]
pub struct JudgedPlace {
    /// In the local frame.
    pub place: Place,
    /// On the earth.
    pub geographic: Geographic,
    /// How much warmer it is there than where the weather is measured, °C.
    pub warmer_c: f64,
}

/// What the weather of a month allowed at a place, 10 m above its ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Month {
    /// Days of which anything is known.
    pub days: u32,
    /// Hours known.
    pub hours: u32,
    /// Mean wind, m/s.
    pub mean_wind_mps: f64,
    /// Strongest gust, m/s.
    pub strongest_gust_mps: f64,
    /// Days with a gust of a gale.
    pub gale_days: u32,
    /// Days with enough hours of daylight within limits.
    pub flyable_days: u32,
    /// Hours of daylight.
    pub daylight_hours: u32,
    /// Hours of daylight lost to each quantity; one hour may be lost to several. Under daylight: the hours of night, where
    /// the limits forbid them.
    pub lost_hours: BTreeMap<Quantity, u32>,
}

impl Month {
    /// What costs the most hours of daylight.
    pub fn limits_most(&self) -> Option<Quantity> {
        let lost = self.lost_hours.iter().filter(|(quantity, _)| **quantity != Quantity::Daylight);
        // Of equals the first.
        lost.rev().max_by_key(|(_, hours)| **hours).map(|(quantity, _)| *quantity)
    }

    fn add(&mut self, here: &LocalConditions, limits: &Limits) -> bool {
        let speed_mps = here.wind.mean_mps.norm();
        self.hours += 1;
        self.mean_wind_mps += (speed_mps - self.mean_wind_mps) / f64::from(self.hours);
        self.strongest_gust_mps = self.strongest_gust_mps.max(here.wind.gust_mps);
        self.daylight_hours += u32::from(here.is_day);
        let mut is_flyable = here.is_day;
        for breach in limits.breaches(here) {
            is_flyable = false;
            if here.is_day || breach.quantity == Quantity::Daylight {
                *self.lost_hours.entry(breach.quantity).or_default() += 1;
            }
        }
        is_flyable
    }
}

/// What hourly weather allowed at a place, by month from January; each entry is the hour that begins then. Days are those
/// of an offset, which is best that of the place's sun.
pub fn months(
    hours: &[(Timestamp, Conditions)],
    field: &WindField,
    judged: JudgedPlace,
    limits: &Limits,
    offset: Offset,
) -> [Month; 12] {
    let mut months: [Month; 12] = Default::default();
    let date = |at: Timestamp| offset.to_datetime(at).date();
    for day in hours.chunk_by(|a, b| date(a.0) == date(b.0)) {
        let date: Date = date(day[0].0);
        let month = &mut months[usize::from(date.month().unsigned_abs()).saturating_sub(1).min(11)];
        let (mut flyable_hours, mut is_gale) = (0, false);
        for (at, conditions) in day {
            let is_day =
                at.checked_add(MIDDLE).is_ok_and(|middle| Daylight::at(middle, judged.geographic).holds(middle));
            let conditions = Conditions { temperature_c: conditions.temperature_c + judged.warmer_c, ..*conditions };
            let here = LocalConditions::at_pad(field, &judged.place, &conditions, is_day);
            is_gale |= here.wind.gust_mps >= GALE_MPS;
            flyable_hours += u32::from(month.add(&here, limits));
        }
        month.days += 1;
        month.gale_days += u32::from(is_gale);
        month.flyable_days += u32::from(flyable_hours >= HOURS_OF_A_FLYABLE_DAY);
    }
    months
}
