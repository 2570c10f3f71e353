//! Phase `dispatch`: who goes. A drone leaves when it is ready, its hub's departure interval has passed and, for a
//! delivery, a stand of the pad can be promised to it: nobody waits in the air for a stand, and nobody leaves towards a closure.

use std::sync::Arc;

use super::drone::{Activity, Applicant, Clearance, Destination, Filing, Flight, FlownWays, Origin, Spot, Stage};
use super::{Departure, Simulation, Waiting};
use crate::frame::SimEvent;
use crate::mission::{ReadyDrone, Task};
use crate::scenario::Route;
use crate::units::{FleetId, HubId, MissionId, PadId};
use crate::world::geo::{Position, Velocity};

impl Simulation {
    pub(super) fn dispatch(&mut self) {
        self.finish_turn_arounds();
        self.leave_when_due();
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

    /// Clears a drone for the first thing that waits in `mission`, if one can go.
    fn dispatch_one(&mut self, mission: MissionId) -> bool {
        let scenario = Arc::clone(&self.scenario);
        let entry = scenario.mission(mission);
        let (Task::Deliver { route, .. } | Task::Round { route, .. }) = &entry.task else { return false };
        let Route { from: hub, to, .. } = *scenario.route(*route);
        let asks_later = self.missions[mission.index()].asks_again > self.now;
        if asks_later || self.is_leaving(hub) || scenario.is_held(mission, self.now) {
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
        let applicant = Applicant { drone, mission, hub, stand };
        let filing = if self.reservations.are_filed() {
            let Some(filing) = self.reserve(applicant) else { return false };
            Some(filing)
        } else {
            None
        };
        let Some(waiting) = self.missions[mission.index()].waiting.pop_front() else { return false };
        self.clear(applicant, filing, waiting);
        true
    }

    /// Whether somebody has left a hub so shortly before that nobody else may now.
    fn is_leaving(&mut self, hub: HubId) -> bool {
        let (now, interval) = (self.now, self.scenario.hubs[hub.index()].departure_interval);
        let departures = &mut self.hubs[hub.index()].departures;
        departures.retain(|departure| departure.at + interval > now);
        departures.iter().any(|departure| departure.at <= now)
    }

    /// A drone leaves when its time comes, which may be now.
    fn clear(&mut self, applicant: Applicant, filing: Option<Filing>, waiting: Waiting) {
        let Applicant { drone: index, mission, hub, stand } = applicant;
        let preferred = || FlownWays::preferred(self.scenario.mission(mission));
        let Some(ways) = filing.as_ref().map(|filing| filing.ways.clone()).or_else(preferred) else { return };
        let departs = filing.as_ref().map_or(self.now, |filing| filing.departs);
        if filing.is_none() {
            self.hubs[hub.index()].departures.push(Departure { at: departs, by: None });
        }
        let clearance = Clearance { departs, mission, hub, waiting, ways, stand };
        self.drones[index].activity = Activity::Cleared(clearance);
        self.drones[index].filing = filing;
        if let Some((pad, stand)) = stand {
            self.take(index, Spot::Stand(pad, stand));
        }
        self.leave_if_due(index);
    }

    /// Those that were cleared leave when their time has come.
    fn leave_when_due(&mut self) {
        (0..self.drones.len()).for_each(|index| self.leave_if_due(index));
    }

    fn leave_if_due(&mut self, index: usize) {
        let Activity::Cleared(Clearance { departs, mission, stand, ref ways, .. }) = self.drones[index].activity else {
            return;
        };
        if departs > self.now {
            return;
        }
        let may_leave = self.drones[index].faults.is_sound()
            && stand.is_none_or(|(pad, stand)| self.may_be_used(pad, stand))
            && self.lets_leave(mission, ways)
            && !self.scenario.is_held(mission, self.now);
        if !may_leave {
            return self.cancel(index);
        }
        if !self.is_still_free(index) {
            self.fit_again(index, None);
        }
        if matches!(&self.drones[index].activity, Activity::Cleared(clearance) if clearance.departs <= self.now) {
            self.lift_off(index);
        }
    }

    /// A drone that was cleared stays, and what it was to do waits again.
    pub(super) fn cancel(&mut self, index: usize) {
        let parked = Activity::Parked { since: self.now };
        let Activity::Cleared(clearance) = std::mem::replace(&mut self.drones[index].activity, parked) else { return };
        let asked = self.drones[index].filing.as_ref().map(|filing| filing.asked);
        self.missions[clearance.mission.index()].enqueue(Waiting { asked, ..clearance.waiting });
        let filed = self.drones[index].filing.as_ref().map(|filing| filing.id);
        let sortie = self.drones[index].next_sortie();
        self.forget_departure(clearance.hub, clearance.departs, filed);
        self.happen_all(filed.map(|_| SimEvent::IntentWithdrawn { sortie }));
        self.withdraw(index);
        self.leave(index);
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

    fn lift_off(&mut self, index: usize) {
        let now = self.now;
        let parked = Activity::Parked { since: now };
        let Activity::Cleared(clearance) = std::mem::replace(&mut self.drones[index].activity, parked) else { return };
        let Clearance { mission, waiting, ways, stand, .. } = clearance;
        let (destination, landing) = match stand {
            Some((pad, stand)) => (Destination::Pad(pad), self.hand_over_place(pad, stand)),
            None => (Destination::Home, self.drones[index].home),
        };
        let aircraft = &self.scenario.fleets[self.drones[index].id.fleet.index()].aircraft;
        let full_wh = self.air.full_battery_wh(&self.scenario, aircraft, &self.drones[index].home);
        let drone = &mut self.drones[index];
        // It may be colder than when it was turned around.
        drone.put_in_battery(full_wh);
        drone.zone = self.scenario.zones[mission.index()];
        let sortie = drone.begin_sortie(mission, now, waiting.order);
        drone.equip(&self.scenario, self.seed, now);
        let needs = self.needs_now(mission, &ways);
        let flight = Flight::new(ways.out, Stage::TakeOff, destination, landing);
        self.drones[index].activity = Activity::Flying(flight.from(Origin::Home).needing(needs, now));
        self.activate(index, mission);
        self.happen(SimEvent::SortieStarted {
            sortie,
            mission,
            order: waiting.order.map(|order| order.id),
            waited_ms: now - waiting.since,
        });
    }
}
