//! The ground of a scenario: read from GeoTIFF files, or flat.

use crate::formats::geotiff::{self, Raster};
use crate::message::Text;
use crate::scenario::model;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::InputFile;
use crate::scenario::source::Source;
use crate::world::geo::{LocalProjection, Place, Rectangle};
use crate::world::terrain::{HeightField, Terrain};

/// How far the ground must reach beyond the area, m: a plan that leaves the area is to be told so, not to fall off.
const MARGIN_M: f64 = 200.0;
/// How far the fine field reaches beyond the area where the file has more, m: there fine and coarse ground agree within
/// a metre.
const REACH_M: f64 = 990.0;
/// How far inside the outermost nodes of a raster fields are laid, m: parallels bow by less between three points.
const INSET_M: f64 = 5.0;
/// Posting of the land around, m.
const SURROUND_POSTING_M: f64 = 60.0;

/// The ground under `extent`; faults are reported and leave none.
pub fn terrain(
    model: &model::Terrain,
    extent: Rectangle,
    projection: &LocalProjection,
    source: &Source,
    inputs: &mut Vec<InputFile>,
    reporter: &mut Reporter<'_>,
) -> Option<Terrain> {
    let wanted = extent.grown(MARGIN_M);
    if let Some(flat_amsl_m) = model.flat_amsl_m {
        let field = flat(wanted, model.posting_m, flat_amsl_m);
        return Some(Terrain::new(field, None, true, "flat ground"));
    }
    let mut reading = Reading { source, inputs, reporter };
    let fine = reading.raster("terrain.file", model.file.as_ref()?)?;
    let covered = coverage(&fine, projection).map_or(wanted, |all| intersection(all, extent.grown(REACH_M)));
    let covered = if contains(covered, wanted) { covered } else { wanted };
    let fine_field = reading.field("terrain.file", &fine, projection, covered, model.posting_m)?;
    let surround = match &model.surround_file {
        Some(file) => {
            let raster = reading.raster("terrain.surround_file", file)?;
            let covered = coverage(&raster, projection)?;
            Some(reading.field("terrain.surround_file", &raster, projection, covered, SURROUND_POSTING_M)?)
        }
        None => None,
    };
    Some(Terrain::new(fine_field, surround, fine.description.schematic, fine.description.source))
}

fn flat(extent: Rectangle, posting_m: f64, amsl_m: f64) -> HeightField {
    let size = extent.size() / posting_m;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the area is at most 2 degrees wide")]
    let nodes = |length: f64| (length.ceil() as usize + 1).max(2);
    HeightField::sampled(extent.low, posting_m, [nodes(size.x), nodes(size.y)], |_| amsl_m)
}

/// The rectangle inside what a raster covers: its corners and the middles of its sides, because parallels bow.
fn coverage(raster: &Raster, projection: &LocalProjection) -> Option<Rectangle> {
    let grid = raster.grid();
    let at = |column: usize, row: usize| projection.to_local(grid.node(column, row));
    let (east, south) = (grid.columns - 1, grid.rows - 1);
    let columns = [0, east / 2, east];
    let rows = [0, south / 2, south];
    let low_x = rows.iter().map(|&row| at(0, row).x).fold(f64::NEG_INFINITY, f64::max);
    let high_x = rows.iter().map(|&row| at(east, row).x).fold(f64::INFINITY, f64::min);
    let low_y = columns.iter().map(|&column| at(column, south).y).fold(f64::NEG_INFINITY, f64::max);
    let high_y = columns.iter().map(|&column| at(column, 0).y).fold(f64::INFINITY, f64::min);
    let low = Place::new(low_x + INSET_M, low_y + INSET_M);
    let high = Place::new(high_x - INSET_M, high_y - INSET_M);
    (low.x < high.x && low.y < high.y).then_some(Rectangle { low, high })
}

fn intersection(a: Rectangle, b: Rectangle) -> Rectangle {
    Rectangle { low: a.low.sup(&b.low), high: a.high.inf(&b.high) }
}

fn contains(outer: Rectangle, inner: Rectangle) -> bool {
    outer.contains(&inner.low) && outer.contains(&inner.high)
}

/// Reading raster files, with every fault reported against its key.
struct Reading<'a, 'b> {
    source: &'a Source,
    inputs: &'a mut Vec<InputFile>,
    reporter: &'a mut Reporter<'b>,
}

impl Reading<'_, '_> {
    fn raster(&mut self, key: &str, file: &str) -> Option<Raster> {
        let path = self.source.folder().join(file);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.reporter.fatal(
                    key,
                    [
                        Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`:{error}")),
                        Text::new(
                            "a GeoTIFF file, its path relative to the scenario file",
                            "GeoTIFF 文件，路径相对于情景文件",
                        ),
                        Text::new("correct the path or bring the file there", "请改正路径或将文件放到该处"),
                    ],
                );
                return None;
            }
        };
        self.inputs.push(InputFile { path: file.to_owned(), blake3: blake3::hash(&bytes).to_hex().to_string() });
        drop(bytes);
        self.told(key, geotiff::read(&path))
    }

    fn field(
        &mut self,
        key: &str,
        raster: &Raster,
        projection: &LocalProjection,
        extent: Rectangle,
        posting_m: f64,
    ) -> Option<HeightField> {
        self.told(key, geotiff::height_field(raster, projection, extent, posting_m))
    }

    fn told<T>(&mut self, key: &str, result: Result<T, geotiff::GeoTiffError>) -> Option<T> {
        result
            .map_err(|error| {
                self.reporter.fatal(
                    key,
                    [
                        Text::new(error.to_string(), error.to_string()),
                        Text::new(
                            "a GeoTIFF in geographic WGS84 with heights in metres",
                            "WGS84 地理坐标、以米为单位的 GeoTIFF",
                        ),
                        Text::new("convert it with gdalwarp -t_srs EPSG:4326", "请用 gdalwarp -t_srs EPSG:4326 转换"),
                    ],
                );
            })
            .ok()
    }
}
