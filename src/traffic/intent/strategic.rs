//! Strategic deconfliction: how a new flight is fitted to what is filed, before it takes off.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::filed::{DelayRange, FiledIntents};
use super::operational::{IntentId, IntentState, Priority};
use super::volume::Volume4D;
use crate::units::SimTime;

/// A part of a flight, from lifting off to touching down.
#[derive(Clone, Debug, PartialEq)]
pub struct FlightPart {
    /// Its volumes; times count from lifting off.
    pub volumes: Arc<[Volume4D]>,
    /// From lifting off to touching down.
    pub lasts: SimTime,
    /// Least time on the ground before the next part.
    pub stays: SimTime,
}

/// One way to fly a flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its parts; between two of them the drone may wait on the ground.
    pub parts: Vec<FlightPart>,
    /// What it costs more than the way that is preferred, in seconds of delay.
    pub extra_cost_s: f64,
}

/// A flight that is to be fitted in.
#[derive(Clone, Copy, Debug)]
pub struct FlightRequest<'a> {
    /// Who goes first.
    pub priority: Priority,
    /// The ways to fly it; the first is preferred. At least one.
    pub candidates: &'a [Candidate],
    /// When it may lift off.
    pub earliest: SimTime,
    /// Longest that it may wait before any part.
    pub patience: SimTime,
    /// Departures are whole steps after the earliest.
    pub step: SimTime,
    /// When the first part may not lift off, because others leave there.
    pub busy: &'a [Busy],
}

/// A time in which nobody else may leave a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Its first instant.
    pub from: SimTime,
    /// Its last.
    pub to: SimTime,
    /// Who leaves then; none if he has not filed.
    pub by: Option<IntentId>,
}

impl Busy {
    /// Whether it is so at an instant.
    pub fn holds(&self, at: SimTime) -> bool {
        self.from <= at && at <= self.to
    }
}

/// How a flight fits in.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// Which of the ways.
    pub candidate: usize,
    /// When each part lifts off.
    pub departures: Vec<SimTime>,
    /// Filed flights of lower priority that have not left and must be fitted in again.
    pub moved: Vec<IntentId>,
}

/// Why a flight does not fit in: what it would overlap, leaving at its earliest, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The intents in the way.
    pub blocking: Vec<IntentId>,
}

/// Fits flights to what is filed. A researcher's own implementation is registered with `Algorithms`.
pub trait StrategicStrategy: Send + Sync {
    /// How a flight fits to what is filed; the answer must depend on the arguments alone.
    ///
    /// # Errors
    /// If it does not within its patience.
    fn fit(&self, request: &FlightRequest<'_>, filed: &FiledIntents) -> Result<Granted, Refused>;

    /// Whether flights are filed at all; where they are not, nobody is asked.
    fn files(&self) -> bool {
        true
    }

    /// Whether it ever takes another way than the preferred one; where it does not, no other is rehearsed.
    fn takes_other_ways(&self) -> bool {
        true
    }
}

/// Nothing is filed, and everybody leaves as he likes: what strategic deconfliction is measured against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unfitted;

impl StrategicStrategy for Unfitted {
    fn fit(&self, request: &FlightRequest<'_>, filed: &FiledIntents) -> Result<Granted, Refused> {
        Observed.fit(request, filed)
    }

    fn files(&self) -> bool {
        false
    }
}

/// Everybody leaves as he likes, but it is filed what he will fly, so that it is known who would meet whom.
#[derive(Clone, Copy, Debug, Default)]
pub struct Observed;

impl StrategicStrategy for Observed {
    fn fit(&self, request: &FlightRequest<'_>, _: &FiledIntents) -> Result<Granted, Refused> {
        let departures = request.candidates[0].undelayed(request.earliest);
        Ok(Granted { candidate: 0, departures, moved: Vec::new() })
    }

    fn takes_other_ways(&self) -> bool {
        false
    }
}

/// Who files first flies first: the preferred way, as soon as it is free. The plain baseline.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstCome;

impl StrategicStrategy for FirstCome {
    fn fit(&self, request: &FlightRequest<'_>, filed: &FiledIntents) -> Result<Granted, Refused> {
        let departures = departures(&request.candidates[0], request, filed, |_| true);
        let granted = departures.map(|departures| Granted { candidate: 0, departures, moved: Vec::new() });
        granted.ok_or_else(|| refused(request, filed))
    }

    fn takes_other_ways(&self) -> bool {
        false
    }
}

/// Takes the way and the departure that cost least, waiting included; flights of lower priority that have not left give way
/// where that is cheaper. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeastCost;

/// What it costs to move a flight that was filed, in seconds of delay: who was told his time should keep it.
const MOVE_COST_S: f64 = 30.0;

impl StrategicStrategy for LeastCost {
    fn fit(&self, request: &FlightRequest<'_>, filed: &FiledIntents) -> Result<Granted, Refused> {
        let among_all = cheapest(request, filed, |_| true);
        // Who would leave at once the preferred way has nothing to gain.
        if among_all.as_ref().is_some_and(|(cost_s, _)| *cost_s <= 0.0) {
            return among_all.map(|(_, granted)| granted).ok_or_else(|| refused(request, filed));
        }
        let yields = |id: IntentId| {
            let other = filed.get(id);
            other.is_some_and(|other| other.state == IntentState::Accepted && other.priority < request.priority)
        };
        let among_firm = cheapest(request, filed, |id| !yields(id)).map(|(cost_s, granted)| {
            let moved = in_the_way(&granted, request, filed, yields);
            let granted = Granted { moved, ..granted };
            (cost_s + granted.move_cost_s(), granted)
        });
        let both = [among_all, among_firm].into_iter().flatten();
        let best = both.reduce(|best, next| if next.0 < best.0 { next } else { best });
        best.map(|(_, granted)| granted).ok_or_else(|| refused(request, filed))
    }
}

/// The way that costs least against the intents that count, and its cost in seconds of delay.
fn cheapest(
    request: &FlightRequest<'_>,
    filed: &FiledIntents,
    counts: impl Fn(IntentId) -> bool,
) -> Option<(f64, Granted)> {
    let mut best: Option<(f64, Granted)> = None;
    for (index, candidate) in request.candidates.iter().enumerate() {
        // A way that costs more than what is found can only lose.
        if best.as_ref().is_some_and(|(cost_s, _)| *cost_s <= candidate.extra_cost_s) {
            continue;
        }
        let Some(departures) = departures(candidate, request, filed, &counts) else { continue };
        let granted = Granted { candidate: index, departures, moved: Vec::new() };
        let cost_s = granted.cost_s(request);
        if best.as_ref().is_none_or(|(least_s, _)| cost_s < *least_s) {
            best = Some((cost_s, granted));
        }
    }
    best
}

/// When the parts of a way lift off, each as soon as it is free of the intents that count; `None` if one is not within the
/// patience.
fn departures(
    candidate: &Candidate,
    request: &FlightRequest<'_>,
    filed: &FiledIntents,
    counts: impl Fn(IntentId) -> bool,
) -> Option<Vec<SimTime>> {
    let mut earliest = request.earliest;
    let mut busy: Vec<Busy> = request.busy.iter().filter(|busy| busy.by.is_none_or(&counts)).copied().collect();
    let leave = |part: &FlightPart| {
        let range = DelayRange { from: earliest, latest: earliest + request.patience, step: request.step };
        let departure = free_departure(range, &busy, |range| filed.least_delay(&part.volumes, range, &counts))?;
        earliest = departure + part.lasts + part.stays;
        busy.clear();
        Some(departure)
    };
    candidate.parts.iter().map(leave).collect()
}

/// The first departure of a part that is free in the air and not at a busy time.
fn free_departure(
    range: DelayRange,
    busy: &[Busy],
    free_in_the_air: impl Fn(DelayRange) -> Option<SimTime>,
) -> Option<SimTime> {
    let mut range = range;
    loop {
        let departure = free_in_the_air(range)?;
        let meets = busy.iter().filter(|busy| busy.holds(departure));
        match meets.map(|busy| busy.to + SimTime::from_millis(1)).max() {
            None => return Some(departure),
            Some(after) => range.from = range.step_at_or_after(after),
        }
    }
}

/// The intents that a granted flight overlaps, or whose departure is in its way, among those that count, in order.
fn in_the_way(
    granted: &Granted,
    request: &FlightRequest<'_>,
    filed: &FiledIntents,
    counts: impl Fn(IntentId) -> bool,
) -> Vec<IntentId> {
    let parts = request.candidates[granted.candidate].parts.iter().zip(&granted.departures);
    let met = parts.flat_map(|(part, departure)| filed.overlaps(&part.volumes, *departure, &counts));
    let first = granted.departures.first().copied();
    let leaves = request.busy.iter().filter(|busy| first.is_some_and(|first| busy.holds(first)));
    let leaving = leaves.filter_map(|busy| busy.by).filter(|by| counts(*by));
    let met: BTreeSet<IntentId> = met.map(|overlap| overlap.other.intent).chain(leaving).collect();
    met.into_iter().collect()
}

fn refused(request: &FlightRequest<'_>, filed: &FiledIntents) -> Refused {
    let departures = request.candidates[0].undelayed(request.earliest);
    let granted = Granted { candidate: 0, departures, moved: Vec::new() };
    Refused { blocking: in_the_way(&granted, request, filed, |_| true) }
}

impl Candidate {
    /// When its parts lift off if nobody is in the way.
    pub fn undelayed(&self, earliest: SimTime) -> Vec<SimTime> {
        let mut next = earliest;
        let leave = |part: &FlightPart| {
            let leaves = next;
            next = leaves + part.lasts + part.stays;
            leaves
        };
        self.parts.iter().map(leave).collect()
    }
}

impl Granted {
    /// What it costs, in seconds of delay: how much later its last part leaves, what its way costs more than the preferred one,
    /// and every flight that it moves.
    pub fn cost_s(&self, request: &FlightRequest<'_>) -> f64 {
        let candidate = &request.candidates[self.candidate];
        let undelayed = candidate.undelayed(request.earliest);
        let last = self.departures.last().zip(undelayed.last());
        let waits_s = last.map_or(0.0, |(with, without)| (*with - *without).seconds());
        waits_s + candidate.extra_cost_s + self.move_cost_s()
    }

    fn move_cost_s(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few flights")]
        let moved = self.moved.len() as f64;
        MOVE_COST_S * moved
    }

    /// Whether it is one of the ways, with a departure for each of its parts.
    pub fn is_of(&self, candidates: &[Candidate]) -> bool {
        candidates.get(self.candidate).is_some_and(|candidate| candidate.parts.len() == self.departures.len())
    }

    /// The volumes of the flight as it was granted.
    pub fn volumes(&self, candidates: &[Candidate]) -> Vec<Volume4D> {
        let parts = candidates[self.candidate].parts.iter().zip(&self.departures);
        parts.flat_map(|(part, departure)| part.volumes.iter().map(|volume| volume.later(*departure))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::operational::OperationalIntent;
    use super::super::random::intent;
    use super::*;

    const STEP: SimTime = SimTime::from_millis(500);

    fn part(number: u64) -> FlightPart {
        let volumes: Vec<Volume4D> = intent(number).volumes;
        let volumes = volumes.iter().map(|volume| volume.later(SimTime::ZERO - volumes[0].from)).collect();
        FlightPart { volumes, lasts: SimTime::from_seconds(80.0), stays: SimTime::from_seconds(20.0) }
    }

    fn request(candidates: &[Candidate], priority: Priority) -> FlightRequest<'_> {
        let [earliest, patience] = [200.0, 600.0].map(SimTime::from_seconds);
        FlightRequest { priority, candidates, earliest, patience, step: STEP, busy: &[] }
    }

    fn filed(count: u32) -> FiledIntents {
        let mut filed = FiledIntents::default();
        for number in 0..count {
            filed.file(IntentId(number), intent(u64::from(number)));
        }
        filed
    }

    fn candidates(number: u64) -> Vec<Candidate> {
        let candidate = |index: u64| Candidate {
            parts: vec![part(1000 * number + 2 * index), part(1000 * number + 2 * index + 1)],
            #[expect(clippy::cast_precision_loss, reason = "small")]
            extra_cost_s: 12.0 * index as f64,
        };
        (0..4).map(candidate).collect()
    }

    /// What is granted is free; the default costs no more than the baseline, and what it takes is the cheapest of all ways.
    #[test]
    fn the_default_is_free_and_no_dearer_than_the_baseline() {
        let filed = filed(150);
        let cost_s = |candidates: &[Candidate], granted: &Granted| {
            let last = candidates[granted.candidate].parts[0].lasts + candidates[granted.candidate].parts[0].stays;
            let end = granted.departures[1] - last - SimTime::from_seconds(200.0);
            end.seconds() + candidates[granted.candidate].extra_cost_s
        };
        let (mut cheaper, mut other_way) = (0, 0);
        for number in 1..150 {
            let candidates = candidates(number);
            let request = request(&candidates, Priority::Delivery);
            let (first, least) = (FirstCome.fit(&request, &filed), LeastCost.fit(&request, &filed));
            let Ok(least) = least else { continue };
            assert!(least.moved.is_empty());
            let volumes = least.volumes(&candidates);
            assert!(filed.overlaps(&volumes, SimTime::ZERO, |_| true).is_empty(), "{number}");
            let single = candidates.iter().enumerate().filter_map(|(index, candidate)| {
                let alone = [candidate.clone()];
                let granted = FirstCome.fit(&FlightRequest { candidates: &alone, ..request }, &filed).ok()?;
                Some(cost_s(&candidates, &Granted { candidate: index, ..granted }))
            });
            let best = single.fold(f64::INFINITY, f64::min);
            assert!((cost_s(&candidates, &least) - best).abs() < 1e-9, "{number}");
            other_way += u32::from(least.candidate > 0);
            cheaper += u32::from(first.is_ok_and(|first| cost_s(&candidates, &first) > best));
        }
        assert!(cheaper > 20 && other_way > 20, "{cheaper} cheaper, {other_way} other ways");
    }

    /// The slot of a hub belongs to who has it: who is in a greater hurry takes it over, anybody else leaves before or after it.
    #[test]
    fn a_departure_slot_is_taken_over_only_by_who_may() {
        let candidates = [Candidate { parts: vec![part(5)], extra_cost_s: 0.0 }];
        let mut filed = FiledIntents::default();
        // It leaves there, and flies elsewhere.
        let volumes = vec![intent(9).volumes[0].later(SimTime::from_seconds(90_000.0))];
        let goods = OperationalIntent { priority: Priority::Delivery, state: IntentState::Accepted, volumes };
        filed.file(IntentId(7), goods);
        let [from, to] = [195.0, 240.0].map(SimTime::from_seconds);
        let leaves = |by: Option<IntentId>, priority: Priority| {
            let busy = [Busy { from, to, by }];
            let granted =
                LeastCost.fit(&FlightRequest { busy: &busy, ..request(&candidates, priority) }, &filed).unwrap();
            (granted.departures[0].seconds(), granted.moved)
        };
        assert_eq!(leaves(Some(IntentId(7)), Priority::Fire), (200.0, vec![IntentId(7)]));
        assert_eq!(leaves(Some(IntentId(7)), Priority::Delivery), (240.5, vec![]));
        assert_eq!(leaves(None, Priority::Fire), (240.5, vec![]));
        let busy = [Busy { from, to, by: Some(IntentId(7)) }];
        let first = FirstCome.fit(&FlightRequest { busy: &busy, ..request(&candidates, Priority::Fire) }, &filed);
        assert_eq!(first.unwrap().departures[0], SimTime::from_millis(240_500));
    }

    /// A fire drone goes before goods that have not left, never before those that have.
    #[test]
    fn the_lower_priority_gives_way_until_it_leaves() {
        let volume = Volume4D { from: SimTime::ZERO, to: SimTime::from_seconds(80.0), ..part(5).volumes[0].clone() };
        let candidates =
            [Candidate { parts: vec![FlightPart { volumes: [volume].into(), ..part(5) }], extra_cost_s: 0.0 }];
        let mut filed = FiledIntents::default();
        let own = FirstCome.fit(&request(&candidates, Priority::Delivery), &filed).unwrap();
        let volumes = own.volumes(&candidates);
        filed.file(
            IntentId(7),
            OperationalIntent { priority: Priority::Delivery, state: IntentState::Accepted, volumes },
        );
        let fire = LeastCost.fit(&request(&candidates, Priority::Fire), &filed).unwrap();
        assert_eq!((fire.departures[0], &fire.moved[..]), (SimTime::from_seconds(200.0), &[IntentId(7)][..]));
        let goods = LeastCost.fit(&request(&candidates, Priority::Delivery), &filed).unwrap();
        assert!(goods.departures[0] > fire.departures[0] && goods.moved.is_empty());
        *filed.state_mut(IntentId(7)).unwrap() = IntentState::Activated;
        let late = LeastCost.fit(&request(&candidates, Priority::Fire), &filed).unwrap();
        assert!(late.departures[0] > fire.departures[0] && late.moved.is_empty());
        // Nobody waits longer than he would.
        let impatient = FlightRequest { patience: SimTime::ZERO, ..request(&candidates, Priority::Delivery) };
        assert_eq!(FirstCome.fit(&impatient, &filed), Err(Refused { blocking: vec![IntentId(7)] }));
        assert_eq!(Unfitted.fit(&impatient, &filed).unwrap().departures, [SimTime::from_seconds(200.0)]);
    }
}
