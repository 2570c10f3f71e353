//! skygrid simulates drones below 120 m true height over real terrain.
//!
//! Data flow in one direction: a scenario file is checked and resolved, simulated step by step into frames and events,
//! recorded, and then looked at (viewer), answered from (report) or exported. `ARCHITECTURE.md` has the table of rooms.

pub mod aircraft;
pub mod app;
pub mod cli;
pub mod formats;
pub mod frame;
pub mod message;
pub mod mission;
pub mod record;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod study;
pub mod traffic;
pub mod units;
#[cfg(feature = "viewer")]
pub mod viewer;
pub mod world;
