//! Drones that came down away from their hub, until they are fetched.

use crate::aircraft::{Fault, Kinematics};
use crate::frame::{SimEvent, Trouble};
use crate::sim::Simulation;
use crate::sim::advance::turn_around;
use crate::sim::drone::Activity;
use crate::sim::emit::centimetres;

impl Simulation {
    /// A drone is on the ground away from its hub.
    pub(in crate::sim) fn strand(&mut self, index: usize) {
        let until = self.now + self.scenario.policy.fetch;
        let trouble = self.why_down(index);
        let drone = &mut self.drones[index];
        if let Some(ground_m) = self.scenario.terrain.ground_amsl_m(&drone.state.position.xy()) {
            drone.state.position.z = ground_m;
        }
        drone.state = Kinematics::at_rest(drone.state.position);
        drone.activity = Activity::Stranded { until };
        let [east_cm, north_cm] = [drone.state.position.x, drone.state.position.y].map(centimetres);
        let (drone, position) = (drone.id, drone.state.position);
        self.give_up(index, trouble);
        self.finish_sortie(index);
        self.leave(index);
        self.spots.come_down(drone, position);
        self.happen(SimEvent::Stranded { drone, trouble, east_cm, north_cm });
    }

    /// What brought a drone down.
    fn why_down(&self, index: usize) -> Trouble {
        let drone = &self.drones[index];
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        let known = drone.trouble.as_ref().map(|state| state.trouble);
        known.or(drone.sortie.as_ref().and_then(|sortie| sortie.aborted)).unwrap_or_else(|| {
            if drone.faults.is_failed(Fault::Motor) {
                Trouble::MotorFault
            } else if self.is_in_bad_weather(drone, fleet) {
                Trouble::Weather
            } else if drone.is_blind() {
                Trouble::NavigationLoss
            } else {
                Trouble::LowBattery
            }
        })
    }

    /// A drone that came down elsewhere is on its hub again, when it is time; one of random traffic sets out anew.
    pub(super) fn fetch(&mut self, index: usize) {
        let now = self.now;
        let drone = &mut self.drones[index];
        if !matches!(drone.activity, Activity::Stranded { until } if until <= now) {
            return;
        }
        let id = drone.id;
        let fleet = &self.scenario.fleets[id.fleet.index()];
        if fleet.hub.is_none() {
            return self.wander_again(index);
        }
        let turn_around = turn_around(fleet, drone.battery_wh / drone.full_wh);
        drone.state = Kinematics::at_rest(drone.home);
        drone.activity = Activity::TurnAround { until: now + turn_around };
        self.spots.clear(id);
        self.happen(SimEvent::Fetched { drone: id });
        self.mend(index);
    }
}
