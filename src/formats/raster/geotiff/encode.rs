//! Writing an elevation raster.

use std::io::{Cursor, Write};
use std::path::Path;

use tiff::encoder::colortype::Gray32Float;
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder};
use tiff::tags::Tag;
use tiff::{TiffError, TiffResult};

use super::metadata;
use crate::formats::raster::{Fault, Raster};
use crate::formats::write_aside;

/// Heights are rounded to this, m: far below the accuracy of any elevation model, and the file halves.
pub const HEIGHT_STEP_M: f64 = 1.0 / 16.0;

/// GDAL's own tag for its metadata, which the tiff crate does not name.
pub(super) const GDAL_METADATA: Tag = Tag::Unknown(42_112);
/// What stands for "no data" in a file: the customary value, below any ground.
const NO_DATA: f32 = -32_768.0;
/// Rows that are compressed together.
const ROWS_PER_STRIP: u32 = 64;

/// The coordinate system, as `GeoTIFF` keys: (key, value), each a short.
const GEO_KEYS: [[u16; 2]; 5] = [
    [1024, 2],    // model: geographic
    [1025, 2],    // raster: pixel is point
    [2048, 4326], // WGS84
    [2054, 9102], // degrees
    [4099, 9001], // heights in metres
];

pub fn write(path: &Path, raster: &Raster) -> Result<(), Fault> {
    let bytes = encode(raster).map_err(|error| match error {
        TiffError::IoError(error) => Fault::Io(error),
        other => Fault::Tiff(other.to_string()),
    })?;
    write_aside(path, |file| file.write_all(&bytes)).map_err(Fault::Io)
}

/// The bytes of the file.
pub(super) fn encode(raster: &Raster) -> TiffResult<Vec<u8>> {
    let grid = raster.grid;
    let heights: Vec<f32> = raster.heights_m.iter().map(|&height| stored(height)).collect();
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file)?.with_compression(Compression::Deflate(DeflateLevel::Best));
    let mut image = encoder.new_image::<Gray32Float>(u32::try_from(grid.columns)?, u32::try_from(grid.rows)?)?;
    image.rows_per_strip(ROWS_PER_STRIP)?;
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[grid.lon_step_deg, grid.lat_step_deg, 0.0][..])?;
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, grid.west_deg, grid.north_deg, 0.0][..])?;
    tags.write_tag(Tag::GeoKeyDirectoryTag, &geo_key_directory()[..])?;
    tags.write_tag(GDAL_METADATA, &*metadata::xml(&raster.description))?;
    tags.write_tag(Tag::GdalNodata, &*NO_DATA.to_string())?;
    image.write_data(&heights)?;
    Ok(file.into_inner())
}

#[expect(clippy::cast_possible_truncation, reason = "a height in sixteenths of a metre fits 24 bits")]
fn stored(height_m: f32) -> f32 {
    if height_m.is_nan() {
        return NO_DATA;
    }
    ((f64::from(height_m) / HEIGHT_STEP_M).round() * HEIGHT_STEP_M) as f32
}

/// The header (version 1.1.0, number of keys), then four shorts a key: key, 0 for "the value stands here", 1, value.
fn geo_key_directory() -> Vec<u16> {
    let mut directory = vec![1, 1, 0, 5];
    directory.extend(GEO_KEYS.iter().flat_map(|&[key, value]| [key, 0, 1, value]));
    directory
}
