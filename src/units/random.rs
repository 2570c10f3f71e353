//! Random numbers that belong to a purpose and an entity, not to a moment of the program.
//!
//! A value is a function of (seed, purpose, entity, step): nothing is stored, so thinning demand, adding a drone or
//! changing the thread count cannot shift anybody else's draws. The generator is ChaCha8; only uniform integers come
//! from it, and everything else is made from them here with [`libm`], so that every platform draws the same bits.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// What a stream of random numbers is for. The numbers are part of the results: never reuse or renumber one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Purpose {
    /// Arrival times of orders.
    Demand = 1,
    /// Payload of orders.
    Payload = 2,
    /// Seeded schematic buildings.
    Buildings = 3,
    /// Start, destination, height and speed of random traffic.
    Traffic = 4,
    /// Turbulence that a drone meets.
    Turbulence = 5,
    /// Error of a drone's positioning.
    Navigation = 6,
    /// Loss and delay on a drone's link.
    Link = 7,
    /// When a drone fails, and how.
    Failure = 8,
    /// The weather of generated hours.
    Weather = 9,
    /// Movements of manned aircraft.
    Manned = 10,
    /// Shadowing of base stations by what no terrain model shows.
    Shadowing = 11,
}

/// The number of an entity among random streams, by its source and its place in it: 32 bits of the BLAKE3 of the source's
/// identity, then the ordinal. Neither what else there is nor how many of them shifts it.
pub fn entity(source: &str, ordinal: u16) -> u64 {
    let hash = blake3::hash(source.as_bytes());
    hash.as_bytes()[..4].iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) << 16 | u64::from(ordinal)
}

/// The random numbers of one entity for one purpose, addressed by step.
#[derive(Clone, Copy, Debug)]
pub struct RandomStream {
    seed: u64,
    stream: u64,
}

impl RandomStream {
    /// The stream of `entity` for `purpose`; entities are numbered below 2⁴⁸.
    pub const fn new(seed: u64, purpose: Purpose, entity: u64) -> Self {
        Self { seed, stream: (purpose as u64) << 48 | entity }
    }

    /// The `step`-th 64-bit integer of the stream.
    pub fn bits(self, step: u64) -> u64 {
        self.from_step(step).bits()
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn uniform(self, step: u64) -> f64 {
        self.from_step(step).uniform()
    }

    /// Uniform in [low, high).
    pub fn between(self, step: u64, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform(step)
    }

    /// Exponential with the given mean, by inversion of the distribution function.
    pub fn exponential(self, step: u64, mean: f64) -> f64 {
        self.from_step(step).exponential(mean)
    }

    /// Standard normal, by inversion of the distribution function.
    pub fn normal(self, step: u64) -> f64 {
        self.from_step(step).normal()
    }

    /// The numbers of the steps from `step` on, one after the other: the same ones, for who needs many of them.
    pub fn from_step(self, step: u64) -> Draws {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(self.stream);
        generator.set_word_pos(u128::from(step) * 2);
        Draws(generator)
    }
}

/// The numbers of a stream in the order of its steps.
#[derive(Debug)]
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// The next 64-bit integer.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// The next number, uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        uniform(self.bits())
    }

    /// The next number, standard normal.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(open_uniform(self.bits()))
    }

    /// The next number, exponential with the given mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.uniform())
    }
}

/// The numbers of a stream by step, fetched `N` at a time: the same ones, for who needs a few of them again and again.
#[derive(Clone, Debug)]
pub struct Ahead<const N: usize> {
    stream: RandomStream,
    /// Which `N` steps are at hand, counted from 0.
    batch: u64,
    bits: [u64; N],
}

impl<const N: usize> Ahead<N> {
    /// The numbers of a stream.
    pub fn new(stream: RandomStream) -> Self {
        let mut ahead = Self { stream, batch: 0, bits: [0; N] };
        ahead.fetch(0);
        ahead
    }

    /// The `step`-th 64-bit integer of the stream.
    pub fn bits(&mut self, step: u64) -> u64 {
        let batch = step / N as u64;
        if batch != self.batch {
            self.fetch(batch);
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than N")]
        let place = (step % N as u64) as usize;
        self.bits[place]
    }

    /// The `step`-th number, uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self, step: u64) -> f64 {
        uniform(self.bits(step))
    }

    /// The `step`-th number, standard normal.
    pub fn normal(&mut self, step: u64) -> f64 {
        normal_quantile(open_uniform(self.bits(step)))
    }

    /// The `step`-th number, exponential with the given mean.
    pub fn exponential(&mut self, step: u64, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.uniform(step))
    }

    fn fetch(&mut self, batch: u64) {
        let mut draws = self.stream.from_step(batch * N as u64);
        self.bits = std::array::from_fn(|_| draws.bits());
        self.batch = batch;
    }
}

#[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
fn uniform(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Uniform in (0, 1): a quantile is finite.
fn open_uniform(bits: u64) -> f64 {
    (uniform(bits) + f64::EPSILON / 4.0).min(1.0 - f64::EPSILON)
}

/// Where the standard normal distribution function reaches `p`, to about 1e-16 (Wichura 1988, algorithm AS 241, PPND16).
fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE[0], r) / polynomial(&CENTRE[1], r);
    }
    let r = (-libm::log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let tail = if r <= 5.0 {
        polynomial(&SHOULDER[0], r - 1.6) / polynomial(&SHOULDER[1], r - 1.6)
    } else {
        polynomial(&TAIL[0], r - 5.0) / polynomial(&TAIL[1], r - 5.0)
    };
    tail.copysign(q)
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Numerator and denominator for |p − 0.5| ≤ 0.425, from the lowest power.
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
];
/// The same for tails down to exp(−25).
const SHOULDER: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];
/// The same beyond.
const TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Published quantiles of the standard normal distribution, one for each branch and both signs.
    #[test]
    fn normal_quantiles_are_the_published_ones() {
        for (p, quantile) in [
            (0.5, 0.0),
            (0.25, -0.674_489_750_196_081_7),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!((normal_quantile(p) - quantile).abs() < 1e-13, "{p}: {}", normal_quantile(p));
        }
        for bits in [0, u64::MAX] {
            assert!(normal_quantile(open_uniform(bits)).is_finite(), "{bits}");
        }
    }

    #[test]
    fn one_after_the_other_is_the_same_as_by_address() {
        let stream = RandomStream::new(7, Purpose::Navigation, 3);
        let mut draws = stream.from_step(5);
        for step in 5..200 {
            assert_eq!(draws.normal().to_bits(), stream.normal(step).to_bits(), "{step}");
        }
        let mut ahead = Ahead::<24>::new(stream);
        for step in [0, 1, 23, 24, 25, 47, 3, 1000, 999, 0] {
            assert_eq!(ahead.normal(step).to_bits(), stream.normal(step).to_bits());
            assert_eq!(ahead.exponential(step, 2.0).to_bits(), stream.exponential(step, 2.0).to_bits());
        }
    }

    #[test]
    fn moments_of_the_normal() {
        let mut draws = RandomStream::new(1, Purpose::Turbulence, 0).from_step(0);
        let values: Vec<f64> = (0..40_000).map(|_| draws.normal()).collect();
        let moment = |power: i32| values.iter().map(|x| (0..power).fold(1.0, |y, _| y * x)).sum::<f64>() / 40_000.0;
        // Four standard errors: the variance of x, x², x³ and x⁴ is 1, 2, 15 and 96.
        for (power, expected, variance) in [(1, 0.0, 1.0_f64), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            assert!((moment(power) - expected).abs() < 4.0 * variance.sqrt() / 200.0, "{power}: {}", moment(power));
        }
    }

    #[test]
    fn a_value_depends_on_its_address_alone() {
        let demand = RandomStream::new(7, Purpose::Demand, 3);
        let forward: Vec<u64> = (0..8).map(|step| demand.bits(step)).collect();
        let mut backward: Vec<u64> = (0..8).rev().map(|step| demand.bits(step)).collect();
        backward.reverse();
        assert_eq!(forward, backward);
        for other in [
            RandomStream::new(8, Purpose::Demand, 3),
            RandomStream::new(7, Purpose::Payload, 3),
            RandomStream::new(7, Purpose::Demand, 4),
        ] {
            assert_ne!(other.bits(0), forward[0]);
        }
    }

    #[test]
    fn moments_of_uniform_and_exponential() {
        let stream = RandomStream::new(1, Purpose::Demand, 0);
        let n = 40_000_u32;
        let uniform_mean = (0..u64::from(n)).map(|i| stream.uniform(i)).sum::<f64>() / f64::from(n);
        let exponential: Vec<f64> = (0..u64::from(n)).map(|i| stream.exponential(i, 5.0)).collect();
        let mean = exponential.iter().sum::<f64>() / f64::from(n);
        let variance = exponential.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n);
        // Four standard errors of each estimate.
        assert!((uniform_mean - 0.5).abs() < 4.0 * 0.2887 / f64::from(n).sqrt(), "{uniform_mean}");
        assert!((mean - 5.0).abs() < 4.0 * 5.0 / f64::from(n).sqrt(), "{mean}");
        assert!((variance - 25.0).abs() < 4.0 * 25.0 * 8.0_f64.sqrt() / f64::from(n).sqrt(), "{variance}");
    }
}
