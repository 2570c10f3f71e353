//! Initial states of drones: a row for each, where it is and how it moves, as CSV or in a scenario itself.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::features::{Faults, texts};
use super::table::separator;
use crate::message::{Findings, Text};

/// Most drones of a file: their ids have 16 bits.
pub const MOST_STATES: usize = 50_000;
/// Errors after which a file is not read on: of a wrong head every row tells the same.
const MOST_ERRORS: usize = 20;
/// Most letters of an id.
const MOST_LETTERS: usize = 64;
/// The columns of a file.
const COLUMNS: &str =
    "id, lat_deg, lon_deg (or east_m, north_m), altitude_agl_m (or altitude_amsl_m), track_deg, speed_mps, climb_mps";

/// Where a drone is at the start and how it moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateRecord {
    /// What it is called.
    #[schemars(length(min = 1, max = 64))]
    pub id: String,
    /// Latitude, degrees north, WGS84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -90, max = 90))]
    pub lat_deg: Option<f64>,
    /// Longitude, degrees east, WGS84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -180, max = 180))]
    pub lon_deg: Option<f64>,
    /// Distance east of the centre of the area, m, in place of latitude and longitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -200_000, max = 200_000))]
    pub east_m: Option<f64>,
    /// Distance north of the centre of the area, m, in place of latitude and longitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -200_000, max = 200_000))]
    pub north_m: Option<f64>,
    /// Height above the ground, m; kept while it does not climb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10_000))]
    pub altitude_agl_m: Option<f64>,
    /// Height above mean sea level, m; kept while it does not climb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -500, max = 20_000))]
    pub altitude_amsl_m: Option<f64>,
    /// Direction over ground, degrees clockwise from north.
    #[schemars(range(min = -360, max = 360))]
    pub track_deg: f64,
    /// Speed over ground, m/s; 0 to hover.
    #[schemars(range(min = 0, max = 200))]
    pub speed_mps: f64,
    /// Vertical speed, m/s, up; 0 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -50, max = 50))]
    pub climb_mps: Option<f64>,
}

/// Where a record gives a place and a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whereabouts {
    /// Degrees, WGS84.
    Degrees(f64, f64),
    /// East and north of the centre of the area, m.
    Metres(f64, f64),
}

impl StateRecord {
    /// Where it is; `None` if that is given twice, by half or not at all.
    pub const fn whereabouts(&self) -> Option<Whereabouts> {
        match (self.lat_deg, self.lon_deg, self.east_m, self.north_m) {
            (Some(lat_deg), Some(lon_deg), None, None) => Some(Whereabouts::Degrees(lat_deg, lon_deg)),
            (None, None, Some(east_m), Some(north_m)) => Some(Whereabouts::Metres(east_m, north_m)),
            _ => None,
        }
    }

    /// What is wrong with it, and at which key: what neither a column nor a value by itself can tell.
    pub fn fault(&self) -> Option<(&'static str, [Text; 3])> {
        if self.whereabouts().is_none() {
            let what = ("its place is given twice, by half or not at all", "位置重复、不完整或未给出");
            let expected = (
                "`lat_deg` and `lon_deg`, or `east_m` and `north_m`",
                "`lat_deg` 与 `lon_deg`，或 `east_m` 与 `north_m`",
            );
            return Some(("lat_deg", texts(what, expected, ("keep one pair", "请保留其中一对"))));
        }
        if self.altitude_agl_m.is_some() == self.altitude_amsl_m.is_some() {
            let what = ("its height is given twice or not at all", "高度给出了两次或未给出");
            let expected =
                ("one of `altitude_agl_m` and `altitude_amsl_m`", "`altitude_agl_m` 与 `altitude_amsl_m` 之一");
            return Some(("altitude_agl_m", texts(what, expected, ("keep the one that is meant", "请保留其中之一"))));
        }
        None
    }

    /// The first value out of its range, which the schema of a scenario sees by itself.
    fn out_of_range(&self) -> Option<(&'static str, f64, [f64; 2])> {
        let ranges = [
            ("lat_deg", self.lat_deg, [-90.0, 90.0]),
            ("lon_deg", self.lon_deg, [-180.0, 180.0]),
            ("east_m", self.east_m, [-200_000.0, 200_000.0]),
            ("north_m", self.north_m, [-200_000.0, 200_000.0]),
            ("altitude_agl_m", self.altitude_agl_m, [0.0, 10_000.0]),
            ("altitude_amsl_m", self.altitude_amsl_m, [-500.0, 20_000.0]),
            ("track_deg", Some(self.track_deg), [-360.0, 360.0]),
            ("speed_mps", Some(self.speed_mps), [0.0, 200.0]),
            ("climb_mps", self.climb_mps, [-50.0, 50.0]),
        ];
        let found =
            ranges.into_iter().find(|(_, value, [low, high])| value.is_some_and(|v| !(*low..=*high).contains(&v)));
        found.and_then(|(key, value, range)| Some((key, value?, range)))
    }
}

/// Reads a file of initial states.
///
/// # Errors
/// All findings, if it cannot be understood.
pub fn read(path: &Path) -> Result<Vec<StateRecord>, Findings> {
    let mut faults = Faults::new(path);
    let states = match File::open(path).and_then(|file| opened(BufReader::new(file))) {
        Ok(reader) => rows(reader, &mut faults),
        Err(error) => {
            let what = (format!("cannot be read: {error}"), format!("无法读取：{error}"));
            faults.error(
                "",
                texts(what, ("a file that can be read", "可读取的文件"), ("correct the path", "请改正路径")),
            );
            Vec::new()
        }
    };
    if faults.errors() > 0 { Err(faults.into_findings()) } else { Ok(states) }
}

fn opened<R: BufRead + Seek>(mut file: R) -> std::io::Result<csv::Reader<R>> {
    let mut first = Vec::new();
    file.read_until(b'\n', &mut first)?;
    file.rewind()?;
    Ok(csv::ReaderBuilder::new().delimiter(separator(&first)).trim(csv::Trim::All).from_reader(file))
}

fn rows<R: BufRead>(mut reader: csv::Reader<R>, faults: &mut Faults) -> Vec<StateRecord> {
    let mut states: Vec<StateRecord> = Vec::new();
    let mut ids = BTreeSet::new();
    let head = reader.headers().cloned().unwrap_or_default();
    for row in reader.records() {
        let read = row.and_then(|row| Ok((line_of(row.position()), row.deserialize::<StateRecord>(Some(&head))?)));
        let (line, state) = match read {
            Ok(read) => read,
            Err(error) => {
                faults.error_at(line_of(error.position()), "", no_state(&error));
                if faults.errors() > MOST_ERRORS || matches!(error.kind(), csv::ErrorKind::Io(_)) {
                    break;
                }
                continue;
            }
        };
        if let Some((key, value, [low, high])) = state.out_of_range() {
            faults.error_at(line, key, out_of_range(value, low, high));
        } else if let Some((key, texts)) = state.fault() {
            faults.error_at(line, key, texts);
        } else if !(1..=MOST_LETTERS).contains(&state.id.chars().count()) || !ids.insert(state.id.clone()) {
            faults.error_at(line, "id", taken(&state.id));
        }
        states.push(state);
        if states.len() > MOST_STATES {
            faults.error_at(line, "", too_many());
        }
        if states.len() > MOST_STATES || faults.errors() > MOST_ERRORS {
            break;
        }
    }
    if states.is_empty() && faults.errors() == 0 {
        let expected = (format!("a row for each drone: {COLUMNS}"), format!("每架一行：{COLUMNS}"));
        faults.error("", texts(("no drone in it", "其中没有无人机"), expected, ("add a row", "请添加一行")));
    }
    states
}

fn line_of(position: Option<&csv::Position>) -> usize {
    position.map_or(0, |at| usize::try_from(at.line()).unwrap_or_default())
}

fn no_state(error: &csv::Error) -> [Text; 3] {
    let told = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    };
    texts(
        (format!("no state of a drone: {told}"), format!("不是无人机状态：{told}")),
        (format!("the columns {COLUMNS}"), format!("以下各列：{COLUMNS}")),
        ("mend the row, or the names of the columns", "请改正该行或列名"),
    )
}

fn out_of_range(value: f64, low: f64, high: f64) -> [Text; 3] {
    texts(
        (format!("{value} is out of range"), format!("{value} 超出范围")),
        (format!("between {low} and {high}"), format!("介于 {low} 与 {high} 之间")),
        ("correct the value, or its unit", "请改正数值或单位"),
    )
}

fn taken(id: &str) -> [Text; 3] {
    let id: String = id.chars().take(60).collect();
    texts(
        (format!("the id `{id}` is empty, too long or stands twice"), format!("标识 `{id}` 为空、过长或重复")),
        ("an id of its own for each drone, of at most 64 letters", "每架无人机唯一的标识，至多 64 个字符"),
        ("rename one of them", "请将其中一个改名"),
    )
}

fn too_many() -> [Text; 3] {
    texts(
        (format!("more than {MOST_STATES} drones"), format!("超过 {MOST_STATES} 架无人机")),
        (format!("at most {MOST_STATES} in a file"), format!("每个文件至多 {MOST_STATES} 架")),
        ("spread them over several files", "请分成多个文件"),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_text(text: &str) -> Result<Vec<StateRecord>, Findings> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("states.csv");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn rows_are_states() {
        let states = read_text(
            "id\tlat_deg\tlon_deg\taltitude_amsl_m\ttrack_deg\tspeed_mps\tclimb_mps\n\
             A 1\t41.5\t120.5\t300\t-90\t12.5\t-1\nB\t41.5\t120.6\t310\t0\t0\t\n",
        )
        .unwrap();
        let of = |state: &StateRecord| (state.id.clone(), state.whereabouts(), state.altitude_amsl_m, state.climb_mps);
        assert_eq!(of(&states[0]), ("A 1".into(), Some(Whereabouts::Degrees(41.5, 120.5)), Some(300.0), Some(-1.0)));
        assert_eq!(of(&states[1]), ("B".into(), Some(Whereabouts::Degrees(41.5, 120.6)), Some(310.0), None));
        assert_eq!((states[0].track_deg, states[0].speed_mps), (-90.0, 12.5));
    }

    proptest! {
        /// Whatever a row holds, it is states or findings.
        #[test]
        fn any_row_is_understood_or_told(row in "[a-z0-9.,;\"\n-]{0,60}") {
            let text = format!("id,lat_deg,lon_deg,altitude_agl_m,track_deg,speed_mps\n{row}\n");
            match read_text(&text) {
                Ok(states) => prop_assert!(states.iter().all(|state| state.fault().is_none() && !state.id.is_empty())),
                Err(findings) => prop_assert!(!findings.0.is_empty()),
            }
        }
    }
}
