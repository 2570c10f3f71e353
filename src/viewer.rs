//! The three-dimensional drawing: a window to replay and steer, and still pictures without one.
//!
//! It reads a recording and the scenario it names, and nothing else; nothing drawn is ever read back. Window and still
//! share one drawing path, [`DrawingPlugin`]: a registry of layers over a scene, at the moment of a playhead. A
//! concern is a plugin: order of the steps, playhead, moment, camera, sky, letters, layers.

#![expect(clippy::disallowed_methods, reason = "nothing drawn is read back: last bits and real time may differ here")]
#![expect(clippy::needless_pass_by_value, reason = "Bevy's systems take their parameters by value")]
#![expect(clippy::too_many_arguments, reason = "a Bevy system names each thing it reads")]

mod camera;
mod course;
mod fonts;
mod geometry;
mod graphics;
mod layers;
mod moment;
mod options;
mod order;
mod palette;
mod panels;
mod playhead;
mod preset;
mod scene;
mod sky;
mod source;
mod steer;
mod still;
mod window;
mod words;

use std::path::PathBuf;
use std::time::Duration;

use bevy::app::PluginGroupBuilder;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy_egui::EguiPlugin;

pub use options::{BadLayer, LayerChoice, RenderOptions, ViewOptions};
pub use preset::{BadCamera, CameraPreset};
pub use source::Source;
pub use still::render;
pub use window::view;

use crate::message::Language;
use crate::record::RecordError;

/// Why nothing can be shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewerError {
    /// Neither a graphics card nor a software driver.
    #[error(
        "no graphics adapter was found ({0}): install a Vulkan driver, on Debian and Ubuntu for machines without a \
         graphics card `apt-get install mesa-vulkan-drivers libvulkan1`"
    )]
    NoAdapter(String),
    /// The recording cannot be read.
    #[error("the recording cannot be read: {0}")]
    Recording(#[from] RecordError),
    /// The camera should follow a drone that is not there.
    #[error("there is no drone `{0}` to follow: names are the fleet's id and a number from 1, such as `scenic-3`")]
    UnknownDrone(String),
    /// The picture cannot be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// The graphics driver does not answer.
    #[error("the picture was not finished within {} s: the graphics driver hangs or is far too slow", .0.as_secs())]
    TimedOut(Duration),
    /// The window could not be opened or was closed by a fault.
    #[error("the window failed: is there a display? A picture without one is made by `skygrid render`")]
    Window,
}

/// Everything that window and still have in common. Needs a [`source::Replay`] and a [`playhead::Playhead`].
struct DrawingPlugin {
    scene: scene::Scene,
    language: Language,
    layers: Option<LayerChoice>,
}

impl Plugin for DrawingPlugin {
    fn build(&self, app: &mut App) {
        let on = self.layers.as_ref().map_or_else(layers::usual, |choice| choice.0.clone());
        app.insert_resource(self.scene.clone())
            .insert_resource(scene::Speech(self.language))
            .add_plugins(EguiPlugin::default())
            .add_plugins((
                order::OrderPlugin,
                fonts::FontsPlugin,
                playhead::PlayheadPlugin,
                moment::MomentPlugin,
                camera::CameraPlugin,
                sky::SkyPlugin,
                layers::LayersPlugin { on },
            ));
    }
}

/// Bevy's own plugins. Logging is left to the program. A still waits for its shaders; a window opens before them.
fn plugins(wait_for_shaders: bool) -> PluginGroupBuilder {
    let renderer = RenderPlugin { synchronous_pipeline_compilation: wait_for_shaders, ..default() };
    DefaultPlugins.build().disable::<LogPlugin>().set(renderer)
}
