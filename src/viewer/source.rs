//! Where the viewer gets what happened: one small seam to a recording, finished or still growing.

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
    fn frame_at(&self, time: SimTime) -> Result<Arc<Frame>, SourceError>;

    /// Time of the first frame.
    fn start(&self) -> SimTime;

    /// Time of the last frame; grows while a run is being recorded.
    fn end(&self) -> SimTime;

    /// Whether a run is still being recorded into it.
    fn is_growing(&self) -> bool;

    /// Everything that happened so far, in the order of time.
    ///
    /// # Errors
    /// When the recording cannot be read.
    fn events(&self) -> Result<Vec<TimedEvent>, SourceError>;
}

/// A recording that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct SourceError(pub String);

impl From<RecordError> for SourceError {
    fn from(error: RecordError) -> Self {
        Self(error.to_string())
    }
}

impl Source for Recording {
    fn frame_at(&self, time: SimTime) -> Result<Arc<Frame>, SourceError> {
        Ok(self.frame_at(time)?)
    }

    fn start(&self) -> SimTime {
        self.start().unwrap_or_default()
    }

    fn end(&self) -> SimTime {
        self.end().unwrap_or_default()
    }

    fn is_growing(&self) -> bool {
        self.is_growing()
    }

    fn events(&self) -> Result<Vec<TimedEvent>, SourceError> {
        Ok(self.events().collect::<Result<_, _>>()?)
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
