//! Two results side by side: runs with the same seed and the same other levels are pairs, and what differs between
//! them is what was changed.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::level::Level;
use super::results::{Results, Row};
use super::statistics::Estimate;
use crate::message::Text;
use crate::record::Table;

/// What makes two runs a pair: the levels of what both sides vary, and the seed.
type Pairing = (Vec<String>, i64);

/// One figure of both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The figure.
    pub figure: String,
    /// Mean of the first side.
    pub mean_a: f64,
    /// Mean of the second side.
    pub mean_b: f64,
    /// Second less first: a mean over seeds, because runs of one seed share their chance. Its count is that of seeds.
    pub difference: Estimate,
    /// The difference as a share of the first side's mean; none if that is zero.
    pub relative: Option<f64>,
    /// Pairs of runs that have the figure.
    pub pairs: usize,
    /// Those of them in which it differs.
    pub differing: usize,
}

/// A run without a counterpart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unpaired {
    /// `a` or `b`.
    pub side: &'static str,
    /// Its levels and its seed.
    pub run: String,
}

/// Two sides compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Name of the first side.
    pub a: String,
    /// Name of the second side.
    pub b: String,
    /// Pairs of runs.
    pub pairs: usize,
    /// Seeds among the pairs.
    pub seeds: usize,
    /// What both sides vary.
    pub paired_by: Vec<String>,
    /// Figures of both sides, by name.
    pub differences: Vec<Difference>,
    /// Runs without a counterpart.
    pub unpaired: Vec<Unpaired>,
    /// What else is to be known.
    pub notes: Vec<Text>,
}

/// Why two results cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NothingShared(pub Text);

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Its runs.
    pub results: &'a Results,
}

impl Comparison {
    /// Compares two sweeps, run by run with the same seed and the same levels of all they both vary.
    ///
    /// # Errors
    /// If no run of one has a counterpart in the other, or one has several.
    pub fn of_sweeps(a: Side<'_>, b: Side<'_>) -> Result<Self, NothingShared> {
        let shared: Vec<String> =
            a.results.factors.iter().filter(|factor| b.results.factors.contains(factor)).cloned().collect();
        let (rows_a, rows_b) = (by_pairing(a, &shared)?, by_pairing(b, &shared)?);
        let pairs: Vec<(&Row, &Row)> =
            rows_a.iter().filter_map(|(pairing, row)| Some((*row, *rows_b.get(pairing)?))).collect();
        if pairs.is_empty() {
            return Err(nothing_shared(a, b));
        }
        let seeds: BTreeSet<i64> = pairs.iter().map(|(row, _)| row.seed).collect();
        let missing = |name, side: Side<'_>, own: &BTreeMap<Pairing, &Row>, other: &BTreeMap<Pairing, &Row>| {
            let alone = own.iter().filter(|(pairing, _)| !other.contains_key(*pairing));
            alone.map(|(_, row)| Unpaired { side: name, run: label(side, &shared, row) }).collect::<Vec<_>>()
        };
        let unpaired = [missing("a", a, &rows_a, &rows_b), missing("b", b, &rows_b, &rows_a)].concat();
        Ok(Self {
            a: a.name.to_owned(),
            b: b.name.to_owned(),
            pairs: pairs.len(),
            seeds: seeds.len(),
            differences: differences(&pairs),
            unpaired,
            notes: notes(&pairs, seeds.len()),
            paired_by: shared,
        })
    }

    /// Compares two levels of a factor within one sweep.
    ///
    /// # Errors
    /// If there is no such factor or level, or as [`Self::of_sweeps`].
    pub fn of_levels(results: &Results, factor: &str, levels: [&str; 2]) -> Result<Self, NothingShared> {
        let index = factor_index(results, factor)?;
        let name = &results.factors[index];
        let [a, b] = levels.map(|level| with_level(results, index, level));
        for (side, level) in [(&a, levels[0]), (&b, levels[1])] {
            if side.rows.is_empty() {
                return Err(no_level(results, index, level));
            }
        }
        let [name_a, name_b] = levels.map(|level| format!("{name} = {level}"));
        let sides = [Side { name: &name_a, results: &a }, Side { name: &name_b, results: &b }];
        Self::of_sweeps(sides[0], sides[1]).or_else(|nothing| {
            // Of cases the other factors change along with this one: two cells, one on each side, are compared as they are.
            let is_cell = |side: &Results| side.rows.windows(2).all(|pair| pair[0].cell == pair[1].cell);
            if !is_cell(&a) || !is_cell(&b) {
                return Err(if has_pair_of_cells(&a, &b) { several_cases(name, levels) } else { nothing });
            }
            let (bare_a, bare_b) = (without_factors(&a), without_factors(&b));
            let sides = [Side { results: &bare_a, ..sides[0] }, Side { results: &bare_b, ..sides[1] }];
            let mut compared = Self::of_sweeps(sides[0], sides[1])?;
            compared.notes.extend(changed_along(&a, &b));
            Ok(compared)
        })
    }

    /// Sets two single runs side by side, whatever their seeds.
    pub fn of_runs(a: (&str, &Row), b: (&str, &Row)) -> Self {
        let (seed_a, seed_b) = (a.1.seed, b.1.seed);
        let mut notes = vec![Text::new(
            "one pair of runs carries no interval: chance alone may make such a difference; `skygrid sweep` runs more seeds",
            "单对运行没有置信区间：差异可能只是偶然；可用 `skygrid sweep` 以更多种子运行",
        )];
        if seed_a != seed_b {
            notes.push(Text::new(
                format!("the seeds differ ({seed_a} and {seed_b}): chance differs between the runs as well as what was changed"),
                format!("种子不同（{seed_a} 与 {seed_b}）：两次运行的随机性也不同"),
            ));
        }
        if a.1.digest == b.1.digest {
            notes.push(Text::new("both are the same run: their digests are equal", "两者为同一运行：摘要相同"));
        }
        Self {
            a: a.0.to_owned(),
            b: b.0.to_owned(),
            pairs: 1,
            seeds: 1,
            paired_by: Vec::new(),
            differences: differences(&[(a.1, b.1)]),
            unpaired: Vec::new(),
            notes,
        }
    }

    /// Leaves out the figures that are the same in every pair.
    #[must_use]
    pub fn without_equal(mut self) -> Self {
        self.differences.retain(|one| one.differing > 0);
        self
    }

    /// The figures as a table.
    pub fn table(&self) -> Table {
        let rows = &self.differences;
        Table::new("comparison")
            .text("figure", rows.iter().map(|row| row.figure.clone()))
            .real("mean_a", rows.iter().map(|row| row.mean_a))
            .real("mean_b", rows.iter().map(|row| row.mean_b))
            .real("difference", rows.iter().map(|row| row.difference.mean))
            .real("half_width_95", rows.iter().map(|row| row.difference.half_width))
            .real("relative", rows.iter().map(|row| row.relative))
            .int("pairs", rows.iter().map(|row| count(row.pairs)))
            .int("seeds", rows.iter().map(|row| count(row.difference.count)))
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The runs of a side by what pairs them.
fn by_pairing<'a>(side: Side<'a>, shared: &[String]) -> Result<BTreeMap<Pairing, &'a Row>, NothingShared> {
    let columns = columns_of(side, shared);
    let mut rows = BTreeMap::new();
    for row in &side.results.rows {
        let levels = columns.iter().map(|&index| key_of(row.levels[index].as_ref())).collect();
        if rows.insert((levels, row.seed), row).is_some() {
            return Err(ambiguous(side, shared));
        }
    }
    Ok(rows)
}

/// The columns of factors that a side has.
fn columns_of(side: Side<'_>, factors: &[String]) -> Vec<usize> {
    let column = |name: &String| side.results.factors.iter().position(|factor| factor == name);
    factors.iter().filter_map(column).collect()
}

/// What equal levels have in common.
fn key_of(level: Option<&Level>) -> String {
    level.map_or_else(String::new, Level::key)
}

fn text_of(level: Option<&Level>) -> String {
    level.map_or_else(String::new, Level::to_string)
}

/// A side that varies what the other does not has several counterparts for one run.
fn ambiguous(side: Side<'_>, shared: &[String]) -> NothingShared {
    let own: Vec<&str> =
        side.results.factors.iter().filter(|factor| !shared.contains(factor)).map(String::as_str).collect();
    let (name, own) = (side.name, own.join(", "));
    NothingShared(Text::new(
        format!(
            "{name}: varies {own}, which the other side does not, so that several of its runs have one counterpart\n  expected: two sweeps that vary the same keys\n  cure: compare two levels of one sweep with --by, or run the other with the same factors"
        ),
        format!(
            "{name}：变化了另一方没有的 {own}，因而多次运行对应同一对照\n  应为：变化相同键的两个试验\n  办法：用 --by 比较同一试验的两个水平，或以相同因素运行另一方"
        ),
    ))
}

fn nothing_shared(a: Side<'_>, b: Side<'_>) -> NothingShared {
    let has = |side: Side<'_>| {
        let seeds: BTreeSet<i64> = side.results.rows.iter().map(|row| row.seed).collect();
        let range = match (seeds.first(), seeds.last()) {
            (Some(first), Some(last)) => format!("{first}–{last}"),
            _ => "–".to_owned(),
        };
        (side.name.to_owned(), side.results.factors.join(", "), range)
    };
    let ((name_a, factors_a, seeds_a), (name_b, factors_b, seeds_b)) = (has(a), has(b));
    NothingShared(Text::new(
        format!(
            "{name_a} and {name_b} share no pair of runs: the first varies [{factors_a}] with seeds {seeds_a}, the second [{factors_b}] with seeds {seeds_b}\n  expected: runs with the same seeds and the same values of what both vary\n  cure: run both with the same seeds and values"
        ),
        format!(
            "{name_a} 与 {name_b} 没有可配对的运行：前者变化 [{factors_a}]、种子 {seeds_a}，后者变化 [{factors_b}]、种子 {seeds_b}\n  应为：种子及共同因素取值相同的运行\n  办法：以相同的种子和取值运行两者"
        ),
    ))
}

/// The factor of that name, or the only one whose key ends in it.
fn factor_index(results: &Results, factor: &str) -> Result<usize, NothingShared> {
    let ending = format!(".{factor}");
    let found = |is: &dyn Fn(&str) -> bool| {
        let mut all = results.factors.iter().enumerate().filter(|(_, name)| is(name));
        all.next().map(|(index, _)| index).filter(|_| all.next().is_none())
    };
    found(&|name| name == factor).or_else(|| found(&|name| name.ends_with(&ending))).ok_or_else(|| {
        let known = results.factors.join(", ");
        NothingShared(Text::new(
            format!("--by: `{factor}` is not varied here\n  expected: one of: {known}\n  cure: name one of them, with two of its levels"),
            format!("--by：此处未变化 `{factor}`\n  应为：下列之一：{known}\n  办法：请写其中之一及其两个水平"),
        ))
    })
}

/// The runs with one level of a factor, which is no longer among what they vary.
fn with_level(results: &Results, index: usize, level: &str) -> Results {
    let without = |row: &Row| {
        let mut row = row.clone();
        row.levels.remove(index);
        row
    };
    let meant = Level::Text(level.trim().to_owned());
    // As it is written, if it is written so anywhere; else as the number that it is.
    let is_written = |row: &&Row| text_of(row.levels[index].as_ref()) == meant.to_string();
    let is_equal = |row: &&Row| key_of(row.levels[index].as_ref()) == meant.key();
    let mut factors = results.factors.clone();
    factors.remove(index);
    let rows: Vec<Row> = results.rows.iter().filter(is_written).map(without).collect();
    let rows = if rows.is_empty() { results.rows.iter().filter(is_equal).map(without).collect() } else { rows };
    Results { factors, rows }
}

/// The runs, whatever their levels.
fn without_factors(results: &Results) -> Results {
    let rows = results.rows.iter().map(|row| Row { levels: Vec::new(), ..row.clone() });
    Results { factors: Vec::new(), rows: rows.collect() }
}

/// Whether both sides have runs with the same seed.
fn has_pair_of_cells(a: &Results, b: &Results) -> bool {
    let seeds = |side: &Results| side.rows.iter().map(|row| row.seed).collect::<BTreeSet<i64>>();
    !seeds(a).is_disjoint(&seeds(b))
}

/// What changes between two cells besides the factor that they are compared by.
fn changed_along(a: &Results, b: &Results) -> Option<Text> {
    let (first, second) = (a.rows.first()?, b.rows.first()?);
    let levels = a.factors.iter().zip(first.levels.iter().zip(&second.levels));
    let changed = levels.filter(|(_, (from, to))| key_of(from.as_ref()) != key_of(to.as_ref()));
    let list: Vec<String> = changed
        .map(|(factor, (from, to))| format!("{factor} {} → {}", text_of(from.as_ref()), text_of(to.as_ref())))
        .collect();
    (!list.is_empty()).then(|| {
        Text::new(
            format!("these change along with it: {}", list.join(", ")),
            format!("以下各项随之变化：{}", list.join("，")),
        )
    })
}

/// Levels of cases that several cells have, in none of which the other factors are alike.
fn several_cases(factor: &str, [a, b]: [&str; 2]) -> NothingShared {
    NothingShared(Text::new(
        format!(
            "--by: several cells have {factor} = {a} or {b}, and none of them has the other factors of another\n  expected: cells that differ in {factor} alone, or one cell with each level\n  cure: write combine = \"grid\" in the experiment, or compare by a factor that has each level once"
        ),
        format!(
            "--by：多组具有 {factor} = {a} 或 {b}，且其余因素两两不同\n  应为：仅 {factor} 不同的组，或每个水平只有一组\n  办法：在试验中写 combine = \"grid\"，或改用每个水平只出现一次的因素比较"
        ),
    ))
}

fn no_level(results: &Results, index: usize, level: &str) -> NothingShared {
    let factor = &results.factors[index];
    let mut levels: Vec<String> = Vec::new();
    for row in &results.rows {
        let text = text_of(row.levels[index].as_ref());
        if !levels.contains(&text) {
            levels.push(text);
        }
    }
    let known = levels.join(", ");
    NothingShared(Text::new(
        format!(
            "--by: no run has {factor} = {level}\n  expected: two of: {known}\n  cure: name two of them, as in --by {factor}=A,B"
        ),
        format!(
            "--by：没有 {factor} = {level} 的运行\n  应为：下列中的两个：{known}\n  办法：请写其中两个，如 --by {factor}=A,B"
        ),
    ))
}

/// What people call a run: its levels of what both sides vary, and its seed.
fn label(side: Side<'_>, shared: &[String], row: &Row) -> String {
    let levels = columns_of(side, shared).into_iter().zip(shared);
    let levels = levels.map(|(index, factor)| format!("{factor} = {}", text_of(row.levels[index].as_ref())));
    levels.chain([format!("seed {}", row.seed)]).collect::<Vec<_>>().join(", ")
}

fn notes(pairs: &[(&Row, &Row)], seeds: usize) -> Vec<Text> {
    let mut notes = Vec::new();
    let failed = pairs.iter().filter(|(a, b)| a.digest.is_none() || b.digest.is_none()).count();
    if failed > 0 {
        notes.push(Text::new(
            format!("pairs with a run that failed, which count for no figure: {failed}"),
            format!("含失败运行、不计入任何指标的对数：{failed}"),
        ));
    }
    let same = pairs.iter().filter(|(a, b)| a.digest.is_some() && a.digest == b.digest).count();
    if same > 0 {
        notes.push(Text::new(
            format!("{same} of {} pairs are the same run on both sides", pairs.len()),
            format!("{} 对中有 {same} 对两侧为同一运行", pairs.len()),
        ));
    }
    if seeds == 1 {
        notes.push(Text::new(
            "a single seed carries no interval: chance alone may make such differences",
            "单一种子没有置信区间：差异可能只是偶然",
        ));
    }
    notes
}

/// Every figure that both runs of a pair have.
fn differences(pairs: &[(&Row, &Row)]) -> Vec<Difference> {
    let names: BTreeSet<&String> = pairs.iter().flat_map(|(a, _)| a.figures.keys()).collect();
    names.into_iter().filter_map(|name| difference(name, pairs)).collect()
}

/// The mean of a figure is one over seeds of the mean over the pairs of a seed: pairs of one seed share their chance, so
/// that only seeds are independent of each other.
#[expect(clippy::cast_precision_loss, reason = "a count of runs")]
fn difference(name: &str, pairs: &[(&Row, &Row)]) -> Option<Difference> {
    let mut by_seed: BTreeMap<i64, (f64, f64, usize)> = BTreeMap::new();
    let mut differing = 0;
    for (a, b) in pairs {
        if let (Some(a_value), Some(b_value)) = (a.figures.get(name), b.figures.get(name)) {
            let (sum_a, sum_b, count) = by_seed.entry(a.seed).or_default();
            *sum_a += a_value.number();
            *sum_b += b_value.number();
            *count += 1;
            differing += usize::from(a_value != b_value);
        }
    }
    let mean = |of: fn(&(f64, f64, usize)) -> f64| -> Vec<f64> {
        by_seed.values().map(|sums| of(sums) / sums.2 as f64).collect()
    };
    let mean_a = Estimate::of(&mean(|sums| sums.0))?.mean;
    let mean_b = Estimate::of(&mean(|sums| sums.1))?.mean;
    let difference = Estimate::of(&mean(|sums| sums.1 - sums.0))?;
    let relative = (mean_a != 0.0).then(|| difference.mean / mean_a.abs());
    let pairs = by_seed.values().map(|sums| sums.2).sum();
    Some(Difference { figure: name.to_owned(), mean_a, mean_b, difference, relative, pairs, differing })
}
