//! Phase `respond`: what is done about flights in trouble. A drone that finds itself in trouble holds where it is; if the
//! trouble does not pass, it does what the policy says, or the next best thing that can be done from there.

mod way;

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Destination, Drone, Flight, InTrouble, Stage};
use crate::aircraft::{Fault, Kinematics};
use crate::frame::{Response, SimEvent, Trouble};
use crate::scenario::{Action, Fleet};
use crate::units::{PadId, SimTime};

/// How often troubles are looked for.
const LOOK_EVERY: SimTime = SimTime::from_millis(1000);
/// Without a network, how long a link that failed is missed before it counts as lost: as where there is one.
const LOST_AFTER: SimTime = SimTime::from_millis(5000);
/// How long a drone is without a position before it counts as lost.
const BLIND_AFTER: SimTime = SimTime::from_millis(2000);
/// A drone this near its pad, m, waits for it where it is.
const NEAR_PAD_M: f64 = 300.0;
/// Share of the reserve below which what is left does not carry the rest: half of it is for what was not foreseen.
const LEAST_RESERVE: f64 = 0.5;

impl Simulation {
    pub(super) fn respond(&mut self) {
        if !self.now.is_tick_of(LOOK_EVERY.max(self.scenario.clock.step)) {
            return;
        }
        self.watch_weather();
        for index in 0..self.drones.len() {
            if self.drones[index].is_airborne() {
                self.respond_to(index);
            } else {
                self.fetch(index);
            }
        }
    }

    fn respond_to(&mut self, index: usize) {
        let found = self.trouble_of(index);
        let Some(InTrouble { trouble, response, decides, .. }) = self.drones[index].trouble else {
            return found.into_iter().for_each(|trouble| self.begin(index, trouble));
        };
        let more_urgent = found.filter(|found| *found < trouble);
        match (response, found, more_urgent) {
            (Response::Hold | Response::Continue, None, _) => self.resume(index),
            (Response::Hold | Response::Continue, _, Some(urgent)) => self.begin(index, urgent),
            (Response::Hold, ..) if decides <= self.now => self.decide(index),
            // On its way down somewhere only what makes that way impossible counts.
            (Response::Return | Response::Divert, _, Some(urgent)) if urgent <= Trouble::NavigationLoss => {
                self.begin(index, urgent);
            }
            _ => {}
        }
    }

    /// The most urgent trouble of a drone in the air.
    fn trouble_of(&self, index: usize) -> Option<Trouble> {
        let drone = &self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return None };
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        // Random traffic stands for many drones; what is on its way down gets there.
        if fleet.hub.is_none() || matches!(flight.stage, Stage::Landing | Stage::Parachute) {
            return None;
        }
        if drone.faults.is_failed(Fault::Motor) {
            return Some(Trouble::MotorFault);
        }
        if !matches!(flight.stage, Stage::Cruise | Stage::Hover { .. }) {
            return None;
        }
        Trouble::ALL.into_iter().find(|trouble| match trouble {
            Trouble::MotorFault => false,
            Trouble::LowBattery => drone.is_low(fleet),
            Trouble::NavigationLoss => drone.is_blind(),
            Trouble::Weather => self.is_in_bad_weather(drone, fleet),
            Trouble::ZoneClosing => {
                drone.closed_until.is_some_and(|until| until > self.now) && self.is_closed_ahead(drone)
            }
            Trouble::LostLink => self.is_link_lost(drone),
            Trouble::PadBlocked => self.is_pad_blocked(drone, flight),
        })
    }

    fn is_in_bad_weather(&self, drone: &Drone, fleet: &Fleet) -> bool {
        let position = &drone.state.position;
        let agl_m = |_| self.scenario.terrain.agl_m(position).unwrap_or(0.0);
        let against = |agl_m| self.air.breach(&self.scenario, &fleet.aircraft.limits, position, agl_m);
        self.scenario.weather.as_ref().map(agl_m).and_then(against).is_some()
    }

    fn is_link_lost(&self, drone: &Drone) -> bool {
        match (&self.scenario.network, &drone.reporter) {
            (Some(network), Some(reporter)) => network.link.is_lost(reporter.heard(), self.now),
            _ => drone.faults.failed_since(Fault::Link).is_some_and(|since| self.now - since >= LOST_AFTER),
        }
    }

    /// Whether the pad that a flight, interrupted or not, leads to is blocked, and near.
    fn is_pad_blocked(&self, drone: &Drone, flight: &Flight) -> bool {
        let waiting = drone.trouble.as_ref().filter(|state| state.trouble == Trouble::PadBlocked);
        let flight = waiting.and_then(InTrouble::interrupted).unwrap_or(flight);
        let Destination::Pad(pad) = flight.destination else { return false };
        let remaining_m = flight.plan.length_m() - flight.along_m;
        self.is_blocked(pad) && remaining_m < NEAR_PAD_M
    }

    /// Whether nobody may land on a pad now.
    pub(super) fn is_blocked(&self, pad: PadId) -> bool {
        let interventions = self.scenario.interventions.iter();
        interventions.into_iter().any(|intervention| {
            intervention.action == Action::BlockPad(pad) && intervention.at <= self.now && self.now < intervention.until
        })
    }

    /// A drone finds itself in trouble.
    fn begin(&mut self, index: usize, trouble: Trouble) {
        let before = self.drones[index].trouble.take();
        if let Some(before) = &before {
            self.tell_end(index, before);
        }
        self.happen(SimEvent::ContingencyBegan { drone: self.drones[index].id, trouble });
        let holds = self.scenario.policy.holds(trouble);
        let decides = self.now + holds;
        let interrupted = before.and_then(|before| before.interrupted);
        let state = InTrouble { trouble, response: Response::Hold, began: self.now, decides, interrupted };
        self.drones[index].trouble = Some(state);
        if holds == SimTime::ZERO || self.scenario.policy.response(trouble) == Response::Continue {
            self.decide(index);
        } else {
            self.hold(index);
        }
    }

    /// Brakes along the path and holds there; what it did before is kept, from where it holds.
    fn hold(&mut self, index: usize) {
        let scenario = Arc::clone(&self.scenario);
        let drone = &mut self.drones[index];
        let aircraft = &scenario.fleets[drone.id.fleet.index()].aircraft;
        let Activity::Flying(flight) = &mut drone.activity else { return };
        let Some(state) = drone.trouble.as_mut().filter(|state| state.interrupted.is_none()) else { return };
        let speed_mps = drone.state.ground_speed_mps();
        let brake_m = BRAKING_ROOM * speed_mps * speed_mps / (2.0 * aircraft.acceleration_mps2);
        let stop_m = (flight.along_m + brake_m.max(LEAST_BRAKING_M)).min(flight.plan.points[flight.stop].along_m);
        let held = match flight.plan.part(flight.along_m, stop_m, aircraft) {
            Some(plan) => Flight::new(Arc::new(plan), Stage::Cruise, Destination::Hold, flight.landing),
            // At a stop it holds there.
            None => Flight { stage: Stage::Hover { until: SimTime::END }, ..flight.clone() },
        };
        let mut interrupted = std::mem::replace(flight, held);
        interrupted.go_to(stop_m);
        state.interrupted = Some(interrupted);
    }

    /// The trouble has passed: on with the flight that it interrupted.
    fn resume(&mut self, index: usize) {
        let Some(state) = self.drones[index].trouble.take() else { return };
        self.tell_end(index, &state);
        if let (Some(interrupted), Activity::Flying(flight)) = (state.interrupted, &mut self.drones[index].activity) {
            *flight = interrupted;
        }
    }

    /// It is decided what a drone does: what the policy says, or the next best that can be done.
    fn decide(&mut self, index: usize) {
        let Some(trouble) = self.drones[index].trouble.as_ref().map(|state| state.trouble) else { return };
        let wanted = self.scenario.policy.response(trouble);
        if wanted == Response::Hold {
            // It goes on holding, until the trouble passes or a more urgent one comes.
            return;
        }
        let choices = [wanted, Response::Return, Response::Divert, Response::Land];
        // With a motor gone nobody flies on.
        let can_fly = trouble != Trouble::MotorFault;
        let choices = choices.into_iter().filter(|choice| can_fly || *choice >= Response::Land);
        let found = choices.into_iter().find_map(|response| Some((response, self.way(index, trouble, response)?)));
        let Some((response, flight)) = found else { return };
        let rally = match flight.destination {
            Destination::Rally(rally) => Some(rally),
            _ => None,
        };
        self.carry_out(index, response, flight);
        self.happen(SimEvent::ContingencyDecided { drone: self.drones[index].id, trouble, response, rally });
        if response >= Response::Return {
            self.give_up_order(index, trouble);
        }
    }

    fn carry_out(&mut self, index: usize, response: Response, flight: Flight) {
        let drone = &mut self.drones[index];
        drone.activity = Activity::Flying(flight);
        if let Some(state) = &mut drone.trouble {
            state.response = response;
            state.interrupted = None;
        }
    }

    /// The goods do not arrive, and the stand is free for others.
    fn give_up_order(&mut self, index: usize, trouble: Trouble) {
        let Some(sortie) = &mut self.drones[index].sortie else { return };
        let (id, order, stand) = (sortie.id, sortie.order, sortie.stand.take());
        let is_undelivered = !sortie.is_delivered();
        if is_undelivered {
            sortie.order = None;
        }
        if let Some((pad, stand)) = stand {
            self.pads[pad.index()].stands[stand] = None;
        }
        if let Some(order) = order.filter(|_| is_undelivered) {
            self.happen(SimEvent::OrderFailed { order: order.id, sortie: id, trouble });
        }
    }

    /// A drone is on the ground away from its hub.
    pub(super) fn strand(&mut self, index: usize) {
        let until = self.now + self.scenario.policy.fetch;
        let drone = &mut self.drones[index];
        let trouble = drone.trouble.as_ref().map_or(Trouble::MotorFault, |state| state.trouble);
        if let Some(ground_m) = self.scenario.terrain.ground_amsl_m(&drone.state.position.xy()) {
            drone.state.position.z = ground_m;
        }
        drone.state = Kinematics::at_rest(drone.state.position);
        drone.activity = Activity::Stranded { until };
        let [east_cm, north_cm] = [drone.state.position.x, drone.state.position.y].map(super::emit::centimetres);
        let drone = drone.id;
        self.give_up_order(index, trouble);
        self.finish_sortie(index);
        self.happen(SimEvent::Stranded { drone, trouble, east_cm, north_cm });
    }

    /// A drone that came down elsewhere is on its hub again, when it is time.
    fn fetch(&mut self, index: usize) {
        let now = self.now;
        let drone = &mut self.drones[index];
        if !matches!(drone.activity, Activity::Stranded { until } if until <= now) {
            return;
        }
        let turn_around = self.scenario.fleets[drone.id.fleet.index()].turn_around;
        drone.state = Kinematics::at_rest(drone.home);
        drone.activity = Activity::TurnAround { until: now + turn_around };
        let event = SimEvent::Fetched { drone: drone.id };
        self.happen(event);
        self.mend(index);
    }

    /// The trouble of a sortie that is over; what it kept from being done.
    pub(super) fn end_trouble(&mut self, index: usize) -> Option<Trouble> {
        self.drones[index].closed_until = None;
        let state = self.drones[index].trouble.take()?;
        self.tell_end(index, &state);
        (state.response >= Response::Return).then_some(state.trouble)
    }

    fn tell_end(&mut self, index: usize, state: &InTrouble) {
        self.happen(SimEvent::ContingencyEnded {
            drone: self.drones[index].id,
            trouble: state.trouble,
            response: state.response,
            lasted_ms: self.now - state.began,
        });
    }
}

/// Room for braking over what the greatest acceleration needs: plans brake with less.
const BRAKING_ROOM: f64 = 1.8;
/// Least room for braking, m.
const LEAST_BRAKING_M: f64 = 2.0;

impl Drone {
    /// Whether the battery does not carry the rest of the flight and what follows with half the reserve.
    fn is_low(&self, fleet: &Fleet) -> bool {
        let interrupted = self.trouble.as_ref().and_then(InTrouble::interrupted);
        let Activity::Flying(flight) = &self.activity else { return false };
        let needed_wh = interrupted.unwrap_or(flight).needed_wh();
        let least_wh = LEAST_RESERVE * fleet.reserve_share * self.full_wh;
        needed_wh.is_some_and(|needed_wh| self.battery_wh < needed_wh + least_wh)
    }

    fn is_blind(&self) -> bool {
        match &self.error {
            Some(error) => error.outage().is_some_and(|lasted| lasted >= BLIND_AFTER),
            None => self.faults.is_failed(Fault::Navigation),
        }
    }
}
