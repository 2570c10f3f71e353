//! The legend: what shapes and colours mean, for the missions and alerts that this scenario can show.

use std::collections::BTreeSet;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::frame::{AlertLevel, IntentState, MissionKind};
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

use super::{CellRange, Layer, Mark, Switches, coverage, manned, on, panel_rect, reported, wind};

/// The layer.
pub const LAYER: Layer = Layer { key: "legend", name: words::LEGEND, usual: true, build };

/// A sign, its colour and what it means.
type Entry = (&'static str, Tint, String);

/// Distance from edges and panels, height of the caption with what is around it, and of an entry, pixels.
const MARGIN: f32 = 12.0;
const CAPTION: f32 = 100.0;
const ROW: f32 = 22.0;
/// Width of a sign, pixels.
const SIGN: f32 = 17.0;
/// What the legend gives way to.
const PANELS: [&str; 5] = ["caption", "selection", "alternatives", "layers", "help"];

/// Room at the bottom that panels take, pixels.
#[derive(Resource, Default)]
pub struct BottomRoom {
    /// The timeline.
    pub timeline: f32,
    /// The profile above it.
    pub profile: f32,
}

impl BottomRoom {
    /// All of it.
    pub const fn total(&self) -> f32 {
        self.timeline + self.profile
    }
}

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
    let context = contexts.ctx_mut()?;
    let mut entries = entries(&scene, &switches, *view, *range, speech.0);
    entries.extend(moment_entries(&scene, &moment, &switches, speech.0));
    let bottom = MARGIN + room.total();
    let offset = egui::vec2(-aside(context, bottom), -bottom);
    let rows = most_rows(context.content_rect().height() - bottom);
    let frame = palette::sheet();
    let area = egui::Area::new("legend".into()).order(egui::Order::Background);
    area.anchor(egui::Align2::RIGHT_BOTTOM, offset).interactable(false).show(context, |ui| {
        frame.show(ui, |ui| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
            ui.horizontal_top(|ui| {
                for column in entries.chunks(rows) {
                    ui.vertical(|ui| column.iter().for_each(|entry| line(ui, entry)));
                }
            });
        });
    });
    Ok(())
}

/// Distance from the right edge: that of the first place along the bottom where no panel is, at the right, at the left
/// or beside the panel of the selected drone.
fn aside(context: &egui::Context, bottom: f32) -> f32 {
    let window = context.content_rect();
    let Some(own) = panel_rect(context, "legend").map(|own| own.size()) else { return MARGIN };
    let panels: Vec<egui::Rect> = PANELS.into_iter().filter_map(|name| panel_rect(context, name)).collect();
    let beside = panel_rect(context, "selection").map(|panel| window.right() - panel.left() + MARGIN);
    let is_free = |aside: &f32| {
        let corner = window.right_bottom() - egui::vec2(*aside, bottom);
        let place = egui::Rect::from_min_max(corner - own, corner);
        place.left() >= window.left() && !panels.iter().any(|panel| panel.intersects(place))
    };
    [MARGIN, window.width() - MARGIN - own.x].into_iter().chain(beside).find(is_free).unwrap_or(MARGIN)
}

/// Most entries below each other in this height, the caption above them; the rest goes beside them.
fn most_rows(height: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
    let rows = ((height - CAPTION) / ROW).max(6.0) as usize;
    rows
}

fn line(ui: &mut egui::Ui, (sign, tint, text): &Entry) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal(|ui| {
        // A patch has the very colour that it stands for.
        let color = if *sign == "■" { tint.egui() } else { tint.ink() };
        let sign = egui::Label::new(egui::RichText::new(*sign).color(color).size(15.0));
        ui.add_sized(egui::vec2(SIGN, ROW), sign);
        let (bar, _) = ui.allocate_exact_size(egui::vec2(14.0, 4.0), egui::Sense::hover());
        ui.painter().rect_filled(bar, 1.0, tint.egui());
        ui.label(egui::RichText::new(capital(text)).color(palette::INK.egui()).size(13.0));
    });
}

/// A text with its first letter in upper case, as all lines of a list begin.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
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
    if switches.is_on("intents") {
        entries.extend(intent_entries(language));
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

/// What has become of the flights that volumes are reserved for.
fn intent_entries(language: Language) -> [Entry; 4] {
    IntentState::ALL.map(|state| (palette::intent_sign(state), palette::intent(state), words::volumes(state, language)))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the legend goes in a window of 900 × 700 beside a panel of this height, with the list of layers open or not:
    /// distance from the right edge after a few passes.
    fn aside_of(height: f32, layers: bool) -> f32 {
        let context = egui::Context::default();
        let window = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(900.0, 700.0));
        let boxed = |ui: &egui::Ui, name: &'static str, align, size| {
            egui::Area::new(name.into()).anchor(align, egui::Vec2::ZERO).show(ui.ctx(), |ui| ui.allocate_space(size));
        };
        for _ in 0..3 {
            let input = egui::RawInput { screen_rect: Some(window), ..egui::RawInput::default() };
            let output = context.run_ui(input, |ui| {
                boxed(ui, "selection", egui::Align2::RIGHT_TOP, egui::vec2(290.0, height));
                boxed(ui, "legend", egui::Align2::RIGHT_BOTTOM, egui::vec2(260.0, 350.0));
                if layers {
                    boxed(ui, "layers", egui::Align2::LEFT_TOP, egui::vec2(300.0, 500.0));
                }
            });
            output.drop_without_applying_deltas();
        }
        aside(&context, 130.0)
    }

    #[test]
    fn the_legend_gives_way_to_panels() {
        let near = |aside: f32, expected: f32| (aside - expected).abs() < 2.0;
        assert!(near(aside_of(150.0, false), MARGIN), "there is room for both");
        assert!(near(aside_of(400.0, false), 900.0 - 260.0 - MARGIN), "at the left");
        assert!(near(aside_of(400.0, true), 290.0 + MARGIN), "between them");
        assert_eq!((most_rows(700.0), most_rows(0.0)), (27, 6));
    }

    #[test]
    fn lines_begin_in_upper_case() {
        assert_eq!([capital("no link"), capital("无信号"), capital("")], ["No link", "无信号", ""]);
    }
}
