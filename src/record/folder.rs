//! The folder of a run: how it comes into being, and where its files are.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use crate::formats::{aside_path, write_aside};

const MANIFEST: &str = "manifest.json";
const SUMMARY: &str = "summary.json";
const RECORDING: &str = "recording.mcap";
const REPORT: &str = "report.html";
const TABLES: [&str; 8] =
    ["flights", "orders", "conflicts", "contingencies", "evasions", "events", "cells", "timeseries"];

/// Where the folder of a run is to be. It is made, and an older one replaced, when the run has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderChoice {
    /// A new numbered folder.
    Numbered {
        /// The folder it is made in.
        runs: PathBuf,
    },
    /// This folder.
    Explicit {
        /// Its path.
        path: PathBuf,
        /// Whether the run in it may be replaced.
        replace: bool,
    },
}

impl FolderChoice {
    /// Makes the folder for a run of `scenario`.
    ///
    /// # Errors
    /// As [`RunFolder::numbered`] and [`RunFolder::explicit`].
    pub fn make(&self, scenario: &str) -> Result<RunFolder, FolderError> {
        match self {
            Self::Numbered { runs } => RunFolder::numbered(runs, scenario),
            Self::Explicit { path, replace } => RunFolder::explicit(path, *replace),
        }
    }
}

/// The folder of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Makes a new numbered folder `<scenario>-0001`, `-0002`, … in `runs`. Numbers are not given again while a higher
    /// one exists, and two programs starting at once get two folders.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn numbered(runs: &Path, scenario: &str) -> Result<Self, FolderError> {
        let prefix = format!("{}-", file_name_of(scenario));
        fs::create_dir_all(runs).map_err(|source| FolderError::io(runs, "made", source))?;
        let mut number = highest_number(runs, &prefix)? + 1;
        loop {
            let path = runs.join(format!("{prefix}{number:04}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                // Somebody else was quicker.
                Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(source) => return Err(FolderError::io(&path, "made", source)),
            }
        }
    }

    /// Makes the folder `path`. An existing one is refused unless `force` is set and it is empty or holds the
    /// manifest of a run; then the files of that run are removed, and nothing else is.
    ///
    /// # Errors
    /// If the folder exists and may not be replaced, or cannot be made.
    pub fn explicit(path: &Path, force: bool) -> Result<Self, FolderError> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| FolderError::io(parent, "made", source))?;
        }
        match fs::create_dir(path) {
            Ok(()) => {}
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => replace(path, force)?,
            Err(source) => return Err(FolderError::io(path, "made", source)),
        }
        Ok(Self { path: path.to_path_buf() })
    }

    /// An existing run's folder, or the folder of one of its files.
    ///
    /// # Errors
    /// If there is no manifest in it.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let folder = if path.is_file() { path.parent().unwrap_or(path) } else { path };
        let found = Self { path: folder.to_path_buf() };
        if found.manifest().is_file() { Ok(found) } else { Err(FolderError::NoRun { path: path.to_path_buf() }) }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `summary.json`, aside and renamed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_summary(&self, summary: &serde_json::Value) -> io::Result<()> {
        write_aside(&self.summary(), |file| writeln!(file, "{summary:#}"))
    }

    /// `manifest.json`.
    pub fn manifest(&self) -> PathBuf {
        self.path.join(MANIFEST)
    }

    /// `summary.json`.
    pub fn summary(&self) -> PathBuf {
        self.path.join(SUMMARY)
    }

    /// `recording.mcap`.
    pub fn recording(&self) -> PathBuf {
        self.path.join(RECORDING)
    }

    /// `report.html`.
    pub fn report(&self) -> PathBuf {
        self.path.join(REPORT)
    }

    /// `flights.parquet`: a row per sortie.
    pub fn flights(&self) -> PathBuf {
        self.table("flights")
    }

    /// `orders.parquet`: a row per order.
    pub fn orders(&self) -> PathBuf {
        self.table("orders")
    }

    /// `conflicts.parquet`: a row per encounter.
    pub fn conflicts(&self) -> PathBuf {
        self.table("conflicts")
    }

    /// `contingencies.parquet`: a row per drone in trouble.
    pub fn contingencies(&self) -> PathBuf {
        self.table("contingencies")
    }

    /// `evasions.parquet`: a row per drone that left its plan for others.
    pub fn evasions(&self) -> PathBuf {
        self.table("evasions")
    }

    /// `events.parquet`: a row per event.
    pub fn events(&self) -> PathBuf {
        self.table("events")
    }

    /// `cells.parquet`: a row per cell of the grid.
    pub fn cells(&self) -> PathBuf {
        self.table("cells")
    }

    /// `timeseries.parquet`: a row per instant.
    pub fn timeseries(&self) -> PathBuf {
        self.table("timeseries")
    }

    /// The names of the files with figures, summary and tables, that are here and not the same in another folder.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn figures_unlike(&self, other: &Self) -> io::Result<Vec<String>> {
        let mut unlike = Vec::new();
        for name in std::iter::once(SUMMARY.to_owned()).chain(TABLES.iter().map(|name| format!("{name}.parquet"))) {
            let [own, others] = [self, other].map(|folder| folder.path.join(&name));
            if own.is_file() && fs::read(own)? != fs::read(others)? {
                unlike.push(name);
            }
        }
        Ok(unlike)
    }

    fn table(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.parquet"))
    }

    /// Every file that a run may leave.
    fn files(&self) -> Vec<PathBuf> {
        // The manifest last: should removing stop half way, the folder is still known as a run's.
        let mut files: Vec<PathBuf> = TABLES.iter().map(|name| self.table(name)).collect();
        files.extend([self.summary(), self.recording(), self.report(), self.manifest()]);
        files.iter().flat_map(|file| [aside_path(file), file.clone()]).collect()
    }
}

fn replace(path: &Path, force: bool) -> Result<(), FolderError> {
    let existing = RunFolder { path: path.to_path_buf() };
    if !force {
        return Err(FolderError::Exists { path: existing.path });
    }
    let mut entries = fs::read_dir(path).map_err(|source| FolderError::io(path, "read", source))?;
    if entries.next().is_some() && Manifest::read(&existing.manifest()).is_err() {
        return Err(FolderError::NotOurs { path: existing.path });
    }
    for file in existing.files() {
        match fs::remove_file(&file) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(FolderError::io(&file, "removed", source));
            }
            _ => {}
        }
    }
    Ok(())
}

fn highest_number(runs: &Path, prefix: &str) -> Result<u64, FolderError> {
    let entries = fs::read_dir(runs).map_err(|source| FolderError::io(runs, "read", source))?;
    let names = entries.flatten().map(|entry| entry.file_name());
    let numbers = names.filter_map(|name| name.to_str()?.strip_prefix(prefix)?.parse::<u32>().ok());
    Ok(numbers.max().unwrap_or(0).into())
}

/// The scenario's name as a part of a file name that every system takes.
fn file_name_of(scenario: &str) -> String {
    let name: String =
        scenario.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect();
    if name.is_empty() { "run".to_owned() } else { name }
}

/// Why a run has no folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder is there already.
    #[error("{}: exists already; expected a folder that does not; choose another one or replace the run in it with --force", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// The folder is there and holds something else.
    #[error("{}: exists and is not the folder of a run; expected an empty folder or one with the manifest.json of a run; choose another one (--force does not remove other files)", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// No run is there.
    #[error("{}: is not the folder of a run; expected a folder with a manifest.json, as `skygrid run` makes it; check the path", path.display())]
    NoRun {
        /// What was named.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{}: cannot be {action}: {source}; expected a writable folder; choose another one", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl FolderError {
    fn io(path: &Path, action: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), action, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_folders_count_up() {
        let root = tempfile::tempdir().unwrap();
        let runs = root.path().join("runs");
        let name = |folder: RunFolder| folder.path().file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(name(RunFolder::numbered(&runs, "凤凰山 a/b").unwrap()), "凤凰山-a-b-0001");
        fs::create_dir(runs.join("凤凰山-a-b-0007")).unwrap();
        fs::create_dir(runs.join("凤凰山-a-b-x")).unwrap();
        assert_eq!(name(RunFolder::numbered(&runs, "凤凰山 a/b").unwrap()), "凤凰山-a-b-0008");
    }

    #[test]
    fn programs_that_start_at_once_get_different_folders() {
        let root = tempfile::tempdir().unwrap();
        let mut paths: Vec<PathBuf> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| RunFolder::numbered(root.path(), "s").unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap().path).collect()
        });
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), 8);
    }

    #[test]
    fn an_existing_folder_is_replaced_only_if_it_is_a_run() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("out/here");
        let folder = RunFolder::explicit(&path, false).unwrap();
        assert!(matches!(RunFolder::explicit(&path, false), Err(FolderError::Exists { .. })));
        assert!(matches!(RunFolder::open(&path), Err(FolderError::NoRun { .. })));
        RunFolder::explicit(&path, true).unwrap();
        fs::write(path.join("thesis.tex"), "years of work").unwrap();
        fs::write(folder.manifest(), r#"{"name": "a web page"}"#).unwrap();
        assert!(matches!(RunFolder::explicit(&path, true), Err(FolderError::NotOurs { .. })));
        Manifest::begin("s", Path::new("s.toml"), 1).write(&folder.manifest()).unwrap();
        fs::write(folder.recording(), "old").unwrap();
        assert_eq!(RunFolder::open(&folder.recording()).unwrap(), folder);
        RunFolder::explicit(&path, true).unwrap();
        assert!(!folder.recording().exists() && !folder.manifest().exists());
        assert!(path.join("thesis.tex").exists());
    }
}
