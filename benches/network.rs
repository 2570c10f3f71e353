//! What the network costs: the maps of 25 km² once, and a drone's position and link at each step:
//! `cargo bench --bench network`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use skygrid::aircraft::{Navigation, PositionError, Positioning};
use skygrid::message::Text;
use skygrid::units::{Purpose, RandomStream, SimTime};
use skygrid::world::coverage::{
    BaseStation, CoverageMap, LinkParameters, Network, Report, Reporter, Sky, SkyMap, Technology,
};
use skygrid::world::geo::{Horizontal, Place, Position, Rectangle, Velocity};
use skygrid::world::terrain::{HeightField, Terrain};

const DRONES: u64 = 1_000;
const STEPS: u64 = 600;
const STEP: SimTime = SimTime::from_millis(500);

fn main() {
    let field = HeightField::sampled(Place::new(-3000.0, -3000.0), 10.0, [601, 601], |p| {
        300.0 + 150.0 * libm::sin(p.x / 600.0) * libm::cos(p.y / 700.0)
    });
    let terrain = Terrain::new(field, None, true, "bench");
    let area = Rectangle { low: Place::new(-2500.0, -2500.0), high: Place::new(2500.0, 2500.0) };
    let stations: Vec<BaseStation> = (0..3).map(|ordinal| station(ordinal, &terrain)).collect();
    let started = Instant::now();
    let map = CoverageMap::new(&stations, &terrain, &area, 120.0);
    let [columns, rows] = map.grid().lattice().size();
    println!("coverage of 3 stations, {columns} × {rows} nodes, 4 bands: {:.3} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let sky = SkyMap::new(&terrain, &area, 120.0);
    let [columns, rows] = sky.grid().lattice().size();
    println!("sky, {columns} × {rows} nodes, 4 bands: {:.3} s", started.elapsed().as_secs_f64());
    let link = LinkParameters {
        sensitivity_dbm: -94.0,
        lost_after: SimTime::from_millis(5_000),
        report_interval: SimTime::from_millis(1_000),
        mean_burst: 3.0,
    };
    let network = Network { stations, map: Arc::new(map), link };
    let navigation = Navigation { positioning: Positioning::Standalone, sky: Arc::new(sky) };
    for round in 1..=3 {
        println!("round {round}: {:.1} ns a lookup of power", lookup_ns(&network));
        println!(
            "round {round}: {:.1} ns a drone and step: position {:.1}, link {:.1}",
            fly(&network, &navigation, true, true),
            fly(&network, &navigation, true, false),
            fly(&network, &navigation, false, true)
        );
    }
}

fn station(ordinal: u16, terrain: &Terrain) -> BaseStation {
    let place = Place::new(f64::from(ordinal) * 1500.0 - 1500.0, f64::from(ordinal) * 900.0 - 1000.0);
    let ground_m = terrain.ground_amsl_m(&place).unwrap();
    BaseStation {
        id: ordinal.to_string(),
        ordinal,
        name: Text::default(),
        position: Position::new(place.x, place.y, ground_m + 30.0),
        height_agl_m: 30.0,
        eirp_dbm: 55.0,
        frequency_mhz: 2600.0,
        technology: Technology::Nr,
    }
}

/// Places that drones fly over, all over the area.
fn places(count: u64) -> Vec<Place> {
    let draw = RandomStream::new(1, Purpose::Traffic, 0);
    (0..count)
        .map(|step| Place::new(draw.between(2 * step, -2500.0, 2500.0), draw.between(2 * step + 1, -2500.0, 2500.0)))
        .collect()
}

fn lookup_ns(network: &Network) -> f64 {
    let places = places(1000 * DRONES);
    let started = Instant::now();
    let sum: f64 = places.iter().map(|place| network.map.power_dbm(place, 61.0)).sum();
    black_box(sum);
    nanos(started, 1000)
}

/// Where all of them are, known at the start.
const HERE: Report =
    Report { taken: SimTime::ZERO, position: Position::new(0.0, 0.0, 100.0), velocity: Velocity::new(0.0, 0.0, 0.0) };

/// Nanoseconds a drone and step.
fn fly(network: &Network, navigation: &Navigation, with_position: bool, with_link: bool) -> f64 {
    let stream = |purpose, drone| RandomStream::new(1, purpose, drone);
    let mut drones: Vec<(PositionError, Reporter)> = (0..DRONES)
        .map(|drone| {
            let error = PositionError::new(navigation, &Sky::OPEN, stream(Purpose::Navigation, drone));
            (error, Reporter::new(HERE, stream(Purpose::Link, drone)))
        })
        .collect();
    let pace = navigation.pace(STEP);
    let starts = places(DRONES);
    let started = Instant::now();
    for number in 0..STEPS {
        let now = SimTime::from_millis(STEP.millis() * i64::try_from(number).unwrap());
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let flown = Horizontal::new(1.0, 0.5) * number as f64;
        for (start, (error, reporter)) in starts.iter().zip(&mut drones) {
            let place = start + flown;
            if with_position {
                let sky = navigation.sky(&place, 61.0);
                error.advance((navigation, &pace), (&sky, false), number);
            }
            if with_link {
                if now.is_tick_of(network.link.report_interval) {
                    let position = error.believed(&Position::new(place.x, place.y, 361.0));
                    let report = Report { taken: now, position, velocity: Velocity::zeros() };
                    reporter.send(report, &network.reception(&place, 61.0), &network.link);
                }
                reporter.receive(now);
            }
        }
    }
    black_box(&drones);
    nanos(started, STEPS)
}

fn nanos(started: Instant, rounds: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let count = (DRONES * rounds) as f64;
    started.elapsed().as_secs_f64() * 1e9 / count
}
