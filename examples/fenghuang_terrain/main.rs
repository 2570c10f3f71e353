//! Makes the terrain of the Fenghuang Mountain scene from its control points.
//!
//! ```text
//! cargo run --release --example fenghuang_terrain             # writes assets/terrain/*.tif
//! cargo run --release --example fenghuang_terrain -- --check  # exits with 1 if those files are not what it makes
//! ```
//!
//! The result is schematic (示意): what is finer than about 400 m is made up. `assets/terrain/README.md` says what is
//! known and what is not.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::manual_midpoint,
    reason = "a generator of assets: its numbers are small and it speaks on the terminal"
)]

mod ground;
mod lattice;
mod relief;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use ground::Ground;
use relief::eased;
use skygrid::formats::raster::{self, Description, Grid, HEIGHT_STEP_M, Raster};

const FOLDER: &str = "assets/terrain";
const FINE: &str = "fenghuang.tif";
const SURROUND: &str = "fenghuang_surround.tif";

/// Seconds of arc from the origin 41° N, 120° E to the edges of the fine raster: the box of 25 km² and 1 km around it.
const FINE_EDGES: Edges = Edges { south: 1821, north: 2049, west: 1595, east: 1897 };
/// The same of the surround: the runway, the city and the hills around.
const SURROUND_EDGES: Edges = Edges { south: 1620, north: 2340, west: 1260, east: 2160 };
/// Nodes per second of arc of the fine raster: about 10 m from north to south, 8 m from west to east.
const FINE_PER_SECOND: f64 = 3.0;
/// Nodes per second of arc of the surround: about 60 m.
const SURROUND_PER_SECOND: f64 = 0.5;
/// Octaves of detail that each raster can show.
const FINE_OCTAVES: u32 = 5;
const SURROUND_OCTAVES: u32 = 2;
/// Width of the margin in which the fine raster takes on the surround's heights, so that no step shows, seconds.
const SEAM_SECONDS: f64 = 18.0;

const SOURCE: &str = "Control points read off NASA SRTM through viewfinderpanoramas.org (J. de Ferranti), 15 arc-second \
     height maps of the Jaanga terrain project; named heights as published; detail finer than 400 m is made up (示意)";
const ACCURACY: &str =
    "schematic (示意): +-10 m on the plain, +-20-40 m on ridges, +-400 m horizontally; not for navigation";

/// A rectangle in seconds of arc from 41° N, 120° E.
struct Edges {
    south: u32,
    north: u32,
    west: u32,
    east: u32,
}

impl Edges {
    fn grid(&self, per_second: f64) -> Grid {
        let nodes = |from: u32, to: u32| (f64::from(to - from) * per_second) as usize + 1;
        let step_deg = 1.0 / (3600.0 * per_second);
        Grid {
            columns: nodes(self.west, self.east),
            rows: nodes(self.south, self.north),
            west_deg: 120.0 + f64::from(self.west) / 3600.0,
            north_deg: 41.0 + f64::from(self.north) / 3600.0,
            lon_step_deg: step_deg,
            lat_step_deg: step_deg,
        }
    }

    /// Seconds of arc from the nearest edge.
    fn depth_seconds(&self, lat_deg: f64, lon_deg: f64) -> f64 {
        let (north, east) = ((lat_deg - 41.0) * 3600.0, (lon_deg - 120.0) * 3600.0);
        let across = (east - f64::from(self.west)).min(f64::from(self.east) - east);
        across.min(north - f64::from(self.south)).min(f64::from(self.north) - north)
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = Path::new(FOLDER);
    let points = std::fs::read_to_string(folder.join("fenghuang_control_points.csv"))?;
    let [fine, surround] = rasters(&Ground::from_csv(&points)?);
    let files = [(folder.join(FINE), fine), (folder.join(SURROUND), surround)];
    if !std::env::args().any(|argument| argument == "--check") {
        for (path, raster) in &files {
            raster::write(path, raster)?;
            println!("{}: {}", path.display(), summary(raster));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut unchanged = true;
    for (path, raster) in &files {
        let same = agree(raster, &raster::read(path)?);
        println!(
            "{}: {}",
            path.display(),
            if same { "as generated" } else { "differs; run this example without --check" }
        );
        unchanged &= same;
    }
    Ok(if unchanged { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The fine raster and its surround, both from the same ground.
fn rasters(ground: &Ground) -> [Raster; 2] {
    let description = Description { source: SOURCE.into(), schematic: true, accuracy: ACCURACY.into() };
    let surround = Raster::sampled(SURROUND_EDGES.grid(SURROUND_PER_SECOND), description.clone(), |place| {
        ground.height_m(place.lat_deg, place.lon_deg, SURROUND_OCTAVES)
    });
    let fine = Raster::sampled(FINE_EDGES.grid(FINE_PER_SECOND), description, |place| {
        let height_m = ground.height_m(place.lat_deg, place.lon_deg, FINE_OCTAVES);
        let share = eased(FINE_EDGES.depth_seconds(place.lat_deg, place.lon_deg) / SEAM_SECONDS);
        let coarse_m = surround.height_m(place).unwrap_or(height_m);
        coarse_m + (height_m - coarse_m) * share
    });
    [fine, surround]
}

/// Whether two rasters are the same, up to the rounding of the file. Bytes are not compared: another release of the
/// compressor may pack the same heights differently.
fn agree(made: &Raster, found: &Raster) -> bool {
    let close = |(a, b): (f64, f64)| (a - b).abs() <= HEIGHT_STEP_M / 2.0;
    let Grid { columns, rows, .. } = *made.grid();
    made.grid() == found.grid()
        && made.description == found.description
        && (0..rows).all(|row| {
            (0..columns)
                .all(|column| made.node_height_m(column, row).zip(found.node_height_m(column, row)).is_some_and(close))
        })
}

fn summary(raster: &Raster) -> String {
    let Grid { columns, rows, .. } = *raster.grid();
    let (low, high) = raster.range_m().unwrap_or_default();
    format!("{columns} by {rows} nodes, {low:.1} to {high:.1} m")
}
