//! How long it takes to say what holds over a place among 10 000 zones, against testing every zone:
//! `cargo bench --bench column`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use skygrid::message::Text;
use skygrid::units::{Altitude, Purpose, RandomStream};
use skygrid::world::airspace::{
    Airspace, Bounds, Flyer, Footprint, Geozone, Origin, Restriction, Rules, Schedule, Volume,
};
use skygrid::world::geo::{Geographic, Horizontal, Place, Rectangle};
use skygrid::world::terrain::{HeightField, Terrain};

const ZONES: u64 = 10_000;
const PLACES: u64 = 20_000;
/// One place of so many is tested against every zone.
const NAIVE: usize = 40;
const HALF_SIDE_M: f64 = 25_000.0;
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn main() {
    let draw = RandomStream::new(1, Purpose::Traffic, 6);
    let airspace = airspace(draw);
    let places: Vec<Place> = (0..PLACES)
        .map(|step| {
            let at = |n: u64| draw.between(1_000_000 + 2 * step + n, -HALF_SIDE_M + 1.0, HALF_SIDE_M - 1.0);
            Place::new(at(0), at(1))
        })
        .collect();
    for round in 1..=3 {
        let started = Instant::now();
        let open = places.iter().filter(|place| is_open(&airspace, place)).count();
        let each_us = micros(started, places.len());
        let sample: Vec<&Place> = places.iter().step_by(NAIVE).collect();
        let started = Instant::now();
        let naive = sample.iter().filter(|place| is_open_of_all(&airspace, place)).count();
        let naive_us = micros(started, sample.len());
        assert_eq!(naive, sample.iter().filter(|place| is_open(&airspace, place)).count());
        println!(
            "round {round}: {each_us:.2} µs each, {naive_us:.1} µs by testing {ZONES} zones, {:.0} times as fast; {open} of {PLACES} open",
            naive_us / each_us
        );
    }
}

fn micros(started: Instant, count: usize) -> f64 {
    started.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap())
}

/// Whether one may fly over a place up to the ceiling.
fn is_open(airspace: &Airspace, place: &Place) -> bool {
    let column = airspace.column(place, NOW, Flyer::Operator(None)).unwrap();
    column.open.permits(20.0, 120.0)
}

/// The same without an index.
fn is_open_of_all(airspace: &Airspace, place: &Place) -> bool {
    let ground_m = airspace.terrain().ground_amsl_m(place).unwrap();
    let point = Rectangle { low: *place, high: *place };
    let reaches = |volume: &Volume| {
        let [from_m, to_m] = volume.limits_agl_m(&point, (ground_m, ground_m), airspace.terrain());
        from_m < 120.0 && to_m > 20.0 && volume.footprint.contains(place)
    };
    // Every zone is looked at, as who wants to name all that hold must.
    let zones = airspace.rules().zones.iter().filter(|zone| zone.holds(NOW));
    zones.filter(|zone| zone.volumes.iter().any(reaches)).count() == 0
}

/// Circles and polygons, some of them with 40 corners, over 2500 km².
fn airspace(draw: RandomStream) -> Airspace {
    let area = Rectangle { low: Place::new(-HALF_SIDE_M, -HALF_SIDE_M), high: Place::new(HALF_SIDE_M, HALF_SIDE_M) };
    let field = HeightField::sampled(Place::new(-26_000.0, -26_000.0), 100.0, [521, 521], |p| {
        300.0 + 100.0 * libm::sin(p.x / 1500.0)
    });
    let zones = (0..ZONES).map(|step| {
        let at = |n: u64, low, high| draw.between(8 * step + n, low, high);
        let centre = Place::new(at(0, -HALF_SIDE_M, HALF_SIDE_M), at(1, -HALF_SIDE_M, HALF_SIDE_M));
        let footprint = footprint(step, centre, at(2, 50.0, 600.0));
        let volume = Volume { footprint, lower: Altitude::agl(at(3, 0.0, 100.0)), upper: None };
        Geozone {
            id: format!("{step}"),
            name: Text::default(),
            restriction: if step.is_multiple_of(2) { Restriction::Prohibited } else { Restriction::ReqAuthorisation },
            conditions: String::new(),
            reasons: Vec::new(),
            origin: Origin::Published,
            authorities: Vec::new(),
            schedule: Schedule::default(),
            middle: Geographic::new(0.0, 0.0),
            volumes: vec![volume],
            exempt: None,
        }
    });
    let bounds = Bounds { outline: area.corners().to_vec(), ceiling_agl_m: 120.0, clearance_m: 20.0 };
    let rules = Rules { zones: zones.collect(), ..Rules::default() };
    Airspace::new(bounds, rules, Arc::new(Terrain::new(field, None, true, "bench")))
}

fn footprint(step: u64, centre: Place, radius_m: f64) -> Footprint {
    let corners = [0, 4, 12, 40][(step % 4) as usize];
    if corners == 0 {
        return Footprint::Circle { centre, radius_m };
    }
    let corner = |index: u32| {
        let angle = f64::from(index) * std::f64::consts::TAU / f64::from(corners);
        // A star: every other corner lies inside.
        let radius_m = if index.is_multiple_of(2) { radius_m } else { 0.6 * radius_m };
        centre + Horizontal::new(libm::cos(angle), libm::sin(angle)) * radius_m
    };
    Footprint::polygon((0..corners).map(corner).collect())
}
