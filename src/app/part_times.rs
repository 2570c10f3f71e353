//! What the parts of a run cost in wall time.

use std::time::Instant;

use bevy::ecs::prelude::Resource;
use serde::Serialize;

use crate::sim::Part;

/// Wall time of the parts of a run, s.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PartTimes {
    /// What becomes due, who goes, what is done about troubles.
    pub decide_s: f64,
    /// Guidance, motion and energy, sensing.
    pub move_s: f64,
    /// Detection of conflicts.
    pub detect_s: f64,
    /// Their resolution.
    pub resolve_s: f64,
    /// Making frames of it.
    pub emit_s: f64,
    /// Digest, tables and recording.
    pub record_s: f64,
}

impl PartTimes {
    pub(super) const fn of(&mut self, part: Part) -> &mut f64 {
        match part {
            Part::Decide => &mut self.decide_s,
            Part::Move => &mut self.move_s,
            Part::Detect => &mut self.detect_s,
            Part::Resolve => &mut self.resolve_s,
        }
    }

    /// All of them together, s.
    pub const fn total_s(&self) -> f64 {
        self.decide_s + self.move_s + self.detect_s + self.resolve_s + self.emit_s + self.record_s
    }
}

/// Measures one part after the other.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "what a part costs is wall time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start or the last lap, s.
    pub fn lap_s(&mut self) -> f64 {
        let now = Self::start();
        let lap_s = now.0.duration_since(self.0).as_secs_f64();
        *self = now;
        lap_s
    }
}
