//! `skygrid info`: what a run holds.

use super::args::RunPath;
use super::verify::opened;
use super::{Exit, Failure, Outcome};

pub fn info(arguments: &RunPath, json: bool) -> Outcome {
    let (folder, manifest, recording) = opened(&arguments.run)?;
    let bytes = std::fs::metadata(folder.recording()).map_err(|error| Failure::new(Exit::InputOutput, error))?.len();
    let (start, end) = (recording.start().unwrap_or_default(), recording.end().unwrap_or_default());
    let first = recording.frame_at(start).ok();
    let drones = first.map_or(0, |frame| frame.drones.len());
    #[expect(clippy::cast_precision_loss, reason = "sizes of files and fleets")]
    let per_drone_second = bytes as f64 / (drones as f64 * (end - start).seconds()).max(1e-9);
    let facts = serde_json::json!({
        "run": folder.path(),
        "status": manifest.status,
        "scenario": manifest.scenario,
        "seed": manifest.seed,
        "program_version": manifest.program_version,
        "recorded": recording.metadata().mode.to_string(),
        "start": start.to_string(),
        "end": end.to_string(),
        "drones": drones,
        "recording_bytes": bytes,
        "bytes_per_drone_second": (per_drone_second * 100.0).round() / 100.0,
        "events": recording.events().flatten().count(),
        "digest": manifest.digest,
    });
    if json {
        say!("{facts}");
    } else if let Some(table) = facts.as_object() {
        for (key, value) in table {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            say!("{key:<24} {text}");
        }
    }
    Ok(Exit::Done)
}
