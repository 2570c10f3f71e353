//! The results of a sweep: a row per run, as a table and back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::error::StudyError;
use super::figures::{Figure, Figures, figures_of, is_zero_if_missing};
use super::level::Level;
use super::plan::Plan;
use super::run_result::RunResult;
use super::statistics::Estimate;
use crate::message::Text;
use crate::record::{Column, RunStatus, Table, Values};

/// Columns before the factors and after them; between the two stand the factors alone.
const BEFORE: &str = "cell";
const AFTER: [&str; 3] = ["seed", "digest", "status"];

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Number of its cell.
    pub cell: i64,
    /// The level of each factor; none where a table lacks it.
    pub levels: Vec<Option<Level>>,
    /// Its seed.
    pub seed: i64,
    /// BLAKE3 over all frames and events; none if the run failed.
    pub digest: Option<String>,
    /// What became of it.
    pub status: String,
    /// Its figures; none if the run failed.
    pub figures: Figures,
}

/// The runs of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The keys that are varied.
    pub factors: Vec<String>,
    /// The runs, cell by cell, each in the order of the seeds.
    pub rows: Vec<Row>,
}

/// The runs of one cell, at least one.
#[derive(Clone, Copy, Debug)]
pub struct CellRows<'a>(&'a [Row]);

impl CellRows<'_> {
    /// Number of the cell.
    pub const fn cell(&self) -> i64 {
        self.0[0].cell
    }

    /// How many runs there are, those that failed included.
    pub const fn runs(&self) -> usize {
        self.0.len()
    }

    /// The mean of a figure over them, with its interval; none if no run has it.
    pub fn estimate(&self, figure: &str) -> Option<Estimate> {
        let values = self.0.iter().filter_map(|row| row.figures.get(figure)).map(|figure| figure.number());
        Estimate::of(&values.collect::<Vec<f64>>())
    }
}

impl Results {
    /// The results of the runs of `plan` that are `finished`; a run for which `has_failed` stands without figures, one
    /// that is still to be run is left out.
    pub fn new(plan: &Plan, finished: &BTreeMap<String, RunResult>, has_failed: impl Fn(usize, u64) -> bool) -> Self {
        let experiment = &plan.experiment;
        let rows = plan.runs.iter().filter_map(|run| {
            let cell = &plan.cells[run.cell];
            let result = finished.get(&run.key);
            let status = match result {
                Some(result) => result.status,
                None if has_failed(cell.number, run.seed) => RunStatus::Failed,
                None => return None,
            };
            Some(Row {
                cell: i64::try_from(cell.number).unwrap_or(i64::MAX),
                levels: cell.levels(experiment).into_iter().map(Some).collect(),
                seed: i64::try_from(run.seed).unwrap_or(i64::MAX),
                digest: result.map(|result| result.digest.clone()),
                status: name_of(status),
                figures: result.map(|result| figures_of(&result.counters)).unwrap_or_default(),
            })
        });
        let mut results = Self {
            factors: experiment.factors.iter().map(|factor| factor.key.clone()).collect(),
            rows: rows.collect(),
        };
        results.fill_zeros();
        results
    }

    /// Adds what did not happen in a run but did in another.
    fn fill_zeros(&mut self) {
        let names: Vec<String> = self.figure_names().into_iter().filter(|name| is_zero_if_missing(name)).collect();
        for row in self.rows.iter_mut().filter(|row| row.digest.is_some()) {
            for name in &names {
                row.figures.entry(name.clone()).or_insert(Figure::Int(0));
            }
        }
    }

    /// The names of all figures, in order.
    pub fn figure_names(&self) -> BTreeSet<String> {
        self.rows.iter().flat_map(|row| row.figures.keys().cloned()).collect()
    }

    /// The rows of each cell, in the order of cells.
    pub fn by_cell(&self) -> impl Iterator<Item = CellRows<'_>> {
        self.rows.chunk_by(|a, b| a.cell == b.cell).map(CellRows)
    }

    /// The results as a table: `cell`, the factors, `seed`, `digest`, `status`, then the figures by name.
    pub fn table(&self) -> Table {
        let rows = &self.rows;
        let mut table = Table::new("results").int(BEFORE, rows.iter().map(|row| row.cell));
        for (index, factor) in self.factors.iter().enumerate() {
            table = table
                .with(factor, level_values(&rows.iter().map(|row| row.levels[index].as_ref()).collect::<Vec<_>>()));
        }
        table = table
            .int(AFTER[0], rows.iter().map(|row| row.seed))
            .text(AFTER[1], rows.iter().map(|row| row.digest.clone()))
            .text(AFTER[2], rows.iter().map(|row| row.status.clone()));
        for name in self.figure_names() {
            let values = figure_values(&rows.iter().map(|row| row.figures.get(&name).copied()).collect::<Vec<_>>());
            table = table.with(name, values);
        }
        table
    }

    /// Reads the results of a sweep out of its table.
    ///
    /// # Errors
    /// If the file cannot be read or is another table.
    pub fn read(path: &Path) -> Result<Self, StudyError> {
        let table = Table::read_parquet(path)?;
        Self::of(&table).ok_or_else(|| {
            let after = AFTER.join(", ");
            let texts = Box::new([
                Text::new("is not the table of a sweep", "不是批量运行的结果表"),
                Text::new(
                    format!("the columns {BEFORE}, the factors, {after}, then figures"),
                    format!("依次为 {BEFORE}、各因素、{after} 与各指标列"),
                ),
                Text::new(
                    "name the results.parquet that `skygrid sweep` wrote, or its folder",
                    "请指定 `skygrid sweep` 写出的 results.parquet 或其目录",
                ),
            ]);
            StudyError::NotComparable { path: path.to_path_buf(), texts }
        })
    }

    fn of(table: &Table) -> Option<Self> {
        let columns = &table.columns;
        let seed = columns.iter().position(|column| column.name == AFTER[0])?;
        let (cells, factors) = columns[..seed].split_first().filter(|(first, _)| first.name == BEFORE)?;
        let [seeds, digests, statuses, figures @ ..] = &columns[seed..] else { return None };
        let (Values::Int(cells), Values::Int(seeds)) = (&cells.values, &seeds.values) else { return None };
        let (Values::Text(digests), Values::Text(statuses)) = (&digests.values, &statuses.values) else { return None };
        let row = |index: usize| {
            Some(Row {
                cell: cells[index]?,
                levels: factors.iter().map(|factor| level_at(factor, index)).collect(),
                seed: seeds[index]?,
                digest: digests[index].clone(),
                status: statuses[index].clone()?,
                figures: figures.iter().filter_map(|column| figure_at(column, index)).collect(),
            })
        };
        let rows = (0..table.rows()).map(row).collect::<Option<Vec<Row>>>()?;
        Some(Self { factors: factors.iter().map(|factor| factor.name.clone()).collect(), rows })
    }
}

/// The row of a single run, from its summary; `None` if the summary lacks seed, digest or counters.
pub fn run_row(summary: &Value) -> Option<Row> {
    Some(Row {
        cell: 1,
        levels: Vec::new(),
        seed: summary.get("seed")?.as_i64()?,
        digest: Some(summary.get("digest")?.as_str()?.to_owned()),
        status: name_of(RunStatus::Done),
        figures: figures_of(summary.get("counters")?),
    })
}

/// The name of a status in files.
fn name_of(status: RunStatus) -> String {
    serde_json::to_value(status).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A column of the narrowest kind that holds every level: numbers stay numbers.
fn level_values(levels: &[Option<&Level>]) -> Values {
    let all = |is: fn(&Level) -> bool| levels.iter().flatten().all(|level| is(level));
    if all(|level| matches!(level, Level::Int(_))) {
        Values::Int(
            levels.iter().map(|level| if let Some(Level::Int(value)) = level { Some(*value) } else { None }).collect(),
        )
    } else if all(|level| level.number().is_some()) {
        Values::Real(levels.iter().map(|level| level.and_then(Level::number)).collect())
    } else if all(|level| matches!(level, Level::Bool(_))) {
        Values::Bool(
            levels.iter().map(|level| if let Some(Level::Bool(value)) = level { Some(*value) } else { None }).collect(),
        )
    } else {
        Values::Text(levels.iter().map(|level| level.map(Level::to_string)).collect())
    }
}

fn level_at(column: &Column, row: usize) -> Option<Level> {
    match &column.values {
        Values::Int(values) => values[row].map(Level::Int),
        Values::Real(values) => values[row].map(Level::Real),
        Values::Bool(values) => values[row].map(Level::Bool),
        Values::Text(values) => values[row].clone().map(Level::Text),
    }
}

/// Integers if every run has one, real numbers otherwise.
fn figure_values(figures: &[Option<Figure>]) -> Values {
    if figures.iter().flatten().all(|figure| matches!(figure, Figure::Int(_))) {
        let int = |figure: &Option<Figure>| if let Some(Figure::Int(value)) = figure { Some(*value) } else { None };
        Values::Int(figures.iter().map(int).collect())
    } else {
        Values::Real(figures.iter().map(|figure| figure.map(Figure::number)).collect())
    }
}

fn figure_at(column: &Column, row: usize) -> Option<(String, Figure)> {
    let figure = match &column.values {
        Values::Int(values) => values[row].map(Figure::Int),
        Values::Real(values) => values[row].map(Figure::Real),
        Values::Bool(_) | Values::Text(_) => None,
    };
    Some((column.name.clone(), figure?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_back_from_their_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.parquet");
        let row = |cell: i64, level: Level, name: &str, hours: f64| Row {
            cell,
            levels: vec![Some(level), Some(Level::Text(name.to_owned()))],
            seed: cell + 4,
            digest: Some("ab".to_owned()),
            status: "done".to_owned(),
            figures: [("hours".to_owned(), Figure::Real(hours)), ("losses".to_owned(), Figure::Int(cell))].into(),
        };
        let mut failed = row(3, Level::Real(2.5), "[1, 2]", 0.0);
        (failed.digest, failed.status, failed.figures) = (None, "failed".to_owned(), Figures::new());
        let results = Results {
            factors: vec!["count".to_owned(), "place".to_owned()],
            rows: vec![row(1, Level::Real(0.5), "凤凰山", 1.5), row(2, Level::Real(1.0), "x", 2.0), failed],
        };
        results.table().write_parquet(&path).unwrap();
        assert_eq!(Results::read(&path).unwrap(), results);
        Table::new("flights").int("flight", [1]).write_parquet(&path).unwrap();
        assert!(matches!(Results::read(&path), Err(StudyError::NotComparable { .. })));
    }

    #[test]
    fn a_kind_that_some_runs_lack_is_zero_there() {
        let row = |figures: Figures| Row {
            cell: 1,
            levels: Vec::new(),
            seed: 1,
            digest: Some(String::new()),
            status: String::new(),
            figures,
        };
        let low = "contingencies.low_battery";
        let mut results = Results {
            factors: Vec::new(),
            rows: vec![row([(low.to_owned(), Figure::Int(2))].into()), row([("x".to_owned(), Figure::Int(1))].into())],
        };
        results.fill_zeros();
        assert_eq!(results.rows[1].figures.get(low), Some(&Figure::Int(0)));
        assert_eq!(results.rows[0].figures.get("x"), None);
        let [cell] = results.by_cell().collect::<Vec<_>>()[..] else { panic!("{results:?}") };
        assert_eq!(cell.estimate(low).map(|one| (one.count, one.mean)), Some((2, 1.0)));
    }
}
