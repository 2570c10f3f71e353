//! How hills speed the wind up, by GB 50009-2012 section 8.2.2, found from the terrain itself.
//!
//! Top and feet of the hill a place lies on are looked for along the line of the wind. The top is the highest ground
//! within 2 km before and behind the place, its windward foot the lowest ground within 2 km before the top, its lee foot
//! the lowest within 2 km behind. H is the height of the top over the windward foot; tan a is the mean slope of the upper
//! half of the windward side, as ISO 4354 measures it, and counts up to 0.3. The pressure factor at the top is
//! η = [1 + κ tan a (1 − z/(2.5 H))]²; at the feet it is 1; between them it goes linearly with the height of the ground.
//! The factor of the wind is the root of η. Shelter behind hills and in valleys is left out: no factor is below 1.

use rayon::prelude::*;

use crate::world::geo::{Horizontal, Place, Rectangle};
use crate::world::terrain::Terrain;

/// κ for hills that stand alone; 1.4 for escarpments is not told apart, so that those are overrated.
const KAPPA: f64 = 2.2;
/// The greatest slope that counts.
const STEEPEST: f64 = 0.3;
/// From this multiple of H upwards a hill is not felt.
const FELT_TO: f64 = 2.5;
/// How far along the wind tops and feet are looked for, m.
const REACH_M: f64 = 2000.0;
/// Hills lower than this are no hills, m.
const LEAST_HEIGHT_M: f64 = 5.0;
/// Usual distance between the places where factors are known, m, and the most such places: a large area has them
/// further apart.
const SPACING_M: f64 = 50.0;
const MOST_PLACES: f64 = 200_000.0;
/// How far beyond the area factors are known, m.
const MARGIN_M: f64 = 500.0;

/// The eight directions a wind can blow to, counter-clockwise from the east, as steps on the lattice.
const DIRECTIONS: [[isize; 2]; 8] = [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];

/// What hills do to a wind at a place: its factor is 1 + gain − loss · z, and never below 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct SpeedUp {
    gain: f32,
    loss_per_m: f32,
}

/// The speed-up over the hills of an area.
#[derive(Clone, Debug)]
pub struct Hills {
    south_west: Place,
    spacing_m: f64,
    columns: usize,
    rows: usize,
    /// By row, column and direction.
    nodes: Vec<[SpeedUp; 8]>,
}

impl Hills {
    /// The hills in and around an area.
    pub fn over(terrain: &Terrain, area: &Rectangle) -> Self {
        let known = area.grown(MARGIN_M);
        let size = known.size();
        let spacing_m = (size.x * size.y / MOST_PLACES).sqrt().max(SPACING_M);
        let [columns, rows] = [size.x, size.y].map(|side_m| steps(side_m, spacing_m) + 1);
        let heights = Heights::around(terrain, known.low, spacing_m, [columns, rows]);
        let row = |row: usize| (0..columns).map(|column| heights.speed_ups(column, row)).collect::<Vec<_>>();
        let nodes = (0..rows).into_par_iter().flat_map_iter(row).collect();
        Self { south_west: known.low, spacing_m, columns, rows, nodes }
    }

    /// The factor of a wind at a place and a height above its ground; bilinear between the places where it is known and
    /// linear between directions, by the tangent. Beyond the area it is that of its edge.
    pub fn factor(&self, place: &Place, agl_m: f64, wind: Horizontal) -> f64 {
        let Some((directions, share)) = between(wind) else { return 1.0 };
        let inside = (place - self.south_west) / self.spacing_m;
        let (column, x) = split(inside.x, self.columns);
        let (row, y) = split(inside.y, self.rows);
        let first = row * self.columns + column;
        let corners = [first, first + 1, first + self.columns, first + self.columns + 1];
        let weights = [(1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y];
        let mut excess = 0.0;
        for (corner, weight) in corners.into_iter().zip(weights) {
            let node = &self.nodes[corner];
            let of = |speed_up: SpeedUp| f64::from(speed_up.gain) - f64::from(speed_up.loss_per_m) * agl_m;
            let (axis, diagonal) = (of(node[directions[0]]), of(node[directions[1]]));
            excess += weight * (axis + (diagonal - axis) * share);
        }
        1.0 + excess.max(0.0)
    }
}

/// The main direction and the diagonal a wind blows between, and how far it is from the first; `None` in a calm.
fn between(wind: Horizontal) -> Option<([usize; 2], f64)> {
    let (x, y) = (wind.x.abs(), wind.y.abs());
    let (more, less) = if x > y { (x, y) } else { (y, x) };
    if more <= 0.0 {
        return None;
    }
    let axis = match (x > y, wind.x > 0.0, wind.y > 0.0) {
        (true, true, _) => 0,
        (true, false, _) => 4,
        (false, _, true) => 2,
        (false, _, false) => 6,
    };
    let diagonal = match (wind.x > 0.0, wind.y > 0.0) {
        (true, true) => 1,
        (false, true) => 3,
        (false, false) => 5,
        (true, false) => 7,
    };
    Some(([axis, diagonal], less / more))
}

/// The cell an offset falls into and how far inside it; what lies outside counts as on the edge.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to a grid"
)]
fn split(offset: f64, nodes: usize) -> (usize, f64) {
    let clamped = offset.clamp(0.0, (nodes - 1) as f64);
    let cell = (clamped as usize).min(nodes - 2);
    (cell, clamped - cell as f64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sides of an area over a positive spacing")]
fn steps(length_m: f64, spacing_m: f64) -> usize {
    (length_m / spacing_m).ceil().max(1.0) as usize
}

/// The ground at the nodes of the lattice and far enough around.
struct Heights {
    ground_m: Vec<f32>,
    columns: usize,
    /// Nodes around on every side.
    rim: usize,
    spacing_m: f64,
}

impl Heights {
    fn around(terrain: &Terrain, low: Place, spacing_m: f64, [columns, rows]: [usize; 2]) -> Self {
        let rim = 2 * steps(REACH_M, spacing_m);
        let wide = columns + 2 * rim;
        let row = |row: usize| {
            (0..wide).map(move |column| {
                let place = low + (node(column, row) - Horizontal::repeat(rim_offset(rim))) * spacing_m;
                #[expect(clippy::cast_possible_truncation, reason = "terrain is stored in single precision")]
                let height_m = terrain.extended_ground_amsl_m(&place) as f32;
                height_m
            })
        };
        let ground_m = (0..rows + 2 * rim).into_par_iter().flat_map_iter(row).collect();
        Self { ground_m, columns: wide, rim, spacing_m }
    }

    fn speed_ups(&self, column: usize, row: usize) -> [SpeedUp; 8] {
        let here = (row + self.rim) * self.columns + column + self.rim;
        DIRECTIONS.map(|step| self.line(here, step).speed_up())
    }

    /// The ground along a wind that blows in steps of `[east, north]`.
    fn line(&self, here: usize, [east, north]: [isize; 2]) -> Line<'_> {
        let step_m = if east != 0 && north != 0 { self.spacing_m * std::f64::consts::SQRT_2 } else { self.spacing_m };
        let stride = north * self.columns.cast_signed() + east;
        Line { heights: self, here, stride, step_m, reach: steps(REACH_M, step_m).cast_signed() }
    }
}

#[expect(clippy::cast_precision_loss, reason = "grids are far smaller than 2^53 nodes")]
fn node(column: usize, row: usize) -> Horizontal {
    Horizontal::new(column as f64, row as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen nodes")]
const fn rim_offset(rim: usize) -> f64 {
    rim as f64
}

/// The ground along the wind through a place.
struct Line<'a> {
    heights: &'a Heights,
    here: usize,
    stride: isize,
    step_m: f64,
    /// Steps within reach.
    reach: isize,
}

impl Line<'_> {
    /// The height so many steps downwind, m.
    fn at(&self, steps: isize) -> f64 {
        f64::from(self.heights.ground_m[self.here.wrapping_add_signed(steps * self.stride)])
    }

    /// The lowest ground between two steps, m.
    fn lowest(&self, from: isize, to: isize) -> f64 {
        (from..=to).map(|step| self.at(step)).fold(f64::INFINITY, f64::min)
    }

    /// The step with the highest ground within reach; of equal ones the first.
    fn top(&self) -> isize {
        (-self.reach..=self.reach).fold(-self.reach, |top, step| if self.at(step) > self.at(top) { step } else { top })
    }

    fn speed_up(&self) -> SpeedUp {
        let top = self.top();
        let top_m = self.at(top);
        let height_m = top_m - self.lowest(top - self.reach, top);
        if height_m < LEAST_HEIGHT_M {
            return SpeedUp::default();
        }
        let foot_m = if top >= 0 { top_m - height_m } else { self.lowest(top, top + self.reach) };
        let share = ((self.at(0) - foot_m) / (top_m - foot_m).max(LEAST_HEIGHT_M)).clamp(0.0, 1.0);
        let at_top = 1.0 + KAPPA * self.upper_slope(top, height_m).min(STEEPEST);
        let gain = (1.0 + share * (at_top * at_top - 1.0)).sqrt() - 1.0;
        #[expect(clippy::cast_possible_truncation, reason = "factors are not known to more than seven digits")]
        let single = |value: f64| value as f32;
        SpeedUp { gain: single(gain), loss_per_m: single(gain / (FELT_TO * height_m)) }
    }

    /// The mean slope of the upper half of the windward side.
    fn upper_slope(&self, top: isize, height_m: f64) -> f64 {
        let half_m = self.at(top) - height_m / 2.0;
        let mut above_m = self.at(top);
        for step in 1..=self.reach {
            let ground_m = self.at(top - step);
            if ground_m <= half_m {
                let inside = (above_m - half_m) / (above_m - ground_m);
                #[expect(clippy::cast_precision_loss, reason = "a few dozen steps")]
                let steps = (step - 1) as f64 + inside;
                return height_m / 2.0 / (steps * self.step_m);
            }
            above_m = ground_m;
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::terrain::HeightField;
    use crate::world::weather::wind_from;

    const AREA: f64 = 2500.0;

    fn hills(height_m: impl Fn(&Place) -> f64) -> Hills {
        let field = HeightField::sampled(Place::new(-7000.0, -7000.0), 50.0, [281, 281], height_m);
        let area = Rectangle { low: Place::new(-AREA, -AREA), high: Place::new(AREA, AREA) };
        Hills::over(&Terrain::new(field, None, true, "test"), &area)
    }

    /// A cone of 390 m with a slope of 0.3, as in the reference: 1.65, 1.62 and 1.58 at 10, 60 and 120 m above its top.
    #[test]
    fn a_cone_gives_the_reference_values() {
        let cone = hills(|p| 160.0 + (390.0 - 0.3 * p.coords.norm()).max(0.0));
        for direction in 0..16 {
            let wind = wind_from(f64::from(direction) * 22.5, 6.0);
            for (agl_m, expected) in [(10.0, 1.652), (60.0, 1.620), (120.0, 1.579)] {
                let found = cone.factor(&Place::origin(), agl_m, wind);
                assert!((found - expected).abs() < 0.01, "{direction} at {agl_m} m: {found}");
            }
            let foot = cone.factor(&Place::new(-1400.0, 0.0), 10.0, wind);
            assert!((foot - 1.0).abs() < 0.001, "{direction}: {foot}");
        }
        // Half-way up, on both sides of the wind, the pressure factor is half-way.
        let half = (1.0 + 0.5 * (1.66_f64 * 1.66 - 1.0)).sqrt();
        for x in [-650.0, 650.0] {
            let found = cone.factor(&Place::new(x, 0.0), 0.0, wind_from(270.0, 6.0));
            assert!((found - half).abs() < 0.01, "{x}: {found}, expected {half}");
        }
        assert_eq!(cone.factor(&Place::origin(), 10.0, Horizontal::zeros()).to_bits(), 1.0_f64.to_bits());
        assert!((cone.factor(&Place::origin(), 5000.0, wind_from(0.0, 6.0)) - 1.0).abs() < 1e-12);
    }

    /// A gentle hill speeds up less, a ridge only a wind across it, and plains not at all.
    #[test]
    fn slope_and_direction_count() {
        let gentle = hills(|p| (200.0 - 0.1 * p.coords.norm()).max(0.0));
        let found = gentle.factor(&Place::origin(), 10.0, wind_from(200.0, 5.0));
        assert!((found - (1.0 + 2.2 * 0.1 * 0.98)).abs() < 0.01, "{found}");
        let ridge = hills(|p| (200.0 - 0.2 * p.x.abs()).max(0.0));
        let across = ridge.factor(&Place::origin(), 10.0, wind_from(270.0, 5.0));
        let along = ridge.factor(&Place::origin(), 10.0, wind_from(0.0, 5.0));
        assert!(across > 1.4 && (along - 1.0).abs() < 1e-6, "{across} {along}");
        let plain = hills(|p| 170.0 + 0.002 * p.x);
        assert!((plain.factor(&Place::origin(), 10.0, wind_from(270.0, 5.0)) - 1.0).abs() < 0.01);
    }
}
