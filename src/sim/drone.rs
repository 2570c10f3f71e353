//! One drone of a run.

use std::sync::Arc;

use super::Waiting;
use super::cost::EvasionFigures;
use super::faults::FaultSchedule;
use crate::aircraft::{Kinematics, PositionError};
use crate::frame::{Contingency, FlightPhase, Response, Trouble};
use crate::mission::{Mission, Order, Task};
use crate::traffic::conflict::ProtectedZone;
use crate::traffic::intent::{Conformance, IntentId};
use crate::traffic::route::{FlightPlan, PathPoint, StraightCourse};
use crate::units::{DroneId, EncounterId, HubId, MissionId, PadId, RallyId, SimTime, SortieId};
use crate::world::coverage::Reporter;
use crate::world::geo::{Position, Velocity};
use crate::world::weather::Gust;

/// Share of the reserve below which what is left does not carry the rest: half of it is for what was not foreseen.
pub(super) const KEPT_OF_RESERVE: f64 = 0.5;

/// A drone: where it is and what it does.
pub(super) struct Drone {
    pub id: DroneId,
    pub home: Position,
    pub state: Kinematics,
    /// Its protected zone on the sortie that it is on.
    pub zone: ProtectedZone,
    pub battery_wh: f64,
    /// What it had when it was full, Wh.
    pub full_wh: f64,
    pub activity: Activity,
    /// Sorties begun so far.
    pub sorties: u32,
    /// The sortie in progress.
    pub sortie: Option<Sortie>,
    /// The turbulence around it; `None` without weather.
    pub gust: Option<Gust>,
    /// Its error of position; `None` if positions are perfect.
    pub error: Option<PositionError>,
    /// Its link; `None` without a network.
    pub reporter: Option<Reporter>,
    pub faults: FaultSchedule,
    /// Whether it was told that the air on its way is closed.
    pub is_told: bool,
    /// What it takes or was promised: nobody else lands there.
    pub spot: Option<Spot>,
    /// What goes wrong with its flight.
    pub trouble: Option<InTrouble>,
    /// What is reserved for its sortie.
    pub filing: Option<Filing>,
    /// Whom it evades.
    pub evasion: Option<Evasion>,
}

/// How a drone evades others.
pub(super) struct Evasion {
    /// What it flies instead of what its plan asks for.
    pub command: Velocity,
    /// Which drones it evades, in order.
    pub from: Vec<DroneId>,
    /// Whether it evades anybody, drone or manned; else it is on its way back to its path.
    pub evades: bool,
    /// Whether one may not fly where that leads, and it is flown for want of better.
    pub is_denied: bool,
    /// The encounters that it has evaded, in the order in which it did.
    pub encounters: Vec<EncounterId>,
    /// What it has cost.
    pub cost: EvasionFigures,
}

impl Evasion {
    /// One that begins.
    pub fn of(command: Velocity) -> Self {
        Self {
            command,
            from: Vec::new(),
            evades: true,
            is_denied: false,
            encounters: Vec::new(),
            cost: EvasionFigures::default(),
        }
    }
}

/// What a drone does.
pub(super) enum Activity {
    /// Ready on its hub.
    Parked { since: SimTime },
    /// Being turned around on its hub.
    TurnAround { until: SimTime },
    /// Loaded on its hub, until its time comes.
    Cleared(Clearance),
    /// In the air.
    Flying(Flight),
    /// In the air, straight on.
    Straight(StraightFlight),
    /// Gone: it has left the area, or come to the end of its course.
    Left,
    /// On a destination pad.
    HandOver { until: SimTime },
    /// On the ground away from its hub, until it is fetched.
    Stranded { until: SimTime },
}

/// Who asks for a reservation.
#[derive(Clone, Copy)]
pub(super) struct Applicant {
    /// Index of the drone.
    pub drone: usize,
    pub mission: MissionId,
    pub hub: HubId,
    /// The stand that is promised to it.
    pub stand: Option<(PadId, usize)>,
}

/// A sortie that has been fitted in and will leave.
pub(super) struct Clearance {
    pub departs: SimTime,
    pub mission: MissionId,
    pub hub: HubId,
    pub waiting: Waiting,
    pub ways: FlownWays,
    /// The stand that is promised to it.
    pub stand: Option<(PadId, usize)>,
}

/// The plans of a sortie.
#[derive(Clone)]
pub(super) struct FlownWays {
    /// There, or round.
    pub out: Arc<FlightPlan>,
    /// Back; `None` of a round.
    pub back: Option<Arc<FlightPlan>>,
}

impl FlownWays {
    /// The ways by which a mission flies if it may; `None` of one without plans.
    pub fn preferred(mission: &Mission) -> Option<Self> {
        match &mission.task {
            Task::Deliver { out, back, .. } => Some(Self { out: Arc::clone(out), back: Some(Arc::clone(back)) }),
            Task::Round { circuit, .. } => Some(Self { out: Arc::clone(circuit), back: None }),
            Task::Traffic(_) => None,
        }
    }

    /// Whether they are the same plans, not only equal ones.
    pub fn are(&self, others: &Self) -> bool {
        let is_same_back = match (&self.back, &others.back) {
            (Some(back), Some(other)) => Arc::ptr_eq(back, other),
            (None, None) => true,
            _ => false,
        };
        is_same_back && Arc::ptr_eq(&self.out, &others.out)
    }
}

/// What is filed for a sortie.
#[derive(Clone)]
pub(super) struct Filing {
    pub id: IntentId,
    pub ways: FlownWays,
    /// Which of the ways of its mission that is, 0 being the preferred one.
    pub number: u16,
    /// When it leaves its hub.
    pub departs: SimTime,
    /// When it leaves its pad; none if that is not reserved any more, so that it asks when it wants to.
    pub leaves_pad: Option<SimTime>,
    /// When it asks for that at the earliest.
    pub asks_back: SimTime,
    /// When it first asked.
    pub asked: SimTime,
    /// When it was filed last.
    pub filed: SimTime,
    /// How the drone keeps to it.
    pub conformance: Conformance,
    /// When its volumes were last brought up to date.
    pub updated: SimTime,
}

impl Clearance {
    /// The drone of an index that asks for it again.
    pub const fn applicant(&self, drone: usize) -> Applicant {
        Applicant { drone, mission: self.mission, hub: self.hub, stand: self.stand }
    }
}

/// A place on the ground for one drone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A stand of a pad.
    Stand(PadId, usize),
    /// A site to land in trouble.
    Rally(RallyId),
}

/// A flight in progress.
#[derive(Clone)]
pub(super) struct Flight {
    pub plan: Arc<FlightPlan>,
    pub stage: Stage,
    /// Distance flown along the plan, m; never decreases.
    pub along_m: f64,
    /// Index of the last path point passed.
    pub passed: usize,
    /// Index of the next path point to stop at: a hold or the end.
    pub stop: usize,
    /// What it flies to.
    pub destination: Destination,
    /// Where it lands there, on the ground; or where it hovers to let down its load.
    pub landing: Position,
    /// What `guide` commands and `advance` follows.
    pub command: Velocity,
    /// Until when it waits at its end, having found nowhere to go on to.
    pub waits_until: SimTime,
    /// Where its path begins.
    pub origin: Origin,
    /// What it needs.
    pub needs: Needs,
    /// Until when its way was found open.
    pub open_until: SimTime,
}

/// A straight flight in progress.
pub(super) struct StraightFlight {
    pub course: StraightCourse,
    /// What `guide` commands and `advance` follows.
    pub command: Velocity,
}

/// What a flight needs, by the weather at its start.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// From each point of the plan to its end and down, Wh; empty where nobody counts.
    pub ahead_wh: Arc<[f64]>,
    /// Over a winch until the goods are handed over, Wh.
    pub hover_wh: f64,
    /// For the flight after it, Wh.
    pub then_wh: f64,
    /// The longest that it lasts in still air.
    pub lasts: SimTime,
}

/// Over what a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The drone's hub.
    Home,
    /// A pad.
    Pad(PadId),
    /// Anywhere.
    Air,
}

/// What a flight leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// A stand of a pad, to hand over.
    Pad(PadId),
    /// The drone's own stand.
    Home,
    /// The air over the end of the plan, to hold there.
    Hold,
    /// A site to land in trouble.
    Rally(RallyId),
    /// The ground below.
    Below,
}

/// Part of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    TakeOff,
    Cruise,
    Hover { until: SimTime },
    Landing,
    Winch { until: SimTime },
    Parachute,
}

impl Stage {
    /// Whether a drone may leave its plan for others: not where it rises, comes down or stands over a winch.
    pub const fn may_evade(self) -> bool {
        matches!(self, Self::Cruise | Self::Hover { .. })
    }
}

/// A sortie in progress.
pub(super) struct Sortie {
    pub id: SortieId,
    pub mission: MissionId,
    pub order: Option<Order>,
    pub started: SimTime,
    pub payload_kg: f64,
    /// Whether its goods were handed over.
    pub is_delivered: bool,
    /// Why its task will not be done.
    pub aborted: Option<Trouble>,
    pub distance_m: f64,
    pub energy_wh: f64,
}

/// What goes wrong with a flight and what is done about it.
pub(super) struct InTrouble {
    pub trouble: Trouble,
    pub response: Response,
    pub began: SimTime,
    /// When it is decided what is done.
    pub decides: SimTime,
    /// The flight that it holds from, at the point of its path where it holds.
    pub interrupted: Option<Flight>,
}

impl InTrouble {
    /// The trouble and the response.
    pub const fn contingency(&self) -> Contingency {
        Contingency { trouble: self.trouble, response: self.response }
    }

    /// The flight that it interrupts.
    pub const fn interrupted(&self) -> Option<&Flight> {
        self.interrupted.as_ref()
    }
}

impl Drone {
    /// A drone on its hub, ready, with a full battery.
    pub fn parked(id: DroneId, home: Position, full_wh: f64, (zone, faults): (ProtectedZone, FaultSchedule)) -> Self {
        Self {
            id,
            zone,
            home,
            state: Kinematics::at_rest(home),
            battery_wh: full_wh,
            full_wh,
            activity: Activity::Parked { since: SimTime::ZERO },
            sorties: 0,
            sortie: None,
            gust: None,
            error: None,
            reporter: None,
            faults,
            is_told: false,
            spot: None,
            trouble: None,
            filing: None,
            evasion: None,
        }
    }

    /// The sortie that it begins next.
    pub const fn next_sortie(&self) -> SortieId {
        SortieId { drone: self.id, ordinal: self.sorties }
    }

    /// Begins a sortie; the caller makes it fly.
    pub fn begin_sortie(&mut self, mission: MissionId, started: SimTime, order: Option<Order>) -> SortieId {
        let id = self.next_sortie();
        self.sorties += 1;
        let payload_kg = order.map_or(0.0, |order| order.payload_kg);
        self.sortie = Some(Sortie {
            id,
            mission,
            order,
            started,
            payload_kg,
            is_delivered: false,
            aborted: None,
            distance_m: 0.0,
            energy_wh: 0.0,
        });
        id
    }

    /// Gives it a full battery.
    pub const fn put_in_battery(&mut self, full_wh: f64) {
        (self.full_wh, self.battery_wh) = (full_wh, full_wh);
    }

    pub fn phase(&self) -> FlightPhase {
        match &self.activity {
            Activity::Parked { .. } => FlightPhase::Parked,
            Activity::TurnAround { .. } | Activity::Cleared(_) => FlightPhase::TurnAround,
            Activity::HandOver { .. } => FlightPhase::HandOver,
            Activity::Stranded { .. } => FlightPhase::Stranded,
            Activity::Straight(_) => FlightPhase::Cruise,
            Activity::Left => FlightPhase::Left,
            Activity::Flying(flight) => match flight.stage {
                Stage::TakeOff => FlightPhase::TakeOff,
                Stage::Cruise => FlightPhase::Cruise,
                Stage::Hover { .. } => FlightPhase::Hover,
                Stage::Landing => FlightPhase::Landing,
                Stage::Winch { .. } => FlightPhase::Winch,
                Stage::Parachute => FlightPhase::Parachute,
            },
        }
    }

    /// Whether it is on its hub.
    pub const fn is_at_home(&self) -> bool {
        matches!(self.activity, Activity::Parked { .. } | Activity::TurnAround { .. } | Activity::Cleared(_))
    }

    pub fn is_airborne(&self) -> bool {
        matches!(self.activity, Activity::Flying(_) | Activity::Straight(_))
    }

    /// What its plan asks for, if it may leave it for others.
    pub fn may_leave_for(&self) -> Option<Velocity> {
        match &self.activity {
            Activity::Flying(flight) => flight.stage.may_evade().then_some(flight.command),
            Activity::Straight(flight) => Some(flight.command),
            _ => None,
        }
    }
}

impl Flight {
    /// A flight that begins with `stage` at the start of `plan` and ends on `landing`.
    pub fn new(plan: Arc<FlightPlan>, stage: Stage, destination: Destination, landing: Position) -> Self {
        let stop = next_stop(&plan, 0);
        Self {
            plan,
            stage,
            along_m: 0.0,
            passed: 0,
            stop,
            destination,
            landing,
            command: Velocity::zeros(),
            waits_until: SimTime::ZERO,
            origin: Origin::Air,
            needs: Needs::default(),
            open_until: SimTime::END,
        }
    }

    /// The same flight, its path known to begin there.
    #[must_use]
    pub fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The same flight, begun now on a way that is open, knowing what it needs.
    #[must_use]
    pub fn needing(self, needs: Needs, now: SimTime) -> Self {
        let open_until = now + needs.lasts;
        Self { needs, open_until, ..self }
    }

    /// The points of its plan from the last one passed; at least two.
    pub fn ahead(&self) -> &[PathPoint] {
        &self.plan.points[self.passed.min(self.plan.points.len() - 2)..]
    }

    /// The energy that it still needs with the flight after it, Wh; `None` where nobody counts.
    pub fn needed_wh(&self) -> Option<f64> {
        // Who stands at a stop has the hold behind him.
        let from = if matches!(self.stage, Stage::Hover { .. }) { self.stop } else { self.passed };
        // What the hover at a winch takes is being spent there.
        let hover_wh = if matches!(self.stage, Stage::Winch { .. }) { 0.0 } else { self.needs.hover_wh };
        self.needs.ahead_wh.get(from).map(|ahead_wh| ahead_wh + hover_wh + self.needs.then_wh)
    }

    /// Sets it to a point of its path between where it is and its next stop.
    pub fn go_to(&mut self, along_m: f64) {
        self.along_m = along_m;
        let passed = self.plan.points[..self.stop].iter().rposition(|point| point.along_m <= along_m);
        self.passed = passed.unwrap_or(0);
    }

    /// Sets off again after standing at a hold.
    pub fn resume(&mut self) {
        self.along_m = self.plan.points[self.stop].along_m;
        self.passed = self.stop;
        self.stop = next_stop(&self.plan, self.stop);
    }

    /// Distance to the next stop, m.
    pub fn remaining_m(&self) -> f64 {
        self.plan.points[self.stop].along_m - self.along_m
    }

    pub fn stops_at_the_end(&self) -> bool {
        self.stop + 1 == self.plan.points.len()
    }
}

/// The first path point after `passed` where a drone holds, or the last.
fn next_stop(plan: &FlightPlan, passed: usize) -> usize {
    let last = plan.points.len() - 1;
    (passed + 1..last).find(|&index| plan.points[index].hold > SimTime::ZERO).unwrap_or(last)
}
