//! The program as its users meet it: output, exit codes, folders.

use crate::support::{flat_text, root, skygrid};

fn table_bay() -> String {
    root().join("scenarios/table-bay.toml").to_str().unwrap().to_owned()
}

#[test]
fn a_run_leaves_every_file_and_a_second_one_a_second_folder() {
    let folder = tempfile::tempdir().unwrap();
    for number in ["0001", "0002"] {
        skygrid(folder.path()).args(["run", &table_bay(), "--until", "600"]).assert().success();
        let run = folder.path().join(format!("runs/table-bay-{number}"));
        for file in [
            "manifest.json",
            "summary.json",
            "recording.mcap",
            "report.html",
            "flights.parquet",
            "orders.parquet",
            "conflicts.parquet",
            "contingencies.parquet",
            "events.parquet",
            "cells.parquet",
            "timeseries.parquet",
        ] {
            assert!(run.join(file).is_file(), "{number}: {file}");
        }
    }
    let verified = skygrid(folder.path()).args(["verify", "runs/table-bay-0002"]).assert().success();
    let text = String::from_utf8(verified.get_output().stdout.clone()).unwrap();
    assert!(text.contains("the simulation gives what was recorded"), "{text}");
    skygrid(folder.path()).args(["info", "runs/table-bay-0001", "--json"]).assert().success();
}

/// The middle of the largest record of an MCAP file, which is a chunk: after the magic, each record is its kind, its length in
/// eight bytes, and its content.
fn middle_of_a_chunk(bytes: &[u8]) -> usize {
    let length_at = |at: usize| usize::try_from(u64::from_le_bytes(bytes[at + 1..at + 9].try_into().unwrap())).unwrap();
    let records =
        std::iter::successors(Some(8), |&at| Some(at + 9 + length_at(at)).filter(|next| next + 9 < bytes.len()));
    let largest = records.max_by_key(|&at| length_at(at)).unwrap();
    largest + 9 + length_at(largest) / 2
}

#[test]
fn what_was_changed_afterwards_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |file: &str| folder.path().join(file);
    for (name, seed) in [("a", "1"), ("b", "2")] {
        let run = ["run", &table_bay(), "--until", "600", "--seed", seed, "--out", name];
        skygrid(folder.path()).args(run).assert().success();
        skygrid(folder.path()).args(["verify", name]).assert().success();
    }
    let own = std::fs::read(path("a/recording.mcap")).unwrap();
    std::fs::copy(path("b/recording.mcap"), path("a/recording.mcap")).unwrap();
    skygrid(folder.path()).args(["verify", "a"]).assert().code(3);
    // One bit in the middle of a block: the block is damaged, and the reader says so.
    let mut flipped = own.clone();
    flipped[middle_of_a_chunk(&own)] ^= 1;
    std::fs::write(path("a/recording.mcap"), flipped).unwrap();
    let told = skygrid(folder.path()).args(["verify", "a"]).assert().code(4).get_output().stderr.clone();
    assert!(String::from_utf8(told).unwrap().contains("is damaged"));
    std::fs::write(path("a/recording.mcap"), own).unwrap();
    let manifest = std::fs::read_to_string(path("a/manifest.json")).unwrap();
    std::fs::write(path("a/manifest.json"), manifest.replace("\"seed\": 1", "\"seed\": 2")).unwrap();
    skygrid(folder.path()).args(["verify", "a"]).assert().code(3);
    std::fs::write(path("a/manifest.json"), manifest).unwrap();
    // Figures that flatter.
    let summary = std::fs::read_to_string(path("a/summary.json")).unwrap();
    std::fs::write(path("a/summary.json"), summary.replacen("\"flown_ms\": ", "\"flown_ms\": 1", 1)).unwrap();
    std::fs::copy(path("b/flights.parquet"), path("a/flights.parquet")).unwrap();
    let told = skygrid(folder.path()).args(["verify", "a"]).assert().code(3).get_output().stderr.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("gives the recording, but not summary.json, flights.parquet\n"), "{told}");
}

/// Whatever was recorded, a run that ended can be inspected and verified.
#[test]
fn runs_that_record_less_can_be_verified() {
    let folder = tempfile::tempdir().unwrap();
    let mut digests = Vec::new();
    for mode in ["full", "events", "off"] {
        // 601.5 s: the end lies between two frames and between two detection ticks.
        let run = ["run", &table_bay(), "--until", "601.5", "--record", mode, "--out", mode];
        skygrid(folder.path()).args(run).assert().success();
        skygrid(folder.path()).args(["verify", mode]).assert().success();
        let info = skygrid(folder.path()).args(["info", mode, "--json"]).assert().success().get_output().stdout.clone();
        let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
        assert_eq!(info["recorded"], mode);
        assert_eq!(info["bytes_per_drone_second"].is_null(), mode != "full");
        digests.push(info["digest"].clone());
    }
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:?}");
}

/// Demand beyond the fleet is told by the exit code, the manifest and a line.
#[test]
fn an_overloaded_run_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let flood = ["run", &table_bay(), "--set", "delivery.0.orders_per_hour=600", "--until", "1800", "--out", "a"];
    let output = skygrid(folder.path()).args(flood).assert().code(5).get_output().clone();
    assert!(String::from_utf8(output.stdout).unwrap().contains("overloaded: "));
    let manifest = std::fs::read_to_string(folder.path().join("a/manifest.json")).unwrap();
    assert!(manifest.contains("\"status\": \"overloaded\""));
}

/// Crowds that no memory holds end the run, not the machine, and a good run in the way stays.
#[test]
fn an_overcrowded_run_does_not_begin() {
    let folder = tempfile::tempdir().unwrap();
    let scene = root().join("scenarios/random-1000.toml");
    let run = |count: &str| {
        let set = format!("traffic.random.count={count}");
        let args = ["run", scene.to_str().unwrap(), "--set", &set, "--set", "separation.horizontal_m=3000"];
        skygrid(folder.path()).args(args).args(["--until", "5", "--out", "a", "--force"]).assert()
    };
    run("10").success();
    let told = run("20000").code(4).get_output().stderr.clone();
    assert!(String::from_utf8(told).unwrap().contains("20000 drones in the air"));
    skygrid(folder.path()).args(["verify", "a"]).assert().success();
}

/// A crowd that forms later, 1 500 drones that all leave at 60 s, ends the run there: its status says so, and what was
/// recorded can be verified.
#[test]
fn an_overcrowded_run_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let round = |index: u16| {
        format!(
            "[[round]]\nid = \"r{index}\"\nkind = \"inspection\"\nroute = \"circuit\"\nfleet = \"courier\"\nfirst_s = 60\nevery_s = 9000\n"
        )
    };
    let fleet = "[[fleet]]\nid = \"courier\"\naircraft = \"m350\"\nhub = \"hub\"\ncount = 1500\n";
    let circuit = "[[route]]\nid = \"circuit\"\nfrom = \"hub\"\naltitude_agl_m = 60\nvia = [{ lat_deg = -33.9, lon_deg = 18.44 }]\n";
    let separation = "[separation]\nhorizontal_m = 2000\nvertical_m = 900\n[algorithms]\nstrategic = \"unfitted\"\n";
    let rounds: String = (0..1500).map(round).collect();
    let crowd = flat_text(&[fleet, circuit, separation, &rounds].concat());
    std::fs::write(folder.path().join("crowd.toml"), crowd).unwrap();
    let told = skygrid(folder.path()).args(["run", "crowd.toml", "--out", "a"]).assert().code(4);
    let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    assert!(told.contains("drones in the air"), "{told}");
    let manifest = std::fs::read_to_string(folder.path().join("a/manifest.json")).unwrap();
    assert!(manifest.contains("\"status\": \"failed\""), "{manifest}");
    skygrid(folder.path()).args(["verify", "a"]).assert().success();
}

#[test]
fn an_existing_folder_is_refused_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let run = |extra: &[&str]| {
        let mut command = skygrid(folder.path());
        command.args(["run", &table_bay(), "--until", "60", "--out", "a"]).args(extra).assert()
    };
    run(&[]).success();
    run(&[]).code(4);
    run(&["--force"]).success();
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(folder.path().join("mine/letter.txt"), "dear").unwrap();
    skygrid(folder.path()).args(["run", &table_bay(), "--out", "mine", "--force"]).assert().code(4);
    assert!(folder.path().join("mine/letter.txt").is_file());
}

/// A result that cannot be written is a failure, a remark that cannot be is none.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_no_panic() {
    let full = || std::process::Stdio::from(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let run = |arguments: &[&str], out: std::process::Stdio, err: std::process::Stdio| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_skygrid"));
        command.args(arguments).stdout(out).stderr(err).status().unwrap().code()
    };
    let invalid = root().join("tests/invalid/unknown-key.toml");
    assert_eq!(run(&["check", &table_bay()], full(), std::process::Stdio::null()), Some(4));
    assert_eq!(run(&["check", invalid.to_str().unwrap()], std::process::Stdio::null(), full()), Some(2));
}

#[test]
fn exit_codes_and_silence() {
    let folder = tempfile::tempdir().unwrap();
    let code = |args: &[&str], code: i32| {
        let output = skygrid(folder.path()).args(args).assert().code(code).get_output().clone();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert!(code(&["run", "absent.toml"], 4).1.contains("absent.toml"));
    let invalid = root().join("tests/invalid/unknown-key.toml");
    let (stdout, stderr) = code(&["run", invalid.to_str().unwrap()], 2);
    assert!(stdout.is_empty() && stderr.contains("did you mean"), "{stderr}");
    let unflyable = root().join("tests/unflyable/above-ceiling.toml");
    code(&["run", unflyable.to_str().unwrap()], 3);
    code(&["check", unflyable.to_str().unwrap(), "--json"], 3);
    assert!(!folder.path().join("runs").exists(), "a refused run must write nothing");
    code(&["run", unflyable.to_str().unwrap(), "--accept-findings", "--until", "30", "-q"], 0);
    code(&["run", &table_bay(), "--set", "fleet.nobody.count=3"], 2);
    code(&["run", &table_bay(), "--until", "30", "--out", "good", "-q"], 0);
    code(&["run", &table_bay(), "--out", "good", "--force", "--set", "algorithms.dispatcher=psychic"], 2);
    assert!(folder.path().join("good/summary.json").is_file(), "a run that cannot start must not replace a good one");
    code(&["check", &table_bay(), "--set", "algorithms.prediction=psychic"], 2);
    code(&["no-such-command"], 2);
    code(&["verify", "absent"], 4);
    assert!(code(&["check", &table_bay()], 0).0.contains("understood and flyable"));
    assert!(code(&["schema"], 0).0.contains("\"$defs\""));
    assert!(code(&["completions", "bash"], 0).0.contains("skygrid"));
    assert!(code(&["man"], 0).0.contains(".TH skygrid"));
}

#[test]
fn set_reaches_the_run_and_its_manifest() {
    let folder = tempfile::tempdir().unwrap();
    skygrid(folder.path())
        .args(["run", &table_bay(), "--set", "fleet.courier.count=1", "--until", "60", "--out", "a"])
        .assert()
        .success();
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("a/manifest.json")).unwrap()).unwrap();
    let origin = |key: &str| {
        let origins = manifest["origins"].as_array().unwrap();
        origins.iter().find(|entry| entry["key"] == key).unwrap_or_else(|| panic!("{key}")).clone()
    };
    assert_eq!(origin("fleet[0].count")["value"], 1);
    assert_eq!(origin("fleet[0].count")["origin"], "--set");
    assert_eq!(origin("area.south_deg")["origin"], "file");
    assert_eq!(origin("separation.horizontal_m")["origin"], "default");
}

#[test]
fn a_new_scenario_runs_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let written = skygrid(folder.path()).args(["new", "harbour", "--at", "-38.92,121.64"]).assert().success();
    std::fs::write(folder.path().join("harbour.toml"), &written.get_output().stdout).unwrap();
    skygrid(folder.path()).args(["run", "harbour.toml", "--until", "900"]).assert().success();
    skygrid(folder.path()).args(["new", "two words", "--at", "0,0"]).assert().code(2);
}

#[test]
fn where_tells_a_place_and_never_guesses_a_height() {
    let folder = tempfile::tempdir().unwrap();
    let scene = root().join("scenarios/fenghuang.toml");
    let ask = |point: &str, extra: &[&str], code: i32| {
        let mut command = skygrid(folder.path());
        command.args(["where", scene.to_str().unwrap(), point, "--json"]).args(extra);
        let output = command.assert().code(code).get_output().clone();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap_or_default()
    };
    let summit = ask("41.5225,120.4950,80agl", &[], 0);
    assert_eq!(summit["beidou_2d"][2], "N51K031E1A5104");
    // The whole box lies in the airport's protection area: nobody flies without an approval, a holder up to its height.
    assert_eq!((&summit["state"], &summit["permitted_agl_m"]), (&"approved".into(), &serde_json::json!([])));
    assert_eq!((&summit["permitted_limit"]["id"], &summit["permitted"]), (&"zycy".into(), &false.into()));
    for (operator, most_m) in [("delivery", 105.0), ("forest-station", 120.0)] {
        let held = ask("41.5225,120.4950,80agl", &["--as", operator], 0);
        assert_eq!((&held["permitted"], &held["approved"][0]["agl_m"][0][1]), (&true.into(), &most_m.into()), "{held}");
    }
    let night = ask("41.5225,120.4950,80agl", &["--as", "delivery", "--at", "23:00"], 0);
    assert_eq!((&night["state"], &night["permitted"]), (&"controlled".into(), &false.into()));
    for (at, state) in
        [("10:29:59", "controlled"), ("10:30:00", "temporary"), ("10:49:59", "temporary"), ("10:50", "controlled")]
    {
        assert_eq!(ask("41.5530,120.5080", &["--at", at], 0)["state"], state, "{at}");
    }
    let above = ask("41.5225,120.4950,130agl", &[], 0);
    assert_eq!(above["permitted"], false);
    assert!(above["denial"]["what"]["en"].as_str().unwrap().contains("130.0 m above ground"));
    // The same point by each datum.
    let height = |datum: &str, key: &str| format!("41.5225,120.4950,{}{datum}", summit["height"][key]);
    for (datum, key) in [("amsl", "amsl_m"), ("ell", "ellipsoidal_m")] {
        let again = ask(&height(datum, key), &[], 0);
        assert!((again["height"]["agl_m"].as_f64().unwrap() - 80.0).abs() < 0.02, "{datum}: {again}");
    }
    let shifted = ask("41.5246530,120.5004949", &["--coordinates", "gcj-02"], 0);
    assert!((shifted["place"]["lat_deg"].as_f64().unwrap() - 41.5225).abs() < 1e-5, "{shifted}");
    let axis = ask("41.540453,120.433740", &[], 0);
    assert_eq!(axis["permitted_agl_m"], serde_json::json!([]));
    assert!(axis["surface_agl_m"].as_f64().unwrap() < 1.0, "on the runway: {axis}");
    for wrong in
        ["41.5225,120.4950,80", "41.5225", "141.5,120.5", "41.5,120.5,80agl,7", "41.5,nan", "41.5,120.5,infagl"]
    {
        ask(wrong, &[], 2);
    }
    // An offset counts; a place with its longitude first is told so.
    let there = ask("41.5530,120.5080", &["--at", "2026-05-01T02:35:00Z"], 0);
    assert_eq!(there, ask("41.5530,120.5080", &["--at", "2026-05-01T10:35"], 0));
    let closure = there["rules"].as_array().unwrap().iter().find(|rule| rule["emergency"].is_boolean()).unwrap();
    assert_eq!(
        (&closure["published"], &closure["changes_at"]),
        (&"2026-04-30 09:00:00".into(), &"2026-05-01 10:50:00".into())
    );
    let mut swapped = skygrid(folder.path());
    let swapped = swapped.args(["where", scene.to_str().unwrap(), "120.4950,41.5225"]).assert().code(2);
    assert!(String::from_utf8_lossy(&swapped.get_output().stderr).contains("did you mean 41.5225,120.495"));
    ask("41.5225,120.4950", &["--at", "25:00"], 2);
    ask("41.5225,120.4950", &["--at", "2026-05-03T14:30"], 0);
}
