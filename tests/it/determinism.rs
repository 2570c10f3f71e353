//! Same scenario and seed, same bytes: on any number of threads, in any folder, and on every machine that CI knows.

use crate::support::{outcome, root, scenario, skygrid};

/// The digest of ten minutes of the home scene under seed 1.
///
/// If a change is meant to alter results, run this test, copy the digest it prints and say in the commit why it moved.
const FENGHUANG_10_MIN: &str = "f4ebff983859832c82cf4114331341a7c736c9fb89f12a746845ba262e32a160";

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
    let base = outcome(&scenario("scenarios/fenghuang.toml", &[]), 1, 1, 3600.0);
    let changes = [("delivery.flash-orders.orders_per_hour", "40")];
    let more = outcome(&scenario("scenarios/fenghuang.toml", &changes), 1, 1, 3600.0);
    let requested = |outcome: &skygrid::app::RunOutcome, index: usize| outcome.counters.missions[index].requested;
    assert!(requested(&more, 0) > requested(&base, 0));
    assert_eq!(requested(&more, 1), requested(&base, 1));
}
