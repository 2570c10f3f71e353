//! Manned aircraft: where they are, when they come, and which drones are not well clear of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use skygrid::app::{RunOptions, run};
use skygrid::frame::{DroneId, Frame, MannedId, MannedSample, SimEvent, SimTime};
use skygrid::message::Severity;
use skygrid::record::{FolderChoice, RecordMode};
use skygrid::scenario::ResolvedScenario;
use skygrid::sim::{Algorithms, Simulation};
use skygrid::traffic::manned::MannedTraffic;
use skygrid::world::geo::{Geographic, Horizontal};

use crate::support::{flat, flat_resolution, flat_text, outcome, skygrid};

/// An airport with a runway of about 1400 m, 20 m above the sea; the ground is at 8 m.
const FIELD: &str = r#"
    [[airport]]
    id = "field"
    name = { en = "Field", zh = "机场" }
    thresholds = [{ lat_deg = -33.895, lon_deg = 18.41 }, { lat_deg = -33.905, lon_deg = 18.42 }]
    elevation_amsl_m = 20
    control = "surfaces"
    [[approval]]
    id = "everywhere"
    area = { circle = { lat_deg = -33.90, lon_deg = 18.43, radius_m = 9000 } }
    limits = { upper_agl_m = 120 }
"#;

const LANDINGS: &str = r#"
    [[manned]]
    id = "landings"
    name = { en = "Landings", zh = "进场" }
    kind = "airliner"
    airport = "field"
    movement = "arrival"
    runway_end = 1
    at_s = [600, 0, 0]
"#;

const TAKE_OFFS: &str = r#"
    [[manned]]
    id = "take-offs"
    kind = "light-aircraft"
    airport = "field"
    movement = "departure"
    runway_end = 2
    speed_mps = 45
    at_s = [30.25]
"#;

/// A helicopter across the area, low enough to meet drones, at random.
const RESCUE: &str = r#"
    [[manned]]
    id = "rescue"
    kind = "helicopter"
    path = [
        { lat_deg = -33.87, lon_deg = 18.39, altitude_amsl_m = 150 },
        { lat_deg = -33.90, lon_deg = 18.43, altitude_agl_m = 60 },
        { lat_deg = -33.93, lon_deg = 18.47, altitude_amsl_m = 150 },
    ]
    per_hour = 30
"#;

const DRONES: &str = r#"
    [[traffic]]
    id = "drones"
    aircraft = "meituan-4"
    count = 40
    altitude_agl_m = { min = 60, max = 100 }
    speed_mps = { min = 10, max = 15 }
"#;

/// The frames of a run, one a second.
fn frames(scenario: &Arc<ResolvedScenario>, seed: u64, until_s: f64) -> Vec<Frame> {
    let mut simulation = Simulation::new(scenario, seed, &Algorithms::default()).unwrap();
    let mut frames = vec![simulation.frame()];
    while simulation.now() < SimTime::from_seconds(until_s) {
        simulation.step().unwrap();
        if simulation.now().is_tick_of(scenario.clock.frame_interval) {
            frames.push(simulation.frame());
        }
    }
    frames
}

/// The instants and samples of one movement.
fn track(frames: &[Frame], entry: u16, movement: u16) -> Vec<(f64, MannedSample)> {
    let id = MannedId { entry, movement };
    let samples = frames.iter().flat_map(|frame| frame.manned.iter().map(|sample| (frame.time.seconds(), *sample)));
    samples.filter(|(_, sample)| sample.aircraft == id).collect()
}

/// Distance past a threshold of the field along its runway and to the side of it, and the length of the runway, m.
fn past_threshold(scenario: &ResolvedScenario, sample: &MannedSample, end: usize) -> [f64; 3] {
    let ends = [(-33.895, 18.41), (-33.905, 18.42)];
    let [first, second] = [ends[end - 1], ends[2 - end]]
        .map(|(lat_deg, lon_deg)| scenario.projection.to_local(Geographic::new(lat_deg, lon_deg)));
    let [east, north, _] = sample.position_m();
    let from = Horizontal::new(east - first.x, north - first.y);
    let along = (second - first).normalize();
    [from.dot(&along), from.perp(&along), (second - first).norm()]
}

/// Down the glide path of 3° at exactly the speed, to the runway and along it.
#[test]
fn arrivals_come_down_the_glide_path() {
    let scenario = flat(&format!("{FIELD}{LANDINGS}{TAKE_OFFS}"));
    let frames = frames(&scenario, 1, 800.0);
    let track_of = |movement| track(&frames, 0, movement);
    let landing = track_of(0);
    let speed_mps = 70.0;
    for (time_s, sample) in &landing {
        let [past_m, aside_m, _] = past_threshold(&scenario, sample, 1);
        let height_m = (15.0 - past_m * libm::tan(3.0_f64.to_radians())).max(0.0);
        assert!((sample.position_m()[2] - 20.0 - height_m).abs() < 0.011, "{time_s}: {sample:?}");
        assert!(aside_m.abs() < 0.011);
        let speed = sample.velocity_mps().map(|axis| axis * axis).iter().sum::<f64>().sqrt();
        assert!((speed - speed_mps).abs() < 0.011, "{speed}");
        // Along the glide path the distance to go shrinks by what is flown.
        if height_m > 0.0 {
            let flown_m = speed_mps * time_s * libm::cos(3.0_f64.to_radians());
            assert!((past_m + 10_000.0 - flown_m).abs() < 0.02, "{time_s}: {past_m}");
        }
    }
    let (last_s, last) = landing.last().unwrap();
    let [past_m, _, length_m] = past_threshold(&scenario, last, 1);
    assert!((0.0..speed_mps).contains(&(length_m - past_m)), "{past_m} of {length_m}");
    // Times in any order are flown in that of time, and twins are two.
    let shifted: Vec<(f64, [f64; 3])> = track_of(2).iter().map(|(at, one)| (at - 600.0, one.position_m())).collect();
    assert_eq!(shifted, landing.iter().map(|(at, one)| (*at, one.position_m())).collect::<Vec<_>>());
    assert!(track_of(1).len() == landing.len() && track_of(3).is_empty());
    assert!((*last_s - 162.0).abs() < 3.0, "{last_s}");
}

#[test]
fn departures_roll_and_climb() {
    let scenario = flat(&format!("{FIELD}{LANDINGS}{TAKE_OFFS}"));
    let frames = frames(&scenario, 1, 400.0);
    let track = track(&frames, 1, 0);
    assert!((track[0].0 - 31.0).abs() < 1e-9, "{:?}", track[0]);
    for (time_s, sample) in &track {
        let [past_m, _, length_m] = past_threshold(&scenario, sample, 2);
        let beyond_m = (past_m - length_m).max(0.0);
        assert!((sample.position_m()[2] - 20.0 - 0.09 * beyond_m).abs() < 0.011, "{time_s}: {sample:?}");
        let flown_m = 45.0 * (time_s - 30.25);
        let along_m = past_m - beyond_m + beyond_m * libm::sqrt(1.0 + 0.09 * 0.09);
        assert!((along_m - flown_m).abs() < 0.02, "{time_s}: {along_m} {flown_m}");
    }
    for frame in &frames {
        assert!(frame.manned.windows(2).all(|pair| pair[0].aircraft < pair[1].aircraft), "{}", frame.time);
    }
}

fn named<'a>(scenario: &'a ResolvedScenario, id: &str) -> &'a MannedTraffic {
    scenario.manned.iter().find(|traffic| traffic.id == id).unwrap()
}

/// Neither an entry before it nor drones shift what comes at random; what is recorded begins at those times.
#[test]
fn random_times_are_an_entrys_own() {
    let alone = flat(RESCUE);
    let among = flat(&format!("{FIELD}{LANDINGS}{RESCUE}{}{DRONES}", RESCUE.replace("rescue", "police")));
    let until = alone.clock.duration;
    let starts = named(&alone, "rescue").starts(7, until);
    assert_eq!(named(&among, "rescue").starts(7, until), starts);
    assert_ne!(named(&among, "police").starts(7, until), starts);
    assert!((15..=45).contains(&starts.len()), "{}", starts.len());
    for (scenario, entry) in [(&alone, 0), (&among, 1)] {
        let frames = frames(scenario, 7, 1800.0);
        let mut first: BTreeMap<MannedId, SimTime> = BTreeMap::new();
        for frame in &frames {
            for sample in frame.manned.iter().filter(|sample| sample.aircraft.entry == entry) {
                first.entry(sample.aircraft).or_insert(frame.time);
            }
        }
        let seen: Vec<SimTime> = first.into_values().collect();
        let due = starts.iter().map(|start| SimTime::from_seconds(start.seconds().ceil()));
        assert_eq!(seen, due.take_while(|due| *due <= SimTime::from_seconds(1800.0)).collect::<Vec<_>>());
    }
}

type Pair = (DroneId, MannedId);

/// Every pair of a frame, by brute force: those that are not well clear, with their horizontal distance, m.
fn not_clear(frame: &Frame, limits: [f64; 2]) -> BTreeMap<Pair, f64> {
    let drones = frame.drones.iter().filter(|drone| drone.phase.is_airborne());
    let pairs = drones.flat_map(|drone| frame.manned.iter().map(move |aircraft| (drone, aircraft)));
    pairs
        .filter_map(|(drone, aircraft)| {
            let [a, b] = [drone.position_m(), aircraft.position_m()];
            let horizontal_m = libm::hypot(a[0] - b[0], a[1] - b[1]);
            let is_inside = horizontal_m < limits[0] && (a[2] - b[2]).abs() < limits[1];
            is_inside.then_some(((drone.drone, aircraft.aircraft), horizontal_m))
        })
        .collect()
}

/// A recorded run against brute force over its frames: the same pairs at every tick, the same least distances and
/// durations, and counters that agree with events.
#[test]
fn well_clear_is_what_brute_force_finds() {
    for (limits, keys) in
        [([609.6, 76.2], ""), ([250.0, 30.0], "well_clear_horizontal_m = 250\nwell_clear_vertical_m = 30")]
    {
        let scenario = flat(&format!("{RESCUE}{keys}{DRONES}"));
        let folder = tempfile::tempdir().unwrap();
        let options = RunOptions {
            record: RecordMode::Full,
            folder: Some(FolderChoice::Explicit { path: folder.path().join("run"), replace: false }),
            until: Some(SimTime::from_seconds(1200.0)),
            ..RunOptions::unrecorded(3)
        };
        let outcome = run(&scenario, &Algorithms::default(), options).unwrap();
        let mut open: BTreeMap<Pair, (SimTime, f64)> = BTreeMap::new();
        let (mut lost, mut regained) = (0, 0);
        for second in 0..=1200 {
            let frame = outcome.recording.frame_at(SimTime::from_millis(second * 1000)).unwrap();
            let found = not_clear(&frame, limits);
            for timed in &frame.events {
                match timed.event {
                    SimEvent::WellClearLost { drone, aircraft, horizontal_distance_cm, vertical_distance_cm } => {
                        let horizontal_m = found[&(drone, aircraft)];
                        assert!((f64::from(horizontal_distance_cm) / 100.0 - horizontal_m).abs() < 0.03);
                        assert!(f64::from(vertical_distance_cm) / 100.0 < limits[1] + 0.01);
                        assert!(open.insert((drone, aircraft), (frame.time, horizontal_m)).is_none());
                        lost += 1;
                    }
                    SimEvent::WellClearRegained { drone, aircraft, duration_ms, least_horizontal_distance_cm } => {
                        let (since, least_m) = open.remove(&(drone, aircraft)).unwrap();
                        assert_eq!(duration_ms, frame.time - since);
                        assert!((f64::from(least_horizontal_distance_cm) / 100.0 - least_m).abs() < 0.03);
                        regained += 1;
                    }
                    _ => {}
                }
            }
            let pairs = |keys: &BTreeMap<Pair, (SimTime, f64)>| keys.keys().copied().collect::<BTreeSet<Pair>>();
            assert_eq!(pairs(&open), found.keys().copied().collect::<BTreeSet<Pair>>(), "{}", frame.time);
            for (pair, (_, least_m)) in &mut open {
                *least_m = least_m.min(found[pair]);
            }
        }
        assert_eq!(outcome.counters.well_clear_losses, lost);
        assert!(lost > 20 && regained > 20, "{lost} {regained}");
    }
}

/// A drone on the ground is in nobody's way.
#[test]
fn parked_drones_are_not_asked() {
    let parked = r#"
        [[fleet]]
        id = "parked"
        aircraft = "meituan-4"
        hub = "hub"
        count = 5
    "#;
    let low = RESCUE.replace("-33.90, lon_deg = 18.43", "-33.905, lon_deg = 18.425");
    let outcome = outcome(&flat(&format!("{low}{parked}")), 3, 1, 1200.0);
    assert_eq!(outcome.counters.well_clear_losses, 0);
}

#[test]
fn threads_do_not_matter() {
    let scenario = flat(&format!("{FIELD}{LANDINGS}{TAKE_OFFS}{RESCUE}{DRONES}"));
    let [one, two] = [1, 2].map(|threads| outcome(&scenario, 3, threads, 600.0));
    assert_eq!(one.digest, two.digest);
    assert_eq!(one.counters, two.counters);
    assert!(one.counters.well_clear_losses > 0);
    assert_ne!(one.digest, outcome(&scenario, 4, 2, 600.0).digest);
}

/// The program runs, tells and verifies a scenario with manned traffic.
#[test]
fn a_run_with_manned_aircraft_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let text = flat_text(&format!("{FIELD}{LANDINGS}{TAKE_OFFS}{RESCUE}{DRONES}"));
    std::fs::write(folder.path().join("flat.toml"), text).unwrap();
    let run = skygrid(folder.path()).args(["run", "flat.toml", "--until", "07:45:00", "--out", "a"]).assert().success();
    let told = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(told.contains("losses of well clear"), "{told}");
    skygrid(folder.path()).args(["verify", "a"]).assert().success();
}

#[test]
fn times_after_the_run_are_a_warning() {
    let late = TAKE_OFFS.replace("30.25", "10, 3600");
    let findings = flat_resolution(&format!("{FIELD}{late}")).findings;
    let [finding] = &findings.0[..] else { panic!("{findings:?}") };
    assert_eq!((finding.severity, finding.site.key.as_str()), (Severity::Warning, "manned[0].at_s[1]"));
}
