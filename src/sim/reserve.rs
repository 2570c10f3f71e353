//! Reserving the air for a sortie before it leaves: it is rehearsed, filed as an operational intent, and fitted to the others.

mod ways;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Applicant, Filing};
use super::emit::volume_samples;
use crate::frame::SimEvent;
use crate::mission::Mission;
use crate::traffic::intent::{
    Candidate, FiledIntents, Fix, FlightRequest, Granted, IntentId, IntentState, LeastCost, OperationalIntent, Overlap,
    Priority, StrategicStrategy,
};
use crate::units::{DroneId, HubId, MissionId, SimTime, SortieId};
use ways::Prepared;

/// After a refusal, how long a mission waits before it asks again.
const ASK_AGAIN: SimTime = SimTime::from_millis(60_000);

/// What is reserved, and for whom.
pub(super) struct Reservations {
    pub filed: FiledIntents,
    strategy: Box<dyn StrategicStrategy>,
    sorties: BTreeMap<IntentId, Reserved>,
    next: u32,
}

/// Where a drone will be, part by part of its sortie.
type Path = Vec<Vec<Fix>>;

/// Whose an intent is, and where it leads.
struct Reserved {
    sortie: SortieId,
    path: Path,
}

impl Reservations {
    /// What others have filed, and who fits flights to it.
    pub fn new(strategy: Box<dyn StrategicStrategy>, others: &[OperationalIntent]) -> Self {
        let mut new = Self { filed: FiledIntents::default(), strategy, sorties: BTreeMap::new(), next: 0 };
        for other in others {
            let id = new.new_id();
            // Nobody here can move it.
            new.filed.file(id, OperationalIntent { state: IntentState::Activated, ..other.clone() });
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

    fn file(&mut self, id: IntentId, reserved: Reserved, intent: OperationalIntent) {
        self.filed.file(id, intent);
        self.sorties.insert(id, reserved);
    }

    fn new_id(&mut self) -> IntentId {
        self.next += 1;
        IntentId(self.next - 1)
    }
}

impl Simulation {
    /// Reserves the air for the next sortie of a drone; `None` if it is refused, which is told.
    pub(super) fn reserve(&mut self, applicant: Applicant) -> Option<Filing> {
        let id = self.reservations.new_id();
        let filing = self.fitted(applicant, id);
        if filing.is_none() {
            self.missions[applicant.mission.index()].asks_again = self.now + ASK_AGAIN;
        }
        filing
    }

    /// Fits the next sortie of a drone to what is filed, and files it.
    fn fitted(&mut self, applicant: Applicant, id: IntentId) -> Option<Filing> {
        let scenario = Arc::clone(&self.scenario);
        let mission = scenario.mission(applicant.mission);
        let priority = mission.kind.priority();
        let busy = self.busy(applicant.hub);
        let mut prepared = self.prepared(applicant, mission, 0..1);
        let is_free = |candidate: &Candidate| self.is_free_at_once(candidate, self.now);
        // Who may leave at once on the preferred way needs no other.
        if !prepared.first().is_some_and(|preferred| is_free(&preferred.candidate)) {
            prepared.extend(self.prepared(applicant, mission, 1..1 + mission.other_ways.len()));
        }
        let candidates: Vec<Candidate> = prepared.iter().map(|way| way.candidate.clone()).collect();
        let request = FlightRequest {
            priority,
            candidates: &candidates,
            earliest: self.now,
            patience: scenario.patience,
            step: scenario.clock.step,
            busy: &busy,
        };
        let granted = match self.reservations.strategy.fit(&request, &self.reservations.filed) {
            Ok(granted) if granted.is_of(&candidates) => granted,
            Ok(_) => return None,
            Err(refused) => {
                let blocking = refused.blocking.first().and_then(|first| self.reservations.sortie(*first));
                self.happen(SimEvent::IntentRefused { mission: applicant.mission, blocking });
                return None;
            }
        };
        let drone = &self.drones[applicant.drone];
        let sortie = SortieId { drone: drone.id, ordinal: drone.sorties };
        let way = prepared.swap_remove(granted.candidate);
        let path = way.path(&granted.departures);
        self.tell_conflicts((sortie, applicant.mission, &path), &request, &granted);
        let filing = self.file(id, (sortie, mission.kind.priority()), applicant.mission, (&granted, &candidates, way));
        for moved in &granted.moved {
            self.move_for(*moved, sortie);
        }
        Some(filing)
    }

    fn file(
        &mut self,
        id: IntentId,
        (sortie, priority): (SortieId, Priority),
        mission: MissionId,
        (granted, candidates, way): (&Granted, &[Candidate], Prepared),
    ) -> Filing {
        let volumes = granted.volumes(candidates);
        let reserved = Reserved { sortie, path: way.path(&granted.departures) };
        let samples = volume_samples(&volumes);
        let intent = OperationalIntent { priority, state: IntentState::Accepted, volumes };
        self.reservations.file(id, reserved, intent);
        let departure = granted.departures[0];
        self.happen(SimEvent::IntentFiled {
            sortie,
            mission,
            way: u16::try_from(granted.candidate).unwrap_or(u16::MAX),
            delay_ms: departure - self.now,
            volumes: samples,
        });
        Filing::new(id, way.ways, granted.departures.clone(), self.now)
    }

    /// Whether all parts of a way are free if it leaves at an instant.
    fn is_free_at_once(&self, candidate: &Candidate, at: SimTime) -> bool {
        let mut leaves = at;
        candidate.parts.iter().all(|part| {
            let is_free = self.reservations.filed.overlaps(&part.volumes, leaves, |_| true).is_empty();
            leaves = leaves + part.lasts + part.stays;
            is_free
        })
    }

    /// When nobody else may leave a hub because somebody does.
    fn busy(&self, hub: HubId) -> Vec<[SimTime; 2]> {
        let interval = self.scenario.hubs[hub.index()].departure_interval - SimTime::from_millis(1);
        let departures = self.hubs[hub.index()].departures.iter();
        departures.map(|departure| [*departure - interval, *departure + interval]).collect()
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
        let Some(id) = self.drones[index].filing.as_ref().map(|filing| filing.id) else { return };
        self.withdraw(index);
        self.forget_departure(applicant.hub, before);
        let Some(filing) = self.fitted(applicant, id) else { return self.cancel(index) };
        let (departs, plan) = (filing.departures[0], Arc::clone(&filing.ways.out));
        self.hubs[applicant.hub.index()].departures.push(departs);
        let sortie = SortieId { drone: self.drones[index].id, ordinal: self.drones[index].sorties };
        if let Activity::Cleared(clearance) = &mut self.drones[index].activity {
            (clearance.departs, clearance.plan) = (departs, plan);
        }
        self.drones[index].filing = Some(filing);
        // What is reserved instead was told when it was filed.
        let (mission, delay_ms) = (applicant.mission, departs - before);
        self.happen(SimEvent::IntentMoved { sortie, mission, by, delay_ms, volumes: Vec::new() });
    }

    pub(super) fn forget_departure(&mut self, hub: HubId, departure: SimTime) {
        let departures = &mut self.hubs[hub.index()].departures;
        if let Some(found) = departures.iter().position(|known| *known == departure) {
            departures.remove(found);
        }
    }

    /// A drone is on its way.
    pub(super) fn activate(&mut self, index: usize) {
        let filing = self.drones[index].filing.as_ref();
        if let Some(state) = filing.and_then(|filing| self.reservations.filed.state_mut(filing.id)) {
            *state = IntentState::Activated;
        }
    }

    /// What a drone had reserved is free again.
    pub(super) fn withdraw(&mut self, index: usize) {
        if let Some(filing) = self.drones[index].filing.take() {
            self.reservations.filed.remove(filing.id);
            self.reservations.sorties.remove(&filing.id);
        }
    }

    /// Whether a drone that was cleared to leave still may: nobody has come into its air since.
    pub(super) fn is_still_free(&self, index: usize) -> bool {
        let Some(filing) = &self.drones[index].filing else { return true };
        let Some(intent) = self.reservations.filed.get(filing.id) else { return true };
        let others = |id: IntentId| id != filing.id;
        filing.filed == self.now || self.reservations.filed.overlaps(&intent.volumes, SimTime::ZERO, others).is_empty()
    }

    /// Whether the time has come, in this step, for a drone on a pad to set out on its way back.
    pub(super) fn is_due_back(&self, index: usize) -> bool {
        let departure = self.drones[index].filing.as_ref().and_then(|filing| filing.departures.get(1));
        departure.is_some_and(|departure| *departure <= self.now && self.now - self.scenario.clock.step < *departure)
    }

    /// Whether a drone on a pad may set out on its way back now; who is late asks again.
    pub(super) fn is_cleared_back(&mut self, index: usize, mission: &Mission) -> bool {
        let now = self.now;
        let Some(filing) = &self.drones[index].filing else { return true };
        match filing.departures.get(1) {
            Some(departure) if *departure > now => false,
            Some(departure) if now - *departure > self.scenario.tolerances.late => {
                self.ask_for_the_way_back(index, mission)
            }
            _ => true,
        }
    }

    /// Reserves the way back anew; whether it is free at once.
    fn ask_for_the_way_back(&mut self, index: usize, mission: &Mission) -> bool {
        let Some(mut filing) = self.drones[index].filing.clone() else { return true };
        let Some(back) = self.way_back(index, &filing) else { return true };
        let candidates = [back.candidate.clone()];
        let request = FlightRequest {
            priority: mission.kind.priority(),
            candidates: &candidates,
            earliest: self.now,
            patience: self.scenario.patience,
            step: self.scenario.clock.step,
            busy: &[],
        };
        let own = self.reservations.filed.remove(filing.id);
        let Ok(granted) = self.reservations.strategy.fit(&request, &self.reservations.filed) else {
            if let Some(own) = own {
                self.reservations.filed.file(filing.id, own);
            }
            return false;
        };
        let Some(departure) = granted.departures.first().copied().filter(|_| granted.is_of(&candidates)) else {
            return false;
        };
        if let Some(sortie) = self.reservations.sortie(filing.id) {
            let volumes = granted.volumes(&candidates);
            let samples = volume_samples(&volumes);
            let intent = OperationalIntent { priority: request.priority, state: IntentState::Activated, volumes };
            let path = back.path(&granted.departures);
            self.reservations.file(filing.id, Reserved { sortie, path }, intent);
            let delay_ms = departure - self.now;
            let mission = self.drones[index].sortie.as_ref().map(|sortie| sortie.mission);
            let moved =
                mission.map(|mission| SimEvent::IntentMoved { sortie, mission, by: None, delay_ms, volumes: samples });
            self.happen_all(moved);
        }
        filing.departures[1] = departure;
        self.drones[index].filing = Some(filing);
        departure <= self.now
    }

    fn index_of(&self, drone: DroneId) -> Option<usize> {
        self.drones.binary_search_by_key(&drone, |entry| entry.id).ok()
    }

    /// Tells what a flight as granted overlaps, with whom it would come how close, and what would keep them apart.
    fn tell_conflicts(&mut self, own: (SortieId, MissionId, &Path), request: &FlightRequest<'_>, granted: &Granted) {
        let volumes = granted.volumes(request.candidates);
        let filed = &self.reservations.filed;
        let mut met: BTreeMap<IntentId, Overlap> = BTreeMap::new();
        for overlap in filed.overlaps(&volumes, SimTime::ZERO, |id| !granted.moved.contains(&id)) {
            met.entry(overlap.other.intent).or_insert(overlap);
        }
        if met.is_empty() {
            return;
        }
        let cure = LeastCost.fit(request, filed).ok();
        let events: Vec<SimEvent> =
            met.values().filter_map(|overlap| self.conflict_event(own, (overlap, &volumes), cure.as_ref())).collect();
        self.happen_all(events);
    }
}
