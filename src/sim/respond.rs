//! Phase `respond`: what is done about flights in trouble. A drone that finds itself in trouble holds where it is; if the
//! trouble does not pass, it does what the policy says, or the next best thing that can be done from there.

mod down;
mod trouble;
mod way;

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Destination, Drone, Flight, InTrouble, Spot, Stage};
use crate::frame::{Response, SimEvent, Trouble};
use crate::units::{PadId, SimTime};

/// How often troubles are looked for.
const LOOK_EVERY: SimTime = SimTime::from_millis(1000);
/// Room for braking over what the greatest acceleration needs: plans brake with less.
const BRAKING_ROOM: f64 = 1.8;
/// Least room for braking, m.
const LEAST_BRAKING_M: f64 = 2.0;

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
            let found = Trouble::ALL.into_iter().filter(|trouble| self.is_in(index, *trouble));
            let first = found.into_iter().min_by_key(|trouble| self.rank(*trouble));
            return first.into_iter().for_each(|trouble| self.begin(index, trouble));
        };
        if trouble == Trouble::PadBlocked {
            self.lands_beside(index);
        }
        let lasts = self.is_in(index, trouble);
        let others = Trouble::ALL.into_iter().filter(|other| *other != trouble && self.is_in(index, *other));
        let mattering = others.into_iter().filter(|other| match response {
            Response::Hold | Response::Continue => !lasts || self.rank(*other) < self.rank(trouble),
            Response::Return | Response::Divert => thwarts(*other, trouble),
            Response::Land | Response::Parachute => false,
        });
        let next = mattering.into_iter().min_by_key(|other| self.rank(*other));
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

    /// The place of a trouble among several at once: first those about which something is done, then those that are waited out,
    /// last those that are ignored; of each the most urgent.
    fn rank(&self, trouble: Trouble) -> (u8, Trouble) {
        let class = match self.scenario.policy.response(trouble) {
            Response::Return | Response::Divert | Response::Land | Response::Parachute => 0,
            Response::Hold => 1,
            Response::Continue => 2,
        };
        (class, trouble)
    }

    /// The battery is empty: down, at once.
    fn fall(&mut self, index: usize) {
        if self.drones[index].trouble.is_none() {
            self.enter(index, Trouble::LowBattery);
        }
        self.decide_among(index, &[Response::Parachute, Response::Land]);
    }

    /// A drone finds itself in trouble.
    fn begin(&mut self, index: usize, trouble: Trouble) {
        if trouble == Trouble::PadBlocked && self.lands_beside(index) {
            return;
        }
        let holds = self.enter(index, trouble);
        match self.scenario.policy.response(trouble) {
            Response::Hold => self.hold(index),
            Response::Continue => self.decide(index),
            _ if holds == SimTime::ZERO => self.decide(index),
            _ => self.hold(index),
        }
    }

    /// From now on a trouble is the one of a drone; says how long it holds for it.
    fn enter(&mut self, index: usize, trouble: Trouble) -> SimTime {
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
        holds
    }

    /// Where somebody lies on the stand that a drone was promised it lands on another, if there is one.
    fn lands_beside(&mut self, index: usize) -> bool {
        let drone = &self.drones[index];
        let Some(Destination::Pad(pad)) = drone.course().map(|course| course.destination) else { return false };
        let Some(stand) = self.free_stand(pad).filter(|_| self.is_lain_on(drone)) else { return false };
        self.take(index, Spot::Stand(pad, stand));
        let place = self.hand_over_place(pad, stand);
        if let Some(course) = self.drones[index].course_mut() {
            course.landing = place;
        }
        true
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
        let going_on = self.drones[index].going_on();
        let Some(state) = self.drones[index].trouble.take() else { return };
        self.tell_end(index, &state);
        if let Some(flight) = going_on {
            self.drones[index].activity = Activity::Flying(flight);
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
        let choices = choices.iter().filter(|choice| trouble.lets_fly() || choice.comes_down());
        let found = choices.into_iter().find_map(|choice| Some((*choice, self.way(index, *choice)?)));
        let Some((response, flight)) = found else { return };
        let rally = match flight.destination {
            Destination::Rally(rally) => Some(rally),
            _ => None,
        };
        match flight.destination {
            Destination::Rally(rally) => self.take(index, Spot::Rally(rally)),
            // Who comes back to a pad takes the first stand, if he has none there.
            Destination::Pad(pad) if response == Response::Return && !self.drones[index].has_stand(pad) => {
                if let Some(stand) = self.free_stand(pad) {
                    self.take(index, Spot::Stand(pad, stand));
                }
            }
            Destination::Home if response == Response::Return => self.leave(index),
            // Who comes down here may come down on the place that he had.
            _ => {}
        }
        self.carry_out(index, response, flight);
        self.happen(SimEvent::ContingencyDecided { drone: self.drones[index].id, trouble, response, rally });
        if !response.keeps_course() {
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

/// Whether a trouble makes impossible what a drone does that returns or diverts for another.
const fn thwarts(other: Trouble, trouble: Trouble) -> bool {
    match other {
        Trouble::MotorFault => true,
        Trouble::LowBattery | Trouble::NavigationLoss | Trouble::ZoneClosing => trouble.lets_fly(),
        Trouble::Weather | Trouble::LostLink | Trouble::PadBlocked => false,
    }
}

impl Drone {
    /// Whether a stand of a pad is promised to it.
    fn has_stand(&self, pad: PadId) -> bool {
        matches!(self.spot, Some(Spot::Stand(of, _)) if of == pad)
    }

    /// The flight that it is on, or the one that its trouble interrupts, from where it is.
    pub(super) fn going_on(&self) -> Option<Flight> {
        let Activity::Flying(flight) = &self.activity else { return None };
        let Some(interrupted) = self.trouble.as_ref().and_then(InTrouble::interrupted) else {
            return Some(flight.clone());
        };
        let mut going_on = interrupted.clone();
        // It may not have come to where it would have held.
        if flight.destination == Destination::Hold {
            going_on.go_to(going_on.along_m - flight.remaining_m());
        }
        Some(going_on)
    }
}
