//! `GeoTIFF`: any layout of tiles or strips, whole numbers or floating point, written so that GDAL reads it.

mod decode;
mod encode;
mod metadata;
#[cfg(test)]
mod tests;

pub use encode::HEIGHT_STEP_M;

pub(super) use decode::{decode, read};
pub(super) use encode::write;
