//! The airspace box: walls from the ground to the ceiling along the outline.

use bevy::prelude::*;

use crate::viewer::geometry::Faces;
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::Place;

use super::Layer;
use super::canvas::Canvas;

/// The layer.
pub const LAYER: Layer = Layer { key: "area", name: words::AREA, usual: true, build };

/// Distance between two points of the outline, m.
const STEP_M: f64 = 40.0;

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>) {
    let ceiling_m = scene.scenario.airspace.ceiling_agl_m();
    let (mut walls, mut edges) = (Faces::default(), GizmoAsset::default());
    let ends = scene.outline.iter().skip(1).chain(scene.outline.first());
    for (a, b) in scene.outline.iter().zip(ends) {
        let places = along(a, b);
        let at = |above_m: f64| places.iter().map(|place| scene.above_ground(place, above_m)).collect::<Vec<_>>();
        let (foot, top) = (at(2.0), at(ceiling_m));
        edges.linestrip(foot.iter().copied(), palette::INK.faded(0.75));
        edges.linestrip(top.iter().copied(), palette::PAINT.faded(0.95));
        edges.line(foot[0], top[0], palette::PAINT.faded(0.95));
        for i in 0..places.len() - 1 {
            let corners = [foot[i], foot[i + 1], top[i + 1], top[i]].map(|point| walls.corner(point, [1.0; 4]));
            walls.quad(corners);
        }
    }
    canvas.glass(walls, palette::CEILING.faded(0.12), &LAYER, ());
    canvas.lines(edges, &LAYER, 1.6, ());
}

/// Points from `a` to `b`, both included.
fn along(a: &Place, b: &Place) -> Vec<Place> {
    let steps = ((b - a).norm() / STEP_M).ceil().max(1.0);
    let mut places = Vec::new();
    let mut step = 0.0;
    while step <= steps {
        places.push(a + (b - a) * (step / steps));
        step += 1.0;
    }
    places
}
