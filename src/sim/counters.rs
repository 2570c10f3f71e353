//! What a run counts while it goes: the figures of the summary. Integers only, so that the summary is the same bytes
//! everywhere.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cost::EvasionFigures;
use super::judge::AlertFigures;
use crate::frame::{FlightPhase, Hazard, IntentState, SimEvent, Trouble};
use crate::mission::MissionKind;
use crate::scenario::ResolvedScenario;
use crate::traffic::conflict::Work;
use crate::traffic::intent::Conformance;
use crate::units::{EncounterId, MissionId, SimTime};

/// The figures of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Per mission, in the order of the scenario.
    pub missions: Vec<MissionCounters>,
    /// Time in the air, all drones together.
    pub flown_ms: SimTime,
    /// Path flown, all drones together, mm.
    pub flown_mm: u64,
    /// Most drones in the air at a detection tick.
    pub airborne_max: usize,
    /// Drones of random traffic that found no permitted flight and stayed on the ground.
    pub grounded: u32,
    /// Encounters opened: pairs with a predicted loss of separation.
    pub encounters: u32,
    /// Losses of separation, as far as the ground knows.
    pub losses_of_separation: u32,
    /// Losses of separation of true positions: the same where positions are perfect and nothing is lost on the way.
    pub true_losses_of_separation: u32,
    /// Greatest severity of a loss, hundredths of a percent.
    pub worst_severity_permyriad: u32,
    /// Losses of separation that had not ended at the last detection tick, in the order of their encounters.
    pub open_losses: Vec<OpenLoss>,
    /// Pairs of a sortie that was filed and another that it overlaps.
    pub intent_conflicts: u32,
    /// Times that a drone ceased to keep to its intent: it was outside for longer than conforms, or trouble took it off its course.
    pub nonconforming: u32,
    /// Sorties that were over less than 95 % of their time inside what was reserved, or left it more than 18 times an hour.
    pub ill_kept: u32,
    /// Contingencies by what went wrong.
    pub contingencies: BTreeMap<Trouble, u32>,
    /// Drones that came down away from hub and pad.
    pub stranded: u32,
    /// Times that a drone and a manned aircraft were no longer well clear.
    pub well_clear_losses: u32,
    /// Times that a drone that evaded others was where it may not be, by what kept it out.
    pub hazards_entered: BTreeMap<Hazard, u32>,
    /// Highest true height of an airborne drone at a frame, cm; none if nobody flew.
    pub highest_agl_cm: Option<i64>,
    /// Lowest true height of an airborne drone at a frame, cm; none if nobody flew.
    pub lowest_agl_cm: Option<i64>,
    /// Decisions to evade somebody, one a drone and detection tick.
    pub evasions: u32,
    /// How good alerts were.
    pub alerts: AlertFigures,
    /// What evading cost.
    pub evading: EvasionFigures,
    /// What the broad phase of detection did.
    pub detection: Work,
    /// Lowest true height of a cruising drone at a frame, cm; none if nobody cruised.
    pub lowest_cruise_agl_cm: Option<i64>,
}

/// A loss of separation that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OpenLoss {
    /// The episode.
    pub encounter: EncounterId,
    /// How long it has lasted.
    pub duration_ms: SimTime,
    /// Its severity so far, hundredths of a percent.
    pub severity_permyriad: u32,
}

/// The figures of one mission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissionCounters {
    /// Identity in the scenario file.
    pub mission: String,
    /// What it is for.
    pub kind: MissionKind,
    /// Orders placed or rounds due.
    pub requested: u32,
    /// Sorties started.
    pub started: u32,
    /// Orders handed over, or rounds flown to the end.
    pub completed: u32,
    /// Orders that came back or were lost, rounds that were broken off.
    pub failed: u32,
    /// Time in which the weather let nobody leave.
    pub grounded_ms: SimTime,
    /// Time from order to hand, or from leaving to being back, summed over the completed.
    pub total_time_ms: SimTime,
    /// The longest of those times.
    pub longest_time_ms: SimTime,
    /// Time between request and departure, summed over the started.
    pub total_wait_ms: SimTime,
    /// Energy of finished sorties, Wh.
    pub energy_wh: u64,
    /// Time on the hub for others, summed over the filed that left.
    pub strategic_delay_ms: SimTime,
    /// The longest of those times.
    pub longest_strategic_delay_ms: SimTime,
    /// Sorties that fly another way than the preferred one.
    pub other_ways: u32,
    /// Times that a sortie, or its way back, found no room.
    pub refused: u32,
    /// Times that a sortie gave way to one of higher priority.
    pub moved: u32,
}

impl Counters {
    /// All zero.
    pub fn new(scenario: &ResolvedScenario) -> Self {
        let missions = scenario.missions.iter().map(|mission| MissionCounters {
            mission: mission.id.clone(),
            kind: mission.kind,
            requested: 0,
            started: 0,
            completed: 0,
            failed: 0,
            grounded_ms: SimTime::ZERO,
            total_time_ms: SimTime::ZERO,
            longest_time_ms: SimTime::ZERO,
            total_wait_ms: SimTime::ZERO,
            energy_wh: 0,
            strategic_delay_ms: SimTime::ZERO,
            longest_strategic_delay_ms: SimTime::ZERO,
            other_ways: 0,
            refused: 0,
            moved: 0,
        });
        Self {
            missions: missions.collect(),
            flown_ms: SimTime::ZERO,
            flown_mm: 0,
            airborne_max: 0,
            grounded: 0,
            encounters: 0,
            losses_of_separation: 0,
            true_losses_of_separation: 0,
            worst_severity_permyriad: 0,
            open_losses: Vec::new(),
            intent_conflicts: 0,
            nonconforming: 0,
            ill_kept: 0,
            contingencies: BTreeMap::new(),
            stranded: 0,
            well_clear_losses: 0,
            hazards_entered: BTreeMap::new(),
            highest_agl_cm: None,
            lowest_agl_cm: None,
            lowest_cruise_agl_cm: None,
            evasions: 0,
            alerts: AlertFigures::default(),
            evading: EvasionFigures::default(),
            detection: Work::default(),
        }
    }

    /// Takes an event into account.
    pub(super) fn count(&mut self, event: &SimEvent) {
        match event {
            SimEvent::OrderPlaced { order, .. } => self.missions[order.mission.index()].requested += 1,
            SimEvent::RoundDue { mission, .. } | SimEvent::CalledOut { mission } => {
                self.missions[mission.index()].requested += 1;
            }
            SimEvent::SortieStarted { mission, waited_ms, .. } => {
                let mission = &mut self.missions[mission.index()];
                mission.started += 1;
                mission.total_wait_ms += *waited_ms;
            }
            SimEvent::IntentRefused { mission, .. } => self.missions[mission.index()].refused += 1,
            SimEvent::IntentMoved { mission, by: Some(_), .. } => self.missions[mission.index()].moved += 1,
            SimEvent::IntentChanged { before: IntentState::Activated, .. } => self.nonconforming += 1,
            SimEvent::IntentConflict { .. } => self.intent_conflicts += 1,
            SimEvent::Delivered { order, order_to_hand_ms, .. } => {
                self.missions[order.mission.index()].complete(*order_to_hand_ms);
            }
            SimEvent::SortieFinished { mission, duration_ms, energy_wh, aborted, .. } => {
                let mission = &mut self.missions[mission.index()];
                mission.energy_wh += u64::from(*energy_wh);
                match (mission.kind, aborted) {
                    // Orders are counted by themselves, and nobody asked for random traffic.
                    (MissionKind::CityDelivery | MissionKind::ScenicDelivery, _)
                    | (MissionKind::RandomTraffic, Some(_)) => {}
                    (_, None) => mission.complete(*duration_ms),
                    (_, Some(_)) => mission.failed += 1,
                }
            }
            SimEvent::EncounterOpened { .. } => self.encounters += 1,
            SimEvent::LossOfSeparation { .. } => self.losses_of_separation += 1,
            SimEvent::SeparationRegained { severity_permyriad, .. } => {
                self.worst_severity_permyriad = self.worst_severity_permyriad.max(*severity_permyriad);
            }
            SimEvent::OrderFailed { order, .. } => self.missions[order.mission.index()].failed += 1,
            SimEvent::DeparturesResumed { mission, lasted_ms } => {
                self.missions[mission.index()].grounded_ms += *lasted_ms;
            }
            SimEvent::ContingencyBegan { trouble, .. } => *self.contingencies.entry(*trouble).or_default() += 1,
            SimEvent::Stranded { .. } => self.stranded += 1,
            SimEvent::WellClearLost { .. } => self.well_clear_losses += 1,
            SimEvent::HazardEntered { hazard, .. } => *self.hazards_entered.entry(*hazard).or_default() += 1,
            SimEvent::IntentFiled { .. }
            | SimEvent::IntentMoved { .. }
            | SimEvent::IntentWithdrawn { .. }
            | SimEvent::IntentChanged { .. }
            | SimEvent::IntentUpdated { .. }
            | SimEvent::InterventionBegan { .. }
            | SimEvent::DeparturesGrounded { .. }
            | SimEvent::FaultBegan { .. }
            | SimEvent::FaultEnded { .. }
            | SimEvent::ContingencyDecided { .. }
            | SimEvent::ContingencyEnded { .. }
            | SimEvent::Fetched { .. }
            | SimEvent::WellClearRegained { .. }
            | SimEvent::InterventionEnded { .. }
            | SimEvent::TurnAroundFinished { .. }
            | SimEvent::EvasionBegan { .. }
            | SimEvent::EvasionEnded { .. }
            | SimEvent::HazardForetold { .. }
            | SimEvent::HazardOver { .. }
            | SimEvent::EncounterClosed { .. } => {}
        }
    }

    /// A sortie leaves by one of the ways of its mission, so long after it asked for room.
    pub(super) fn left(&mut self, mission: MissionId, way: u16, delay: SimTime) {
        self.missions[mission.index()].left(way, delay);
    }

    /// A sortie that was filed is over.
    pub(super) fn kept(&mut self, conformance: &Conformance) {
        self.ill_kept += u32::from(!conformance.is_kept());
    }

    pub(super) fn flown(&mut self, step: SimTime, moved_m: f64) {
        self.flown_ms += step;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive length")]
        let moved_mm = (moved_m * 1000.0).round() as u64;
        self.flown_mm += moved_mm;
    }

    pub(super) fn evasions(&mut self, evades: bool) {
        self.evasions += u32::from(evades);
    }

    pub(super) fn airborne(&mut self, count: usize) {
        self.airborne_max = self.airborne_max.max(count);
    }

    pub(super) fn height(&mut self, agl_m: f64, phase: FlightPhase) {
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates; heights are small")]
        let agl_cm = (agl_m * 100.0).round() as i64;
        let lower = |so_far: Option<i64>| Some(so_far.map_or(agl_cm, |so_far| so_far.min(agl_cm)));
        self.highest_agl_cm = self.highest_agl_cm.max(Some(agl_cm));
        self.lowest_agl_cm = lower(self.lowest_agl_cm);
        if phase == FlightPhase::Cruise {
            self.lowest_cruise_agl_cm = lower(self.lowest_cruise_agl_cm);
        }
    }
}

/// A mission is overloaded if at the end more than this share of its requests still waits for a drone: then the fleet
/// cannot keep up, because a queue that it does keep up with is short against all that it has served.
const OVERLOAD_SHARE: f64 = 0.1;
/// A few requests that wait are chance, not overload.
const OVERLOAD_LEAST: u32 = 5;

impl MissionCounters {
    /// Requests that no drone has left for.
    pub const fn waiting(&self) -> u32 {
        self.requested.saturating_sub(self.started)
    }

    /// Whether demand exceeds what the fleet can fly: at least 5 requests and more than a tenth of all still wait.
    pub fn is_overloaded(&self) -> bool {
        self.waiting() >= OVERLOAD_LEAST && f64::from(self.waiting()) > OVERLOAD_SHARE * f64::from(self.requested)
    }

    fn left(&mut self, way: u16, delay: SimTime) {
        self.strategic_delay_ms += delay;
        self.longest_strategic_delay_ms = self.longest_strategic_delay_ms.max(delay);
        self.other_ways += u32::from(way > 0);
    }

    fn complete(&mut self, time: SimTime) {
        self.completed += 1;
        self.total_time_ms += time;
        self.longest_time_ms = self.longest_time_ms.max(time);
    }
}
