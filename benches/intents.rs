//! A day of 10 000 filed intents: what it costs to check one against all of them and to file it, against every pair, and how that
//! grows: `cargo bench --bench intents`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its result and fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a bench measures wall time")]

use std::hint::black_box;
use std::time::Instant;

use skygrid::traffic::intent::{
    DelayRange, FiledIntents, Fix, IntentId, IntentState, OperationalIntent, Priority, Tolerances, Volume4D, reserved,
};
use skygrid::units::{Purpose, RandomStream, SimTime};
use skygrid::world::geo::Position;

const TOLERANCES: Tolerances = Tolerances {
    lateral_m: 30.0,
    vertical_m: 9.5,
    early: SimTime::from_millis(3000),
    late: SimTime::from_millis(5000),
};

/// A flight of 5 km over 25 km² between two random places, at 13 m/s, climbing with the ground by up to 10 %, with take-off and
/// landing; it leaves at any time of a day of 16 hours.
fn flight(number: u64) -> Vec<Fix> {
    let draw = RandomStream::new(3, Purpose::Traffic, number);
    let start_s = draw.between(0, 0.0, 57_600.0);
    let angle = draw.between(1, 0.0, std::f64::consts::TAU);
    let (east, north) = (draw.between(2, -2500.0, 2500.0), draw.between(3, -2500.0, 2500.0));
    let (ground_m, slope, agl_m) =
        (draw.between(4, 150.0, 400.0), draw.between(5, -0.1, 0.1), draw.between(6, 40.0, 110.0));
    let at = |s: f64, along_m: f64, agl_m: f64| Fix {
        at: SimTime::from_seconds(start_s + s),
        position: Position::new(
            east + along_m * libm::cos(angle),
            north + along_m * libm::sin(angle),
            ground_m + slope * along_m + agl_m,
        ),
    };
    let up_s = agl_m / 4.0;
    let rise = (0..=20_u32).map(|i| at(up_s * f64::from(i) / 20.0, 0.0, agl_m * f64::from(i) / 20.0));
    let cruise = (1..=385_u32).map(|s| at(up_s + f64::from(s), 13.0 * f64::from(s), agl_m));
    let down =
        (1..=20_u32).map(|i| at(up_s + 385.0 + 1.5 * f64::from(i), 13.0 * 385.0, agl_m * (1.0 - f64::from(i) / 20.0)));
    rise.chain(cruise).chain(down).collect()
}

fn intent(number: u64) -> OperationalIntent {
    let volumes = reserved(&flight(number), &TOLERANCES);
    OperationalIntent { priority: Priority::Delivery, state: IntentState::Accepted, volumes }
}

/// The median and the 99th percentile, µs.
fn told(mut micros: Vec<f64>) -> (f64, f64) {
    micros.sort_by(f64::total_cmp);
    (micros[micros.len() / 2], micros[micros.len() * 99 / 100])
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed().as_secs_f64() * 1e6)
}

fn main() {
    let mut total_us = Vec::new();
    for count in [2_500_u32, 5_000, 10_000] {
        let intents: Vec<OperationalIntent> = (0..u64::from(count)).map(intent).collect();
        let mut filed = FiledIntents::default();
        let (mut checks, mut files, mut met) = (Vec::new(), Vec::new(), 0);
        for (number, intent) in (0..count).zip(&intents) {
            let (overlaps, micros) = timed(|| filed.overlaps(&intent.volumes, SimTime::ZERO, |_| true));
            checks.push(micros);
            met += usize::from(!overlaps.is_empty());
            let intent = intent.clone();
            files.push(timed(|| filed.file(IntentId(number), intent)).1);
        }
        let all_us: f64 = checks.iter().chain(&files).sum();
        let volumes: usize = intents.iter().map(|intent| intent.volumes.len()).sum();
        let ((check, check_p99), (file, file_p99)) = (told(checks), told(files));
        println!(
            "{count} intents, {} volumes each, {met} meet others: check {check:.0} µs (p99 {check_p99:.0}), file {file:.0} µs (p99 {file_p99:.0})",
            volumes / intents.len()
        );
        total_us.push((f64::from(count), all_us));
        if count == 10_000 {
            against_pairs(&filed, &intents);
            delays(&filed);
        }
    }
    let (few, many) = (total_us[0], total_us[2]);
    let growth = |(count, _): (f64, f64)| count * libm::log(count);
    println!(
        "four times as many take {:.1} times as long; n log n grows {:.1} times",
        many.1 / few.1,
        growth(many) / growth(few)
    );
}

/// Every volume of every intent, asked one by one in the same narrow phase.
fn against_pairs(filed: &FiledIntents, intents: &[OperationalIntent]) {
    let asked: Vec<OperationalIntent> = (20_000..20_040).map(intent).collect();
    let (by_tree, tree_us) =
        timed(|| asked.iter().map(|own| filed.overlaps(&own.volumes, SimTime::ZERO, |_| true).len()).sum::<usize>());
    let pairwise =
        |own: &Volume4D| intents.iter().flat_map(|other| &other.volumes).filter(|other| own.overlaps(other)).count();
    let (by_pairs, pairs_us) =
        timed(|| asked.iter().flat_map(|own| &own.volumes).map(|own| black_box(pairwise(own))).sum::<usize>());
    assert_eq!(by_tree, by_pairs);
    println!("pairwise takes {:.0} times as long", pairs_us / tree_us);
}

/// The least delay of new flights among all that are filed.
fn delays(filed: &FiledIntents) {
    let range =
        DelayRange { from: SimTime::ZERO, latest: SimTime::from_seconds(900.0), step: SimTime::from_millis(500) };
    let mut found = 0;
    let micros = (30_000..31_000).map(|number| {
        let own = intent(number);
        let (delay, micros) = timed(|| filed.least_delay(&own.volumes, range, |_| true));
        found += usize::from(delay.is_some());
        micros
    });
    let (median, p99) = told(micros.collect());
    println!("least delay {median:.0} µs (p99 {p99:.0}), {found} of 1000 find one within 15 min");
}
