//! The text of a scenario file, and the way from a key back to its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

/// A scenario file as read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file as the user named it.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Line of every key; made when first asked for.
    lines: OnceLock<BTreeMap<String, usize>>,
}

/// One step of a dotted key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// An index of an array.
    Index(usize),
}

impl Source {
    /// The text of the file `path`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The folder that paths in the file are relative to.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The file's name as the user gave it.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Line of the value at `key` or, if it is not in the file, of the closest table around it.
    pub fn line_of(&self, key: &[Step]) -> Option<usize> {
        let lines = self.lines.get_or_init(|| lines_of(&self.text));
        (1..=key.len()).rev().find_map(|depth| lines.get(&dotted(&key[..depth])).copied())
    }

    /// The same for a dotted key such as `route[1].via[0].lat_deg`.
    pub fn line_of_key(&self, key: &str) -> Option<usize> {
        self.line_of(&steps_of(key))
    }

    /// Line, from 1, of a byte offset.
    pub fn line_at(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
    }
}

/// Line of every key and every entry of an array, by dotted key, as far as the text can be parsed.
fn lines_of(text: &str) -> BTreeMap<String, usize> {
    let (table, _) = DeTable::parse_recoverable(text);
    let starts =
        std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
    let mut index = LineIndex { starts: starts.collect(), lines: BTreeMap::new() };
    index.table(table.get_ref(), &mut Vec::new());
    index.lines
}

struct LineIndex {
    /// Byte offset at which each line starts.
    starts: Vec<usize>,
    lines: BTreeMap<String, usize>,
}

impl LineIndex {
    fn table(&mut self, table: &DeTable<'_>, steps: &mut Vec<Step>) {
        for (key, value) in table {
            steps.push(Step::Key(key.get_ref().to_string()));
            self.value(key.span().start, value.get_ref(), steps);
            steps.pop();
        }
    }

    fn value(&mut self, start: usize, value: &DeValue<'_>, steps: &mut Vec<Step>) {
        self.lines.insert(dotted(steps), self.starts.partition_point(|&line| line <= start));
        match value {
            DeValue::Table(table) => self.table(table, steps),
            DeValue::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    steps.push(Step::Index(index));
                    self.value(entry.span().start, entry.get_ref(), steps);
                    steps.pop();
                }
            }
            _ => {}
        }
    }
}

/// The steps of a JSON pointer as the schema validator gives it; numbers index arrays of `root`.
pub fn steps_of_pointer(pointer: &str, root: &Value) -> Vec<Step> {
    let mut here = Some(root);
    pointer
        .split('/')
        .skip(1)
        .map(|raw| {
            let name = raw.replace("~1", "/").replace("~0", "~");
            let step = match (here, name.parse::<usize>()) {
                (Some(Value::Array(_)), Ok(index)) => Step::Index(index),
                _ => Step::Key(name),
            };
            here = here.and_then(|value| match &step {
                Step::Key(key) => value.get(key),
                Step::Index(index) => value.get(index),
            });
            step
        })
        .collect()
}

/// `route[1].via[0].lat_deg`.
pub fn dotted(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Step::Index(index) => {
                text.push('[');
                text.push_str(&index.to_string());
                text.push(']');
            }
        }
    }
    text
}

/// The inverse of [`dotted`].
pub fn steps_of(key: &str) -> Vec<Step> {
    key.split('.')
        .flat_map(|part| {
            let mut pieces = part.split('[');
            let name = pieces.next().unwrap_or_default();
            let indices = pieces.filter_map(|piece| piece.trim_end_matches(']').parse().ok().map(Step::Index));
            std::iter::once(Step::Key(name.to_owned())).chain(indices).collect::<Vec<_>>()
        })
        .collect()
}

/// A TOML value as JSON. Date-times become their text, so that they may stand with or without quotes; numbers that JSON
/// does not have become null, which no key accepts.
pub fn json_of(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(flag) => Value::Bool(*flag),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(values) => Value::Array(values.iter().map(json_of).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), json_of(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_find_their_lines() {
        let text = "name = 'a'\n[[route]]\nid = 'r'\nvia = [\n  { lat_deg = 1.0 },\n  { lat_deg = 2.0 },\n]\n";
        let source = Source::new("x.toml", text);
        for (key, line) in [("name", 1), ("route[0].id", 3), ("route[0].via[1].lat_deg", 6), ("route[0].absent", 2)] {
            let steps = steps_of(key);
            assert_eq!(dotted(&steps), key);
            assert_eq!(source.line_of(&steps), Some(line), "{key}");
        }
    }
}
