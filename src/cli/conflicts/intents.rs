//! The intents of a run as others read them: ASTM F3548-21, altitudes above the ellipsoid.

use crate::formats::intents::{IntentRecord, OutlineRecord, VolumeRecord, entity_id, number_of};
use crate::frame::{Reservation, Reservations, VolumeSample};
use crate::record::{RecordError, Recording};
use crate::scenario::ResolvedScenario;
use crate::world::geo::Place;

/// What was last reserved for each sortie of a run, in the order of sorties.
///
/// # Errors
/// If the recording cannot be read.
pub fn intents(scenario: &ResolvedScenario, recording: &Recording) -> Result<Vec<IntentRecord>, RecordError> {
    let mut reservations = Reservations::default();
    for event in recording.events() {
        let event = event?;
        reservations.observe(event.time, &event.event);
    }
    let record = |stands: &Reservation| {
        let sortie = stands.sortie;
        let name = format!("{}/{}#{}", scenario.name, scenario.drone_name(sortie.drone), sortie.ordinal + 1);
        let volumes = stands.volumes.iter().filter_map(|volume| volume_record(scenario, volume)).collect();
        let priority = number_of(scenario.mission(stands.mission).kind.priority());
        IntentRecord { id: entity_id(&name), state: stands.state, priority, volumes }
    };
    Ok(reservations.last().map(record).collect())
}

/// A volume in degrees and above the ellipsoid; `None` if it is none.
fn volume_record(scenario: &ResolvedScenario, volume: &VolumeSample) -> Option<VolumeRecord> {
    let metres = |centimetres: i32| f64::from(centimetres) / 100.0;
    let places: Vec<Place> =
        volume.corners_cm.iter().map(|[east, north]| Place::new(metres(*east), metres(*north))).collect();
    let undulation_m = scenario.terrain.undulation_m(places.first()?).unwrap_or(0.0);
    let [from, to] = volume.window_ms.map(|time| scenario.clock.timestamp(time));
    Some(VolumeRecord {
        outline: OutlineRecord::Polygon(places.iter().map(|place| scenario.projection.to_geographic(place)).collect()),
        ellipsoid_m: volume.amsl_cm.map(|height| metres(height) + undulation_m),
        window: [from, to],
    })
}
