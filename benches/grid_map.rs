//! How long grid maps take on one core, and how much memory: `cargo bench --bench grid_map`.
//!
//! Level 7 over the 25 km² of Fenghuang with rules of every kind, against asking every cell alone; and 10 000 km² at
//! level 5 over made-up ground.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use skygrid::scenario::{Source, resolve};
use skygrid::units::{Altitude, Purpose, RandomStream};
use skygrid::world::airspace::{
    Airspace, Bounds, Flyer, Footprint, Geozone, GridMap, Lattice, Origin, Restriction, Rules, Schedule, Sheet, Volume,
};
use skygrid::world::geo::beidou::Level;
use skygrid::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};
use skygrid::world::terrain::{HeightField, Terrain};

/// Half a side of 10 000 km², m.
const HALF_SIDE_M: f64 = 50_000.0;
/// Zones over it.
const ZONES: u64 = 2000;
/// One cell of so many is asked alone.
const ALONE: usize = 20;

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/places/grid.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let scenario = resolve(Source::new(&path, text), &[]).unwrap().scenario;
    let airspace = &scenario.airspace;
    measure("25 km² at level 7", airspace, &sheet(airspace, scenario.projection, 7));
    let projection = LocalProjection::new(Geographic::new(41.5375, 120.485));
    let large = large(projection);
    measure("10 000 km² at level 5", &large, &sheet(&large, projection, 5));
}

fn sheet(airspace: &Airspace, projection: LocalProjection, level: u8) -> Sheet {
    let extent = airspace.extent();
    let [south_west, north_east] = [extent.low, extent.high].map(|corner| projection.to_geographic(&corner));
    Sheet::over(Lattice::BeiDou(Level::new(level).unwrap()), south_west, north_east, projection)
}

fn measure(name: &str, airspace: &Airspace, sheet: &Sheet) {
    for round in 1..=3 {
        let started = Instant::now();
        let map = GridMap::new(airspace, *sheet, jiff::Timestamp::UNIX_EPOCH, Flyer::AnyHolder);
        let made_s = started.elapsed().as_secs_f64();
        // Every band of every cell, with the layers of the height code that it reaches.
        let (cells, open, layers) = map
            .cells()
            .flat_map(|cell| cell.bands().zip(cell.band_layers()).collect::<Vec<_>>())
            .fold((0_usize, 0_usize, 0_i64), |(bands, open, layers), (band, spanned)| {
                let layer = spanned.map_or(0, |[_, to]| i64::from(to));
                (bands + 1, open + usize::from(band.is_open), layers.wrapping_add(layer))
            });
        let seconds = started.elapsed().as_secs_f64();
        let count = map.cells().count();
        assert!(cells == 16 * count && layers != 0);
        let alone_s = alone(&map);
        println!(
            "{name}, round {round}: {count} cells and {cells} bands ({open} open) in {seconds:.2} s ({made_s:.2} s without \
             bands), each alone {alone_s:.2} s, {:.1} times as fast; peak memory {} MB",
            alone_s / made_s,
            peak_mb()
        );
    }
}

/// What all cells would take if each looked for its rules itself, from a sample of them.
fn alone(map: &GridMap<'_>) -> f64 {
    let airspace = map.airspace();
    let (mut seconds, mut same) = (0.0, true);
    for cell in map.cells().step_by(ALONE) {
        let started = Instant::now();
        let area = Rectangle::around(cell.local_corners()).unwrap();
        let ground = airspace.terrain().ground_range_m(&area).unwrap();
        let column = airspace.vicinity(&area, map.at(), Flyer::AnyHolder).column(&area, ground);
        seconds += started.elapsed().as_secs_f64();
        same &= &column == cell.column;
    }
    assert!(same, "the map is its cells asked alone");
    seconds * f64::from(u32::try_from(ALONE).unwrap())
}

fn large(projection: LocalProjection) -> Airspace {
    let area = Rectangle { low: Place::new(-HALF_SIDE_M, -HALF_SIDE_M), high: Place::new(HALF_SIDE_M, HALF_SIDE_M) };
    let ground = |p: &Place| 300.0 + 150.0 * libm::sin(p.x / 1700.0) * libm::cos(p.y / 2300.0);
    let field = HeightField::sampled(Place::new(-51_000.0, -51_000.0), 30.0, [3401, 3401], ground);
    let terrain = Terrain::new(field, None, true, "bench").with_geoid(Geoid::over(area, projection));
    let draw = RandomStream::new(1, Purpose::Traffic, 5);
    let zones = (0..ZONES).map(|step| {
        let at = |n: u64, low, high| draw.between(8 * step + n, low, high);
        let centre = Place::new(at(0, -HALF_SIDE_M, HALF_SIDE_M), at(1, -HALF_SIDE_M, HALF_SIDE_M));
        let footprint = Footprint::Circle { centre, radius_m: at(2, 100.0, 1500.0) };
        zone(step, footprint, at(3, 0.0, 80.0), projection)
    });
    let bounds = Bounds { outline: area.corners().to_vec(), ceiling_agl_m: 120.0, clearance_m: 20.0 };
    Airspace::new(bounds, Rules { zones: zones.collect(), ..Rules::default() }, Arc::new(terrain))
}

fn zone(step: u64, footprint: Footprint, from_agl_m: f64, projection: LocalProjection) -> Geozone {
    let middle = projection.to_geographic(&nalgebra::center(&footprint.extent().low, &footprint.extent().high));
    Geozone {
        id: format!("{step}"),
        name: skygrid::message::Text::default(),
        restriction: if step.is_multiple_of(3) { Restriction::Prohibited } else { Restriction::ReqAuthorisation },
        conditions: String::new(),
        reasons: Vec::new(),
        origin: Origin::Published,
        authorities: Vec::new(),
        schedule: Schedule::default(),
        middle,
        volumes: vec![Volume { footprint, lower: Altitude::agl(from_agl_m), upper: None }],
        exempt: None,
    }
}

/// The most memory this process has had, MB.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1000
}
