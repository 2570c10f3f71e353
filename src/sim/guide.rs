//! Phase `guide`: where to. Each flying drone gets a velocity command along its plan, and moves from stage to stage.

use std::sync::Arc;

use super::Simulation;
use super::drone::{Activity, Destination, Flight, Origin, Stage};
use crate::aircraft::{AircraftType, Fault, Kinematics, loiter_command};
use crate::frame::SimEvent;
use crate::mission::Task;
use crate::units::SimTime;
use crate::world::geo::{Horizontal, Position, Velocity};

/// How long before the velocity it commands is reached guidance looks at the drone, s: what its gains are made for.
const LOOK_S: f64 = 0.5;
/// How close a drone must be to a stop, m, and how slow, m/s, to have reached it.
const REACHED_M: f64 = 1.0;
const REACHED_MPS: f64 = 1.0;
/// How far ahead on the path a drone aims, s at its present speed, and at least m.
const AIM_S: f64 = 1.0;
/// The same on a wing, which turns at most by a third of a radian in a second.
const WING_AIM_S: f64 = 2.5;
const LEAST_AIM_M: f64 = 3.0;
/// Correction of a height error, 1/s: less than half the inverse of the longest sensible step.
const HEIGHT_GAIN: f64 = 0.6;
/// Correction of a horizontal error while standing, 1/s.
const STANDING_GAIN: f64 = 0.5;
/// Greatest speed of such corrections, m/s.
const STANDING_SPEED_MPS: f64 = 3.0;
/// Horizontal error within which a descent begins, m.
const OVER_STAND_M: f64 = 1.5;
/// How near a drone on a winch must be to where it hovers to let down its load, m.
const HANDS_OVER_M: f64 = 2.0;
/// Share of the vertical acceleration that stages are planned with.
const VERTICAL_SHARE: f64 = 0.5;

impl Simulation {
    pub(super) fn guide(&mut self) {
        for index in 0..self.drones.len() {
            self.guide_drone(index);
        }
    }

    fn guide_drone(&mut self, index: usize) {
        let now = self.now;
        let scenario = Arc::clone(&self.scenario);
        let drone = &mut self.drones[index];
        let fleet = &scenario.fleets[drone.id.fleet.index()];
        let steered_by = drone.steered_by();
        match &mut drone.activity {
            Activity::HandOver { until } if *until <= now => self.after_hand_over(index),
            Activity::Flying(Flight { stage: Stage::Winch { until }, landing, .. })
                if *until <= now && (*landing - drone.state.position).norm() < HANDS_OVER_M =>
            {
                self.after_hand_over(index);
            }
            Activity::Flying(flight) => {
                if flight.destination == Destination::Below {
                    // The wind may carry it over lower ground.
                    flight.landing.z = scenario.terrain.extended_ground_amsl_m(&steered_by.position.xy());
                }
                let before = flight.stage;
                flight.guide(&seen(&steered_by, scenario.clock.step), &fleet.aircraft, now);
                let after = flight.stage;
                if fleet.hub.is_none() && matches!(after, Stage::Hover { .. }) {
                    self.wander_on(index);
                } else if before == Stage::TakeOff && after == Stage::Cruise {
                    self.leave_stand(index);
                }
            }
            Activity::Straight(flight) => {
                flight.guide(&seen(&steered_by, scenario.clock.step), &scenario.airspace);
                if flight.has_left(&steered_by.position, &scenario.airspace) {
                    self.leave_area(index);
                }
            }
            _ => {}
        }
    }

    /// The goods are handed over, and the drone leaves when it can.
    fn after_hand_over(&mut self, index: usize) {
        let is_first_look = self.drones[index].sortie.as_ref().is_some_and(|sortie| !sortie.is_delivered);
        self.hand_over(index);
        if is_first_look || self.looks() || self.is_due_back(index) {
            self.leave_pad(index);
        }
    }

    /// The goods are handed over.
    fn hand_over(&mut self, index: usize) {
        let now = self.now;
        let Some(sortie) = self.drones[index].sortie.as_mut().filter(|sortie| !sortie.is_delivered) else { return };
        sortie.payload_kg = 0.0;
        sortie.is_delivered = true;
        let delivered = sortie.order.map(|order| SimEvent::Delivered {
            order: order.id,
            sortie: sortie.id,
            order_to_hand_ms: now - order.placed,
        });
        if let Some(event) = delivered {
            self.happen(event);
        }
    }

    /// The drone goes home, unless weather, closed air or a fault keeps it on the pad; with what is only mended at home it is
    /// fetched.
    fn leave_pad(&mut self, index: usize) {
        let scenario = Arc::clone(&self.scenario);
        let drone = &self.drones[index];
        let Some(id) = drone.sortie.as_ref().map(|sortie| sortie.mission) else { return };
        let mission = scenario.mission(id);
        let Task::Deliver { route, back: preferred, .. } = &mission.task else { return };
        let granted = drone.filing.as_ref().and_then(|filing| filing.ways.back.clone());
        let back = &granted.unwrap_or_else(|| Arc::clone(preferred));
        let is_standing = matches!(drone.activity, Activity::HandOver { .. });
        let jammed_since = drone.faults.failed_since(Fault::Navigation);
        let is_jammed_long = jammed_since.is_some_and(|since| self.now - since >= scenario.policy.fetch);
        if is_standing && (drone.faults.is_broken() || is_jammed_long) {
            return self.strand(index);
        }
        // Without a link it flies home as planned, without a position it cannot.
        let waits = jammed_since.is_some() || self.weather_along(mission, back).is_some();
        if waits || !self.may_set_out(drone, back) {
            return;
        }
        let needs = self.needs_of(mission, back, 0.0);
        match needs.ahead_wh.first() {
            Some(needed_wh) if *needed_wh < drone.battery_wh => {}
            Some(_) if is_standing => return self.strand(index),
            // Over a winch its battery is watched; and a wind that is too strong to say does not last.
            _ => return,
        }
        if !self.is_cleared_back(index, id, back) {
            return;
        }
        // Who had come back here may go on now.
        self.end_trouble(index);
        let drone = &mut self.drones[index];
        // It was looked at last before it stood there.
        if let Some(filing) = drone.filing.as_mut().filter(|_| is_standing) {
            filing.conformance.pause();
        }
        // What was last heard of it is from before it stood there.
        drone.equip(&scenario, self.seed, self.now);
        let flight = Flight::new(Arc::clone(back), Stage::TakeOff, Destination::Home, drone.home);
        let origin = scenario.route(*route).to.map_or(Origin::Air, Origin::Pad);
        drone.activity = Activity::Flying(flight.from(origin).needing(needs, self.now));
    }

    /// On the way home the stand is free for the next once the drone is above it.
    fn leave_stand(&mut self, index: usize) {
        let Activity::Flying(flight) = &self.drones[index].activity else { return };
        if flight.destination == Destination::Home {
            self.leave(index);
        }
    }
}

/// The state as guidance looks at it: where the drone is half a second before the end of the step, so that a command has the
/// same effect at every step size.
pub(super) fn seen(state: &Kinematics, step: SimTime) -> Kinematics {
    Kinematics { position: state.position + state.velocity * (step.seconds() - LOOK_S), velocity: state.velocity }
}

impl Flight {
    /// Sets the command for the next step and moves to the next stage.
    pub(super) fn guide(&mut self, state: &Kinematics, aircraft: &AircraftType, now: SimTime) {
        self.progress(state, aircraft);
        let slow = state.ground_speed_mps() < REACHED_MPS;
        match self.stage {
            Stage::TakeOff if self.plan.start().position.z - state.position.z < REACHED_M => self.stage = Stage::Cruise,
            Stage::Cruise if self.remaining_m() < REACHED_M && (slow || self.circles_here(aircraft)) => {
                let holds = self.destination == Destination::Hold;
                let until = if holds { SimTime::END } else { now + self.plan.points[self.stop].hold };
                let lands = self.stops_at_the_end() && !holds;
                self.stage = if lands { Stage::Landing } else { Stage::Hover { until } };
            }
            Stage::Hover { until } if until <= now => {
                self.resume();
                self.stage = Stage::Cruise;
            }
            _ => {}
        }
        self.command = match self.stage {
            Stage::TakeOff => self.take_off_command(state, aircraft),
            Stage::Cruise => self.cruise_command(state, aircraft),
            Stage::Hover { .. } => self.hold_command(state, aircraft),
            Stage::Landing => self.landing_command(state, aircraft),
            Stage::Winch { .. } => standing_command(state, &self.landing),
            Stage::Parachute => Velocity::zeros(),
        };
    }

    /// Moves `along_m` to the point of the path ahead that is nearest to the position, never backwards, never past the
    /// next stop, and past a turn that leads back only once that is reached.
    fn progress(&mut self, state: &Kinematics, aircraft: &AircraftType) {
        if self.stage != Stage::Cruise {
            return;
        }
        let place = state.position.xy();
        let reach_m = self.along_m + aim_reach_m(state, aircraft);
        let end = self.turn_ahead(reach_m).unwrap_or(self.stop);
        let points = &self.plan.points;
        let mut nearest = f64::INFINITY;
        for piece in self.passed..end {
            let (a, b) = (&points[piece], &points[piece + 1]);
            if a.along_m > reach_m {
                break;
            }
            let span: Horizontal = (b.position - a.position).xy();
            let fraction = ((place - a.position.xy()).dot(&span) / span.norm_squared()).clamp(0.0, 1.0);
            let distance_m = (place - (a.position.xy() + span * fraction)).norm();
            if distance_m < nearest {
                nearest = distance_m;
                self.passed = piece;
                self.along_m = self.along_m.max(a.along_m + (b.along_m - a.along_m) * fraction);
            }
        }
        if end < self.stop && self.passed + 1 == end {
            let (before, turn) = (&points[self.passed], &points[end]);
            let beyond: Horizontal = place - turn.position.xy();
            if beyond.norm() < REACHED_M || beyond.dot(&(turn.position - before.position).xy()) >= 0.0 {
                self.passed = end;
                self.along_m = self.along_m.max(turn.along_m);
            }
        }
    }

    /// The first point before the next stop, and within `reach_m` of path, from which the path leads back against the
    /// piece that the drone is on.
    fn turn_ahead(&self, reach_m: f64) -> Option<usize> {
        let points = &self.plan.points;
        let direction = |index: usize| (points[index + 1].position - points[index].position).xy();
        let here = direction(self.passed);
        let ahead = (self.passed + 1..self.stop).take_while(|&index| points[index].along_m < reach_m);
        ahead.into_iter().find(|&index| direction(index).dot(&here) < 0.0)
    }

    fn take_off_command(&self, state: &Kinematics, aircraft: &AircraftType) -> Velocity {
        let up_m = self.plan.start().position.z - state.position.z;
        let climb = (2.0 * VERTICAL_SHARE * aircraft.vertical_acceleration_mps2 * up_m.max(0.0)).sqrt() + 0.2;
        Velocity::new(0.0, 0.0, climb.min(aircraft.climb_mps))
    }

    /// Whether the next stop is a hold that is flown in circles: one that was planned. In trouble it is on the path itself, where
    /// there is room for it, that a wing holds, on its rotors.
    fn circles_here(&self, aircraft: &AircraftType) -> bool {
        aircraft.wing().is_some() && !self.stops_at_the_end()
    }

    /// Stands over the stop or, on a wing, circles it.
    fn hold_command(&self, state: &Kinematics, aircraft: &AircraftType) -> Velocity {
        let at = &self.plan.points[self.stop].position;
        let Some(wing) = aircraft.wing().filter(|_| self.circles_here(aircraft)) else {
            return standing_command(state, at);
        };
        let speed_mps = aircraft.cruise_speed_mps;
        let soon = state.position.xy() + state.velocity.xy() * LOOK_S;
        let around = loiter_command(&soon, &at.xy(), wing.loiter_radius_m(speed_mps), speed_mps);
        Velocity::new(around.x, around.y, HEIGHT_GAIN * (at.z - state.position.z))
    }

    fn cruise_command(&self, state: &Kinematics, aircraft: &AircraftType) -> Velocity {
        let speed = state.ground_speed_mps();
        let stop_m = self.plan.points[self.stop].along_m;
        let aim_m = self.aim_m(state, aircraft);
        let aim = (self.plan.position_at(aim_m, self.passed) - state.position).xy();
        let ahead_m = (self.along_m + speed * 0.5).min(stop_m);
        let limit = self.speed_limit_mps(self.along_m).min(self.speed_limit_mps(ahead_m).max(REACHED_MPS * 0.5));
        let braked = if self.circles_here(aircraft) { limit } else { limit.min(0.8 * self.remaining_m()) };
        let wanted = braked.max(0.3);
        let direction = aim.try_normalize(1e-6).unwrap_or_else(Horizontal::zeros);
        let here = self.plan.position_at(self.along_m, self.passed);
        let soon = self.plan.position_at((self.along_m + speed).min(stop_m), self.passed);
        let climb = (soon.z - here.z) + HEIGHT_GAIN * (here.z - state.position.z);
        Velocity::new(direction.x * wanted, direction.y * wanted, climb)
    }

    /// Where along the path to aim, m: a little ahead, but not beyond the next stop nor round a turn that leads back,
    /// because the way there would lead away from the turn.
    fn aim_m(&self, state: &Kinematics, aircraft: &AircraftType) -> f64 {
        let end_m = self.along_m + aim_reach_m(state, aircraft);
        let end = self.turn_ahead(end_m).unwrap_or(self.stop);
        end_m.min(self.plan.points[end].along_m)
    }

    /// The planned speed limit, linear between path points.
    fn speed_limit_mps(&self, along_m: f64) -> f64 {
        let points = &self.plan.points;
        let next = (self.passed + 1..points.len()).find(|&i| points[i].along_m >= along_m).unwrap_or(points.len() - 1);
        let (a, b) = (&points[next - 1], &points[next]);
        let fraction = ((along_m - a.along_m) / (b.along_m - a.along_m)).clamp(0.0, 1.0);
        a.speed_limit_mps + (b.speed_limit_mps - a.speed_limit_mps) * fraction
    }

    fn landing_command(&self, state: &Kinematics, aircraft: &AircraftType) -> Velocity {
        let mut command = standing_command(state, &self.landing);
        command.z = 0.0;
        let is_anywhere = self.destination == Destination::Below;
        if is_anywhere || (self.landing - state.position).xy().norm() < OVER_STAND_M {
            let down_m = (state.position.z - self.landing.z).max(0.0);
            let rate = (2.0 * VERTICAL_SHARE * aircraft.vertical_acceleration_mps2 * down_m).sqrt();
            command.z = -rate.min(0.7 * down_m).clamp(0.3, aircraft.descent_mps);
        }
        command
    }
}

/// How far ahead on the path a drone aims, m.
fn aim_reach_m(state: &Kinematics, aircraft: &AircraftType) -> f64 {
    let ahead_s = if aircraft.wing().is_some() { WING_AIM_S } else { AIM_S };
    (state.ground_speed_mps() * ahead_s).max(LEAST_AIM_M)
}

/// Stands over or at a position.
fn standing_command(state: &Kinematics, at: &Position) -> Velocity {
    let error = at - state.position;
    let correction = error.xy() * STANDING_GAIN;
    let speed = correction.norm();
    let correction = if speed > STANDING_SPEED_MPS { correction * (STANDING_SPEED_MPS / speed) } else { correction };
    Velocity::new(correction.x, correction.y, HEIGHT_GAIN * error.z)
}
