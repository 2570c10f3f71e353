//! Weather in scenarios: where it comes from, what hills make of it, and what the command tells.

use skygrid::scenario::{Source, resolve};
use skygrid::units::SimTime;
use skygrid::world::geo::{Geographic, Place};
use skygrid::world::weather::{Conditions, Origin, wind_from};

use crate::support::{flat_resolution, flat_text, outcome, root, scenario, skygrid};

/// About 1.6 at the summit whatever the wind, 1 on the plain by the river and over the city.
#[test]
fn the_summit_is_windy_and_the_city_is_not() {
    let scene = scenario("scenarios/fenghuang.toml", &[("weather.constant", "{ wind_mps = 5 }")]);
    let field = &scene.weather.as_ref().unwrap().field;
    for octant in 0..8 {
        let wind = Conditions { wind_mps: wind_from(f64::from(octant) * 45.0, 5.0), ..Conditions::STILL };
        let factor = |lat_deg, lon_deg| {
            let place = scene.projection.to_local(Geographic::new(lat_deg, lon_deg));
            field.hill_factor(&place, 10.0, &wind)
        };
        let summit = factor(41.5225, 120.495);
        assert!((1.5..1.7).contains(&summit), "{octant}: {summit}");
        for plain in [factor(41.557, 120.46), factor(41.544, 120.46)] {
            assert!((1.0..1.01).contains(&plain), "{octant}: {plain}");
        }
    }
}

#[test]
fn weather_comes_from_a_file_a_word_or_a_climate() {
    let still = flat_resolution("");
    assert!(still.scenario.weather.is_none());
    assert!(!still.scenario.effective.contains("weather"), "no weather leaves no trace");
    let constant = flat_resolution("[weather]\nconstant = { wind_mps = 6, direction_deg = 90, gust_mps = 9 }");
    let weather = constant.scenario.weather.unwrap();
    let conditions = weather.conditions(constant.scenario.clock.begins);
    assert_eq!(weather.origin, Origin::Constant);
    assert!((conditions.direction_deg() - 90.0).abs() < 1e-9 && (conditions.gust_mps - 9.0).abs() < 1e-9);
    let place = Place::origin();
    let aloft = weather.field.wind(&place, 120.0, &conditions);
    assert!((aloft.mean_mps.norm() / 6.0 - 1.452).abs() < 0.005, "class B at 120 m: {aloft:?}");
    // The wind 20 ft above the ground drives turbulence.
    let w20_mps = weather.w20_mps(&place, &conditions).unwrap();
    assert!((w20_mps / 6.0 - 0.9285).abs() < 0.005, "{w20_mps}");

    let front = "[weather]\nturbulence = \"none\"\nprofile = { roughness_m = 0.4 }\ngenerated = { seed = 4 }\n\
        [[weather.front]]\nat_s = 600\nlasts_s = 1200\nover_s = 300\nwind_mps = 14\ndirection_deg = 330\ngust_mps = 20";
    let generated = flat_resolution(front);
    assert_eq!(generated.findings.0.len(), 1, "far from Chaoyang: {:?}", generated.findings);
    let (clock, weather) = (generated.scenario.clock, generated.scenario.weather.unwrap());
    let gust_mps = |seconds: f64| weather.conditions(clock.timestamp(SimTime::from_seconds(seconds))).gust_mps;
    assert!((gust_mps(1200.0) - 20.0).abs() < 1e-9 && gust_mps(500.0) < 20.0 && gust_mps(1900.0) < 20.0);
    assert!(weather.timeline.instants().len() < 10, "cut to the run");
    assert_eq!(weather.w20_mps(&place, &conditions), None);
}

/// A file is an input of the run; one that ends before the run is refused.
#[test]
fn files_of_hours_are_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "time,wind_kt,direction_deg,gust_kt,visibility_m,precipitation_mmph,temperature_c\n\
        2026-01-15T07:00:00+02:00,10,180,18,9000,0,21\n2026-01-15T08:00:00+02:00,10,180,18,9000,0,21\n";
    std::fs::write(folder.path().join("hours.csv"), rows).unwrap();
    let text = flat_text("[weather]\nfile = \"hours.csv\"");
    let path = folder.path().join("flat.toml");
    let found = resolve(Source::new(&path, text.clone()), &[]).unwrap();
    assert_eq!(found.scenario.inputs[1].path, "hours.csv");
    let told: Vec<&str> = found.findings.0.iter().map(|finding| finding.site.key.as_str()).collect();
    assert_eq!(told, ["weather.file"], "it ends half an hour before the run");
    let later = text.replace("2026-01-15T07:30", "2026-02-15T07:30");
    let refused = resolve(Source::new(&path, later), &[]).unwrap_err();
    assert_eq!(refused.0.len(), 1, "{refused:?}");
}

fn output(arguments: &[&str]) -> String {
    let assert = skygrid(&root()).args(arguments).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// Place of the summit among those of the home scene.
const SUMMIT: usize = 4;

/// A year: the summit differs clearly from the city, the hours go into a file that is read again.
#[test]
fn a_year_is_told_by_month_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("hours.csv");
    let fenghuang = "scenarios/fenghuang.toml";
    let year = ["weather", fenghuang, "--year", "2026", "--json", "--out", csv.to_str().unwrap()];
    let told: serde_json::Value = serde_json::from_str(&output(&year)).unwrap();
    let figure = |place: usize, key: &str| told["places"][place][key].as_f64().unwrap();
    assert_eq!(told["places"][SUMMIT]["id"], "summit");
    assert!((315.0..=345.0).contains(&figure(0, "flyable_days")), "{}", told["places"][0]);
    assert!(figure(SUMMIT, "flyable_days") < figure(0, "flyable_days") - 40.0, "{}", told["places"][SUMMIT]);
    let fleets = |place: usize| told["places"][place]["fleets"].as_array().unwrap().clone();
    assert_eq!((fleets(2), fleets(SUMMIT)), (vec!["patrol".into(), "inspect".into()], vec!["scenic".into()]));
    assert!(figure(SUMMIT, "mean_wind_mps") > 1.4 * figure(0, "mean_wind_mps"));
    let set = format!("weather={{ file = {:?} }}", csv.display().to_string());
    let again: serde_json::Value =
        serde_json::from_str(&output(&["weather", fenghuang, "--year", "2026", "--set", &set, "--json"])).unwrap();
    let days = |told: &serde_json::Value, place: usize| told["places"][place]["flyable_days"].clone();
    assert_eq!((days(&again, 0), days(&again, SUMMIT)), (days(&told, 0), days(&told, SUMMIT)));
    for language in ["en", "zh"] {
        let text = output(&["weather", fenghuang, "--year", "2026", "--lang", language]);
        assert!(text.lines().count() >= 18, "{text}");
    }
    skygrid(&root()).args(["weather", fenghuang, "--year", "2027", "--set", &set]).assert().code(2);
}

/// Gusts of 8 m/s are fine in the city and too much at the summit.
#[test]
fn a_run_is_told_with_when_one_may_not_fly() {
    let windy = "weather.constant={ wind_mps = 5, direction_deg = 315, gust_mps = 8 }";
    let told: serde_json::Value =
        serde_json::from_str(&output(&["weather", "scenarios/fenghuang.toml", "--set", windy, "--json"])).unwrap();
    let no_go = |place: usize| told["places"][place]["no_go"].as_array().unwrap();
    assert!((0..4).all(|place| no_go(place).is_empty()), "{told}");
    assert_eq!(no_go(4).len(), 1, "{told}");
    assert_eq!((&no_go(4)[0]["quantity"], no_go(4)[0]["to_s"].as_f64()), (&"gust".into(), Some(7200.0)));
    let text = output(&["weather", "scenarios/fenghuang.toml", "--set", windy, "--lang", "zh"]);
    assert!(text.contains("山顶配送点（机队：scenic）：09:00:00 至 11:00:00 不可飞行：阵风"), "{text}");
    assert!(output(&["weather", "scenarios/table-bay.toml"]).contains("still air"));
}

/// A morning is light and a year has its days in whatever offset the start is written.
#[test]
fn the_day_is_that_of_the_place_and_not_of_the_offset() {
    let flown = ["2026-05-02T06:30:00+08:00", "2026-05-01T22:30:00Z"].map(|start| {
        let changes = [("time.start", start), ("weather.constant", "{ wind_mps = 2 }")];
        outcome(&scenario("scenarios/fenghuang.toml", &changes), 1, 1, 600.0).counters.flown_ms
    });
    assert!(flown[0] > SimTime::ZERO && flown[0] == flown[1], "{flown:?}");
    let year = ["time.start=2026-05-01T09:00:00+08:00", "time.start=2026-05-01T01:00:00Z"]
        .map(|start| output(&["weather", "scenarios/fenghuang.toml", "--year", "2026", "--set", start]));
    assert_eq!(year[0], year[1]);
}

/// Half-way up to the ceiling a wind of 5 m/s over the plain is a moderate breeze, over the summit a fresh one.
#[test]
fn the_grid_map_has_the_force_of_the_wind() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("grid.csv");
    let windy = "weather.constant={ wind_mps = 5, direction_deg = 315 }";
    let grid = ["grid", "scenarios/fenghuang.toml", "--set", windy, "--out", csv.to_str().unwrap()];
    output(&grid);
    let forces = |is_there: fn(f64) -> bool| -> std::collections::BTreeSet<String> {
        let mut rows = csv::Reader::from_path(&csv).unwrap();
        let header = rows.headers().unwrap().clone();
        let at = |name: &str| header.iter().position(|column| column == name).unwrap();
        let [class, ground] = [at("wind_class"), at("ground_max_amsl_m")];
        let rows = rows.records().map(Result::unwrap).filter(|row| row[ground].parse().is_ok_and(is_there));
        rows.map(|row| row[class].to_owned()).collect()
    };
    assert_eq!(forces(|ground_m| ground_m < 172.0).into_iter().collect::<Vec<_>>(), ["4"]);
    assert!(forces(|ground_m| ground_m > 640.0).contains("5"));
}
