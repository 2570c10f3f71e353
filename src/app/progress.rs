//! How a run goes, for people who wait for it.

use std::time::Duration;

use crate::record::Recording;
use crate::sim::Simulation;
use crate::units::SimTime;

/// Wall time between two tellings, ms.
pub(super) const INTERVAL_MS: u128 = 100;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Simulated time.
    pub now: SimTime,
    /// Where it will end.
    pub until: SimTime,
    /// Wall time so far.
    pub elapsed: Duration,
    /// Encounters so far.
    pub encounters: u32,
    /// Losses of separation so far.
    pub losses_of_separation: u32,
    /// Most drones in the air so far.
    pub airborne_max: usize,
    /// Drones in the air now.
    pub airborne: usize,
}

impl Progress {
    pub(super) fn of(simulation: &Simulation, until: SimTime, elapsed: Duration) -> Self {
        let counters = simulation.counters();
        Self {
            now: simulation.now(),
            until,
            elapsed,
            encounters: counters.encounters,
            losses_of_separation: counters.losses_of_separation,
            airborne_max: counters.airborne_max,
            airborne: simulation.airborne(),
        }
    }

    /// Simulated time per wall time.
    pub fn real_time_factor(&self) -> f64 {
        self.now.seconds() / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Wall time left at the present speed.
    pub fn left(&self) -> Duration {
        let seconds = (self.until - self.now).seconds() / self.real_time_factor().max(1e-9);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

/// Somebody who watches a run.
pub trait Watch: Send {
    /// Told once, when the recording has begun: it grows from now on.
    fn begun(&mut self, _recording: &Recording) {}

    /// Told about ten times a second.
    fn tell(&mut self, progress: &Progress);
}

/// Watches in silence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Watch for Quiet {
    fn tell(&mut self, _: &Progress) {}
}
