//! How a multirotor moves: it follows a velocity command as fast as its acceleration allows.

use super::AircraftType;
use crate::units::SimTime;
use crate::world::geo::{Horizontal, Position, Velocity};

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

    /// The state `fraction` of a step after `self`, where `next` is the state at its end: acceleration is constant
    /// within a step, so this is exact.
    #[must_use]
    pub fn within_step(&self, next: &Self, step: SimTime, fraction: f64) -> Self {
        let velocity = self.velocity + (next.velocity - self.velocity) * fraction;
        let elapsed_s = step.seconds() * fraction;
        Self { position: self.position + (self.velocity + velocity) * (0.5 * elapsed_s), velocity }
    }
}

/// The state one step later under a velocity command. The command is first cut to the envelope of the type (speed over
/// ground, climb, descent), then approached within its accelerations; the acceleration is constant during the step.
pub fn advanced(state: &Kinematics, command: &Velocity, aircraft: &AircraftType, step: SimTime) -> Kinematics {
    let dt = step.seconds();
    let wanted = clipped(command.xy(), aircraft.max_speed_mps);
    let change = clipped(wanted - state.velocity.xy(), aircraft.acceleration_mps2 * dt);
    let wanted_climb = command.z.clamp(-aircraft.descent_mps, aircraft.climb_mps);
    let most = aircraft.vertical_acceleration_mps2 * dt;
    let climb_change = (wanted_climb - state.velocity.z).clamp(-most, most);
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

    #[test]
    fn speed_is_reached_at_the_stated_acceleration_and_not_exceeded() {
        let aircraft = &catalogue()[0];
        let step = SimTime::from_millis(500);
        let mut state = Kinematics::at_rest(Position::origin());
        for _ in 0..40 {
            let next = advanced(&state, &Velocity::new(100.0, 0.0, 100.0), aircraft, step);
            let acceleration = (next.velocity - state.velocity) / 0.5;
            assert!(acceleration.xy().norm() <= aircraft.acceleration_mps2 + 1e-9);
            assert!(acceleration.z <= aircraft.vertical_acceleration_mps2 + 1e-9);
            state = next;
        }
        assert!((state.velocity.x - aircraft.max_speed_mps).abs() < 1e-9);
        assert!((state.velocity.z - aircraft.climb_mps).abs() < 1e-9);
    }

    /// Constant acceleration a from rest covers a t²/2.
    #[test]
    fn distance_is_the_closed_form() {
        let aircraft = &catalogue()[0];
        let step = SimTime::from_millis(500);
        let mut state = Kinematics::at_rest(Position::origin());
        for _ in 0..10 {
            state = advanced(&state, &Velocity::new(23.0, 0.0, 0.0), aircraft, step);
        }
        assert!((state.position.x - 0.5 * aircraft.acceleration_mps2 * 25.0).abs() < 1e-9);
        let next = advanced(&state, &Velocity::new(23.0, 0.0, 0.0), aircraft, step);
        let half = state.within_step(&next, step, 0.5);
        let t = 5.25;
        assert!((half.position.x - 0.5 * aircraft.acceleration_mps2 * t * t).abs() < 1e-9);
    }
}
