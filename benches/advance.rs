//! How long the motion and the power of one drone take in one step, by type and model: `cargo bench --bench advance`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::hint::black_box;
use std::time::Instant;

use skygrid::aircraft::{AircraftType, EnergyModel, Kinematics, PowerModel, advanced, catalogue};
use skygrid::units::{Purpose, RandomStream, SimTime};
use skygrid::world::air::density_kgm3;
use skygrid::world::geo::{Horizontal, Position, Velocity};

const DRONES: u64 = 10_000;
const STEPS: u32 = 200;
const ROUNDS: u32 = 3;
/// What a sum over all rounds is divided by.
const CALLS: f64 = 10_000.0 * 200.0 * 3.0;
const STEP: SimTime = SimTime::from_millis(500);

fn main() {
    for id in ["meituan-4", "cw-15"] {
        let aircraft = catalogue().iter().find(|aircraft| aircraft.id == id).unwrap();
        for wind in [Horizontal::zeros(), Horizontal::new(-6.0, 5.0)] {
            let motion_ns = per_drone_ns(&mut fleet(aircraft), |state, command| {
                *state = advanced(state, command, &wind, aircraft, STEP);
            });
            println!("{id:<10} wind {:>4.1} m/s  motion {motion_ns:>5.1} ns", wind.norm());
        }
        for model in EnergyModel::ALL {
            let power = PowerModel::new(model, aircraft);
            let mut sum = 0.0;
            let power_ns = per_drone_ns(&mut fleet(aircraft), |state, _| {
                let density = density_kgm3(state.position.z, 15.0);
                sum += power.power(1.0, state.ground_speed_mps(), state.velocity.z, density).total();
            });
            println!("{id:<10} {model:?}: air and power {power_ns:>5.1} ns ({:.0} W on average)", sum / CALLS);
        }
    }
}

fn fleet(aircraft: &AircraftType) -> Vec<(Kinematics, Velocity)> {
    let draw = RandomStream::new(1, Purpose::Traffic, 8);
    let speed = aircraft.cruise_speed_mps;
    let velocity =
        |step: u64| Velocity::new(draw.between(step, -speed, speed), draw.between(step + 1, -speed, speed), 1.0);
    (0..DRONES)
        .map(|drone| {
            (
                Kinematics { position: Position::new(0.0, 0.0, 300.0), velocity: velocity(4 * drone) },
                velocity(4 * drone + 2),
            )
        })
        .collect()
}

/// The mean time of one call, the best of three rounds.
fn per_drone_ns(drones: &mut [(Kinematics, Velocity)], mut each: impl FnMut(&mut Kinematics, &Velocity)) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        for _ in 0..STEPS {
            for (state, command) in &mut *drones {
                each(black_box(state), black_box(command));
            }
        }
        started.elapsed().as_secs_f64() * 1e9 / f64::from(STEPS) / f64::from(u32::try_from(drones.len()).unwrap())
    });
    rounds.fold(f64::INFINITY, f64::min)
}
