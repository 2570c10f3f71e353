//! Operational intents in and out, as ASTM F3548-21 has them: JSON, altitudes above the WGS84 ellipsoid, times in UTC.
//!
//! Read are the parameters of a reference, the details of an intent, an intent with its reference, lists of them, and what is
//! written here: `{"operational_intents": [{"id", "parameters", "details"}]}`.

mod model;
mod reading;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;

use super::features::{Faults, texts};
use super::write_aside;
use crate::message::Findings;
use crate::traffic::intent::{IntentState, Priority};
use crate::world::geo::Geographic;
use model::{Details, Parameters};

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
    let mut faults = Faults::new(path);
    let text = text_of(path, &mut faults);
    let records = text.map(|text| reading::records(&text, &mut faults)).unwrap_or_default();
    let (errors, findings) = (faults.errors(), faults.into_findings());
    if errors == 0 { Ok(records) } else { Err(findings) }
}

/// The text of a file; `None`, and a finding, if it cannot be read.
fn text_of(path: &Path, faults: &mut Faults) -> Option<String> {
    let read = std::fs::metadata(path).and_then(|metadata| match metadata.len() {
        bytes if bytes > MOST_BYTES => Ok(Err(bytes)),
        _ => std::fs::read_to_string(path).map(Ok),
    });
    let texts = match read {
        Ok(Ok(text)) => return Some(text),
        Ok(Err(bytes)) => texts(
            (format!("is {bytes} bytes long"), format!("长 {bytes} 字节")),
            (format!("at most {MOST_BYTES} bytes"), format!("至多 {MOST_BYTES} 字节")),
            ("split it", "请拆分文件"),
        ),
        Err(error) => texts(
            (format!("cannot be read: {error}"), format!("无法读取：{error}")),
            ("a file of operational intents (JSON)", "运行意图文件（JSON）"),
            ("check the path", "请检查路径"),
        ),
    };
    faults.error("", texts);
    None
}

/// Writes intents to a file.
///
/// # Errors
/// If it cannot be written; it is then as it was.
pub fn write(path: &Path, intents: &[IntentRecord]) -> std::io::Result<()> {
    let text = serde_json::to_string(&document(intents)).map_err(std::io::Error::other)?;
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
