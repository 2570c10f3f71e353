//! The sheet of keys.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::message::words::Word;
use crate::viewer::fonts::letters_ready;
use crate::viewer::palette;
use crate::viewer::scene::Speech;
use crate::viewer::words;

use super::{Panels, interface_shown};

const KEYS: [(&str, Word); 20] = [
    ("Space", words::KEY_SPACE),
    ("← →", words::KEY_ARROWS),
    ("Home · End", words::KEY_HOME),
    ("− · +", words::KEY_SPEED),
    ("R", words::KEY_REVERSE),
    ("I · O · L", words::KEY_STRETCH),
    ("G", words::KEY_GO_TO),
    ("1 · 2 · 3 · 4", words::KEY_CAMERA),
    ("F, T · Esc", words::KEY_FOLLOW),
    ("W A S D Q E", words::KEY_MOVE),
    ("N", words::KEY_NEXT),
    ("Tab", words::KEY_LIST),
    ("Ctrl F", words::KEY_FIND),
    ("K", words::KEY_LAYERS),
    ("P", words::KEY_PROFILE),
    ("V", words::KEY_INTENTS),
    ("F2", words::KEY_LANGUAGE),
    ("F12", words::KEY_PICTURE),
    ("H", words::KEY_INTERFACE),
    ("F1, ?", words::KEY_HELP),
];

/// Shows the keys.
pub struct HelpPlugin;

impl Plugin for HelpPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(EguiPrimaryContextPass, show.run_if(letters_ready).run_if(interface_shown));
    }
}

fn show(speech: Res<Speech>, mut panels: ResMut<Panels>, mut contexts: EguiContexts) -> Result {
    let mut open = panels.help;
    if !open {
        return Ok(());
    }
    egui::Window::new(words::HELP.get(speech.0))
        .id("help".into())
        .frame(palette::sheet())
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .default_pos(egui::pos2(12.0, 90.0))
        .show(contexts.ctx_mut()?, |ui| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
            egui::Grid::new("keys").striped(true).show(ui, |ui| {
                for (key, what) in KEYS {
                    ui.strong(key);
                    ui.label(what.get(speech.0));
                    ui.end_row();
                }
            });
            ui.separator();
            ui.label(words::MOUSE_ORBIT.get(speech.0));
        });
    panels.help = open;
    Ok(())
}
