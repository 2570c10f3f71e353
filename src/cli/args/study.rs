//! Arguments about many runs.

use std::path::PathBuf;

use clap::Args;

use super::{default_threads, parse_override};
use crate::scenario::Override;

/// Arguments of `sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    /// Experiment file: a scenario, what is varied, and seeds.
    pub experiment: PathBuf,
    /// Runs at once; results do not depend on it.
    #[arg(long, default_value_t = default_threads(), value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,
    /// Check every cell, list the runs and which are done, and stop.
    #[arg(long)]
    pub plan: bool,
    /// Folder for the results; sweeps/NAME if absent. One that holds runs of this experiment already is gone on with.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Remove runs of other experiments from the folder.
    #[arg(long)]
    pub force: bool,
    /// Change a value in every run: KEY=VALUE, on top of what the experiment fixes; repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_override)]
    pub set: Vec<Override>,
    /// Run although findings of severity error say that a cell cannot be flown.
    #[arg(long)]
    pub accept_findings: bool,
}

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Bench {
    /// How many drones, one after the other, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "100,300,1000,3000,10000",
        value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub drones: Vec<u32>,
    /// The method by which they evade each other, or none.
    #[arg(long, default_value = "mvp")]
    pub resolver: String,
    /// With weather and turbulence, link and errors of position as well.
    #[arg(long)]
    pub full: bool,
    /// Forty drones on a km², in place of 25 km² for all.
    #[arg(long)]
    pub growing: bool,
    /// Threads of detection and resolution.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: u16,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// Folder of a sweep or its results.parquet, or folder of a run or its summary.json.
    pub a: PathBuf,
    /// The same kind of thing, to compare with.
    #[arg(required_unless_present = "by", conflicts_with = "by")]
    pub b: Option<PathBuf>,
    /// Two levels of a factor within one sweep: FACTOR=A,B; the last part of a key is enough if it is the only one.
    #[arg(long, value_name = "FACTOR=A,B", value_parser = parse_levels)]
    pub by: Option<Levels>,
    /// Figures without a difference too.
    #[arg(long)]
    pub all: bool,
    /// As CSV on standard output.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// Two levels of a factor.
#[derive(Clone, Debug)]
pub struct Levels {
    /// The factor.
    pub factor: String,
    /// Its levels.
    pub levels: [String; 2],
}

fn parse_levels(text: &str) -> Result<Levels, String> {
    let parsed = text.split_once('=').and_then(|(factor, levels)| {
        let (a, b) = levels.split_once(',')?;
        let parts = [factor, a, b].map(|part| part.trim().to_owned());
        parts.iter().all(|part| !part.is_empty()).then_some(parts)
    });
    let [factor, a, b] = parsed.ok_or("expected FACTOR=A,B such as orders_per_hour=14,28")?;
    if a == b { Err("expected two different levels".to_owned()) } else { Ok(Levels { factor, levels: [a, b] }) }
}
