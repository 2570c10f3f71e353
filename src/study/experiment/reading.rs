//! Collecting what is wrong with the file of an experiment.

use toml::{Table, Value};

use crate::message::{Finding, Findings, Severity, Site, Text};
use crate::scenario::Source;

/// Collects findings about an experiment and finds their lines.
pub(super) struct Reading<'a> {
    source: &'a Source,
    findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    pub const fn new(source: &'a Source) -> Self {
        Self { source, findings: Vec::new() }
    }

    pub const fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub fn finish(mut self) -> Result<(), Findings> {
        self.findings.sort_by_key(|finding| finding.site.line);
        if self.findings.is_empty() { Ok(()) } else { Err(Findings(self.findings)) }
    }

    /// Adds a finding: what is wrong, what was expected, what to do.
    pub fn fatal(&mut self, key: &str, [what, expected, cure]: [Text; 3]) {
        let site = Site { file: self.source.name(), line: self.source.line_of_key(key), key: key.to_owned() };
        self.findings.push(Finding { severity: Severity::Fatal, site, what, expected, cure });
    }

    /// A value of another type, or outside what is allowed.
    pub fn wrong(&mut self, key: &str, value: &Value, en: &str, zh: &str) {
        let value = shortened(&value.to_string());
        self.fatal(
            key,
            [
                Text::new(format!("{value} is not allowed here"), format!("此处不允许 {value}")),
                Text::new(en, zh),
                Text::new("correct the value", "请改正该值"),
            ],
        );
    }

    pub fn missing(&mut self, at: &str, key: &str, en: &str, zh: &str) {
        self.fatal(
            at,
            [
                Text::new(format!("`{key}` is missing"), format!("缺少 `{key}`")),
                Text::new(en, zh),
                Text::new(
                    "add it; scenarios/experiments/demand.toml is an example",
                    "请补上；示例见 scenarios/experiments/demand.toml",
                ),
            ],
        );
    }

    /// Tells the keys of `table` that are not `known`; `prefix` ends with a dot unless it is empty.
    pub fn known_keys(&mut self, prefix: &str, table: &Table, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let list = known.join(", ");
            let nearest = known
                .iter()
                .map(|name| (strsim::damerau_levenshtein(name, key), name))
                .filter(|(distance, _)| *distance <= 2)
                .min();
            let cure = nearest.map_or_else(
                || Text::new("remove it", "请删除"),
                |(_, name)| Text::new(format!("write `{name}`, or remove it"), format!("请改为 `{name}`，或删除")),
            );
            self.fatal(
                &format!("{prefix}{key}"),
                [
                    Text::new(format!("unknown key `{key}`"), format!("未知的键 `{key}`")),
                    Text::new(format!("one of: {list}"), format!("下列之一：{list}")),
                    cure,
                ],
            );
        }
    }

    /// The text at `key`, told if it is missing, empty or no text.
    pub fn text(&mut self, table: &Table, key: &str, en: &str, zh: &str) -> Option<String> {
        match table.get(key) {
            Some(Value::String(text)) if !text.is_empty() => return Some(text.clone()),
            Some(other) => self.wrong(key, other, en, zh),
            None => self.missing(key, key, en, zh),
        }
        None
    }
}

/// A value as findings show it: of a long one the beginning.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

/// The file is no TOML.
pub(super) fn syntax(source: &Source, error: &toml::de::Error) -> Findings {
    let line = error.span().map(|span| source.line_at(span.start));
    Findings(vec![Finding {
        severity: Severity::Fatal,
        site: Site { file: source.name(), line, key: String::new() },
        what: Text::new(format!("not TOML: {}", error.message()), format!("不是 TOML：{}", error.message())),
        expected: Text::new("the TOML file of an experiment", "试验的 TOML 文件"),
        cure: Text::new(
            "mend this line; scenarios/experiments/demand.toml is an example",
            "请改正此行；示例见 scenarios/experiments/demand.toml",
        ),
    }])
}
