//! What a recording says about itself, and the names that make up its format.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::units::SimTime;

/// Version of the container's layout: names, order and meaning of its records.
pub const RECORDING_FORMAT: u32 = 5;
/// Encoding of the messages on `/state`.
pub const STATE_ENCODING: &str = "skygrid-block-v2";
/// Name of the metadata record by which a recording is known.
pub(super) const METADATA_NAME: &str = "skygrid";
/// Name of the attachment that holds the effective scenario.
pub(super) const SCENARIO_NAME: &str = "scenario.toml";
/// Channel of the state blocks. Its number is part of the format, so that a block can be read by itself.
pub(super) const STATE_CHANNEL: u16 = 1;
/// Encoding of the messages on `/events`.
pub(super) const EVENTS_ENCODING: &str = "json+deflate";
/// Channel of the events, likewise.
pub(super) const EVENTS_CHANNEL: u16 = 2;

/// How much of a run is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordMode {
    /// Every frame and every event.
    #[default]
    Full,
    /// Events only: enough for the tables, too little for replay.
    Events,
    /// Nothing.
    Off,
}

impl RecordMode {
    /// All modes, the fullest first.
    pub const ALL: [Self; 3] = [Self::Full, Self::Events, Self::Off];

    /// Its name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Events => "events",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for RecordMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RecordMode {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|mode| mode.name() == name);
        found.ok_or_else(|| format!("`{name}` is no recording mode; expected full, events or off"))
    }
}

/// What a recording says about itself. No path and no wall time: those stand in the manifest alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingMetadata {
    /// Name of the scenario.
    pub scenario: String,
    /// Version of the program that computed the run.
    pub program_version: String,
    /// Seed of the run.
    pub seed: u64,
    /// Time between two frames.
    pub frame_interval: SimTime,
    /// What was recorded.
    pub mode: RecordMode,
}

impl RecordingMetadata {
    pub(super) fn to_record(&self) -> BTreeMap<String, String> {
        [
            ("format", RECORDING_FORMAT.to_string()),
            ("scenario", self.scenario.clone()),
            ("program_version", self.program_version.clone()),
            ("seed", self.seed.to_string()),
            ("frame_interval_ms", self.frame_interval.millis().to_string()),
            ("mode", self.mode.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    /// The metadata of a record of [`RECORDING_FORMAT`]; `None` if something is missing or wrong.
    pub(super) fn from_record(record: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            scenario: record.get("scenario")?.clone(),
            program_version: record.get("program_version")?.clone(),
            seed: record.get("seed")?.parse().ok()?,
            frame_interval: SimTime::from_millis(record.get("frame_interval_ms")?.parse().ok()?),
            mode: record.get("mode")?.parse().ok()?,
        })
    }
}
