//! What the viewer is still waiting for, and what went wrong: never a spinner without a word.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::message::Language;
use crate::viewer::fonts::letters_ready;
use crate::viewer::layers::Unfinished;
use crate::viewer::moment::Moment;
use crate::viewer::palette;
use crate::viewer::scene::Speech;
use crate::viewer::source::Replay;
use crate::viewer::words;

use super::Panels;

/// Says what is being loaded.
pub struct LoadingPlugin;

impl Plugin for LoadingPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(EguiPrimaryContextPass, show.run_if(letters_ready));
    }
}

fn show(
    speech: Res<Speech>,
    unfinished: Res<Unfinished>,
    moment: Res<Moment>,
    replay: Res<Replay>,
    panels: Res<Panels>,
    mut contexts: EguiContexts,
) -> Result {
    let lines = lines(speech.0, &unfinished, &moment, &replay, &panels);
    if lines.is_empty() {
        return Ok(());
    }
    egui::Area::new("loading".into()).anchor(egui::Align2::CENTER_TOP, egui::vec2(0.0, 12.0)).interactable(false).show(
        contexts.ctx_mut()?,
        |ui| {
            palette::sheet().show(ui, |ui| {
                ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
                for line in lines {
                    ui.label(egui::RichText::new(line).size(16.0));
                }
            });
        },
    );
    Ok(())
}

fn lines(
    language: Language,
    unfinished: &Unfinished,
    moment: &Moment,
    replay: &Replay,
    panels: &Panels,
) -> Vec<String> {
    let loading = |what: &str| format!("{}: {what} …", words::LOADING.get(language));
    let mut lines: Vec<String> = unfinished.0.iter().map(|word| loading(word.get(language))).collect();
    match &moment.frame {
        None => lines.push(loading(words::LOADING_RECORDING.get(language))),
        Some(frame) if frame.drones.is_empty() => lines.push(words::NO_DRONES.get(language).to_owned()),
        Some(_) => lines.extend(replay.trouble.clone()),
    }
    lines.extend(panels.notice.clone());
    lines
}
