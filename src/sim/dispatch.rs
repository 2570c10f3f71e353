//! Phase `dispatch`: who goes. A drone leaves when it is ready, its hub's departure interval has passed and, for a
//! delivery, a stand of the pad can be promised to it: nobody waits in the air for a stand, and nobody leaves towards a closure.

use std::sync::Arc;

use super::drone::{Activity, Destination, Flight, Origin, Spot, Stage};
use super::{Simulation, Waiting};
use crate::frame::SimEvent;
use crate::mission::{ReadyDrone, Task};
use crate::scenario::Route;
use crate::traffic::route::FlightPlan;
use crate::units::{FleetId, HubId, MissionId, PadId};
use crate::world::geo::{Position, Velocity};

impl Simulation {
    pub(super) fn dispatch(&mut self) {
        self.finish_turn_arounds();
        for index in 0..self.missions.len() {
            let mission = MissionId::from_index(index);
            if !self.missions[index].waiting.is_empty() && !self.is_grounded(mission) {
                while !self.missions[index].waiting.is_empty() && self.dispatch_one(mission) {}
            }
        }
    }

    fn finish_turn_arounds(&mut self) {
        for index in 0..self.drones.len() {
            let drone = &mut self.drones[index];
            if matches!(drone.activity, Activity::TurnAround { until } if until <= self.now) {
                drone.activity = Activity::Parked { since: self.now };
                let aircraft = &self.scenario.fleets[drone.id.fleet.index()].aircraft;
                drone.put_in_battery(self.air.full_battery_wh(&self.scenario, aircraft, &drone.home));
                let event = SimEvent::TurnAroundFinished { drone: drone.id };
                self.happen(event);
            }
        }
    }

    /// Sends a drone for the first thing that waits in `mission`, if one can go.
    fn dispatch_one(&mut self, mission: MissionId) -> bool {
        let scenario = Arc::clone(&self.scenario);
        let entry = scenario.mission(mission);
        let (Task::Deliver { route, out: plan, .. } | Task::Round { route, circuit: plan, .. }) = &entry.task else {
            return false;
        };
        let Route { from: hub, to, .. } = *scenario.route(*route);
        if self.hubs[hub.index()].next_departure > self.now || scenario.is_held(mission, self.now) {
            return false;
        }
        let stand = match to {
            Some(pad) => match self.free_stand(pad) {
                Some(stand) => Some((pad, stand)),
                None => return false,
            },
            None => None,
        };
        let Some(drone) = self.chosen_drone(entry.fleet) else { return false };
        let Some(waiting) = self.missions[mission.index()].waiting.pop_front() else { return false };
        self.send(drone, mission, plan, waiting, stand);
        self.hubs[hub.index()].next_departure = self.now + self.departure_interval(hub);
        true
    }

    fn departure_interval(&self, hub: HubId) -> crate::units::SimTime {
        self.scenario.hubs[hub.index()].departure_interval
    }

    /// On a stand or, with a winch, above it.
    pub(super) fn hand_over_place(&self, pad: PadId, stand: usize) -> Position {
        let pad = self.scenario.pad(pad);
        pad.stands[stand] + Velocity::new(0.0, 0.0, pad.winch_agl_m.unwrap_or(0.0))
    }

    /// Index of the drone that the dispatcher sends.
    fn chosen_drone(&self, fleet: FleetId) -> Option<usize> {
        let (indices, ready): (Vec<usize>, Vec<ReadyDrone>) = self
            .drones
            .iter()
            .enumerate()
            .filter(|(_, drone)| drone.id.fleet == fleet && drone.faults.is_sound())
            .filter_map(|(index, drone)| match drone.activity {
                Activity::Parked { since } => Some((index, ReadyDrone { drone: drone.id, ready_since: since })),
                _ => None,
            })
            .unzip();
        if ready.is_empty() {
            return None;
        }
        self.dispatcher.choose(&ready).and_then(|choice| indices.get(choice).copied())
    }

    fn send(
        &mut self,
        index: usize,
        mission: MissionId,
        plan: &Arc<FlightPlan>,
        waiting: Waiting,
        stand: Option<(PadId, usize)>,
    ) {
        let now = self.now;
        let (destination, landing) = match stand {
            Some((pad, stand)) => (Destination::Pad(pad), self.hand_over_place(pad, stand)),
            None => (Destination::Home, self.drones[index].home),
        };
        let aircraft = &self.scenario.fleets[self.drones[index].id.fleet.index()].aircraft;
        let full_wh = self.air.full_battery_wh(&self.scenario, aircraft, &self.drones[index].home);
        let drone = &mut self.drones[index];
        // It may be colder than when it was turned around.
        drone.put_in_battery(full_wh);
        let sortie = drone.begin_sortie(mission, now, waiting.order);
        drone.equip(&self.scenario, self.seed, now);
        let flight = Flight::new(Arc::clone(plan), Stage::TakeOff, destination, landing);
        let flight = flight.from(Origin::Home).needing(self.needs_now(mission, plan), now);
        self.drones[index].activity = Activity::Flying(flight);
        if let Some((pad, stand)) = stand {
            self.take(index, Spot::Stand(pad, stand));
        }
        self.happen(SimEvent::SortieStarted {
            sortie,
            mission,
            order: waiting.order.map(|order| order.id),
            waited_ms: now - waiting.since,
        });
    }
}
