//! Everything that can go wrong, at random and together: whatever happens, the run keeps to what must always hold.

use std::collections::BTreeMap;

use skygrid::aircraft::BatteryService;

use super::*;

/// Draws one case from a stream.
struct Draw {
    stream: RandomStream,
    position: u64,
}

impl Draw {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.position += 1;
        self.stream.between(self.position, low, high)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        self.position += 1;
        all[usize::try_from(self.stream.bits(self.position) % all.len() as u64).unwrap()]
    }
}

const CENTRE: [f64; 2] = [41.5400, 120.4760];
const RADIUS_M: f64 = 300.0;
/// Whose path leads along the edge cuts its corners: by up to 20 m on a wing.
const CUTS_M: f64 = 21.0;

/// What is done about each trouble.
fn policies(draw: &mut Draw) -> String {
    let flying_on = ["hold", "continue", "return", "divert", "land"];
    let keeping_out = ["hold", "return", "divert", "land"];
    let policies = [
        ("low_battery", &flying_on[..]),
        ("weather", &flying_on),
        ("zone_closing", &keeping_out),
        ("lost_link", &flying_on),
        ("pad_blocked", &flying_on),
        ("motor_fault", &["land", "parachute"]),
        ("navigation_loss", &["land", "parachute"]),
    ]
    .into_iter()
    .map(|(trouble, all)| format!("{trouble} = \"{}\"", draw.one_of(all)));
    policies.collect::<Vec<_>>().join("\n")
}

/// Patrols beside the deliveries, on rotors and on a wing.
const PATROLS: &str = r#"
    [[fleet]]
    id = "patrol"
    aircraft = "m30t"
    hub = "city"
    count = 2
    [[fleet]]
    id = "wing"
    aircraft = "cw-15"
    hub = "city"
    count = 1
    [[route]]
    id = "circuit"
    from = "city"
    altitude_agl_m = 80
    via = [
        { lat_deg = 41.5480, lon_deg = 120.4840 }, { lat_deg = 41.5400, lon_deg = 120.4980, hold_s = 60 },
        { lat_deg = 41.5340, lon_deg = 120.4760 },
    ]
    [[round]]
    id = "patrol"
    kind = "fire-patrol"
    route = "circuit"
    fleet = "patrol"
    every_s = 900
    [[round]]
    id = "survey"
    kind = "fire-patrol"
    route = "circuit"
    fleet = "wing"
    every_s = 1500
"#;

/// A day on which everything happens, and when the air is closed in it, s.
fn bad_day(case: u64) -> (ResolvedScenario, [f64; 2]) {
    let mut draw = Draw { stream: RandomStream::new(case, Purpose::Failure, 77), position: 0 };
    let policies = policies(&mut draw);
    let [front_s, block_s, close_s] = [3000.0, 6000.0, 5000.0].map(|latest_s| draw.between(300.0, latest_s));
    let closed_until_s = close_s + draw.between(60.0, 1500.0);
    let charges = draw.one_of(&[BatteryService::Swap, BatteryService::Charge]);
    let step_s = draw.one_of(&[0.1, 0.2, 0.3, 1.0]);
    let [lat_deg, lon_deg] = CENTRE;
    let mut scenario = summit(&format!(
        r#"{PATROLS}
        [weather]
        constant = {{ wind_mps = {wind}, direction_deg = {direction}, gust_mps = {gust}, temperature_c = {temperature} }}
        [[weather.front]]
        at_s = {front_s}
        lasts_s = 1200
        over_s = 300
        wind_mps = {strong}
        direction_deg = 320
        gust_mps = {strong_gust}
        [navigation]
        mode = "sbas"
        [contingency]
        fetch_s = {fetch}
        {policies}
        [failures]
        motor_per_h = 1
        link_per_h = 8
        navigation_per_h = 1
        battery_per_h = 2
        lasts_s = 30
        [[rally]]
        id = "temple"
        position = {{ lat_deg = 41.5300, lon_deg = 120.4860 }}
        [[rally]]
        id = "edge"
        position = {{ lat_deg = 41.5480, lon_deg = 120.4700 }}
        [[intervention]]
        id = "crowd"
        at_s = {block_s}
        until_s = {block_end_s}
        block_pad = "summit"
        [[intervention]]
        id = "fire"
        at_s = {close_s}
        until_s = {closed_until_s}
        close = {{ name = {{ en = "Fire", zh = "火" }}, area = {{ circle = {{ lat_deg = {lat_deg}, lon_deg = {lon_deg}, radius_m = {RADIUS_M} }} }} }}
        "#,
        wind = draw.between(0.0, 3.5),
        direction = draw.between(0.0, 360.0),
        gust = draw.between(4.0, 6.5),
        temperature = draw.between(-5.0, 30.0),
        strong = draw.between(5.0, 8.0),
        strong_gust = draw.between(12.0, 18.0),
        fetch = draw.between(60.0, 900.0),
        block_end_s = block_s + draw.between(30.0, 1200.0),
    ));
    let scenic = scenario.fleets.iter_mut().find(|fleet| fleet.id == "scenic").unwrap();
    scenic.homes = vec![scenic.homes[0]; 5];
    scenario.clock.step = SimTime::from_seconds(step_s);
    scenario.fleets.iter_mut().for_each(|fleet| fleet.battery = charges);
    (scenario, [close_s, closed_until_s])
}

/// What must hold from one frame to the next.
fn assert_goes_on(before: &DroneSample, after: &DroneSample, step_s: f64, what: &str) {
    let moved: Vec<f64> = before.position_m().iter().zip(after.position_m()).map(|(a, b)| b - a).collect();
    let is_fetched = before.phase == FlightPhase::Stranded && after.phase == FlightPhase::TurnAround;
    let moved_m = moved.iter().map(|by| by * by).sum::<f64>().sqrt();
    // The quickest type flies 26 m/s, with the wind of a front behind it.
    assert!(is_fetched || moved_m < 45.0 * step_s + 2.0, "{what}: moved {moved_m} m, {before:?} {after:?}");
    assert!(after.battery_permyriad <= 10_000, "{what}");
    let lands = [FlightPhase::Landing, FlightPhase::Parachute, FlightPhase::Winch];
    let is_up = |phase: FlightPhase| phase.is_airborne() && !lands.contains(&phase);
    let may_take_off = !is_up(after.phase) || before.phase.is_airborne() || after.phase == FlightPhase::TakeOff;
    assert!(may_take_off, "{what}: {:?} after {:?}", after.phase, before.phase);
}

/// Nobody who was clear of closed air enters it, but blind or under a parachute, with the wind.
fn assert_keeps_out(was_clear: &mut BTreeMap<DroneId, bool>, sample: &DroneSample, centre: [f64; 2], what: &str) {
    let [x, y, _] = sample.position_m();
    let distance_m = skygrid::world::geo::Horizontal::new(x - centre[0], y - centre[1]).norm();
    let is_clear = was_clear.entry(sample.drone).or_insert(false);
    let drifts = sample.phase == FlightPhase::Parachute
        || sample.contingency.is_some_and(|found| found.trouble == Trouble::NavigationLoss);
    assert!(
        !*is_clear || distance_m > RADIUS_M - CUTS_M || drifts || !sample.phase.is_airborne(),
        "{what}: {distance_m:.0} m from the middle, {sample:?}"
    );
    // Who is nearer than it takes to brake cannot help it.
    *is_clear |= distance_m > RADIUS_M + 90.0 || !sample.phase.is_airborne();
}

fn assert_day(case: u64) -> BTreeMap<(Trouble, Response), u32> {
    let (scenario, [close_s, closed_until_s]) = bad_day(case);
    let centre = scenario.projection.to_local(skygrid::world::geo::Geographic::new(CENTRE[0], CENTRE[1]));
    let step_s = scenario.clock.step.seconds();
    let scenario = Arc::new(scenario);
    let mut simulation = Simulation::new(&scenario, case, &Algorithms::default()).unwrap();
    let mut before = simulation.frame();
    let (mut was_clear, mut decided) = (BTreeMap::new(), BTreeMap::new());
    while !simulation.is_finished() {
        simulation.step().unwrap();
        let frame = simulation.frame();
        let what = format!("day {case} at {:.1} s", frame.time.seconds());
        for (last, sample) in before.drones.iter().zip(&frame.drones) {
            let what = format!("{what}, {:?}", sample.drone);
            assert_goes_on(last, sample, step_s, &what);
            assert_in_bounds(&scenario, sample, 15.0, &what);
            if (close_s..closed_until_s).contains(&frame.time.seconds()) {
                assert_keeps_out(&mut was_clear, sample, [centre.x, centre.y], &what);
            }
        }
        let at_pad = |sample: &&DroneSample| matches!(sample.phase, FlightPhase::HandOver | FlightPhase::Stranded);
        for (index, one) in frame.drones.iter().enumerate().filter(|(_, sample)| at_pad(sample)) {
            let mut others = frame.drones[index + 1..].iter().filter(at_pad);
            let is_apart = |other: &DroneSample| {
                let ([x, y, _], [u, v, _]) = (one.position_m(), other.position_m());
                (x - u).abs().max((y - v).abs()) > 3.0
            };
            // Two may come down side by side on open ground; a place that was promised is for one.
            let is_place = |other: &DroneSample| {
                let down = [one, other].map(|sample| sample.phase == FlightPhase::Stranded);
                let [x, y, _] = one.position_m();
                let mut sites = scenario.rallies.iter().map(|rally| rally.position);
                down != [true; 2] || sites.any(|site| libm::hypot(site.x - x, site.y - y) < 5.0)
            };
            let here = others.find(|other| !is_apart(other) && is_place(other));
            assert!(here.is_none(), "{what}: two on one place: {one:?} {here:?}");
        }
        for timed in &frame.events {
            if let SimEvent::ContingencyDecided { trouble, response, .. } = timed.event {
                *decided.entry((trouble, response)).or_default() += 1;
            }
        }
        before = frame;
    }
    // What was asked for is done, failed, waiting or under way, and a drone has one thing under way.
    let figures = simulation.figures();
    for (mission, most) in figures.missions.iter().zip([5, 2, 1]) {
        let under_way = i64::from(mission.started) - i64::from(mission.completed) - i64::from(mission.failed);
        assert!((0..=most).contains(&under_way), "day {case}: {mission:?}");
        assert!(mission.started > 0, "day {case}: {mission:?}");
    }
    decided
}

#[test]
fn whatever_goes_wrong_together_keeps_to_what_must_hold() {
    let mut decided: BTreeMap<(Trouble, Response), u32> = BTreeMap::new();
    for case in 0..24 {
        for (what, count) in assert_day(case) {
            *decided.entry(what).or_default() += count;
        }
    }
    // The days have seen every trouble, and every response that flies on, from somewhere.
    for trouble in Trouble::ALL {
        assert!(decided.keys().any(|(found, _)| *found == trouble), "{trouble:?}: {decided:?}");
    }
    for response in [Response::Return, Response::Divert, Response::Land, Response::Parachute] {
        assert!(decided.keys().any(|(_, found)| *found == response), "{response:?}: {decided:?}");
    }
}
