//! The intents of a run as others read them: ASTM F3548-21, altitudes above the ellipsoid.

use std::collections::BTreeMap;

use crate::formats::intents::{IntentRecord, OutlineRecord, VolumeRecord, entity_id, number_of};
use crate::frame::{IntentState, SimEvent, SortieId, VolumeSample};
use crate::record::{RecordError, Recording};
use crate::scenario::ResolvedScenario;
use crate::units::MissionId;
use crate::world::geo::Place;

/// What was last reserved for each sortie of a run, in the order of sorties.
///
/// # Errors
/// If the recording cannot be read.
pub fn intents(scenario: &ResolvedScenario, recording: &Recording) -> Result<Vec<IntentRecord>, RecordError> {
    let mut filed: BTreeMap<SortieId, (MissionId, IntentState, Vec<VolumeSample>)> = BTreeMap::new();
    for event in recording.events() {
        match event?.event {
            SimEvent::IntentFiled { sortie, mission, volumes, .. } => {
                filed.insert(sortie, (mission, IntentState::Accepted, volumes));
            }
            SimEvent::SortieStarted { sortie, .. } => {
                filed.entry(sortie).and_modify(|(_, state, _)| *state = IntentState::Activated);
            }
            SimEvent::IntentUpdated { sortie, volumes } => {
                filed.entry(sortie).and_modify(|(_, _, reserved)| *reserved = volumes);
            }
            SimEvent::IntentChanged { sortie, state, .. } => {
                filed.entry(sortie).and_modify(|(_, known, _)| *known = state);
            }
            SimEvent::IntentWithdrawn { sortie } => drop(filed.remove(&sortie)),
            _ => {}
        }
    }
    let record = |(sortie, (mission, state, volumes)): (SortieId, (MissionId, IntentState, Vec<VolumeSample>))| {
        let name = format!("{}/{}#{}", scenario.name, scenario.drone_name(sortie.drone), sortie.ordinal + 1);
        let volumes = volumes.iter().filter_map(|volume| volume_record(scenario, volume)).collect();
        let priority = number_of(scenario.mission(mission).kind.priority());
        IntentRecord { id: entity_id(&name), state, priority, volumes }
    };
    Ok(filed.into_iter().map(record).collect())
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
