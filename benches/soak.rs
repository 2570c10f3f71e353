//! A day of a thousand drones that come and go, evading each other: memory stays flat, encounters are numbered without a gap, and
//! what is open ends: `cargo bench --bench soak`, some minutes; `-- 2` for two hours.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use skygrid::frame::{DroneSample, EncounterId, Frame, SimEvent};
use skygrid::scenario::{ResolvedScenario, Source, resolve};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::traffic::conflict::{Minima, Motion, predicted_conflict};
use skygrid::units::SimTime;

/// How long an encounter stays open without a conflict.
const LINGERS: SimTime = SimTime::from_millis(3000);
/// Hours from which on memory is judged: in the first the traffic builds up.
const JUDGED_FROM_H: usize = 3;

/// Twenty hubs on flat ground, each with fifty drones and its own pad some two kilometres away; their routes cross.
fn scene(hours: u32) -> ResolvedScenario {
    let mut text = format!(
        r#"
        format = 1
        name = "soak"
        title = {{ en = "A day", zh = "一天" }}
        time = {{ start = "2026-05-01T00:00:00+08:00", duration_s = {} }}
        area = {{ south_deg = 41.50, north_deg = 41.58, west_deg = 120.40, east_deg = 120.52 }}
        terrain = {{ flat_amsl_m = 200 }}
        algorithms = {{ strategic = "unfitted", resolver = "mvp" }}
        "#,
        hours * 3600
    );
    for number in 0..20_u32 {
        let [column, row] = [number % 5, number / 5].map(f64::from);
        let (lat, lon) = (41.512 + 0.018 * row, 120.415 + 0.022 * column);
        let turn = f64::from(number) * 2.4;
        let (pad_lat, pad_lon) = (41.54 + 0.022 * libm::sin(turn), 120.46 + 0.03 * libm::cos(turn));
        write!(
            text,
            r#"
            [[hub]]
            id = "hub-{number}"
            position = {{ lat_deg = {lat}, lon_deg = {lon} }}
            departure_interval_s = 5
            [[pad]]
            id = "pad-{number}"
            position = {{ lat_deg = {pad_lat}, lon_deg = {pad_lon} }}
            stands = 40
            hand_over_s = 30
            [[fleet]]
            id = "fleet-{number}"
            aircraft = "meituan-4"
            hub = "hub-{number}"
            count = 50
            turn_around_s = 60
            [[route]]
            id = "route-{number}"
            from = "hub-{number}"
            to = "pad-{number}"
            altitude_agl_m = {}
            back_altitude_agl_m = {}
            [[delivery]]
            id = "orders-{number}"
            kind = "city"
            route = "route-{number}"
            fleet = "fleet-{number}"
            orders_per_hour = 80
            payload_kg = {{ min = 0.4, max = 2.0 }}
            "#,
            50 + 3 * (number % 5),
            80 + 3 * (number % 5),
        )
        .unwrap();
    }
    resolve(Source::new("soak.toml", text), &[]).unwrap_or_else(|findings| panic!("{findings:?}")).scenario
}

/// Encounters as events tell them.
#[derive(Default)]
struct Told {
    /// When each that is open was in conflict last.
    open: BTreeMap<EncounterId, SimTime>,
    lost: BTreeSet<EncounterId>,
    opened: u32,
}

impl Told {
    /// Takes in what a frame tells and shows.
    fn see_frame(&mut self, frame: &Frame) {
        frame.events.iter().for_each(|timed| self.see(timed.time, &timed.event));
        for conflict in &frame.conflicts {
            *self.open.get_mut(&conflict.encounter).unwrap() = frame.time;
        }
        assert!(self.open.values().all(|last| frame.time - *last <= LINGERS), "an encounter does not end");
    }

    fn see(&mut self, time: SimTime, event: &SimEvent) {
        match event {
            SimEvent::EncounterOpened { encounter, .. } => {
                assert_eq!(*encounter, EncounterId(self.opened), "numbers go up by one");
                self.opened += 1;
                self.open.insert(*encounter, time);
            }
            SimEvent::LossOfSeparation { encounter, .. } => {
                assert!(self.open.contains_key(encounter) && self.lost.insert(*encounter), "{encounter:?}");
            }
            SimEvent::SeparationRegained { encounter, .. } => assert!(self.lost.remove(encounter), "{encounter:?}"),
            SimEvent::EncounterClosed { encounter, .. } => {
                assert!(self.open.remove(encounter).is_some() && !self.lost.contains(encounter), "{encounter:?}");
            }
            _ => {}
        }
    }
}

/// Against every pair of what the frame shows, which is rounded to centimetres: whoever is well within is there, and whoever is
/// there is not well outside. How many pairs were in conflict.
fn compare_with_all_pairs(frame: &Frame, minima: &Minima) -> usize {
    let motion = |sample: &DroneSample| Motion {
        drone: sample.drone,
        position: sample.position_m().into(),
        velocity: sample.velocity_mps().into(),
        zone: minima.zone(),
    };
    let grown = |by: f64| Minima {
        horizontal_m: minima.horizontal_m + by,
        vertical_m: minima.vertical_m + by,
        look_ahead: minima.look_ahead + SimTime::from_seconds(by / 2.0),
    };
    let motions: Vec<Motion> = frame.drones.iter().filter(|drone| drone.phase.is_airborne()).map(motion).collect();
    let found: BTreeSet<_> = frame.conflicts.iter().map(|conflict| (conflict.own, conflict.intruder)).collect();
    let (less, more) = (grown(-0.6), grown(0.6));
    for (index, own) in motions.iter().enumerate() {
        for intruder in &motions[index + 1..] {
            let is_found = found.contains(&(own.drone, intruder.drone));
            assert!(is_found || predicted_conflict(own, intruder, &less).is_none(), "{own:?} {intruder:?} is lost");
            assert!(!is_found || predicted_conflict(own, intruder, &more).is_some(), "{own:?} {intruder:?} is none");
        }
    }
    found.len()
}

/// Memory of the process, MB, where the system tells.
fn resident_mb() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

fn main() {
    let hours = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(24);
    let scenario = Arc::new(scene(hours));
    let mut simulation = Simulation::new(&scenario, 1, &Algorithms::default()).unwrap();
    let (mut told, mut compared, mut memory_mb) = (Told::default(), 0, Vec::new());
    println!("hour  airborne  sorties  encounters  losses  compared    MB");
    for hour in 1..=hours {
        while simulation.now() < SimTime::from_millis(3_600_000 * i64::from(hour)) {
            simulation.step().unwrap();
            if simulation.now().is_tick_of(scenario.detection_interval) {
                let frame = simulation.frame();
                told.see_frame(&frame);
                if frame.time.is_tick_of(SimTime::from_millis(600_000)) {
                    compared += compare_with_all_pairs(&frame, &scenario.minima);
                }
            }
        }
        let figures = simulation.figures();
        let sorties: u32 = figures.missions.iter().map(|mission| mission.started).sum();
        memory_mb.extend(resident_mb());
        println!(
            "{hour:>4}  {:>8}  {sorties:>7}  {:>10}  {:>6}  {compared:>8}  {:>4.0}",
            simulation.airborne(),
            figures.encounters,
            figures.losses_of_separation,
            memory_mb.last().copied().unwrap_or(f64::NAN),
        );
        assert_eq!(told.opened, figures.encounters);
        assert_eq!(told.lost.len(), figures.open_losses.len());
    }
    if memory_mb.len() < JUDGED_FROM_H {
        return println!("too short, or the system tells too little, to judge memory");
    }
    let later = &memory_mb[1..];
    let (least, most) =
        (later.iter().copied().fold(f64::INFINITY, f64::min), later.iter().copied().fold(0.0, f64::max));
    assert!(most < 1.1 * least + 5.0, "memory grows: {memory_mb:?}");
}
