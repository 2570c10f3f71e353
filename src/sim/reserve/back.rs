//! The way back of a drone that is on its pad.

use std::sync::Arc;

use crate::frame::SimEvent;
use crate::sim::Simulation;
use crate::sim::drone::Filing;
use crate::sim::emit::volume_samples;
use crate::traffic::intent::{FlightRequest, IntentState};
use crate::traffic::route::FlightPlan;
use crate::units::{MissionId, SimTime};

/// After a refusal, how long a drone waits before it asks for its way back again: it may have to hover meanwhile.
const ASK_AGAIN: SimTime = SimTime::from_millis(10_000);

impl Simulation {
    /// Whether the time has come, in this step, for a drone on a pad to set out on its way back.
    pub(in crate::sim) fn is_due_back(&self, index: usize) -> bool {
        let departure = self.drones[index].filing.as_ref().and_then(|filing| filing.leaves_pad);
        departure.is_some_and(|departure| departure <= self.now && self.now - self.scenario.clock.step < departure)
    }

    /// Whether a drone on a pad may set out on its way back now. Who is late, or into whose way somebody has come, asks again.
    pub(in crate::sim) fn is_cleared_back(&mut self, index: usize, mission: MissionId, back: &Arc<FlightPlan>) -> bool {
        let now = self.now;
        let Some(filing) = &self.drones[index].filing else { return true };
        match filing.leaves_pad {
            Some(departure) if departure > now => false,
            Some(departure) if now - departure <= self.scenario.tolerances.late && self.is_still_free(index) => true,
            _ if filing.asks_back > now => false,
            _ => self.asks_for_the_way_back(index, mission, back),
        }
    }

    /// Reserves the way back anew; whether it is free at once.
    fn asks_for_the_way_back(&mut self, index: usize, mission: MissionId, plan: &Arc<FlightPlan>) -> bool {
        let Some(Filing { id, leaves_pad: before, .. }) = self.drones[index].filing else { return true };
        let back = self.way_back(index, plan);
        let candidates = [back.candidate.clone()];
        let request = FlightRequest {
            priority: self.scenario.mission(mission).kind.priority(),
            candidates: &candidates,
            earliest: self.now,
            patience: self.scenario.patience,
            step: self.scenario.clock.step,
            busy: &[],
        };
        // Its own old reservation is not in its way.
        let Some(own) = self.reservations.filed.remove(id) else { return true };
        let state = own.state;
        let answer = self.reservations.strategy.fit(&request, &self.reservations.filed);
        self.reservations.filed.file(id, own);
        let granted = match answer {
            Ok(granted) if granted.is_of(&candidates) => granted,
            refused => {
                self.put_off(index);
                let blocking = self.first_of(refused);
                self.happen(SimEvent::IntentRefused { mission, blocking });
                return false;
            }
        };
        let departure = granted.departures[0];
        // Who hovers over a winch cannot keep his place for later: what he flies meanwhile is reserved as that of a stray.
        if departure > self.now && self.drones[index].is_airborne() {
            self.put_off(index);
            return false;
        }
        let volumes = granted.volumes(&candidates);
        let samples = volume_samples(&volumes);
        self.reservations.update(id, IntentState::Activated, (volumes, back.path(&granted.departures)), self.now);
        if let Some(filing) = &mut self.drones[index].filing {
            (filing.leaves_pad, filing.filed, filing.updated) = (Some(departure), self.now, self.now);
        }
        if let Some(sortie) = self.reservations.sortie(id) {
            let delay_ms = departure - before.unwrap_or(self.now);
            let changed = SimEvent::IntentChanged { sortie, before: state, state: IntentState::Activated };
            self.happen(SimEvent::IntentUpdated { sortie, volumes: samples });
            self.happen(SimEvent::IntentMoved { sortie, mission, by: None, delay_ms });
            self.happen_all((state != IntentState::Activated).then_some(changed));
            granted.moved.iter().for_each(|moved| self.move_for(*moved, sortie));
        }
        departure <= self.now
    }

    fn put_off(&mut self, index: usize) {
        let again = self.now + ASK_AGAIN;
        if let Some(filing) = &mut self.drones[index].filing {
            (filing.leaves_pad, filing.asks_back) = (None, again);
        }
    }
}
