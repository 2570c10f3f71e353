//! The horizontal motion of a type with a wing: below its stall it hangs on its rotors and moves like any multirotor, above it
//! is on its wing, turns in coordinated turns and keeps at least its least airspeed unless it is told to hover.

use super::clipped;
use crate::aircraft::aircraft_type::Wing;
use crate::aircraft::wind::held;
use crate::world::geo::{Horizontal, Place};

/// How fast a loiter closes in on its circle: share of the speed per radius of error, and the most of it inwards and outwards:
/// a loiter is not much wider than the steepest turn, so that one who flies straight out cannot come round in time.
const LOITER_GAIN: f64 = 1.5;
const MOST_INWARDS: f64 = 1.0;
const MOST_OUTWARDS: f64 = 0.5;

/// The velocity over ground that a command asks for. A command that would be flown on the wing in still air is so in every
/// wind: where the wind along would take the airspeed below the least, the ground speed grows instead.
pub fn held_on_wing(command: Horizontal, wind: &Horizontal, wing: &Wing, most_mps: f64) -> Horizontal {
    let least = wing.least_airspeed_mps();
    let on_wing = command.norm() >= least;
    held(command, wind, (if on_wing { least } else { 0.0 }, most_mps))
}

/// The change of velocity in a step: on the wing the heading turns by at most g tan(bank)/V and the airspeed changes within
/// the acceleration; on the rotors the whole velocity does.
pub fn change(
    velocity: &Horizontal,
    wanted: &Horizontal,
    wind: &Horizontal,
    wing: &Wing,
    acceleration_mps2: f64,
    dt: f64,
) -> Horizontal {
    let air: Horizontal = velocity - wind;
    let airspeed = air.norm();
    if airspeed < wing.stall_mps() {
        return clipped(wanted - velocity, acceleration_mps2 * dt);
    }
    let target: Horizontal = wanted - wind;
    let most = wing.turn_acceleration_mps2() / airspeed * dt;
    let angle = libm::atan2(air.x * target.y - air.y * target.x, air.dot(&target)).clamp(-most, most);
    let (sin, cos) = libm::sincos(angle);
    let speed = airspeed + (target.norm() - airspeed).clamp(-acceleration_mps2 * dt, acceleration_mps2 * dt);
    let turned = Horizontal::new(air.x * cos - air.y * sin, air.x * sin + air.y * cos) * (speed / airspeed);
    turned - air
}

/// The velocity over ground that leads onto a circle and round it counter-clockwise at a speed.
pub fn loiter_command(place: &Place, centre: &Place, radius_m: f64, speed_mps: f64) -> Horizontal {
    let out = place - centre;
    let distance_m = out.norm();
    if distance_m < 1e-6 {
        return Horizontal::new(speed_mps, 0.0);
    }
    let outward = out / distance_m;
    let around = Horizontal::new(-outward.y, outward.x);
    let error = (LOITER_GAIN * (1.0 - distance_m / radius_m)).clamp(-MOST_INWARDS, MOST_OUTWARDS);
    (around + outward * error).normalize() * speed_mps
}

#[cfg(test)]
mod tests {
    use crate::aircraft::{AircraftType, Kinematics, advanced, catalogue, loiter_command};
    use crate::units::SimTime;
    use crate::world::geo::{Horizontal, Place, Position, Velocity};

    fn winged() -> &'static AircraftType {
        catalogue().iter().find(|aircraft| aircraft.wing().is_some()).unwrap()
    }

    /// Told to turn back, a wing at 17 m/s and 30° of bank flies a circle of V²/(g tan 30°) = 51.04 m, and keeps its speed.
    #[test]
    fn a_turn_has_the_radius_of_its_bank() {
        let (aircraft, step) = (winged(), SimTime::from_millis(100));
        let mut state = Kinematics { position: Position::origin(), velocity: Velocity::new(17.0, 0.0, 0.0) };
        let mut farthest = (0.0_f64, 0.0_f64);
        while state.velocity.x > -16.9 {
            let command = Velocity::new(-17.0, 1e-6, 0.0);
            state = advanced(&state, &command, &Horizontal::zeros(), aircraft, step);
            assert!((state.velocity.norm() - 17.0).abs() < 1e-9);
            farthest = (farthest.0.max(state.position.x), farthest.1.max(state.position.y));
        }
        let radius = 17.0 * 17.0 / (9.806_65 * libm::tan(30.0_f64.to_radians()));
        assert!((aircraft.wing().unwrap().turn_radius_m(17.0) - radius).abs() < 1e-9 && (radius - 51.04).abs() < 0.01);
        assert!((farthest.0 / radius - 1.0).abs() < 0.02 && (farthest.1 / radius - 2.0).abs() < 0.02, "{farthest:?}");
    }

    /// A wing never slows below its least airspeed while its command is a cruise, whatever the wind.
    #[test]
    fn a_wing_keeps_its_airspeed_with_the_wind_behind() {
        let (aircraft, step, wind) = (winged(), SimTime::from_millis(500), Horizontal::new(9.0, 2.0));
        let least = aircraft.wing().unwrap().least_airspeed_mps();
        let mut state = Kinematics { position: Position::origin(), velocity: Velocity::new(26.0, 2.0, 0.0) };
        for _ in 0..100 {
            state = advanced(&state, &Velocity::new(17.0, 0.0, 0.0), &wind, aircraft, step);
            assert!(state.airspeed_mps(&wind) >= least - 1e-9, "{state:?}");
        }
        assert!(state.velocity.y.abs() < 0.1 && state.velocity.x > 20.0, "{state:?}");
    }

    /// From its centre, from afar and at every step size a loiter settles on its circle.
    #[test]
    fn a_loiter_settles_on_its_circle() {
        let aircraft = winged();
        let (speed, centre) = (aircraft.cruise_speed_mps, Place::new(100.0, 50.0));
        let radius = aircraft.wing().unwrap().loiter_radius_m(speed);
        for (start, millis) in [((100.0, 50.0), 100), ((100.0, 50.0), 1000), ((600.0, 50.0), 500)] {
            let step = SimTime::from_millis(millis);
            let position = Position::new(start.0, start.1, 300.0);
            let mut state = Kinematics { position, velocity: Velocity::new(speed, 0.0, 0.0) };
            for second in (0..).map(|count: i64| count * millis).take_while(|time| *time < 180_000) {
                let command = loiter_command(&state.position.xy(), &centre, radius, speed);
                state = advanced(&state, &command.push(0.0), &Horizontal::zeros(), aircraft, step);
                let off = (state.position.xy() - centre).norm() / radius - 1.0;
                assert!(second < 120_000 || off.abs() < 0.15, "{millis} ms: {off} of the radius off");
            }
        }
    }
}
