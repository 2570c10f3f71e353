//! `skygrid info`: what a run holds.

use serde_json::json;

use super::args::RunPath;
use super::verify::opened;
use super::{Exit, Failure, Outcome};
use crate::record::RunOrigin;

pub fn info(arguments: &RunPath, json: bool) -> Outcome {
    let (folder, manifest, recording) = opened(&arguments.run)?;
    let bytes = std::fs::metadata(folder.recording()).map_err(|error| Failure::new(Exit::InputOutput, error))?.len();
    let span = recording.start().zip(recording.end());
    let drones = span.and_then(|(start, _)| recording.frame_at(start).ok()).map(|frame| frame.drones.len());
    #[expect(clippy::cast_precision_loss, reason = "sizes of files and fleets")]
    let per_drone_second = drones.zip(span).and_then(|(drones, (start, end))| {
        let drone_seconds = drones as f64 * (end - start).seconds();
        (drone_seconds > 0.0).then(|| (bytes as f64 / drone_seconds * 100.0).round() / 100.0)
    });
    let mut facts = json!({
        "run": folder.path(),
        "status": manifest.status,
        "scenario": manifest.scenario,
        "seed": manifest.seed,
        "program_version": manifest.program_version,
        "recorded": recording.metadata().mode.to_string(),
        "start": span.map(|(start, _)| start.to_string()),
        "end": span.map(|(_, end)| end.to_string()),
        "drones": drones,
        "recording_bytes": bytes,
        "bytes_per_drone_second": per_drone_second,
        "events": recording.events().flatten().count(),
        "digest": manifest.digest,
    });
    if manifest.origin == RunOrigin::ImportedTracks {
        facts["origin"] = json!(manifest.origin);
        facts["tracks"] = manifest.tracks.iter().map(|file| json!(file.path)).collect();
    }
    if json {
        say!("{facts}");
    } else if let Some(table) = facts.as_object() {
        for (key, value) in table {
            let text = match value {
                serde_json::Value::Null => "–".to_owned(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            say!("{key:<24} {text}");
        }
    }
    Ok(Exit::Done)
}
