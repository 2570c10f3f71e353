//! `skygrid conflicts`: which flights would meet, where, when and how close, and what would keep them apart at least cost.

mod intents;
mod row;

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
use crate::message::{Language, Text};
use crate::mission::Task;
use crate::record::{RecordMode, Recording};
use crate::scenario::model::UNFITTED;
use crate::scenario::{Override, ResolvedScenario};
use crate::sim::Algorithms;
use row::Row;

pub fn conflicts(arguments: &Conflicts, common: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = common.language();
    let (scenario, recording) = looked_at(arguments, algorithms, language)?;
    if scenario.strategic == UNFITTED {
        return Err(Failure::new(Exit::NotUnderstood, nothing_filed(arguments).get(language)));
    }
    if recording.metadata().mode == RecordMode::Off {
        return Err(Failure::new(Exit::NotUnderstood, nothing_recorded(arguments).get(language)));
    }
    if arguments.out.is_some() && arguments.out == arguments.intents {
        return Err(Failure::new(Exit::NotUnderstood, one_file().get(language)));
    }
    if scenario.missions.iter().any(|mission| matches!(mission.task, Task::Traffic(_))) {
        remark!("{}", unfiled_traffic().get(language));
    }
    let list = List::of(&scenario, &recording, arguments.lost)?;
    if let Some(path) = &arguments.out {
        list.table().write_csv(path).map_err(|error| Failure::new(Exit::InputOutput, error))?;
    }
    if let Some(path) = &arguments.intents {
        let intents =
            intents::intents(&scenario, &recording).map_err(|error| Failure::new(Exit::InputOutput, error))?;
        write(path, &intents).map_err(|error| Failure::unwritten(path, &error, "--intents", language))?;
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
        if !arguments.set.is_empty() || arguments.seed.is_some() || arguments.until.is_some() {
            return Err(Failure::settled("--set, --seed, --until", language));
        }
        let (_, manifest, recording) = opened(&arguments.what)?;
        return Ok((Arc::new(scenario_of(&manifest, &recording, language)?), recording));
    }
    let observed = Override { key: "algorithms.strategic".into(), value: "observed".into() };
    let changes: Vec<Override> = std::iter::once(observed).chain(arguments.set.iter().cloned()).collect();
    let resolution =
        resolved_with(&arguments.what, &changes)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let scenario = Arc::new(resolution.scenario);
    let seed = arguments.seed.unwrap_or(1);
    let options = RunOptions { until: arguments.until, record: RecordMode::Events, ..RunOptions::unrecorded(seed) };
    let outcome = app::run(&scenario, algorithms, options).map_err(|error| failure_of(&error))?;
    Ok((scenario, outcome.recording))
}

struct List {
    rows: Vec<Row>,
    /// How many pairs were left out because they would stay apart, and how many because that is not known.
    left_out: [usize; 2],
}

impl List {
    fn of(scenario: &ResolvedScenario, recording: &Recording, only_lost: bool) -> Result<Self, Failure> {
        let rows = recording.events().filter_map(|event| event.map(|event| Row::of(scenario, &event)).transpose());
        let rows: Result<Vec<Row>, _> = rows.collect();
        let mut rows = rows.map_err(|error| Failure::new(Exit::InputOutput, error))?;
        let mut left_out = [0, 0];
        if only_lost {
            let apart = rows.iter().filter(|row| !row.is_loss && row.closest.is_some()).count();
            let unknown = rows.iter().filter(|row| row.closest.is_none()).count();
            left_out = [apart, unknown];
            rows.retain(|row| row.is_loss);
        }
        Ok(Self { rows, left_out })
    }

    fn say(&self, language: Language) {
        let [apart, unknown] = self.left_out;
        if apart + unknown > 0 {
            let text = Text::new(
                format!("left out: {apart} pairs that stay apart, and {unknown} whose distance is not known"),
                format!("未列出：保持间隔的 {apart} 对，接近程度未知的 {unknown} 对"),
            );
            say!("{}", text.get(language));
        }
        if self.rows.is_empty() {
            let text = if apart + unknown > 0 {
                Text::new("no flight is known to lose separation", "没有已知将失去间隔的飞行")
            } else {
                Text::new("no flight would meet another", "没有相互冲突的飞行")
            };
            say!("{}", text.get(language));
            return;
        }
        let head = Row::HEAD.iter().map(|word| word.get(language).to_owned()).collect();
        let lines = self.rows.iter().map(|row| row.cells(language));
        let table: Vec<Vec<String>> = std::iter::once(head).chain(lines).collect();
        for line in aligned(&table, &(6..9)) {
            say!("{line}");
        }
        let (pairs, lost) = (self.rows.len(), self.rows.iter().filter(|row| row.is_loss).count());
        let sum = Text::new(
            format!("{pairs} pairs whose reserved volumes overlap, {lost} of them would lose separation"),
            format!("共 {pairs} 对飞行的预留空间重叠，其中 {lost} 对将失去间隔"),
        );
        say!("");
        say!("{}", sum.get(language));
    }

    fn table(&self) -> Table {
        let text = |of: fn(&Row) -> Option<String>| Values::Text(self.rows.iter().map(of).collect());
        let real = |of: fn(&Row) -> Option<f64>| Values::Real(self.rows.iter().map(of).collect());
        let whole = |of: fn(&Row) -> i64| Values::Int(self.rows.iter().map(|row| Some(of(row))).collect());
        let columns = [
            ("filed_s", real(|row| Some(row.filed.seconds()))),
            ("flight", text(|row| Some(row.own.clone()))),
            ("mission", text(|row| Some(row.mission.clone()))),
            ("other_flight", text(|row| row.other.clone())),
            ("other_intent", text(|row| row.other_intent.clone())),
            ("volume", whole(|row| row.volumes[0].into())),
            ("other_volume", whole(|row| row.volumes[1].into())),
            ("cell", text(|row| Some(row.cell.clone()))),
            ("lat_deg", real(|row| Some(row.place_deg[0]))),
            ("lon_deg", real(|row| Some(row.place_deg[1]))),
            ("altitude_amsl_m", real(|row| Some(row.altitude_amsl_m))),
            ("overlap_from_s", real(|row| Some(row.window[0].seconds()))),
            ("overlap_to_s", real(|row| Some(row.window[1].seconds()))),
            ("closest_s", real(|row| row.closest.map(|closest| closest.at.seconds()))),
            ("horizontal_distance_m", real(|row| row.closest.map(|closest| closest.horizontal_m))),
            ("vertical_distance_m", real(|row| row.closest.map(|closest| closest.vertical_m))),
            ("loses_separation", Values::Bool(self.rows.iter().map(|row| Some(row.is_loss)).collect())),
            ("cure_delay_s", real(|row| row.cure.as_ref().map(|cure| cure.delay_s))),
            ("cure_pad_wait_s", real(|row| row.cure.as_ref().map(|cure| cure.pad_wait_s))),
            ("cure_way", text(|row| row.cure.as_ref().map(|cure| cure.way(Language::English)))),
            ("cure_moves", text(|row| row.cure.as_ref().map(|cure| cure.moved.join(" ")))),
            ("cure_cost_s", real(|row| row.cure.as_ref().map(|cure| cure.cost_s))),
        ];
        let columns = columns.map(|(name, values)| Column { name: name.to_owned(), values });
        Table { name: "intent_conflicts".to_owned(), columns: columns.into() }
    }
}

/// What flies and files nothing.
fn unfiled_traffic() -> Text {
    Text::new("random traffic files nothing and was not looked at", "随机交通不提交飞行意图，未纳入检查")
}

fn nothing_recorded(arguments: &Conflicts) -> Text {
    let what = arguments.what.display();
    Text::new(
        format!(
            "{what}: no events were recorded\n  expected: a run with its events\n  cure: run it again with --record events or full"
        ),
        format!("{what}：未记录事件\n  应为：含事件记录的运行结果\n  办法：请以 --record events 或 full 重新运行"),
    )
}

fn one_file() -> Text {
    Text::new(
        "--out and --intents: one file for both\n  expected: two files\n  cure: name another file for one of them",
        "--out 与 --intents：指向同一文件\n  应为：两个文件\n  办法：请为其中之一另取文件名",
    )
}

/// Why a run has nothing to look at.
fn nothing_filed(arguments: &Conflicts) -> Text {
    let what = arguments.what.display();
    Text::new(
        format!(
            "{what}: nothing was filed, because algorithms.strategic is `{UNFITTED}`\n  expected: a scenario, or a run in which flights are filed\n  cure: skygrid conflicts SCENARIO.toml, or run it with --set algorithms.strategic=observed (all leave as they like) or least-cost"
        ),
        format!(
            "{what}：没有提交任何飞行意图，因为 algorithms.strategic 为 `{UNFITTED}`\n  应为：情景文件，或提交了飞行意图的运行结果\n  办法：使用 skygrid conflicts 情景.toml，或运行时加上 --set algorithms.strategic=observed（各自起飞）或 least-cost"
        ),
    )
}
