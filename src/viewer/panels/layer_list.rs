//! The list of layers, each with its switch.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::viewer::fonts::letters_ready;
use crate::viewer::layers::{LAYERS, Switches};
use crate::viewer::scene::Speech;
use crate::viewer::words;

use super::{Panels, interface_shown, sheet};

/// Shows the list of layers.
pub struct LayerListPlugin;

impl Plugin for LayerListPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(EguiPrimaryContextPass, show.run_if(letters_ready).run_if(interface_shown));
    }
}

fn show(
    speech: Res<Speech>,
    mut panels: ResMut<Panels>,
    mut switches: ResMut<Switches>,
    mut contexts: EguiContexts,
) -> Result {
    let mut open = panels.layers;
    if !open {
        return Ok(());
    }
    egui::Window::new(words::LAYERS.get(speech.0))
        .id("layers".into())
        .frame(sheet())
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .default_pos(egui::pos2(12.0, 90.0))
        .show(contexts.ctx_mut()?, |ui| {
            for layer in &LAYERS {
                let mut on = switches.is_on(layer.key);
                if ui.checkbox(&mut on, layer.name.get(speech.0)).changed() {
                    switches.toggle(layer.key);
                }
            }
        });
    panels.layers = open;
    Ok(())
}
