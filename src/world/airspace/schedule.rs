//! When a rule holds: always, between two instants, or in daily periods, some of which begin or end with the sun.
//!
//! Every boundary is exact: a rule that ends at 10:00 no longer holds at 10:00, one that begins then does.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Span, Timestamp};

use crate::world::geo::{Geographic, SunEvent, solar_midnight};

/// How far the next change is looked for from the start of a window on: a week and one to come round; a year, for places
/// where the sun does not rise or set for months.
const LOOKS_AHEAD: [SignedDuration; 2] = [SignedDuration::from_hours(9 * 24), SignedDuration::from_hours(366 * 24)];
/// The days, before and after the one of an instant, on which a period may begin that reaches it: by the clock; and by the
/// sun, whose day is that of the place and not of the offset.
const CLOCK_DAYS: [i32; 2] = [-2, 0];
const SUN_DAYS: [i32; 2] = [-3, 2];

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

/// A stretch of time: its first instant, and the first after it.
type Spell = [Timestamp; 2];

/// When a rule holds during a window of time, found once for many questions about parts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spells {
    /// Always.
    Always,
    /// In these stretches, whole, in order and apart from each other.
    Known(Vec<[Timestamp; 2]>),
}

impl Spells {
    /// Whether the rule holds at any instant from `from` to `to`, both included.
    pub fn holds_within(&self, from: Timestamp, to: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Known(spells) => spells.iter().any(|[begin, end]| *begin <= to && from < *end),
        }
    }

    /// Whether the rule holds at every instant from `from` to `to`, both included.
    pub fn holds_throughout(&self, from: Timestamp, to: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Known(spells) => spells.iter().any(|[begin, end]| *begin <= from && to < *end),
        }
    }
}

impl Schedule {
    /// Whether the rule holds at an instant, for a zone at `place`.
    pub fn holds(&self, at: Timestamp, place: Geographic) -> bool {
        self.windows.is_empty() || self.windows.iter().any(|window| window.holds(at, place))
    }

    /// Whether the rule holds at any instant from `from` to `to`, both included.
    pub fn holds_within(&self, from: Timestamp, to: Timestamp, place: Geographic) -> bool {
        self.during(from, to, place).holds_within(from, to)
    }

    /// Whether the rule holds at every instant from `from` to `to`, both included.
    pub fn holds_throughout(&self, from: Timestamp, to: Timestamp, place: Geographic) -> bool {
        self.during(from, to, place).holds_throughout(from, to)
    }

    /// When the rule holds from `from` to `to`, for questions about instants between them.
    pub fn during(&self, from: Timestamp, to: Timestamp, place: Geographic) -> Spells {
        if self.windows.is_empty() { Spells::Always } else { Spells::Known(self.spells(from, to, place)) }
    }

    /// The instants after `from` and before `to` at which the rule begins or ceases to hold, in order.
    pub fn changes(&self, from: Timestamp, to: Timestamp, place: Geographic) -> Vec<Timestamp> {
        self.spells(from, to, place).into_iter().flatten().filter(|&at| from < at && at < to).collect()
    }

    /// The first instant after `at` at which the rule begins or ceases to hold; `None` if it never does again, or not
    /// within a year of its next window.
    pub fn next_change(&self, at: Timestamp, place: Geographic) -> Option<Timestamp> {
        let mut bounds: Vec<Timestamp> =
            self.windows.iter().flat_map(|window| window.start.into_iter().chain(window.end)).collect();
        bounds.sort_unstable();
        let mut from = at;
        loop {
            let looks = LOOKS_AHEAD.map(|ahead| from.checked_add(ahead).unwrap_or(Timestamp::MAX));
            let change = looks.iter().find_map(|&to| self.changes(from, to, place).first().copied());
            if change.is_some() {
                return change;
            }
            // What begins right there is after an instant before it.
            let next = bounds.iter().find(|bound| **bound >= looks[1])?;
            from = next.checked_sub(SignedDuration::from_nanos(1)).ok()?;
        }
    }

    /// The stretches of time that reach into the one from `from` to `to` and in which the rule holds, whole, in order,
    /// those that touch joined; each begins with its first instant and ends with the first after it.
    fn spells(&self, from: Timestamp, to: Timestamp, place: Geographic) -> Vec<Spell> {
        let mut all: Vec<Spell> = self.windows.iter().flat_map(|window| window.spells(from, to, place)).collect();
        all.sort_unstable();
        let mut joined: Vec<Spell> = Vec::new();
        for [begin, end] in all {
            match joined.last_mut() {
                Some(last) if begin <= last[1] => last[1] = last[1].max(end),
                _ => joined.push([begin, end]),
            }
        }
        joined
    }
}

impl Window {
    /// Its ends, those that are open at the ends of time.
    fn whole(&self) -> Spell {
        [self.start.unwrap_or(Timestamp::MIN), self.end.unwrap_or(Timestamp::MAX)]
    }

    fn holds(&self, at: Timestamp, place: Geographic) -> bool {
        let is_in = self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end);
        is_in && (self.periods.is_empty() || self.periods.iter().any(|period| period.holds(at, place)))
    }

    fn spells(&self, from: Timestamp, to: Timestamp, place: Geographic) -> Vec<Spell> {
        let [start, end] = self.whole();
        if start >= end || end < from || to < start {
            return Vec::new();
        }
        if self.periods.is_empty() {
            return vec![[start, end]];
        }
        let daily = self.periods.iter().flat_map(|period| period.spells(start.max(from), end.min(to), place));
        daily.map(|spell| [spell[0].max(start), spell[1].min(end)]).filter(|spell| spell[0] < spell[1]).collect()
    }
}

impl DailyPeriod {
    fn holds(&self, at: Timestamp, place: Geographic) -> bool {
        self.spells(at, at, place).any(|[begin, end]| begin <= at && at < end)
    }

    /// Its spells that may reach into the stretch from `from` to `to`.
    fn spells(&self, from: Timestamp, to: Timestamp, place: Geographic) -> impl Iterator<Item = Spell> {
        let is_by_sun = [self.begins, self.ends].iter().any(|moment| matches!(moment, DayMoment::Sun(_)));
        let [before, after] = if is_by_sun { SUN_DAYS } else { CLOCK_DAYS };
        let day = |at: Timestamp, days: i32| self.offset.to_datetime(at).date().saturating_add(Span::new().days(days));
        let last = day(to, after);
        let dates = std::iter::successors(Some(day(from, before)), |date| date.tomorrow().ok());
        dates.take_while(move |date| *date <= last).filter_map(move |date| self.on(date, place))
    }

    /// Its instants if it begins on `date`.
    fn on(&self, date: Date, place: Geographic) -> Option<Spell> {
        if !self.days.is_empty() && !self.days.contains(&date.weekday()) {
            return None;
        }
        let begin = self.instant(self.begins, date, place)?;
        let end = self.instant(self.ends, date, place)?;
        let end = if end > begin { end } else { self.instant(self.ends, date.tomorrow().ok()?, place)? };
        // Where the sun does not set there is no night to begin with it.
        (begin < end).then_some([begin, end])
    }

    fn instant(&self, moment: DayMoment, date: Date, place: Geographic) -> Option<Timestamp> {
        let civil = match moment {
            DayMoment::Clock(time) => date.to_datetime(time),
            DayMoment::Midnight => date.tomorrow().ok()?.to_datetime(Time::midnight()),
            DayMoment::Sun(event) => return event.on(date, place).or_else(|| missed(event, date, place)),
        };
        self.offset.to_timestamp(civil).ok()
    }
}

/// What stands for an event that does not happen: where the sun stays above, it rises as the day begins and sets as it ends;
/// where it stays below, it rises as the day ends and sets as it begins.
fn missed(event: SunEvent, date: Date, place: Geographic) -> Option<Timestamp> {
    let begins = event.is_rising() == event.stays_above(date, place);
    solar_midnight(if begins { date } else { date.tomorrow().ok()? }, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

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

    /// The day of the sun is that of the place: at 07:00 in the east it is still yesterday in UTC, and west of the date line
    /// already tomorrow.
    #[test]
    fn the_day_of_the_sun_is_that_of_the_place() {
        let daylight = |hours: i8| {
            let (begins, ends) = (DayMoment::Sun(SunEvent::Sunrise), DayMoment::Sun(SunEvent::Sunset));
            let period = DailyPeriod { days: Vec::new(), begins, ends, offset: Offset::constant(hours) };
            schedule(vec![Window { periods: vec![period], ..Window::default() }])
        };
        let [rise, set] =
            [SunEvent::Sunrise, SunEvent::Sunset].map(|event| event.on("2026-05-01".parse().unwrap(), SCENE));
        let (rise, set) = (rise.unwrap(), set.unwrap());
        for hours in [-12, -8, 0, 8, 14] {
            let daylight = daylight(hours);
            let early = at("2026-04-30T23:00:00Z");
            assert!(
                daylight.holds(early, SCENE) && daylight.holds(rise, SCENE) && !daylight.holds(set, SCENE),
                "{hours}"
            );
            let day = [at("2026-04-30T18:00:00Z"), at("2026-05-01T15:00:00Z")];
            assert_eq!(daylight.changes(day[0], day[1], SCENE), [rise, set], "{hours}");
            assert_eq!(daylight.next_change(day[0], SCENE), Some(rise), "{hours}");
            assert_eq!(daylight.next_change(early, SCENE), Some(set), "{hours}");
            assert!(daylight.holds_within(day[0], rise, SCENE));
        }
    }

    /// In the polar summer the day has no end and the night no beginning, in the polar winter the other way round; at 61.5°
    /// in June it does not get dark, but the sun sets.
    #[test]
    fn a_sun_that_does_not_rise_or_set_leaves_a_whole_day() {
        let by_sun = |begins: SunEvent, ends: SunEvent| {
            let period = period(&[], DayMoment::Sun(begins), DayMoment::Sun(ends));
            schedule(vec![Window { periods: vec![period], ..Window::default() }])
        };
        let day = by_sun(SunEvent::Sunrise, SunEvent::Sunset);
        let night = by_sun(SunEvent::Sunset, SunEvent::Sunrise);
        let light = by_sun(SunEvent::BeginOfMorningCivilTwilight, SunEvent::EndOfEveningCivilTwilight);
        let dark = by_sun(SunEvent::EndOfEveningCivilTwilight, SunEvent::BeginOfMorningCivilTwilight);
        let [svalbard, west, bethel] =
            [(78.2, 15.6), (78.2, -165.0), (61.52, -160.0)].map(|(lat, lon)| Geographic::new(lat, lon));
        for hour in 0..48 {
            let [summer, winter] = ["2026-06-20T00:00:00Z", "2026-12-20T00:00:00Z"]
                .map(|text| at(text).checked_add(SignedDuration::from_hours(hour)).unwrap());
            for place in [svalbard, west] {
                assert!(day.holds(summer, place) && !night.holds(summer, place), "{hour}");
                assert!(!day.holds(winter, place) && night.holds(winter, place), "{hour}");
            }
            assert!(light.holds(summer, bethel) && !dark.holds(summer, bethel), "{hour}");
        }
        assert!(day.next_change(at("2026-06-20T00:00:00Z"), svalbard).unwrap() > at("2026-08-01T00:00:00Z"));
        assert!(night.next_change(at("2026-06-20T00:00:00Z"), bethel).unwrap() < at("2026-06-21T12:00:00Z"));
    }

    /// Random schedules, half an hour after half an hour: what holds within, throughout and until when is what asking at
    /// every half hour and right before it finds.
    #[test]
    fn spells_are_what_asking_every_half_hour_finds() {
        let draw = RandomStream::new(5, Purpose::Traffic, 2);
        let half_hours = |n: u64, count: u64| i64::try_from(draw.bits(n) % count).unwrap();
        let begin = at("2026-04-27T00:00:00Z");
        let instant = |half: i64| begin.checked_add(SignedDuration::from_mins(30 * half)).unwrap();
        let moment = |n: u64| match draw.bits(n) % 8 {
            0 => DayMoment::Midnight,
            _ => {
                DayMoment::Clock(Time::midnight().saturating_add(SignedDuration::from_mins(30 * half_hours(n + 1, 48))))
            }
        };
        let (mut held, mut changed) = (0, 0);
        for step in 0..300_u64 {
            let base = 1000 * step;
            let windows = (0..=draw.bits(base) % 3).map(|window| {
                let n = base + 100 * window;
                let start = half_hours(n + 1, 600) - 50;
                let periods = (0..draw.bits(n + 2) % 3).map(|index| DailyPeriod {
                    days: if draw.bits(n + 3).is_multiple_of(2) {
                        vec![Weekday::Tuesday, Weekday::Friday]
                    } else {
                        Vec::new()
                    },
                    begins: moment(n + 4 + 10 * index),
                    ends: moment(n + 6 + 10 * index),
                    offset: Offset::constant(i8::try_from(half_hours(n + 8, 24)).unwrap() - 11),
                });
                Window {
                    start: (!draw.bits(n + 40).is_multiple_of(4)).then(|| instant(start)),
                    end: (!draw.bits(n + 41).is_multiple_of(4)).then(|| instant(start + half_hours(n + 42, 300))),
                    periods: periods.collect(),
                }
            });
            let schedule = schedule(windows.collect());
            let holds: Vec<bool> = (0..672).map(|half| schedule.holds(instant(half), SCENE)).collect();
            let (from, length) = (half_hours(base + 90, 300), half_hours(base + 91, 300));
            let (from, to) = (usize::try_from(from).unwrap(), usize::try_from(from + length).unwrap());
            let [first, last] = [from, to].map(|half| instant(i64::try_from(half).unwrap()));
            assert_eq!(schedule.holds_within(first, last, SCENE), holds[from..=to].contains(&true), "{schedule:?}");
            assert_eq!(
                schedule.holds_throughout(first, last, SCENE),
                !holds[from..=to].contains(&false),
                "{schedule:?}"
            );
            let expected = (from + 1..to).filter(|&half| holds[half] != holds[half - 1]);
            let expected: Vec<Timestamp> = expected.map(|half| instant(i64::try_from(half).unwrap())).collect();
            assert_eq!(schedule.changes(first, last, SCENE), expected, "{schedule:?}");
            if let Some(next) = expected.first() {
                assert_eq!(schedule.next_change(first, SCENE), Some(*next), "{schedule:?}");
            }
            (held, changed) =
                (held + holds[from..=to].iter().filter(|holds| **holds).count(), changed + expected.len());
        }
        assert!(held > 5000 && changed > 500, "{held} {changed}");
    }

    /// Four years of daily windows of their own, as a file of a published zone may list them.
    #[test]
    fn many_windows_take_no_longer_than_their_number() {
        let first = at("2026-01-01T00:00:00Z");
        let hours = |hours: i64| first.checked_add(SignedDuration::from_hours(hours)).unwrap();
        let windows = (0..1400).map(|day| Window {
            start: Some(hours(24 * day)),
            end: Some(hours(24 * day + 20)),
            periods: vec![period(&[], DayMoment::Sun(SunEvent::Sunrise), DayMoment::Sun(SunEvent::Sunset))],
        });
        let years = schedule(windows.collect());
        assert_eq!(years.changes(first, hours(24 * 1400), SCENE).len(), 2799);
        assert_eq!(years.next_change(hours(24 * 1400), SCENE), None);
        // One after the other they are one long window.
        let windows = (0..1400).map(|day| Window {
            start: Some(hours(day * 240)),
            end: Some(hours(day * 240 + 240)),
            periods: Vec::new(),
        });
        let whole = schedule(windows.collect());
        assert_eq!(whole.next_change(first, SCENE), Some(hours(1400 * 240)));
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
