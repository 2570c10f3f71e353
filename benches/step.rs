//! What a step costs a drone on one core: motion alone, then with each model of weather, navigation, links and failures,
//! and with all of them; conflict detection aside: `cargo bench --bench step`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use skygrid::scenario::{Source, resolve};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::SimTime;

/// Eight hundred drones on a circuit over the mountain.
const TRAFFIC: &str = r#"
    format = 1
    name = "bench"
    title = { en = "Bench", zh = "性能测试" }
    time = { start = "2026-05-01T09:00:00+08:00", duration_s = 1200 }
    area = { south_deg = 41.515, north_deg = 41.560019, west_deg = 120.455, east_deg = 120.514918 }
    terrain = { file = "../assets/terrain/fenghuang.tif", surround_file = "../assets/terrain/fenghuang_surround.tif" }
    [[hub]]
    id = "city"
    position = { lat_deg = 41.5570, lon_deg = 120.4600 }
    departure_interval_s = 0
    [[fleet]]
    id = "patrol"
    aircraft = "m350"
    hub = "city"
    count = 800
    [[route]]
    id = "patrol"
    from = "city"
    altitude_agl_m = 90
    via = [
        { lat_deg = 41.5480, lon_deg = 120.4840 }, { lat_deg = 41.5400, lon_deg = 120.4980 },
        { lat_deg = 41.5310, lon_deg = 120.5080 }, { lat_deg = 41.5220, lon_deg = 120.5060 },
        { lat_deg = 41.5180, lon_deg = 120.4930 }, { lat_deg = 41.5240, lon_deg = 120.4800 },
        { lat_deg = 41.5340, lon_deg = 120.4760 }, { lat_deg = 41.5440, lon_deg = 120.4740 },
    ]
    [[round]]
    id = "patrol"
    kind = "fire-patrol"
    route = "patrol"
    fleet = "patrol"
    first_s = 1
    every_s = 1
"#;
const WIND: &str = "[weather]\nconstant = { wind_mps = 3, direction_deg = 320 }\nturbulence = \"none\"\n";
const TURBULENCE: &str = "[weather]\nconstant = { wind_mps = 3, direction_deg = 320 }\n";
const NAVIGATION: &str = "[navigation]\nmode = \"sbas\"\n";
const NETWORK: &str = r#"
    [[base_station]]
    id = "city"
    position = { lat_deg = 41.557, lon_deg = 120.462 }
    height_agl_m = 35
    eirp_dbm = 55
    frequency_mhz = 2600
    [[base_station]]
    id = "summit"
    position = { lat_deg = 41.523, lon_deg = 120.496 }
    height_agl_m = 25
    eirp_dbm = 55
    frequency_mhz = 2600
"#;
const FAILURES: &str = "[failures]\nlink_per_h = 0.1\nnavigation_per_h = 0.1\n";
const MANNED: &str = r#"
    [[manned]]
    id = "helicopter"
    kind = "helicopter"
    path = [
        { lat_deg = 41.51, lon_deg = 120.45, altitude_amsl_m = 900 },
        { lat_deg = 41.56, lon_deg = 120.52, altitude_amsl_m = 900 },
    ]
    at_s = [850, 950, 1050, 1150]
"#;

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let all = [TURBULENCE, NAVIGATION, NETWORK, FAILURES, MANNED].concat();
    let variants = [
        ("motion and energy alone", ""),
        ("with wind over hills", WIND),
        ("with wind and turbulence", TURBULENCE),
        ("with navigation errors", NAVIGATION),
        ("with links", NETWORK),
        ("with failures", FAILURES),
        ("with manned aircraft", MANNED),
        ("with all", all.as_str()),
    ];
    for round in 1..=3 {
        let mut alone_ns = 0.0;
        for (name, more) in variants {
            let (step_ns, drones) = step_ns(more);
            if more.is_empty() {
                alone_ns = step_ns;
            }
            println!(
                "round {round}: {step_ns:5.0} ns a drone and step {name} ({:+.0} ns), {drones} drones",
                step_ns - alone_ns
            );
        }
    }
}

/// Time of a step for each drone in the air, between 900 and 1200 s.
fn step_ns(more: &str) -> (f64, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bench.toml");
    let mut scenario = resolve(Source::new(path, format!("{TRAFFIC}{more}")), &[]).unwrap().scenario;
    scenario.detection_interval = SimTime::END;
    let mut simulation = Simulation::new(&Arc::new(scenario), 1, &Algorithms::default()).unwrap();
    while simulation.now() < SimTime::from_seconds(900.0) {
        simulation.step().unwrap();
    }
    let (mut drone_steps, begin) = (0, Instant::now());
    while simulation.now() < SimTime::from_seconds(1200.0) {
        simulation.step().unwrap();
        drone_steps += simulation.airborne();
    }
    let lasted_s = begin.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand")]
    let step_ns = lasted_s * 1e9 / drone_steps as f64;
    (step_ns, simulation.airborne())
}
