//! The Bevy host: it owns the loop, the pacing and the plugins of every run. The simulation itself knows nothing of it.
//!
//! One run has one driver, [`run`]; a sweep calls it once per run inside its worker threads.

mod part_times;
mod progress;
mod recorder;
mod simulation;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bevy::app::App;

pub use part_times::PartTimes;
pub use progress::{Progress, Quiet, Watch};
pub use recorder::{Recorder, RecorderPlugin, names_of};
pub use simulation::{CurrentFrame, SimStep, SimulationFault, SimulationPlugin, SimulationResource};

// Part of what `run` asks for, and so of this room's own contract.
pub use crate::sim::Algorithms;

use crate::record::{
    FolderChoice, FolderError, Manifest, ManifestError, RecordError, RecordMode, Recording, RunFolder, RunStatus,
};
use crate::scenario::ResolvedScenario;
use crate::sim::{Counters, MissionCounters, Simulation, SimulationError};
use crate::units::SimTime;

/// How a run is to be run.
pub struct RunOptions {
    /// Master seed of the random streams.
    pub seed: u64,
    /// Stop at this time instead of the scenario's end.
    pub until: Option<SimTime>,
    /// Threads for conflict detection; results do not depend on it.
    pub threads: usize,
    /// How much is recorded.
    pub record: RecordMode,
    /// Where to leave the results; nowhere for a run of which only the outcome matters.
    pub folder: Option<FolderChoice>,
    /// File of the scenario, for the manifest.
    pub scenario_path: PathBuf,
    /// Whether findings of severity error were accepted.
    pub accepted_findings: bool,
    /// Non-zero asks the run to stop at the next step.
    pub stop: Arc<AtomicUsize>,
    /// Told how the run goes, about ten times a second.
    pub watch: Box<dyn Watch>,
}

impl RunOptions {
    /// A quiet run under `seed` that leaves nothing behind.
    pub fn unrecorded(seed: u64) -> Self {
        Self {
            seed,
            until: None,
            threads: 1,
            record: RecordMode::Off,
            folder: None,
            scenario_path: PathBuf::new(),
            accepted_findings: false,
            stop: Arc::default(),
            watch: Box::new(Quiet),
        }
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct RunOutcome {
    /// Done, overloaded or interrupted.
    pub status: RunStatus,
    /// BLAKE3 over all frames and events.
    pub digest: String,
    /// The figures.
    pub counters: Counters,
    /// What was recorded.
    pub recording: Recording,
    /// Time simulated.
    pub simulated: SimTime,
    /// Wall time, s.
    pub wall_s: f64,
    /// What of it went where.
    pub times: PartTimes,
    /// Where the results are.
    pub folder: Option<RunFolder>,
}

/// Why a run could not be started or finished.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The simulation cannot start or go on.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The recording cannot be written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The manifest cannot be written.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The run folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A result file cannot be written.
    #[error(
        "{path}: cannot be written: {source}\n  expected: a writable folder with room\n  cure: free some space or choose another --out"
    )]
    Output {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The threads cannot be started.
    #[error(
        "cannot start {threads} threads: {reason}\n  expected: a number of threads the system allows\n  cure: lower --threads"
    )]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        reason: String,
    },
}

/// Runs a scenario to its end, or until it is asked to stop, in a headless Bevy app.
///
/// # Errors
/// If it cannot be started or its results cannot be written; what was recorded by then stays readable.
pub fn run(
    scenario: &Arc<ResolvedScenario>,
    algorithms: &Algorithms,
    options: RunOptions,
) -> Result<RunOutcome, RunError> {
    let threads = options.threads;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| RunError::Threads { threads, reason: error.to_string() })?;
    // The app is built inside the pool's thread: a Bevy app does not move between threads.
    pool.install(|| run_here(scenario, algorithms, options))
}

#[expect(clippy::disallowed_methods, reason = "how long a run takes is about wall time")]
fn run_here(
    scenario: &Arc<ResolvedScenario>,
    algorithms: &Algorithms,
    mut options: RunOptions,
) -> Result<RunOutcome, RunError> {
    let started = Instant::now();
    // Before the folder: a run that cannot start must not replace one that was good.
    let simulation = Simulation::new(scenario, options.seed, algorithms)?;
    let folder = options.folder.as_ref().map(|choice| choice.make(&scenario.name)).transpose()?;
    let mut manifest = manifest_of(scenario, &options);
    let manifest_path = folder.as_ref().map(RunFolder::manifest);
    let write = |manifest: &Manifest| manifest_path.as_ref().map_or(Ok(()), |path| manifest.write(path));
    write(&manifest)?;
    match simulated(simulation, folder, started, &mut options) {
        Ok(outcome) => {
            manifest.end(outcome.status, outcome.digest.clone(), outcome.simulated.seconds(), outcome.wall_s);
            manifest.part_times = serde_json::to_value(outcome.times).unwrap_or_default();
            write(&manifest)?;
            Ok(outcome)
        }
        Err(fault) => {
            manifest.status = RunStatus::Failed;
            // The fault itself matters more than a manifest that cannot say so.
            let _ = write(&manifest);
            Err(fault)
        }
    }
}

/// Simulates and records to the end, a stop or a fault.
fn simulated(
    simulation: Simulation,
    folder: Option<RunFolder>,
    started: Instant,
    options: &mut RunOptions,
) -> Result<RunOutcome, RunError> {
    let scenario = Arc::clone(simulation.scenario());
    let recorder = Recorder::new(&scenario, folder.as_ref(), options)?;
    options.watch.begun(&recorder.recording());
    let mut app = App::empty();
    app.add_plugins((SimulationPlugin::new(simulation), RecorderPlugin::new(recorder)));
    let until = options.until.unwrap_or(scenario.clock.duration).min(scenario.clock.duration);
    let end = drive(&mut app, until, started, options)?;
    let times = app.world().get_resource::<PartTimes>().copied().unwrap_or_default();
    let (mut simulation, recorder) = taken_apart(&mut app);
    let recorded = recorder.finish(&mut simulation, folder.as_ref(), options.seed)?;
    let status = match end {
        RunStatus::Done if recorded.figures.missions.iter().any(MissionCounters::is_overloaded) => {
            RunStatus::Overloaded
        }
        end => end,
    };
    Ok(RunOutcome {
        status,
        digest: recorded.digest,
        counters: recorded.figures,
        recording: recorded.recording,
        simulated: simulation.now(),
        wall_s: started.elapsed().as_secs_f64(),
        times,
        folder,
    })
}

/// Runs step after step until the end, a stop, or a recording that fails.
#[expect(clippy::disallowed_methods, reason = "progress is told by wall time")]
fn drive(
    app: &mut App,
    until: SimTime,
    started: Instant,
    options: &mut RunOptions,
) -> Result<RunStatus, SimulationError> {
    let mut told = started;
    loop {
        let now = app.world().resource::<SimulationResource>().0.now();
        if now >= until || recorder::has_failed(app) {
            return Ok(RunStatus::Done);
        }
        if options.stop.load(Ordering::Relaxed) != 0 {
            return Ok(RunStatus::Interrupted);
        }
        app.world_mut().run_schedule(SimStep);
        if let Some(fault) = app.world_mut().resource_mut::<SimulationFault>().0.take() {
            return Err(fault);
        }
        if told.elapsed().as_millis() >= progress::INTERVAL_MS {
            told = Instant::now();
            let simulation = &app.world().resource::<SimulationResource>().0;
            options.watch.tell(&Progress::of(simulation, until, started.elapsed()));
        }
    }
}

/// Takes the simulation and the recorder out of a finished app.
fn taken_apart(app: &mut App) -> (Simulation, Recorder) {
    let world = app.world_mut();
    match (world.remove_resource::<SimulationResource>(), world.remove_resource::<Recorder>()) {
        (Some(simulation), Some(recorder)) => (simulation.0, recorder),
        _ => unreachable!("both were inserted by their plugins"),
    }
}

fn manifest_of(scenario: &ResolvedScenario, options: &RunOptions) -> Manifest {
    let path = std::path::absolute(&options.scenario_path).unwrap_or_else(|_| options.scenario_path.clone());
    let mut manifest = Manifest::begin(scenario.name.clone(), &path, options.seed);
    manifest.inputs = scenario
        .inputs
        .iter()
        .map(|input| crate::record::InputHash { path: input.path.clone(), blake3: input.blake3.clone() })
        .collect();
    manifest.origins = scenario.origins.iter().filter_map(|origin| serde_json::to_value(origin).ok()).collect();
    manifest.energy = scenario.energy_figures();
    manifest.threads = options.threads;
    manifest.record = options.record;
    manifest.accepted_findings = options.accepted_findings;
    manifest
}
