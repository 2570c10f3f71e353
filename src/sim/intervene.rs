//! Phase `intervene`: what is changed during the run begins and ends. What it changes, the scenario says by time; here it is
//! recorded.

use super::Simulation;
use crate::frame::SimEvent;
use crate::scenario::Action;
use crate::traffic::route::PathPoint;
use crate::units::{InterventionId, SimTime};
use crate::world::airspace::Occasion;

impl Simulation {
    /// Records what begins and ends after `since`, up to now.
    pub(super) fn intervene(&mut self, since: Option<SimTime>) {
        let (now, scenario) = (self.now, self.scenario.clone());
        let is_due = |time: SimTime| time <= now && since.is_none_or(|since| since < time);
        for (index, intervention) in scenario.interventions.iter().enumerate() {
            let id = InterventionId::from_index(index);
            if is_due(intervention.at) {
                self.happen(SimEvent::InterventionBegan { intervention: id });
                if intervention.action == Action::Close {
                    self.close(intervention.until);
                }
            }
            if is_due(intervention.until) {
                self.happen(SimEvent::InterventionEnded { intervention: id });
            }
        }
    }

    /// Tells every drone in the air whose way is closed from now on until when that is.
    fn close(&mut self, until: SimTime) {
        let scenario = self.scenario.clone();
        let at = scenario.clock.timestamp(self.now);
        for drone in &mut self.drones {
            let Some(flight) = drone.course() else { continue };
            let operator = scenario.fleets[drone.id.fleet.index()].operator.as_deref();
            let occasion = Occasion::at(operator, at);
            let ahead = flight.plan.points[flight.passed..].windows(2);
            let is_closed = |piece: &[PathPoint]| {
                scenario.airspace.denial(&piece[0].position, &piece[1].position, &occasion).is_some()
            };
            if ahead.into_iter().any(is_closed) {
                drone.closed_until = drone.closed_until.max(Some(until));
            }
        }
    }
}
