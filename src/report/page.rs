//! The page: what its template shows.

use askama::Template;

use super::contingencies::{self, Section};
use super::curves::{self, Curve};
use super::figures::{Figure, figures};
use super::input::RunReport;
use super::map::{Map, map};
use super::paint::Chip;
use super::profile::{self, Profile, profiles};
use super::reading::Reading;
use super::tables::{self, ConflictRow, MissionRow};
use crate::frame::SimTime;
use crate::message::Text;
use crate::record::RecordMode;

/// Everything on the page, as text.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/askama.toml")]
pub(super) struct Page {
    title: Text,
    scenario: String,
    date: String,
    from: String,
    to: String,
    seed: u64,
    horizontal_m: String,
    vertical_m: String,
    look_ahead_s: String,
    prediction: String,
    digest: String,
    program_version: String,
    ceiling_m: String,
    is_schematic: bool,
    terrain_source: String,
    notes: Vec<Text>,
    figures: Vec<Figure>,
    map: Option<Map>,
    traffic: Option<Curve>,
    orders: Option<Curve>,
    waiting: Option<Curve>,
    profiles: Vec<Profile>,
    profile_legend: Vec<Chip>,
    missions: Vec<MissionRow>,
    conflicts: Vec<ConflictRow>,
    conflicts_in_all: usize,
    trouble: Option<Section>,
}

impl Page {
    /// The page of a run.
    pub fn of(report: &RunReport<'_>, reading: &Reading) -> Self {
        let metadata = report.recording.metadata();
        Self {
            title: report.title.clone(),
            scenario: report.scenario.to_owned(),
            date: report.start.chars().take_while(|character| *character != 'T').collect(),
            from: report.time_of_day(SimTime::ZERO),
            to: report.time_of_day(report.simulated),
            seed: report.seed,
            horizontal_m: format!("{:.0}", report.minima.horizontal_m),
            vertical_m: format!("{:.0}", report.minima.vertical_m),
            look_ahead_s: format!("{:.0}", report.minima.look_ahead.seconds()),
            prediction: report.prediction.to_owned(),
            digest: report.digest.to_owned(),
            program_version: metadata.program_version.clone(),
            ceiling_m: format!("{:.0}", report.airspace.ceiling_agl_m()),
            is_schematic: report.terrain.schematic,
            terrain_source: report.terrain.source.clone(),
            notes: notes(report, reading),
            figures: figures(report),
            map: map(report, reading),
            traffic: curves::traffic(report, reading),
            orders: curves::orders(report, reading),
            waiting: curves::waiting(report, reading),
            profiles: profiles(report, reading),
            profile_legend: profile::legend(report),
            missions: tables::missions(report),
            conflicts: tables::conflicts(report, reading),
            conflicts_in_all: reading.encounters.len(),
            trouble: contingencies::section(report, &reading.troubles),
        }
    }
}

/// What a reader must know before believing the page.
fn notes(report: &RunReport<'_>, reading: &Reading) -> Vec<Text> {
    let mut notes = Vec::new();
    if report.simulated < report.planned {
        notes.push(Text::new(
            "The run ended before the scenario's time was over: the figures are those up to then.",
            "本次运行未到情景结束时间：数字只计到停止时刻。",
        ));
    }
    match report.recording.metadata().mode {
        RecordMode::Full => {}
        RecordMode::Events => notes.push(Text::new(
            "Only events were recorded: there are no tracks and no curves of the traffic.",
            "本次只记录了事件：没有航迹，也没有交通量曲线。",
        )),
        RecordMode::Off => notes.push(Text::new(
            "Nothing was recorded: there are only the figures and what was planned.",
            "本次未作记录：只有统计数字和计划内容。",
        )),
    }
    if reading.unread_blocks > 0 {
        let count = reading.unread_blocks;
        notes.push(Text::new(
            format!("{count} damaged blocks of the recording were left out of map, curves and tables."),
            format!("记录中有 {count} 个数据块损坏，地图、曲线和表格未包含它们。"),
        ));
    }
    notes
}
