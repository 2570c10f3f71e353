//! Collecting findings about a scenario file.

use std::collections::BTreeSet;

use super::source::{Source, steps_of};
use crate::message::{Finding, Findings, Severity, Site, Text};

/// Most names that are listed as what was expected.
const MOST_NAMES: usize = 20;

/// That one of the known names was expected; of many the first are listed.
pub fn one_of(known: &[&str]) -> Text {
    let more = if known.len() > MOST_NAMES { ", …" } else { "" };
    let list = format!("{}{more}", known[..known.len().min(MOST_NAMES)].join(", "));
    Text::new(format!("one of: {list}"), format!("下列之一：{list}"))
}

/// Collects findings and finds their lines.
#[derive(Debug)]
pub struct Reporter<'a> {
    source: &'a Source,
    findings: Vec<Finding>,
    /// Key and text of every finding.
    told: BTreeSet<(String, String)>,
}

impl<'a> Reporter<'a> {
    /// A reporter about `source`.
    pub const fn new(source: &'a Source) -> Self {
        Self { source, findings: Vec::new(), told: BTreeSet::new() }
    }

    /// Adds a finding: what is wrong, what was expected, what to do.
    pub fn add(&mut self, severity: Severity, key: &str, [what, expected, cure]: [Text; 3]) {
        let site = Site { file: self.source.name(), line: self.source.line_of(&steps_of(key)), key: key.to_owned() };
        // What holds for a hub holds for each of its stands: once is enough.
        if self.told.insert((key.to_owned(), what.en.clone())) {
            self.findings.push(Finding { severity, site, what, expected, cure });
        }
    }

    /// Adds what was found in another file.
    pub fn include(&mut self, findings: Findings) {
        self.findings.extend(findings.0);
    }

    /// Adds a finding that makes the scenario impossible to resolve.
    pub fn fatal(&mut self, key: &str, texts: [Text; 3]) {
        self.add(Severity::Fatal, key, texts);
    }

    /// Whether nothing found so far forbids resolving.
    pub fn can_go_on(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Fatal)
    }

    /// The findings in the order of the file, those of each other file after it.
    pub fn into_findings(mut self) -> Findings {
        let own = self.source.name();
        self.findings.sort_by_cached_key(|finding| {
            let site = &finding.site;
            let other = Some(&site.file).filter(|file| **file != own).cloned();
            (other, site.line)
        });
        Findings(self.findings)
    }
}
