//! Times as files write them.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The instant of a date and time with its offset from UTC; `None` for what is none, or has none.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

/// The instant of a date and time that is in UTC without saying so.
pub(super) fn in_utc(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.trim().parse().ok()?;
    Offset::UTC.to_timestamp(civil).ok()
}

/// The instant so many seconds after another, to the millisecond; `None` where there is none.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and what is beyond is no instant")]
pub(super) fn after(start: Timestamp, seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1000.0).round();
    if millis.is_finite() { start.checked_add(SignedDuration::from_millis(millis as i64)).ok() } else { None }
}

/// The instant that is so many seconds after 1970, to the millisecond.
pub(super) fn of_unix_s(seconds: f64) -> Option<Timestamp> {
    after(Timestamp::UNIX_EPOCH, seconds)
}
