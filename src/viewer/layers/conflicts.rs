//! Conflicts: a line between the two drones and a ring of half the horizontal minimum around each. Two rings that
//! overlap are a loss of horizontal separation.

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;

use crate::viewer::camera::{Eye, Selected};
use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;

use super::{Layer, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "conflicts", name: words::CONFLICTS, usual: true, build };

/// Conflicts lie before everything else at the same depth.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct ConflictLines;

fn build(app: &mut App) {
    let line = GizmoLineConfig { width: 2.4, ..default() };
    app.insert_gizmo_config(ConflictLines, GizmoConfig { line, depth_bias: -0.001, ..default() })
        .add_systems(Update, (draw, ring_selected).in_set(Step::Draw).run_if(on(LAYER.key)));
}

fn draw(scene: Res<Scene>, moment: Res<Moment>, mut gizmos: Gizmos<ConflictLines>) {
    let radius = narrow(scene.scenario.minima.horizontal_m / 2.0);
    for conflict in moment.conflicts() {
        let (Some(own), Some(intruder)) = (moment.drone(conflict.own), moment.drone(conflict.intruder)) else {
            continue;
        };
        let color = palette::conflict(conflict).color();
        gizmos.line(own.position, intruder.position, color);
        for drone in [own, intruder] {
            gizmos.circle(level(drone.position), radius, color).resolution(32);
            if conflict.loss_of_separation {
                gizmos.circle(level(drone.position), radius * 0.8, color).resolution(32);
            }
        }
    }
}

/// A ring around the selected drone, always large enough to be found.
fn ring_selected(
    moment: Res<Moment>,
    selected: Res<Selected>,
    eye: Single<&Transform, With<Eye>>,
    mut gizmos: Gizmos<ConflictLines>,
) {
    let Some(drone) = selected.0.and_then(|drone| moment.drone(drone)) else { return };
    let radius = (eye.translation.distance(drone.position) * 0.012).max(10.0);
    let facing = Isometry3d::new(drone.position, eye.rotation);
    gizmos.circle(facing, radius, palette::SELECTED.color()).resolution(40);
    gizmos.circle(facing, radius * 1.08, palette::OUTLINE.color()).resolution(40);
}

/// A circle lying flat at `centre`.
fn level(centre: Vec3) -> Isometry3d {
    Isometry3d::new(centre, Quat::from_rotation_x(std::f32::consts::FRAC_PI_2))
}
