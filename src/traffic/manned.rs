//! Manned aircraft among the drones: courses known in advance, flown by schedule or at random, and the volume around each
//! that drones have to keep out of.

mod course;
mod kind;
mod well_clear;

pub use course::{Course, Flown, arrival, departure};
pub use kind::MannedKind;
pub use well_clear::{Infringement, MannedAircraft, WellClear, WellClearChange, WellClearMonitor, infringements};

use crate::message::Text;
use crate::units::{Purpose, RandomStream, SimTime, entity};

/// Movements of one kind of manned aircraft along one course.
#[derive(Clone, Debug, PartialEq)]
pub struct MannedTraffic {
    /// Identity in the scenario; random times hang on it.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What flies.
    pub kind: MannedKind,
    /// Along what.
    pub course: Course,
    /// When.
    pub times: Times,
    /// What drones have to keep out of around it.
    pub well_clear: WellClear,
}

/// When movements begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Times {
    /// At these times, in their order.
    At(Vec<SimTime>),
    /// At random: a Poisson process with this mean rate, 1/h.
    PerHour(f64),
}

impl MannedTraffic {
    /// When movements begin before `until` in a run under `seed`, in the order of time.
    ///
    /// At random they depend on the seed and the identity alone, so that no other traffic can shift them.
    pub fn starts(&self, seed: u64, until: SimTime) -> Vec<SimTime> {
        match &self.times {
            Times::At(times) => times.iter().copied().filter(|time| *time < until).collect(),
            Times::PerHour(rate) if *rate > 0.0 => {
                let gaps = RandomStream::new(seed, Purpose::Manned, entity(&self.id, 0));
                arrivals(gaps, 3600.0 / rate).take(MOST_STARTS).take_while(|time| *time < until).collect()
            }
            Times::PerHour(_) => Vec::new(),
        }
    }
}

/// Most movements of an entry: their ordinals have 16 bits.
const MOST_STARTS: usize = 1 << 16;

/// Times of a Poisson process; gaps are at least a millisecond, so that time always moves on.
fn arrivals(gaps: RandomStream, mean_gap_s: f64) -> impl Iterator<Item = SimTime> {
    let mut gaps = gaps.from_step(0);
    let mut time = SimTime::ZERO;
    std::iter::from_fn(move || {
        time += SimTime::from_seconds(gaps.exponential(mean_gap_s)).max(SimTime::from_millis(1));
        Some(time)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::geo::Position;

    fn traffic(id: &str, per_hour: f64) -> MannedTraffic {
        MannedTraffic {
            id: id.into(),
            name: Text::new(id, id),
            kind: MannedKind::Helicopter,
            course: Course::new([Position::origin(), Position::new(100.0, 0.0, 0.0)], 50.0).unwrap(),
            times: Times::PerHour(per_hour),
            well_clear: WellClear::default(),
        }
    }

    /// Counts in hours are Poisson: mean and variance are the rate, within four standard errors of 2000 hours.
    #[test]
    fn counts_in_an_hour_are_poisson() {
        let until = SimTime::from_seconds(2000.0 * 3600.0);
        let starts = traffic("rescue", 6.0).starts(42, until);
        assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
        let mut counts = [0.0_f64; 2000];
        for start in &starts {
            counts[usize::try_from(start.millis() / 3_600_000).unwrap()] += 1.0;
        }
        let mean = counts.iter().sum::<f64>() / 2000.0;
        let variance = counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>() / 2000.0;
        assert!((mean - 6.0).abs() < 4.0 * (6.0_f64 / 2000.0).sqrt(), "{mean}");
        // Variance of the estimate: (λ + 2λ²)/n.
        assert!((variance - 6.0).abs() < 4.0 * (78.0_f64 / 2000.0).sqrt(), "{variance}");
    }

    #[test]
    fn times_hang_on_seed_and_identity_alone() {
        let until = SimTime::from_seconds(36_000.0);
        let starts = traffic("rescue", 6.0).starts(1, until);
        assert_eq!(starts, traffic("rescue", 6.0).starts(1, until));
        // A shorter run sees the same times, as far as it goes.
        let half = SimTime::from_seconds(18_000.0);
        let early: Vec<SimTime> = starts.iter().copied().filter(|time| *time < half).collect();
        assert_eq!(traffic("rescue", 6.0).starts(1, half), early);
        assert_ne!(starts, traffic("police", 6.0).starts(1, until));
        assert_ne!(starts, traffic("rescue", 6.0).starts(2, until));
        assert!(traffic("rescue", 0.0).starts(1, until).is_empty());
        assert_eq!(traffic("rescue", 1e9).starts(1, SimTime::END).len(), MOST_STARTS);
    }

    #[test]
    fn a_schedule_is_kept_within_the_run() {
        let at = |seconds: f64| SimTime::from_seconds(seconds);
        let scheduled = MannedTraffic { times: Times::At(vec![at(0.0), at(30.0), at(60.0)]), ..traffic("mail", 0.0) };
        assert_eq!(scheduled.starts(1, at(60.0)), [at(0.0), at(30.0)]);
    }
}
