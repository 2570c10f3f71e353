//! Reading an elevation raster. Nothing a file can hold may panic or eat the memory.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::encode::GDAL_METADATA;
use super::metadata::{self, Item};
use crate::formats::raster::{Fault, Grid, MAX_SAMPLES, PLAUSIBLE_M, Raster, VerticalDatum};

/// No compression used in TIFF makes more samples than this of a byte: a larger claim is a damaged or hostile header.
const MAX_SAMPLES_PER_BYTE: u64 = 4096;

impl From<TiffError> for Fault {
    fn from(error: TiffError) -> Self {
        Self::Tiff(error.to_string())
    }
}

pub fn read(path: &Path) -> Result<Raster, Fault> {
    let file = File::open(path).map_err(Fault::Io)?;
    let bytes = file.metadata().map_err(Fault::Io)?.len();
    decode(BufReader::new(file), bytes)
}

/// Reads a raster from a file of `bytes` bytes.
pub fn decode<R: Read + Seek>(reader: R, bytes: u64) -> Result<Raster, Fault> {
    let mut tiff = Decoder::new(reader)?;
    let (columns, rows) = tiff.dimensions()?;
    require_size(columns, rows, bytes)?;
    require_elevation(tiff.colortype()?)?;
    let keys = GeoKeys::read(&mut tiff)?;
    keys.require_geographic()?;
    let datum = keys.datum()?;
    let grid = grid(&mut tiff, &keys, columns, rows)?;
    // Metadata in a foreign encoding is no reason to refuse the heights.
    let text = tiff.get_tag_ascii_string(GDAL_METADATA).unwrap_or_default();
    let items = metadata::items(&text);
    let meaning = SampleMeaning::new(&items, no_data(&mut tiff))?;
    let heights_m = heights(&mut tiff, grid, &meaning)?;
    Ok(Raster { grid, datum, heights_m, description: metadata::description(&items) })
}

fn require_size(columns: u32, rows: u32, bytes: u64) -> Result<(), Fault> {
    let samples = u64::from(columns) * u64::from(rows);
    if samples > MAX_SAMPLES {
        return Err(Fault::TooLarge { columns, rows });
    }
    if samples > bytes.saturating_mul(MAX_SAMPLES_PER_BYTE) {
        return Err(Fault::Tiff(format!("it claims {columns} by {rows} samples in {bytes} bytes")));
    }
    if columns < 2 || rows < 2 {
        return Err(Fault::Placement(format!("{columns} by {rows} samples span no area")));
    }
    Ok(())
}

fn require_elevation(color: ColorType) -> Result<(), Fault> {
    match color {
        ColorType::Gray(16 | 32 | 64) => Ok(()),
        other => Err(Fault::Samples(format!("{other:?} samples"))),
    }
}

/// The short-valued `GeoTIFF` keys of a file: (key, value).
struct GeoKeys(Vec<(u16, u16)>);

impl GeoKeys {
    const MODEL: u16 = 1024;
    const RASTER: u16 = 1025;
    const GEOGRAPHIC: u16 = 2048;
    const ANGULAR_UNIT: u16 = 2054;
    const PROJECTED: u16 = 3072;
    const VERTICAL: u16 = 4096;
    const VERTICAL_UNIT: u16 = 4099;

    fn read<R: Read + Seek>(tiff: &mut Decoder<R>) -> Result<Self, Fault> {
        let Some(directory) = tiff.find_tag(Tag::GeoKeyDirectoryTag)? else {
            return Err(Fault::Reference("no coordinate system that it names".into()));
        };
        let shorts = directory.into_u16_vec()?;
        let entries = shorts.chunks_exact(4).skip(1).filter(|entry| entry[1] == 0);
        Ok(Self(entries.map(|entry| (entry[0], entry[3])).collect()))
    }

    fn get(&self, key: u16) -> Option<u16> {
        self.0.iter().find(|(found, _)| *found == key).map(|(_, value)| *value)
    }

    fn require_geographic(&self) -> Result<(), Fault> {
        if let Some(code) = self.get(Self::PROJECTED) {
            return Err(Fault::Reference(format!("the projected system EPSG:{code}")));
        }
        match (self.get(Self::MODEL), self.get(Self::GEOGRAPHIC)) {
            (Some(1), _) => Err(Fault::Reference("a projected system of its own".into())),
            (Some(3), _) => Err(Fault::Reference("geocentric coordinates".into())),
            (_, Some(4326 | 4490)) => match self.get(Self::ANGULAR_UNIT) {
                None | Some(9102) => Ok(()),
                Some(unit) => Err(Fault::Reference(format!("angles of unit EPSG:{unit}"))),
            },
            (_, Some(code)) => Err(Fault::Reference(format!("the geographic system EPSG:{code}"))),
            (_, None) => Err(Fault::Reference("no coordinate system that it names".into())),
        }
    }

    /// What the heights are measured from, as far as the file says; they must be metres.
    fn datum(&self) -> Result<Option<VerticalDatum>, Fault> {
        if let Some(unit) = self.get(Self::VERTICAL_UNIT).filter(|unit| ![9001, 0, 32_767].contains(unit)) {
            return Err(Fault::Heights(format!("in the unit EPSG:{unit}")));
        }
        Ok(match self.get(Self::VERTICAL) {
            Some(4979 | 5030) => Some(VerticalDatum::Ellipsoid),
            Some(5773 | 5171) => Some(VerticalDatum::Egm96),
            Some(3855 | 1027) => Some(VerticalDatum::Egm2008),
            _ => None,
        })
    }

    fn pixel_is_point(&self) -> bool {
        self.get(Self::RASTER) == Some(2)
    }
}

fn grid<R: Read + Seek>(tiff: &mut Decoder<R>, keys: &GeoKeys, columns: u32, rows: u32) -> Result<Grid, Fault> {
    let mut doubles = |tag, name: &str| -> Result<Vec<f64>, Fault> {
        let value = tiff.find_tag(tag)?.ok_or_else(|| Fault::Placement(format!("{name} is missing")))?;
        Ok(value.into_f64_vec()?)
    };
    let scale = doubles(Tag::ModelPixelScaleTag, "ModelPixelScale")?;
    let tie = doubles(Tag::ModelTiepointTag, "ModelTiepoint")?;
    let (&[lon_step_deg, lat_step_deg, ..], &[column, row, _, lon_deg, lat_deg, _]) = (&scale[..], &tie[..]) else {
        return Err(Fault::Placement(format!(
            "ModelPixelScale has {} values, ModelTiepoint {}",
            scale.len(),
            tie.len()
        )));
    };
    let half = if keys.pixel_is_point() { 0.0 } else { 0.5 };
    let grid = Grid {
        columns: columns as usize,
        rows: rows as usize,
        west_deg: lon_deg + (half - column) * lon_step_deg,
        north_deg: lat_deg - (half - row) * lat_step_deg,
        lon_step_deg,
        lat_step_deg,
    };
    grid.require_on_earth()?;
    Ok(grid)
}

fn no_data<R: Read + Seek>(tiff: &mut Decoder<R>) -> Option<f64> {
    tiff.get_tag_ascii_string(Tag::GdalNodata).ok()?.trim().parse().ok()
}

/// How a stored number becomes a height.
struct SampleMeaning {
    no_data: Option<f64>,
    scale: f64,
    offset_m: f64,
}

impl SampleMeaning {
    fn new(items: &[Item], no_data: Option<f64>) -> Result<Self, Fault> {
        let role = |role: &str| items.iter().find(|item| item.role == role).map(|item| item.text.trim());
        match role("unittype") {
            None | Some("" | "m" | "metre" | "meter" | "metres" | "meters") => {}
            Some(unit) => return Err(Fault::Heights(format!("in \"{unit}\""))),
        }
        let number = |name: &str, otherwise: f64| match role(name) {
            None => Ok(otherwise),
            Some(text) => text.parse().ok().ok_or_else(|| Fault::Heights(format!("stored with the {name} \"{text}\""))),
        };
        Ok(Self { no_data, scale: number("scale", 1.0)?, offset_m: number("offset", 0.0)? })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a height keeps 0.03 mm in 32 bits")]
    fn height_m(&self, sample: f64) -> f32 {
        let height_m = sample * self.scale + self.offset_m;
        if self.no_data == Some(sample) || !PLAUSIBLE_M.contains(&height_m) { f32::NAN } else { height_m as f32 }
    }
}

/// All heights, decoded chunk by chunk (a tile or a strip), so that only one chunk is in memory twice.
fn heights<R: Read + Seek>(tiff: &mut Decoder<R>, grid: Grid, meaning: &SampleMeaning) -> Result<Vec<f32>, Fault> {
    let (width, height) = tiff.chunk_dimensions();
    let (width, height) = (width as usize, height as usize);
    let across = grid.columns.div_ceil(width);
    let chunks = across * grid.rows.div_ceil(height);
    let mut heights_m = vec![f32::NAN; grid.columns * grid.rows];
    for chunk in 0..chunks {
        let samples = heights_of(&tiff.read_chunk(u32::try_from(chunk).map_err(TiffError::from)?)?, meaning)?;
        let (west, north) = (chunk % across * width, chunk / across * height);
        let line = width.min(grid.columns - west);
        for (row, found) in (north..grid.rows).zip(samples.chunks_exact(line)) {
            let start = row * grid.columns + west;
            heights_m[start..start + line].copy_from_slice(found);
        }
    }
    Ok(heights_m)
}

fn heights_of(samples: &DecodingResult, meaning: &SampleMeaning) -> Result<Vec<f32>, Fault> {
    fn each<T: Copy + Into<f64>>(samples: &[T], meaning: &SampleMeaning) -> Vec<f32> {
        samples.iter().map(|&sample| meaning.height_m(sample.into())).collect()
    }
    Ok(match samples {
        DecodingResult::U16(samples) => each(samples, meaning),
        DecodingResult::I16(samples) => each(samples, meaning),
        DecodingResult::U32(samples) => each(samples, meaning),
        DecodingResult::I32(samples) => each(samples, meaning),
        DecodingResult::F32(samples) => each(samples, meaning),
        DecodingResult::F64(samples) => each(samples, meaning),
        _ => return Err(Fault::Samples("samples of an unusual kind".into())),
    })
}
