//! Still pictures: the same scene as in the window, drawn off-screen, without a display and without a graphics card.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bevy::app::PluginGroupBuilder;
use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{TextureFormat, TextureUsages};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use bevy_egui::{EguiGlobalSettings, PrimaryEguiContext};

use crate::frame::SimTime;
use crate::scenario::ResolvedScenario;

use super::camera::{Eye, Following, Orbit, Selected, eye};
use super::course::{CoursePlugin, Courses};
use super::fonts::Letters;
use super::graphics::{self, Detail};
use super::layers::{Unfinished, need_course};
use super::moment::Moment;
use super::options::RenderOptions;
use super::panels::CaptionPlugin;
use super::playhead::Playhead;
use super::preset::CameraPreset;
use super::scene::Scene;
use super::source::{Replay, Source};
use super::{DrawingPlugin, ViewerError, plugins};

/// Steps between everything being in place and the picture, so that layers and text have caught up.
const SETTLING: u32 = 2;
/// How long a picture may take before something must be wrong.
const PATIENCE: Duration = Duration::from_mins(5);

/// Draws one picture into a PNG file.
///
/// # Errors
/// When there is no graphics driver, the recording cannot be read, the camera names an unknown drone, or the file
/// cannot be written.
pub fn render(
    scenario: &ResolvedScenario,
    recording: Arc<dyn Source>,
    options: &RenderOptions,
) -> Result<(), ViewerError> {
    graphics::find_adapter()?;
    let at = options.at.clamp(recording.start(), recording.end());
    let frame = recording.frame_at(at)?;
    let scene = Scene::new(scenario, options.vertical_exaggeration, options.seed)
        .with_alternatives(options.alternatives.as_ref());
    let followed = match &options.camera {
        CameraPreset::Follow(name) => {
            Some(scene.drone_named(name).ok_or_else(|| ViewerError::UnknownDrone(name.clone()))?)
        }
        _ => None,
    };
    let followed_sample = frame.drones.iter().find(|sample| Some(sample.drone) == followed);
    let orbit = Orbit::of_preset(&scene, &options.camera, followed_sample);

    let mut app = off_screen_app(scene, recording, options, at);
    app.insert_resource(Following(followed)).insert_resource(Selected(followed));
    let target = add_camera(&mut app, orbit, options.size);
    let readings = u32::from(reads_course(options));
    let picture = drawn(&mut app, target, readings)?;
    save(picture, &options.out)
}

fn off_screen_app(scene: Scene, recording: Arc<dyn Source>, options: &RenderOptions, at: SimTime) -> App {
    let mut app = App::new();
    app.add_plugins(off_screen_plugins());
    app.insert_resource(Replay::new(recording)).insert_resource(Playhead::at(at, false, false));
    app.add_plugins(DrawingPlugin {
        scene,
        language: options.language,
        layers: options.layers.clone(),
        cells: options.cells,
        detail: Detail::Full,
    });
    if options.caption {
        app.add_plugins(CaptionPlugin);
    }
    if reads_course(options) {
        app.add_plugins(CoursePlugin { counts: 0 });
    }
    app
}

/// Whether what happened in the whole run is drawn.
fn reads_course(options: &RenderOptions) -> bool {
    options.layers.as_ref().is_some_and(|layers| need_course(&layers.0))
}

fn off_screen_plugins() -> PluginGroupBuilder {
    let no_window = WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() };
    // Without pipelining no second picture is under way behind the one that is wanted.
    plugins(true).set(no_window).disable::<WinitPlugin>().disable::<PipelinedRenderingPlugin>()
}

fn add_camera(app: &mut App, orbit: Orbit, (width, height): (u32, u32)) -> Handle<Image> {
    let mut image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let world = app.world_mut();
    world.resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
    let target = world.resource_mut::<Assets<Image>>().add(image);
    let bundle = eye(world.resource::<Scene>(), orbit, Detail::Full);
    let inactive = Camera { is_active: false, ..default() };
    world.spawn((bundle, inactive, PrimaryEguiContext, RenderTarget::Image(target.clone().into())));
    target
}

/// Runs the app until the scene is whole, and takes its picture. The camera is on for that one step only: without a
/// graphics card every picture takes seconds.
fn drawn(app: &mut App, target: Handle<Image>, readings: u32) -> Result<Image, ViewerError> {
    app.finish();
    app.cleanup();
    let begun = Instant::now();
    let mut settled = 0;
    while settled < SETTLING {
        app.update();
        settled = if whole(app.world(), readings) { settled + 1 } else { 0 };
        patience(begun)?;
    }
    show(app.world_mut(), true);
    let slot = Arc::new(Mutex::new(None));
    let taken = Arc::clone(&slot);
    app.world_mut().spawn(Screenshot::image(target)).observe(move |mut captured: On<ScreenshotCaptured>| {
        if let Ok(mut slot) = taken.lock() {
            *slot = Some(std::mem::take(&mut captured.image));
        }
    });
    loop {
        app.update();
        show(app.world_mut(), false);
        if let Some(image) = slot.lock().ok().and_then(|mut slot| slot.take()) {
            return Ok(image);
        }
        patience(begun)?;
    }
}

fn show(world: &mut World, active: bool) {
    for mut camera in world.query_filtered::<&mut Camera, With<Eye>>().iter_mut(world) {
        camera.is_active = active;
    }
}

/// Whether all that is to be drawn is there; what happened in the run is read at least `readings` times.
fn whole(world: &World, readings: u32) -> bool {
    world.resource::<Courses>().with(|course| course.readings >= readings)
        && world.resource::<Unfinished>().0.is_empty()
        && world.resource::<Moment>().frame.is_some()
        && *world.resource::<Letters>() == Letters::Ready
}

fn patience(begun: Instant) -> Result<(), ViewerError> {
    if begun.elapsed() > PATIENCE { Err(ViewerError::TimedOut(PATIENCE)) } else { Ok(()) }
}

/// Writes aside and renames, so that a killed run leaves no half picture.
pub fn save(picture: Image, out: &PathBuf) -> Result<(), ViewerError> {
    let failed = |cause: String| ViewerError::Write { path: out.clone(), cause };
    let pixels = picture.try_into_dynamic().map_err(|error| failed(error.to_string()))?.to_rgb8();
    let aside = out.with_extension("png.part");
    pixels.save_with_format(&aside, image::ImageFormat::Png).map_err(|error| failed(error.to_string()))?;
    std::fs::rename(&aside, out).map_err(|error| failed(error.to_string()))
}
