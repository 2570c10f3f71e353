//! Obstacles: buildings and towers as one mesh of prisms, power lines and cable cars as lines on masts.

use bevy::prelude::*;

use crate::viewer::geometry::{Faces, scaled};
use crate::viewer::palette;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::airspace::{Body, Footprint};
use crate::world::geo::Position;

use super::Layer;
use super::canvas::Canvas;

/// The layer.
pub const LAYER: Layer = Layer { key: "obstacles", name: words::OBSTACLES, usual: true, build };

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>) {
    let (mut faces, mut spans) = (Faces::default(), GizmoAsset::default());
    for obstacle in &scene.scenario.airspace.rules().obstacles {
        match &obstacle.body {
            Body::Block { footprint, base_amsl_m, top_amsl_m } => {
                add_prism(&scene, &mut faces, footprint, top_amsl_m - base_amsl_m, *top_amsl_m);
            }
            Body::Span { line, .. } => add_span(&scene, &mut spans, line),
        }
    }
    canvas.solid(faces, &LAYER, ());
    canvas.lines(spans, &LAYER, 2.0, ());
}

/// Low houses are a little darker than towers, so that a block reads as many.
fn add_prism(scene: &Scene, faces: &mut Faces, footprint: &Footprint, height_m: f64, top_amsl_m: f64) {
    let ring = footprint.outline();
    let lowest = ring.iter().map(|corner| scene.ground_m(corner)).fold(f64::INFINITY, f64::min) - 2.0;
    let at = |z: f64| ring.iter().map(|corner| scene.drawn(&Position::new(corner.x, corner.y, z))).collect::<Vec<_>>();
    let brightness = 0.82 + 0.18 * (narrow(height_m) / 60.0).min(1.0);
    faces.block(&at(lowest), &at(top_amsl_m), scaled(palette::BUILDING.linear(), brightness));
}

/// The line, and a mast under each of its points.
fn add_span(scene: &Scene, spans: &mut GizmoAsset, line: &[Position]) {
    let color = palette::INK.color();
    spans.linestrip(line.iter().map(|point| scene.drawn(point)), color);
    for point in line {
        spans.line(scene.above_ground(&point.xy(), 0.0), scene.drawn(point), color);
    }
}
