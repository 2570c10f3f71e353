//! Writing and reading a run: the recording, its digest, the manifest and the folder they live in.
//!
//! [`RecordingWriter`] takes frames and [`Recording`] gives them back in any order, while the run goes on as well as
//! afterwards. The file is MCAP: one metadata record, the scenario as an attachment, then one chunk per block with the
//! frames as `skygrid-block-v2` on `/state` and the events as JSON on `/events`. Its bytes depend on the run alone.

mod cache;
mod codec;
mod container;
mod digest;
mod error;
mod folder;
mod imported;
mod manifest;
mod metadata;
mod recording;
#[cfg(test)]
mod samples;
mod sorties;
mod source;
mod tables;
#[cfg(test)]
mod tests;
mod writer;

pub use codec::{CodecError, decode_block, encode_block};
pub use digest::{DIGEST_FORMAT, Digest};
pub use error::{RecordError, RecordingWarning};
pub use folder::{FolderChoice, FolderError, RunFolder};
pub use imported::{Disorder, ImportedTrack, Resampling, parked, quantised};
pub use manifest::{FormatVersions, InputHash, Manifest, ManifestError, RunOrigin, RunStatus, peak_memory_bytes};
pub use metadata::{RECORDING_FORMAT, RecordMode, RecordingMetadata, STATE_ENCODING};
pub use recording::{DEFAULT_CACHE_BYTES, Events, FramesBetween, Recording};
pub use sorties::{RecordedSortie, SortieChoice, Sorties};
pub use source::ByteSource;
pub use tables::{Names, Tables};
pub use writer::{BLOCK_ROWS, BLOCK_SPAN, RecordingWriter};

// What is written about many runs is written as what is written about one.
pub use crate::formats::table::{Column, Table, TableError, Values};
pub use crate::formats::{aside_path, write_aside};
