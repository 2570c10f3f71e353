//! Which ready drone takes the next task.

use crate::units::{DroneId, SimTime};

/// A drone that could go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadyDrone {
    /// Which.
    pub drone: DroneId,
    /// Since when it has been ready.
    pub ready_since: SimTime,
}

/// Chooses among ready drones. A researcher's own implementation is registered with `Algorithms`.
pub trait Dispatcher: Send + Sync {
    /// Index in `ready` of the drone to send, `None` to let the task wait. `ready` is never empty and in the order of
    /// drone ids; the answer must depend on the arguments alone.
    fn choose(&self, ready: &[ReadyDrone]) -> Option<usize>;
}

/// Sends the drone that has been ready longest, which spreads wear over the fleet. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct LongestReady;

impl Dispatcher for LongestReady {
    fn choose(&self, ready: &[ReadyDrone]) -> Option<usize> {
        (0..ready.len()).min_by_key(|&index| (ready[index].ready_since, ready[index].drone))
    }
}

/// Sends the drone with the smallest id: the plain baseline.
#[derive(Clone, Copy, Debug, Default)]
pub struct InOrder;

impl Dispatcher for InOrder {
    fn choose(&self, ready: &[ReadyDrone]) -> Option<usize> {
        (!ready.is_empty()).then_some(0)
    }
}
