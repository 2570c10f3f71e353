//! Random traffic: drones that are airborne from the start and fly from one random place to the next, wherever that is
//! permitted.

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Destination, Flight, Stage};
use crate::frame::SimEvent;
use crate::mission::{Mission, Task, Traffic, Wanderer};
use crate::traffic::route::FlightPlan;
use crate::units::{MissionId, SimTime};
use crate::world::airspace::Occasion;

/// How long a drone waits before it looks again for somewhere to go.
const LOOK_AGAIN: SimTime = SimTime::from_millis(10_000);

impl Simulation {
    /// Puts the drones of random traffic into the air, each over its first place. One that finds no permitted flight
    /// stays on the ground and is counted.
    pub(super) fn start_wanderers(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        for (mission, entry) in scenario.missions.iter().enumerate() {
            if !matches!(entry.task, Task::Traffic(Traffic::Wander(_))) {
                continue;
            }
            let indices: Vec<usize> =
                (0..self.drones.len()).filter(|&index| self.drones[index].id.fleet == entry.fleet).collect();
            for index in indices {
                let mission = MissionId::from_index(mission);
                match self.wanderer(index, mission).and_then(|wanderer| wanderer.first_flight()) {
                    Some(plan) => self.start_wandering(index, mission, plan),
                    None => self.counters.grounded += 1,
                }
            }
        }
    }

    /// A drone that the wind had put down sets out anew from its first place, if it may.
    pub(super) fn wander_again(&mut self, index: usize) {
        let fleet = self.drones[index].id.fleet;
        let is_its =
            |mission: &Mission| mission.fleet == fleet && matches!(mission.task, Task::Traffic(Traffic::Wander(_)));
        let Some(mission) = self.scenario.missions.iter().position(is_its).map(MissionId::from_index) else { return };
        let Some(plan) = self.wanderer(index, mission).and_then(|wanderer| wanderer.first_flight()) else {
            self.drones[index].activity = Activity::Stranded { until: self.now + LOOK_AGAIN };
            return;
        };
        let drone = self.drones[index].id;
        self.spots.clear(drone);
        self.happen(SimEvent::Fetched { drone });
        self.start_wandering(index, mission, plan);
    }

    fn start_wandering(&mut self, index: usize, mission: MissionId, plan: FlightPlan) {
        let drone = &mut self.drones[index];
        drone.state.position = plan.start().position;
        drone.home = drone.state.position;
        self.fly(index, mission, plan);
    }

    /// The next flight of a wandering drone, from the place that it has reached; where none is permitted it waits there,
    /// and looks again now and then.
    pub(super) fn wander_on(&mut self, index: usize) {
        let drone = &self.drones[index];
        let (Some(sortie), Activity::Flying(flight)) = (&drone.sortie, &drone.activity) else { return };
        if flight.waits_until > self.now {
            return;
        }
        let mission = sortie.mission;
        let wanderer = self.wanderer(index, mission);
        let Some(plan) = wanderer.and_then(|wanderer| wanderer.next_flight(&flight.plan, drone.sorties)) else {
            if let Activity::Flying(flight) = &mut self.drones[index].activity {
                flight.waits_until = self.now + LOOK_AGAIN;
            }
            return;
        };
        self.finish_sortie(index);
        self.fly(index, mission, plan);
    }

    fn fly(&mut self, index: usize, mission: MissionId, plan: FlightPlan) {
        let now = self.now;
        let drone = &mut self.drones[index];
        drone.equip(&self.scenario, self.seed, now);
        drone.zone = self.scenario.zones[mission.index()];
        let sortie = drone.begin_sortie(mission, now, None);
        drone.activity = Activity::Flying(Flight::new(Arc::new(plan), Stage::Cruise, Destination::Hold, drone.home));
        self.happen(SimEvent::SortieStarted { sortie, mission, order: None, waited_ms: SimTime::ZERO });
    }

    fn wanderer(&self, index: usize, mission: MissionId) -> Option<Wanderer<'_>> {
        let drone = self.drones[index].id;
        let Task::Traffic(Traffic::Wander(wander)) = &self.scenario.mission(mission).task else { return None };
        let fleet = &self.scenario.fleets[drone.fleet.index()];
        let occasion = Occasion::at(fleet.operator.as_deref(), self.scenario.clock.timestamp(self.now));
        Some(Wanderer::new(
            self.seed,
            self.scenario.entity(drone),
            wander,
            &fleet.aircraft,
            &self.scenario.airspace,
            occasion,
        ))
    }
}
