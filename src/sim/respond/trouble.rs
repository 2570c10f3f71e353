//! Which troubles a drone in the air is in.

use crate::aircraft::Fault;
use crate::frame::Trouble;
use crate::scenario::{Action, Fleet};
use crate::sim::Simulation;
use crate::sim::drone::{Activity, Destination, Drone, Flight, InTrouble, KEPT_OF_RESERVE, Stage};
use crate::units::{PadId, SimTime};

/// Without a network, how long a link that failed is missed before it counts as lost: as where there is one.
const LOST_AFTER: SimTime = SimTime::from_millis(5000);
/// How long a drone is without a position before it counts as lost.
const BLIND_AFTER: SimTime = SimTime::from_millis(2000);
/// A drone that lands and is nearer to its place than this, m, gets there: stands lie within it around the end of a path.
const OVER_PLACE_M: f64 = 20.0;
/// A drone this near its pad, m, waits for it where it is.
const NEAR_PAD_M: f64 = 300.0;

impl Simulation {
    /// Whether a drone that is on its way has met the ground.
    pub(super) fn is_on_the_ground(&self, index: usize) -> bool {
        let drone = &self.drones[index];
        let Activity::Flying(Flight { stage: Stage::Cruise | Stage::Hover { .. }, .. }) = drone.activity else {
            return false;
        };
        self.scenario.terrain.agl_m(&drone.state.position).is_some_and(|agl_m| agl_m < 0.0)
    }

    /// Whether what is left in the battery does not carry a drone to where it is going.
    pub(super) fn is_running_out(&self, index: usize) -> bool {
        let drone = &self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return false };
        matches!(flight.stage, Stage::Cruise | Stage::Hover { .. }) && !drone.is_carried_by(flight)
    }

    /// Whether a drone in the air is in a trouble.
    pub(super) fn is_in(&self, index: usize, trouble: Trouble) -> bool {
        let drone = &self.drones[index];
        let Activity::Flying(flight) = &drone.activity else { return false };
        let fleet = &self.scenario.fleets[drone.id.fleet.index()];
        // Random traffic stands for many drones; who comes down where he is does so.
        if fleet.hub.is_none() || flight.destination == Destination::Below || is_about_to_land(drone, flight) {
            return false;
        }
        let is_on_its_way = flight.stage != Stage::TakeOff;
        // At the winch it goes on with what it does there.
        let is_at_work = matches!(flight.stage, Stage::Winch { .. });
        match trouble {
            Trouble::MotorFault => drone.faults.is_failed(Fault::Motor),
            Trouble::LowBattery => is_on_its_way && drone.is_low(fleet),
            Trouble::NavigationLoss => is_on_its_way && drone.is_blind(),
            Trouble::Weather => {
                is_on_its_way && (self.is_in_bad_weather(drone, fleet) || self.is_pad_stormy(drone, fleet))
            }
            Trouble::ZoneClosing => is_on_its_way && self.is_air_closing(drone),
            Trouble::LostLink => is_on_its_way && !is_at_work && self.is_link_lost(drone),
            Trouble::PadBlocked => is_on_its_way && !is_at_work && self.is_pad_blocked(drone),
        }
    }

    pub(super) fn is_in_bad_weather(&self, drone: &Drone, fleet: &Fleet) -> bool {
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
        // Who leaves closed air as he should is in it for a while.
        let leads_in = || match &drone.activity {
            Activity::Flying(flight) if drone.has_left_its_course() => !self.may_leave_by(drone, flight),
            _ => self.is_closed_ahead(drone),
        };
        (drone.is_told || is_late()) && leads_in()
    }

    /// Whether nobody may land on a pad now.
    pub(in crate::sim) fn is_blocked(&self, pad: PadId) -> bool {
        let interventions = self.scenario.interventions.iter();
        interventions.into_iter().any(|intervention| {
            intervention.action == Action::BlockPad(pad) && intervention.at <= self.now && self.now < intervention.until
        })
    }
}

/// The pad that the way of a drone leads to, interrupted or not, if it is near.
fn near_pad(drone: &Drone) -> Option<PadId> {
    let course = drone.course()?;
    let Destination::Pad(pad) = course.destination else { return None };
    (course.plan.length_m() - course.along_m < NEAR_PAD_M).then_some(pad)
}

/// Whether a drone is over where it lands; one that the wind has carried off is not.
fn is_about_to_land(drone: &Drone, flight: &Flight) -> bool {
    flight.stage == Stage::Landing && (flight.landing - drone.state.position).xy().norm() < OVER_PLACE_M
}

impl Drone {
    /// Whether the battery does not carry the rest of the flight and what follows with half the reserve.
    pub(super) fn is_low(&self, fleet: &Fleet) -> bool {
        let interrupted = self.trouble.as_ref().and_then(InTrouble::interrupted);
        let Activity::Flying(flight) = &self.activity else { return false };
        let needed_wh = interrupted.unwrap_or(flight).needed_wh();
        let least_wh = KEPT_OF_RESERVE * fleet.reserve_share * self.full_wh;
        needed_wh.is_some_and(|needed_wh| self.battery_wh < needed_wh + least_wh)
    }

    /// Whether it has nothing left to fly on and is not coming down where it is. Random traffic flies for ever.
    pub(super) fn has_nothing_left(&self) -> bool {
        let Activity::Flying(flight) = &self.activity else { return false };
        self.battery_wh <= 0.0 && flight.destination != Destination::Below
    }

    /// Whether it returns or diverts.
    fn has_left_its_course(&self) -> bool {
        self.trouble.as_ref().is_some_and(|state| !state.response.keeps_course())
    }

    pub(super) fn is_blind(&self) -> bool {
        match &self.error {
            Some(error) => error.outage().is_some_and(|lasted| lasted >= BLIND_AFTER),
            None => self.faults.is_failed(Fault::Navigation),
        }
    }
}
