//! `skygrid sweep`: an experiment's runs on all cores, and what they say cell by cell.

mod progress;
mod tell;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::progress::Bar;
use super::args::{Arguments, Sweep};
use super::run::{interrupted, stop_on_signals};
use super::{Exit, Failure, Outcome};
use crate::message::{Language, Severity, Text};
use crate::scenario::Source;
use crate::sim::Algorithms;
use crate::study::{
    Checking, Executed, Execution, Experiment, Plan, Results, RunResult, StudyError, SweepFolder, execute,
};

pub fn sweep(sweep: &Sweep, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let stop = stop_on_signals()?;
    let experiment = read(&sweep.experiment, sweep, language)?;
    let folder = SweepFolder::at(sweep.out.clone().unwrap_or_else(|| experiment.default_folder()));
    let plan = match checked(experiment, sweep, arguments, algorithms, &stop) {
        Err(StudyError::Interrupted) => return Ok(interrupted(&stop)),
        plan => plan.map_err(|error| failure_of(&error, language))?,
    };
    if !plan.findings.0.is_empty() {
        remark!("{}\n", plan.findings.render(language));
    }
    if sweep.plan {
        tell::plan(&plan, &folder, arguments);
        return Ok(Exit::Done);
    }
    let lock = folder.take(&plan, sweep.force).map_err(|error| failure_of(&error, language))?;
    let work = Work { plan: &plan, folder: &folder, sweep, algorithms, stop: &stop, _lock: lock };
    work.done(arguments).map_err(|error| failure_of(&error, language))
}

/// Reads the experiment file.
fn read(path: &Path, sweep: &Sweep, language: Language) -> Result<Experiment, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        let text = Text::new(
            format!(
                "{path}: cannot be read: {error}\n  expected: an experiment file (TOML, UTF-8)\n  cure: check the path; scenarios/experiments/demand.toml is an example"
            ),
            format!(
                "{path}：无法读取：{error}\n  应为：试验文件（TOML，UTF-8）\n  办法：请检查路径；示例见 scenarios/experiments/demand.toml"
            ),
        );
        // What is no text was read, and not understood.
        let is_text = error.kind() != std::io::ErrorKind::InvalidData;
        Failure::new(if is_text { Exit::InputOutput } else { Exit::NotUnderstood }, text.get(language))
    })?;
    Experiment::read(&Source::new(path, text), &sweep.set).map_err(|findings| Failure::of_findings(&findings, language))
}

fn checked(
    experiment: Experiment,
    sweep: &Sweep,
    arguments: &Arguments,
    algorithms: &Algorithms,
    stop: &Arc<AtomicUsize>,
) -> Result<Plan, StudyError> {
    let bar = Bar::of_cells(experiment.cell_count(), arguments);
    let checking = Checking {
        algorithms,
        jobs: usize::from(sweep.jobs),
        accept_findings: sweep.accept_findings,
        stop,
        checked: &|| bar.step(),
    };
    Plan::new(experiment, &checking)
}

/// The failure of a study: findings by their gravity, everything else of files and resources.
pub fn failure_of(error: &StudyError, language: Language) -> Failure {
    match error {
        StudyError::Findings(findings) => Failure::of_findings(findings, language),
        StudyError::NotComparable { .. } => Failure::new(Exit::NotUnderstood, error.text().get(language)),
        _ => Failure::new(Exit::InputOutput, error.text().get(language)),
    }
}

/// How a sweep began: when, and with which runs done.
struct Begun {
    at: jiff::Timestamp,
    finished: BTreeMap<String, RunResult>,
}

/// A sweep that has its folder.
struct Work<'a> {
    plan: &'a Plan,
    folder: &'a SweepFolder,
    sweep: &'a Sweep,
    algorithms: &'a Algorithms,
    stop: &'a Arc<AtomicUsize>,
    /// Keeps other sweeps out of the folder.
    _lock: File,
}

impl Work<'_> {
    fn done(&self, arguments: &Arguments) -> Result<Exit, StudyError> {
        let begun = Begun { at: jiff::Timestamp::now(), finished: self.folder.finished(self.plan) };
        let already = begun.finished.len();
        if already > 0 && !arguments.quiet {
            tell::already(already, self.plan.runs.len(), arguments.language());
        }
        let nothing = Executed::default();
        self.folder.write_manifest(&self.manifest("running", &begun, &nothing))?;
        let ended = self.ended(&begun, arguments);
        if ended.is_err() {
            // The fault itself matters more than a manifest that cannot say so.
            let finished = self.folder.finished(self.plan);
            let _ = self.folder.write_manifest(&self.manifest("failed", &begun, &Executed { finished, ..nothing }));
        }
        ended
    }

    /// Runs what is left to run and tells what came of it.
    fn ended(&self, begun: &Begun, arguments: &Arguments) -> Result<Exit, StudyError> {
        self.folder.write_experiment(self.plan)?;
        let bar = Bar::of_runs(self.plan.runs.len() - begun.finished.len(), arguments);
        let told = Arc::new(move |share| bar.reach(share));
        let execution =
            Execution { algorithms: self.algorithms, jobs: usize::from(self.sweep.jobs), stop: self.stop, told };
        let executed = execute(self.plan, self.folder, begun.finished.clone(), &execution)?;
        drop(execution);
        let Executed { finished, failed } = &executed;
        let is_stopped = finished.len() + failed.len() < self.plan.runs.len();
        let has_failed = |cell, seed| failed.iter().any(|run| (run.cell, run.seed) == (cell, seed));
        let results = Results::new(self.plan, finished, has_failed);
        results.table().write_parquet(&self.folder.results())?;
        let status = if is_stopped { "interrupted" } else { "done" };
        self.folder.write_manifest(&self.manifest(status, begun, &executed))?;
        tell::results(self.plan, &results, self.folder, arguments);
        tell::failed(failed, arguments.language());
        Ok(if is_stopped && self.stop.load(Ordering::Relaxed) != 0 {
            tell::stopped(&results, self.plan.runs.len(), arguments.language());
            interrupted(self.stop)
        } else if failed.is_empty() {
            Exit::Done
        } else {
            Exit::InputOutput
        })
    }

    /// `sweep.json`: all that may differ between two sweeps with the same results.
    fn manifest(&self, status: &str, begun: &Begun, executed: &Executed) -> serde_json::Value {
        let Executed { finished, failed } = executed;
        let now = jiff::Timestamp::now();
        let experiment = &self.plan.experiment;
        let run_wall_s: f64 = finished.values().map(|result| result.wall_s).sum();
        serde_json::json!({
            "format": 1,
            "status": status,
            "experiment": experiment.name,
            "scenario_path": experiment.scenario_path(),
            "program_version": env!("CARGO_PKG_VERSION"),
            "commit": option_env!("SKYGRID_COMMIT"),
            "os": std::env::consts::OS,
            "arch": std::env::consts::ARCH,
            "cells": self.plan.cells.len(),
            "seeds": experiment.seeds.len(),
            "runs": self.plan.runs.len(),
            "already_there": begun.finished.len(),
            "finished": finished.len(),
            "failed": failed,
            "jobs": self.sweep.jobs,
            "accepted_findings": self.plan.findings.gravest() == Some(Severity::Error),
            "started_at": begun.at.to_string(),
            "wall_s": now.duration_since(begun.at).as_secs_f64(),
            "runs_wall_s": run_wall_s,
        })
    }
}
