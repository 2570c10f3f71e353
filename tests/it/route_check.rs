//! The check and the profile of a route, as their users meet them.

use serde_json::Value;

use crate::support::{flat_text, root, skygrid};

fn fenghuang() -> String {
    root().join("scenarios/fenghuang.toml").to_str().unwrap().to_owned()
}

/// What a command prints, and its exit code.
fn said(arguments: &[&str]) -> (String, String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let output = skygrid(folder.path()).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn json(arguments: &[&str]) -> (Value, i32) {
    let (out, err, code) = said(&[arguments, &["--json"]].concat());
    (serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}")), code)
}

/// The summit route may be flown in the morning by who holds the approval; by nobody in particular it may not, nor by a
/// delivery that leaves after sunset, and each finding says where, when, by how much and what to do.
#[test]
fn a_route_is_checked_for_its_flyer_and_its_time() {
    let file = fenghuang();
    let check = ["check", &file, "--route", "scenic"];
    let (told, code) = json(&check);
    assert_eq!((code, &told["routes"][0]["flyable"]), (0, &Value::Bool(true)));
    let ways = told["routes"][0]["ways"].as_array().unwrap();
    assert_eq!(ways.len(), 2);
    for way in ways {
        let legs = way["legs"].as_array().unwrap();
        // Five of the file, and one at each end on which drones come to their side of the route.
        assert_eq!(legs.len(), 7);
        let end = |leg: &Value| leg["along_m"][1].as_f64().unwrap();
        assert!((end(&legs[6]) - way["length_m"].as_f64().unwrap()).abs() < 1e-6);
        let left: Vec<f64> = legs.iter().map(|leg| leg["left_wh"].as_f64().unwrap()).collect();
        assert!(left.windows(2).all(|pair| pair[0] > pair[1]), "{left:?}");
    }
    let crowds: Vec<&Value> =
        ways[0]["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "people").collect();
    // The temple fair has a radius of 180 m, and the route crosses it some 80 m beside its middle.
    assert!(crowds.iter().any(|crowd| (310.0..340.0).contains(&stretch_m(crowd))), "{crowds:?}");
    let (told, code) = json(&[&check[..], &["--as", "nobody"]].concat());
    assert_eq!(code, 3);
    let first = &told["routes"][0]["ways"][0]["findings"][0];
    assert_eq!(first["rule"], "not_approved");
    for key in ["leg", "along_m", "along_leg_m", "at", "margin", "what", "expected", "cure"] {
        assert!(!first[key].is_null(), "{key}: {first}");
    }
    let evening = ["--set", "time.start=\"2026-05-01T18:00:00+08:00\"", "--depart", "19:30:00"];
    let (out, _, code) = said(&[&check[..], &evening].concat());
    assert!(code == 3 && out.contains("approval Mountain delivery corridor does not hold then"), "{out}");
}

fn stretch_m(finding: &Value) -> f64 {
    finding["stretch_m"][1].as_f64().unwrap() - finding["stretch_m"][0].as_f64().unwrap()
}

/// A zone that holds once, 1.5 km along the route: who leaves before is through.
#[test]
fn another_departure_is_another_answer() {
    let folder = tempfile::tempdir().unwrap();
    let text = flat_text(
        r#"
        [[pad]]
        id = "pad"
        position = { lat_deg = -33.905, lon_deg = 18.4575 }
        [[fleet]]
        id = "couriers"
        aircraft = "m350"
        hub = "hub"
        count = 1
        [[route]]
        id = "east"
        from = "hub"
        to = "pad"
        altitude_agl_m = 80
        [[delivery]]
        id = "orders"
        kind = "city"
        route = "east"
        fleet = "couriers"
        orders_per_hour = 1
        payload_kg = { min = 0.5, max = 1.0 }
        [[zone]]
        id = "training"
        name = { en = "Training", zh = "训练" }
        restriction = "PROHIBITED"
        reasons = ["OTHER"]
        area = { circle = { lat_deg = -33.905, lon_deg = 18.441, radius_m = 200 } }
        when = [{ start = "2026-01-15T07:41:00+02:00", end = "2026-01-15T07:50:00+02:00" }]
        "#,
    );
    let file = folder.path().join("flat.toml");
    std::fs::write(&file, text).unwrap();
    let at = |departs: &str| {
        let out = skygrid(folder.path())
            .args(["check", "flat.toml", "--route", "east", "--depart", departs])
            .output()
            .unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
    };
    assert_eq!(at("07:30:00").0, 0);
    let (code, text) = at("07:40:00");
    assert!(code == 3 && text.contains("enters Training (prohibited)"), "{text}");
    assert!(
        text.contains("changes at 2026-01-15 07:41:00") || text.contains("changes at 2026-01-15 07:50:00"),
        "{text}"
    );
    // After the way out it is back in the zone: out at 07:36 means back at 07:42.
    assert_eq!(at("07:36:00").0, 3);
    assert_eq!(at("07:51:00").0, 0);
}

#[test]
fn what_is_not_known_is_told_with_what_is() {
    let file = fenghuang();
    for (arguments, words) in [
        (&["--route", "summit"][..], "city-flash, scenic, forest-patrol, temple-inspection, all"),
        (&["--route", "scenic", "--fleet", "navy"], "flash, scenic, patrol, inspect"),
        (&["--route", "scenic", "--type", "b747"], "meituan-4"),
        (&["--route", "scenic", "--depart", "08:00:00"], "from 09:00:00 to 11:00:00"),
        (&["--route", "scenic", "--depart", "noon"], "HH:MM:SS"),
        (&["--route", "scenic", "--payload", "40"], "at most 2.3 kg"),
    ] {
        let (out, err, code) = said(&[&["check", &file], arguments].concat());
        assert!(code == 2 && out.is_empty() && err.contains(words), "{arguments:?}: {err}");
        let (_, err, code) = said(&[&["profile", &file], arguments].concat());
        assert!(code == 2 && err.contains(words), "{arguments:?}: {err}");
    }
    // What another program has drawn is flown as the cure says.
    let plan = root().join("tests/routes/patterns.plan").to_str().unwrap().to_owned();
    let (_, err, code) = said(&["check", &file, "--route", &plan]);
    let cure = format!("--route city-flash --set route.city-flash.file={plan} --set 'route.city-flash.via=[]'");
    assert!(code == 2 && err.contains(&cure), "{err}");
    let arguments: Vec<&str> = cure.split(' ').map(|word| word.trim_matches('\'')).collect();
    let (flown, _) = json(&[&["check", &file], &arguments[..]].concat());
    assert!(flown["routes"][0]["ways"][0]["legs"].as_array().unwrap().len() > 20, "{flown}");
    let (_, err, _) = said(&[&["profile", &file], &arguments[..]].concat());
    assert!(err.contains("DO_WINCH (42600): not flown here"), "{err}");
    let random = root().join("scenarios/random-1000.toml");
    let (_, err, code) = said(&["check", random.to_str().unwrap(), "--route", "all"]);
    assert!(code == 2 && err.contains("the scenario has no routes"), "{err}");
}

/// In the ground no approval helps, and nobody is told to apply for one; above what it opens it lacks.
#[test]
fn what_is_in_the_ground_needs_no_approval() {
    let told = |altitude_amsl_m: u32| {
        let via = format!(
            "route.scenic.via=[{{lat_deg=41.5455, lon_deg=120.4695, altitude_amsl_m={altitude_amsl_m}}}, {{lat_deg=41.539, lon_deg=120.477, altitude_amsl_m={altitude_amsl_m}}}]"
        );
        let (found, code) =
            json(&["check", &fenghuang(), "--route", "scenic", "--set", "route.scenic.keep_right_m=0", "--set", &via]);
        assert_eq!(code, 3);
        found["routes"][0]["ways"][0]["findings"].to_string()
    };
    let (low, high) = (told(300), told(560));
    assert!(low.contains("m under the ground") && !low.contains(", -"), "{low}");
    assert!(high.contains("347.2 m above ground") && high.contains("opens 0 to 105 m"), "{high}");
}

/// The leg through the main peak: 199.4 m must be added, as the scenario check says in its words, out and back.
#[test]
fn a_leg_through_the_hill_is_refused_with_its_cure() {
    let file = root().join("tests/unflyable/through-the-hill.toml");
    let (told, code) = json(&["check", file.to_str().unwrap(), "--route", "across"]);
    assert_eq!(code, 3);
    for way in told["routes"][0]["ways"].as_array().unwrap() {
        let found = way["findings"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        let margin_m = found[0]["margin"]["value"].as_f64().unwrap();
        assert!(found[0]["rule"] == "under_ground" && found[0]["margin"]["unit"] == "m");
        assert!((margin_m - 199.4).abs() < 0.1 && stretch_m(&found[0]) > 1000.0, "{margin_m} {}", stretch_m(&found[0]));
    }
}

/// Stations, rules and battery of a profile in figures and in pictures of both languages.
#[test]
fn a_profile_is_drawn_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = fenghuang();
    let profile = ["profile", &file, "--route", "scenic"];
    let (told, code) = json(&profile);
    assert_eq!(code, 0);
    let stations = told["stations"].as_array().unwrap();
    let number = |station: &Value, key: &str| station[key].as_f64().unwrap();
    for station in stations {
        let ceiling_m = number(station, "ceiling_amsl_m") - number(station, "ground_amsl_m");
        let agl_m = number(station, "planned_amsl_m") - number(station, "ground_amsl_m");
        assert!((ceiling_m - 120.0).abs() < 1e-9 && (agl_m - number(station, "planned_agl_m")).abs() < 1e-9);
        // What was found flyable lies in what is allowed.
        let is_in = |stretch: &Value| (stretch[0].as_f64().unwrap()..=stretch[1].as_f64().unwrap()).contains(&agl_m);
        assert!(station["allowed_agl_m"].as_array().unwrap().iter().any(is_in), "{station}");
    }
    let names: Vec<&str> = told["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(names.contains(&"scenic") && names.contains(&"moyun-pagoda"), "{names:?}");
    for (language, word) in [("en", "reserve"), ("zh", "余量")] {
        let picture = format!("{language}.svg");
        let drawn =
            skygrid(folder.path()).args(profile).args(["--out", &picture, "--lang", language]).output().unwrap();
        assert_eq!(drawn.status.code(), Some(0), "{drawn:?}");
        let svg = std::fs::read_to_string(folder.path().join(picture)).unwrap();
        assert!(svg.contains(word) && !svg.contains("NaN"));
    }
    let (csv, _, _) = said(&[&profile[..], &["--csv"]].concat());
    assert_eq!(csv.lines().count(), stations.len() + 1);
    let (_, err, code) = said(&[&profile[..], &["--out", "x.gif"]].concat());
    assert!(code == 2 && err.contains(".svg or .png"), "{err}");
}
