//! Time, identities, altitudes with their datum, and the random streams: the words every other room is written in.

mod altitude;
mod id;
mod random;
mod time;

pub use altitude::{Altitude, Datum};
pub use id::{
    DroneId, EncounterId, FleetId, HubId, InterventionId, MannedId, MissionId, OrderId, PadId, RallyId, RouteId,
    SortieId, drone_name,
};
pub use random::{Ahead, Draws, Purpose, RandomStream, entity};
pub use time::SimTime;
