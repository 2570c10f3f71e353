//! `skygrid grid`: the grid map of an area in a file, and a summary of it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::args::{Arguments, Grid, LEVELS};
use super::check::resolved;
use super::time::instant;
use super::whereabouts::remark_unknown;
use super::{Exit, Failure, Outcome};
use crate::formats::grid_map::{self, About, FileKind};
use crate::formats::write_aside;
use crate::message::{Language, Text};
use crate::report::Picture;
use crate::scenario::ResolvedScenario;
use crate::world::airspace::{Class, Flyer, GridMap, Lattice, Sheet};
use crate::world::geo::beidou::Level;
use crate::world::geo::{Geographic, LocalProjection, Place, Rectangle};

/// The level that suits the state of airspace: cells of about 123 × 93 m.
const USUAL_LEVEL: u8 = 5;
/// Most cells of a picture: small ones are drawn together.
const MOST_CELLS_OF_PICTURE: usize = 2_000_000;

pub fn grid(arguments: &Grid, common: &Arguments) -> Outcome {
    let language = common.language();
    let target = Target::of(&arguments.out, language)?;
    let resolution = resolved(&arguments.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let scenario = resolution.scenario;
    let at = match &arguments.at {
        Some(text) => instant(text, &scenario.clock, language)?,
        None => scenario.clock.begins,
    };
    let lattice = lattice_of(arguments);
    let sheet = Part::of(&scenario, arguments.area, language)?.sheet(lattice, target, language)?;
    let flyer = arguments.operator.as_deref().map_or(Flyer::AnyHolder, |operator| Flyer::Operator(Some(operator)));
    let coverage = scenario.network.as_ref().map(|network| network.map.as_ref());
    remark_unknown(arguments.operator.as_deref(), &scenario, language);
    let map = GridMap::new(&scenario.airspace, sheet, at, flyer).with_coverage(coverage);
    let map = map.with_weather(scenario.weather.as_ref());
    if map.cells().next().is_none() {
        return Err(nothing_inside(language));
    }
    let about = about(&scenario, at, lattice, language);
    write(&arguments.out, target, &map, &about)?;
    let summary = Summary::of(&map);
    if common.json {
        say!("{}", summary.json(&arguments.out, &about));
    } else {
        summary.say(&arguments.out, language);
    }
    Ok(Exit::Done)
}

/// What is written.
#[derive(Clone, Copy)]
enum Target {
    File(FileKind),
    Png,
    Svg,
}

impl Target {
    fn of(path: &Path, language: Language) -> Result<Self, Failure> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        let picture = match extension.as_deref() {
            Some("png") => Some(Self::Png),
            Some("svg") => Some(Self::Svg),
            _ => None,
        };
        picture.or(FileKind::of(path).map(Self::File)).ok_or_else(|| {
            let name = path.display();
            let text = match language {
                Language::English => format!(
                    "{name}: this ending names no format of a grid map\n  expected: GeoJSON (.geojson, .json), KML (.kml, .kmz), CSV (.csv), Parquet (.parquet), GeoPackage (.gpkg), PNG (.png) or SVG (.svg)\n  cure: choose one of these endings for --out"
                ),
                Language::Chinese => format!(
                    "{name}：此扩展名不对应任何网格图格式\n  应为：GeoJSON（.geojson、.json）、KML（.kml、.kmz）、CSV（.csv）、Parquet（.parquet）、GeoPackage（.gpkg）、PNG（.png）或 SVG（.svg）\n  办法：请为 --out 选用其中一种扩展名"
                ),
            };
            Failure::new(Exit::NotUnderstood, text)
        })
    }

    const fn most_cells(self) -> usize {
        match self {
            Self::File(kind) => kind.most_cells(),
            Self::Png | Self::Svg => MOST_CELLS_OF_PICTURE,
        }
    }
}

fn lattice_of(arguments: &Grid) -> Lattice {
    let level = arguments.level.unwrap_or(USUAL_LEVEL);
    match arguments.cell_m {
        Some(cell_m) => Lattice::Metric { cell_m },
        None => Lattice::BeiDou(Level::new(level).unwrap_or(Level::FINEST)),
    }
}

/// The part of the area that is shown, between two corners.
struct Part {
    south_west: Geographic,
    north_east: Geographic,
    projection: LocalProjection,
}

impl Part {
    /// The part that was asked for, as far as it lies in the area.
    fn of(scenario: &ResolvedScenario, asked: Option<[f64; 4]>, language: Language) -> Result<Self, Failure> {
        let corners = scenario.airspace.outline().iter().map(|place| scenario.projection.to_geographic(place));
        // A rectangle of longitudes and latitudes, which the local one is not quite.
        let degrees = Rectangle::around(corners.map(|corner| Place::new(corner.lon_deg, corner.lat_deg)));
        let whole = degrees.unwrap_or(Rectangle { low: Place::origin(), high: Place::origin() });
        let [south, west, north, east] = asked.unwrap_or([whole.low.y, whole.low.x, whole.high.y, whole.high.x]);
        let low = Place::new(west, south).sup(&whole.low);
        let high = Place::new(east, north).inf(&whole.high);
        if low.x >= high.x || low.y >= high.y {
            return Err(elsewhere(&whole, language));
        }
        let corner = |place: Place| Geographic::new(place.y, place.x);
        Ok(Self { south_west: corner(low), north_east: corner(high), projection: scenario.projection })
    }

    /// Its cells on a lattice; a failure with the arithmetic if they are too many for the readers of a format.
    fn sheet(&self, lattice: Lattice, target: Target, language: Language) -> Result<Sheet, Failure> {
        let sheet = self.cells(lattice);
        let most = target.most_cells();
        if sheet.cells() <= most { Ok(sheet) } else { Err(self.too_many(&sheet, most, language)) }
    }

    fn cells(&self, lattice: Lattice) -> Sheet {
        Sheet::over(lattice, self.south_west, self.north_east, self.projection)
    }

    fn too_many(&self, sheet: &Sheet, most: usize, language: Language) -> Failure {
        let [columns, rows] = sheet.size().map(grouped);
        let (cells, most_cells, times) = (grouped(sheet.cells()), grouped(most), ratio(sheet.cells(), most));
        let (what, coarser) = match sheet.lattice {
            Lattice::BeiDou(level) => {
                let number = level.number();
                let coarser = self.coarser_level(number, most).map(|fitting| format!("--level {fitting}"));
                (Text::new(format!("level {number}"), format!("第 {number} 级网格")), coarser)
            }
            Lattice::Metric { cell_m } => {
                let fitting = (cell_m * times.sqrt()).ceil() + 1.0;
                let coarser = Some(format!("--cell-m {fitting:.0}"));
                (Text::new(format!("cells of {cell_m} m"), format!("{cell_m} 米网格")), coarser)
            }
        };
        let share = times.ceil();
        let or =
            |start: &str, end: &str| coarser.as_ref().map_or(String::new(), |coarser| format!("{start}{coarser}{end}"));
        let text = match language {
            Language::English => format!(
                "{} over this box is {columns} × {rows} = {cells} cells\n  expected: at most {most_cells} for this format\n  cure: narrow --box to 1/{share:.0} of its area{}",
                what.en,
                or(", or take ", "")
            ),
            Language::Chinese => format!(
                "此范围内{}共 {columns} × {rows} = {cells} 个\n  应为：此格式至多 {most_cells} 个\n  办法：将 --box 缩小到面积的 1/{share:.0}{}",
                what.zh,
                or("，或改用 ", "")
            ),
        };
        Failure::new(Exit::NotUnderstood, text)
    }

    /// The finest level below `number` that has few enough cells.
    fn coarser_level(&self, number: u8, most: usize) -> Option<u8> {
        let levels = (*LEVELS.start()..number).rev().filter_map(Level::new);
        let mut fitting = levels.filter(|level| self.cells(Lattice::BeiDou(*level)).cells() <= most);
        fitting.next().map(Level::number)
    }
}

fn nothing_inside(language: Language) -> Failure {
    let text = Text::new(
        "no cell of this lattice has its middle in the area\n  expected: cells smaller than the area\n  cure: take a finer --level or a smaller --cell-m",
        "该网格没有中心位于空域之内的单元\n  应为：小于空域的网格\n  办法：请改用更细的 --level 或更小的 --cell-m",
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

fn elsewhere(whole: &Rectangle, language: Language) -> Failure {
    let area = [whole.low.y, whole.low.x, whole.high.y, whole.high.x].map(|side| format!("{side:.5}")).join(",");
    let text = match language {
        Language::English => format!(
            "--box: the box does not touch the area\n  expected: a part of {area} (south, west, north, east)\n  cure: choose a box inside it, or leave --box out"
        ),
        Language::Chinese => format!(
            "--box：所给范围不在空域之内\n  应为：{area}（南、西、北、东）之内的一部分\n  办法：请在其中选取范围，或省略 --box"
        ),
    };
    Failure::new(Exit::NotUnderstood, text)
}

fn about(scenario: &ResolvedScenario, at: Timestamp, lattice: Lattice, language: Language) -> About {
    let local = scenario.clock.local(at);
    let lattice = match lattice {
        Lattice::BeiDou(level) => {
            let number = level.number();
            Text::new(
                format!("BeiDou grid, level {number} (GB/T 39409-2020)"),
                format!("北斗网格第 {number} 级（GB/T 39409-2020）"),
            )
        }
        Lattice::Metric { cell_m } => Text::new(format!("metric grid, {cell_m} m"), format!("{cell_m} 米网格")),
    };
    About {
        title: scenario.title.clone(),
        at: format!("{} {}", local.strftime("%Y-%m-%d %H:%M:%S"), offset(scenario.clock.utc_offset_s)),
        instant: at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        lattice,
        language,
    }
}

/// An offset from UTC, `UTC+08:00`.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn write(path: &Path, target: Target, map: &GridMap<'_>, about: &About) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(Exit::InputOutput, error);
    let bytes = match target {
        Target::File(kind) => return grid_map::write(path, kind, map, about).map_err(|error| failed(&error)),
        Target::Svg => picture(map, about).svg().into_bytes(),
        Target::Png => picture(map, about).png().map_err(|error| failed(&error))?,
    };
    let written: std::io::Result<()> = write_aside(path, |file| file.write_all(&bytes));
    written.map_err(|error| {
        let path = path.display();
        failed(&format!(
            "{path}: cannot be written: {error}; expected a writable folder with free space; choose another file"
        ))
    })
}

fn picture<'a>(map: &'a GridMap<'a>, about: &About) -> Picture<'a> {
    let (title, at, lattice) = (about.title.clone(), about.at.clone(), about.lattice.clone());
    Picture { map, title, at, lattice, language: about.language }
}

/// Cells and ground of each class.
struct Summary {
    classes: BTreeMap<Class, (usize, f64)>,
}

impl Summary {
    fn of(map: &GridMap<'_>) -> Self {
        let mut classes: BTreeMap<Class, (usize, f64)> = BTreeMap::new();
        for cell in map.cells() {
            let (cells, area_m2) = classes.entry(cell.class()).or_default();
            (*cells, *area_m2) = (*cells + 1, *area_m2 + cell.area_m2());
        }
        Self { classes }
    }

    fn total_m2(&self) -> f64 {
        self.classes.values().map(|(_, area_m2)| area_m2).sum()
    }

    fn cells(&self) -> usize {
        self.classes.values().map(|(cells, _)| cells).sum()
    }

    fn say(&self, path: &Path, language: Language) {
        let (path, cells, km2) = (path.display(), grouped(self.cells()), self.total_m2() / 1e6);
        match language {
            Language::English => say!("{path}: {cells} cells, {km2:.3} km²"),
            Language::Chinese => say!("{path}：{cells} 个网格，{km2:.3} 平方公里"),
        }
        for (class, (cells, area_m2)) in &self.classes {
            let name = class.name().get(language);
            let (cells, km2, share) = (grouped(*cells), area_m2 / 1e6, 100.0 * area_m2 / self.total_m2());
            // Chinese letters are two columns wide.
            let columns: usize = name.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
            let room = " ".repeat(28_usize.saturating_sub(columns));
            say!("  {name}{room}{cells:>10} {km2:>10.3} km² {share:>6.1} %");
        }
    }

    fn json(&self, path: &Path, about: &About) -> serde_json::Value {
        let classes = self.classes.iter().map(|(class, (cells, area_m2))| {
            let share = area_m2 / self.total_m2();
            json!({ "class": class.key(), "name": class.name().both(), "cells": cells, "area_km2": area_m2 / 1e6, "share": share })
        });
        json!({
            "file": path,
            "at": about.at,
            "lattice": about.lattice,
            "cells": self.cells(),
            "area_km2": self.total_m2() / 1e6,
            "classes": classes.collect::<Vec<_>>(),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "cells are far fewer than 2⁵³")]
fn ratio(cells: usize, most: usize) -> f64 {
    cells as f64 / most as f64
}

/// A number in groups of three, `35 814 516`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(" ")
}
