//! The drawing of a profile: heights with the ground, the ceiling, zones and the plan, and below it the battery.

use bevy_egui::egui::{self, Align2, Color32, FontId, Pos2, Rect, Stroke, pos2, vec2};

use crate::message::Language;
use crate::report::{Lanes, round_figures, rule_text};
use crate::traffic::route::{ProfileRule, ProfileRuleKind};
use crate::viewer::palette::{self, Tint};
use crate::viewer::profile::{Axes, Axis, Band, Curves, Seen};
use crate::viewer::words;

use super::Here;

/// Room for figures at the left and for labels at the right, pixels.
const LEFT: f32 = 46.0;
const RIGHT: f32 = 62.0;
/// Heights of a line of names, of both plots, between them, and of the distances below, pixels.
const NAMES: f32 = 15.0;
const HEIGHTS: f32 = 130.0;
const BETWEEN: f32 = 8.0;
const BATTERY: f32 = 34.0;
const DISTANCES: f32 = 14.0;
/// Lines of names that there is room for.
const MOST_NAMES: usize = 3;
/// Waypoints nearer to the one before than this, pixels, are not numbered.
const APART: f32 = 17.0;

/// A profile to draw.
pub struct Plot<'a> {
    pub seen: &'a Seen,
    pub here: Option<Here>,
    pub axis: Axis,
    pub language: Language,
    pub tint: Tint,
}

/// What the pointer does on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Touched {
    /// Where it is, m along the plan.
    pub hovered_m: Option<f64>,
    /// Where it clicked.
    pub clicked_m: Option<f64>,
}

/// The name of a rule and where it stands.
struct Named<'a> {
    rule: &'a ProfileRule,
    galley: std::sync::Arc<egui::Galley>,
    line: usize,
    x: f32,
}

impl Plot<'_> {
    /// Draws it into the width there is.
    pub fn show(&self, ui: &mut egui::Ui) -> Touched {
        let names = self.named(ui);
        let lines = names.iter().map(|named| named.line + 1).max().unwrap_or(0);
        let strip = NAMES * lines_px(lines);
        let height = strip + HEIGHTS + BETWEEN + BATTERY + DISTANCES;
        let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::click());
        let across = place.left() + LEFT..=place.right() - RIGHT;
        let top = place.top() + strip;
        let heights = Rect::from_x_y_ranges(across.clone(), top..=top + HEIGHTS);
        let battery = Rect::from_x_y_ranges(across, heights.bottom() + BETWEEN..=heights.bottom() + BETWEEN + BATTERY);
        let curves = Curves::of(&self.seen.profile, self.axis, heights);
        let painter = ui.painter_at(place);
        self.draw_frame(&painter, &curves.axes);
        self.draw_rules(&painter, &curves, &names, place.top());
        draw_ground(&painter, &curves);
        self.draw_plan(&painter, &curves);
        let power = self.draw_battery(&painter, battery);
        self.draw_no_return(&painter, &curves.axes, battery.bottom());
        self.draw_here(&painter, &curves.axes, battery.bottom());
        let pointer = response.hover_pos().filter(|at| heights.union(battery).contains(*at));
        if let Some(at) = pointer {
            painter.vline(at.x, heights.top()..=power.rect.bottom(), Stroke::new(1.0, palette::INK.egui()));
        }
        let hovered_m = pointer.map(|at| curves.axes.along_m(at.x));
        Touched { hovered_m, clicked_m: hovered_m.filter(|_| response.clicked()) }
    }

    /// The rules with a line and a place for each name, so that none covers another.
    fn named(&self, ui: &egui::Ui) -> Vec<Named<'_>> {
        let width = ui.available_width() - LEFT - RIGHT;
        let left = ui.cursor().left() + LEFT;
        let profile = &self.seen.profile;
        let axes = Axes {
            rect: Rect::from_x_y_ranges(left..=left + width, 0.0..=1.0),
            length_m: profile.length_m,
            range: [0.0, 1.0],
        };
        let mut lanes = Lanes::default();
        let mut named = Vec::new();
        for rule in profile.rules_in_order() {
            let text = rule_text(rule).get(self.language).to_owned();
            let color = if rule.is_broken { palette::LOSS.ink() } else { palette::INK.egui() };
            let galley = ui.painter().layout_no_wrap(text, FontId::proportional(12.0), color);
            let needed = galley.size().x + 26.0;
            let x = axes.x(rule.begins_m()).min(left + width + RIGHT - needed).max(left);
            let line = lanes.take(f64::from(x), f64::from(needed));
            if line < MOST_NAMES {
                named.push(Named { rule, galley, line, x });
            }
        }
        named
    }

    /// The ground of the plot, its figures and its distances.
    fn draw_frame(&self, painter: &egui::Painter, axes: &Axes) {
        let Rect { min, max } = axes.rect;
        painter.rect_filled(axes.rect, 0.0, Color32::WHITE);
        let (grey, faint) = (Color32::from_gray(70), Stroke::new(1.0, Color32::from_gray(225)));
        for figure in axes.ticks(5.0) {
            let y = axes.y(figure);
            painter.hline(min.x..=max.x, y, faint);
            painter.text(
                pos2(min.x - 5.0, y),
                Align2::RIGHT_CENTER,
                format!("{figure:.0}"),
                FontId::proportional(11.0),
                grey,
            );
        }
        let below = max.y + BETWEEN + BATTERY;
        let figures = round_figures([0.0, axes.length_m / 1000.0], 12.0);
        let digits = usize::from(figures.iter().any(|km| (km - km.round()).abs() > 1e-6));
        for km in figures {
            let x = axes.x(km * 1000.0);
            painter.vline(x, min.y..=below, faint);
            painter.text(
                pos2(x, below + 1.0),
                Align2::CENTER_TOP,
                format!("{km:.digits$}"),
                FontId::proportional(11.0),
                grey,
            );
        }
        let unit = words::KILOMETRES.get(self.language);
        painter.text(pos2(max.x + 8.0, below + 1.0), Align2::LEFT_TOP, unit, FontId::proportional(11.0), grey);
        let datum = match self.axis {
            Axis::Amsl => "m AMSL",
            Axis::Agl => "m AGL",
        };
        painter.text(pos2(max.x + 12.0, min.y), Align2::LEFT_TOP, datum, FontId::proportional(11.0), grey);
    }

    fn draw_rules(&self, painter: &egui::Painter, curves: &Curves, names: &[Named], top: f32) {
        let inside = painter.with_clip_rect(curves.axes.rect);
        for (index, Band { upper, lower }) in &curves.rules {
            let rule = &self.seen.profile.rules[*index];
            let color = of_kind(rule.kind).egui();
            if rule.holds {
                fill(&inside, upper, lower, color.gamma_multiply(if rule.is_broken { 0.40 } else { 0.20 }));
            }
            let stroke = Stroke::new(if rule.is_broken { 2.4 } else { 1.2 }, color);
            let around: Vec<Pos2> = upper.iter().chain(lower.iter().rev()).chain(upper.first()).copied().collect();
            inside.extend(egui::Shape::dashed_line(&around, stroke, 6.0, 3.0));
        }
        for Named { rule, galley, line, x } in names {
            let y = top + NAMES * lines_px(*line);
            let color = of_kind(rule.kind).egui();
            let patch = Rect::from_min_size(pos2(*x + 2.0, y + 3.0), vec2(9.0, 9.0));
            painter.rect(patch, 0.0, color.gamma_multiply(0.3), Stroke::new(1.0, color), egui::StrokeKind::Inside);
            painter.galley(pos2(*x + 15.0, y), galley.clone(), palette::INK.egui());
        }
    }

    fn draw_plan(&self, painter: &egui::Painter, curves: &Curves) {
        let profile = &self.seen.profile;
        painter.line(curves.planned.clone(), Stroke::new(2.5, self.tint.egui()));
        for stretch in &curves.against {
            painter.line(stretch.clone(), Stroke::new(4.0, palette::LOSS.egui()));
        }
        for at in &curves.crosses {
            for corner in [vec2(5.0, 5.0), vec2(5.0, -5.0)] {
                painter.line_segment([*at - corner, *at + corner], Stroke::new(2.4, palette::LOSS.egui()));
            }
        }
        let mut last = f32::NEG_INFINITY;
        for (index, along_m) in profile.waypoints_m.iter().enumerate() {
            let x = curves.axes.x(*along_m);
            let after = curves.planned.partition_point(|point| point.x <= x + 0.01);
            let Some(at) = curves.planned.get(after.saturating_sub(1)) else { continue };
            painter.circle_filled(*at, 2.5, self.tint.egui());
            if x - last > APART {
                let above = pos2(at.x.max(curves.axes.rect.left() + 8.0), at.y - 13.0);
                painter.circle_filled(above, 7.0, self.tint.ink());
                painter.text(
                    above,
                    Align2::CENTER_CENTER,
                    index.to_string(),
                    FontId::proportional(10.0),
                    Color32::WHITE,
                );
                last = x;
            }
        }
        if let Some(at) = curves.lowest {
            painter.circle(at, 4.5, Color32::WHITE, Stroke::new(1.8, palette::INK.egui()));
            let text = format!("{:.1} m AGL", profile.lowest[1]);
            tag(painter, at + vec2(0.0, 8.0), Align2::CENTER_TOP, &text, palette::INK.egui(), curves.axes.rect);
        }
    }

    fn draw_battery(&self, painter: &egui::Painter, rect: Rect) -> Axes {
        let profile = &self.seen.profile;
        let most_wh = profile.battery_wh.max(profile.reserve_wh).max(1.0) * 1.05;
        let axes = Axes { rect, length_m: profile.length_m, range: [profile.at_end_wh.min(0.0), most_wh] };
        let grey = Color32::from_gray(70);
        painter.hline(rect.x_range(), axes.y(0.0), Stroke::new(1.0, Color32::from_gray(200)));
        for figure in axes.ticks(2.0) {
            let at = pos2(rect.left() - 5.0, axes.y(figure));
            painter.text(at, Align2::RIGHT_CENTER, format!("{figure:.0}"), FontId::proportional(11.0), grey);
        }
        let reserve = [0.0, profile.length_m].map(|along_m| axes.at(along_m, profile.reserve_wh));
        let stroke = Stroke::new(1.3, palette::LOSS.egui());
        painter.extend(egui::Shape::dashed_line(&reserve, stroke, 6.0, 4.0));
        let stations = profile.stations.iter().map(|station| (station.along_m, station.left_wh));
        let left: Vec<Pos2> =
            stations.chain([(profile.length_m, profile.at_end_wh)]).map(|(along_m, wh)| axes.at(along_m, wh)).collect();
        painter.line(left, Stroke::new(2.0, palette::OPEN.egui()));
        let end = axes.at(profile.length_m, profile.at_end_wh);
        painter.circle_filled(end, 3.0, palette::OPEN.egui());
        let text = format!("{:.0} Wh", profile.at_end_wh);
        painter.text(end + vec2(6.0, 0.0), Align2::LEFT_CENTER, text, FontId::proportional(12.0), palette::INK.egui());
        // Between the reserve and what is left.
        let at = axes.at(0.0, f64::midpoint(profile.reserve_wh, profile.battery_wh));
        let name = words::BATTERY_LEFT.get(self.language);
        painter.text(at + vec2(4.0, 0.0), Align2::LEFT_CENTER, name, FontId::proportional(11.0), grey);
        axes
    }

    fn draw_no_return(&self, painter: &egui::Painter, axes: &Axes, bottom: f32) {
        let Some(along_m) = self.seen.profile.no_return_m else { return };
        let (x, color) = (axes.x(along_m), palette::FAULT.egui());
        let line = [pos2(x, axes.rect.top()), pos2(x, bottom)];
        painter.extend(egui::Shape::dashed_line(&line, Stroke::new(1.5, color), 5.0, 3.0));
        let text = format!("{} {:.2} km", words::NO_RETURN.get(self.language), along_m / 1000.0);
        tag(painter, line[0] + vec2(5.0, 2.0), Align2::LEFT_TOP, &text, color, axes.rect);
    }

    fn draw_here(&self, painter: &egui::Painter, axes: &Axes, bottom: f32) {
        let Some(here) = self.here else { return };
        let height_m = if self.axis == Axis::Amsl { here.position.z } else { here.agl_m };
        let at = axes.at(here.along_m, height_m);
        painter.vline(at.x, axes.rect.top()..=bottom, Stroke::new(1.5, palette::OUTLINE.egui()));
        painter.circle(at, 6.0, palette::SELECTED.egui(), Stroke::new(2.0, palette::OUTLINE.egui()));
    }
}

/// The ground, what stands on it, the least height and the ceiling.
fn draw_ground(painter: &egui::Painter, curves: &Curves) {
    let inside = painter.with_clip_rect(curves.axes.rect);
    let floor: Vec<Pos2> = curves.ground.iter().map(|point| pos2(point.x, curves.axes.rect.bottom())).collect();
    fill(&inside, &curves.top, &curves.ground, Color32::from_rgb(139, 145, 152));
    fill(&inside, &curves.ground, &floor, Color32::from_rgb(201, 183, 154));
    inside.line(curves.ground.clone(), Stroke::new(1.0, palette::CONTOUR.egui()));
    let clearance = Stroke::new(1.0, Color32::from_gray(92));
    inside.extend(egui::Shape::dashed_line(&curves.clearance, clearance, 2.0, 3.5));
    let ceiling = Stroke::new(1.5, palette::PROHIBITED.egui());
    inside.extend(egui::Shape::dashed_line(&curves.ceiling, ceiling, 8.0, 4.0));
}

/// The colour of a rule: that of its walls in the scene.
const fn of_kind(kind: ProfileRuleKind) -> Tint {
    match kind {
        ProfileRuleKind::Prohibited => palette::PROHIBITED,
        ProfileRuleKind::NeedsApproval => palette::CONTROLLED,
        ProfileRuleKind::Conditional => palette::CONDITIONAL,
        ProfileRuleKind::Approval => palette::APPROVED,
    }
}

/// What lies between two lines of as many points from left to right.
fn fill(painter: &egui::Painter, upper: &[Pos2], lower: &[Pos2], color: Color32) {
    let mut mesh = egui::Mesh::default();
    for (high, low) in upper.iter().zip(lower) {
        let next = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
        mesh.colored_vertex(*high, color);
        mesh.colored_vertex(*low, color);
        if next > 0 {
            mesh.add_triangle(next - 2, next - 1, next);
            mesh.add_triangle(next - 1, next + 1, next);
        }
    }
    painter.add(mesh);
}

/// A text on a light ground, kept inside a rectangle.
fn tag(painter: &egui::Painter, at: Pos2, align: Align2, text: &str, color: Color32, within: Rect) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(12.0), color);
    let mut place = align.anchor_size(at, galley.size());
    place =
        place.translate(vec2((within.right() - place.right()).min(0.0), (within.bottom() - place.bottom()).min(0.0)));
    place = place.translate(vec2((within.left() - place.left()).max(0.0), (within.top() - place.top()).max(0.0)));
    painter.rect_filled(place.expand(1.0), 2.0, Color32::from_white_alpha(200));
    painter.galley(place.min, galley, color);
}

/// A small count for drawing.
#[expect(clippy::cast_precision_loss, reason = "a few lines")]
const fn lines_px(lines: usize) -> f32 {
    lines as f32
}
