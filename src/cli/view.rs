//! `skygrid view` and `skygrid render`: a run, or a scenario that is simulated while it is shown.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use super::args::{Arguments, LookArgs, Render, ScenarioArgs, View};
use super::check::resolved;
use super::plan::alternatives;
use super::report::write_report;
use super::run::failure_of;
use super::time::time_of_run;
use super::verify::{opened, scenario_of};
use super::{Exit, Failure, Outcome};
use crate::app::{self, Progress, RunOptions, Watch};
use crate::message::Language;
use crate::record::{FolderChoice, RecordMode, Recording};
use crate::scenario::{Clock, Resolution, ResolvedScenario};
use crate::sim::Algorithms;
use crate::units::SimTime;
use crate::viewer::{
    Alternatives, BadAttribute, BadCamera, BadLayer, CameraPreset, CellView, LayerChoice, RenderOptions, ViewOptions,
    ViewerError,
};

/// What is looked at.
struct Looked {
    scenario: Arc<ResolvedScenario>,
    recording: Recording,
    seed: u64,
    /// The instant to look at first.
    at: Option<SimTime>,
    /// Routes to show beside it.
    alternatives: Option<Alternatives>,
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
    cells: CellView,
    time_of_day: Option<String>,
}

impl Look {
    fn of(arguments: &LookArgs) -> Result<Self, Failure> {
        let unknown = |error: &dyn std::fmt::Display| Failure::new(Exit::NotUnderstood, error);
        let layers = arguments.layer.as_deref().map(str::parse).transpose();
        Ok(Self {
            camera: arguments.camera.parse().map_err(|error: BadCamera| unknown(&error))?,
            layers: layers.map_err(|error: BadLayer| unknown(&error))?,
            cells: CellView {
                height_agl_m: arguments.slice.clamp(0.0, 1000.0),
                attribute: arguments.cells.parse().map_err(|error: BadAttribute| unknown(&error))?,
            },
            time_of_day: arguments.at.clone(),
        })
    }

    /// The instant asked for.
    fn at(&self, clock: &Clock, language: Language) -> Result<Option<SimTime>, Failure> {
        self.time_of_day.as_ref().map(|text| time_of_run(text, clock, language)).transpose()
    }
}

pub fn view(view: &View, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let look = Look::of(&view.look)?;
    let looked = looked_at(&view.look, &look, algorithms, language)?;
    let options = ViewOptions {
        at: looked.at,
        camera: look.camera,
        layers: look.layers,
        cells: look.cells,
        language,
        seed: Some(looked.seed),
        alternatives: looked.alternatives,
        playing: !view.paused,
        live: looked.run.is_some() && looked.at.is_none(),
        ..ViewOptions::default()
    };
    let shown = crate::viewer::view(&looked.scenario, Arc::new(looked.recording.clone()), &options);
    if let Some(run) = &looked.run {
        // Nobody looks any more; what was computed by then is kept.
        run.stop.store(1, Ordering::Relaxed);
    }
    let finished = finish(looked.run);
    shown.map_err(|error| viewer_failure(&error))?;
    finished
}

pub fn render(render: &Render, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let look = Look::of(&render.look)?;
    let mut looked = looked_at(&render.look, &look, algorithms, language)?;
    // A picture of a scenario waits for its end: any instant may be asked for.
    finish(looked.run.take())?;
    let options = RenderOptions {
        size: render.size,
        camera: look.camera.clone(),
        layers: look.layers.clone(),
        cells: look.cells,
        language,
        seed: Some(looked.seed),
        alternatives: looked.alternatives,
        ..RenderOptions::new(&render.out, looked.at.unwrap_or_default())
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

fn looked_at(
    arguments: &LookArgs,
    look: &Look,
    algorithms: &Algorithms,
    language: Language,
) -> Result<Looked, Failure> {
    if arguments.what.extension().is_some_and(|extension| extension == "toml") {
        return simulated(arguments, look, algorithms, language);
    }
    if !arguments.set.is_empty() {
        return Err(Failure::settled("--set", language));
    }
    let (_, manifest, recording) = opened(&arguments.what)?;
    let scenario = Arc::new(scenario_of(&manifest, &recording, language)?);
    let at = look.at(&scenario.clock, language)?;
    let alternatives = alternatives(&arguments.routes, &scenario, algorithms, language)?;
    Ok(Looked { scenario, recording, seed: manifest.seed, at, alternatives, run: None })
}

/// Starts a run of the scenario in the background and gives its growing recording.
fn simulated(
    arguments: &LookArgs,
    look: &Look,
    algorithms: &Algorithms,
    language: Language,
) -> Result<Looked, Failure> {
    let file = ScenarioArgs { scenario: arguments.what.clone(), set: arguments.set.clone() };
    let Resolution { scenario, findings } =
        resolved(&file)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    if !findings.0.is_empty() {
        // A planner looks at a plan to see what is wrong with it.
        remark!("{}\n", findings.render(language));
    }
    let at = look.at(&scenario.clock, language)?;
    let alternatives = alternatives(&arguments.routes, &scenario, algorithms, language)?;
    let (sender, receiver) = mpsc::channel();
    let stop = Arc::new(AtomicUsize::new(0));
    let options = RunOptions {
        record: RecordMode::Full,
        folder: Some(FolderChoice::Numbered { runs: "runs".into() }),
        scenario_path: arguments.what.clone(),
        accepted_findings: !findings.0.is_empty(),
        stop: Arc::clone(&stop),
        watch: Box::new(Begin(Some(sender))),
        ..RunOptions::unrecorded(arguments.seed)
    };
    let scenario = Arc::new(scenario);
    let (background, algorithms, seed) = (Arc::clone(&scenario), algorithms.clone(), arguments.seed);
    let thread = std::thread::spawn(move || {
        let outcome = app::run(&background, &algorithms, options).map_err(|error| failure_of(&error))?;
        write_report(&background, &outcome, seed)
    });
    let run = Background { thread, stop };
    match receiver.recv() {
        Ok(recording) => Ok(Looked { scenario, recording, seed, at, alternatives, run: Some(run) }),
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
        // A fault of the program stays one: whoever runs this command tells it as such.
        Some(Err(panic)) => std::panic::resume_unwind(panic),
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
