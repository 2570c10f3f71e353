//! The arguments, and nothing but the arguments.

mod conflicts;
mod coverage;
mod energy;
mod export;
mod flight;
mod import;
mod plan;
mod route;
mod study;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::message::Language;
use crate::record::RecordMode;
use crate::scenario::Override;
use crate::units::{Altitude, Datum};
use crate::world::geo::{CoordinateSystem, Geographic};

pub use conflicts::Conflicts;
pub use coverage::Coverage;
pub use energy::{Aircraft, Energy};
pub use export::Export;
pub use flight::{FlightArgs, Profile};
pub use import::{Import, ImportObstacles, ImportTerrain, ImportTrack, ImportZones, Target};
pub use plan::{Plan, RouteSearch, RoutesSought};
pub use route::ImportRoute;
pub use study::{Bench, Compare, Sweep};

/// What `view` and `render` say in a build without the viewer.
#[cfg(not(feature = "viewer"))]
pub const NO_VIEWER: &str =
    "this build has no viewer; build it with: cargo run --release --features viewer -- view RUN";

const AFTER: &str = "\
Examples:
  skygrid run scenarios/fenghuang.toml                  simulate, leave a run folder under runs/
  skygrid run scenarios/fenghuang.toml --set delivery.summit-orders.orders_per_hour=40 --seed 7
  skygrid check my.toml                                 every fault with file, line, value and cure
  skygrid check my.toml --route scenic --depart 09:30:00   one route as it is flown: legs, energy, what speaks against it
  skygrid profile my.toml --route scenic --out scenic.svg  its heights against ground, ceiling and battery
  skygrid verify runs/fenghuang-0001                    simulate again and compare
  skygrid where scenarios/fenghuang.toml 41.5225,120.4950,60agl   what is there, may one fly
  skygrid grid scenarios/fenghuang.toml --level 5 --out grid.kmz  what may be flown, cell by cell
  skygrid weather scenarios/fenghuang.toml --year 2026   flyable days by month at hub and pads
  skygrid energy scenarios/fenghuang.toml --mission summit-orders   what a sortie costs, in still air and in wind
  skygrid aircraft flycart-30                           figures, sources, class and what follows from it
  skygrid coverage my.toml --height 60 --out coverage.png  how well the base stations are heard
  skygrid plan scenarios/fenghuang.toml --from kitchen --to summit   routes that may be flown, and what they cost
  skygrid sweep scenarios/experiments/demand.toml       every value with every seed; go on after a stop with the same command
  skygrid compare sweeps/demand --by count=6,8   paired differences with their intervals
  skygrid conflicts scenarios/fenghuang.toml --lost      which flights would meet if all left as they like
  skygrid import terrain N41E120.hgt.zip --box 41.51,120.45,41.57,120.52 --out mountain.tif
  skygrid import zones zones.json --out zones.geojson --to geojson
  skygrid import route mission.plan --out mission.kml   routes of QGroundControl, KML, GPX, GeoJSON, CSV in and out
  skygrid import track flight.gpx --datum amsl --scenario my.toml --out runs/flown   replay it beside the plan
  skygrid export runs/fenghuang-0001 --out tracks.czml  what was flown, for Cesium, Google Earth or a table
  skygrid new harbour --at 38.92,121.64 > harbour.toml  a scenario for your own place

Exit codes: 0 done · 1 internal fault · 2 input not understood · 3 not flyable · 4 files or resources ·
            5 finished, but demand exceeds the fleet · 130/143 interrupted (partial results are kept)";

/// Simulates drones below 120 m true height over real terrain.
#[derive(Debug, Parser)]
#[command(name = "skygrid", version, arg_required_else_help = true, after_help = AFTER)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Results as JSON on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// More of the log (repeat for more still).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Language of messages: en or zh; the system's if absent.
    #[arg(long, global = true, value_enum, env = "SKYGRID_LANG")]
    lang: Option<Lang>,
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    En,
    Zh,
}

impl Arguments {
    /// The language of messages: asked for, or that of the system.
    pub fn language(&self) -> Language {
        match self.lang {
            Some(Lang::En) => Language::English,
            Some(Lang::Zh) => Language::Chinese,
            None => {
                let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                    .iter()
                    .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
                Language::of_locale(&locale.unwrap_or_default())
            }
        }
    }
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate a scenario and leave a run folder.
    Run(Run),
    /// Check a scenario without running it, or one of its routes as it is flown.
    Check(Check),
    /// Show a route against the ground, the ceiling and the battery: a table, a picture (SVG, PNG) or CSV.
    Profile(Profile),
    /// Simulate a run again and compare the digests.
    Verify(RunPath),
    /// Say what a run or its recording holds.
    Info(RunPath),
    /// Say what is at a place: ground, grid code, sun, and whether one may fly there.
    Where(Where),
    /// Write the grid map of an area: GeoJSON, KML, KMZ, CSV, Parquet, GeoPackage, or a picture (PNG, SVG).
    Grid(Grid),
    /// Say what the weather is at hubs and pads during a run or through a year, and when one may fly.
    Weather(Weather),
    /// Say which types of aircraft there are, or everything about one: figures with sources, class and what follows.
    Aircraft(Aircraft),
    /// Say what a sortie of each mission costs, part by part, in still air and in a wind, by each model.
    Energy(Energy),
    /// Say how well the base stations of a scenario are heard; draw it (PNG, SVG) or write it (CSV).
    Coverage(Coverage),
    /// Find routes between two places that may be flown, and say what would have to change where there is none.
    Plan(Plan),
    /// Say which flights would meet, where and how close, and what would keep them apart at least cost.
    Conflicts(Conflicts),
    /// Bring files of others into the shape that scenarios use.
    #[command(subcommand)]
    Import(Import),
    /// Run an experiment: a scenario over values and seeds, on all cores, into one table.
    Sweep(Sweep),
    /// Say what differs between two sweeps, two levels of one, or two runs.
    Compare(Compare),
    /// Say how fast this machine simulates, by how many drones and what takes the time.
    Bench(Bench),
    /// Write the tracks of a run: CZML, KML, KMZ, GPX, GeoJSON, CSV or Parquet.
    Export(Export),
    /// Print the JSON Schema of scenario files.
    Schema,
    /// Print a commented scenario for a place of your own.
    New(New),
    /// Look at a run or a scenario in 3D (needs the feature `viewer`).
    View(View),
    /// Draw a picture of a run (needs the feature `viewer`).
    Render(Render),
    /// Print shell completions.
    #[command(hide = true)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    #[command(hide = true)]
    Man,
}

/// A scenario file and changes to it.
#[derive(Debug, Args)]
pub struct ScenarioArgs {
    /// Scenario file.
    pub scenario: PathBuf,
    /// Change a value: KEY=VALUE, entries of lists by their id; repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_override)]
    pub set: Vec<Override>,
}

fn parse_override(text: &str) -> Result<Override, String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok(Override { key: key.trim().to_owned(), value: value.trim().to_owned() })
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Master seed of all random streams.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Stop after this much simulated time: seconds, or HH:MM:SS.
    #[arg(long, value_parser = parse_time)]
    pub until: Option<crate::units::SimTime>,
    /// Folder for the results; a new numbered one under runs/ if absent.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the run in the folder given with --out.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// What to record: full, events or off.
    #[arg(long, default_value = "full")]
    pub record: RecordMode,
    /// Threads for conflict detection; results do not depend on it.
    #[arg(long, default_value_t = default_threads(), value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: u16,
    /// Run although findings of severity error say that it cannot be flown.
    #[arg(long)]
    pub accept_findings: bool,
    /// Print the effective scenario with the origin of each value, and stop.
    #[arg(long)]
    pub print_config: bool,
}

fn default_threads() -> u16 {
    std::thread::available_parallelism().map_or(1, |count| u16::try_from(count.get()).unwrap_or(1))
}

fn parse_time(text: &str) -> Result<crate::units::SimTime, String> {
    let parts: Result<Vec<f64>, _> = text.split(':').map(str::parse::<f64>).collect();
    let parts = parts.ok().ok_or_else(|| "expected seconds or HH:MM:SS".to_owned())?;
    let seconds = parts.iter().fold(0.0, |sum, part| sum * 60.0 + part);
    let is_over = |part: &f64| *part >= 60.0;
    if parts.len() > 3 || parts.iter().any(|part| *part < 0.0 || !part.is_finite()) || parts[1..].iter().any(is_over) {
        return Err("expected seconds or HH:MM:SS".to_owned());
    }
    Ok(crate::units::SimTime::from_seconds(seconds))
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Check this route as it is flown, leg by leg at its time, in place of the scenario; `all` for every route.
    #[arg(long)]
    pub route: Option<String>,
    #[command(flatten)]
    pub flight: FlightArgs,
}

/// Arguments of `where`.
#[derive(Debug, Args)]
pub struct Where {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// LAT,LON or LAT,LON,HEIGHT with a datum: 60agl (true height), 720amsl or 724ell (ellipsoidal).
    #[arg(value_name = "LAT,LON[,HEIGHT]", value_parser = parse_point, allow_hyphen_values = true)]
    pub point: Point,
    /// Time to ask about: HH:MM:SS of local time; the start of the scenario if absent.
    #[arg(long)]
    pub at: Option<String>,
    /// What the coordinates are in: wgs84, gcj-02 or bd-09.
    #[arg(long, value_enum, default_value = "wgs84")]
    pub coordinates: Coordinates,
    /// Who asks: an operator, whose approvals count; every holder's if absent.
    #[arg(long = "as", value_name = "OPERATOR")]
    pub operator: Option<String>,
}

/// A place, or a point in the air.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub place: Geographic,
    pub altitude: Option<Altitude>,
}

/// A coordinate system on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Coordinates {
    Wgs84,
    #[value(name = "gcj-02")]
    Gcj02,
    #[value(name = "bd-09")]
    Bd09,
}

impl From<Coordinates> for CoordinateSystem {
    fn from(coordinates: Coordinates) -> Self {
        match coordinates {
            Coordinates::Wgs84 => Self::Wgs84,
            Coordinates::Gcj02 => Self::Gcj02,
            Coordinates::Bd09 => Self::Bd09,
        }
    }
}

fn parse_point(text: &str) -> Result<Point, String> {
    let wrong = || "expected LAT,LON or LAT,LON,HEIGHT such as 41.5225,120.4950,60agl".to_owned();
    let mut parts = text.split(',').map(str::trim);
    let mut degrees = || parts.next()?.parse::<f64>().ok();
    let (lat_deg, lon_deg) = degrees().zip(degrees()).ok_or_else(wrong)?;
    let is_place = lat_deg.abs() <= 90.0 && lon_deg.abs() <= 180.0;
    is_place.then_some(()).ok_or_else(|| swapped(lat_deg, lon_deg).unwrap_or_else(wrong))?;
    let altitude = parts.next().map(parse_altitude).transpose()?;
    let place = Geographic::new(lat_deg, lon_deg);
    if parts.next().is_some() { Err(wrong()) } else { Ok(Point { place, altitude }) }
}

/// A height is never guessed: its datum must stand behind it.
fn parse_altitude(text: &str) -> Result<Altitude, String> {
    let datums = [("agl", Datum::Agl), ("amsl", Datum::Amsl), ("ell", Datum::Ellipsoid)];
    let found = datums.iter().find_map(|(suffix, datum)| Some((text.strip_suffix(suffix)?, *datum)));
    let metres = found.and_then(|(number, datum)| Some((number.trim().parse::<f64>().ok()?, datum)));
    metres
        .filter(|(metres, _)| metres.abs() < 20_000.0)
        .map(|(metres, datum)| Altitude { metres, datum })
        .ok_or_else(|| format!("`{text}` is no height; expected metres with a datum: 60agl, 720amsl or 724ell"))
}

/// Levels of the BeiDou grid that a map may have.
pub const LEVELS: std::ops::RangeInclusive<u8> = 4..=8;

/// Arguments of `grid`.
#[derive(Debug, Args)]
pub struct Grid {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Level of the BeiDou grid (GB/T 39409-2020): 4 (1′) to 8 (1/32″); 5 (4″) if neither this nor --cell-m is given.
    #[arg(long, value_parser = clap::value_parser!(u8).range(i64::from(*LEVELS.start())..=i64::from(*LEVELS.end())), conflicts_with = "cell_m")]
    pub level: Option<u8>,
    /// A metric grid in place of the BeiDou grid: side of its cells, m.
    #[arg(long, value_parser = parse_cell)]
    pub cell_m: Option<f64>,
    /// Time to show: HH:MM:SS of local time; the start of the scenario if absent.
    #[arg(long)]
    pub at: Option<String>,
    /// Part to show: SOUTH,WEST,NORTH,EAST in degrees; the whole area if absent.
    #[arg(long = "box", value_name = "SOUTH,WEST,NORTH,EAST", value_parser = import::parse_box, allow_hyphen_values = true)]
    pub area: Option<[f64; 4]>,
    /// Operator whose approvals count; those of every holder if absent.
    #[arg(long = "as", value_name = "OPERATOR")]
    pub operator: Option<String>,
    /// File to write; its ending says the format: .geojson .kml .kmz .csv .parquet .gpkg .png .svg
    #[arg(long)]
    pub out: PathBuf,
}

fn parse_cell(text: &str) -> Result<f64, String> {
    let side = text.parse::<f64>().ok().filter(|side| (1.0..=10_000.0).contains(side));
    side.ok_or_else(|| "expected the side of a cell between 1 and 10000 m, such as 100".to_owned())
}

/// Arguments of `weather`.
#[derive(Debug, Args)]
pub struct Weather {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// A whole year by month, in place of the time of the run: of the scenario's file of hours, or generated.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=2500))]
    pub year: Option<i16>,
    /// Seed of a generated year; that of the scenario, or 1, if absent.
    #[arg(long, requires = "year")]
    pub seed: Option<u64>,
    /// CSV file to write the hours to.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// A run folder or a file in it.
#[derive(Debug, Args)]
pub struct RunPath {
    /// Run folder.
    pub run: PathBuf,
}

/// What to look at and how.
#[derive(Debug, Args)]
pub struct LookArgs {
    /// Run folder, or a scenario file, which is simulated first.
    pub what: PathBuf,
    /// Time to look at: HH:MM:SS of local time.
    #[arg(long)]
    pub at: Option<String>,
    /// Camera: overview, summit, top, follow:DRONE or EAST,NORTH,AMSL,YAW,PITCH.
    #[arg(long, default_value = "overview", allow_hyphen_values = true)]
    pub camera: String,
    /// Layers: a list, or changes to the usual ones such as +ceiling,-labels.
    #[arg(long, allow_hyphen_values = true)]
    pub layer: Option<String>,
    /// What the cells of the layer `cells` show: state, permitted, approved, ground, surface, obstacle or people.
    #[arg(long, default_value = "state")]
    pub cells: String,
    /// Height of the slice through the cells, m above ground.
    #[arg(long, default_value_t = 60.0, value_name = "METRES")]
    pub slice: f64,
    /// Seed, for a scenario.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Change a value of a scenario: KEY=VALUE, entries of lists by their id; repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_override)]
    pub set: Vec<Override>,
    #[command(flatten)]
    pub routes: RoutesSought,
}

/// Arguments of `view`.
#[derive(Debug, Args)]
pub struct View {
    #[command(flatten)]
    pub look: LookArgs,
    /// Start with the replay standing still.
    #[arg(long)]
    pub paused: bool,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct Render {
    #[command(flatten)]
    pub look: LookArgs,
    /// PNG file to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Width and height, pixels.
    #[arg(long, default_value = "1600x900", value_parser = parse_size)]
    pub size: (u32, u32),
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let allowed = 16..=8192;
    sides
        .filter(|(width, height)| allowed.contains(width) && allowed.contains(height))
        .ok_or_else(|| "expected WIDTHxHEIGHT between 16 and 8192 pixels, such as 1600x900".to_owned())
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// Name of the scenario: letters, digits, - and _.
    pub name: String,
    /// Centre: latitude,longitude in degrees.
    #[arg(long, value_parser = parse_centre, allow_hyphen_values = true)]
    pub at: Geographic,
}

/// A place written as LAT,LON.
pub fn parse_place(text: &str) -> Result<Geographic, String> {
    let wrong = || "expected latitude,longitude in degrees, such as 41.5375,120.485".to_owned();
    let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
    let (lat_deg, lon_deg) = (lat.trim().parse::<f64>(), lon.trim().parse::<f64>());
    match (lat_deg, lon_deg) {
        (Ok(lat_deg), Ok(lon_deg)) if lat_deg.abs() <= 90.0 && lon_deg.abs() <= 180.0 => {
            Ok(Geographic::new(lat_deg, lon_deg))
        }
        (Ok(lat_deg), Ok(lon_deg)) => Err(swapped(lat_deg, lon_deg).unwrap_or_else(wrong)),
        _ => Err(wrong()),
    }
}

/// A place with room for an area around it.
fn parse_centre(text: &str) -> Result<Geographic, String> {
    let place = parse_place(text)?;
    let has_room = place.lat_deg.abs() <= 79.0 && place.lon_deg.abs() <= 179.0;
    has_room.then_some(place).ok_or_else(|| "expected a latitude to 79° and a longitude to 179°".to_owned())
}

/// That two numbers are a longitude and a latitude, if only so they can be a place.
fn swapped(lat_deg: f64, lon_deg: f64) -> Option<String> {
    let is_swapped = (90.0..=180.0).contains(&lat_deg.abs()) && lon_deg.abs() <= 90.0;
    is_swapped.then(|| format!("{lat_deg} is no latitude: did you mean {lon_deg},{lat_deg}? Latitude comes first"))
}
