//! Files of routes as users bring them: told in both languages, written in every format, flown in scenarios.
//!
//! To accept new texts after reading them: `SKYGRID_ACCEPT=1 cargo test --release --test it routes`.

use std::path::{Path, PathBuf};

use skygrid::formats::routes::{Reading, RouteFile, read};
use skygrid::scenario::flight_plans;
use skygrid::units::Altitude;

use crate::support::{flat_resolution, flat_text, root, scenario, skygrid};

fn inputs() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/routes")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension != "txt"));
    files.sort();
    files
}

/// What the program says about a file in a language, both streams; the code is that of the name of the file.
fn told(file: &Path, lang: &str, out: &Path) -> String {
    let name = file.strip_prefix(root()).unwrap().to_str().unwrap();
    let code = if name.contains("-faults") { 2 } else { 0 };
    let out = out.to_str().unwrap();
    let near = ["--near", "41.54,120.48"];
    let mut command = skygrid(&root());
    let run = command.args(["--lang", lang, "import", "route", name, "--out", out]).args(near).assert().code(code);
    let streams = [&run.get_output().stderr, &run.get_output().stdout];
    streams.map(|stream| String::from_utf8(stream.clone()).unwrap().replace(out, "OUT")).join("")
}

#[test]
fn every_file_is_told() {
    let files = inputs();
    assert!(files.len() >= 12, "{} files", files.len());
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let out = folder.path().join("out.csv");
        let text = ["en", "zh"].map(|lang| told(&file, lang, &out)).join("\n");
        let expected = PathBuf::from(format!("{}.txt", file.display()));
        if std::env::var_os("SKYGRID_ACCEPT").is_some() {
            std::fs::write(&expected, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(&expected).unwrap_or_default(), "{}", file.display());
        let is_fine = !file.to_str().unwrap().contains("-faults");
        assert_eq!(out.exists(), is_fine, "{}: what is not understood is not written", file.display());
        let _ = std::fs::remove_file(out);
    }
}

fn delivery() -> RouteFile {
    read(&root().join("tests/places/routes/delivery.plan"), Reading::default()).unwrap()
}

/// A scenario draws its routes from a plan, a KML and a CSV; it flies, is verified, and a changed file is found out.
#[test]
fn a_scenario_flies_routes_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        let to = folder.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root().join(from), to).unwrap();
    };
    for file in ["drawn.toml", "routes/delivery.plan", "routes/rounds.kml", "routes/rounds.csv"] {
        copy(&format!("tests/places/{file}"), file);
    }
    skygrid(folder.path()).args(["check", "drawn.toml"]).assert().success();
    skygrid(folder.path()).args(["run", "drawn.toml", "--until", "900", "--out", "run"]).assert().success();
    skygrid(folder.path()).args(["verify", "run"]).assert().success();
    let manifest = std::fs::read_to_string(folder.path().join("run/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let inputs: Vec<&str> =
        manifest["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["drawn.toml", "routes/delivery.plan", "routes/rounds.kml", "routes/rounds.csv"]);
    let csv = folder.path().join("routes/rounds.csv");
    let changed = std::fs::read_to_string(&csv).unwrap().replace("-33.8990", "-33.8980");
    std::fs::write(&csv, changed).unwrap();
    let verified = skygrid(folder.path()).args(["--lang", "en", "verify", "run"]).assert().code(3);
    let text = String::from_utf8(verified.get_output().stderr.clone()).unwrap();
    assert!(text.contains("bring back what has changed since: routes/rounds.csv"), "{text}");
}

/// The ends are those of the file where they coincide with hub and pad, with the heights of the file.
#[test]
fn ends_of_a_file_are_the_hub_and_the_pad() {
    let scenario = scenario("tests/places/drawn.toml", &[]);
    let plan = &scenario.routes[0].plan;
    let file = delivery();
    let flown: Vec<_> = file.routes[0].waypoints.iter().filter(|waypoint| waypoint.command != 21).collect();
    assert_eq!(plan.waypoints.len(), flown.len());
    for (planned, drawn) in plan.waypoints.iter().zip(&flown) {
        assert!((planned.place - scenario.projection.to_local(drawn.place)).norm() < 30.0);
        assert_eq!(Some(planned.altitude), drawn.altitude);
    }
    assert_eq!(plan.waypoints[0].place, scenario.hubs[0].position.xy());
    assert_eq!(scenario.routes[0].items.len(), flown.len() - 2);
    assert_eq!(scenario.routes[0].items[0], "routes/delivery.plan: mission.items[1]");
}

/// What `check` and `profile` of a file ask for: named plans over a scenario, by the same rules.
#[test]
fn files_become_flight_plans() {
    let resolution = flat_resolution("");
    let aircraft = &skygrid::aircraft::catalogue()[0];
    let file = delivery();
    let drawn = flight_plans(&resolution.scenario, (&file, "delivery.plan"), aircraft, None).unwrap();
    let [named] = &drawn.plans[..] else { panic!("{drawn:?}") };
    assert_eq!((named.name.as_str(), named.items.len()), ("delivery", named.plan.waypoints.len()));
    let off_m = (named.plan.length_m() - file.routes[0].length_m()).abs();
    assert!(off_m < 0.1, "{off_m}");
    let lines = read(&root().join("tests/routes/lines.kml"), Reading::default()).unwrap();
    let findings = flight_plans(&resolution.scenario, (&lines, "lines.kml"), aircraft, None).unwrap_err();
    assert!(findings.0[0].what.en.contains("a point without a height"), "{findings:?}");
    assert_eq!(
        (findings.0[0].site.file.as_str(), findings.0[0].site.key.as_str()),
        ("lines.kml", "Placemark[1].coordinates[0]")
    );
    flight_plans(&resolution.scenario, (&lines, "lines.kml"), aircraft, Some(Altitude::agl(60.0))).unwrap();
}

/// Written in every format and read again over the terrain of a scenario, the route is where it was; what a format needs
/// and the file has not, is asked for.
#[test]
fn formats_convert_heights_with_a_scenario_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flat.toml"), flat_text("")).unwrap();
    let plan = root().join("tests/places/routes/delivery.plan");
    let plan = plan.to_str().unwrap();
    let import = |more: &[&str]| {
        let mut command = skygrid(folder.path());
        command.args(["--lang", "en", "import", "route", plan]).args(more).assert()
    };
    // Heights of 60 m above ground, which is at 8 m: without terrain GPX cannot have them.
    let refused = import(&["--out", "a.gpx"]).code(2);
    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(text.contains("--scenario SCN, whose terrain reaches there"), "{text}");
    import(&["--out", "a.gpx", "--scenario", "flat.toml"]).success();
    let file = read(&folder.path().join("a.gpx"), Reading::default()).unwrap();
    let first = delivery().routes[0].waypoints[0].altitude.unwrap();
    assert_eq!(file.routes[0].waypoints[0].altitude, Some(Altitude::amsl(first.metres + 8.0)));
    // An entry of a scenario, pasted, flies.
    import(&["--out", "route.toml", "--from", "hub", "--to-pad", "pad"]).success();
    let entry = std::fs::read_to_string(folder.path().join("route.toml")).unwrap();
    let pad = "[[pad]]\nid = \"pad\"\nposition = { lat_deg = -33.8960, lon_deg = 18.4460 }\n";
    let resolution = flat_resolution(&format!("{pad}{entry}"));
    assert_eq!(resolution.scenario.routes[0].plan.waypoints.len(), 5, "{entry}");
}

/// One rule for speeds, whoever reads the file: between 1 and 60 m/s they are flown, others are told and the aircraft's own
/// is flown.
#[test]
fn speeds_that_are_not_flown_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let aircraft = &skygrid::aircraft::catalogue()[0];
    let scenario = flat_resolution("").scenario;
    let entry = "
        [[route]]
        id = \"drawn\"
        from = \"hub\"
        altitude_agl_m = 60
        file = \"a.csv\"
    ";
    std::fs::write(folder.path().join("flat.toml"), flat_text(entry)).unwrap();
    for (mps, is_flown) in [(0.5, false), (1.0, true), (60.0, true), (61.0, false), (200.0, false)] {
        let rows = format!(
            "route,lat_deg,lon_deg,altitude_agl_m,route_speed_mps\na,-33.90,18.43,60,{mps}\na,-33.89,18.44,60,{mps}\n"
        );
        let path = folder.path().join("a.csv");
        std::fs::write(&path, rows).unwrap();
        let file = read(&path, Reading::default()).unwrap();
        let drawn = flight_plans(&scenario, (&file, "a.csv"), aircraft, None).unwrap();
        let told = format!("the speed of {mps} m/s is not flown: the aircraft's cruise speed is");
        let is_told = drawn.warnings.0.iter().any(|finding| finding.what.en == told);
        assert_eq!(is_told, !is_flown, "{:?}", drawn.warnings);
        let by = |arguments: &[&str]| {
            let assert = skygrid(folder.path()).args(arguments).assert().success();
            let output = assert.get_output();
            String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap()
        };
        assert_eq!(by(&["import", "route", "a.csv", "--out", "a.toml"]).contains(&told), !is_flown);
        let toml = std::fs::read_to_string(folder.path().join("a.toml")).unwrap();
        assert_eq!(toml.contains(&format!("speed_mps = {mps}\n")), is_flown, "{toml}");
        assert_eq!(by(&["check", "flat.toml"]).contains(&told), !is_flown);
    }
}
