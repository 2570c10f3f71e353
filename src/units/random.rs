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
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(self.stream);
        generator.set_word_pos(u128::from(step) * 2);
        generator.next_u64()
    }

    /// Uniform in [0, 1), 53 bits.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    pub fn uniform(self, step: u64) -> f64 {
        (self.bits(step) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn between(self, step: u64, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform(step)
    }

    /// Exponential with the given mean, by inversion of the distribution function.
    pub fn exponential(self, step: u64, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.uniform(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
