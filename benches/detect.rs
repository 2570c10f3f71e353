//! What detection costs on one core, tick by tick, by the number of drones: the R-tree that serves many ticks against a
//! uniform grid and sort-and-sweep, which are made anew at each: `cargo bench --bench detect`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]

use std::time::Instant;

use skygrid::traffic::conflict::{Courses, Detector, Minima, Motion, Neighbours, predicted_conflict};
use skygrid::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};
use skygrid::world::geo::{Position, Velocity};

const MINIMA: Minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(30_000) };
const TICKS: u32 = 24;
/// Side of the cells of the rival, m: about half of what a drone sweeps in the look-ahead.
const CELL_M: f64 = 200.0;

type Boxes = Vec<[[f64; 2]; 3]>;
type Rival = fn(&[Motion]) -> Vec<(u32, u32)>;

/// Level flight straight on, uniform in a square between 30 and 120 m, 10 to 15 m/s.
fn traffic(count: u32, side_m: f64) -> Vec<Motion> {
    let draw = RandomStream::new(1, Purpose::Traffic, 0);
    let motion = |index: u32| {
        let at = |value: u64, low, high| draw.between(5 * u64::from(index) + value, low, high);
        let (angle, speed) = (at(3, 0.0, std::f64::consts::TAU), at(4, 10.0, 15.0));
        Motion {
            drone: DroneId { fleet: FleetId((index >> 16) as u16), ordinal: index as u16 },
            position: Position::new(at(0, 0.0, side_m), at(1, 0.0, side_m), at(2, 30.0, 120.0)),
            velocity: Velocity::new(speed * libm::cos(angle), speed * libm::sin(angle), 0.0),
            zone: MINIMA.zone(),
        }
    };
    (0..count).map(motion).collect()
}

fn boxes(motions: &[Motion]) -> Boxes {
    let half = [MINIMA.horizontal_m / 2.0, MINIMA.horizontal_m / 2.0, MINIMA.vertical_m / 2.0];
    let swept = |motion: &Motion| {
        let end = motion.position + motion.velocity * MINIMA.look_ahead.seconds();
        [0, 1, 2].map(|axis| {
            let (a, b) = (motion.position[axis], end[axis]);
            [a.min(b) - half[axis], a.max(b) + half[axis]]
        })
    };
    motions.iter().map(swept).collect()
}

fn touch(a: &[[f64; 2]; 3], b: &[[f64; 2]; 3]) -> bool {
    (0..3).all(|axis| a[axis][0] <= b[axis][1] && b[axis][0] <= a[axis][1])
}

/// Sort-and-sweep along the east: pairs whose boxes touch.
fn sort_and_sweep(motions: &[Motion]) -> Vec<(u32, u32)> {
    let boxes = boxes(motions);
    let mut order: Vec<u32> = (0..).take(boxes.len()).collect();
    order.sort_unstable_by(|&a, &b| boxes[a as usize][0][0].total_cmp(&boxes[b as usize][0][0]));
    let sorted: Boxes = order.iter().map(|&index| boxes[index as usize]).collect();
    let mut pairs = Vec::new();
    for (at, own) in sorted.iter().enumerate() {
        let later = sorted[at + 1..].iter().take_while(|other| other[0][0] <= own[0][1]);
        for (other, _) in later.enumerate().filter(|(_, other)| touch(own, other)) {
            let (a, b) = (order[at], order[at + 1 + other]);
            pairs.push((a.min(b), a.max(b)));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// A uniform grid: each box in every cell that it lies in, pairs in the first cell that they share.
fn uniform_grid(motions: &[Motion]) -> Vec<(u32, u32)> {
    let boxes = boxes(motions);
    let low = [0, 1].map(|axis| boxes.iter().map(|swept| swept[axis][0]).fold(f64::INFINITY, f64::min));
    let high = [0, 1].map(|axis| boxes.iter().map(|swept| swept[axis][1]).fold(f64::NEG_INFINITY, f64::max));
    let cell = |axis: usize, value: f64| ((value - low[axis]) / CELL_M) as usize;
    let columns = cell(0, high[0]) + 1;
    let mut cells: Vec<Vec<u32>> = vec![Vec::new(); columns * (cell(1, high[1]) + 1)];
    for (index, swept) in (0_u32..).zip(&boxes) {
        for row in cell(1, swept[1][0])..=cell(1, swept[1][1]) {
            for column in cell(0, swept[0][0])..=cell(0, swept[0][1]) {
                cells[row * columns + column].push(index);
            }
        }
    }
    let mut pairs = Vec::new();
    for (number, inside) in cells.iter().enumerate() {
        for (at, &a) in inside.iter().enumerate() {
            for &b in &inside[at + 1..] {
                let (own, other) = (&boxes[a as usize], &boxes[b as usize]);
                let first = [0, 1].map(|axis| cell(axis, own[axis][0].max(other[axis][0])));
                if touch(own, other) && first[1] * columns + first[0] == number {
                    pairs.push((a, b));
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

fn exact(motions: &[Motion], pairs: impl Iterator<Item = (u32, u32)>) -> usize {
    pairs.filter(|&(a, b)| predicted_conflict(&motions[a as usize], &motions[b as usize], &MINIMA).is_some()).count()
}

/// Mean time of a tick, s, and what was counted at the last.
fn mean_s(start: &[Motion], ticks: u32, mut tick: impl FnMut(&[Motion]) -> usize) -> (f64, usize) {
    let mut motions = start.to_vec();
    let (mut lasted_s, mut count) = (0.0, 0);
    for _ in 0..ticks {
        let begun = Instant::now();
        count = tick(&motions);
        lasted_s += begun.elapsed().as_secs_f64();
        for motion in &mut motions {
            motion.position += motion.velocity;
        }
    }
    (lasted_s / f64::from(ticks), count)
}

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    println!("mean µs a tick      drones   tree  reused+exact  grid+exact  sweep+exact  conflicts  ratio");
    let dense = [100, 300, 1000, 3000, 10_000].map(|count| (count, 5000.0));
    let even = [1000, 10_000, 30_000, 100_000].map(|count| (count, (f64::from(count) / 40.0).sqrt() * 1000.0));
    for (name, scenes) in [("5 km x 5 km", &dense[..]), ("40 a km2", &even[..])] {
        for &(count, side_m) in scenes {
            let start = traffic(count, side_m);
            let (tree_s, _) = mean_s(&start, 3, |motions| {
                Neighbours::default().of(&Courses::straight_on(motions), &MINIMA).unwrap().len()
            });
            let mut detector = Detector::new(MINIMA);
            let (reused_s, found) = mean_s(&start, TICKS, |motions| detector.conflicts(motions).unwrap().len());
            let [grid_s, sweep_s] = [uniform_grid as Rival, sort_and_sweep].map(|rival| {
                let ticks = if count > 20_000 { 3 } else { TICKS };
                let (tick_s, others) = mean_s(&start, ticks, |motions| exact(motions, rival(motions).into_iter()));
                assert!(ticks != TICKS || others == found, "{others} {found}");
                tick_s
            });
            let us = |seconds: f64| seconds * 1e6;
            println!(
                "{name:<15} {count:>10} {:>7.0} {:>13.0} {:>11.0} {:>12.0} {found:>10}  {:.2}; {:.0} ns a drone, {:?}",
                us(tree_s),
                us(reused_s),
                us(grid_s),
                us(sweep_s),
                reused_s / grid_s.min(sweep_s),
                reused_s * 1e9 / f64::from(count),
                detector.work(),
            );
        }
    }
}
