//! Tracks out of CSV: our own columns and those of common flight logs, by name, whatever their case.
//!
//! * time with an offset: `time`, `timestamp`, `datetime`; in UTC without saying so: `time_utc`, `datetime_utc`,
//!   `datetime(utc)`, `utc`; seconds or milliseconds since 1970: `unix_s`, `time_unix_s`, `unix_ms`, `time_unix_ms`; since the
//!   start of the run: `time_s`, `time_ms`, `time(millisecond)` (as Airdata writes it);
//! * place in degrees: `lat_deg`, `latitude_deg`, `latitude`, `lat`; `lon_deg`, `longitude_deg`, `longitude`, `lon`, `lng`;
//! * height: `altitude_amsl_m`, `altitude_msl_m`, `amsl_m`, `altitude_above_sealevel(meters)`, `altitude_above_sealevel(feet)`;
//!   `altitude_ellipsoid_m`, `ellipsoid_height_m`, `hae_m`; `altitude_agl_m`, `agl_m`; without a datum, which the user must
//!   then give: `altitude_m`, `altitude`, `alt_m`, `alt`, `elevation`, `ele`, `altitude(meters)`, `altitude(feet)`;
//! * whose it is: `drone`, `drone_id`, `name`, `id`, `callsign`, `track`, `vehicle`, `uas_id`, `registration`.
//!
//! Of several columns of a kind the first of this list counts. Rows of several drones may stand in any order.

use std::io::{BufRead, Read};

use csv::{StringRecord, Trim};

use super::counted::Counted;
use super::fixes::{Draft, Fixes, unread};
use super::times;
use super::xml::Broken;
use crate::formats::features::texts;
use crate::message::Text;
use crate::units::{Datum, SimTime};

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Instant,
    Utc,
    /// Fractions of a second since 1970.
    Unix,
    /// The same since the start of the run.
    Run,
}

const TIMES: [(&str, Clock, f64); 14] = [
    ("time", Clock::Instant, 1.0),
    ("timestamp", Clock::Instant, 1.0),
    ("datetime", Clock::Instant, 1.0),
    ("time_utc", Clock::Utc, 1.0),
    ("datetime_utc", Clock::Utc, 1.0),
    ("datetime(utc)", Clock::Utc, 1.0),
    ("utc", Clock::Utc, 1.0),
    ("unix_s", Clock::Unix, 1.0),
    ("time_unix_s", Clock::Unix, 1.0),
    ("unix_ms", Clock::Unix, 1000.0),
    ("time_unix_ms", Clock::Unix, 1000.0),
    ("time_s", Clock::Run, 1.0),
    ("time_ms", Clock::Run, 1000.0),
    ("time(millisecond)", Clock::Run, 1000.0),
];
const LATITUDES: [&str; 4] = ["lat_deg", "latitude_deg", "latitude", "lat"];
const LONGITUDES: [&str; 5] = ["lon_deg", "longitude_deg", "longitude", "lon", "lng"];
/// Metres of a foot.
const FOOT_M: f64 = 0.3048;
const HEIGHTS: [(&str, Option<Datum>, f64); 18] = [
    ("altitude_amsl_m", Some(Datum::Amsl), 1.0),
    ("altitude_msl_m", Some(Datum::Amsl), 1.0),
    ("amsl_m", Some(Datum::Amsl), 1.0),
    ("altitude_above_sealevel(meters)", Some(Datum::Amsl), 1.0),
    ("altitude_above_sealevel(feet)", Some(Datum::Amsl), FOOT_M),
    ("altitude_ellipsoid_m", Some(Datum::Ellipsoid), 1.0),
    ("ellipsoid_height_m", Some(Datum::Ellipsoid), 1.0),
    ("hae_m", Some(Datum::Ellipsoid), 1.0),
    ("altitude_agl_m", Some(Datum::Agl), 1.0),
    ("agl_m", Some(Datum::Agl), 1.0),
    ("altitude_m", None, 1.0),
    ("altitude", None, 1.0),
    ("alt_m", None, 1.0),
    ("alt", None, 1.0),
    ("elevation", None, 1.0),
    ("ele", None, 1.0),
    ("altitude(meters)", None, 1.0),
    ("altitude(feet)", None, FOOT_M),
];
const NAMES: [&str; 9] = ["drone", "drone_id", "name", "id", "callsign", "track", "vehicle", "uas_id", "registration"];

/// Where in a row what stands.
struct Columns {
    time: (usize, Clock, f64),
    lat: usize,
    lon: usize,
    height: (usize, f64),
    drone: Option<usize>,
}

/// Reads the tracks of a file.
pub(super) fn read(input: impl BufRead, fixes: &mut Fixes<'_>) -> Result<(), Broken> {
    let mut input = Counted::new(input);
    let separator = separator(&mut input).map_err(|error| unread(&error))?;
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.delimiter(separator).flexible(true).trim(Trim::All).from_reader(Pieces(input));
    let names = reader.headers().map_err(|error| no_row(&error))?.clone();
    let columns = Columns::of(&names, fixes)?;
    let mut record = StringRecord::new();
    let mut drone: Option<String> = None;
    while !fixes.is_over() {
        reader.get_mut().0.next_piece();
        if !reader.read_record(&mut record).map_err(|error| no_row(&error))? {
            break;
        }
        let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        let name = columns.drone.and_then(|index| record.get(index)).unwrap_or_default();
        if drone.as_deref() != Some(name) {
            drone = Some(name.to_owned());
            fixes.resume(Some(name));
        }
        fixes.take(line, &columns.draft(&record));
    }
    Ok(())
}

/// The reader of rows asks for large buffers: what it gets is a piece of them, so that pieces are counted.
struct Pieces<R>(Counted<R>);

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

/// The sign between the columns, by the first line; a mark of the encoding is passed over.
fn separator(input: &mut impl BufRead) -> std::io::Result<u8> {
    let start = input.fill_buf()?;
    let mark = if start.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let line = start[mark..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let sign = [b',', b';', b'\t'].into_iter().find(|sign| line.contains(sign)).unwrap_or(b',');
    input.consume(mark);
    Ok(sign)
}

impl Columns {
    fn of(names: &StringRecord, fixes: &mut Fixes<'_>) -> Result<Self, Broken> {
        let names: Vec<String> = names.iter().map(|name| name.to_lowercase().replace(' ', "_")).collect();
        let find = |wanted: &str| names.iter().position(|name| name == wanted);
        let first = |list: &[&str]| list.iter().find_map(|wanted| find(wanted));
        let time = TIMES.iter().find_map(|&(name, clock, per_s)| Some((find(name)?, clock, per_s)));
        let height = HEIGHTS.iter().find_map(|&(name, datum, metres)| Some((find(name)?, datum, metres)));
        let missing = |kind: [&str; 2], names: &str| Broken::at(1, no_column(kind, names));
        let time = time.ok_or_else(|| missing(["time", "时间"], "time, time_utc, unix_s, time_s …"))?;
        let lat = first(&LATITUDES).ok_or_else(|| missing(["latitude", "纬度"], &LATITUDES.join(", ")))?;
        let lon = first(&LONGITUDES).ok_or_else(|| missing(["longitude", "经度"], &LONGITUDES.join(", ")))?;
        let expected = "altitude_amsl_m, altitude_agl_m, altitude_ellipsoid_m, altitude_m …";
        let (index, datum, metres) = height.ok_or_else(|| missing(["height", "高度"], expected))?;
        fixes.declared = datum;
        Ok(Self { time, lat, lon, height: (index, metres), drone: first(&NAMES) })
    }

    fn draft(&self, record: &StringRecord) -> Draft {
        let number = |index: usize| record.get(index).and_then(|text| text.parse::<f64>().ok());
        let (index, clock, per_s) = self.time;
        let text = record.get(index).unwrap_or_default();
        let seconds = || number(index).map(|number| number / per_s);
        let finite = |seconds: &f64| seconds.is_finite();
        let time = match clock {
            Clock::Instant => times::instant(text),
            Clock::Utc => times::instant(text).or_else(|| times::in_utc(text)),
            Clock::Unix => seconds().and_then(times::of_unix_s),
            Clock::Run => None,
        };
        Draft {
            lat_deg: number(self.lat),
            lon_deg: number(self.lon),
            metres: number(self.height.0).map(|height| height * self.height.1),
            time,
            of_run: (clock == Clock::Run).then(seconds).flatten().filter(finite).map(SimTime::from_seconds),
        }
    }
}

fn no_row(error: &csv::Error) -> Broken {
    let line = error.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
    let what = (format!("no row of a table: {error}"), format!("不是表格中的行：{error}"));
    let cure = ("mend this line, and save the table as CSV in UTF-8", "请改正此行，并以 UTF-8 编码的 CSV 保存");
    Broken::at(line, texts(what, ("a row of CSV", "CSV 行"), cure))
}

fn no_column([en, zh]: [&str; 2], names: &str) -> [Text; 3] {
    texts(
        (format!("there is no column of the {en}"), format!("缺少{zh}列")),
        (format!("one of {names}"), format!("{names} 之一")),
        (
            "rename the column by what is in it: time with its offset, degrees, metres with their datum",
            "请按内容改列名：带偏移的时间、度、注明基准的米",
        ),
    )
}
