//! Manned aircraft: white aeroplanes, larger than life, each in the volume that drones keep well clear of.

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;

use crate::traffic::manned::WellClear;
use crate::viewer::camera::Eye;
use crate::viewer::geometry::{Faces, painted, ring};
use crate::viewer::moment::{DrawnManned, Moment};
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::geo::Position;

use super::{Layer, OfLayer, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "manned", name: words::MANNED, usual: true, build };

/// Half the span, m, and least as a share of the distance.
const SIZE_M: f32 = 12.0;
const LEAST_SHARE: f32 = 0.026;
/// Lines from the floor of the volume to its top.
const POSTS: u16 = 12;

/// Marks an aeroplane by its place in the frame.
#[derive(Component)]
struct Aeroplane(usize);

/// What every aeroplane looks like.
#[derive(Resource)]
struct Look(Handle<Mesh>, Handle<StandardMaterial>);

/// The edges of volumes.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct VolumeLines;

fn build(app: &mut App) {
    let line = GizmoLineConfig { width: 1.5, ..default() };
    app.insert_gizmo_config(VolumeLines, GizmoConfig { line, ..default() })
        .add_systems(Startup, prepare)
        .add_systems(Update, (place, volumes.run_if(on(LAYER.key))).in_set(Step::Draw));
}

fn prepare(mut commands: Commands, mut meshes: ResMut<Assets<Mesh>>, mut materials: ResMut<Assets<StandardMaterial>>) {
    let paint = StandardMaterial { fog_enabled: false, ..painted(palette::PAINT.color()) };
    commands.insert_resource(Look(meshes.add(shape()), materials.add(paint)));
}

/// Moves the aeroplanes there are, hides those too many, and makes what is missing.
fn place(
    mut commands: Commands,
    moment: Res<Moment>,
    look: Res<Look>,
    eye: Single<&Transform, (With<Eye>, Without<Aeroplane>)>,
    mut aeroplanes: Query<(&Aeroplane, &mut Transform)>,
) {
    let there = aeroplanes.iter().len();
    for (aeroplane, mut transform) in &mut aeroplanes {
        *transform = moment.manned.get(aeroplane.0).map_or(NOWHERE, |drawn| placed(drawn, &eye, transform.rotation));
    }
    for (index, drawn) in moment.manned.iter().enumerate().skip(there) {
        let transform = placed(drawn, &eye, Quat::IDENTITY);
        let look = (Mesh3d(look.0.clone()), MeshMaterial3d(look.1.clone()));
        commands.spawn((Aeroplane(index), look, transform, OfLayer(LAYER.key)));
    }
}

const NOWHERE: Transform = Transform::from_scale(Vec3::ZERO);

fn placed(drawn: &DrawnManned, eye: &Transform, before: Quat) -> Transform {
    let size = SIZE_M.max(LEAST_SHARE * eye.translation.distance(drawn.position));
    let rotation = drawn.heading.map_or(before, |heading| Quat::from_rotation_y(-heading));
    Transform { translation: drawn.position, rotation, scale: Vec3::splat(size) }
}

/// What drones keep out of around an aircraft.
pub fn well_clear(scene: &Scene, drawn: &DrawnManned) -> WellClear {
    let entry = scene.scenario.manned.get(usize::from(drawn.sample.aircraft.entry));
    entry.map_or_else(WellClear::default, |entry| entry.well_clear)
}

/// An upright cylinder around each: two rings and posts between them.
fn volumes(scene: Res<Scene>, moment: Res<Moment>, mut gizmos: Gizmos<VolumeLines>) {
    let color = palette::MANNED.color();
    for drawn in &moment.manned {
        let well_clear = well_clear(&scene, drawn);
        let half = scene.drawn(&Position::new(0.0, 0.0, well_clear.vertical_m));
        let radius = narrow(well_clear.horizontal_m);
        for level in [drawn.position - half, drawn.position + half] {
            let flat = Isometry3d::new(level, Quat::from_rotation_x(std::f32::consts::FRAC_PI_2));
            gizmos.circle(flat, radius, color).resolution(96);
        }
        for post in ring(drawn.position, radius, POSTS) {
            gizmos.line(post - half, post + half, color.with_alpha(0.6));
        }
    }
}

/// Body, wings and tail, 2 across, nose to −z, with a dark edge.
fn shape() -> Mesh {
    let white = [1.0; 4];
    let mut faces = Faces::default();
    let waist = [(0.0, -1.0), (-0.13, -0.6), (-0.1, 0.7), (0.0, 1.0), (0.1, 0.7), (0.13, -0.6)];
    let tip = Vec3::Y * 0.13;
    faces.spindle(&waist.map(|(x, z)| Vec3::new(x, 0.0, z)), tip, -tip, white);
    for (root, end, span) in [((-0.35, 0.15), (-0.05, 0.2), 1.0), ((0.7, 0.95), (0.85, 1.0), 0.42)] {
        let left = [(-0.08, root.0), (-span, end.0), (-span, end.1), (-0.08, root.1)];
        plate(&mut faces, left);
        let [a, b, c, d] = left.map(|(x, z)| (-x, z));
        plate(&mut faces, [d, c, b, a]);
    }
    let fin = [(0.0, 0.6), (-0.05, 1.0), (0.05, 1.0)].map(|(x, z)| Vec3::new(x, 0.05, z));
    faces.spindle(&fin, Vec3::new(0.0, 0.45, 1.0), Vec3::new(0.0, 0.0, 0.9), white);
    faces.outlined(1.16, palette::OUTLINE.linear()).mesh()
}

/// A thin level plate through (x, z), counter-clockwise seen from above.
fn plate(faces: &mut Faces, corners: [(f32, f32); 4]) {
    let base = corners.map(|(x, z)| Vec3::new(x, -0.03, z));
    faces.prism(&base, 0.06, [1.0; 4]);
    faces.polygon(&[base[3], base[2], base[1], base[0]], [1.0; 4]);
}
