//! Phase `resolve`: who evades whom. At each detection tick every drone with somebody in its way decides from what is known of
//! the others; what it decides it flies until the next tick.

use rayon::prelude::*;

use super::Simulation;
use super::drone::{Activity, Drone, Evasion};
use crate::aircraft::AircraftType;
use crate::traffic::conflict::{Intruder, Motion, Own, Pair, PredictedConflict, SpeedRange};
use crate::traffic::intent::Priority;
use crate::units::DroneId;
use crate::world::airspace::Occasion;
use crate::world::geo::Velocity;

/// Drones that one thread takes at a time.
const DRONES_PER_TASK: usize = 32;
/// How far ahead a command must stay where one may fly, s: long enough to stop or turn.
const PROBE_S: f64 = 5.0;

/// How near to its path a drone is back on it, m.
const BACK_M: f64 = 10.0;
/// How far from ceiling and least height a command keeps, m.
const BAND_ROOM_M: f64 = 3.0;

/// One drone and another in its way, or none of one that is on its way back to its path: indices of motions.
type InTheWay = (usize, Option<usize>);

impl Simulation {
    /// Decides who evades whom, by the motions and the conflicts of a detection tick.
    pub(super) fn resolve(&mut self, motions: &[Motion], detected: &[(Pair, PredictedConflict)]) {
        if !self.resolver.evades() {
            return;
        }
        let places = self.places(motions);
        let seen = self.in_the_way(motions, &places, detected);
        let decide = |group: &[InTheWay]| (places[group[0].0], self.evasion(motions, &places, group));
        let groups: Vec<&[InTheWay]> = seen.chunk_by(|one, other| one.0 == other.0).collect();
        let decided: Vec<(usize, Option<Evasion>)> =
            groups.par_iter().with_min_len(DRONES_PER_TASK).map(|group| decide(group)).collect();
        // Who is down again begins anew.
        for drone in self.drones.iter_mut().filter(|drone| !drone.is_airborne()) {
            drone.evasion = None;
        }
        for (index, evasion) in decided {
            self.counters.evasions(evasion.as_ref().is_some_and(|evasion| !evasion.from.is_empty()));
            self.drones[index].evasion = evasion;
        }
    }

    /// Who evades whom now, in the order of ids.
    pub fn evading(&self) -> impl Iterator<Item = (DroneId, &[DroneId])> {
        let evading = self.drones.iter().filter_map(|drone| Some((drone.id, drone.evasion.as_ref()?.from.as_slice())));
        evading.filter(|(_, from)| !from.is_empty())
    }

    /// The indices of the drones whose motions these are; both are in the order of ids.
    fn places(&self, motions: &[Motion]) -> Vec<usize> {
        let mut drones = self.drones.iter().enumerate();
        let place = |motion: &Motion| drones.find(|(_, drone)| drone.id == motion.drone).map(|(index, _)| index);
        motions.iter().filter_map(place).collect()
    }

    /// Who has whom in its way: those in conflict, and those that are being evaded; in order, each once. Who evades or comes back
    /// from it is among them by itself.
    fn in_the_way(
        &self,
        motions: &[Motion],
        places: &[usize],
        detected: &[(Pair, PredictedConflict)],
    ) -> Vec<InTheWay> {
        let of = |drone: &DroneId| motions.binary_search_by_key(drone, |motion| motion.drone).ok();
        let mut seen = Vec::with_capacity(2 * detected.len());
        for ((one, other), _) in detected {
            if let (Some(one), Some(other)) = (of(one), of(other)) {
                seen.extend([(one, Some(other)), (other, Some(one))]);
            }
        }
        for (own, &index) in places.iter().enumerate() {
            if let Some(evasion) = &self.drones[index].evasion {
                seen.push((own, None));
                seen.extend(evasion.from.iter().map(|other| (own, of(other))));
            }
        }
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// What one drone does about those in its way.
    fn evasion(&self, motions: &[Motion], places: &[usize], group: &[InTheWay]) -> Option<Evasion> {
        let motion = motions[group[0].0];
        let drone = &self.drones[places[group[0].0]];
        let wanted = self.wanted(drone)?;
        let commanded = drone.evasion.as_ref().map_or(wanted, |evasion| evasion.command);
        let own = Own { motion, wanted, commanded, speeds: SpeedRange::of(self.type_of(drone)) };
        let others = group.iter().filter_map(|&(_, other)| other);
        let intruder = |other: usize| {
            let drone_there = &self.drones[places[other]];
            let motion = motions[other];
            let wanted = self.wanted(drone_there).unwrap_or(motion.velocity);
            Intruder { motion, wanted, minima: self.scenario.minima, share: self.share(drone, drone_there) }
        };
        // Who has the right of way evades nobody.
        let is_evaded = |intruder: &Intruder| intruder.share > 0.0 && !self.scenario.recovery.is_over(&own, intruder);
        let intruders: Vec<Intruder> = others.map(intruder).filter(is_evaded).collect();
        let asked = if intruders.is_empty() {
            // Back on its path it needs nobody to look where it leads.
            drone.evasion.as_ref().filter(|_| !is_on_its_path(drone, &motion))?;
            wanted
        } else {
            self.resolver.velocity(&own, &intruders)
        };
        let command = self.permitted(drone, &own, &own.speeds.nearest(&asked, &motion.velocity.xy()));
        Some(Evasion { command, from: intruders.iter().map(|intruder| intruder.motion.drone).collect() })
    }

    /// What the plan of a drone asks for, if it may leave it for others.
    fn wanted(&self, drone: &Drone) -> Option<Velocity> {
        let Activity::Flying(flight) = &drone.activity else { return None };
        let may = flight.stage.may_evade() && !drone.faults.is_broken() && self.resolver.suits(self.type_of(drone));
        may.then_some(flight.command)
    }

    fn type_of(&self, drone: &Drone) -> &AircraftType {
        &self.scenario.fleets[drone.id.fleet.index()].aircraft
    }

    /// The part of the evasion that is the own drone's: by the priority of their missions, all of it if the other cannot.
    fn share(&self, own: &Drone, other: &Drone) -> f64 {
        if self.wanted(other).is_none() {
            return 1.0;
        }
        match self.priority(own).cmp(&self.priority(other)) {
            std::cmp::Ordering::Less => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 0.0,
        }
    }

    fn priority(&self, drone: &Drone) -> Priority {
        let mission = drone.sortie.as_ref().map(|sortie| self.scenario.mission(sortie.mission));
        mission.map_or(Priority::Delivery, |mission| mission.kind.priority())
    }

    /// The first of what was asked for, held between ceiling and least height, and standing still that leads nowhere one may not
    /// fly; of what was asked for the height alone is held if neither does.
    fn permitted(&self, drone: &Drone, own: &Own, asked: &Velocity) -> Velocity {
        let operator = self.scenario.fleets[drone.id.fleet.index()].operator.as_deref();
        let now = Occasion::at(operator, self.scenario.clock.timestamp(self.now));
        let held = self.held_in_height(own, asked);
        let standing = own.speeds.may_hover().then(|| self.held_in_height(own, &Velocity::zeros()));
        let leads_on = |velocity: &Velocity| {
            let at = own.motion.position;
            self.scenario.airspace.denial(&at, &(at + velocity * PROBE_S), &now).is_none()
        };
        std::iter::once(held).chain(standing).find(leads_on).unwrap_or(held)
    }

    /// A velocity whose climb leads between the ceiling and the least height over the ground that it leads to.
    fn held_in_height(&self, own: &Own, velocity: &Velocity) -> Velocity {
        let airspace = &self.scenario.airspace;
        let there = own.motion.position + velocity * PROBE_S;
        let ground_m = airspace.terrain().extended_ground_amsl_m(&there.xy());
        let [low_m, high_m] = [airspace.clearance_m() + BAND_ROOM_M, airspace.ceiling_agl_m() - BAND_ROOM_M];
        let rate_mps = |agl_m: f64| (ground_m + agl_m - own.motion.position.z) / PROBE_S;
        let climb = velocity.z.min(rate_mps(high_m)).max(rate_mps(low_m));
        Velocity::new(velocity.x, velocity.y, climb.clamp(-own.speeds.descent_mps, own.speeds.climb_mps))
    }
}

/// Whether a drone is where its plan leads.
fn is_on_its_path(drone: &Drone, motion: &Motion) -> bool {
    let Activity::Flying(flight) = &drone.activity else { return true };
    let place = flight.plan.position_at(flight.along_m, flight.passed);
    (place - motion.position).xy().norm() < BACK_M
}
