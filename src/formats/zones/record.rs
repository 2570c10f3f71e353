//! A zone as its file gives it, in degrees and before any scenario.

use serde_json::value::RawValue;

use crate::message::Text;
use crate::units::Altitude;
use crate::world::airspace::{Authority, Geozone, Origin, Reason, Restriction, Schedule, Shape, Volume};
use crate::world::geo::{Geographic, LocalProjection};

/// A part of a zone.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeRecord {
    /// What it covers.
    pub shape: Shape,
    /// Where it begins.
    pub lower: Altitude,
    /// Where it ends; without one it has no end.
    pub upper: Option<Altitude>,
}

/// A zone of a file.
#[derive(Clone, Debug)]
pub struct ZoneRecord {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What it asks of a flight.
    pub restriction: Restriction,
    /// What it asks in words.
    pub conditions: String,
    /// Why it is there.
    pub reasons: Vec<Reason>,
    /// Who decides about it.
    pub authorities: Vec<Authority>,
    /// When it holds.
    pub schedule: Schedule,
    /// What it covers; at least one volume.
    pub volumes: Vec<VolumeRecord>,
    /// The feature as it was written.
    pub raw: Box<RawValue>,
}

impl ZoneRecord {
    /// The zone in the local frame of a scenario.
    pub fn placed(&self, projection: &LocalProjection) -> Geozone {
        let volumes = self.volumes.iter().map(|volume| Volume {
            footprint: volume.shape.placed(projection),
            lower: volume.lower,
            upper: volume.upper,
        });
        Geozone {
            id: self.id.clone(),
            name: self.name.clone(),
            restriction: self.restriction,
            conditions: self.conditions.clone(),
            reasons: self.reasons.clone(),
            origin: Origin::Published,
            authorities: self.authorities.clone(),
            schedule: self.schedule.clone(),
            middle: middle(&self.volumes),
            volumes: volumes.collect(),
            exempt: None,
        }
    }
}

/// The middle of the first of some volumes.
pub fn middle(volumes: &[VolumeRecord]) -> Geographic {
    volumes.first().map_or(Geographic::new(0.0, 0.0), |volume| volume.shape.middle())
}
