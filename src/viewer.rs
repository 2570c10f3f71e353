//! The three-dimensional drawing: a window to replay and steer, and still pictures without one.
//!
//! It reads a recording and the scenario it names, and nothing else; nothing drawn is ever read back. Window and still
//! share one drawing path, [`DrawingPlugin`]: a registry of layers over a scene, at the moment of a playhead. A
//! concern is a plugin: order of the steps, playhead, moment, camera, sky, letters, layers.

#![expect(clippy::disallowed_methods, reason = "nothing drawn is read back: last bits and real time may differ here")]
#![expect(clippy::needless_pass_by_value, reason = "Bevy's systems take their parameters by value")]
#![expect(clippy::too_many_arguments, reason = "a Bevy system names each thing it reads")]

mod alternatives;
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
mod profile;
mod rules;
#[cfg(test)]
mod samples;
mod scene;
mod sky;
mod source;
mod steer;
mod still;
#[cfg(test)]
mod tests;
mod window;
mod words;

use std::path::PathBuf;
use std::time::Duration;

use bevy::app::PluginGroupBuilder;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy_egui::EguiPlugin;

pub use alternatives::Alternatives;
pub use options::{BadLayer, LayerChoice, RenderOptions, ViewOptions};
pub use preset::{BadCamera, CameraPreset};
pub use rules::{Attribute, BadAttribute, CellView};
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
        "no graphics adapter was found: {0}\n  expected: a Vulkan driver, that of a graphics card or one in software\n  \
         cure: on Debian and Ubuntu `apt-get install mesa-vulkan-drivers libvulkan1`"
    )]
    NoAdapter(String),
    /// The recording cannot be read.
    #[error(transparent)]
    Recording(#[from] RecordError),
    /// The camera should follow a drone that is not there.
    #[error(
        "there is no drone `{0}` to follow\n  expected: the id of a fleet and a number from 1, such as `scenic-3`\n  \
         cure: `skygrid render --camera overview`, or another name"
    )]
    UnknownDrone(String),
    /// The picture cannot be written.
    #[error("{}: cannot be written: {cause}\n  expected: a writable folder with room\n  cure: another --out", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// The graphics driver does not answer.
    #[error(
        "the picture was not finished within {} s\n  expected: a graphics driver that answers\n  cure: a smaller \
         picture, fewer layers, or another driver",
        .0.as_secs()
    )]
    TimedOut(Duration),
    /// The window could not be opened or was closed by a fault.
    #[error(
        "the window could not be opened\n  expected: a display, X11 or Wayland\n  cure: `skygrid render` makes \
         pictures without one"
    )]
    Window,
}

/// Everything that window and still have in common. Needs a [`source::Replay`] and a [`playhead::Playhead`].
struct DrawingPlugin {
    scene: scene::Scene,
    language: Language,
    layers: Option<LayerChoice>,
    cells: CellView,
    detail: graphics::Detail,
}

impl Plugin for DrawingPlugin {
    fn build(&self, app: &mut App) {
        let on = self.layers.as_ref().map_or_else(layers::usual, |choice| choice.0.clone());
        app.insert_resource(self.scene.clone())
            .insert_resource(scene::Speech(self.language))
            .insert_resource(self.detail)
            .add_plugins(EguiPlugin::default())
            .add_plugins((
                order::OrderPlugin,
                fonts::FontsPlugin,
                playhead::PlayheadPlugin,
                moment::MomentPlugin,
                camera::CameraPlugin,
                sky::SkyPlugin,
                rules::RulesPlugin(self.cells),
                layers::LayersPlugin { on },
            ));
    }
}

/// Bevy's own plugins. Logging is left to the program. A still waits for its shaders; a window opens before them.
fn plugins(wait_for_shaders: bool) -> PluginGroupBuilder {
    let renderer = RenderPlugin { synchronous_pipeline_compilation: wait_for_shaders, ..default() };
    DefaultPlugins.build().disable::<LogPlugin>().set(renderer)
}
