//! The ticks of the timeline: conflicts and losses of separation from the bottom, everything else from the top with its
//! sign.

use bevy_egui::egui;

use crate::frame::{AlertLevel, SimTime};
use crate::message::Language;
use crate::viewer::course::{Course, Mark, Subject};
use crate::viewer::palette;
use crate::viewer::scene::Scene;

/// Room of the times of day below the ticks, and of the signs above them, pixels.
pub const FLOOR: f32 = 14.0;
const HEAD: f32 = 20.0;
/// Signs nearer to the one before than this, pixels, would hide each other.
const APART: f32 = 7.0;
/// A pointer this near, pixels, means a mark.
const REACH: f32 = 5.0;
/// Most marks that are named at once.
const MOST_NAMED: usize = 6;

/// Draws all ticks; `x` is where a time is.
pub fn draw(painter: &egui::Painter, strip: egui::Rect, course: &Course, x: impl Fn(SimTime) -> f32) {
    for alert in &course.alerts {
        let (tint, share) = if alert.loss { (palette::LOSS, 1.0) } else { (palette::alert(AlertLevel::Caution), 0.5) };
        let bottom = strip.bottom() - FLOOR;
        let span = bottom - share * (bottom - strip.top() - HEAD)..=bottom;
        painter.vline(x(alert.time), span, egui::Stroke::new(1.5, tint.egui()));
    }
    let mut last: Option<(f32, &'static str)> = None;
    for mark in &course.marks {
        let (at, sign, tint) = (x(mark.time), mark.kind.sign(), mark.kind.tint());
        painter.vline(at, strip.top() + 13.0..=strip.top() + HEAD, egui::Stroke::new(1.5, tint.egui()));
        if last.is_none_or(|(before, other)| at - before > APART || (other != sign && at - before > 0.5 * APART)) {
            let font = egui::FontId::proportional(11.0);
            painter.text(egui::pos2(at, strip.top() - 1.0), egui::Align2::CENTER_TOP, sign, font, tint.ink());
            last = Some((at, sign));
        }
    }
}

/// The marks near the pointer, a line each.
pub fn near(
    course: &Course,
    pointer: f32,
    x: impl Fn(SimTime) -> f32,
    scene: &Scene,
    language: Language,
) -> Vec<String> {
    let near = course.marks.iter().filter(|mark| (x(mark.time) - pointer).abs() < REACH);
    near.take(MOST_NAMED).map(|mark| named(mark, scene, language)).collect()
}

/// A mark in words: `◇ link lost · flash-3 · 09:40:12`.
fn named(mark: &Mark, scene: &Scene, language: Language) -> String {
    let scenario = &scene.scenario;
    let whom = match mark.subject {
        Subject::Drone(drone) => scenario.drone_name(drone),
        Subject::Mission(mission) => {
            scenario.missions.get(mission.index()).map(|mission| mission.id.clone()).unwrap_or_default()
        }
    };
    let (name, cause) = mark.kind.names();
    let cause = cause.map(|cause| format!(" · {}", cause.get(language))).unwrap_or_default();
    let time_of_day = scenario.clock.time_of_day(mark.time);
    format!("{} {}{cause} · {whom} · {time_of_day}", mark.kind.sign(), name.get(language))
}
