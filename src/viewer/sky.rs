//! The sky: a dome that goes with the camera, from haze at the horizon to blue overhead.

use bevy::camera::visibility::NoFrustumCulling;
use bevy::prelude::*;

use super::camera::Eye;
use super::geometry::{Faces, painted, ring};
use super::order::Step;
use super::palette;
use super::scene::{Scene, narrow};

#[derive(Component)]
struct Dome;

/// Draws the sky.
pub struct SkyPlugin;

impl Plugin for SkyPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(ClearColor(palette::HAZE.color()))
            .add_systems(Startup, spawn)
            .add_systems(Update, accompany.in_set(Step::Draw));
    }
}

fn spawn(
    mut commands: Commands,
    scene: Res<Scene>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let paint = StandardMaterial { fog_enabled: false, cull_mode: None, ..painted(Color::WHITE) };
    let radius = 35.0 * narrow(scene.bounds.size().norm());
    commands.spawn((Dome, NoFrustumCulling, Mesh3d(meshes.add(dome(radius))), MeshMaterial3d(materials.add(paint))));
}

/// Bands from just below the horizon to the zenith, finer near the horizon where the colour changes.
fn dome(radius: f32) -> Mesh {
    let mut faces = Faces::default();
    let (haze, zenith) = (Vec4::from(palette::HAZE.linear()), Vec4::from(palette::ZENITH.linear()));
    let mut below: Option<Vec<u32>> = None;
    for elevation_deg in [-12.0_f32, 0.0, 2.0, 5.0, 9.0, 15.0, 25.0, 45.0, 89.0] {
        let (sin, cos) = elevation_deg.to_radians().sin_cos();
        let blue = (elevation_deg.max(0.0) / 40.0).min(1.0).powf(0.6);
        let color = haze.lerp(zenith, blue).to_array();
        let circle = ring(Vec3::Y * radius * sin, radius * cos, 48);
        let band: Vec<u32> = circle.into_iter().map(|point| faces.corner(point, color)).collect();
        if let Some(lower) = below {
            for i in 0..band.len() {
                let j = (i + 1) % band.len();
                faces.quad([lower[i], lower[j], band[j], band[i]]);
            }
        }
        below = Some(band);
    }
    faces.mesh()
}

fn accompany(eye: Single<&Transform, (With<Eye>, Without<Dome>)>, mut domes: Query<&mut Transform, With<Dome>>) {
    for mut dome in &mut domes {
        dome.translation = eye.translation;
    }
}
