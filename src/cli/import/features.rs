//! `skygrid import zones` and `skygrid import obstacles`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::args::{ImportObstacles, ImportZones, Target};
use crate::cli::{Exit, Failure, Outcome};
use crate::formats::obstacles;
use crate::formats::zones::{self, Reading, RewriteError, ZoneFormat};
use crate::message::words::Word;
use crate::message::{Findings, Language};

/// Reads zones and writes them again.
pub fn zones(arguments: &ImportZones, language: Language) -> Outcome {
    let reading = Reading { coordinates: arguments.coordinates.map(Into::into), near: arguments.near };
    let to_geojson = arguments.to == Some(Target::Geojson);
    let done = zones::rewrite(&arguments.files, &arguments.out, to_geojson, reading)
        .map_err(|error| failure(error, &arguments.out, language))?;
    warn(&done.warnings, language);
    let (out, volumes) = (arguments.out.display(), done.volumes);
    let count: usize = done.counts.values().sum();
    let format = done.format.map_or("", ZoneFormat::name);
    match language {
        Language::English => say!("{out}: {count} zones of {volumes} volumes, read as {format}"),
        Language::Chinese => say!("{out}：{count} 个区域，{volumes} 个体积，按 {format} 读取"),
    }
    tell(done.counts.into_iter().map(|(restriction, count)| (restriction.name(), count)), language);
    Ok(Exit::Done)
}

/// Reads obstacles and writes them with the properties of ours.
pub fn obstacles(arguments: &ImportObstacles, language: Language) -> Outcome {
    let reading = Reading { coordinates: arguments.coordinates.map(Into::into), near: arguments.near };
    let mut counts = BTreeMap::new();
    let warnings = obstacles::rewrite(&arguments.file, &arguments.out, reading, &mut |obstacle| {
        *counts.entry(obstacle.kind).or_insert(0) += 1;
    })
    .map_err(|error| failure(error, &arguments.out, language))?;
    warn(&warnings, language);
    let (out, count) = (arguments.out.display(), counts.values().sum::<usize>());
    match language {
        Language::English => say!("{out}: {count} obstacles"),
        Language::Chinese => say!("{out}：{count} 个障碍物"),
    }
    tell(counts.into_iter().map(|(kind, count)| (kind.name(), count)), language);
    Ok(Exit::Done)
}

fn tell(counts: impl Iterator<Item = (Word, usize)>, language: Language) {
    for (word, count) in counts {
        let word = word.get(language);
        match language {
            Language::English => say!("  {word}: {count}"),
            Language::Chinese => say!("  {word}：{count}"),
        }
    }
}

fn warn(warnings: &Findings, language: Language) {
    if !warnings.0.is_empty() {
        eprintln!("{}\n", warnings.render(language));
    }
}

fn failure(error: RewriteError, out: &Path, language: Language) -> Failure {
    let out = out.display();
    match (error, language) {
        (RewriteError::Findings(findings), _) => Failure::of_findings(&findings, language),
        (RewriteError::Write(error), Language::English) => {
            Failure::new(Exit::InputOutput, format!("{out}: cannot be written: {error}"))
        }
        (RewriteError::Write(error), Language::Chinese) => {
            Failure::new(Exit::InputOutput, format!("{out}：无法写入：{error}"))
        }
    }
}
