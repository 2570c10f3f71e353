//! Where the viewer gets what happened: one small seam to a recording, finished or still growing, so that tests can
//! show it what no run would produce.

use std::sync::Arc;

use bevy::prelude::Resource;

use crate::frame::{Frame, SimTime, TimedEvent};
use crate::record::{RecordError, Recording};

/// What can be looked at: a recording that answers for any instant between its start and its end.
pub trait Source: Send + Sync + 'static {
    /// The last frame at or before `time`.
    ///
    /// # Errors
    /// When the recording cannot be read there.
    fn frame_at(&self, time: SimTime) -> Result<Arc<Frame>, RecordError>;

    /// Time of the first frame; zero before there is one.
    fn start(&self) -> SimTime;

    /// Time of the last frame, zero before there is one; grows while a run is being recorded.
    fn end(&self) -> SimTime;

    /// Whether a run is still being recorded into it.
    fn is_growing(&self) -> bool;

    /// Everything that happened so far, in the order of time.
    ///
    /// # Errors
    /// When the recording cannot be read.
    fn events(&self) -> Result<Vec<TimedEvent>, RecordError>;
}

impl Source for Recording {
    fn frame_at(&self, time: SimTime) -> Result<Arc<Frame>, RecordError> {
        Self::frame_at(self, time)
    }

    fn start(&self) -> SimTime {
        Self::start(self).unwrap_or_default()
    }

    fn end(&self) -> SimTime {
        Self::end(self).unwrap_or_default()
    }

    fn is_growing(&self) -> bool {
        Self::is_growing(self)
    }

    fn events(&self) -> Result<Vec<TimedEvent>, RecordError> {
        Self::events(self).collect()
    }
}

/// The recording being shown.
#[derive(Resource, Clone)]
pub struct Replay {
    /// Where frames come from.
    pub source: Arc<dyn Source>,
    /// What went wrong when it was last read, if anything.
    pub trouble: Option<String>,
}

impl Replay {
    /// A replay of `source`.
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self { source, trouble: None }
    }
}
