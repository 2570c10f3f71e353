//! The list of layers, each with its switch.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::message::Language;
use crate::viewer::fonts::letters_ready;
use crate::viewer::layers::{BottomRoom, LAYERS, Switches, is_offered};
use crate::viewer::palette;
use crate::viewer::rules::{Attribute, CellView};
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::words;

use super::{Panels, interface_shown};

/// Height of what is above the list and below it, pixels.
const AROUND: f32 = 262.0;

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
    scene: Res<Scene>,
    room: Res<BottomRoom>,
    mut switches: ResMut<Switches>,
    mut cells: ResMut<CellView>,
    mut contexts: EguiContexts,
) -> Result {
    let mut open = panels.layers;
    if !open {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    // So that the timeline stays free in a low window.
    let most = (context.content_rect().height() - room.total() - AROUND).max(100.0);
    let ceiling_m = scene.scenario.airspace.ceiling_agl_m();
    egui::Window::new(words::LAYERS.get(speech.0))
        .id("layers".into())
        .frame(palette::sheet())
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .default_pos(egui::pos2(12.0, 90.0))
        .show(context, |ui| {
            egui::ScrollArea::vertical().max_height(most).show(ui, |ui| {
                for layer in LAYERS.iter().filter(|layer| is_offered(layer, &scene)) {
                    let mut on = switches.is_on(layer.key);
                    if ui.checkbox(&mut on, layer.name.get(speech.0)).changed() {
                        switches.toggle(layer.key);
                    }
                }
            });
            ui.separator();
            cell_view(ui, &mut cells, ceiling_m, speech.0);
        });
    panels.layers = open;
    Ok(())
}

/// What the cells of the grid map show, and the height of the slice.
fn cell_view(ui: &mut egui::Ui, cells: &mut ResMut<CellView>, ceiling_m: f64, language: Language) {
    let mut wanted = **cells;
    egui::ComboBox::from_id_salt("cells").selected_text(wanted.attribute.name().get(language)).show_ui(ui, |ui| {
        for attribute in Attribute::ALL {
            ui.selectable_value(&mut wanted.attribute, attribute, attribute.name().get(language));
        }
    });
    let slider = egui::Slider::new(&mut wanted.height_agl_m, 0.0..=ceiling_m).step_by(5.0);
    ui.label(words::SLICE.get(language));
    ui.add(slider);
    // Writing only what differs, because a write makes the slice anew.
    cells.set_if_neq(wanted);
}
