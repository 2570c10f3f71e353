//! The types of aircraft that a scenario may use: the catalogue, and files of its own.

use std::path::Path;

use super::model::Scenario;
use super::report::Reporter;
use super::resolved::InputFile;
use super::source::{Source, steps_of};
use crate::aircraft::{AircraftType, catalogue, read_type};
use crate::message::{Finding, Findings, Severity, Site, Text};

/// The types that a scenario may name.
#[derive(Clone, Debug)]
pub struct Types {
    all: Vec<AircraftType>,
    /// Identities of files with faults: what refers to them is not at fault as well.
    broken: Vec<String>,
    /// The files that were read.
    pub inputs: Vec<InputFile>,
}

impl Types {
    /// Reads the files that `scenario` names, relative to its own; every fault is reported.
    pub fn read(scenario: &Scenario, source: &Source, reporter: &mut Reporter<'_>) -> Self {
        let mut types = Self { all: catalogue().to_vec(), broken: Vec::new(), inputs: Vec::new() };
        let mut given: Vec<String> = Vec::new();
        for (index, entry) in scenario.aircraft.iter().enumerate() {
            let key = format!("aircraft[{index}].file");
            let path = source.folder().join(&entry.file);
            let text = match read_text(&path) {
                Ok(text) => text,
                Err(error) => {
                    unreadable(&key, &entry.file, &error, reporter);
                    continue;
                }
            };
            let blake3 = blake3::hash(text.as_bytes()).to_hex().to_string();
            types.inputs.push(InputFile { path: entry.file.clone(), blake3 });
            let file = Source::new(path, text);
            match aircraft_file(&file) {
                Ok(aircraft) => {
                    types.add(aircraft, &key, &mut given, reporter);
                }
                Err(findings) => {
                    types.broken.extend(id_of(&file.text));
                    reporter.include(findings);
                }
            }
        }
        types
    }

    /// Adds a type; one of the catalogue is replaced with a warning, one of another file is a fault.
    fn add(&mut self, aircraft: AircraftType, key: &str, given: &mut Vec<String>, reporter: &mut Reporter<'_>) {
        let id = aircraft.id.clone();
        if given.contains(&id) {
            let texts = [
                Text::new(format!("a file before it has the id `{id}` too"), format!("前一文件已使用标识 `{id}`")),
                Text::new("a file for each type", "每种机型一个文件"),
                Text::new("rename the type or remove the file", "请更改标识或删除该文件"),
            ];
            return reporter.fatal(key, texts);
        }
        given.push(id.clone());
        match self.all.iter_mut().find(|other| other.id == id) {
            Some(other) => {
                *other = aircraft;
                replaces(&id, key, reporter);
            }
            None => self.all.push(aircraft),
        }
    }

    /// The type of an identity.
    pub fn find(&self, id: &str) -> Option<&AircraftType> {
        self.all.iter().find(|aircraft| aircraft.id == id)
    }

    /// The type that flies what no fleet flies.
    pub fn first(&self) -> Option<&AircraftType> {
        self.all.first()
    }

    /// Every identity, those of files with faults included.
    pub fn ids(&self) -> Vec<&str> {
        self.all.iter().map(|aircraft| aircraft.id.as_str()).chain(self.broken.iter().map(String::as_str)).collect()
    }
}

fn replaces(id: &str, key: &str, reporter: &mut Reporter<'_>) {
    let texts = [
        Text::new(
            format!("its type `{id}` replaces that of the catalogue"),
            format!("其机型 `{id}` 替换了目录中的同名机型"),
        ),
        Text::new("an id of its own, unless that is meant", "除非有意替换，否则应使用新的标识"),
        Text::new("rename the type to have both", "如需两者并存，请更改标识"),
    ];
    reporter.add(Severity::Warning, key, texts);
}

fn unreadable(key: &str, file: &str, error: &std::io::Error, reporter: &mut Reporter<'_>) {
    let texts = [
        Text::new(format!("cannot read `{file}`: {error}"), format!("无法读取 `{file}`：{error}")),
        Text::new("the file of an aircraft type (TOML, UTF-8)", "机型文件（TOML，UTF-8）"),
        Text::new("correct the path; it is relative to the scenario", "请改正路径（相对于情景文件）"),
    ];
    reporter.fatal(key, texts);
}

/// Largest file of a type, bytes: one is a few kilobytes.
const MOST_BYTES: u64 = 1 << 20;

fn read_text(path: &Path) -> std::io::Result<String> {
    let size = std::fs::metadata(path)?.len();
    if size > MOST_BYTES {
        return Err(std::io::Error::other(format!("{size} bytes are too many for the file of a type")));
    }
    std::fs::read_to_string(path)
}

/// The identity in a file with faults, as far as it can be read.
fn id_of(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    table.get("id")?.as_str().map(str::to_owned)
}

/// Reads the file of a type.
///
/// # Errors
/// Every fault of the file.
pub fn aircraft_file(source: &Source) -> Result<AircraftType, Findings> {
    read_type(&source.text).map_err(|faults| {
        let findings = faults.into_iter().map(|fault| {
            let line = fault.offset.map(|offset| source.line_at(offset));
            let line = line.or_else(|| source.line_of(&steps_of(&fault.key)));
            let site = Site { file: source.name(), line, key: fault.key };
            let [what, expected, cure] = fault.texts;
            Finding { severity: Severity::Fatal, site, what, expected, cure }
        });
        let mut findings: Vec<Finding> = findings.collect();
        findings.sort_by_key(|finding| finding.site.line);
        Findings(findings)
    })
}
