//! Phase `resolve`: who evades whom. At each detection tick every drone with somebody in its way decides from what is known of
//! the others; what it decides it flies until the next tick.

use rayon::prelude::*;

use super::Simulation;
use super::cost::EvasionFigures;
use super::drone::{Activity, Drone, Evasion};
use super::emit::centimetres;
use crate::aircraft::AircraftType;
use crate::frame::{CommandSample, SimEvent};
use crate::traffic::conflict::{
    Courses, Intruder, Minima, Motion, Own, Pair, PredictedConflict, Recovery, SpeedRange, predicted_conflict,
};
use crate::traffic::intent::Priority;
use crate::units::DroneId;
use crate::world::airspace::Occasion;
use crate::world::geo::Velocity;

/// Drones that one thread takes at a time.
const DRONES_PER_TASK: usize = 32;
/// How far ahead a command must stay where one may fly, s: long enough to stop or turn.
pub(super) const PROBE_S: f64 = 5.0;

/// Slower than this a drone has no direction, m/s.
const SLOW_MPS: f64 = 0.1;
/// Cosine of the greatest turn, 30°, after which a drone still flies in its direction.
const ON_COURSE_COS: f64 = 0.866;
/// How near to its path a drone is back on it, m.
const BACK_M: f64 = 10.0;
/// How far from ceiling and least height a command keeps, m.
const BAND_ROOM_M: f64 = 3.0;

/// A drone in the air as others look at it.
struct Flyer {
    /// Its index.
    index: usize,
    motion: Motion,
    /// Where its first stretch is among those of all.
    first: usize,
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

/// What a drone that leaves its plan does.
struct Decision {
    /// What its plan asks for.
    wanted: Velocity,
    command: Velocity,
    /// Whether one may not fly where that leads.
    is_denied: bool,
    /// Which drones it evades, in order.
    from: Vec<DroneId>,
    /// Whether it evades nobody any more, but is not on its path yet.
    is_way_back: bool,
}

/// All that drones look at.
struct Air {
    /// In the order of ids.
    flyers: Vec<Flyer>,
    manned: Vec<Intruder>,
    /// What others fly, as if they always had, who are in the way only after a turn; in order.
    turned: Vec<(InTheWay, Motion)>,
}

impl Air {
    /// How the other of two moves where it is in the way of the first.
    fn motion(&self, seen: InTheWay, other: &Flyer) -> Motion {
        let turned = self.turned.binary_search_by_key(&seen, |(seen, _)| *seen);
        turned.map_or(other.motion, |found| self.turned[found].1)
    }
}

impl Simulation {
    /// Decides who evades whom, by what drones are taken to fly and the conflicts of a detection tick.
    pub(super) fn resolve(&mut self, courses: &Courses, detected: &[(Pair, PredictedConflict)]) {
        if !self.resolver.evades() {
            return;
        }
        let mut air = Air { flyers: self.flyers(courses), manned: self.manned_intruders(), turned: Vec::new() };
        let seen = self.in_the_way(&mut air, courses, detected);
        let decide = |group: &[InTheWay]| (air.flyers[group[0].own()].index, self.evasion(&air, group));
        let groups: Vec<&[InTheWay]> = seen.chunk_by(|one, other| one.own() == other.own()).collect();
        let decided: Vec<(usize, Option<Decision>)> =
            groups.par_iter().with_min_len(DRONES_PER_TASK).map(|group| decide(group)).collect();
        // Who is down again begins anew.
        let down = self.drones.iter().enumerate();
        let down = down.filter(|(_, drone)| drone.evasion.is_some() && !drone.is_airborne()).map(|(index, _)| index);
        for index in down.collect::<Vec<usize>>() {
            self.do_as_decided(index, None);
        }
        for (index, decision) in decided {
            self.counters.evasions(decision.as_ref().is_some_and(|decision| !decision.is_way_back));
            self.do_as_decided(index, decision);
        }
        self.judge_evasions(detected);
    }

    /// A drone begins to evade, goes on or ceases to.
    fn do_as_decided(&mut self, index: usize, decision: Option<Decision>) {
        let drone = &mut self.drones[index];
        let before = drone.evasion.take();
        let Some(Decision { wanted, command, is_denied, from, is_way_back }) = decision else {
            let ended = before.map(|evasion| ended(drone.id, evasion));
            return self.happen_all(ended);
        };
        let own = drone.id;
        let began =
            before.is_none().then(|| SimEvent::EvasionBegan { drone: own, command: against(&command, &wanted) });
        let mut evasion = before.unwrap_or_else(|| Evasion::of(command));
        // The same two may meet again after an encounter has ended.
        for other in &from {
            let encounter = self.monitor.encounter((own.min(*other), own.max(*other)));
            evasion.encounters.extend(encounter.filter(|encounter| !evasion.encounters.contains(encounter)));
        }
        (evasion.command, evasion.is_denied) = (command, is_denied);
        (evasion.from, evasion.evades) = (from, !is_way_back);
        self.drones[index].evasion = Some(evasion);
        self.happen_all(began);
    }

    /// Who evades whom now, in the order of ids.
    pub fn evading(&self) -> impl Iterator<Item = (DroneId, &[DroneId])> {
        let evading = self.drones.iter().filter_map(|drone| Some((drone.id, drone.evasion.as_ref()?.from.as_slice())));
        evading.filter(|(_, from)| !from.is_empty())
    }

    /// The drones that are in the air; both are in the order of ids.
    fn flyers(&self, courses: &Courses) -> Vec<Flyer> {
        let mut drones = self.drones.iter().enumerate();
        let flyer = |first: usize| {
            let motion = courses.stretches()[first].motion;
            let (index, drone) = drones.find(|(_, drone)| drone.id == motion.drone)?;
            Some(Flyer { index, motion, first, wanted: self.wanted(drone), priority: self.priority(drone) })
        };
        let stretches = courses.stretches().iter().enumerate();
        stretches.filter(|(_, stretch)| stretch.nth == 0).map(|(first, _)| first).filter_map(flyer).collect()
    }

    /// Who has whom in its way: those in conflict, and those that are being evaded; in order, each once. Who evades or comes back
    /// from it is among them by itself. Who turns before it comes into conflict does nothing about it until then, unless it would
    /// be in conflict without turning too.
    fn in_the_way(&self, air: &mut Air, courses: &Courses, detected: &[(Pair, PredictedConflict)]) -> Vec<InTheWay> {
        let mut flyer_of = vec![None; self.drones.len()];
        for (number, flyer) in air.flyers.iter().enumerate() {
            flyer_of[flyer.index] = Some(number);
        }
        let of = |drone: &DroneId| self.index_of(*drone).and_then(|index| flyer_of[index]);
        let mut seen = Vec::with_capacity(2 * detected.len());
        for ((one, other), conflict) in detected {
            let (Some(one), Some(other)) = (of(one), of(other)) else { continue };
            let [one_turns, other_turns] = conflict.stretches;
            for (own, own_turns, other, other_turns) in
                [(one, one_turns, other, other_turns), (other, other_turns, one, one_turns)]
            {
                let [own_flyer, other_flyer] = [own, other].map(|flyer| &air.flyers[flyer]);
                let [own_then, other_then] = [(own_flyer, own_turns), (other_flyer, other_turns)]
                    .map(|(flyer, turns)| &courses.stretches()[flyer.first + turns as usize].motion);
                let acts = own_turns == 0
                    || leads_on(&own_flyer.motion.velocity, &own_then.velocity)
                    || self.is_in_conflict_now(own_flyer, other_flyer);
                if acts {
                    let in_the_way = InTheWay::new(own, Some(other));
                    seen.push(in_the_way);
                    if other_turns > 0 {
                        air.turned.push((in_the_way, *other_then));
                    }
                }
            }
        }
        for (own, flyer) in air.flyers.iter().enumerate() {
            if let Some(evasion) = &self.drones[flyer.index].evasion {
                seen.push(InTheWay::new(own, None));
                seen.extend(evasion.from.iter().map(|other| InTheWay::new(own, of(other))));
            } else if air.manned.iter().any(|manned| is_in_conflict(&flyer.motion, manned)) {
                seen.push(InTheWay::new(own, None));
            }
        }
        air.turned.sort_unstable_by_key(|(seen, _)| *seen);
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// Whether two would lose separation if both flew on as they do now.
    fn is_in_conflict_now(&self, one: &Flyer, other: &Flyer) -> bool {
        let minima = Minima::between(&one.motion, &other.motion, self.scenario.minima.look_ahead);
        predicted_conflict(&one.motion, &other.motion, &minima).is_some()
    }

    /// What one drone does about those in its way.
    fn evasion(&self, air: &Air, group: &[InTheWay]) -> Option<Decision> {
        let Flyer { index, motion, wanted, priority, .. } = &air.flyers[group[0].own()];
        let (drone, wanted) = (&self.drones[*index], (*wanted)?);
        let commanded = drone.evasion.as_ref().map_or(wanted, |evasion| evasion.command);
        let own = Own { motion: *motion, wanted, commanded, speeds: SpeedRange::of(self.type_of(drone)) };
        let intruder = |seen: &InTheWay| {
            let there = &air.flyers[seen.other()?];
            let flown = air.motion(*seen, there);
            let intruder = Intruder {
                motion: flown,
                wanted: there.wanted.filter(|_| flown == there.motion).unwrap_or(flown.velocity),
                minima: Minima::between(motion, &flown, self.scenario.minima.look_ahead),
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
        intruders.extend(air.manned.iter().filter(is_manned_in_the_way));
        let asked = if intruders.is_empty() {
            // Back on its path it needs nobody to look where it leads.
            drone.evasion.as_ref().filter(|_| !is_on_its_path(drone, motion))?;
            wanted
        } else {
            self.resolver.velocity(&own, &intruders)
        };
        let (command, is_denied) = self.permitted(drone, &own, &own.speeds.nearest(&asked, &motion.velocity.xy()));
        Some(Decision { wanted, command, is_denied, from, is_way_back: intruders.is_empty() })
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
    /// fly; of what was asked for the height alone is held if neither does, and that is said.
    fn permitted(&self, drone: &Drone, own: &Own, asked: &Velocity) -> (Velocity, bool) {
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
        let found = std::iter::once(held).chain(standing).find(leads_on);
        (found.unwrap_or(held), found.is_none())
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

/// That an evasion is over.
fn ended(drone: DroneId, evasion: Evasion) -> SimEvent {
    let EvasionFigures { evading_ms, lost_ms, extra_mm, extra_mwh } = evasion.cost;
    SimEvent::EvasionEnded {
        drone,
        encounters: evasion.encounters,
        lasted_ms: evading_ms,
        lost_ms,
        extra_path_cm: u32::try_from(extra_mm / 10).unwrap_or(u32::MAX),
        extra_energy_mwh: u32::try_from(extra_mwh).unwrap_or(u32::MAX),
    }
}

/// A command against what the plan of a drone asks for.
fn against(command: &Velocity, wanted: &Velocity) -> CommandSample {
    let (from, to) = (wanted.xy(), command.xy());
    // Angles grow to the left.
    let turn_deg = -libm::atan2(from.perp(&to), from.dot(&to)).to_degrees();
    let is_moving = from.norm().min(to.norm()) > SLOW_MPS;
    CommandSample {
        turn_centideg: if is_moving { centimetres(turn_deg) } else { 0 },
        speed_change_cmps: centimetres(to.norm() - from.norm()),
        climb_change_cmps: centimetres(command.z - wanted.z),
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

/// Whether a velocity leads on in the direction of another.
fn leads_on(before: &Velocity, after: &Velocity) -> bool {
    let (before, after) = (before.xy(), after.xy());
    before.dot(&after) >= ON_COURSE_COS * before.norm() * after.norm()
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
