//! Letters: one bundled font that has Latin and Chinese, for everything egui writes.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

/// Noto Sans CJK SC, cut down to ASCII and GB2312; see `assets/LICENSES.md`.
const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.otf");

/// Whether the font is in use; panels wait for it, since egui takes up fonts between two passes.
#[derive(Resource, Default, PartialEq, Eq)]
pub enum Letters {
    /// Not yet given to egui.
    #[default]
    Missing,
    /// Given to egui in this pass.
    Given,
    /// In use.
    Ready,
}

/// Run condition: text can be laid out.
pub fn letters_ready(letters: Res<Letters>) -> bool {
    *letters == Letters::Ready
}

/// Gives egui its font.
pub struct FontsPlugin;

impl Plugin for FontsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Letters>().add_systems(PreUpdate, settle).add_systems(EguiPrimaryContextPass, give);
    }
}

fn settle(mut letters: ResMut<Letters>) {
    if *letters == Letters::Given {
        *letters = Letters::Ready;
    }
}

fn give(mut contexts: EguiContexts, mut letters: ResMut<Letters>) -> Result {
    if *letters != Letters::Missing {
        return Ok(());
    }
    let mut fonts = egui::FontDefinitions::default();
    fonts.font_data.insert("noto".into(), Arc::new(egui::FontData::from_static(FONT)));
    for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
        fonts.families.entry(family).or_default().insert(0, "noto".into());
    }
    let context = contexts.ctx_mut()?;
    context.set_fonts(fonts);
    context.set_visuals(egui::Visuals::light());
    *letters = Letters::Given;
    Ok(())
}
