//! Phase `conform`: whether drones keep to what was reserved for them. Who does not is reserved what he will fly instead, so that
//! those who leave later see it.

use super::Simulation;
use super::drone::{Activity, Destination, Flight, Stage};
use super::emit::volume_samples;
use crate::frame::SimEvent;
use crate::traffic::intent::{IntentState, Volume4D, reserved};
use crate::units::SimTime;

/// How often what is reserved is brought up to date for who does not keep to it (ASTM F3548-21: at least every 5 s).
const UPDATE_EVERY: SimTime = SimTime::from_millis(5000);
/// How far ahead who holds is taken to hold.
const HOLDS: SimTime = SimTime::from_millis(120_000);
/// How far ahead who flies on is looked at.
const LOOKS_AHEAD: SimTime = SimTime::from_millis(1_200_000);

impl Simulation {
    /// Looks once a second at every drone in the air.
    pub(super) fn conform(&mut self) {
        if self.looks() {
            let airborne = (0..self.drones.len()).filter(|&index| self.drones[index].is_airborne());
            airborne.collect::<Vec<_>>().into_iter().for_each(|index| self.conform_one(index));
        }
    }

    fn conform_one(&mut self, index: usize) {
        let now = self.now;
        let position = self.drones[index].known(&self.scenario, now).position;
        let has_left_its_course =
            self.drones[index].trouble.as_ref().is_some_and(|trouble| !trouble.response.keeps_course());
        let Some(filing) = &mut self.drones[index].filing else { return };
        let Some(intent) = self.reservations.filed.get(filing.id) else { return };
        let is_inside = intent.volumes.iter().any(|volume: &Volume4D| volume.contains(&position, now));
        let kept = filing.conformance.observe(now, is_inside);
        let state = if has_left_its_course { IntentState::Contingent } else { kept };
        let (before, id) = (intent.state, filing.id);
        let is_due = state != IntentState::Activated && now - filing.updated >= UPDATE_EVERY;
        if state != before {
            if let Some(entry) = self.reservations.filed.state_mut(id) {
                *entry = state;
            }
            let sortie = self.reservations.sortie(id);
            self.happen_all(sortie.map(|sortie| SimEvent::IntentChanged { sortie, before, state }));
        }
        if is_due {
            self.reserve_from_here(index, state);
        }
    }

    /// Reserves what a drone will fly from where it is; its way back it asks for when it leaves.
    fn reserve_from_here(&mut self, index: usize, state: IntentState) {
        let now = self.now;
        let drone = &self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return };
        let aircraft = &self.scenario.fleets[drone.id.fleet.index()].aircraft;
        let rehearsal = self.rehearsed(flight, &drone.state, aircraft, [now, now + looked_ahead(flight)]);
        let volumes = reserved(&rehearsal.fixes, &self.scenario.tolerances);
        let is_outbound = matches!(flight.destination, Destination::Pad(_));
        let Some(filing) = &mut self.drones[index].filing else { return };
        filing.updated = now;
        if is_outbound {
            filing.leaves_pad = None;
        }
        let (id, samples) = (filing.id, volume_samples(&volumes));
        self.reservations.update(id, state, (volumes, vec![rehearsal.fixes]), now);
        let updated = self.reservations.sortie(id).map(|sortie| SimEvent::IntentUpdated { sortie, volumes: samples });
        self.happen_all(updated);
    }
}

/// How far ahead what a drone will fly is reserved: it is brought up to date long before.
fn looked_ahead(flight: &Flight) -> SimTime {
    match flight.stage {
        _ if flight.destination == Destination::Hold => HOLDS,
        Stage::Winch { .. } => HOLDS,
        _ => LOOKS_AHEAD,
    }
}
