//! The window: the same drawing as a still, with time running, panels, and hands on the camera.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::PrimaryEguiContext;

use crate::scenario::ResolvedScenario;

use super::camera::{Following, Orbit, Selected, eye};
use super::course::CoursePlugin;
use super::graphics;
use super::moment::Moment;
use super::options::ViewOptions;
use super::order::Step;
use super::panels::{Panels, PanelsPlugin};
use super::playhead::Playhead;
use super::preset::CameraPreset;
use super::scene::{Scene, Speech};
use super::source::{Replay, Source};
use super::steer::SteerPlugin;
use super::still::save;
use super::{DrawingPlugin, ViewerError, plugins, words};

/// Bevy leaves with this code when the terminal interrupts it: the user closed the window in another way.
const INTERRUPTED: u8 = 130;
/// Points of the graph of airborne drones.
const COUNTS: u32 = 241;
/// How often the window looks around while nothing moves.
const IDLE: Duration = Duration::from_millis(100);

/// Opens a window on a recording, finished or growing, and returns when it is closed.
///
/// # Errors
/// When there is no graphics driver or no display, or the camera names an unknown drone.
pub fn view(scenario: &ResolvedScenario, recording: Arc<dyn Source>, options: &ViewOptions) -> Result<(), ViewerError> {
    let detail = graphics::find_adapter()?;
    let scene = Scene::new(scenario, options.vertical_exaggeration, options.seed)
        .with_alternatives(options.alternatives.as_ref());
    let followed = match &options.camera {
        CameraPreset::Follow(name) => {
            Some(scene.drone_named(name).ok_or_else(|| ViewerError::UnknownDrone(name.clone()))?)
        }
        _ => None,
    };
    let at = options.at.unwrap_or_else(|| recording.start());
    let frame = recording.frame_at(at).ok();
    let followed_sample = frame.iter().flat_map(|frame| &frame.drones).find(|sample| Some(sample.drone) == followed);
    let orbit = Orbit::of_preset(&scene, &options.camera, followed_sample);

    let mut app = App::new();
    open(&mut app, scenario.title.get(options.language))?;
    app.insert_resource(Replay::new(recording))
        .insert_resource(Playhead::at(at, options.playing, options.live))
        .insert_resource(Pictures(options.pictures.clone()))
        .add_plugins(DrawingPlugin {
            scene: scene.clone(),
            language: options.language,
            layers: options.layers.clone(),
            cells: options.cells,
            detail,
        })
        .add_plugins((PanelsPlugin, CoursePlugin { counts: COUNTS }, SteerPlugin))
        .insert_resource(Following(followed))
        .insert_resource(Selected(followed))
        .add_systems(Update, (take_picture, rest).in_set(Step::Steer));
    app.world_mut().spawn((eye(&scene, orbit, detail), PrimaryEguiContext));
    match app.run() {
        AppExit::Error(code) if code.get() != INTERRUPTED => Err(ViewerError::Window),
        AppExit::Success | AppExit::Error(_) => Ok(()),
    }
}

/// Adds Bevy's plugins. Without a display the window library panics: that is caught and told in words.
fn open(app: &mut App, title: &str) -> Result<(), ViewerError> {
    let window = Window { title: format!("skygrid · {title}"), resolution: (1440, 900).into(), ..default() };
    let window = WindowPlugin { primary_window: Some(window), ..default() };
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let opened = catch_unwind(AssertUnwindSafe(|| {
        app.add_plugins(plugins(false).set(window));
    }));
    std::panic::set_hook(quiet);
    opened.ok().ok_or(ViewerError::Window)
}

/// Draws only when something happens while time stands still.
fn rest(playhead: Res<Playhead>, mut pace: ResMut<WinitSettings>) {
    let mode = if playhead.playing || playhead.live { UpdateMode::Continuous } else { UpdateMode::reactive(IDLE) };
    if pace.focused_mode != mode {
        *pace = WinitSettings { focused_mode: mode, unfocused_mode: mode };
    }
}

/// Where pictures go.
#[derive(Resource)]
struct Pictures(PathBuf);

/// F12: a picture of the window as it is.
fn take_picture(
    keys: Res<ButtonInput<KeyCode>>,
    scene: Res<Scene>,
    moment: Res<Moment>,
    pictures: Res<Pictures>,
    mut commands: Commands,
) {
    if !keys.just_pressed(KeyCode::F12) {
        return;
    }
    let name = format!("{}-{:09}ms.png", scene.scenario.name, moment.time.millis());
    let out = pictures.0.join(name);
    commands.spawn(Screenshot::primary_window()).observe(
        move |mut captured: On<ScreenshotCaptured>, speech: Res<Speech>, mut panels: ResMut<Panels>| {
            let saved = save(std::mem::take(&mut captured.image), &out);
            panels.notice = Some(match saved {
                Ok(()) => format!("{}: {}", words::PICTURE_WRITTEN.get(speech.0), out.display()),
                Err(error) => error.to_string(),
            });
        },
    );
}
