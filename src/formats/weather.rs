//! Hours of weather in and out: CSV with a unit in the name of every column.
//!
//! Repaired with a warning: rows out of order (sorted), holes of up to 3 h (filled linearly), rows with an empty field
//! (left out, and so a hole), gusts below the mean wind (raised to it), columns that may be missing (a usual value).
//! Refused: everything else that cannot be, and a wind whose column does not say whether it is in m/s, kt or km/h.

mod columns;
mod rows;
#[cfg(test)]
mod tests;

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::Offset;

use self::columns::Columns;
use self::rows::Rows;
use super::features::{Faults, texts};
use super::table::{Table, TableError, separator};
use crate::message::{Findings, Severity};
use crate::world::weather::{Conditions, Timeline};

/// The largest file that is read, bytes: some fifty years of hours.
const LARGEST: u64 = 64 << 20;

/// A file of weather that was read.
#[derive(Clone, Debug)]
pub struct WeatherFile {
    /// The weather.
    pub timeline: Timeline,
    /// What was repaired or assumed.
    pub warnings: Findings,
}

/// Reads a file of hours.
///
/// # Errors
/// All findings, if one of them says that something cannot be understood.
pub fn read(path: &Path) -> Result<WeatherFile, Findings> {
    let mut faults = Faults::new(path);
    let timeline = text_of(path, &mut faults).and_then(|text| timeline_of(&text, &mut faults));
    let is_broken = faults.errors() > 0;
    let warnings = faults.into_findings();
    match timeline {
        Some(timeline) if !is_broken => Ok(WeatherFile { timeline, warnings }),
        _ => Err(Findings(warnings.0.into_iter().filter(|finding| finding.severity == Severity::Fatal).collect())),
    }
}

/// The text of a file, or why there is none.
fn text_of(path: &Path, faults: &mut Faults) -> Option<String> {
    let cure = ("check the path and the file", "请检查路径与文件");
    let size = std::fs::metadata(path).map(|about| about.len());
    if let Ok(size) = size
        && size > LARGEST
    {
        let what = (format!("the file has {size} bytes"), format!("文件有 {size} 字节"));
        let most = (format!("at most {LARGEST} bytes"), format!("不超过 {LARGEST} 字节"));
        faults.error("", texts(what, most, ("cut it to the years that are needed", "请裁剪到所需年份")));
        return None;
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let what = (format!("cannot be read: {error}"), format!("无法读取：{error}"));
            faults.error("", texts(what, ("a file that can be read", "可读取的文件"), cure));
            return None;
        }
    };
    let text = String::from_utf8(bytes);
    let bad = match &text {
        Ok(text) => text.find('\0').map(|at| &text.as_bytes()[..at]),
        Err(error) => Some(&error.as_bytes()[..error.utf8_error().valid_up_to()]),
    };
    if let Some(before) = bad {
        let line = before.split(|&byte| byte == b'\n').count();
        let what = ("this is no text", "不是文本");
        let expected = ("CSV as UTF-8 text", "UTF-8 编码的 CSV 文本");
        let cure = ("save the table as CSV, UTF-8", "请将表格另存为 UTF-8 编码的 CSV");
        faults.error_at(line, "", texts(what, expected, cure));
        return None;
    }
    text.ok()
}

fn timeline_of(text: &str, faults: &mut Faults) -> Option<Timeline> {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let separator = separator(header.as_bytes());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().cloned().unwrap_or_default();
    let columns = Columns::of(&names, faults)?;
    let mut rows = Rows::default();
    for record in reader.records() {
        match record {
            Ok(record) => rows.add(&columns, &record, faults),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let what = (format!("no row of a table: {error}"), format!("不是表格中的行：{error}"));
                let cure = ("mend this line", "请改正此行");
                faults.error_at(rows::whole(line), "", texts(what, ("a row of CSV", "CSV 行"), cure));
            }
        }
    }
    let is_whole = faults.errors() == 0;
    is_whole.then(|| rows.timeline(faults)).flatten()
}

/// Writes hours as CSV that [`read`] reads, times in local time with its offset.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, hours: &[(Timestamp, Conditions)], offset: Offset) -> Result<(), TableError> {
    // A thousandth is finer than anybody measures.
    let rounded = |value: f64| Some((value * 1000.0).round() / 1000.0);
    let column = |of: fn(&Conditions) -> f64| hours.iter().map(move |(_, conditions)| rounded(of(conditions)));
    let table = Table::new("weather")
        .text("time", hours.iter().map(|(at, _)| at.display_with_offset(offset).to_string()))
        .real("wind_mps", column(Conditions::speed_mps))
        .real("gust_mps", column(|conditions| conditions.gust_mps))
        .real("direction_deg", column(Conditions::direction_deg))
        .real("visibility_m", column(|conditions| conditions.visibility_m))
        .real("precipitation_mmph", column(|conditions| conditions.precipitation_mmph))
        .real("temperature_c", column(|conditions| conditions.temperature_c));
    table.write_csv(path)
}
