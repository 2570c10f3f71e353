//! Phase `detect`: who comes too close to whom, and what that makes of the encounters.

use super::Simulation;
use super::drone::Drone;
use super::emit::{centimetres, millis};
use crate::frame::{ConflictSample, SimEvent};
use crate::traffic::conflict::{
    AlertLevel, Courses, Detector, Minima, MonitorChange, Motion, Overcrowded, Pair, PredictedConflict,
};
use crate::units::{EncounterId, SimTime};

/// What drones are taken to fly at a detection tick, and the conflicts among them.
type Detected = (Courses, Vec<(Pair, PredictedConflict)>);

impl Simulation {
    pub(super) fn detect(&mut self) -> Result<Detected, Overcrowded> {
        let courses = self.courses();
        let look_ahead = self.scenario.minima.look_ahead;
        let detected = self.detector.conflicts_on(&courses)?;
        self.counters.airborne(courses.motions().count());
        for change in self.monitor.update(self.now, &detected, look_ahead) {
            self.judge(&change);
            self.happen(event_of(&change));
        }
        self.judge_clusters(&detected);
        let sample = |(encounter, (pair, conflict)): ((EncounterId, AlertLevel), &(Pair, PredictedConflict))| {
            conflict_sample(encounter, *pair, conflict)
        };
        self.conflicts = self.monitor.encounters().zip(&detected).map(sample).collect();
        self.detected = self.now;
        self.count_true_losses()?;
        self.conflicts.sort_unstable_by_key(|sample| sample.encounter);
        self.watch_well_clear(&courses);
        self.counters.detection = self.detector.work();
        Ok((courses, detected))
    }

    /// What the drones in the air are taken to fly.
    fn courses(&self) -> Courses {
        let mut courses = Courses::default();
        for drone in self.drones.iter().filter(|drone| drone.is_airborne()) {
            let known = drone.known(&self.scenario, self.now);
            let intended = || drone.intended(&known, &self.scenario, self.now);
            self.prediction.predict(&known, &intended, &mut courses);
        }
        courses
    }
}

/// Losses of separation of true positions, which no reader of reports sees.
pub(super) struct TrueLosses {
    detector: Detector,
    /// Pairs that were too close at the last detection tick, in order.
    close: Vec<Pair>,
}

impl TrueLosses {
    pub fn new(least: Minima) -> Self {
        Self { detector: Detector::new(Minima { look_ahead: SimTime::ZERO, ..least }), close: Vec::new() }
    }
}

impl Simulation {
    /// Counts losses of separation of true positions.
    fn count_true_losses(&mut self) -> Result<(), Overcrowded> {
        if !self.is_truth_hidden() {
            self.counters.true_losses_of_separation = self.counters.losses_of_separation;
            return Ok(());
        }
        let airborne = self.drones.iter().filter(|drone| drone.is_airborne());
        let truths: Vec<Motion> = airborne.map(Drone::truth).collect();
        let lost = self.true_losses.detector.conflicts(&truths)?;
        let close = lost.into_iter().filter(|(_, found)| found.is_loss_of_separation).map(|(pair, _)| pair).collect();
        let before = std::mem::replace(&mut self.true_losses.close, close);
        self.monitor.note_true_losses(&self.true_losses.close);
        let begun = self.true_losses.close.iter().filter(|pair| before.binary_search(pair).is_err());
        for pair in begun.copied().collect::<Vec<Pair>>() {
            self.counters.true_losses_of_separation += 1;
            self.judge_true_loss(pair);
        }
        Ok(())
    }
}

/// What frames show of a conflict.
pub fn conflict_sample(
    (encounter, level): (EncounterId, AlertLevel),
    pair: Pair,
    conflict: &PredictedConflict,
) -> ConflictSample {
    ConflictSample {
        encounter,
        own: pair.0,
        intruder: pair.1,
        level,
        basis: conflict.basis,
        loss_of_separation: conflict.is_loss_of_separation,
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
            basis: conflict.basis,
        },
        MonitorChange::Lost { encounter, pair, conflict, .. } => SimEvent::LossOfSeparation {
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
        MonitorChange::Closed { encounter, duration, least_horizontal_m, .. } => SimEvent::EncounterClosed {
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
