//! Phase `respond`: what is done about flights in trouble. A drone that finds itself in trouble holds where it is; if the
//! trouble does not pass, it does what the policy says, or the next best thing that can be done from there.

mod way;

use std::sync::Arc;

use super::Simulation;
use super::advance::turn_around;
use super::drone::{Activity, Destination, Drone, Flight, InTrouble, LEAST_RESERVE, Spot, Stage};
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

impl Simulation {
    pub(super) fn respond(&mut self) {
        if !self.looks() {
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

    /// Whether troubles are looked for in this step: in the first that ends in a new second.
    pub(super) fn looks(&self) -> bool {
        self.is_new(LOOK_EVERY)
    }

    /// Whether this step is the first that ends in a new one of some intervals.
    pub(super) fn is_new(&self, interval: SimTime) -> bool {
        let count = |time: SimTime| time.millis().div_euclid(interval.millis());
        count(self.now) != count(self.now - self.scenario.clock.step)
    }

    fn respond_to(&mut self, index: usize) {
        if self.is_on_the_ground(index) {
            return self.strand(index);
        }
        if self.drones[index].has_nothing_left() {
            return self.fall(index);
        }
        let Some(InTrouble { trouble, response, decides, .. }) = self.drones[index].trouble else {
            let found = Trouble::ALL.into_iter().find(|trouble| self.is_in(index, *trouble));
            return found.into_iter().for_each(|trouble| self.begin(index, trouble));
        };
        let lasts = self.is_in(index, trouble);
        let others = Trouble::ALL.into_iter().filter(|other| *other != trouble && self.is_in(index, *other));
        let next = others.into_iter().find(|other| match response {
            Response::Hold | Response::Continue => !lasts || *other < trouble || self.acts_more(*other, trouble),
            Response::Return | Response::Divert => outranks(*other, trouble),
            Response::Land | Response::Parachute => false,
        });
        match (response, next) {
            (_, Some(next)) => self.begin(index, next),
            (Response::Hold | Response::Continue, None) if !lasts => self.resume(index),
            (Response::Hold, None) if decides <= self.now => self.decide(index),
            (Response::Return | Response::Divert, None) if self.is_running_out(index) => {
                self.decide_among(index, &[Response::Divert, Response::Land]);
            }
            _ => {}
        }
    }

    /// Whether something is to be done about a trouble where another is only waited out or ignored.
    fn acts_more(&self, other: Trouble, trouble: Trouble) -> bool {
        let [other, response] = [other, trouble].map(|trouble| self.scenario.policy.response(trouble));
        response < Response::Return && other != Response::Continue && other != response
    }

    /// Whether a drone that is on its way has met the ground.
    fn is_on_the_ground(&self, index: usize) -> bool {
        let drone = &self.drones[index];
        let Activity::Flying(Flight { stage: Stage::Cruise | Stage::Hover { .. }, .. }) = drone.activity else {
            return false;
        };
        self.scenario.terrain.agl_m(&drone.state.position).is_some_and(|agl_m| agl_m < 0.0)
    }

    /// The battery is empty: down, at once.
    fn fall(&mut self, index: usize) {
        if self.drones[index].trouble.is_none() {
            self.begin(index, Trouble::LowBattery);
        }
        self.decide_among(index, &[Response::Parachute, Response::Land]);
    }

    /// Whether what is left in the battery does not carry a drone to where it is going.
    fn is_running_out(&self, index: usize) -> bool {
        let drone = &self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return false };
        matches!(flight.stage, Stage::Cruise | Stage::Hover { .. }) && !drone.is_carried_by(flight)
    }

    /// Whether a drone in the air is in a trouble.
    fn is_in(&self, index: usize, trouble: Trouble) -> bool {
        let drone = &self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return false };
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        // Random traffic stands for many drones; what is on its way down gets there.
        if fleet.hub.is_none() || matches!(flight.stage, Stage::Landing | Stage::Parachute) {
            return false;
        }
        let is_on_its_way = matches!(flight.stage, Stage::Cruise | Stage::Hover { .. });
        match trouble {
            Trouble::MotorFault => drone.faults.is_failed(Fault::Motor),
            Trouble::LowBattery => is_on_its_way && drone.is_low(fleet),
            Trouble::NavigationLoss => is_on_its_way && drone.is_blind(),
            Trouble::Weather => {
                is_on_its_way && (self.is_in_bad_weather(drone, fleet) || self.is_pad_stormy(drone, fleet))
            }
            Trouble::ZoneClosing => is_on_its_way && self.is_air_closing(drone),
            Trouble::LostLink => is_on_its_way && self.is_link_lost(drone),
            Trouble::PadBlocked => is_on_its_way && self.is_pad_blocked(drone),
        }
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

    /// Whether the pad that is near cannot be landed on, or the stand there.
    fn is_pad_blocked(&self, drone: &Drone) -> bool {
        near_pad(drone).is_some_and(|pad| self.is_blocked(pad) || self.is_lain_on(drone))
    }

    /// Whether there is too much wind to land on the pad that is near.
    fn is_pad_stormy(&self, drone: &Drone, fleet: &Fleet) -> bool {
        let breach =
            |pad| self.air.pad_breach(&self.scenario, &fleet.aircraft.limits, &self.scenario.pad(pad).position);
        near_pad(drone).and_then(breach).is_some()
    }

    /// Whether air is closed on the way of a drone that was told so, or that is later than its way was known to be open.
    fn is_air_closing(&self, drone: &Drone) -> bool {
        let is_late = || drone.course().is_some_and(|course| course.open_until < self.now);
        (drone.is_told || is_late()) && self.is_closed_ahead(drone)
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
        match self.scenario.policy.response(trouble) {
            Response::Hold => self.hold(index),
            Response::Continue => self.decide(index),
            _ if holds == SimTime::ZERO => self.decide(index),
            _ => self.hold(index),
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
        if let (Some(mut interrupted), Activity::Flying(flight)) = (state.interrupted, &mut self.drones[index].activity)
        {
            // It may not have come to where it would have held.
            if flight.destination == Destination::Hold {
                interrupted.go_to(interrupted.along_m - flight.remaining_m());
            }
            *flight = interrupted;
        }
    }

    /// It is decided what a drone does: what the policy says, or the next best that can be done.
    fn decide(&mut self, index: usize) {
        let Some(trouble) = self.drones[index].trouble.as_ref().map(|state| state.trouble) else { return };
        let wanted = self.scenario.policy.response(trouble);
        // It goes on holding, until the trouble passes or a more urgent one comes.
        if wanted != Response::Hold {
            self.decide_among(index, &[wanted, Response::Return, Response::Divert, Response::Land]);
        }
    }

    /// The first of some responses that can be carried out is.
    fn decide_among(&mut self, index: usize, choices: &[Response]) {
        let Some(trouble) = self.drones[index].trouble.as_ref().map(|state| state.trouble) else { return };
        // With a motor gone or without a position nobody flies on.
        let can_fly = !matches!(trouble, Trouble::MotorFault | Trouble::NavigationLoss);
        let choices = choices.iter().filter(|choice| can_fly || **choice >= Response::Land);
        let found = choices.into_iter().find_map(|choice| Some((*choice, self.way(index, *choice)?)));
        let Some((response, flight)) = found else { return };
        let rally = match flight.destination {
            Destination::Rally(rally) => Some(rally),
            _ => None,
        };
        match (rally, response) {
            (Some(rally), _) => self.take(index, Spot::Rally(rally)),
            (None, Response::Return) => self.leave(index),
            // Who comes down here may come down on the place that he had.
            _ => {}
        }
        self.carry_out(index, response, flight);
        self.happen(SimEvent::ContingencyDecided { drone: self.drones[index].id, trouble, response, rally });
        if response >= Response::Return {
            self.give_up(index, trouble);
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

    /// The task of a sortie will not be done: goods do not arrive.
    fn give_up(&mut self, index: usize, trouble: Trouble) {
        let Some(sortie) = self.drones[index].sortie.as_mut().filter(|sortie| !sortie.is_delivered) else { return };
        sortie.aborted = sortie.aborted.or(Some(trouble));
        let (id, order) = (sortie.id, sortie.order.take());
        if let Some(order) = order {
            self.happen(SimEvent::OrderFailed { order: order.id, sortie: id, trouble });
        }
    }

    /// A drone is on the ground away from its hub.
    pub(super) fn strand(&mut self, index: usize) {
        let until = self.now + self.scenario.policy.fetch;
        let drone = &mut self.drones[index];
        let trouble = drone.trouble.as_ref().map_or(Trouble::NavigationLoss, |state| state.trouble);
        if let Some(ground_m) = self.scenario.terrain.ground_amsl_m(&drone.state.position.xy()) {
            drone.state.position.z = ground_m;
        }
        drone.state = Kinematics::at_rest(drone.state.position);
        drone.activity = Activity::Stranded { until };
        let [east_cm, north_cm] = [drone.state.position.x, drone.state.position.y].map(super::emit::centimetres);
        let (drone, position) = (drone.id, drone.state.position);
        self.give_up(index, trouble);
        self.finish_sortie(index);
        self.leave(index);
        self.spots.come_down(drone, position);
        self.happen(SimEvent::Stranded { drone, trouble, east_cm, north_cm });
    }

    /// A drone that came down elsewhere is on its hub again, when it is time.
    fn fetch(&mut self, index: usize) {
        let now = self.now;
        let drone = &mut self.drones[index];
        if !matches!(drone.activity, Activity::Stranded { until } if until <= now) {
            return;
        }
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        let turn_around = turn_around(fleet, drone.battery_wh / drone.full_wh);
        drone.state = Kinematics::at_rest(drone.home);
        drone.activity = Activity::TurnAround { until: now + turn_around };
        let event = SimEvent::Fetched { drone: drone.id };
        self.spots.clear(drone.id);
        self.happen(event);
        self.mend(index);
    }

    /// The sortie is over, and so is its trouble.
    pub(super) fn end_trouble(&mut self, index: usize) {
        self.drones[index].is_told = false;
        if let Some(state) = self.drones[index].trouble.take() {
            self.tell_end(index, &state);
        }
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

/// The pad that the way of a drone leads to, interrupted or not, if it is near.
fn near_pad(drone: &Drone) -> Option<PadId> {
    let course = drone.course()?;
    let Destination::Pad(pad) = course.destination else { return None };
    (course.plan.length_m() - course.along_m < NEAR_PAD_M).then_some(pad)
}

/// Whether a trouble changes what a drone does that returns or diverts for another: if it makes that impossible.
fn outranks(other: Trouble, trouble: Trouble) -> bool {
    let flies_on = trouble > Trouble::NavigationLoss;
    flies_on && (other <= Trouble::NavigationLoss || (other == Trouble::ZoneClosing && trouble != Trouble::ZoneClosing))
        || other == Trouble::MotorFault
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

    /// Whether it has nothing left to fly on and is not on its way down. Random traffic flies for ever.
    fn has_nothing_left(&self) -> bool {
        let Activity::Flying(flight) = &self.activity else { return false };
        self.battery_wh <= 0.0 && !matches!(flight.stage, Stage::Landing | Stage::Parachute)
    }

    fn is_blind(&self) -> bool {
        match &self.error {
            Some(error) => error.outage().is_some_and(|lasted| lasted >= BLIND_AFTER),
            None => self.faults.is_failed(Fault::Navigation),
        }
    }
}
