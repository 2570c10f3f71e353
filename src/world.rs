//! Where things are: positions on the earth, the ground below them, and what stands and applies in between.

pub mod air;
pub mod airspace;
pub mod coverage;
pub mod geo;
pub mod terrain;
pub mod weather;
