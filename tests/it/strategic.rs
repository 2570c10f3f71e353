//! Flights that share the air are fitted together before they leave: nobody loses separation, whoever is in a hurry goes first, and
//! it is known what that costs.

use std::sync::Arc;

use skygrid::formats::intents::{IntentRecord, OutlineRecord, VolumeRecord, write};
use skygrid::frame::{DroneId, Frame, IntentState, MetFlight, SimEvent, TimedEvent, VolumeSample};
use skygrid::message::Severity;
use skygrid::scenario::{Resolution, ResolvedScenario, Source, resolve};
use skygrid::sim::{Algorithms, Counters, Simulation};
use skygrid::world::geo::Geographic;

use crate::support::{flat_text, scenario, skygrid};

/// Two deliveries whose routes cross and a patrol across both, from two hubs in calm air; and what a test adds.
fn crossing(strategy: &str, more: &str) -> Arc<ResolvedScenario> {
    let source = Source::new("crossing.toml", crossing_text(strategy, more));
    Arc::new(resolve(source, &[]).unwrap_or_else(|findings| panic!("{findings:?}")).scenario)
}

fn crossing_text(strategy: &str, more: &str) -> String {
    flat_text(&format!(
        r#"
        [[hub]]
        id = "west"
        position = {{ lat_deg = -33.90, lon_deg = 18.415 }}
        [[pad]]
        id = "north"
        position = {{ lat_deg = -33.89, lon_deg = 18.42 }}
        stands = 3
        [[pad]]
        id = "east"
        position = {{ lat_deg = -33.90, lon_deg = 18.435 }}
        stands = 3
        [[fleet]]
        id = "goods"
        aircraft = "meituan-4"
        hub = "hub"
        count = 8
        turn_around_s = 60
        [[fleet]]
        id = "parcels"
        aircraft = "meituan-4"
        hub = "west"
        operator = "post"
        count = 8
        turn_around_s = 60
        [[fleet]]
        id = "patrol"
        aircraft = "m30t"
        hub = "west"
        operator = "fire-brigade"
        count = 2
        [[route]]
        id = "northwards"
        from = "hub"
        to = "north"
        altitude_agl_m = 60
        back_altitude_agl_m = 80
        [[route]]
        id = "eastwards"
        from = "west"
        to = "east"
        altitude_agl_m = 60
        back_altitude_agl_m = 80
        [[route]]
        id = "round"
        from = "west"
        altitude_agl_m = 70
        via = [{{ lat_deg = -33.895, lon_deg = 18.43 }}, {{ lat_deg = -33.905, lon_deg = 18.43 }}]
        [[delivery]]
        id = "goods"
        kind = "city"
        route = "northwards"
        fleet = "goods"
        orders_per_hour = 40
        payload_kg = {{ min = 0.4, max = 2.0 }}
        [[delivery]]
        id = "parcels"
        kind = "city"
        route = "eastwards"
        fleet = "parcels"
        orders_per_hour = 40
        payload_kg = {{ min = 0.4, max = 2.0 }}
        [[round]]
        id = "look"
        kind = "fire-patrol"
        route = "round"
        fleet = "patrol"
        first_s = 600
        every_s = 1200
        [algorithms]
        strategic = "{strategy}"
        {more}
        "#
    ))
}

/// All frames and figures of a run to its end.
fn flown(scenario: &Arc<ResolvedScenario>, seed: u64, each: &mut dyn FnMut(&Frame)) -> Counters {
    let mut simulation = Simulation::new(scenario, seed, &Algorithms::default()).unwrap();
    while !simulation.is_finished() {
        simulation.step().unwrap();
        each(&simulation.frame());
    }
    simulation.figures()
}

fn requests(counters: &Counters) -> Vec<(u32, u32)> {
    counters.missions.iter().map(|mission| (mission.requested, mission.started)).collect()
}

/// The same demand, more than this air carries: as everybody likes they lose separation, fitted in they never do. Taking the
/// cheapest of several ways more of them fly than when the first who files flies first.
#[test]
fn fitted_flights_keep_apart() {
    let mut flown_in_all = [0; 2];
    for seed in 1..=3 {
        let free = flown(&crossing("observed", ""), seed, &mut |_| {});
        assert!(free.losses_of_separation > 5 && free.intent_conflicts > 10, "{free:?}");
        for (index, strategy) in ["first-come", "least-cost"].into_iter().enumerate() {
            let fitted = flown(&crossing(strategy, ""), seed, &mut |_| {});
            let told = (fitted.losses_of_separation, fitted.intent_conflicts, fitted.nonconforming);
            assert_eq!(told, (0, 0, 0), "{strategy}, seed {seed}");
            for ((requested, started), (as_many, _)) in requests(&fitted).into_iter().zip(requests(&free)) {
                assert_eq!(requested, as_many, "the demand is the same");
                assert!(2 * started > requested, "{strategy}: {started} of {requested}");
            }
            flown_in_all[index] += fitted.missions.iter().map(|mission| mission.started).sum::<u32>();
        }
    }
    assert!(flown_in_all[1] > flown_in_all[0], "first come and least cost: {flown_in_all:?}");
}

/// A drone is in what was reserved for it at every second of its flight: what is rehearsed is what is flown.
#[test]
fn drones_fly_in_what_was_reserved() {
    let scenario = crossing("least-cost", "");
    let mut reserved: std::collections::BTreeMap<_, Vec<VolumeSample>> = std::collections::BTreeMap::new();
    let mut current = std::collections::BTreeMap::new();
    let mut looked_at = 0;
    flown(&scenario, 4, &mut |frame| {
        for TimedEvent { event, .. } in &frame.events {
            match event {
                SimEvent::IntentFiled { sortie, volumes, .. } | SimEvent::IntentUpdated { sortie, volumes } => {
                    reserved.insert(*sortie, volumes.clone());
                }
                SimEvent::SortieStarted { sortie, .. } => {
                    current.insert(sortie.drone, *sortie);
                }
                _ => {}
            }
        }
        for drone in frame.drones.iter().filter(|drone| drone.phase.is_airborne()) {
            let volumes = &reserved[&current[&drone.drone]];
            let [x, y, z] = [drone.motion.east_cm, drone.motion.north_cm, drone.motion.altitude_amsl_cm];
            // Half the minima (25 m and 7.5 m) lie around the path that is meant: 1 m of them is left to stray.
            let holds = |volume: &VolumeSample| {
                let [from, to] = volume.window_ms;
                let corners = volume.corners_cm.iter().zip(volume.corners_cm.iter().cycle().skip(1));
                let is_over = corners.into_iter().all(|([ax, ay], [bx, by])| {
                    let (ux, uy) = (f64::from(bx - ax), f64::from(by - ay));
                    let inward = (ux * f64::from(y - ay) - uy * f64::from(x - ax)) / (ux * ux + uy * uy).sqrt();
                    inward >= 2900.0
                });
                from <= frame.time
                    && frame.time <= to
                    && is_over
                    && (volume.amsl_cm[0] + 850..=volume.amsl_cm[1] - 850).contains(&z)
            };
            assert!(volumes.iter().any(holds), "{:?} at {}", drone.drone, frame.time);
            looked_at += 1;
        }
    });
    assert!(looked_at > 20_000, "{looked_at}");
}

/// An alarm: the patrol goes at once, its way is cleared of all others, and what that costs the deliveries is the difference to the
/// same day without it.
#[test]
fn an_alarm_clears_the_way_and_its_cost_is_known() {
    let alarm = r#"
        [[intervention]]
        id = "smoke"
        at_s = 1500
        call_out = "look"
        [[intervention]]
        id = "corridor"
        at_s = 1500
        until_s = 2100
        [intervention.close]
        name = { en = "Fire corridor", zh = "消防走廊" }
        area = { route = "round", width_m = 200 }
        except = "fire-brigade"
    "#;
    let with = crossing("least-cost", alarm);
    let mut called_out = None;
    let mut left = None;
    let counters = flown(&with, 2, &mut |frame| {
        for TimedEvent { time, event } in &frame.events {
            match event {
                SimEvent::CalledOut { mission } => called_out = Some((*time, *mission)),
                SimEvent::SortieStarted { mission, .. } if called_out.is_some_and(|(_, called)| called == *mission) => {
                    left = left.or(Some(*time));
                }
                _ => {}
            }
        }
    });
    let (called, mission) = called_out.unwrap();
    let waited_s = (left.unwrap() - called).seconds();
    // Those who are over its hub already come down first.
    assert!(waited_s <= 120.0, "the patrol leaves {waited_s} s after the alarm");
    let without = flown(&crossing("least-cost", ""), 2, &mut |_| {});
    assert_eq!(counters.missions[mission.index()].requested, without.missions[mission.index()].requested + 1);
    let cost = |counters: &Counters| {
        let goods = counters.missions.iter().filter(|mission| mission.mission != "look");
        goods.map(|mission| mission.total_wait_ms.seconds() + mission.total_time_ms.seconds()).sum::<f64>()
    };
    assert!(cost(&counters) > cost(&without), "clearing the way costs the deliveries time");
}

/// Who leaves what was reserved for him is told to be contingent, and what he flies instead is reserved from then on.
#[test]
fn who_leaves_his_volumes_is_reserved_what_he_flies() {
    let failing = r#"
        [[failure]]
        drone = "goods-1"
        fault = "link"
        at_s = 400
    "#;
    let scenario = crossing("least-cost", failing);
    let mut states = Vec::new();
    let mut updates = 0;
    flown(&scenario, 1, &mut |frame| {
        for TimedEvent { event, .. } in &frame.events {
            match event {
                SimEvent::IntentChanged { state, .. } => states.push(*state),
                SimEvent::IntentUpdated { volumes, .. } => {
                    assert!(!volumes.is_empty());
                    updates += 1;
                }
                _ => {}
            }
        }
    });
    assert!(states.contains(&IntentState::Contingent) && updates > 2, "{states:?}, {updates} updates");
}

/// The shipped scene: what its own corridors and heights make of two hours.
#[test]
fn the_home_scene_keeps_apart() {
    let changes =
        [("algorithms.strategic", "least-cost"), ("time.duration_s", "3600"), ("manned.rescue.at_s", "[1800]")];
    let home = scenario("scenarios/fenghuang.toml", &changes);
    let counters = flown(&home, 1, &mut |_| {});
    assert_eq!((counters.losses_of_separation, counters.intent_conflicts), (0, 0));
    assert!(counters.missions.iter().all(|mission| mission.started > 0));
}

/// What is told of two flights that would meet is what becomes of them if they are let: when they are closest, and how close.
#[test]
fn who_is_said_to_come_close_does() {
    type Told = (i64, [DroneId; 2], [f64; 2]);
    let mut told: Vec<Told> = Vec::new();
    let mut flown_at: std::collections::BTreeMap<i64, std::collections::BTreeMap<DroneId, [f64; 3]>> =
        std::collections::BTreeMap::default();
    let mut losses = 0;
    let counters = flown(&crossing("observed", ""), 5, &mut |frame| {
        for TimedEvent { event, .. } in &frame.events {
            if let SimEvent::IntentConflict { own, other: MetFlight::Sortie(other), closest: Some(closest), .. } = event
            {
                let apart_m =
                    [closest.horizontal_distance_cm, closest.vertical_distance_cm].map(|cm| f64::from(cm) / 100.0);
                told.push((closest.at_ms.millis(), [own.drone, other.drone], apart_m));
                losses += u32::from(apart_m[0] < 50.0 && apart_m[1] < 15.0);
            }
        }
        let places = frame.drones.iter().map(|drone| (drone.drone, drone.motion.position_m()));
        flown_at.insert(frame.time.millis(), places.collect());
    });
    let mut compared = 0;
    for (at, [own, other], apart_m) in told {
        let before = at.div_euclid(500) * 500;
        let (Some(from), Some(to)) = (flown_at.get(&before), flown_at.get(&(before + 500))) else { continue };
        #[expect(clippy::cast_precision_loss, reason = "less than 500")]
        let share = (at - before) as f64 / 500.0;
        let apart = |axis: usize| {
            let of = |drone: DroneId| from[&drone][axis] + share * (to[&drone][axis] - from[&drone][axis]);
            of(own) - of(other)
        };
        let flown_m = [libm::hypot(apart(0), apart(1)), apart(2).abs()];
        let is_so = flown_m.iter().zip(&apart_m).all(|(flown, told)| (flown - told).abs() < 1.0);
        assert!(is_so, "{own:?} and {other:?} at {at} ms: {flown_m:?} for {apart_m:?}");
        compared += 1;
    }
    assert!(compared > 20 && losses > 5, "{compared} compared, {losses} losses");
    assert!(
        counters.true_losses_of_separation >= losses / 2,
        "{} lost, {losses} foretold",
        counters.true_losses_of_separation
    );
}

/// The crossing with an intent of others: a column of air over a place for a time, from the ground to 200 m.
fn with_others(strategy: &str, (place, radius_m): (Geographic, f64), window: [&str; 2]) -> Resolution {
    let folder = tempfile::tempdir().unwrap();
    let outline = OutlineRecord::Circle { centre: place, radius_m };
    let volume = VolumeRecord { outline, ellipsoid_m: [0.0, 200.0], window: window.map(|at| at.parse().unwrap()) };
    let other = IntentRecord { id: "other".into(), state: IntentState::Accepted, priority: 0, volumes: vec![volume] };
    write(&folder.path().join("others.json"), &[other]).unwrap();
    let text = crossing_text(strategy, "[[intents]]\nfile = \"others.json\"\n");
    resolve(Source::new(folder.path().join("crossing.toml"), text), &[]).unwrap()
}

/// What others have filed is kept clear of; where all leave as they like it is told who would meet it.
#[test]
fn the_intents_of_others_are_kept_clear_of() {
    let (around, window) = (Geographic::new(-33.896, 18.4222), ["2026-01-15T05:35:00Z", "2026-01-15T05:50:00Z"]);
    let resolved = |strategy: &str| with_others(strategy, (around, 150.0), window);
    let warns = |strategy: &str| resolved(strategy).findings.0.iter().any(|found| found.severity == Severity::Warning);
    assert!(warns("unfitted") && !warns("least-cost"));
    let yesterday = with_others("least-cost", (around, 150.0), ["2026-01-14T05:35:00Z", "2026-01-14T05:50:00Z"]);
    assert!(yesterday.findings.0[0].what.en.contains("nobody meets intent `other`"), "{:?}", yesterday.findings);
    for strategy in ["observed", "least-cost"] {
        let mut met = 0;
        let counters = flown(&Arc::new(resolved(strategy).scenario), 1, &mut |frame| {
            for TimedEvent { event, .. } in &frame.events {
                if let SimEvent::IntentConflict {
                    other: MetFlight::Others { intent: 0 },
                    closest,
                    from_ms,
                    to_ms,
                    ..
                } = event
                {
                    assert!(closest.is_none() && from_ms < to_ms);
                    met += 1;
                }
            }
        });
        let left = counters.missions[0].started;
        assert!(left > 10 && (met > 0) == (strategy == "observed"), "{strategy}: {met} of {left} meet it");
    }
}

/// What is in the way all the time is flown around, out and back, by the other routes that the planner finds; who knows one way only
/// does not leave.
#[test]
fn what_stays_in_the_way_is_flown_around() {
    let (half_way, window) = (Geographic::new(-33.8975, 18.4225), ["2026-01-15T05:00:00Z", "2026-01-15T08:00:00Z"]);
    for strategy in ["first-come", "least-cost"] {
        let scenario = Arc::new(with_others(strategy, (half_way, 50.0), window).scenario);
        let legs = &scenario.missions[0].other_legs;
        let mut ways = Vec::new();
        let counters = flown(&scenario, 1, &mut |frame| {
            for TimedEvent { event, .. } in &frame.events {
                if let SimEvent::IntentFiled { mission, way, .. } = event
                    && mission.index() == 0
                {
                    ways.push(legs.of_way(*way).map(|leg| leg.map_or("preferred", |leg| leg.name.en.as_str())));
                }
            }
        });
        let left = counters.missions[0].started;
        assert_eq!(left > 10, strategy == "least-cost", "{strategy}: {left} left");
        assert!(ways.iter().flatten().all(|leg| leg.starts_with("by another route")), "{ways:?}");
    }
}

/// Who is cleared for later does not leave towards a pad that is blocked meanwhile, and asks again.
#[test]
fn nobody_leaves_towards_a_pad_that_is_blocked() {
    let blocked = r#"
        [[intervention]]
        id = "picnic"
        at_s = 600
        until_s = 1500
        block_pad = "north"
    "#;
    let (mut left, mut withdrawn) = (Vec::new(), 0);
    flown(&crossing("least-cost", blocked), 2, &mut |frame| {
        for TimedEvent { time, event } in &frame.events {
            match event {
                SimEvent::SortieStarted { mission, .. } if mission.index() == 0 => left.push(time.seconds()),
                SimEvent::IntentWithdrawn { .. } => withdrawn += 1,
                _ => {}
            }
        }
    });
    assert!(left.iter().all(|at_s| !(600.0..1500.0).contains(at_s)), "{left:?}");
    assert!(left.iter().any(|at_s| *at_s < 600.0) && left.iter().any(|at_s| *at_s > 1500.0) && withdrawn > 0);
}

/// Under a parachute what is reserved ends where the drone comes down, and soon.
#[test]
fn what_sinks_is_reserved_as_far_as_it_sinks() {
    let failing = r#"
        [[failure]]
        drone = "goods-1"
        fault = "motor"
        at_s = 400
    "#;
    let mut lasts = Vec::new();
    flown(&crossing("least-cost", failing), 1, &mut |frame| {
        for TimedEvent { time, event } in &frame.events {
            if let SimEvent::IntentUpdated { volumes, .. } = event {
                let end = volumes.iter().map(|volume| volume.window_ms[1]).max().unwrap();
                lasts.push((end - *time).seconds());
            }
        }
    });
    // 60 m at 5.5 m/s.
    assert!(!lasts.is_empty() && lasts.iter().all(|lasts_s| *lasts_s < 30.0), "{lasts:?}");
}

/// Who is refused until there is room has waited for others since he first asked.
#[test]
fn waiting_after_a_refusal_counts() {
    let delays_s = [0, 900].map(|patience_s| {
        let more = format!("[strategic]\npatience_s = {patience_s}\n");
        let counters = flown(&crossing("first-come", &more), 1, &mut |_| {});
        let refused: u32 = counters.missions.iter().map(|mission| mission.refused).sum();
        assert_eq!(refused > 0, patience_s == 0, "{refused} refused");
        counters.missions.iter().map(|mission| mission.strategic_delay_ms.seconds()).sum::<f64>()
    });
    assert!(delays_s[0] > 0.5 * delays_s[1] && delays_s[1] > 100.0, "{delays_s:?}");
}

/// The command tells what the run has found, in every form; of a run in which nothing was filed it says so.
#[test]
fn conflicts_are_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("crossing.toml"), crossing_text("least-cost", "")).unwrap();
    let counters = flown(&crossing("observed", ""), 42, &mut |_| {});
    let told = |arguments: &[&str]| {
        let output = skygrid(folder.path()).arg("conflicts").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text, _) =
        told(&["crossing.toml", "--seed", "42", "--json", "--out", "pairs.csv", "--intents", "all.json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = found["conflicts"].as_array().unwrap();
    assert_eq!((code, rows.len()), (Some(0), counters.intent_conflicts as usize));
    let is_whole = |row: &serde_json::Value| {
        let apart = row["horizontal_distance_m"].as_f64().zip(row["vertical_distance_m"].as_f64());
        let is_loss = apart.is_some_and(|(horizontal, vertical)| horizontal < 50.0 && vertical < 15.0);
        row["loses_separation"] == is_loss && row["cell"].as_str().is_some_and(|cell| cell.starts_with('S'))
    };
    assert!(rows.iter().all(is_whole), "{rows:?}");
    // A cure costs what it changes: waiting, another way, and who has to leave later.
    let cures: Vec<&serde_json::Value> = rows.iter().map(|row| &row["cure"]).filter(|cure| !cure.is_null()).collect();
    for cure in &cures {
        let waits_s = cure["delay_s"].as_f64().unwrap() + cure["pad_wait_s"].as_f64().unwrap();
        let other_way = !cure["way"].as_str().unwrap().is_empty() || !cure["moves"].as_array().unwrap().is_empty();
        let cost_s = cure["cost_s"].as_f64().unwrap();
        assert!(if other_way { cost_s > waits_s } else { (cost_s - waits_s).abs() < 1e-6 && waits_s > 0.0 }, "{cure}");
    }
    assert!(cures.iter().any(|cure| cure["way"] != ""), "none by another way");
    assert_eq!(std::fs::read_to_string(folder.path().join("pairs.csv")).unwrap().lines().count(), rows.len() + 1);
    let all = std::fs::read(folder.path().join("all.json")).unwrap();
    let all: serde_json::Value = serde_json::from_slice(&all).unwrap();
    let intents = all["operational_intents"].as_array().unwrap();
    let sorties: u32 = counters.missions.iter().map(|mission| mission.started).sum();
    let has_volumes =
        |intent: &serde_json::Value| intent["details"]["volumes"].as_array().is_some_and(|all| !all.is_empty());
    assert!(intents.len() >= sorties as usize && intents.iter().all(has_volumes), "{} of {sorties}", intents.len());

    for (name, more, why) in [
        ("unfitted", ["--set", "algorithms.strategic=unfitted"], "algorithms.strategic"),
        ("unrecorded", ["--record", "off"], "no events were recorded"),
    ] {
        let run = ["run", "crossing.toml", "--until", "00:05:00", "--out", name];
        skygrid(folder.path()).args(run).args(more).assert().success();
        let (code, _, error) = told(&[name]);
        assert!(code == Some(2) && error.contains(why) && error.contains("cure:"), "{error}");
    }
    for settled in ["--seed=4", "--until=60", "--set=algorithms.strategic=observed"] {
        let (code, _, error) = told(&["unfitted", settled]);
        assert!(code == Some(2) && error.contains("its values are settled"), "{settled}: {error}");
    }
    let (code, _, error) = told(&["crossing.toml", "--out", "one.json", "--intents", "one.json"]);
    assert!(code == Some(2) && error.contains("one file for both"), "{error}");
}
