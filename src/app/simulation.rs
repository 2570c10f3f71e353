//! The simulation as a Bevy plugin: one resource, stepped by its own single-threaded schedule. See [`SimulationPlugin`].

use std::sync::Arc;

use bevy::app::{App, Plugin};
use bevy::ecs::prelude::*;
use bevy::ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

use super::part_times::{PartTimes, Stopwatch};
use crate::frame::Frame;
use crate::sim::{Simulation, SimulationError};

/// The schedule of one simulation step. It is run explicitly: `FixedUpdate` follows the wall clock and skips steps.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub struct SimStep;

/// The simulation of this app.
#[derive(Resource)]
pub struct SimulationResource(pub Simulation);

/// Why the simulation of this app cannot go on.
#[derive(Resource, Default)]
pub struct SimulationFault(pub Option<SimulationError>);

/// The frame emitted by the latest step, if that step was due to emit one.
#[derive(Resource, Default)]
pub struct CurrentFrame(pub Option<Arc<Frame>>);

/// Steps a simulation in the schedule [`SimStep`] and leaves each due frame in [`CurrentFrame`].
pub struct SimulationPlugin(std::sync::Mutex<Option<Simulation>>);

impl SimulationPlugin {
    /// The plugin for one simulation.
    pub fn new(simulation: Simulation) -> Self {
        Self(std::sync::Mutex::new(Some(simulation)))
    }
}

impl Plugin for SimulationPlugin {
    fn build(&self, app: &mut App) {
        let simulation = self.0.lock().ok().and_then(|mut slot| slot.take());
        if let Some(mut simulation) = simulation {
            let first = Arc::new(simulation.frame());
            app.insert_resource(SimulationResource(simulation)).insert_resource(CurrentFrame(Some(first)));
            app.init_resource::<SimulationFault>().init_resource::<PartTimes>();
        }
        let mut schedule = Schedule::new(SimStep);
        // One thread, a fixed order, and an error where the order is not fixed: results must not hang on the executor.
        schedule.set_executor(SingleThreadedExecutor::new());
        schedule.set_build_settings(ScheduleBuildSettings {
            ambiguity_detection: LogLevel::Error,
            ..ScheduleBuildSettings::default()
        });
        schedule.add_systems((step, emit).chain());
        app.add_schedule(schedule);
    }
}

fn step(mut simulation: ResMut<SimulationResource>, mut fault: ResMut<SimulationFault>, mut times: ResMut<PartTimes>) {
    let mut watch = Stopwatch::start();
    fault.0 = simulation.0.step_watched(&mut |part| *times.of(part) += watch.lap_s()).err();
}

/// Leaves the frame of this instant, if one is due. A step that failed half way leaves none.
#[expect(clippy::needless_pass_by_value, reason = "Bevy hands system parameters over by value")]
pub(super) fn emit(
    fault: Res<SimulationFault>,
    mut simulation: ResMut<SimulationResource>,
    mut current: ResMut<CurrentFrame>,
    mut times: ResMut<PartTimes>,
) {
    let mut watch = Stopwatch::start();
    let interval = simulation.0.scenario().clock.frame_interval;
    let due = fault.0.is_none() && (simulation.0.now().is_tick_of(interval) || simulation.0.is_finished());
    current.0 = due.then(|| Arc::new(simulation.0.frame()));
    times.emit_s += watch.lap_s();
}
