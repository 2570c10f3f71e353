//! Phase `watch`: what else is in the way of drones that evade others. Who keeps to its plan flies where it was found to be
//! permitted; who has left it is watched for ground, ceiling, obstacles and zones on its new course.

use rayon::prelude::*;

use super::Simulation;
use super::drone::Drone;
use super::emit::millis;
use super::resolve::PROBE_S;
use crate::frame::SimEvent;
use crate::traffic::conflict::{Hazard, HazardAhead, HazardChange};
use crate::world::airspace::{Denial, Occasion};
use crate::world::geo::Velocity;

/// Drones that one thread takes at a time.
const DRONES_PER_TASK: usize = 32;
/// How often the time to a hazard is halved: to a 128th of what is looked ahead.
const HALVINGS: u8 = 7;

impl Simulation {
    /// Tells what is in the way of those that evade.
    pub(super) fn watch(&mut self) {
        if !self.resolver.evades() {
            return;
        }
        let drones = self.drones.par_iter().with_min_len(DRONES_PER_TASK);
        let found: Vec<HazardAhead> = drones.filter_map(|drone| self.hazard_ahead(drone)).collect();
        for change in self.hazards.update(self.now, &found, self.scenario.minima.look_ahead) {
            let event = self.event_of_hazard(&change);
            self.happen(event);
        }
    }

    /// What is first in the way of a drone that evades others, if it flies on as it is told: within the time in which it can turn
    /// anything by which it may not fly there; and within the look-ahead what stands or is prohibited at its height. Of ground and
    /// ceiling its commands keep clear anew at every tick.
    fn hazard_ahead(&self, drone: &Drone) -> Option<HazardAhead> {
        let evasion = drone.evasion.as_ref().filter(|_| drone.may_leave_for().is_some())?;
        let operator = self.scenario.fleets[drone.id.fleet.index()].operator.as_deref();
        let now = Occasion::at(operator, self.scenario.clock.timestamp(self.now));
        let (airspace, here) = (&self.scenario.airspace, drone.believed_motion().position);
        let level = Velocity::new(evasion.command.x, evasion.command.y, 0.0);
        let denial = |time_s: f64| airspace.denial(&here, &(here + evasion.command * time_s), &now);
        let in_the_way = |time_s: f64| airspace.in_the_way(&here, &(here + level * time_s), &now);
        let near = if evasion.is_denied { first(PROBE_S, denial) } else { None };
        let (found, entry_s) = near.or_else(|| first(self.scenario.minima.look_ahead.seconds(), in_the_way))?;
        Some(HazardAhead { drone: drone.id, hazard: Hazard::of(&found), limit: found.limit(), entry_s })
    }

    fn event_of_hazard(&self, change: &HazardChange) -> SimEvent {
        let rule = |ahead: &HazardAhead| ahead.limit.map(|limit| self.scenario.airspace.told(limit).id);
        match change {
            HazardChange::Foretold { ahead, level } => SimEvent::HazardForetold {
                drone: ahead.drone,
                hazard: ahead.hazard,
                rule: rule(ahead),
                level: *level,
                time_to_entry_ms: millis(ahead.entry_s),
            },
            HazardChange::Entered { ahead } => {
                SimEvent::HazardEntered { drone: ahead.drone, hazard: ahead.hazard, rule: rule(ahead) }
            }
            HazardChange::Over { drone, hazard, lasted, was_entered } => {
                SimEvent::HazardOver { drone: *drone, hazard: *hazard, lasted_ms: *lasted, was_entered: *was_entered }
            }
        }
    }
}

/// What is first met within a time, and when, s; 0 if it is met at once.
fn first(within_s: f64, met: impl Fn(f64) -> Option<Denial>) -> Option<(Denial, f64)> {
    let mut found = (met(within_s)?, within_s);
    if let Some(denial) = met(0.0) {
        return Some((denial, 0.0));
    }
    let mut free_s = 0.0;
    for _ in 0..HALVINGS {
        let middle_s = f64::midpoint(free_s, found.1);
        match met(middle_s) {
            Some(denial) => found = (denial, middle_s),
            None => free_s = middle_s,
        }
    }
    Some(found)
}
