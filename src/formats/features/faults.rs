//! Collecting findings about a file that is read piece by piece.

use std::collections::BTreeSet;
use std::path::Path;

use super::locate::line_in;
use crate::message::{Finding, Findings, Severity, Site, Text};

/// Findings of one severity that are kept; of the others only the number is told.
const MOST: usize = 100;
/// Subjects of warnings that are remembered, so that a file of nothing but unknown names does not fill the memory.
const MOST_SUBJECTS: usize = 1000;

/// How many findings about one feature are given their own line, if it is larger than `LARGE` bytes: looking for a line
/// reads the feature again.
const MOST_LINES: usize = 3;
const LARGE: usize = 1 << 20;

/// The longest text of a finding, characters: a value that is quoted may be as long as a file.
const LONGEST: usize = 600;

/// What is wrong, what was expected and what to do, each in English and Chinese.
pub fn texts(
    what: (impl Into<String>, impl Into<String>),
    expected: (impl Into<String>, impl Into<String>),
    cure: (impl Into<String>, impl Into<String>),
) -> [Text; 3] {
    [text(what), text(expected), text(cure)]
}

fn text((en, zh): (impl Into<String>, impl Into<String>)) -> Text {
    Text::new(clipped(en.into()), clipped(zh.into()))
}

fn clipped(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// The findings about a file so far.
#[derive(Debug)]
pub struct Faults {
    file: String,
    findings: Vec<Finding>,
    errors: usize,
    warnings: usize,
    told: BTreeSet<String>,
}

impl Faults {
    /// None yet, about the file at `path`.
    pub fn new(path: &Path) -> Self {
        let file = path.display().to_string();
        Self { file, findings: Vec::new(), errors: 0, warnings: 0, told: BTreeSet::new() }
    }

    /// Number of errors so far, those that are not kept included.
    pub const fn errors(&self) -> usize {
        self.errors
    }

    /// Something that cannot be understood.
    pub fn error(&mut self, key: impl Into<String>, texts: [Text; 3]) {
        self.errors += 1;
        self.keep(Severity::Fatal, self.errors, key.into(), None, texts);
    }

    /// An error whose line is known; 0 if it is not.
    pub fn error_at(&mut self, line: usize, key: impl Into<String>, texts: [Text; 3]) {
        self.errors += 1;
        self.keep(Severity::Fatal, self.errors, key.into(), (line > 0).then_some(line), texts);
    }

    /// Something that was repaired or not understood.
    pub fn warning(&mut self, key: impl Into<String>, texts: [Text; 3]) {
        self.warnings += 1;
        self.keep(Severity::Warning, self.warnings, key.into(), None, texts);
    }

    /// A warning whose line is known.
    pub fn warning_at(&mut self, line: usize, key: impl Into<String>, texts: [Text; 3]) {
        self.warnings += 1;
        self.keep(Severity::Warning, self.warnings, key.into(), Some(line), texts);
    }

    /// A warning that is told once for a subject, where it is met first.
    pub fn warn_once(&mut self, subject: &str, key: impl Into<String>, texts: [Text; 3]) {
        if self.told.len() < MOST_SUBJECTS && self.told.insert(clipped(subject.to_owned())) {
            self.warning(key, texts);
        }
    }

    /// How many findings are kept: a mark for [`Self::locate`].
    pub const fn kept(&self) -> usize {
        self.findings.len()
    }

    /// Gives the findings since `mark` their lines: `raw` begins in `line` and is what stands at `key`. Where there are
    /// many in a large piece, the others get the line in which it begins.
    pub fn locate(&mut self, mark: usize, line: usize, key: &str, raw: &str) {
        let most = if raw.len() > LARGE { MOST_LINES } else { MOST };
        for (number, finding) in self.findings.iter_mut().skip(mark).enumerate() {
            if let Some(path) = finding.site.key.strip_prefix(key) {
                finding.site.line = Some(line + if number < most { line_in(raw, path) } else { 0 });
            }
        }
    }

    /// All of them; the numbers of those that were not kept close the list.
    pub fn into_findings(mut self) -> Findings {
        let site = Site { file: self.file.clone(), ..Site::default() };
        for (severity, count) in [(Severity::Fatal, self.errors), (Severity::Warning, self.warnings)] {
            if count > MOST {
                let [what, expected, cure] = and_more(severity, count - MOST);
                self.findings.push(Finding { severity, site: site.clone(), what, expected, cure });
            }
        }
        Findings(self.findings)
    }

    fn keep(&mut self, severity: Severity, count: usize, key: String, line: Option<usize>, texts: [Text; 3]) {
        if count <= MOST {
            let [what, expected, cure] = texts;
            let site = Site { file: self.file.clone(), line, key: clipped(key) };
            self.findings.push(Finding { severity, site, what, expected, cure });
        }
    }
}

fn and_more(severity: Severity, count: usize) -> [Text; 3] {
    let (en, zh) = if severity == Severity::Warning { ("warnings", "警告") } else { ("errors", "错误") };
    texts(
        (format!("and {count} more {en}"), format!("另有 {count} 项{zh}")),
        (format!("a file without {en}"), format!("没有{zh}的文件")),
        ("cure those above first and read the file again", "先处理以上各项，再重新读取"),
    )
}
