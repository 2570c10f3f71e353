//! Years against the table of the climate, its shape, its gales and the count of flyable days.

use super::super::flyable::{JudgedPlace, Month, months};
use super::super::{Limits, Profile, Quantity, WindField};
use super::*;
use crate::world::geo::{Geographic, Place};

const CHINA: i32 = 8 * 3600;
const YEARS: u32 = 60;

fn offset() -> Offset {
    Offset::from_seconds(CHINA).unwrap()
}

/// Every year has its own seed.
fn hours(seed: u32) -> Vec<(Timestamp, Conditions)> {
    year(&Climate::CHAOYANG, 2026, offset(), u64::from(seed))
}

fn judged(hours: &[(Timestamp, Conditions)]) -> [Month; 12] {
    let field = WindField::new(&Profile::POWER_C, None);
    let place = JudgedPlace { place: Place::origin(), geographic: Geographic::new(41.557, 120.46), warmer_c: 0.0 };
    months(hours, &field, place, &Limits::USUAL, offset())
}

#[test]
fn a_year_has_its_hours_and_the_same_seed_the_same() {
    assert_eq!(hours(1).len(), 8760);
    assert_eq!(year(&Climate::CHAOYANG, 2024, offset(), 1).len(), 8784);
    assert_eq!(hours(1), hours(1));
    assert_ne!(hours(1), hours(2));
    assert_ne!(hours(1)[0].1, year(&Climate::CHAOYANG, 2027, offset(), 1)[0].1);
    assert_eq!(hours(1)[0].0, "2025-12-31T16:00:00Z".parse().unwrap());
}

/// Over sixty years: monthly means within 6 % (three standard errors, for an hour remembers much of the one before), k of all
/// hours between 1.6 and 1.8, rain as the table has it, 70 % of it
/// from June to August, the wind from the two sectors.
#[test]
fn years_follow_the_climate() {
    let all: Vec<Vec<(Timestamp, Conditions)>> = (1..=YEARS).map(hours).collect();
    let local = |at: Timestamp| offset().to_datetime(at);
    let mut rain_mm = [0.0; 12];
    for (month, of_month_mm) in rain_mm.iter_mut().enumerate() {
        let of_month =
            all.iter().flatten().filter(|(at, _)| usize::from(local(*at).month().unsigned_abs()) == month + 1);
        let (mut count, mut sum, mut square, mut warmth) = (0.0, 0.0, 0.0, 0.0);
        for (_, conditions) in of_month {
            let speed_mps = conditions.speed_mps();
            (count, sum, square) = (count + 1.0, sum + speed_mps, square + speed_mps * speed_mps);
            warmth += conditions.temperature_c;
            *of_month_mm += conditions.precipitation_mmph / f64::from(YEARS);
            assert!(conditions.gust_mps >= speed_mps && conditions.visibility_m > 0.0);
        }
        let mean_mps: f64 = sum / count;
        let variation = (square / count / (mean_mps * mean_mps) - 1.0).sqrt();
        // Justus 1978: k is about the variation to the power of −1.086.
        let k = libm::pow(variation, -1.086);
        let wanted = &Climate::CHAOYANG;
        assert!((mean_mps / wanted.mean_wind_mps[month] - 1.0).abs() < 0.06, "{month}: {mean_mps}");
        assert!((1.6..1.8).contains(&k), "{month}: {k}");
        assert!((warmth / count - wanted.temperature_c[month]).abs() < 1.5, "{month}: {}", warmth / count);
    }
    let (year_mm, summer_mm) = (rain_mm.iter().sum::<f64>(), rain_mm[5..8].iter().sum::<f64>());
    assert!((year_mm / 482.0 - 1.0).abs() < 0.1, "{rain_mm:?}");
    assert!((0.65..0.75).contains(&(summer_mm / year_mm)), "{rain_mm:?}");
    let spring_mm: f64 = rain_mm[2..5].iter().sum();
    assert!((45.0..65.0).contains(&spring_mm), "{rain_mm:?}");
    let prevailing = all.iter().flatten().filter(|(_, conditions)| {
        let direction_deg = conditions.direction_deg();
        (165.0..225.0).contains(&direction_deg) || direction_deg > 290.0
    });
    assert!(prevailing.count() > all.iter().map(Vec::len).sum::<usize>() * 6 / 10);
}

/// Springs have 18 to 25 gale days and years 315 to 345 flyable ones: the default seed, and the mean of sixty.
#[test]
fn gales_and_flyable_days_are_those_of_the_calibration() {
    let counted: Vec<[u32; 2]> = (1..=YEARS)
        .map(|seed| {
            let months = judged(&hours(seed));
            let gales = months[2..5].iter().map(|month| month.gale_days).sum();
            [gales, months.iter().map(|month| month.flyable_days).sum()]
        })
        .collect();
    let mean = |which: usize| counted.iter().map(|counts| f64::from(counts[which])).sum::<f64>() / f64::from(YEARS);
    assert!((18..=25).contains(&counted[0][0]), "{counted:?}");
    assert!((315..=345).contains(&counted[0][1]), "{counted:?}");
    assert!((18.0..=25.0).contains(&mean(0)) && (325.0..=335.0).contains(&mean(1)), "{} {}", mean(0), mean(1));
}

#[test]
fn days_are_judged_by_their_hours_of_light() {
    let still = |hour: i64, gust_mps: f64| {
        let at = "2026-04-30T16:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_hours(hour);
        (at, Conditions { gust_mps, ..Conditions::STILL })
    };
    // From 08:00 to 18:00 gusts forbid flying: three hours before and one after are left of the light.
    let gusty: Vec<_> = (0..24).map(|hour| still(hour, if (8..18).contains(&hour) { 18.0 } else { 1.0 })).collect();
    let calm: Vec<_> = (24..48).map(|hour| still(hour, 1.0)).collect();
    let months = judged(&[gusty, calm].concat());
    let may = &months[4];
    assert_eq!((may.days, may.gale_days, may.flyable_days, may.hours), (2, 1, 1, 48));
    assert_eq!((may.limits_most(), may.lost_hours[&Quantity::Gust]), (Some(Quantity::Gust), 10));
    assert_eq!(may.lost_hours[&Quantity::Daylight] + may.daylight_hours, 48);
    assert_eq!(months[0], Month::default());
}
