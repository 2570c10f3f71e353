//! Flights begin, go on and end as planned, whatever the plan looks like.

use std::sync::Arc;

use skygrid::app::RunOutcome;
use skygrid::frame::FlightPhase;
use skygrid::message::{Finding, Severity};
use skygrid::scenario::{Override, Resolution, ResolvedScenario, Source, resolve};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::traffic::route::FlightPlan;
use skygrid::units::RouteId;
use skygrid::world::airspace::Obstacle;

use crate::support::{flat, flat_resolution, outcome, patrol, root, scenario};

fn completed(outcome: &RunOutcome) -> Vec<u32> {
    outcome.counters.missions.iter().map(|mission| mission.completed).collect()
}

/// One drone that flies one circuit over `via` at a speed.
fn circuit(speed_mps: f64, via: &str) -> Arc<ResolvedScenario> {
    flat(&patrol("m350", &format!("speed_mps = {speed_mps}\nvia = [{via}]"), 3600))
}

/// The circuit is flown to its end, in the time that its length takes at the stated speed and up to 140 s for take-off,
/// corners and landing.
fn assert_flown(speed_mps: f64, via: &str, length_m: f64) {
    let outcome = outcome(&circuit(speed_mps, via), 1, 1, 1800.0);
    assert_eq!(completed(&outcome), [1], "at {speed_mps} m/s: {via}");
    let flown_s = outcome.counters.missions[0].total_time_ms.seconds();
    assert!((0.0..140.0).contains(&(flown_s - length_m / speed_mps)), "at {speed_mps} m/s: {flown_s} s");
}

/// A circuit straight out and straight back turns by 180°: at every speed the drone comes round and home.
#[test]
fn a_path_that_turns_back_is_flown_to_its_end() {
    for speed_mps in [1.0, 2.0, 7.0, 15.0] {
        assert_flown(speed_mps, "{ lat_deg = -33.9005, lon_deg = 18.425 }", 998.0);
    }
}

/// Two corners of 85° a metre apart, and three of 60° half a metre apart, turn back as one: at every speed the drone
/// comes round.
#[test]
fn turns_made_of_several_corners_are_flown_to_their_end() {
    let metres = |east: f64, north: f64| {
        format!("{{ lat_deg = {:.9}, lon_deg = {:.9} }}", -33.905 + north / 110_915.0, 18.425 + east / 92_490.0)
    };
    let around = |side: f64| [metres(300.0, 0.0), metres(300.0 + 0.09 * side, side), metres(20.0, 24.5)].join(", ");
    let thrice = [(300.0, 0.0), (300.25, 0.43), (300.0, 0.87), (20.0, 10.0)].map(|(x, y)| metres(x, y)).join(", ");
    for via in [around(1.0), around(2.0), around(0.5), thrice] {
        for speed_mps in [1.0, 1.5, 2.0, 4.0, 12.0] {
            assert_flown(speed_mps, &via, 602.0);
        }
    }
}

/// A pad on the very spot of a drone's home is a pad on the way out and home on the way back.
#[test]
fn a_pad_at_home_is_no_home() {
    let scene = flat(
        r#"
        [[pad]]
        id = "door"
        position = { lat_deg = -33.905, lon_deg = 18.425 }
        hand_over_s = 30
        [[fleet]]
        id = "courier"
        aircraft = "m350"
        hub = "hub"
        count = 1
        [[route]]
        id = "loop"
        from = "hub"
        to = "door"
        altitude_agl_m = 60
        via = [{ lat_deg = -33.9005, lon_deg = 18.425 }, { lat_deg = -33.9005, lon_deg = 18.43 }]
        [[delivery]]
        id = "orders"
        kind = "city"
        route = "loop"
        fleet = "courier"
        orders_per_hour = 4
        payload_kg = { min = 0.2, max = 0.5 }
        "#,
    );
    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let mut handed_over = false;
    while !simulation.is_finished() {
        simulation.step().unwrap();
        handed_over |= simulation.frame().drones[0].phase == FlightPhase::HandOver;
    }
    let orders = &simulation.counters().missions[0];
    assert!(handed_over && orders.completed > 0, "{orders:?}");
    assert!(orders.completed + 1 >= orders.started, "{orders:?}");
}

/// Two types on one route fly it each at their own speed.
#[test]
fn every_fleet_flies_its_own_plan() {
    let scene = flat(
        r#"
        [[fleet]]
        id = "small"
        aircraft = "flycart-30"
        hub = "hub"
        count = 1
        [[fleet]]
        id = "large"
        aircraft = "m350"
        hub = "hub"
        count = 1
        [[route]]
        id = "circuit"
        from = "hub"
        altitude_agl_m = 60
        speed_mps = 60
        via = [{ lat_deg = -33.89, lon_deg = 18.41 }, { lat_deg = -33.89, lon_deg = 18.45 }]
        [[round]]
        id = "small-round"
        kind = "inspection"
        route = "circuit"
        fleet = "small"
        every_s = 3600
        [[round]]
        id = "large-round"
        kind = "inspection"
        route = "circuit"
        fleet = "large"
        every_s = 3600
        "#,
    );
    let outcome = outcome(&scene, 1, 1, 1800.0);
    assert_eq!(completed(&outcome), [1, 1]);
    let [small, large] = [0, 1].map(|fleet: usize| scene.fleets[fleet].aircraft.max_airspeed_mps);
    let [small_s, large_s] = [0, 1].map(|mission: usize| outcome.counters.missions[mission].total_time_ms.seconds());
    assert!(small > large + 1.0 || large > small + 1.0, "the types must differ: {small} {large} m/s");
    assert_eq!(small < large, small_s > large_s, "{small} {large} m/s, {small_s} {large_s} s");
}

/// A loss of separation that the end of the run cuts off has its duration and severity in the figures.
#[test]
fn losses_open_at_the_end_are_counted() {
    let scene = scenario("scenarios/random-1000.toml", &[("traffic.random.count", "400")]);
    let outcome = outcome(&scene, 3, 1, 20.0);
    let open = &outcome.counters.open_losses;
    assert!(open.len() > 5, "{open:?}");
    assert!(open.iter().any(|loss| loss.duration_ms.millis() > 0 && loss.severity_permyriad > 0), "{open:?}");
    assert!(open.iter().all(|loss| loss.severity_permyriad <= outcome.counters.worst_severity_permyriad));
}

/// Accepted findings: a route beyond the terrain is flown all the same.
#[test]
fn a_route_beyond_the_terrain_can_be_accepted() {
    let path = root().join("tests/unflyable/leaves-the-terrain.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let busy = Override { key: "delivery.orders.orders_per_hour".into(), value: "60".into() };
    let scene = Arc::new(resolve(Source::new(&path, text), &[busy]).unwrap().scenario);
    let outcome = outcome(&scene, 1, 1, 600.0);
    assert!(outcome.counters.missions[0].started > 0);
    assert!(outcome.counters.highest_agl_cm.is_some_and(|height| height < 20_000));
}

/// Random traffic in an area where hardly any flight is permitted is refused, and who finds none is counted.
#[test]
fn random_traffic_that_cannot_fly_is_told() {
    let text = std::fs::read_to_string(root().join("tests/unflyable/nowhere-to-wander.toml")).unwrap();
    let blocks = text.replace("plot_m = 30", "plot_m = 90").replace("min = 60, max = 90", "min = 80, max = 90");
    let resolution = resolve(Source::new("blocks.toml", blocks), &[]).unwrap();
    assert_eq!(resolution.findings.gravest(), Some(Severity::Error), "{:?}", resolution.findings);
    let outcome = outcome(&Arc::new(resolution.scenario), 1, 1, 10.0);
    assert!(outcome.counters.grounded > 0, "{:?}", outcome.counters);
}

/// Random traffic flies where it may: not through a quarter of towers that covers a third of the area.
#[test]
fn random_traffic_keeps_out_of_the_buildings() {
    let scene = flat(
        r#"
        [[buildings]]
        id = "quarter"
        south_west = { lat_deg = -33.9200, lon_deg = 18.4000 }
        north_east = { lat_deg = -33.8800, lon_deg = 18.4200 }
        plot_m = 100
        built_share = 1
        height_m = { min = 80, max = 90 }
        [[traffic]]
        id = "random"
        aircraft = "m350"
        count = 60
        altitude_agl_m = { min = 30, max = 60 }
        speed_mps = { min = 10, max = 15 }
        "#,
    );
    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let mut looks = 0;
    while simulation.now().seconds() < 900.0 {
        simulation.step().unwrap();
        for drone in simulation.frame().drones.iter().filter(|drone| drone.phase.is_airborne()) {
            let position = drone.position_m().into();
            // A metre of what is kept may be lost to corners and rounding.
            let hit = scene.airspace.rules().obstacles.iter().find(|obstacle| {
                let obstacle = Obstacle { clearance_m: 19.0, ..(*obstacle).clone() };
                obstacle.blocks(&position, &position)
            });
            assert!(hit.is_none(), "{drone:?} {hit:?}");
            looks += 1;
        }
    }
    assert!(looks > 60 * 1500, "{looks}");
}

/// Deliveries at 50 m from the hub to a pad at a latitude and a longitude; `shape` is what their route has more.
fn delivery([lat_deg, lon_deg]: [f64; 2], shape: &str) -> String {
    format!(
        r#"
        [[pad]]
        id = "pad"
        position = {{ lat_deg = {lat_deg}, lon_deg = {lon_deg} }}
        [[fleet]]
        id = "goods"
        aircraft = "meituan-4"
        hub = "hub"
        count = 2
        [[route]]
        id = "way"
        from = "hub"
        to = "pad"
        altitude_agl_m = 50
        {shape}
        [[delivery]]
        id = "orders"
        kind = "city"
        route = "way"
        fleet = "goods"
        orders_per_hour = 4
        payload_kg = {{ min = 0.4, max = 2.0 }}
        "#
    )
}

/// Legs in the layers of their headings: out to the east and north, back to the south and west, each at its height half way; what
/// is wrong on the way back is told at the leg of the file.
#[test]
fn routes_are_flown_in_the_layers_of_their_headings() {
    let layers = [(45, 135, 60), (135, 225, 90), (225, 315, 75), (315, 45, 105)];
    let layer = |(from, to, agl): (u32, u32, u32)| {
        format!("[[layer]]\nfrom_deg = {from}\nto_deg = {to}\naltitude_agl_m = {agl}\n")
    };
    let shape = "by_heading = true\nvia = [{ lat_deg = -33.905, lon_deg = 18.445 }]";
    let more = layers.map(layer).concat() + &delivery([-33.890, 18.445], shape);
    let resolved = flat(&more);
    let route = &resolved.routes[0];
    let mut heights = Vec::new();
    for plan in [Some(&route.plan), route.back.as_ref()].into_iter().flatten() {
        let corners: Vec<_> = plan
            .points
            .iter()
            .filter(|point| {
                let near = |metres: f64, at: f64| (point.along_m - at).abs() < metres;
                near(6.0, plan.length_m() * 0.3) || near(6.0, plan.length_m() * 0.75)
            })
            .collect();
        heights.extend(corners.iter().map(|point| resolved.terrain.agl_m(&point.position).unwrap().round()));
    }
    heights.dedup();
    assert_eq!(heights, [60.0, 105.0, 90.0, 75.0]);
    // Closed to those who fly south: the way back, on the leg that the file gives from its first waypoint on.
    let closed = format!(
        r#"{more}
        [[zone]]
        id = "low"
        restriction = "PROHIBITED"
        area = {{ circle = {{ lat_deg = -33.898, lon_deg = 18.445, radius_m = 150 }} }}
        limits = {{ upper_agl_m = 95 }}
        "#
    );
    let found = flat_resolution(&closed).findings;
    let told = found.0.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    assert!(told.what.en.contains("leg from waypoint 1 to the end"), "{}", told.what.en);
}

/// Out and back are each on their right half way, so far beside the line; where a direct route is too short for that, it is told.
#[test]
fn drones_keep_right_where_there_is_room() {
    let delivery = |lon_deg: f64, back: &str| {
        flat_resolution(&delivery([-33.905, lon_deg], &format!("keep_right_m = 30\n{back}")))
    };
    let told = |resolution: &Resolution| {
        let about = |finding: &&Finding| finding.site.key == "route[0].keep_right_m";
        resolution.findings.0.iter().find(about).map(|finding| finding.what.en.clone())
    };
    let long = delivery(18.440, "");
    assert_eq!(told(&long), None);
    assert_eq!(told(&delivery(18.4265, "back_altitude_agl_m = 80")), None, "they are one over the other");
    let (hub, route) = (long.scenario.hubs[0].position, &long.scenario.routes[0]);
    let aside_m = |plan: &FlightPlan| plan.position_at(plan.length_m() / 2.0, 0).y - hub.y;
    let [out_m, back_m] = [aside_m(&route.plan), aside_m(route.back.as_ref().unwrap())];
    let way = long.scenario.ways_of(RouteId(0), &long.scenario.flyer_of(RouteId(0))).unwrap();
    assert_eq!(way.iter().map(|way| way.added.clone()).collect::<Vec<_>>(), [[1, 2], [1, 2]]);
    assert!((out_m + 30.0).abs() < 0.5 && (back_m - 30.0).abs() < 0.5, "{out_m} and {back_m}");
    // 139 m and 30 m to the right: 180 m are needed.
    let short = delivery(18.4265, "");
    assert!(
        told(&short).is_some_and(|told| told.contains("139 m long: no room to keep 30 m right")),
        "{:?}",
        short.findings
    );
}
