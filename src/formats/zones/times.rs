//! When zones hold: dates, daily periods, and events of the sun.

use jiff::civil::{Time, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::formats::features::{Faults, Object, texts};
use crate::message::Text;
use crate::world::airspace::{DailyPeriod, DayMoment};
use crate::world::geo::{Geographic, SunEvent};

const DAY_S: i64 = 86_400;

/// The two instants of a stretch of time.
pub fn stretch(object: &Object, names: [&str; 2], faults: &mut Faults) -> [Option<Timestamp>; 2] {
    let instants = names.map(|name| instant(object, name, faults));
    if let [Some(start), Some(end)] = instants
        && end <= start
    {
        faults.error(object.key_of(names[1]), ends_too_early(start, end));
    }
    instants
}

fn instant(object: &Object, name: &str, faults: &mut Faults) -> Option<Timestamp> {
    let written = object.text(name)?;
    let instant = written.parse().ok();
    if instant.is_none() {
        faults.error(object.key_of(name), no_instant(&written));
    }
    instant
}

/// What a format calls the parts of a daily period.
#[derive(Clone, Copy, Debug)]
pub struct PeriodNames {
    /// The days.
    pub days: &'static str,
    /// When it begins: a time, or an event of the sun under any of the names.
    pub begins: &'static [&'static str],
    /// When it ends.
    pub ends: &'static [&'static str],
    /// What clock times without an offset are counted in; they are an error if absent.
    pub offset: Option<Offset>,
}

/// The daily periods at `name`. One that says nothing at all is every day whole, and then there are none.
pub fn periods(
    object: &Object,
    name: &str,
    names: &PeriodNames,
    place: Geographic,
    faults: &mut Faults,
) -> Vec<DailyPeriod> {
    let given = object.objects(name, faults);
    let periods: Vec<_> = given.iter().map(|given| period(given, names, place, faults)).collect();
    periods.into_iter().collect::<Option<_>>().unwrap_or_default()
}

fn period(given: &Object, names: &PeriodNames, place: Geographic, faults: &mut Faults) -> Option<DailyPeriod> {
    let known: Vec<&str> = [&[names.days, "offset"], names.begins, names.ends].concat();
    given.warn_unknown(&known, faults);
    let days = days(given, names.days, faults)?;
    let begins = moment(given, names.begins, faults);
    let ends = moment(given, names.ends, faults);
    if days.is_empty() && begins.is_none() && ends.is_none() {
        return None;
    }
    let is_given = |names: &[&str]| names.iter().any(|name| given.text(name).is_some());
    match [names.begins, names.ends].map(is_given) {
        [true, false] => faults.error(given.key(), half(names.ends)),
        [false, true] => faults.error(given.key(), half(names.begins)),
        // Days alone are whole days.
        _ => {}
    }
    let begins = begins.unwrap_or(Moment { at: DayMoment::Clock(Time::midnight()), offset: None });
    let ends = ends.unwrap_or(Moment { at: DayMoment::Midnight, offset: None });
    let offset = offset(given, &[begins, ends], names, place, faults)?;
    let [begins, ends] = [begins, ends].map(|moment| moment.in_offset(offset, names.offset));
    Some(DailyPeriod { days, begins, ends, offset })
}

/// A moment, and the offset that stands with it.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: DayMoment,
    offset: Option<Offset>,
}

impl Moment {
    const fn is_sun(self) -> bool {
        matches!(self.at, DayMoment::Sun(_))
    }

    /// The moment counted in another offset.
    fn in_offset(self, offset: Offset, usual: Option<Offset>) -> DayMoment {
        let own = self.offset.or(usual).unwrap_or(offset);
        let later_s = i64::from(offset.seconds() - own.seconds());
        match self.at {
            DayMoment::Sun(_) => self.at,
            _ if later_s == 0 => self.at,
            DayMoment::Midnight => DayMoment::Clock(later(Time::midnight(), later_s)),
            DayMoment::Clock(time) => DayMoment::Clock(later(time, later_s)),
        }
    }
}

/// A time of the clock some seconds later, round the clock.
fn later(time: Time, seconds: i64) -> Time {
    time.wrapping_add(SignedDuration::from_secs(seconds.rem_euclid(DAY_S)))
}

/// What the days of a period are counted in: what is written, else the usual, else the clock of the sun. Events of the
/// sun belong to the day of the place, so that with them days of another offset would be the wrong ones.
fn offset(
    given: &Object,
    moments: &[Moment; 2],
    names: &PeriodNames,
    place: Geographic,
    faults: &mut Faults,
) -> Option<Offset> {
    if let Some(written) = given.text("offset") {
        let offset = offset_of(&written);
        if offset.is_none() {
            faults.error(given.key_of("offset"), no_offset(&written));
        }
        return offset;
    }
    if moments.iter().any(|moment| moment.is_sun()) {
        let clocks_lack_offset =
            moments.iter().any(|moment| !moment.is_sun() && moment.offset.or(names.offset).is_none());
        if !clocks_lack_offset {
            #[expect(clippy::cast_possible_truncation, reason = "within 12 hours")]
            return Offset::from_hours((place.lon_deg / 15.0).round() as i8).ok();
        }
    }
    let offset = moments.iter().find_map(|moment| moment.offset).or(names.offset);
    if offset.is_none() {
        faults.error(given.key_of("offset"), missing_offset());
    }
    offset
}

/// The moment under the first of some names that is there; none for one that cannot be understood, which is told.
fn moment(given: &Object, names: &[&str], faults: &mut Faults) -> Option<Moment> {
    let mut written = names.iter().filter_map(|name| Some((name, given.text(name)?)));
    let (name, text) = written.next()?;
    if let Some((second, _)) = written.next() {
        faults.warning(given.key_of(second), second_moment(name, second));
    }
    let moment = moment_of(&text);
    if moment.is_none() {
        faults.error(given.key_of(name), no_moment(&text));
    }
    moment
}

/// A moment such as `06:30`, `00:00:00.00Z`, `24:00+08:00` or `SR`.
fn moment_of(written: &str) -> Option<Moment> {
    if let Ok(event) = serde_json::from_value::<SunEvent>(Value::String(written.to_uppercase())) {
        return Some(Moment { at: DayMoment::Sun(event), offset: None });
    }
    let end = written.find(['Z', 'z', '+', '-']).unwrap_or(written.len());
    let (clock, offset) = written.split_at(end);
    let offset = if offset.is_empty() { None } else { Some(offset_of(offset)?) };
    let at = if clock == "24" || clock.starts_with("24:00") && clock[5..].chars().all(|c| matches!(c, ':' | '0' | '.'))
    {
        DayMoment::Midnight
    } else {
        DayMoment::Clock(clock.parse().ok()?)
    };
    Some(Moment { at, offset })
}

/// An offset such as `Z` or `+08:00`.
fn offset_of(written: &str) -> Option<Offset> {
    if written.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let sign = match written.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = written[1..].split_once(':').unwrap_or((&written[1..], "0"));
    let (hours, minutes) = (hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    let seconds = sign * (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    (minutes < 60).then(|| Offset::from_seconds(seconds).ok())?
}

/// The days of a period; all of them for `ANY` and for none.
fn days(given: &Object, name: &str, faults: &mut Faults) -> Option<Vec<Weekday>> {
    let mut days = Vec::new();
    for written in given.strings(name) {
        let word = written.to_uppercase();
        if word == "ANY" {
            return Some(Vec::new());
        }
        let names = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
        let number = names.iter().position(|name| word.len() >= 3 && name.starts_with(&word));
        let day = number.and_then(|number| Weekday::from_monday_zero_offset(i8::try_from(number).ok()?).ok());
        let Some(day) = day else {
            faults.error(given.key_of(name), no_day(&written));
            return None;
        };
        days.push(day);
    }
    Some(days)
}

/// A day as ED-269 writes it.
pub const fn day_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MON",
        Weekday::Tuesday => "TUE",
        Weekday::Wednesday => "WED",
        Weekday::Thursday => "THU",
        Weekday::Friday => "FRI",
        Weekday::Saturday => "SAT",
        Weekday::Sunday => "SUN",
    }
}

/// A moment as a plain file has it.
pub fn moment_word(moment: DayMoment) -> Value {
    match moment {
        DayMoment::Clock(time) => Value::String(time.to_string()),
        DayMoment::Midnight => Value::from("24:00"),
        DayMoment::Sun(event) => serde_json::to_value(event).unwrap_or_default(),
    }
}

/// An offset as a plain file has it.
pub fn offset_word(offset: Offset) -> String {
    let (sign, minutes) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn no_instant(written: &str) -> [Text; 3] {
    texts(
        (format!("`{written}` is no instant"), format!("`{written}` 不是时刻")),
        ("date, time and offset: 2026-05-01T09:00:00+08:00", "日期、时间与时区：2026-05-01T09:00:00+08:00"),
        ("write it so; an offset must not be missing", "按此格式填写，时区不可省略"),
    )
}

fn ends_too_early(start: Timestamp, end: Timestamp) -> [Text; 3] {
    texts(
        (format!("the end {end} is not after the start {start}"), format!("结束 {end} 不晚于开始 {start}")),
        ("an end after the start", "结束晚于开始"),
        ("correct the two instants", "改正两个时刻"),
    )
}

fn no_moment(written: &str) -> [Text; 3] {
    texts(
        (format!("`{written}` is no time of the day"), format!("`{written}` 不是一天中的时刻")),
        ("HH:MM, HH:MM:SS, 24:00, BMCT, SR, SS or EECT", "HH:MM、HH:MM:SS、24:00、BMCT、SR、SS 或 EECT"),
        ("write it so", "按此格式填写"),
    )
}

fn no_offset(written: &str) -> [Text; 3] {
    texts(
        (format!("`{written}` is no offset"), format!("`{written}` 不是时区")),
        ("Z or +HH:MM", "Z 或 +HH:MM"),
        ("write +08:00 for China", "中国填写 +08:00"),
    )
}

fn half(missing: &[&str]) -> [Text; 3] {
    let names = missing.join(" / ");
    texts(
        (format!("a daily period without `{names}`"), format!("每日时段缺少 `{names}`")),
        ("both when it begins and when it ends", "同时给出开始与结束"),
        (format!("add `{names}`; a whole day is 00:00 to 24:00"), format!("补上 `{names}`；全天为 00:00 至 24:00")),
    )
}

fn second_moment(first: &str, second: &str) -> [Text; 3] {
    texts(
        (
            format!("both `{first}` and `{second}` are given; `{first}` is taken"),
            format!("同时给出 `{first}` 与 `{second}`；采用 `{first}`"),
        ),
        ("one of them", "只给出其一"),
        ("take one out", "去掉其一"),
    )
}

fn missing_offset() -> [Text; 3] {
    texts(
        ("clock times without an offset", "时刻缺少时区"),
        ("`offset`, such as \"+08:00\"", "`offset`，如 \"+08:00\""),
        ("add `offset` to the period", "在时段中加入 `offset`"),
    )
}

fn no_day(written: &str) -> [Text; 3] {
    texts(
        (format!("unknown day `{written}`"), format!("未知星期 `{written}`")),
        ("MON, TUE, WED, THU, FRI, SAT, SUN or ANY", "MON、TUE、WED、THU、FRI、SAT、SUN 或 ANY"),
        ("write it so", "按此填写"),
    )
}
