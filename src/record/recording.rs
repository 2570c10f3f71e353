//! A run that can be looked at in any order: closed blocks plus the frames appended since.

use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cache::{Cache, Frames};
use super::codec::{decode_block, decode_events};
use super::container::{self, BlockIndex, EncodedBlock};
use super::digest::Digest;
use super::error::{RecordError, RecordingWarning};
use super::metadata::{RecordMode, RecordingMetadata};
use super::source::ByteSource;
use crate::frame::{Frame, TimedEvent};
use crate::units::SimTime;

/// Memory for decoded blocks unless [`Recording::set_cache_limit`] says otherwise: about 80 blocks of 100 000 rows.
pub const DEFAULT_CACHE_BYTES: usize = 256 << 20;

/// A recorded run, finished or still growing. Clones share everything, and every method takes `&self`, so that a
/// viewer may read while the simulation appends.
#[derive(Clone)]
pub struct Recording {
    shared: Arc<Shared>,
}

struct Shared {
    name: String,
    metadata: RecordingMetadata,
    scenario_toml: String,
    warning: Option<RecordingWarning>,
    source: Option<Box<dyn ByteSource>>,
    state: Mutex<State>,
}

struct State {
    blocks: VecDeque<Block>,
    tail: Vec<Arc<Frame>>,
    is_growing: bool,
    cache: Cache,
}

#[derive(Clone)]
struct Block {
    start: SimTime,
    end: SimTime,
    place: Place,
}

/// Where a closed block is kept.
#[derive(Clone)]
pub(super) enum Place {
    /// In the file: offset and length of its chunk.
    File { offset: u64, length: u64 },
    /// In memory, for a live run without a file.
    Memory(Arc<EncodedBlock>),
}

/// A stretch of frames: a closed block, or what the tail held when it was asked for.
enum Stretch {
    Closed(Block),
    Tail(Frames),
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, metadata) = (&self.shared.name, &self.shared.metadata);
        f.debug_struct("Recording").field("name", name).field("metadata", metadata).finish_non_exhaustive()
    }
}

impl Recording {
    /// Opens the recording in the file `path`. A recording without a proper end is opened as far as it goes, with a
    /// [`Recording::warning`].
    ///
    /// # Errors
    /// If the file cannot be read or is no recording.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let name = path.display().to_string();
        let opened = File::open(path);
        let file = opened.map_err(|source| RecordError::Io { name: name.clone(), action: "be opened", source })?;
        Self::from_source(name, Box::new(file))
    }

    /// Opens the recording in `source`, which errors call `name`.
    ///
    /// # Errors
    /// If the source cannot be read or is no recording.
    pub fn from_source(name: impl Into<String>, source: Box<dyn ByteSource>) -> Result<Self, RecordError> {
        let name = name.into();
        let contents = container::open(source.as_ref(), &name)?;
        let blocks = contents.blocks.into_iter().map(Block::from).collect();
        let state = State { blocks, tail: Vec::new(), is_growing: false, cache: Cache::new(DEFAULT_CACHE_BYTES) };
        let shared = Shared {
            name,
            metadata: contents.metadata,
            scenario_toml: contents.scenario_toml,
            warning: contents.warning,
            source: Some(source),
            state: Mutex::new(state),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// What the recording says about itself.
    pub fn metadata(&self) -> &RecordingMetadata {
        &self.shared.metadata
    }

    /// The effective scenario of the run.
    pub fn scenario_toml(&self) -> &str {
        &self.shared.scenario_toml
    }

    /// What is worth telling about the file.
    pub fn warning(&self) -> Option<&RecordingWarning> {
        self.shared.warning.as_ref()
    }

    /// Whether frames may still be appended.
    pub fn is_growing(&self) -> bool {
        self.state().is_growing
    }

    /// Time between two frames.
    pub fn frame_interval(&self) -> SimTime {
        self.shared.metadata.frame_interval
    }

    /// Time of the first frame; `None` before there is one.
    pub fn start(&self) -> Option<SimTime> {
        let state = self.state();
        state.blocks.front().map(|block| block.start).or_else(|| state.tail.first().map(|frame| frame.time))
    }

    /// Time of the last frame; `None` before there is one.
    pub fn end(&self) -> Option<SimTime> {
        let state = self.state();
        state.tail.last().map(|frame| frame.time).or_else(|| state.blocks.back().map(|block| block.end))
    }

    /// Limits the memory for decoded blocks. One block is always held, whatever the limit.
    pub fn set_cache_limit(&self, bytes: usize) {
        self.state().cache.set_limit(bytes);
    }

    /// The frame shown at `time`: the last one that is not later. Before the first frame it is the first.
    ///
    /// # Errors
    /// If there are no frames or the block that holds it cannot be read.
    pub fn frame_at(&self, time: SimTime) -> Result<Arc<Frame>, RecordError> {
        let frames = self.frames_of(self.stretch_at(time)?)?;
        let after = frames.partition_point(|frame| frame.time <= time);
        frames.get(after.saturating_sub(1)).map(Arc::clone).ok_or_else(|| self.empty())
    }

    /// The frames from `start` to `end`, both included, in the order of time. A block that cannot be read gives one
    /// error, then the next block follows. Of a growing recording it ends with what is there when it arrives.
    pub fn frames_between(&self, start: SimTime, end: SimTime) -> FramesBetween {
        FramesBetween { recording: self.clone(), next: Some(start), end, ready: VecDeque::new() }
    }

    /// Every frame.
    pub fn frames(&self) -> FramesBetween {
        self.frames_between(SimTime::from_millis(i64::MIN), SimTime::from_millis(i64::MAX))
    }

    /// Every event in the order of the run, read block by block; errors and growing as with
    /// [`Recording::frames_between`].
    pub fn events(&self) -> Events {
        Events { recording: self.clone(), next: Some(SimTime::from_millis(i64::MIN)), ready: Vec::new().into_iter() }
    }

    /// The digest of what was recorded; equals that of the run if every frame was recorded.
    ///
    /// # Errors
    /// If a block cannot be read.
    pub fn digest(&self) -> Result<String, RecordError> {
        let mut digest = Digest::new();
        for frame in self.frames() {
            digest.update(&*frame?);
        }
        Ok(digest.finish())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A reader that panicked has left nothing half done: every change below is a single step.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn empty(&self) -> RecordError {
        RecordError::Empty { name: self.shared.name.clone() }
    }

    /// The stretch with the last frame not later than `time`, or else the first one.
    fn stretch_at(&self, time: SimTime) -> Result<Stretch, RecordError> {
        let state = self.state();
        if state.tail.first().is_some_and(|frame| frame.time <= time || state.blocks.is_empty()) {
            return Ok(Stretch::Tail(state.tail.as_slice().into()));
        }
        let after = state.blocks.partition_point(|block| block.start <= time);
        let block = state.blocks.get(after.saturating_sub(1)).cloned();
        drop(state);
        block.map(Stretch::Closed).ok_or_else(|| self.empty())
    }

    /// The first stretch that has frames at `time` or later.
    fn stretch_from(&self, time: SimTime) -> Option<Stretch> {
        let state = self.state();
        let index = state.blocks.partition_point(|block| block.end < time);
        match state.blocks.get(index) {
            Some(block) => Some(Stretch::Closed(block.clone())),
            None => (!state.tail.is_empty()).then(|| Stretch::Tail(state.tail.as_slice().into())),
        }
    }

    fn frames_of(&self, stretch: Stretch) -> Result<Frames, RecordError> {
        if self.shared.metadata.mode != RecordMode::Full {
            return Err(RecordError::EventsOnly { name: self.shared.name.clone() });
        }
        let block = match stretch {
            Stretch::Tail(frames) => return Ok(frames),
            Stretch::Closed(block) => block,
        };
        if let Some(frames) = self.state().cache.get(block.start) {
            return Ok(frames);
        }
        // Decoded without the lock, so that the simulation need not wait for a reader.
        let frames = self.decode(&block)?;
        self.state().cache.insert(block.start, Arc::clone(&frames));
        Ok(frames)
    }

    fn decode(&self, block: &Block) -> Result<Frames, RecordError> {
        let encoded = self.read(block)?;
        let events = self.parse_events(block, &encoded)?;
        let decoded = decode_block(&encoded.state, events).map_err(|fault| self.damaged(block, &fault))?;
        let times = (decoded.first().map(|frame| frame.time), decoded.last().map(|frame| frame.time));
        if times != (Some(block.start), Some(block.end)) || !decoded.is_sorted_by(|a, b| a.time < b.time) {
            return Err(self.damaged(block, &"its times are not those of its index"));
        }
        Ok(decoded.into_iter().map(Arc::new).collect())
    }

    fn read(&self, block: &Block) -> Result<Arc<EncodedBlock>, RecordError> {
        match (&block.place, &self.shared.source) {
            (Place::Memory(encoded), _) => Ok(Arc::clone(encoded)),
            (&Place::File { offset, length }, Some(source)) => {
                let index = BlockIndex { start: block.start, end: block.end, offset, length };
                container::read_block(source.as_ref(), &self.shared.name, index).map(Arc::new)
            }
            (Place::File { .. }, None) => Err(self.empty()),
        }
    }

    fn parse_events(&self, block: &Block, encoded: &EncodedBlock) -> Result<Vec<TimedEvent>, RecordError> {
        decode_events(&encoded.events).map_err(|fault| self.damaged(block, &fault))
    }

    fn events_of(&self, stretch: &Stretch) -> Result<Vec<TimedEvent>, RecordError> {
        match stretch {
            Stretch::Closed(block) => self.parse_events(block, &*self.read(block)?),
            Stretch::Tail(frames) => Ok(frames.iter().flat_map(|frame| frame.events.iter().cloned()).collect()),
        }
    }

    fn damaged(&self, block: &Block, why: &dyn std::fmt::Display) -> RecordError {
        RecordError::DamagedBlock {
            name: self.shared.name.clone(),
            start: block.start,
            end: block.end,
            why: why.to_string(),
        }
    }
}

/// What the writer does to the recording it fills.
impl Recording {
    pub(super) fn growing(
        name: String,
        metadata: RecordingMetadata,
        scenario_toml: String,
        source: Option<Box<dyn ByteSource>>,
    ) -> Self {
        let cache = Cache::new(DEFAULT_CACHE_BYTES);
        let state = State { blocks: VecDeque::new(), tail: Vec::new(), is_growing: true, cache };
        let state = Mutex::new(state);
        Self { shared: Arc::new(Shared { name, metadata, scenario_toml, warning: None, source, state }) }
    }

    pub(super) fn append(&self, frame: Arc<Frame>) {
        self.state().tail.push(frame);
    }

    /// The tail has become a closed block.
    pub(super) fn close_tail(&self, place: Place) {
        let mut state = self.state();
        let times = state.tail.first().zip(state.tail.last()).map(|(first, last)| (first.time, last.time));
        if let Some((start, end)) = times {
            state.blocks.push_back(Block { start, end, place });
            state.tail.clear();
        }
    }

    pub(super) fn forget_oldest(&self) {
        self.state().blocks.pop_front();
    }

    pub(super) fn stop_growing(&self) {
        self.state().is_growing = false;
    }
}

impl From<BlockIndex> for Block {
    fn from(index: BlockIndex) -> Self {
        let BlockIndex { start, end, offset, length } = index;
        Self { start, end, place: Place::File { offset, length } }
    }
}

impl Stretch {
    /// The first time after it; `None` after the tail, where the next call would only find the same tail again.
    fn next(&self) -> Option<SimTime> {
        match self {
            Self::Closed(block) => block.end.millis().checked_add(1).map(SimTime::from_millis),
            Self::Tail(_) => None,
        }
    }

    fn start(&self) -> Option<SimTime> {
        match self {
            Self::Closed(block) => Some(block.start),
            Self::Tail(frames) => frames.first().map(|frame| frame.time),
        }
    }
}

/// Iterator of [`Recording::frames_between`].
#[derive(Debug)]
pub struct FramesBetween {
    recording: Recording,
    next: Option<SimTime>,
    end: SimTime,
    ready: VecDeque<Arc<Frame>>,
}

impl Iterator for FramesBetween {
    type Item = Result<Arc<Frame>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Some(Ok(frame));
            }
            let from = self.next?;
            let stretch = self.recording.stretch_from(from)?;
            if stretch.start()? > self.end {
                return None;
            }
            self.next = stretch.next();
            match self.recording.frames_of(stretch) {
                Ok(frames) => {
                    let wanted = frames.iter().filter(|frame| (from..=self.end).contains(&frame.time));
                    self.ready.extend(wanted.cloned());
                }
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}

/// Iterator of [`Recording::events`].
#[derive(Debug)]
pub struct Events {
    recording: Recording,
    next: Option<SimTime>,
    ready: std::vec::IntoIter<TimedEvent>,
}

impl Iterator for Events {
    type Item = Result<TimedEvent, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.ready.next() {
                return Some(Ok(event));
            }
            let stretch = self.recording.stretch_from(self.next?)?;
            self.next = stretch.next();
            match self.recording.events_of(&stretch) {
                Ok(events) => self.ready = events.into_iter(),
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}
