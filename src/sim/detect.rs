//! Phase `detect`: broad phase, narrow phase, monitor. Pairs are decided in parallel and merged in their order, so the
//! result is the same on any number of threads.

use rayon::prelude::*;

use super::Simulation;
use super::drone::Drone;
use super::emit::{centimetres, millis};
use crate::frame::{ConflictSample, SimEvent};
use crate::traffic::conflict::{
    AlertLevel, CandidatePair, Minima, MonitorChange, Motion, Overcrowded, Pair, PredictedConflict, candidate_pairs,
    is_loss_of_separation, predicted_conflict,
};
use crate::units::{EncounterId, SimTime};

/// Pairs that one thread takes at a time: fewer cost more to hand out than to decide.
const PAIRS_PER_TASK: usize = 512;

impl Simulation {
    pub(super) fn detect(&mut self) -> Result<(), Overcrowded> {
        let motions: Vec<Motion> = self
            .drones
            .iter()
            .filter(|drone| drone.is_airborne())
            .map(|drone| self.prediction.predicted(&drone.known(&self.scenario, self.now)))
            .collect();
        let minima = self.scenario.minima;
        let detected = conflicts(&motions, &minima)?;
        self.counters.airborne(motions.len());
        for change in self.monitor.update(self.now, &detected, &minima) {
            self.happen(event_of(&change));
        }
        let sample = |(pair, conflict): &(Pair, PredictedConflict)| {
            self.monitor.encounter_of(*pair).map(|encounter| conflict_sample(encounter, *pair, conflict, &minima))
        };
        self.conflicts = detected.iter().filter_map(sample).collect();
        self.detected = self.now;
        self.count_true_losses()?;
        self.conflicts.sort_unstable_by_key(|sample| sample.encounter);
        self.watch_well_clear(&motions);
        Ok(())
    }
}

/// Pairs whose true positions are too close, as of the last detection tick, in order.
#[derive(Default)]
pub(super) struct TrulyClose(Vec<Pair>);

impl Simulation {
    /// Counts losses of separation of true positions, which no reader of reports sees.
    fn count_true_losses(&mut self) -> Result<(), Overcrowded> {
        if self.scenario.network.is_none() && self.scenario.navigation.is_none() {
            self.counters.true_losses_of_separation = self.counters.losses_of_separation;
            return Ok(());
        }
        let airborne = self.drones.iter().filter(|drone| drone.is_airborne());
        let truths: Vec<Motion> = airborne.map(Drone::truth).collect();
        let now = Minima { look_ahead: SimTime::ZERO, ..self.scenario.minima };
        let mut close: Vec<Pair> = candidate_pairs(&truths, &now)?
            .into_iter()
            .map(|pair| [&truths[pair.own], &truths[pair.intruder]])
            .filter(|[own, intruder]| is_loss_of_separation(own, intruder, &now))
            .map(|[own, intruder]| (own.drone, intruder.drone))
            .collect();
        close.sort_unstable();
        let before = std::mem::replace(&mut self.truly_close.0, close);
        let begun = self.truly_close.0.iter().filter(|pair| before.binary_search(pair).is_err());
        self.counters.true_losses_of_separation += begun.fold(0, |count, _| count + 1);
        Ok(())
    }
}

/// All conflicts among `motions`, which are in the order of drone ids, sorted by pair.
///
/// # Errors
/// If so many drones are so close that their pairs would not fit the memory.
pub fn conflicts(motions: &[Motion], minima: &Minima) -> Result<Vec<(Pair, PredictedConflict)>, Overcrowded> {
    let decide = |pair: &CandidatePair| {
        let (own, intruder) = (&motions[pair.own], &motions[pair.intruder]);
        predicted_conflict(own, intruder, minima).map(|conflict| ((own.drone, intruder.drone), conflict))
    };
    let candidates = candidate_pairs(motions, minima)?;
    Ok(candidates.par_iter().with_min_len(PAIRS_PER_TASK).filter_map(decide).collect())
}

/// What frames show of a conflict.
pub fn conflict_sample(
    encounter: EncounterId,
    pair: Pair,
    conflict: &PredictedConflict,
    minima: &Minima,
) -> ConflictSample {
    ConflictSample {
        encounter,
        own: pair.0,
        intruder: pair.1,
        level: AlertLevel::of(conflict.t_in_s, minima.look_ahead),
        loss_of_separation: conflict.is_loss_of_separation(minima),
        time_to_loss: millis(conflict.t_in_s),
        time_to_cpa: millis(conflict.approach.time_s.max(0.0)),
        cpa_distance_cm: centimetres(conflict.approach.distance_m),
        horizontal_distance_cm: centimetres(conflict.horizontal_m),
        vertical_distance_cm: centimetres(conflict.vertical_m),
    }
}

/// What a change at a detection tick is called among events.
pub fn event_of(change: &MonitorChange) -> SimEvent {
    match change {
        MonitorChange::Opened { encounter, pair, conflict } => SimEvent::EncounterOpened {
            encounter: *encounter,
            own: pair.0,
            intruder: pair.1,
            time_to_loss_ms: millis(conflict.t_in_s),
            cpa_distance_cm: centimetres(conflict.approach.distance_m),
        },
        MonitorChange::Lost { encounter, pair, conflict } => SimEvent::LossOfSeparation {
            encounter: *encounter,
            own: pair.0,
            intruder: pair.1,
            horizontal_distance_cm: centimetres(conflict.horizontal_m),
            vertical_distance_cm: centimetres(conflict.vertical_m),
        },
        MonitorChange::Regained { encounter, duration, severity } => SimEvent::SeparationRegained {
            encounter: *encounter,
            duration_ms: *duration,
            severity_permyriad: permyriad(*severity),
        },
        MonitorChange::Closed { encounter, duration, least_horizontal_m } => SimEvent::EncounterClosed {
            encounter: *encounter,
            duration_ms: *duration,
            least_horizontal_distance_cm: centimetres(*least_horizontal_m),
        },
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
pub(super) fn permyriad(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u32
}
