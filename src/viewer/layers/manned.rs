//! Manned aircraft: white aeroplanes and helicopters, larger than life, each in the volume that drones keep well clear
//! of.

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;

use crate::traffic::manned::{MannedKind, MannedTraffic, WellClear};
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

/// Half the span or the rotor, m, and least as a share of the distance.
const SIZE_M: f32 = 12.0;
const LEAST_SHARE: f32 = 0.026;
/// Lines from the floor of the volume to its top.
const POSTS: u16 = 12;

/// Marks an aircraft by its place in the frame.
#[derive(Component)]
struct Aircraft(usize);

/// What they look like.
#[derive(Resource)]
struct Looks {
    aeroplane: Handle<Mesh>,
    helicopter: Handle<Mesh>,
    paint: Handle<StandardMaterial>,
}

impl Looks {
    fn of(&self, scene: &Scene, drawn: &DrawnManned) -> Mesh3d {
        let kind = entry(scene, drawn).map(|entry| entry.kind);
        Mesh3d(if kind == Some(MannedKind::Helicopter) { self.helicopter.clone() } else { self.aeroplane.clone() })
    }
}

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
    commands.insert_resource(Looks {
        aeroplane: meshes.add(aeroplane()),
        helicopter: meshes.add(helicopter()),
        paint: materials.add(paint),
    });
}

/// Moves the aircraft there are, hides those too many, and makes what is missing.
fn place(
    mut commands: Commands,
    scene: Res<Scene>,
    moment: Res<Moment>,
    looks: Res<Looks>,
    eye: Single<&Transform, (With<Eye>, Without<Aircraft>)>,
    mut aircraft: Query<(&Aircraft, &mut Transform, &mut Mesh3d)>,
) {
    let there = aircraft.iter().len();
    for (aircraft, mut transform, mut mesh) in &mut aircraft {
        let Some(drawn) = moment.manned.get(aircraft.0) else {
            *transform = NOWHERE;
            continue;
        };
        *transform = placed(drawn, &eye, transform.rotation);
        mesh.set_if_neq(looks.of(&scene, drawn));
    }
    for (index, drawn) in moment.manned.iter().enumerate().skip(there) {
        let transform = placed(drawn, &eye, Quat::IDENTITY);
        let look = (looks.of(&scene, drawn), MeshMaterial3d(looks.paint.clone()));
        commands.spawn((Aircraft(index), look, transform, OfLayer(LAYER.key)));
    }
}

const NOWHERE: Transform = Transform::from_scale(Vec3::ZERO);

/// Half the span as drawn, seen from this far, m.
pub fn size(distance: f32) -> f32 {
    SIZE_M.max(LEAST_SHARE * distance)
}

fn placed(drawn: &DrawnManned, eye: &Transform, before: Quat) -> Transform {
    let size = size(eye.translation.distance(drawn.position));
    let rotation = drawn.heading.map_or(before, |heading| Quat::from_rotation_y(-heading));
    Transform { translation: drawn.position, rotation, scale: Vec3::splat(size) }
}

/// What the scenario says of an aircraft.
pub fn entry<'a>(scene: &'a Scene, drawn: &DrawnManned) -> Option<&'a MannedTraffic> {
    scene.scenario.manned.get(usize::from(drawn.sample.aircraft.entry))
}

/// What drones keep out of around an aircraft.
pub fn well_clear(scene: &Scene, drawn: &DrawnManned) -> WellClear {
    entry(scene, drawn).map_or_else(WellClear::default, |entry| entry.well_clear)
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
fn aeroplane() -> Mesh {
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

/// Cabin, boom, fin and a rotor of four blades, 2 across, nose to −z, with a dark edge.
fn helicopter() -> Mesh {
    let white = [1.0; 4];
    let mut faces = Faces::default();
    let level = |points: &[(f32, f32)], y: f32| points.iter().map(|&(x, z)| Vec3::new(x, y, z)).collect::<Vec<_>>();
    let cabin = [(0.0, -0.8), (-0.3, -0.5), (-0.28, 0.1), (0.0, 0.35), (0.28, 0.1), (0.3, -0.5)];
    faces.spindle(&level(&cabin, 0.0), Vec3::new(0.0, 0.36, -0.2), Vec3::new(0.0, -0.34, -0.25), white);
    let boom = [(-0.07, 0.0), (-0.04, 1.1), (0.04, 1.1), (0.07, 0.0)];
    faces.spindle(&level(&boom, 0.06), Vec3::new(0.0, 0.14, 0.4), Vec3::new(0.0, -0.02, 0.4), white);
    let fin = [(0.0, 0.85), (-0.05, 1.15), (0.05, 1.15)];
    faces.spindle(&level(&fin, 0.1), Vec3::new(0.0, 0.42, 1.2), Vec3::new(0.0, 0.0, 1.05), white);
    let mut faces = faces.outlined(1.1, palette::OUTLINE.linear());
    rotor(&mut faces, Vec3::new(0.0, 0.46, -0.2));
    faces.mesh()
}

/// Four blades, white with a dark edge: crossed, they tell a helicopter from an aeroplane at any distance.
fn rotor(faces: &mut Faces, hub: Vec3) {
    for (half_width, lift, color) in [(0.13, 0.03, palette::OUTLINE.linear()), (0.08, 0.05, [1.0; 4])] {
        for quarter in 0..4_u8 {
            let turn = Quat::from_rotation_y(std::f32::consts::FRAC_PI_4 * f32::from(2 * quarter + 1));
            let end = 0.95 + half_width;
            let blade = [(-half_width, 0.0), (half_width, 0.0), (half_width, -end), (-half_width, -end)]
                .map(|(x, z)| hub + turn * Vec3::new(x, 0.0, z));
            faces.polygon(&blade.map(|corner| corner + Vec3::Y * lift), color);
            let [a, b, c, d] = blade.map(|corner| corner - Vec3::Y * lift);
            faces.polygon(&[d, c, b, a], color);
        }
    }
}

/// A thin level plate through (x, z), counter-clockwise seen from above.
fn plate(faces: &mut Faces, corners: [(f32, f32); 4]) {
    let base = corners.map(|(x, z)| Vec3::new(x, -0.03, z));
    faces.prism(&base, 0.06, [1.0; 4]);
    faces.polygon(&[base[3], base[2], base[1], base[0]], [1.0; 4]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{MannedId, MannedSample, MotionSample};
    use crate::viewer::samples::scenario;

    const FLYING: &str = "
        [[manned]]
        id = \"rescue\"
        kind = \"helicopter\"
        path = [{ lat_deg = -33.91, lon_deg = 18.41, altitude_amsl_m = 400 }, { lat_deg = -33.89, lon_deg = 18.45, altitude_amsl_m = 400 }]
        at_s = [0]

        [[manned]]
        id = \"trainer\"
        kind = \"light-aircraft\"
        path = [{ lat_deg = -33.91, lon_deg = 18.41, altitude_amsl_m = 500 }, { lat_deg = -33.89, lon_deg = 18.45, altitude_amsl_m = 500 }]
        at_s = [0]
    ";

    #[test]
    fn a_helicopter_does_not_look_like_an_aeroplane() {
        let mut meshes = Assets::<Mesh>::default();
        let [helicopter, aeroplane] = [helicopter(), aeroplane()].map(|mesh| meshes.add(mesh));
        let looks = Looks { aeroplane, helicopter, paint: Handle::default() };
        let scene = Scene::new(&scenario(FLYING), 1.0, None);
        let looks_of = |entry| {
            let sample = MannedSample { aircraft: MannedId { entry, movement: 0 }, motion: MotionSample::default() };
            looks.of(&scene, &DrawnManned { sample, position: Vec3::ZERO, heading: None })
        };
        assert_eq!([looks_of(0).0, looks_of(1).0], [looks.helicopter.clone(), looks.aeroplane.clone()]);
    }
}
