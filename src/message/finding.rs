//! Findings: everything that is wrong with an input, each with its place, what was expected and what to do.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Language, Text};

/// How grave a finding is. The order is the order of gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the run goes ahead.
    Warning,
    /// Understood, but not flyable: the run is refused unless accepted (exit code 3).
    Error,
    /// The input cannot be understood or resolved (exit code 2).
    Fatal,
}

/// Where in an input a finding is: file, line and dotted key, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Site {
    /// The file, as the user named it.
    pub file: String,
    /// Line in the file, from 1.
    pub line: Option<usize>,
    /// Dotted path of the key, such as `route[1].via[0].lat_deg`.
    pub key: String,
}

/// One fault of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// Where it is.
    pub site: Site,
    /// What is wrong, with the offending value.
    pub what: Text,
    /// What was expected.
    pub expected: Text,
    /// What to do about it.
    pub cure: Text,
}

impl Finding {
    /// The finding as three lines of text.
    pub fn render(&self, language: Language) -> String {
        let (severity, expected, cure) = match (language, self.severity) {
            (Language::English, Severity::Warning) => ("warning", "expected", "cure"),
            (Language::English, _) => ("error", "expected", "cure"),
            (Language::Chinese, Severity::Warning) => ("警告", "应为", "办法"),
            (Language::Chinese, _) => ("错误", "应为", "办法"),
        };
        let colon = if language == Language::Chinese { "：" } else { ": " };
        let mut text = format!("{severity}: {}", self.site.file);
        if let Some(line) = self.site.line {
            let _ = write!(text, ":{line}");
        }
        if !self.site.key.is_empty() {
            let _ = write!(text, ": {}", self.site.key);
        }
        let _ = write!(
            text,
            ": {}\n  {expected}{colon}{}\n  {cure}{colon}{}",
            self.what.get(language),
            self.expected.get(language),
            self.cure.get(language)
        );
        text
    }
}

/// All findings about one input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// The gravest severity among them, `None` if there are no findings.
    pub fn gravest(&self) -> Option<Severity> {
        self.0.iter().map(|finding| finding.severity).max()
    }

    /// Every finding, a blank line between two.
    pub fn render(&self, language: Language) -> String {
        self.0.iter().map(|finding| finding.render(language)).collect::<Vec<_>>().join("\n\n")
    }
}
