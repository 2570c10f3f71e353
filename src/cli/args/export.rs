//! Arguments of `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::formats::tracks::FileKind;
use crate::units::SimTime;

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Run folder.
    pub run: PathBuf,
    /// Format to write; what the ending of --out says if absent.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// File to write; text goes to standard output if absent.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// From when on: HH:MM:SS of local time; the start of the run if absent.
    #[arg(long)]
    pub from: Option<String>,
    /// Until when: HH:MM:SS of local time; the end of the run if absent.
    #[arg(long)]
    pub to: Option<String>,
    /// Whose tracks: a drone such as scenic-3; repeatable; all if absent.
    #[arg(long, value_name = "NAME")]
    pub drone: Vec<String>,
    /// Time between two samples, s; every frame if absent.
    #[arg(long, value_name = "SECONDS", value_parser = parse_every)]
    pub every: Option<SimTime>,
    /// Conflicts, contingencies and deliveries too.
    #[arg(long)]
    pub events: bool,
}

/// A format of tracks on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Czml,
    Kml,
    Kmz,
    Gpx,
    Geojson,
    Csv,
    Parquet,
}

impl From<Format> for FileKind {
    fn from(format: Format) -> Self {
        match format {
            Format::Czml => Self::Czml,
            Format::Kml => Self::Kml,
            Format::Kmz => Self::Kmz,
            Format::Gpx => Self::Gpx,
            Format::Geojson => Self::GeoJson,
            Format::Csv => Self::Csv,
            Format::Parquet => Self::Parquet,
        }
    }
}

fn parse_every(text: &str) -> Result<SimTime, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.01..=86_400.0).contains(seconds));
    seconds.map(SimTime::from_seconds).ok_or_else(|| "expected seconds between 0.01 and 86400, such as 5".to_owned())
}
