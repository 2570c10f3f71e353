//! Arguments of `import`.

mod track;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::route::{ImportRoute, ROUTES};
use super::{Coordinates, parse_place};
use crate::formats::raster::VerticalDatum;
use crate::world::geo::Geographic;

pub use track::ImportTrack;

const ZONES: &str = "\
Plain GeoJSON, longitude first; properties:
  id, name (text or {en, zh}), restriction (PROHIBITED, REQ_AUTHORISATION, CONDITIONAL, NO_RESTRICTION),
  reason, conditions, authority, lower_agl_m | lower_amsl_m | lower_ellipsoid_m, upper_… alike,
  radius_m (points), width_m (lines), start, end (2026-05-01T09:00:00+08:00),
  daily [{days [MON, …], from, to (HH:MM, BMCT, SR, SS, EECT), offset (+08:00)}]; coordinateSystem at the top";

const OBSTACLES: &str = "\
Properties: id, name (text or {en, zh}), kind (tower, mast, chimney, power_line, cable_car, building, wind_turbine,
  crane, other), height_m (over ground) or top_amsl_m, radius_m (points), width_m (lines), clearance_m;
  heights \"amsl\" or \"ellipsoid\": the third number along a line. OpenStreetMap: man_made, power, aerialway,
  building, height, building:levels (3 m each)";

/// What to import.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Join, cut and convert elevation files into one GeoTIFF above mean sea level.
    Terrain(ImportTerrain),
    /// Read geozones (ED-269, ED-318, GeoJSON), say what is wrong with them, and write them again.
    #[command(after_help = ZONES)]
    Zones(ImportZones),
    /// Read obstacles (GeoJSON, with OpenStreetMap's tags or ours) and write them with ours.
    #[command(after_help = OBSTACLES)]
    Obstacles(ImportObstacles),
    /// Read routes (QGroundControl, QGC WPL, KML, KMZ, GPX, GeoJSON, CSV), say what is in them, and write them again.
    #[command(after_help = ROUTES)]
    Route(ImportRoute),
    /// Read recorded tracks (GPX, KML, KMZ, CZML, CSV) into a run that is replayed beside the plan.
    #[command(after_help = track::COLUMNS)]
    Track(ImportTrack),
}

/// Arguments of `import terrain`.
#[derive(Debug, Args)]
pub struct ImportTerrain {
    /// Elevation files of one model: GeoTIFF, SRTM .hgt (plain, .gz, .zip) or ESRI .asc.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// GeoTIFF file to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Part to cut out: SOUTH,WEST,NORTH,EAST in degrees; all if absent.
    #[arg(long = "box", value_name = "SOUTH,WEST,NORTH,EAST", value_parser = parse_box, allow_hyphen_values = true)]
    pub area: Option<[f64; 4]>,
    /// What the heights are measured from, where the files do not say so: egm96 if absent.
    #[arg(long, value_enum)]
    pub vertical_datum: Option<Datums>,
    /// Fill heights that are missing from their neighbours, round by round.
    #[arg(long)]
    pub fill_holes: bool,
    /// Where the heights come from, in one line, for reports and pictures.
    #[arg(long)]
    pub source: Option<String>,
}

/// Arguments of `import zones`.
#[derive(Debug, Args)]
pub struct ImportZones {
    /// Files of zones; several of one format are joined, with the header of the first.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// File to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Format to write; if absent that of the files, with nothing lost.
    #[arg(long, value_enum)]
    pub to: Option<Target>,
    /// What the coordinates are in; what the files declare, or WGS84, if absent.
    #[arg(long, value_enum)]
    pub coordinates: Option<Coordinates>,
    /// Where the zones are expected: latitude,longitude; finds swapped coordinates.
    #[arg(long, value_name = "LAT,LON", value_parser = parse_place, allow_hyphen_values = true)]
    pub near: Option<Geographic>,
}

/// A format to write zones in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    Geojson,
}

/// Arguments of `import obstacles`.
#[derive(Debug, Args)]
pub struct ImportObstacles {
    /// File of obstacles.
    pub file: PathBuf,
    /// GeoJSON file to write.
    #[arg(long)]
    pub out: PathBuf,
    /// What the coordinates are in; what the file declares, or WGS84, if absent.
    #[arg(long, value_enum)]
    pub coordinates: Option<Coordinates>,
    /// Where the obstacles are expected: latitude,longitude; finds swapped coordinates.
    #[arg(long, value_name = "LAT,LON", value_parser = parse_place, allow_hyphen_values = true)]
    pub near: Option<Geographic>,
}

/// A vertical datum on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Datums {
    Egm96,
    Egm2008,
    Ellipsoid,
}

impl From<Datums> for VerticalDatum {
    fn from(datum: Datums) -> Self {
        match datum {
            Datums::Egm96 => Self::Egm96,
            Datums::Egm2008 => Self::Egm2008,
            Datums::Ellipsoid => Self::Ellipsoid,
        }
    }
}

pub fn parse_box(text: &str) -> Result<[f64; 4], String> {
    let wrong = || "expected SOUTH,WEST,NORTH,EAST in degrees, such as 41.51,120.45,41.56,120.52".to_owned();
    let sides: Vec<f64> =
        text.split(',').map(|side| side.trim().parse().ok()).collect::<Option<_>>().ok_or_else(wrong)?;
    let [south, west, north, east] = sides[..] else { return Err(wrong()) };
    let is_box = south < north && west < east && south >= -90.0 && north <= 90.0 && west >= -180.0 && east <= 360.0;
    is_box.then_some([south, west, north, east]).ok_or_else(wrong)
}
