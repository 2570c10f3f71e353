//! How flights fit together: routes that can be flown, pairs that come too close, manned aircraft between them, and what is
//! done when something fails.

pub mod conflict;
pub mod contingency;
pub mod intent;
pub mod manned;
pub mod route;
