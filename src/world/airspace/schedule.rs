//! When a rule holds: always, between two instants, or in daily periods, some of which begin or end with the sun.
//!
//! Every boundary is exact: a rule that ends at 10:00 no longer holds at 10:00, one that begins then does.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use crate::world::geo::{Geographic, SunEvent};

/// Days in which the next change of a schedule with daily periods is looked for: a week, and one to come round.
const DAYS_AHEAD: i32 = 9;

/// When a rule holds: in any of its windows. Without a window it always does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The windows.
    pub windows: Vec<Window>,
}

/// A stretch of time, and the daily periods in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Its first instant; open if absent.
    pub start: Option<Timestamp>,
    /// The first instant after it; open if absent.
    pub end: Option<Timestamp>,
    /// Periods of its days; all the time if there are none.
    pub periods: Vec<DailyPeriod>,
}

/// A period of some days of the week. One that ends no later than it begins runs past midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyPeriod {
    /// The days on which it begins; every day if there are none.
    pub days: Vec<Weekday>,
    /// When it begins.
    pub begins: DayMoment,
    /// When it ends.
    pub ends: DayMoment,
    /// What days and clock times are counted in.
    pub offset: Offset,
}

/// A moment of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayMoment {
    /// A time of the clock.
    Clock(Time),
    /// The end of the day.
    Midnight,
    /// A daily event of the sun.
    Sun(SunEvent),
}

impl Schedule {
    /// Whether the rule holds at an instant, for a zone at `place`.
    pub fn holds(&self, at: Timestamp, place: Geographic) -> bool {
        self.windows.is_empty() || self.windows.iter().any(|window| window.holds(at, place))
    }

    /// The first instant after `at` at which the rule begins or ceases to hold; `None` if it never does again, or not
    /// within nine days of its next window.
    pub fn next_change(&self, at: Timestamp, place: Geographic) -> Option<Timestamp> {
        let holds = self.holds(at, place);
        let mut boundaries: Vec<Timestamp> =
            self.windows.iter().flat_map(|window| window.boundaries_after(at, place)).collect();
        boundaries.sort_unstable();
        boundaries.into_iter().find(|&boundary| self.holds(boundary, place) != holds)
    }
}

impl Window {
    fn contains(&self, at: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }

    fn holds(&self, at: Timestamp, place: Geographic) -> bool {
        self.contains(at) && (self.periods.is_empty() || self.periods.iter().any(|period| period.holds(at, place)))
    }

    fn boundaries_after(&self, at: Timestamp, place: Geographic) -> Vec<Timestamp> {
        let first = self.start.map_or(at, |start| start.max(at));
        let daily = self.periods.iter().flat_map(|period| {
            let from = period.date_of(first);
            let days = (-1..DAYS_AHEAD).filter_map(move |day| from.checked_add(Span::new().days(day)).ok());
            days.filter_map(|date| period.on(date, place)).flat_map(<[Timestamp; 2]>::from)
        });
        let ends = self.start.into_iter().chain(self.end);
        ends.chain(daily).filter(|&boundary| boundary > at).collect()
    }
}

impl DailyPeriod {
    fn date_of(&self, at: Timestamp) -> Date {
        self.offset.to_datetime(at).date()
    }

    fn holds(&self, at: Timestamp, place: Geographic) -> bool {
        let today = self.date_of(at);
        let days = [today.yesterday().ok(), Some(today)].into_iter().flatten();
        days.filter_map(|date| self.on(date, place)).any(|(begin, end)| begin <= at && at < end)
    }

    /// Its instants if it begins on `date`.
    fn on(&self, date: Date, place: Geographic) -> Option<(Timestamp, Timestamp)> {
        if !self.days.is_empty() && !self.days.contains(&date.weekday()) {
            return None;
        }
        let begin = self.instant(self.begins, date, place)?;
        let end = self.instant(self.ends, date, place)?;
        let end = if end > begin { end } else { self.instant(self.ends, date.tomorrow().ok()?, place)? };
        Some((begin, end))
    }

    fn instant(&self, moment: DayMoment, date: Date, place: Geographic) -> Option<Timestamp> {
        let civil = match moment {
            DayMoment::Clock(time) => date.to_datetime(time),
            DayMoment::Midnight => date.tomorrow().ok()?.to_datetime(Time::midnight()),
            DayMoment::Sun(event) => return event.on(date, place),
        };
        self.offset.to_timestamp(civil).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENE: Geographic = Geographic::new(41.5375, 120.485);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn period(days: &[Weekday], begins: DayMoment, ends: DayMoment) -> DailyPeriod {
        DailyPeriod { days: days.to_vec(), begins, ends, offset: Offset::constant(8) }
    }

    fn clock(text: &str) -> DayMoment {
        DayMoment::Clock(text.parse().unwrap())
    }

    fn schedule(windows: Vec<Window>) -> Schedule {
        Schedule { windows }
    }

    #[test]
    fn a_permanent_rule_never_changes() {
        let always = Schedule::default();
        assert!(always.holds(at("1999-01-01T00:00:00Z"), SCENE));
        assert_eq!(always.next_change(at("2026-05-01T00:00:00Z"), SCENE), None);
    }

    #[test]
    fn boundaries_are_exact() {
        let (start, end) = (at("2026-05-01T02:00:00Z"), at("2026-05-01T03:00:00Z"));
        let dated = schedule(vec![Window { start: Some(start), end: Some(end), periods: Vec::new() }]);
        for (time, holds) in [
            ("2026-05-01T01:59:59.999Z", false),
            ("2026-05-01T02:00:00Z", true),
            ("2026-05-01T02:59:59.999Z", true),
            ("2026-05-01T03:00:00Z", false),
        ] {
            assert_eq!(dated.holds(at(time), SCENE), holds, "{time}");
        }
        assert_eq!(dated.next_change(at("2026-04-01T00:00:00Z"), SCENE), Some(start));
        assert_eq!(dated.next_change(start, SCENE), Some(end));
        assert_eq!(dated.next_change(end, SCENE), None);
    }

    /// Weekdays from 22:00 to 06:00 local: Friday's night runs into Saturday, Sunday has none.
    #[test]
    fn nights_run_past_midnight() {
        let weekdays = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        let nights = schedule(vec![Window {
            periods: vec![period(&weekdays, clock("22:00"), clock("06:00"))],
            ..Window::default()
        }]);
        // 2026-05-01 is a Friday.
        for (time, holds) in [
            ("2026-05-01T21:59:59+08:00", false),
            ("2026-05-01T22:00:00+08:00", true),
            ("2026-05-02T05:59:59+08:00", true),
            ("2026-05-02T06:00:00+08:00", false),
            ("2026-05-03T23:00:00+08:00", false),
            ("2026-05-04T05:00:00+08:00", false),
            ("2026-05-04T22:00:00+08:00", true),
        ] {
            assert_eq!(nights.holds(at(time), SCENE), holds, "{time}");
        }
        let saturday = at("2026-05-02T12:00:00+08:00");
        assert_eq!(nights.next_change(saturday, SCENE), Some(at("2026-05-04T22:00:00+08:00")));
    }

    #[test]
    fn whole_days_follow_each_other_without_a_gap() {
        let daily = schedule(vec![Window {
            periods: vec![period(&[], clock("00:00"), DayMoment::Midnight)],
            ..Window::default()
        }]);
        for time in ["2026-05-01T00:00:00+08:00", "2026-05-01T23:59:59.999+08:00", "2026-05-02T00:00:00+08:00"] {
            assert!(daily.holds(at(time), SCENE), "{time}");
        }
        assert_eq!(daily.next_change(at("2026-05-01T00:00:00Z"), SCENE), None);
    }

    #[test]
    fn the_sun_sets_boundaries() {
        let sunset = SunEvent::Sunset.on("2026-05-01".parse().unwrap(), SCENE).unwrap();
        let sunrise = SunEvent::Sunrise.on("2026-05-02".parse().unwrap(), SCENE).unwrap();
        let night = schedule(vec![Window {
            periods: vec![period(&[], DayMoment::Sun(SunEvent::Sunset), DayMoment::Sun(SunEvent::Sunrise))],
            ..Window::default()
        }]);
        let before = Timestamp::from_millisecond(sunset.as_millisecond() - 1).unwrap();
        assert!(!night.holds(before, SCENE) && night.holds(sunset, SCENE));
        assert_eq!(night.next_change(before, SCENE), Some(sunset));
        assert_eq!(night.next_change(sunset, SCENE), Some(sunrise));
        assert!(!night.holds(sunrise, SCENE));
    }

    #[test]
    fn windows_that_overlap_are_one_stretch() {
        let window =
            |start: &str, end: &str| Window { start: Some(at(start)), end: Some(at(end)), periods: Vec::new() };
        let both = schedule(vec![
            window("2026-05-01T00:00:00Z", "2026-05-01T02:00:00Z"),
            window("2026-05-01T01:00:00Z", "2026-05-01T04:00:00Z"),
        ]);
        assert_eq!(both.next_change(at("2026-05-01T00:30:00Z"), SCENE), Some(at("2026-05-01T04:00:00Z")));
    }
}
