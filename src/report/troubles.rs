//! What went wrong in a run and what was done about it, as its events tell it.

use std::collections::BTreeMap;

use crate::frame::{
    DroneId, MannedId, MissionId, OrderId, Quantity, RallyId, Response, SimEvent, SimTime, TimedEvent, Trouble,
};
use crate::world::geo::Place;

/// Contingencies, orders lost, departures grounded and losses of well clear, each in the order of time.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    pub contingencies: Vec<Episode>,
    /// Where drones came down away from hub and pad.
    pub strandings: Vec<Place>,
    pub failures: Vec<Failure>,
    pub groundings: Vec<Grounding>,
    pub encounters: Vec<MannedEncounter>,
    /// The last contingency of a drone and a kind, the last grounding of a mission, the last encounter of a pair.
    latest: Latest,
}

#[derive(Debug, Default)]
struct Latest {
    contingencies: BTreeMap<(DroneId, Trouble), usize>,
    groundings: BTreeMap<MissionId, usize>,
    encounters: BTreeMap<(DroneId, MannedId), usize>,
}

/// A drone in trouble, from beginning to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Episode {
    pub drone: DroneId,
    pub trouble: Trouble,
    pub began: SimTime,
    /// What was decided last, and where to; what was done until it passed, if nothing was decided.
    pub decided: Option<(Response, Option<RallyId>)>,
    /// `None` if it was not over with the run.
    pub lasted: Option<SimTime>,
    pub is_stranded: bool,
}

/// An order that was not handed over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    pub time: SimTime,
    pub order: OrderId,
    pub drone: DroneId,
    pub trouble: Trouble,
}

/// A time in which the weather let nobody leave on a mission.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grounding {
    pub mission: MissionId,
    pub from: SimTime,
    /// What was beyond its limit, its value and the limit.
    pub cause: (Quantity, f64, f64),
    /// `None` if it was not over with the run.
    pub lasted: Option<SimTime>,
}

/// A drone and a manned aircraft that were not well clear of each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct MannedEncounter {
    pub time: SimTime,
    pub drone: DroneId,
    pub aircraft: MannedId,
    pub horizontal_cm: i32,
    pub vertical_cm: i32,
    /// How long, and the least horizontal distance, cm; `None` if it was not over with the run.
    pub regained: Option<(SimTime, i32)>,
}

impl Troubles {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.contingencies.is_empty()
            && self.strandings.is_empty()
            && self.failures.is_empty()
            && self.groundings.is_empty()
            && self.encounters.is_empty()
    }

    /// Takes in what happened, if it went wrong.
    pub fn see(&mut self, timed: &TimedEvent) {
        let time = timed.time;
        match timed.event {
            SimEvent::OrderFailed { order, sortie, trouble } => {
                self.failures.push(Failure { time, order, drone: sortie.drone, trouble });
            }
            SimEvent::DeparturesGrounded { mission, quantity, value_milli, limit_milli } => {
                let units = |milli: i32| f64::from(milli) / 1000.0;
                let cause = (quantity, units(value_milli), units(limit_milli));
                self.latest.groundings.insert(mission, self.groundings.len());
                self.groundings.push(Grounding { mission, from: time, cause, lasted: None });
            }
            SimEvent::DeparturesResumed { mission, lasted_ms } => {
                let row = self.latest.groundings.get(&mission);
                if let Some(grounding) = row.and_then(|&row| self.groundings.get_mut(row)) {
                    grounding.lasted = Some(lasted_ms);
                }
            }
            _ => {
                self.see_contingency(timed);
                self.see_manned(timed);
            }
        }
    }

    fn see_contingency(&mut self, timed: &TimedEvent) {
        match timed.event {
            SimEvent::ContingencyBegan { drone, trouble } => {
                self.latest.contingencies.insert((drone, trouble), self.contingencies.len());
                let (decided, lasted, is_stranded) = (None, None, false);
                self.contingencies.push(Episode { drone, trouble, began: timed.time, decided, lasted, is_stranded });
            }
            SimEvent::ContingencyDecided { drone, trouble, response, rally } => {
                self.change(drone, trouble, |episode| episode.decided = Some((response, rally)));
            }
            SimEvent::ContingencyEnded { drone, trouble, response, lasted_ms } => {
                self.change(drone, trouble, |episode| {
                    episode.lasted = Some(lasted_ms);
                    // What passed before anything was decided has been held for.
                    episode.decided.get_or_insert((response, None));
                });
            }
            SimEvent::Stranded { drone, trouble, east_cm, north_cm } => {
                self.strandings.push(Place::new(f64::from(east_cm) / 100.0, f64::from(north_cm) / 100.0));
                self.change(drone, trouble, |episode| episode.is_stranded = true);
            }
            _ => {}
        }
    }

    fn change(&mut self, drone: DroneId, trouble: Trouble, change: impl FnOnce(&mut Episode)) {
        let row = self.latest.contingencies.get(&(drone, trouble));
        if let Some(episode) = row.and_then(|&row| self.contingencies.get_mut(row)) {
            change(episode);
        }
    }

    fn see_manned(&mut self, timed: &TimedEvent) {
        match timed.event {
            SimEvent::WellClearLost { drone, aircraft, horizontal_distance_cm, vertical_distance_cm } => {
                self.latest.encounters.insert((drone, aircraft), self.encounters.len());
                let (horizontal_cm, vertical_cm) = (horizontal_distance_cm, vertical_distance_cm);
                let time = timed.time;
                let lost = MannedEncounter { time, drone, aircraft, horizontal_cm, vertical_cm, regained: None };
                self.encounters.push(lost);
            }
            SimEvent::WellClearRegained { drone, aircraft, duration_ms, least_horizontal_distance_cm } => {
                let row = self.latest.encounters.get(&(drone, aircraft));
                if let Some(encounter) = row.and_then(|&row| self.encounters.get_mut(row)) {
                    encounter.regained = Some((duration_ms, least_horizontal_distance_cm));
                }
            }
            _ => {}
        }
    }
}
