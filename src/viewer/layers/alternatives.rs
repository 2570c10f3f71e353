//! Routes that were found between two places: lines at flight height, each in its colour with its number, down to the ground a
//! pale curtain; where a route has least room, a mark. Their figures are in a table.

mod table;

use bevy::gizmos::config::GizmoLineStyle;
use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

use crate::traffic::route::{Alternative, FlightPlan};
use crate::viewer::alternatives::Chosen;
use crate::viewer::fonts::letters_ready;
use crate::viewer::geometry::{Faces, ring, simplified};
use crate::viewer::palette;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::geo::Position;

use super::canvas::Canvas;
use super::{Layer, on};

/// The layer; offered where routes were asked for.
pub const LAYER: Layer = Layer { key: "alternatives", name: words::ALTERNATIVES, usual: true, build };

/// How far a drawn route may leave its plan, m.
const TOLERANCE_M: f32 = 0.5;
/// Width of the last route, and how much wider each before it is, so that all are seen where they coincide, pixels.
const WIDTH: f32 = 3.5;
const WIDER: f32 = 2.5;
/// The one that is looked at is wider by this, pixels.
const CHOSEN_WIDER: f32 = 2.0;
/// A route lies nearer to the eye than the one before it by this share of the depth.
const NEARER: f32 = 0.0002;
/// Size of the mark where there is least room, m.
const MARK_M: f32 = 9.0;

/// Marks what is made anew when another one is looked at.
#[derive(Component)]
struct Drawn;

fn build(app: &mut App) {
    app.init_resource::<Chosen>()
        .add_systems(PostUpdate, draw.run_if(resource_changed::<Chosen>))
        .add_systems(EguiPrimaryContextPass, table::write.run_if(letters_ready).run_if(on(LAYER.key)));
}

fn draw(mut canvas: Canvas, scene: Res<Scene>, chosen: Res<Chosen>, old: Query<Entity, With<Drawn>>) {
    canvas.clear(old);
    let Some(alternatives) = &scene.alternatives else { return };
    let (mut curtains, mut marks) = (Faces::default(), Faces::default());
    let mut width = WIDTH + WIDER * small(alternatives.routes.len().saturating_sub(1));
    let mut nearer = 0.0;
    for (index, route) in alternatives.routes.iter().enumerate() {
        let tint = palette::alternative(index);
        let path = path(&scene, &route.plan);
        let extra = if index == chosen.0 { CHOSEN_WIDER } else { 0.0 };
        let (mut halo, mut line) = (GizmoAsset::default(), GizmoAsset::default());
        halo.linestrip(path.iter().copied(), palette::PAINT.faded(0.9));
        line.linestrip(path, tint.color());
        canvas.styled(halo, &LAYER, (width + extra + 2.5, GizmoLineStyle::Solid, nearer - NEARER / 2.0), Drawn);
        canvas.styled(line, &LAYER, (width + extra, GizmoLineStyle::Solid, nearer), Drawn);
        add_curtain(&scene, &route.plan, tint.linear(), &mut curtains);
        let at = scene.drawn(&least_room_at(route));
        let tip = Vec3::Y * MARK_M;
        marks.spindle(&ring(at, MARK_M, 6), at + tip, at - tip, tint.linear());
        (width, nearer) = (width - WIDER, nearer + NEARER);
    }
    canvas.glass(curtains, Color::WHITE.with_alpha(0.16), &LAYER, Drawn);
    canvas.solid(marks, &LAYER, Drawn);
}

fn path(scene: &Scene, plan: &FlightPlan) -> Vec<Vec3> {
    simplified(&plan.points.iter().map(|point| scene.drawn(&point.position)).collect::<Vec<_>>(), TOLERANCE_M)
}

/// From the path down to the ground.
fn add_curtain(scene: &Scene, plan: &FlightPlan, color: [f32; 4], curtains: &mut Faces) {
    let pairs = plan.points.iter().step_by(4).chain(plan.points.last());
    let pairs: Vec<[u32; 2]> = pairs
        .map(|point| {
            let foot = scene.above_ground(&point.position.xy(), 1.0);
            [foot, scene.drawn(&point.position)].map(|corner| curtains.corner(corner, color))
        })
        .collect();
    for pair in pairs.windows(2) {
        curtains.quad([pair[0][0], pair[1][0], pair[1][1], pair[0][1]]);
    }
}

/// Where a route has least room.
pub fn least_room_at(route: &Alternative) -> Position {
    route.plan.position_at(route.figures.room.along_m, 0)
}

/// A small count for drawing.
fn small(count: usize) -> f32 {
    narrow(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::viewer::samples::{bent, scenario};

    /// Two corners for every place that is kept, and a face between two: down to the ground, along the whole plan.
    #[test]
    fn a_curtain_hangs_along_the_whole_plan() {
        let scene = Scene::new(&scenario(""), 1.0, None);
        let mut curtain = Faces::default();
        add_curtain(&scene, &bent(0.0), [1.0; 4], &mut curtain);
        let mesh = curtain.mesh();
        // Of 101 points every fourth, and the last, which is one of them.
        assert_eq!(mesh.count_vertices(), 2 * 27);
        assert_eq!(mesh.indices().map(bevy::mesh::Indices::len), Some(6 * 26));
        assert_eq!(path(&scene, &bent(0.0)).len(), 2, "a straight line is two points");
    }
}
