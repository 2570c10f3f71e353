//! What several tests need: scenarios, runs, the program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use skygrid::app::{RunOptions, RunOutcome, run};
use skygrid::scenario::{Override, ResolvedScenario, Source, resolve};
use skygrid::sim::Algorithms;
use skygrid::units::SimTime;

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A scenario of the project with changes, which must be flyable.
pub fn scenario(file: &str, changes: &[(&str, &str)]) -> Arc<ResolvedScenario> {
    let path = root().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let overrides: Vec<Override> =
        changes.iter().map(|(key, value)| Override { key: (*key).into(), value: (*value).into() }).collect();
    let resolution = resolve(Source::new(path, text), &overrides).unwrap();
    assert!(resolution.findings.0.is_empty(), "{:?}", resolution.findings);
    Arc::new(resolution.scenario)
}

/// An unrecorded run.
pub fn outcome(scenario: &Arc<ResolvedScenario>, seed: u64, threads: usize, until_s: f64) -> RunOutcome {
    let until = Some(SimTime::from_seconds(until_s));
    run(scenario, &Algorithms::default(), RunOptions { threads, until, ..RunOptions::unrecorded(seed) }).unwrap()
}

/// The program, in a folder, speaking English.
pub fn skygrid(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("skygrid").unwrap();
    command.current_dir(folder).env("SKYGRID_LANG", "en").env_remove("SKYGRID_LOG");
    command
}
