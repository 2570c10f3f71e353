//! The contract between computing and looking: what a simulation says of one instant, and nothing else.
//!
//! A [`Frame`] is quantised once, when it is emitted; from then on everybody (digest, recording, viewer, report) works
//! on the same integers. Lengths are centimetres in the scenario's local frame (x east, y north, height above mean sea
//! level), speeds centimetres per second, energy in watt-hours or hundredths of a percent, times [`SimTime`].

mod event;
mod reservation;
mod sample;

pub use event::{ClosestSample, CommandSample, CureSample, MetFlight, SimEvent};
pub use reservation::{Reservation, Reservations};
pub use sample::{ConflictSample, DroneSample, FlightPhase, MannedSample, MotionSample, VolumeSample};

pub use crate::aircraft::Fault;
pub use crate::mission::MissionKind;
pub use crate::traffic::conflict::{AlertLevel, Basis, Hazard};
pub use crate::traffic::contingency::{Conformance, Contingency, Response, Trouble};
pub use crate::traffic::intent::IntentState;
pub use crate::units::{
    DroneId, EncounterId, HubId, MannedId, MissionId, OrderId, PadId, RallyId, RouteId, SimTime, SortieId,
};
pub use crate::world::weather::Quantity;

/// Everything one instant of a run shows. Drones are in the order of their ids, conflicts in that of their encounters,
/// events in the order in which they happened since the previous frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The instant.
    pub time: SimTime,
    /// Every drone of the run, parked ones included.
    pub drones: Vec<DroneSample>,
    /// The manned aircraft that are under way, in the air or on a runway, in the order of their ids.
    pub manned: Vec<MannedSample>,
    /// The pairs in conflict or in loss of separation at the last detection tick.
    pub conflicts: Vec<ConflictSample>,
    /// What happened after the previous frame, up to and including this instant.
    pub events: Vec<TimedEvent>,
}

/// An event and when it happened.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TimedEvent {
    /// When it happened, ms since the start of the run.
    #[serde(rename = "time_ms")]
    pub time: SimTime,
    /// What happened.
    #[serde(flatten)]
    pub event: SimEvent,
}

/// One drone over time: its samples in the order of time, as exports and the report want them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// Whose track it is.
    pub drone: DroneId,
    /// Instants and samples, in the order of time.
    pub points: Vec<(SimTime, DroneSample)>,
}
