//! Random traffic: where each wandering drone starts, how high and fast it flies, and where it may go next.

use jiff::SignedDuration;

use crate::aircraft::AircraftType;
use crate::traffic::route::{
    Begins, FlightPlan, HeightLayers, PlanLimits, Waypoint, check_plan, layer_slope, longest_s, planned,
};
use crate::units::{Altitude, Purpose, RandomStream, SimTime};
use crate::world::airspace::{Airspace, Occasion};
use crate::world::geo::Place;

/// Choices for one place.
const CHOICES: u64 = 16;
/// Permitted places that a drone tries to start from.
const STARTS: usize = 4;

/// How random traffic flies.
#[derive(Clone, Debug, PartialEq)]
pub struct Wander {
    /// Least and greatest height above ground, m.
    pub altitude_agl_m: (f64, f64),
    /// In which layers instead, where one holds the heading.
    pub layers: HeightLayers,
    /// Least and greatest speed over ground, m/s.
    pub speed_mps: (f64, f64),
}

/// One wandering drone: its random choices, each a function of (seed, entity, step), and what it must respect.
#[derive(Clone, Copy, Debug)]
pub struct Wanderer<'a> {
    stream: RandomStream,
    aircraft: &'a AircraftType,
    airspace: &'a Airspace,
    altitude: Altitude,
    layers: &'a HeightLayers,
    limits: PlanLimits,
    occasion: Occasion<'a>,
}

impl<'a> Wanderer<'a> {
    /// The wanderer with a number of its own of a run under `seed`, about to fly on an occasion; height and speed are drawn for
    /// good.
    pub fn new(
        seed: u64,
        entity: u64,
        wander: &'a Wander,
        aircraft: &'a AircraftType,
        airspace: &'a Airspace,
        occasion: Occasion<'a>,
    ) -> Self {
        let stream = RandomStream::new(seed, Purpose::Traffic, entity);
        let altitude = Altitude::agl(stream.between(0, wander.altitude_agl_m.0, wander.altitude_agl_m.1));
        let speed_mps = stream.between(1, wander.speed_mps.0, wander.speed_mps.1);
        let limits = PlanLimits::between(airspace.clearance_m(), airspace.ceiling_agl_m(), speed_mps);
        Self { stream, aircraft, airspace, altitude, layers: &wander.layers, limits, occasion }
    }

    /// The first flight: from a place that it may stand over to one that it may reach; `None` if it finds no such.
    pub fn first_flight(&self) -> Option<FlightPlan> {
        let starts = self.places(0).filter(|place| self.airspace.admits(place, self.altitude, &self.occasion));
        starts.take(STARTS).find_map(|start| self.way_from((start, None), 1))
    }

    /// The flight after `flown`, the `ordinal`-th from 0: to the first of its choices that it may reach or, if there is
    /// none, back where it came from; `None` if it may not go there either, and waits.
    pub fn next_flight(&self, flown: &FlightPlan, ordinal: u32) -> Option<FlightPlan> {
        let (start, here) = (flown.waypoints.first()?.place, flown.waypoints.last()?);
        let here = (here.place, Some(here.altitude));
        let back = || self.plan(here, start).filter(|plan| self.may_fly(plan));
        self.way_from(here, ordinal + 1).or_else(back)
    }

    /// The choices for the `ordinal`-th place it visits, in the order of preference; number 0 is where it starts.
    fn places(&self, ordinal: u32) -> impl Iterator<Item = Place> {
        let (stream, area) = (self.stream, self.airspace.extent());
        let size = area.size();
        let coordinate =
            move |low: f64, extent: f64, step| ((low + extent * stream.uniform(step)) * 1000.0).round() / 1000.0;
        (0..CHOICES).map(move |choice| {
            let step = 2 + 2 * (CHOICES * u64::from(ordinal) + choice);
            Place::new(coordinate(area.low.x, size.x, step), coordinate(area.low.y, size.y, step + 1))
        })
    }

    /// A way from a place, and from a height over it if it is there already.
    fn way_from(&self, start: (Place, Option<Altitude>), ordinal: u32) -> Option<FlightPlan> {
        let plans = self.places(ordinal).filter_map(|end| self.plan(start, end));
        plans.into_iter().find(|plan| self.may_fly(plan))
    }

    /// Whether a plan may be flown from now on until its end.
    fn may_fly(&self, plan: &FlightPlan) -> bool {
        let flight = SignedDuration::from_millis(
            SimTime::from_seconds(longest_s(&plan.points, self.airspace.terrain(), self.aircraft)).millis(),
        );
        let to = self.occasion.from.checked_add(flight).unwrap_or(self.occasion.from);
        check_plan(plan, self.airspace, &Occasion { to, ..self.occasion }).is_empty()
    }

    fn plan(&self, (start, height): (Place, Option<Altitude>), end: Place) -> Option<FlightPlan> {
        let waypoint = |place, altitude| Waypoint { place, altitude, hold: SimTime::ZERO };
        let straight = [waypoint(start, height.unwrap_or(self.altitude)), waypoint(end, self.altitude)];
        let begins = if height.is_some() { Begins::AtItsHeight } else { Begins::InItsLayer };
        let slope = layer_slope(self.aircraft, self.limits.speed_mps);
        let layered = self.layers.applied(&straight, begins, slope);
        let waypoints: Vec<Waypoint> = layered.into_iter().map(|(_, waypoint)| waypoint).collect();
        planned(&waypoints, self.airspace.terrain(), self.aircraft, &self.limits).ok()
    }
}
