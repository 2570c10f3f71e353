//! Rules that change during a run: who waits, who does not, and what is recorded of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use skygrid::app::{RunOptions, run};
use skygrid::frame::{DroneId, MissionId, SimEvent, SimTime, TimedEvent};
use skygrid::message::Severity;
use skygrid::record::RecordMode;
use skygrid::scenario::ResolvedScenario;
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::InterventionId;
use skygrid::world::airspace::{Geozone, Origin};
use skygrid::world::geo::Position;

use crate::support::{WAIT, flat, flat_resolution, outcome, root, scenario, skygrid};

const ORDERS: MissionId = MissionId(0);
const QUAYS: MissionId = MissionId(1);

/// The bay with more traffic than it has by itself.
fn busy_bay() -> Arc<ResolvedScenario> {
    let changes = [
        ("delivery.orders.orders_per_hour", "60"),
        ("fleet.courier.count", "20"),
        ("pad.beach.stands", "6"),
        ("round.quays.every_s", "200"),
        ("fleet.watch.count", "6"),
    ];
    scenario("scenarios/table-bay.toml", &changes)
}

fn events(scene: &Arc<ResolvedScenario>) -> Vec<TimedEvent> {
    let options = RunOptions { record: RecordMode::Events, ..RunOptions::unrecorded(1) };
    let outcome = run(scene, &Algorithms::default(), options).unwrap();
    outcome.recording.events().map(Result::unwrap).collect()
}

/// When somebody leaves on a mission, s, and how long the order or round had waited, s.
fn departures(events: &[TimedEvent], of: MissionId) -> Vec<(f64, f64)> {
    let departures = events.iter().filter_map(|timed| match timed.event {
        SimEvent::SortieStarted { mission, waited_ms, .. } if mission == of => {
            Some((timed.time.seconds(), waited_ms.seconds()))
        }
        _ => None,
    });
    departures.collect()
}

fn within(departures: &[(f64, f64)], from_s: f64, to_s: f64) -> usize {
    departures.iter().filter(|(time_s, _)| (from_s..to_s).contains(time_s)).count()
}

/// The closures that hold now and a drone is in.
fn closures_around<'a>(scene: &'a ResolvedScenario, now: SimTime, position: &Position) -> Vec<&'a Geozone> {
    let at = scene.clock.timestamp(now);
    let closures = scene.airspace.rules().zones.iter().filter(|zone| zone.is_temporary() && zone.holds(at));
    closures
        .filter(|zone| zone.volumes.iter().any(|volume| volume.entry(position, position, &scene.terrain).is_some()))
        .collect()
}

/// Who meets a closure left before it was known: of the fire some do, of the regatta, known the day before, nobody does.
#[test]
fn nobody_flies_into_a_closure_that_was_known() {
    let surprised: u32 = (1..=6).map(surprised_by_closures).sum();
    assert!(surprised > 10, "somebody must be under way when the fire breaks out: {surprised}");
}

/// Steps of drones in closed air in a run under a seed.
fn surprised_by_closures(seed: u64) -> u32 {
    let scene = busy_bay();
    let mut simulation = Simulation::new(&scene, seed, &Algorithms::default()).unwrap();
    let mut left: BTreeMap<DroneId, SimTime> = BTreeMap::new();
    let mut surprised = 0;
    while !simulation.is_finished() {
        simulation.step().unwrap();
        let frame = simulation.frame();
        for timed in &frame.events {
            if let SimEvent::SortieStarted { sortie, .. } = timed.event {
                left.insert(sortie.drone, timed.time);
            }
        }
        for drone in frame.drones.iter().filter(|drone| drone.phase.is_airborne()) {
            for zone in closures_around(&scene, frame.time, &drone.position_m().into()) {
                let Origin::Temporary { published: Some(published), .. } = zone.origin else { panic!("{zone:?}") };
                let (left, known) = (left[&drone.drone], scene.clock.time_of(published));
                assert!(left < known, "{drone:?} left at {left:?} for {}, known since {known:?}", zone.id);
                surprised += 1;
            }
        }
    }
    surprised
}

/// A published closure holds departures before it begins, so that nobody is in it then; an intervention from its beginning.
#[test]
fn departures_wait_as_long_as_they_must() {
    let events = events(&busy_bay());
    let (orders, quays) = (departures(&events, ORDERS), departures(&events, QUAYS));
    // Fire from 900 to 1500 s: orders leave until then, wait, and leave again.
    assert!(within(&orders, 600.0, 900.0) > 0 && within(&orders, 900.0, 1500.0) == 0, "{orders:?}");
    assert!(orders.iter().any(|(time_s, waited_s)| *time_s < 1600.0 && *waited_s > 500.0), "{orders:?}");
    // Regatta from 1800 to 2520 s: a round of some 380 s that left from 1500 s on would meet it.
    assert!(within(&quays, 1000.0, 1380.0) > 0 && within(&quays, 1500.0, 2520.0) == 0, "{quays:?}");
    // Departures from the port stopped from 2700 to 3300 s; from the harbour they go on.
    assert!(within(&quays, 2520.0, 2700.0) > 0 && within(&quays, 2700.0, 3300.0) == 0, "{quays:?}");
    assert!(within(&quays, 3300.0, 3600.0) > 0 && within(&orders, 2700.0, 3300.0) > 0, "{quays:?} {orders:?}");
}

#[test]
fn interventions_are_recorded_at_their_instants() {
    let told = |scene: &Arc<ResolvedScenario>| {
        let interventions = events(scene).into_iter().filter_map(|timed| match timed.event {
            SimEvent::InterventionBegan { intervention } => Some((timed.time.millis(), intervention, true)),
            SimEvent::InterventionEnded { intervention } => Some((timed.time.millis(), intervention, false)),
            _ => None,
        });
        interventions.collect::<Vec<_>>()
    };
    let [fire, alarm] = [0, 1].map(InterventionId::from_index);
    let bay = scenario("scenarios/table-bay.toml", &[]);
    let expected =
        [(900_000, fire, true), (1_500_000, fire, false), (2_700_000, alarm, true), (3_300_000, alarm, false)];
    assert_eq!(told(&bay), expected);
    // At the start, between two steps, to the end of the run, and after it.
    let stop = |id: &str, at: &str| format!("[[intervention]]\nid = \"{id}\"\nstop_departures = \"hub\"\n{at}\n");
    let all = [
        stop("first", "at_s = 0\nuntil_s = 10"),
        stop("between", "at_s = 20.2\nuntil_s = 20.3"),
        stop("endless", "at_s = 30"),
        stop("too-late", "at_s = 3601"),
    ];
    let resolution = flat_resolution(&all.concat());
    let keys: Vec<&str> = resolution.findings.0.iter().map(|finding| finding.site.key.as_str()).collect();
    assert_eq!((resolution.findings.gravest(), keys), (Some(Severity::Warning), vec!["intervention[3].at_s"]));
    let [first, between, endless] = [0, 1, 2].map(InterventionId::from_index);
    let expected = [
        (0, first, true),
        (10_000, first, false),
        (20_500, between, true),
        (20_500, between, false),
        (30_000, endless, true),
        (3_600_000, endless, false),
    ];
    assert_eq!(told(&Arc::new(resolution.scenario)), expected);
}

#[test]
fn threads_and_time_do_not_change_what_interventions_do() {
    let scene = busy_bay();
    let [one, two] = [1, 2].map(|threads| outcome(&scene, 1, threads, 3600.0).digest);
    assert_eq!(one, two);
    let folder = tempfile::tempdir().unwrap();
    let file = root().join("scenarios/table-bay.toml");
    skygrid(folder.path()).args(["run", file.to_str().unwrap(), "--out", "a"]).assert().success();
    let verified = skygrid(folder.path()).args(["verify", "a"]).assert().success();
    let text = String::from_utf8(verified.get_output().stdout.clone()).unwrap();
    assert!(text.contains("the simulation gives what was recorded"), "{text}");
}

/// A route from the hub to a pad, flown by a fleet for each operator.
fn flown_by(operators: &[&str]) -> String {
    let route = r#"
        [[pad]]
        id = "pad"
        position = { lat_deg = -33.890, lon_deg = 18.450 }
        stands = 8
        [[route]]
        id = "out"
        from = "hub"
        to = "pad"
        altitude_agl_m = 80
    "#;
    let fleet = |operator: &&str| {
        format!(
            r#"
            [[fleet]]
            id = "fleet-{operator}"
            aircraft = "m350"
            hub = "hub"
            operator = "{operator}"
            count = 16
            [[delivery]]
            id = "orders-{operator}"
            kind = "city"
            route = "out"
            fleet = "fleet-{operator}"
            orders_per_hour = 90
            payload_kg = {{ min = 0.2, max = 1.5 }}
            "#
        )
    };
    route.to_owned() + &operators.iter().map(fleet).collect::<String>()
}

/// A zone over the middle of that route.
fn zone(restriction: &str, when: &str) -> String {
    format!(
        r#"
        [[zone]]
        id = "middle"
        restriction = "{restriction}"
        area = {{ circle = {{ lat_deg = -33.8975, lon_deg = 18.4375, radius_m = 400 }} }}
        when = [{{ {when} }}]
        "#
    )
}

/// Closed during the whole run is an error; during a part of it a warning that says when.
#[test]
fn a_closure_is_an_error_or_a_warning_by_how_long_it_lasts() {
    for (when, times) in [
        (r#"from = "07:00", to = "09:00""#, None),
        (r#"from = "07:40", to = "07:50:30""#, Some("from 07:40:00 to 07:50:30")),
        (r#"from = "08:00", to = "09:00""#, Some("from 08:00:00 to 08:30:00")),
    ] {
        let findings = flat_resolution(&(flown_by(&["a"]) + &zone("PROHIBITED", when))).findings;
        let [finding] = &findings.0[..] else { panic!("{when}: {findings:?}") };
        let is_warning = finding.severity == Severity::Warning && finding.cure.en.starts_with(WAIT);
        assert_eq!(is_warning, times.is_some(), "{when}: {finding:?}");
        assert_eq!(finding.severity == Severity::Error, times.is_none(), "{when}: {finding:?}");
        assert!(times.is_none_or(|times| finding.what.en.starts_with(times)), "{when}: {finding:?}");
    }
    let findings =
        flat_resolution(&(flown_by(&["a"]) + &zone("PROHIBITED", r#"from = "09:00", to = "07:00""#))).findings;
    assert!(findings.0.is_empty(), "{findings:?}");
}

/// What is closed only below the route, over a pad, holds departures all the same.
#[test]
fn a_closure_over_the_stands_is_one() {
    let low = |when: &str| {
        format!(
            r#"
            [[zone]]
            id = "low"
            restriction = "PROHIBITED"
            area = {{ circle = {{ lat_deg = -33.890, lon_deg = 18.450, radius_m = 60 }} }}
            limits = {{ upper_agl_m = 50 }}
            when = [{{ {when} }}]
            "#
        )
    };
    // Nobody waits for others, only for the closure.
    let unfitted = "[algorithms]\nstrategic = \"unfitted\"\n";
    let scene = flat(&(flown_by(&["a"]) + &low(r#"from = "08:00", to = "08:10""#) + unfitted));
    let departures = departures(&events(&scene), ORDERS);
    assert!(within(&departures, 600.0, 1200.0) > 5 && within(&departures, 1500.0, 2400.0) == 0, "{departures:?}");
    assert!(within(&departures, 2400.0, 3600.0) > 5, "{departures:?}");
    let findings = flat_resolution(&(flown_by(&["a"]) + &low(r#"from = "07:00", to = "09:00""#))).findings;
    assert_eq!(findings.gravest(), Some(Severity::Error), "{findings:?}");
}

/// Two operators share a route, not their approvals: one flies early, the other late, a third never may.
#[test]
fn everybody_flies_on_their_own_approval() {
    let approval = |holder: &str, when: &str| {
        format!(
            r#"
            [[approval]]
            id = "approval-{holder}"
            holder = "{holder}"
            area = {{ route = "out", width_m = 100 }}
            limits = {{ upper_agl_m = 100 }}
            when = [{{ {when} }}]
            "#
        )
    };
    let zone = zone("REQ_AUTHORISATION", r#"from = "00:00""#);
    let approvals = approval("early", r#"to = "08:00""#) + &approval("late", r#"from = "08:00""#);
    let shared = flat(&(flown_by(&["early", "late"]) + &zone + &approvals));
    let events = events(&shared);
    let [early, late] = [0, 1].map(|mission| departures(&events, MissionId(mission)));
    // A sortie takes some 8 min: the last of the early ones is back by 08:00, 1800 s after the start.
    assert!(within(&early, 600.0, 1200.0) > 5 && within(&early, 1500.0, 3600.0) == 0, "{early:?}");
    assert!(within(&late, 0.0, 1800.0) == 0 && within(&late, 1800.0, 3600.0) > 5, "{late:?}");
    let back =
        events.iter().filter(|timed| matches!(timed.event, SimEvent::SortieFinished { mission: MissionId(0), .. }));
    let last_back_s = back.map(|timed| timed.time.seconds()).fold(0.0, f64::max);
    assert!((1600.0..1800.0).contains(&last_back_s), "{last_back_s}");
    let third = flat_resolution(&(flown_by(&["early", "third"]) + &zone + &approvals)).findings;
    assert_eq!(third.gravest(), Some(Severity::Error), "{third:?}");
    assert_eq!(third.0.iter().filter(|finding| finding.severity == Severity::Error).count(), 1, "{third:?}");
}
