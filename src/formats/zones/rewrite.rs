//! Files of zones written again: in their own format with nothing lost, or as plain GeoJSON.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Header, Reading, ZoneFile, ZoneFormat, ZoneRecord, read};
use crate::formats::features::{Coordinates, Faults, FeatureWriter, RewriteError, system_name, texts};
use crate::formats::write_aside;
use crate::message::{Findings, Severity, Text};
use crate::world::airspace::Restriction;
use crate::world::geo::CoordinateSystem;

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Rewritten {
    /// Number of zones by what they ask.
    pub counts: BTreeMap<Restriction, usize>,
    /// Number of their volumes.
    pub volumes: usize,
    /// The format that was read last.
    pub format: Option<ZoneFormat>,
    /// What was repaired or not understood.
    pub warnings: Findings,
}

/// Reads files of zones and writes them into one, zone by zone: in the format they have, or as plain GeoJSON.
///
/// In their own format zones stay as they were written, and the header is that of the first file.
///
/// # Errors
/// All findings about a file that cannot be understood, or that `out` cannot be written; it is then as it was.
pub fn rewrite(files: &[PathBuf], out: &Path, to_geojson: bool, reading: Reading) -> Result<Rewritten, RewriteError> {
    let mut done = Rewritten::default();
    write_aside(out, |file| rewrite_into(files, file, to_geojson, reading, &mut done))?;
    Ok(done)
}

fn rewrite_into(
    files: &[PathBuf],
    out: &mut dyn Write,
    to_geojson: bool,
    reading: Reading,
    done: &mut Rewritten,
) -> Result<(), RewriteError> {
    let mut writer = FeatureWriter::new(out);
    let mut first: Option<Header> = None;
    let header_of = |header: &Header| if to_geojson { Header::plain() } else { joined(header, files.len() > 1) };
    for path in files {
        let mut written = Ok(());
        let file = read(path, reading, &mut |header, zone| {
            *done.counts.entry(zone.restriction).or_default() += 1;
            done.volumes += zone.volumes.len();
            if written.is_ok() {
                written = writer.begin(|| header_of(header)).and_then(|()| put(&mut writer, &zone, to_geojson));
            }
        })?;
        written?;
        let mut faults = Faults::new(path);
        if !to_geojson {
            check(&file, reading, done.format, first.as_ref(), &mut faults);
        }
        done.format = Some(file.format);
        first.get_or_insert(file.header);
        done.warnings.0.extend(file.warnings.0);
        done.warnings.0.extend(faults.into_findings().0);
        if done.warnings.gravest() > Some(Severity::Warning) {
            return Err(std::mem::take(&mut done.warnings).into());
        }
    }
    let header = header_of(&first.unwrap_or_default());
    writer.begin(|| header.clone())?;
    Ok(writer.end(&header)?)
}

fn put<W: Write>(writer: &mut FeatureWriter<W>, zone: &ZoneRecord, to_geojson: bool) -> io::Result<()> {
    if to_geojson { writer.feature(&zone.to_geojson().to_string()) } else { writer.feature(zone.raw.get()) }
}

/// The header of the first of several files; what it says of the extent holds for that file alone.
fn joined(header: &Header, several: bool) -> Header {
    let mut header = header.clone();
    for members in [&mut header.before, &mut header.after] {
        members.retain(|member| !several || member.name != "bbox");
    }
    header
}

/// Whether a file can be joined to those before it with its zones as they were written.
fn check(file: &ZoneFile, reading: Reading, before: Option<ZoneFormat>, first: Option<&Header>, faults: &mut Faults) {
    // What is wrong with the declaration was told when the file was read.
    let declared = Coordinates::of(&file.header, Reading::default(), &mut Faults::new(Path::new(""))).system;
    if let Some(system) = reading.coordinates.filter(|system| *system != declared) {
        faults.error("", would_mislead(file.format, system));
    }
    if let Some(before) = before.filter(|before| *before != file.format) {
        faults.error("", two_formats(before, file.format));
    }
    if let Some(first) = first {
        let members = |header: &Header| {
            let all = header.before.iter().chain(&header.after);
            all.map(|member| (member.name.clone(), member.value.get().to_owned())).collect::<BTreeMap<_, _>>()
        };
        let kept = members(first);
        let lost: Vec<String> = members(&file.header)
            .into_iter()
            .filter(|(name, value)| name != "bbox" && kept.get(name) != Some(value))
            .map(|(name, _)| name)
            .collect();
        if !lost.is_empty() {
            faults.warning("", header_left_out(&lost));
        }
    }
}

fn would_mislead(format: ZoneFormat, system: CoordinateSystem) -> [Text; 3] {
    let (format, system) = (format.name(), system_name(system));
    texts(
        (
            format!("written as {format} again, the file would not say that its coordinates are {system}"),
            format!("以 {format} 写回时，文件不会说明其坐标为 {system}"),
        ),
        ("coordinates as the file declares them, or WGS84", "文件所声明的坐标，或 WGS84"),
        ("add --to geojson, which writes WGS84", "加上 --to geojson，写出 WGS84"),
    )
}

fn two_formats(before: ZoneFormat, other: ZoneFormat) -> [Text; 3] {
    let (before, other) = (before.name(), other.name());
    texts(
        (format!("{other} after a file of {before}"), format!("{before} 文件之后为 {other}")),
        ("files of one format, or --to geojson", "同一格式的文件，或 --to geojson"),
        ("add --to geojson, or import each format by itself", "加上 --to geojson，或分别导入"),
    )
}

fn header_left_out(names: &[String]) -> [Text; 3] {
    texts(
        (
            format!("the header of the first file is kept; left out here: {}", names.join(", ")),
            format!("保留第一个文件的文件头；此处略去：{}", names.join("、")),
        ),
        ("files with the same header", "文件头相同的文件"),
        ("nothing, if these do not matter", "若无关紧要可不处理"),
    )
}
