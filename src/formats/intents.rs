//! Operational intents in and out, as ASTM F3548-21 has them: JSON, altitudes above the WGS84 ellipsoid, times in UTC.
//!
//! Read are the parameters of a reference, the details of an intent, an intent with its reference, lists of them, and what is
//! written here: `{"operational_intents": [{"id", "parameters", "details"}]}`.

mod model;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;

use super::write_aside;
use crate::message::{Finding, Findings, Severity, Site, Text};
use crate::traffic::intent::{IntentState, Priority};
use crate::world::geo::Geographic;
use model::{Details, Document, Parameters};

/// Most vertices of all outlines of an intent (F3548-21).
pub const MOST_VERTICES: usize = 10_000;
/// Largest file that is read, bytes.
const MOST_BYTES: u64 = 64 << 20;

/// An operational intent, as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct IntentRecord {
    /// Identity in the file; its place there if it has none.
    pub id: String,
    /// What has become of it.
    pub state: IntentState,
    /// Who goes first: greater before less; 0 if the file does not say.
    pub priority: i64,
    /// Its volumes, nominal ones before off-nominal ones.
    pub volumes: Vec<VolumeRecord>,
}

/// A volume, as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeRecord {
    /// What it covers.
    pub outline: OutlineRecord,
    /// Floor and top, m above the WGS84 ellipsoid.
    pub ellipsoid_m: [f64; 2],
    /// First and last instant.
    pub window: [Timestamp; 2],
}

/// What a volume covers.
#[derive(Clone, Debug, PartialEq)]
pub enum OutlineRecord {
    /// A circle.
    Circle {
        /// Its centre.
        centre: Geographic,
        /// Its radius, m.
        radius_m: f64,
    },
    /// A polygon; the last place is joined to the first.
    Polygon(Vec<Geographic>),
}

/// The priority of an intent by its number in a file: the regulator orders them, the numbers are ours.
pub fn priority_of(number: i64) -> Priority {
    let reached = Priority::ALL.into_iter().rev().find(|priority| number_of(*priority) <= number);
    reached.unwrap_or(Priority::Delivery)
}

/// The number of a priority in a file.
pub const fn number_of(priority: Priority) -> i64 {
    match priority {
        Priority::Delivery => 0,
        Priority::Inspection => 10,
        Priority::Fire => 20,
        Priority::Emergency => 30,
    }
}

/// Reads a file of intents.
///
/// # Errors
/// All findings about what cannot be understood.
pub fn read(path: &Path) -> Result<Vec<IntentRecord>, Findings> {
    let name = path.display().to_string();
    let fatal =
        |what: Text, expected: Text, cure: Text| Findings(vec![finding(&name, None, "", [what, expected, cure])]);
    let unreadable = |error: std::io::Error| {
        fatal(
            Text::new(format!("cannot be read: {error}"), format!("无法读取：{error}")),
            Text::new("a file of operational intents (JSON)", "运行意图文件（JSON）"),
            Text::new("check the path", "请检查路径"),
        )
    };
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        return Err(fatal(
            Text::new(format!("is {bytes} bytes long"), format!("长 {bytes} 字节")),
            Text::new(format!("at most {MOST_BYTES} bytes"), format!("至多 {MOST_BYTES} 字节")),
            Text::new("split it", "请拆分文件"),
        ));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let document: Document = serde_json::from_str(&text).map_err(|error| {
        let line = Some(error.line()).filter(|line| *line > 0);
        let what = Text::new(error.to_string(), format!("不是运行意图：{error}"));
        let expected = Text::new(
            "operational intents of ASTM F3548-21: {extents, state, …}, {reference, details} or a list of them",
            "ASTM F3548-21 的运行意图：{extents, state, …}、{reference, details} 或其列表",
        );
        let cure = Text::new("correct it there", "请在该处改正");
        Findings(vec![finding(&name, line, "", [what, expected, cure])])
    })?;
    records(&name, document)
}

/// The records of a document; all its faults if it has any.
fn records(name: &str, document: Document) -> Result<Vec<IntentRecord>, Findings> {
    let mut faults = Vec::new();
    let mut records = Vec::new();
    for (index, entry) in document.entries().into_iter().enumerate() {
        match entry.record(index) {
            Ok(record) => records.push(record),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        return Ok(records);
    }
    Err(Findings(faults.into_iter().map(|fault| finding(name, None, &fault.key, *fault.texts)).collect()))
}

fn finding(file: &str, line: Option<usize>, key: &str, [what, expected, cure]: [Text; 3]) -> Finding {
    let site = Site { file: file.into(), line, key: key.into() };
    Finding { severity: Severity::Fatal, site, what, expected, cure }
}

/// Writes intents to a file.
///
/// # Errors
/// If it cannot be written; it is then as it was.
pub fn write(path: &Path, intents: &[IntentRecord]) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(&document(intents)).map_err(std::io::Error::other)?;
    write_aside(path, |file| file.write_all(text.as_bytes()))
}

/// What is written of intents.
fn document(intents: &[IntentRecord]) -> serde_json::Value {
    let entry = |intent: &IntentRecord| {
        serde_json::json!({
            "id": intent.id,
            "parameters": Parameters::of(intent),
            "details": Details::of(intent),
        })
    };
    serde_json::json!({ "operational_intents": intents.iter().map(entry).collect::<Vec<_>>() })
}

/// An identity by the rules of F3548-21, a UUID of version 4, that a name always has.
pub fn entity_id(name: &str) -> String {
    let hash = blake3::hash(name.as_bytes());
    let mut bytes: Vec<u8> = hash.as_bytes()[..16].to_vec();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..4], &hex[4..6], &hex[6..8], &hex[8..10], &hex[10..]].map(<[String]>::concat).join("-")
}
