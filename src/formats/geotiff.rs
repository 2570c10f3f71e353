//! Elevation rasters as `GeoTIFF`: read from any source in geographic coordinates, written so that GDAL reads them.
//!
//! A raster is a grid of nodes in latitude and longitude. A file that says "pixel is area" has its nodes in the middle
//! of its pixels, half a pixel inside its corner; one that says "pixel is point" has them on its tie point. Whoever
//! uses a raster need not know: [`Grid`] always speaks of nodes.

mod decode;
mod encode;
mod metadata;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use encode::HEIGHT_STEP_M;

use crate::world::geo::{Geographic, LocalProjection, Place, Rectangle};
use crate::world::terrain::HeightField;

/// Largest raster that is read, samples: a hostile header must not eat the memory.
pub const MAX_SAMPLES: u64 = 400_000_000;
/// Largest height field that is resampled, nodes.
pub const MAX_NODES: u64 = 100_000_000;

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

/// Heights above mean sea level at the nodes of a geographic grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    grid: Grid,
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
        Self { grid, heights_m, description }
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

    /// Lowest and highest node, m; `None` if every node is a hole.
    pub fn range_m(&self) -> Option<(f64, f64)> {
        let known = self.heights_m.iter().filter(|height| !height.is_nan()).map(|&height| f64::from(height));
        known.fold(None, |range, height| {
            Some(range.map_or((height, height), |(low, high): (f64, f64)| (low.min(height), high.max(height))))
        })
    }
}

/// The whole steps of an offset and the rest.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "offsets were checked to lie in the grid")]
fn split(offset: f64) -> (usize, f64) {
    (offset as usize, offset - offset.floor())
}

/// Why an elevation raster could not be read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum GeoTiffError {
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
         fill its holes: gdal_fillnodata.py IN.tif OUT.tif", .0.lat_deg, .0.lon_deg
    )]
    Hole(Geographic),
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

/// Reads an elevation raster.
///
/// # Errors
/// When the file cannot be read, is no elevation raster in geographic coordinates, or is too large.
pub fn read(path: &Path) -> Result<Raster, GeoTiffError> {
    decode::read(path).map_err(|fault| GeoTiffError::File { path: path.to_owned(), fault })
}

/// Writes an elevation raster: 32-bit floating point, DEFLATE, heights rounded to [`HEIGHT_STEP_M`]. An interrupted
/// write leaves no half file behind.
///
/// # Errors
/// When the raster is empty or the file cannot be written.
pub fn write(path: &Path, raster: &Raster) -> Result<(), GeoTiffError> {
    encode::write(path, raster).map_err(|fault| GeoTiffError::File { path: path.to_owned(), fault })
}

/// Resamples `raster` into the local frame: nodes `posting_m` apart from the south-west corner of `extent`, enough of
/// them to reach its north-east corner.
///
/// # Errors
/// When the raster does not cover the extent, has a hole in it, or the posting does not suit the extent.
pub fn height_field(
    raster: &Raster,
    projection: &LocalProjection,
    extent: Rectangle,
    posting_m: f64,
) -> Result<HeightField, GeoTiffError> {
    let size = node_counts(extent, posting_m)?;
    require_corners(raster, projection, extent)?;
    let height_at = |place: &Place| raster.height_m(projection.to_geographic(place));
    let mut hole = None;
    let field = HeightField::sampled(extent.low, posting_m, size, |node| {
        // The last nodes may lie up to a posting past the extent; where the raster ends before, its edge goes on.
        let edge = node.inf(&extent.high);
        height_at(node).or_else(|| height_at(&edge)).unwrap_or_else(|| {
            hole.get_or_insert(edge);
            f64::NAN
        })
    });
    hole.map_or(Ok(field), |place| Err(GeoTiffError::Hole(projection.to_geographic(&place))))
}

/// Columns and rows of a height field over `extent`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "checked first"
)]
fn node_counts(extent: Rectangle, posting_m: f64) -> Result<[usize; 2], GeoTiffError> {
    let size_m: [f64; 2] = extent.size().into();
    // A hair less, so that an extent of whole postings does not get another row from a rounding error.
    let steps = size_m.map(|size_m| (size_m / posting_m - 1e-9).ceil());
    let sensible = posting_m > 0.0
        && size_m.iter().all(|&size_m| size_m > 0.0)
        && (steps[0] + 1.0) * (steps[1] + 1.0) <= MAX_NODES as f64;
    if !sensible {
        return Err(GeoTiffError::Posting { size_m, posting_m });
    }
    Ok(steps.map(|steps| steps as usize + 1))
}

fn require_corners(raster: &Raster, projection: &LocalProjection, extent: Rectangle) -> Result<(), GeoTiffError> {
    let Rectangle { low, high } = extent;
    let corners = [
        ("south-west", low),
        ("south-east", Place::new(high.x, low.y)),
        ("north-west", Place::new(low.x, high.y)),
        ("north-east", high),
    ];
    let grid = raster.grid;
    let last = grid.node(grid.columns.saturating_sub(1), grid.rows.saturating_sub(1));
    for (corner, place) in corners {
        let place = projection.to_geographic(&place);
        if !grid.contains(place) {
            return Err(GeoTiffError::Uncovered {
                corner,
                place,
                grid,
                south_deg: last.lat_deg,
                east_deg: last.lon_deg,
            });
        }
    }
    Ok(())
}
