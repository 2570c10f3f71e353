//! A year of hourly weather that never was but could be, drawn from the climate of a place.
//!
//! Every process is a chain of normal numbers in which each hour remembers the one before (AR(1)); its rank becomes the
//! rank in the distribution that the month wants: a Weibull wind with a daily cycle, rain in some of the hours, fog in
//! some. The same seed gives the same bytes everywhere. One year knows nothing of the next.
//!
//! **Calibration.** `MEMORY`, `DAILY_WIND`, the gust factor and the share of fog were chosen together so that, with the
//! default limits, a year has about 330 flyable days and a spring 18 to 25 days with gusts of 17.2 m/s or more; they are
//! not measured. So are dust and the spread of directions.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use super::conditions::{Conditions, wind_from};
use crate::units::{Draws, Purpose, RandomStream};

/// What the weather of a place is like, by month from January.
#[derive(Clone, Debug, PartialEq)]
pub struct Climate {
    /// Mean wind 10 m above ground, m/s.
    pub mean_wind_mps: [f64; 12],
    /// Shape k of the Weibull distribution among hours of the same time of day; the daily cycle widens that of all hours.
    pub weibull_k: f64,
    /// Gust of an hour over its mean wind, in winds that are not strong.
    pub gust_factor: f64,
    /// Share of the time in which the wind comes from the first of [`Climate::directions_deg`].
    pub first_direction_share: [f64; 12],
    /// The two directions the wind mostly comes from, degrees.
    pub directions_deg: [f64; 2],
    /// Mean temperature, °C.
    pub temperature_c: [f64; 12],
    /// Rain and snow, mm.
    pub precipitation_mm: [f64; 12],
    /// Mean strength of rain in the hours that have any, mm/h.
    pub rain_mmph: [f64; 12],
    /// Share of the hours with fog.
    pub fog_share: [f64; 12],
    /// Months with dust, from 1.
    pub dust_months: [i8; 2],
}

impl Climate {
    /// Where Chaoyang lies, degrees of latitude and longitude.
    pub const CHAOYANG_DEG: [f64; 2] = [41.55, 120.45];

    /// Chaoyang, Liaoning (WMO station 54324). Winds, k and the share of rain in summer after the facts of the project
    /// (L and M: no table of the station could be had); temperatures, rain by month and fog are round figures (L).
    pub const CHAOYANG: Self = Self {
        mean_wind_mps: [2.1, 2.5, 3.1, 3.6, 3.2, 2.6, 2.1, 1.9, 2.1, 2.5, 2.5, 2.2],
        weibull_k: 1.8,
        gust_factor: 2.35,
        first_direction_share: [0.25, 0.3, 0.45, 0.55, 0.6, 0.65, 0.65, 0.6, 0.5, 0.4, 0.3, 0.25],
        directions_deg: [190.0, 330.0],
        temperature_c: [-10.0, -6.0, 1.5, 11.0, 18.0, 22.5, 24.8, 23.0, 17.5, 9.5, -0.5, -7.5],
        precipitation_mm: [2.0, 3.0, 8.0, 20.0, 28.0, 90.0, 150.0, 100.0, 45.0, 25.0, 8.0, 3.0],
        rain_mmph: [0.4, 0.4, 0.6, 1.0, 1.3, 2.0, 2.6, 2.4, 1.5, 1.0, 0.6, 0.4],
        fog_share: [0.014, 0.012, 0.008, 0.008, 0.008, 0.012, 0.024, 0.026, 0.026, 0.024, 0.022, 0.018],
        dust_months: [3, 5],
    };
}

/// How much of each process the next hour remembers (calibration): wind, gusts, direction, temperature, rain, visibility.
const MEMORY: [f64; 7] = [0.96, 0.0, 0.97, 0.9, 0.99, 0.8, 0.95];
/// Amplitude of the daily cycle of the wind (calibration) and of the temperature, °C; both peak at 15 h.
const DAILY_WIND: f64 = 0.25;
const DAILY_TEMPERATURE_C: f64 = 5.5;
const PEAK_H: f64 = 15.0;
/// Above this mean wind, m/s, gusts grow more slowly, by this factor (calibration): strong winds are steadier.
const STRONG_WIND_MPS: f64 = 7.5;
const STRONG_GUST_FACTOR: f64 = 1.5;
/// Spread of the logarithm of what gusts have on top of the mean wind, of directions about their sector, degrees, and of
/// temperatures about their month, °C.
const GUST_SPREAD: f64 = 0.15;
const DIRECTION_SPREAD_DEG: f64 = 25.0;
const TEMPERATURE_SPREAD_C: f64 = 3.5;
/// Visibility in clear air, m, its spread as a logarithm, and the rain that halves it, mm/h.
const CLEAR_M: f64 = 18_000.0;
const CLEAR_SPREAD: f64 = 0.5;
const HALVING_RAIN_MMPH: f64 = 2.0;
/// Visibility in fog, m, from the thickest to the thinnest.
const FOG_M: [f64; 2] = [200.0, 1000.0];
/// Dust rises in gusts from this on, m/s; visibility then, m, falls with their fourth power.
const DUST_GUST_MPS: f64 = 14.0;
const DUST_M: f64 = 8000.0;

/// The hours of a calendar year of a place's local time, each with the instant at which it begins.
pub fn year(climate: &Climate, year: i16, offset: Offset, seed: u64) -> Vec<(Timestamp, Conditions)> {
    let mut processes = Processes::new(seed, year);
    let first = Date::new(year, 1, 1).ok().map(|date| date.to_datetime(jiff::civil::Time::midnight()));
    let begins = first.and_then(|first| offset.to_timestamp(first).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    let hours = (0..).map_while(|hour| begins.checked_add(jiff::SignedDuration::from_hours(hour)).ok());
    let local = hours.map(|at| (at, offset.to_datetime(at))).take_while(|(_, local)| local.year() == year);
    local.map(|(at, local)| (at, processes.hour(climate, local))).collect()
}

/// The chains of normal numbers, one for each process.
struct Processes {
    draws: Vec<Draws>,
    states: [f64; 7],
}

impl Processes {
    fn new(seed: u64, year: i16) -> Self {
        let entity = |process: u64| u64::from(year.unsigned_abs()) << 8 | process;
        let mut draws: Vec<Draws> =
            (0..7).map(|process| RandomStream::new(seed, Purpose::Weather, entity(process)).from_step(0)).collect();
        let mut states = [0.0; 7];
        states.iter_mut().zip(&mut draws).for_each(|(state, draws)| *state = draws.normal());
        Self { draws, states }
    }

    fn hour(&mut self, climate: &Climate, local: DateTime) -> Conditions {
        for ((state, draws), memory) in self.states.iter_mut().zip(&mut self.draws).zip(MEMORY) {
            *state = memory * *state + (1.0 - memory * memory).sqrt() * draws.normal();
        }
        let [wind, gust, sector, spread, temperature, rain, visibility] = self.states;
        let month = usize::from(local.month().unsigned_abs()).saturating_sub(1).min(11);
        let daily = libm::cos(std::f64::consts::TAU * (f64::from(local.hour()) - PEAK_H) / 24.0);
        let speed_mps = climate.wind_mps(month, wind) * (1.0 + DAILY_WIND * daily);
        let gust_mps =
            speed_mps + climate.over_mean_mps(speed_mps) * libm::exp(GUST_SPREAD * (gust - GUST_SPREAD / 2.0));
        let precipitation_mmph = climate.rain_mmph(local, month, rain);
        let is_first = normal_share(sector) < climate.first_direction_share[month];
        let direction_deg = climate.directions_deg[usize::from(!is_first)] + DIRECTION_SPREAD_DEG * spread;
        let dust =
            precipitation_mmph <= 0.0 && (climate.dust_months[0]..=climate.dust_months[1]).contains(&local.month());
        let clear_m = climate.visibility_m(month, visibility) / (1.0 + precipitation_mmph / HALVING_RAIN_MMPH);
        Conditions {
            wind_mps: wind_from(direction_deg, speed_mps),
            gust_mps,
            visibility_m: if dust { clear_m.min(in_dust_m(gust_mps)) } else { clear_m },
            precipitation_mmph,
            temperature_c: climate.temperature_c(local)
                + DAILY_TEMPERATURE_C * daily
                + TEMPERATURE_SPREAD_C * temperature,
        }
    }
}

impl Climate {
    /// The mean wind of the rank of a normal number, m/s, without the daily cycle.
    fn wind_mps(&self, month: usize, normal: f64) -> f64 {
        let scale_mps = self.mean_wind_mps[month] / libm::tgamma(1.0 + 1.0 / self.weibull_k);
        scale_mps * libm::pow(-libm::log(normal_share(-normal)), 1.0 / self.weibull_k)
    }

    /// What gusts have on top of a mean wind, m/s.
    fn over_mean_mps(&self, speed_mps: f64) -> f64 {
        let strong_mps = (speed_mps - STRONG_WIND_MPS).max(0.0);
        (self.gust_factor - 1.0) * (speed_mps - strong_mps) + (STRONG_GUST_FACTOR - 1.0) * strong_mps
    }

    /// Rain in the hours whose rank is among the wet ones of the month: the lower the rank the stronger, exponentially.
    fn rain_mmph(&self, local: DateTime, month: usize, normal: f64) -> f64 {
        let hours = 24.0 * f64::from(local.days_in_month());
        let wet_share = self.precipitation_mm[month] / self.rain_mmph[month] / hours;
        let rank = normal_share(normal) / wet_share;
        if rank < 1.0 { -self.rain_mmph[month] * libm::log(rank) } else { 0.0 }
    }

    fn visibility_m(&self, month: usize, normal: f64) -> f64 {
        let rank = normal_share(normal) / self.fog_share[month];
        if rank < 1.0 { FOG_M[0] + (FOG_M[1] - FOG_M[0]) * rank } else { CLEAR_M * libm::exp(CLEAR_SPREAD * normal) }
    }

    /// The usual temperature of a day, linear between the middles of the months.
    fn temperature_c(&self, local: DateTime) -> f64 {
        let month = usize::from(local.month().unsigned_abs()).saturating_sub(1).min(11);
        let passed = f64::from(local.day()) / f64::from(local.days_in_month()) - 0.5;
        let other = if passed < 0.0 { (month + 11) % 12 } else { (month + 1) % 12 };
        let here = self.temperature_c[month];
        here + (self.temperature_c[other] - here) * passed.abs()
    }
}

/// The share of a normal distribution below a number.
fn normal_share(normal: f64) -> f64 {
    libm::erfc(-normal / std::f64::consts::SQRT_2) / 2.0
}

fn in_dust_m(gust_mps: f64) -> f64 {
    if gust_mps < DUST_GUST_MPS {
        return f64::INFINITY;
    }
    let square = (DUST_GUST_MPS / gust_mps) * (DUST_GUST_MPS / gust_mps);
    DUST_M * square * square
}

#[cfg(test)]
mod tests;
