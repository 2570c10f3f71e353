//! `skygrid import zones` and `skygrid import obstacles`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::args::{Arguments, ImportObstacles, ImportZones, Target};
use crate::cli::{Exit, Failure, Outcome};
use crate::formats::obstacles;
use crate::formats::zones::{self, Reading, RewriteError, ZoneFormat};
use crate::message::words::Word;
use crate::message::{Findings, Language, Text};

/// Reads zones and writes them again.
pub fn zones(arguments: &ImportZones, common: &Arguments) -> Outcome {
    let language = common.language();
    let reading = Reading { coordinates: arguments.coordinates.map(Into::into), near: arguments.near };
    let to_geojson = arguments.to == Some(Target::Geojson);
    let done = zones::rewrite(&arguments.files, &arguments.out, to_geojson, reading)
        .map_err(|error| failure(error, &arguments.out, language))?;
    warn(&done.warnings, language);
    let format = done.format.map_or("", ZoneFormat::name);
    let counts = done.counts.into_iter().map(|(restriction, count)| (restriction.name(), count)).collect();
    let imported = Imported { out: &arguments.out, counts, warnings: done.warnings };
    let (count, volumes) = (imported.count(), done.volumes);
    let line = Text::new(
        format!("{}, {}, read as {format}", counted(count, "zone"), counted(volumes, "volume")),
        format!("{count} 个区域，{volumes} 个体积，按 {format} 读取"),
    );
    imported.tell(&line, json!({ "zones": count, "volumes": volumes, "format": format }), common);
    Ok(Exit::Done)
}

/// Reads obstacles and writes them with the properties of ours.
pub fn obstacles(arguments: &ImportObstacles, common: &Arguments) -> Outcome {
    let language = common.language();
    let reading = Reading { coordinates: arguments.coordinates.map(Into::into), near: arguments.near };
    let mut counts = BTreeMap::new();
    let warnings = obstacles::rewrite(&arguments.file, &arguments.out, reading, &mut |obstacle| {
        *counts.entry(obstacle.kind).or_insert(0) += 1;
    })
    .map_err(|error| failure(error, &arguments.out, language))?;
    warn(&warnings, language);
    let counts = counts.into_iter().map(|(kind, count)| (kind.name(), count)).collect();
    let imported = Imported { out: &arguments.out, counts, warnings };
    let count = imported.count();
    let line = Text::new(counted(count, "obstacle"), format!("{count} 个障碍物"));
    imported.tell(&line, json!({ "obstacles": count }), common);
    Ok(Exit::Done)
}

/// What was imported, by kind.
struct Imported<'a> {
    out: &'a Path,
    counts: Vec<(Word, usize)>,
    warnings: Findings,
}

impl Imported<'_> {
    fn count(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    fn tell(&self, line: &Text, mut facts: Value, common: &Arguments) {
        let (out, language) = (self.out.display(), common.language());
        if common.json {
            facts["out"] = json!(self.out);
            facts["kinds"] =
                self.counts.iter().map(|(word, count)| json!({ "name": word.both(), "count": count })).collect();
            facts["warnings"] = json!(self.warnings);
            return say!("{facts}");
        }
        let colon = if language == Language::English { ": " } else { "：" };
        say!("{out}{colon}{}", line.get(language));
        self.counts.iter().for_each(|(word, count)| say!("  {}{colon}{count}", word.get(language)));
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn warn(warnings: &Findings, language: Language) {
    if !warnings.0.is_empty() {
        remark!("{}\n", warnings.render(language));
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
