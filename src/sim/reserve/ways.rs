//! The ways that a sortie could take, rehearsed and with the volumes that they need.

use std::ops::Range;
use std::sync::Arc;

use super::{Path, Reserved};
use crate::aircraft::Kinematics;
use crate::frame::SimEvent;
use crate::mission::{Mission, Task};
use crate::sim::Simulation;
use crate::sim::drone::{Applicant, Destination, Filing, Flight, FlownWays, Stage};
use crate::sim::emit::centimetres;
use crate::sim::rehearse::Rehearsal;
use crate::traffic::intent::{Approach, Candidate, Fix, FlightPart, Granted, Overlap, Volume4D, closest, reserved};
use crate::traffic::route::FlightPlan;
use crate::units::{MissionId, SimTime, SortieId};
use crate::world::geo::Position;

/// A way with what it needs.
pub struct Prepared {
    pub ways: FlownWays,
    pub candidate: Candidate,
    /// Where the drone will be on each part; times count from lifting off.
    parts: Vec<Vec<Fix>>,
}

impl Prepared {
    fn new(ways: FlownWays, extra_cost_s: f64, parts: Vec<(FlightPart, Vec<Fix>)>) -> Self {
        let (of_candidate, paths) = parts.into_iter().unzip();
        Self { ways, candidate: Candidate { parts: of_candidate, extra_cost_s }, parts: paths }
    }

    /// Where the drone will be if its parts leave at these instants.
    pub fn path(&self, departures: &[SimTime]) -> Path {
        let later = |by: SimTime| move |fix: &Fix| Fix { at: fix.at + by, ..*fix };
        let parts = self.parts.iter().zip(departures);
        parts.map(|(fixes, departure)| fixes.iter().map(later(*departure)).collect()).collect()
    }
}

impl Simulation {
    /// The ways of a mission of which the numbers are asked for, the preferred one being 0.
    pub(super) fn prepared(&self, applicant: Applicant, mission: &Mission, numbers: Range<usize>) -> Vec<Prepared> {
        let preferred = match &mission.task {
            Task::Deliver { out, back, .. } => FlownWays { out: Arc::clone(out), back: Some(Arc::clone(back)) },
            Task::Round { circuit, .. } => FlownWays { out: Arc::clone(circuit), back: None },
            Task::Wander(_) => return Vec::new(),
        };
        let others = mission
            .other_ways
            .iter()
            .map(|other| (FlownWays { out: Arc::clone(&other.out), back: other.back.clone() }, other.extra_cost_s));
        let all = std::iter::once((preferred, 0.0)).chain(others);
        let asked = all.skip(numbers.start).take(numbers.len());
        asked.map(|(ways, extra_cost_s)| self.prepare(applicant, ways, extra_cost_s)).collect()
    }

    fn prepare(&self, applicant: Applicant, ways: FlownWays, extra_cost_s: f64) -> Prepared {
        let home = self.drones[applicant.drone].home;
        // Who leaves a hub moves in the step that ends with his departure.
        let before = SimTime::ZERO - self.scenario.clock.step;
        let (Some((pad, stand)), Some(back)) = (applicant.stand, ways.back.clone()) else {
            let round = self.flown(applicant.drone, (&ways.out, home, home), Destination::Home, before);
            let part = self.part(round, SimTime::ZERO);
            return Prepared::new(ways, extra_cost_s, vec![part]);
        };
        let place = self.hand_over_place(pad, stand);
        let (destination, hand_over) = (Destination::Pad(pad), self.scenario.pad(pad).hand_over);
        let mut out = self.flown(applicant.drone, (&ways.out, home, place), destination, before);
        if self.scenario.pad(pad).winch_agl_m.is_some() {
            // Over a winch nobody waits: there, hovering and back are one.
            out.ends += hand_over;
            out.fixes.push(Fix { at: out.ends, position: place });
            let home = self.flown(applicant.drone, (&back, place, home), Destination::Home, out.ends);
            let all = Rehearsal { fixes: [out.fixes, home.fixes].concat(), ends: home.ends };
            return Prepared::new(ways, extra_cost_s, vec![self.part(all, SimTime::ZERO)]);
        }
        let home = self.flown(applicant.drone, (&back, place, home), Destination::Home, SimTime::ZERO);
        let parts = vec![self.part(out, hand_over), self.part(home, SimTime::ZERO)];
        Prepared::new(ways, extra_cost_s, parts)
    }

    /// The way back of a drone on its pad, as it was granted.
    pub(super) fn way_back(&self, index: usize, filing: &Filing) -> Option<Prepared> {
        let drone = &self.drones[index];
        let back = filing.ways.back.clone()?;
        let home = self.flown(index, (&back, drone.state.position, drone.home), Destination::Home, SimTime::ZERO);
        Some(Prepared::new(filing.ways.clone(), 0.0, vec![self.part(home, SimTime::ZERO)]))
    }

    /// A flight from standing at one place to landing at another.
    fn flown(
        &self,
        drone: usize,
        (plan, start, landing): (&Arc<FlightPlan>, Position, Position),
        destination: Destination,
        from: SimTime,
    ) -> Rehearsal {
        let flight = Flight::new(Arc::clone(plan), Stage::TakeOff, destination, landing);
        let aircraft = &self.scenario.fleets[self.drones[drone].id.fleet.index()].aircraft;
        self.rehearsed(&flight, &Kinematics::at_rest(start), aircraft, [from, SimTime::END])
    }

    fn part(&self, rehearsal: Rehearsal, stays: SimTime) -> (FlightPart, Vec<Fix>) {
        let volumes = reserved(&rehearsal.fixes, &self.scenario.tolerances);
        (FlightPart { volumes, lasts: rehearsal.ends, stays }, rehearsal.fixes)
    }

    /// How a flight as granted comes near another that is filed, and what would keep them apart.
    pub(super) fn conflict_event(
        &self,
        (own, mission, path): (SortieId, MissionId, &Path),
        (overlap, volumes): (&Overlap, &[Volume4D]),
        cure: Option<&Granted>,
    ) -> Option<SimEvent> {
        let reserved = self.reservations.sorties.get(&overlap.other.intent)?;
        let (mine, theirs) = (volumes.get(overlap.own as usize)?, self.reservations.filed.volume(overlap.other)?);
        let minima_m = [self.scenario.minima.horizontal_m, self.scenario.minima.vertical_m];
        let closeness = |found: &Approach| (found.horizontal_m / minima_m[0]).max(found.vertical_m / minima_m[1]);
        let pairs = path.iter().flat_map(|own| reserved.path.iter().map(move |other| (own, other)));
        let approaches = pairs.filter_map(|(own, other)| closest(own, other, minima_m));
        let found = approaches.min_by(|a, b| closeness(a).total_cmp(&closeness(b)))?;
        let Reserved { sortie: other, .. } = reserved;
        Some(SimEvent::IntentConflict {
            own,
            mission,
            other: *other,
            from_ms: mine.from.max(theirs.from),
            to_ms: mine.to.min(theirs.to),
            closest_ms: found.own.at,
            east_cm: centimetres(found.own.position.x),
            north_cm: centimetres(found.own.position.y),
            altitude_amsl_cm: centimetres(found.own.position.z),
            horizontal_distance_cm: centimetres(found.horizontal_m),
            vertical_distance_cm: centimetres(found.vertical_m),
            cure_way: cure.map(|cure| u16::try_from(cure.candidate).unwrap_or(u16::MAX)),
            cure_delay_ms: cure.map(|cure| cure.departures[0] - self.now),
        })
    }
}
