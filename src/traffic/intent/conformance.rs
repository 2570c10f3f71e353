//! Conformance monitoring: whether a drone keeps to the volumes of its intent, by the constants of ASTM F3548-21.

use super::operational::IntentState;
use crate::units::SimTime;

/// Longest that a drone may be outside and still conform.
pub const LONGEST_EXCURSION: SimTime = SimTime::from_millis(10_000);
/// Most excursions in an hour of flight.
pub const MOST_EXCURSIONS_PER_H: f64 = 18.0;
/// Longest that a drone may be nonconforming; then it is contingent.
pub const LONGEST_NONCONFORMING: SimTime = SimTime::from_millis(60_000);
/// Least share of the time in the volumes.
pub const LEAST_SHARE: f64 = 0.95;

/// How a drone has kept to its intent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conformance {
    /// Since when it is outside.
    outside_since: Option<SimTime>,
    /// When it was last looked at.
    looked_at: Option<SimTime>,
    /// Time inside.
    pub inside: SimTime,
    /// Time outside.
    pub outside: SimTime,
    /// How often it left.
    pub excursions: u32,
}

impl Conformance {
    /// Takes in whether the drone is in its volumes now, and says what becomes of its intent.
    pub fn observe(&mut self, now: SimTime, is_inside: bool) -> IntentState {
        let passed = self.looked_at.map_or(SimTime::ZERO, |before| now - before);
        self.looked_at = Some(now);
        if is_inside {
            self.inside += passed;
            self.outside_since = None;
            return IntentState::Activated;
        }
        self.outside += passed;
        let since = *self.outside_since.get_or_insert_with(|| {
            self.excursions += 1;
            now
        });
        let lasts = now - since;
        if lasts <= LONGEST_EXCURSION {
            IntentState::Activated
        } else if lasts <= LONGEST_EXCURSION + LONGEST_NONCONFORMING {
            IntentState::Nonconforming
        } else {
            IntentState::Contingent
        }
    }

    /// From now to the next look it does not fly: that time counts neither inside nor outside.
    pub const fn pause(&mut self) {
        (self.looked_at, self.outside_since) = (None, None);
    }

    /// Whether it has kept to its intent well enough: 95 % of the time, and at most 18 excursions in an hour.
    pub fn is_kept(&self) -> bool {
        let all_s = (self.inside + self.outside).seconds();
        let per_h = f64::from(self.excursions) * 3600.0 / all_s.max(f64::MIN_POSITIVE);
        let is_often = self.excursions > 1 && per_h > MOST_EXCURSIONS_PER_H;
        self.inside.seconds() >= LEAST_SHARE * all_s && !is_often
    }
}

#[cfg(test)]
mod tests {
    use super::IntentState::{Activated, Contingent, Nonconforming};
    use super::*;

    /// Ten seconds outside are an excursion, then the intent is nonconforming for a minute, then contingent; coming back ends
    /// it at any time.
    #[test]
    fn states_follow_the_constants() {
        let mut conformance = Conformance::default();
        let mut states = Vec::new();
        for second in 0..200 {
            let is_inside = !(100..180).contains(&second);
            let state = conformance.observe(SimTime::from_millis(second * 1000), is_inside);
            if states.last().is_none_or(|(_, last)| *last != state) {
                states.push((second, state));
            }
        }
        let expected = [(0, Activated), (111, Nonconforming), (171, Contingent), (180, Activated)];
        assert_eq!(states, expected);
        assert_eq!(
            (conformance.excursions, conformance.outside.seconds(), conformance.inside.seconds()),
            (1, 80.0, 119.0)
        );
        assert!(!conformance.is_kept());
    }

    /// Ten minutes on a pad are no time in the air.
    #[test]
    fn standing_does_not_count() {
        let mut conformance = Conformance::default();
        for second in [0, 10] {
            conformance.observe(SimTime::from_millis(second * 1000), true);
        }
        conformance.pause();
        for second in [610, 612] {
            conformance.observe(SimTime::from_millis(second * 1000), false);
        }
        assert_eq!((conformance.inside.seconds(), conformance.outside.seconds()), (10.0, 2.0));
        assert!(!conformance.is_kept());
    }

    #[test]
    fn few_and_short_excursions_conform() {
        let kept = |every: i64| {
            let mut conformance = Conformance::default();
            for second in 0..=3600 {
                conformance.observe(SimTime::from_millis(second * 1000), second % every != every - 1);
            }
            (conformance.excursions, conformance.is_kept())
        };
        assert_eq!(kept(200), (18, true));
        assert_eq!(kept(180), (20, false));
    }
}
