//! Labels: names of places, pads, drones and conflicts, written over the picture and kept from overlapping.

use std::cmp::Reverse;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use crate::frame::ConflictSample;
use crate::message::Language;
use crate::viewer::camera::{Eye, Selected};
use crate::viewer::fonts::letters_ready;
use crate::viewer::moment::{DrawnDrone, DrawnManned, Moment};
use crate::viewer::palette::{self, Tint};
use crate::viewer::scene::{Scene, Speech};
use crate::viewer::words;
use crate::world::coverage::BaseStation;
use crate::world::geo::Position;

use super::{Layer, Mark, Switches, alternatives, contingencies, manned, on, panel_rect};

/// The layer.
pub const LAYER: Layer = Layer { key: "labels", name: words::LABELS, usual: true, build };

/// How far a label floats above a point, and above a shape, pixels.
const LIFT: f32 = 26.0;
const ABOVE_SHAPE: f32 = 6.0;
/// Drones nearer than this, m, are named, if no more than [`MOST_NAMED`] are.
const NAMED_WITHIN_M: f32 = 1_500.0;
const MOST_NAMED: usize = 12;
/// Conflicts that are labelled, the worst first: more would hide what they are about.
const MOST_CONFLICTS: usize = 14;
/// Drones in trouble that are labelled.
const MOST_CONTINGENCIES: usize = 14;

/// Panels that labels keep clear of.
const KEPT_CLEAR: [&str; 9] =
    ["caption", "legend", "timeline", "selection", "layers", "help", "pointer", "alternatives", "profile"];

/// One label, before it is known whether there is room for it.
struct Label {
    text: String,
    anchor: Vec3,
    tint: Tint,
    /// How far above the point, or above what is drawn there, it floats, pixels.
    lift: f32,
    /// Half the height of what is drawn there and stays uncovered, m.
    above_m: f32,
}

fn build(app: &mut App) {
    app.add_systems(EguiPrimaryContextPass, write.run_if(letters_ready).run_if(on(LAYER.key)));
}

fn write(
    scene: Res<Scene>,
    speech: Res<Speech>,
    moment: Res<Moment>,
    switches: Res<Switches>,
    selected: Res<Selected>,
    eye: Single<(&Camera, &Transform), With<Eye>>,
    mut contexts: EguiContexts,
) -> Result {
    let (camera, transform) = *eye;
    // The most important come first and take the room.
    let mut labels = conflict_labels(&moment);
    labels.extend(contingency_labels(&scene, &moment, transform.translation, speech.0));
    labels.extend(manned_labels(&scene, &moment, transform.translation, speech.0));
    if switches.is_on("alternatives") {
        labels.extend(alternative_labels(&scene, speech.0));
    }
    labels.extend(drone_labels(&scene, &moment, &selected, transform.translation));
    labels.extend(place_labels(&scene, speech.0));
    if switches.is_on("coverage") {
        labels.extend(station_labels(&scene, speech.0));
    }
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    let mut taken: Vec<egui::Rect> =
        KEPT_CLEAR.into_iter().filter_map(|name| panel_rect(painter.ctx(), name)).collect();
    for label in labels {
        if visible(&scene, transform.translation, label.anchor) {
            paint(&painter, camera, transform, &label, &mut taken);
        }
    }
    Ok(())
}

fn place_labels(scene: &Scene, language: Language) -> Vec<Label> {
    let scenario = &scene.scenario;
    let at = |position: &Position, above: f32| scene.drawn(position) + Vec3::Y * above;
    let hubs =
        scenario.hubs.iter().map(|hub| (hub.name.get(language).to_owned(), at(&hub.position, 4.0), palette::HUB));
    let pads =
        scenario.pads.iter().map(|pad| (pad.name.get(language).to_owned(), at(&pad.position, 4.0), palette::PAD));
    let rallies = scenario
        .rallies
        .iter()
        .map(|site| (site.name.get(language).to_owned(), at(&site.position, 4.0), palette::RALLY));
    let marks = scenario
        .landmarks
        .iter()
        .map(|mark| (named(mark.name.get(language), mark.schematic, language), at(&mark.position, 6.0), palette::INK));
    let rivers = scenario.rivers.iter().filter_map(|river| {
        // Where it comes nearest to the middle of the area is where people look for its name.
        let middle = nalgebra::center(&scene.bounds.low, &scene.bounds.high);
        let nearest = river.line.iter().min_by(|a, b| (*a - middle).norm().total_cmp(&(*b - middle).norm()))?;
        Some((
            named(river.name.get(language), river.schematic, language),
            scene.above_ground(nearest, 3.0),
            palette::WATER,
        ))
    });
    let all = hubs.chain(pads).chain(marks).chain(rallies).chain(rivers);
    all.map(|(text, anchor, tint)| Label { text, anchor, tint, lift: LIFT, above_m: 0.0 }).collect()
}

/// A name with the mark of a place only roughly known, unless the name says so itself.
fn named(name: &str, schematic: bool, language: Language) -> String {
    let marked = schematic && !name.contains(words::SCHEMATIC.get(language));
    match (marked, language) {
        (false, _) => name.to_owned(),
        (true, Language::English) => format!("{name} ({})", words::SCHEMATIC.get(language)),
        (true, Language::Chinese) => format!("{name}（{}）", words::SCHEMATIC.get(language)),
    }
}

fn drone_labels(scene: &Scene, moment: &Moment, selected: &Selected, eye: Vec3) -> Vec<Label> {
    let mut near: Vec<_> = moment
        .drones
        .iter()
        .map(|drawn| (drawn, eye.distance(drawn.position)))
        .filter(|(drawn, distance)| {
            let picked = selected.0 == Some(drawn.sample.drone);
            // Those in trouble have their name already.
            Mark::of(&drawn.sample).is_none()
                && (picked || (drawn.sample.phase.is_airborne() && *distance < NAMED_WITHIN_M))
        })
        .collect();
    near.sort_by(|a, b| a.1.total_cmp(&b.1));
    near.into_iter()
        .take(MOST_NAMED)
        .map(|(drawn, _)| {
            let drone = drawn.sample.drone;
            let kind = scene.kind(drone);
            let text = format!("{} {}", palette::mission_sign(kind), scene.scenario.drone_name(drone));
            Label { text, anchor: drawn.position, tint: palette::mission(kind), lift: 18.0, above_m: 0.0 }
        })
        .collect()
}

fn conflict_labels(moment: &Moment) -> Vec<Label> {
    let one = |conflict: &ConflictSample| {
        let (own, intruder) = (moment.drone(conflict.own)?, moment.drone(conflict.intruder)?);
        let sign = if conflict.loss_of_separation { palette::LOSS_SIGN } else { palette::alert_sign(conflict.level) };
        let metres = f64::from(conflict.horizontal_distance_cm) / 100.0;
        let text = format!("{sign} {metres:.0} m");
        Some(Label {
            text,
            anchor: own.position.midpoint(intruder.position),
            tint: palette::conflict(conflict),
            lift: 30.0,
            above_m: 0.0,
        })
    };
    let mut worst: Vec<_> = moment.conflicts().iter().collect();
    worst.sort_by_key(|conflict| {
        (Reverse((conflict.loss_of_separation, conflict.level)), conflict.horizontal_distance_cm)
    });
    worst.into_iter().take(MOST_CONFLICTS).filter_map(one).collect()
}

/// Alternatives where they are apart, and how much room each has where it has least.
fn alternative_labels(scene: &Scene, language: Language) -> Vec<Label> {
    let Some(found) = &scene.alternatives else { return Vec::new() };
    let label = |text: String, at: &Position, index| {
        let (anchor, tint) = (scene.drawn(at), palette::alternative(index));
        Label { text, anchor, tint, lift: LIFT, above_m: 0.0 }
    };
    let names = scene.route_names_at.iter().enumerate();
    let names = names.map(|(index, at)| label(found.short_name(index).get(language).to_owned(), at, index));
    let rooms = found.routes.iter().enumerate().map(|(index, route)| {
        let text = format!("{} ↕ {:.1} m", index + 1, route.figures.room.metres);
        label(text, &alternatives::least_room_at(route), index)
    });
    names.chain(rooms).collect()
}

/// Base stations at their antennas.
fn station_labels(scene: &Scene, language: Language) -> Vec<Label> {
    let stations = scene.scenario.network.iter().flat_map(|network| &network.stations);
    let label = |station: &BaseStation| Label {
        text: format!("{} · {}", station.name.get(language), station.technology.key()),
        anchor: scene.drawn(&station.position),
        tint: palette::INK,
        lift: LIFT,
        above_m: 0.0,
    };
    stations.map(label).collect()
}

/// Drones in trouble by name, with what went wrong and what they do, above their marks.
fn contingency_labels(scene: &Scene, moment: &Moment, eye: Vec3, language: Language) -> Vec<Label> {
    let one = |drawn: &DrawnDrone| {
        let (sample, mark) = (&drawn.sample, Mark::of(&drawn.sample)?);
        let what = match sample.contingency {
            Some(contingency) => words::contingency(contingency, language),
            None => mark.name().get(language).to_owned(),
        };
        let text = format!("{} {} · {what}", mark.sign(), scene.scenario.drone_name(sample.drone));
        let above_m = contingencies::size(eye.distance(drawn.position));
        Some((mark, Label { text, anchor: drawn.position, tint: mark.tint(), lift: ABOVE_SHAPE, above_m }))
    };
    let mut worst: Vec<_> = moment.drones.iter().filter_map(one).collect();
    // The stranded wait; those that still fly come first.
    worst.sort_by_key(|(mark, _)| (*mark == Mark::Stranded, Reverse(*mark)));
    worst.into_iter().take(MOST_CONTINGENCIES).map(|(_, label)| label).collect()
}

/// Manned aircraft by name and movement, with their height.
fn manned_labels(scene: &Scene, moment: &Moment, eye: Vec3, language: Language) -> Vec<Label> {
    let one = |drawn: &DrawnManned| {
        let (aircraft, [.., altitude_m]) = (drawn.sample.aircraft, drawn.sample.position_m());
        let name =
            manned::entry(scene, drawn).map_or_else(|| words::MANNED.get(language), |entry| entry.name.get(language));
        let text = format!("{name} {} · {altitude_m:.0} m AMSL", u32::from(aircraft.movement) + 1);
        let above_m = 0.6 * manned::size(eye.distance(drawn.position));
        Label { text, anchor: drawn.position, tint: palette::MANNED, lift: ABOVE_SHAPE, above_m }
    };
    moment.manned.iter().map(one).collect()
}

/// Whether the ground leaves the view of a point free.
fn visible(scene: &Scene, eye: Vec3, anchor: Vec3) -> bool {
    let above = anchor + Vec3::Y * 12.0;
    scene.scenario.terrain.line_of_sight(&scene.position_of(eye), &scene.position_of(above))
}

/// Writes a label if it is in the picture and no other is in its place.
fn paint(painter: &egui::Painter, camera: &Camera, transform: &Transform, label: &Label, taken: &mut Vec<egui::Rect>) {
    let view = GlobalTransform::from(*transform);
    let at = |point| camera.world_to_viewport(&view, point).ok().map(|at| egui::pos2(at.x, at.y));
    let top = label.anchor + transform.up() * label.above_m;
    let (Some(point), Some(top)) = (at(label.anchor), at(top)) else { return };
    if !painter.clip_rect().contains(point) {
        return;
    }
    let galley = painter.layout_no_wrap(label.text.clone(), egui::FontId::proportional(14.0), label.tint.ink());
    let size = galley.size() + egui::vec2(10.0, 4.0);
    let centre = top - egui::vec2(0.0, label.lift + size.y / 2.0);
    let frame = egui::Rect::from_center_size(centre, size);
    if taken.iter().any(|other| other.intersects(frame)) {
        return;
    }
    taken.push(frame.expand(2.0));
    let ink = label.tint.egui();
    painter.line_segment([top, frame.center_bottom()], egui::Stroke::new(1.5, ink));
    if label.above_m > 0.0 {
        taken.push(egui::Rect::from_center_size(point, egui::Vec2::splat(2.0 * point.distance(top))));
    } else {
        painter.circle_filled(point, 2.5, ink);
    }
    painter.rect(
        frame,
        4.0,
        egui::Color32::from_white_alpha(225),
        egui::Stroke::new(1.0, ink),
        egui::StrokeKind::Inside,
    );
    painter.galley(frame.min + egui::vec2(5.0, 2.0), galley, label.tint.ink());
}
