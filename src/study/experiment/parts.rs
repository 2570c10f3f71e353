//! The parts of the file of an experiment.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::reading::Reading;
use super::{Combination, FORMAT, Factor, MOST_RUNS};
use crate::message::Text;
use crate::scenario::Override;

/// Checks the version of the file.
pub(super) fn format(table: &Table, reading: &mut Reading<'_>) {
    let (en, zh) = ("format = 1, the version of this kind of file", "format = 1，即此类文件的版本");
    match table.get("format") {
        Some(Value::Integer(FORMAT)) => {}
        Some(other) => reading.wrong("format", other, en, zh),
        None => reading.missing("format", "format", en, zh),
    }
}

/// The name, which becomes that of a folder.
pub(super) fn name(table: &Table, reading: &mut Reading<'_>) -> Option<String> {
    let (en, zh) = ("a name of letters, digits, - and _", "由字母、数字、- 和 _ 组成的名称");
    let name = reading.text(table, "name", en, zh)?;
    if name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')) {
        return Some(name);
    }
    reading.wrong("name", &Value::from(name), en, zh);
    None
}

/// How levels are combined; `grid` if nothing is said.
pub(super) fn combination(table: &Table, reading: &mut Reading<'_>) -> Combination {
    match table.get("combine").map(|value| (value, value.as_str())) {
        None | Some((_, Some("grid"))) => return Combination::Grid,
        Some((_, Some("cases"))) => return Combination::Cases,
        Some((other, _)) => reading.wrong(
            "combine",
            other,
            "\"grid\" (every value with every other) or \"cases\" (the first of each, the second of each, …)",
            "\"grid\"（全组合）或 \"cases\"（依次一一对应）",
        ),
    }
    Combination::Grid
}

/// The seeds, as a list or as the first of them and their count.
pub(super) fn seeds(table: &Table, reading: &mut Reading<'_>) -> Vec<u64> {
    let (en, zh) = (
        "a list of different whole numbers from 0, such as [1, 2, 3], or { first = 1, count = 3 }",
        "互不相同的非负整数列表，如 [1, 2, 3]，或 { first = 1, count = 3 }",
    );
    match table.get("seeds") {
        None => reading.missing("seeds", "seeds", en, zh),
        Some(Value::Array(listed)) => {
            let seeds: Vec<u64> = listed.iter().filter_map(whole).collect();
            let different: BTreeSet<u64> = seeds.iter().copied().collect();
            if !seeds.is_empty() && seeds.len() == listed.len() && different.len() == seeds.len() {
                return seeds;
            }
            reading.wrong("seeds", &Value::Array(listed.clone()), en, zh);
        }
        Some(Value::Table(run)) => {
            reading.known_keys("seeds.", run, &["first", "count"]);
            let first = run.get("first").map_or(Some(1), whole);
            let count = run.get("count").and_then(whole).filter(|count| *count > 0);
            if let (Some(first), Some(count)) = (first, count) {
                if let Some(last) = i64::try_from(count).ok().and_then(|count| first.checked_add_signed(count - 1))
                    && i64::try_from(last).is_ok()
                    && count <= MOST_RUNS as u64
                {
                    return (first..=last).collect();
                }
                let what = format!("{count} seeds from {first} on");
                let most = format!("at most {MOST_RUNS} seeds, none above {}", i64::MAX);
                reading.fatal(
                    "seeds",
                    [
                        Text::new(what, format!("自 {first} 起 {count} 个种子")),
                        Text::new(most, format!("至多 {MOST_RUNS} 个种子，且不大于 {}", i64::MAX)),
                        Text::new("lower `seeds`", "请减小 `seeds`"),
                    ],
                );
            } else {
                reading.wrong("seeds", &Value::Table(run.clone()), en, zh);
            }
        }
        Some(other) => reading.wrong("seeds", other, en, zh),
    }
    Vec::new()
}

fn whole(value: &Value) -> Option<u64> {
    value.as_integer().and_then(|number| u64::try_from(number).ok())
}

/// What is varied.
pub(super) fn factors(table: &Table, reading: &mut Reading<'_>) -> Vec<Factor> {
    let entries = match table.get("factor") {
        None => return Vec::new(),
        Some(Value::Array(entries)) if entries.iter().all(Value::is_table) => entries,
        Some(other) => {
            reading.wrong(
                "factor",
                other,
                "tables [[factor]], one for each key that is varied",
                "每个变化的键一个 [[factor]] 表",
            );
            return Vec::new();
        }
    };
    let mut factors: Vec<Factor> = Vec::new();
    for (index, entry) in entries.iter().filter_map(Value::as_table).enumerate() {
        let at = format!("factor[{index}]");
        reading.known_keys(&format!("{at}."), entry, &["key", "values", "from", "to", "steps"]);
        let key = match entry.get("key") {
            Some(Value::String(key)) if !key.trim().is_empty() => key.trim().to_owned(),
            Some(other) => {
                reading.wrong(&format!("{at}.key"), other, KEY.0, KEY.1);
                continue;
            }
            None => {
                reading.missing(&at, "key", KEY.0, KEY.1);
                continue;
            }
        };
        if factors.iter().any(|other| other.key == key) {
            twice(&format!("{at}.key"), &key, reading);
        } else if let Some(values) = values(&at, entry, reading) {
            factors.push(Factor { key, values });
        }
    }
    factors
}

const KEY: (&str, &str) = (
    "a key of the scenario as --set takes it, such as delivery.summit-orders.orders_per_hour",
    "与 --set 写法相同的情景键，如 delivery.summit-orders.orders_per_hour",
);

fn twice(at: &str, key: &str, reading: &mut Reading<'_>) {
    reading.fatal(
        at,
        [
            Text::new(format!("`{key}` is set twice"), format!("`{key}` 重复设置")),
            Text::new("each key once, as a factor or as fixed", "每个键只出现一次，或为因素，或为固定值"),
            Text::new("remove one of the two", "请删除其中之一"),
        ],
    );
}

/// The values of a factor, listed or as a range.
fn values(at: &str, entry: &Table, reading: &mut Reading<'_>) -> Option<Vec<Value>> {
    let is_range = ["from", "to", "steps"].iter().any(|key| entry.contains_key(*key));
    let (en, zh) = (
        "a list of different values, such as values = [14, 28], or from, to and steps",
        "互不相同的取值列表，如 values = [14, 28]，或 from、to 与 steps",
    );
    match entry.get("values") {
        Some(listed) if is_range => {
            reading.wrong(
                &format!("{at}.values"),
                listed,
                "either values, or from, to and steps",
                "values 与 from、to、steps 二者取一",
            );
        }
        Some(Value::Array(listed)) if !listed.is_empty() => {
            let texts: BTreeSet<String> = listed.iter().map(|value| super::Level::of(value).to_string()).collect();
            if texts.len() == listed.len() {
                return Some(listed.clone());
            }
            reading.wrong(&format!("{at}.values"), &Value::Array(listed.clone()), en, zh);
        }
        Some(other) => reading.wrong(&format!("{at}.values"), other, en, zh),
        None if is_range => return range(at, entry, reading),
        None => reading.missing(at, "values", en, zh),
    }
    None
}

/// `steps` values from `from` to `to`, both included, equally far apart; whole numbers if all of them are.
fn range(at: &str, entry: &Table, reading: &mut Reading<'_>) -> Option<Vec<Value>> {
    let mut number = |key: &str| match entry.get(key) {
        Some(Value::Integer(_) | Value::Float(_)) => entry.get(key),
        Some(other) => {
            reading.wrong(&format!("{at}.{key}"), other, "a number", "数值");
            None
        }
        None => {
            reading.missing(at, key, "from, to and steps", "from、to 与 steps");
            None
        }
    };
    let (from, to, steps) = (number("from"), number("to"), number("steps"));
    let (from, to, steps) = (from?, to?, steps?);
    let counted = steps.as_integer().and_then(|steps| usize::try_from(steps).ok());
    let Some(counted) = counted.filter(|steps| (2..=MOST_RUNS).contains(steps)) else {
        let (en, zh) = (format!("a whole number from 2 to {MOST_RUNS}"), format!("2 至 {MOST_RUNS} 的整数"));
        reading.wrong(&format!("{at}.steps"), steps, &en, &zh);
        return None;
    };
    let (low, high) = (as_number(from), as_number(to));
    if !(low < high && low.is_finite() && high.is_finite()) {
        let what = (format!("from {from} to {to}"), format!("从 {from} 到 {to}"));
        reading.fatal(
            &format!("{at}.from"),
            [
                Text::new(what.0, what.1),
                Text::new("`from` less than `to`, both finite", "`from` 小于 `to`，且均为有限值"),
                Text::new("exchange them, or list the values", "请交换二者，或改为列出取值"),
            ],
        );
        return None;
    }
    Some(spaced(from, to, counted))
}

#[expect(clippy::cast_precision_loss, reason = "a value of a scenario")]
fn as_number(value: &Value) -> f64 {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64)).unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss, reason = "a count of levels")]
fn spaced(from: &Value, to: &Value, steps: usize) -> Vec<Value> {
    let last = steps - 1;
    if let (Some(from), Some(to), Ok(last)) = (from.as_integer(), to.as_integer(), i64::try_from(last))
        && let Some(span) = to.checked_sub(from).filter(|span| span % last == 0)
    {
        return (0..=last).map(|step| Value::Integer(from + step * (span / last))).collect();
    }
    let (low, high) = (as_number(from), as_number(to));
    // Weighted, so that both ends are met exactly.
    (0..=last).map(|step| Value::Float((low * (last - step) as f64 + high * step as f64) / last as f64)).collect()
}

/// What is changed in every run: the table `fixed`, whose inner tables are keys too, then `changes`.
pub(super) fn fixed(
    table: &Table,
    changes: &[Override],
    factors: &[Factor],
    reading: &mut Reading<'_>,
) -> Vec<Override> {
    let mut fixed = Vec::new();
    match table.get("fixed") {
        None => {}
        Some(Value::Table(entries)) => flattened("", entries, &mut fixed),
        Some(other) => reading.wrong(
            "fixed",
            other,
            "a table of keys of the scenario and their values",
            "由情景的键及其值组成的表",
        ),
    }
    for change in changes {
        match fixed.iter_mut().find(|other| other.key == change.key) {
            Some(other) => other.value.clone_from(&change.value),
            None => fixed.push(change.clone()),
        }
    }
    for change in fixed.iter().filter(|change| factors.iter().any(|factor| factor.key == change.key)) {
        twice(&format!("fixed.{}", change.key), &change.key, reading);
    }
    fixed
}

fn flattened(prefix: &str, table: &Table, found: &mut Vec<Override>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            Value::Table(inner) => flattened(&format!("{key}."), inner, found),
            value => found.push(Override { key, value: value.to_string() }),
        }
    }
}
