//! The way a drone in trouble takes.

use std::sync::Arc;

use super::Simulation;
use crate::aircraft::AircraftType;
use crate::frame::Response;
use crate::sim::drone::{Activity, Destination, Drone, Flight, InTrouble, Origin, Spot, Stage};
use crate::traffic::contingency::DIVERSION_AGL_M;
use crate::traffic::route::{
    FlightPlan, PathPoint, PlanLimits, Waypoint, check_landing, check_plan, longest_s, planned,
};
use crate::units::{Altitude, PadId, RallyId, SimTime};
use crate::world::airspace::{Denial, Occasion, Way};
use crate::world::geo::Position;

/// Who is lower than this under his way, m, rises to it first.
const LOW_M: f64 = 5.0;

impl Simulation {
    /// The flight that a response means; `None` if it cannot be flown from here.
    pub(super) fn way(&self, index: usize, response: Response) -> Option<Flight> {
        let drone = &self.drones[index];
        match response {
            Response::Hold => None,
            Response::Continue => drone.going_on(),
            Response::Return => self.homewards(drone),
            Response::Divert => self.diversion(drone),
            Response::Land => self.down(drone, Stage::Landing),
            Response::Parachute => {
                self.aircraft(drone).parachute_descent_mps?;
                self.down(drone, Stage::Parachute)
            }
        }
    }

    fn aircraft(&self, drone: &Drone) -> &AircraftType {
        &self.scenario.fleets[drone.id.fleet.index()].aircraft
    }

    /// Home along the path: back where it came from, or on where that is home and nearer, without the holds on the way; where
    /// neither leads home, back to the pad that it left, to wait there. It leaves air that is closed, and enters none.
    fn homewards(&self, drone: &Drone) -> Option<Flight> {
        let course = drone.course()?;
        let (along_m, length_m) = (course.along_m, course.plan.length_m());
        let on = || (course.destination == Destination::Home).then(|| self.along(drone, course, length_m, None));
        let back = || (course.origin == Origin::Home).then(|| self.along(drone, course, 0.0, None));
        let to_pad = || match (course.origin, course.destination, drone.spot) {
            // Nobody waits over a winch.
            (Origin::Pad(pad), ..) if self.scenario.pad(pad).winch_agl_m.is_none() => {
                self.free_stand(pad).map(|stand| self.along(drone, course, 0.0, Some((pad, stand))))
            }
            // Who was on such a way goes on.
            (Origin::Air, Destination::Pad(_), Some(Spot::Stand(pad, stand))) => {
                Some(self.along(drone, course, length_m, Some((pad, stand))))
            }
            _ => None,
        };
        let ways = if 2.0 * along_m < length_m { [back(), on(), to_pad()] } else { [on(), back(), to_pad()] };
        let ways = ways.into_iter().flatten();
        let mut ways = ways.map(|way| if way.stage == Stage::Landing { way } else { self.with_needs(drone, way) });
        // Who is there only has to come down.
        let is_open = |way: &Flight| drone.is_carried_by(way) && self.may_leave_by(drone, way);
        ways.find(|way| way.stage == Stage::Landing || is_open(way))
    }

    /// The flight along a course to one of its ends, which is over the hub or, if one is given, a stand; who is there lands.
    fn along(&self, drone: &Drone, course: &Flight, to_m: f64, stand: Option<(PadId, usize)>) -> Flight {
        let (destination, landing) = match stand {
            Some((pad, stand)) => (Destination::Pad(pad), self.hand_over_place(pad, stand)),
            None => (Destination::Home, drone.home),
        };
        match course.plan.part(course.along_m, to_m, self.aircraft(drone)) {
            Some(plan) => {
                // From a winch it rises before it leaves.
                let is_low = plan.start().position.z - drone.state.position.z > LOW_M;
                let stage = if is_low { Stage::TakeOff } else { Stage::Cruise };
                Flight::new(Arc::new(plan), stage, destination, landing)
            }
            None => Flight { stage: Stage::Landing, destination, landing, ..course.clone() },
        }
    }

    /// Whether the air is closed somewhere ahead of a drone on its course.
    pub(in crate::sim) fn is_closed_ahead(&self, drone: &Drone) -> bool {
        drone.course().is_some_and(|course| self.closed(drone, course).any(|is_closed| is_closed))
    }

    /// Whether a drone may set out on a plan now and fly it to its end.
    pub(in crate::sim) fn may_set_out(&self, drone: &Drone, plan: &Arc<FlightPlan>) -> bool {
        let way = Flight::new(Arc::clone(plan), Stage::TakeOff, Destination::Home, drone.home);
        self.closed(drone, &way).all(|is_closed| !is_closed)
    }

    /// Of each piece of a way from where the drone is, whether it is closed between now and the end of the way, by a rule that
    /// does not hold throughout the run: such was accepted.
    fn closed<'a>(&'a self, drone: &'a Drone, way: &'a Flight) -> impl Iterator<Item = bool> + 'a {
        let now = self.occasion_of(drone, way.ahead());
        let denial = |piece: &[PathPoint], occasion: &Occasion<'_>| {
            self.scenario.airspace.denial(&piece[0].position, &piece[1].position, occasion)
        };
        let (begins, ends) = (self.scenario.clock.begins, self.scenario.clock.timestamp(self.scenario.clock.duration));
        let is_accepted = move |piece: &[PathPoint], found: &Denial| {
            let ends_of_piece = [0, 1].map(|end| piece[end].position.xy());
            let way = Way { from: ends_of_piece[0], to: ends_of_piece[1], margin_m: 1.0 };
            let changes = self.scenario.airspace.rulings_change_along(&[way], begins, ends);
            let mut instants = [begins].into_iter().chain(changes).map(|at| Occasion { from: at, to: at, ..now });
            instants.all(|at| denial(piece, &at).is_some_and(|other| other.is_by_the_rule_of(found)))
        };
        way.ahead().windows(2).map(move |piece| denial(piece, &now).is_some_and(|found| !is_accepted(piece, &found)))
    }

    /// Whether a way is open, from where it is clear of what it is in now.
    pub(in crate::sim) fn may_leave_by(&self, drone: &Drone, way: &Flight) -> bool {
        self.closed(drone, way).skip_while(|is_closed| *is_closed).all(|is_closed| !is_closed)
    }

    fn occasion_of(&self, drone: &Drone, points: &[PathPoint]) -> Occasion<'_> {
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        let lasts = SimTime::from_seconds(longest_s(points, &self.scenario.terrain, &fleet.aircraft));
        let [from, to] = [self.now, self.now + lasts].map(|time| self.scenario.clock.timestamp(time));
        Occasion { operator: fleet.operator.as_deref(), from, to }
    }

    /// To the nearest site that may be reached over permitted ground.
    fn diversion(&self, drone: &Drone) -> Option<Flight> {
        let here = drone.believed();
        let mut sites: Vec<(f64, usize)> = self
            .scenario
            .rallies
            .iter()
            .enumerate()
            .map(|(site, rally)| ((rally.position - here).xy().norm(), site))
            .collect();
        sites.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sites = sites.into_iter().map(|(_, site)| RallyId::from_index(site));
        sites.filter(|site| self.is_free(*site, drone.id)).find_map(|site| self.way_to(drone, &here, site))
    }

    fn way_to(&self, drone: &Drone, here: &Position, rally: RallyId) -> Option<Flight> {
        let scenario = &self.scenario;
        let aircraft = self.aircraft(drone);
        let [low_m, high_m] = DIVERSION_AGL_M;
        let altitude = Altitude::agl(scenario.terrain.agl_m(here)?.clamp(low_m, high_m));
        let site = scenario.rallies[rally.index()].position;
        let waypoint = |place| Waypoint { place, altitude, hold: SimTime::ZERO };
        let limits = PlanLimits { speed_mps: aircraft.cruise_speed_mps, band_agl_m: (low_m, high_m) };
        let plan = planned(&[waypoint(here.xy()), waypoint(site.xy())], &scenario.terrain, aircraft, &limits).ok()?;
        let occasion = self.occasion_of(drone, &plan.points);
        let is_open = check_plan(&plan, &scenario.airspace, &occasion).is_empty()
            && check_landing(&plan, &site, &scenario.airspace, &occasion).is_none();
        let flight = Flight::new(Arc::new(plan), Stage::Cruise, Destination::Rally(rally), site);
        let flight = self.with_needs(drone, flight);
        (is_open && drone.is_carried_by(&flight)).then_some(flight)
    }

    /// Straight down, by its rotors or under its parachute.
    fn down(&self, drone: &Drone, stage: Stage) -> Option<Flight> {
        let Activity::Flying(flight) = &drone.activity else { return None };
        let here = drone.state.position;
        let ground_m = self.scenario.terrain.extended_ground_amsl_m(&here.xy());
        let landing = Position::new(here.x, here.y, ground_m);
        Some(Flight::new(Arc::clone(&flight.plan), stage, Destination::Below, landing))
    }

    /// The flight with what it needs in the weather of the instant.
    fn with_needs(&self, drone: &Drone, flight: Flight) -> Flight {
        let Some(sortie) = &drone.sortie else { return flight };
        let needs = self.needs_of(self.scenario.mission(sortie.mission), &flight.plan, sortie.payload_kg);
        flight.needing(needs, self.now)
    }
}

impl Drone {
    /// The flight that it is on, or the one that its trouble interrupts.
    pub(in crate::sim) fn course(&self) -> Option<&Flight> {
        let Activity::Flying(flight) = &self.activity else { return None };
        Some(self.trouble.as_ref().and_then(InTrouble::interrupted).unwrap_or(flight))
    }

    /// The same, to change it.
    pub(in crate::sim) fn course_mut(&mut self) -> Option<&mut Flight> {
        let Activity::Flying(flight) = &mut self.activity else { return None };
        Some(self.trouble.as_mut().and_then(|state| state.interrupted.as_mut()).unwrap_or(flight))
    }

    /// Whether what is left in the battery carries a way; where the wind is too strong to say so it does not.
    pub(super) fn is_carried_by(&self, way: &Flight) -> bool {
        way.needed_wh().is_some_and(|needed_wh| needed_wh < self.battery_wh)
    }
}
