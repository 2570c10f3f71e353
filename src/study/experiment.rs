//! The file of an experiment: what is varied, over which values and seeds.
//!
//! Read with every fault at once; what the varied scenarios are worth is found by [`super::Plan`].

mod parts;
mod reading;

use std::path::{Path, PathBuf};

use toml::Value;

use self::reading::Reading;
use super::level::Level;
use crate::message::{Findings, Text};
use crate::scenario::{Override, Source};

/// Most runs of one experiment: beyond it the file is more likely wrong than meant.
const MOST_RUNS: usize = 100_000;
/// Version of the file.
const FORMAT: i64 = 1;
/// Every key of the file.
const KEYS: [&str; 7] = ["format", "name", "scenario", "combine", "seeds", "fixed", "factor"];

/// How the levels of several factors are combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// Every level of each with every level of the others; the last factor changes fastest.
    #[default]
    Grid,
    /// The first of each together, then the second of each, and so on.
    Cases,
}

/// A key of the scenario that is varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The key, as `--set` takes it.
    pub key: String,
    /// Its values, as the scenario would write them.
    pub values: Vec<Value>,
}

/// An experiment as its file says.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Short name: letters, digits, `-` and `_`.
    pub name: String,
    /// The scenario that is varied, relative to the file as the file writes it.
    pub scenario: PathBuf,
    /// What is changed in every run.
    pub fixed: Vec<Override>,
    /// How levels are combined.
    pub combination: Combination,
    /// What is varied.
    pub factors: Vec<Factor>,
    /// The seeds, each of which every cell is run with.
    pub seeds: Vec<u64>,
    /// The file.
    source: Source,
}

impl Experiment {
    /// Reads an experiment; `changes` are made in every run, on top of what the file fixes.
    ///
    /// # Errors
    /// Every fault of the file; all are fatal.
    pub fn read(source: &Source, changes: &[Override]) -> Result<Self, Findings> {
        let table: toml::Table = toml::from_str(&source.text).map_err(|error| reading::syntax(source, &error))?;
        let mut reading = Reading::new(source);
        reading.known_keys("", &table, &KEYS);
        parts::format(&table, &mut reading);
        let name = parts::name(&table, &mut reading);
        let scenario = reading.text(&table, "scenario", "a path relative to this file", "相对于本文件的路径");
        let combination = parts::combination(&table, &mut reading);
        let seeds = parts::seeds(&table, &mut reading);
        let factors = parts::factors(&table, &mut reading);
        let fixed = parts::fixed(&table, changes, &factors, &mut reading);
        let experiment = Self {
            name: name.unwrap_or_default(),
            scenario: scenario.unwrap_or_default().into(),
            fixed,
            combination,
            factors,
            seeds,
            source: source.clone(),
        };
        if reading.is_clean() {
            experiment.check_size(&mut reading);
        }
        reading.finish().map(|()| experiment)
    }

    /// The file it was read from.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The file of the scenario, as this program can open it.
    pub fn scenario_path(&self) -> PathBuf {
        self.source.folder().join(&self.scenario)
    }

    /// Number of cells: combinations of levels that are run.
    pub fn cell_count(&self) -> usize {
        let counts = self.factors.iter().map(|factor| factor.values.len());
        match self.combination {
            Combination::Grid => counts.fold(1, usize::saturating_mul),
            Combination::Cases => counts.max().unwrap_or(1),
        }
    }

    /// Lengths and sizes that only the whole file tells.
    fn check_size(&self, reading: &mut Reading<'_>) {
        let longest = self.factors.iter().max_by_key(|factor| factor.values.len());
        if self.combination == Combination::Cases
            && let Some(longest) = longest
        {
            self.check_cases(longest, reading);
        }
        let (cells, seeds) = (self.cell_count(), self.seeds.len());
        let runs = cells.saturating_mul(seeds);
        if runs <= MOST_RUNS {
            return;
        }
        // What has the most values is what can be cut most; as cases all factors are cut together.
        let longest = self.factors.iter().enumerate().max_by_key(|(_, factor)| factor.values.len());
        let (key, most, site) = match longest {
            Some((index, factor)) if factor.values.len() >= seeds => {
                (factor.key.as_str(), factor.values.len(), format!("factor[{index}]"))
            }
            _ => ("seeds", seeds, "seeds".to_owned()),
        };
        let (fewer, told) = (MOST_RUNS / (runs / most).max(1), count(runs));
        let product = self.product();
        let cure = if fewer > 0 {
            Text::new(
                format!("give `{key}` at most {fewer} values, or split the experiment"),
                format!("请将 `{key}` 的取值减至 {fewer} 个以内，或拆分试验"),
            )
        } else {
            Text::new(
                format!("fix some of what is varied: fewer values of `{key}` alone are not enough"),
                format!("请固定部分因素：仅减少 `{key}` 的取值不够"),
            )
        };
        reading.fatal(
            &site,
            [
                Text::new(
                    format!("{} runs: {}; `{key}` has the most values, {most}", told.en, product.en),
                    format!("共 {} 次运行：{}；`{key}` 的取值最多，有 {most} 个", told.zh, product.zh),
                ),
                Text::new(format!("at most {MOST_RUNS} runs"), format!("至多 {MOST_RUNS} 次运行")),
                cure,
            ],
        );
    }

    /// How the number of runs comes about.
    fn product(&self) -> Text {
        let seeds = self.seeds.len();
        let sizes: Vec<String> = self.factors.iter().map(|factor| factor.values.len().to_string()).collect();
        match self.combination {
            Combination::Cases => {
                let cells = self.cell_count();
                Text::new(format!("{cells} cases × {seeds} seeds"), format!("{cells} 组 × {seeds} 个种子"))
            }
            Combination::Grid if sizes.is_empty() => Text::new(format!("{seeds} seeds"), format!("{seeds} 个种子")),
            Combination::Grid => {
                let sizes = sizes.join(" × ");
                Text::new(format!("{sizes} values × {seeds} seeds"), format!("{sizes} 个取值 × {seeds} 个种子"))
            }
        }
    }

    fn check_cases(&self, longest: &Factor, reading: &mut Reading<'_>) {
        for (index, factor) in self.factors.iter().enumerate() {
            let (has, most) = (factor.values.len(), longest.values.len());
            if has != most {
                reading.fatal(
                    &format!("factor[{index}]"),
                    [
                        Text::new(
                            format!("`{}` has {has} values, `{}` has {most}", factor.key, longest.key),
                            format!("`{}` 有 {has} 个取值，`{}` 有 {most} 个", factor.key, longest.key),
                        ),
                        Text::new(
                            "as many values for every factor, since they are combined as cases",
                            "以 cases 方式组合时，各因素取值个数相同",
                        ),
                        Text::new(
                            "add the missing values, or write combine = \"grid\"",
                            "请补全取值，或写 combine = \"grid\"",
                        ),
                    ],
                );
            }
        }
    }

    /// The experiment written out: ranges as lists, the scenario by its absolute path, so that it can be run from
    /// anywhere.
    pub fn effective(&self) -> String {
        let path = std::path::absolute(self.scenario_path()).unwrap_or_else(|_| self.scenario_path());
        let combine = if self.combination == Combination::Grid { "grid" } else { "cases" };
        let (name, path) = (quoted(&self.name), quoted(&path.display().to_string()));
        let head = format!(
            "format = {FORMAT}\nname = {name}\nscenario = {path}\ncombine = \"{combine}\"\nseeds = {:?}\n\n[fixed]\n",
            self.seeds
        );
        let fixed = self.fixed.iter().map(|change| format!("{} = {}\n", quoted(&change.key), as_toml(&change.value)));
        let factors = self.factors.iter().map(|factor| {
            let (key, values) = (quoted(&factor.key), Value::Array(factor.values.clone()));
            format!("\n[[factor]]\nkey = {key}\nvalues = {values}\n")
        });
        std::iter::once(head).chain(fixed).chain(factors).collect()
    }

    /// The folder its results go to if nobody says another.
    pub fn default_folder(&self) -> PathBuf {
        Path::new("sweeps").join(&self.name)
    }
}

/// A number of runs for people; of one that no machine counts to, that it is.
fn count(runs: usize) -> Text {
    match runs {
        usize::MAX => Text::new("more than 10^18", "超过 10^18"),
        runs => Text::new(runs.to_string(), runs.to_string()),
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The value of an override as TOML: what is no value of TOML is text.
fn as_toml(value: &str) -> String {
    let is_toml = toml::from_str::<toml::Table>(&format!("value = {value}")).is_ok();
    if is_toml { value.to_owned() } else { quoted(value) }
}
