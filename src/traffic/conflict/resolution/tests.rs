//! Named encounters, flown to their end by each method that claims them.

use super::orca::{Bound, least_evil, nearest_within};
use super::{HoverAndWait, Intruder, KeepOn, Mvp, Orca, Own, Recovery, Resolver, SpeedRange};
use crate::aircraft::{AircraftType, Kinematics, advanced, catalogue};
use crate::traffic::conflict::{Minima, Motion, closest_approach, predicted_conflict};
use crate::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};
use crate::world::geo::{Horizontal, Position, Velocity};

const LARGE: Minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(30_000) };
const SMALL: Minima = Minima { horizontal_m: 10.0, vertical_m: 5.0, look_ahead: SimTime::from_millis(30_000) };
const STEP: SimTime = SimTime::from_millis(500);
const SPEED_MPS: f64 = 12.0;

/// A drone of a test: where it begins, and the velocity of its plan.
#[derive(Clone, Copy)]
struct Start {
    position: Position,
    planned: Velocity,
}

/// How two drones came along.
struct Passed {
    /// Least of max(horizontal / R, vertical / h): below 1 separation was lost.
    closest: f64,
    /// How far each is from where it would be at last, across its plan, m.
    astray_m: f64,
}

struct Method<'a> {
    resolver: &'a dyn Resolver,
    recovery: Recovery,
    shares: [f64; 2],
}

/// Flies two drones for four minutes: plans are straight lines, joined again at 45° at most.
fn flown(starts: [Start; 2], minima: Minima, method: &Method<'_>) -> Passed {
    let aircraft: &AircraftType = catalogue().iter().find(|aircraft| aircraft.wing().is_none()).unwrap();
    let speeds = SpeedRange::of(aircraft);
    let mut states = starts.map(|start| Kinematics { position: start.position, velocity: start.planned });
    let mut commands: [Option<Velocity>; 2] = [None, None];
    let mut closest = f64::INFINITY;
    for step in 0..480_u32 {
        let second = f64::from(step) * STEP.seconds();
        let wanted = [0, 1].map(|index| wanted(&starts[index], &states[index], second));
        if step % 2 == 0 {
            let motions = [0, 1].map(|index| Motion {
                drone: DroneId { fleet: FleetId(0), ordinal: u16::from(index == 1) },
                position: states[index].position,
                velocity: states[index].velocity,
                zone: minima.zone(),
            });
            let is_seen = predicted_conflict(&motions[0], &motions[1], &minima).is_some();
            commands = [0, 1].map(|index| {
                let commanded = commands[index].unwrap_or(wanted[index]);
                let own = Own { motion: motions[index], wanted: wanted[index], commanded, speeds };
                let (motion, share) = (motions[1 - index], method.shares[index]);
                let intruder = Intruder { motion, wanted: wanted[1 - index], minima, share };
                let is_evaded = (is_seen || commands[index].is_some()) && !method.recovery.is_over(&own, &intruder);
                is_evaded.then(|| {
                    speeds.nearest(&method.resolver.velocity(&own, &[intruder]), &motions[index].velocity.xy())
                })
            });
        }
        for index in [0, 1] {
            let command = commands[index].unwrap_or(wanted[index]);
            states[index] = advanced(&states[index], &command, &Horizontal::zeros(), aircraft, STEP);
        }
        let r = states[1].position - states[0].position;
        closest = closest.min((r.xy().norm() / minima.horizontal_m).max(r.z.abs() / minima.vertical_m));
    }
    let astray = |index: usize| {
        let along = starts[index].planned.try_normalize(1e-9).unwrap_or_else(Velocity::zeros);
        let off = states[index].position - starts[index].position;
        (off - along * off.dot(&along)).norm()
    };
    Passed { closest, astray_m: astray(0).max(astray(1)) }
}

/// What brings a drone back to its line and on along it.
fn wanted(start: &Start, state: &Kinematics, second: f64) -> Velocity {
    let Some(along) = start.planned.try_normalize(1e-9) else {
        let back = (start.position - state.position) * 0.5;
        return if back.norm() > 3.0 { back.normalize() * 3.0 } else { back };
    };
    let off = state.position - start.position;
    let across = off - along * off.dot(&along).min(start.planned.norm() * second);
    let back = (across - along * across.dot(&along)) * 0.3;
    let speed = start.planned.norm();
    let back = if back.norm() > 0.7 * speed { back.normalize() * (0.7 * speed) } else { back };
    (along * speed - back).normalize() * speed
}

fn at(x: f64, y: f64, z: f64) -> Position {
    Position::new(x, y, 100.0 + z)
}

fn towards(angle_deg: f64, speed: f64) -> Velocity {
    let angle = angle_deg.to_radians();
    Velocity::new(speed * libm::cos(angle), speed * libm::sin(angle), 0.0)
}

/// Two that would be at one place after 40 s, or as long as they then are well apart before, crossing at an angle, the other
/// off by a miss to the side.
fn crossing(angle_deg: f64, miss_m: f64) -> [Start; 2] {
    let [own, other] = [towards(0.0, SPEED_MPS), towards(angle_deg, SPEED_MPS)];
    let aside = Velocity::new(0.0, miss_m, 0.0);
    let before_s = (100.0 / (own - other).norm()).max(40.0);
    [own, other].map(|planned| Start {
        position: at(0.0, 0.0, 0.0) - planned * before_s + if planned == own { Velocity::zeros() } else { aside },
        planned,
    })
}

/// Encounters that every method but hovering claims: their names and how they begin.
fn encounters() -> Vec<(String, [Start; 2])> {
    let mut all = Vec::new();
    for angle_deg in [5.0, 20.0, 45.0, 90.0, 135.0, 170.0, 180.0, -60.0, -120.0] {
        for miss_m in [0.0, 3.0, -20.0] {
            all.push((format!("crossing at {angle_deg} degrees, off by {miss_m} m"), crossing(angle_deg, miss_m)));
        }
    }
    let overtaken = |y| Start { position: at(200.0, y, 0.0), planned: towards(0.0, 6.0) };
    for y in [0.0, 4.0] {
        let own = Start { position: at(0.0, 0.0, 0.0), planned: towards(0.0, SPEED_MPS) };
        all.push((format!("overtake, {y} m aside"), [own, overtaken(y)]));
    }
    all
}

fn is_kept(passed: &Passed) -> bool {
    passed.closest >= 1.0 && passed.astray_m < 5.0
}

/// Without resolution all of them lose separation; with it none, whatever the size of the zone and whoever has the right of
/// way, and everybody is back on his way afterwards.
#[test]
fn encounters_are_resolved_by_who_claims_them() {
    let mut failed = Vec::new();
    for minima in [LARGE, SMALL] {
        for (name, starts) in encounters() {
            let keep_on = Method { resolver: &KeepOn, recovery: Recovery::Free, shares: [0.5; 2] };
            assert!(flown(starts, LARGE, &keep_on).closest < 1.0, "{name} must be one");
            for (method, resolver) in [("mvp", &Mvp as &dyn Resolver), ("orca", &Orca)] {
                for shares in [[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]] {
                    let passed = flown(starts, minima, &Method { resolver, recovery: Recovery::default(), shares });
                    if !is_kept(&passed) {
                        let (Passed { closest, astray_m }, zone_m) = (passed, minima.horizontal_m);
                        failed.push(format!(
                            "{method} {shares:?} {zone_m} m {name}: {closest:.3}, {astray_m:.1} m astray"
                        ));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// A drone that rises into another's way, and one that comes down on one that stands: only who may change height helps.
#[test]
fn mvp_resolves_what_meets_in_height() {
    let level = Start { position: at(-480.0, 0.0, 0.0), planned: towards(0.0, SPEED_MPS) };
    let rising = Start { position: at(480.0, 0.0, -40.0), planned: towards(180.0, SPEED_MPS) + Velocity::z() };
    let standing = Start { position: at(0.0, 0.0, 0.0), planned: Velocity::zeros() };
    let sinking = Start { position: at(0.0, 1.0, 60.0), planned: Velocity::new(0.0, 0.0, -1.0) };
    let method = Method { resolver: &Mvp, recovery: Recovery::PastAndFree, shares: [0.5; 2] };
    let keep_on = Method { resolver: &KeepOn, ..method };
    assert!(flown([level, rising], LARGE, &keep_on).closest < 1.0);
    assert!(flown([level, rising], LARGE, &method).closest >= 1.0);
    assert!(flown([standing, sinking], LARGE, &keep_on).closest < 1.0);
    assert!(flown([standing, sinking], LARGE, &method).closest >= 1.0);
}

/// Who waits lets others cross, and a wing cannot.
#[test]
fn hovering_resolves_crossings() {
    for angle_deg in [60.0, 90.0, -75.0] {
        let method = Method { resolver: &HoverAndWait, recovery: Recovery::PastAndFree, shares: [0.5; 2] };
        let passed = flown(crossing(angle_deg, 0.0), LARGE, &method);
        assert!(passed.closest >= 1.0, "{angle_deg}: {}", passed.closest);
    }
    let suited = |aircraft: &AircraftType| HoverAndWait.suits(aircraft) == aircraft.wing().is_none();
    assert!(catalogue().iter().all(suited) && catalogue().iter().any(|aircraft| aircraft.wing().is_some()));
}

/// Who has the right of way flies his plan to the metre.
#[test]
fn the_right_of_way_is_kept() {
    for resolver in [&Mvp as &dyn Resolver, &Orca, &HoverAndWait] {
        let aircraft = &catalogue()[0];
        let [own, other] = crossing(90.0, 3.0).map(|start| start);
        let motion = |ordinal, start: Start| Motion {
            drone: DroneId { fleet: FleetId(0), ordinal },
            position: start.position + start.planned * 20.0,
            velocity: start.planned,
            zone: LARGE.zone(),
        };
        let speeds = SpeedRange::of(aircraft);
        let own = Own { motion: motion(1, own), wanted: own.planned, commanded: own.planned, speeds };
        let intruder = |share| Intruder { motion: motion(0, other), wanted: other.planned, minima: LARGE, share };
        assert_eq!(resolver.velocity(&own, &[intruder(0.0)]), own.wanted);
        assert!((resolver.velocity(&own, &[intruder(1.0)]) - own.wanted).norm() > 1.0);
    }
}

/// The push of MVP, all of it one drone's, leads past the intruder at 1.05 R, whatever the geometry.
#[test]
fn mvp_aims_at_the_edge_of_the_zone() {
    let draw = RandomStream::new(4, Purpose::Traffic, 1);
    let (mut asked, wide) = (0, SpeedRange { least_mps: 0.0, most_mps: 1e9, climb_mps: 1e9, descent_mps: 1e9 });
    for step in 0..20_000 {
        let value = |n: u64, low, high| draw.between(6 * step + n, low, high);
        let motion = |ordinal, position, velocity| Motion {
            drone: DroneId { fleet: FleetId(0), ordinal },
            position,
            velocity,
            zone: LARGE.zone(),
        };
        let own = motion(0, at(0.0, 0.0, 0.0), towards(value(0, 0.0, 360.0), value(1, 8.0, 15.0)));
        let place = at(value(2, -400.0, 400.0), value(3, -400.0, 400.0), 0.0);
        let other = motion(1, place, towards(value(4, 0.0, 360.0), value(5, 8.0, 15.0)));
        let Some(conflict) = predicted_conflict(&own, &other, &LARGE).filter(|found| !found.is_loss_of_separation)
        else {
            continue;
        };
        // Nearer than the room that is aimed for, the edge is not ahead any more.
        if (place - own.position).norm() < 60.0 || conflict.approach.time_s < 2.0 {
            continue;
        }
        asked += 1;
        let told = Own { motion: own, wanted: own.velocity, commanded: own.velocity, speeds: wide };
        let intruder = Intruder { motion: other, wanted: other.velocity, minima: LARGE, share: 1.0 };
        let evading = Mvp.velocity(&told, &[intruder]);
        let level = Motion { velocity: Velocity::new(evading.x, evading.y, 0.0), ..own };
        let missed_m = closest_approach(&level, &other, &LARGE).distance_m;
        // A miss of less than a hundredth of the zone counts as none.
        let allowed_m = if conflict.approach.distance_m < 0.6 { 0.6 } else { 0.01 };
        assert!((missed_m - 52.5).abs() < allowed_m, "{step}: {missed_m} m, {conflict:?}");
    }
    assert!(asked > 500, "{asked}");
}

/// Against a grid of velocities: none that keeps clear of everybody is nearer to the plan, and where none does none comes
/// nearer to doing so.
#[test]
fn orca_finds_the_nearest_velocity() {
    const MOST_MPS: f64 = 20.0;
    const CELL_MPS: f64 = 0.25;
    let draw = RandomStream::new(5, Purpose::Traffic, 2);
    let mut open = 0;
    for case in 0..400_u64 {
        let value = |n: u64, low, high| draw.between(64 * case + n, low, high);
        let count = 1 + case % 7;
        let bounds: Vec<Bound> = (0..count)
            .map(|bound| {
                let angle = value(3 * bound, 0.0, std::f64::consts::TAU);
                let point = Horizontal::new(value(3 * bound + 1, -15.0, 15.0), value(3 * bound + 2, -15.0, 15.0));
                Bound { point, normal: Horizontal::new(libm::cos(angle), libm::sin(angle)) }
            })
            .collect();
        let wanted = Horizontal::new(value(40, -18.0, 18.0), value(41, -18.0, 18.0));
        let excess =
            |velocity: &Horizontal| bounds.iter().map(|bound| bound.excess(velocity)).fold(f64::NEG_INFINITY, f64::max);
        let grid = (-80..=80_i32).flat_map(|x| (-80..=80_i32).map(move |y| (x, y)));
        let grid = grid.map(|(x, y)| Horizontal::new(f64::from(x), f64::from(y)) * CELL_MPS);
        let grid: Vec<Horizontal> = grid.filter(|velocity| velocity.norm() <= MOST_MPS).collect();
        let off = |velocity: &Horizontal| (velocity - wanted).norm();
        if let Some(found) = nearest_within(&bounds, &wanted, MOST_MPS) {
            open += 1;
            assert!(excess(&found) < 1e-6 && found.norm() < MOST_MPS + 1e-6, "{case}");
            let best = grid.iter().filter(|velocity| excess(velocity) <= 0.0).map(off).fold(f64::INFINITY, f64::min);
            assert!(off(&found) <= best + 1e-9, "{case}: {} {best}", off(&found));
        } else {
            assert!(grid.iter().all(|velocity| excess(velocity) > 0.0), "{case}");
            let least = least_evil(&bounds, &wanted, MOST_MPS);
            let best = grid.iter().map(excess).fold(f64::INFINITY, f64::min);
            assert!(
                excess(&least) <= best + 0.02 && least.norm() < MOST_MPS + 1e-6,
                "{case}: {} {best}",
                excess(&least)
            );
        }
    }
    assert!((100..350).contains(&open), "{open}");
}
