//! One drone of a run.

use std::sync::Arc;

use super::air::full_battery_wh;
use crate::aircraft::Kinematics;
use crate::frame::FlightPhase;
use crate::mission::Order;
use crate::scenario::Fleet;
use crate::traffic::route::FlightPlan;
use crate::units::{DroneId, MissionId, PadId, SimTime, SortieId};
use crate::world::geo::{Position, Velocity};

/// A drone: where it is and what it does.
pub(super) struct Drone {
    pub id: DroneId,
    pub home: Position,
    pub state: Kinematics,
    pub battery_wh: f64,
    pub activity: Activity,
    /// Sorties begun so far.
    pub sorties: u32,
    /// The sortie in progress.
    pub sortie: Option<Sortie>,
}

/// What a drone does.
pub(super) enum Activity {
    /// Ready on its hub.
    Parked { since: SimTime },
    /// Being turned around on its hub.
    TurnAround { until: SimTime },
    /// In the air.
    Flying(Flight),
    /// On a destination pad.
    HandOver { until: SimTime },
}

/// A flight in progress.
pub(super) struct Flight {
    pub plan: Arc<FlightPlan>,
    pub stage: Stage,
    /// Distance flown along the plan, m; never decreases.
    pub along_m: f64,
    /// Index of the last path point passed.
    pub passed: usize,
    /// Index of the next path point to stop at: a hold or the end.
    pub stop: usize,
    /// What it flies to.
    pub destination: Destination,
    /// Where it lands there, on the ground; or where it hovers to let down its load.
    pub landing: Position,
    /// What `guide` commands and `advance` follows.
    pub command: Velocity,
    /// Until when it waits at its end, having found nowhere to go on to.
    pub waits_until: SimTime,
}

/// What a flight leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// A stand of a pad, to hand over.
    Pad(PadId),
    /// The drone's own stand.
    Home,
}

/// Part of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    TakeOff,
    Cruise,
    Hover { until: SimTime },
    Landing,
    Winch { until: SimTime },
}

/// A sortie in progress.
pub(super) struct Sortie {
    pub id: SortieId,
    pub mission: MissionId,
    pub order: Option<Order>,
    pub started: SimTime,
    pub payload_kg: f64,
    /// Promised pad and stand, until the drone has left it.
    pub stand: Option<(PadId, usize)>,
    pub distance_m: f64,
    pub energy_wh: f64,
}

impl Drone {
    pub fn parked(id: DroneId, fleet: &Fleet) -> Self {
        let home = fleet.homes[usize::from(id.ordinal)];
        Self {
            id,
            home,
            state: Kinematics::at_rest(home),
            battery_wh: full_battery_wh(fleet),
            activity: Activity::Parked { since: SimTime::ZERO },
            sorties: 0,
            sortie: None,
        }
    }

    /// Begins a sortie; the caller makes it fly.
    pub fn begin_sortie(
        &mut self,
        mission: MissionId,
        started: SimTime,
        order: Option<Order>,
        stand: Option<(PadId, usize)>,
    ) -> SortieId {
        let id = SortieId { drone: self.id, ordinal: self.sorties };
        self.sorties += 1;
        let payload_kg = order.map_or(0.0, |order| order.payload_kg);
        self.sortie = Some(Sortie { id, mission, order, started, payload_kg, stand, distance_m: 0.0, energy_wh: 0.0 });
        id
    }

    pub fn phase(&self) -> FlightPhase {
        match &self.activity {
            Activity::Parked { .. } => FlightPhase::Parked,
            Activity::TurnAround { .. } => FlightPhase::TurnAround,
            Activity::HandOver { .. } => FlightPhase::HandOver,
            Activity::Flying(flight) => match flight.stage {
                Stage::TakeOff => FlightPhase::TakeOff,
                Stage::Cruise => FlightPhase::Cruise,
                Stage::Hover { .. } => FlightPhase::Hover,
                Stage::Landing => FlightPhase::Landing,
                Stage::Winch { .. } => FlightPhase::Winch,
            },
        }
    }

    pub fn is_airborne(&self) -> bool {
        matches!(self.activity, Activity::Flying(_))
    }
}

impl Flight {
    /// A flight that begins with `stage` at the start of `plan` and ends on `landing`.
    pub fn new(plan: Arc<FlightPlan>, stage: Stage, destination: Destination, landing: Position) -> Self {
        let stop = next_stop(&plan, 0);
        Self {
            plan,
            stage,
            along_m: 0.0,
            passed: 0,
            stop,
            destination,
            landing,
            command: Velocity::zeros(),
            waits_until: SimTime::ZERO,
        }
    }

    /// Sets off again after standing at a hold.
    pub fn resume(&mut self) {
        self.along_m = self.plan.points[self.stop].along_m;
        self.passed = self.stop;
        self.stop = next_stop(&self.plan, self.stop);
    }

    /// Distance to the next stop, m.
    pub fn remaining_m(&self) -> f64 {
        self.plan.points[self.stop].along_m - self.along_m
    }

    pub fn stops_at_the_end(&self) -> bool {
        self.stop + 1 == self.plan.points.len()
    }
}

/// The first path point after `passed` where a drone holds, or the last.
fn next_stop(plan: &FlightPlan, passed: usize) -> usize {
    let last = plan.points.len() - 1;
    (passed + 1..last).find(|&index| plan.points[index].hold > SimTime::ZERO).unwrap_or(last)
}
