//! Contour lines, cut from the very triangles of the drawn ground, so that they lie on it and stay thin however near.

use bevy::prelude::*;

use crate::viewer::graphics::Detail;
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::Position;

use super::Layer;
use super::canvas::Canvas;
use super::terrain::{kept, stride};

/// The layer.
pub const LAYER: Layer = Layer { key: "contours", name: words::CONTOURS, usual: true, build };

/// Steps to choose from, m, and how many lines there should be at most.
const STEPS_M: [f64; 6] = [5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
const MOST_LINES: f64 = 16.0;

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>, detail: Res<Detail>) {
    let (low_m, high_m) = scene.scenario.terrain.fine().range_m();
    let step_m = STEPS_M.into_iter().find(|step| (high_m - low_m) / step <= MOST_LINES).unwrap_or(500.0);
    let (mut thin, mut thick) = (GizmoAsset::default(), GizmoAsset::default());
    for triangle in triangles(&scene, detail.posting_m()) {
        for (level, [a, b]) in cuts(&triangle, step_m) {
            let every_second = level.rem_euclid(2.0) > 0.5;
            let lines = if every_second { &mut thin } else { &mut thick };
            lines.line(scene.drawn(&a), scene.drawn(&b), palette::CONTOUR.faded(0.5));
        }
    }
    canvas.lines(thin, &LAYER, 0.8, ());
    canvas.lines(thick, &LAYER, 1.5, ());
}

/// The triangles of the drawn ground.
fn triangles(scene: &Scene, posting_m: f64) -> impl Iterator<Item = [Position; 3]> {
    let field = scene.scenario.terrain.fine();
    let [columns, rows] = field.size();
    let stride = stride(field, posting_m);
    let (columns, rows) = (kept(columns, stride), kept(rows, stride));
    let corner = |column: usize, row: usize| {
        let place = field.node(column, row);
        Position::new(place.x, place.y, field.node_height_m(column, row))
    };
    let mut triangles = Vec::new();
    for row in rows.windows(2) {
        for column in columns.windows(2) {
            let [sw, se] = [corner(column[0], row[0]), corner(column[1], row[0])];
            let [ne, nw] = [corner(column[1], row[1]), corner(column[0], row[1])];
            triangles.extend([[sw, se, ne], [sw, ne, nw]]);
        }
    }
    triangles.into_iter()
}

/// Where the levels cut a triangle: the number of each level and the two ends of its line.
fn cuts(triangle: &[Position; 3], step_m: f64) -> Vec<(f64, [Position; 2])> {
    let heights = triangle.map(|corner| corner.z / step_m);
    let low = heights.into_iter().fold(f64::INFINITY, f64::min);
    let high = heights.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let mut cuts = Vec::new();
    let mut level = low.floor() + 1.0;
    while level <= high {
        // A corner exactly on a level counts as below it, so that every level enters and leaves by one edge each.
        let ends: Vec<Position> = [(0, 1), (1, 2), (2, 0)]
            .into_iter()
            .filter(|&(i, j)| (heights[i] > level) != (heights[j] > level))
            .map(|(i, j)| {
                triangle[i] + (triangle[j] - triangle[i]) * ((level - heights[i]) / (heights[j] - heights[i]))
            })
            .collect();
        if let [a, b] = ends[..] {
            cuts.push((level, [a, b]));
        }
        level += 1.0;
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_cut_at_every_level() {
        let slope = [Position::new(0.0, 0.0, 95.0), Position::new(100.0, 0.0, 205.0), Position::new(0.0, 100.0, 95.0)];
        let cuts = cuts(&slope, 50.0);
        assert_eq!(cuts.len(), 3);
        for (level, ends) in cuts {
            assert!(ends.iter().all(|end| (end.z - level * 50.0).abs() < 1e-9), "{level}: {ends:?}");
        }
    }

    #[test]
    fn flat_ground_has_none() {
        let flat = [Position::new(0.0, 0.0, 100.0), Position::new(1.0, 0.0, 100.0), Position::new(0.0, 1.0, 100.0)];
        assert!(cuts(&flat, 50.0).is_empty());
    }
}
