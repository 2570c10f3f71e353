//! Phase `resolve`: who evades whom. At each detection tick every drone with somebody in its way decides from what is known of
//! the others; what it decides it flies until the next tick.

use rayon::prelude::*;

use super::Simulation;
use super::drone::{Activity, Drone, Evasion};
use crate::aircraft::AircraftType;
use crate::traffic::conflict::{
    Intruder, Minima, Motion, Own, Pair, PredictedConflict, Recovery, SpeedRange, predicted_conflict,
};
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

/// A drone in the air as others look at it.
struct Flyer {
    /// Its index.
    index: usize,
    motion: Motion,
    /// What its plan asks for, if it may leave it for others.
    wanted: Option<Velocity>,
    priority: Priority,
}

/// One drone and another in its way, or none of one that is on its way back to its path: indices of flyers, the other's one more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct InTheWay(u64);

impl InTheWay {
    const fn new(own: usize, other: Option<usize>) -> Self {
        let other = match other {
            Some(other) => other as u64 + 1,
            None => 0,
        };
        Self((own as u64) << 32 | other)
    }

    const fn own(self) -> usize {
        (self.0 >> 32) as usize
    }

    #[expect(clippy::cast_possible_truncation, reason = "its lower half")]
    const fn other(self) -> Option<usize> {
        (self.0 as u32 as usize).checked_sub(1)
    }
}

impl Simulation {
    /// Decides who evades whom, by the motions and the conflicts of a detection tick.
    pub(super) fn resolve(&mut self, motions: &[Motion], detected: &[(Pair, PredictedConflict)]) {
        if !self.resolver.evades() {
            return;
        }
        let flyers = self.flyers(motions);
        let manned = self.manned_intruders();
        let seen = self.in_the_way((&flyers, &manned), detected);
        let decide = |group: &[InTheWay]| (flyers[group[0].own()].index, self.evasion((&flyers, &manned), group));
        let groups: Vec<&[InTheWay]> = seen.chunk_by(|one, other| one.own() == other.own()).collect();
        let decided: Vec<(usize, Option<Evasion>)> =
            groups.par_iter().with_min_len(DRONES_PER_TASK).map(|group| decide(group)).collect();
        // Who is down again begins anew.
        for drone in self.drones.iter_mut().filter(|drone| !drone.is_airborne()) {
            drone.evasion = None;
        }
        for (index, evasion) in decided {
            self.counters.evasions(evasion.as_ref().is_some_and(|evasion| evasion.evades));
            self.drones[index].evasion = evasion;
        }
        self.judge_evasions(detected);
    }

    /// Who evades whom now, in the order of ids.
    pub fn evading(&self) -> impl Iterator<Item = (DroneId, &[DroneId])> {
        let evading = self.drones.iter().filter_map(|drone| Some((drone.id, drone.evasion.as_ref()?.from.as_slice())));
        evading.filter(|(_, from)| !from.is_empty())
    }

    /// The drones whose motions these are; both are in the order of ids.
    fn flyers(&self, motions: &[Motion]) -> Vec<Flyer> {
        let mut drones = self.drones.iter().enumerate();
        let flyer = |motion: &Motion| {
            let (index, drone) = drones.find(|(_, drone)| drone.id == motion.drone)?;
            Some(Flyer { index, motion: *motion, wanted: self.wanted(drone), priority: self.priority(drone) })
        };
        motions.iter().filter_map(flyer).collect()
    }

    /// Who has whom in its way: those in conflict, and those that are being evaded; in order, each once. Who evades or comes back
    /// from it is among them by itself.
    fn in_the_way(
        &self,
        (flyers, manned): (&[Flyer], &[Intruder]),
        detected: &[(Pair, PredictedConflict)],
    ) -> Vec<InTheWay> {
        let mut flyer_of = vec![None; self.drones.len()];
        for (number, flyer) in flyers.iter().enumerate() {
            flyer_of[flyer.index] = Some(number);
        }
        let of = |drone: &DroneId| self.index_of(*drone).and_then(|index| flyer_of[index]);
        let mut seen = Vec::with_capacity(2 * detected.len());
        for ((one, other), _) in detected {
            if let (Some(one), Some(other)) = (of(one), of(other)) {
                seen.extend([InTheWay::new(one, Some(other)), InTheWay::new(other, Some(one))]);
            }
        }
        for (own, flyer) in flyers.iter().enumerate() {
            if let Some(evasion) = &self.drones[flyer.index].evasion {
                seen.push(InTheWay::new(own, None));
                seen.extend(evasion.from.iter().map(|other| InTheWay::new(own, of(other))));
            } else if manned.iter().any(|manned| is_in_conflict(&flyer.motion, manned)) {
                seen.push(InTheWay::new(own, None));
            }
        }
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// What one drone does about those in its way.
    fn evasion(&self, (flyers, manned): (&[Flyer], &[Intruder]), group: &[InTheWay]) -> Option<Evasion> {
        let Flyer { index, motion, wanted, priority } = &flyers[group[0].own()];
        let (drone, wanted) = (&self.drones[*index], (*wanted)?);
        let commanded = drone.evasion.as_ref().map_or(wanted, |evasion| evasion.command);
        let own = Own { motion: *motion, wanted, commanded, speeds: SpeedRange::of(self.type_of(drone)) };
        let intruder = |seen: &InTheWay| {
            let there = &flyers[seen.other()?];
            let intruder = Intruder {
                motion: there.motion,
                wanted: there.wanted.unwrap_or(there.motion.velocity),
                minima: Minima::between(motion, &there.motion, self.scenario.minima.look_ahead),
                share: share(*priority, there),
            };
            // Who has the right of way evades nobody.
            let is_evaded = intruder.share > 0.0 && !self.scenario.recovery.is_over(&own, &intruder);
            is_evaded.then_some(intruder)
        };
        let mut intruders: Vec<Intruder> = group.iter().filter_map(intruder).collect();
        let from = intruders.iter().map(|intruder| intruder.motion.drone).collect();
        let is_evading = drone.evasion.is_some();
        let is_manned_in_the_way = |intruder: &&Intruder| {
            is_in_conflict(motion, intruder) || (is_evading && !Recovery::Free.is_over(&own, intruder))
        };
        intruders.extend(manned.iter().filter(is_manned_in_the_way));
        let asked = if intruders.is_empty() {
            // Back on its path it needs nobody to look where it leads.
            drone.evasion.as_ref().filter(|_| !is_on_its_path(drone, motion))?;
            wanted
        } else {
            self.resolver.velocity(&own, &intruders)
        };
        let command = self.permitted(drone, &own, &own.speeds.nearest(&asked, &motion.velocity.xy()));
        Some(Evasion { command, from, evades: !intruders.is_empty() })
    }

    /// What the plan of a drone asks for, if it may leave it for others.
    fn wanted(&self, drone: &Drone) -> Option<Velocity> {
        let wanted = drone.may_leave_for()?;
        (!drone.faults.is_broken() && self.resolver.suits(self.type_of(drone))).then_some(wanted)
    }

    fn type_of(&self, drone: &Drone) -> &AircraftType {
        &self.scenario.fleets[drone.id.fleet.index()].aircraft
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
        let airspace = &self.scenario.airspace;
        let leads_on = |velocity: &Velocity| {
            let at = own.motion.position;
            let there = at + velocity * PROBE_S;
            // Where straight traffic leaves the area it is gone.
            let leaves = matches!(drone.activity, Activity::Straight(_)) && !airspace.contains(&there.xy());
            leaves || airspace.denial(&at, &there, &now).is_none()
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
    match &drone.activity {
        Activity::Flying(flight) => {
            let place = flight.plan.position_at(flight.along_m, flight.passed);
            (place - motion.position).xy().norm() < BACK_M
        }
        Activity::Straight(flight) => flight.course.off_m(&motion.position) < BACK_M,
        _ => true,
    }
}

/// Whether a drone that flies on so and a manned aircraft that does would not stay well clear.
fn is_in_conflict(motion: &Motion, manned: &Intruder) -> bool {
    predicted_conflict(motion, &manned.motion, &manned.minima).is_some()
}

/// The part of the evasion that is one's own: by the priority of the missions, all of it if the other cannot.
fn share(own: Priority, other: &Flyer) -> f64 {
    if other.wanted.is_none() {
        return 1.0;
    }
    match own.cmp(&other.priority) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 0.0,
    }
}
