//! Phase `advance`: motion and energy, and touching down.

use super::Simulation;
use super::air::{air_at, full_battery_wh};
use super::drone::{Activity, Destination, Stage};
use crate::aircraft::{BatteryService, Kinematics, advanced};
use crate::frame::SimEvent;
use crate::scenario::Fleet;
use crate::units::SimTime;

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
        let air = air_at(&drone.state.position);
        let next = advanced(&drone.state, &flight.command, &air.wind, &fleet.aircraft, step);
        let moved_m = (next.position - drone.state.position).norm();
        let (stage, landing) = (flight.stage, flight.landing);
        drone.state = next;
        if let Some(sortie) = &mut drone.sortie {
            let airspeed_mps = next.airspeed_mps(&air.wind);
            let power = fleet.power.power(sortie.payload_kg, airspeed_mps, next.velocity.z, air.density_kgm3);
            let spent_wh = power.total() * step.seconds() / 3600.0;
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
        let Activity::Flying(flight) = &mut drone.activity else { return };
        match flight.destination {
            Destination::Pad(pad) => {
                let pad = self.scenario.pad(pad);
                let until = now + pad.hand_over;
                if pad.winch_agl_m.is_some() {
                    flight.stage = Stage::Winch { until };
                } else {
                    drone.state = Kinematics::at_rest(flight.landing);
                    drone.activity = Activity::HandOver { until };
                }
            }
            Destination::Home => {
                drone.state = Kinematics::at_rest(flight.landing);
                let fleet = &self.scenario.fleets[drone.id.fleet.index()];
                drone.activity = Activity::TurnAround { until: now + turn_around(fleet, drone.battery_wh) };
                self.finish_sortie(index);
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

/// Time until a drone that has come home is ready again: at least the fleet's and, where it is charged, until it is full.
fn turn_around(fleet: &Fleet, battery_wh: f64) -> SimTime {
    match fleet.battery {
        BatteryService::Swap => fleet.turn_around,
        BatteryService::Charge => {
            let charge_s = fleet.aircraft.battery.charge_time_s(battery_wh / full_battery_wh(fleet));
            fleet.turn_around.max(SimTime::from_seconds(charge_s))
        }
    }
}
