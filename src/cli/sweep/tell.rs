//! What `skygrid sweep` says.

use std::collections::BTreeMap;

use crate::cli::args::Arguments;
use crate::cli::table::aligned;
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::study::{Cell, CellRows, Estimate, FailedRun, Level, Plan, Results, SweepFolder};

/// The figures of the table on the terminal, with the decimals that they are told with.
const HEADLINES: [(&str, Word, usize); 7] = [
    ("flight_hours", Word::new("flight h", "飞行小时"), 2),
    ("airborne_max", Word::new("most airborne", "最多在空"), 1),
    ("encounters", Word::new("conflicts", "冲突"), 1),
    ("losses_of_separation", Word::new("losses", "失去间隔"), 1),
    ("completed", Word::new("completed", "完成"), 1),
    ("waiting", Word::new("waiting", "等待"), 1),
    ("mean_wait_s", Word::new("mean wait s", "平均等待秒"), 1),
];

/// Most failed runs that are told one by one.
const MOST_FAILED: usize = 10;

/// That some runs need not be run again.
pub(super) fn already(already: usize, runs: usize, language: Language) {
    match language {
        Language::English => remark!("{already} of {runs} runs were there already"),
        Language::Chinese => remark!("{runs} 次运行中已有 {already} 次完成"),
    }
}

/// Every run of a plan, and whether it is done.
pub(super) fn plan(plan: &Plan, folder: &SweepFolder, arguments: &Arguments) {
    let finished = folder.finished(plan);
    let experiment = &plan.experiment;
    let keys: Vec<String> = experiment.factors.iter().map(|factor| factor.key.clone()).collect();
    let (runs, done) = (plan.runs.len(), finished.len());
    if arguments.json {
        let list = plan.runs.iter().map(|run| {
            let cell = &plan.cells[run.cell];
            let factors: serde_json::Map<String, serde_json::Value> =
                keys.iter().cloned().zip(cell.levels(experiment).into_iter().map(|level| serde_json::json!(level))).collect();
            let is_done = finished.contains_key(&run.key);
            serde_json::json!({ "cell": cell.number, "factors": factors, "seed": run.seed, "key": run.key, "done": is_done })
        });
        let list: Vec<serde_json::Value> = list.collect();
        say!(
            "{}",
            serde_json::json!({ "sweep": folder.path(), "cells": plan.cells.len(), "runs": list, "total": runs, "done": done })
        );
        return;
    }
    let language = arguments.language();
    let word = |word: Word| word.get(language).to_owned();
    let mut rows = vec![vec![word(Word::new("cell", "组"))]];
    rows[0].extend(short_names(&keys));
    rows[0].extend([word(Word::new("seed", "种子")), word(Word::new("done", "完成"))]);
    for run in &plan.runs {
        let cell = &plan.cells[run.cell];
        let mut row = vec![cell.number.to_string()];
        row.extend(cell.levels(experiment).iter().map(Level::to_string));
        let is_done = finished.contains_key(&run.key);
        row.extend([run.seed.to_string(), if is_done { word(Word::new("yes", "是")) } else { String::new() }]);
        rows.push(row);
    }
    for line in aligned(&rows, &(0..keys.len() + 2)) {
        say!("{line}");
    }
    let cells = plan.cells.len();
    match language {
        Language::English => say!("\n{runs} runs in {cells} cells, {done} done: {}", folder.path().display()),
        Language::Chinese => say!("\n共 {cells} 组 {runs} 次运行，已完成 {done} 次：{}", folder.path().display()),
    }
}

/// The last parts of keys where they are different, the whole keys otherwise.
fn short_names(keys: &[String]) -> Vec<String> {
    let last = |key: &String| key.rsplit('.').next().unwrap_or_default().to_owned();
    let name = |key: &String| {
        let short = last(key);
        if keys.iter().filter(|other| last(other) == short).count() == 1 { short } else { key.clone() }
    };
    keys.iter().map(name).collect()
}

/// The means of every cell, with their intervals.
pub(super) fn results(plan: &Plan, results: &Results, folder: &SweepFolder, arguments: &Arguments) {
    if arguments.json {
        return json(plan, results, folder);
    }
    let language = arguments.language();
    let mut header = vec![Word::new("cell", "组").get(language).to_owned()];
    header.extend(short_names(&results.factors));
    let numbers = 0..header.len() + 1 + HEADLINES.len();
    header.push(Word::new("runs", "运行").get(language).to_owned());
    header.extend(HEADLINES.iter().map(|(_, name, _)| name.get(language).to_owned()));
    let mut rows = vec![header];
    let of_cell = by_cell(results);
    for cell in &plan.cells {
        let runs = of_cell.get(&cell.number);
        let mut row = vec![cell.number.to_string()];
        row.extend(cell.levels(&plan.experiment).iter().map(Level::to_string));
        row.push(runs.map_or(0, CellRows::runs).to_string());
        let headlines = HEADLINES.iter();
        let mean = |name: &str| runs.and_then(|runs| runs.estimate(name));
        row.extend(headlines.map(|(name, _, decimals)| estimate(mean(name), *decimals)));
        rows.push(row);
    }
    for line in aligned(&rows, &numbers) {
        say!("{line}");
    }
    let (path, table) = (folder.path().display(), folder.results());
    let table = table.display();
    let told = Text::new(
        format!(
            "\nMeans over seeds ± half the width of their 95 % confidence interval (Student's t).\nresults  {table}"
        ),
        format!("\n各值为对种子的均值 ± 95% 置信区间半宽（Student t 分布）。\n结果  {table}"),
    );
    say!("{}", told.get(language));
    if plan.cells.len() > 1 {
        let compare = Text::new(
            format!("compare  skygrid compare {path} --by FACTOR=A,B"),
            format!("比较  skygrid compare {path} --by 因素=A,B"),
        );
        say!("{}", compare.get(language));
    }
}

/// The runs of each cell, by its number.
fn by_cell(results: &Results) -> BTreeMap<usize, CellRows<'_>> {
    results.by_cell().filter_map(|rows| Some((usize::try_from(rows.cell()).ok()?, rows))).collect()
}

/// A mean with its interval; a dash if no run has the figure.
fn estimate(estimate: Option<Estimate>, decimals: usize) -> String {
    match estimate {
        None => "–".to_owned(),
        Some(Estimate { mean, half_width: None, .. }) => format!("{mean:.decimals$}"),
        Some(Estimate { mean, half_width: Some(half_width), .. }) => {
            format!("{mean:.decimals$} ± {half_width:.decimals$}")
        }
    }
}

/// Every figure of every cell.
fn json(plan: &Plan, results: &Results, folder: &SweepFolder) {
    let names = results.figure_names();
    let cells = by_cell(results);
    let of_cell = |cell: &Cell| {
        let runs = cells.get(&cell.number);
        let figures: serde_json::Map<String, serde_json::Value> =
            names.iter().filter_map(|name| Some((name.clone(), serde_json::json!(runs?.estimate(name)?)))).collect();
        let levels = cell.levels(&plan.experiment).into_iter().map(|level| serde_json::json!(level));
        let factors: serde_json::Map<String, serde_json::Value> = results.factors.iter().cloned().zip(levels).collect();
        serde_json::json!({ "cell": cell.number, "factors": factors, "figures": figures })
    };
    let cells: Vec<serde_json::Value> = plan.cells.iter().map(of_cell).collect();
    say!(
        "{}",
        serde_json::json!({
            "sweep": folder.path(), "results": folder.results(),
            "runs": plan.runs.len(), "finished": finished(results), "cells": cells,
        })
    );
}

/// The runs that could not be finished.
pub(super) fn failed(failed: &[FailedRun], language: Language) {
    for run in failed.iter().take(MOST_FAILED) {
        let FailedRun { cell, seed, reason } = run;
        match language {
            Language::English => remark!("cell {cell}, seed {seed}: failed: {reason}"),
            Language::Chinese => remark!("第 {cell} 组，种子 {seed}：运行失败：{reason}"),
        }
    }
    if let Some(more) = failed.len().checked_sub(MOST_FAILED).filter(|more| *more > 0) {
        match language {
            Language::English => remark!("{more} more runs failed; sweep.json lists them"),
            Language::Chinese => remark!("另有 {more} 次运行失败，见 sweep.json"),
        }
    }
}

/// How many runs have ended with figures.
fn finished(results: &Results) -> usize {
    results.rows.iter().filter(|row| row.digest.is_some()).count()
}

/// That the sweep was stopped.
pub(super) fn stopped(results: &Results, runs: usize, language: Language) {
    let done = finished(results);
    match language {
        Language::English => remark!("interrupted: {done} of {runs} runs are done; the same command goes on"),
        Language::Chinese => remark!("已中断：{runs} 次运行完成 {done} 次；再次执行同一命令即可继续"),
    }
}
