//! What evading costs: time, path and energy that do not lead on along the plan.

use serde::Serialize;

use crate::units::SimTime;
use crate::world::geo::Velocity;

/// What evading cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EvasionFigures {
    /// Time that drones flew otherwise than by their plans, all together.
    pub evading_ms: SimTime,
    /// What of it did not lead on along the plans.
    pub lost_ms: SimTime,
    /// Path flown then that did not lead on along the plans, mm.
    pub extra_mm: u64,
    /// Energy spent in the time that was lost, mWh.
    pub extra_mwh: u64,
}

impl std::ops::AddAssign for EvasionFigures {
    fn add_assign(&mut self, other: Self) {
        self.evading_ms += other.evading_ms;
        self.lost_ms += other.lost_ms;
        self.extra_mm += other.extra_mm;
        self.extra_mwh += other.extra_mwh;
    }
}

impl EvasionFigures {
    /// Those of a step of a drone that is told to fly otherwise than its plan wants.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive amounts of one step")]
    pub(super) fn of_step(step: SimTime, wanted: &Velocity, moved: &Velocity, spent_wh: f64) -> Self {
        let wanted_m = wanted.norm() * step.seconds();
        let onward_m = wanted.try_normalize(1e-9).map_or(0.0, |onward| moved.dot(&onward)).max(0.0);
        let lost = if wanted_m > 0.0 { 1.0 - (onward_m / wanted_m).min(1.0) } else { 1.0 };
        Self {
            evading_ms: step,
            lost_ms: SimTime::from_seconds(step.seconds() * lost),
            extra_mm: ((moved.norm() - onward_m).max(0.0) * 1000.0 + 0.5) as u64,
            extra_mwh: (spent_wh * lost * 1000.0 + 0.5) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second at 10 m/s, wanted eastward: on its way, aside of it, back, and standing.
    #[test]
    fn what_does_not_lead_on_is_lost() {
        let (second, east) = (SimTime::from_millis(1000), Velocity::new(10.0, 0.0, 0.0));
        for (moved, lost_ms, extra_mm, extra_mwh) in [
            (Velocity::new(10.0, 0.0, 0.0), 0, 0, 0),
            (Velocity::new(6.0, 8.0, 0.0), 400, 4000, 40),
            (Velocity::new(-3.0, 0.0, 0.0), 1000, 3000, 100),
            (Velocity::zeros(), 1000, 0, 100),
        ] {
            let figures = EvasionFigures::of_step(second, &east, &moved, 0.1);
            let lost_ms = SimTime::from_millis(lost_ms);
            assert_eq!(figures, EvasionFigures { evading_ms: second, lost_ms, extra_mm, extra_mwh }, "{moved}");
        }
    }
}
