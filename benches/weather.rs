//! What the weather costs a drone in a step: the wind where it is, and the turbulence it feels: `cargo bench --bench weather`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::hint::black_box;
use std::time::Instant;

use skygrid::units::{Purpose, RandomStream, SimTime};
use skygrid::world::geo::{Place, Rectangle, Velocity};
use skygrid::world::terrain::{HeightField, Terrain};
use skygrid::world::weather::{Conditions, Dryden, Gust, Hills, Profile, WindField, wind_from};

const HALF_SIDE_M: f64 = 2500.0;
const DRONES: u16 = 10_000;
const STEPS: u32 = 100;

fn main() {
    let field = HeightField::sampled(Place::new(-7000.0, -7000.0), 20.0, [701, 701], |p| {
        300.0 + 100.0 * libm::sin(p.x / 500.0) * libm::cos(p.y / 700.0)
    });
    let terrain = Terrain::new(field, None, true, "bench");
    let low = Place::new(-HALF_SIDE_M, -HALF_SIDE_M);
    let area = Rectangle { low, high: Place::new(HALF_SIDE_M, HALF_SIDE_M) };
    let started = Instant::now();
    let hills = Hills::over(&terrain, &area);
    println!("hills of 25 km²: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let wind = WindField::new(&Profile::POWER_C, Some(hills));
    let draw = RandomStream::new(1, Purpose::Traffic, 1);
    let places: Vec<Place> = (0..u64::from(DRONES))
        .map(|n| {
            let at = |n| draw.between(n, -HALF_SIDE_M, HALF_SIDE_M);
            Place::new(at(2 * n), at(2 * n + 1))
        })
        .collect();
    for round in 1..=3 {
        println!("round {round}: wind {:.1} ns, turbulence {:.1} ns", wind_ns(&wind, &places), turbulence_ns());
    }
}

fn wind_ns(field: &WindField, places: &[Place]) -> f64 {
    let started = Instant::now();
    let mut sum = 0.0;
    for step in 0..STEPS {
        let conditions =
            Conditions { wind_mps: wind_from(f64::from(step) * 7.0, 6.0), gust_mps: 10.0, ..Conditions::STILL };
        sum += places.iter().map(|place| field.wind(place, 20.0 + f64::from(step), &conditions).gust_mps).sum::<f64>();
    }
    black_box(sum);
    each_ns(started)
}

fn turbulence_ns() -> f64 {
    let dryden = Dryden::new(SimTime::from_millis(500));
    let stream = |drone| RandomStream::new(1, Purpose::Turbulence, drone);
    let mut gusts: Vec<Gust> = (0..DRONES).map(|ordinal| Gust::begin(stream(ordinal.into()), 0)).collect();
    let started = Instant::now();
    let mut sum = Velocity::zeros();
    for step in 0..STEPS {
        let agl_m = 20.0 + f64::from(step);
        sum += gusts.iter_mut().map(|gust| dryden.advance(gust, agl_m, 12.0, 8.0)).sum::<Velocity>();
    }
    black_box(sum);
    each_ns(started)
}

fn each_ns(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e9 / (f64::from(DRONES) * f64::from(STEPS))
}
