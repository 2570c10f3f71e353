//! The ceiling: a surface parallel to the ground, seen as a thin veil with a grid on it.

use bevy::prelude::*;

use crate::viewer::geometry::Faces;
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::{Horizontal, Place};

use super::Layer;
use super::canvas::Canvas;

/// The layer.
pub const LAYER: Layer = Layer { key: "ceiling", name: words::CEILING, usual: true, build };

/// Cells of the surface along a side of the area; every [`LINE_EVERY`]-th edge is drawn.
const CELLS: u16 = 100;
const LINE_EVERY: u16 = 10;

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>) {
    canvas.glass(surface(&scene), palette::CEILING.faded(0.06), &LAYER, ());
    canvas.lines(grid(&scene), &LAYER, 1.0, ());
}

/// The place at a share of the area's rectangle, counted in half cells.
fn place(scene: &Scene, half_column: u16, half_row: u16) -> Place {
    let share = Horizontal::new(f64::from(half_column), f64::from(half_row)) / f64::from(2 * CELLS);
    scene.bounds.low + scene.bounds.size().component_mul(&share)
}

fn node(scene: &Scene, column: u16, row: u16) -> Vec3 {
    scene.above_ground(&place(scene, 2 * column, 2 * row), scene.scenario.airspace.ceiling_agl_m())
}

fn surface(scene: &Scene) -> Faces {
    let mut faces = Faces::default();
    for row in 0..=CELLS {
        for column in 0..=CELLS {
            faces.corner(node(scene, column, row), [1.0; 4]);
        }
    }
    let index = |column: u16, row: u16| u32::from(row) * u32::from(CELLS + 1) + u32::from(column);
    for row in 0..CELLS {
        for column in 0..CELLS {
            if scene.scenario.airspace.contains(&place(scene, 2 * column + 1, 2 * row + 1)) {
                let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
                faces.quad(corners.map(|(column, row)| index(column, row)));
            }
        }
    }
    faces
}

fn grid(scene: &Scene) -> GizmoAsset {
    let mut grid = GizmoAsset::default();
    let color = palette::PAINT.faded(0.5);
    for line in (LINE_EVERY..CELLS).step_by(usize::from(LINE_EVERY)) {
        let inside = |half_column, half_row| scene.scenario.airspace.contains(&place(scene, half_column, half_row));
        for step in 0..CELLS {
            if inside(2 * line, 2 * step + 1) {
                grid.line(node(scene, line, step), node(scene, line, step + 1), color);
            }
            if inside(2 * step + 1, 2 * line) {
                grid.line(node(scene, step, line), node(scene, step + 1, line), color);
            }
        }
    }
    grid
}
