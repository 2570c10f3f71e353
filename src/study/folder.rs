//! The folder of a sweep: a small file per finished run, the table of all of them, and what they came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::error::{Action, StudyError};
use super::plan::Plan;
use super::run_result::RunResult;
use crate::record::{aside_path, write_aside};

const MANIFEST: &str = "sweep.json";
const RESULTS: &str = "results.parquet";
const EXPERIMENT: &str = "experiment.toml";
const RUNS: &str = "runs";
const LOCK: &str = "sweep.lock";

/// The folder of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepFolder {
    path: PathBuf,
}

impl SweepFolder {
    /// The folder `path`, whatever is there.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Makes the folder, or takes over one that a sweep made before. Runs in it that `plan` does not have are removed
    /// with `replace`; without it the folder is then refused. The file that comes back keeps others out while it lives.
    ///
    /// # Errors
    /// If the folder holds something else, another program is at work there, or the file system refuses.
    pub fn take(&self, plan: &Plan, replace: bool) -> Result<File, StudyError> {
        fs::create_dir_all(&self.path).map_err(StudyError::io(&self.path, Action::Make))?;
        if !self.is_ours()? {
            return Err(StudyError::NotOurs { path: self.path.clone() });
        }
        let lock = self.lock()?;
        let (foreign, half_written) = (self.foreign(plan), self.files_of_runs("tmp"));
        if !foreign.is_empty() && !replace {
            return Err(StudyError::Foreign { path: self.path.clone(), foreign: foreign.len() });
        }
        // Results of runs that are removed are nobody's.
        let stale = Some(self.results()).filter(|results| !foreign.is_empty() && results.exists());
        for path in foreign.into_iter().chain(half_written).chain(stale) {
            fs::remove_file(&path).map_err(StudyError::io(&path, Action::Remove))?;
        }
        Ok(lock)
    }

    /// Whether the folder is empty or holds the files of a sweep.
    fn is_ours(&self) -> Result<bool, StudyError> {
        let mut entries = fs::read_dir(&self.path).map_err(StudyError::io(&self.path, Action::Read))?;
        // What a kill at the very start leaves.
        let first = [LOCK.into(), aside_path(Path::new(MANIFEST)).into_os_string()];
        let has_files = entries.any(|entry| entry.is_ok_and(|entry| !first.contains(&entry.file_name())));
        Ok(!has_files || self.manifest().is_file())
    }

    /// Makes room for the files of runs.
    pub(super) fn make_room(&self) -> Result<(), StudyError> {
        let runs = self.runs();
        fs::create_dir_all(&runs).map_err(StudyError::io(&runs, Action::Make))
    }

    fn lock(&self) -> Result<File, StudyError> {
        let path = self.path.join(LOCK);
        let file = File::create(&path).map_err(StudyError::io(&path, Action::Make))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(StudyError::Busy { path: self.path.clone() }),
            // A file system without locks keeps nobody out, and is no reason not to go on.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
        }
    }

    /// Files of runs that `plan` does not have.
    fn foreign(&self, plan: &Plan) -> Vec<PathBuf> {
        let known: BTreeSet<&str> = plan.runs.iter().map(|run| run.key.as_str()).collect();
        let is_known =
            |path: &PathBuf| path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| known.contains(stem));
        let mut files = self.files_of_runs("json");
        files.retain(|path| !is_known(path));
        files
    }

    /// Files beside each other in the folder of runs that end in `extension`.
    fn files_of_runs(&self, extension: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.runs()).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.filter(|path| path.extension().is_some_and(|other| other == extension)).collect()
    }

    /// The runs of `plan` that are there already, by key. A file that is damaged counts as missing.
    pub fn finished(&self, plan: &Plan) -> BTreeMap<String, RunResult> {
        let results = plan.runs.iter().filter_map(|run| RunResult::read(&self.run(&run.key), &run.key));
        results.map(|result| (result.key.clone(), result)).collect()
    }

    /// Keeps the result of a run, aside and renamed.
    pub(super) fn keep(&self, result: &RunResult) -> Result<(), StudyError> {
        write(&self.run(&result.key), &serde_json::to_vec(result).unwrap_or_default())
    }

    /// Writes the experiment as it was understood.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_experiment(&self, plan: &Plan) -> Result<(), StudyError> {
        write(&self.path.join(EXPERIMENT), plan.experiment.effective().as_bytes())
    }

    /// Writes `sweep.json`: how the sweep came about and what became of it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_manifest(&self, manifest: &serde_json::Value) -> Result<(), StudyError> {
        write(&self.manifest(), format!("{manifest:#}\n").as_bytes())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `results.parquet`: a row per run.
    pub fn results(&self) -> PathBuf {
        self.path.join(RESULTS)
    }

    /// `sweep.json`.
    pub fn manifest(&self) -> PathBuf {
        self.path.join(MANIFEST)
    }

    fn runs(&self) -> PathBuf {
        self.path.join(RUNS)
    }

    fn run(&self, key: &str) -> PathBuf {
        self.runs().join(format!("{key}.json"))
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), StudyError> {
    write_aside(path, |file| file.write_all(bytes)).map_err(StudyError::io(path, Action::Write))
}
