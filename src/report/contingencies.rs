//! The section of what went wrong: contingencies by trouble and response, lost orders, grounded departures, losses of
//! well clear.

use std::collections::BTreeMap;

use super::input::{PlaceKind, RunReport};
use super::tables::{NOTHING, drone_name};
use super::troubles::{Episode, Failure, Grounding, MannedEncounter, Troubles};
use crate::frame::{MannedId, MissionId, RallyId, Response, SimTime, Trouble};
use crate::message::Text;
use crate::world::weather::Breach;

/// Most rows of a table.
pub(super) const MOST_ROWS: usize = 50;

/// The section.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// How often which trouble met which response.
    pub counts: Vec<CountRow>,
    pub contingencies: Rows<ContingencyRow>,
    pub groundings: Rows<GroundingRow>,
    pub failures: Rows<FailureRow>,
    pub encounters: Rows<EncounterRow>,
}

/// The first rows of a table, and of how many.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    pub rows: Vec<T>,
    pub in_all: usize,
}

impl<T> Rows<T> {
    fn of<S>(all: &[S], row: impl FnMut(&S) -> T) -> Self {
        Self { rows: all.iter().take(MOST_ROWS).map(row).collect(), in_all: all.len() }
    }
}

#[derive(Clone, Debug)]
pub(super) struct CountRow {
    pub trouble: Text,
    pub response: Text,
    pub count: u32,
}

#[derive(Clone, Debug)]
pub(super) struct ContingencyRow {
    pub time: String,
    pub drone: String,
    pub trouble: Text,
    pub response: Text,
    pub lasted_s: String,
    pub outcome: Text,
    pub is_stranded: bool,
}

#[derive(Clone, Debug)]
pub(super) struct GroundingRow {
    pub mission: String,
    pub from: String,
    pub to: Text,
    pub minutes: String,
    pub cause: Text,
}

#[derive(Clone, Debug)]
pub(super) struct FailureRow {
    pub time: String,
    pub order: String,
    pub drone: String,
    pub trouble: Text,
}

#[derive(Clone, Debug)]
pub(super) struct EncounterRow {
    pub time: String,
    pub drone: String,
    pub aircraft: Text,
    /// Horizontal and vertical distance when well clear was lost m, least horizontal m, duration s.
    pub cells: [String; 4],
}

/// The section of a run; `None` if nothing went wrong.
pub(super) fn section(report: &RunReport<'_>, troubles: &Troubles) -> Option<Section> {
    (!troubles.is_empty()).then(|| Section {
        counts: counts(&troubles.contingencies),
        contingencies: Rows::of(&troubles.contingencies, |episode| contingency_row(report, episode)),
        groundings: Rows::of(&troubles.groundings, |grounding| grounding_row(report, grounding)),
        failures: Rows::of(&troubles.failures, |failure| failure_row(report, failure)),
        encounters: Rows::of(&troubles.encounters, |encounter| encounter_row(report, encounter)),
    })
}

fn counts(episodes: &[Episode]) -> Vec<CountRow> {
    let mut counts: BTreeMap<(Trouble, Option<Response>), u32> = BTreeMap::new();
    for episode in episodes {
        *counts.entry((episode.trouble, episode.decided.map(|(response, _)| response))).or_default() += 1;
    }
    let row = |((trouble, response), count): ((Trouble, Option<Response>), u32)| CountRow {
        trouble: trouble.name().both(),
        response: response_text(response),
        count,
    };
    counts.into_iter().map(row).collect()
}

fn response_text(response: Option<Response>) -> Text {
    response.map_or_else(|| Text::new("not decided", "未决定"), |response| response.name().both())
}

fn contingency_row(report: &RunReport<'_>, episode: &Episode) -> ContingencyRow {
    let mut response = response_text(episode.decided.map(|(response, _)| response));
    if let Some(site) = episode.decided.and_then(|(_, rally)| rally_name(report, rally?)) {
        response = Text::new(format!("{} to {}", response.en, site.en), format!("{}至{}", response.zh, site.zh));
    }
    let outcome = match (episode.is_stranded, episode.lasted) {
        (true, _) => Text::new("down, to be fetched", "迫降待回收"),
        (false, Some(_)) => Text::new("over", "已解除"),
        (false, None) => Text::new("not over with the run", "运行结束时未解除"),
    };
    ContingencyRow {
        time: report.time_of_day(episode.began),
        drone: drone_name(report, episode.drone),
        trouble: episode.trouble.name().both(),
        response,
        lasted_s: seconds(episode.lasted),
        outcome,
        is_stranded: episode.is_stranded,
    }
}

fn rally_name<'a>(report: &RunReport<'a>, rally: RallyId) -> Option<&'a Text> {
    let mut sites = report.places.iter().filter(|place| place.kind == PlaceKind::Rally);
    sites.nth(rally.index()).map(|site| site.name)
}

/// By name and movement.
fn aircraft_name(report: &RunReport<'_>, aircraft: MannedId) -> Text {
    let name =
        report.manned.get(usize::from(aircraft.entry)).map_or_else(|| Text::new("?", "?"), |name| (*name).clone());
    let movement = u32::from(aircraft.movement) + 1;
    Text::new(format!("{} {movement}", name.en), format!("{} {movement}", name.zh))
}

fn seconds(time: Option<SimTime>) -> String {
    time.map_or_else(|| NOTHING.to_owned(), |time| format!("{:.1}", time.seconds()))
}

fn mission_name(report: &RunReport<'_>, mission: MissionId) -> String {
    report.missions.get(mission.index()).map_or("?", |mission| mission.id).to_owned()
}

fn grounding_row(report: &RunReport<'_>, grounding: &Grounding) -> GroundingRow {
    let (quantity, value, limit) = grounding.cause;
    let end = grounding.lasted.map(|lasted| report.time_of_day(grounding.from + lasted));
    let until = grounding.lasted.unwrap_or(report.simulated - grounding.from);
    GroundingRow {
        mission: mission_name(report, grounding.mission),
        from: report.time_of_day(grounding.from),
        to: end.map_or_else(|| Text::new("end of the run", "运行结束"), |end| Text::new(end.clone(), end)),
        minutes: format!("{:.1}", until.seconds() / 60.0),
        cause: Breach { quantity, value, limit }.text(),
    }
}

fn failure_row(report: &RunReport<'_>, failure: &Failure) -> FailureRow {
    FailureRow {
        time: report.time_of_day(failure.time),
        order: format!("{}-{}", mission_name(report, failure.order.mission), failure.order.ordinal + 1),
        drone: drone_name(report, failure.drone),
        trouble: failure.trouble.name().both(),
    }
}

fn encounter_row(report: &RunReport<'_>, encounter: &MannedEncounter) -> EncounterRow {
    let metres = |centimetres: i32| format!("{:.1}", f64::from(centimetres) / 100.0);
    let least = encounter.regained.map_or_else(|| NOTHING.to_owned(), |(_, least_cm)| metres(least_cm));
    EncounterRow {
        time: report.time_of_day(encounter.time),
        drone: drone_name(report, encounter.drone),
        aircraft: aircraft_name(report, encounter.aircraft),
        cells: [
            metres(encounter.horizontal_cm),
            metres(encounter.vertical_cm),
            least,
            seconds(encounter.regained.map(|(lasted, _)| lasted)),
        ],
    }
}
