//! Turbulence along a drone's way: the Dryden model of MIL-F-8785C for heights below 1000 ft.
//!
//! The filters are stepped by their exact solution over a step, so that variance and spectrum do not depend on its
//! length. Their coefficients stand in a table by height (8 m) and airspeed (2 m/s); between two entries nothing is
//! interpolated, which keeps each entry exact. The filters are made for aeroplanes in flight: where a drone hovers, the
//! air still drifts past it with the wind, and an airspeed below 2 m/s counts as that (L).

use serde::{Deserialize, Serialize};

use crate::units::{Draws, RandomStream, SimTime};
use crate::world::geo::{Horizontal, Velocity};

const FOOT_M: f64 = 0.3048;
const KNOT_MPS: f64 = 1852.0 / 3600.0;
/// Height at which W20 is measured, m: 20 ft.
pub const W20_HEIGHT_M: f64 = 20.0 * FOOT_M;
/// The model holds between these heights above ground, m: 10 ft and 1000 ft.
const HEIGHTS_M: [f64; 2] = [10.0 * FOOT_M, 1000.0 * FOOT_M];

/// How strong the turbulence is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Turbulence {
    /// None: the mean wind alone.
    None,
    /// W20 of 15 kt.
    Light,
    /// W20 of 30 kt.
    Moderate,
    /// W20 of 45 kt.
    Severe,
    /// W20 is the wind 20 ft above the ground there and then.
    #[default]
    FromWind,
}

impl Turbulence {
    /// W20, m/s, by the wind 20 ft above the ground where that decides; `None` without turbulence.
    pub fn w20_mps(self, wind_mps: impl FnOnce() -> f64) -> Option<f64> {
        match self {
            Self::None => None,
            Self::Light => Some(15.0 * KNOT_MPS),
            Self::Moderate => Some(30.0 * KNOT_MPS),
            Self::Severe => Some(45.0 * KNOT_MPS),
            Self::FromWind => Some(wind_mps()),
        }
    }
}

/// Lengths and relative intensities at a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// Length along and across the wind, m.
    pub horizontal_m: f64,
    /// Length of the vertical component, m.
    pub vertical_m: f64,
    /// Standard deviation along and across the wind over that of the vertical component, which is W20/10.
    pub intensity: f64,
}

impl Scales {
    /// Those at a height above ground.
    pub fn at(agl_m: f64) -> Self {
        let height_m = agl_m.clamp(HEIGHTS_M[0], HEIGHTS_M[1]);
        let base = 0.177 + 0.000_823 * height_m / FOOT_M;
        Self { horizontal_m: height_m / libm::pow(base, 1.2), vertical_m: height_m, intensity: libm::pow(base, -0.4) }
    }
}

/// A filter of first order, 1/(1 + τs), over a step: what stays, and what a normal number adds.
#[derive(Clone, Copy, Debug)]
struct First {
    keep: f64,
    add: f64,
}

/// A filter of second order, (1 + √3 τs)/(1 + τs)², over a step: x₁ keeps a part, which also feeds x₂; two normal numbers
/// add the lower triangle of their covariance.
#[derive(Clone, Copy, Debug)]
struct Second {
    keep: f64,
    feed: f64,
    add: [f64; 3],
}

impl First {
    /// Over a step of `theta` time constants.
    fn over(theta: f64) -> Self {
        let keep = libm::exp(-theta);
        Self { keep, add: (-libm::expm1(-2.0 * theta)).sqrt() }
    }
}

impl Second {
    fn over(theta: f64) -> Self {
        let keep = libm::exp(-theta);
        let square = keep * keep;
        let own = -libm::expm1(-2.0 * theta) / 2.0;
        let shared = own / 2.0 - square * theta / 2.0;
        let other = own / 2.0 - square * (theta + theta * theta) / 2.0;
        let first = own.sqrt();
        let second = shared / first;
        Self { keep, feed: theta * keep, add: [first, second, (other - second * second).max(0.0).sqrt()] }
    }
}

/// The √3 of the transfer function.
const SQRT_3: f64 = 1.732_050_807_568_877_2;

/// The state of a filter of second order, in its stationary distribution from the start.
#[derive(Clone, Copy, Debug)]
struct Twofold([f64; 2]);

impl Twofold {
    /// Variances 1/2 and 1/4, covariance 1/4.
    fn drawn(draws: &mut Draws) -> Self {
        let first = draws.normal() / std::f64::consts::SQRT_2;
        Self([first, first / 2.0 + draws.normal() / 8.0_f64.sqrt()])
    }

    /// The next output, of unit variance.
    fn next(&mut self, filter: &Second, draws: &mut Draws) -> f64 {
        let (a, b) = (draws.normal(), draws.normal());
        let [first, second] = self.0;
        let [own, shared, other] = filter.add;
        self.0 = [filter.keep * first + own * a, filter.keep * second + filter.feed * first + shared * a + other * b];
        SQRT_3 * self.0[0] + (1.0 - SQRT_3) * self.0[1]
    }
}

/// The turbulence one drone flies through: the state of its three filters and its own random numbers.
#[derive(Debug)]
pub struct Gust {
    draws: Draws,
    along: f64,
    across: Twofold,
    up: Twofold,
}

/// Random numbers a step takes.
const DRAWS_PER_STEP: u64 = 5;

impl Gust {
    /// Turbulence from a step of the run on, of a stream of `Purpose::Turbulence`. It depends on that and the step alone:
    /// nobody else's flight shifts it.
    pub fn begin(stream: RandomStream, step: u64) -> Self {
        let mut draws = stream.from_step(step * DRAWS_PER_STEP);
        Self { along: draws.normal(), across: Twofold::drawn(&mut draws), up: Twofold::drawn(&mut draws), draws }
    }
}

/// Bins of height and airspeed.
const HEIGHT_BIN_M: f64 = 8.0;
const HEIGHT_BINS: u32 = 39;
const AIRSPEED_BIN_MPS: f64 = 2.0;
const AIRSPEED_BINS: u32 = 32;

/// The filters at a height and an airspeed.
#[derive(Clone, Copy, Debug)]
struct Filters {
    intensity: f64,
    along: First,
    across: Second,
    up: Second,
}

impl Filters {
    fn at(scales: Scales, airspeed_mps: f64, step_s: f64) -> Self {
        let theta = |length_m: f64| step_s * airspeed_mps / length_m;
        let horizontal = theta(scales.horizontal_m);
        Self {
            intensity: scales.intensity,
            along: First::over(horizontal),
            across: Second::over(horizontal),
            up: Second::over(theta(scales.vertical_m)),
        }
    }
}

/// The Dryden model for one length of step, shared by all drones.
#[derive(Clone, Debug)]
pub struct Dryden {
    /// By height, then airspeed.
    filters: Vec<Filters>,
}

impl Dryden {
    /// The model for a step.
    pub fn new(step: SimTime) -> Self {
        let middle = |bin: u32, width: f64| (f64::from(bin) + 0.5) * width;
        let of_height = |height: u32| {
            let scales = Scales::at(middle(height, HEIGHT_BIN_M));
            // The first bin is that of hovering: its airspeed is the floor.
            let airspeed_mps = |bin: u32| middle(bin, AIRSPEED_BIN_MPS).max(AIRSPEED_BIN_MPS);
            (0..AIRSPEED_BINS).map(move |bin| Filters::at(scales, airspeed_mps(bin), step.seconds()))
        };
        Self { filters: (0..HEIGHT_BINS).flat_map(of_height).collect() }
    }

    /// Steps the turbulence of a drone and gives it along the wind, across it to the left, and up, m/s.
    pub fn advance(&self, gust: &mut Gust, agl_m: f64, airspeed_mps: f64, w20_mps: f64) -> Velocity {
        let index = bin(agl_m, HEIGHT_BIN_M, HEIGHT_BINS) * AIRSPEED_BINS as usize
            + bin(airspeed_mps, AIRSPEED_BIN_MPS, AIRSPEED_BINS);
        let filters = &self.filters[index];
        let vertical = 0.1 * w20_mps;
        let horizontal = vertical * filters.intensity;
        gust.along = filters.along.keep * gust.along + filters.along.add * gust.draws.normal();
        let across = gust.across.next(&filters.across, &mut gust.draws);
        let up = gust.up.next(&filters.up, &mut gust.draws);
        Velocity::new(horizontal * gust.along, horizontal * across, vertical * up)
    }
}

/// The bin of a value; the last one holds what lies beyond.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates at 0")]
fn bin(value: f64, width: f64, bins: u32) -> usize {
    ((value / width) as usize).min(bins as usize - 1)
}

/// Turbulence given along a wind, turned into the local frame; in a calm the wind counts as blowing to the east.
pub fn in_frame(turbulence: &Velocity, wind: Horizontal) -> Velocity {
    let along = wind.try_normalize(0.0).unwrap_or_else(Horizontal::x);
    let left = Horizontal::new(-along.y, along.x);
    let level = along * turbulence.x + left * turbulence.y;
    Velocity::new(level.x, level.y, turbulence.z)
}

#[cfg(test)]
mod tests;
