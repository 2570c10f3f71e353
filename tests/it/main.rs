//! One integration binary with a file per behaviour: one link instead of many.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod aircraft;
mod airspace;
mod architecture;
mod cli;
mod contingency;
mod coverage;
mod crash;
mod determinism;
mod encounters;
mod envelope;
mod flights;
mod grid;
mod manned;
mod permission;
mod plan;
mod prediction;
mod readme;
mod replay;
mod resolution;
mod route_check;
mod routes;
mod scenarios;
mod strategic;
mod support;
mod sweep;
mod terrain;
mod tracks;
mod weather;
mod yardsticks;
mod zones;
