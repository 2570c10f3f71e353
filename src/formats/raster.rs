//! Elevation rasters: read from `GeoTIFF`, SRTM and ESRI ASCII files, joined where they are tiles, resampled for a scene.
//!
//! A raster is a grid of nodes in latitude and longitude. A file that says "pixel is area" has its nodes in the middle
//! of its pixels, half a pixel inside its corner; one that says "pixel is point" has them on its tie point. Whoever
//! uses a raster need not know: [`Grid`] always speaks of nodes.

mod ascii_grid;
mod geotiff;
mod hgt;
mod mosaic;

use std::borrow::Cow;
use std::fmt;
use std::io::{Cursor, Read as _};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use geotiff::HEIGHT_STEP_M;
pub use mosaic::joined;

use crate::message::Text;
use crate::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};
use crate::world::terrain::HeightField;

/// Largest raster that is read, samples: a hostile header must not eat the memory.
pub const MAX_SAMPLES: u64 = 400_000_000;
/// Largest height field that is resampled, nodes.
pub const MAX_NODES: u64 = 100_000_000;
/// Heights the ground can have, m. Values outside stand for "no data" even where a file forgets to say so.
const PLAUSIBLE_M: RangeInclusive<f64> = -9_000.0..=9_000.0;

/// Where the nodes of a raster lie. Row 0 is the northernmost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Nodes from west to east.
    pub columns: usize,
    /// Nodes from north to south.
    pub rows: usize,
    /// Longitude of the first column of nodes, degrees.
    pub west_deg: f64,
    /// Latitude of the first row of nodes, degrees.
    pub north_deg: f64,
    /// Longitude from one column to the next, degrees, positive.
    pub lon_step_deg: f64,
    /// Latitude from one row to the next, degrees, positive although rows go south.
    pub lat_step_deg: f64,
}

#[expect(clippy::cast_precision_loss, reason = "grids are far smaller than 2^53 nodes")]
impl Grid {
    /// The place of a node.
    pub fn node(&self, column: usize, row: usize) -> Geographic {
        Geographic {
            lat_deg: self.north_deg - row as f64 * self.lat_step_deg,
            lon_deg: self.west_deg + column as f64 * self.lon_step_deg,
        }
    }

    /// Whether `place` lies between the outermost nodes.
    pub fn contains(&self, place: Geographic) -> bool {
        self.offset(place).is_some()
    }

    /// Columns from the west and rows from the north, in steps; `None` outside.
    fn offset(&self, place: Geographic) -> Option<[f64; 2]> {
        let east_deg = place.lon_deg - self.west_deg;
        // Rasters across the date line, and those that count longitude from 0 to 360.
        let turn_deg = if east_deg < -self.lon_step_deg {
            360.0
        } else if east_deg >= 360.0 {
            -360.0
        } else {
            0.0
        };
        let column = within((east_deg + turn_deg) / self.lon_step_deg, self.columns)?;
        let row = within((self.north_deg - place.lat_deg) / self.lat_step_deg, self.rows)?;
        Some([column, row])
    }

    fn uncovered(&self, corner: &'static str, place: Geographic) -> RasterError {
        let last = self.node(self.columns.saturating_sub(1), self.rows.saturating_sub(1));
        RasterError::Uncovered { corner, place, grid: *self, south_deg: last.lat_deg, east_deg: last.lon_deg }
    }

    /// Whether it lies on the earth.
    fn require_on_earth(&self) -> Result<(), Fault> {
        let last = self.node(self.columns - 1, self.rows - 1);
        let on_earth = self.lon_step_deg > 0.0
            && self.lat_step_deg > 0.0
            && (-180.5..=360.5).contains(&self.west_deg)
            && last.lon_deg - self.west_deg <= 360.5
            && self.north_deg <= 90.5
            && last.lat_deg >= -90.5;
        if on_earth {
            return Ok(());
        }
        Err(Fault::Placement(format!(
            "latitudes {} to {} and longitudes {} to {} are not on the earth",
            last.lat_deg, self.north_deg, self.west_deg, last.lon_deg
        )))
    }
}

/// `offset` if it lies among `nodes`. A millionth of a step is forgiven: a place projected there and back must not fall
/// off the edge.
#[expect(clippy::cast_precision_loss, reason = "grids are far smaller than 2^53 nodes")]
fn within(offset: f64, nodes: usize) -> Option<f64> {
    let last = nodes.checked_sub(1)? as f64;
    (-1e-6..=last + 1e-6).contains(&offset).then(|| offset.clamp(0.0, last))
}

/// What a raster says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Where the heights come from, in one line.
    pub source: String,
    /// Whether relief in it is made up (示意): pictures and reports must say so.
    pub schematic: bool,
    /// How far the heights can be trusted, in one line.
    pub accuracy: String,
}

/// What the heights of a raster are measured from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VerticalDatum {
    /// Mean sea level by EGM96, as SRTM.
    #[default]
    Egm96,
    /// Mean sea level by EGM2008, as Copernicus GLO-30. Taken as EGM96: the two differ by less than a metre nearly
    /// everywhere on land (0.2 m at the home scene), far less than any elevation model is accurate.
    Egm2008,
    /// The WGS84 ellipsoid.
    Ellipsoid,
}

impl fmt::Display for VerticalDatum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Egm96 => "EGM96",
            Self::Egm2008 => "EGM2008",
            Self::Ellipsoid => "the ellipsoid",
        })
    }
}

/// Heights at the nodes of a geographic grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    grid: Grid,
    /// What the heights are measured from, if the file says so.
    pub datum: Option<VerticalDatum>,
    /// Row 0 is the northernmost; NaN where there is no data.
    heights_m: Vec<f32>,
    /// What the raster says about itself.
    pub description: Description,
}

impl Raster {
    /// A raster with the height of each node from `height_at`; NaN makes a hole.
    pub fn sampled(grid: Grid, description: Description, mut height_at: impl FnMut(Geographic) -> f64) -> Self {
        let mut heights_m = Vec::with_capacity(grid.columns * grid.rows);
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                #[expect(clippy::cast_possible_truncation, reason = "a height keeps 0.03 mm in 32 bits")]
                heights_m.push(height_at(grid.node(column, row)) as f32);
            }
        }
        Self { grid, datum: None, heights_m, description }
    }

    /// Where its nodes lie.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Height of a node, m; `None` outside the grid and in a hole.
    pub fn node_height_m(&self, column: usize, row: usize) -> Option<f64> {
        if column >= self.grid.columns {
            return None;
        }
        let height_m = f64::from(*self.heights_m.get(row * self.grid.columns + column)?);
        (!height_m.is_nan()).then_some(height_m)
    }

    /// Bilinear height, m; `None` outside the raster and next to a hole.
    pub fn height_m(&self, place: Geographic) -> Option<f64> {
        let [(column, east), (row, south)] = self.grid.offset(place)?.map(split);
        let mut height_m = 0.0;
        for (across, across_weight) in [(column, 1.0 - east), (column + 1, east)] {
            for (down, down_weight) in [(row, 1.0 - south), (row + 1, south)] {
                let weight = across_weight * down_weight;
                // On a node or an edge the neighbours do not count, and need not exist.
                if weight > 0.0 {
                    height_m += weight * self.node_height_m(across, down)?;
                }
            }
        }
        Some(height_m)
    }

    /// The nodes between two corners, and those just outside, so that the whole of the box is covered.
    ///
    /// # Errors
    /// When the raster does not reach one of the corners.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "offsets lie in the grid")]
    pub fn cropped(&self, south_west: Geographic, north_east: Geographic) -> Result<Self, RasterError> {
        let corner = |name: &'static str, place: Geographic| {
            self.grid.offset(place).ok_or_else(|| self.grid.uncovered(name, place))
        };
        let ([west, south], [east, north]) = (corner("south-west", south_west)?, corner("north-east", north_east)?);
        // A millionth of a step is forgiven, so that a corner on a node brings no further row.
        let (before, after) = (|at: f64| (at + 1e-6).floor() as usize, |at: f64| (at - 1e-6).ceil().max(0.0) as usize);
        let (columns, rows) = ([before(west), after(east)], [before(north), after(south)]);
        let first = self.grid.node(columns[0], rows[0]);
        let grid = Grid {
            columns: columns[1] - columns[0] + 1,
            rows: rows[1] - rows[0] + 1,
            west_deg: first.lon_deg,
            north_deg: first.lat_deg,
            ..self.grid
        };
        let lines = (rows[0]..=rows[1]).map(|row| &self.heights_m[row * self.grid.columns..][columns[0]..=columns[1]]);
        Ok(Self { grid, heights_m: lines.flatten().copied().collect(), ..self.clone() })
    }

    /// The same heights above mean sea level: those over the ellipsoid are brought down by the undulation at each node.
    #[expect(clippy::cast_possible_truncation, reason = "a height keeps 0.03 mm in 32 bits")]
    pub fn above_sea_level(&mut self, undulation_m: impl Fn(Geographic) -> f64) {
        if self.datum == Some(VerticalDatum::Ellipsoid) {
            for (index, height_m) in self.heights_m.iter_mut().enumerate() {
                let place = self.grid.node(index % self.grid.columns, index / self.grid.columns);
                *height_m = (f64::from(*height_m) - undulation_m(place)) as f32;
            }
        }
        self.datum = Some(VerticalDatum::Egm96);
    }

    /// What is wrong with declaring the datum of a file that says otherwise.
    pub fn contradicts(&self, declared: Option<VerticalDatum>) -> Option<Text> {
        let (told, declared) = self.datum.zip(declared).filter(|(told, declared)| told != declared)?;
        Some(Text::new(
            format!("the file says that its heights are measured from {told}, not {declared}"),
            format!("文件声明其高程基准为 {told}，而非 {declared}"),
        ))
    }

    /// Nodes without a height.
    pub fn holes(&self) -> usize {
        self.heights_m.iter().filter(|height| height.is_nan()).count()
    }

    /// Number of nodes.
    pub const fn nodes(&self) -> usize {
        self.heights_m.len()
    }

    /// Fills every hole from its rim inwards: in each round, every node that lacks a height and has neighbours with one
    /// gets their mean. Says how many nodes it filled; a raster of nothing stays one.
    pub fn fill_holes(&mut self) -> usize {
        let [columns, rows] = [self.grid.columns, self.grid.rows];
        let mut empty: Vec<usize> = (0..self.heights_m.len()).filter(|&node| self.heights_m[node].is_nan()).collect();
        let total = empty.len();
        while !empty.is_empty() {
            let found: Vec<(usize, f32)> = empty
                .iter()
                .filter_map(|&node| Some((node, mean_around(&self.heights_m, node, columns, rows)?)))
                .collect();
            if found.is_empty() {
                break;
            }
            for &(node, height_m) in &found {
                self.heights_m[node] = height_m;
            }
            empty.retain(|&node| self.heights_m[node].is_nan());
        }
        total - empty.len()
    }

    /// Lowest and highest node, m; `None` if every node is a hole.
    pub fn range_m(&self) -> Option<(f64, f64)> {
        let known = self.heights_m.iter().filter(|height| !height.is_nan()).map(|&height| f64::from(height));
        known.fold(None, |range, height| {
            Some(range.map_or((height, height), |(low, high): (f64, f64)| (low.min(height), high.max(height))))
        })
    }
}

/// Mean of the heights that the eight neighbours of a node have; `None` if none has one.
fn mean_around(heights_m: &[f32], node: usize, columns: usize, rows: usize) -> Option<f32> {
    let (column, row) = (node % columns, node / columns);
    let around = (row.saturating_sub(1)..=(row + 1).min(rows - 1))
        .flat_map(|row| heights_m[row * columns..][column.saturating_sub(1)..=(column + 1).min(columns - 1)].iter());
    let (sum, count) = around
        .filter(|height| !height.is_nan())
        .fold((0.0, 0.0), |(sum, count), &height| (sum + f64::from(height), count + 1.0));
    #[expect(clippy::cast_possible_truncation, reason = "a height keeps 0.03 mm in 32 bits")]
    (count > 0.0).then(|| (sum / count) as f32)
}

/// The whole steps of an offset and the rest.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "offsets were checked to lie in the grid")]
fn split(offset: f64) -> (usize, f64) {
    (offset as usize, offset - offset.floor())
}

/// Why an elevation raster could not be read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// A file is at fault.
    #[error("{}: {fault}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The raster ends before the area that needs ground.
    #[error(
        "the elevation raster does not reach the {corner} corner of the area, {:.6}, {:.6} (lat, lon): it covers \
         {south_deg:.6} to {:.6} N, {:.6} to {east_deg:.6} E; give a raster that covers the area, or make the area smaller",
        place.lat_deg, place.lon_deg, grid.north_deg, grid.west_deg
    )]
    Uncovered {
        /// Which corner: "south-west", "south-east", "north-west" or "north-east".
        corner: &'static str,
        /// Where that corner is.
        place: Geographic,
        /// The grid of the raster.
        grid: Grid,
        /// Its southern edge, degrees.
        south_deg: f64,
        /// Its eastern edge, degrees.
        east_deg: f64,
    },
    /// The raster has no data where ground is needed.
    #[error(
        "the elevation raster has no height at {:.6}, {:.6} (lat, lon), inside the area; \
         let them be filled (fill_holes = true), or fill them: gdal_fillnodata.py IN.tif OUT.tif", .0.lat_deg, .0.lon_deg
    )]
    Hole(Geographic),
    /// Tiles that cannot be joined.
    #[error(
        "the tiles do not make one raster: {0}; expected tiles of one model, with the same steps, that touch or overlap; \
         bring them onto one grid: gdalbuildvrt all.vrt *.tif; gdal_translate all.vrt all.tif"
    )]
    Tiles(String),
    /// The area and the posting ask for no sensible number of nodes.
    #[error(
        "an area of {:.0} m by {:.0} m at a posting of {posting_m} m is not a height field of at most {MAX_NODES} nodes; \
         choose an area with a positive size and a posting that fits it", size_m[0], size_m[1]
    )]
    Posting {
        /// West-east and south-north size of the area, m.
        size_m: [f64; 2],
        /// Distance asked for between nodes, m.
        posting_m: f64,
    },
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The operating system refused.
    #[error("{0}; check the path and the rights")]
    Io(std::io::Error),
    /// It is no TIFF, it is damaged, or it uses what the decoder does not know.
    #[error(
        "not a readable TIFF ({0}); expected tiles or strips, uncompressed, DEFLATE or LZW; \
         check it with `gdalinfo`, or write it anew: gdal_translate -co COMPRESS=DEFLATE IN.tif OUT.tif"
    )]
    Tiff(String),
    /// It is no grid of the kind that its name says.
    #[error("{0}; check the file, or convert it: gdal_translate -of GTiff IN OUT.tif")]
    Format(String),
    /// Its samples are no elevations.
    #[error(
        "holds {0}; expected one band of 16- or 32-bit whole numbers or 32- or 64-bit floating point, in metres; \
         extract it: gdal_translate -b 1 -ot Float32 IN.tif OUT.tif"
    )]
    Samples(String),
    /// It is not in geographic WGS84 or CGCS2000 coordinates.
    #[error(
        "is in {0}; expected latitude and longitude in degrees, WGS84 (EPSG:4326) or CGCS2000 (EPSG:4490); \
         reproject it: gdalwarp -t_srs EPSG:4326 -r bilinear IN.tif OUT.tif"
    )]
    Reference(String),
    /// It does not say where it lies, or not in a way that is understood.
    #[error(
        "{0}; expected a north-up grid with ModelPixelScale and ModelTiepoint; \
         rewrite it: gdalwarp -t_srs EPSG:4326 IN.tif OUT.tif"
    )]
    Placement(String),
    /// Its heights are not metres above sea level.
    #[error(
        "heights are {0}; expected metres above mean sea level; convert them, for example with gdal_calc.py or gdalwarp"
    )]
    Heights(String),
    /// It is larger than is read.
    #[error(
        "is {columns} by {rows} samples; at most {MAX_SAMPLES} are read; \
         cut or thin it: gdal_translate -projwin WEST NORTH EAST SOUTH IN.tif OUT.tif"
    )]
    TooLarge {
        /// Samples from west to east.
        columns: u32,
        /// Samples from north to south.
        rows: u32,
    },
}

/// Largest file that is unpacked, bytes: a small packed file must not eat the memory.
const MAX_UNPACKED: u64 = 2_000_000_000;

/// Reads an elevation raster: `GeoTIFF`, SRTM `.hgt` (plain, or packed as `.gz` or `.zip`) or ESRI ASCII grid.
///
/// # Errors
/// When the file cannot be read, is no elevation raster in geographic coordinates, or is too large.
pub fn read(path: &Path) -> Result<Raster, RasterError> {
    let mut raster = read_file(path).map_err(|fault| RasterError::File { path: path.to_owned(), fault })?;
    if raster.description.source.is_empty() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        raster.description.source = name.unwrap_or_default();
    }
    Ok(raster)
}

fn read_file(path: &Path) -> Result<Raster, Fault> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let inner = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(&name).to_owned();
    if inner == name {
        return match extension_of(&name) {
            "hgt" => hgt::decode(&std::fs::read(path).map_err(Fault::Io)?, &name),
            "asc" => ascii_grid::decode(&std::fs::read(path).map_err(Fault::Io)?),
            _ => geotiff::read(path),
        };
    }
    let (bytes, inner) = unpacked(path, &name, inner)?;
    match extension_of(&inner) {
        "hgt" => hgt::decode(&bytes, &inner),
        "asc" => ascii_grid::decode(&bytes),
        _ => geotiff::decode(Cursor::new(&bytes), bytes.len() as u64),
    }
}

fn extension_of(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

/// The content of a packed file and its name inside; of a zip archive the one elevation file in it.
fn unpacked(path: &Path, name: &str, inner: String) -> Result<(Vec<u8>, String), Fault> {
    let file = std::fs::File::open(path).map_err(Fault::Io)?;
    let mut bytes = Vec::new();
    if extension_of(name) == "gz" {
        GzDecoder::new(file).take(MAX_UNPACKED).read_to_end(&mut bytes).map_err(Fault::Io)?;
        return Ok((bytes, inner));
    }
    let damaged = |error: zip::result::ZipError| Fault::Format(format!("not a readable zip archive ({error})"));
    let mut archive = zip::ZipArchive::new(file).map_err(damaged)?;
    let names: Vec<String> = archive.file_names().map_while(Result::ok).map(Cow::into_owned).collect();
    let elevation: Vec<&String> = names
        .iter()
        .filter(|name| ["hgt", "asc", "tif", "tiff"].contains(&extension_of(&name.to_lowercase())))
        .collect();
    let [only] = elevation[..] else {
        return Err(Fault::Format(format!("holds {} elevation files; expected one", elevation.len())));
    };
    archive.by_name(only).map_err(damaged)?.take(MAX_UNPACKED).read_to_end(&mut bytes).map_err(Fault::Io)?;
    let inner = only.rsplit('/').next().unwrap_or(only).to_lowercase();
    Ok((bytes, inner))
}

/// Writes an elevation raster: 32-bit floating point, DEFLATE, heights rounded to [`HEIGHT_STEP_M`]. An interrupted
/// write leaves no half file behind.
///
/// # Errors
/// When the raster is empty or the file cannot be written.
pub fn write(path: &Path, raster: &Raster) -> Result<(), RasterError> {
    geotiff::write(path, raster).map_err(|fault| RasterError::File { path: path.to_owned(), fault })
}

/// Resamples `raster` into the local frame, above mean sea level: nodes `posting_m` apart from the south-west corner of
/// `extent`, enough of them to reach its north-east corner. Heights over the ellipsoid are brought down by `geoid`.
///
/// # Errors
/// When the raster does not cover the extent, has a hole in it, or the posting does not suit the extent.
pub fn height_field(
    raster: &Raster,
    projection: &LocalProjection,
    geoid: &Geoid,
    extent: Rectangle,
    posting_m: f64,
) -> Result<HeightField, RasterError> {
    let size = node_counts(extent, posting_m)?;
    require_corners(raster, projection, extent)?;
    let is_ellipsoidal = raster.datum == Some(VerticalDatum::Ellipsoid);
    let height_at = |place: &Place| {
        let height_m = raster.height_m(projection.to_geographic(place))?;
        Some(if is_ellipsoidal { height_m - geoid.undulation_m(place) } else { height_m })
    };
    let mut hole = None;
    let field = HeightField::sampled(extent.low, posting_m, size, |node| {
        // The last nodes may lie up to a posting past the extent; where the raster ends before, its edge goes on.
        let edge = node.inf(&extent.high);
        height_at(node).or_else(|| height_at(&edge)).unwrap_or_else(|| {
            hole.get_or_insert(edge);
            f64::NAN
        })
    });
    hole.map_or(Ok(field), |place| Err(RasterError::Hole(projection.to_geographic(&place))))
}

/// Columns and rows of a height field over `extent`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "checked first"
)]
fn node_counts(extent: Rectangle, posting_m: f64) -> Result<[usize; 2], RasterError> {
    let size_m: [f64; 2] = extent.size().into();
    // A hair less, so that an extent of whole postings does not get another row from a rounding error.
    let steps = size_m.map(|size_m| (size_m / posting_m - 1e-9).ceil());
    let sensible = posting_m > 0.0
        && size_m.iter().all(|&size_m| size_m > 0.0)
        && (steps[0] + 1.0) * (steps[1] + 1.0) <= MAX_NODES as f64;
    if !sensible {
        return Err(RasterError::Posting { size_m, posting_m });
    }
    Ok(steps.map(|steps| steps as usize + 1))
}

fn require_corners(raster: &Raster, projection: &LocalProjection, extent: Rectangle) -> Result<(), RasterError> {
    let Rectangle { low, high } = extent;
    let corners = [
        ("south-west", low),
        ("south-east", Place::new(high.x, low.y)),
        ("north-west", Place::new(low.x, high.y)),
        ("north-east", high),
    ];
    let grid = raster.grid;
    for (corner, place) in corners {
        let place = projection.to_geographic(&place);
        if !grid.contains(place) {
            return Err(grid.uncovered(corner, place));
        }
    }
    Ok(())
}
