//! The page of a run: from scenario, outcome and recording to `report.html`.

use std::sync::Arc;

use super::{Exit, Failure};
use crate::app::RunOutcome;
use crate::formats::write_aside;
use crate::report::{
    PlaceKind, ReportFleet, ReportLoss, ReportMission, ReportPlace, ReportRiver, ReportRoute, ReportTotals, RunReport,
    html,
};
use crate::scenario::ResolvedScenario;
use crate::sim::Counters;

/// Writes `report.html` into the folder of a run, if it has one.
pub fn write_report(scenario: &ResolvedScenario, outcome: &RunOutcome, seed: u64) -> Result<(), Failure> {
    let Some(folder) = &outcome.folder else { return Ok(()) };
    let page = html(&report_of(scenario, outcome, seed)).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    let path = folder.report();
    write_aside(&path, |file| std::io::Write::write_all(file, page.as_bytes()))
        .map_err(|error: std::io::Error| Failure::new(Exit::InputOutput, format!("{}: {error}", path.display())))
}

fn report_of<'a>(scenario: &'a ResolvedScenario, outcome: &'a RunOutcome, seed: u64) -> RunReport<'a> {
    let fleets = scenario.fleets.iter();
    let routes = scenario.routes.iter();
    let rivers = scenario.rivers.iter();
    RunReport {
        scenario: &scenario.name,
        title: &scenario.title,
        start: &scenario.clock.start,
        start_of_day_s: scenario.clock.start_of_day_s,
        planned: scenario.clock.duration,
        simulated: outcome.simulated,
        seed,
        minima: scenario.minima,
        prediction: &scenario.prediction,
        digest: &outcome.digest,
        terrain: &scenario.terrain,
        airspace: &scenario.airspace,
        fleets: fleets
            .map(|f| ReportFleet { id: &f.id, names: &f.names, kind: f.kind, drones: f.homes.len() })
            .collect(),
        missions: missions(scenario, &outcome.counters),
        routes: routes
            .map(|r| ReportRoute { name: &r.name, kind: r.kind, plan: Arc::clone(&r.plan), back: r.back.clone() })
            .collect(),
        places: places(scenario),
        rivers: rivers.map(|r| ReportRiver { name: &r.name, width_m: r.width_m, line: &r.line }).collect(),
        manned: scenario.manned.iter().map(|manned| &manned.name).collect(),
        totals: totals(&outcome.counters),
        open_losses: open_losses(&outcome.counters),
        recording: &outcome.recording,
    }
}

fn missions<'a>(scenario: &'a ResolvedScenario, counters: &Counters) -> Vec<ReportMission<'a>> {
    let missions = scenario.missions.iter().zip(&counters.missions);
    missions
        .map(|(mission, counted)| ReportMission {
            id: &mission.id,
            kind: mission.kind,
            route: mission.route(),
            requested: counted.requested,
            started: counted.started,
            completed: counted.completed,
            failed: counted.failed,
            total_time: counted.total_time_ms,
            longest_time: counted.longest_time_ms,
            total_wait: counted.total_wait_ms,
            energy_wh: counted.energy_wh,
        })
        .collect()
}

fn places(scenario: &ResolvedScenario) -> Vec<ReportPlace<'_>> {
    let place = |name, position, kind, schematic| ReportPlace { name, position, kind, schematic };
    let hubs = scenario.hubs.iter().map(|hub| place(&hub.name, hub.position, PlaceKind::Hub, false));
    let pads = scenario.pads.iter().map(|pad| place(&pad.name, pad.position, PlaceKind::Pad, false));
    let rallies = scenario.rallies.iter().map(|site| place(&site.name, site.position, PlaceKind::Rally, false));
    let landmarks = scenario.landmarks.iter();
    let landmarks = landmarks.map(|mark| place(&mark.name, mark.position, PlaceKind::Landmark, mark.schematic));
    hubs.chain(pads).chain(rallies).chain(landmarks).collect()
}

fn open_losses(counters: &Counters) -> Vec<ReportLoss> {
    let losses = counters.open_losses.iter();
    losses
        .map(|loss| ReportLoss {
            encounter: loss.encounter,
            lasted: loss.duration_ms,
            severity_permyriad: loss.severity_permyriad,
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "millimetres and centimetres of one run")]
fn totals(counters: &Counters) -> ReportTotals {
    let metres = |centimetres: i64| centimetres as f64 / 100.0;
    ReportTotals {
        flown: counters.flown_ms,
        flown_m: counters.flown_mm as f64 / 1000.0,
        airborne_max: counters.airborne_max,
        encounters: counters.encounters,
        losses_of_separation: counters.losses_of_separation,
        true_losses_of_separation: counters.true_losses_of_separation,
        worst_severity_permyriad: counters.worst_severity_permyriad,
        contingencies: counters.contingencies.values().sum(),
        stranded: counters.stranded,
        well_clear_losses: counters.well_clear_losses,
        highest_agl_m: counters.highest_agl_cm.map(metres),
        lowest_cruise_agl_m: counters.lowest_cruise_agl_cm.map(metres),
    }
}
