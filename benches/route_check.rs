//! How long the check of a 5 km route takes, every leg at its time: `cargo bench --bench route_check`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::path::Path;
use std::time::Instant;

use skygrid::aircraft::PowerModel;
use skygrid::scenario::{Source, WayToFly, resolve};
use skygrid::traffic::route::{Flier, PlannedFlight, Setting, check_route};
use skygrid::units::RouteId;
use skygrid::world::geo::Position;

const ROUNDS: u32 = 200;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/fenghuang.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let scenario = resolve(Source::new(&path, text), &[]).unwrap().scenario;
    let rallies: Vec<Position> = scenario.rallies.iter().map(|rally| rally.position).collect();
    let setting = Setting {
        airspace: &scenario.airspace,
        weather: scenario.weather.as_ref(),
        network: scenario.network.as_ref(),
        rallies: &rallies,
        middle: scenario.projection.centre(),
    };
    for (index, route) in scenario.routes.iter().enumerate() {
        let flyer = scenario.flyer_of(RouteId::from_index(index));
        let power = PowerModel::new(scenario.energy_model, &flyer.aircraft);
        let ways = scenario.ways_of(RouteId::from_index(index), &flyer).unwrap();
        let WayToFly { plan, stands: [from_stands, to_stands], payload_kg, .. } = &ways[0];
        let usable_wh = flyer.aircraft.battery.usable_wh(15.0);
        let flight = PlannedFlight {
            plan,
            flier: Flier { aircraft: &flyer.aircraft, power: &power, payload_kg: *payload_kg },
            operator: flyer.operator.as_deref(),
            departs: scenario.clock.begins,
            battery_wh: usable_wh,
            reserve_wh: 0.2 * usable_wh,
            asked_mps: route.speed_mps,
            from_stands,
            to_stands,
        };
        let mut each_us = Vec::new();
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let check = check_route(&flight, &setting);
            each_us.push(started.elapsed().as_secs_f64() * 1e6);
            assert!(check.is_flyable(), "{:?}", check.findings);
        }
        each_us.sort_by(f64::total_cmp);
        let (median, p99) = (each_us[each_us.len() / 2], each_us[each_us.len() * 99 / 100]);
        println!(
            "{:<20} {:>5.2} km, {} points: median {median:.0} µs, p99 {p99:.0} µs",
            route.id,
            plan.length_m() / 1000.0,
            plan.points.len()
        );
    }
}
