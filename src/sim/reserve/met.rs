//! Which filed flights a new one meets, how close, and what would keep them apart at least cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Path;
use super::ways::{Legs, Prepared};
use crate::frame::{ClosestSample, CureSample, SimEvent};
use crate::sim::Simulation;
use crate::sim::drone::Applicant;
use crate::sim::emit::{centimetres, millis};
use crate::traffic::intent::{
    Approach, Candidate, FlightRequest, Granted, IntentId, LeastCost, Overlap, StrategicStrategy, Volume4D, closest,
};
use crate::units::{MissionId, SimTime, SortieId};
use crate::world::geo::Position;

/// A sortie as it is filed.
pub(super) struct Filed {
    pub sortie: SortieId,
    pub mission: MissionId,
    pub path: Path,
    pub volumes: Vec<Volume4D>,
}

/// Two volumes that overlap and the time for which they do.
#[derive(Clone, Copy)]
struct Meeting {
    overlap: Overlap,
    window: [SimTime; 2],
}

impl Simulation {
    /// Tells what a flight as granted overlaps, with whom it would come how close, and what would keep them apart.
    pub(super) fn tell_conflicts(
        &mut self,
        own: &Filed,
        granted: &Granted,
        (request, legs, applicant): (&FlightRequest<'_>, Legs, Applicant),
    ) {
        let filed = &self.reservations.filed;
        let mut met: BTreeMap<IntentId, Vec<Overlap>> = BTreeMap::new();
        for overlap in filed.overlaps(&own.volumes, SimTime::ZERO, |id| !granted.moved.contains(&id)) {
            met.entry(overlap.other.intent).or_default().push(overlap);
        }
        if met.is_empty() {
            return;
        }
        let cure = self.cure(own.mission, request, (legs, applicant));
        let events =
            met.iter().filter_map(|(other, overlaps)| self.conflict_event(own, (*other, overlaps), cure.as_ref()));
        let events: Vec<SimEvent> = events.collect();
        self.happen_all(events);
    }

    /// What would keep a flight apart from all others at least cost; `None` if nothing does within patience.
    fn cure(
        &mut self,
        mission: MissionId,
        request: &FlightRequest<'_>,
        (legs, applicant): (Legs, Applicant),
    ) -> Option<CureSample> {
        let scenario = Arc::clone(&self.scenario);
        let ways = self.all_legs(applicant, scenario.mission(mission), legs).ways();
        let candidates: Vec<Candidate> = ways.iter().map(|way| way.candidate.clone()).collect();
        let request = FlightRequest { candidates: &candidates, ..*request };
        let granted = LeastCost.fit(&request, &self.reservations.filed).ok()?;
        let way: &Prepared = ways.get(granted.candidate)?;
        let delay = granted.departures[0] - request.earliest;
        let undelayed = way.candidate.undelayed(granted.departures[0]);
        let pad_wait = undelayed.get(1).zip(granted.departures.get(1));
        Some(CureSample {
            way: way.number,
            delay_ms: delay,
            pad_wait_ms: pad_wait.map_or(SimTime::ZERO, |(without, with)| *with - *without),
            moved: granted.moved.iter().filter_map(|moved| self.reservations.sortie(*moved)).collect(),
            cost_ms: millis(granted.cost_s(&request)),
        })
    }

    /// How a flight as granted comes near another that is filed.
    fn conflict_event(
        &self,
        own: &Filed,
        (other, overlaps): (IntentId, &[Overlap]),
        cure: Option<&CureSample>,
    ) -> Option<SimEvent> {
        let meetings: Vec<Meeting> = overlaps.iter().filter_map(|overlap| self.meeting(own, *overlap)).collect();
        let found = self.closest_to(own, other);
        let holds = |meeting: &&Meeting, at: SimTime| meeting.window[0] <= at && at <= meeting.window[1];
        let there = found.as_ref().and_then(|found| meetings.iter().find(|meeting| holds(meeting, found.own.at)));
        let Meeting { overlap, window } = *there.or(meetings.first())?;
        let volume = own.volumes.get(overlap.own as usize)?;
        let position =
            found.as_ref().filter(|_| there.is_some()).map_or_else(|| middle(volume), |found| found.own.position);
        Some(SimEvent::IntentConflict {
            own: own.sortie,
            mission: own.mission,
            other: self.reservations.met(other),
            volumes: [overlap.own, overlap.other.volume],
            from_ms: window[0],
            to_ms: window[1],
            closest: found.map(|found| ClosestSample {
                at_ms: found.own.at,
                horizontal_distance_cm: centimetres(found.horizontal_m),
                vertical_distance_cm: centimetres(found.vertical_m),
            }),
            east_cm: centimetres(position.x),
            north_cm: centimetres(position.y),
            altitude_amsl_cm: centimetres(position.z),
            cure: cure.cloned(),
        })
    }

    fn meeting(&self, own: &Filed, overlap: Overlap) -> Option<Meeting> {
        let (mine, theirs) = (own.volumes.get(overlap.own as usize)?, self.reservations.filed.volume(overlap.other)?);
        Some(Meeting { overlap, window: [mine.from.max(theirs.from), mine.to.min(theirs.to)] })
    }

    /// The closest that a flight comes to another that is filed, if it is known where that will be.
    fn closest_to(&self, own: &Filed, other: IntentId) -> Option<Approach> {
        let path = &self.reservations.sorties.get(&other)?.path;
        let minima_m = [self.scenario.minima.horizontal_m, self.scenario.minima.vertical_m];
        let closeness = |found: &Approach| (found.horizontal_m / minima_m[0]).max(found.vertical_m / minima_m[1]);
        let pairs = own.path.iter().flat_map(|own| path.iter().map(move |other| (own, other)));
        let approaches = pairs.filter_map(|(own, other)| closest(own, other, minima_m));
        approaches.min_by(|a, b| closeness(a).total_cmp(&closeness(b)))
    }
}

/// The middle of a volume.
fn middle(volume: &Volume4D) -> Position {
    let extent = volume.outline.extent();
    let place = extent.low + (extent.high - extent.low) * 0.5;
    Position::new(place.x, place.y, 0.5 * (volume.lower_amsl_m + volume.upper_amsl_m))
}
