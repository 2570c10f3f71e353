//! Tracks out of KML and KMZ.

use std::io::{BufRead, BufReader, Read, Seek};

use jiff::Timestamp;

use crate::formats::features::texts;
use crate::formats::tracks::fixes::{Draft, Fixes, unread};
use crate::formats::tracks::times;
use crate::formats::tracks::xml::{Broken, Node, Xml};
use crate::units::Datum;

/// Most points of one `gx:Track`, which is held until its end: its times come before its places.
const MOST_POINTS: usize = 5_000_000;

/// Reads the tracks of a zipped file: of its first `.kml`.
pub fn read_zipped(input: impl Read + Seek, fixes: &mut Fixes<'_>) -> Result<(), Broken> {
    let bad = |error: zip::result::ZipError| unread(&std::io::Error::other(error));
    let mut archive = zip::ZipArchive::new(input).map_err(bad)?;
    let is_kml = |name: &str| name.to_ascii_lowercase().ends_with(".kml");
    let name = archive.file_names().flatten().find(|name| is_kml(name)).map(std::borrow::Cow::into_owned);
    let name = name.ok_or_else(|| unread(&std::io::Error::other("no .kml in the archive")))?;
    let document = archive.by_name(&name).map_err(bad)?;
    read(BufReader::new(document), fixes)
}

/// Reads the tracks of a file.
pub fn read(input: impl BufRead, fixes: &mut Fixes<'_>) -> Result<(), Broken> {
    let mut xml = Xml::new(input);
    let mut placemark = Placemark::default();
    while !fixes.is_over() {
        let line = xml.line();
        match xml.next()? {
            Node::Start("Placemark", _) => placemark = Placemark::default(),
            Node::Start("Track", _) => placemark.begin_track(),
            Node::End { name: "name", parent: Some("Placemark"), text } => {
                placemark.name = Some(text.trim().to_owned());
            }
            Node::End { name: "altitudeMode", text, .. } => placemark.datum = datum_of(text.trim()),
            Node::End { name: "begin", parent: Some("TimeSpan"), text } => placemark.span.0 = times::instant(text),
            Node::End { name: "end", parent: Some("TimeSpan"), text } => placemark.span.1 = times::instant(text),
            Node::End { name: "when", parent: Some("Track"), text } => {
                placemark.whens.push((times::instant(text), line));
            }
            Node::End { name: "coord", parent: Some("Track"), text } => {
                placemark.coords.push((coordinates(text, None), line));
            }
            Node::End { name: "coordinates", parent: Some("LineString"), text } => {
                placemark.line = text.split_whitespace().map(|tuple| coordinates(tuple, Some(','))).collect();
            }
            Node::End { name: "Track", .. } => placemark.end_track(line, fixes),
            Node::End { name: "Placemark", .. } => placemark.end(line, fixes),
            Node::Over => break,
            _ => {}
        }
        if placemark.whens.len().max(placemark.coords.len()) > MOST_POINTS {
            return Err(Broken::at(line, too_long()));
        }
    }
    Ok(())
}

fn datum_of(mode: &str) -> Option<Datum> {
    match mode {
        "absolute" => Some(Datum::Amsl),
        "relativeToGround" => Some(Datum::Agl),
        // On the ground or the sea floor: whatever height is written is not meant.
        _ => None,
    }
}

/// Longitude, latitude and height, as far as they are given.
fn coordinates(text: &str, separator: Option<char>) -> [Option<f64>; 3] {
    let mut parts: Box<dyn Iterator<Item = &str>> = match separator {
        Some(sign) => Box::new(text.split(sign)),
        None => Box::new(text.split_whitespace()),
    };
    std::array::from_fn(|_| parts.next().and_then(|part| part.trim().parse().ok()))
}

/// What is known of a placemark so far.
#[derive(Default)]
struct Placemark {
    name: Option<String>,
    has_begun: bool,
    datum: Option<Datum>,
    span: (Option<Timestamp>, Option<Timestamp>),
    whens: Vec<(Option<Timestamp>, usize)>,
    coords: Vec<([Option<f64>; 3], usize)>,
    line: Vec<[Option<f64>; 3]>,
}

impl Placemark {
    fn begin_track(&mut self) {
        (self.whens, self.coords) = (Vec::new(), Vec::new());
    }

    /// Hands a `gx:Track` on; a second one in the placemark goes on after an interruption.
    fn end_track(&mut self, line: usize, fixes: &mut Fixes<'_>) {
        let (times, places) = (self.whens.len(), self.coords.len());
        if times != places {
            return fixes.faults.error_at(line, "gx:Track", unequal(times, places));
        }
        self.begin(fixes);
        for ((time, _), (place, line)) in
            std::mem::take(&mut self.whens).into_iter().zip(std::mem::take(&mut self.coords))
        {
            // An empty place says that nothing is known then.
            if place == [None; 3] {
                fixes.pause();
            } else {
                fixes.take(line, &draft(place, time));
            }
        }
    }

    fn begin(&mut self, fixes: &mut Fixes<'_>) {
        fixes.declared = self.datum;
        if std::mem::replace(&mut self.has_begun, true) {
            fixes.pause();
        } else {
            fixes.begin(self.name.as_deref());
        }
    }

    /// Hands a line on that has a time at either end, flown at a constant speed.
    fn end(&mut self, line: usize, fixes: &mut Fixes<'_>) {
        let places = std::mem::take(&mut self.line);
        let (Some(begin), Some(end)) = self.span else {
            fixes.lines += usize::from(!self.has_begun);
            return;
        };
        if places.is_empty() {
            return;
        }
        fixes.faults.warn_once("constant speed", "TimeSpan", constant_speed());
        self.begin(fixes);
        fixes.bridge_gaps();
        let lengths = distances(&places);
        let whole = lengths.last().copied().unwrap_or_default();
        let lasts_s = end.duration_since(begin).as_secs_f64();
        for (place, length) in places.into_iter().zip(lengths) {
            let share = if whole > 0.0 { length / whole } else { 0.0 };
            fixes.take(line, &draft(place, times::after(begin, lasts_s * share)));
        }
    }
}

fn draft([lon_deg, lat_deg, metres]: [Option<f64>; 3], time: Option<Timestamp>) -> Draft {
    Draft { lat_deg, lon_deg, metres, time, of_run: None }
}

/// How far each place is along the line, in degrees of latitude.
fn distances(places: &[[Option<f64>; 3]]) -> Vec<f64> {
    let numbers = |place: &[Option<f64>; 3]| place.map(Option::unwrap_or_default);
    let mut sum = 0.0;
    let legs = places.windows(2).map(|leg| {
        let ([lon_a, lat_a, _], [lon_b, lat_b, _]) = (numbers(&leg[0]), numbers(&leg[1]));
        sum += libm::hypot((lon_b - lon_a) * libm::cos(lat_a.to_radians()), lat_b - lat_a);
        sum
    });
    std::iter::once(0.0).chain(legs).collect()
}

fn unequal(times: usize, places: usize) -> [crate::message::Text; 3] {
    texts(
        (format!("{times} times for {places} places"), format!("{times} 个时间对应 {places} 个位置")),
        ("a <when> for each <gx:coord>", "每个 <gx:coord> 对应一个 <when>"),
        ("export the track again", "请重新导出航迹"),
    )
}

fn too_long() -> [crate::message::Text; 3] {
    texts(
        (format!("a gx:Track of more than {MOST_POINTS} points"), format!("一条 gx:Track 超过 {MOST_POINTS} 个点")),
        (format!("at most {MOST_POINTS}"), format!("不超过 {MOST_POINTS}")),
        ("split the track, or export it as GPX or CSV", "请拆分航迹，或导出为 GPX 或 CSV"),
    )
}

fn constant_speed() -> [crate::message::Text; 3] {
    texts(
        ("a line has times at its ends alone: a constant speed is taken", "线仅两端有时间：按匀速处理"),
        ("a time for each place", "每个位置均有时间"),
        ("export the track as gx:Track if its speed matters", "若需真实速度，请导出为 gx:Track"),
    )
}
