//! Decoded blocks, the most recently used ones, within a limit of memory.

use std::sync::Arc;

use crate::frame::{ConflictSample, DroneSample, Frame, TimedEvent};
use crate::units::SimTime;

/// The frames of a decoded block.
pub(super) type Frames = Arc<[Arc<Frame>]>;

/// Decoded blocks by the time of their first frame, the most recently used last.
#[derive(Debug)]
pub(super) struct Cache {
    limit_bytes: usize,
    held_bytes: usize,
    blocks: Vec<(SimTime, usize, Frames)>,
}

impl Cache {
    pub const fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, held_bytes: 0, blocks: Vec::new() }
    }

    pub fn set_limit(&mut self, limit_bytes: usize) {
        self.limit_bytes = limit_bytes;
        self.shrink();
    }

    /// The block that begins at `start`, if it is held; it becomes the most recently used one.
    pub fn get(&mut self, start: SimTime) -> Option<Frames> {
        // From the back: playback asks for the same block again and again.
        let index = self.blocks.iter().rposition(|(time, ..)| *time == start)?;
        self.blocks[index..].rotate_left(1);
        self.blocks.last().map(|(.., frames)| Arc::clone(frames))
    }

    pub fn insert(&mut self, start: SimTime, frames: Frames) {
        if self.get(start).is_some() {
            return;
        }
        let bytes = frames.iter().map(|frame| memory_of(frame)).sum();
        self.held_bytes += bytes;
        self.blocks.push((start, bytes, frames));
        self.shrink();
    }

    /// Drops the least recently used blocks; one is always kept, or nothing could be played.
    fn shrink(&mut self) {
        while self.held_bytes > self.limit_bytes && self.blocks.len() > 1 {
            let (_, bytes, _) = self.blocks.remove(0);
            self.held_bytes -= bytes;
        }
    }
}

/// Memory that a frame takes, near enough: contents and the frame itself.
fn memory_of(frame: &Frame) -> usize {
    size_of::<Frame>()
        + size_of_val::<[DroneSample]>(&frame.drones)
        + size_of_val::<[ConflictSample]>(&frame.conflicts)
        + size_of_val::<[TimedEvent]>(&frame.events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::samples::flight;

    fn block(second: i64) -> (SimTime, Frames) {
        let time = SimTime::from_millis(second * 1000);
        (time, Arc::from([Arc::new(flight(10, time, 0))]))
    }

    #[test]
    fn drops_the_least_recently_used() {
        let bytes = memory_of(&flight(10, SimTime::ZERO, 0));
        let mut cache = Cache::new(2 * bytes);
        for second in [0, 1] {
            let (time, frames) = block(second);
            cache.insert(time, frames);
        }
        assert!(cache.get(SimTime::ZERO).is_some());
        let (time, frames) = block(2);
        cache.insert(time, frames);
        assert!(cache.get(SimTime::from_millis(1000)).is_none());
        assert!(cache.get(SimTime::ZERO).is_some());
        cache.set_limit(0);
        assert_eq!(cache.blocks.len(), 1);
        assert_eq!(cache.held_bytes, bytes);
    }
}
