//! Phase `advance`: motion and energy, and touching down.

use super::Simulation;
use super::drone::{Activity, Destination, Stage};
use crate::aircraft::{Kinematics, advanced, electric_power_w};
use crate::frame::SimEvent;

/// Height below which a landing drone is down, m: at its last rate it would be within a step.
const TOUCH_DOWN_M: f64 = 0.2;

impl Simulation {
    pub(super) fn advance(&mut self) {
        for index in 0..self.drones.len() {
            if self.advance_drone(index) {
                self.touch_down(index);
            }
        }
    }

    /// Moves a flying drone by one step; true when it has landed.
    fn advance_drone(&mut self, index: usize) -> bool {
        let step = self.scenario.clock.step;
        let drone = &mut self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return false };
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        let next = advanced(&drone.state, &flight.command, &fleet.aircraft, step);
        let moved_m = (next.position - drone.state.position).norm();
        let (stage, landing) = (flight.stage, flight.landing);
        drone.state = next;
        if let Some(sortie) = &mut drone.sortie {
            let power_w = electric_power_w(&fleet.aircraft, sortie.payload_kg, next.velocity.z);
            let spent_wh = power_w * step.seconds() / 3600.0;
            sortie.distance_m += moved_m;
            sortie.energy_wh += spent_wh;
            // Random traffic flies for ever: it stands for many drones, not for one battery.
            if fleet.hub.is_some() {
                drone.battery_wh = (drone.battery_wh - spent_wh).max(0.0);
            }
        }
        self.counters.flown(step, moved_m);
        stage == Stage::Landing && next.position.z - landing.z < TOUCH_DOWN_M
    }

    fn touch_down(&mut self, index: usize) {
        let now = self.now;
        let drone = &mut self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return };
        drone.state = Kinematics::at_rest(flight.landing);
        match flight.destination {
            Destination::Home => {
                let turn_around = self.scenario.fleets[drone.id.fleet.index()].turn_around;
                drone.activity = Activity::TurnAround { until: now + turn_around };
                self.finish_sortie(index);
            }
            Destination::Pad(pad) => {
                let hand_over = self.scenario.pad(pad).hand_over;
                drone.activity = Activity::HandOver { until: now + hand_over };
            }
        }
    }

    /// Closes the sortie in progress.
    pub(super) fn finish_sortie(&mut self, index: usize) {
        let Some(sortie) = self.drones[index].sortie.take() else { return };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates; both are positive"
        )]
        let whole = |value: f64| value.round() as u32;
        self.happen(SimEvent::SortieFinished {
            sortie: sortie.id,
            mission: sortie.mission,
            duration_ms: self.now - sortie.started,
            distance_m: whole(sortie.distance_m),
            energy_wh: whole(sortie.energy_wh),
        });
    }
}
