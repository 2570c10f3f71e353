//! Same scenario and seed, same bytes: on any number of threads, in any folder, and on every machine that CI knows.

use skygrid::app::{RunOptions, run};
use skygrid::frame::{MissionId, SimEvent, SimTime, TimedEvent};
use skygrid::record::RecordMode;
use skygrid::sim::Algorithms;

use crate::support::{outcome, root, scenario, skygrid};

/// The digest of ten minutes of the home scene under seed 1.
///
/// If a change is meant to alter results, run this test, copy the digest it prints and say in the commit why it moved.
const FENGHUANG_10_MIN: &str = "0092b77b1be2e96499f88457b5068ce8904c4514fc72c65fd5661d4fa9cc1977";

#[test]
fn the_digest_is_the_one_on_record() {
    let scene = scenario("scenarios/fenghuang.toml", &[]);
    let digest = outcome(&scene, 1, 1, 600.0).digest;
    assert_eq!(digest, FENGHUANG_10_MIN, "results have changed: update the constant only if that was the intention");
}

#[test]
fn threads_do_not_matter() {
    let scene = scenario("scenarios/random-1000.toml", &[("traffic.random.count", "400")]);
    let one = outcome(&scene, 3, 1, 60.0);
    let four = outcome(&scene, 3, 4, 60.0);
    assert!(one.counters.encounters > 100, "the traffic must be dense enough to mean something");
    assert_eq!(one.digest, four.digest);
    assert_eq!(one.counters, four.counters);
    assert_ne!(one.digest, outcome(&scene, 4, 1, 60.0).digest, "the seed must matter");
}

/// Two runs in two folders: everything but the manifest is the same to the byte.
#[test]
fn everything_but_the_manifest_is_byte_identical() {
    let scene = root().join("scenarios/fenghuang.toml");
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for (folder, threads) in folders.iter().zip(["1", "2"]) {
        skygrid(folder.path())
            .args(["run", scene.to_str().unwrap(), "--until", "00:15:00", "--out", "a", "--threads", threads])
            .assert()
            .success();
    }
    let mut names: Vec<_> =
        std::fs::read_dir(folders[0].path().join("a")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert!(names.len() >= 9, "{names:?}");
    for name in names.iter().filter(|name| *name != "manifest.json") {
        let [one, two] = [0, 1].map(|i: usize| std::fs::read(folders[i].path().join("a").join(name)).unwrap());
        assert!(one == two, "{} differs", name.display());
    }
}

/// Thinning one demand changes nobody else's orders.
#[test]
fn demands_do_not_disturb_each_other() {
    let orders_of = |changes: &[(&str, &str)], mission: u16| {
        let options = RunOptions {
            until: Some(SimTime::from_seconds(3600.0)),
            record: RecordMode::Events,
            ..RunOptions::unrecorded(1)
        };
        let outcome = run(&scenario("scenarios/fenghuang.toml", changes), &Algorithms::default(), options).unwrap();
        let events = outcome.recording.events().map(Result::unwrap);
        let orders = events.filter(
            |timed| matches!(timed.event, SimEvent::OrderPlaced { order, .. } if order.mission == MissionId(mission)),
        );
        orders.collect::<Vec<TimedEvent>>()
    };
    let more = [("delivery.flash-orders.orders_per_hour", "40")];
    assert!(orders_of(&more, 0).len() > orders_of(&[], 0).len());
    let others = orders_of(&[], 1);
    assert!(others.len() > 5, "{others:?}");
    assert_eq!(orders_of(&more, 1), others);
}
