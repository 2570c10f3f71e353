//! How far a drone is from where it believes to be: errors of satellite positioning, and drift without it.
//!
//! On each axis the error is a first-order Gauss–Markov process, drawn for each drone by itself. It is kept as a process of
//! variance 1 and scaled when read by the accuracy and the dilution of the place, so that its statistics hang neither on
//! the step nor on the way that was flown.

use std::sync::Arc;

use nalgebra::Vector3;

use crate::units::{Ahead, RandomStream, SimTime};
use crate::world::coverage::{Sky, SkyMap};
use crate::world::geo::{Place, Position};

/// How positions are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positioning {
    /// Satellites of several systems, nothing else.
    Standalone,
    /// With corrections from satellites (SBAS, PPP-B2b), converged.
    Sbas,
    /// With corrections from a base nearby, fixed.
    Rtk,
}

impl Positioning {
    /// Its name, also the one in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Standalone => "standalone",
            Self::Sbas => "sbas",
            Self::Rtk => "rtk",
        }
    }

    /// Standard deviation on each horizontal axis and upwards under an open sky, m.
    ///
    /// Standalone: half of the positions within 1.5–2.5 m, 95 % within about 5 m and 8–10 m of height (medium confidence); a
    /// circle of 2.448 σ holds 95 %. SBAS: 0.1–0.3 m, taken as the circle of one half, 1.177 σ (medium); upwards twice that (low).
    /// RTK: 1 cm + 1 ppm of a base 5 km away as the root mean square of both axes, 2 cm of height (medium).
    pub const fn deviations_m(self) -> [f64; 2] {
        match self {
            Self::Standalone => [2.0, 4.6],
            Self::Sbas => [0.17, 0.34],
            Self::Rtk => [0.011, 0.02],
        }
    }

    /// Time over which errors fall to 1/e, s: minutes where the atmosphere and orbits rule, less where multipath is what is
    /// left; low confidence.
    const fn correlation_s(self) -> f64 {
        match self {
            Self::Standalone | Self::Sbas => 100.0,
            Self::Rtk => 30.0,
        }
    }
}

/// Deviation of the bias of an accelerometer, m/s²: 2 mg, which small flight controllers have once calibrated; low confidence.
const BIAS_MPS2: f64 = 0.02;

/// How the drones of a run find their positions.
#[derive(Clone, Debug)]
pub struct Navigation {
    /// With what.
    pub positioning: Positioning,
    /// The sky over the area; computed once, shared by every run.
    pub sky: Arc<SkyMap>,
}

impl Navigation {
    /// The sky over a point, `agl_m` above the ground at `place`.
    pub fn sky(&self, place: &Place, agl_m: f64) -> Sky {
        self.sky.at(place, agl_m)
    }

    /// How errors go on over a step, the same for all drones.
    pub fn pace(&self, step: SimTime) -> Pace {
        let kept = libm::exp(-step.seconds() / self.positioning.correlation_s());
        Pace { kept, renewed: (1.0 - kept * kept).sqrt(), step }
    }
}

/// Numbers fetched at once: as many as the generator makes at once.
const AHEAD: usize = 32;

/// How much of an error is left after a step, and how much is new: the exact solution of the process for any step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    kept: f64,
    renewed: f64,
    step: SimTime,
}

/// The error of one drone's position.
#[derive(Clone, Debug)]
pub struct PositionError {
    draws: Ahead<AHEAD>,
    /// East, north, up; each of variance 1.
    unit: Vector3<f64>,
    /// Of its accelerometers, m/s².
    bias_mps2: Vector3<f64>,
    /// For how long it has had no position, and its error when it lost it, m.
    outage: Option<(SimTime, Vector3<f64>)>,
    /// What the last step ended with, m.
    error_m: Vector3<f64>,
}

impl PositionError {
    /// The error of a drone that has had a position for long, from its stream (of `Purpose::Navigation` and the drone).
    pub fn new(navigation: &Navigation, sky: &Sky, stream: RandomStream) -> Self {
        let mut draws = Ahead::new(stream);
        let (unit, bias) = (three(&mut draws, 0), three(&mut draws, 3));
        // Without satellites the barometer still holds the height.
        let bias = bias.component_mul(&Vector3::new(1.0, 1.0, 0.0));
        let error_m = scaled(&unit, navigation.positioning, sky);
        Self { draws, unit, bias_mps2: bias * BIAS_MPS2, outage: None, error_m }
    }

    /// Goes on by one step, the `number`-th from 0, under the sky of its end. Without a position, because too little sky is seen
    /// or satellites are jammed (`is_denied`), the error that there was grows by ½ b t² with the bias b of the accelerometers.
    pub fn advance(&mut self, (navigation, pace): (&Navigation, &Pace), (sky, is_denied): (&Sky, bool), number: u64) {
        // The first batch made the drone.
        let new = three(&mut self.draws, AHEAD as u64 + 3 * number);
        self.unit = self.unit * pace.kept + new * pace.renewed;
        if sky.has_fix() && !is_denied {
            self.outage = None;
            self.error_m = scaled(&self.unit, navigation.positioning, sky);
            return;
        }
        let (lasted, error_m) = self.outage.unwrap_or((SimTime::ZERO, self.error_m));
        let lasted = lasted + pace.step;
        self.outage = Some((lasted, error_m));
        self.error_m = error_m + self.bias_mps2 * (0.5 * lasted.seconds() * lasted.seconds());
    }

    /// Where the drone believes to be.
    pub fn believed(&self, truth: &Position) -> Position {
        truth + self.error_m
    }

    /// The error: east, north, up, m.
    pub const fn error_m(&self) -> &Vector3<f64> {
        &self.error_m
    }

    /// For how long the drone has had no position; `None` while it has one.
    pub fn outage(&self) -> Option<SimTime> {
        self.outage.map(|(lasted, _)| lasted)
    }
}

fn three(draws: &mut Ahead<AHEAD>, first: u64) -> Vector3<f64> {
    Vector3::new(draws.normal(first), draws.normal(first + 1), draws.normal(first + 2))
}

fn scaled(unit: &Vector3<f64>, positioning: Positioning, sky: &Sky) -> Vector3<f64> {
    let [horizontal_m, vertical_m] = positioning.deviations_m();
    let (level, up) = (horizontal_m * sky.horizontal, vertical_m * sky.vertical);
    unit.component_mul(&Vector3::new(level, level, up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Purpose;
    use crate::world::geo::Rectangle;
    use crate::world::terrain::{HeightField, Terrain};

    fn navigation(positioning: Positioning) -> Navigation {
        let field = HeightField::sampled(Place::new(-500.0, -500.0), 100.0, [11, 11], |_| 0.0);
        let area = Rectangle { low: Place::new(-200.0, -200.0), high: Place::new(200.0, 200.0) };
        let sky = SkyMap::new(&Terrain::new(field, None, true, "test"), &area, 120.0);
        Navigation { positioning, sky: Arc::new(sky) }
    }

    fn stream(drone: u64) -> RandomStream {
        RandomStream::new(9, Purpose::Navigation, drone)
    }

    /// Errors of a drone after each of some steps.
    fn errors(navigation: &Navigation, drone: u64, step_s: f64, steps: u64, sky: &Sky) -> Vec<Vector3<f64>> {
        let pace = navigation.pace(SimTime::from_seconds(step_s));
        let mut error = PositionError::new(navigation, sky, stream(drone));
        (0..steps)
            .map(|number| {
                error.advance((navigation, &pace), (sky, false), number);
                *error.error_m()
            })
            .collect()
    }

    /// 4000 drones after a minute, in steps of 0.1 to 2 s: the circles of 50 % and 95 % and the heights as published.
    #[test]
    fn circles_are_the_published_ones_for_any_step() {
        let navigation = navigation(Positioning::Standalone);
        for (step_s, steps) in [(0.1, 600), (0.5, 120), (2.0, 30)] {
            let last = |drone| *errors(&navigation, drone, step_s, steps, &Sky::OPEN).last().unwrap();
            let all: Vec<Vector3<f64>> = (0..4000).map(last).collect();
            let share = |within: &dyn Fn(&Vector3<f64>) -> bool| {
                f64::from(u32::try_from(all.iter().filter(|error| within(error)).count()).unwrap()) / 4000.0
            };
            // Four standard errors are 0.032 at one half and 0.014 at 95 %.
            let half = share(&|error| error.xy().norm() < 2.0 * 1.177_4);
            let most = share(&|error| error.xy().norm() < 4.9);
            let height = share(&|error| error.z.abs() < 9.0);
            assert!((half - 0.5).abs() < 0.032 && (most - 0.95).abs() < 0.014, "{step_s}: {half} {most}");
            assert!((height - 0.95).abs() < 0.014, "{step_s}: {height}");
        }
    }

    /// One drone for ten days: variance, and correlation over 10, 100 and 300 s for two step sizes.
    #[test]
    fn errors_are_correlated_over_the_stated_time() {
        let navigation = navigation(Positioning::Standalone);
        for (step_s, steps) in [(0.5, 1_700_000_u64), (2.0, 425_000)] {
            let east: Vec<f64> =
                errors(&navigation, 1, step_s, steps, &Sky::OPEN).iter().map(|error| error.x / 2.0).collect();
            for lag_s in [0.0, 10.0, 100.0, 300.0] {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
                let lag = (lag_s / step_s) as usize;
                let pairs = east.iter().zip(&east[lag..]);
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let correlation = pairs.map(|(a, b)| a * b).sum::<f64>() / (east.len() - lag) as f64;
                // 8500 correlation times are as 4250 independent values.
                let expected = libm::exp(-lag_s / 100.0);
                assert!((correlation - expected).abs() < 4.0 * (2.0 / 4250.0_f64).sqrt(), "{lag_s}: {correlation}");
            }
        }
    }

    #[test]
    fn drones_are_independent_of_each_other() {
        let navigation = navigation(Positioning::Rtk);
        let of = |drone| errors(&navigation, drone, 1.0, 20_000, &Sky::OPEN);
        let (one, other) = (of(1), of(2));
        let product: f64 = one.iter().zip(&other).map(|(a, b)| a.x * b.x).sum::<f64>() / 20_000.0;
        // Both are correlated over 30 s, so that 20 000 s hold about 20 000 / 30 independent products.
        assert!((product / (0.011 * 0.011)).abs() < 4.0 / (20_000.0_f64 / 30.0).sqrt(), "{product}");
        // Whatever others do, a drone's own errors are the same.
        assert_eq!(one, of(1));
        assert_ne!(one[0], other[0]);
    }

    #[test]
    fn masked_sky_widens_errors_at_once() {
        let navigation = navigation(Positioning::Sbas);
        let masked = Sky { share: 0.5, horizontal: 2.0, vertical: 3.0 };
        let (open, wide) = (errors(&navigation, 4, 1.0, 50, &Sky::OPEN), errors(&navigation, 4, 1.0, 50, &masked));
        for (open, wide) in open.iter().zip(&wide) {
            assert!((wide - open.component_mul(&Vector3::new(2.0, 2.0, 3.0))).norm() < 1e-12);
        }
    }

    /// Without satellites the error is what it was plus ½ b t², whatever the step; afterwards it is that of satellites again.
    #[test]
    fn drift_grows_with_the_square_of_time() {
        let navigation = navigation(Positioning::Standalone);
        let blind = Sky { share: 0.05, ..Sky::OPEN };
        for (step_s, steps) in [(0.5, 120), (1.0, 60)] {
            let pace = navigation.pace(SimTime::from_seconds(step_s));
            let mut squares = 0.0;
            for drone in 0..2000 {
                let mut error = PositionError::new(&navigation, &Sky::OPEN, stream(drone));
                let before = *error.error_m();
                for number in 0..steps {
                    let sky = if number % 2 == 0 { (&blind, false) } else { (&Sky::OPEN, true) };
                    error.advance((&navigation, &pace), sky, number);
                }
                assert_eq!(error.outage(), Some(SimTime::from_millis(60_000)));
                let drift = (error.error_m() - before) / 1800.0;
                assert!((drift - error.bias_mps2).norm() < 1e-9);
                squares += drift.norm_squared() / 2.0;
                error.advance((&navigation, &pace), (&Sky::OPEN, false), steps);
                assert!(error.outage().is_none() && error.error_m().norm() < 40.0);
            }
            let deviation = (squares / 2000.0_f64).sqrt();
            assert!((deviation - BIAS_MPS2).abs() < 4.0 * BIAS_MPS2 / (2.0 * 4000.0_f64).sqrt(), "{deviation}");
        }
    }
}
