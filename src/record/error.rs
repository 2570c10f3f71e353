//! What can go wrong with a recording, and what the reader of a damaged one is told.

use std::fmt;
use std::io;

use super::codec::CodecError;
use crate::units::SimTime;

/// Why a recording could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file system refused.
    #[error(
        "{name}: cannot {action}: {source}; expected a readable file, or a writable folder with free space; check the path, its permissions and the disk"
    )]
    Io {
        /// The file.
        name: String,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The container could not be written.
    #[error(
        "{name}: cannot be written: {source}; expected a writable folder with free space; what was recorded so far stays readable"
    )]
    Write {
        /// The file.
        name: String,
        /// What the library said.
        source: mcap::McapError,
    },
    /// Not a recording of ours.
    #[error(
        "{name}: is not a skygrid recording: {why}; expected a `recording.mcap` that `skygrid run` wrote; name that file or its run folder"
    )]
    Foreign {
        /// The file.
        name: String,
        /// What gave it away.
        why: &'static str,
    },
    /// Written in a format this program does not know.
    #[error(
        "{name}: has recording format {found}; expected {expected}; read it with skygrid {program_version}, which wrote it, or record the scenario again"
    )]
    Version {
        /// The file.
        name: String,
        /// Its format.
        found: String,
        /// Ours.
        expected: u32,
        /// Who wrote it.
        program_version: String,
    },
    /// What precedes the blocks is damaged, so that the file says nothing about itself.
    #[error(
        "{name}: the start of the file is damaged: {why}; expected the metadata and the scenario of the run; restore the file from a copy or record the scenario again"
    )]
    DamagedStart {
        /// The file.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// One block is damaged; the others are not touched by it.
    #[error(
        "{name}: the block from {start} to {end} is damaged: {why}; the other blocks stay readable; restore the file from a copy or record the scenario again"
    )]
    DamagedBlock {
        /// The file.
        name: String,
        /// Its first frame.
        start: SimTime,
        /// Its last frame.
        end: SimTime,
        /// What is wrong.
        why: String,
    },
    /// A frame that cannot follow the one before.
    #[error(
        "the frame of {time} cannot be recorded after that of {previous}; expected a later time, 0 or more; this is a fault of the program"
    )]
    OutOfOrder {
        /// The frame.
        time: SimTime,
        /// The frame before; for the first frame the start of the run.
        previous: SimTime,
    },
    /// Frames that the codec refuses.
    #[error("the frames from {start} to {end} cannot be recorded: {source}; this is a fault of the program")]
    Encode {
        /// The first.
        start: SimTime,
        /// The last.
        end: SimTime,
        /// Why.
        source: CodecError,
    },
    /// There is no frame at all.
    #[error("{name}: holds no frame yet; expected at least one; let the run go on, or record the scenario again")]
    Empty {
        /// The recording.
        name: String,
    },
    /// The run recorded events only.
    #[error(
        "{name}: holds events but no frames; expected a recording in mode full; run the scenario with `--record full`"
    )]
    EventsOnly {
        /// The recording.
        name: String,
    },
}

/// What is worth telling about a recording that was opened nevertheless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordingWarning {
    /// The run did not end properly, or the end of the file is missing.
    Truncated {
        /// The last instant that can be read; `None` if no block is complete.
        readable_until: Option<SimTime>,
        /// Bytes after the last complete block that could not be used.
        unread_bytes: u64,
    },
}

impl fmt::Display for RecordingWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Truncated { readable_until, unread_bytes } = self;
        write!(f, "the recording has no proper end: ")?;
        match readable_until {
            Some(time) => write!(f, "{:.3} s of the run are readable", time.seconds()),
            None => write!(f, "no block of it is complete"),
        }?;
        write!(f, " ({unread_bytes} bytes are left over); the run was interrupted or the file was cut")
    }
}
