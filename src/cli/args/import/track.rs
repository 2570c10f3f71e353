//! Arguments of `import track`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{Coordinates, parse_override};
use crate::scenario::Override;
use crate::scenario::model::recorded::RecordedKind;
use crate::units::{Datum, SimTime};

pub const COLUMNS: &str = "\
GPX: tracks with times; ele is above mean sea level unless the file or --datum says otherwise. KML, KMZ: gx:Track, or lines
with a TimeSpan; absolute is above mean sea level (EGM96), relativeToGround above the ground. CZML: sampled cartographicDegrees, ellipsoidal. CSV, columns by name:
  time (with its offset), time_utc, datetime(utc), unix_s, unix_ms, time_s, time(millisecond) (since the start)
  lat_deg, latitude, lat; lon_deg, longitude, lon, lng
  altitude_amsl_m, altitude_above_sealevel(feet|meters), altitude_ellipsoid_m, hae_m, altitude_agl_m;
    without a datum altitude_m, altitude, alt, elevation, altitude(feet|meters), which need --datum
  drone, drone_id, name, id, callsign, track, vehicle, uas_id, registration: whose it is
Tracks of one name are one drone; one named like a drone of the scenario, such as scenic-3, is that drone.";

/// Arguments of `import track`.
#[derive(Debug, Args)]
pub struct ImportTrack {
    /// Files of tracks: .gpx .kml .kmz .czml .csv
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Scenario file that they are replayed in: its place, ground, time and plan.
    #[arg(long)]
    pub scenario: PathBuf,
    /// Change a value of the scenario: KEY=VALUE; repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_override)]
    pub set: Vec<Override>,
    /// Folder of the run to write.
    #[arg(long)]
    pub out: PathBuf,
    /// Replace the run in that folder.
    #[arg(long)]
    pub force: bool,
    /// What the coordinates are in: wgs84, gcj-02 or bd-09.
    #[arg(long, value_enum, default_value = "wgs84")]
    pub coordinates: Coordinates,
    /// What heights are measured from where the file does not say so; never guessed.
    #[arg(long, value_enum)]
    pub datum: Option<HeightDatum>,
    /// Longest time between two positions of a flight, s; in between the drone is not in the air.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_gap)]
    pub gap: SimTime,
    /// Move all tracks in time so that the first position is at this HH:MM:SS of the run.
    #[arg(long, value_name = "HH:MM:SS")]
    pub at: Option<String>,
    /// Type that drones of no fleet are drawn as.
    #[arg(long = "type", value_name = "TYPE", default_value = "m350")]
    pub aircraft: String,
    /// What they flew for, which decides their colour.
    #[arg(long, value_enum, default_value = "inspection")]
    pub mission: Flown,
}

/// A datum of heights on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum HeightDatum {
    Amsl,
    Agl,
    Ellipsoid,
}

impl From<HeightDatum> for Datum {
    fn from(datum: HeightDatum) -> Self {
        match datum {
            HeightDatum::Amsl => Self::Amsl,
            HeightDatum::Agl => Self::Agl,
            HeightDatum::Ellipsoid => Self::Ellipsoid,
        }
    }
}

/// What recorded drones flew for, on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Flown {
    CityDelivery,
    ScenicDelivery,
    FirePatrol,
    Inspection,
}

impl From<Flown> for RecordedKind {
    fn from(flown: Flown) -> Self {
        match flown {
            Flown::CityDelivery => Self::CityDelivery,
            Flown::ScenicDelivery => Self::ScenicDelivery,
            Flown::FirePatrol => Self::FirePatrol,
            Flown::Inspection => Self::Inspection,
        }
    }
}

fn parse_gap(text: &str) -> Result<SimTime, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.1..=86_400.0).contains(seconds));
    seconds.map(SimTime::from_seconds).ok_or_else(|| "expected seconds between 0.1 and 86400, such as 60".to_owned())
}
