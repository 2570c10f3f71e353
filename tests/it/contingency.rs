//! Flights in trouble: what fails, what is done, and that nobody meets the hill or leaves the ceiling on the way.

use std::sync::Arc;

use skygrid::aircraft::Fault;
use skygrid::frame::{Conformance, DroneSample, FlightPhase, Frame, Response, SimEvent, Trouble};
use skygrid::scenario::{Failure, Resolution, ResolvedScenario, Source, resolve};
use skygrid::sim::{Algorithms, Simulation};
use skygrid::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};

use crate::support::root;

mod conduct;
mod mishaps;

/// One drone that flies to the summit and back, whenever somebody orders; and what a test adds.
fn summit(more: &str) -> ResolvedScenario {
    summit_told(more).scenario
}

/// The same with what is said of it.
fn summit_told(more: &str) -> Resolution {
    let text = format!(
        r#"
        format = 1
        name = "summit"
        title = {{ en = "Summit", zh = "山顶" }}
        time = {{ start = "2026-05-01T09:00:00+08:00", duration_s = 7200 }}
        area = {{ south_deg = 41.515, north_deg = 41.560019, west_deg = 120.455, east_deg = 120.514918, clearance_m = 20 }}
        terrain = {{ file = "../assets/terrain/fenghuang.tif", surround_file = "../assets/terrain/fenghuang_surround.tif" }}
        {more}
        [[hub]]
        id = "city"
        position = {{ lat_deg = 41.5570, lon_deg = 120.4600 }}
        [[pad]]
        id = "summit"
        position = {{ lat_deg = 41.5225, lon_deg = 120.4950 }}
        stands = 4
        [[fleet]]
        id = "scenic"
        aircraft = "meituan-4"
        hub = "city"
        count = 1
        [[route]]
        id = "scenic"
        from = "city"
        to = "summit"
        altitude_agl_m = 90
        back_altitude_agl_m = 70
        via = [
            {{ lat_deg = 41.5480, lon_deg = 120.4670 }}, {{ lat_deg = 41.5400, lon_deg = 120.4760 }},
            {{ lat_deg = 41.5320, lon_deg = 120.4850 }}, {{ lat_deg = 41.5270, lon_deg = 120.4910 }},
        ]
        [[delivery]]
        id = "orders"
        kind = "scenic"
        route = "scenic"
        fleet = "scenic"
        orders_per_hour = 60
        payload_kg = {{ min = 0.4, max = 2.3 }}
        "#
    );
    let resolution = resolve(Source::new(root().join("scenarios/summit.toml"), text), &[]);
    resolution.unwrap_or_else(|findings| panic!("{findings:?}"))
}

const DRONE: DroneId = DroneId { fleet: FleetId(0), ordinal: 0 };

/// Every step of a run until a time or until `ends`; each frame has the one drone.
fn flown(scenario: &Arc<ResolvedScenario>, until_s: f64, mut ends: impl FnMut(&Frame) -> bool) -> Vec<Frame> {
    let mut simulation = Simulation::new(scenario, 1, &Algorithms::default()).unwrap();
    let mut frames = Vec::new();
    while simulation.now() < SimTime::from_seconds(until_s) {
        simulation.step().unwrap();
        frames.push(simulation.frame());
        if frames.last().is_some_and(&mut ends) {
            break;
        }
    }
    frames
}

fn events(frames: &[Frame]) -> Vec<(SimTime, SimEvent)> {
    frames.iter().flat_map(|frame| frame.events.iter().map(|timed| (timed.time, timed.event.clone()))).collect()
}

fn when(frames: &[Frame], is: impl Fn(&SimEvent) -> bool) -> Option<SimTime> {
    events(frames).into_iter().find(|(_, event)| is(event)).map(|(time, _)| time)
}

fn is_over(frame: &Frame) -> bool {
    frame.events.iter().any(|timed| matches!(timed.event, SimEvent::SortieFinished { .. }))
}

fn with_failure(scenario: &ResolvedScenario, fault: Fault, at: SimTime, lasts_s: f64) -> Arc<ResolvedScenario> {
    let mut scenario = scenario.clone();
    let to = at + SimTime::from_seconds(lasts_s);
    scenario.failures.scripted = vec![Failure { drone: DRONE, fault, from: at, to }];
    Arc::new(scenario)
}

/// The first sortie of a scenario: from leaving to being back.
fn first_sortie(scenario: &ResolvedScenario) -> [SimTime; 2] {
    let frames = flown(&Arc::new(scenario.clone()), 7200.0, is_over);
    let started = when(&frames, |event| matches!(event, SimEvent::SortieStarted { .. })).unwrap();
    [started, frames.last().unwrap().time]
}

/// A drone in the air is between ground and ceiling, and on its way at least `least_agl_m` above the ground.
fn assert_in_bounds(scenario: &ResolvedScenario, sample: &DroneSample, least_agl_m: f64, what: &str) {
    if !sample.phase.is_airborne() {
        return;
    }
    let agl_m = scenario.terrain.agl_m(&sample.position_m().into()).unwrap();
    // Who comes straight down in wind drifts over lower ground.
    let most_m = if matches!(sample.phase, FlightPhase::Landing | FlightPhase::Parachute) { 125.0 } else { 120.0 };
    let is_on_its_way = matches!(sample.phase, FlightPhase::Cruise | FlightPhase::Hover);
    let floor_m = if is_on_its_way { least_agl_m } else { -0.5 };
    assert!(agl_m <= most_m && agl_m >= floor_m, "{what}: {agl_m:.1} m above ground, {:?}", sample.phase);
}

/// The weather and the errors of an ordinary day with some wind.
const ROUGH: &str = "
    weather = { constant = { wind_mps = 4, direction_deg = 320, gust_mps = 6 } }
    navigation = { mode = \"sbas\" }
";

/// Thousands of times at which the link is lost for good, on the way out, at the pad and on the way back, in calm and in
/// wind: each time the drone is home or on the ground in the end, and has met neither hill nor ceiling.
#[test]
fn a_link_lost_anywhere_ends_on_the_ground_within_the_ceiling() {
    for (more, least_agl_m, cases) in [("", 40.0, 1500_u64), (ROUGH, 35.0, 500)] {
        let scenario = summit(more);
        let [from, to] = first_sortie(&scenario);
        let draw = RandomStream::new(7, Purpose::Failure, 1);
        let (mut returned, mut delivered) = (0, 0);
        for case in 0..cases {
            let at = SimTime::from_seconds(draw.between(case, from.seconds(), to.seconds() - 6.0));
            let scenario = with_failure(&scenario, Fault::Link, at, 1e6);
            let frames = flown(&scenario, to.seconds() + 1200.0, is_over);
            let what = format!("link lost at {at:?}");
            for frame in &frames {
                assert_in_bounds(&scenario, &frame.drones[0], least_agl_m, &what);
            }
            let last = &frames[frames.len() - 1];
            assert!(is_over(last) && !last.drones[0].phase.is_airborne(), "{what}");
            let failed = when(&frames, |event| matches!(event, SimEvent::OrderFailed { .. })).is_some();
            let arrived = when(&frames, |event| matches!(event, SimEvent::Delivered { .. })).is_some();
            assert!(failed != arrived, "{what}");
            (returned, delivered) = (returned + u64::from(failed), delivered + u64::from(arrived));
        }
        // The way out takes about as long as the way back.
        assert!(returned > cases / 4 && delivered > cases / 4, "{returned} {delivered}");
    }
}

/// A link that comes back while the drone holds: it goes on and delivers; the hold is nonconforming, nothing is contingent.
#[test]
fn a_link_that_comes_back_in_time_costs_a_hold() {
    let scenario = summit("");
    let [from, to] = first_sortie(&scenario);
    let at = from + SimTime::from_seconds(120.0);
    let frames = flown(&with_failure(&scenario, Fault::Link, at, 8.0), 7200.0, is_over);
    let seen: Vec<Conformance> = frames.iter().map(|frame| frame.drones[0].conformance()).collect();
    assert!(seen.contains(&Conformance::Nonconforming) && !seen.contains(&Conformance::Contingent));
    let began = when(&frames, |event| matches!(event, SimEvent::ContingencyBegan { trouble: Trouble::LostLink, .. }));
    assert_eq!(began, Some(at + SimTime::from_seconds(5.0)));
    assert!(when(&frames, |event| matches!(event, SimEvent::Delivered { .. })).is_some());
    let late_s = (frames.last().unwrap().time - to).seconds();
    assert!((0.5..25.0).contains(&late_s), "{late_s}");
}

/// What is decided about each trouble by default, and where the drone ends.
#[test]
fn each_trouble_has_its_response() {
    let rally = "rally = [{ id = \"temple\", position = { lat_deg = 41.5300, lon_deg = 120.4860 } }]\n";
    let scenario = summit(rally);
    let [from, _] = first_sortie(&scenario);
    let at = from + SimTime::from_seconds(150.0);
    let decided = |frames: &[Frame]| {
        events(frames).into_iter().find_map(|(_, event)| match event {
            SimEvent::ContingencyDecided { trouble, response, rally, .. } => Some((trouble, response, rally.is_some())),
            _ => None,
        })
    };
    let stranded = |frames: &[Frame]| when(frames, |event| matches!(event, SimEvent::Stranded { .. }));
    let fetched = |frames: &[Frame]| when(frames, |event| matches!(event, SimEvent::Fetched { .. }));
    for (fault, trouble, response, is_home) in [
        (Fault::Motor, Trouble::MotorFault, Response::Parachute, false),
        (Fault::Navigation, Trouble::NavigationLoss, Response::Land, false),
        (Fault::Battery, Trouble::LowBattery, Response::Return, true),
    ] {
        let mut scenario = scenario.clone();
        // With half of its charge it would still get there and back, were not so much to be left.
        scenario.fleets[0].reserve_share = if fault == Fault::Battery { 0.6 } else { 0.2 };
        let frames = flown(&with_failure(&scenario, fault, at, 1e6), 5400.0, |_| false);
        assert_eq!(decided(&frames), Some((trouble, response, false)), "{fault:?}");
        assert_eq!(stranded(&frames).is_none(), is_home, "{fault:?}");
        for frame in &frames {
            assert_in_bounds(&scenario, &frame.drones[0], 20.0, &format!("{fault:?}"));
            assert!(!frame.drones[0].phase.is_airborne() || frame.drones[0].battery_permyriad > 0, "{fault:?}");
        }
        if let Some(down) = stranded(&frames) {
            // Half an hour until it is fetched; satellites stay jammed, but a motor is mended and it flies again.
            let back = fetched(&frames).unwrap();
            assert!((1800.0..=1801.0).contains(&(back - down).seconds()), "{fault:?}");
            let sorties =
                events(&frames).iter().filter(|(_, event)| matches!(event, SimEvent::SortieStarted { .. })).count();
            assert_eq!(sorties > 1, fault == Fault::Motor, "{fault:?}");
        }
    }
    // Where the policy says so it diverts, and lands where it said.
    let scenario = summit(&format!("contingency = {{ lost_link = \"divert\" }}\n{rally}"));
    let frames = flown(&with_failure(&scenario, Fault::Link, at, 1e6), 3600.0, is_over);
    assert_eq!(decided(&frames), Some((Trouble::LostLink, Response::Divert, true)));
    let end = frames.last().unwrap().drones[0].position_m();
    let site = scenario.rallies[0].position;
    assert!((end[0] - site.x).abs() < 3.0 && (end[1] - site.y).abs() < 3.0, "{end:?} {site}");
}

/// A blocked pad: for a short while the drone waits beside it; for longer it brings the goods back.
#[test]
fn a_blocked_pad_is_waited_for_or_left() {
    let plain = summit("");
    let [from, _] = first_sortie(&plain);
    let block = |lasts_s: f64| {
        let at_s = from.seconds() + 60.0;
        summit(&format!(
            "intervention = [{{ id = \"crowd\", at_s = {at_s}, until_s = {}, block_pad = \"summit\" }}]\n",
            at_s + lasts_s
        ))
    };
    let delivered = |frames: &[Frame]| when(frames, |event| matches!(event, SimEvent::Delivered { .. }));
    let usual = delivered(&flown(&Arc::new(plain), 7200.0, is_over)).unwrap();
    let waited = flown(&Arc::new(block(usual.seconds() - from.seconds() - 120.0)), 7200.0, is_over);
    assert!(delivered(&waited).unwrap() > usual);
    assert!(
        when(&waited, |event| matches!(event, SimEvent::ContingencyBegan { trouble: Trouble::PadBlocked, .. }))
            .is_some()
    );
    let left = flown(&Arc::new(block(3600.0)), 7200.0, is_over);
    assert!(delivered(&left).is_none() && when(&left, |event| matches!(event, SimEvent::OrderFailed { .. })).is_some());
}

/// The air ahead is closed: nobody who is outside enters it, and who is inside leaves it.
#[test]
fn closing_air_is_not_entered_and_is_left() {
    let [from, _] = first_sortie(&summit(""));
    for after_s in [40.0, 90.0, 120.0, 150.0, 180.0, 210.0, 240.0, 270.0] {
        let at_s = from.seconds() + after_s;
        let scenario = Arc::new(summit(&format!(
            "intervention = [{{ id = \"fire\", at_s = {at_s}, until_s = 6000, close = {{ name = {{ en = \"Fire\", zh = \"火\" }}, \
             area = {{ circle = {{ lat_deg = 41.5400, lon_deg = 120.4760, radius_m = 400 }} }} }} }}]\n"
        )));
        let centre = scenario.projection.to_local(skygrid::world::geo::Geographic::new(41.54, 120.476));
        let frames = flown(&scenario, 7200.0, is_over);
        let distance_m = |frame: &Frame| {
            let [x, y, _] = frame.drones[0].position_m();
            skygrid::world::geo::Horizontal::new(x - centre.x, y - centre.y).norm()
        };
        let closed: Vec<&Frame> =
            frames.iter().filter(|frame| (at_s..6000.0).contains(&frame.time.seconds())).collect();
        let mut was_out = false;
        for frame in &closed {
            let is_in = distance_m(frame) < 399.0 && frame.drones[0].phase.is_airborne();
            // A minute and a half is more than the time to brake, to wait and to cross half of it.
            assert!(
                !is_in || (!was_out && frame.time.seconds() < at_s + 90.0),
                "closed after {after_s} s: in at {:?}",
                frame.time
            );
            // Who is nearer than it takes to brake cannot help it.
            was_out |= distance_m(frame) > 480.0;
        }
        assert!(is_over(frames.last().unwrap()), "{after_s}");
    }
}

/// A front over the mountain: nobody leaves while it is too much, who is in the air comes back, and when it has passed
/// orders are flown again.
#[test]
fn a_front_grounds_recalls_and_lets_go_in_order() {
    let mut scenario = summit(
        "
        [weather]
        constant = { wind_mps = 3, direction_deg = 320, gust_mps = 5 }
        [[weather.front]]
        at_s = 1800
        lasts_s = 1500
        over_s = 600
        wind_mps = 7
        direction_deg = 320
        gust_mps = 14
        [algorithms]
        strategic = \"unfitted\"
        ",
    );
    // Eight drones, so that some are on their way whenever the front comes.
    scenario.fleets[0].homes = vec![scenario.fleets[0].homes[0]; 8];
    let scenario = Arc::new(scenario);
    let frames = flown(&scenario, 7200.0, |_| false);
    let of = |is: fn(&SimEvent) -> bool| -> Vec<SimTime> {
        events(&frames).into_iter().filter(|(_, event)| is(event)).map(|(time, _)| time).collect()
    };
    let grounded = of(|event| matches!(event, SimEvent::DeparturesGrounded { .. }))[0];
    let resumed = of(|event| matches!(event, SimEvent::DeparturesResumed { .. }))[0];
    let recalled = of(|event| matches!(event, SimEvent::ContingencyBegan { trouble: Trouble::Weather, .. }));
    assert!(!recalled.is_empty() && recalled.iter().all(|time| (1800..3300).contains(&(time.millis() / 1000))));
    assert!(grounded.seconds() > 1800.0 && (2700.0..3300.0).contains(&resumed.seconds()));
    let started = of(|event| matches!(event, SimEvent::SortieStarted { .. }));
    assert!(started.iter().all(|time| *time < grounded || *time >= resumed), "{started:?}");
    assert!(started.iter().any(|time| *time >= resumed));
    for frame in &frames {
        frame.drones.iter().for_each(|sample| assert_in_bounds(&scenario, sample, 30.0, "front"));
    }
}

/// Faults are those of the drone and the clock: neither other drones, nor demand, nor any model changes them; and what
/// customers order is not changed by models either.
#[test]
fn no_model_shifts_the_numbers_of_another() {
    let failures = "failures = { link_per_h = 6, navigation_per_h = 3, lasts_s = 30 }\n";
    let told = |more: &str, orders: f64, count: usize| {
        let mut scenario = summit(&format!("{failures}{more}"));
        let home = scenario.fleets[0].homes[0];
        scenario.fleets[0].homes = vec![home; count];
        if let skygrid::mission::Task::Deliver { orders_per_hour, .. } = &mut scenario.missions[0].task {
            *orders_per_hour = orders;
        }
        events(&flown(&Arc::new(scenario), 7200.0, |_| false))
    };
    let faults = |told: &[(SimTime, SimEvent)]| -> Vec<_> {
        let is_own = |event: &SimEvent| matches!(event, SimEvent::FaultBegan { drone, .. } if *drone == DRONE);
        told.iter().filter(|(_, event)| is_own(event)).cloned().collect()
    };
    let orders = |told: &[(SimTime, SimEvent)]| -> Vec<_> {
        told.iter().filter(|(_, event)| matches!(event, SimEvent::OrderPlaced { .. })).cloned().collect()
    };
    let plain = told("", 60.0, 1);
    assert!(faults(&plain).len() > 10 && orders(&plain).len() > 80);
    for (more, count) in [(ROUGH, 1), ("navigation = { mode = \"standalone\" }\n", 5)] {
        let other = told(more, 60.0, count);
        assert_eq!(faults(&other), faults(&plain));
        assert_eq!(orders(&other), orders(&plain));
    }
    assert_eq!(faults(&told("", 20.0, 3)), faults(&plain));
    // Nor does a fleet that stands before it in the file.
    let above = "[[fleet]]\nid = \"spare\"\naircraft = \"m30t\"\nhub = \"city\"\ncount = 2\n";
    let later = |event: SimEvent| match event {
        SimEvent::FaultBegan { drone, fault } => {
            SimEvent::FaultBegan { drone: DroneId { fleet: FleetId(drone.fleet.0 + 1), ..drone }, fault }
        }
        other => other,
    };
    let moved: Vec<_> = faults(&plain).into_iter().map(|(time, event)| (time, later(event))).collect();
    let scenario = summit(&format!("{failures}{above}"));
    let all = events(&flown(&Arc::new(scenario), 7200.0, |_| false));
    let of_second = |event: &SimEvent| matches!(event, SimEvent::FaultBegan { drone, .. } if drone.fleet == FleetId(1));
    assert_eq!(all.into_iter().filter(|(_, event)| of_second(event)).collect::<Vec<_>>(), moved);
}
