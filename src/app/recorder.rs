//! Recording as a Bevy plugin: every frame goes to the digest, the tables and the recording. See [`RecorderPlugin`].

use std::sync::{Arc, Mutex};

use bevy::app::{App, Plugin};
use bevy::ecs::prelude::*;

use super::part_times::{PartTimes, Stopwatch};
use super::simulation::{CurrentFrame, SimStep, emit};
use super::{RunError, RunOptions};
use crate::frame::Frame;
use crate::record::{Digest, Names, RecordError, Recording, RecordingMetadata, RecordingWriter, RunFolder, Tables};
use crate::scenario::ResolvedScenario;
use crate::sim::{Counters, Simulation};
use crate::units::SimTime;

/// Memory for a recording that has no file, bytes.
const MEMORY_LIMIT: usize = 256 << 20;

/// Takes in the frames of a run.
#[derive(Resource)]
pub struct Recorder {
    digest: Digest,
    tables: Tables,
    writer: RecordingWriter,
    /// Time of the last frame.
    last: Option<SimTime>,
    /// The first fault; after it nothing more is written.
    fault: Option<RecordError>,
}

/// What a finished recorder leaves.
pub(super) struct Recorded {
    pub digest: String,
    pub recording: Recording,
    pub figures: Counters,
}

impl Recorder {
    /// A recorder for a run of `scenario`.
    ///
    /// # Errors
    /// If the recording cannot be created.
    pub fn new(
        scenario: &ResolvedScenario,
        folder: Option<&RunFolder>,
        options: &RunOptions,
    ) -> Result<Self, RunError> {
        let metadata = RecordingMetadata {
            scenario: scenario.name.clone(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: options.seed,
            frame_interval: scenario.clock.frame_interval,
            mode: options.record,
        };
        let writer = match folder {
            Some(folder) => RecordingWriter::create(&folder.recording(), metadata, &scenario.effective)?,
            None => RecordingWriter::in_memory(metadata, &scenario.effective, MEMORY_LIMIT),
        };
        let tables = Tables::new(names_of(scenario));
        Ok(Self { digest: Digest::new(), tables, writer, last: None, fault: None })
    }

    /// The recording as it grows.
    pub fn recording(&self) -> Recording {
        self.writer.recording()
    }

    fn take_in(&mut self, frame: &Arc<Frame>) {
        self.last = Some(frame.time);
        self.digest.update(frame);
        self.tables.see(frame);
        if self.fault.is_none() {
            self.fault = self.writer.append(Arc::clone(frame)).err();
        }
    }

    /// Closes the recording and writes tables and summary.
    pub(super) fn finish(
        mut self,
        simulation: &mut Simulation,
        folder: Option<&RunFolder>,
        seed: u64,
    ) -> Result<Recorded, RunError> {
        if self.last.is_none_or(|last| last < simulation.now()) {
            // The run ended between two frames: the last one shows its end and what happened until then.
            self.take_in(&Arc::new(simulation.frame()));
        }
        let figures = simulation.figures();
        for loss in &figures.open_losses {
            self.tables.see_open_loss(loss.encounter, loss.duration_ms, loss.severity_permyriad);
        }
        if let Some(fault) = self.fault {
            return Err(fault.into());
        }
        let recording = self.writer.finish()?;
        let digest = self.digest.finish();
        if let Some(folder) = folder {
            let output = |error: std::io::Error| RunError::Output { path: folder.path().to_path_buf(), source: error };
            self.tables.write(folder).map_err(|error| output(std::io::Error::other(error)))?;
            folder.write_summary(&summary(simulation, &figures, &digest, seed)).map_err(output)?;
        }
        Ok(Recorded { digest, recording, figures })
    }
}

/// What the tables of a run call its fleets, missions and rally points.
pub fn names_of(scenario: &ResolvedScenario) -> Names {
    Names {
        fleets: scenario.fleets.iter().map(|fleet| (fleet.id.clone(), fleet.names.clone())).collect(),
        missions: scenario.missions.iter().map(|mission| mission.id.clone()).collect(),
        rallies: scenario.rallies.iter().map(|rally| rally.id.clone()).collect(),
    }
}

/// `summary.json`: the figures and nothing that differs between two runs of the same scenario and seed.
fn summary(simulation: &Simulation, figures: &Counters, digest: &str, seed: u64) -> serde_json::Value {
    let scenario = simulation.scenario();
    serde_json::json!({
        "scenario": scenario.name,
        "seed": seed,
        "simulated_ms": simulation.now(),
        "drones": scenario.drones().count(),
        "minima": {
            "horizontal_m": scenario.minima.horizontal_m,
            "vertical_m": scenario.minima.vertical_m,
            "look_ahead_ms": scenario.minima.look_ahead,
        },
        "prediction": scenario.prediction,
        "counters": figures,
        "digest": digest,
    })
}

/// Feeds every [`CurrentFrame`] of the schedule [`super::SimStep`] to a [`Recorder`].
pub struct RecorderPlugin(Mutex<Option<Recorder>>);

impl RecorderPlugin {
    /// The plugin for one recorder.
    pub fn new(recorder: Recorder) -> Self {
        Self(Mutex::new(Some(recorder)))
    }
}

impl Plugin for RecorderPlugin {
    fn build(&self, app: &mut App) {
        let recorder = self.0.lock().ok().and_then(|mut slot| slot.take());
        let Some(mut recorder) = recorder else { return };
        if let Some(first) = app.world().get_resource::<CurrentFrame>().and_then(|current| current.0.clone()) {
            recorder.take_in(&first);
        }
        app.insert_resource(recorder).add_systems(SimStep, record_frame.after(emit));
    }
}

/// Takes in the frame of this step, if there is one.
#[expect(clippy::needless_pass_by_value, reason = "Bevy hands system parameters over by value")]
fn record_frame(current: Res<CurrentFrame>, mut recorder: ResMut<Recorder>, mut times: ResMut<PartTimes>) {
    if let Some(frame) = &current.0 {
        let mut watch = Stopwatch::start();
        recorder.take_in(frame);
        times.record_s += watch.lap_s();
    }
}

/// Whether the recording can no longer be written.
pub(super) fn has_failed(app: &App) -> bool {
    app.world().get_resource::<Recorder>().is_some_and(|recorder| recorder.fault.is_some())
}
