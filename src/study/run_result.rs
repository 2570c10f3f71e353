//! The result of one run, as its small file holds it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::RunStatus;

/// Version of the file.
const FORMAT: u32 = 1;

/// What is kept of a finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// Version of the file.
    format: u32,
    /// The key of the run; also the name of its file.
    pub key: String,
    /// Its seed.
    pub seed: u64,
    /// Done or overloaded.
    pub status: RunStatus,
    /// BLAKE3 over all frames and events.
    pub digest: String,
    /// The counters of its summary.
    pub counters: Value,
    /// Wall time it took, s.
    pub wall_s: f64,
}

impl RunResult {
    /// The result of the run `key` with `seed`.
    pub(super) fn new(key: &str, seed: u64, outcome: &crate::app::RunOutcome) -> Self {
        Self {
            format: FORMAT,
            key: key.to_owned(),
            seed,
            status: outcome.status,
            digest: outcome.digest.clone(),
            counters: serde_json::to_value(&outcome.counters).unwrap_or_default(),
            wall_s: outcome.wall_s,
        }
    }

    /// The result in a file; `None` if it is not the whole result of the run `key`, which is then run again.
    pub(super) fn read(path: &Path, key: &str) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let result: Self = serde_json::from_slice(&bytes).ok()?;
        (result.format == FORMAT && result.key == key).then_some(result)
    }
}
