//! `skygrid weather`: the weather of a run or a year at its hubs and pads, and whether one may fly in it.

mod run;
mod year;

use jiff::tz::Offset;

use super::args::{Arguments, Weather};
use super::check::resolved;
use super::{Exit, Failure, Outcome};
use crate::message::{Finding, Findings, Language, Text};
use crate::mission::{Mission, Task};
use crate::scenario::{Fleet, ResolvedScenario};
use crate::units::{HubId, PadId};
use crate::world::air::standard_temperature_c;
use crate::world::geo::{Place, Position, Rectangle, solar_offset};
use crate::world::weather::{Conditions, Hills, JudgedPlace, Limits, Profile, STATION_M, WindField, wind_from};

/// Places whose figures stand in the columns of a table; of the others machines read.
const MOST_COLUMNS: usize = 6;

pub fn weather(arguments: &Weather, common: &Arguments) -> Outcome {
    let language = common.language();
    let resolution = resolved(&arguments.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    warn(&resolution.findings, &arguments.scenario.scenario.display().to_string(), language);
    let scenario = resolution.scenario;
    match arguments.year {
        Some(number) => year::year(arguments, number, &scenario, common.json, language),
        None => run::run(arguments, &scenario, common.json, language),
    }
}

/// Tells what was found about the weather; the rest is for `check`.
fn warn(findings: &Findings, scenario: &str, language: Language) {
    let is_about_it = |finding: &&Finding| finding.site.key.starts_with("weather") || finding.site.file != scenario;
    for finding in findings.0.iter().filter(is_about_it) {
        eprintln!("{}", finding.render(language));
    }
}

/// A hub or a pad, and in what weather it is used.
struct Station {
    id: String,
    name: Text,
    position: Position,
    judged: JudgedPlace,
    /// The fleets that use it; where none does, all there are.
    fleets: Vec<String>,
    /// What all of these fleets may fly in.
    limits: Limits,
}

impl Station {
    fn fleets_text(&self, language: Language) -> String {
        self.fleets.join(if language == Language::Chinese { "、" } else { ", " })
    }

    fn name_for_fleets(&self, language: Language) -> String {
        let (name, fleets) = (self.name.get(language), self.fleets_text(language));
        match language {
            _ if fleets.is_empty() => name.to_owned(),
            Language::English => format!("{name} (for {fleets})"),
            Language::Chinese => format!("{name}（机队：{fleets}）"),
        }
    }
}

/// The hubs and pads of a scenario, hubs first.
fn stations(scenario: &ResolvedScenario) -> Vec<Station> {
    let hubs = scenario.hubs.iter().enumerate().map(|(index, hub)| {
        let hub_id = HubId::from_index(index);
        let fleets = scenario.fleets.iter().filter(move |fleet| fleet.hub == Some(hub_id));
        (&hub.id, &hub.name, hub.position, fleets.collect())
    });
    let pads = scenario
        .pads
        .iter()
        .enumerate()
        .map(|(index, pad)| (&pad.id, &pad.name, pad.position, fleets_to(scenario, PadId::from_index(index))));
    hubs.chain(pads).map(|(id, name, position, fleets)| station(scenario, (id, name, position), fleets)).collect()
}

/// The fleets that fly to a pad.
fn fleets_to(scenario: &ResolvedScenario, pad: PadId) -> Vec<&Fleet> {
    let flies_there = |mission: &&Mission| match &mission.task {
        Task::Deliver { route, .. } => scenario.route(*route).to == Some(pad),
        Task::Round { .. } | Task::Traffic(_) => false,
    };
    let mut fleets: Vec<usize> = scenario.missions.iter().filter(flies_there).map(|m| m.fleet.index()).collect();
    fleets.sort_unstable();
    fleets.dedup();
    fleets.into_iter().map(|index| &scenario.fleets[index]).collect()
}

fn station(scenario: &ResolvedScenario, (id, name, position): (&str, &Text, Position), fleets: Vec<&Fleet>) -> Station {
    let fleets = if fleets.is_empty() { scenario.fleets.iter().collect() } else { fleets };
    let limits = fleets.iter().map(|fleet| fleet.aircraft.limits).reduce(|all, one| all.and(&one));
    let place = position.xy();
    // Without weather it is drawn for the first hub.
    let measured_amsl_m = match (&scenario.weather, scenario.hubs.first()) {
        (Some(weather), _) => weather.station_amsl_m,
        (None, Some(hub)) => hub.position.z,
        (None, None) => position.z,
    };
    let warmer_c = standard_temperature_c(position.z) - standard_temperature_c(measured_amsl_m);
    Station {
        id: id.to_owned(),
        name: name.clone(),
        position,
        judged: JudgedPlace { place, geographic: scenario.projection.to_geographic(&place), warmer_c },
        fleets: fleets.iter().map(|fleet| fleet.id.clone()).collect(),
        limits: limits.unwrap_or(Limits::USUAL),
    }
}

/// What days and years of weather are counted in: those of the sun, however the start of the scenario is written.
fn days(scenario: &ResolvedScenario) -> Offset {
    solar_offset(scenario.projection.centre())
}

/// What times are written in.
fn offset(scenario: &ResolvedScenario) -> Offset {
    Offset::from_seconds(scenario.clock.utc_offset_s).unwrap_or(Offset::UTC)
}

/// The field of a scenario's wind; over fields and hills where it says nothing of weather.
fn field(scenario: &ResolvedScenario) -> WindField {
    let given = scenario.weather.as_ref().map(|weather| weather.field.clone());
    given.unwrap_or_else(|| {
        let area = Rectangle::around(scenario.airspace.outline().iter().copied());
        WindField::new(&Profile::POWER_B, area.map(|area| Hills::over(&scenario.terrain, &area)))
    })
}

/// The least and the greatest factor of hills 10 m above a place, of eight directions.
fn hill_factors(field: &WindField, place: &Place) -> [f64; 2] {
    let factors = (0..8).map(|octant| {
        let conditions = Conditions { wind_mps: wind_from(f64::from(octant) * 45.0, 5.0), ..Conditions::STILL };
        field.hill_factor(place, STATION_M, &conditions)
    });
    factors.fold([f64::INFINITY, 0.0], |[low, high], factor| [f64::min(low, factor), f64::max(high, factor)])
}

/// That a scenario has no hub and no pad to tell of.
fn nowhere(language: Language) -> Failure {
    let text = Text::new(
        "the scenario has no hub and no pad\n  expected: a place whose weather is told\n  cure: add a [[hub]]",
        "情景中没有起降场和配送点\n  应为：至少一处需要查询天气的地点\n  办法：请添加 [[hub]]",
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

/// How many columns a text takes on a screen: Chinese letters are two wide.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if u32::from(letter) < 0x1100 { 1 } else { 2 }).sum()
}

/// Lines of a table. The columns that hold texts are filled up to the right, the numbers to the left.
fn say_table(rows: &[Vec<String>], texts: &[usize]) {
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|text| width(text)).max();
    for row in rows {
        let fields = row.iter().enumerate().map(|(column, text)| {
            let room = " ".repeat(widest(column).unwrap_or(0).saturating_sub(width(text)));
            if texts.contains(&column) { format!("{text}{room}") } else { format!("{room}{text}") }
        });
        say!("{}", fields.collect::<Vec<_>>().join("  ").trim_end());
    }
}
