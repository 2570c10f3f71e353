//! Going to a time that is typed.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::viewer::fonts::letters_ready;
use crate::viewer::palette;
use crate::viewer::playhead::Playhead;
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::source::Replay;
use crate::viewer::words;

use super::{Panels, interface_shown};

/// Asks for a time of day and goes there.
pub struct GoToPlugin;

impl Plugin for GoToPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(EguiPrimaryContextPass, show.run_if(letters_ready).run_if(interface_shown));
    }
}

fn show(
    scene: Res<Scene>,
    speech: Res<Speech>,
    replay: Res<Replay>,
    mut panels: ResMut<Panels>,
    mut playhead: ResMut<Playhead>,
    mut contexts: EguiContexts,
) -> Result {
    let Some(typed) = &mut panels.go_to else { return Ok(()) };
    let instant = scene.scenario.clock.instant(typed);
    let context = contexts.ctx_mut()?;
    let mut done = context.input(|input| input.key_pressed(egui::Key::Escape));
    egui::Area::new("go-to".into()).anchor(egui::Align2::CENTER_CENTER, egui::vec2(0.0, 0.0)).show(context, |ui| {
        palette::sheet().show(ui, |ui| {
            ui.label(words::GO_TO.get(speech.0));
            let color = if instant.is_some() || typed.is_empty() { palette::INK.egui() } else { palette::LOSS.ink() };
            let field = egui::TextEdit::singleline(typed).hint_text("09:40:00").text_color(color).desired_width(110.0);
            let response = ui.add(field);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if let Some(instant) = instant.filter(|_| entered) {
                playhead.seek(instant.clamp(replay.source.start(), replay.source.end()));
                done = true;
            }
            response.request_focus();
        });
    });
    if done {
        panels.go_to = None;
    }
    Ok(())
}
