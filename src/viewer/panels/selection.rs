//! The selected drone, and the list to select one from.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::frame::SimTime;
use crate::message::Language;
use crate::viewer::camera::{Following, Selected};
use crate::viewer::fonts::letters_ready;
use crate::viewer::layers::Switches;
use crate::viewer::moment::{DrawnDrone, Moment};
use crate::viewer::palette;
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::words;
use crate::world::geo::Position;

use super::{Panels, circumstances, interface_shown};

/// Least height of the list of drones, pixels.
const LEAST_LIST: f32 = 120.0;

/// Shows the selected drone.
pub struct SelectionPlugin;

impl Plugin for SelectionPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(EguiPrimaryContextPass, show.run_if(letters_ready).run_if(interface_shown));
    }
}

fn show(
    scene: Res<Scene>,
    speech: Res<Speech>,
    moment: Res<Moment>,
    mut panels: ResMut<Panels>,
    mut sought: Local<String>,
    mut selected: ResMut<Selected>,
    mut following: ResMut<Following>,
    mut switches: ResMut<Switches>,
    mut contexts: EguiContexts,
) -> Result {
    let drone = selected.0.and_then(|drone| moment.drone(drone));
    if drone.is_none() && !panels.drones {
        return Ok(());
    }
    egui::Area::new("selection".into()).anchor(egui::Align2::RIGHT_TOP, egui::vec2(-12.0, 12.0)).show(
        contexts.ctx_mut()?,
        |ui| {
            palette::sheet().show(ui, |ui| {
                ui.set_width(270.0);
                if let Some(drone) = drone {
                    facts(ui, &scene, moment.time, drone, speech.0);
                    buttons(ui, drone, speech.0, (&mut selected, &mut following, &mut switches));
                }
                if panels.drones {
                    let finding = std::mem::take(&mut panels.bypass_change_detection().finding);
                    list(ui, &scene, &moment, speech.0, (&mut sought, finding), &mut selected);
                }
            });
        },
    );
    Ok(())
}

/// What is known of a drone, all of it as recorded.
fn facts(ui: &mut egui::Ui, scene: &Scene, time: SimTime, drone: &DrawnDrone, language: Language) {
    let sample = &drone.sample;
    let kind = scene.kind(sample.drone);
    let name = format!("{} {}", palette::mission_sign(kind), scene.scenario.drone_name(sample.drone));
    ui.label(egui::RichText::new(name).size(18.0).strong().color(palette::mission(kind).ink()));
    let position = Position::from(sample.position_m());
    let agl = scene.scenario.terrain.agl_m(&position);
    let [east, north, climb] = sample.velocity_mps();
    let aircraft =
        scene.scenario.fleets.get(sample.drone.fleet.index()).map(|fleet| fleet.aircraft.name.get(language).to_owned());
    let rows = [
        (words::MISSION, kind.name().get(language).to_owned()),
        (words::AIRCRAFT, aircraft.unwrap_or_default()),
        (words::PHASE, words::phase(sample.phase).get(language).to_owned()),
        (words::HEIGHT_AGL, agl.map_or_else(|| "–".to_owned(), |agl| format!("{agl:.1} m AGL"))),
        (words::ALTITUDE_AMSL, format!("{:.1} m AMSL", position.z)),
        (words::GROUND_SPEED, format!("{:.1} m/s", east.hypot(north))),
        (words::CLIMB, format!("{climb:+.1} m/s")),
        (words::BATTERY, format!("{:.1} %", f64::from(sample.battery_permyriad) / 100.0)),
    ];
    egui::Grid::new("facts").num_columns(2).show(ui, |ui| {
        for (word, value) in rows.into_iter().chain(circumstances::rows(&scene.scenario, time, sample, language)) {
            ui.label(word.get(language));
            ui.strong(value);
            ui.end_row();
        }
    });
}

fn buttons(
    ui: &mut egui::Ui,
    drone: &DrawnDrone,
    language: Language,
    (selected, following, switches): (&mut Selected, &mut Following, &mut Switches),
) {
    let followed = following.0 == Some(drone.sample.drone);
    ui.horizontal(|ui| {
        let word = if followed { words::UNFOLLOW } else { words::FOLLOW };
        if ui.button(word.get(language)).clicked() {
            following.0 = (!followed).then_some(drone.sample.drone);
        }
        let mut is_seen = switches.is_on("profile");
        if ui.toggle_value(&mut is_seen, words::PROFILE_BUTTON.get(language)).changed() {
            switches.toggle("profile");
        }
        if ui.button(words::CLOSE.get(language)).clicked() {
            selected.0 = None;
        }
    });
}

/// Drones by name; only the rows in view are made.
fn list(
    ui: &mut egui::Ui,
    scene: &Scene,
    moment: &Moment,
    language: Language,
    (sought, finding): (&mut String, bool),
    selected: &mut Selected,
) {
    ui.separator();
    ui.label(words::NOTHING_SELECTED.get(language));
    let field = ui.add(egui::TextEdit::singleline(sought).hint_text(words::FIND.get(language)));
    if finding {
        field.request_focus();
    }
    let found: Vec<(&DrawnDrone, String)> = moment
        .drones
        .iter()
        .map(|drone| (drone, scene.scenario.drone_name(drone.sample.drone)))
        .filter(|(_, name)| name.contains(sought.as_str()))
        .collect();
    let area = egui::ScrollArea::vertical().min_scrolled_height(LEAST_LIST).max_height(260.0);
    area.show_rows(ui, 20.0, found.len(), |ui, rows| {
        for (drone, name) in &found[rows] {
            let sample = &drone.sample;
            let kind = scene.kind(sample.drone);
            let text = format!("{} {name} · {}", palette::mission_sign(kind), words::phase(sample.phase).get(language));
            let row = egui::RichText::new(text).color(palette::mission(kind).ink());
            if ui.selectable_label(selected.0 == Some(sample.drone), row).clicked() {
                selected.0 = Some(sample.drone);
            }
        }
    });
}
