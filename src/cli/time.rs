//! Times of day that users ask for.

use super::{Exit, Failure};
use crate::message::Language;
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
