//! Nobody is above the ceiling or under the ground at any instant, between frames too.

use std::sync::Arc;

use skygrid::aircraft::Kinematics;
use skygrid::frame::{DroneSample, FlightPhase};
use skygrid::scenario::ResolvedScenario;
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::SimTime;
use skygrid::world::geo::{Position, Velocity};

use crate::support::scenario;

/// What quantising to centimetres and to the frame's step may hide, m.
const TOLERANCE_M: f64 = 0.05;

fn kinematics(sample: &DroneSample) -> Kinematics {
    Kinematics { position: Position::from(sample.position_m()), velocity: Velocity::from(sample.velocity_mps()) }
}

/// Steps through a run with a frame a step and looks at every drone ten times within each step.
fn check_heights(scene: &Arc<ResolvedScenario>, until_s: f64) -> u64 {
    let mut simulation = Simulation::new(scene, 1, &Algorithms::default()).unwrap();
    let mut before = simulation.frame();
    let mut looks = 0;
    while simulation.now() < SimTime::from_seconds(until_s) {
        simulation.step().unwrap();
        let now = simulation.frame();
        for (a, b) in
            before.drones.iter().zip(&now.drones).filter(|(a, b)| a.phase.is_airborne() && b.phase.is_airborne())
        {
            for tenth in 0..=10_u8 {
                let state = kinematics(a).within_step(&kinematics(b), scene.clock.step, f64::from(tenth) / 10.0);
                let agl_m = scene.terrain.agl_m(&state.position).unwrap();
                looks += 1;
                assert!(agl_m <= 120.0 + TOLERANCE_M, "{:?} {a:?}: {agl_m} m above ground", now.time);
                let floor_m = if a.phase == FlightPhase::Cruise && b.phase == FlightPhase::Cruise { 20.0 } else { 0.0 };
                assert!(agl_m >= floor_m - TOLERANCE_M, "{:?} {a:?}: {agl_m} m above ground", now.time);
            }
        }
        before = now;
    }
    looks
}

#[test]
fn the_home_scene_stays_below_the_ceiling_and_above_the_ground() {
    let looks = check_heights(&scenario("scenarios/fenghuang.toml", &[]), 7200.0);
    assert!(looks > 200_000, "{looks}");
}

#[test]
fn random_traffic_stays_below_the_ceiling_and_above_the_ground() {
    let scene = scenario("scenarios/random-1000.toml", &[("traffic.random.count", "150")]);
    let looks = check_heights(&scene, 300.0);
    assert!(looks > 200_000, "{looks}");
}
