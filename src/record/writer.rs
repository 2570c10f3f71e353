//! Writing a run while it is computed.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use mcap::records::{MessageHeader, Metadata};

use super::codec::{encode_block, encode_events};
use super::container::{EncodedBlock, NANOS_PER_MILLI};
use super::error::RecordError;
use super::metadata::{
    EVENTS_CHANNEL, EVENTS_ENCODING, METADATA_NAME, RecordMode, RecordingMetadata, SCENARIO_NAME, STATE_CHANNEL,
    STATE_ENCODING,
};
use super::recording::{Place, Recording};
use crate::frame::{Frame, TimedEvent};
use crate::units::SimTime;

/// Rows (drones, conflicts, events) at which a block closes.
pub const BLOCK_ROWS: usize = 100_000;
/// Simulated time at which a block closes; what a kill can cost.
pub const BLOCK_SPAN: SimTime = SimTime::from_millis(10_000);

/// The latest frame whose time MCAP's nanoseconds can hold.
const LAST_MILLIS: i64 = (u64::MAX / NANOS_PER_MILLI).cast_signed();
/// Schema of the messages on `/events`, so that other programs can show them.
const EVENTS_SCHEMA: &str = r#"{
  "title": "skygrid events of one block",
  "type": "array",
  "items": {
    "type": "object",
    "required": ["time_ms", "event"],
    "properties": { "time_ms": { "type": "integer" }, "event": { "type": "string" } }
  }
}"#;

/// Appends frames to a [`Recording`]. A closed block is handed to the operating system at once, so that a killed
/// process loses the open block and no more. Dropping the writer closes the recording as well as it can.
#[derive(Debug)]
pub struct RecordingWriter {
    recording: Recording,
    sink: Sink,
    open: Vec<Arc<Frame>>,
    open_rows: usize,
    last: Option<SimTime>,
    is_finished: bool,
}

impl RecordingWriter {
    /// Starts a recording in the new file `path`; in mode [`RecordMode::Off`] it will say what was run, and no more.
    ///
    /// # Errors
    /// If the file exists already or cannot be written.
    pub fn create(path: &Path, metadata: RecordingMetadata, scenario_toml: &str) -> Result<Self, RecordError> {
        let name = path.display().to_string();
        let io_error = |source| RecordError::Io { name: name.clone(), action: "be created", source };
        let file = File::create_new(path).map_err(io_error)?;
        let reader = File::open(path).map_err(io_error)?;
        let sink = FileSink::new(file, name.clone(), &metadata, scenario_toml)?;
        let recording = Recording::growing(name, metadata, scenario_toml.to_owned(), Some(Box::new(reader)));
        Ok(Self::over(recording, Sink::File(Box::new(sink))))
    }

    /// Starts a recording without a file, for a live run. Of its closed blocks the latest `limit_bytes` (compressed)
    /// are kept, at least one; older ones are forgotten.
    pub fn in_memory(metadata: RecordingMetadata, scenario_toml: &str, limit_bytes: usize) -> Self {
        let sink = match metadata.mode {
            RecordMode::Off => Sink::Nowhere,
            _ => Sink::Memory(MemorySink { limit_bytes, block_bytes: Vec::new() }),
        };
        let name = "the live run".to_owned();
        Self::over(Recording::growing(name, metadata, scenario_toml.to_owned(), None), sink)
    }

    fn over(recording: Recording, sink: Sink) -> Self {
        Self { recording, sink, open: Vec::new(), open_rows: 0, last: None, is_finished: false }
    }

    /// The recording as it grows.
    pub fn recording(&self) -> Recording {
        self.recording.clone()
    }

    /// Appends a frame; it can be read at once.
    ///
    /// # Errors
    /// If it is not later than the one before, or the block it closes cannot be written.
    pub fn append(&mut self, frame: Arc<Frame>) -> Result<(), RecordError> {
        self.check_order(frame.time)?;
        if self.recording.metadata().mode == RecordMode::Off {
            return Ok(());
        }
        if self.open.first().is_some_and(|first| frame.time - first.time >= BLOCK_SPAN) {
            self.close_block()?;
        }
        let frame = self.as_recorded(frame);
        self.open_rows += frame.drones.len() + frame.conflicts.len() + frame.events.len();
        self.open.push(Arc::clone(&frame));
        self.recording.append(frame);
        if self.open_rows >= BLOCK_ROWS { self.close_block() } else { Ok(()) }
    }

    /// Closes the recording: writes the open block and the index.
    ///
    /// # Errors
    /// If they cannot be written; the closed blocks stay readable.
    pub fn finish(mut self) -> Result<Recording, RecordError> {
        self.close()?;
        Ok(self.recording.clone())
    }

    fn check_order(&mut self, time: SimTime) -> Result<(), RecordError> {
        let follows = self.last.is_none_or(|last| last < time);
        if !follows || !(0..=LAST_MILLIS).contains(&time.millis()) {
            return Err(RecordError::OutOfOrder { time, previous: self.last.unwrap_or_default() });
        }
        self.last = Some(time);
        Ok(())
    }

    fn as_recorded(&self, frame: Arc<Frame>) -> Arc<Frame> {
        match self.recording.metadata().mode {
            RecordMode::Full => frame,
            _ => Arc::new(Frame { time: frame.time, events: frame.events.clone(), ..Frame::default() }),
        }
    }

    fn close(&mut self) -> Result<(), RecordError> {
        if self.is_finished {
            return Ok(());
        }
        self.is_finished = true;
        let closed = self.close_block();
        self.recording.stop_growing();
        match &mut self.sink {
            Sink::File(file) => closed.and(file.finish()),
            _ => closed,
        }
    }

    fn close_block(&mut self) -> Result<(), RecordError> {
        let Some((start, end)) = self.open.first().zip(self.open.last()).map(|(a, b)| (a.time, b.time)) else {
            return Ok(());
        };
        let encoded = encode(&self.open, self.recording.metadata().mode, start, end)?;
        let place = match &mut self.sink {
            Sink::Nowhere => return Ok(()),
            Sink::File(file) => file.write_block(&encoded, start, end)?,
            Sink::Memory(memory) => {
                memory.make_room(encoded.state.len() + encoded.events.len(), &self.recording);
                Place::Memory(Arc::new(encoded))
            }
        };
        self.recording.close_tail(place);
        self.open.clear();
        self.open_rows = 0;
        Ok(())
    }
}

impl Drop for RecordingWriter {
    fn drop(&mut self) {
        // A run that fails must keep what it has computed; there is nobody left to tell if that fails too.
        let _ = self.close();
    }
}

fn encode(frames: &[Arc<Frame>], mode: RecordMode, start: SimTime, end: SimTime) -> Result<EncodedBlock, RecordError> {
    let state = match mode {
        RecordMode::Full => encode_block(frames).map_err(|source| RecordError::Encode { start, end, source })?,
        _ => Vec::new(),
    };
    let events: Vec<&TimedEvent> = frames.iter().flat_map(|frame| &frame.events).collect();
    let events = encode_events(&events).map_err(|source| RecordError::Encode { start, end, source })?;
    Ok(EncodedBlock { state, events })
}

/// Where closed blocks go.
#[derive(Debug)]
enum Sink {
    Nowhere,
    Memory(MemorySink),
    File(Box<FileSink>),
}

#[derive(Debug)]
struct MemorySink {
    limit_bytes: usize,
    /// Bytes of each block that is kept, the oldest first.
    block_bytes: Vec<usize>,
}

impl MemorySink {
    fn make_room(&mut self, bytes: usize, recording: &Recording) {
        self.block_bytes.push(bytes);
        while self.block_bytes.len() > 1 && self.block_bytes.iter().sum::<usize>() > self.limit_bytes {
            self.block_bytes.remove(0);
            recording.forget_oldest();
        }
    }
}

struct FileSink {
    name: String,
    writer: mcap::Writer<File>,
    /// A second handle on the file, to know its length: the writer counts to itself.
    length: File,
    sequence: u32,
}

impl std::fmt::Debug for FileSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileSink").field("name", &self.name).finish_non_exhaustive()
    }
}

impl FileSink {
    fn new(file: File, name: String, metadata: &RecordingMetadata, scenario_toml: &str) -> Result<Self, RecordError> {
        let length = file.try_clone();
        let length =
            length.map_err(|source| RecordError::Io { name: name.clone(), action: "be opened twice", source })?;
        let writer = start_container(file, metadata, scenario_toml)
            .map_err(|source| RecordError::Write { name: name.clone(), source })?;
        Ok(Self { name, writer, length, sequence: 0 })
    }

    /// Writes one chunk with a block in it and hands it to the operating system.
    fn write_block(&mut self, block: &EncodedBlock, start: SimTime, end: SimTime) -> Result<Place, RecordError> {
        let offset = self.length()?;
        self.sequence = self.sequence.wrapping_add(1);
        self.write_chunk(block, start, end).map_err(|source| RecordError::Write { name: self.name.clone(), source })?;
        Ok(Place::File { offset, length: self.length()? - offset })
    }

    /// The chunk's own times are those of its messages: the state is logged at the first frame, the events at the
    /// last, so that the index of the file tells what a block spans.
    fn write_chunk(&mut self, block: &EncodedBlock, start: SimTime, end: SimTime) -> mcap::McapResult<()> {
        let none = std::collections::BTreeMap::new();
        self.writer.add_channel_with_id(STATE_CHANNEL, 0, "/state", STATE_ENCODING, &none)?;
        let schema = self.writer.add_schema("skygrid.Events", "jsonschema", EVENTS_SCHEMA.as_bytes())?;
        self.writer.add_channel_with_id(EVENTS_CHANNEL, schema, "/events", EVENTS_ENCODING, &none)?;
        for (channel_id, time, payload) in [(STATE_CHANNEL, start, &block.state), (EVENTS_CHANNEL, end, &block.events)]
        {
            let log_time = time.millis().cast_unsigned() * NANOS_PER_MILLI;
            let header = MessageHeader { channel_id, sequence: self.sequence, log_time, publish_time: log_time };
            self.writer.write_to_known_channel(&header, payload)?;
        }
        self.writer.flush()
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        match self.writer.finish() {
            Ok(_) => Ok(()),
            Err(source) => Err(RecordError::Write { name: self.name.clone(), source }),
        }
    }

    fn length(&self) -> Result<u64, RecordError> {
        let metadata = self.length.metadata();
        let metadata =
            metadata.map_err(|source| RecordError::Io { name: self.name.clone(), action: "be measured", source })?;
        Ok(metadata.len())
    }
}

/// Opens the container and writes what precedes the blocks. Times of creation are left at 0: the bytes are part of
/// the result.
fn start_container(
    file: File,
    metadata: &RecordingMetadata,
    scenario_toml: &str,
) -> mcap::McapResult<mcap::Writer<File>> {
    let options = mcap::WriteOptions::new()
        .library("skygrid")
        .compression(None) // the payloads are compressed already
        .chunk_size(None) // a chunk is closed by `flush` alone
        .disable_seeking(true); // so that a chunk goes out in one piece
    let mut writer = options.create(file)?;
    writer.write_metadata(&Metadata { name: METADATA_NAME.to_owned(), metadata: metadata.to_record() })?;
    writer.attach(&mcap::Attachment {
        log_time: 0,
        create_time: 0,
        name: SCENARIO_NAME.to_owned(),
        media_type: "application/toml".to_owned(),
        data: scenario_toml.as_bytes().into(),
    })?;
    Ok(writer)
}
