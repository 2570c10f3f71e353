//! Shaded relief: heights as tints, slopes as light and shadow.

use nalgebra::Vector3;

use super::png;
use super::svg::{real, whole};
use crate::world::geo::{Horizontal, Place, Rectangle};
use crate::world::terrain::Terrain;

/// Pixels along the longer side.
const LONGER_SIDE_PX: f64 = 320.0;
/// Steps of height and of light in the palette; their product is a byte's 256, less one for places without ground.
const TINTS: usize = 15;
const SHADES: usize = 17;
/// The colour of places without ground.
const NO_GROUND: [u8; 3] = [225, 225, 225];
/// Tints from valley to summit.
const RAMP: [[f64; 3]; 5] =
    [[206.0, 222.0, 190.0], [236.0, 234.0, 202.0], [229.0, 209.0, 167.0], [203.0, 172.0, 134.0], [240.0, 234.0, 226.0]];
/// How much steeper slopes are lit than they are.
const EXAGGERATION: f64 = 1.6;

/// A relief picture and the heights it spans.
pub(super) struct Relief {
    /// The picture.
    pub data_uri: String,
    /// Lowest and highest ground, m above mean sea level.
    pub range_m: (f64, f64),
}

/// The relief of `extent`; `None` where there is no ground at all.
pub(super) fn relief(terrain: &Terrain, extent: Rectangle) -> Option<Relief> {
    let size = extent.size();
    let step = size.max() / LONGER_SIDE_PX;
    let (columns, rows) = (whole(size.x / step, 2), whole(size.y / step, 2));
    let place = |column: usize, row: usize| {
        // Rows run from north to south, as pixels do.
        extent.low + Horizontal::new((real(column) + 0.5) * step, size.y - (real(row) + 0.5) * step)
    };
    let places: Vec<Place> = (0..rows).flat_map(|row| (0..columns).map(move |column| place(column, row))).collect();
    let heights: Vec<Option<f64>> = places.iter().map(|place| terrain.ground_amsl_m(place)).collect();
    let range_m = heights
        .iter()
        .flatten()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &height| (low.min(height), high.max(height)));
    if range_m.0 > range_m.1 {
        return None;
    }
    let pixels: Vec<u8> = places
        .iter()
        .zip(&heights)
        .map(|(place, height)| height.map_or(u8::MAX, |height| colour(terrain, place, height, range_m)))
        .collect();
    Some(Relief { data_uri: png::data_uri(columns, &pixels, &palette()), range_m })
}

/// Index into the palette.
fn colour(terrain: &Terrain, place: &Place, height_m: f64, (low, high): (f64, f64)) -> u8 {
    let tint = step_of((height_m - low) / (high - low).max(1.0), TINTS);
    let shade = step_of(light(terrain.normal(place).unwrap_or_else(Vector3::z)), SHADES);
    u8::try_from(tint * SHADES + shade).unwrap_or(u8::MAX)
}

fn step_of(share: f64, steps: usize) -> usize {
    whole(share.clamp(0.0, 1.0) * real(steps), 0).min(steps - 1)
}

/// Brightness 0 … 1 of a slope lit from the north-west, as maps are.
fn light(normal: Vector3<f64>) -> f64 {
    let steeper = Vector3::new(normal.x * EXAGGERATION, normal.y * EXAGGERATION, normal.z).normalize();
    steeper.dot(&Vector3::new(-0.5, 0.5, std::f64::consts::FRAC_1_SQRT_2)).max(0.0)
}

fn palette() -> Vec<[u8; 3]> {
    let shades = |tint: usize| (0..SHADES).map(move |shade| (tint, shade));
    let lit = |(tint, shade): (usize, usize)| {
        let position = real(tint) / real(TINTS - 1) * real(RAMP.len() - 1);
        let below = whole(position, 0).min(RAMP.len() - 2);
        let brightness = 0.42 + 0.82 * (real(shade) + 0.5) / real(SHADES);
        std::array::from_fn(|channel| {
            let (a, b) = (RAMP[below][channel], RAMP[below + 1][channel]);
            let value = (a + (b - a) * (position - real(below))) * brightness;
            u8::try_from(whole(value.round(), 0)).unwrap_or(u8::MAX)
        })
    };
    (0..TINTS).flat_map(shades).map(lit).chain([NO_GROUND]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::terrain::HeightField;

    #[test]
    fn the_side_towards_the_light_is_brighter() {
        let field =
            HeightField::sampled(Place::new(-100.0, -100.0), 10.0, [21, 21], |p| (80.0 - p.coords.norm()).max(0.0));
        let terrain = Terrain::new(field, None, true, "test");
        let at = |x, y| light(terrain.normal(&Place::new(x, y)).unwrap());
        assert!(at(-30.0, 30.0) > at(99.0, 99.0) && at(99.0, 99.0) > at(30.0, -30.0));
        assert_eq!(palette().len(), 256);
    }
}
