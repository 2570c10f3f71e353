//! Times of day that users ask for.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;

use super::{Exit, Failure};
use crate::message::{Language, Text};
use crate::scenario::Clock;
use crate::units::SimTime;

/// The instant of a time of day of the run; the failure says which times there are.
pub fn time_of_run(text: &str, clock: &Clock, language: Language) -> Result<SimTime, Failure> {
    let (first, last) = (clock.time_of_day(SimTime::ZERO), clock.time_of_day(clock.duration));
    clock.instant(text).ok_or_else(|| {
        let text = match language {
            Language::English => format!(
                "`{text}` is no time of this run\n  expected: a time of day from {first} to {last}, HH:MM or HH:MM:SS\n  cure: write it like {first}"
            ),
            Language::Chinese => format!(
                "`{text}` 不是本次运行中的时刻\n  应为：{first} 至 {last} 之间的时刻，HH:MM 或 HH:MM:SS\n  办法：写法如 {first}"
            ),
        };
        Failure::new(Exit::NotUnderstood, text)
    })
}

/// The instant of a local time of day on the day a run starts, of a local date and time such as `2026-05-03T14:30`, or of
/// one with its offset.
pub fn instant(text: &str, clock: &Clock, language: Language) -> Result<Timestamp, Failure> {
    let day = clock.local(clock.begins).date();
    let local = text.parse::<DateTime>().or_else(|_| text.parse::<Time>().map(|time| day.to_datetime(time)));
    let offset = Offset::from_seconds(clock.utc_offset_s).unwrap_or(Offset::UTC);
    // With an offset of its own it is an instant; a civil time would drop the offset silently.
    let instant = text.parse().ok().or_else(|| local.ok().and_then(|local| offset.to_timestamp(local).ok()));
    instant.ok_or_else(|| {
        let text = Text::new(
            format!("`{text}` is no local time\n  expected: HH:MM, HH:MM:SS or a date and time such as {day}T14:30\n  cure: write 14:30, for example"),
            format!("`{text}` 不是当地时间\n  应为：HH:MM、HH:MM:SS 或日期时间，如 {day}T14:30\n  办法：例如写作 14:30"),
        );
        Failure::new(Exit::NotUnderstood, text.get(language))
    })
}
