//! The legend: what shapes and colours mean, for the missions and alerts that this scenario can show.

use std::collections::BTreeSet;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::frame::{AlertLevel, MissionKind};
use crate::message::Language;
use crate::traffic::manned::WellClear;
use crate::viewer::fonts::letters_ready;
use crate::viewer::moment::Moment;
use crate::viewer::palette::{self, Tint};
use crate::viewer::rules::{self, Attribute, CellView};
use crate::viewer::scene::{Scene, Speech, narrow};
use crate::viewer::words;
use crate::world::airspace::State;
use crate::world::coverage::Grade;

use super::{CellRange, Layer, Mark, Switches, coverage, manned, on, reported, wind};

/// The layer.
pub const LAYER: Layer = Layer { key: "legend", name: words::LEGEND, usual: true, build };

/// A sign, its colour and what it means.
type Entry = (&'static str, Tint, String);

/// Room at the bottom of a window that the timeline takes, pixels.
#[derive(Resource, Default)]
pub struct BottomRoom(pub f32);

fn build(app: &mut App) {
    app.init_resource::<BottomRoom>()
        .add_systems(EguiPrimaryContextPass, write.run_if(letters_ready).run_if(on(LAYER.key)));
}

fn write(
    scene: Res<Scene>,
    speech: Res<Speech>,
    switches: Res<Switches>,
    view: Res<CellView>,
    range: Res<CellRange>,
    room: Res<BottomRoom>,
    moment: Res<Moment>,
    mut contexts: EguiContexts,
) -> Result {
    let offset = egui::vec2(-12.0, -12.0 - room.0);
    let frame = egui::Frame::new().fill(egui::Color32::from_white_alpha(215)).corner_radius(6.0).inner_margin(8.0);
    // Where both have no room, a panel lies over the legend.
    let area = egui::Area::new("legend".into()).order(egui::Order::Background);
    area.anchor(egui::Align2::RIGHT_BOTTOM, offset).interactable(false).show(contexts.ctx_mut()?, |ui| {
        frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.spacing_mut().interact_size.y = 17.0;
            let lasting = entries(&scene, &switches, *view, *range, speech.0);
            let passing = moment_entries(&scene, &moment, &switches, speech.0);
            for (sign, tint, text) in lasting.into_iter().chain(passing) {
                ui.horizontal(|ui| {
                    ui.label(egui::RichText::new(sign).color(tint.ink()).size(15.0));
                    let (bar, _) = ui.allocate_exact_size(egui::vec2(14.0, 4.0), egui::Sense::hover());
                    ui.painter().rect_filled(bar, 1.0, tint.egui());
                    ui.label(egui::RichText::new(text).color(palette::INK.egui()).size(13.0));
                });
            }
        });
    });
    Ok(())
}

/// States of the slice, or the ends of a figure's range.
fn cell_entries(view: CellView, range: CellRange, language: Language) -> Vec<Entry> {
    let name = view.attribute.name().get(language);
    match (view.attribute, range.0) {
        (Attribute::State, _) => {
            let height_m = view.height_agl_m;
            let states = State::ALL.map(|state| {
                let text = format!("{} · {height_m:.0} m AGL", state.name().get(language));
                (rules::sign(state), rules::tint(state), text)
            });
            states.to_vec()
        }
        (_, Some((low, high))) => [(0.0, low), (0.5, f64::midpoint(low, high)), (1.0, high)]
            .map(|(share, value)| ("■", palette::figure_tint(share), format!("{name} {value:.0}")))
            .to_vec(),
        (_, None) => Vec::new(),
    }
}

fn entries(scene: &Scene, switches: &Switches, view: CellView, range: CellRange, language: Language) -> Vec<Entry> {
    let fleets = scene.scenario.fleets.iter().map(|fleet| fleet.kind);
    let kinds: BTreeSet<MissionKind> = fleets.chain(scene.scenario.routes.iter().map(|route| route.kind)).collect();
    let mut entries: Vec<_> = kinds
        .into_iter()
        .map(|kind| (palette::mission_sign(kind), palette::mission(kind), kind.name().get(language).to_owned()))
        .collect();
    if switches.is_on("ceiling") {
        let ceiling_m = scene.scenario.airspace.ceiling_agl_m();
        entries.push(("□", palette::CEILING, format!("{} {ceiling_m:.0} m", words::CEILING_AGL.get(language))));
    }
    if switches.is_on("cells") {
        entries.extend(cell_entries(view, range, language));
    }
    if switches.is_on("coverage") && scene.scenario.network.is_some() {
        let height_m = view.height_agl_m;
        entries.extend(Grade::ALL.map(|grade| {
            let text = format!("{} · {height_m:.0} m AGL", grade.name().get(language));
            ("■", coverage::tint(grade), text)
        }));
    }
    if switches.is_on("wind") && scene.scenario.weather.is_some() {
        entries.extend(wind_entries(scene, view.height_agl_m, language));
    }
    if switches.is_on("conflicts") {
        for level in AlertLevel::ALL {
            let text = words::alert(level).get(language).to_owned();
            entries.push((palette::alert_sign(level), palette::alert(level), text));
        }
        entries.push((palette::LOSS_SIGN, palette::LOSS, words::LOSS_OF_SEPARATION.get(language).to_owned()));
        entries.push(("◎", palette::INK, words::RING_RADIUS.get(language).to_owned()));
    }
    entries
}

/// The colours of the wind, and the mark of a gust that is too much.
fn wind_entries(scene: &Scene, height_m: f64, language: Language) -> Vec<Entry> {
    let name = words::WIND.get(language);
    let speeds = [0.0, 0.5, 1.0].map(|share| {
        let speed_mps = share * wind::FULL_MPS;
        ("→", palette::figure_tint(narrow(share)), format!("{name} {speed_mps:.1} m/s · {height_m:.0} m AGL"))
    });
    let beyond = wind::gust_limit_mps(scene)
        .map(|limit_mps| ("×", palette::LOSS, format!("{} {limit_mps:.0} m/s", words::GUST_BEYOND.get(language))));
    speeds.into_iter().chain(beyond).collect()
}

/// The marks that the moment has: reports, contingencies, manned aircraft.
fn moment_entries(scene: &Scene, moment: &Moment, switches: &Switches, language: Language) -> Vec<Entry> {
    let mut entries = Vec::new();
    if switches.is_on("contingencies") {
        let marks: BTreeSet<Mark> = moment.drones.iter().filter_map(|drawn| Mark::of(&drawn.sample)).collect();
        entries.extend(marks.into_iter().map(|mark| (mark.sign(), mark.tint(), mark.name().get(language).to_owned())));
    }
    if switches.is_on("reported") && moment.drones.iter().any(|drawn| reported::offset(scene, drawn).is_some()) {
        entries.push(("○", palette::REPORTED, words::REPORTED.get(language).to_owned()));
    }
    if let Some(drawn) = moment.manned.first().filter(|_| switches.is_on("manned")) {
        let WellClear { horizontal_m, vertical_m } = manned::well_clear(scene, drawn);
        let text = format!("{} {horizontal_m:.0} m, ± {vertical_m:.0} m", words::WELL_CLEAR.get(language));
        entries.push(("↑", palette::MANNED, text));
    }
    entries
}
