//! Rivers: ribbons of water on the ground.

use bevy::prelude::*;
use nalgebra::Vector2;

use crate::scenario::River;
use crate::viewer::geometry::{Faces, painted};
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::Place;

use super::{Layer, OfLayer};

/// The layer.
pub const LAYER: Layer = Layer { key: "rivers", name: words::RIVERS, usual: true, build };

/// Distance between two cross-sections, m.
const STEP_M: f64 = 25.0;
/// The ribbon lies this far above the ground, m: the drawn ground is coarser than the true one.
const ABOVE_M: f64 = 2.5;
/// Corners of a cross-section, as shares of the half width; the outermost are the bank.
const ACROSS: [f64; 9] = [-1.0, -0.86, -0.6, -0.3, 0.0, 0.3, 0.6, 0.86, 1.0];

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(
    mut commands: Commands,
    scene: Res<Scene>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let water = materials.add(StandardMaterial { depth_bias: 60.0, ..painted(Color::WHITE) });
    for river in scene.scenario.rivers.iter().filter(|river| river.line.len() > 1) {
        let mesh = meshes.add(ribbon(&scene, river).mesh());
        commands.spawn((Mesh3d(mesh), MeshMaterial3d(water.clone()), OfLayer(LAYER.key)));
    }
}

fn ribbon(scene: &Scene, river: &River) -> Faces {
    let line = smoothed(&river.line);
    let mut faces = Faces::default();
    let mut previous: Option<Vec<u32>> = None;
    for (index, &place) in line.iter().enumerate() {
        let along = line[(index + 1).min(line.len() - 1)] - line[index.saturating_sub(1)];
        let side = Vector2::new(along.y, -along.x).try_normalize(1e-9).unwrap_or_else(Vector2::x);
        let section: Vec<u32> = ACROSS
            .iter()
            .map(|&share| {
                let at = place + side * (share * river.width_m / 2.0);
                let tint = if share.abs() > 0.9 { palette::SHALLOW } else { palette::WATER };
                faces.corner(scene.above_ground(&at, ABOVE_M), tint.linear())
            })
            .collect();
        if let Some(before) = previous {
            for k in 0..ACROSS.len() - 1 {
                faces.quad([before[k], before[k + 1], section[k + 1], section[k]]);
            }
        }
        previous = Some(section);
    }
    faces
}

/// A Catmull-Rom curve through the points, sampled every [`STEP_M`]: rivers have no corners.
fn smoothed(line: &[Place]) -> Vec<Place> {
    let at = |index: isize| {
        let last = isize::try_from(line.len()).unwrap_or(isize::MAX) - 1;
        line[usize::try_from(index.clamp(0, last)).unwrap_or(0)].coords
    };
    let mut smooth = Vec::new();
    for i in 0..isize::try_from(line.len()).unwrap_or(0) - 1 {
        let [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
        let steps = ((c - b).norm() / STEP_M).ceil().max(1.0);
        let mut step = 0.0;
        while step < steps {
            let t: f64 = step / steps;
            let curve = b * 2.0
                + (c - a) * t
                + (a * 2.0 - b * 5.0 + c * 4.0 - d) * (t * t)
                + (b * 3.0 - a - c * 3.0 + d) * (t * t * t);
            smooth.push(Place::from(curve * 0.5));
            step += 1.0;
        }
    }
    smooth.extend(line.last());
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_keeps_its_points() {
        let line = [Place::new(0.0, 0.0), Place::new(100.0, 0.0), Place::new(100.0, 90.0)];
        let smooth = smoothed(&line);
        for place in line {
            assert!(smooth.iter().any(|at| (at - place).norm() < 1e-9), "{place}");
        }
        assert!(smoothed(&[]).is_empty());
        assert_eq!(smoothed(&line[..1]).len(), 1);
    }
}
