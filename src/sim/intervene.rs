//! Phase `intervene`: what is changed during the run begins and ends. What it changes, the scenario says by time; here it is
//! recorded, and who is in the air is told of air that is closed.

use super::{Simulation, Waiting};
use crate::frame::SimEvent;
use crate::scenario::{Action, ResolvedScenario};
use crate::units::{InterventionId, MissionId, SimTime};

/// When temporary zones become known during a run, the first one last.
pub(super) fn publications(scenario: &ResolvedScenario) -> Vec<SimTime> {
    let zones = scenario.airspace.rules().zones.iter();
    let known = zones.filter_map(|zone| Some(scenario.clock.time_of(zone.published()?)));
    let mut known: Vec<SimTime> = known.filter(|time| *time > SimTime::ZERO).collect();
    known.sort_unstable_by(|a, b| b.cmp(a));
    known
}

impl Simulation {
    /// Records what begins and ends after `since`, up to now.
    pub(super) fn intervene(&mut self, since: Option<SimTime>) {
        let (now, scenario) = (self.now, self.scenario.clone());
        let is_due = |time: SimTime| time <= now && since.is_none_or(|since| since < time);
        for (index, intervention) in scenario.interventions.iter().enumerate() {
            let id = InterventionId::from_index(index);
            if is_due(intervention.at) {
                self.happen(SimEvent::InterventionBegan { intervention: id });
                if let Action::CallOut(mission) = intervention.action {
                    self.call_out(mission);
                }
            }
            if is_due(intervention.until) {
                self.happen(SimEvent::InterventionEnded { intervention: id });
            }
        }
        let mut is_news = false;
        while self.publications.pop_if(|at| *at <= now).is_some() {
            is_news = true;
        }
        if is_news {
            self.tell_of_closures();
        }
    }

    /// A round is due now, before all that waits.
    fn call_out(&mut self, mission: MissionId) {
        let state = &mut self.missions[mission.index()];
        state.enqueue(Waiting { is_called_out: true, asked: None, since: self.now, order: None });
        state.asks_again = SimTime::ZERO;
        self.happen(SimEvent::CalledOut { mission });
    }

    /// Tells every drone in the air whose way is closed, as far as that is known now.
    fn tell_of_closures(&mut self) {
        for index in 0..self.drones.len() {
            if self.is_closed_ahead(&self.drones[index]) {
                self.drones[index].is_told = true;
            }
        }
    }
}
