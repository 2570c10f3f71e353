//! The rows of the report's tables.

use super::input::{ReportMission, RunReport};
use super::paint::{class_of, name_of};
use super::reading::{Encounter, Reading};
use crate::frame::{DroneId, EncounterId};
use crate::message::Text;
use crate::units::drone_name as drone_named;

/// Most conflicts listed.
pub(super) const MOST_CONFLICTS: usize = 50;
/// What stands in a cell without a value.
pub(super) const NOTHING: &str = "–";

/// A row of the missions.
#[derive(Clone, Debug)]
pub(super) struct MissionRow {
    pub class: &'static str,
    pub id: String,
    pub kind: Text,
    /// Requested, started, completed, mean min, longest min, mean wait min, energy Wh.
    pub cells: [String; 7],
}

/// Every mission in the order of the scenario.
pub(super) fn missions(report: &RunReport<'_>) -> Vec<MissionRow> {
    report.missions.iter().map(mission_row).collect()
}

fn mission_row(mission: &ReportMission<'_>) -> MissionRow {
    let minutes = |minutes: Option<f64>| minutes.map_or_else(|| NOTHING.to_owned(), |minutes| format!("{minutes:.1}"));
    let some = |count: u32, value: f64| (count > 0).then_some(value);
    let wait_min = mission.total_wait.seconds() / 60.0 / f64::from(mission.started.max(1));
    MissionRow {
        class: class_of(mission.kind),
        id: mission.id.to_owned(),
        kind: name_of(mission.kind),
        cells: [
            mission.requested.to_string(),
            mission.started.to_string(),
            mission.completed.to_string(),
            minutes(mission.mean_min()),
            minutes(some(mission.completed, mission.longest_time.seconds() / 60.0)),
            minutes(some(mission.started, wait_min)),
            mission.energy_wh.to_string(),
        ],
    }
}

/// A row of the conflicts.
#[derive(Clone, Debug)]
pub(super) struct ConflictRow {
    pub number: u32,
    pub time: String,
    pub own: String,
    pub intruder: String,
    pub is_loss: bool,
    /// Least horizontal distance m; horizontal and vertical distance m when separation was lost; duration of the loss s;
    /// severity %.
    pub cells: [String; 5],
}

/// The first conflicts by severity, then time.
pub(super) fn conflicts(report: &RunReport<'_>, reading: &Reading) -> Vec<ConflictRow> {
    let mut encounters: Vec<(&EncounterId, &Encounter)> = reading.encounters.iter().collect();
    encounters.sort_by_key(|(id, encounter)| {
        (std::cmp::Reverse((encounter.severity_permyriad, encounter.lost.is_some())), encounter.opened, **id)
    });
    encounters.into_iter().take(MOST_CONFLICTS).map(|(id, encounter)| conflict_row(report, *id, encounter)).collect()
}

fn conflict_row(report: &RunReport<'_>, id: EncounterId, encounter: &Encounter) -> ConflictRow {
    let metres = |centimetres: Option<i32>| {
        centimetres.map_or_else(|| NOTHING.to_owned(), |centimetres| format!("{:.1}", f64::from(centimetres) / 100.0))
    };
    let lost_s = encounter.lost.map(|loss| loss.duration.seconds()).filter(|seconds| *seconds > 0.0);
    let severity = encounter.severity_permyriad.map(|share| format!("{:.0}", f64::from(share) / 100.0));
    ConflictRow {
        number: id.0,
        time: report.time_of_day(encounter.lost.map_or(encounter.opened, |loss| loss.time)),
        own: drone_name(report, encounter.pair.0),
        intruder: drone_name(report, encounter.pair.1),
        is_loss: encounter.lost.is_some(),
        cells: [
            metres(encounter.least_horizontal_cm),
            metres(encounter.lost.map(|loss| loss.horizontal_cm)),
            metres(encounter.lost.map(|loss| loss.vertical_cm)),
            lost_s.map_or_else(|| NOTHING.to_owned(), |seconds| format!("{seconds:.1}")),
            severity.unwrap_or_else(|| NOTHING.to_owned()),
        ],
    }
}

/// The name people call a drone by, counted from 1.
pub(super) fn drone_name(report: &RunReport<'_>, drone: DroneId) -> String {
    let (id, own) = report.fleets.get(drone.fleet.index()).map_or(("?", &[][..]), |fleet| (fleet.id, fleet.names));
    drone_named(id, own, drone.ordinal)
}
