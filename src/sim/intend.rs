//! Where a drone in the air means to be within the look-ahead, by its plan: what prediction by intent asks for.

use super::drone::{Activity, Destination, Drone, Flight, Stage};
use crate::aircraft::AircraftType;
use crate::scenario::ResolvedScenario;
use crate::traffic::conflict::{Intended, Motion};
use crate::traffic::route::PathPoint;
use crate::units::SimTime;
use crate::world::geo::Position;

/// The slowest that a drone is taken to fly along its path, m/s: as guidance does just before a stop.
const LEAST_MPS: f64 = 0.3;

/// The places of a flight ahead of a drone, one after the other.
struct Ahead {
    places: Vec<Intended>,
    /// When and where the last of them is.
    last: Intended,
    look_ahead_s: f64,
}

impl Ahead {
    /// Goes on to a place in a time, unless what is asked for is complete.
    fn go_on(&mut self, takes_s: f64, position: Position) {
        if self.last.in_s < self.look_ahead_s {
            self.last = Intended { in_s: self.last.in_s + takes_s.max(1e-3), position, lands: false };
            self.places.push(self.last);
        }
    }

    /// Stands where it is for a time.
    fn stand(&mut self, takes_s: f64) {
        if takes_s > 0.0 {
            self.go_on(takes_s, self.last.position);
        }
    }

    /// Comes down to a place below, unless what is asked for is complete before.
    fn land(&mut self, aircraft: &AircraftType, on: Position) {
        if self.last.in_s < self.look_ahead_s {
            self.upright(aircraft, on);
            self.places.iter_mut().rev().take(1).for_each(|place| place.lands = true);
        }
    }

    /// Rises or sinks to a place above or below.
    fn upright(&mut self, aircraft: &AircraftType, to: Position) {
        let up_m = to.z - self.last.position.z;
        let rate_mps = if up_m > 0.0 { aircraft.climb_mps } else { aircraft.descent_mps };
        self.go_on(up_m.abs() / rate_mps.max(LEAST_MPS), to);
    }
}

impl Drone {
    /// Where it means to be from `now` on within the look-ahead, by its plan and from where it is known to be; nowhere if it has no plan,
    /// or does not keep to it. How far it is along its plan is taken to be known.
    pub fn intended(&self, known: &Motion, scenario: &ResolvedScenario, now: SimTime) -> Vec<Intended> {
        let Activity::Flying(flight) = &self.activity else { return Vec::new() };
        let keeps_to_it = self.trouble.is_none() && self.evasion.is_none() && self.faults.is_sound();
        if !keeps_to_it || flight.stage == Stage::Parachute {
            return Vec::new();
        }
        let here = Intended { in_s: 0.0, position: known.position, lands: false };
        let (fleet, look_ahead_s) = (&scenario.fleets[self.id.fleet.index()], scenario.minima.look_ahead.seconds());
        let mut ahead = Ahead { places: Vec::new(), last: here, look_ahead_s };
        flight.add_path_and_stops(&fleet.aircraft, now, &mut ahead);
        match flight.destination {
            _ if matches!(flight.stage, Stage::Winch { .. }) => {}
            Destination::Hold => {}
            Destination::Pad(pad) if scenario.pad(pad).winch_agl_m.is_some() => {
                ahead.upright(&fleet.aircraft, flight.landing);
            }
            Destination::Pad(_) | Destination::Home | Destination::Rally(_) | Destination::Below => {
                ahead.land(&fleet.aircraft, flight.landing);
            }
        }
        if ahead.places.last().is_none_or(|last| !last.lands) {
            ahead.stand(look_ahead_s);
        }
        ahead.places
    }
}

impl Flight {
    fn add_path_and_stops(&self, aircraft: &AircraftType, now: SimTime, ahead: &mut Ahead) {
        let left_s = |until: SimTime| (until - now).seconds();
        match self.stage {
            Stage::TakeOff => {
                ahead.upright(aircraft, self.plan.start().position);
                self.add_path(&self.plan.points, ahead);
            }
            Stage::Cruise => self.add_path(self.ahead(), ahead),
            Stage::Hover { until } => {
                ahead.stand(left_s(until));
                self.add_path(&self.plan.points[self.stop..], ahead);
            }
            Stage::Winch { until } => ahead.stand(left_s(until)),
            Stage::Landing | Stage::Parachute => {}
        }
    }

    /// Along a part of the path, of which the beginning may be behind, at the planned speeds; holds included.
    fn add_path(&self, points: &[PathPoint], ahead: &mut Ahead) {
        for pair in points.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let left_m = b.along_m - a.along_m.max(self.along_m);
            if ahead.last.in_s >= ahead.look_ahead_s {
                return;
            }
            if left_m > 0.0 {
                let mean_mps = f64::midpoint(a.speed_limit_mps, b.speed_limit_mps).max(LEAST_MPS);
                ahead.go_on(left_m / mean_mps, b.position);
                ahead.stand(b.hold.seconds());
            }
        }
    }
}
