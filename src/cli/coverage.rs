//! `skygrid coverage`: how well the base stations of a scenario are heard, as a table, a picture or a file.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use super::args::{Arguments, Coverage};
use super::check::resolved;
use super::{Exit, Failure, Outcome};
use crate::formats::table::Table;
use crate::formats::write_aside;
use crate::message::Language;
use crate::report::CoveragePicture;
use crate::scenario::ResolvedScenario;
use crate::world::coverage::{BaseStation, CoverageMap, Network};
use crate::world::geo::{Geographic, Place};

pub fn coverage(arguments: &Coverage, common: &Arguments) -> Outcome {
    let language = common.language();
    let target = arguments.out.as_deref().map(|path| Target::of(path, language).map(|target| (path, target)));
    let target = target.transpose()?;
    let resolution = resolved(&arguments.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let scenario = resolution.scenario;
    let Some(network) = &scenario.network else { return Err(no_stations(language)) };
    let height_agl_m = arguments.height;
    if let Some((path, target)) = target {
        target.write(path, &scenario, network, height_agl_m, language)?;
    }
    let survey = Survey::of(&scenario, network, height_agl_m);
    if common.json {
        say!("{}", survey.json());
    } else {
        survey.say(language);
    }
    Ok(Exit::Done)
}

fn no_stations(language: Language) -> Failure {
    let text = match language {
        Language::English => {
            "the scenario has no base stations\n  expected: at least one [[base_station]]\n  cure: add one with id, position, height_agl_m, eirp_dbm and frequency_mhz"
        }
        Language::Chinese => {
            "情景中没有基站\n  应为：至少一个 [[base_station]]\n  办法：请添加基站及其 id、position、height_agl_m、eirp_dbm 与 frequency_mhz"
        }
    };
    Failure::new(Exit::NotUnderstood, text)
}

/// What is written.
#[derive(Clone, Copy)]
enum Target {
    Png,
    Svg,
    Csv,
}

impl Target {
    fn of(path: &Path, language: Language) -> Result<Self, Failure> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            Some("csv") => Ok(Self::Csv),
            _ => {
                let name = path.display();
                let text = match language {
                    Language::English => format!(
                        "{name}: this ending names no format of coverage\n  expected: .png, .svg or .csv\n  cure: choose one of these endings for --out"
                    ),
                    Language::Chinese => format!(
                        "{name}：此扩展名不对应任何覆盖图格式\n  应为：.png、.svg 或 .csv\n  办法：请为 --out 选用其中一种扩展名"
                    ),
                };
                Err(Failure::new(Exit::NotUnderstood, text))
            }
        }
    }

    fn write(
        self,
        path: &Path,
        scenario: &ResolvedScenario,
        network: &Network,
        height_agl_m: f64,
        language: Language,
    ) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::new(Exit::InputOutput, error);
        let picture = CoveragePicture {
            network,
            airspace: &scenario.airspace,
            projection: scenario.projection,
            title: scenario.title.clone(),
            height_agl_m,
            language,
        };
        let bytes = match self {
            Self::Png => picture.png().map_err(|error| failed(&error))?,
            Self::Svg => picture.svg().into_bytes(),
            Self::Csv => return table(scenario, network).write_csv(path).map_err(|error| failed(&error)),
        };
        let written: std::io::Result<()> = write_aside(path, |file| file.write_all(&bytes));
        written.map_err(|error| {
            let path = path.display();
            failed(&format!(
                "{path}: cannot be written: {error}; expected a writable folder with free space; choose another file"
            ))
        })
    }
}

/// The places of the map's nodes inside the area.
fn places(scenario: &ResolvedScenario, network: &Network) -> Vec<Place> {
    let lattice = network.map.grid().lattice();
    let [columns, rows] = lattice.size();
    let nodes = (0..rows).flat_map(|row| (0..columns).map(move |column| lattice.node(column, row)));
    nodes.filter(|place| scenario.airspace.contains(place)).collect()
}

/// Every node and band.
fn table(scenario: &ResolvedScenario, network: &Network) -> Table {
    let places = places(scenario, network);
    let bands = network.map.grid().lattice().bands_agl_m();
    let rows: Vec<(Geographic, Place, f64)> = places
        .iter()
        .flat_map(|place| bands.map(|agl_m| (scenario.projection.to_geographic(place), *place, agl_m)))
        .collect();
    let round = |value: f64, per_unit: f64| (value * per_unit).round() / per_unit;
    let station = |place: &Place, agl_m: f64| network.stations[network.map.best_station(place, agl_m)].id.clone();
    Table::new("coverage")
        .real("lat_deg", rows.iter().map(|(at, _, _)| round(at.lat_deg, 1e7)))
        .real("lon_deg", rows.iter().map(|(at, _, _)| round(at.lon_deg, 1e7)))
        .real("height_agl_m", rows.iter().map(|(_, _, agl_m)| *agl_m))
        .real("power_dbm", rows.iter().map(|(_, place, agl_m)| round(network.map.power_dbm(place, *agl_m), 10.0)))
        .text("base_station", rows.iter().map(|(_, place, agl_m)| station(place, *agl_m)))
}

/// What a map covers: the share of the area above the sensitivity in each band, and how far it reaches at a height.
struct Reach {
    shares: [f64; 4],
    range_m: f64,
    /// Where it is weakest at the height, and how weak, dBm.
    worst: (Place, f64),
}

impl Reach {
    fn of(map: &CoverageMap, places: &[Place], from: Option<Place>, height_agl_m: f64, sensitivity_dbm: f64) -> Self {
        let is_heard = |place: &&Place, agl_m: f64| map.power_dbm(place, agl_m) >= sensitivity_dbm;
        let share = |agl_m: f64| ratio(places.iter().filter(|place| is_heard(place, agl_m)).count(), places.len());
        let heard = places.iter().filter(|place| is_heard(place, height_agl_m));
        let range_m = from.map_or(0.0, |from| heard.map(|place| (place - from).norm()).fold(0.0, f64::max));
        let powers = places.iter().map(|place| (*place, map.power_dbm(place, height_agl_m)));
        let worst = powers.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((Place::origin(), f64::NAN));
        Self { shares: map.grid().lattice().bands_agl_m().map(share), range_m, worst }
    }
}

/// A station, what it reaches alone, and the share of the area that it serves best.
struct Row<'a> {
    station: &'a BaseStation,
    alone: Reach,
    serves: f64,
}

/// What all stations cover.
struct Survey<'a> {
    scenario: &'a ResolvedScenario,
    network: &'a Network,
    height_agl_m: f64,
    places: usize,
    rows: Vec<Row<'a>>,
    together: Reach,
}

impl<'a> Survey<'a> {
    fn of(scenario: &'a ResolvedScenario, network: &'a Network, height_agl_m: f64) -> Self {
        let places = places(scenario, network);
        let sensitivity_dbm = network.link.sensitivity_dbm;
        let airspace = &scenario.airspace;
        let row = |(index, station): (usize, &'a BaseStation)| {
            let one = std::slice::from_ref(station);
            let map = CoverageMap::new(one, &scenario.terrain, &airspace.extent(), airspace.ceiling_agl_m());
            let from = Some(station.position.xy());
            let is_best = |place: &&Place| network.map.best_station(place, height_agl_m) == index;
            let serves = ratio(places.iter().filter(is_best).count(), places.len());
            Row { station, alone: Reach::of(&map, &places, from, height_agl_m, sensitivity_dbm), serves }
        };
        let rows = network.stations.iter().enumerate().map(row).collect();
        let together = Reach::of(&network.map, &places, None, height_agl_m, sensitivity_dbm);
        Self { scenario, network, height_agl_m, places: places.len(), rows, together }
    }

    fn bands(&self) -> [f64; 4] {
        self.network.map.grid().lattice().bands_agl_m()
    }

    fn worst(&self) -> (Geographic, f64) {
        (self.scenario.projection.to_geographic(&self.together.worst.0), self.together.worst.1)
    }

    fn say(&self, language: Language) {
        let (count, places, cell_m) = (self.rows.len(), self.places, self.network.map.grid().lattice().cell_m());
        let (height_m, sensitivity_dbm) = (self.height_agl_m, self.network.link.sensitivity_dbm);
        let (worst, worst_dbm) = self.worst();
        let shares = |reach: &Reach| reach.shares.map(|share| format!("{:>9.1} %", 100.0 * share)).concat();
        let bands = self.bands().map(|agl_m| format!("{:>11}", format!("{agl_m:.0} m"))).concat();
        let english = language == Language::English;
        if english {
            say!(
                "{count} base stations, {places} places {cell_m:.0} m apart; share of the area above {sensitivity_dbm:.0} dBm by height above ground"
            );
            say!("{:<20}{:>10}{:>10}{:>9}{bands}", "base station", "technology", "range km", "serves");
        } else {
            say!(
                "{count} 个基站，{places} 处，间距 {cell_m:.0} 米；各真高上接收功率高于 {sensitivity_dbm:.0} dBm 的面积比例"
            );
            say!("{}{}{}{}{bands}", padded("基站", 20), lead("制式", 10), lead("距离 km", 10), lead("服务", 9));
        }
        for Row { station, alone, serves } in &self.rows {
            let name = padded(station.name.get(language), 20);
            let (technology, range_km) = (station.technology.key(), alone.range_m / 1000.0);
            say!("{name}{technology:>10}{range_km:>10.1}{:>7.1} %{}", 100.0 * serves, shares(alone));
        }
        say!("{}{}", padded(if english { "together" } else { "合计" }, 49), shares(&self.together));
        let (lat_deg, lon_deg) = (worst.lat_deg, worst.lon_deg);
        if english {
            say!("weakest at {height_m:.0} m: {worst_dbm:.1} dBm at {lat_deg:.5}, {lon_deg:.5}");
        } else {
            say!("真高 {height_m:.0} 米最弱处：{worst_dbm:.1} dBm，位于 {lat_deg:.5}, {lon_deg:.5}");
        }
    }

    fn json(&self) -> serde_json::Value {
        let (worst, worst_dbm) = self.worst();
        let bands = self.bands();
        let shares = |reach: &Reach| {
            let share = |(agl_m, share): (&f64, &f64)| json!({ "height_agl_m": agl_m, "share": share });
            bands.iter().zip(&reach.shares).map(share).collect::<Vec<_>>()
        };
        let stations = self.rows.iter().map(|Row { station, alone, serves }| {
            json!({
                "id": station.id, "name": station.name, "technology": station.technology,
                "range_m": alone.range_m.round(), "serves": serves, "covered": shares(alone),
            })
        });
        json!({
            "height_agl_m": self.height_agl_m,
            "sensitivity_dbm": self.network.link.sensitivity_dbm,
            "places": self.places,
            "stations": stations.collect::<Vec<_>>(),
            "covered": shares(&self.together),
            "weakest": { "lat_deg": worst.lat_deg, "lon_deg": worst.lon_deg, "power_dbm": worst_dbm },
        })
    }
}

/// Columns on a screen: Chinese letters are two wide.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text)).max(1)))
}

fn lead(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

#[expect(clippy::cast_precision_loss, reason = "nodes of a map")]
fn ratio(count: usize, total: usize) -> f64 {
    count as f64 / total.max(1) as f64
}
