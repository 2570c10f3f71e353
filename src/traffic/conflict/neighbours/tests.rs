//! Against brute force: every pair, tick after tick, by another formula than the narrow phase has.

use std::collections::BTreeMap;

use crate::traffic::conflict::{
    CandidatePair, Courses, Detector, Intended, Minima, Motion, Neighbours, Pair, PredictedConflict, ProtectedZone,
    Stretch, predicted_conflict,
};
use crate::units::{DroneId, FleetId, Purpose, RandomStream, SimTime};
use crate::world::geo::{Position, Velocity};

const LOOK_AHEAD: SimTime = SimTime::from_millis(30_000);
const MINIMA: Minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: LOOK_AHEAD };
/// Drones of the traffic, and how many of them are there at a time.
const DRONES: u16 = 1000;

/// All with the same zone, all with a small one, and a mixture of which the first is the least.
const ALIKE: [ProtectedZone; 1] = [MINIMA.zone()];
const SMALL: [ProtectedZone; 1] = [ProtectedZone { horizontal_m: 10.0, vertical_m: 4.0 }];
const MIXED: [ProtectedZone; 4] = [
    MINIMA.zone(),
    ProtectedZone { horizontal_m: 90.0, ..MINIMA.zone() },
    ProtectedZone { vertical_m: 40.0, ..MINIMA.zone() },
    ProtectedZone { horizontal_m: 150.0, vertical_m: 20.0 },
];

/// How far a verdict is from the other one, in units of the minima: a pair nearer than this to the edge may be either.
const EDGE: f64 = 1e-9;

/// Traffic of all kinds, which goes on from second to second.
struct Traffic {
    draw: RandomStream,
    drawn: u64,
    middle_m: f64,
    /// Who has which, by turns.
    zones: &'static [ProtectedZone],
    motions: Vec<Motion>,
}

impl Traffic {
    /// In the square of 5 km around a middle: a third flies straight, a third turns now and then; of the rest pairs fly in
    /// formation, hover over or beside each other, meet head-on at a tangent, or are in one place.
    fn new(seed: u64, middle_m: f64, zones: &'static [ProtectedZone]) -> Self {
        let draw = RandomStream::new(seed, Purpose::Traffic, 0);
        let mut traffic = Self { draw, drawn: 0, middle_m, zones, motions: Vec::new() };
        for ordinal in 0..DRONES {
            let motion = traffic.somebody(ordinal);
            let motion = match (traffic.motions.last(), ordinal % 9) {
                (Some(before), 8) => Self::special(*before, motion),
                _ => motion,
            };
            traffic.motions.push(motion);
        }
        traffic
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.drawn += 1;
        self.draw.between(self.drawn, low, high)
    }

    fn heading(&mut self) -> Velocity {
        let (angle, speed) = (self.between(0.0, std::f64::consts::TAU), self.between(10.0, 15.0));
        Velocity::new(speed * libm::cos(angle), speed * libm::sin(angle), self.between(-1.0, 1.0))
    }

    fn somebody(&mut self, ordinal: u16) -> Motion {
        let [x, y] = [0, 1].map(|_| self.middle_m + self.between(-2500.0, 2500.0));
        let position = Position::new(x, y, self.between(30.0, 120.0));
        Motion {
            drone: DroneId { fleet: FleetId(0), ordinal },
            position,
            zone: self.zones[usize::from(ordinal) % self.zones.len()],
            velocity: self.heading(),
        }
    }

    /// A partner to somebody.
    fn special(before: Motion, own: Motion) -> Motion {
        let (along, velocity) = (before.velocity.normalize(), before.velocity);
        let across = Velocity::new(-along.y, along.x, 0.0);
        let (offset, velocity) = match own.drone.ordinal / 9 % 6 {
            0 => (across * 20.0, velocity),
            1 => (Velocity::new(0.0, 0.0, 14.0), velocity),
            2 => (Velocity::zeros(), velocity),
            3 => (along * 300.0 + across * 50.0, -velocity),
            4 => (along * -60.0, velocity + along * 0.1),
            _ => (Velocity::new(0.0, 0.0, 40.0), velocity - Velocity::new(0.0, 0.0, 2.0)),
        };
        Motion { position: before.position + offset, velocity, ..own }
    }

    /// A second later; one in ten of those that turn does so.
    fn step(&mut self) {
        for index in 0..self.motions.len() {
            let velocity = self.motions[index].velocity;
            self.motions[index].position += velocity;
            if index % 3 == 1 && self.between(0.0, 1.0) < 0.1 {
                self.motions[index].velocity = self.heading();
            }
        }
    }

    /// Who is in the air in a second: some come and go.
    fn airborne(&self, second: u16) -> Vec<Motion> {
        let is_there = |motion: &&Motion| !(motion.drone.ordinal / 7 + second / 5).is_multiple_of(40);
        self.motions.iter().filter(is_there).copied().collect()
    }
}

/// How close the two come within the look-ahead, in units of the minima while they overlap in height: below 1 is a conflict.
/// The distance is a quadratic of time, least where its slope is none or at an end of the time in which they overlap.
fn closest(own: &Motion, intruder: &Motion, minima: &Minima) -> f64 {
    let (r, w) = (intruder.position - own.position, intruder.velocity - own.velocity);
    closest_within([r, w], [0.0, minima.look_ahead.seconds()], minima)
}

/// The same of a distance and a velocity between some times.
fn closest_within([r, w]: [Velocity; 2], mut window: [f64; 2], minima: &Minima) -> f64 {
    if w.z.abs() > 0.0 {
        let ends = [-1.0, 1.0].map(|side| (side * minima.vertical_m - r.z) / w.z);
        window = [window[0].max(ends[0].min(ends[1])), window[1].min(ends[0].max(ends[1]))];
    } else if r.z.abs() >= minima.vertical_m {
        return f64::INFINITY;
    }
    if window[0] >= window[1] {
        return f64::INFINITY;
    }
    let speed_squared = w.xy().norm_squared();
    let time_s = if speed_squared > 0.0 { -r.xy().dot(&w.xy()) / speed_squared } else { 0.0 };
    let time_s = time_s.clamp(window[0], window[1]);
    (r.xy() + w.xy() * time_s).norm() / minima.horizontal_m
}

/// All pairs in conflict, and those that are at the edge.
fn brute_force(motions: &[Motion]) -> (Vec<Pair>, Vec<Pair>) {
    let (mut conflicts, mut edges) = (Vec::new(), Vec::new());
    for (index, own) in motions.iter().enumerate() {
        for intruder in &motions[index + 1..] {
            let ratio = closest(own, intruder, &Minima::between(own, intruder, LOOK_AHEAD));
            if ratio < 1.0 + EDGE {
                let pair = (own.drone, intruder.drone);
                if ratio < 1.0 - EDGE { conflicts.push(pair) } else { edges.push(pair) }
            }
        }
    }
    (conflicts, edges)
}

/// A hundred million pairs, in four places of the map and with zones of two sizes.
#[test]
fn nothing_is_missed_and_nothing_invented() {
    let mut asked = 0;
    let places: [(f64, &'static [ProtectedZone]); 4] = [(0.0, &ALIKE), (3e5, &MIXED), (-2e7, &ALIKE), (1e3, &SMALL)];
    for (seed, (middle_m, zones)) in (0..).zip(places) {
        let ProtectedZone { horizontal_m, vertical_m } = zones[0];
        let least = Minima { horizontal_m, vertical_m, look_ahead: LOOK_AHEAD };
        let (mut traffic, mut detector) = (Traffic::new(seed, middle_m, zones), Detector::new(least));
        let mut found_in_all = 0;
        for second in 0..55 {
            let motions = traffic.airborne(second);
            let (conflicts, edges) = brute_force(&motions);
            let found = detector.conflicts(&motions).unwrap();
            let sure = found.iter().map(|(pair, _)| *pair).filter(|pair| edges.binary_search(pair).is_err());
            assert!(sure.eq(conflicts.iter().copied()), "second {second} at {middle_m} m");
            asked += motions.len() * (motions.len() - 1) / 2;
            found_in_all += found.len();
            traffic.step();
        }
        assert!(found_in_all > 500, "the traffic must be dense enough to mean something: {found_in_all}");
        let work = detector.work();
        assert!(work.trees < 30 && work.moved > 1000, "a tree must serve many ticks: {work:?}");
    }
    assert!(asked > 100_000_000, "{asked}");
}

/// Where a drone means to be, by times; straight between.
type Way = Vec<(f64, Position)>;

/// Ways that turn, climb and stand: legs of 4 to 20 s.
fn ways(traffic: &mut Traffic) -> Vec<Way> {
    let way = |motion: &Motion, traffic: &mut Traffic| {
        let mut way = vec![(0.0, motion.position)];
        while let Some(&(time_s, at)) = way.last().filter(|(time_s, _)| *time_s < 90.0) {
            let (lasts_s, velocity) = (traffic.between(4.0, 20.0), traffic.heading());
            let velocity = if way.len() % 5 == 3 { Velocity::zeros() } else { velocity };
            way.push((time_s + lasts_s, at + velocity * lasts_s));
        }
        way
    };
    let motions = traffic.motions.clone();
    motions.iter().map(|motion| way(motion, traffic)).collect()
}

/// Where somebody is on a way, and how fast.
fn on(way: &Way, time_s: f64) -> (Position, Velocity) {
    let next = way.partition_point(|(at_s, _)| *at_s <= time_s).min(way.len() - 1);
    let ((from_s, from), (to_s, to)) = (way[next - 1], way[next]);
    let velocity = (to - from) / (to_s - from_s);
    (from + velocity * (time_s - from_s), velocity)
}

/// How close two come on their ways within the look-ahead, as `closest`: turn by turn.
fn closest_on(own: &Way, intruder: &Way, minima: &Minima) -> f64 {
    let (now_s, end_s) = (0.0, minima.look_ahead.seconds());
    let turns = own.iter().chain(intruder).map(|(at_s, _)| *at_s).filter(|at_s| (now_s..end_s).contains(at_s));
    let mut times: Vec<f64> = turns.chain([now_s, end_s]).collect();
    times.sort_by(f64::total_cmp);
    let between = |pair: &[f64]| {
        let [(at, v), (other, w)] = [own, intruder].map(|way| on(way, pair[0]));
        closest_within([other - at, w - v], [0.0, pair[1] - pair[0]], minima)
    };
    times.windows(2).map(between).fold(f64::INFINITY, f64::min)
}

/// The ways of drones that fly courses, from now on; turns that are hardly any are left out of a course.
fn flown(courses: &Courses) -> Vec<Way> {
    let of_drones = courses.stretches().chunk_by(|_, next| next.nth > 0);
    let way = |stretches: &[Stretch]| {
        let mut way: Way = stretches.iter().map(|stretch| (stretch.from_s, stretch.at(stretch.from_s))).collect();
        let last = &stretches[stretches.len() - 1];
        way.push((60.0, last.at(60.0)));
        way
    };
    of_drones.map(way).collect()
}

/// Seven million pairs that mean to turn: what is found is what brute force finds on their ways, and begins when it does.
#[test]
fn courses_that_turn_are_no_exception() {
    let mut traffic = Traffic::new(11, 1e4, &ALIKE);
    let ways = ways(&mut traffic);
    let mut detector = Detector::new(MINIMA);
    let (mut found_in_all, mut later) = (0, 0);
    for second in 0..15 {
        let now_s = f64::from(second) * 4.0;
        let mut courses = Courses::default();
        for (motion, way) in traffic.motions.iter().zip(&ways) {
            let ahead = way.iter().filter(|(at_s, _)| *at_s > now_s && *at_s < now_s + 45.0);
            let intended: Vec<Intended> = ahead
                .map(|(at_s, position)| Intended { in_s: at_s - now_s, position: *position, lands: false })
                .collect();
            let (position, velocity) = on(way, now_s);
            courses.through(&Motion { position, velocity, ..*motion }, &intended);
        }
        let flown = flown(&courses);
        let found: BTreeMap<Pair, PredictedConflict> = detector.conflicts_on(&courses).unwrap().into_iter().collect();
        for (one, own) in flown.iter().enumerate() {
            for (other, intruder) in flown.iter().enumerate().skip(one + 1) {
                let pair = (traffic.motions[one].drone, traffic.motions[other].drone);
                let closest = closest_on(own, intruder, &MINIMA);
                let conflict = found.get(&pair);
                assert!(conflict.is_some() == (closest < 1.0) || (closest - 1.0).abs() < EDGE, "{pair:?} {closest}");
                if let Some(conflict) = conflict {
                    let until = |time_s: f64| Minima { look_ahead: SimTime::from_seconds(time_s), ..MINIMA };
                    let before = closest_on(own, intruder, &until((conflict.t_in_s - 0.002).max(0.0)));
                    let after = closest_on(own, intruder, &until(conflict.t_in_s + 0.002));
                    let is_at_once = conflict.t_in_s < 0.003;
                    assert!((before >= 1.0 || is_at_once) && after < 1.0, "{pair:?} {conflict:?} {before} {after}");
                    found_in_all += 1;
                    later += usize::from(conflict.stretches != [0, 0]);
                }
            }
        }
    }
    assert!(found_in_all > 3_000 && later > 1_500, "{found_in_all} {later}");
}

/// What is proposed over many ticks holds what is proposed at once, and stays few.
#[test]
fn the_tree_throws_most_pairs_out() {
    let mut traffic = Traffic::new(9, 0.0, &ALIKE);
    let mut neighbours = Neighbours::default();
    for second in 0..40 {
        let motions = traffic.airborne(second);
        let mut kept = neighbours.of(&Courses::straight_on(&motions), &MINIMA).unwrap().to_vec();
        kept.sort_unstable();
        let at_once = Neighbours::default().of(&Courses::straight_on(&motions), &MINIMA).unwrap().to_vec();
        let is_conflict = |pair: &&CandidatePair| {
            predicted_conflict(&motions[pair.own as usize], &motions[pair.intruder as usize], &MINIMA).is_some()
        };
        assert!(at_once.iter().filter(is_conflict).all(|pair| kept.binary_search(pair).is_ok()));
        assert!(kept.is_sorted_by(|a, b| a < b) && kept.len() < 8_000, "{}", kept.len());
        traffic.step();
    }
}

/// Who is called what, and how many threads there are, changes nothing but names.
#[test]
fn names_and_threads_do_not_matter() {
    let mut traffic = Traffic::new(3, 0.0, &MIXED);
    // 7 and 1000 have no common factor.
    let renamed = |drone: DroneId| DroneId { ordinal: (drone.ordinal * 7 + 11) % DRONES, ..drone };
    let [mut own, mut renaming, mut threaded] = [0, 1, 2].map(|_| Detector::new(MINIMA));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    for second in 0..20 {
        let motions = traffic.airborne(second);
        let found = own.conflicts(&motions).unwrap();
        assert_eq!(pool.install(|| threaded.conflicts(&motions)).unwrap(), found);
        let mut others: Vec<Motion> =
            motions.iter().map(|motion| Motion { drone: renamed(motion.drone), ..*motion }).collect();
        others.sort_by_key(|motion| motion.drone);
        let mut expected: Vec<_> = found
            .iter()
            .map(|(pair, conflict)| {
                let [a, b] = [renamed(pair.0), renamed(pair.1)];
                ((a.min(b), a.max(b)), *conflict)
            })
            .collect();
        expected.sort_by_key(|(pair, _)| *pair);
        assert_eq!(renaming.conflicts(&others).unwrap(), expected);
        traffic.step();
    }
}
