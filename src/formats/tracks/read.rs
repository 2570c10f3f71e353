//! Reading a file of tracks: which format it is in.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::fixes::{Fixes, Reading, Sink, unread};
use super::xml::Broken;
use super::{FileKind, csv, czml, gpx, kml};
use crate::formats::features::{Faults, texts};
use crate::message::{Findings, Severity, Text};

/// Reads a file of tracks into a sink, fix by fix; gives what is worth knowing about it.
///
/// # Errors
/// All findings, if one of them says that something cannot be understood.
pub fn read(path: &Path, reading: Reading, sink: &mut dyn Sink) -> Result<Findings, Findings> {
    let mut faults = Faults::new(path);
    let stem = path.file_stem().map_or_else(|| "track".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let mut fixes = Fixes::new(sink, &mut faults, reading, stem);
    if let Err(broken) = read_kind(path, &mut fixes) {
        fixes.faults.error_at(broken.line, "", *broken.texts);
    }
    fixes.finish();
    let is_broken = faults.errors() > 0;
    let findings = faults.into_findings();
    if is_broken {
        return Err(Findings(findings.0.into_iter().filter(|finding| finding.severity == Severity::Fatal).collect()));
    }
    Ok(findings)
}

fn read_kind(path: &Path, fixes: &mut Fixes<'_>) -> Result<(), Broken> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let open = || File::open(path).map(|file| BufReader::with_capacity(1 << 16, file)).map_err(|error| unread(&error));
    match (ending.as_str(), FileKind::of(path)) {
        ("csv" | "txt" | "tsv", _) => csv::read(open()?, fixes),
        (_, Some(FileKind::Gpx)) => gpx::read(open()?, fixes),
        (_, Some(FileKind::Kml)) => kml::read(open()?, fixes),
        (_, Some(FileKind::Kmz)) => kml::read_zipped(open()?, fixes),
        (_, Some(FileKind::Czml)) => czml::read(open()?, fixes),
        _ => Err(Broken::at(0, unknown_kind(&ending))),
    }
}

fn unknown_kind(ending: &str) -> [Text; 3] {
    texts(
        (format!("`{ending}` is no ending of a file of tracks"), format!("`{ending}` 不是航迹文件的扩展名")),
        (".gpx, .kml, .kmz, .czml or .csv", ".gpx、.kml、.kmz、.czml 或 .csv"),
        ("rename the file by what is in it, or export it as one of these", "请按内容改名，或另存为以上格式"),
    )
}
