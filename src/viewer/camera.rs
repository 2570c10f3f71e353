//! The camera: it turns about a point, or about a drone that it follows.

use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::prelude::*;

use crate::frame::{DroneId, DroneSample};
use crate::world::geo::{Place, Position};

use super::graphics::Detail;
use super::moment::Moment;
use super::order::Step;
use super::palette;
use super::preset::CameraPreset;
use super::scene::{Scene, narrow};

/// Vertical field of view, radians: narrow enough that a flat box does not look like a bowl.
const FIELD_OF_VIEW: f32 = 0.70;
/// Compass direction in which the overview looks: towards the east-north-east, the low land in front.
pub const OVERVIEW_YAW_DEG: f32 = 52.0;
/// The camera keeps this far above the ground, m.
const LEAST_HEIGHT: f32 = 4.0;

/// Where the camera looks and from how far.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Orbit {
    /// The point looked at.
    pub focus: Vec3,
    /// Compass direction of the view, radians.
    pub yaw: f32,
    /// Above the horizon, radians; negative looks down.
    pub pitch: f32,
    /// Distance to the point looked at, m.
    pub distance: f32,
}

impl Orbit {
    /// Unit vector of the view.
    pub fn direction(&self) -> Vec3 {
        let (sin_yaw, cos_yaw) = self.yaw.sin_cos();
        let (sin_pitch, cos_pitch) = self.pitch.sin_cos();
        Vec3::new(sin_yaw * cos_pitch, sin_pitch, -cos_yaw * cos_pitch)
    }

    /// Where the camera is.
    pub fn eye(&self) -> Vec3 {
        self.focus - self.direction() * self.distance
    }

    /// The camera's transform; looking straight down, the top of the picture is where `yaw` points.
    pub fn transform(&self) -> Transform {
        let ahead = Vec3::new(self.yaw.sin(), 0.0, -self.yaw.cos());
        let up = if self.pitch < -1.5 { ahead } else { Vec3::Y };
        Transform::from_translation(self.eye()).looking_to(self.direction(), up)
    }

    /// The whole area at a slant, seen towards compass direction `yaw_deg`.
    pub fn overview(scene: &Scene, yaw_deg: f32) -> Self {
        let span = narrow(scene.bounds.size().norm());
        // Below the ground, so that the area lies above the timeline.
        let focus = scene.middle() - Vec3::Y * 0.04 * span;
        Self { focus, yaw: yaw_deg.to_radians(), pitch: -0.37, distance: 1.03 * span }
    }

    /// Straight down on the whole area, north up.
    pub fn top(scene: &Scene) -> Self {
        let size = scene.bounds.size();
        let distance = narrow(size.x.max(size.y)) * 0.56 / (FIELD_OF_VIEW / 2.0).tan();
        Self { focus: scene.middle(), yaw: 0.0, pitch: -std::f32::consts::FRAC_PI_2, distance }
    }

    /// Near the highest delivery pad, looking back along the route that leads to it; the overview without one.
    pub fn summit(scene: &Scene) -> Self {
        let highest = scene.scenario.pads.iter().enumerate().max_by(|a, b| a.1.position.z.total_cmp(&b.1.position.z));
        let Some((index, pad)) = highest else { return Self::overview(scene, OVERVIEW_YAW_DEG) };
        let from = scene.scenario.routes.iter().find(|route| route.to.is_some_and(|to| to.index() == index));
        let start = from.map_or(Place::origin(), |route| route.plan.start().position.xy());
        let back = start - pad.position.xy();
        let above = Position::new(pad.position.x, pad.position.y, pad.position.z + 45.0);
        Self { focus: scene.drawn(&above), yaw: narrow(back.x.atan2(back.y)) + 0.12, pitch: -0.24, distance: 330.0 }
    }

    /// An explicit place and direction.
    pub fn free(scene: &Scene, eye: &Position, yaw_deg: f64, pitch_deg: f64) -> Self {
        let pitch_deg = pitch_deg.clamp(-90.0, 89.0);
        let looking = Self {
            focus: Vec3::ZERO,
            yaw: narrow(yaw_deg.to_radians()),
            pitch: narrow(pitch_deg.to_radians()),
            distance: 500.0,
        };
        Self { focus: scene.drawn(eye) + looking.direction() * looking.distance, ..looking }
    }

    /// Where a preset looks from; `followed` is the drone of a preset that follows one.
    pub fn of_preset(scene: &Scene, preset: &CameraPreset, followed: Option<&DroneSample>) -> Self {
        match preset {
            CameraPreset::Overview => Self::overview(scene, OVERVIEW_YAW_DEG),
            CameraPreset::Summit => Self::summit(scene),
            CameraPreset::Top => Self::top(scene),
            CameraPreset::Follow(_) => followed.map_or_else(
                || Self::overview(scene, OVERVIEW_YAW_DEG),
                |sample| {
                    let [east, north, _] = sample.velocity_mps();
                    let heading = (east.hypot(north) > 0.5).then(|| narrow(east.atan2(north)));
                    Self::behind(scene.drawn(&Position::from(sample.position_m())), heading)
                },
            ),
            &CameraPreset::Free { east_m, north_m, altitude_amsl_m, yaw_deg, pitch_deg } => {
                Self::free(scene, &Position::new(east_m, north_m, altitude_amsl_m), yaw_deg, pitch_deg)
            }
        }
    }

    /// Behind and above a drone.
    pub fn behind(position: Vec3, heading: Option<f32>) -> Self {
        Self { focus: position, yaw: heading.unwrap_or(0.6) + 0.35, pitch: -0.30, distance: 220.0 }
    }
}

/// The drone that the camera follows, if any.
#[derive(Resource, Default)]
pub struct Following(pub Option<DroneId>);

/// The drone the user has picked, if any.
#[derive(Resource, Default)]
pub struct Selected(pub Option<DroneId>);

/// Marks the camera that everything is seen through.
#[derive(Component)]
pub struct Eye;

/// Everything the camera of a window and that of a picture have in common.
pub fn eye(scene: &Scene, orbit: Orbit, detail: Detail) -> impl Bundle {
    let span = narrow(scene.bounds.size().norm());
    let fog = DistanceFog {
        color: palette::HAZE.color(),
        falloff: FogFalloff::ExponentialSquared { density: 0.33 / span },
        ..default()
    };
    let projection = PerspectiveProjection { fov: FIELD_OF_VIEW, near: 1.0, far: 40.0 * span, ..default() };
    let view = (Camera3d::default(), Projection::from(projection), detail.antialiasing(), Tonemapping::None, fog);
    (Eye, orbit, orbit.transform(), view)
}

/// Moves the camera to where its orbit says.
pub struct CameraPlugin;

impl Plugin for CameraPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Following>()
            .init_resource::<Selected>()
            .add_systems(Update, (follow, aim).chain().in_set(Step::Aim));
    }
}

fn follow(following: Res<Following>, moment: Res<Moment>, mut orbits: Query<&mut Orbit>) {
    let Some(drone) = following.0.and_then(|drone| moment.drone(drone)) else { return };
    for mut orbit in &mut orbits {
        orbit.focus = drone.position;
    }
}

fn aim(scene: Res<Scene>, mut cameras: Query<(&Orbit, &mut Transform), With<Eye>>) {
    for (orbit, mut transform) in &mut cameras {
        let mut aimed = orbit.transform();
        let below = scene.position_of(aimed.translation).xy();
        let least = scene.above_ground(&below, 0.0).y + LEAST_HEIGHT;
        aimed.translation.y = aimed.translation.y.max(least);
        transform.set_if_neq(aimed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaw_is_a_compass_direction() {
        let orbit =
            |yaw_deg: f32, pitch: f32| Orbit { focus: Vec3::ZERO, yaw: yaw_deg.to_radians(), pitch, distance: 1.0 };
        assert!(orbit(0.0, 0.0).direction().distance(Vec3::NEG_Z) < 1e-6, "north is −z");
        assert!(orbit(90.0, 0.0).direction().distance(Vec3::X) < 1e-6, "east is x");
        let down = orbit(0.0, -std::f32::consts::FRAC_PI_2).transform();
        assert!(down.up().distance(Vec3::NEG_Z) < 1e-5, "north is up on the map");
    }
}
