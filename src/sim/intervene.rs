//! Phase `intervene`: what is changed during the run begins and ends. What it changes, the scenario says by time; here it is
//! recorded.

use super::Simulation;
use crate::frame::SimEvent;
use crate::units::{InterventionId, SimTime};

impl Simulation {
    /// Records what begins and ends after `since`, up to now.
    pub(super) fn intervene(&mut self, since: Option<SimTime>) {
        let (now, scenario) = (self.now, self.scenario.clone());
        let is_due = |time: SimTime| time <= now && since.is_none_or(|since| since < time);
        for (index, intervention) in scenario.interventions.iter().enumerate() {
            let id = InterventionId::from_index(index);
            if is_due(intervention.at) {
                self.happen(SimEvent::InterventionBegan { intervention: id });
            }
            if is_due(intervention.until) {
                self.happen(SimEvent::InterventionEnded { intervention: id });
            }
        }
    }
}
