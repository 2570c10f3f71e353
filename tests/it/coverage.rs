//! Base stations in a scenario: what they reach is told, drawn and written alike, and without them nothing is said.

use std::path::Path;

use serde_json::Value;
use skygrid::scenario::ResolvedScenario;
use skygrid::world::coverage::Technology;
use skygrid::world::geo::Geographic;

use crate::support::{flat, flat_resolution, flat_text, scenario, skygrid};

/// A strong station in the middle and a weak one of another technology in the east.
const STATIONS: &str = r#"
    [[base_station]]
    id = "mast"
    name = { en = "Mast", zh = "铁塔" }
    position = { lat_deg = -33.90, lon_deg = 18.43 }
    height_agl_m = 30
    eirp_dbm = 30
    frequency_mhz = 2600
    technology = "4g"
    [[base_station]]
    id = "roof"
    position = { lat_deg = -33.905, lon_deg = 18.455 }
    altitude_amsl_m = 33
    eirp_dbm = 10
    frequency_mhz = 5800
    technology = "radio"
    [link]
    sensitivity_dbm = -90
    [navigation]
    mode = "sbas"
"#;

fn told(folder: &Path, extra: &[&str]) -> Value {
    let args = ["coverage", "flat.toml", "--json"];
    let output = skygrid(folder).args(args).args(extra).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

fn power_dbm(scenario: &ResolvedScenario, lat_deg: f64, lon_deg: f64, agl_m: f64) -> f64 {
    let place = scenario.projection.to_local(Geographic::new(lat_deg, lon_deg));
    scenario.network.as_ref().unwrap().map.power_dbm(&place, agl_m)
}

#[test]
fn a_scenario_has_a_network_only_if_it_says_so() {
    let plain = scenario("scenarios/table-bay.toml", &[]);
    assert!(plain.network.is_none() && plain.navigation.is_none());
    let scenario = flat(STATIONS);
    let network = scenario.network.as_ref().unwrap();
    assert_eq!(network.stations.len(), 2);
    assert!((network.stations[1].height_agl_m - 25.0).abs() < 1e-6);
    assert!(scenario.navigation.is_some());
    let at = |lon_deg: f64| scenario.projection.to_local(Geographic::new(-33.905, lon_deg));
    assert_eq!(network.reception(&at(18.455), 60.0).technology, Technology::Radio);
    assert_eq!(network.reception(&at(18.41), 60.0).technology, Technology::Lte);
    // Drones that speak one of the two are served by it alone.
    let one = flat(&STATIONS.replace("[link]", "[link]\ntechnology = \"radio\""));
    let network = one.network.as_ref().unwrap();
    assert!(network.stations.len() == 1 && network.stations[0].id == "roof");
    // Shadowing is the station's own, whoever else is in the file.
    assert!((power_dbm(&one, -33.905, 18.455, 60.0) - power_dbm(&scenario, -33.905, 18.455, 60.0)).abs() < 1e-9);
}

#[test]
fn a_link_to_nobody_is_a_warning() {
    let resolution = flat_resolution("[link]\nlost_after_s = 9");
    let findings = &resolution.findings.0;
    assert!(findings.len() == 1 && findings[0].site.key == "link" && resolution.scenario.network.is_none());
}

#[test]
fn the_map_does_not_depend_on_threads() {
    let map = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| flat(STATIONS).network.as_ref().unwrap().map.clone())
    };
    assert_eq!(map(1), map(3));
}

/// The summary, the table and the grid map against the map that the simulation reads.
#[test]
fn coverage_is_told_drawn_and_written_alike() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flat.toml"), flat_text(STATIONS)).unwrap();
    let scenario = flat(STATIONS);
    let summary = told(folder.path(), &["--out", "c.csv", "--height", "60"]);
    let csv = std::fs::read_to_string(folder.path().join("c.csv")).unwrap();
    let (mut heard, mut rows) = (0_u32, 0_u32);
    for line in csv.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |index: usize| fields[index].parse::<f64>().unwrap();
        let dbm = power_dbm(&scenario, number(0), number(1), number(2));
        assert!((dbm - number(3)).abs() < 0.06, "{line}: {dbm}");
        if (number(2) - 60.0).abs() < 1e-9 {
            (rows, heard) = (rows + 1, heard + u32::from(number(3) >= -90.0));
        }
    }
    let share = summary["covered"][1]["share"].as_f64().unwrap();
    assert!((share - f64::from(heard) / f64::from(rows)).abs() < 0.005 && share > 0.05 && share < 1.0, "{share}");
    assert!(summary["stations"][0]["range_m"].as_f64() > summary["stations"][1]["range_m"].as_f64());
    told(folder.path(), &["--out", "c.png"]);
    assert!(std::fs::read(folder.path().join("c.png")).unwrap().starts_with(b"\x89PNG"));
    skygrid(folder.path()).args(["coverage", "flat.toml", "--lang", "zh", "--out", "c.svg"]).assert().success();
    let svg = std::fs::read_to_string(folder.path().join("c.svg")).unwrap();
    for text in ["铁塔", "真高 60 米无线覆盖", "示意", "无链路"] {
        assert!(svg.contains(text), "{text}");
    }
    let grid = ["grid", "flat.toml", "--cell-m", "200", "--out", "g.csv"];
    skygrid(folder.path()).args(grid).assert().success();
    let csv = std::fs::read_to_string(folder.path().join("g.csv")).unwrap();
    let mut lines = csv.lines();
    let column = lines.next().unwrap().split(',').position(|name| name == "coverage_dbm").unwrap();
    let fields = lines.map(|line| line.split(',').nth(column).unwrap().parse::<f64>().unwrap());
    let (least, most) = fields.fold((0.0_f64, -200.0_f64), |(least, most), dbm| (least.min(dbm), most.max(dbm)));
    assert!(least < -80.0 && most > -65.0, "{least} {most}");
}

#[test]
fn without_stations_there_is_nothing_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flat.toml"), flat_text("")).unwrap();
    for (args, text) in
        [(&["coverage", "flat.toml"][..], "no base stations"), (&["coverage", "flat.toml", "--out", "c.pdf"], "c.pdf")]
    {
        let output = skygrid(folder.path()).args(args).assert().code(2).get_output().stderr.clone();
        assert!(String::from_utf8(output).unwrap().contains(text));
    }
}
