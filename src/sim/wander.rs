//! Random traffic: drones that are airborne from the start and fly from one random place to the next, wherever that is
//! permitted.

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Destination, Flight, Stage};
use crate::frame::SimEvent;
use crate::mission::{RandomFlight, Task};
use crate::traffic::route::{FlightPlan, PlanLimits, Waypoint, check_plan, planned};
use crate::units::{Altitude, MissionId, SimTime};
use crate::world::geo::Place;

/// Room that smoothing leaves to the ceiling, m: what a drone may overshoot.
const BELOW_CEILING_M: f64 = 10.0;

impl Simulation {
    /// Puts the drones of random traffic into the air, each over its first place. One that finds no permitted flight
    /// stays on the ground.
    pub(super) fn start_wanderers(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        for (mission, entry) in scenario.missions.iter().enumerate() {
            if !matches!(entry.task, Task::Wander { .. }) {
                continue;
            }
            let indices: Vec<usize> =
                (0..self.drones.len()).filter(|&index| self.drones[index].id.fleet == entry.fleet).collect();
            for index in indices {
                self.start_wandering(index, MissionId::from_index(mission));
            }
        }
    }

    fn start_wandering(&mut self, index: usize, mission: MissionId) {
        let wanderer = self.wanderer(index, mission);
        let Some(start) = wanderer.start() else { return };
        let Some(plan) = wanderer.way_from(start, 1) else { return };
        let drone = &mut self.drones[index];
        drone.state.position = plan.start().position;
        drone.home = drone.state.position;
        self.fly(index, mission, plan);
    }

    /// The next flight of a wandering drone, from the place that it has reached; back where it came from if no other
    /// place can be reached.
    pub(super) fn wander_on(&mut self, index: usize) {
        let drone = &self.drones[index];
        let (Some(sortie), Activity::Flying(flight)) = (&drone.sortie, &drone.activity) else { return };
        let (mission, waypoints) = (sortie.mission, flight.plan.waypoints.clone());
        let wanderer = self.wanderer(index, mission);
        let next = waypoints.last().and_then(|here| wanderer.way_from(here.place, drone.sorties + 1));
        let Some(plan) = next.or_else(|| wanderer.plan(waypoints[waypoints.len() - 1].place, waypoints[0].place))
        else {
            return;
        };
        self.finish_sortie(index);
        self.fly(index, mission, plan);
    }

    fn fly(&mut self, index: usize, mission: MissionId, plan: FlightPlan) {
        let now = self.now;
        let drone = &mut self.drones[index];
        let sortie = drone.begin_sortie(mission, now, None, None);
        drone.activity = Activity::Flying(Flight::new(Arc::new(plan), Stage::Cruise, Destination::Home, drone.home));
        self.happen(SimEvent::SortieStarted { sortie, mission, order: None, waited_ms: SimTime::ZERO });
    }

    fn wanderer(&self, index: usize, mission: MissionId) -> Wanderer<'_> {
        let drone = self.drones[index].id;
        let choices = RandomFlight::new(self.seed, drone, self.scenario.airspace.extent());
        let (height_agl_m, speed_mps) = choices.height_and_speed(&self.scenario.mission(mission).task);
        Wanderer { simulation: self, index, choices, height_agl_m, speed_mps }
    }
}

/// Finds permitted flights for one drone.
struct Wanderer<'a> {
    simulation: &'a Simulation,
    index: usize,
    choices: RandomFlight,
    height_agl_m: f64,
    speed_mps: f64,
}

impl Wanderer<'_> {
    /// The first of its choices that it may stand over.
    fn start(&self) -> Option<Place> {
        let scenario = &self.simulation.scenario;
        self.choices.places(0).find(|place| scenario.airspace.admits(place, Altitude::agl(self.height_agl_m)))
    }

    /// A permitted flight to the first of its choices for the place of `ordinal` that can be reached.
    fn way_from(&self, start: Place, ordinal: u32) -> Option<FlightPlan> {
        self.choices.places(ordinal).find_map(|end| self.plan(start, end))
    }

    fn plan(&self, start: Place, end: Place) -> Option<FlightPlan> {
        let scenario = &self.simulation.scenario;
        let aircraft = &scenario.fleets[self.simulation.drones[self.index].id.fleet.index()].aircraft;
        let airspace = &scenario.airspace;
        let band_agl_m = (airspace.clearance_m(), airspace.ceiling_agl_m() - BELOW_CEILING_M);
        let limits = PlanLimits { speed_mps: self.speed_mps, band_agl_m };
        let waypoint = |place| Waypoint { place, altitude: Altitude::agl(self.height_agl_m), hold: SimTime::ZERO };
        let plan = planned(&[waypoint(start), waypoint(end)], &scenario.terrain, aircraft, &limits).ok()?;
        check_plan(&plan, airspace).is_empty().then_some(plan)
    }
}
