//! `skygrid view` and `skygrid render`: a run, or a scenario that is simulated while it is shown.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use super::args::{Arguments, LookArgs, Render, ScenarioArgs, View};
use super::check::resolved;
use super::report::write_report;
use super::run::failure_of;
use super::verify::{opened, scenario_of};
use super::{Exit, Failure, Outcome};
use crate::app::{self, Progress, RunOptions, Watch};
use crate::message::Language;
use crate::record::{RecordMode, Recording, RunFolder};
use crate::scenario::{Clock, Resolution, ResolvedScenario};
use crate::sim::Algorithms;
use crate::units::SimTime;
use crate::viewer::{CameraPreset, LayerChoice, RenderOptions, ViewOptions, ViewerError};

/// What is looked at.
struct Looked {
    scenario: Arc<ResolvedScenario>,
    recording: Recording,
    seed: u64,
    /// The run in the background that the recording grows from.
    run: Option<Background>,
}

/// A run on a thread of its own.
struct Background {
    thread: std::thread::JoinHandle<Result<(), Failure>>,
    /// Non-zero asks it to stop.
    stop: Arc<AtomicUsize>,
}

/// Camera, layers and time of day of the arguments, understood before anything is simulated.
struct Look {
    camera: CameraPreset,
    layers: Option<LayerChoice>,
    second_of_day: Option<i64>,
}

impl Look {
    fn of(arguments: &LookArgs) -> Result<Self, Failure> {
        let unknown = |error: &dyn std::fmt::Display| Failure::new(Exit::NotUnderstood, error);
        Ok(Self {
            camera: arguments.camera.parse().map_err(|error: crate::viewer::BadCamera| unknown(&error))?,
            layers: arguments
                .layer
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(|error: crate::viewer::BadLayer| unknown(&error))?,
            second_of_day: arguments.at.as_deref().map(second_of_day).transpose()?,
        })
    }

    /// The simulated time of the time of day. A run may pass midnight: an earlier time of day belongs to the next day.
    fn at(&self, clock: &Clock) -> Option<SimTime> {
        let since_start_s = (self.second_of_day? - clock.start_of_day_s).rem_euclid(86_400);
        Some(SimTime::from_millis(since_start_s * 1000))
    }
}

pub fn view(view: &View, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let look = Look::of(&view.look)?;
    let looked = looked_at(&view.look, algorithms, language)?;
    let options = ViewOptions {
        at: look.at(&looked.scenario.clock),
        camera: look.camera,
        layers: look.layers,
        language,
        seed: Some(looked.seed),
        playing: !view.paused,
        live: looked.run.is_some(),
        ..ViewOptions::default()
    };
    let shown = crate::viewer::view(&looked.scenario, Arc::new(looked.recording.clone()), &options);
    if let Some(run) = &looked.run {
        // Nobody looks any more; what was computed by then is kept.
        run.stop.store(1, Ordering::Relaxed);
    }
    shown.map_err(|error| viewer_failure(&error))?;
    finish(looked.run)
}

pub fn render(render: &Render, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let look = Look::of(&render.look)?;
    let mut looked = looked_at(&render.look, algorithms, language)?;
    // A picture of a scenario waits for its end: any instant may be asked for.
    finish(looked.run.take())?;
    let options = RenderOptions {
        size: render.size,
        camera: look.camera.clone(),
        layers: look.layers.clone(),
        language,
        seed: Some(looked.seed),
        ..RenderOptions::new(&render.out, look.at(&looked.scenario.clock).unwrap_or_default())
    };
    crate::viewer::render(&looked.scenario, Arc::new(looked.recording), &options)
        .map_err(|error| viewer_failure(&error))?;
    say!("{}", render.out.display());
    Ok(Exit::Done)
}

fn viewer_failure(error: &ViewerError) -> Failure {
    let exit = if matches!(error, ViewerError::UnknownDrone(_)) { Exit::NotUnderstood } else { Exit::InputOutput };
    Failure::new(exit, error)
}

/// Seconds since midnight of a local time of day, `HH:MM:SS` or `HH:MM`.
fn second_of_day(text: &str) -> Result<i64, Failure> {
    let parts: Option<Vec<i64>> = text.split(':').map(|part| part.parse().ok()).collect();
    let parts = match parts.as_deref() {
        Some(&[hours, minutes]) => Some([hours, minutes, 0]),
        Some(&[hours, minutes, seconds]) => Some([hours, minutes, seconds]),
        _ => None,
    };
    let valid = parts.filter(|&[hours, minutes, seconds]| {
        (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds)
    });
    valid.map(|[hours, minutes, seconds]| hours * 3600 + minutes * 60 + seconds).ok_or_else(|| {
        let text = format!("`{text}` is no time of day\n  expected: HH:MM:SS\n  cure: write it like 09:40:00");
        Failure::new(Exit::NotUnderstood, text)
    })
}

fn looked_at(look: &LookArgs, algorithms: &Algorithms, language: Language) -> Result<Looked, Failure> {
    if look.what.extension().is_some_and(|extension| extension == "toml") {
        return simulated(look, algorithms, language);
    }
    let (_, manifest, recording) = opened(&look.what)?;
    let scenario = Arc::new(scenario_of(&manifest, &recording, language)?);
    Ok(Looked { scenario, recording, seed: manifest.seed, run: None })
}

/// Starts a run of the scenario in the background and gives its growing recording.
fn simulated(look: &LookArgs, algorithms: &Algorithms, language: Language) -> Result<Looked, Failure> {
    let arguments = ScenarioArgs { scenario: look.what.clone(), set: Vec::new() };
    let Resolution { scenario, findings } =
        resolved(&arguments)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    if !findings.0.is_empty() {
        // A planner looks at a plan to see what is wrong with it.
        eprintln!("{}\n", findings.render(language));
    }
    let folder = RunFolder::numbered(Path::new("runs"), &scenario.name)
        .map_err(|error| Failure::new(Exit::InputOutput, error))?;
    let (sender, receiver) = mpsc::channel();
    let stop = Arc::new(AtomicUsize::new(0));
    let options = RunOptions {
        record: RecordMode::Full,
        folder: Some(folder.clone()),
        scenario_path: look.what.clone(),
        accepted_findings: !findings.0.is_empty(),
        stop: Arc::clone(&stop),
        watch: Box::new(Begin(Some(sender))),
        ..RunOptions::unrecorded(look.seed)
    };
    let scenario = Arc::new(scenario);
    let (background, algorithms, seed) = (Arc::clone(&scenario), algorithms.clone(), look.seed);
    let thread = std::thread::spawn(move || {
        let outcome = app::run(&background, &algorithms, options).map_err(|error| failure_of(&error))?;
        write_report(&background, &outcome, seed, &folder)
    });
    let run = Background { thread, stop };
    match receiver.recv() {
        Ok(recording) => Ok(Looked { scenario, recording, seed: look.seed, run: Some(run) }),
        // The run ended before it began to record: its own error says why.
        Err(mpsc::RecvError) => Err(finish(Some(run))
            .err()
            .unwrap_or_else(|| Failure::new(Exit::InputOutput, "the simulation ended before it began to record"))),
    }
}

fn finish(run: Option<Background>) -> Outcome {
    match run.map(|run| run.thread.join()) {
        None | Some(Ok(Ok(()))) => Ok(Exit::Done),
        Some(Ok(Err(failure))) => Err(failure),
        Some(Err(_)) => Err(Failure::new(Exit::InputOutput, "the simulation stopped unexpectedly")),
    }
}

/// Hands the recording over as soon as it has begun.
struct Begin(Option<mpsc::Sender<Recording>>);

impl Watch for Begin {
    fn begun(&mut self, recording: &Recording) {
        if let Some(sender) = self.0.take() {
            // Nobody may be waiting any more; then there is nobody to tell.
            let _ = sender.send(recording.clone());
        }
    }

    fn tell(&mut self, _: &Progress) {}
}
