//! `skygrid verify`: simulate a run again and compare, so that a figure can be defended.

use std::path::Path;
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
    let path = folder.path().display();
    let (recorded, until) = claim_of(&manifest, &recording)?.ok_or_else(|| {
        Failure::new(
            Exit::NotFlyable,
            format!(
                "{path}: the run left neither frames nor a digest\n  expected: a run that ended, or a recording with frames\n  cure: run the scenario again"
            ),
        )
    })?;
    let scenario = scenario_of(&manifest, &recording, language)?;
    let changed = changed_inputs(&manifest, &scenario);
    let options = RunOptions { until: Some(until), ..RunOptions::unrecorded(manifest.seed) };
    let outcome = app::run(&Arc::new(scenario), algorithms, options).map_err(|error| failure_of(&error))?;
    let same = outcome.digest == recorded && manifest.digest.as_ref().is_none_or(|digest| *digest == recorded);
    if same {
        say!("{path}: the simulation gives what was recorded, digest {recorded}");
        return Ok(Exit::Done);
    }
    let claimed = manifest.digest.as_deref().unwrap_or("none");
    let cause = if changed.is_empty() {
        format!("compare its program_version {} with what is installed now", manifest.program_version)
    } else {
        format!("bring back what has changed since: {}", changed.join(", "))
    };
    Err(Failure::new(
        Exit::NotFlyable,
        format!(
            "{path}: the digests differ\n  manifest:  {claimed}\n  recording: {recorded}\n  simulated: {}\n  expected: three equal digests\n  cure: {cause}",
            outcome.digest
        ),
    ))
}

/// The digest that a run is to be compared with, and the time up to which: of what was recorded or, where frames were
/// not, of what the manifest says; `None` if there is neither.
fn claim_of(manifest: &Manifest, recording: &Recording) -> Result<Option<(String, SimTime)>, Failure> {
    Ok(match (manifest.record, recording.end(), &manifest.digest) {
        (RecordMode::Full, Some(end), _) => {
            Some((recording.digest().map_err(|error| Failure::new(Exit::InputOutput, error))?, end))
        }
        (RecordMode::Events | RecordMode::Off, _, Some(digest)) => {
            Some((digest.clone(), SimTime::from_seconds(manifest.sim_s)))
        }
        _ => None,
    })
}

/// The input files, other than the scenario, that are not what they were when the run began.
fn changed_inputs(manifest: &Manifest, scenario: &ResolvedScenario) -> Vec<String> {
    let now = |path: &str| scenario.inputs.iter().find(|input| input.path == path).map(|input| &input.blake3);
    let changed = manifest.inputs.iter().skip(1).filter(|input| now(&input.path) != Some(&input.blake3));
    changed.map(|input| input.path.clone()).collect()
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
    let source = Source::new(&manifest.scenario_path, recording.scenario_toml());
    resolve(source, &[])
        .map(|resolution| resolution.scenario)
        .map_err(|findings| Failure::of_findings(&findings, language))
}
