//! Schematic buildings: one mesh of boxes.

use bevy::prelude::*;

use crate::viewer::geometry::{Faces, painted, scaled};
use crate::viewer::palette;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::airspace::Building;
use crate::world::geo::{Place, Position, Rectangle};

use super::{Layer, OfLayer};

/// The layer.
pub const LAYER: Layer = Layer { key: "buildings", name: words::BUILDINGS, usual: true, build };

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(
    mut commands: Commands,
    scene: Res<Scene>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let mut faces = Faces::default();
    for building in scene.scenario.buildings() {
        add_box(&scene, &mut faces, building);
    }
    if faces.is_empty() {
        return;
    }
    let material = materials.add(painted(Color::WHITE));
    commands.spawn((Mesh3d(meshes.add(faces.mesh())), MeshMaterial3d(material), OfLayer(LAYER.key)));
}

/// Low houses are a little darker than towers, so that a block reads as many.
fn add_box(scene: &Scene, faces: &mut Faces, building: &Building) {
    let Rectangle { low, high } = building.footprint;
    let corners = [low, Place::new(high.x, low.y), high, Place::new(low.x, high.y)];
    let lowest = corners.iter().map(|corner| scene.ground_m(corner)).fold(f64::INFINITY, f64::min) - 2.0;
    let base: Vec<Vec3> =
        corners.iter().map(|corner| scene.drawn(&Position::new(corner.x, corner.y, lowest))).collect();
    let height = scene.drawn(&Position::new(0.0, 0.0, building.top_amsl_m())).y - base[0].y;
    let brightness = 0.82 + 0.18 * (narrow(building.height_m) / 60.0).min(1.0);
    faces.prism(&base, height, scaled(palette::BUILDING.linear(), brightness));
}
