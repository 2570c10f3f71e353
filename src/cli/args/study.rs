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
