//! Phase `sense`: where drones believe to be, and what the ground hears of it.

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Drone, Flight, Stage};
use crate::aircraft::{Fault, Kinematics, Pace, PositionError};
use crate::scenario::ResolvedScenario;
use crate::traffic::conflict::Motion;
use crate::units::{Purpose, RandomStream, SimTime};
use crate::world::coverage::{Network, Reception, Report, Reporter, Technology};
use crate::world::geo::{Position, Velocity};
use crate::world::weather::{Gust, Turbulence};

/// Nothing arrives.
const SILENCE: Reception = Reception { power_dbm: f64::NEG_INFINITY, technology: Technology::Nr };

impl Simulation {
    /// Goes on with errors of position and reports of all drones in the air by a step.
    pub(super) fn sense(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let pace = scenario.navigation.as_ref().map(|navigation| navigation.pace(scenario.clock.step));
        if pace.is_none() && scenario.network.is_none() {
            return;
        }
        for drone in self.drones.iter_mut().filter(|drone| drone.is_airborne()) {
            drone.sense(&scenario, pace.as_ref(), self.now);
        }
    }
}

impl Drone {
    /// Gives a drone that leaves what the scenario has models for: turbulence is its own; errors go on from where they were.
    pub fn equip(&mut self, scenario: &ResolvedScenario, seed: u64, now: SimTime) {
        let number = step_number(scenario, now);
        let is_rough = scenario.weather.as_ref().is_some_and(|weather| weather.turbulence != Turbulence::None);
        let stream = |purpose| RandomStream::new(seed, purpose, scenario.entity(self.id));
        self.gust = is_rough.then(|| Gust::begin(stream(Purpose::Turbulence), number));
        if let Some(navigation) = &scenario.navigation
            && self.error.is_none()
        {
            let sky = navigation.sky(&self.state.position.xy(), 0.0);
            self.error = Some(PositionError::new(navigation, &sky, stream(Purpose::Navigation)));
        }
        // Where it leaves from is known without a report.
        let here = Report { taken: now, position: self.believed(), velocity: self.state.velocity };
        self.reporter = scenario.network.as_ref().map(|_| Reporter::new(here, stream(Purpose::Link)));
    }

    fn sense(&mut self, scenario: &ResolvedScenario, pace: Option<&Pace>, now: SimTime) {
        let agl_m = scenario.terrain.agl_m(&self.state.position).unwrap_or(0.0);
        if let (Some(navigation), Some(pace), Some(error)) = (&scenario.navigation, pace, &mut self.error) {
            let sky = navigation.sky(&self.state.position.xy(), agl_m);
            let is_jammed = self.faults.is_failed(Fault::Navigation);
            error.advance((navigation, pace), (&sky, is_jammed), step_number(scenario, now));
        }
        if let Some(network) = &scenario.network {
            self.report(network, agl_m, now);
        }
    }

    fn report(&mut self, network: &Network, agl_m: f64, now: SimTime) {
        let (position, velocity) = (self.believed(), self.state.velocity);
        let is_cut = self.faults.is_failed(Fault::Link);
        let Some(reporter) = &mut self.reporter else { return };
        if now.is_tick_of(network.link.report_interval) {
            let here = self.state.position.xy();
            let reception = if is_cut { SILENCE } else { network.reception(&here, agl_m) };
            reporter.send(Report { taken: now, position, velocity }, &reception, &network.link);
        }
        reporter.receive(now);
    }

    /// Where it believes to be.
    pub fn believed(&self) -> Position {
        let truth = &self.state.position;
        self.error.as_ref().map_or(*truth, |error| error.believed(truth))
    }

    /// The state that it steers by: over a stand it sees markers and measures its height.
    pub fn steered_by(&self) -> Kinematics {
        match &self.activity {
            Activity::Flying(Flight { stage: Stage::Cruise | Stage::Hover { .. }, .. }) => {
                Kinematics { position: self.believed(), ..self.state }
            }
            Activity::Straight(_) => Kinematics { position: self.believed(), ..self.state },
            _ => self.state,
        }
    }

    /// How it believes to move.
    pub fn believed_motion(&self) -> Motion {
        Motion { drone: self.id, position: self.believed(), velocity: self.state.velocity, zone: self.zone }
    }

    /// How it truly moves.
    pub fn truth(&self) -> Motion {
        Motion { position: self.state.position, ..self.believed_motion() }
    }

    /// What the ground knows of it: the last report, carried on to now; without a network what it believes itself. Who is not
    /// heard of for so long that the link is lost is taken to hold, which is what it does.
    pub fn known(&self, scenario: &ResolvedScenario, now: SimTime) -> Motion {
        let (Some(network), Some(reporter)) = (&scenario.network, &self.reporter) else {
            return self.believed_motion();
        };
        let Report { taken, position, velocity } = *reporter.latest();
        let age = now - taken;
        let carried = position + velocity * age.min(network.link.lost_after).seconds();
        let velocity = if age > network.link.lost_after { Velocity::zeros() } else { velocity };
        Motion { drone: self.id, position: carried, velocity, zone: self.zone }
    }

    /// How old the last report is.
    pub fn report_age(&self, now: SimTime) -> SimTime {
        self.reporter.as_ref().map_or(SimTime::ZERO, |reporter| reporter.age(now))
    }
}

/// The number of the step that ends now.
fn step_number(scenario: &ResolvedScenario, now: SimTime) -> u64 {
    now.millis().max(0).unsigned_abs() / scenario.clock.step.millis().max(1).unsigned_abs()
}
