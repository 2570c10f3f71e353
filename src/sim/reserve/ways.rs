//! The ways that a sortie could take, rehearsed and with the volumes that they need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Path;
use super::carried::{KnownEnergies, LegEnergies};
use crate::aircraft::Kinematics;
use crate::mission::{Mission, OtherLeg, Task};
use crate::sim::Simulation;
use crate::sim::air::Observed;
use crate::sim::drone::{Applicant, Destination, Flight, FlownWays, Stage};
use crate::sim::rehearse::Rehearsal;
use crate::traffic::intent::{Candidate, Fix, FlightPart, reserved};
use crate::traffic::route::FlightPlan;
use crate::units::{MissionId, PadId, SimTime};
use crate::world::geo::Position;

/// The legs of a sortie, each in the ways that it may be flown; the preferred ones first.
pub struct Legs {
    /// There, or round.
    outs: Vec<Leg>,
    /// Back; none of a round.
    backs: Vec<Leg>,
    stay: Stay,
    /// How many legs back the mission knows, usable now or not: ways are numbered by them.
    known_backs: usize,
    /// Which of them a full battery carries together.
    energies: Arc<LegEnergies>,
}

/// Most legs that are remembered.
const MOST_KNOWN: usize = 2048;

/// Legs that have been rehearsed in the weather that was last observed; none where one may not be flown in it.
#[derive(Default)]
pub struct KnownLegs {
    observed: Option<Observed>,
    legs: BTreeMap<LegKey, Option<Leg>>,
    energies: KnownEnergies,
}

/// Which leg: whose it is, where it leads, and which of those that the mission knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LegKey {
    mission: MissionId,
    drone: usize,
    stand: Option<(PadId, usize)>,
    is_back: bool,
    number: usize,
}

impl KnownLegs {
    /// Forgets what was rehearsed in other weather.
    fn keep_to(&mut self, observed: Observed) {
        if self.observed != Some(observed) {
            *self = Self { observed: Some(observed), ..Self::default() };
        }
    }

    /// What legs take in this weather.
    pub fn energies(&mut self, observed: Observed) -> &mut KnownEnergies {
        self.keep_to(observed);
        &mut self.energies
    }

    fn remember(&mut self, key: LegKey, leg: Option<Leg>) {
        if self.legs.len() >= MOST_KNOWN {
            self.legs.clear();
        }
        self.legs.insert(key, leg);
    }
}

/// A leg, as it will be flown if nothing comes between.
#[derive(Clone)]
struct Leg {
    /// Its place among those that the mission knows, the preferred one being 0.
    number: usize,
    plan: Arc<FlightPlan>,
    extra_cost_s: f64,
    /// Times count from lifting off.
    part: FlightPart,
    fixes: Arc<[Fix]>,
}

/// How a drone is at its pad.
#[derive(Clone, Copy)]
enum Stay {
    /// It stands, and may wait there.
    Stands(SimTime),
    /// It hovers over a winch: there, hovering and back are one.
    Hovers(SimTime),
}

/// A way with what it needs.
pub struct Prepared {
    /// Its number among the ways of the mission, the preferred one being 0.
    pub number: u16,
    pub ways: FlownWays,
    pub candidate: Candidate,
    /// Where the drone will be on each leg; times count from its lifting off.
    legs: Vec<Arc<[Fix]>>,
    /// When it sets out on its way back after having left, if that is not its own part.
    sets_out: SimTime,
}

impl Prepared {
    /// When its legs leave if its parts leave at these instants.
    pub fn leaves(&self, departures: &[SimTime]) -> Vec<SimTime> {
        match (departures, self.legs.len()) {
            ([departure], 2) => vec![*departure, *departure + self.sets_out],
            _ => departures.to_vec(),
        }
    }

    /// Where the drone will be if its parts leave at these instants.
    pub fn path(&self, departures: &[SimTime]) -> Path {
        let later = |by: SimTime| move |fix: &Fix| Fix { at: fix.at + by, ..*fix };
        let legs = self.legs.iter().zip(self.leaves(departures));
        legs.map(|(fixes, departure)| fixes.iter().map(later(departure)).collect()).collect()
    }
}

impl Legs {
    /// The preferred way.
    pub fn preferred(&self) -> Prepared {
        self.way(&self.outs[0], self.backs.first())
    }

    /// All ways that a full battery carries, the preferred one first.
    pub fn ways(&self) -> Vec<Prepared> {
        let pairs = self.outs.iter().flat_map(|out| {
            let is_round = self.backs.is_empty();
            let backs = self.backs.iter().map(Some).chain(is_round.then_some(None));
            backs.map(move |back| (out, back))
        });
        let is_carried = |out: &Leg, back: Option<&Leg>| self.energies.carry(out.number, back.map(|back| back.number));
        let others = pairs.skip(1).filter(|(out, back)| is_carried(out, *back));
        // Whether the preferred way is carried was asked before anybody was to leave.
        std::iter::once(self.preferred()).chain(others.map(|(out, back)| self.way(out, back))).collect()
    }

    fn way(&self, out: &Leg, back: Option<&Leg>) -> Prepared {
        let number = out.number * (1 + self.known_backs) + back.map_or(0, |back| back.number);
        let (parts, sets_out) = match (back, self.stay) {
            (None, _) => (vec![out.part.clone()], SimTime::ZERO),
            (Some(back), Stay::Stands(stays)) => {
                (vec![FlightPart { stays, ..out.part.clone() }, back.part.clone()], SimTime::ZERO)
            }
            (Some(back), Stay::Hovers(_)) => {
                let sets_out = out.part.lasts;
                let homewards = back.part.volumes.iter().map(|volume| volume.later(sets_out));
                let volumes = out.part.volumes.iter().cloned().chain(homewards).collect();
                (vec![FlightPart { volumes, lasts: sets_out + back.part.lasts, stays: SimTime::ZERO }], sets_out)
            }
        };
        let extra_cost_s = out.extra_cost_s + back.map_or(0.0, |back| back.extra_cost_s);
        Prepared {
            number: u16::try_from(number).unwrap_or(u16::MAX),
            ways: FlownWays { out: Arc::clone(&out.plan), back: back.map(|back| Arc::clone(&back.plan)) },
            candidate: Candidate { parts, extra_cost_s },
            legs: std::iter::once(out).chain(back).map(|leg| Arc::clone(&leg.fixes)).collect(),
            sets_out,
        }
    }
}

impl Simulation {
    /// The preferred legs of a mission; `None` if it has none.
    pub(super) fn preferred_legs(&mut self, applicant: Applicant, mission: &Mission) -> Option<Legs> {
        let pad = applicant.stand.map(|(pad, _)| self.scenario.pad(pad));
        let stay = match pad {
            Some(pad) if pad.winch_agl_m.is_some() => Stay::Hovers(pad.hand_over),
            Some(pad) => Stay::Stands(pad.hand_over),
            None => Stay::Stands(SimTime::ZERO),
        };
        let known_backs = mission.other_legs.back.len();
        let (out, back) = match &mission.task {
            Task::Deliver { out, back, .. } => (out, Some(back)),
            Task::Round { circuit, .. } => (circuit, None),
            Task::Traffic(_) => return None,
        };
        let asked = Asked { applicant, mission, stay };
        let outs = vec![self.known_leg(&asked, Choice::preferred(out), End::Out)?];
        let backs = match back {
            Some(back) => vec![self.known_leg(&asked, Choice::preferred(back), End::Back)?],
            None => Vec::new(),
        };
        Some(Legs { outs, backs, stay, known_backs, energies: Arc::default() })
    }

    /// The same with the other legs, if they are not there yet, that weather and battery let be flown at the instant.
    pub(super) fn all_legs(&mut self, applicant: Applicant, mission: &Mission, preferred: Legs) -> Legs {
        if preferred.outs.len() > 1 || preferred.backs.len() > 1 {
            return preferred;
        }
        let Legs { mut outs, mut backs, stay, .. } = preferred;
        let asked = Asked { applicant, mission, stay };
        let energies = self.leg_energies(applicant.mission, mission);
        for (number, leg) in (1..).zip(&mission.other_legs.out).filter(|(number, _)| energies.carry_out(*number)) {
            outs.extend(self.known_leg(&asked, Choice::other(number, leg), End::Out));
        }
        for (number, leg) in (1..).zip(&mission.other_legs.back).filter(|(number, _)| energies.carry_back(*number)) {
            backs.extend(self.known_leg(&asked, Choice::other(number, leg), End::Back));
        }
        Legs { outs, backs, energies, ..preferred }
    }

    /// A leg as it was rehearsed in this weather before, or is now; `None` if it is not the preferred one and may not be flown.
    fn known_leg(&mut self, asked: &Asked<'_>, choice: Choice<'_>, end: End) -> Option<Leg> {
        let Asked { applicant, mission, .. } = *asked;
        let key = LegKey {
            mission: applicant.mission,
            drone: applicant.drone,
            stand: applicant.stand,
            is_back: matches!(end, End::Back),
            number: choice.number,
        };
        self.reservations.known.keep_to(self.air.observed());
        if let Some(known) = self.reservations.known.legs.get(&key) {
            return known.clone();
        }
        let may_be_flown = choice.number == 0 || self.weather_along(mission, choice.plan).is_none();
        let leg = may_be_flown.then(|| match end {
            End::Out => self.leg_out(asked, choice),
            End::Back => self.leg_back(asked, choice),
        });
        self.reservations.known.remember(key, leg.clone());
        leg
    }

    /// The way back of a drone on its pad, as it was granted.
    pub(super) fn way_back(&self, index: usize, back: &Arc<FlightPlan>) -> Prepared {
        let drone = &self.drones[index];
        let home = self.flown(index, (back, drone.state.position, drone.home), Destination::Home, SimTime::ZERO);
        let ways = FlownWays { out: Arc::clone(back), back: None };
        let candidate = Candidate { parts: vec![self.part(&home)], extra_cost_s: 0.0 };
        Prepared { number: 0, ways, candidate, legs: vec![home.fixes.into()], sets_out: SimTime::ZERO }
    }

    fn leg_out(&self, asked: &Asked<'_>, choice: Choice<'_>) -> Leg {
        let Asked { applicant, stay, .. } = *asked;
        let home = self.drones[applicant.drone].home;
        // Who leaves a hub moves in the step that ends with his departure.
        let before = SimTime::ZERO - self.scenario.clock.step;
        let (place, destination) = match applicant.stand {
            Some((pad, stand)) => (self.hand_over_place(pad, stand), Destination::Pad(pad)),
            None => (home, Destination::Home),
        };
        let mut out = self.flown(applicant.drone, (choice.plan, home, place), destination, before);
        if let Stay::Hovers(hand_over) = stay {
            out.ends += hand_over;
            out.fixes.push(Fix { at: out.ends, position: place });
        }
        self.leg(choice, out)
    }

    fn leg_back(&self, asked: &Asked<'_>, choice: Choice<'_>) -> Leg {
        let applicant = asked.applicant;
        let home = self.drones[applicant.drone].home;
        let place = applicant.stand.map_or(home, |(pad, stand)| self.hand_over_place(pad, stand));
        let back = self.flown(applicant.drone, (choice.plan, place, home), Destination::Home, SimTime::ZERO);
        self.leg(choice, back)
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

    fn leg(&self, choice: Choice<'_>, rehearsal: Rehearsal) -> Leg {
        Leg {
            number: choice.number,
            plan: Arc::clone(choice.plan),
            extra_cost_s: choice.extra_cost_s,
            part: self.part(&rehearsal),
            fixes: rehearsal.fixes.into(),
        }
    }

    /// What is reserved for a flight.
    fn part(&self, rehearsal: &Rehearsal) -> FlightPart {
        let volumes = reserved(&rehearsal.fixes, &self.scenario.tolerances).into();
        FlightPart { volumes, lasts: rehearsal.ends, stays: SimTime::ZERO }
    }
}

/// Whose legs are asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    applicant: Applicant,
    mission: &'a Mission,
    stay: Stay,
}

/// Which end of a sortie a leg is.
#[derive(Clone, Copy)]
enum End {
    /// There, or round.
    Out,
    /// Back.
    Back,
}

/// A leg that is to be rehearsed.
#[derive(Clone, Copy)]
struct Choice<'a> {
    number: usize,
    plan: &'a Arc<FlightPlan>,
    extra_cost_s: f64,
}

impl<'a> Choice<'a> {
    const fn preferred(plan: &'a Arc<FlightPlan>) -> Self {
        Self { number: 0, plan, extra_cost_s: 0.0 }
    }

    const fn other(number: usize, leg: &'a OtherLeg) -> Self {
        Self { number, plan: &leg.plan, extra_cost_s: leg.extra_cost_s }
    }
}
