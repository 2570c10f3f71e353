//! What was reserved when: the events about intents, folded into stretches of time in which a reservation stood as it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::event::SimEvent;
use super::sample::VolumeSample;
use crate::traffic::intent::IntentState;
use crate::units::{MissionId, SimTime, SortieId};

/// What was reserved for a sortie from one event to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The sortie.
    pub sortie: SortieId,
    /// What for.
    pub mission: MissionId,
    /// Which of the ways of its mission, 0 being the preferred one.
    pub way: u16,
    /// What has become of the intent.
    pub state: IntentState,
    /// What is reserved, in the order of flying.
    pub volumes: Arc<[VolumeSample]>,
    /// Since when it stands so.
    pub since: SimTime,
    /// When it ceased to; [`SimTime::END`] as long as nothing has changed it.
    pub until: SimTime,
}

/// All reservations of a run, as its events tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reservations {
    /// In the order of their beginnings.
    stretches: Vec<Reservation>,
    /// The last one of every sortie.
    last: BTreeMap<SortieId, usize>,
}

impl Reservations {
    /// Takes in the next event; those that are not about intents change nothing.
    pub fn observe(&mut self, time: SimTime, event: &SimEvent) {
        match event {
            SimEvent::IntentFiled { sortie, mission, way, volumes, .. } => {
                self.end(*sortie, time);
                self.begin(Reservation {
                    sortie: *sortie,
                    mission: *mission,
                    way: *way,
                    state: IntentState::Accepted,
                    volumes: volumes.as_slice().into(),
                    since: time,
                    until: SimTime::END,
                });
            }
            SimEvent::SortieStarted { sortie, .. } => {
                self.change(*sortie, time, |stands| stands.state = IntentState::Activated);
            }
            SimEvent::IntentChanged { sortie, state, .. } => self.change(*sortie, time, |stands| stands.state = *state),
            SimEvent::IntentUpdated { sortie, volumes } => {
                self.change(*sortie, time, |stands| stands.volumes = volumes.as_slice().into());
            }
            SimEvent::SortieFinished { sortie, .. } => self.end(*sortie, time),
            SimEvent::IntentWithdrawn { sortie } => {
                self.end(*sortie, time);
                self.last.remove(sortie);
            }
            _ => {}
        }
    }

    /// What stood at an instant, in the order in which it began to.
    pub fn at(&self, time: SimTime) -> impl Iterator<Item = &Reservation> {
        let begun = self.stretches.partition_point(|stands| stands.since <= time);
        self.stretches[..begun].iter().filter(move |stands| time < stands.until)
    }

    /// What was last reserved for each sortie, in the order of sorties; those that are over included, those that were withdrawn
    /// not.
    pub fn last(&self) -> impl Iterator<Item = &Reservation> {
        self.last.values().map(|&index| &self.stretches[index])
    }

    /// The reservation of a sortie that nothing has ended yet.
    fn open(&mut self, sortie: SortieId) -> Option<&mut Reservation> {
        let index = *self.last.get(&sortie)?;
        self.stretches.get_mut(index).filter(|stands| stands.until == SimTime::END)
    }

    fn begin(&mut self, stands: Reservation) {
        self.last.insert(stands.sortie, self.stretches.len());
        self.stretches.push(stands);
    }

    fn end(&mut self, sortie: SortieId, time: SimTime) {
        if let Some(stands) = self.open(sortie) {
            stands.until = time;
        }
    }

    fn change(&mut self, sortie: SortieId, time: SimTime, change: impl FnOnce(&mut Reservation)) {
        let Some(stands) = self.open(sortie) else { return };
        if stands.since == time {
            // Of several changes at one instant only the outcome is seen.
            return change(stands);
        }
        let mut next = Reservation { since: time, ..stands.clone() };
        stands.until = time;
        change(&mut next);
        self.begin(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{DroneId, TimedEvent};

    const MISSION: MissionId = MissionId(0);

    fn sortie(drone: u32) -> SortieId {
        SortieId { drone: DroneId::from_key(drone), ordinal: 0 }
    }

    fn volumes(top_cm: i32) -> Vec<VolumeSample> {
        let corners_cm = vec![[0, 0], [100, 0], [0, 100]];
        vec![VolumeSample { corners_cm, amsl_cm: [0, top_cm], window_ms: [SimTime::ZERO, SimTime::END] }]
    }

    fn filed(drone: u32, top_cm: i32) -> SimEvent {
        let (sortie, volumes) = (sortie(drone), volumes(top_cm));
        SimEvent::IntentFiled { sortie, mission: MISSION, way: 0, delay_ms: SimTime::ZERO, volumes }
    }

    /// Two sorties, one that is moved, leaves, strays and comes back, one that is filed anew and never leaves.
    fn told() -> Vec<TimedEvent> {
        let (own, delay_ms) = (sortie(1), SimTime::ZERO);
        let moved = SimEvent::IntentMoved { sortie: own, mission: MISSION, by: None, delay_ms };
        let changed = |before, state| SimEvent::IntentChanged { sortie: own, before, state };
        let events = [
            (1, filed(1, 10)),
            (2, filed(2, 20)),
            (3, filed(1, 11)),
            (3, moved),
            (5, SimEvent::SortieStarted { sortie: own, mission: MISSION, order: None, waited_ms: delay_ms }),
            (6, changed(IntentState::Activated, IntentState::Nonconforming)),
            (6, SimEvent::IntentUpdated { sortie: own, volumes: volumes(12) }),
            (7, filed(2, 21)),
            (8, changed(IntentState::Nonconforming, IntentState::Activated)),
            (
                9,
                SimEvent::SortieFinished {
                    sortie: own,
                    mission: MISSION,
                    aborted: None,
                    duration_ms: delay_ms,
                    distance_m: 0,
                    energy_wh: 0,
                },
            ),
            // Nothing is reserved any more for it to change.
            (10, changed(IntentState::Activated, IntentState::Contingent)),
            (11, SimEvent::IntentWithdrawn { sortie: sortie(2) }),
        ];
        events.map(|(second, event)| TimedEvent { time: SimTime::from_millis(second * 1000), event }).to_vec()
    }

    fn shown(stands: &Reservation) -> (u32, IntentState, i32) {
        (stands.sortie.drone.key(), stands.state, stands.volumes[0].amsl_cm[1])
    }

    /// Seen from its end, a run shows at every instant what was seen when it had come to there.
    #[test]
    fn an_instant_shows_the_same_forward_and_after_seeking() {
        let (mut growing, mut whole) = (Reservations::default(), Reservations::default());
        for event in told() {
            whole.observe(event.time, &event.event);
        }
        let mut coming = told().into_iter().peekable();
        for millis in (0..=12_000).step_by(500) {
            let now = SimTime::from_millis(millis);
            while let Some(event) = coming.next_if(|event| event.time <= now) {
                growing.observe(event.time, &event.event);
            }
            let of = |reservations: &Reservations| reservations.at(now).map(shown).collect::<Vec<_>>();
            assert_eq!(of(&growing), of(&whole), "{now}");
        }
        assert_eq!(growing, whole);
    }

    #[test]
    fn what_stands_follows_the_events() {
        use IntentState::{Accepted, Activated, Nonconforming};
        let mut run = Reservations::default();
        for event in told() {
            run.observe(event.time, &event.event);
        }
        let at = |second: i64| run.at(SimTime::from_millis(second * 1000)).map(shown).collect::<Vec<_>>();
        assert_eq!(at(0), []);
        assert_eq!(at(2), [(1, Accepted, 10), (2, Accepted, 20)]);
        assert_eq!(at(4), [(2, Accepted, 20), (1, Accepted, 11)]);
        assert_eq!(at(5), [(2, Accepted, 20), (1, Activated, 11)]);
        assert_eq!(at(6), [(2, Accepted, 20), (1, Nonconforming, 12)]);
        assert_eq!(at(8), [(2, Accepted, 21), (1, Activated, 12)]);
        assert_eq!(at(9), [(2, Accepted, 21)]);
        let last: Vec<_> = run.last().map(shown).collect();
        assert_eq!(at(11), []);
        assert_eq!(last, [(1, Activated, 12)], "those that are over are remembered, those that were withdrawn not");
    }
}
