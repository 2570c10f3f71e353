//! Experiments: which runs they have, that their results hang on nothing but themselves, and what is wrong with bad ones.
//!
//! To accept new texts after reading them: `SKYGRID_ACCEPT=1 cargo test --release --test it sweep`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use serde_json::Value;
use skygrid::message::Findings;
use skygrid::scenario::Source;
use skygrid::sim::Algorithms;
use skygrid::study::{Checking, Execution, Experiment, Level, Plan, Results, Row, StudyError, SweepFolder, execute};
use skygrid::traffic::conflict::{Courses, Intended, Motion, Prediction};

use crate::support::{are_told_as_beside, root, skygrid};

/// An experiment over flat ground with this many seeds, in a file of its own.
fn experiment(folder: &Path, name: &str, seeds: u32) -> PathBuf {
    let base = root().join("tests/experiments/base/flat.toml");
    let text = format!(
        r#"
        format = 1
        name = "{name}"
        scenario = '{}'
        seeds = {{ first = 3, count = {seeds} }}
        fixed = {{ separation.horizontal_m = 60 }}
        [[factor]]
        key = "traffic.random.count"
        values = [6, 12]
        [[factor]]
        key = "separation.look_ahead_s"
        from = 20
        to = 30.5
        steps = 2
        "#,
        base.display()
    );
    let path = folder.join(format!("{name}.toml"));
    std::fs::write(&path, text).unwrap();
    path
}

fn sweep(folder: &Path, experiment: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    skygrid(folder).arg("sweep").arg(experiment).args(more).assert()
}

fn results(folder: &Path, sweep: &str) -> Vec<u8> {
    std::fs::read(folder.join(sweep).join("results.parquet")).unwrap()
}

fn stderr(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// The example that comes with skygrid: a grid of 3 × 2 cells with 3 seeds each, every combination once, and a run of all
/// of them, shortened.
#[test]
fn the_example_has_every_combination_once_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let example = root().join("scenarios/experiments/demand.toml");
    let shortened = ["--set", "time.duration_s=400", "--set", "manned.rescue.at_s=[100]", "-q", "--json"];
    let plan = sweep(folder.path(), &example, &[&shortened[..], &["--plan"]].concat()).success();
    let plan: Value = serde_json::from_slice(&plan.get_output().stdout).unwrap();
    let told: Vec<(i64, i64, i64)> = plan["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| {
            let number = |value: &Value| value.as_i64().unwrap();
            let factors = &run["factors"];
            (
                number(&factors["delivery.summit-orders.orders_per_hour"]),
                number(&factors["fleet.scenic.count"]),
                number(&run["seed"]),
            )
        })
        .collect();
    let every = [14, 28, 42].into_iter().flat_map(|orders| [6, 8].map(|count| (orders, count)));
    let every: Vec<(i64, i64, i64)> =
        every.flat_map(|(orders, count)| [1, 2, 3].map(|seed| (orders, count, seed))).collect();
    assert_eq!(told, every);
    assert_eq!((plan["total"].as_i64(), plan["done"].as_i64()), (Some(18), Some(0)));
    assert!(!folder.path().join("sweeps").exists(), "a plan leaves nothing behind");
    let done = sweep(folder.path(), &example, &shortened).success();
    let done: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert_eq!(done["finished"], 18);
    let read = Results::read(&folder.path().join("sweeps/demand/results.parquet")).unwrap();
    let rows = read.rows.iter().map(|row| {
        let Some(Level::Int(orders)) = row.levels[0] else { panic!("a number stays a number: {:?}", row.levels) };
        let Some(Level::Int(count)) = row.levels[1] else { panic!("a number stays a number: {:?}", row.levels) };
        (orders, count, row.seed)
    });
    assert_eq!(rows.collect::<Vec<_>>(), every);
    assert!(read.rows.iter().all(|row| row.figures["flown_ms"].number() > 0.0));
    let digests: BTreeSet<_> = read.rows.iter().map(|row| row.digest.clone()).collect();
    assert_eq!(digests.len(), 18, "every run is another one");
}

/// A run of a sweep is the run that `skygrid run` makes.
#[test]
fn a_run_of_a_sweep_is_the_run_of_its_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let file = experiment(folder.path(), "same", 1);
    sweep(folder.path(), &file, &["-q"]).success();
    let base = root().join("tests/experiments/base/flat.toml");
    let set = ["separation.horizontal_m=60", "traffic.random.count=12", "separation.look_ahead_s=30.5"];
    let set: Vec<&str> = set.iter().flat_map(|change| ["--set", *change]).collect();
    skygrid(folder.path())
        .arg("run")
        .arg(base)
        .args(set)
        .args(["--seed", "3", "--out", "run", "-q"])
        .assert()
        .success();
    let summary = std::fs::read(folder.path().join("run/summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    let read = Results::read(&folder.path().join("sweeps/same/results.parquet")).unwrap();
    let row = read.rows.last().unwrap();
    assert_eq!(row.digest.as_deref(), summary["digest"].as_str());
    assert_eq!(Some(row.figures["encounters"].number()), summary["counters"]["encounters"].as_f64());
}

/// Starts a sweep of `experiment` into `out` with one run at a time and waits until some of its runs are done.
#[expect(clippy::disallowed_methods, reason = "a deadline, so that a hanging child cannot hang the test")]
fn begun(folder: &Path, experiment: &Path, out: &str) -> Child {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("skygrid"))
        .args(["sweep", experiment.to_str().unwrap(), "--jobs", "1", "--out", out])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_mins(2);
    while finished(folder, out).len() < 5 && child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_micros(300));
    }
    child
}

/// The files of finished runs.
fn finished(folder: &Path, out: &str) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder.join(out).join("runs")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect()
}

/// One run at a time, two, killed in the middle, interrupted in the middle, or with a damaged result: the same bytes.
#[test]
fn results_are_the_same_bytes_however_they_came_about() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let file = experiment(folder, "many", 30);
    sweep(folder, &file, &["--jobs", "1", "--out", "one", "-q"]).success();
    sweep(folder, &file, &["--jobs", "2", "--out", "two", "-q"]).success();
    let expected = results(folder, "one");
    assert_eq!(results(folder, "two"), expected);
    assert_eq!(Results::read(&folder.join("one/results.parquet")).unwrap().rows.len(), 120);

    let mut child = begun(folder, &file, "killed");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.join("killed/results.parquet").exists());
    let kept = finished(folder, "killed");
    assert!(kept.len() >= 5 && kept.len() < 120, "{}", kept.len());
    // One of them turns out to be damaged: it is run again, the others are not.
    std::fs::write(kept.first().unwrap(), "{ half").unwrap();
    std::fs::write(folder.join("killed/runs/left.json.tmp"), "{").unwrap();
    let again = sweep(folder, &file, &["--jobs", "2", "--out", "killed"]).success();
    assert!(
        stderr(&again).contains(&format!("{} of 120 runs were there already", kept.len() - 1)),
        "{}",
        stderr(&again)
    );
    assert_eq!(results(folder, "killed"), expected);
    assert!(!folder.join("killed/runs/left.json.tmp").exists());

    let child = begun(folder, &file, "stopped");
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let partial = Results::read(&folder.join("stopped/results.parquet")).unwrap();
    assert_eq!(partial.rows.len(), finished(folder, "stopped").len());
    assert!(
        std::fs::read_to_string(folder.join("stopped/sweep.json")).unwrap().contains("\"status\": \"interrupted\"")
    );
    sweep(folder, &file, &["--out", "stopped", "-q"]).success();
    assert_eq!(results(folder, "stopped"), expected);
}

/// More seeds go on with what is there; another experiment is refused unless it may replace it.
#[test]
fn a_folder_holds_one_experiment() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let few = experiment(folder, "grow", 1);
    sweep(folder, &few, &["--out", "out"]).success();
    // A comment changes nothing.
    let text = std::fs::read_to_string(&few).unwrap();
    std::fs::write(&few, format!("# a comment\n{}", text.replace("count = 1 ", "count = 2 "))).unwrap();
    let more = sweep(folder, &few, &["--out", "out"]).success();
    assert!(stderr(&more).contains("4 of 8 runs were there already"), "{}", stderr(&more));
    let other = sweep(folder, &few, &["--out", "out", "--set", "separation.vertical_m=20"]).code(4);
    assert!(stderr(&other).contains("out: holds 8 runs that this experiment does not have"), "{}", stderr(&other));
    assert_eq!(finished(folder, "out").len(), 8);
    sweep(folder, &few, &["--out", "out", "--set", "separation.vertical_m=20", "--force"]).success();
    assert_eq!(finished(folder, "out").len(), 8);
    // The copy of the experiment says what was run, with the change.
    sweep(folder, &folder.join("out/experiment.toml"), &["--out", "out", "--plan", "--json"]).success();
    let copy = sweep(folder, &folder.join("out/experiment.toml"), &["--out", "out"]).success();
    assert!(stderr(&copy).contains("8 of 8 runs were there already"), "{}", stderr(&copy));

    let lock = std::fs::File::open(folder.join("out/sweep.lock")).unwrap();
    lock.try_lock().unwrap();
    let busy = sweep(folder, &few, &["--out", "out"]).code(4);
    assert!(stderr(&busy).contains("another sweep is at work in this folder"), "{}", stderr(&busy));
    std::fs::create_dir(folder.join("thesis")).unwrap();
    std::fs::write(folder.join("thesis/thesis.tex"), "years of work").unwrap();
    let refused = sweep(folder, &few, &["--out", "thesis", "--force"]).code(4);
    assert!(stderr(&refused).contains("is not the folder of a sweep"), "{}", stderr(&refused));
    assert_eq!(std::fs::read_dir(folder.join("thesis")).unwrap().count(), 1);
}

/// A cell that no memory holds fails by itself; the others are done, and the next time it is tried again.
#[test]
fn a_run_that_fails_does_not_stop_the_others() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let file = experiment(folder, "crowd", 1);
    let text = std::fs::read_to_string(&file).unwrap().replace("values = [6, 12]", "values = [6, 3000]");
    std::fs::write(&file, text).unwrap();
    let crowd = ["--set", "separation.horizontal_m=3000", "--set", "time.duration_s=5", "--accept-findings"];
    for _ in 0..2 {
        let told = sweep(folder, &file, &crowd).code(4);
        assert!(stderr(&told).contains("cell 3, seed 3: failed: "), "{}", stderr(&told));
        let read = Results::read(&folder.join("sweeps/crowd/results.parquet")).unwrap();
        let status: Vec<(&str, bool)> =
            read.rows.iter().map(|row| (row.status.as_str(), row.figures.is_empty())).collect();
        assert_eq!(status, [("done", false), ("done", false), ("failed", true), ("failed", true)]);
    }
}

/// A prediction of a user's that breaks down.
struct Broken;

impl Prediction for Broken {
    fn predict(&self, now: &Motion, _: &dyn Fn() -> Vec<Intended>, courses: &mut Courses) {
        assert!(now.position.x.is_nan(), "the user's own fault");
        courses.straight(now);
    }
}

/// A panic of a user's algorithm is the end of its run alone, and what it said is told.
#[test]
fn a_panic_is_a_failed_run() {
    let temporary = tempfile::tempdir().unwrap();
    let file = experiment(temporary.path(), "broken", 2);
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text
        .replace("traffic.random.count", "algorithms.prediction")
        .replace("values = [6, 12]", "values = [\"state-based\", \"broken\"]");
    let algorithms = Algorithms::default().with_prediction("broken", || Box::new(Broken));
    let experiment = Experiment::read(&Source::new(file, text), &[]).unwrap();
    let stop = Arc::new(AtomicUsize::new(0));
    let checking = Checking { algorithms: &algorithms, jobs: 2, accept_findings: false, stop: &stop, checked: &|| () };
    let plan = Plan::new(experiment, &checking).unwrap();
    let folder = SweepFolder::at(temporary.path().join("out"));
    let _lock = folder.take(&plan, false).unwrap();
    let execution = Execution { algorithms: &algorithms, jobs: 2, stop: &stop, told: Arc::new(|_| ()) };
    let executed = execute(&plan, &folder, BTreeMap::new(), &execution).unwrap();
    assert_eq!((executed.finished.len(), executed.failed.len()), (4, 4));
    let failed: Vec<(usize, u64)> = executed.failed.iter().map(|run| (run.cell, run.seed)).collect();
    assert_eq!(failed, [(3, 3), (3, 4), (4, 3), (4, 4)]);
    assert!(executed.failed.iter().all(|run| run.reason.ends_with("of an algorithm: the user's own fault")));
    assert_eq!(folder.finished(&plan), executed.finished, "what is kept is what is told");
}

/// What ends a sweep stands in its manifest, and not that it were still running.
#[test]
fn a_sweep_that_ends_with_a_fault_says_so() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let file = experiment(folder, "fault", 1);
    sweep(folder, &file, &["-q"]).success();
    let path = folder.join("sweeps/fault");
    let status = || {
        let text = std::fs::read(path.join("sweep.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&text).unwrap();
        (manifest["status"].as_str().unwrap().to_owned(), manifest["finished"].clone())
    };
    assert_eq!(status(), ("done".to_owned(), 4.into()));
    // A folder where the table goes.
    std::fs::remove_file(path.join("results.parquet")).unwrap();
    std::fs::create_dir(path.join("results.parquet")).unwrap();
    std::fs::write(path.join("results.parquet/in-the-way"), "").unwrap();
    sweep(folder, &file, &["-q"]).code(4);
    assert_eq!(status(), ("failed".to_owned(), 4.into()));
    std::fs::remove_dir_all(path.join("results.parquet")).unwrap();
    sweep(folder, &file, &["-q"]).success();
    assert_eq!(status(), ("done".to_owned(), 4.into()));
}

/// Faults of studies are told in the language that is asked for.
#[test]
fn faults_are_told_in_both_languages() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    std::fs::create_dir(folder.join("other")).unwrap();
    std::fs::write(folder.join("other/thesis.txt"), "").unwrap();
    let file = experiment(folder, "words", 1);
    let file = file.to_str().unwrap();
    for (arguments, en, zh) in [
        (["sweep", file, "--out", "other"], "is not the folder of a sweep", "不是批量运行的目录"),
        (["sweep", "none.toml", "--out", "x"], "cannot be read", "无法读取"),
        (["compare", "other", "other", "--all"], "holds no results", "没有结果"),
    ] {
        for (language, expected) in [("en", en), ("zh", zh)] {
            let assert = skygrid(folder).args(arguments).args(["--lang", language]).assert().failure();
            assert!(stderr(&assert).contains(expected), "{arguments:?} {language}: {}", stderr(&assert));
            assert_eq!(stderr(&assert).contains("cure:"), language == "en", "{}", stderr(&assert));
        }
    }
}

/// Differences between levels, sweeps and runs, as text, JSON and CSV.
#[test]
fn results_are_compared() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let file = experiment(folder, "levels", 3);
    sweep(folder, &file, &["-q"]).success();
    let compare = |args: &[&str]| skygrid(folder).arg("compare").args(args).assert();
    let out =
        |assert: assert_cmd::assert::Assert| String::from_utf8(assert.success().get_output().stdout.clone()).unwrap();

    let text = out(compare(&["sweeps/levels", "--by", "count=6,12"]));
    assert!(text.starts_with("A  traffic.random.count = 6\nB  traffic.random.count = 12\n6 pairs by seed and separation.look_ahead_s, 3 seeds\n"), "{text}");
    let json: Value = serde_json::from_str(&out(compare(&["sweeps/levels", "--by", "count=6,12", "--json"]))).unwrap();
    let read = Results::read(&folder.join("sweeps/levels/results.parquet")).unwrap();
    let mean = |count: i64| {
        let rows = read.rows.iter().filter(|row| row.levels[0] == Some(Level::Int(count)));
        let values: Vec<f64> = rows.map(|row| row.figures["flight_hours"].number()).collect();
        values.iter().sum::<f64>() / 6.0
    };
    let hours = json["differences"].as_array().unwrap().iter().find(|one| one["figure"] == "flight_hours").unwrap();
    assert!((hours["mean_a"].as_f64().unwrap() - mean(6)).abs() < 1e-9);
    assert!((hours["mean_b"].as_f64().unwrap() - mean(12)).abs() < 1e-9);
    assert!((hours["difference"]["mean"].as_f64().unwrap() - mean(12) + mean(6)).abs() < 1e-9);
    let csv = out(compare(&["sweeps/levels", "--by", "count=6,12", "--csv", "--all"]));
    assert!(csv.starts_with("figure,mean_a,mean_b,difference,half_width_95,relative,pairs,seeds\n"), "{csv}");
    // Means over encounters are missing where there were none.
    let has =
        |row: &&Row, count: i64, name: &str| row.levels[0] == Some(Level::Int(count)) && row.figures.contains_key(name);
    let is_shared = |name: &str| {
        let mut six = read.rows.iter().filter(|row| has(row, 6, name));
        six.any(|a| read.rows.iter().any(|b| has(&b, 12, name) && (a.seed, &a.levels[1]) == (b.seed, &b.levels[1])))
    };
    let names = read.figure_names();
    assert_eq!(csv.lines().count(), 1 + names.iter().filter(|name| is_shared(name.as_str())).count());

    // A sweep with another fixed value and one seed more; and a table by itself.
    let other = experiment(folder, "other", 4);
    sweep(folder, &other, &["-q", "--set", "separation.horizontal_m=90"]).success();
    let told = compare(&["sweeps/levels/results.parquet", "sweeps/other"]).success();
    let text = String::from_utf8(told.get_output().stdout.clone()).unwrap();
    assert!(text.contains("12 pairs by seed and traffic.random.count, separation.look_ahead_s, 3 seeds"), "{text}");
    assert_eq!(stderr(&told).matches("only in B: traffic.random.count = ").count(), 4, "{}", stderr(&told));
    assert_eq!(out(compare(&["sweeps/levels", "sweeps/levels"])).lines().last(), Some("no figure differs"));

    let base = root().join("tests/experiments/base/flat.toml");
    for seed in ["1", "2"] {
        skygrid(folder).arg("run").arg(&base).args(["--seed", seed, "--out", seed, "-q"]).assert().success();
    }
    let runs = compare(&["1", "2/summary.json"]).success();
    assert!(stderr(&runs).contains("one pair of runs carries no interval"), "{}", stderr(&runs));
    let told = String::from_utf8(runs.get_output().stdout.clone()).unwrap();
    assert!(told.starts_with("A  1\nB  2/summary.json\none pair of runs\n"), "{told}");
    assert!(stderr(&runs).contains("the seeds differ (1 and 2)"), "{}", stderr(&runs));

    std::fs::write(folder.join("page.json"), "{}").unwrap();
    for (args, text) in [
        (&["sweeps/levels", "1"][..], "1: is not the same kind of result as sweeps/levels"),
        (&["1", "--by", "count=6,12"], "1: is a single run and has no factors"),
        (&["sweeps/levels", "--by", "count=6,7"], "no run has traffic.random.count = 7"),
        (&["sweeps/levels", "--by", "height=6,7"], "`height` is not varied here"),
        (&["sweeps/levels", "nowhere"], "nowhere: holds no results"),
        (&["page.json", "1"], "page.json: is no summary of a run"),
        (&["sweeps/levels"], "required arguments were not provided"),
        (&["sweeps/levels", "--by", "count=6"], "expected FACTOR=A,B"),
    ] {
        let told = compare(args).code(2);
        assert!(stderr(&told).contains(text), "{args:?}: {}", stderr(&told));
    }
}

/// The findings of an experiment, whatever their severity.
fn findings_of(file: &Path) -> Findings {
    let text = std::fs::read_to_string(file).unwrap();
    // Named by its path in the project, so that the texts are the same on every machine; tests run there.
    let path = file.strip_prefix(root()).unwrap().to_path_buf();
    let experiment = match Experiment::read(&Source::new(path, text), &[]) {
        Ok(experiment) => experiment,
        Err(findings) => return findings,
    };
    let (algorithms, stop) = (Algorithms::default(), AtomicUsize::new(0));
    let checking = Checking { algorithms: &algorithms, jobs: 2, accept_findings: false, stop: &stop, checked: &|| () };
    match Plan::new(experiment, &checking) {
        Err(StudyError::Findings(findings)) => findings,
        other => panic!("{}: {other:?}", file.display()),
    }
}

/// Every bad experiment is told with exactly the text beside it, in both languages.
#[test]
fn what_is_wrong_with_an_experiment_is_told() {
    let entries = std::fs::read_dir(root().join("tests/experiments")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(files.len() >= 15);
    for file in files {
        let findings = findings_of(&file);
        assert!(!findings.0.is_empty(), "{}", file.display());
        are_told_as_beside(&file, &findings);
    }
}

/// Exit codes: not understood, not flyable, not readable.
#[test]
fn bad_experiments_have_their_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| root().join("tests/experiments").join(name);
    for (name, code) in [("wrong-type.toml", 2), ("no-scenario.toml", 2), ("not-flyable.toml", 3), ("nowhere.toml", 4)]
    {
        sweep(folder.path(), &file(name), &[]).code(code);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{name}: nothing was begun");
    }
}
