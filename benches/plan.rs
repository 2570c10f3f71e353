//! How long planning takes from a hub to the summit, on one core, grid and checks included, and where the time
//! goes: `cargo bench --bench plan`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::path::Path;
use std::time::Instant;

use skygrid::scenario::{ResolvedScenario, Source, resolve};
use skygrid::traffic::route::{
    Figures, Flier, GridPlanner, Planner, PlanningRequest, StraightPlanner, Weights, breach,
};

const RUNS: usize = 15;

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/fenghuang.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let scenario = resolve(Source::new(path, text), &[]).unwrap().scenario;
    // Deliveries have a corridor of 200 m, the forest station nearly the whole area.
    for fleet in [1, 2] {
        let request = request(&scenario, fleet);
        for (resolution_m, alternatives) in [(20.0, 1), (10.0, 1), (20.0, 3)] {
            let request = PlanningRequest { resolution_m, alternatives, ..request };
            let (plan_ms, routes) = median(|| GridPlanner.plan(&request).map_or(0, |routes| routes.len()));
            let first = GridPlanner.plan(&request).unwrap().remove(0);
            println!(
                "{:<8} at {resolution_m:2.0} m, {alternatives} wanted: {plan_ms:6.1} ms, {routes} found; {:.0} m, {:.0} s, cost {:.1} s, {} waypoints",
                scenario.fleets[fleet].id,
                first.figures.length_m,
                first.figures.time_s,
                first.cost_s,
                first.plan.waypoints.len(),
            );
        }
        let first = GridPlanner.plan(&request).unwrap().remove(0);
        let (check_ms, _) = median(|| usize::from(breach(&first.plan, &request).is_some()));
        let (figures_ms, _) = median(|| usize::from(Figures::of(&first.plan, &request).length_m > 0.0));
        let (straight_ms, found) = median(|| usize::from(StraightPlanner.plan(&request).is_ok()));
        println!(
            "{:<8} exact check {check_ms:.2} ms, figures {figures_ms:.2} ms; straight baseline {straight_ms:.2} ms, {found} found",
            scenario.fleets[fleet].id
        );
    }
}

fn request(scenario: &ResolvedScenario, fleet: usize) -> PlanningRequest<'_> {
    let fleet = &scenario.fleets[fleet];
    let pad = scenario.pads.iter().find(|pad| pad.id == "summit").unwrap();
    PlanningRequest {
        airspace: &scenario.airspace,
        reluctant: None,
        network: scenario.network.as_ref(),
        flier: Flier { aircraft: &fleet.aircraft, power: &fleet.power, payload_kg: 0.0 },
        operator: fleet.operator.as_deref(),
        ends: [scenario.hubs[fleet.hub.unwrap().index()].position, pad.position],
        depart: scenario.clock.begins,
        speed_mps: fleet.aircraft.cruise_speed_mps,
        battery: None,
        weights: Weights::default(),
        resolution_m: 20.0,
        alternatives: 1,
    }
}

/// The median time of some runs, ms, and what the last one gave.
fn median(mut run: impl FnMut() -> usize) -> (f64, usize) {
    let mut times = Vec::new();
    let mut given = 0;
    for _ in 0..RUNS {
        let begin = Instant::now();
        given = run();
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    (times[RUNS / 2], given)
}
