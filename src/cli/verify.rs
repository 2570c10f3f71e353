//! `skygrid verify`: simulate a run again and compare, so that a figure can be defended.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::RunPath;
use super::run::failure_of;
use super::{Exit, Failure, Outcome};
use crate::app::{self, RunOptions};
use crate::message::Language;
use crate::record::{Manifest, RecordMode, Recording, RunFolder};
use crate::scenario::{ResolvedScenario, Source, resolve};
use crate::sim::Algorithms;
use crate::units::SimTime;

pub fn verify(arguments: &RunPath, algorithms: &Algorithms, language: Language) -> Outcome {
    let (folder, manifest, recording) = opened(&arguments.run)?;
    let recorded = match manifest.record {
        RecordMode::Full => recording.digest().map_err(|error| Failure::new(Exit::InputOutput, error))?,
        RecordMode::Events | RecordMode::Off => manifest.digest.clone().unwrap_or_default(),
    };
    let scenario = scenario_of(&manifest, &recording, language)?;
    let until = match manifest.record {
        RecordMode::Full => recording.end(),
        RecordMode::Events | RecordMode::Off => Some(SimTime::from_seconds(manifest.sim_s)),
    };
    let options = RunOptions { until, ..RunOptions::unrecorded(manifest.seed) };
    let outcome = app::run(&Arc::new(scenario), algorithms, options).map_err(|error| failure_of(&error))?;
    let same = outcome.digest == recorded && manifest.digest.as_ref().is_none_or(|digest| *digest == recorded);
    let path = folder.path().display();
    if same {
        say!("{path}: the simulation gives what was recorded, digest {recorded}");
        return Ok(Exit::Done);
    }
    let claimed = manifest.digest.as_deref().unwrap_or("none");
    Err(Failure::new(
        Exit::NotFlyable,
        format!(
            "{path}: the digests differ\n  manifest:  {claimed}\n  recording: {recorded}\n  simulated: {}\n  expected: three equal digests\n  cure: compare program_version and inputs in manifest.json with what is installed now",
            outcome.digest
        ),
    ))
}

/// The folder, manifest and recording of a run. A damaged recording is told on standard error and read as far as it goes.
pub fn opened(path: &Path) -> Result<(RunFolder, Manifest, Recording), Failure> {
    let io = |error: &dyn std::fmt::Display| Failure::new(Exit::InputOutput, error);
    let folder = RunFolder::open(path).map_err(|error| io(&error))?;
    let manifest = Manifest::read(&folder.manifest()).map_err(|error| io(&error))?;
    let recording = Recording::open(&folder.recording()).map_err(|error| io(&error))?;
    if let Some(warning) = recording.warning() {
        eprintln!("warning: {warning}");
    }
    Ok((folder, manifest, recording))
}

/// The scenario that a recording names, with the paths of the file it came from.
pub fn scenario_of(
    manifest: &Manifest,
    recording: &Recording,
    language: Language,
) -> Result<ResolvedScenario, Failure> {
    let source = Source { path: PathBuf::from(&manifest.scenario_path), text: recording.scenario_toml().to_owned() };
    resolve(source, &[])
        .map(|resolution| resolution.scenario)
        .map_err(|findings| Failure::of_findings(&findings, language))
}
