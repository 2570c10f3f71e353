//! Drones: one shape and one material a mission, so that Bevy draws thousands of them in a few batches.

use bevy::prelude::*;

use crate::frame::{FlightPhase, MissionKind};
use crate::viewer::camera::{Eye, Selected};
use crate::viewer::geometry::{Faces, painted, ring, scaled};
use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;

use super::{Layer, OfLayer};

/// The layer.
pub const LAYER: Layer = Layer { key: "drones", name: words::DRONES, usual: true, build };

/// Size of a drone on its pad, m: half of its span, somewhat larger than life.
const PARKED_M: f32 = 2.2;
/// Least size in the air, m.
const AIRBORNE_M: f32 = 4.0;
/// Least size in the air as a share of the distance: about 18 pixels across in a picture 900 pixels high, less in a
/// crowd.
const LEAST_SHARE: f32 = 0.0085;
/// More airborne drones than this are a crowd.
const CROWD: f32 = 100.0;

/// Marks a drone by its place in the frame.
#[derive(Component)]
struct Drone(usize);

fn build(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, place.in_set(Step::Draw));
}

fn spawn(
    mut commands: Commands,
    scene: Res<Scene>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let looks = MissionKind::ALL.map(|kind| {
        let paint = StandardMaterial { fog_enabled: false, ..painted(palette::mission(kind).color()) };
        (kind, meshes.add(shape(kind)), materials.add(paint))
    });
    for (index, (drone, _)) in scene.scenario.drones().enumerate() {
        let kind = scene.kind(drone);
        let Some((_, mesh, material)) = looks.iter().find(|(of, ..)| *of == kind) else { continue };
        // Out of sight until the first frame says where it is.
        let nowhere = Transform::from_scale(Vec3::ZERO);
        commands.spawn((
            Drone(index),
            Mesh3d(mesh.clone()),
            MeshMaterial3d(material.clone()),
            nowhere,
            OfLayer(LAYER.key),
        ));
    }
}

fn place(
    moment: Res<Moment>,
    selected: Res<Selected>,
    eye: Single<&Transform, (With<Eye>, Without<Drone>)>,
    mut drones: Query<(&Drone, &mut Transform)>,
) {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^24 drones")]
    let crowd = (moment.airborne() as f32 / CROWD).max(1.0);
    let least_share = LEAST_SHARE * crowd.powf(-0.25);
    for (drone, mut transform) in &mut drones {
        let Some(drawn) = moment.drones.get(drone.0) else { continue };
        let distance = eye.translation.distance(drawn.position);
        let emphasis = if selected.0 == Some(drawn.sample.drone) { 1.5 } else { 1.0 };
        let size = match drawn.sample.phase {
            FlightPhase::Left => 0.0,
            phase if phase.is_airborne() => AIRBORNE_M.max(distance * least_share),
            _ => PARKED_M.max(distance * least_share * 0.3),
        };
        let turned = drawn.heading.map_or(transform.rotation, |heading| Quat::from_rotation_y(-heading));
        *transform = Transform { translation: drawn.position, rotation: turned, scale: Vec3::splat(size * emphasis) };
    }
}

/// The body of a mission's drones, about 2 across, nose to −z, with a dark edge and four rotors.
fn shape(kind: MissionKind) -> Mesh {
    let white = [1.0; 4];
    let mut faces = Faces::default();
    let tip = Vec3::Y * 0.75;
    match kind {
        MissionKind::CityDelivery => {
            let base = [(-0.6, 0.6), (0.6, 0.6), (0.6, -0.6), (-0.6, -0.6)].map(|(x, z)| Vec3::new(x, -0.5, z));
            faces.prism(&base, 1.0, white);
            faces.polygon(&[base[3], base[2], base[1], base[0]], white);
        }
        MissionKind::ScenicDelivery => {
            let waist = [(0.0, -1.35), (-0.75, 0.0), (0.0, 1.35), (0.75, 0.0)].map(|(x, z)| Vec3::new(x, 0.0, z));
            faces.spindle(&waist, tip, -tip, white);
        }
        MissionKind::FirePatrol => {
            let wedge = [Vec3::new(0.0, -0.3, -1.1), Vec3::new(-0.8, -0.3, 0.8), Vec3::new(0.8, -0.3, 0.8)];
            faces.spindle(&wedge, Vec3::new(0.0, 0.8, 0.3), Vec3::new(0.0, -0.5, 0.3), white);
        }
        MissionKind::Inspection => faces.spindle(&star(), tip, -tip, white),
        MissionKind::RandomTraffic => {
            for (low, high) in
                [((-0.75, 0.3), (-0.35, 0.75)), ((-0.35, 0.75), (0.35, 0.75)), ((0.35, 0.75), (0.75, 0.3))]
            {
                band(&mut faces, low, high);
            }
        }
    }
    let mut faces = faces.outlined(1.24, palette::OUTLINE.linear());
    rotors(&mut faces, scaled(white, 0.8));
    faces.mesh()
}

fn star() -> Vec<Vec3> {
    let (outer, inner) = (ring(Vec3::ZERO, 1.05, 5), ring(Vec3::ZERO, 0.5, 10));
    (0..5).flat_map(|i| [outer[i], inner[2 * i + 1]]).collect()
}

/// A band of a ball between two (height, radius).
fn band(faces: &mut Faces, low: (f32, f32), high: (f32, f32)) {
    let (below, above) = (ring(Vec3::Y * low.0, low.1, 10), ring(Vec3::Y * high.0, high.1, 10));
    for i in 0..below.len() {
        let j = (i + 1) % below.len();
        faces.polygon(&[below[i], below[j], above[j], above[i]], [1.0; 4]);
    }
    if high.0 > 0.7 {
        faces.polygon(&above, [1.0; 4]);
    }
}

/// Four rotors, so that a drone seen close is a drone.
fn rotors(faces: &mut Faces, color: [f32; 4]) {
    for hub in ring(Vec3::Y * 0.1, 1.45, 8).into_iter().skip(1).step_by(2) {
        faces.prism(&ring(hub - Vec3::Y * 0.06, 0.34, 8), 0.12, color);
    }
}
