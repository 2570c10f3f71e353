//! Straight traffic: drones that are in the air from the start, fly straight on, and are gone where the area ends.

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Drone, StraightFlight};
use crate::aircraft::Kinematics;
use crate::frame::SimEvent;
use crate::mission::{Mission, Task, Traffic, straight_stream};
use crate::traffic::route::StraightCourse;
use crate::units::{MissionId, SimTime};
use crate::world::airspace::{Airspace, Occasion};
use crate::world::geo::{Position, Velocity};

impl Simulation {
    /// Puts the drones of straight traffic into the air, each at full speed. One that finds no permitted course stays on the
    /// ground and is counted.
    pub(super) fn start_straight(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        for (index, mission) in scenario.missions.iter().enumerate() {
            if !matches!(mission.task, Task::Traffic(Traffic::Straight(_) | Traffic::Given(_))) {
                continue;
            }
            for drone in 0..self.drones.len() {
                if self.drones[drone].id.fleet != mission.fleet {
                    continue;
                }
                match self.course_of(&self.drones[drone], mission) {
                    Some(course) => self.set_out(drone, MissionId::from_index(index), course),
                    None => self.counters.grounded += 1,
                }
            }
        }
    }

    fn course_of(&self, drone: &Drone, mission: &Mission) -> Option<StraightCourse> {
        let ordinal = drone.id.ordinal;
        match &mission.task {
            Task::Traffic(Traffic::Straight(straight)) => {
                let fleet = &self.scenario.fleets[drone.id.fleet.index()];
                let occasion = Occasion::at(fleet.operator.as_deref(), self.scenario.clock.timestamp(self.now));
                let stream = straight_stream(self.seed, self.scenario.entity(drone.id));
                straight.course(ordinal, stream, (&self.scenario.airspace, &occasion))
            }
            Task::Traffic(Traffic::Given(courses)) => courses.get(usize::from(ordinal)).copied(),
            _ => None,
        }
    }

    fn set_out(&mut self, index: usize, mission: MissionId, course: StraightCourse) {
        let now = self.now;
        let drone = &mut self.drones[index];
        drone.home = course.from;
        drone.state = Kinematics { position: course.from, velocity: course.velocity };
        drone.equip(&self.scenario, self.seed, now);
        drone.zone = self.scenario.zones[mission.index()];
        let sortie = drone.begin_sortie(mission, now, None);
        drone.activity = Activity::Straight(StraightFlight { course, command: course.velocity });
        self.happen(SimEvent::SortieStarted { sortie, mission, order: None, waited_ms: SimTime::ZERO });
    }

    /// A drone is gone, and nobody takes its place.
    pub(super) fn leave_area(&mut self, index: usize) {
        let drone = &mut self.drones[index];
        drone.activity = Activity::Left;
        drone.state.velocity = Velocity::zeros();
        self.finish_sortie(index);
    }
}

impl StraightFlight {
    /// Sets the command for the next step.
    pub(super) fn guide(&mut self, state: &Kinematics, airspace: &Airspace) {
        let band_m = [airspace.clearance_m(), airspace.ceiling_agl_m()];
        self.command = self.course.command(&state.position, airspace.terrain(), band_m);
    }

    /// Whether it is at its end or out of the area.
    pub(super) fn has_left(&self, at: &Position, airspace: &Airspace) -> bool {
        self.course.along_m(at) >= self.course.length_m || !airspace.contains(&at.xy())
    }
}
