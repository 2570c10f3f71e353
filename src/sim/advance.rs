//! Phase `advance`: motion and energy, and touching down.

use super::Simulation;
use super::air::Felt;
use super::cost::EvasionFigures;
use super::drone::{Activity, Destination, Flight, Stage};
use crate::aircraft::{AircraftType, BatteryService, Kinematics, advanced};
use crate::frame::SimEvent;
use crate::scenario::Fleet;
use crate::units::SimTime;
use crate::world::geo::{Horizontal, Position, Velocity};
use crate::world::terrain::Terrain;

/// Height below which a landing drone is down, m: at its last rate it would be within a step.
const TOUCH_DOWN_M: f64 = 0.2;

/// Share of turbulence that moves a drone over ground: what its autopilot does not take out (an assumption that gives the
/// hovering accuracy in wind that makers state, some decimetres).
const SHAKEN: f64 = 0.1;

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
        let scenario = &self.scenario;
        let step = scenario.clock.step;
        let drone = &mut self.drones[index];
        let (command, stage) = match &drone.activity {
            Activity::Flying(flight) => (flight.command, Some(flight.stage)),
            Activity::Straight(flight) => (flight.command, None),
            _ => return false,
        };
        let may_evade = drone.may_leave_for().is_some();
        let evasion = drone.evasion.as_ref().filter(|_| may_evade);
        let (wanted, command) = (command, evasion.map_or(command, |evasion| evasion.command));
        let fleet = &scenario.fleets[drone.id.fleet.index()];
        // Only weather asks how high above the ground it is.
        let agl_m =
            scenario.weather.as_ref().and_then(|_| scenario.terrain.agl_m(&drone.state.position)).unwrap_or(0.0);
        let Felt { air, turbulence } = self.air.felt(scenario, drone, agl_m);
        let mut next = match stage {
            Some(Stage::Parachute) => sinking(&drone.state, &fleet.aircraft, &air.wind, step),
            _ => advanced(&drone.state, &command, &air.wind, &fleet.aircraft, step),
        };
        // What stands on the ground is not shaken.
        if agl_m > TOUCH_DOWN_M {
            next.position += turbulence * (SHAKEN * step.seconds());
        }
        let moved = next.position - drone.state.position;
        let moved_m = moved.norm();
        drone.state = next;
        if let Some(sortie) = &mut drone.sortie {
            let airspeed_mps = next.airspeed_mps(&air.wind);
            let power = fleet.power.power(sortie.payload_kg, airspeed_mps, next.velocity.z, air.density_kgm3);
            let is_powered = stage != Some(Stage::Parachute);
            let spent_wh = if is_powered { power.total() * step.seconds() / 3600.0 } else { 0.0 };
            sortie.distance_m += moved_m;
            sortie.energy_wh += spent_wh;
            if let Some(evasion) = drone.evasion.as_mut().filter(|_| may_evade) {
                let cost = EvasionFigures::of_step(step, &wanted, &moved, spent_wh);
                evasion.cost += cost;
                self.counters.evading += cost;
            }
            // Random traffic flies for ever: it stands for many drones, not for one battery.
            if fleet.hub.is_some() {
                drone.battery_wh = (drone.battery_wh - spent_wh).max(0.0);
            }
        }
        self.counters.flown(step, moved_m);
        let Activity::Flying(Flight { stage, landing, destination, .. }) = &drone.activity else { return false };
        match stage {
            Stage::Landing if *destination != Destination::Below => {
                has_touched_down(&next.position, Some(landing), &scenario.terrain)
            }
            Stage::Landing | Stage::Parachute => has_touched_down(&next.position, None, &scenario.terrain),
            _ => false,
        }
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
                let left = drone.battery_wh / drone.full_wh;
                drone.activity = Activity::TurnAround { until: now + turn_around(fleet, left) };
                self.finish_sortie(index);
                self.leave(index);
                self.mend(index);
            }
            Destination::Rally(_) | Destination::Below | Destination::Hold => self.strand(index),
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
        self.end_trouble(index);
        if let Some(filing) = &self.drones[index].filing {
            self.counters.kept(&filing.conformance);
        }
        self.withdraw(index);
        self.happen(SimEvent::SortieFinished {
            sortie: sortie.id,
            mission: sortie.mission,
            aborted: sortie.aborted,
            duration_ms: self.now - sortie.started,
            distance_m: whole(sortie.distance_m),
            energy_wh: whole(sortie.energy_wh),
        });
    }
}

/// Whether a drone that comes down is down: on its place or, if it has none, on the ground below.
pub(super) fn has_touched_down(position: &Position, place: Option<&Position>, terrain: &Terrain) -> bool {
    match place {
        Some(place) => position.z - place.z < TOUCH_DOWN_M,
        None => terrain.agl_m(position).is_none_or(|agl_m| agl_m < TOUCH_DOWN_M),
    }
}

/// How a drone sinks on its parachute: with the wind, at the rate of its type.
pub(super) fn sinking(state: &Kinematics, aircraft: &AircraftType, wind: &Horizontal, step: SimTime) -> Kinematics {
    let velocity = Velocity::new(wind.x, wind.y, -aircraft.parachute_descent_mps.unwrap_or(aircraft.descent_mps));
    Kinematics { position: state.position + velocity * step.seconds(), velocity }
}

/// Time until a drone that has come home with a share of its charge is ready again: at least the fleet's and, where it is
/// charged, until it is full.
pub(super) fn turn_around(fleet: &Fleet, left: f64) -> SimTime {
    match fleet.battery {
        BatteryService::Swap => fleet.turn_around,
        BatteryService::Charge => {
            let charge_s = fleet.aircraft.battery.charge_time_s(left);
            fleet.turn_around.max(SimTime::from_seconds(charge_s))
        }
    }
}
