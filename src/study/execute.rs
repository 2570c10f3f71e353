//! Running the runs of a plan on all cores; a stop or a kill loses at most those in progress.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::error::StudyError;
use super::folder::SweepFolder;
use super::plan::{Plan, PlannedRun};
use super::run_result::RunResult;
use crate::app::{self, Algorithms, Progress, RunOptions, Watch};
use crate::record::RunStatus;
use crate::scenario::ResolvedScenario;

/// Parts into which the progress of one run is divided.
const PARTS: u64 = 1000;

/// How the runs of a plan are run.
pub struct Execution<'a> {
    /// The algorithms that scenarios may name.
    pub algorithms: &'a Algorithms,
    /// How many runs at once; results do not depend on it.
    pub jobs: usize,
    /// Non-zero asks to stop.
    pub stop: &'a Arc<AtomicUsize>,
    /// Told the share of the work that is done, from 0 to 1, about ten times a second by each run.
    pub told: Tell,
}

/// Somebody who is told the share of the work that is done.
pub type Tell = Arc<dyn Fn(f64) + Send + Sync>;

/// A run that could not be finished.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FailedRun {
    /// Number of its cell.
    pub cell: usize,
    /// Its seed.
    pub seed: u64,
    /// Why.
    pub reason: String,
}

/// What came of the runs of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Executed {
    /// The results of those that are done, by key; those that were there before included.
    pub finished: BTreeMap<String, RunResult>,
    /// Those that failed, in the order of the plan.
    pub failed: Vec<FailedRun>,
}

/// Runs what is not `finished` yet and keeps each result in `folder`. After a stop the rest is missing. A run whose
/// algorithms panic has failed, and the others go on.
///
/// # Errors
/// If results cannot be kept, or an input has changed since it was checked; what was finished by then is kept.
pub fn execute(
    plan: &Plan,
    folder: &SweepFolder,
    mut finished: BTreeMap<String, RunResult>,
    execution: &Execution<'_>,
) -> Result<Executed, StudyError> {
    folder.make_room()?;
    let waiting: Vec<&PlannedRun> = plan.runs.iter().filter(|run| !finished.contains_key(&run.key)).collect();
    let workers = Workers {
        plan,
        folder,
        execution,
        waiting: &waiting,
        next: AtomicUsize::new(0),
        work: Work { done: Arc::default(), all: waiting.len() as u64 * PARTS, tell: Arc::clone(&execution.told) },
        scenarios: Mutex::default(),
        done: Mutex::default(),
        failed: Mutex::default(),
        fault: Mutex::default(),
    };
    std::thread::scope(|scope| {
        for _ in 0..execution.jobs.min(waiting.len()) {
            scope.spawn(|| workers.work());
        }
    });
    if let Some(fault) = workers.fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(fault);
    }
    let failed = workers.failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let done = workers.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    finished.extend(done.into_iter().map(|result| (result.key.clone(), result)));
    Ok(Executed { finished, failed: failed.into_values().collect() })
}

/// What the threads share.
struct Workers<'a> {
    plan: &'a Plan,
    folder: &'a SweepFolder,
    execution: &'a Execution<'a>,
    waiting: &'a [&'a PlannedRun],
    /// Index of the next run that nobody has taken.
    next: AtomicUsize,
    work: Work,
    /// Scenarios of the cells that are being run.
    scenarios: Mutex<BTreeMap<usize, Weak<ResolvedScenario>>>,
    /// What is kept now and was not before.
    done: Mutex<Vec<RunResult>>,
    /// Runs that failed, by their place in the order.
    failed: Mutex<BTreeMap<usize, FailedRun>>,
    /// What ends all of them.
    fault: Mutex<Option<StudyError>>,
}

impl Workers<'_> {
    /// Takes run after run until none is left, a stop, or a fault of anybody.
    fn work(&self) {
        // Held between runs, so that the next run of the same cell finds it.
        let mut held = None;
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let is_over = self.execution.stop.load(Ordering::Relaxed) != 0 || locked(&self.fault).is_some();
            let Some(run) = self.waiting.get(index).filter(|_| !is_over) else { return };
            let done = self.scenario(run.cell).and_then(|scenario| {
                held = Some(Arc::clone(&scenario));
                self.run(index, run, &scenario)
            });
            if let Err(fault) = done {
                locked(&self.fault).get_or_insert(fault);
            }
        }
    }

    fn run(&self, index: usize, run: &PlannedRun, scenario: &Arc<ResolvedScenario>) -> Result<(), StudyError> {
        let watch = Box::new(Share { told: 0, work: self.work.clone() });
        let stop = Arc::clone(self.execution.stop);
        let options = RunOptions { stop, watch, ..RunOptions::unrecorded(run.seed) };
        // Algorithms may be a user's: what they break is their run. Nothing of a run outlives it.
        let run_it = || app::run(scenario, self.execution.algorithms, options);
        let reason = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run_it)) {
            Ok(Ok(outcome)) if outcome.status == RunStatus::Interrupted => return Ok(()),
            Ok(Ok(outcome)) => {
                let result = RunResult::new(&run.key, run.seed, &outcome);
                self.folder.keep(&result)?;
                locked(&self.done).push(result);
                return Ok(());
            }
            Ok(Err(fault)) => fault.to_string(),
            Err(panic) => format!("a panic of the program or of an algorithm: {}", message_of(&*panic)),
        };
        let cell = self.plan.cells[run.cell].number;
        locked(&self.failed).insert(index, FailedRun { cell, seed: run.seed, reason });
        Ok(())
    }

    /// The scenario of a cell, shared by those who run it at the same time.
    fn scenario(&self, cell: usize) -> Result<Arc<ResolvedScenario>, StudyError> {
        if let Some(scenario) = locked(&self.scenarios).get(&cell).and_then(Weak::upgrade) {
            return Ok(scenario);
        }
        let scenario = self.plan.scenario(cell)?;
        let mut scenarios = locked(&self.scenarios);
        scenarios.retain(|_, held| held.strong_count() > 0);
        scenarios.insert(cell, Arc::downgrade(&scenario));
        Ok(scenario)
    }
}

/// What a panic says.
fn message_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

/// A thread that panicked has told of it; what it guarded is whole.
fn locked<T>(guarded: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much is done of all there is to do, in parts.
#[derive(Clone)]
struct Work {
    done: Arc<AtomicU64>,
    all: u64,
    tell: Tell,
}

/// Adds the progress of one run to that of all.
struct Share {
    told: u64,
    work: Work,
}

impl Share {
    #[expect(clippy::cast_precision_loss, reason = "thousands of runs in thousandths")]
    fn reach(&mut self, parts: u64) {
        let more = parts.saturating_sub(self.told);
        self.told += more;
        let done = self.work.done.fetch_add(more, Ordering::Relaxed) + more;
        (self.work.tell)(done as f64 / self.work.all as f64);
    }
}

impl Watch for Share {
    fn tell(&mut self, progress: &Progress) {
        let share = progress.now.seconds() / progress.until.seconds().max(1e-9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        self.reach((share * 1000.0) as u64);
    }
}

impl Drop for Share {
    /// A run that has ended is done, whatever became of it.
    fn drop(&mut self) {
        self.reach(PARTS);
    }
}
