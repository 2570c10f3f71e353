//! `manifest.json`: how a run came about and what became of it. Everything that may differ between two runs of the
//! same scenario (paths, host, wall time, speed) stands here and nowhere else.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::DIGEST_FORMAT;
use super::metadata::{RECORDING_FORMAT, RecordMode, STATE_ENCODING};
use crate::formats::write_aside;

/// Version of the manifest itself.
const MANIFEST_FORMAT: u32 = 1;

/// What became of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Still computing, or killed: the recording is complete up to its last closed block.
    #[default]
    Running,
    /// Finished.
    Done,
    /// Finished, but demand exceeded what the fleet could fly.
    Overloaded,
    /// Stopped by the user.
    Interrupted,
    /// Stopped by a fault.
    Failed,
}

/// Where what a run recorded comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOrigin {
    /// It was simulated.
    #[default]
    Simulation,
    /// It was flown, and imported from tracks.
    ImportedTracks,
}

/// An input file and what was in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputHash {
    /// The file, as the scenario names it.
    pub path: String,
    /// BLAKE3 of its bytes, hexadecimal.
    pub blake3: String,
}

impl InputHash {
    /// What is in a file now, by its full path.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(std::fs::File::open(path)?)?;
        let path = std::path::absolute(path)?.display().to_string();
        Ok(Self { path, blake3: hasher.finalize().to_hex().to_string() })
    }
}

/// Versions of everything in a run's folder that another program may have to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatVersions {
    /// This file.
    pub manifest: u32,
    /// The container of the recording.
    pub recording: u32,
    /// Its state blocks.
    pub state: String,
    /// The bytes that the digest is computed from.
    pub digest: u32,
}

impl Default for FormatVersions {
    fn default() -> Self {
        Self {
            manifest: MANIFEST_FORMAT,
            recording: RECORDING_FORMAT,
            state: STATE_ENCODING.to_owned(),
            digest: DIGEST_FORMAT,
        }
    }
}

/// The manifest of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What became of the run.
    pub status: RunStatus,
    /// Where what was recorded comes from.
    #[serde(default)]
    pub origin: RunOrigin,
    /// The files of tracks that were imported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<InputHash>,
    /// Name of the scenario.
    pub scenario: String,
    /// File of the scenario, as the user named it.
    pub scenario_path: String,
    /// Version of the program.
    pub program_version: String,
    /// Commit of the program, if the build knew it.
    pub commit: Option<String>,
    /// Seed of the run.
    pub seed: u64,
    /// Digest of the run, once it has ended.
    pub digest: Option<String>,
    /// The input files.
    pub inputs: Vec<InputHash>,
    /// Where each value of the effective scenario comes from.
    pub origins: Vec<serde_json::Value>,
    /// The energy model, and what it makes of each type that flies.
    #[serde(default)]
    pub energy: serde_json::Value,
    /// Wall time spent, s.
    pub wall_s: f64,
    /// What of it went into which part of the run, s.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub part_times: serde_json::Value,
    /// Time simulated, s.
    pub sim_s: f64,
    /// Simulated time per wall time.
    pub real_time_factor: f64,
    /// Most memory the process has held, if the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// Threads the run used.
    pub threads: usize,
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// How much was recorded.
    pub record: RecordMode,
    /// Versions of the formats.
    pub formats: FormatVersions,
    /// Whether findings of severity error were accepted.
    pub accepted_findings: bool,
    /// Wall time of the start, RFC 3339 in UTC.
    pub started_at: String,
}

impl Manifest {
    /// The manifest of a run that begins now in this program on this machine.
    pub fn begin(scenario: impl Into<String>, scenario_path: &Path, seed: u64) -> Self {
        Self {
            scenario: scenario.into(),
            scenario_path: scenario_path.display().to_string(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("SKYGRID_COMMIT").map(str::to_owned),
            seed,
            threads: 1,
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            started_at: jiff::Timestamp::now().to_string(),
            ..Self::default()
        }
    }

    /// Notes that the run has ended: its status, its digest, and what it took.
    pub fn end(&mut self, status: RunStatus, digest: String, sim_s: f64, wall_s: f64) {
        self.status = status;
        self.digest = Some(digest);
        (self.sim_s, self.wall_s) = (sim_s, wall_s);
        self.real_time_factor = if wall_s > 0.0 { sim_s / wall_s } else { 0.0 };
        self.peak_memory_bytes = peak_memory_bytes();
    }

    /// Writes the manifest to `path`, aside and renamed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ManifestError> {
        let written = write_aside(path, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            file.write_all(b"\n")
        });
        written.map_err(|source| ManifestError::Io { path: path.to_path_buf(), action: "written", source })
    }

    /// Reads the manifest in `path`.
    ///
    /// # Errors
    /// If the file cannot be read or is no manifest.
    pub fn read(path: &Path) -> Result<Self, ManifestError> {
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|source| ManifestError::Io { path: path.to_path_buf(), action: "read", source })?;
        serde_json::from_slice(&bytes).map_err(|source| ManifestError::Content { path: path.to_path_buf(), source })
    }
}

/// Why a manifest could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file system refused.
    #[error("{}: cannot be {action}: {source}; expected the manifest of a run; check the path, its permissions and the disk", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else.
    #[error("{}: is not the manifest of a run: {source}; expected a `manifest.json` that `skygrid run` wrote; name its run folder", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// The most memory this process has held so far; `None` where the system does not tell (it does on Linux).
pub fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        let mut manifest = Manifest::begin("凤凰山", Path::new("scenarios/fenghuang.toml"), u64::MAX);
        manifest.write(&path).unwrap();
        assert_eq!(Manifest::read(&path).unwrap().status, RunStatus::Running);
        manifest.inputs.push(InputHash { path: "terrain.tif".to_owned(), blake3: "ab".to_owned() });
        manifest.origins.push(serde_json::json!({ "key": "seed", "from": "command line" }));
        manifest.end(RunStatus::Overloaded, "cd".to_owned(), 600.0, 1.5);
        manifest.write(&path).unwrap();
        let read = Manifest::read(&path).unwrap();
        assert_eq!(read, manifest);
        assert_eq!((read.real_time_factor, read.formats), (400.0, FormatVersions::default()));
        #[cfg(target_os = "linux")]
        assert!(read.peak_memory_bytes.is_some_and(|bytes| bytes > 1 << 20));
    }

    #[test]
    fn tells_what_is_no_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        std::fs::write(&path, r#"{"name": "a web page"}"#).unwrap();
        assert!(matches!(Manifest::read(&path), Err(ManifestError::Content { .. })));
    }
}
