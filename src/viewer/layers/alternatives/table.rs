//! The figures of the alternatives side by side; a click on one looks at it.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

use crate::message::Language;
use crate::message::words::Word;
use crate::traffic::route::Alternative;
use crate::viewer::alternatives::{Alternatives, Chosen};
use crate::viewer::layers::panel_rect;
use crate::viewer::palette;
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::words;

/// Distance from edges and panels, pixels.
const MARGIN: f32 = 12.0;
/// Widths of the columns, and of the lines around them, pixels.
const WIDTHS: [f32; 7] = [190.0, 36.0, 40.0, 36.0, 76.0, 62.0, 170.0];
const LINES: f32 = 670.0;

const HEADS: [Word; 7] = [
    words::ALTERNATIVE,
    words::MINUTES,
    words::KILOMETRES,
    words::WATT_HOURS,
    words::PEOPLE_BELOW,
    words::HEIGHTS_AGL,
    words::LEAST_ROOM,
];

/// Writes the table at the top right, beside the selected drone.
pub fn write(scene: Res<Scene>, speech: Res<Speech>, mut chosen: ResMut<Chosen>, mut contexts: EguiContexts) -> Result {
    let Some(alternatives) = &scene.alternatives else { return Ok(()) };
    let context = contexts.ctx_mut()?;
    let offset = offset(context);
    let frame = palette::sheet();
    let mut next = *chosen;
    egui::Area::new("alternatives".into()).anchor(egui::Align2::RIGHT_TOP, offset).show(context, |ui| {
        frame.show(ui, |ui| {
            ui.set_width(LINES);
            ui.visuals_mut().override_text_color = Some(palette::INK.egui());
            ui.label(egui::RichText::new(alternatives.heading.get(speech.0)).strong().size(14.0));
            rows(ui, &scene, alternatives, &mut next, speech.0);
            for line in &alternatives.avoided {
                ui.label(egui::RichText::new(line.get(speech.0)).size(12.0));
            }
        });
    });
    chosen.set_if_neq(next);
    Ok(())
}

/// Where the table goes from the top right: beside the selected drone, below the caption where both do not fit side by side.
fn offset(context: &egui::Context) -> egui::Vec2 {
    let window = context.content_rect();
    let beside = panel_rect(context, "selection").map_or(0.0, |panel| window.right() - panel.left());
    let right = window.right() - MARGIN - beside;
    let own = panel_rect(context, "alternatives").map_or(LINES, |own| own.width());
    let caption = panel_rect(context, "caption").filter(|caption| caption.right() + MARGIN > right - own);
    egui::vec2(-MARGIN - beside, caption.map_or(MARGIN, |caption| caption.bottom() + MARGIN))
}

/// A line of heads and one for each route. Not a grid, which does not make room for names of several lines.
fn rows(ui: &mut egui::Ui, scene: &Scene, alternatives: &Alternatives, chosen: &mut Chosen, language: Language) {
    ui.horizontal_top(|ui| {
        for (head, width) in HEADS.into_iter().zip(WIDTHS) {
            cell(ui, width, |ui| ui.label(egui::RichText::new(head.get(language)).size(12.0)));
        }
    });
    for (index, route) in alternatives.routes.iter().enumerate() {
        ui.horizontal_top(|ui| {
            cell(ui, WIDTHS[0], |ui| {
                let name = alternatives.name(index);
                // A patch of its colour before the name.
                let (patch, _) = ui.allocate_exact_size(egui::vec2(WIDTHS[0], 4.0), egui::Sense::hover());
                ui.painter().rect_filled(patch, 1.0, palette::alternative(index).egui());
                let name = egui::RichText::new(name.get(language)).size(13.0);
                let is_chosen = chosen.0 == index;
                if ui.add(egui::Button::selectable(is_chosen, name).wrap()).clicked() {
                    chosen.0 = index;
                }
            });
            for (figure, width) in figures(route).into_iter().zip(&WIDTHS[1..]) {
                cell(ui, *width, |ui| ui.label(egui::RichText::new(figure).size(13.0)));
            }
            let room = route.figures.room.told(&scene.scenario.airspace);
            cell(ui, WIDTHS[6], |ui| ui.label(egui::RichText::new(room.get(language)).size(12.0)));
        });
    }
}

/// A column of a width, in which texts take as many lines as they need.
fn cell<R>(ui: &mut egui::Ui, width: f32, content: impl FnOnce(&mut egui::Ui) -> R) {
    let layout = egui::Layout::top_down(egui::Align::LEFT);
    ui.allocate_ui_with_layout(egui::vec2(width, 0.0), layout, |ui| {
        ui.set_width(width);
        content(ui);
    });
}

/// Minutes, kilometres, energy, people on a square kilometre below in the mean of the flight, lowest and highest true height.
fn figures(route: &Alternative) -> [String; 5] {
    let figures = &route.figures;
    [
        format!("{:.1}", figures.time_s / 60.0),
        format!("{:.2}", figures.length_m / 1000.0),
        format!("{:.0}", figures.energy_wh),
        format!("{:.0}", figures.people_s_per_km2 / figures.time_s.max(1.0)),
        format!("{:.0}–{:.0}", figures.agl_m[0], figures.agl_m[1]),
    ]
}
