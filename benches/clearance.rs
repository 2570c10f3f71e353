//! How long the clearance of a 5 km segment takes, against sampling it every metre: `cargo bench --bench clearance`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::path::Path;
use std::time::Instant;

use skygrid::scenario::{Source, resolve};
use skygrid::units::{Purpose, RandomStream};
use skygrid::world::geo::{Horizontal, Position};
use skygrid::world::terrain::Terrain;

const SEGMENTS: u64 = 2000;
const LENGTH_M: f64 = 5000.0;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/fenghuang.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let scenario = resolve(Source::new(&path, text), &[]).unwrap().scenario;
    let terrain = &scenario.terrain;
    let segments: Vec<(Position, Position)> = (0..SEGMENTS).map(|step| segment(step, terrain)).collect();
    for round in 1..=3 {
        let started = Instant::now();
        let exact: Vec<f64> = segments.iter().map(|(a, b)| terrain.lowest(a, b).unwrap().agl_m).collect();
        let exact_s = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let sampled: Vec<f64> = segments.iter().map(|(a, b)| lowest_sample_m(a, b, terrain)).collect();
        let sampled_s = started.elapsed().as_secs_f64();
        let optimistic = exact.iter().zip(&sampled).filter(|(exact, sampled)| *exact > &(*sampled + 1e-6)).count();
        let each = |seconds: f64| seconds / f64::from(u32::try_from(SEGMENTS).unwrap()) * 1e6;
        println!(
            "round {round}: exact {:.2} µs, every metre {:.2} µs, {:.1} times as fast, {optimistic} optimistic",
            each(exact_s),
            each(sampled_s),
            sampled_s / exact_s
        );
    }
}

/// A segment of 5 km in the box whose ends are 60 to 120 m above ground.
fn segment(step: u64, terrain: &Terrain) -> (Position, Position) {
    let draw = RandomStream::new(1, Purpose::Traffic, 77);
    let at = |n: u64, low, high| draw.between(6 * step + n, low, high);
    let angle = at(0, 0.0, std::f64::consts::TAU);
    let half = Horizontal::new(libm::cos(angle), libm::sin(angle)) * (LENGTH_M / 2.0);
    let middle = Horizontal::new(at(1, -500.0, 500.0), at(2, -500.0, 500.0));
    let end = |offset: Horizontal, agl_m: f64| {
        let place = (middle + offset).into();
        Position::new(middle.x + offset.x, middle.y + offset.y, terrain.ground_amsl_m(&place).unwrap() + agl_m)
    };
    (end(-half, at(3, 60.0, 120.0)), end(half, at(4, 60.0, 120.0)))
}

fn lowest_sample_m(a: &Position, b: &Position, terrain: &Terrain) -> f64 {
    let samples = (0..=5000_u32).map(|metre| terrain.agl_m(&(a + (b - a) * (f64::from(metre) / 5000.0))).unwrap());
    samples.fold(f64::INFINITY, f64::min)
}
