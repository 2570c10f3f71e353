//! Published and closed-form figures.

use skygrid::traffic::conflict::{Detector, Minima, Motion};
use skygrid::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};
use skygrid::world::geo::{Position, Velocity};

/// Side of the square of the yardstick, m.
const SIDE_M: f64 = 5000.0;
const SPEED_MPS: f64 = 12.0;
const DRONES: u16 = 400;
const SEEDS: u64 = 60;

/// Random straight traffic in one layer: the number of conflicts within the look-ahead is M (πR² + 2RET)/A with
/// E = 4V/π, weighted for the boundary of a square without wrap-around (49 920 m² instead of 53 691 m² for R = 50 m,
/// V = 12 m/s, T = 30 s, s = 5 km).
#[test]
fn conflicts_of_random_traffic_are_as_many_as_the_gas_model_says() {
    let minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(30_000) };
    let mut counted = 0_u32;
    for seed in 0..SEEDS {
        let draw = RandomStream::new(seed, Purpose::Traffic, 7);
        let motions: Vec<Motion> = (0..DRONES)
            .map(|ordinal| {
                let step = 3 * u64::from(ordinal);
                let heading = draw.between(step + 2, 0.0, std::f64::consts::TAU);
                Motion {
                    drone: DroneId { fleet: FleetId(0), ordinal },
                    position: Position::new(
                        draw.between(step, 0.0, SIDE_M),
                        draw.between(step + 1, 0.0, SIDE_M),
                        100.0,
                    ),
                    velocity: Velocity::new(SPEED_MPS * libm::cos(heading), SPEED_MPS * libm::sin(heading), 0.0),
                }
            })
            .collect();
        counted += u32::try_from(Detector::new(minima).conflicts(&motions).unwrap().len()).unwrap();
    }
    let pairs = f64::from(DRONES) * f64::from(DRONES - 1) / 2.0;
    #[expect(clippy::cast_precision_loss, reason = "a few dozen seeds")]
    let expected = SEEDS as f64 * pairs * 49_920.0 / (SIDE_M * SIDE_M);
    let error = f64::from(counted) / expected - 1.0;
    let allowed = 3.0 / f64::from(counted).sqrt() + 0.005;
    assert!(error.abs() <= allowed, "{counted} counted, {expected:.0} expected, {error:+.4} off");
}
