//! The runs of an experiment, with everything found about any of them before the first one starts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::cells::Cell;
use super::error::StudyError;
use super::experiment::Experiment;
use crate::app::Algorithms;
use crate::message::{Finding, Findings, Severity, Site, Text};
use crate::record::DIGEST_FORMAT;
use crate::scenario::{Resolution, ResolvedScenario, Source, resolve};

/// Most different findings that are told; thousands of cells may each have their own.
const MOST_FINDINGS: usize = 50;
/// Cells whose scenarios are kept from checking them to running them; memory for more is not worth the time saved.
const KEPT: usize = 16;

/// One run: a cell with a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRun {
    /// Index of its cell.
    pub cell: usize,
    /// Its seed.
    pub seed: u64,
    /// BLAKE3 of all that its result depends on, hexadecimal.
    pub key: String,
}

/// How cells are checked.
pub struct Checking<'a> {
    /// The algorithms that scenarios may name.
    pub algorithms: &'a Algorithms,
    /// How many cells are checked at once.
    pub jobs: usize,
    /// Whether cells may be run that cannot be flown.
    pub accept_findings: bool,
    /// Non-zero asks to stop.
    pub stop: &'a AtomicUsize,
    /// Told after each cell that was checked.
    pub checked: &'a (dyn Fn() + Sync),
}

/// A checked experiment: its cells, its runs, and what is worth knowing about them.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The experiment.
    pub experiment: Experiment,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Its runs, cell by cell, each in the order of the seeds.
    pub runs: Vec<PlannedRun>,
    /// Findings that do not stand in the way.
    pub findings: Findings,
    /// The scenario.
    base: Source,
    /// What each cell was when it was checked.
    fingerprints: Vec<String>,
    /// Scenarios of the first cells.
    kept: Vec<Option<Arc<ResolvedScenario>>>,
}

impl Plan {
    /// Checks every cell of `experiment` and lists its runs.
    ///
    /// # Errors
    /// Everything that is wrong with any cell; or a stop, or threads that the system refuses.
    pub fn new(experiment: Experiment, checking: &Checking<'_>) -> Result<Self, StudyError> {
        let base = base_of(&experiment)?;
        let cells = Cell::all(&experiment);
        let one = |cell: &Cell| {
            (checking.stop.load(Ordering::Relaxed) == 0).then(|| {
                let checked = check(&experiment, &base, cell, checking.algorithms);
                (checking.checked)();
                checked
            })
        };
        let threads = checking.jobs;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| StudyError::Threads { threads, reason: error.to_string() })?;
        let checked: Option<Vec<Checked>> = pool.install(|| cells.par_iter().map(one).collect());
        let checked = checked.ok_or(StudyError::Interrupted)?;
        let mut findings = told_together(&experiment, &base, &cells, &checked);
        findings.extend(same_cells(&experiment, &cells, &checked));
        let findings = Findings(findings);
        let gravest = findings.gravest();
        if gravest == Some(Severity::Fatal) || gravest == Some(Severity::Error) && !checking.accept_findings {
            return Err(StudyError::Findings(findings));
        }
        let kept = checked.iter().take(KEPT).map(|cell| cell.scenario.clone()).collect();
        let fingerprints: Vec<String> = checked.into_iter().filter_map(|cell| cell.fingerprint).collect();
        let runs = fingerprints.iter().enumerate().flat_map(|(cell, fingerprint)| {
            experiment.seeds.iter().map(move |&seed| PlannedRun { cell, seed, key: run_key(fingerprint, seed) })
        });
        let runs = runs.collect();
        Ok(Self { experiment, cells, runs, findings, base, fingerprints, kept })
    }

    /// The scenario of a cell, as it was checked.
    ///
    /// # Errors
    /// If it is no longer what was checked.
    pub fn scenario(&self, cell: usize) -> Result<Arc<ResolvedScenario>, StudyError> {
        if let Some(kept) = self.kept.get(cell).cloned().flatten() {
            return Ok(kept);
        }
        let resolution = resolve(self.base.clone(), &self.cells[cell].overrides(&self.experiment)).ok();
        let same = resolution.filter(|resolution| fingerprint(&resolution.scenario) == self.fingerprints[cell]);
        let changed = || StudyError::Changed { label: self.cells[cell].label(&self.experiment) };
        same.map(|resolution| Arc::new(resolution.scenario)).ok_or_else(changed)
    }
}

/// Reads the scenario that is varied.
fn base_of(experiment: &Experiment) -> Result<Source, StudyError> {
    let path = experiment.scenario_path();
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let (file, path) = (experiment.source(), path.display());
        let site = Site { file: file.name(), line: file.line_of_key("scenario"), key: "scenario".to_owned() };
        StudyError::Findings(Findings(vec![Finding {
            severity: Severity::Fatal,
            site,
            what: Text::new(format!("{path} cannot be read: {error}"), format!("无法读取 {path}：{error}")),
            expected: Text::new(
                "the path of a scenario file, relative to the experiment file",
                "情景文件的路径，相对于试验文件",
            ),
            cure: Text::new("correct the path", "请改正路径"),
        }]))
    })?;
    Ok(Source::new(path, text))
}

/// What came of checking a cell.
struct Checked {
    findings: Vec<Finding>,
    /// None if the cell cannot be run at all.
    fingerprint: Option<String>,
    /// The scenario of one of the first cells.
    scenario: Option<Arc<ResolvedScenario>>,
}

fn check(experiment: &Experiment, base: &Source, cell: &Cell, algorithms: &Algorithms) -> Checked {
    match resolve(base.clone(), &cell.overrides(experiment)) {
        Err(findings) => Checked { findings: findings.0, fingerprint: None, scenario: None },
        Ok(Resolution { scenario, findings }) => {
            let mut findings = findings.0;
            if let Err(unknown) = algorithms.check(&scenario) {
                let (kind, name, known) = (unknown.kind, &unknown.name, &unknown.known);
                let key = format!("algorithms.{kind}");
                findings.push(Finding {
                    severity: Severity::Fatal,
                    site: Site { file: base.name(), line: base.line_of_key(&key), key },
                    what: Text::new(
                        format!("there is no {kind} `{name}`"),
                        format!("没有名为 `{name}` 的算法（{kind}）"),
                    ),
                    expected: Text::new(format!("one of: {known}"), format!("下列之一：{known}")),
                    cure: Text::new(
                        "choose one of them, or register yours with Algorithms before the start",
                        "请选用其中之一，或在启动前用 Algorithms 注册",
                    ),
                });
            }
            let fingerprint = Some(fingerprint(&scenario));
            Checked { findings, fingerprint, scenario: (cell.number <= KEPT).then(|| Arc::new(scenario)) }
        }
    }
}

/// Every different finding once, with the cells that it is about and, if a key of the experiment is meant, its place
/// there.
fn told_together(experiment: &Experiment, base: &Source, cells: &[Cell], checked: &[Checked]) -> Vec<Finding> {
    let mut groups: BTreeMap<(Option<usize>, String), (Finding, Vec<usize>)> = BTreeMap::new();
    let sites = sites_of_changes(experiment, base);
    for (index, cell) in checked.iter().enumerate() {
        for finding in &cell.findings {
            let mut finding = finding.clone();
            if let Some(site) = site_of(&finding.site.key, &sites) {
                finding.site = site;
            }
            let order = (finding.site.line, finding.render(crate::message::Language::English));
            groups.entry(order).or_insert_with(|| (finding, Vec::new())).1.push(index);
        }
    }
    let count = groups.len();
    let mut told: Vec<(Finding, Vec<usize>)> = groups.into_values().collect();
    // The gravest first, so that what stops the sweep is never cut off.
    told.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.severity));
    told.truncate(MOST_FINDINGS);
    let mut told: Vec<Finding> = told
        .into_iter()
        .map(|(finding, at)| {
            let place = place_of(experiment, cells, &at);
            let what =
                Text::new(format!("{}: {}", place.en, finding.what.en), format!("{}：{}", place.zh, finding.what.zh));
            Finding { what, ..finding }
        })
        .collect();
    if let Some(last) = told.last_mut().filter(|_| count > MOST_FINDINGS) {
        let more = (count - MOST_FINDINGS).to_string();
        last.cure.en.extend(["\n(", &more, " more findings are not shown)"]);
        last.cure.zh.extend(["\n（另有 ", &more, " 项未显示）"]);
    }
    told
}

/// The cells that a finding is about, for people.
fn place_of(experiment: &Experiment, cells: &[Cell], at: &[usize]) -> Text {
    let first = cells[at[0]].label(experiment);
    match at.len() {
        count if count == cells.len() && count > 1 => Text::new("every cell", "全部各组"),
        1 => first,
        count => Text::new(format!("{count} cells, first {}", first.en), format!("{count} 组，首个为{}", first.zh)),
    }
}

/// Where the experiment sets each key, by the key as findings name it.
fn sites_of_changes(experiment: &Experiment, base: &Source) -> BTreeMap<String, Site> {
    let table = toml::from_str::<toml::Table>(&base.text).map_or(toml::Value::Boolean(false), toml::Value::Table);
    let file = experiment.source();
    let mut sites = BTreeMap::new();
    let mut add = |key: &str, at: String| {
        let site = Site { file: file.name(), line: file.line_of_key(&at), key: key.to_owned() };
        sites.insert(indexed(&table, key), site.clone());
        // Findings about the key itself name it as it was written.
        sites.insert(key.to_owned(), site);
    };
    experiment.fixed.iter().for_each(|change| add(&change.key, format!("fixed.{}", change.key)));
    let factors = experiment.factors.iter().enumerate();
    factors.for_each(|(index, factor)| add(&factor.key, format!("factor[{index}].key")));
    sites
}

/// The place in the experiment that sets a key, or a table that the key is in.
fn site_of(key: &str, sites: &BTreeMap<String, Site>) -> Option<Site> {
    let is_inside = |outer: &str| key.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']));
    let around = || {
        let (_, site) = sites.iter().filter(|(outer, _)| is_inside(outer)).max_by_key(|(outer, _)| outer.len())?;
        Some(Site { key: key.to_owned(), ..site.clone() })
    };
    sites.get(key).cloned().or_else(around)
}

/// A key with indices in place of the ids of entries, as findings name it: `delivery[1].orders_per_hour`.
fn indexed(table: &toml::Value, key: &str) -> String {
    let mut here = Some(table);
    let mut text = String::new();
    for name in key.split('.') {
        if let Some(toml::Value::Array(entries)) = here {
            let by_id = entries.iter().position(|entry| entry.get("id").and_then(toml::Value::as_str) == Some(name));
            let index = by_id.or_else(|| name.parse().ok()).unwrap_or(usize::MAX);
            text.extend(["[", &index.to_string(), "]"]);
            here = entries.get(index);
        } else {
            text.push_str(if text.is_empty() { "" } else { "." });
            text.push_str(name);
            here = here.and_then(|value| value.get(name));
        }
    }
    text
}

/// Cells that turn out to be the same scenario: a factor that changes nothing, or a key under two names.
fn same_cells(experiment: &Experiment, cells: &[Cell], checked: &[Checked]) -> Vec<Finding> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, cell) in checked.iter().enumerate() {
        let Some(fingerprint) = &cell.fingerprint else { continue };
        let Some(&other) = first.get(fingerprint.as_str()) else {
            first.insert(fingerprint, index);
            continue;
        };
        let (one, two) = (cells[other].label(experiment), cells[index].label(experiment));
        let file = experiment.source();
        // One pair tells it; the same factor makes all the others alike.
        return vec![Finding {
            severity: Severity::Fatal,
            site: Site { file: file.name(), line: file.line_of_key("factor[0]"), key: "factor".to_owned() },
            what: Text::new(
                format!("{} and {} are the same scenario", one.en, two.en),
                format!("{}与{}是同一情景", one.zh, two.zh),
            ),
            expected: Text::new("values that make a difference", "能产生差别的取值"),
            cure: Text::new(
                "look for a value written twice or a key set under two names, by id and by number",
                "请检查是否有重复的取值，或同一键以 id 和序号两种写法出现",
            ),
        }];
    }
    Vec::new()
}

/// BLAKE3 of a scenario, of the files it names and of the program: of what a run depends on besides its seed.
fn fingerprint(scenario: &ResolvedScenario) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add("skygrid cell 1");
    add(env!("CARGO_PKG_VERSION"));
    add(option_env!("SKYGRID_COMMIT").unwrap_or_default());
    add(&DIGEST_FORMAT.to_string());
    add(&scenario.effective);
    // The first input is the scenario itself, all of which is in its effective text; its comments do not matter.
    for input in scenario.inputs.iter().skip(1) {
        add(&input.path);
        add(&input.blake3);
    }
    hasher.finalize().to_hex().to_string()
}

fn run_key(fingerprint: &str, seed: u64) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(fingerprint.as_bytes());
    hasher.update(&seed.to_le_bytes());
    hasher.finalize().to_hex().to_string()
}
