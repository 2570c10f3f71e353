//! `skygrid conflicts`: which flights would meet, where, when and how close, and what would keep them apart at least cost.

mod intents;

use std::sync::Arc;

use super::args::{Arguments, Conflicts};
use super::check::resolved_with;
use super::run::failure_of;
use super::table::aligned;
use super::verify::{opened, scenario_of};
use super::{Exit, Failure, Outcome};
use crate::app::{self, RunOptions};
use crate::formats::intents::write;
use crate::formats::table::{Column, Table, Values};
use crate::frame::{SimEvent, SortieId, TimedEvent};
use crate::message::Language;
use crate::mission::{Mission, Task};
use crate::record::{RecordMode, Recording};
use crate::scenario::{Override, ResolvedScenario};
use crate::sim::Algorithms;
use crate::traffic::route::FlightPlan;
use crate::units::SimTime;
use crate::world::geo::Place;
use crate::world::geo::beidou::{GridCell, Level};

/// Level of the grid in which places are named: cells of 62 m by 46 m.
const LEVEL: u8 = 6;

pub fn conflicts(arguments: &Conflicts, common: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = common.language();
    let (scenario, recording) = looked_at(arguments, algorithms, language)?;
    let list = List::of(&scenario, &recording, arguments.lost)?;
    if let Some(path) = &arguments.out {
        list.table().write_csv(path).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    }
    if let Some(path) = &arguments.intents {
        let intents =
            intents::intents(&scenario, &recording).map_err(|error| Failure::new(Exit::InputOutput, error))?;
        write(path, &intents).map_err(|error| {
            Failure::new(Exit::InputOutput, format!("{}: cannot be written: {error}", path.display()))
        })?;
    }
    if common.json {
        say!("{}", serde_json::json!({ "conflicts": list.rows.iter().map(Row::json).collect::<Vec<_>>() }));
    } else {
        list.say(language);
    }
    Ok(Exit::Done)
}

/// The run of a folder; or a scenario whose flights leave as they like, flown without leaving anything behind.
fn looked_at(
    arguments: &Conflicts,
    algorithms: &Algorithms,
    language: Language,
) -> Result<(Arc<ResolvedScenario>, Recording), Failure> {
    if arguments.what.is_dir() {
        let (_, manifest, recording) = opened(&arguments.what)?;
        return Ok((Arc::new(scenario_of(&manifest, &recording, language)?), recording));
    }
    let observed = Override { key: "algorithms.strategic".into(), value: "observed".into() };
    let changes: Vec<Override> = std::iter::once(observed).chain(arguments.set.iter().cloned()).collect();
    let resolution =
        resolved_with(&arguments.what, &changes)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let scenario = Arc::new(resolution.scenario);
    let options =
        RunOptions { until: arguments.until, record: RecordMode::Events, ..RunOptions::unrecorded(arguments.seed) };
    let outcome = app::run(&scenario, algorithms, options).map_err(|error| failure_of(&error))?;
    Ok((scenario, outcome.recording))
}

/// One pair of flights that would meet.
struct Row {
    filed: SimTime,
    own: String,
    other: String,
    mission: String,
    /// The cell of the grid and the place in degrees.
    cell: String,
    place_deg: [f64; 2],
    altitude_amsl_m: f64,
    window: [SimTime; 2],
    closest: SimTime,
    horizontal_m: f64,
    vertical_m: f64,
    is_loss: bool,
    cure: Option<Cure>,
    clock: [String; 3],
}

/// What would have kept the two apart.
struct Cure {
    delay_s: f64,
    /// Which way; `None` for the preferred one.
    way: Option<String>,
    cost_s: f64,
}

struct List {
    rows: Vec<Row>,
}

impl List {
    fn of(scenario: &ResolvedScenario, recording: &Recording, only_lost: bool) -> Result<Self, Failure> {
        let rows = recording.events().filter_map(|event| event.map(|event| row(scenario, &event)).transpose());
        let rows: Result<Vec<Row>, _> = rows.collect();
        let mut rows = rows.map_err(|error| Failure::new(Exit::InputOutput, error))?;
        rows.retain(|row| row.is_loss || !only_lost);
        Ok(Self { rows })
    }

    fn say(&self, language: Language) {
        let pick = |en: &'static str, zh: &'static str| match language {
            Language::English => en.to_owned(),
            Language::Chinese => zh.to_owned(),
        };
        if self.rows.is_empty() {
            say!("{}", pick("no flight would meet another", "没有相互冲突的飞行"));
            return;
        }
        let head = vec![
            pick("flight", "飞行"),
            pick("meets", "与之冲突"),
            pick("cell", "网格"),
            pick("from", "开始"),
            pick("to", "结束"),
            pick("closest", "最近时刻"),
            pick("apart m", "水平距离 米"),
            pick("and m", "垂直距离 米"),
            pick("cure", "代价最小的解法"),
            pick("cost s", "代价 秒"),
        ];
        let lines = self.rows.iter().map(|row| row.cells(language));
        let table: Vec<Vec<String>> = std::iter::once(head).chain(lines).collect();
        for line in aligned(&table, &(6..8)) {
            say!("{line}");
        }
        let lost = self.rows.iter().filter(|row| row.is_loss).count();
        say!("");
        match language {
            Language::English => {
                say!("{} pairs whose reserved volumes overlap, {lost} of them would lose separation", self.rows.len());
            }
            Language::Chinese => say!("共 {} 对飞行的预留空间重叠，其中 {lost} 对将失去间隔", self.rows.len()),
        }
    }

    fn table(&self) -> Table {
        let text = |of: fn(&Row) -> String| Values::Text(self.rows.iter().map(|row| Some(of(row))).collect());
        let real = |of: fn(&Row) -> Option<f64>| Values::Real(self.rows.iter().map(of).collect());
        let columns = [
            ("filed_s", real(|row| Some(row.filed.seconds()))),
            ("flight", text(|row| row.own.clone())),
            ("mission", text(|row| row.mission.clone())),
            ("other_flight", text(|row| row.other.clone())),
            ("cell", text(|row| row.cell.clone())),
            ("lat_deg", real(|row| Some(row.place_deg[0]))),
            ("lon_deg", real(|row| Some(row.place_deg[1]))),
            ("altitude_amsl_m", real(|row| Some(row.altitude_amsl_m))),
            ("overlap_from_s", real(|row| Some(row.window[0].seconds()))),
            ("overlap_to_s", real(|row| Some(row.window[1].seconds()))),
            ("closest_s", real(|row| Some(row.closest.seconds()))),
            ("horizontal_distance_m", real(|row| Some(row.horizontal_m))),
            ("vertical_distance_m", real(|row| Some(row.vertical_m))),
            ("loses_separation", Values::Bool(self.rows.iter().map(|row| Some(row.is_loss)).collect())),
            ("cure_delay_s", real(|row| row.cure.as_ref().map(|cure| cure.delay_s))),
            ("cure_way", text(|row| row.cure.as_ref().and_then(|cure| cure.way.clone()).unwrap_or_default())),
            ("cure_cost_s", real(|row| row.cure.as_ref().map(|cure| cure.cost_s))),
        ];
        let columns = columns.map(|(name, values)| Column { name: name.to_owned(), values });
        Table { name: "intent_conflicts".to_owned(), columns: columns.into() }
    }
}

/// The way of a mission that is not the preferred one, by what is different; its cost in seconds of delay.
fn other_way(mission: &Mission, way: u16) -> Option<(String, f64)> {
    let other = mission.other_ways.get(usize::from(way).checked_sub(1)?)?;
    let (out, back) = match &mission.task {
        Task::Deliver { out, back, .. } => (out, Some(back)),
        Task::Round { circuit, .. } => (circuit, None),
        Task::Wander(_) => return None,
    };
    let agl_m = |plan: &FlightPlan| plan.waypoints.first().map_or(0.0, |waypoint| waypoint.altitude.metres);
    let is_other = |own: &Arc<FlightPlan>, preferred: &Arc<FlightPlan>| !Arc::ptr_eq(own, preferred);
    let told_out = is_other(&other.out, out).then(|| format!("out {:.0} m agl", agl_m(&other.out)));
    let told_back = other.back.as_ref().zip(back).filter(|(own, preferred)| is_other(own, preferred));
    let told_back = told_back.map(|(own, _)| format!("back {:.0} m agl", agl_m(own)));
    Some(([told_out, told_back].into_iter().flatten().collect::<Vec<_>>().join(", "), other.extra_cost_s))
}

/// The row of an event; `None` of another event.
fn row(scenario: &ResolvedScenario, event: &TimedEvent) -> Option<Row> {
    let SimEvent::IntentConflict {
        own,
        mission,
        other,
        from_ms,
        to_ms,
        closest_ms,
        east_cm,
        north_cm,
        altitude_amsl_cm,
        horizontal_distance_cm,
        vertical_distance_cm,
        cure_way,
        cure_delay_ms,
    } = &event.event
    else {
        return None;
    };
    let metres = |centimetres: i32| f64::from(centimetres) / 100.0;
    let place = scenario.projection.to_geographic(&Place::new(metres(*east_cm), metres(*north_cm)));
    let name = |sortie: &SortieId| format!("{}#{}", scenario.drone_name(sortie.drone), sortie.ordinal + 1);
    let (horizontal_m, vertical_m) = (metres(*horizontal_distance_cm), metres(*vertical_distance_cm));
    let cell = Level::new(LEVEL).and_then(|level| GridCell::of(place, level));
    let mission = scenario.mission(*mission);
    let cure = cure_delay_ms.map(|delay| {
        let way = cure_way.and_then(|way| other_way(mission, way));
        let (way, extra_cost_s) = way.map_or((None, 0.0), |(way, cost_s)| (Some(way), cost_s));
        Cure { delay_s: delay.seconds(), way, cost_s: delay.seconds() + extra_cost_s }
    });
    Some(Row {
        filed: event.time,
        own: name(own),
        other: name(other),
        mission: mission.id.clone(),
        cell: cell.map_or_else(String::new, |cell| cell.to_string()),
        place_deg: [place.lat_deg, place.lon_deg],
        altitude_amsl_m: metres(*altitude_amsl_cm),
        window: [*from_ms, *to_ms],
        closest: *closest_ms,
        horizontal_m,
        vertical_m,
        is_loss: horizontal_m < scenario.minima.horizontal_m && vertical_m < scenario.minima.vertical_m,
        cure,
        clock: [*from_ms, *to_ms, *closest_ms].map(|time| scenario.clock.time_of_day(time)),
    })
}

impl Row {
    fn cells(&self, language: Language) -> Vec<String> {
        let [from, to, closest] = self.clock.clone();
        let loss = if self.is_loss { "!" } else { "" };
        let (cure, cost) = match &self.cure {
            None => (
                match language {
                    Language::English => "none within patience".to_owned(),
                    Language::Chinese => "容忍等待内无解".to_owned(),
                },
                String::new(),
            ),
            Some(cure) => (cure.text(language), format!("{:.0}", cure.cost_s)),
        };
        vec![
            self.own.clone(),
            self.other.clone(),
            self.cell.clone(),
            from,
            to,
            closest,
            format!("{loss}{:.0}", self.horizontal_m),
            format!("{:.0}", self.vertical_m),
            cure,
            cost,
        ]
    }

    fn json(&self) -> serde_json::Value {
        let cure = self.cure.as_ref();
        let cure =
            cure.map(|cure| serde_json::json!({ "delay_s": cure.delay_s, "way": cure.way, "cost_s": cure.cost_s }));
        serde_json::json!({
            "filed_s": self.filed.seconds(),
            "flight": self.own,
            "mission": self.mission,
            "other_flight": self.other,
            "cell": self.cell,
            "lat_deg": self.place_deg[0],
            "lon_deg": self.place_deg[1],
            "altitude_amsl_m": self.altitude_amsl_m,
            "overlap_s": self.window.map(SimTime::seconds),
            "closest_s": self.closest.seconds(),
            "horizontal_distance_m": self.horizontal_m,
            "vertical_distance_m": self.vertical_m,
            "loses_separation": self.is_loss,
            "cure": cure,
        })
    }
}

impl Cure {
    fn text(&self, language: Language) -> String {
        let delay_s = self.delay_s;
        let later = match language {
            _ if delay_s <= 0.0 => None,
            Language::English => Some(format!("leave {delay_s:.0} s later")),
            Language::Chinese => Some(format!("推迟 {delay_s:.0} 秒起飞")),
        };
        let way = self.way.as_ref().map(|way| match language {
            Language::English => format!("fly {way}"),
            Language::Chinese => {
                format!("改飞 {}", way.replace("out", "去程").replace("back", "回程").replace("m agl", "米真高"))
            }
        });
        [way, later].into_iter().flatten().collect::<Vec<_>>().join(match language {
            Language::English => ", ",
            Language::Chinese => "，",
        })
    }
}
