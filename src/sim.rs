//! The simulation: a plain deterministic struct that steps. It knows no Bevy and does no I/O.
//!
//! One [`Simulation::step`] runs the phases in a fixed order: `intervene` (what is changed), `fail` (what breaks), `order` (what becomes due), `dispatch` (who goes),
//! `respond` (what is done about troubles), `conform` (who keeps to what was reserved for him), `guide` (where to), `advance` (motion and energy), `sense` (where drones believe to be and
//! what the ground hears), `detect` (pairs too close), `resolve` (who evades whom), `watch` (what else is in the way then). [`Simulation::frame`] then emits the
//! instant, quantised once.

mod advance;
mod air;
mod algorithms;
mod conform;
mod cost;
mod counters;
mod detect;
mod dispatch;
mod drone;
mod emit;
mod faults;
mod grounding;
mod guide;
mod intend;
mod intervene;
mod judge;
mod manned;
mod order;
mod rehearse;
mod reserve;
mod resolve;
mod respond;
mod sense;
mod spots;
mod straight;
mod wander;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;

pub use algorithms::{Algorithms, UnknownAlgorithm};
pub use cost::EvasionFigures;
pub use counters::{Counters, MissionCounters, OpenLoss};
pub use detect::{conflict_sample, event_of};
pub use judge::AlertFigures;

use crate::frame::{ConflictSample, SimEvent, TimedEvent};
use crate::mission::{Arrivals, Dispatcher, Order};
use crate::scenario::{Fleet, ResolvedScenario};
use crate::traffic::conflict::{Detector, HazardMonitor, Monitor, Overcrowded, Prediction, Resolver};
use crate::traffic::intent::IntentId;
use crate::units::{DroneId, SimTime};
use crate::world::weather::Breach;
use air::{Atmosphere, Observed};
use drone::{Drone, Needs};
use faults::FaultSchedule;
use reserve::Reservations;
use spots::Spots;

/// Why a simulation cannot start or go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// The scenario names an algorithm that nobody registered.
    #[error(transparent)]
    Algorithm(#[from] UnknownAlgorithm),
    /// Drones crowd one place.
    #[error(
        "{0}\n  expected: traffic that detection can hold in memory\n  cure: fewer drones, more room, a longer departure interval, or a shorter look-ahead"
    )]
    Overcrowded(#[from] Overcrowded),
}

/// A run in progress.
pub struct Simulation {
    scenario: Arc<ResolvedScenario>,
    seed: u64,
    now: SimTime,
    drones: Vec<Drone>,
    /// The index of the first drone of each fleet.
    first_of_fleet: Vec<usize>,
    missions: Vec<MissionState>,
    hubs: Vec<HubState>,
    spots: Spots,
    /// When temporary zones become known from now on, the next one last.
    publications: Vec<SimTime>,
    detector: Detector,
    monitor: Monitor,
    hazards: HazardMonitor,
    true_losses: detect::TrueLosses,
    movements: manned::Movements,
    /// Time of the last detection tick.
    detected: SimTime,
    conflicts: Vec<ConflictSample>,
    events: Vec<TimedEvent>,
    counters: Counters,
    /// The weather of the instant.
    air: Atmosphere,
    reservations: Reservations,
    dispatcher: Box<dyn Dispatcher>,
    prediction: Box<dyn Prediction>,
    resolver: Box<dyn Resolver>,
}

/// Parts of a step, for those who measure what they cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What becomes due, who goes, what is done about troubles.
    Decide,
    /// Guidance, motion and energy, sensing.
    Move,
    /// Who comes too close to whom.
    Detect,
    /// Who evades whom.
    Resolve,
}

/// What waits for a drone in a mission.
struct MissionState {
    arrivals: Option<Arrivals>,
    next_round: Option<(u32, SimTime)>,
    waiting: VecDeque<Waiting>,
    /// Since when the weather lets nobody leave.
    grounded: Option<SimTime>,
    /// The weather that was last looked at, and what in it forbids leaving.
    looked_at: Option<(Observed, Option<Breach>)>,
    /// What a sortie needs in the weather that was last left in.
    needs: Option<(Observed, Needs)>,
    /// When it asks for a reservation again, having been refused one.
    asks_again: SimTime,
}

/// An order or a round that waits for a drone.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// Out of turn: it goes before all that is not.
    is_called_out: bool,
    since: SimTime,
    /// When room was first asked for it; none if it has not been.
    asked: Option<SimTime>,
    order: Option<Order>,
}

/// Who leaves a hub when: departures of which the interval has not passed, and those to come.
#[derive(Clone, Debug, Default)]
struct HubState {
    departures: Vec<Departure>,
}

/// A departure from a hub.
#[derive(Clone, Copy, Debug)]
struct Departure {
    at: SimTime,
    /// What was filed for it.
    by: Option<IntentId>,
}

impl Simulation {
    /// A run of `scenario` under `seed`, at its start.
    ///
    /// # Errors
    /// If the scenario names an algorithm that is not registered, or its drones crowd one place.
    pub fn new(scenario: &Arc<ResolvedScenario>, seed: u64, algorithms: &Algorithms) -> Result<Self, SimulationError> {
        let air = Atmosphere::new(scenario);
        let drone = |(id, fleet): (DroneId, &Fleet)| {
            let home = fleet.homes[usize::from(id.ordinal)];
            let full_wh = air.full_battery_wh(scenario, &fleet.aircraft, &home);
            Drone::parked(id, home, full_wh, (scenario.minima.zone(), FaultSchedule::new(scenario, id, seed)))
        };
        let drones = scenario.drones().map(drone).collect();
        let mut simulation = Self {
            seed,
            air,
            now: SimTime::ZERO,
            drones,
            first_of_fleet: first_of_fleet(scenario),
            missions: order::mission_states(scenario, seed),
            hubs: vec![HubState::default(); scenario.hubs.len()],
            spots: Spots::new(scenario),
            publications: intervene::publications(scenario),
            detector: Detector::new(scenario.least_minima()),
            monitor: Monitor::default(),
            hazards: HazardMonitor::default(),
            true_losses: detect::TrueLosses::new(scenario.least_minima()),
            movements: manned::Movements::new(scenario, seed),
            detected: SimTime::ZERO,
            conflicts: Vec::new(),
            events: Vec::new(),
            counters: Counters::new(scenario),
            reservations: Reservations::new(algorithms.strategic(&scenario.strategic)?, &scenario.intents),
            dispatcher: algorithms.dispatcher(&scenario.dispatcher)?,
            prediction: algorithms.prediction(&scenario.prediction)?,
            resolver: algorithms.resolver(&scenario.resolver)?,
            scenario: Arc::clone(scenario),
        };
        simulation.intervene(None);
        simulation.watch_weather();
        simulation.start_wanderers();
        simulation.start_straight();
        let (courses, detected) = simulation.detect()?;
        simulation.resolve(&courses, &detected);
        Ok(simulation)
    }

    /// The scenario it runs.
    pub const fn scenario(&self) -> &Arc<ResolvedScenario> {
        &self.scenario
    }

    /// The present instant.
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// Whether the scenario's time is over.
    pub fn is_finished(&self) -> bool {
        self.now >= self.scenario.clock.duration
    }

    /// What has been counted so far.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// What has been counted so far, with what has not ended yet.
    pub fn figures(&self) -> Counters {
        let mut figures = self.counters.clone();
        for (mission, grounded) in self.grounded_still() {
            figures.missions[mission].grounded_ms += grounded;
        }
        for (encounter, duration, severity) in self.monitor.open_losses(self.detected) {
            let severity_permyriad = detect::permyriad(severity);
            figures.worst_severity_permyriad = figures.worst_severity_permyriad.max(severity_permyriad);
            figures.open_losses.push(OpenLoss { encounter, duration_ms: duration, severity_permyriad });
        }
        figures
    }

    /// Drones in the air now.
    pub fn airborne(&self) -> usize {
        self.drones.iter().filter(|drone| drone.is_airborne()).count()
    }

    /// Advances by one step.
    ///
    /// # Errors
    /// If drones crowd one place more than bounded memory allows; the simulation cannot go on from there.
    pub fn step(&mut self) -> Result<(), SimulationError> {
        self.step_watched(&mut |_| {})
    }

    /// The same, telling which part of the step is over: the simulation itself reads no clock.
    ///
    /// # Errors
    /// As of [`Simulation::step`].
    pub fn step_watched(&mut self, over: &mut dyn FnMut(Part)) -> Result<(), SimulationError> {
        let before = self.now;
        self.now += self.scenario.clock.step;
        self.air.observe(&self.scenario, self.now);
        self.intervene(Some(before));
        self.fail();
        self.order();
        self.dispatch();
        self.respond();
        self.conform();
        over(Part::Decide);
        self.guide();
        self.advance();
        self.sense();
        over(Part::Move);
        if self.now.is_tick_of(self.scenario.detection_interval) {
            let (courses, detected) = self.detect()?;
            over(Part::Detect);
            self.resolve(&courses, &detected);
            self.watch();
            over(Part::Resolve);
        }
        Ok(())
    }

    /// The index of a drone, if there is such a one.
    fn index_of(&self, drone: DroneId) -> Option<usize> {
        let index = self.first_of_fleet.get(drone.fleet.index())? + usize::from(drone.ordinal);
        self.drones.get(index).filter(|found| found.id == drone).map(|_| index)
    }

    /// Records what happens now, in order.
    fn happen_all(&mut self, events: impl IntoIterator<Item = SimEvent>) {
        for event in events {
            self.happen(event);
        }
    }

    /// Records that something happens now.
    fn happen(&mut self, event: SimEvent) {
        self.counters.count(&event);
        self.events.push(TimedEvent { time: self.now, event });
    }
}

/// The index of the first drone of each fleet: drones are in the order of their ids.
fn first_of_fleet(scenario: &ResolvedScenario) -> Vec<usize> {
    let mut next = 0;
    let first = |fleet: &Fleet| {
        next += fleet.homes.len();
        next - fleet.homes.len()
    };
    scenario.fleets.iter().map(first).collect()
}
