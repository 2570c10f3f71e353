//! Tracks out of a run and into one: what is exported and imported again is where it was.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use skygrid::frame::{FlightPhase, SimEvent};
use skygrid::record::Recording;

use crate::support::{root, skygrid};

fn fenghuang() -> String {
    root().join("scenarios/fenghuang.toml").to_str().unwrap().to_owned()
}

fn result(folder: &Path, arguments: &[&str]) -> Value {
    let assert = skygrid(folder).args(arguments).arg("--json").assert().success();
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

fn told(folder: &Path, arguments: &[&str], code: i32) -> String {
    let assert = skygrid(folder).args(arguments).assert().code(code);
    let output = assert.get_output();
    String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap()
}

/// Time, drone and centimetres of every sample under way.
fn flown(run: &Path) -> Vec<(i64, u32, [i32; 3])> {
    let recording = Recording::open(&run.join("recording.mcap")).unwrap();
    let mut all = Vec::new();
    for frame in recording.frames() {
        let frame = frame.unwrap();
        let under_way = frame.drones.iter().filter(|s| s.phase.is_airborne() || s.phase == FlightPhase::HandOver);
        all.extend(under_way.map(|s| {
            let motion = s.motion;
            (frame.time.millis(), s.drone.key(), [motion.east_cm, motion.north_cm, motion.altitude_amsl_cm])
        }));
    }
    all
}

#[test]
fn what_is_exported_and_imported_is_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = fenghuang();
    // As everybody likes, so that there are losses of separation to export.
    let unfitted = "algorithms.strategic=unfitted";
    let run = ["run", &scenario, "--set", unfitted, "--until", "1500", "--out", "run", "-q"];
    skygrid(folder.path()).args(run).assert().success();
    let expected = flown(&folder.path().join("run"));
    assert!(expected.len() > 5000, "{}", expected.len());
    for ending in ["gpx", "kml", "kmz", "czml", "csv"] {
        let (file, out) = (format!("tracks.{ending}"), format!("from-{ending}"));
        let exported = result(folder.path(), &["export", "run", "--out", &file]);
        assert_eq!(exported["samples"], expected.len(), "{ending}");
        let imported = result(folder.path(), &["import", "track", &file, "--scenario", &scenario, "--out", &out]);
        assert_eq!(imported["tracks"].as_array().unwrap().len(), exported["drones"], "{ending}");
        assert_eq!(flown(&folder.path().join(&out)), expected, "{ending}");
    }
    let digests: Vec<Value> = ["gpx", "kml", "czml", "csv"]
        .map(|ending| result(folder.path(), &["info", &format!("from-{ending}")])["digest"].clone())
        .to_vec();
    assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "the same frames from every format: {digests:?}");
    // Part of it: one drone, ten minutes, every fifth second; on standard output, by the ending of nothing.
    let part =
        ["export", "run", "--format", "csv", "--drone", "flash-1", "--from", "09:05", "--to", "09:15", "--every", "5"];
    let csv = told(folder.path(), &part, 0);
    assert!(csv.lines().skip(1).all(|line| line.starts_with("flash-1,")) && csv.lines().count() > 20, "{csv}");
    // Events and a picture of the whole: the number of conflicts is that of the run.
    let events = result(folder.path(), &["export", "run", "--out", "events.geojson", "--events"]);
    let collection: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("events.geojson")).unwrap()).unwrap();
    let points =
        collection["features"].as_array().unwrap().iter().filter(|feature| feature["properties"]["event"].is_string());
    assert_eq!(points.clone().count(), events["events"]);
    let summary: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("run/summary.json")).unwrap()).unwrap();
    let is_pair = |feature: &&Value| {
        let event = feature["properties"]["event"].as_str().unwrap();
        event.starts_with("conflict") || event.starts_with("loss of separation")
    };
    assert_eq!(points.filter(is_pair).count(), summary["counters"]["encounters"]);
    what_lasts_is_cut(folder.path());
}

/// Begin, loss and end of every encounter of a run, s; what has not ended ends with it.
fn encounters(run: &Path) -> Vec<[f64; 3]> {
    let recording = Recording::open(&run.join("recording.mcap")).unwrap();
    let mut found = BTreeMap::new();
    for event in recording.events() {
        let event = event.unwrap();
        let at = event.time.seconds();
        match event.event {
            SimEvent::EncounterOpened { encounter, .. } => {
                found.insert(encounter, [at, f64::INFINITY, f64::INFINITY]);
            }
            SimEvent::LossOfSeparation { encounter, .. } => {
                let [_, lost, _] = found.get_mut(&encounter).unwrap();
                *lost = lost.min(at);
            }
            SimEvent::EncounterClosed { encounter, .. } => found.get_mut(&encounter).unwrap()[2] = at,
            _ => {}
        }
    }
    found.into_values().collect()
}

/// What began before the part of a run that is exported, and lasts, is shown from its first instant on.
fn what_lasts_is_cut(folder: &Path) {
    let encounters = encounters(&folder.join("run"));
    let lasting = encounters.iter().filter(|[_, lost, ends]| lost + 2.0 < *ends && ends.is_finite());
    let cuts: Vec<f64> = lasting.map(|[_, lost, ends]| (f64::midpoint(*lost, *ends)).ceil()).collect();
    assert!(cuts.len() > 1, "{encounters:?}");
    for from in cuts.iter().take(4) {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a run")]
        let whole = *from as i64;
        // The run begins at nine.
        let text = format!("{:02}:{:02}:{:02}", 9 + whole / 3600, whole / 60 % 60, whole % 60);
        let arguments = ["export", "run", "--out", "part.geojson", "--events", "--from", &text];
        let file = result(folder, &arguments)["out"].clone();
        let collection: Value =
            serde_json::from_slice(&std::fs::read(folder.join(file.as_str().unwrap())).unwrap()).unwrap();
        let names = collection["features"].as_array().unwrap().iter();
        let names: Vec<&str> = names.filter_map(|feature| feature["properties"]["event"].as_str()).collect();
        let shown = |what: &str| names.iter().filter(|name| name.starts_with(what)).count();
        // Frames are a second apart: those up to a second before are not shown.
        let is_shown = |[_, _, ends]: &&[f64; 3]| *ends > from - 1.0;
        let expected: Vec<_> = encounters.iter().filter(is_shown).collect();
        let losses = expected.iter().filter(|[_, lost, _]| lost.is_finite()).count();
        assert_eq!(shown("loss of separation"), losses, "from {from} s: {names:?}");
        assert_eq!(shown("conflict"), expected.len() - losses, "from {from} s: {names:?}");
    }
}

/// Two drones of another maker that meet: they get a fleet of their own, and their conflict is found.
const MEETING: &str = "id,time_s,lat,lon,altitude_amsl_m\n\
    A,0,41.5300,120.4700,500\nB,0.4,41.5300,120.4800,505\nA,60,41.5300,120.4800,500\nB,60.4,41.5300,120.4700,505\n\
    scenic-3,10,41.54,120.46,400\nscenic-3,20.5,41.541,120.46,410\n";

#[test]
fn recorded_tracks_are_replayed_beside_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = fenghuang();
    std::fs::write(folder.path().join("met.csv"), MEETING).unwrap();
    let import = ["import", "track", "met.csv", "--scenario", &scenario, "--out", "met", "--type", "m30t"];
    let imported = result(folder.path(), &import);
    let drones: Vec<&str> =
        imported["tracks"].as_array().unwrap().iter().map(|track| track["drone"].as_str().unwrap()).collect();
    assert_eq!(drones, ["scenic-3", "tracks-1", "tracks-2"]);
    assert_eq!((&imported["encounters"], &imported["losses_of_separation"]), (&1.into(), &1.into()));
    let info = result(folder.path(), &["info", "met"]);
    assert_eq!(
        (&info["drones"], &info["origin"], &info["status"]),
        (&22.into(), &"imported_tracks".into(), &"done".into())
    );
    let verified = told(folder.path(), &["verify", "met"], 0);
    assert!(verified.contains("nothing to simulate again") && verified.contains("unchanged"), "{verified}");
    let summary: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("met/summary.json")).unwrap()).unwrap();
    assert_eq!(summary["digest"], imported["digest"]);
    let gpx = told(folder.path(), &["export", "met", "--format", "gpx"], 0);
    assert_eq!(gpx.matches("<trk>").count(), 3);
    // An existing folder is not written over, and a file that is no longer the one that was imported is found out.
    assert!(told(folder.path(), &import, 4).contains("--force"));
    std::fs::write(folder.path().join("met.csv"), MEETING.replace("505", "506")).unwrap();
    assert!(told(folder.path(), &["verify", "met"], 3).contains("changed since"));
    std::fs::remove_file(folder.path().join("met.csv")).unwrap();
    assert!(told(folder.path(), &["verify", "met"], 0).contains("not there any more"));
}

#[test]
fn what_cannot_be_imported_or_exported_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = fenghuang();
    let import = |text: &str, more: &[&str], code: i32| {
        std::fs::write(folder.path().join("t.csv"), text).unwrap();
        let fixed = ["import", "track", "t.csv", "--scenario", &scenario, "--out", "never"];
        let told = told(folder.path(), &[&fixed[..], more].concat(), code);
        assert!(!folder.path().join("never").exists(), "{told}");
        told
    };
    let rows = |rows: &str| format!("time,lat,lon,altitude_amsl_m\n{rows}");
    let back = rows("2026-05-01T09:10:00+08:00,41.53,120.47,500\n2026-05-01T09:09:59+08:00,41.53,120.47,500\n");
    let text = import(&back, &[], 2);
    assert!(text.contains("t.csv:3: T+00:09:59 follows T+00:10:00: times go back"), "{text}");
    let far = import(&rows("2026-05-01T09:10:00+08:00,31.2,121.5,500\n"), &[], 2);
    assert!(far.contains("t.csv:2: the point is 1151 km from the scenario"), "{far}");
    let one = import(&rows("2026-05-01T09:10:00.5+08:00,41.53,120.47,500\n"), &[], 2);
    assert!(one.contains("tracks of a single position: 1") && one.contains("--at HH:MM:SS"), "{one}");
    let other_day = rows("2020-05-01T09:10:00+08:00,41.53,120.47,500\n2020-05-01T09:10:10+08:00,41.53,120.471,500\n");
    assert!(import(&other_day, &[], 2).contains("lie outside the time of the run"));
    let below = "time,lat,lon,altitude_agl_m\n2026-05-01T09:10:00+08:00,40.9,120.47,50\n";
    assert!(import(below, &[], 2).contains("the terrain does not reach this place"));
    assert!(import(&other_day, &["--at", "25:00"], 2).contains("no time of this run"));
    assert!(import(&other_day, &["--at", "09:10", "--type", "ufo"], 2).contains("there is no aircraft type `ufo`"));
    let missing = told(folder.path(), &["import", "track", "no.gpx", "--scenario", &scenario, "--out", "never"], 4);
    assert!(missing.contains("no.gpx: cannot be read"), "{missing}");

    let moved = ["import", "track", "t.csv", "--scenario", &scenario, "--out", "run", "--at", "09:10"];
    std::fs::write(folder.path().join("t.csv"), other_day).unwrap();
    assert_eq!(result(folder.path(), &moved)["start"], "T+00:10:00");
    for (arguments, code, expected) in [
        (&["export", "run"][..], 2, "the format is not known"),
        (&["export", "run", "--format", "kmz"][..], 2, "kmz is not text"),
        (&["export", "run", "--format", "csv", "--events"][..], 2, "no place for events"),
        (&["export", "run", "--format", "gpx", "--drone", "nobody-1"][..], 2, "there is no drone `nobody-1`"),
        (&["export", "run", "--format", "gpx", "--from", "10:00", "--to", "09:30"][..], 2, "earlier than --from"),
        (&["export", "nowhere", "--format", "gpx"][..], 4, "nowhere"),
        (&["export", "run", "--out", "no/such/folder/t.gpx"][..], 4, "cannot be written"),
    ] {
        let text = told(folder.path(), arguments, code);
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
}
