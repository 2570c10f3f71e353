//! Arguments of `import route`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Coordinates, ScenarioArgs, parse_altitude, parse_override, parse_place};
use crate::formats::routes::RouteFormat;
use crate::scenario::Override;
use crate::units::{Altitude, Datum};
use crate::world::geo::Geographic;

/// What the files may hold, told after the help.
pub const ROUTES: &str = "\
Formats, by the ending of a name:
  .plan                 QGroundControl: simple items, survey, corridor and structure scan, landings, fences, rally points
  .waypoints .txt .wpl  QGC WPL 110
  .kml .kmz             every line, and the points of each folder; absolute is mean sea level (EGM96)
  .gpx                  routes (rte), ele above mean sea level unless the file says otherwise; tracks are for `import track`
  .geojson .json        lines; third number over the ellipsoid (RFC 7946), or properties altitude_agl_m, altitude_amsl_m,
                        altitude_ellipsoid_m (a number or one for each place), altitude_datum, hold_s, speed_mps
  .csv                  lat_deg, lon_deg, altitude_agl_m | altitude_amsl_m | altitude_ellipsoid_m, route, wp, hold_s,
                        speed_mps, route_speed_mps, command
  .toml                 written only: [[route]] for a scenario, to paste; or name the file itself with `file = \"…\"`";

/// Arguments of `import route`.
#[derive(Debug, Args)]
pub struct ImportRoute {
    /// Files of routes.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// File to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Format to write; that of the ending of --out if absent.
    #[arg(long, value_enum)]
    pub to: Option<RouteTarget>,
    /// The one route to write, by its name; all if absent.
    #[arg(long, value_name = "NAME")]
    pub route: Option<String>,
    /// What the coordinates are in; what the files declare, or WGS84, if absent.
    #[arg(long, value_enum)]
    pub coordinates: Option<Coordinates>,
    /// Where the routes are expected: latitude,longitude; finds swapped coordinates.
    #[arg(long, value_name = "LAT,LON", value_parser = parse_place, allow_hyphen_values = true)]
    pub near: Option<Geographic>,
    /// Height of points that have none in the file, with its datum: 60agl, 720amsl or 724ell.
    #[arg(long, value_parser = parse_altitude, allow_hyphen_values = true)]
    pub height: Option<Altitude>,
    /// Scenario whose terrain brings heights above ground above mean sea level and back.
    #[arg(long)]
    pub scenario: Option<PathBuf>,
    /// Change a value of the scenario: KEY=VALUE; repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_override, requires = "scenario")]
    pub set: Vec<Override>,
    /// Write every height in this datum; if absent as it is, as far as the format holds it.
    #[arg(long, value_enum)]
    pub heights: Option<RouteDatum>,
    /// Hub that a [[route]] starts from (.toml).
    #[arg(long, value_name = "HUB")]
    pub from: Option<String>,
    /// Pad that a [[route]] leads to (.toml).
    #[arg(long, value_name = "PAD")]
    pub to_pad: Option<String>,
}

impl ImportRoute {
    /// The scenario and the changes to it, if one is given.
    pub fn scenario(&self) -> Option<ScenarioArgs> {
        let scenario = self.scenario.clone()?;
        Some(ScenarioArgs { scenario, set: self.set.clone() })
    }
}

/// A format to write routes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RouteTarget {
    Plan,
    Wpl,
    Kml,
    Kmz,
    Gpx,
    Geojson,
    Csv,
    Toml,
}

impl RouteTarget {
    /// The format; `None` for the entries of a scenario.
    pub const fn format(self) -> Option<RouteFormat> {
        match self {
            Self::Plan => Some(RouteFormat::Plan),
            Self::Wpl => Some(RouteFormat::Wpl),
            Self::Kml => Some(RouteFormat::Kml),
            Self::Kmz => Some(RouteFormat::Kmz),
            Self::Gpx => Some(RouteFormat::Gpx),
            Self::Geojson => Some(RouteFormat::GeoJson),
            Self::Csv => Some(RouteFormat::Csv),
            Self::Toml => None,
        }
    }
}

/// A datum of heights on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RouteDatum {
    Agl,
    Amsl,
    Ellipsoid,
}

impl From<RouteDatum> for Datum {
    fn from(datum: RouteDatum) -> Self {
        match datum {
            RouteDatum::Agl => Self::Agl,
            RouteDatum::Amsl => Self::Amsl,
            RouteDatum::Ellipsoid => Self::Ellipsoid,
        }
    }
}
