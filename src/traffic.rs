//! How flights fit together: routes that can be flown, and pairs that come too close.

pub mod conflict;
pub mod route;
