//! The ground of a scenario: read from elevation files, or flat.

use std::path::Path;

use crate::formats::raster::{self, Raster, RasterError};
use crate::message::{Severity, Text};
use crate::scenario::model;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::InputFile;
use crate::scenario::source::Source;
use crate::world::geo::{Geoid, LocalProjection, Place, Rectangle};
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
    let geoid = Geoid::over(extent, *projection);
    if let Some(flat_amsl_m) = model.flat_amsl_m {
        let field = flat(wanted, model.posting_m, flat_amsl_m);
        return Some(Terrain::new(field, None, true, "flat ground").with_geoid(geoid));
    }
    let mut reading = Reading { model, source, projection, geoid: &geoid, inputs, reporter };
    let fine = reading.fine()?;
    let covered = coverage(&fine, projection).map_or(wanted, |all| intersection(all, extent.grown(REACH_M)));
    let covered = if contains(covered, wanted) { covered } else { wanted };
    let fine_field = reading.field("terrain.file", &fine, covered, model.posting_m)?;
    let surround = match &model.surround_file {
        Some(file) => {
            let raster = reading.raster("terrain.surround_file", file)?;
            let raster = reading.ready("terrain.surround_file", raster);
            let covered = coverage(&raster, projection)?;
            Some(reading.field("terrain.surround_file", &raster, covered, SURROUND_POSTING_M)?)
        }
        None => None,
    };
    let terrain = Terrain::new(fine_field, surround, fine.description.schematic, fine.description.source);
    Some(terrain.with_geoid(geoid))
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
    model: &'a model::Terrain,
    source: &'a Source,
    projection: &'a LocalProjection,
    geoid: &'a Geoid,
    inputs: &'a mut Vec<InputFile>,
    reporter: &'a mut Reporter<'b>,
}

impl Reading<'_, '_> {
    /// The fine raster: one file, or tiles joined.
    fn fine(&mut self) -> Option<Raster> {
        if let Some(file) = &self.model.file {
            let raster = self.raster("terrain.file", file)?;
            return Some(self.ready("terrain.file", raster));
        }
        let files = self.model.tiles.iter().enumerate();
        let tiles: Vec<Option<Raster>> =
            files.map(|(index, file)| self.raster(&format!("terrain.tiles[{index}]"), file)).collect();
        let raster = self.told("terrain.tiles", raster::joined(tiles.into_iter().collect::<Option<_>>()?))?;
        Some(self.ready("terrain.tiles", raster))
    }

    fn raster(&mut self, key: &str, file: &str) -> Option<Raster> {
        let path = self.source.folder().join(file);
        let digest = match digest_of(&path) {
            Ok(digest) => digest,
            Err(error) => {
                self.reporter.fatal(
                    key,
                    [
                        Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}")),
                        Text::new(
                            "an elevation file (GeoTIFF, SRTM .hgt, ESRI .asc), its path relative to the scenario file",
                            "高程文件（GeoTIFF、SRTM .hgt、ESRI .asc），路径相对于情景文件",
                        ),
                        Text::new("correct the path or bring the file there", "请改正路径或将文件放到该处"),
                    ],
                );
                return None;
            }
        };
        self.inputs.push(InputFile { path: file.to_owned(), blake3: digest });
        self.told(key, raster::read(&path))
    }

    /// A raster with its datum known and, if asked for, its holes filled.
    fn ready(&mut self, key: &str, mut raster: Raster) -> Raster {
        if let Some(what) = raster.contradicts(self.model.vertical_datum) {
            self.reporter.fatal(
                "terrain.vertical_datum",
                [
                    what,
                    Text::new("what the file says", "与文件声明一致"),
                    Text::new("leave the key out, or correct it", "请删除该键，或予以改正"),
                ],
            );
        }
        raster.datum = raster.datum.or(self.model.vertical_datum);
        if self.model.fill_holes {
            let filled = raster.fill_holes();
            if filled > 0 {
                let nodes = raster.nodes();
                self.reporter.add(
                    Severity::Warning,
                    key,
                    [
                        Text::new(
                            format!("{filled} of {nodes} heights are missing and were filled from their neighbours"),
                            format!("{nodes} 个高程点中有 {filled} 个缺失，已由邻点填补"),
                        ),
                        Text::new("a model without holes", "无空洞的高程模型"),
                        Text::new("use a better model where one flies", "在飞行区域请使用更好的模型"),
                    ],
                );
            }
        }
        raster
    }

    fn field(&mut self, key: &str, raster: &Raster, extent: Rectangle, posting_m: f64) -> Option<HeightField> {
        self.told(key, raster::height_field(raster, self.projection, self.geoid, extent, posting_m))
    }

    fn told<T>(&mut self, key: &str, result: Result<T, RasterError>) -> Option<T> {
        result
            .map_err(|error| {
                let [expected, cure] = advice(&error);
                self.reporter.fatal(key, [Text::new(error.to_string(), error.to_string()), expected, cure]);
            })
            .ok()
    }
}

/// What was expected of elevations, and what to do.
fn advice(error: &RasterError) -> [Text; 2] {
    match error {
        RasterError::Tiles(_) => [
            Text::new("tiles of one model that touch or overlap", "同一模型、相接或重叠的分幅"),
            Text::new(
                "give the tiles between, or bring them to one grid: gdalwarp",
                "请补齐其间的分幅，或用 gdalwarp 统一格网",
            ),
        ],
        RasterError::Uncovered { .. } => [
            Text::new("elevations over the whole area and 200 m around it", "覆盖整个空域及其外 200 米的高程"),
            Text::new("add the neighbouring tile, or make the area smaller", "请补充相邻分幅，或缩小空域"),
        ],
        RasterError::Hole(_) => [
            Text::new("a height everywhere in the area", "空域内处处有高程"),
            Text::new("set fill_holes = true, or use a better model", "请设置 fill_holes = true，或使用更好的模型"),
        ],
        _ => [
            Text::new("elevations in metres over latitude and longitude, WGS84", "WGS84 经纬度格网、以米为单位的高程"),
            Text::new("convert it with gdalwarp -t_srs EPSG:4326", "请用 gdalwarp -t_srs EPSG:4326 转换"),
        ],
    }
}

/// BLAKE3 of a file, read piece by piece.
pub(super) fn digest_of(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
