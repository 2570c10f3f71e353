//! The caption: what this is a picture of, when, and from which seed.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::message::Language;
use crate::viewer::fonts::letters_ready;
use crate::viewer::moment::Moment;
use crate::viewer::palette;
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::words;

/// Writes the caption at the top left.
pub struct CaptionPlugin;

impl Plugin for CaptionPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(EguiPrimaryContextPass, write.run_if(letters_ready));
    }
}

fn write(scene: Res<Scene>, speech: Res<Speech>, moment: Res<Moment>, mut contexts: EguiContexts) -> Result {
    let frame = palette::sheet();
    let offset = egui::vec2(12.0, 12.0);
    egui::Area::new("caption".into()).anchor(egui::Align2::LEFT_TOP, offset).interactable(false).show(
        contexts.ctx_mut()?,
        |ui| {
            frame.show(ui, |ui| {
                // Without this the box keeps the width of the shortest caption it ever had.
                ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
                let title = scene.scenario.title.get(speech.0);
                ui.label(egui::RichText::new(title).size(18.0).strong().color(palette::INK.egui()));
                ui.label(egui::RichText::new(caption(&scene, &moment, speech.0)).size(13.0).color(palette::INK.egui()));
            });
        },
    );
    Ok(())
}

/// The line below the title.
pub fn caption(scene: &Scene, moment: &Moment, language: Language) -> String {
    let clock = &scene.scenario.clock;
    let date = clock.start.get(..10).unwrap_or_default();
    let mut parts = vec![format!("{date} {} ({})", clock.time_of_day(moment.time), moment.time)];
    parts.push(format!("{} {}", moment.airborne(), words::AIRBORNE.get(language)));
    if let Some(seed) = scene.seed {
        parts.push(format!("{} {seed}", words::SEED.get(language)));
    }
    if scene.scenario.terrain.schematic {
        parts.push(words::SCHEMATIC_TERRAIN.get(language).to_owned());
    }
    parts.join(" · ")
}
