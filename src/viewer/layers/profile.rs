//! The profile: the selected drone's plan from the side, above the timeline. A click goes to the time when the drone is
//! there; what the pointer is on is marked in the scene.

mod plot;

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::message::{Language, Text};
use crate::viewer::alternatives::Chosen;
use crate::viewer::camera::{Eye, Selected};
use crate::viewer::course::Courses;
use crate::viewer::fonts::letters_ready;
use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::playhead::Playhead;
use crate::viewer::profile::{Axis, Profiles, Seen, Subject, follow};
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::words;
use crate::world::geo::Position;

use super::{BottomRoom, Layer, Switches, on};
use plot::Plot;

/// The layer.
pub const LAYER: Layer = Layer { key: "profile", name: words::PROFILE, usual: false, build };

/// Distance from the edges and from the timeline, pixels.
const MARGIN: f32 = 12.0;
const ABOVE_TIMELINE: f32 = 8.0;

/// The mark of the place that the pointer is on, before everything.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct PointedLines;

fn build(app: &mut App) {
    let line = GizmoLineConfig { width: 3.0, ..default() };
    app.insert_gizmo_config(PointedLines, GizmoConfig { line, depth_bias: -0.9, ..default() })
        .init_resource::<BottomRoom>()
        .init_resource::<Profiles>()
        .init_resource::<Chosen>()
        .init_resource::<Courses>()
        .add_systems(
            EguiPrimaryContextPass,
            (write.run_if(on(LAYER.key)), leave.run_if(not(on(LAYER.key)))).run_if(letters_ready),
        )
        .add_systems(Update, (follow.in_set(Step::Aim), mark.in_set(Step::Draw)).run_if(on(LAYER.key)));
}

/// Gives its room back.
fn leave(mut room: ResMut<BottomRoom>) {
    if room.profile > 0.0 {
        room.profile = 0.0;
    }
}

/// Where the selected drone is now, seen from the side.
#[derive(Clone, Copy, Debug)]
struct Here {
    along_m: f64,
    position: Position,
    agl_m: f64,
    battery_percent: f64,
}

fn write(
    scene: Res<Scene>,
    speech: Res<Speech>,
    moment: Res<Moment>,
    selected: Res<Selected>,
    mut axis: Local<Axis>,
    mut profiles: ResMut<Profiles>,
    mut playhead: ResMut<Playhead>,
    mut switches: ResMut<Switches>,
    mut room: ResMut<BottomRoom>,
    mut contexts: EguiContexts,
) -> Result {
    let context = contexts.ctx_mut()?;
    let width = context.content_rect().width() - 2.0 * MARGIN;
    let frame = palette::sheet();
    let offset = egui::vec2(0.0, -ABOVE_TIMELINE - room.timeline);
    let seen = profiles.seen.clone();
    let (mut is_open, mut pointed_m, mut clicked_m) = (true, None, None);
    let area = egui::Area::new(LAYER.key.into()).anchor(egui::Align2::CENTER_BOTTOM, offset);
    let shown = area.show(context, |ui| {
        frame.show(ui, |ui| {
            ui.set_width(width - 16.0);
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.visuals_mut().override_text_color = Some(palette::INK.egui());
            is_open = head(ui, seen.as_deref(), &mut axis, speech.0);
            let Some(seen) = &seen else { return };
            let here = here(&scene, &moment, &selected, seen);
            let line = profiles.pointed_m.map_or_else(|| told(seen, here), |along_m| told_at(&scene, seen, along_m));
            ui.label(egui::RichText::new(line.get(speech.0)).size(13.0));
            let plot = Plot { seen, here, axis: *axis, language: speech.0, tint: tint(&scene, seen.subject) };
            let response = plot.show(ui);
            pointed_m = response.hovered_m;
            clicked_m = response.clicked_m;
        });
    });
    let taken = shown.response.rect.height() + ABOVE_TIMELINE;
    if (room.profile - taken).abs() > 0.5 {
        room.profile = taken;
    }
    if profiles.pointed_m != pointed_m {
        profiles.pointed_m = pointed_m;
    }
    if let (Some(seen), Some(along_m)) = (&seen, clicked_m)
        && matches!(seen.subject, Subject::Flight { .. })
    {
        playhead.seek(scene.scenario.clock.time_of(seen.profile.instant_at(along_m)));
    }
    if !is_open {
        switches.toggle(LAYER.key);
    }
    Ok(())
}

/// What it is of, and its switches; whether it stays open.
fn head(ui: &mut egui::Ui, seen: Option<&Seen>, axis: &mut Axis, language: Language) -> bool {
    let mut is_open = true;
    ui.horizontal(|ui| {
        let name = seen.map_or_else(|| words::PROFILE.get(language), |seen| seen.way.way.name.get(language));
        ui.label(egui::RichText::new(name).size(15.0).strong());
        let line = seen.map_or_else(|| words::NO_PLAN.get(language), |seen| seen.line.get(language));
        ui.label(egui::RichText::new(line).size(13.0));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            is_open = !ui.button("×").on_hover_text(words::CLOSE.get(language)).clicked();
            for (which, name) in [(Axis::Agl, words::TRUE_HEIGHTS), (Axis::Amsl, words::ALTITUDES)] {
                ui.selectable_value(axis, which, name.get(language));
            }
        });
    });
    is_open
}

/// The colour of whose plan it is.
fn tint(scene: &Scene, subject: Subject) -> palette::Tint {
    match subject {
        Subject::Flight { sortie, .. } => palette::mission(scene.kind(sortie.drone)),
        Subject::Alternative(index) => palette::alternative(index),
    }
}

fn here(scene: &Scene, moment: &Moment, selected: &Selected, seen: &Seen) -> Option<Here> {
    let Subject::Flight { sortie, .. } = seen.subject else { return None };
    let drawn = selected.0.filter(|drone| *drone == sortie.drone).and_then(|drone| moment.drone(drone))?;
    // Where it is drawn, between two frames.
    let position = scene.position_of(drawn.position);
    Some(Here {
        along_m: seen.along_m(&position, scene.scenario.clock.timestamp(moment.time)),
        position,
        agl_m: scene.scenario.terrain.agl_m(&position)?,
        battery_percent: f64::from(drawn.sample.battery_permyriad) / 100.0,
    })
}

/// The figures of a plan, and where the drone is.
fn told(seen: &Seen, here: Option<Here>) -> Text {
    let profile = &seen.profile;
    let [lowest_m, lowest_agl_m] = profile.lowest;
    let (end_wh, reserve_wh, lowest_km) = (profile.at_end_wh, profile.reserve_wh, lowest_m / 1000.0);
    let back = profile.no_return_m.map_or_else(
        || Text::new("it can turn back everywhere", "处处可返航"),
        |along_m| {
            let km = along_m / 1000.0;
            Text::new(format!("point of no return at {km:.2} km"), format!("最后返航点 {km:.2} 公里"))
        },
    );
    let now = here.map_or_else(Text::default, |here| {
        let (km, agl_m, percent) = (here.along_m / 1000.0, here.agl_m, here.battery_percent);
        let planned_m = profile.position_at(here.along_m).z - profile.ground_at(here.along_m);
        Text::new(
            format!("  ·  now at {km:.2} km, {agl_m:.0} m AGL (planned {planned_m:.0}), battery {percent:.0} %"),
            format!("  ·  现位于 {km:.2} 公里，真高 {agl_m:.0} 米（计划 {planned_m:.0}），电量 {percent:.0}%"),
        )
    });
    Text::new(
        format!(
            "lowest {lowest_agl_m:.1} m AGL at {lowest_km:.2} km  ·  {end_wh:.0} Wh left at its end, reserve {reserve_wh:.0}  ·  {}{}",
            back.en, now.en
        ),
        format!(
            "最低真高 {lowest_agl_m:.1} 米，位于 {lowest_km:.2} 公里  ·  终点余电 {end_wh:.0} 瓦时，余量 {reserve_wh:.0}  ·  {}{}",
            back.zh, now.zh
        ),
    )
}

/// The figures at a place of a plan.
fn told_at(scene: &Scene, seen: &Seen, along_m: f64) -> Text {
    let profile = &seen.profile;
    let (amsl_m, ground_m, left_wh) =
        (profile.position_at(along_m).z, profile.ground_at(along_m), profile.left_wh_at(along_m));
    let (km, agl_m, at) =
        (along_m / 1000.0, amsl_m - ground_m, scene.scenario.clock.shown(profile.instant_at(along_m)));
    Text::new(
        format!(
            "at {km:.2} km, {at}: planned {agl_m:.1} m AGL, {amsl_m:.0} m AMSL over ground at {ground_m:.0}, {left_wh:.0} Wh left"
        ),
        format!(
            "{km:.2} 公里处，{at}：计划真高 {agl_m:.1} 米，海拔 {amsl_m:.0} 米，地面 {ground_m:.0} 米，余电 {left_wh:.0} 瓦时"
        ),
    )
}

/// A ball in the scene where the pointer is on the profile.
fn mark(
    scene: Res<Scene>,
    profiles: Res<Profiles>,
    eye: Single<&Transform, With<Eye>>,
    mut gizmos: Gizmos<PointedLines>,
) {
    let (Some(seen), Some(along_m)) = (&profiles.seen, profiles.pointed_m) else { return };
    let at = scene.drawn(&seen.profile.position_at(along_m));
    let radius = (0.008 * eye.translation.distance(at)).max(6.0);
    gizmos.sphere(at, radius, palette::SELECTED.color());
}
