//! Arguments of `conflicts`.

use std::path::PathBuf;

use clap::Args;

use super::parse_override;
use crate::scenario::Override;
use crate::units::SimTime;

/// Arguments of `conflicts`.
#[derive(Debug, Args)]
pub struct Conflicts {
    /// Scenario file, whose flights are taken to leave as they like; or run folder.
    pub what: PathBuf,
    /// Change a value of the scenario: KEY=VALUE; repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_override)]
    pub set: Vec<Override>,
    /// Seed, for a scenario; 1 if absent.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Stop after this much simulated time: seconds, or HH:MM:SS; for a scenario.
    #[arg(long, value_parser = super::parse_time)]
    pub until: Option<SimTime>,
    /// Leave out pairs that would stay apart by the separation minima although their volumes overlap.
    #[arg(long)]
    pub lost: bool,
    /// JSON file to write the operational intents of all flights to (ASTM F3548-21).
    #[arg(long, value_name = "FILE")]
    pub intents: Option<PathBuf>,
    /// CSV file to write the list to.
    #[arg(long)]
    pub out: Option<PathBuf>,
}
