//! Reserving the air for a sortie before it leaves: it is rehearsed, filed as an operational intent, and fitted to the others.

mod back;
mod carried;
mod met;
mod ways;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::drone::{Activity, Applicant, Filing};
use super::emit::volume_samples;
use super::{Departure, Simulation};
use crate::frame::{MetFlight, SimEvent};
use crate::scenario::OthersIntent;
use crate::traffic::intent::{
    Busy, Candidate, Conformance, FiledIntents, Fix, FlightRequest, Granted, IntentId, IntentState, OperationalIntent,
    Priority, Refused, StrategicStrategy, Volume4D,
};
use crate::units::{FleetId, HubId, MissionId, RouteId, SimTime, SortieId};
use met::Filed;
use ways::{KnownLegs, Prepared};

/// After a refusal, how long a mission waits before it asks again.
const ASK_AGAIN: SimTime = SimTime::from_millis(60_000);

/// What is reserved, and for whom.
pub(super) struct Reservations {
    pub filed: FiledIntents,
    strategy: Box<dyn StrategicStrategy>,
    sorties: BTreeMap<IntentId, Reserved>,
    known: KnownLegs,
    /// How often what is filed has changed.
    changes: u64,
    refusals: BTreeMap<Question, Refusal>,
    next: u32,
}

/// What is asked: the same way by the same drones is the same question.
type Question = (RouteId, FleetId, Priority);

/// A question that found no room.
#[derive(Clone, Copy)]
struct Refusal {
    /// Until when it is not asked again, as long as nothing changes.
    until: SimTime,
    /// How often what is filed had changed.
    changes: u64,
    /// The first that is in the way.
    blocking: Option<SortieId>,
}

/// Where a drone will be, leg by leg of its sortie.
type Path = Vec<Vec<Fix>>;

/// Whose an intent is, and where it leads.
struct Reserved {
    sortie: SortieId,
    path: Path,
    /// Since when it is reserved what it flies instead, asked of nobody.
    rerouted: Option<SimTime>,
}

impl Reservations {
    /// What others have filed, and who fits flights to it.
    pub fn new(strategy: Box<dyn StrategicStrategy>, others: &[OthersIntent]) -> Self {
        let mut new = Self {
            filed: FiledIntents::default(),
            strategy,
            sorties: BTreeMap::new(),
            known: KnownLegs::default(),
            changes: 0,
            refusals: BTreeMap::new(),
            next: 0,
        };
        for other in others {
            let id = new.new_id();
            // Nobody here can move it.
            new.filed.file(id, OperationalIntent { state: IntentState::Activated, ..other.intent.clone() });
        }
        new
    }

    /// Whether flights are filed.
    pub fn are_filed(&self) -> bool {
        self.strategy.files()
    }

    /// Whose an intent is.
    pub fn sortie(&self, id: IntentId) -> Option<SortieId> {
        self.sorties.get(&id).map(|reserved| reserved.sortie)
    }

    /// Whom somebody meets who meets an intent.
    pub fn met(&self, id: IntentId) -> MetFlight {
        // Those of others are the first that were filed.
        self.sortie(id).map_or(MetFlight::Others { intent: id.0 }, MetFlight::Sortie)
    }

    /// What is reserved for a sortie that is filed is something else from an instant on: granted if it is activated, else what it
    /// flies whether it fits or not.
    pub fn update(&mut self, id: IntentId, state: IntentState, (volumes, path): (Vec<Volume4D>, Path), now: SimTime) {
        let (Some(reserved), Some(intent)) = (self.sorties.get_mut(&id), self.filed.get(id)) else { return };
        reserved.path = path;
        reserved.rerouted = (state != IntentState::Activated).then_some(now);
        self.changes += 1;
        let priority = intent.priority;
        self.filed.file(id, OperationalIntent { priority, state, volumes });
    }

    fn file(&mut self, id: IntentId, reserved: Reserved, intent: OperationalIntent) {
        self.changes += 1;
        self.filed.file(id, intent);
        self.sorties.insert(id, reserved);
    }

    /// The refusal of a question, if the answer would be no other.
    fn still_refused(&self, question: Question, now: SimTime) -> Option<Refusal> {
        let known = self.refusals.get(&question)?;
        (known.changes == self.changes && now < known.until).then_some(*known)
    }

    fn new_id(&mut self) -> IntentId {
        self.next += 1;
        IntentId(self.next - 1)
    }
}

/// A reservation that is asked for.
#[derive(Clone, Copy)]
struct Asking {
    applicant: Applicant,
    id: IntentId,
    /// When it was first asked for.
    since: SimTime,
}

impl Simulation {
    /// Reserves the air for the next sortie of a drone; `None` if it is refused, which is told.
    pub(super) fn reserve(&mut self, applicant: Applicant) -> Option<Filing> {
        let id = self.reservations.new_id();
        let first = self.missions[applicant.mission.index()].waiting.front_mut();
        let since = first.map_or(self.now, |first| *first.asked.get_or_insert(self.now));
        self.fitted(Asking { applicant, id, since })
    }

    /// Fits the next sortie of a drone to what is filed, and files it.
    fn fitted(&mut self, asking: Asking) -> Option<Filing> {
        let Asking { applicant, .. } = asking;
        let scenario = Arc::clone(&self.scenario);
        let mission = scenario.mission(applicant.mission);
        let question = (mission.route()?, mission.fleet, mission.kind.priority());
        if let Some(known) = self.reservations.still_refused(question, self.now) {
            return self.tell_refused(applicant.mission, known.blocking);
        }
        let busy = self.busy(applicant.hub);
        let mut legs = self.preferred_legs(applicant, mission)?;
        let mut ways = vec![legs.preferred()];
        // Who may leave at once on the preferred way needs no other.
        if self.reservations.strategy.takes_other_ways() && !self.is_free_now(&ways[0].candidate, &busy) {
            legs = self.all_legs(applicant, mission, legs);
            ways = legs.ways();
        }
        let candidates: Vec<Candidate> = ways.iter().map(|way| way.candidate.clone()).collect();
        let request = FlightRequest {
            priority: mission.kind.priority(),
            candidates: &candidates,
            earliest: self.now,
            patience: scenario.patience,
            step: scenario.clock.step,
            busy: &busy,
        };
        let granted = match self.reservations.strategy.fit(&request, &self.reservations.filed) {
            Ok(granted) if granted.is_of(&candidates) => granted,
            refused => {
                let blocking = self.first_of(refused);
                let (until, changes) = (self.now + ASK_AGAIN, self.reservations.changes);
                self.reservations.refusals.insert(question, Refusal { until, changes, blocking });
                return self.tell_refused(applicant.mission, blocking);
            }
        };
        let way = &ways[granted.candidate];
        let filed = Filed {
            sortie: self.drones[applicant.drone].next_sortie(),
            mission: applicant.mission,
            path: way.path(&granted.departures),
            volumes: granted.volumes(&candidates),
        };
        self.tell_conflicts(&filed, &granted, (&request, legs, applicant));
        let filing = self.file(asking, way, (&granted, filed));
        let by = self.drones[applicant.drone].next_sortie();
        for moved in &granted.moved {
            self.move_for(*moved, by);
        }
        Some(filing)
    }

    fn file(&mut self, asking: Asking, way: &Prepared, (granted, filed): (&Granted, Filed)) -> Filing {
        let Asking { applicant: Applicant { mission, hub, .. }, id, since: asked } = asking;
        let Filed { sortie, path, volumes, .. } = filed;
        let leaves = way.leaves(&granted.departures);
        let (departs, now) = (granted.departures[0], self.now);
        self.hubs[hub.index()].departures.push(Departure { at: departs, by: Some(id) });
        self.happen(SimEvent::IntentFiled {
            sortie,
            mission,
            way: way.number,
            delay_ms: departs - asked,
            volumes: volume_samples(&volumes),
        });
        let priority = self.scenario.mission(mission).kind.priority();
        let intent = OperationalIntent { priority, state: IntentState::Accepted, volumes };
        self.reservations.file(id, Reserved { sortie, path, rerouted: None }, intent);
        Filing {
            id,
            ways: way.ways.clone(),
            number: way.number,
            departs,
            leaves_pad: leaves.get(1).copied(),
            asks_back: SimTime::ZERO,
            asked,
            filed: now,
            conformance: Conformance::default(),
            updated: now,
        }
    }

    /// A sortie found no room, and asks again later.
    fn tell_refused(&mut self, mission: MissionId, blocking: Option<SortieId>) -> Option<Filing> {
        self.missions[mission.index()].asks_again = self.now + ASK_AGAIN;
        self.happen(SimEvent::IntentRefused { mission, blocking });
        None
    }

    /// The first sortie that is in the way of who was refused; none if nobody says.
    fn first_of(&self, refused: Result<Granted, Refused>) -> Option<SortieId> {
        let blocking = refused.err().map(|refused| refused.blocking).unwrap_or_default();
        blocking.first().and_then(|first| self.reservations.sortie(*first))
    }

    /// Whether a way is free, in the air and at its hub, if it leaves now.
    fn is_free_now(&self, candidate: &Candidate, busy: &[Busy]) -> bool {
        let mut parts = candidate.parts.iter().zip(candidate.undelayed(self.now));
        let is_free =
            |volumes: &[Volume4D], leaves| self.reservations.filed.overlaps(volumes, leaves, |_| true).is_empty();
        !busy.iter().any(|busy| busy.holds(self.now)) && parts.all(|(part, leaves)| is_free(&part.volumes, leaves))
    }

    /// When nobody else may leave a hub because somebody does.
    fn busy(&self, hub: HubId) -> Vec<Busy> {
        let interval = self.scenario.hubs[hub.index()].departure_interval - SimTime::from_millis(1);
        let around =
            |leaving: &Departure| Busy { from: leaving.at - interval, to: leaving.at + interval, by: leaving.by };
        self.hubs[hub.index()].departures.iter().map(around).collect()
    }

    /// A flight that gave way to another is fitted in again.
    fn move_for(&mut self, id: IntentId, by: SortieId) {
        let Some(sortie) = self.reservations.sortie(id) else { return };
        if let Some(index) = self.index_of(sortie.drone) {
            self.fit_again(index, Some(by));
        }
    }

    /// A drone that is cleared to leave is fitted in again; one that finds no room is not cleared any more.
    pub(super) fn fit_again(&mut self, index: usize, by: Option<SortieId>) {
        let Activity::Cleared(clearance) = &self.drones[index].activity else { return };
        let (applicant, before) = (clearance.applicant(index), clearance.departs);
        let Some(Filing { id, asked, .. }) = self.drones[index].filing else { return };
        self.take_back(index);
        self.forget_departure(applicant.hub, before, Some(id));
        let Some(filing) = self.fitted(Asking { applicant, id, since: asked }) else { return self.cancel(index) };
        let (departs, ways) = (filing.departs, filing.ways.clone());
        if let Activity::Cleared(clearance) = &mut self.drones[index].activity {
            (clearance.departs, clearance.ways) = (departs, ways);
        }
        let sortie = self.drones[index].next_sortie();
        self.drones[index].filing = Some(filing);
        self.happen(SimEvent::IntentMoved { sortie, mission: applicant.mission, by, delay_ms: departs - before });
    }

    /// A departure that will not take place.
    pub(super) fn forget_departure(&mut self, hub: HubId, at: SimTime, by: Option<IntentId>) {
        self.hubs[hub.index()].departures.retain(|departure| (departure.at, departure.by) != (at, by));
    }

    /// A drone is on its way.
    pub(super) fn activate(&mut self, index: usize, mission: MissionId) {
        let Some(filing) = &self.drones[index].filing else { return };
        self.counters.left(mission, filing.number, self.now - filing.asked);
        if let Some(state) = self.reservations.filed.state_mut(filing.id) {
            *state = IntentState::Activated;
        }
    }

    /// What a drone had reserved is free again, and is not asked for any more.
    pub(super) fn withdraw(&mut self, index: usize) {
        self.take_back(index);
        self.drones[index].filing = None;
    }

    fn take_back(&mut self, index: usize) {
        if let Some(filing) = &self.drones[index].filing {
            self.reservations.changes += 1;
            self.reservations.filed.remove(filing.id);
            self.reservations.sorties.remove(&filing.id);
        }
    }

    /// Whether what a drone has reserved from now on is still free: nobody has been rerouted into it since it was filed.
    pub(super) fn is_still_free(&self, index: usize) -> bool {
        let Some(filing) = &self.drones[index].filing else { return true };
        let filed = &self.reservations.filed;
        let Some(intent) = filed.get(filing.id) else { return true };
        let ahead: Vec<Volume4D> = intent.volumes.iter().filter(|volume| volume.to >= self.now).cloned().collect();
        let is_new = |id: IntentId| {
            let rerouted = self.reservations.sorties.get(&id).and_then(|reserved| reserved.rerouted);
            id != filing.id && rerouted.is_some_and(|at| at >= filing.filed)
        };
        filing.filed == self.now || filed.overlaps(&ahead, SimTime::ZERO, is_new).is_empty()
    }
}
