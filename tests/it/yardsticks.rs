//! Published and closed-form figures: random straight traffic has as many conflicts as the gas model says.

use skygrid::traffic::conflict::{Detector, Minima, Motion};
use skygrid::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};
use skygrid::world::geo::{Position, Velocity};

/// Side of the square of the yardstick, m.
const SIDE_M: f64 = 5000.0;
const SPEED_MPS: f64 = 12.0;
const DRONES: u16 = 400;
const LOOK_AHEAD_S: f64 = 30.0;
const MINIMA: Minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(30_000) };
/// Farther than this no two come together within the look-ahead, m: horizontally and vertically.
const REACH_M: [f64; 2] = [2.0 * 15.0 * LOOK_AHEAD_S + 50.0, 2.0 * 2.0 * LOOK_AHEAD_S + 15.0];

/// Where a drone is and how it moves, drawn from its numbers in [0, 1).
type Drawn = fn(&dyn Fn(u64) -> f64) -> ([f64; 3], Velocity);

fn towards(angle: f64, speed_mps: f64, climb_mps: f64) -> Velocity {
    Velocity::new(speed_mps * libm::cos(angle), speed_mps * libm::sin(angle), climb_mps)
}

fn traffic(seed: u64, drawn: Drawn) -> Vec<Motion> {
    let draw = RandomStream::new(seed, Purpose::Traffic, 7);
    let motion = |ordinal: u16| {
        let (place, velocity) = drawn(&|value| draw.uniform(8 * u64::from(ordinal) + value));
        Motion {
            drone: DroneId { fleet: FleetId(0), ordinal },
            position: Position::from(place),
            velocity,
            zone: MINIMA.zone(),
        }
    };
    (0..DRONES).map(motion).collect()
}

/// The same with copies of who is near a side, a period away: nobody is at the edge of anything. Copies come after all others.
fn repeated(motions: &[Motion], periods_m: [f64; 3]) -> Vec<Motion> {
    let mut all = motions.to_vec();
    for (axis, period_m) in periods_m.into_iter().enumerate().filter(|(_, period_m)| period_m.is_finite()) {
        let reach_m = REACH_M[axis / 2];
        let copied = |side: f64| {
            let copies = all.iter().filter_map(move |motion| {
                let mut copy = *motion;
                copy.position[axis] += side * period_m;
                let at_m = copy.position[axis];
                (at_m > -reach_m && at_m < period_m + reach_m).then_some(copy)
            });
            copies.collect::<Vec<Motion>>()
        };
        let copies = [-1.0, 1.0].map(copied).concat();
        all.extend(copies);
    }
    for (index, motion) in (0_u32..).zip(&mut all) {
        let index = index.to_le_bytes();
        motion.drone = DroneId {
            fleet: FleetId(u16::from_le_bytes([index[2], index[3]])),
            ordinal: u16::from_le_bytes([index[0], index[1]]),
        };
    }
    all
}

/// Conflicts of so many seeds; those with a copy are half of two.
fn counted(seeds: u64, drawn: Drawn, periods_m: [f64; 3]) -> f64 {
    let mut halves = 0;
    for seed in 0..seeds {
        let all = repeated(&traffic(seed, drawn), periods_m);
        let is_own = |drone: DroneId| drone.fleet == FleetId(0) && drone.ordinal < DRONES;
        for ((own, other), _) in Detector::new(MINIMA).conflicts(&all).unwrap() {
            halves += u32::from(is_own(own)) + u32::from(is_own(other));
        }
    }
    f64::from(halves) / 2.0
}

/// Accepted as the facts of the field have it: within three standard deviations of a Poisson count and half a percent.
fn assert_near(name: &str, counted: f64, expected: f64) {
    assert!(counted > 40_000.0, "{name}: {counted} are too few to tell");
    let error = counted / expected - 1.0;
    let allowed = 3.0 / counted.sqrt() + 0.005;
    assert!(error.abs() <= allowed, "{name}: {counted} counted, {expected:.0} expected, {error:+.4} off");
}

/// Pairs of all seeds.
fn pairs(seeds: u32) -> f64 {
    f64::from(seeds) * f64::from(DRONES) * f64::from(DRONES - 1) / 2.0
}

const OPEN: [f64; 3] = [SIDE_M, SIDE_M, f64::INFINITY];

/// What two zones sweep in the look-ahead in the plane, m², at a mean relative speed.
fn stadium_m2(relative_mps: f64) -> f64 {
    let r = MINIMA.horizontal_m;
    std::f64::consts::PI * r * r + 2.0 * r * relative_mps * LOOK_AHEAD_S
}

fn one_layer(number: &dyn Fn(u64) -> f64) -> ([f64; 3], Velocity) {
    let velocity = towards(number(2) * std::f64::consts::TAU, SPEED_MPS, 0.0);
    ([number(0) * SIDE_M, number(1) * SIDE_M, 100.0], velocity)
}

/// In a square without wrap-around pairs near its sides are fewer: 49 920 m² instead of 53 691 m² for R = 50 m, V = 12 m/s,
/// T = 30 s, s = 5 km (weights 1 − 4r/πs + r²/πs²). With it the mean relative speed is E = 4V/π.
#[test]
fn one_layer_is_the_gas_model() {
    const SEEDS: u32 = 280;
    let a = SIDE_M * SIDE_M;
    let walled = counted(SEEDS.into(), one_layer, [f64::INFINITY; 3]);
    assert_near("walled", walled, pairs(SEEDS) * 49_920.0 / a);
    let relative_mps = 4.0 * SPEED_MPS / std::f64::consts::PI;
    assert!((stadium_m2(relative_mps) - 53_691.0).abs() < 1.0);
    assert_near("open", counted(SEEDS.into(), one_layer, OPEN), pairs(SEEDS) * stadium_m2(relative_mps) / a);
}

/// Heights uniform in a band of H = 90 m overlap with 1 − (1 − h/H)², 0.30556; speeds uniform between 10 and 15 m/s have
/// E = 16.08 m/s.
#[test]
fn level_flight_in_a_band_is_the_gas_model() {
    const SEEDS: u32 = 750;
    let drawn: Drawn = |number| {
        let velocity = towards(number(3) * std::f64::consts::TAU, 10.0 + 5.0 * number(4), 0.0);
        ([number(0) * SIDE_M, number(1) * SIDE_M, 30.0 + 90.0 * number(2)], velocity)
    };
    let apart: f64 = 1.0 - 15.0 / 90.0;
    let expected = pairs(SEEDS) * (1.0 - apart * apart) * stadium_m2(16.08) / (SIDE_M * SIDE_M);
    assert_near("band", counted(SEEDS.into(), drawn, OPEN), expected);
}

/// Four layers with a quarter of the headings each: pairs of one layer alone, Pv = 1/4, at E(α) = (8V/α)(1 − (2/α) sin(α/2)).
#[test]
fn layers_by_heading_are_the_gas_model() {
    const SEEDS: u32 = 2000;
    const SECTOR: f64 = std::f64::consts::FRAC_PI_2;
    let drawn: Drawn = |number| {
        let layer = (number(2) * 4.0).floor();
        let velocity = towards((layer + number(3)) * SECTOR, SPEED_MPS, 0.0);
        ([number(0) * SIDE_M, number(1) * SIDE_M, 40.0 + 20.0 * layer], velocity)
    };
    let relative_mps = 8.0 * SPEED_MPS / SECTOR * (1.0 - 2.0 / SECTOR * libm::sin(SECTOR / 2.0));
    let expected = pairs(SEEDS) / 4.0 * stadium_m2(relative_mps) / (SIDE_M * SIDE_M);
    assert_near("layers", counted(SEEDS.into(), drawn, OPEN), expected);
}

/// With climb rates uniform between −2 and 2 m/s, in 400 m of height that repeat: M (2πR²h + (4RhE + πR²E|Δvz|) T) / B.
#[test]
fn climbing_traffic_is_the_gas_model() {
    const SEEDS: u32 = 2800;
    const HEIGHT_M: f64 = 400.0;
    let drawn: Drawn = |number| {
        let velocity = towards(number(3) * std::f64::consts::TAU, SPEED_MPS, 4.0 * number(4) - 2.0);
        ([number(0) * SIDE_M, number(1) * SIDE_M, HEIGHT_M * number(2)], velocity)
    };
    let (r, h) = (MINIMA.horizontal_m, MINIMA.vertical_m);
    let disc_m2 = std::f64::consts::PI * r * r;
    // Two numbers uniform between −v and v differ by 2v/3 on average.
    let (relative_mps, climb_mps) = (4.0 * SPEED_MPS / std::f64::consts::PI, 4.0 / 3.0);
    let swept_m3 = 2.0 * disc_m2 * h + (4.0 * r * h * relative_mps + disc_m2 * climb_mps) * LOOK_AHEAD_S;
    let expected = pairs(SEEDS) * swept_m3 / (SIDE_M * SIDE_M * HEIGHT_M);
    assert_near("climbing", counted(SEEDS.into(), drawn, [SIDE_M, SIDE_M, HEIGHT_M]), expected);
}
