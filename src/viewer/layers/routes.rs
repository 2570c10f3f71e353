//! Routes: lines at flight height in the colour of their mission, with their track on the ground and a post at every
//! waypoint.

use bevy::gizmos::config::GizmoLineStyle;
use bevy::prelude::*;

use crate::scenario::Route;
use crate::traffic::route::FlightPlan;
use crate::viewer::geometry::{Faces, ring, simplified};
use crate::viewer::palette;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::Position;

use super::Layer;
use super::canvas::{ABOVE_GROUND, Canvas};

/// The layer.
pub const LAYER: Layer = Layer { key: "routes", name: words::ROUTES, usual: true, build };

/// Radius of the bead at a waypoint, m.
const MARK_M: f32 = 3.0;
/// How far a drawn route may leave its plan, m.
const TOLERANCE_M: f32 = 0.5;
/// The pale edge of a route lies this much farther than the route, as a share of the depth.
const HALO_BEHIND: f32 = 0.0005;

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>) {
    let dashed = GizmoLineStyle::Dashed { gap_scale: 3.0, line_scale: 4.0 };
    let (mut out, mut halo, mut ground) = (GizmoAsset::default(), GizmoAsset::default(), GizmoAsset::default());
    let (mut back, mut marks) = (GizmoAsset::default(), Faces::default());
    for route in &scene.scenario.routes {
        let tint = palette::mission(route.kind);
        halo.linestrip(path(&scene, &route.plan), palette::PAINT.faded(0.85));
        out.linestrip(path(&scene, &route.plan), tint.color());
        ground.linestrip(track(&scene, &route.plan), palette::INK.faded(0.45));
        if let Some(plan) = &route.back {
            back.linestrip(path(&scene, plan), tint.color());
        }
        add_posts(&scene, route, &mut ground, &mut marks);
    }
    canvas.styled(ground, &LAYER, (1.2, dashed, ABOVE_GROUND), ());
    canvas.styled(back, &LAYER, (1.6, dashed, ABOVE_GROUND), ());
    canvas.styled(halo, &LAYER, (5.0, GizmoLineStyle::Solid, -HALO_BEHIND), ());
    canvas.styled(out, &LAYER, (3.0, GizmoLineStyle::Solid, 0.0), ());
    canvas.solid(marks, &LAYER, ());
}

/// The path in as few points as show it: joints between points a pixel apart would tear a line.
fn path(scene: &Scene, plan: &FlightPlan) -> Vec<Vec3> {
    simplified(&plan.points.iter().map(|point| scene.drawn(&point.position)).collect::<Vec<_>>(), TOLERANCE_M)
}

fn track(scene: &Scene, plan: &FlightPlan) -> Vec<Vec3> {
    let track: Vec<Vec3> = plan.points.iter().map(|point| scene.above_ground(&point.position.xy(), 3.0)).collect();
    simplified(&track, TOLERANCE_M)
}

/// A post from the ground to every waypoint, and a bead on top of it.
fn add_posts(scene: &Scene, route: &Route, posts: &mut GizmoAsset, marks: &mut Faces) {
    let tint = palette::mission(route.kind);
    for waypoint in &route.plan.waypoints {
        let Ok(amsl) = scene.scenario.terrain.amsl_m(&waypoint.place, waypoint.altitude) else { continue };
        let top = scene.drawn(&Position::new(waypoint.place.x, waypoint.place.y, amsl));
        posts.line(scene.above_ground(&waypoint.place, 0.0), top, tint.faded(0.9));
        let tip = Vec3::Y * MARK_M;
        marks.spindle(&ring(top, MARK_M, 8), top + tip, top - tip, palette::PAINT.linear());
    }
}
