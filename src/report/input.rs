//! What a report is made of: the facts of a run, handed over by whoever ran it.

use std::sync::Arc;

use crate::frame::{EncounterId, MissionKind, RouteId, SimTime};
use crate::message::Text;
use crate::record::Recording;
use crate::traffic::conflict::Minima;
use crate::traffic::route::FlightPlan;
use crate::world::airspace::Airspace;
use crate::world::geo::{Place, Position};
use crate::world::terrain::Terrain;

/// A run, ready to be reported. Nothing in it hangs on a path or on the wall clock, so neither does the page.
#[derive(Clone, Debug)]
pub struct RunReport<'a> {
    /// Short name of the scenario.
    pub scenario: &'a str,
    /// Title of the scenario.
    pub title: &'a Text,
    /// Civil time of the start with its UTC offset, RFC 3339.
    pub start: &'a str,
    /// Local time of day at the start, s after midnight.
    pub start_of_day_s: i64,
    /// Length the scenario asks for.
    pub planned: SimTime,
    /// Length simulated.
    pub simulated: SimTime,
    /// Master seed.
    pub seed: u64,
    /// Separation minima and look-ahead.
    pub minima: Minima,
    /// Name of the prediction method.
    pub prediction: &'a str,
    /// Digest of the run.
    pub digest: &'a str,
    /// The ground.
    pub terrain: &'a Terrain,
    /// Outline, ceiling, clearance and buildings.
    pub airspace: &'a Airspace,
    /// Fleets, by their ids.
    pub fleets: Vec<ReportFleet<'a>>,
    /// Missions, by their ids.
    pub missions: Vec<ReportMission<'a>>,
    /// Routes, by their ids.
    pub routes: Vec<ReportRoute<'a>>,
    /// Hubs, pads, rally sites and landmarks; rally sites in the order of their ids.
    pub places: Vec<ReportPlace<'a>>,
    /// Rivers.
    pub rivers: Vec<ReportRiver<'a>>,
    /// Names of manned traffic, in the order of the scenario.
    pub manned: Vec<&'a Text>,
    /// Figures over all missions.
    pub totals: ReportTotals,
    /// Losses of separation that had not ended with the run.
    pub open_losses: Vec<ReportLoss>,
    /// Frames and events, as far as they were recorded.
    pub recording: &'a Recording,
}

/// Drones of one type.
#[derive(Clone, Copy, Debug)]
pub struct ReportFleet<'a> {
    /// Identity in the scenario.
    pub id: &'a str,
    /// What its drones are called, where they have names of their own.
    pub names: &'a [String],
    /// What it flies for most; decides the colour.
    pub kind: MissionKind,
    /// Number of drones.
    pub drones: usize,
}

/// A mission and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct ReportMission<'a> {
    /// Identity in the scenario.
    pub id: &'a str,
    /// What it is for.
    pub kind: MissionKind,
    /// The route it flies, if it flies one.
    pub route: Option<RouteId>,
    /// Orders placed or rounds due.
    pub requested: u32,
    /// Sorties started.
    pub started: u32,
    /// Orders handed over, or rounds flown to the end.
    pub completed: u32,
    /// Orders that came back or were lost.
    pub failed: u32,
    /// Time from order to hand, or from leaving to being back, summed over the completed.
    pub total_time: SimTime,
    /// The longest of those times.
    pub longest_time: SimTime,
    /// Time between request and departure, summed over the started.
    pub total_wait: SimTime,
    /// Energy of finished sorties, Wh.
    pub energy_wh: u64,
}

/// A route.
#[derive(Clone, Debug)]
pub struct ReportRoute<'a> {
    /// Name.
    pub name: &'a Text,
    /// Decides the colour.
    pub kind: MissionKind,
    /// Outbound plan, or the whole circuit.
    pub plan: Arc<FlightPlan>,
    /// The way back; `None` for a circuit.
    pub back: Option<Arc<FlightPlan>>,
}

/// What a named place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// Where drones live.
    Hub,
    /// Where drones deliver.
    Pad,
    /// Where drones divert to.
    Rally,
    /// A place to find one's way by.
    Landmark,
}

/// A named place.
#[derive(Clone, Copy, Debug)]
pub struct ReportPlace<'a> {
    /// Name.
    pub name: &'a Text,
    /// Where, on the ground.
    pub position: Position,
    /// What it is.
    pub kind: PlaceKind,
    /// Whether the position is only roughly known (示意).
    pub schematic: bool,
}

/// A river.
#[derive(Clone, Copy, Debug)]
pub struct ReportRiver<'a> {
    /// Name.
    pub name: &'a Text,
    /// Width, m.
    pub width_m: f64,
    /// Centre line.
    pub line: &'a [Place],
}

/// A loss of separation that had not ended with the run.
#[derive(Clone, Copy, Debug)]
pub struct ReportLoss {
    /// The episode.
    pub encounter: EncounterId,
    /// How long it had lasted.
    pub lasted: SimTime,
    /// Its severity so far, hundredths of a percent.
    pub severity_permyriad: u32,
}

/// Figures over all missions.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportTotals {
    /// Time in the air, all drones together.
    pub flown: SimTime,
    /// Path flown, all drones together, m.
    pub flown_m: f64,
    /// Most drones in the air at once.
    pub airborne_max: usize,
    /// Encounters opened: pairs with a predicted loss of separation.
    pub encounters: u32,
    /// Losses of separation.
    pub losses_of_separation: u32,
    /// The same of true positions.
    pub true_losses_of_separation: u32,
    /// Greatest severity of a loss, hundredths of a percent.
    pub worst_severity_permyriad: u32,
    /// Drones in the air that were in trouble.
    pub contingencies: u32,
    /// Drones that came down away from hub and pad.
    pub stranded: u32,
    /// Times that a drone and a manned aircraft were not well clear of each other.
    pub well_clear_losses: u32,
    /// Highest true height of an airborne drone, m; `None` if none flew.
    pub highest_agl_m: Option<f64>,
    /// Lowest true height of a cruising drone, m; `None` if none cruised.
    pub lowest_cruise_agl_m: Option<f64>,
}

impl RunReport<'_> {
    /// Local time of day, `09:40:00`.
    pub(super) fn time_of_day(&self, time: SimTime) -> String {
        let seconds = (self.start_of_day_s + time.millis().div_euclid(1000)).rem_euclid(86_400);
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

impl ReportMission<'_> {
    /// Whether it carries orders.
    pub(super) const fn delivers(&self) -> bool {
        matches!(self.kind, MissionKind::CityDelivery | MissionKind::ScenicDelivery)
    }

    /// Mean time of the completed, min.
    pub(super) fn mean_min(&self) -> Option<f64> {
        (self.completed > 0).then(|| self.total_time.seconds() / 60.0 / f64::from(self.completed))
    }
}
