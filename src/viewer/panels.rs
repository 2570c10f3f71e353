//! What is written over the picture beside the layers: the caption of a still, the panels of a window.

mod caption;
mod circumstances;
mod go_to;
mod help;
mod layer_list;
mod loading;
mod selection;
mod ticks;
mod timeline;

use bevy::prelude::*;

pub use caption::CaptionPlugin;

/// Which panels are open.
#[expect(clippy::struct_excessive_bools, reason = "each is a panel that is open or not, independently")]
#[derive(Resource)]
pub struct Panels {
    /// Whether anything is shown at all.
    pub interface: bool,
    /// The list of layers.
    pub layers: bool,
    /// The list of drones.
    pub drones: bool,
    /// Whether the list of drones waits for a name to find.
    pub finding: bool,
    /// The keys.
    pub help: bool,
    /// The time to go to, while it is being typed.
    pub go_to: Option<String>,
    /// The last thing the program has to say, such as where a picture was written.
    pub notice: Option<String>,
}

impl Default for Panels {
    fn default() -> Self {
        Self { interface: true, layers: false, drones: false, finding: false, help: false, go_to: None, notice: None }
    }
}

/// Run condition: the interface is shown.
fn interface_shown(panels: Res<Panels>) -> bool {
    panels.interface
}

/// All panels of a window.
pub struct PanelsPlugin;

impl Plugin for PanelsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Panels>().add_plugins((
            CaptionPlugin,
            timeline::TimelinePlugin,
            selection::SelectionPlugin,
            layer_list::LayerListPlugin,
            help::HelpPlugin,
            go_to::GoToPlugin,
            loading::LoadingPlugin,
        ));
    }
}
