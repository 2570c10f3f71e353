//! The timeline: play and speed, and the course of the run to click into.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::frame::SimTime;
use crate::message::Language;
use crate::viewer::course::{Course, Courses};
use crate::viewer::fonts::letters_ready;
use crate::viewer::layers::BottomRoom;
use crate::viewer::moment::Moment;
use crate::viewer::palette;
use crate::viewer::playhead::{Playhead, SPEEDS};
use crate::viewer::scene::{Scene, Speech, narrow};
use crate::viewer::source::Replay;
use crate::viewer::words;

use super::ticks::{self, FLOOR};
use super::{Panels, interface_shown};

/// Height of the graph, pixels.
const GRAPH: f32 = 64.0;
/// Steps between two marked times, s.
const MARKS_S: [i64; 10] = [10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];

/// Shows the timeline.
pub struct TimelinePlugin;

impl Plugin for TimelinePlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(
            EguiPrimaryContextPass,
            (make_room, show.run_if(interface_shown)).chain().run_if(letters_ready),
        );
    }
}

fn make_room(panels: Res<Panels>, mut room: ResMut<BottomRoom>) {
    room.timeline = if panels.interface { GRAPH + 64.0 } else { 0.0 };
}

fn show(
    scene: Res<Scene>,
    moment: Res<Moment>,
    replay: Res<Replay>,
    courses: Res<Courses>,
    mut speech: ResMut<Speech>,
    mut panels: ResMut<Panels>,
    mut playhead: ResMut<Playhead>,
    mut contexts: EguiContexts,
) -> Result {
    let context = contexts.ctx_mut()?;
    let width = context.content_rect().width() - 24.0;
    let (start, end) = (replay.source.start(), replay.source.end());
    let mut next = playhead.clone();
    egui::Area::new("timeline".into()).anchor(egui::Align2::CENTER_BOTTOM, egui::vec2(0.0, -8.0)).show(context, |ui| {
        palette::sheet().show(ui, |ui| {
            ui.set_width(width - 16.0);
            ui.horizontal(|ui| {
                transport(ui, &mut next, start, end, replay.source.is_growing(), speech.0);
                ui.separator();
                clock(ui, &scene, &moment, speech.0);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    switches(ui, &mut panels, &mut speech);
                });
            });
            let shown = Shown { scene: &scene, start, end, language: speech.0 };
            courses.with(|course| graph(ui, &shown, course, &mut next));
        });
    });
    playhead.set_if_neq(next);
    Ok(())
}

/// Buttons and speed.
fn transport(
    ui: &mut egui::Ui,
    playhead: &mut Playhead,
    start: SimTime,
    end: SimTime,
    growing: bool,
    language: Language,
) {
    if ui.button("⏮").clicked() {
        playhead.seek(start);
    }
    let play = if playhead.playing { ("⏸", words::PAUSE) } else { ("▶", words::PLAY) };
    if ui.button(play.0).on_hover_text(play.1.get(language)).clicked() {
        playhead.toggle(start, end);
    }
    if ui.button("⏭").clicked() {
        playhead.seek(end);
    }
    ui.toggle_value(&mut playhead.reverse, "⏪").on_hover_text(words::REVERSE.get(language));
    ui.toggle_value(&mut playhead.stretch.looping, "🔁").on_hover_text(words::LOOP.get(language));
    if growing {
        ui.toggle_value(&mut playhead.live, words::LIVE.get(language));
    }
    ui.label(words::SPEED.get(language));
    let range = SPEEDS[0]..=SPEEDS[SPEEDS.len() - 1];
    ui.add(egui::DragValue::new(&mut playhead.speed).range(range).speed(0.1).suffix("×"));
    egui::ComboBox::from_id_salt("speeds").width(24.0).selected_text("").show_ui(ui, |ui| {
        for speed in SPEEDS {
            ui.selectable_value(&mut playhead.speed, speed, format!("{speed}×"));
        }
    });
}

fn clock(ui: &mut egui::Ui, scene: &Scene, moment: &Moment, language: Language) {
    let time_of_day = scene.scenario.clock.time_of_day(moment.time);
    ui.label(egui::RichText::new(time_of_day).size(18.0).strong());
    ui.label(moment.time.to_string());
    ui.separator();
    ui.label(format!("{} {}", moment.airborne(), words::AIRBORNE.get(language)));
    let conflicts = moment.conflicts();
    let worst = conflicts.iter().map(|conflict| (conflict.loss_of_separation, conflict.level)).max();
    let text = format!("{} {}", conflicts.len(), words::ENCOUNTERS.get(language));
    let color = match worst {
        None => palette::INK.egui(),
        Some((true, _)) => palette::LOSS.ink(),
        Some((false, level)) => palette::alert(level).ink(),
    };
    ui.colored_label(color, text);
}

fn switches(ui: &mut egui::Ui, panels: &mut Panels, speech: &mut Speech) {
    ui.toggle_value(&mut panels.help, "?").on_hover_text(words::HELP.get(speech.0));
    if ui.button(words::OTHER_LANGUAGE.get(speech.0)).clicked() {
        *speech = speech.other();
    }
    ui.toggle_value(&mut panels.drones, words::DRONE_LIST.get(speech.0));
    ui.toggle_value(&mut panels.layers, words::LAYERS.get(speech.0));
}

/// The stretch of time that the graph shows.
struct Shown<'a> {
    scene: &'a Scene,
    start: SimTime,
    end: SimTime,
    language: Language,
}

impl Shown<'_> {
    fn span_s(&self) -> f64 {
        (self.end - self.start).seconds().max(1e-3)
    }

    fn x(&self, time: SimTime, strip: egui::Rect) -> f32 {
        strip.left() + strip.width() * narrow((time - self.start).seconds() / self.span_s())
    }

    fn time(&self, x: f32, strip: egui::Rect) -> SimTime {
        let share = f64::from((x - strip.left()) / strip.width()).clamp(0.0, 1.0);
        self.start + SimTime::from_seconds(share * self.span_s())
    }
}

/// Airborne drones as an area, what happened as ticks, the playhead as a line; a click or drag seeks.
fn graph(ui: &mut egui::Ui, shown: &Shown, course: &Course, playhead: &mut Playhead) {
    let (strip, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), GRAPH), egui::Sense::click_and_drag());
    let painter = ui.painter_at(strip);
    painter.rect_filled(strip, 3.0, egui::Color32::from_gray(235));
    area(&painter, strip, shown, course);
    marks(&painter, strip, shown);
    ticks::draw(&painter, strip, course, |time| shown.x(time, strip));
    if playhead.stretch.looping {
        let (from, to) = playhead.stretch.within(shown.start, shown.end);
        let looped = egui::Rect::from_x_y_ranges(shown.x(from, strip)..=shown.x(to, strip), strip.y_range());
        painter.rect_filled(looped, 0.0, palette::INK.egui().gamma_multiply(0.12));
    }
    let x = shown.x(playhead.time, strip);
    painter.vline(x, strip.y_range(), egui::Stroke::new(2.0, palette::INK.egui()));
    if let Some(pointer) = response.interact_pointer_pos() {
        playhead.seek(shown.time(pointer.x, strip));
    }
    if let Some(pointer) = response.hover_pos() {
        let time = shown.time(pointer.x, strip);
        response.on_hover_ui_at_pointer(|ui| {
            ui.label(hint(shown, course, time));
            let at = |time| shown.x(time, strip);
            for line in ticks::near(course, pointer.x, at, shown.scene, shown.language) {
                ui.label(line);
            }
        });
    }
}

fn area(painter: &egui::Painter, strip: egui::Rect, shown: &Shown, course: &Course) {
    let most = course.airborne.iter().map(|&(_, count)| count).max().unwrap_or(0).max(1);
    let floor = strip.bottom() - FLOOR;
    let point = |&(time, count): &(SimTime, u32)| {
        let height = narrow(f64::from(count) / f64::from(most)) * (floor - strip.top() - 3.0);
        egui::pos2(shown.x(time, strip), floor - height)
    };
    for pair in course.airborne.windows(2) {
        let (a, b) = (point(&pair[0]), point(&pair[1]));
        let quad = vec![a, b, egui::pos2(b.x, floor), egui::pos2(a.x, floor)];
        painter.add(egui::Shape::convex_polygon(quad, palette::WATER.egui().gamma_multiply(0.45), egui::Stroke::NONE));
    }
}

/// Times of day under the graph.
fn marks(painter: &egui::Painter, strip: egui::Rect, shown: &Shown) {
    let wanted = shown.span_s() / f64::from(strip.width() / 90.0);
    let step_s =
        MARKS_S.into_iter().find(|&step| SimTime::from_millis(step * 1000).seconds() >= wanted).unwrap_or(604_800);
    let mut at_s = shown.start.millis().div_euclid(1000 * step_s) * step_s;
    while SimTime::from_millis(at_s * 1000) <= shown.end {
        let x = shown.x(SimTime::from_millis(at_s * 1000), strip);
        let text = shown.scene.scenario.clock.time_of_day(SimTime::from_millis(at_s * 1000));
        let text = if step_s % 60 == 0 { text.get(..5).unwrap_or_default().to_owned() } else { text };
        painter.vline(x, strip.bottom() - FLOOR..=strip.bottom() - 10.0, egui::Stroke::new(1.0, egui::Color32::GRAY));
        let font = egui::FontId::proportional(10.0);
        painter.text(egui::pos2(x + 2.0, strip.bottom()), egui::Align2::LEFT_BOTTOM, text, font, palette::INK.egui());
        at_s += step_s;
    }
}

fn hint(shown: &Shown, course: &Course, time: SimTime) -> String {
    let after = course.airborne.partition_point(|&(at, _)| at <= time);
    let airborne = course.airborne.get(after.saturating_sub(1)).map_or(0, |&(_, count)| count);
    let clock = &shown.scene.scenario.clock;
    format!("{} · {time} · {airborne} {}", clock.time_of_day(time), words::AIRBORNE.get(shown.language))
}
