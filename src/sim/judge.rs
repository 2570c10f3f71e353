//! How good alerts are: what they foretold, whether it came, in time or not, and whether somebody evaded.

use serde::Serialize;

use super::Simulation;
use crate::traffic::conflict::{MonitorChange, Pair, PredictedConflict};
use crate::units::{DroneId, SimTime};

/// Warned of it for less than this part of the look-ahead, a loss of separation came late to be told.
const LATE_PART: i64 = 3;

/// The figures of alerts, an alert being the opening of an encounter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AlertFigures {
    /// Losses of separation at the start of the run, which nobody could prevent.
    pub losses_at_start: u32,
    /// Encounters in which separation was lost, once or more often; those of the start too.
    pub encounters_lost: u32,
    /// Time to the predicted loss when it was first told, summed over all alerts.
    pub time_to_loss_ms: SimTime,
    /// Time to the closest point of approach then, at most the look-ahead, summed over all alerts.
    pub time_to_cpa_ms: SimTime,
    /// Severity of losses that ended, summed, hundredths of a percent.
    pub severity_permyriad: u64,
    /// Alerts that ended without a loss of true positions although nobody evaded.
    pub false_alerts: u32,
    /// Losses of true positions whose encounter was opened less than a third of the look-ahead before, or not at all; those of the
    /// start left out.
    pub late_losses: u32,
    /// Most drones that hung together by conflicts at a detection tick.
    pub largest_cluster: u32,
}

impl Simulation {
    /// Judges what changed among encounters at a detection tick.
    pub(super) fn judge(&mut self, change: &MonitorChange) {
        let figures = &mut self.counters.alerts;
        match change {
            MonitorChange::Opened { conflict, .. } => {
                figures.time_to_loss_ms += SimTime::from_seconds(conflict.t_in_s);
                // Two that fly alike come closest in an hour: that is nothing to tell.
                let look_ahead_s = self.scenario.minima.look_ahead.seconds();
                figures.time_to_cpa_ms += SimTime::from_seconds(conflict.approach.time_s.clamp(0.0, look_ahead_s));
            }
            MonitorChange::Lost { pair, is_first, .. } => {
                figures.losses_at_start += u32::from(self.now == SimTime::ZERO);
                figures.encounters_lost += u32::from(*is_first);
                if !self.is_truth_hidden() {
                    self.judge_true_loss(*pair);
                }
            }
            MonitorChange::Regained { severity, .. } => {
                figures.severity_permyriad += u64::from(super::detect::permyriad(*severity));
            }
            MonitorChange::Closed { was_lost, was_truly_lost, was_evaded, .. } => {
                let is_true = if self.is_truth_hidden() { *was_truly_lost } else { *was_lost };
                self.counters.alerts.false_alerts += u32::from(!is_true && !*was_evaded);
            }
        }
    }

    /// A pair has lost separation by its true positions.
    pub(super) fn judge_true_loss(&mut self, pair: Pair) {
        let told = self.monitor.opened(pair).map(|opened| self.now - opened);
        let enough = self.scenario.minima.look_ahead.millis() / LATE_PART;
        let is_late = self.now > SimTime::ZERO && told.is_none_or(|told| told.millis() < enough);
        self.counters.alerts.late_losses += u32::from(is_late);
    }

    /// Whether positions that are known are others than true ones.
    pub(super) fn is_truth_hidden(&self) -> bool {
        self.scenario.network.is_some() || self.scenario.navigation.is_some()
    }

    /// Takes note of which conflicts of a tick somebody evades, and how many drones hang together by them.
    pub(super) fn judge_evasions(&mut self, detected: &[(Pair, PredictedConflict)]) {
        let evades = |own: DroneId, other: DroneId| {
            let evasion = self.index_of(own).and_then(|index| self.drones[index].evasion.as_ref());
            evasion.is_some_and(|evasion| evasion.from.binary_search(&other).is_ok())
        };
        let evaded: Vec<bool> =
            detected.iter().map(|((one, other), _)| evades(*one, *other) || evades(*other, *one)).collect();
        self.monitor.note_evaded(&evaded);
    }

    /// The most drones that hang together by conflicts.
    pub(super) fn judge_clusters(&mut self, detected: &[(Pair, PredictedConflict)]) {
        let mut clusters = Clusters { above: (0..self.drones.len()).collect(), sizes: vec![1; self.drones.len()] };
        let mut largest = u32::from(!detected.is_empty());
        for ((one, other), _) in detected {
            if let (Some(one), Some(other)) = (self.index_of(*one), self.index_of(*other)) {
                largest = largest.max(clusters.join(one, other));
            }
        }
        let figures = &mut self.counters.alerts;
        figures.largest_cluster = figures.largest_cluster.max(largest);
    }
}

/// Drones that hang together: each leads to another of its cluster, one of each to itself.
struct Clusters {
    above: Vec<usize>,
    sizes: Vec<u32>,
}

impl Clusters {
    fn head(&mut self, mut drone: usize) -> usize {
        while self.above[drone] != drone {
            self.above[drone] = self.above[self.above[drone]];
            drone = self.above[drone];
        }
        drone
    }

    /// Joins the clusters of two; how many are in it then.
    fn join(&mut self, one: usize, other: usize) -> u32 {
        let [one, other] = [self.head(one), self.head(other)];
        if one != other {
            let (large, small) = if self.sizes[one] < self.sizes[other] { (other, one) } else { (one, other) };
            self.above[small] = large;
            self.sizes[large] += self.sizes[small];
        }
        self.sizes[one].max(self.sizes[other])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_hang_together() {
        let mut clusters = Clusters { above: (0..8).collect(), sizes: vec![1; 8] };
        let sizes =
            [(0, 1), (2, 3), (1, 0), (4, 5), (3, 4), (6, 7), (0, 5)].map(|(one, other)| clusters.join(one, other));
        assert_eq!(sizes, [2, 2, 2, 2, 4, 2, 6]);
    }
}
