//! How an aircraft moves: it follows a velocity command over ground as fast as its accelerations allow, through moving air.

mod wing;

use super::aircraft_type::{AircraftType, Airframe};
use super::wind::held;
use crate::units::SimTime;
use crate::world::geo::{Horizontal, Position, Velocity};

pub use wing::loiter_command;

/// Position and velocity of a drone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinematics {
    /// Where it is; z above mean sea level.
    pub position: Position,
    /// Its velocity over ground.
    pub velocity: Velocity,
}

impl Kinematics {
    /// Standing still.
    pub fn at_rest(position: Position) -> Self {
        Self { position, velocity: Velocity::zeros() }
    }

    /// Speed over ground, m/s.
    pub fn ground_speed_mps(&self) -> f64 {
        self.velocity.xy().norm()
    }

    /// Horizontal airspeed in a wind, m/s.
    pub fn airspeed_mps(&self, wind: &Horizontal) -> f64 {
        (self.velocity.xy() - wind).norm()
    }

    /// The state `fraction` of a step after `self`, where `next` is the state at its end: acceleration is constant
    /// within a step, so this is exact.
    #[must_use]
    pub fn within_step(&self, next: &Self, step: SimTime, fraction: f64) -> Self {
        let velocity = self.velocity + (next.velocity - self.velocity) * fraction;
        let elapsed_s = step.seconds() * fraction;
        Self { position: self.position + (self.velocity + velocity) * (0.5 * elapsed_s), velocity }
    }
}

/// The state one step later under a command of velocity over ground. The command is first cut to the envelope of the type
/// (airspeed with the track held, climb, descent), then approached within its accelerations and, on a wing, within its turn;
/// the acceleration is constant during the step.
pub fn advanced(
    state: &Kinematics,
    command: &Velocity,
    wind: &Horizontal,
    aircraft: &AircraftType,
    step: SimTime,
) -> Kinematics {
    let dt = step.seconds();
    let most = aircraft.acceleration_mps2 * dt;
    let change = match &aircraft.airframe {
        Airframe::Multirotor => {
            let wanted = held(command.xy(), wind, (0.0, aircraft.max_airspeed_mps));
            clipped(wanted - state.velocity.xy(), most)
        }
        Airframe::VtolWing(wing) => {
            let wanted = wing::held_on_wing(command.xy(), wind, wing, aircraft.max_airspeed_mps);
            wing::change(&state.velocity.xy(), &wanted, wind, wing, aircraft.acceleration_mps2, dt)
        }
    };
    let wanted_climb = command.z.clamp(-aircraft.descent_mps, aircraft.climb_mps);
    let most_climb = aircraft.vertical_acceleration_mps2 * dt;
    let climb_change = (wanted_climb - state.velocity.z).clamp(-most_climb, most_climb);
    let velocity = state.velocity + Velocity::new(change.x, change.y, climb_change);
    Kinematics { position: state.position + (state.velocity + velocity) * (0.5 * dt), velocity }
}

/// The vector cut to a length.
fn clipped(vector: Horizontal, most: f64) -> Horizontal {
    let length = vector.norm();
    if length > most { vector * (most / length) } else { vector }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aircraft::catalogue;
    use crate::units::{Purpose, RandomStream};

    const CALM: Horizontal = Horizontal::new(0.0, 0.0);
    const STEP: SimTime = SimTime::from_millis(500);

    #[test]
    fn speed_is_reached_at_the_stated_acceleration_and_not_exceeded() {
        let aircraft = &catalogue()[0];
        let mut state = Kinematics::at_rest(Position::origin());
        for _ in 0..40 {
            let next = advanced(&state, &Velocity::new(100.0, 0.0, 100.0), &CALM, aircraft, STEP);
            let acceleration = (next.velocity - state.velocity) / 0.5;
            assert!(acceleration.xy().norm() <= aircraft.acceleration_mps2 + 1e-9);
            assert!(acceleration.z <= aircraft.vertical_acceleration_mps2 + 1e-9);
            state = next;
        }
        assert!((state.velocity.x - aircraft.max_airspeed_mps).abs() < 1e-9);
        assert!((state.velocity.z - aircraft.climb_mps).abs() < 1e-9);
    }

    /// Constant acceleration a from rest covers a t²/2.
    #[test]
    fn distance_is_the_closed_form() {
        let aircraft = &catalogue()[0];
        let mut state = Kinematics::at_rest(Position::origin());
        for _ in 0..10 {
            state = advanced(&state, &Velocity::new(23.0, 0.0, 0.0), &CALM, aircraft, STEP);
        }
        assert!((state.position.x - 0.5 * aircraft.acceleration_mps2 * 25.0).abs() < 1e-9);
        let next = advanced(&state, &Velocity::new(23.0, 0.0, 0.0), &CALM, aircraft, STEP);
        let half = state.within_step(&next, STEP, 0.5);
        let t = 5.25;
        assert!((half.position.x - 0.5 * aircraft.acceleration_mps2 * t * t).abs() < 1e-9);
    }

    /// Without wind a multirotor moves, to the bit, as the plain formula has it: the command cut to the greatest speed,
    /// approached within the accelerations.
    #[test]
    fn calm_air_changes_no_bit() {
        let draw = RandomStream::new(1, Purpose::Traffic, 11);
        let vector = |step: u64, most: f64| Velocity::from_fn(|axis, _| draw.between(step + axis as u64, -most, most));
        for aircraft in catalogue().iter().filter(|aircraft| aircraft.wing().is_none()) {
            for step in (0..30_000_u64).step_by(6) {
                let state = Kinematics { position: Position::new(3.0, -7.0, 200.0), velocity: vector(step, 20.0) };
                let command = vector(step + 3, 40.0);
                let dt = STEP.seconds();
                let wanted = clipped(command.xy(), aircraft.max_airspeed_mps);
                let change = clipped(wanted - state.velocity.xy(), aircraft.acceleration_mps2 * dt);
                let climb = command.z.clamp(-aircraft.descent_mps, aircraft.climb_mps) - state.velocity.z;
                let most = aircraft.vertical_acceleration_mps2 * dt;
                let velocity = state.velocity + Velocity::new(change.x, change.y, climb.clamp(-most, most));
                let position = state.position + (state.velocity + velocity) * (0.5 * dt);
                assert_eq!(advanced(&state, &command, &CALM, aircraft, STEP), Kinematics { position, velocity });
            }
        }
    }

    /// A crosswind of 8 m/s: the drone keeps its line at √(23² − 8²) = 21.564 m/s; in 30 m/s across it drifts.
    #[test]
    fn the_track_is_held_until_the_wind_is_too_strong() {
        let aircraft = &catalogue()[0];
        let settled = |wind: Horizontal| {
            let mut state = Kinematics::at_rest(Position::origin());
            for _ in 0..60 {
                state = advanced(&state, &Velocity::new(40.0, 0.0, 0.0), &wind, aircraft, STEP);
            }
            state
        };
        let held = settled(Horizontal::new(0.0, 8.0));
        assert!(held.position.y.abs() < 1e-9 && (held.velocity.x - 465.0_f64.sqrt()).abs() < 1e-9, "{held:?}");
        let drifting = settled(Horizontal::new(0.0, 30.0));
        assert!(drifting.velocity.y > 10.0 && drifting.velocity.x > 15.0, "{drifting:?}");
        assert!((drifting.airspeed_mps(&Horizontal::new(0.0, 30.0)) - 23.0).abs() < 1e-9);
    }
}
