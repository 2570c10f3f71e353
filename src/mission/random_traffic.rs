//! Random traffic: where each wandering drone starts, how high and fast it flies, and where it goes next.

use super::Task;
use crate::units::{DroneId, Purpose, RandomStream};
use crate::world::geo::{Place, Rectangle};

/// Choices for one place: in an area of which half may be flown, one of 65 000 finds none.
const CHOICES: u64 = 16;

/// The random choices of one wandering drone, each a function of (seed, drone, step).
#[derive(Clone, Copy, Debug)]
pub struct RandomFlight {
    stream: RandomStream,
    area: Rectangle,
}

impl RandomFlight {
    /// The choices of `drone`, all places inside `area`.
    pub const fn new(seed: u64, drone: DroneId, area: Rectangle) -> Self {
        Self { stream: RandomStream::new(seed, Purpose::Traffic, drone.key() as u64), area }
    }

    /// The choices for the `ordinal`-th place it visits, in the order of preference; number 0 is where it starts.
    pub fn places(self, ordinal: u32) -> impl Iterator<Item = Place> {
        let size = self.area.size();
        let coordinate =
            move |low: f64, extent: f64, step| ((low + extent * self.stream.uniform(step)) * 1000.0).round() / 1000.0;
        (0..CHOICES).map(move |choice| {
            let step = 2 + 2 * (CHOICES * u64::from(ordinal) + choice);
            Place::new(coordinate(self.area.low.x, size.x, step), coordinate(self.area.low.y, size.y, step + 1))
        })
    }

    /// Height above ground, m, and speed over ground, m/s, for good. Zero for tasks that do not wander.
    pub fn height_and_speed(&self, task: &Task) -> (f64, f64) {
        match task {
            Task::Wander { altitude_agl_m, speed_mps } => (
                self.stream.between(0, altitude_agl_m.0, altitude_agl_m.1),
                self.stream.between(1, speed_mps.0, speed_mps.1),
            ),
            Task::Deliver { .. } | Task::Round { .. } => (0.0, 0.0),
        }
    }
}
