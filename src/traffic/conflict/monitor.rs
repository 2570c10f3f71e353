//! The monitor: remembers pairs between detection ticks, so that an episode is one encounter with one id.

use super::{AlertLevel, PredictedConflict};
use crate::units::{DroneId, EncounterId, SimTime};

/// A pair of drones, the smaller id first.
pub type Pair = (DroneId, DroneId);

/// What changed at a detection tick.
#[derive(Clone, Debug, PartialEq)]
pub enum MonitorChange {
    /// A conflict or a loss where there was neither: an encounter begins.
    Opened {
        /// Its id.
        encounter: EncounterId,
        /// Who.
        pair: Pair,
        /// What was predicted.
        conflict: PredictedConflict,
    },
    /// Separation was lost.
    Lost {
        /// Its id.
        encounter: EncounterId,
        /// Whether it was so for the first time in this encounter.
        is_first: bool,
        /// Who.
        pair: Pair,
        /// The geometry at the tick.
        conflict: PredictedConflict,
    },
    /// Separation was regained.
    Regained {
        /// Its id.
        encounter: EncounterId,
        /// How long it was lost.
        duration: SimTime,
        /// 1 − min over the loss of max(horizontal / R, vertical / h): 0 touched the zone, 1 is a collision.
        severity: f64,
    },
    /// Neither conflict nor loss has been left for some seconds.
    Closed {
        /// Its id.
        encounter: EncounterId,
        /// From opening to the last conflict.
        duration: SimTime,
        /// Smallest horizontal distance seen at a tick, m.
        least_horizontal_m: f64,
        /// Whether separation was lost.
        was_lost: bool,
        /// Whether it was by true positions.
        was_truly_lost: bool,
        /// Whether either evaded the other.
        was_evaded: bool,
    },
}

#[derive(Clone, Debug)]
struct Encounter {
    id: EncounterId,
    pair: Pair,
    opened: SimTime,
    level: AlertLevel,
    /// Since when there is neither conflict nor loss.
    quiet_since: Option<SimTime>,
    least_horizontal_m: f64,
    lost: Option<Loss>,
    was_lost: bool,
    was_truly_lost: bool,
    was_evaded: bool,
}

#[derive(Clone, Debug)]
struct Loss {
    since: SimTime,
    /// min over the loss of max(horizontal / R, vertical / h).
    least_ratio: f64,
}

/// How long neither conflict nor loss must have been left for an encounter to be over: a prediction that comes and goes is one
/// episode.
pub(super) const LINGERS: SimTime = SimTime::from_millis(3000);

/// All open encounters.
#[derive(Clone, Debug, Default)]
pub struct Monitor {
    /// In the order of their pairs.
    open: Vec<Encounter>,
    next: u32,
}

impl Monitor {
    /// Takes in the conflicts of one detection tick, sorted by pair, and says what changed: first what ends, then pair by
    /// pair what begins.
    pub fn update(
        &mut self,
        now: SimTime,
        detected: &[(Pair, PredictedConflict)],
        look_ahead: SimTime,
    ) -> Vec<MonitorChange> {
        let (mut ended, mut begun) = (Vec::new(), Vec::new());
        let mut before = std::mem::take(&mut self.open).into_iter().peekable();
        // Both are in the order of pairs: nothing has to be looked up.
        for (pair, conflict) in detected {
            while let Some(encounter) = before.next_if(|encounter| encounter.pair < *pair) {
                self.open.extend(encounter.quiet(now, &mut ended));
            }
            let known = before.next_if(|encounter| encounter.pair == *pair);
            let mut encounter = known.unwrap_or_else(|| self.begin(now, *pair, conflict, &mut begun));
            encounter.see(now, conflict, look_ahead, &mut begun);
            self.open.push(encounter);
        }
        for encounter in before {
            self.open.extend(encounter.quiet(now, &mut ended));
        }
        ended.append(&mut begun);
        ended
    }

    /// The encounters of the conflicts of the last tick, in their order, each with its level.
    pub fn encounters(&self) -> impl Iterator<Item = (EncounterId, AlertLevel)> {
        self.in_conflict().map(|encounter| (encounter.id, encounter.level))
    }

    fn in_conflict(&self) -> impl Iterator<Item = &Encounter> {
        self.open.iter().filter(|encounter| encounter.quiet_since.is_none())
    }

    /// The losses of separation that have not ended, in the order of encounters: how long each has lasted at `now`, and
    /// its severity so far.
    pub fn open_losses(&self, now: SimTime) -> Vec<(EncounterId, SimTime, f64)> {
        let lost = self.open.iter().filter_map(|encounter| Some((encounter.id, encounter.lost.as_ref()?)));
        let mut losses: Vec<_> = lost.map(|(id, loss)| (id, now - loss.since, loss.severity())).collect();
        losses.sort_unstable_by_key(|&(id, ..)| id);
        losses
    }

    fn begin(
        &mut self,
        now: SimTime,
        pair: Pair,
        conflict: &PredictedConflict,
        changes: &mut Vec<MonitorChange>,
    ) -> Encounter {
        let id = EncounterId(self.next);
        self.next += 1;
        changes.push(MonitorChange::Opened { encounter: id, pair, conflict: *conflict });
        Encounter {
            id,
            pair,
            opened: now,
            level: AlertLevel::Advisory,
            quiet_since: None,
            least_horizontal_m: f64::INFINITY,
            lost: None,
            was_lost: false,
            was_truly_lost: false,
            was_evaded: false,
        }
    }

    /// Since when the encounter of a pair is open.
    pub fn opened(&self, pair: Pair) -> Option<SimTime> {
        self.of(pair).map(|encounter| encounter.opened)
    }

    /// The encounter of a pair, if one is open.
    pub fn encounter(&self, pair: Pair) -> Option<EncounterId> {
        self.of(pair).map(|encounter| encounter.id)
    }

    fn of(&self, pair: Pair) -> Option<&Encounter> {
        let found = self.open.binary_search_by_key(&pair, |encounter| encounter.pair).ok()?;
        Some(&self.open[found])
    }

    /// Takes note that pairs are too close by their true positions.
    pub fn note_true_losses(&mut self, close: &[Pair]) {
        for pair in close {
            if let Ok(found) = self.open.binary_search_by_key(pair, |encounter| encounter.pair) {
                self.open[found].was_truly_lost = true;
            }
        }
    }

    /// Takes note of which conflicts of the last tick, in their order, are evaded.
    pub fn note_evaded(&mut self, evaded: &[bool]) {
        let in_conflict = self.open.iter_mut().filter(|encounter| encounter.quiet_since.is_none());
        for (encounter, is_evaded) in in_conflict.zip(evaded) {
            encounter.was_evaded |= is_evaded;
        }
    }
}

impl Encounter {
    /// Takes in the conflict of a tick.
    fn see(
        &mut self,
        now: SimTime,
        conflict: &PredictedConflict,
        look_ahead: SimTime,
        changes: &mut Vec<MonitorChange>,
    ) {
        self.quiet_since = None;
        self.level = self.level.next(conflict.t_in_s, look_ahead);
        self.least_horizontal_m = self.least_horizontal_m.min(conflict.horizontal_m);
        if !conflict.is_loss_of_separation {
            changes.extend(self.regained(now));
            return;
        }
        if let Some(loss) = &mut self.lost {
            loss.least_ratio = loss.least_ratio.min(conflict.closeness);
        } else {
            self.lost = Some(Loss { since: now, least_ratio: conflict.closeness });
            let is_first = !std::mem::replace(&mut self.was_lost, true);
            changes.push(MonitorChange::Lost { encounter: self.id, is_first, pair: self.pair, conflict: *conflict });
        }
    }

    /// Neither conflict nor loss is left; the encounter itself, unless it is over.
    fn quiet(mut self, now: SimTime, changes: &mut Vec<MonitorChange>) -> Option<Self> {
        changes.extend(self.regained(now));
        let since = *self.quiet_since.get_or_insert(now);
        if now - since < LINGERS {
            return Some(self);
        }
        changes.push(MonitorChange::Closed {
            encounter: self.id,
            duration: since - self.opened,
            least_horizontal_m: self.least_horizontal_m,
            was_lost: self.was_lost,
            was_truly_lost: self.was_truly_lost,
            was_evaded: self.was_evaded,
        });
        None
    }

    /// Ends the loss of separation, if there is one.
    fn regained(&mut self, now: SimTime) -> Option<MonitorChange> {
        let loss = self.lost.take()?;
        Some(MonitorChange::Regained { encounter: self.id, duration: now - loss.since, severity: loss.severity() })
    }
}

impl Loss {
    fn severity(&self) -> f64 {
        1.0 - self.least_ratio
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Minima, Motion, predicted_conflict};
    use super::*;
    use crate::units::FleetId;
    use crate::world::geo::{Position, Velocity};

    /// Head-on at 10 m/s each from 400 m, 5 m apart in height: one encounter, one loss of 5 s, severity 1 − 5/15.
    #[test]
    fn a_head_on_pass_is_one_encounter() {
        let mut at_22_s = Vec::new();
        let minima = Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_millis(15_000) };
        let drone = |ordinal| DroneId { fleet: FleetId(0), ordinal };
        let mut monitor = Monitor::default();
        let mut story = Vec::new();
        for second in 0..40_i32 {
            let t = f64::from(second);
            let at = |ordinal, x, z, v| Motion {
                drone: drone(ordinal),
                position: Position::new(x, 0.0, z),
                velocity: Velocity::new(v, 0.0, 0.0),
                zone: minima.zone(),
            };
            let (own, intruder) = (at(0, 10.0 * t, 100.0, 10.0), at(1, 400.0 - 10.0 * t, 105.0, -10.0));
            let detected: Vec<_> = predicted_conflict(&own, &intruder, &minima)
                .map(|conflict| ((own.drone, intruder.drone), conflict))
                .into_iter()
                .collect();
            if second == 22 {
                at_22_s = monitor.open_losses(SimTime::from_seconds(t));
            }
            story.extend(
                monitor.update(SimTime::from_seconds(t), &detected, minima.look_ahead).into_iter().map(|c| (second, c)),
            );
        }
        let id = EncounterId(0);
        assert!(matches!(story[0], (3, MonitorChange::Opened { encounter, .. }) if encounter == id), "{story:?}");
        assert!(matches!(story[1], (18, MonitorChange::Lost { .. })), "{story:?}");
        let (23, MonitorChange::Regained { duration, severity, .. }) = story[2] else { panic!("{story:?}") };
        assert_eq!(duration, SimTime::from_millis(5000));
        assert!((severity - (1.0 - 5.0 / 15.0)).abs() < 1e-9);
        assert!(matches!(story[3], (26, MonitorChange::Closed { duration, least_horizontal_m, .. })
                if least_horizontal_m < 1e-9 && duration == SimTime::from_millis(20_000)));
        assert_eq!(story.len(), 4);
        let [(open, lasted, so_far)] = at_22_s[..] else { panic!("{at_22_s:?}") };
        assert_eq!((open, lasted), (id, SimTime::from_millis(4000)));
        assert!((so_far - severity).abs() < 1e-9);
        assert!(monitor.open_losses(SimTime::from_seconds(40.0)).is_empty());
        assert_eq!(monitor.encounters().count(), 0);
    }
}
