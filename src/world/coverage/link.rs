//! Whether a packet gets through: loss by the margin over the receiver's sensitivity, in bursts.

use crate::units::SimTime;

/// Share of packets lost at the sensitivity itself: what receivers are specified at for data (3GPP TS 36.101: throughput at
/// least 95 % of its greatest there; a tenth is the usual aim of link adaptation).
const LOST_AT_SENSITIVITY: f64 = 0.1;
/// Margin by which the odds of loss fall to 1/e, dB; low confidence.
const ODDS_DB: f64 = 2.0;
/// Packets lost however strong the signal: what is left of the 99.9 % that 3GPP TS 22.125 asks for.
const LEAST_LOSS: f64 = 0.001;

/// What the drones' receivers and reports are like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkParameters {
    /// Power at which a tenth of the packets is lost, dBm.
    pub sensitivity_dbm: f64,
    /// A link is lost when nothing has come through for so long.
    pub lost_after: SimTime,
    /// Interval between reports.
    pub report_interval: SimTime,
    /// Mean number of packets lost one after the other, at least 1.
    pub mean_burst: f64,
}

impl LinkParameters {
    /// Share of packets lost at a received power: logistic in the margin over the sensitivity.
    pub fn loss_probability(&self, power_dbm: f64) -> f64 {
        let margin_db = power_dbm - self.sensitivity_dbm;
        let odds = LOST_AT_SENSITIVITY / (1.0 - LOST_AT_SENSITIVITY) * libm::exp(-margin_db / ODDS_DB);
        // Infinite odds of a signal that is not there are certainty.
        let loss = if odds < 1e9 { odds / (1.0 + odds) } else { 1.0 };
        LEAST_LOSS + (1.0 - LEAST_LOSS) * loss
    }

    /// Whether a link on which the last packet came at `heard` is lost.
    pub fn is_lost(&self, heard: SimTime, now: SimTime) -> bool {
        now - heard >= self.lost_after
    }
}

/// Losses in bursts: a chain of two states, in one of which every packet is lost and in the other none (Gilbert 1960, the
/// plain case of Elliott 1963).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    is_bad: bool,
}

impl Burst {
    /// Nothing is lost yet.
    pub const GOOD: Self = Self { is_bad: false };

    /// Whether the next packet is lost, by a uniform number. In the long run a share `loss` of the packets is, and bursts are
    /// `mean_burst` long on average, longer where so many losses would leave no room for packets between them.
    pub fn loses(&mut self, loss: f64, mean_burst: f64, uniform: f64) -> bool {
        let kept = (1.0 - loss).max(0.0);
        // Stationary: loss · end = kept · begin, and neither may pass 1.
        let end = (1.0 / mean_burst).min(kept / loss);
        let begin = loss * end / kept;
        // Without a packet that could be kept the state is bad for good.
        self.is_bad = kept <= 0.0 || if self.is_bad { uniform >= end } else { uniform < begin };
        self.is_bad
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    /// A link as scenarios have it by default.
    pub const LINK: LinkParameters = LinkParameters {
        sensitivity_dbm: -94.0,
        lost_after: SimTime::from_millis(5_000),
        report_interval: SimTime::from_millis(1_000),
        mean_burst: 3.0,
    };

    #[test]
    fn loss_falls_with_the_margin_from_certain_to_the_least() {
        assert!((LINK.loss_probability(-94.0) - 0.1).abs() < 0.001);
        assert!((LINK.loss_probability(-94.0 - ODDS_DB * libm::log(9.0)) - 0.5).abs() < 0.001);
        assert!((LINK.loss_probability(-60.0) - LEAST_LOSS).abs() < 1e-6);
        for power_dbm in [-200.0, -1e6, f64::NEG_INFINITY] {
            assert!((LINK.loss_probability(power_dbm) - 1.0).abs() < 1e-12, "{power_dbm}");
        }
    }

    /// Share lost and mean length of bursts against the closed form, within five standard errors.
    #[test]
    fn bursts_have_their_stationary_share_and_length() {
        let count = 400_000_u32;
        for (loss, mean_burst) in [(0.01, 3.0), (0.1, 3.0), (0.3, 1.5), (0.8, 2.0)] {
            let mut draws = RandomStream::new(3, Purpose::Link, 0).from_step(0);
            let (mut burst, mut lost, mut bursts, mut was_lost) = (Burst::GOOD, 0_u32, 0_u32, false);
            for _ in 0..count {
                let is_lost = burst.loses(loss, mean_burst, draws.uniform());
                (lost, bursts) = (lost + u32::from(is_lost), bursts + u32::from(is_lost && !was_lost));
                was_lost = is_lost;
            }
            let length = f64::max(mean_burst, loss / (1.0 - loss));
            let share = f64::from(lost) / f64::from(count);
            // Losses come in bursts, so that the share is known as from count / (2 · length) independent packets.
            let error = (loss * (1.0 - loss) * 2.0 * length / f64::from(count)).sqrt();
            assert!((share - loss).abs() < 5.0 * error, "{loss} {mean_burst}: {share}");
            let mean = f64::from(lost) / f64::from(bursts);
            let error = length / f64::from(bursts).sqrt();
            assert!((mean - length).abs() < 5.0 * error, "{loss} {mean_burst}: {mean} {length}");
        }
    }

    #[test]
    fn certain_loss_loses_all() {
        let mut burst = Burst::GOOD;
        assert!([0.0, 0.3, 0.999_999].iter().all(|uniform| burst.loses(1.0, 3.0, *uniform)));
    }
}
