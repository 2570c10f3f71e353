//! Drones that evade each other: in traffic at random, over rules, by right of way, by a method of one's own.

use std::sync::Arc;

use skygrid::app::{RunOptions, run};
use skygrid::frame::{AlertLevel, EncounterId, Hazard, SimEvent};
use skygrid::record::RecordMode;
use skygrid::scenario::ResolvedScenario;
use skygrid::sim::{Algorithms, Simulation};
use skygrid::traffic::conflict::{Intruder, Own, Resolver};
use skygrid::units::SimTime;
use skygrid::world::geo::Velocity;

use crate::support::{flat, outcome, scenario, two_rounds};

fn traffic(count: &str, resolver: &str) -> Arc<ResolvedScenario> {
    let named = format!("\"{resolver}\"");
    scenario("scenarios/random-1000.toml", &[("traffic.random.count", count), ("algorithms.resolver", &named)])
}

/// Three hundred drones over 25 km² on their way from place to place: of the losses that nobody's evading leaves, each method
/// prevents what it did when it was made, and the default of a study nearly all.
#[test]
fn losses_are_prevented() {
    let losses = |resolver: &str| {
        let figures = outcome(&traffic("300", resolver), 5, 2, 240.0).counters;
        assert_eq!(figures.evasions > 0, resolver != "none");
        f64::from(figures.losses_of_separation)
    };
    let without = losses("none");
    assert!(without > 200.0, "{without}");
    for (resolver, least) in [("mvp", 0.95), ("orca", 0.85), ("hover", 0.4)] {
        let prevented = 1.0 - losses(resolver) / without;
        assert!(prevented >= least, "{resolver}: {prevented}");
    }
}

/// Evading, nobody leaves the area, the ceiling or the least height over ground by more than guidance does; and nothing depends
/// on the number of threads.
#[test]
fn evading_keeps_to_the_rules_and_to_the_bit() {
    let scene = traffic("400", "mvp");
    let outcomes = [1, 4].map(|threads| outcome(&scene, 2, threads, 120.0));
    assert_eq!(outcomes[0].digest, outcomes[1].digest);
    let figures = &outcomes[0].counters;
    assert!(figures.evasions > 5_000, "{}", figures.evasions);
    let [lowest, highest] = [figures.lowest_agl_cm, figures.highest_agl_cm].map(|height_cm| height_cm.unwrap());
    assert!(lowest > 1_500 && highest < 12_000, "{lowest} to {highest} cm");
}

/// Two rounds that cross at one height and time.
fn crossing() -> String {
    let east = "{ lat_deg = -33.9, lon_deg = 18.445 }, { lat_deg = -33.898, lon_deg = 18.445 }";
    let north = "{ lat_deg = -33.8875, lon_deg = 18.430 }, { lat_deg = -33.8875, lon_deg = 18.432 }";
    two_rounds([-33.9125, 18.430], [east, north])
}

/// A patrol for fire and an inspection whose ways cross: the inspection gives way, and both get home.
#[test]
fn who_looks_for_fire_has_the_right_of_way() {
    let flown = |resolver: &str| {
        let algorithms = format!("[algorithms]\nstrategic = \"unfitted\"\nresolver = \"{resolver}\"\n");
        let scene = flat(&(algorithms + &crossing()));
        let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
        let mut evading = Vec::new();
        while simulation.now() < SimTime::from_seconds(900.0) {
            simulation.step().unwrap();
            evading.extend(simulation.evading().map(|(drone, _)| scene.fleets[drone.fleet.index()].id.clone()));
        }
        let figures = simulation.figures();
        let completed: u32 = figures.missions.iter().map(|mission| mission.completed).sum();
        evading.dedup();
        (figures.losses_of_separation, completed, evading)
    };
    assert!(flown("none").0 > 0);
    for resolver in ["mvp", "orca", "hover"] {
        assert_eq!(flown(resolver), (0, 2, vec!["inspection".to_owned()]), "{resolver}");
    }
}

/// Two pairs that pass each other at 49.5 and 50.5 m: with a zone of 60 m for their type both conflict, and are resolved.
#[test]
fn types_have_zones_of_their_own() {
    let zone = "[{ aircraft = \"m350\", horizontal_m = 60, vertical_m = 15, source = \"test\" }]";
    for (zones, resolver, expected) in
        [("[]", "none", (1, 1)), (zone, "none", (2, 2)), (zone, "mvp", (2, 0)), (zone, "orca", (2, 0))]
    {
        let resolver = format!("\"{resolver}\"");
        let changes = [("separation.zone", zones), ("algorithms.resolver", resolver.as_str())];
        let figures = outcome(&scenario("scenarios/encounters/graze.toml", &changes), 1, 1, 90.0).counters;
        assert_eq!((figures.encounters, figures.losses_of_separation), expected, "{zones} {resolver}");
        // What was foretold came, half a second before 20 s, unless somebody evaded.
        assert_eq!((figures.alerts.false_alerts, figures.alerts.late_losses), (0, 0));
        assert_eq!(figures.alerts.largest_cluster, 2);
        assert_eq!(figures.evading.extra_mm > 0, expected.1 == 0);
    }
}

/// A helicopter comes across the way of a drone, which gets out of its way and back.
#[test]
fn manned_aircraft_are_evaded() {
    let flown = |resolver: &str| {
        let more = format!(
            r#"
            [algorithms]
            resolver = "{resolver}"
            [[initial]]
            id = "drone"
            aircraft = "m350"
            states = [{{ id = "a", east_m = -900, north_m = 0, altitude_agl_m = 60, track_deg = 90, speed_mps = 12 }}]
            [[manned]]
            id = "rescue"
            kind = "helicopter"
            path = [
                {{ lat_deg = -33.88, lon_deg = 18.43, altitude_agl_m = 60 }},
                {{ lat_deg = -33.92, lon_deg = 18.43, altitude_agl_m = 60 }},
            ]
            at_s = [20]
            speed_mps = 40
            well_clear_horizontal_m = 300
            "#
        );
        outcome(&flat(&more), 1, 1, 240.0).counters
    };
    assert_eq!(flown("none").well_clear_losses, 1);
    for resolver in ["mvp", "orca"] {
        let figures = flown(resolver);
        assert_eq!((figures.well_clear_losses, figures.evasions > 0), (0, true), "{resolver}");
    }
}

/// Two head-on beside a closed wood: it is foretold to the one that turns towards it, more urgently as it comes near, and over
/// without being entered; and the evasions say for which encounter they were and what they cost.
#[test]
fn what_lies_beside_the_way_is_foretold() {
    let scene = flat(
        r#"
        [algorithms]
        resolver = "orca"
        [[initial]]
        id = "drone"
        aircraft = "m350"
        states = [
            { id = "a", east_m = -400, north_m = 0, altitude_agl_m = 60, track_deg = 90, speed_mps = 12 },
            { id = "b", east_m = 400, north_m = 0, altitude_agl_m = 60, track_deg = 270, speed_mps = 12 },
        ]
        [[zone]]
        id = "wood"
        restriction = "PROHIBITED"
        area = { circle = { lat_deg = -33.9024, lon_deg = 18.43, radius_m = 240 } }
        when = [{ from = "07:00", to = "09:00" }]
        "#,
    );
    let mut simulation = Simulation::new(&scene, 1, &Algorithms::default()).unwrap();
    let mut events = Vec::new();
    while simulation.now() < SimTime::from_seconds(60.0) {
        simulation.step().unwrap();
        events.extend(simulation.frame().events.into_iter().map(|timed| timed.event));
    }
    let hazards: Vec<(&str, Option<AlertLevel>)> = events
        .iter()
        .filter_map(|event| match event {
            SimEvent::HazardForetold { hazard: Hazard::Zone, rule, level, .. } => {
                Some((rule.as_deref()?, Some(*level)))
            }
            SimEvent::HazardOver { hazard: Hazard::Zone, was_entered: false, .. } => Some(("over", None)),
            SimEvent::HazardEntered { .. } => Some(("entered", None)),
            _ => None,
        })
        .collect();
    let expected = [("wood", Some(AlertLevel::Caution)), ("wood", Some(AlertLevel::Warning)), ("over", None)];
    assert_eq!(hazards, expected);
    let ended = events.iter().filter_map(|event| match event {
        SimEvent::EvasionEnded { drone, encounters, extra_path_cm: 500..5000, .. } => {
            Some((drone.ordinal, &encounters[..]))
        }
        _ => None,
    });
    let mut ended: Vec<_> = ended.collect();
    ended.sort_unstable();
    assert_eq!(ended, [(0, &[EncounterId(0)][..]), (1, &[EncounterId(0)][..])], "{events:?}");
    assert_eq!(simulation.figures().losses_of_separation, 0);
}

/// Always to the right.
struct Right;

impl Resolver for Right {
    fn velocity(&self, own: &Own, _: &[Intruder]) -> Velocity {
        Velocity::new(own.wanted.y, -own.wanted.x, own.wanted.z)
    }
}

/// A resolver of one's own is run by the name that it was registered with.
#[test]
fn a_resolver_of_ones_own_flies() {
    let scene = traffic("200", "right");
    assert!(Simulation::new(&scene, 1, &Algorithms::default()).is_err());
    let algorithms = Algorithms::default().with_resolver("right", || Box::new(Right));
    let options = || RunOptions {
        until: Some(SimTime::from_seconds(60.0)),
        record: RecordMode::Events,
        ..RunOptions::unrecorded(1)
    };
    let outcome = run(&scene, &algorithms, options()).unwrap();
    let plain = run(&traffic("200", "none"), &algorithms, options()).unwrap();
    assert!(outcome.counters.evasions > 0 && outcome.digest != plain.digest);
}
