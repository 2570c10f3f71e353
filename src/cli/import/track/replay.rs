//! Imported tracks as a run: frames with the conflicts between them, the recording, the tables, the manifest.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::{CastTrack, full_path};
use crate::app::names_of;
use crate::cli::args::ImportTrack;
use crate::cli::{Exit, Failure};
use crate::frame::{ConflictSample, DroneId, DroneSample, Frame, SimEvent, TimedEvent};
use crate::record::{
    Digest, FolderChoice, InputHash, Manifest, RecordMode, RecordingMetadata, RecordingWriter, RunFolder, RunOrigin,
    RunStatus, Tables, parked, quantised,
};
use crate::scenario::ResolvedScenario;
use crate::sim::{conflict_sample, event_of};
use crate::traffic::conflict::{Detector, Monitor, MonitorChange, Motion, Overcrowded};
use crate::units::SimTime;

/// What was written.
pub struct Replayed {
    pub folder: PathBuf,
    pub start: SimTime,
    pub end: SimTime,
    pub frames: usize,
    pub encounters: usize,
    pub losses: usize,
    pub digest: String,
}

/// Writes the run of imported tracks.
pub fn write(
    scenario: &ResolvedScenario,
    tracks: &[CastTrack],
    hashes: Vec<InputHash>,
    arguments: &ImportTrack,
) -> Result<Replayed, Failure> {
    let choice = FolderChoice::Explicit { path: arguments.out.clone(), replace: arguments.force };
    let folder = choice.make(&scenario.name).map_err(|error| refused(&error))?;
    let mut manifest = Manifest::begin(scenario.name.clone(), &full_path(&arguments.scenario), 0);
    manifest.origin = RunOrigin::ImportedTracks;
    manifest.tracks = hashes;
    let inputs = scenario.inputs.iter();
    manifest.inputs =
        inputs.map(|input| InputHash { path: input.path.clone(), blake3: input.blake3.clone() }).collect();
    manifest.write(&folder.manifest()).map_err(|error| refused(&error))?;
    let begun = Timestamp::now();
    let written = recorded(scenario, tracks, &folder);
    match &written {
        Ok(replayed) => {
            let wall_s = Timestamp::now().duration_since(begun).as_secs_f64();
            let lasted_s = (replayed.end - replayed.start).seconds();
            manifest.end(RunStatus::Done, replayed.digest.clone(), lasted_s, wall_s);
        }
        Err(_) => manifest.status = RunStatus::Failed,
    }
    manifest.write(&folder.manifest()).map_err(|error| refused(&error))?;
    written
}

fn refused(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::InputOutput, error)
}

fn overcrowded(error: Overcrowded) -> Failure {
    let text = format!(
        "{error}\n  expected: tracks of which detection can hold the pairs in memory\n  cure: import fewer tracks at once, or lower `separation.look_ahead_s` of the scenario"
    );
    Failure::new(Exit::NotUnderstood, text)
}

/// Records frame after frame.
fn recorded(scenario: &ResolvedScenario, tracks: &[CastTrack], folder: &RunFolder) -> Result<Replayed, Failure> {
    let clock = &scenario.clock;
    let metadata = RecordingMetadata {
        scenario: scenario.name.clone(),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: 0,
        frame_interval: clock.frame_interval,
        mode: RecordMode::Full,
    };
    let writer = RecordingWriter::create(&folder.recording(), metadata, &scenario.effective);
    let mut writer = writer.map_err(|error| refused(&error))?;
    let (mut digest, mut tables) = (Digest::new(), Tables::new(names_of(scenario)));
    let mut replay = Replay::new(scenario, tracks);
    let frames = replay.first..=replay.last;
    for number in frames.clone() {
        let frame = Arc::new(replay.frame(number)?);
        digest.update(&frame);
        tables.see(&frame);
        writer.append(frame).map_err(|error| refused(&error))?;
    }
    writer.finish().map_err(|error| refused(&error))?;
    let replayed = Replayed {
        folder: folder.path().to_path_buf(),
        start: replay.time_of(*frames.start()),
        end: replay.time_of(*frames.end()),
        frames: frames.count(),
        encounters: replay.encounters,
        losses: replay.losses,
        digest: digest.finish(),
    };
    for (encounter, duration, severity) in replay.monitor.open_losses(replayed.end) {
        // What it would be called if it ended now.
        let ended = event_of(&MonitorChange::Regained { encounter, duration, severity });
        if let SimEvent::SeparationRegained { encounter, duration_ms, severity_permyriad } = ended {
            tables.see_open_loss(encounter, duration_ms, severity_permyriad);
        }
    }
    tables.write(folder).map_err(|error| refused(&error))?;
    folder.write_summary(&summary(scenario, tracks, &replayed)).map_err(|error| refused(&error))?;
    Ok(replayed)
}

/// `summary.json`: what was imported.
fn summary(scenario: &ResolvedScenario, tracks: &[CastTrack], replayed: &Replayed) -> serde_json::Value {
    let rows = tracks.iter().map(|cast| {
        serde_json::json!({
            "name": cast.name,
            "drone": scenario.drone_name(cast.drone),
            "fixes": cast.track.fixes(),
            "flights": cast.track.flights(),
        })
    });
    serde_json::json!({
        "scenario": scenario.name,
        "origin": RunOrigin::ImportedTracks,
        "start_ms": replayed.start,
        "end_ms": replayed.end,
        "drones": scenario.drones().count(),
        "tracks": rows.collect::<Vec<_>>(),
        "counters": { "encounters": replayed.encounters, "losses_of_separation": replayed.losses },
        "digest": replayed.digest,
    })
}

/// Frames out of tracks.
struct Replay<'a> {
    scenario: &'a ResolvedScenario,
    /// Every drone, what it flew, and where it stands if it did not.
    drones: Vec<(DroneId, Option<&'a CastTrack>, [i32; 3])>,
    /// Numbers of the first and the last frame.
    first: i64,
    last: i64,
    detector: Detector,
    monitor: Monitor,
    conflicts: Vec<ConflictSample>,
    encounters: usize,
    losses: usize,
}

impl<'a> Replay<'a> {
    fn new(scenario: &'a ResolvedScenario, tracks: &'a [CastTrack]) -> Self {
        let drones = scenario.drones().map(|(drone, fleet)| {
            let track = tracks.binary_search_by_key(&drone, |track| track.drone).ok().map(|index| &tracks[index]);
            let home = fleet.homes.get(usize::from(drone.ordinal)).map_or([0; 3], quantised);
            (drone, track, home)
        });
        let spans = || tracks.iter().filter_map(|track| track.track.span());
        let first = spans().map(|(first, _)| first).min().unwrap_or_default();
        // One frame more, which shows everybody on the ground.
        let end = scenario.clock.duration.millis() / scenario.clock.frame_interval.millis().max(1);
        let last = spans().map(|(_, last)| last + 1).max().unwrap_or_default().min(end);
        Self {
            scenario,
            drones: drones.collect(),
            first,
            last,
            detector: Detector::new(scenario.minima),
            monitor: Monitor::default(),
            conflicts: Vec::new(),
            encounters: 0,
            losses: 0,
        }
    }

    fn time_of(&self, number: i64) -> SimTime {
        SimTime::from_millis(number.saturating_mul(self.scenario.clock.frame_interval.millis()))
    }

    fn frame(&mut self, number: i64) -> Result<Frame, Failure> {
        let (time, interval) = (self.time_of(number), self.scenario.clock.frame_interval);
        let drones = self.drones.iter().map(|(drone, track, home)| {
            let flown = track.and_then(|track| track.track.sample(*drone, number, interval));
            flown.unwrap_or_else(|| parked(*drone, *home))
        });
        let drones: Vec<DroneSample> = drones.collect();
        let events =
            if time.is_tick_of(self.scenario.detection_interval) { self.detect(time, &drones)? } else { Vec::new() };
        Ok(Frame { time, drones, conflicts: self.conflicts.clone(), events, ..Frame::default() })
    }

    /// The conflicts between drones in the air, as a run of these positions and velocities has them.
    fn detect(&mut self, time: SimTime, drones: &[DroneSample]) -> Result<Vec<TimedEvent>, Failure> {
        let airborne = drones.iter().filter(|sample| sample.phase.is_airborne());
        let minima = self.scenario.minima;
        let motions: Vec<Motion> = airborne
            .map(|sample| Motion {
                drone: sample.drone,
                position: sample.position_m().into(),
                velocity: sample.velocity_mps().into(),
                zone: minima.zone(),
            })
            .collect();
        let detected = self.detector.conflicts(&motions).map_err(overcrowded)?;
        let changes = self.monitor.update(time, &detected, minima.look_ahead);
        let events: Vec<TimedEvent> =
            changes.iter().map(|change| TimedEvent { time, event: event_of(change) }).collect();
        let count = |is_one: fn(&SimEvent) -> bool| events.iter().filter(|timed| is_one(&timed.event)).count();
        self.encounters += count(|event| matches!(event, SimEvent::EncounterOpened { .. }));
        self.losses += count(|event| matches!(event, SimEvent::LossOfSeparation { .. }));
        let sample = |(encounter, (pair, conflict)): (_, &_)| conflict_sample(encounter, *pair, conflict);
        self.conflicts = self.monitor.encounters().zip(&detected).map(sample).collect();
        self.conflicts.sort_unstable_by_key(|sample| sample.encounter);
        Ok(events)
    }
}
