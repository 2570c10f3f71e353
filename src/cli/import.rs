//! `skygrid import`: files of others, brought into the shape that scenarios use.

mod features;
mod routes;
mod track;

use serde_json::json;

use super::args::{Arguments, Import, ImportTerrain};
use super::{Exit, Failure, Outcome};
use crate::formats::raster::{self, Fault, Raster, RasterError, VerticalDatum};
use crate::message::{Language, Text};
use crate::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};

pub fn import(what: &Import, common: &Arguments) -> Outcome {
    match what {
        Import::Terrain(arguments) => terrain(arguments, common),
        Import::Zones(arguments) => features::zones(arguments, common),
        Import::Obstacles(arguments) => features::obstacles(arguments, common),
        Import::Route(arguments) => routes::route(arguments, common),
        Import::Track(arguments) => track::track(arguments, common),
    }
}

/// Joins, cuts and converts elevation files.
fn terrain(arguments: &ImportTerrain, common: &Arguments) -> Outcome {
    let tiles =
        arguments.files.iter().map(|file| raster::read(file)).collect::<Result<Vec<_>, _>>().map_err(unusable)?;
    let mut raster = raster::joined(tiles).map_err(unusable)?;
    if let Some([south, west, north, east]) = arguments.area {
        raster = raster.cropped(Geographic::new(south, west), Geographic::new(north, east)).map_err(unusable)?;
    }
    let datum = datum_of(&raster, arguments, common.language())?;
    raster.datum = Some(datum);
    let geoid = Geodetic::of(&raster);
    raster.above_sea_level(|place| geoid.undulation_m(place));
    let missing = raster.holes();
    let filled = if arguments.fill_holes { raster.fill_holes() } else { 0 };
    let Some((low, high)) = raster.range_m() else { return Err(empty(common.language())) };
    if let Some(source) = &arguments.source {
        raster.description.source.clone_from(source);
    }
    raster::write(&arguments.out, &raster).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    let (grid, out) = (raster.grid(), arguments.out.display());
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

fn unusable(error: RasterError) -> Failure {
    let exit = if matches!(error, RasterError::File { fault: Fault::Io(_), .. }) {
        Exit::InputOutput
    } else {
        Exit::NotUnderstood
    };
    Failure::new(exit, error)
}

/// What the heights are measured from: what the files say, else what the user does.
fn datum_of(raster: &Raster, arguments: &ImportTerrain, language: Language) -> Result<VerticalDatum, Failure> {
    let declared = arguments.vertical_datum.map(VerticalDatum::from);
    let Some(what) = raster.contradicts(declared) else { return Ok(raster.datum.or(declared).unwrap_or_default()) };
    let text = Text::new(
        format!("--vertical-datum: {}\n  expected: what the file says\n  cure: leave --vertical-datum out", what.en),
        format!("--vertical-datum：{}\n  应为：与文件声明一致\n  办法：省略 --vertical-datum", what.zh),
    );
    Err(Failure::new(Exit::NotUnderstood, text.get(language)))
}

fn empty(language: Language) -> Failure {
    let text = Text::new(
        "the files hold no height at all there\n  expected: elevations\n  cure: choose files or a box that have some",
        "文件在该范围内没有任何高程\n  应为：高程数据\n  办法：请选用有数据的文件或范围",
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
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
        // Parallels bow: the middles of the sides lie farther out than the corners.
        let (lats, lons) =
            ([first.lat_deg, middle.lat_deg, last.lat_deg], [first.lon_deg, middle.lon_deg, last.lon_deg]);
        let corners = lats.into_iter().flat_map(|lat_deg| lons.map(|lon_deg| Geographic::new(lat_deg, lon_deg)));
        let origin = Rectangle { low: Place::origin(), high: Place::origin() };
        let extent = Rectangle::around(corners.map(|corner| projection.to_local(corner))).unwrap_or(origin);
        Self { projection, geoid: Geoid::over(extent, projection) }
    }

    fn undulation_m(&self, place: Geographic) -> f64 {
        self.geoid.undulation_m(&self.projection.to_local(place))
    }
}
