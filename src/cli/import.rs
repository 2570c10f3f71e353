//! `skygrid import`: files of others, brought into the shape that scenarios use.

mod features;

use serde_json::json;

use super::args::{Arguments, Import, ImportTerrain};
use super::{Exit, Failure, Outcome};
use crate::formats::raster::{self, Raster, RasterError};
use crate::message::Language;
use crate::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};

pub fn import(what: &Import, common: &Arguments) -> Outcome {
    match what {
        Import::Terrain(arguments) => terrain(arguments, common),
        Import::Zones(arguments) => features::zones(arguments, common),
        Import::Obstacles(arguments) => features::obstacles(arguments, common),
    }
}

/// Joins, cuts and converts elevation files.
fn terrain(arguments: &ImportTerrain, common: &Arguments) -> Outcome {
    let failed = |error: RasterError| Failure::new(Exit::NotUnderstood, error);
    let tiles = arguments.files.iter().map(|file| raster::read(file)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut raster = raster::joined(tiles).map_err(failed)?;
    if let Some([south, west, north, east]) = arguments.area {
        raster = raster.cropped(Geographic::new(south, west), Geographic::new(north, east)).map_err(failed)?;
    }
    raster.datum = raster.datum.or(Some(arguments.vertical_datum.into()));
    let datum = raster.datum.unwrap_or_default();
    let geoid = Geodetic::of(&raster);
    raster.above_sea_level(|place| geoid.undulation_m(place));
    let missing = raster.holes();
    let filled = if arguments.fill_holes { raster.fill_holes() } else { 0 };
    if let Some(source) = &arguments.source {
        raster.description.source.clone_from(source);
    }
    raster::write(&arguments.out, &raster).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    let (grid, out) = (raster.grid(), arguments.out.display());
    let (low, high) = raster.range_m().unwrap_or((f64::NAN, f64::NAN));
    if common.json {
        say!(
            "{}",
            json!({
                "out": arguments.out,
                "columns": grid.columns,
                "rows": grid.rows,
                "lowest_amsl_m": low,
                "highest_amsl_m": high,
                "read_datum": datum.to_string(),
                "missing": missing,
                "filled": filled,
            })
        );
        return Ok(Exit::Done);
    }
    match common.language() {
        Language::English => {
            say!(
                "{out}: {} × {} heights from {low:.0} to {high:.0} m AMSL, read as heights over {datum}",
                grid.columns,
                grid.rows
            );
            say!("{missing} heights were missing, {filled} of them filled from their neighbours");
        }
        Language::Chinese => {
            say!("{out}：{} × {} 个高程点，海拔 {low:.0} 至 {high:.0} 米，原基准 {datum}", grid.columns, grid.rows);
            say!("缺失 {missing} 个，其中 {filled} 个已由邻点填补");
        }
    }
    Ok(Exit::Done)
}

/// The geoid under a raster, by geographic places.
struct Geodetic {
    projection: LocalProjection,
    geoid: Geoid,
}

impl Geodetic {
    fn of(raster: &Raster) -> Self {
        let grid = raster.grid();
        let (first, last) = (grid.node(0, 0), grid.node(grid.columns - 1, grid.rows - 1));
        let middle =
            Geographic::new(f64::midpoint(first.lat_deg, last.lat_deg), f64::midpoint(first.lon_deg, last.lon_deg));
        let projection = LocalProjection::new(middle);
        let corners =
            [first, last, Geographic::new(first.lat_deg, last.lon_deg), Geographic::new(last.lat_deg, first.lon_deg)];
        let origin = Rectangle { low: Place::origin(), high: Place::origin() };
        let extent = Rectangle::around(corners.map(|corner| projection.to_local(corner))).unwrap_or(origin);
        Self { projection, geoid: Geoid::over(extent, projection) }
    }

    fn undulation_m(&self, place: Geographic) -> f64 {
        self.geoid.undulation_m(&self.projection.to_local(place))
    }
}
