//! How flights fit together before they take off: operational intents, the volumes they reserve, and who gives way.
//!
//! A flight that is to be flown becomes [`Volume4D`]s ([`reserved`]); filed, they are kept in [`FiledIntents`]; a
//! [`StrategicStrategy`] fits a new flight to what is filed. Words and limits are those of ASTM F3548-21.

mod approach;
mod conformance;
mod filed;
mod operational;
mod outline;
#[cfg(test)]
mod random;
mod reserve;
mod strategic;
mod volume;

pub use approach::{Approach, closest};
pub use conformance::{Conformance, LEAST_SHARE, LONGEST_EXCURSION, LONGEST_NONCONFORMING, MOST_EXCURSIONS_PER_H};
pub use filed::{DelayRange, FiledIntents, Overlap, Part};
pub use operational::{IntentId, IntentState, OperationalIntent, Priority};
pub use outline::{MOST_PLACES, Outline};
pub use reserve::{Fix, Tolerances, reserved};
pub use strategic::{
    Busy, Candidate, FirstCome, FlightPart, FlightRequest, Granted, LeastCost, Observed, Refused, StrategicStrategy,
    Unfitted,
};
pub use volume::{PRECISION_M, Volume4D};
