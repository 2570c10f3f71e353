//! Types of aircraft in scenarios: how they fly, what it costs them, files of users.

use std::sync::Arc;

use skygrid::aircraft::{CaacClass, EnergyModel, PowerModel, embedded_file};
use skygrid::frame::{FlightPhase, SimEvent};
use skygrid::message::Severity;
use skygrid::scenario::{Override, ResolvedScenario, Source, greatest_payload_kg, resolve, sortie_budget};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::traffic::route::UniformAir;
use skygrid::units::SimTime;

use crate::support::{flat, flat_text, outcome, patrol, scenario, skygrid};

/// What the first sortie of a scene took, and what happened on it.
#[derive(Debug, Default)]
struct Flown {
    time_s: f64,
    distance_m: f64,
    energy_wh: f64,
    phases: Vec<FlightPhase>,
}

/// Flies a scene until its first sortie is finished; every drone sample is shown to `see`.
fn first_sortie(scene: &Arc<ResolvedScenario>, see: &mut dyn FnMut(&skygrid::frame::DroneSample)) -> Flown {
    seeded_sortie(scene, 1, see)
}

fn seeded_sortie(scene: &Arc<ResolvedScenario>, seed: u64, see: &mut dyn FnMut(&skygrid::frame::DroneSample)) -> Flown {
    let mut simulation = Simulation::new(scene, seed, &Algorithms::default()).unwrap();
    let mut flown = Flown::default();
    while !simulation.is_finished() {
        simulation.step().unwrap();
        let frame = simulation.frame();
        let sample = &frame.drones[0];
        if flown.phases.last() != Some(&sample.phase) {
            flown.phases.push(sample.phase);
        }
        see(sample);
        for timed in &frame.events {
            if let SimEvent::SortieFinished { duration_ms, distance_m, energy_wh, .. } = timed.event {
                flown.time_s = duration_ms.seconds();
                (flown.distance_m, flown.energy_wh) = (f64::from(distance_m), f64::from(energy_wh));
                return flown;
            }
        }
    }
    panic!("no sortie was finished: {flown:?}");
}

/// A round of 15 km with a hold, flown by a type at a step; and what a test adds.
fn round(aircraft: &str, step_s: f64, more: &str) -> Arc<ResolvedScenario> {
    let via = "via = [
        { lat_deg = -33.8900, lon_deg = 18.4150 },
        { lat_deg = -33.8850, lon_deg = 18.4350, altitude_agl_m = 90, hold_s = 120 },
        { lat_deg = -33.9000, lon_deg = 18.4500 },
        { lat_deg = -33.9150, lon_deg = 18.4400 },
        { lat_deg = -33.9150, lon_deg = 18.4150 },
    ]";
    let text = flat_text(&(patrol(aircraft, via, 3600) + more));
    let step = Override { key: "time.step_s".into(), value: step_s.to_string() };
    let interval = Override { key: "separation.interval_s".into(), value: "1".into() };
    let resolution = resolve(Source::new("flat.toml", text), &[step, interval]).unwrap();
    assert!(resolution.findings.0.is_empty(), "{:?}", resolution.findings);
    Arc::new(resolution.scenario)
}

/// Wind with its turbulence, and errors of position.
const ROUGH: &str = "
    [weather]
    constant = { wind_mps = 3, direction_deg = 320, gust_mps = 5 }
    [navigation]
    mode = \"sbas\"
";

/// Flying time, distance and energy of a round hang on the step by less than 1 %, on rotors and on a wing, in calm air and in
/// wind.
#[test]
fn the_step_hardly_matters() {
    for (aircraft, more) in [("m350", ""), ("flycart-30", ""), ("cw-15", ""), ("m350", ROUGH), ("cw-15", ROUGH)] {
        // Gusts are others at another step: their mean counts.
        let seeds = if more.is_empty() { 1_u32 } else { 12 };
        let flown = |step_s| {
            let scene = round(aircraft, step_s, more);
            let all: Vec<Flown> = (0..seeds).map(|seed| seeded_sortie(&scene, seed.into(), &mut |_| {})).collect();
            let mean = |of: fn(&Flown) -> f64| all.iter().map(of).sum::<f64>() / f64::from(seeds);
            (mean(|flown| flown.time_s), mean(|flown| flown.distance_m), mean(|flown| flown.energy_wh))
        };
        let [fine, middle, coarse] = [0.1, 0.5, 1.0].map(flown);
        for other in [middle, coarse] {
            for (name, one, two) in
                [("time", fine.0, other.0), ("distance", fine.1, other.1), ("energy", fine.2, other.2)]
            {
                assert!((one / two - 1.0).abs() < 0.01, "{aircraft}{more}: {name} {one} {two}");
            }
        }
    }
}

/// A wing takes off on its rotors, flies its round without slowing below 1.2 × stall, circles at the hold, and lands.
#[test]
fn a_wing_flies_a_route_end_to_end() {
    let scene = round("cw-15", 0.5, "");
    let wing = *scene.fleets[0].aircraft.wing().unwrap();
    let least = wing.least_airspeed_mps();
    let radius_m = wing.loiter_radius_m(scene.fleets[0].aircraft.cruise_speed_mps);
    let hold = scene.routes[0].plan.points.iter().find(|point| point.hold.millis() > 0).unwrap().position;
    let mut circling_s = 0.0;
    let flown = first_sortie(&scene, &mut |sample| {
        if sample.phase == FlightPhase::Hover {
            circling_s += 0.5;
            let ([east, north, _], [x, y, _]) = (sample.velocity_mps(), sample.position_m());
            assert!(libm::hypot(east, north) > least - 0.01, "{sample:?}");
            let share = libm::hypot(x - hold.x, y - hold.y) / radius_m;
            assert!(share < 1.4 && (circling_s < 30.0 || (share - 1.0).abs() < 0.05), "{share} after {circling_s} s");
        }
    });
    assert!((circling_s - 120.0_f64).abs() < 1.0, "{circling_s} s");
    let order =
        [FlightPhase::TakeOff, FlightPhase::Cruise, FlightPhase::Hover, FlightPhase::Cruise, FlightPhase::Landing];
    assert_eq!(flown.phases[flown.phases.len() - 6..flown.phases.len() - 1], order, "{:?}", flown.phases);
}

/// A winch: the drone stays in the air over the stand as long as it hands over, at its height, pays for it, and flies home.
#[test]
fn a_winch_hands_over_from_the_air() {
    let scene = |winch: &str| {
        flat(&format!(
            r#"
        [[pad]]
        id = "door"
        position = {{ lat_deg = -33.890, lon_deg = 18.440 }}
        hand_over_s = 50
        {winch}
        [[fleet]]
        id = "courier"
        aircraft = "meituan-4"
        hub = "hub"
        count = 1
        [[route]]
        id = "to-door"
        from = "hub"
        to = "door"
        altitude_agl_m = 60
        [[delivery]]
        id = "orders"
        kind = "city"
        route = "to-door"
        fleet = "courier"
        orders_per_hour = 4
        payload_kg = {{ min = 2.0, max = 2.0 }}
        "#
        ))
    };
    let landed = first_sortie(&scene(""), &mut |_| {});
    assert!(landed.phases.contains(&FlightPhase::HandOver) && !landed.phases.contains(&FlightPhase::Winch));
    let (mut seen, mut delivered) = (0, Vec::new());
    let lowered = first_sortie(&scene("winch_agl_m = 25"), &mut |sample| {
        if sample.phase == FlightPhase::Winch {
            seen += 1;
            delivered.push(sample.position_m()[2]);
            assert!(sample.phase.is_airborne());
        }
    });
    assert_eq!(seen, 100, "50 s at two steps a second");
    assert!(delivered.iter().all(|height| (height - 33.0).abs() < 1.5), "{delivered:?}");
    assert!(
        lowered.energy_wh > landed.energy_wh && !lowered.phases.contains(&FlightPhase::HandOver),
        "{lowered:?} {landed:?}"
    );
}

/// What the check computes before take-off is what the run spends, within a tenth, and never less by more than the rounding.
#[test]
fn budgets_are_what_flights_cost() {
    // Budgets are those of the preferred ways.
    let scene = scenario("scenarios/fenghuang.toml", &[("algorithms.strategic", "unfitted")]);
    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let mut compared = 0;
    while !simulation.is_finished() {
        simulation.step().unwrap();
        for timed in simulation.frame().events {
            let SimEvent::SortieFinished { mission, energy_wh, .. } = timed.event else { continue };
            let mission = scene.mission(mission);
            let power = &scene.fleets[mission.fleet.index()].power;
            let payloads = if greatest_payload_kg(mission) > 0.0 { [0.3, 2.3] } else { [0.0, 0.0] };
            let [least, most] = payloads.map(|payload_kg| {
                let budget = sortie_budget(&scene, mission, power, payload_kg, &UniformAir::calm(15.0));
                budget.unwrap().unwrap().total().energy_wh.total()
            });
            let spent = f64::from(energy_wh);
            assert!((0.95 * least..=1.10 * most).contains(&spent), "{}: {spent} of {least} to {most} Wh", mission.id);
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
}

/// A drone that is charged in place is away for longer than one whose battery is changed.
#[test]
fn charging_keeps_a_drone_on_the_ground() {
    let finished_turns = |battery: &str| {
        let scene = scenario("scenarios/fenghuang.toml", &[("fleet.scenic.battery", battery)]);
        let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
        while !simulation.is_finished() {
            simulation.step().unwrap();
        }
        simulation.counters().missions[1].completed
    };
    assert!(finished_turns("charge") < finished_turns("swap"));
}

/// A user's type: named by a fleet, hashed among the inputs, replacing one of the catalogue with a warning.
#[test]
fn a_users_type_flies() {
    let folder = tempfile::tempdir().unwrap();
    let own =
        embedded_file("m350").unwrap().replace("id = \"m350\"", "id = \"own\"").replace("value = 7.3", "value = 30");
    let own = own.replace("mtow_kg = { value = 9.2", "mtow_kg = { value = 32").replace("value = 0.894", "value = 2.0");
    std::fs::write(folder.path().join("own.toml"), &own).unwrap();
    std::fs::write(folder.path().join("m30t.toml"), embedded_file("m30t").unwrap().replace("41.0", "39.0")).unwrap();
    let text = flat_text(
        r#"
        [[aircraft]]
        file = "own.toml"
        [[aircraft]]
        file = "m30t.toml"
        [[fleet]]
        id = "patrol"
        aircraft = "own"
        hub = "hub"
        count = 1
        [[traffic]]
        id = "random"
        aircraft = "m30t"
        count = 3
        altitude_agl_m = { min = 40, max = 90 }
        speed_mps = { min = 8, max = 12 }
        "#,
    );
    let resolution = resolve(Source::new(folder.path().join("scene.toml"), text), &[]).unwrap();
    let [warning] = &resolution.findings.0[..] else { panic!("{:?}", resolution.findings) };
    assert!(warning.severity == Severity::Warning && warning.site.key == "aircraft[1].file", "{warning:?}");
    let scene = resolution.scenario;
    let [own_type, traffic] = [&scene.fleets[0].aircraft, &scene.fleets[1].aircraft];
    assert_eq!((own_type.id.as_str(), own_type.class()), ("own", CaacClass::Medium));
    assert!((traffic.hover_time_s - 39.0 * 60.0).abs() < 1e-9);
    let hashed = scene.inputs.iter().find(|input| input.path == "own.toml").unwrap();
    assert_eq!(hashed.blake3, blake3::hash(own.as_bytes()).to_hex().to_string());
    let figures = scene.energy_figures();
    assert_eq!(figures["model"], "momentum");
    assert!(figures["aircraft"]["own"]["fit"].as_f64().is_some_and(|fit| fit > 0.1), "{figures}");
}

/// By day alone, unless the type is one for the night.
#[test]
fn a_type_for_the_night_flies_at_night() {
    let folder = tempfile::tempdir().unwrap();
    let flown = ["", "night = true"].map(|night| {
        let own = embedded_file("m350").unwrap().replace("[limits]", &format!("[limits]\n{night}"));
        std::fs::write(folder.path().join("own.toml"), own.replace("id = \"m350\"", "id = \"own\"")).unwrap();
        let air = "[weather]\nconstant = { wind_mps = 2 }\n[[aircraft]]\nfile = \"own.toml\"\n";
        let via = "via = [{ lat_deg = -33.9, lon_deg = 18.43 }]";
        let text = flat_text(&(air.to_owned() + &patrol("own", via, 900)));
        let text = text.replace("T07:30", "T01:30");
        let scene = resolve(Source::new(folder.path().join("scene.toml"), text), &[]).unwrap().scenario;
        outcome(&Arc::new(scene), 1, 1, 900.0).counters.flown_ms
    });
    assert!(flown[0] == SimTime::ZERO && flown[1] > SimTime::ZERO, "{flown:?}");
}

/// The model is the scenario's choice, and changes what a flight costs and nothing else.
#[test]
fn the_scenario_chooses_the_model() {
    let flown = ["momentum", "zeng"].map(|model| {
        let scene = scenario("scenarios/fenghuang.toml", &[("energy.model", model)]);
        assert_eq!(scene.energy_model == EnergyModel::Zeng, model == "zeng");
        assert_eq!(scene.fleets[0].power, PowerModel::new(scene.energy_model, &scene.fleets[0].aircraft));
        first_sortie(&scene, &mut |_| {})
    });
    assert!((flown[0].time_s - flown[1].time_s).abs() < 1e-9 && (flown[0].energy_wh - flown[1].energy_wh).abs() > 2.0);
}

/// `aircraft` and `energy` answer, and say so where a battery does not carry a sortie or the wind lets nobody through.
#[test]
fn the_commands_answer() {
    let folder = crate::support::root();
    let run = |arguments: &[&str]| skygrid(&folder).args(arguments).assert();
    let list = run(&["aircraft", "--json"]).success();
    let all: serde_json::Value = serde_json::from_slice(&list.get_output().stdout).unwrap();
    assert!(all["aircraft"].as_array().unwrap().len() >= 7);
    run(&["aircraft", "no-such-type"]).code(2);
    let shown = run(&["aircraft", "m30t", "--file"]).success();
    assert_eq!(String::from_utf8_lossy(&shown.get_output().stdout), embedded_file("m30t").unwrap());
    let scene = "scenarios/fenghuang.toml";
    let table = run(&["energy", scene, "--mission", "summit-orders", "--json"]).success();
    let cases: serde_json::Value = serde_json::from_slice(&table.get_output().stdout).unwrap();
    assert_eq!(cases["cases"].as_array().unwrap().len(), 4);
    run(&["energy", scene, "--mission", "summit-orders", "--wind", "24"]).code(3);
    run(&["energy", scene, "--mission", "summit-orders", "--temperature", "-30", "--payload", "60"]).code(3);
    run(&["energy", scene, "--mission", "nothing"]).code(2);
}

/// Gusts do not start the rotors of a wing that has room to its stall: circling in wind costs what it does in calm air, by what
/// its airspeed is on average.
#[test]
fn a_wing_circles_in_wind_on_its_wing() {
    let hold_wh = |more| {
        let scene = round("cw-15", 0.5, more);
        let full_wh = scene.fleets[0].aircraft.battery.usable_wh(15.0);
        let (mut least, mut most) = (u16::MAX, 0);
        first_sortie(&scene, &mut |sample| {
            if sample.phase == FlightPhase::Hover {
                (least, most) = (least.min(sample.battery_permyriad), most.max(sample.battery_permyriad));
            }
        });
        f64::from(most - least) / 10_000.0 * full_wh
    };
    let (calm_wh, windy_wh) = (hold_wh(""), hold_wh(ROUGH));
    assert!((windy_wh / calm_wh - 1.0).abs() < 0.1, "{calm_wh} {windy_wh}");
}
