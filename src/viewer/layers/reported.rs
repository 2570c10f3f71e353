//! Where the ground believes drones to be: a thin ring at the reported position, and a line from there to the truth.

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;

use crate::viewer::camera::Eye;
use crate::viewer::moment::{DrawnDrone, Moment};
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::Position;

use super::{Layer, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "reported", name: words::REPORTED, usual: true, build };

/// Offsets up to this are what satellites do, m.
const LEAST_M: f32 = 1.0;
/// An offset is drawn where it can be told from the truth: about 4 pixels in a picture 900 pixels high.
const LEAST_SHARE: f32 = 0.003;
/// Radius of the ring, m, and as a share of the distance.
const RADIUS_M: f32 = 2.5;
const RADIUS_SHARE: f32 = 0.004;

/// Reports lie before drones, which would hide those that are nearly right.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct ReportLines;

fn build(app: &mut App) {
    let line = GizmoLineConfig { width: 1.6, ..default() };
    app.insert_gizmo_config(ReportLines, GizmoConfig { line, depth_bias: -0.001, ..default() })
        .add_systems(Update, draw.in_set(Step::Draw).run_if(on(LAYER.key)));
}

fn draw(scene: Res<Scene>, moment: Res<Moment>, eye: Single<&Transform, With<Eye>>, mut gizmos: Gizmos<ReportLines>) {
    let color = palette::REPORTED.color();
    for drawn in &moment.drones {
        let distance = eye.translation.distance(drawn.position);
        let Some(offset) = offset(&scene, drawn).filter(|offset| offset.length() > LEAST_SHARE * distance) else {
            continue;
        };
        let reported = drawn.position + offset;
        gizmos.line(drawn.position, reported, color);
        let facing = Isometry3d::new(reported, eye.rotation);
        gizmos.circle(facing, RADIUS_M.max(RADIUS_SHARE * distance), color).resolution(24);
    }
}

/// From the truth to the report, as drawn; `None` where they are as good as one.
pub fn offset(scene: &Scene, drawn: &DrawnDrone) -> Option<Vec3> {
    let at = |position: [f64; 3]| scene.drawn(&Position::from(position));
    let offset = at(drawn.sample.reported_m()) - at(drawn.sample.position_m());
    (offset.length() > LEAST_M).then_some(offset)
}
