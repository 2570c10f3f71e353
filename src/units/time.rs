//! Simulated time: integer milliseconds, so that no clock is ever a sum of rounded seconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A time since the start of the run, or a span between two such times, in integer milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SimTime(i64);

impl SimTime {
    /// The start of the run.
    pub const ZERO: Self = Self(0);

    /// Later than the end of any run.
    pub const END: Self = Self(i64::MAX);

    /// From integer milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds, rounded to the nearest millisecond. Values beyond the range of `i64` saturate.
    pub fn from_seconds(seconds: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is the documented behaviour")]
        Self((seconds * 1000.0).round() as i64)
    }

    /// Integer milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Seconds; exact for every span below 285 000 years.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any run fit in 53 bits")]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The civil instant so long after another; the last that exists for what lies beyond.
    pub fn after(self, instant: jiff::Timestamp) -> jiff::Timestamp {
        // Whole seconds and the rest apart, without the detour of a duration: every point of a route asks for it.
        let rest_ns = (self.0 % 1000) as i32 * 1_000_000 + instant.subsec_nanosecond();
        let second = instant.as_second().saturating_add(self.0 / 1000) + i64::from(rest_ns.div_euclid(1_000_000_000));
        jiff::Timestamp::new(second, rest_ns.rem_euclid(1_000_000_000)).unwrap_or(jiff::Timestamp::MAX)
    }

    /// Whether this time is a whole multiple of `interval`: the ticks of a periodic phase.
    pub const fn is_tick_of(self, interval: Self) -> bool {
        interval.0 > 0 && self.0 % interval.0 == 0
    }
}

impl Add for SimTime {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for SimTime {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for SimTime {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// `T+01:23:45`, with milliseconds only where there are any.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let total = self.0.unsigned_abs();
        let (seconds, millis) = (total / 1000, total % 1000);
        write!(f, "T{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if millis > 0 {
            write!(f, ".{millis:03}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};
    use jiff::{SignedDuration, Timestamp};

    /// Against the sum of instant and duration, of instants before and after 1970 with parts of a second.
    #[test]
    fn after_is_the_sum() {
        let draw = RandomStream::new(7, Purpose::Traffic, 5);
        let whole = |step: u64, reach: f64| SimTime::from_seconds(draw.between(step, -reach, reach)).millis();
        for step in 0..10_000 {
            let instant = Timestamp::from_nanosecond(i128::from(whole(2 * step, 4e12)) * 1000).unwrap();
            let span = SimTime::from_millis(whole(2 * step + 1, 1e6));
            let sum = instant.checked_add(SignedDuration::from_millis(span.millis())).unwrap();
            assert_eq!(span.after(instant), sum, "{instant} {span}");
        }
        assert_eq!(SimTime::END.after(Timestamp::MAX), Timestamp::MAX);
    }
}
