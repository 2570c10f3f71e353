//! What a drone does in a trouble, case by case.

use skygrid::traffic::conflict::{Motion, is_loss_of_separation};

use super::*;

fn began(frames: &[Frame], trouble: Trouble) -> Option<SimTime> {
    when(frames, |event| matches!(event, SimEvent::ContingencyBegan { trouble: found, .. } if *found == trouble))
}

fn decided(frames: &[Frame]) -> Vec<(Trouble, Response)> {
    let all = events(frames).into_iter();
    all.filter_map(|(_, event)| match event {
        SimEvent::ContingencyDecided { trouble, response, .. } => Some((trouble, response)),
        _ => None,
    })
    .collect()
}

fn delivered(frames: &[Frame]) -> Option<SimTime> {
    when(frames, |event| matches!(event, SimEvent::Delivered { .. }))
}

fn started(frames: &[Frame]) -> Vec<SimTime> {
    let all = events(frames).into_iter();
    all.filter(|(_, event)| matches!(event, SimEvent::SortieStarted { .. })).map(|(time, _)| time).collect()
}

fn speeds_mps(frames: &[Frame]) -> impl Iterator<Item = f64> {
    frames.windows(2).map(|pair| {
        let [a, b] = [pair[0].drones[0].position_m(), pair[1].drones[0].position_m()];
        let moved_m = a.iter().zip(b).map(|(a, b)| (b - a) * (b - a)).sum::<f64>().sqrt();
        moved_m / (pair[1].time - pair[0].time).seconds()
    })
}

fn seconds(seconds: f64) -> SimTime {
    SimTime::from_seconds(seconds)
}

/// Who is to hold holds for as long as it lasts, and then goes on from where it stands, at any step size.
#[test]
fn a_hold_lasts_as_long_as_its_trouble() {
    for step_s in [0.1, 0.3, 1.0] {
        let mut scenario = summit("contingency = { lost_link = \"hold\" }\n");
        scenario.clock.step = seconds(step_s);
        let [from, to] = first_sortie(&scenario);
        let frames = flown(&with_failure(&scenario, Fault::Link, from + seconds(120.0), 300.0), 7200.0, is_over);
        assert_eq!((decided(&frames), delivered(&frames).is_some()), (vec![], true), "{step_s}");
        let late_s = (frames.last().unwrap().time - to).seconds();
        assert!((290.0..330.0).contains(&late_s), "{step_s}: {late_s}");
        assert!(speeds_mps(&frames).all(|speed| speed < 20.0), "{step_s}");
        let standing = speeds_mps(&frames).filter(|speed| *speed < 0.1).fold(0.0, |sum_s, _| sum_s + step_s);
        assert!(standing > 270.0, "{step_s}: {standing}");
    }
}

/// Who goes on in one trouble sees the next, and who returns for one still comes down for a worse.
#[test]
fn one_trouble_does_not_hide_another() {
    for policy in ["continue", "return"] {
        let scenario = summit(&format!("contingency = {{ lost_link = \"{policy}\" }}\n"));
        let [from, _] = first_sortie(&scenario);
        let mut failing = (*with_failure(&scenario, Fault::Link, from + seconds(120.0), 1e6)).clone();
        let at = from + seconds(150.0);
        failing.failures.scripted.push(Failure { drone: DRONE, fault: Fault::Motor, from: at, to: SimTime::END });
        let frames = flown(&Arc::new(failing), 7200.0, is_over);
        assert_eq!(decided(&frames).last(), Some(&(Trouble::MotorFault, Response::Parachute)), "{policy}");
        assert!((began(&frames, Trouble::MotorFault).unwrap() - at).seconds() <= 1.0, "{policy}");
    }
}

/// Who flies on with too little comes down when there is nothing left, and not before.
#[test]
fn an_empty_battery_is_down_where_it_is() {
    let scenario = summit("contingency = { low_battery = \"continue\" }\n");
    let [from, _] = first_sortie(&scenario);
    let mut failing = (*with_failure(&scenario, Fault::Battery, from + seconds(60.0), 1e6)).clone();
    let more = (1..4).map(|n| from + seconds(60.0 + 10.0 * f64::from(n)));
    let packs = more.map(|at| Failure { drone: DRONE, fault: Fault::Battery, from: at, to: at + seconds(5.0) });
    failing.failures.scripted[0].to = from + seconds(65.0);
    failing.failures.scripted.extend(packs);
    let frames = flown(&Arc::new(failing), 7200.0, is_over);
    let all = [(Trouble::LowBattery, Response::Continue), (Trouble::LowBattery, Response::Parachute)];
    assert_eq!(decided(&frames), all);
    let empty = frames.iter().position(|frame| frame.drones[0].battery_permyriad == 0).unwrap();
    let falls = frames.iter().position(|frame| frame.drones[0].phase == FlightPhase::Parachute).unwrap();
    assert!((-1.0..=1.5).contains(&(frames[falls].time - frames[empty].time).seconds()));
    assert!(when(&frames, |event| matches!(event, SimEvent::Stranded { .. })).is_some());
}

/// The wind that a type lands in is less than what it flies in: it waits beside the pad, and brings the goods back.
#[test]
fn nobody_lands_in_more_wind_than_the_type_may() {
    let [from, _] =
        first_sortie(&summit("weather = { constant = { wind_mps = 2, direction_deg = 320, gust_mps = 3 } }\n"));
    let mut scenario = summit(&format!(
        "
        [weather]
        constant = {{ wind_mps = 2, direction_deg = 320, gust_mps = 3 }}
        [[weather.front]]
        at_s = {}
        lasts_s = 3000
        wind_mps = 5
        direction_deg = 320
        gust_mps = 6
        ",
        from.seconds() + 30.0
    ));
    scenario.fleets[0].aircraft.limits.landing_wind_mps = 4.0;
    let frames = flown(&Arc::new(scenario), 7200.0, is_over);
    assert_eq!((decided(&frames), delivered(&frames)), (vec![(Trouble::Weather, Response::Return)], None));
    // It is the pad that is beyond the limits, not the way to it.
    let distance_m = |frame: &Frame, pad: skygrid::world::geo::Position| {
        let [x, y, _] = frame.drones[0].position_m();
        skygrid::world::geo::Horizontal::new(x - pad.x, y - pad.y).norm()
    };
    let scenario = summit("");
    let at = began(&frames, Trouble::Weather).unwrap();
    let there = frames.iter().find(|frame| frame.time == at).unwrap();
    assert!(distance_m(there, scenario.pads[0].position) < 320.0);
    assert!(frames.iter().all(|frame| frame.drones[0].phase != FlightPhase::HandOver));
}

/// Who has come down on a stand has it until he is fetched.
#[test]
fn a_wreck_on_a_stand_blocks_it() {
    let mut scenario = summit("");
    scenario.fleets[0].homes = vec![scenario.fleets[0].homes[0]; 2];
    scenario.pads[0].stands.truncate(1);
    let usual = flown(&Arc::new(scenario.clone()), 3000.0, |_| false);
    let leaves = usual.windows(2).find(|pair| {
        let [before, after] = [&pair[0].drones[0], &pair[1].drones[0]];
        before.phase == FlightPhase::HandOver && after.phase == FlightPhase::TakeOff
    });
    let at = leaves.unwrap()[1].time + seconds(2.0);
    let frames = flown(&with_failure(&scenario, Fault::Motor, at, 1e6), 6000.0, |_| false);
    let down = when(&frames, |event| matches!(event, SimEvent::Stranded { .. })).unwrap();
    let fetched = when(&frames, |event| matches!(event, SimEvent::Fetched { .. })).unwrap();
    let started = started(&frames);
    assert!(down < at + seconds(60.0) && fetched - down >= seconds(1800.0));
    assert!(started.iter().all(|time| *time < down || *time >= fetched), "{started:?}");
    assert!(started.iter().any(|time| *time >= fetched), "{started:?}");
}

/// A closure that becomes known while drones fly towards it, and one that a drone meets because it was held up: both are
/// kept out of, from when they begin.
#[test]
fn a_closure_is_kept_out_of_by_who_left_before_it() {
    let [from, _] = first_sortie(&summit(""));
    let clock = |after_s: f64| {
        let whole = (from + seconds(after_s)).millis() / 1000;
        format!("2026-05-01T{:02}:{:02}:{:02}+08:00", 9 + whole / 3600, whole / 60 % 60, whole % 60)
    };
    let zone = |published: Option<f64>, begins_s: f64| {
        let published = published
            .map_or_else(String::new, |after_s| format!("published = \"{}\"\nemergency = true\n", clock(after_s)));
        format!(
            "
            [[zone]]
            id = \"works\"
            restriction = \"PROHIBITED\"
            area = {{ circle = {{ lat_deg = 41.5320, lon_deg = 120.4850, radius_m = 300 }} }}
            {published}
            when = [{{ start = \"{}\", end = \"{}\" }}]
            ",
            clock(begins_s),
            clock(begins_s + 2400.0)
        )
    };
    let centre = summit("").projection.to_local(skygrid::world::geo::Geographic::new(41.5320, 120.4850));
    let is_in = |frame: &Frame| {
        let [x, y, _] = frame.drones[0].position_m();
        frame.drones[0].phase.is_airborne()
            && skygrid::world::geo::Horizontal::new(x - centre.x, y - centre.y).norm() < 299.0
    };
    let hold = "contingency = { lost_link = \"hold\" }\n";
    // A sortie of a quarter of an hour is over before the second begins, but for who stands for longer than that.
    for (what, published, begins_s, held_s) in [("news", Some(60.0), 150.0, 0.0), ("late", None, 1500.0, 1600.0)] {
        let mut scenario = summit(&format!("{hold}{}", zone(published, begins_s)));
        scenario.fleets[0].aircraft.battery.capacity_wh *= 5.0;
        let scenario = if held_s > 0.0 {
            with_failure(&scenario, Fault::Link, from + seconds(90.0), held_s)
        } else {
            Arc::new(scenario)
        };
        let frames = flown(&scenario, 7200.0, is_over);
        assert_eq!(started(&frames)[0], from, "{what}");
        assert_eq!(decided(&frames), [(Trouble::ZoneClosing, Response::Return)], "{what}");
        let begins = from + seconds(begins_s);
        assert!(frames.iter().all(|frame| frame.time < begins + seconds(1.0) || !is_in(frame)), "{what}");
        assert!(frames.last().is_some_and(is_over), "{what}");
    }
}

/// A sortie that the battery carries in calm air but not against the wind over the hill does not leave, and it is said why.
#[test]
fn wind_that_the_battery_does_not_carry_grounds() {
    let windy = |wind_mps: f64| {
        let mut scenario = summit(&format!(
            "weather = {{ constant = {{ wind_mps = {wind_mps}, direction_deg = 320, gust_mps = {wind_mps} }} }}\n"
        ));
        // Just enough in calm air; and nothing but the battery forbids to fly.
        let limits = &mut scenario.fleets[0].aircraft.limits;
        (limits.gust_mps, limits.landing_wind_mps) = (50.0, 50.0);
        scenario.fleets[0].reserve_share = 0.95;
        flown(&Arc::new(scenario), 3600.0, |_| false)
    };
    let grounded = |frames: &[Frame]| {
        events(frames).into_iter().find_map(|(_, event)| match event {
            SimEvent::DeparturesGrounded { quantity, value_milli, limit_milli, .. } => {
                Some((quantity, value_milli > limit_milli))
            }
            _ => None,
        })
    };
    let (calm, storm) = (windy(0.0), windy(9.0));
    assert_eq!((grounded(&calm), started(&calm).is_empty()), (None, false));
    let expected = Some((skygrid::world::weather::Quantity::Battery, true));
    assert_eq!((grounded(&storm), started(&storm).is_empty()), (expected, true));
}

/// Losses of separation of true positions are those that true positions show.
#[test]
fn true_losses_are_those_of_true_positions() {
    let path = root().join("scenarios/random-1000.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let count = |more: &str| {
        let resolution = resolve(Source::new(path.clone(), format!("{text}\n{more}")), &[]).unwrap();
        let mut scenario = resolution.scenario;
        scenario.clock.duration = seconds(120.0);
        let minima = scenario.minima;
        let mut simulation = Simulation::new(&Arc::new(scenario), 3, &Algorithms::default()).unwrap();
        let (mut close, mut losses) = (Vec::new(), 0);
        loop {
            if simulation.now().is_tick_of(simulation.scenario().detection_interval) {
                let frame = simulation.frame();
                let motion = |sample: &DroneSample| Motion {
                    drone: sample.drone,
                    position: sample.position_m().into(),
                    velocity: sample.velocity_mps().into(),
                    zone: minima.zone(),
                };
                let motions: Vec<Motion> = frame.drones.iter().map(motion).collect();
                let mut now = Vec::new();
                for (index, own) in motions.iter().enumerate() {
                    let others = motions[index + 1..].iter();
                    let lost = others.filter(|other| is_loss_of_separation(own, other, &minima));
                    now.extend(lost.map(|other| (own.drone, other.drone)));
                }
                losses += now.iter().filter(|pair| !close.contains(*pair)).count();
                close = now;
            }
            if simulation.is_finished() {
                break;
            }
            simulation.step().unwrap();
        }
        (simulation.figures(), losses)
    };
    let (perfect, losses) = count("");
    assert_eq!(perfect.true_losses_of_separation, perfect.losses_of_separation);
    assert!(losses > 20);
    let (seen, losses) = count("[navigation]\nmode = \"standalone\"\n");
    // Frames are in centimetres, and some pairs are that near to the minima.
    assert!(usize::try_from(seen.true_losses_of_separation).unwrap().abs_diff(losses) <= 2, "{losses}");
    assert_ne!(seen.true_losses_of_separation, seen.losses_of_separation);
}

/// The front of the scene: departures stop, who is in the air diverts to the site while it is free, who finds none comes back,
/// and departures go on; each in its order.
#[test]
fn the_front_over_the_mountain_grounds_diverts_and_recalls() {
    let path = root().join("scenarios/mountain-front.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let scenario = resolve(Source::new(path, text), &[]).unwrap().scenario;
    let frames = flown(&Arc::new(scenario), 5400.0, |_| false);
    let of_weather: Vec<Response> = decided(&frames)
        .into_iter()
        .filter_map(|(trouble, response)| (trouble == Trouble::Weather).then_some(response))
        .collect();
    assert_eq!(of_weather.first(), Some(&Response::Divert));
    assert!(of_weather.contains(&Response::Return));
    let order: [fn(&SimEvent) -> bool; 5] = [
        |event| matches!(event, SimEvent::DeparturesGrounded { .. }),
        |event| matches!(event, SimEvent::ContingencyDecided { trouble: Trouble::Weather, rally: Some(_), .. }),
        |event| {
            matches!(event, SimEvent::ContingencyDecided { response: Response::Return, trouble: Trouble::Weather, .. })
        },
        |event| {
            matches!(event, SimEvent::ContingencyEnded { trouble: Trouble::Weather, response: Response::Return, .. })
        },
        |event| matches!(event, SimEvent::DeparturesResumed { .. }),
    ];
    let times: Vec<Option<SimTime>> = order.iter().map(|is| when(&frames, is)).collect();
    assert!(times.iter().all(Option::is_some) && times.is_sorted(), "{times:?}");
    let started: Vec<SimTime> = started(&frames).into_iter().filter(|time| Some(*time) > times[0]).collect();
    assert!(started.first().is_some_and(|first| Some(*first) >= times[4]), "{started:?} {times:?}");
}

/// What is said of sites where nobody may come down, and of diversions without any.
#[test]
fn sites_that_are_of_no_use_are_told() {
    let told = |more: &str| -> Vec<String> {
        let findings = summit_told(more).findings;
        findings.0.iter().map(|finding| format!("{}: {}", finding.site.key, finding.what.en)).collect()
    };
    assert_eq!(told("contingency = { weather = \"divert\" }\n"), ["contingency.weather: nowhere to divert to"]);
    let site = |lat_deg: f64| {
        format!("rally = [{{ id = \"a\", position = {{ lat_deg = {lat_deg}, lon_deg = 120.4860 }} }}]\n")
    };
    assert!(told(&site(41.53)).is_empty());
    let outside = told(&site(41.5148));
    assert!(outside.len() == 1 && outside[0].starts_with("rally[0].position: "), "{outside:?}");
}

/// Of two troubles at once that about which something is done decides, once.
#[test]
fn two_troubles_at_once_are_decided_once() {
    let bad = "
        [weather]
        constant = { wind_mps = 2, direction_deg = 320, gust_mps = 3 }
        [[weather.front]]
        at_s = 280
        lasts_s = 3000
        gust_mps = 14
    ";
    for waits in ["continue", "hold"] {
        let scenario = summit(&format!("{bad}[contingency]\nweather = \"{waits}\"\nlost_link = \"return\"\n"));
        let [from, _] =
            first_sortie(&summit("weather = { constant = { wind_mps = 2, direction_deg = 320, gust_mps = 3 } }\n"));
        let frames = flown(&with_failure(&scenario, Fault::Link, from + seconds(160.0), 1e6), 3600.0, is_over);
        assert!(decided(&frames).contains(&(Trouble::LostLink, Response::Return)), "{waits}: {:?}", decided(&frames));
        let count =
            events(&frames).iter().filter(|(_, event)| matches!(event, SimEvent::ContingencyBegan { .. })).count();
        assert!(count <= 3 && frames.last().is_some_and(is_over), "{waits}: {count}");
    }
}

/// A storm over a drone that lets down its load: it goes home before the battery does not carry it any more.
#[test]
fn a_storm_over_a_winch_sends_home() {
    let mut scenario = summit("weather = { constant = { wind_mps = 2, direction_deg = 320, gust_mps = 3 } }\n");
    scenario.pads[0].winch_agl_m = Some(20.0);
    scenario.pads[0].hand_over = seconds(120.0);
    let frames = flown(&Arc::new(scenario.clone()), 7200.0, is_over);
    let at = frames.iter().find(|frame| frame.drones[0].phase == FlightPhase::Winch).unwrap().time;
    let front = skygrid::world::weather::Front {
        begins: scenario.clock.timestamp(at + seconds(20.0)),
        lasts: jiff::SignedDuration::from_mins(60),
        over: jiff::SignedDuration::ZERO,
        wind_mps: None,
        gust_mps: Some(13.0),
        visibility_m: None,
        precipitation_mmph: None,
        temperature_c: None,
    };
    let weather = scenario.weather.as_mut().unwrap();
    weather.timeline = weather.timeline.with(&front);
    let frames = flown(&Arc::new(scenario.clone()), 7200.0, is_over);
    assert_eq!(decided(&frames), [(Trouble::Weather, Response::Return)]);
    for frame in &frames {
        assert_in_bounds(&scenario, &frame.drones[0], 15.0, "winch");
    }
    assert!(frames.last().is_some_and(is_over));
    assert!(when(&frames, |event| matches!(event, SimEvent::Stranded { .. })).is_none());
}

/// Who may not go home for closed air goes back to the pad that he left, waits there, and goes home when it is open.
#[test]
fn who_is_cut_off_from_home_waits_on_the_pad() {
    let plain = summit("");
    let left =
        when(&flown(&Arc::new(plain), 7200.0, is_over), |event| matches!(event, SimEvent::Delivered { .. })).unwrap();
    let at_s = left.seconds() + 60.0;
    let scenario = summit(&format!(
        "intervention = [{{ id = \"fire\", at_s = {at_s}, until_s = {}, close = {{ name = {{ en = \"Fire\", zh = \"火\" }}, \
         area = {{ circle = {{ lat_deg = 41.5480, lon_deg = 120.4670, radius_m = 300 }} }} }} }}]\n",
        at_s + 900.0
    ));
    let frames = flown(&Arc::new(scenario), 7200.0, is_over);
    assert_eq!(decided(&frames), [(Trouble::ZoneClosing, Response::Return)]);
    let waited = frames.iter().filter(|frame| frame.drones[0].phase == FlightPhase::HandOver);
    assert!(waited.into_iter().any(|frame| frame.time.seconds() > at_s + 890.0));
    let is_home = |frame: &Frame| frame.drones[0].phase == FlightPhase::TurnAround;
    assert!(frames.last().is_some_and(|frame| is_over(frame) && is_home(frame) && frame.time.seconds() > at_s + 900.0));
}

/// What was closed at the start of the run for a time does not excuse flying into what is closed there later.
#[test]
fn an_earlier_closure_excuses_no_later_one() {
    let [from, _] = first_sortie(&summit(""));
    let close = |id: &str, at_s: f64, until_s: f64| {
        format!(
            "[[intervention]]\nid = \"{id}\"\nat_s = {at_s}\nuntil_s = {until_s}\nclose = {{ name = {{ en = \"a\", zh = \"a\" }}, \
             area = {{ circle = {{ lat_deg = 41.5320, lon_deg = 120.4850, radius_m = 300 }} }} }}\n"
        )
    };
    let both = close("a", 0.0, from.seconds() - 5.0) + &close("b", from.seconds() + 90.0, 6000.0);
    let frames = flown(&Arc::new(summit(&both)), 7200.0, is_over);
    assert_eq!((started(&frames)[0], decided(&frames)), (from, vec![(Trouble::ZoneClosing, Response::Return)]));
}

/// Random traffic that finds no way on waits in the air, and flies on when it does.
#[test]
fn random_traffic_outlasts_a_closure() {
    let path = root().join("scenarios/random-1000.toml");
    let text = std::fs::read_to_string(&path).unwrap().replace("count = 1000", "count = 20");
    let closed = "
        [[intervention]]
        id = \"all\"
        at_s = 60
        until_s = 400
        close = { name = { en = \"All\", zh = \"全部\" }, area = { circle = { lat_deg = 41.5375, lon_deg = 120.485, radius_m = 9000 } } }
    ";
    let mut scenario = resolve(Source::new(path, format!("{text}\n{closed}")), &[]).unwrap().scenario;
    scenario.clock.duration = seconds(900.0);
    let mut simulation = Simulation::new(&Arc::new(scenario), 1, &Algorithms::default()).unwrap();
    let mut flies_on = std::collections::BTreeSet::new();
    while !simulation.is_finished() {
        simulation.step().unwrap();
        let frame = simulation.frame();
        assert!(frame.drones.iter().all(|sample| sample.phase.is_airborne()), "{:?}", frame.time);
        flies_on.extend(frame.events.iter().filter_map(|timed| match timed.event {
            SimEvent::SortieStarted { sortie, .. } if timed.time > seconds(400.0) => Some(sortie.drone),
            _ => None,
        }));
    }
    assert_eq!(flies_on.len(), 20);
}

/// A trouble that is ignored does not hide one that is waited out.
#[test]
fn what_is_waited_out_comes_before_what_is_ignored() {
    let scenario = summit(
        "contingency = { lost_link = \"continue\", pad_blocked = \"hold\" }\n\
         intervention = [{ id = \"crowd\", at_s = 60, until_s = 1500, block_pad = \"summit\" }]\n",
    );
    let [from, _] = first_sortie(&summit(""));
    let frames = flown(&with_failure(&scenario, Fault::Link, from + seconds(60.0), 1e6), 7200.0, is_over);
    assert!(delivered(&frames).is_none_or(|time| time > seconds(1500.0)), "{:?}", delivered(&frames));
    assert!(began(&frames, Trouble::PadBlocked).is_some_and(|time| time < seconds(1500.0)));
}

/// A hover at a winch that was planned for is not missed while it is spent.
#[test]
fn a_long_winch_is_not_a_low_battery() {
    let mut scenario = summit("");
    scenario.pads[0].winch_agl_m = Some(20.0);
    scenario.pads[0].hand_over = seconds(420.0);
    let usual = flown(&Arc::new(scenario.clone()), 7200.0, is_over);
    let left = usual.iter().map(|frame| frame.drones[0].battery_permyriad).min().unwrap();
    // All but a tenth of what was left over is to be a reserve, of which half may be drawn.
    scenario.fleets[0].reserve_share = 2.0 * 0.9 * f64::from(left) / 10_000.0;
    let frames = flown(&Arc::new(scenario), 7200.0, is_over);
    assert!(delivered(&frames).is_some() && decided(&frames).is_empty(), "{:?}", decided(&frames));
}
