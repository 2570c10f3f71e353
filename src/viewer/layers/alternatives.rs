//! Routes that were found between two places: lines at flight height, each in its colour with its number, down to the ground a
//! pale curtain; where a route has least room, a mark. Their figures are in a table.

mod table;

use bevy::gizmos::config::GizmoLineStyle;
use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

use crate::traffic::route::{Alternative, FlightPlan, PathPoint};
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
/// Farther than this apart is no better, m: for routes, and for their names.
const APART_M: f64 = 200.0;
const FREE_M: f64 = 900.0;
/// Points of a plan that are compared to find where it is apart from others.
const COMPARED: usize = 60;

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

/// Where routes are best named: where each is apart from the others, and the names from each other.
pub fn names_at(plans: &[&FlightPlan]) -> Vec<Position> {
    let mut named: Vec<Position> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let compared = |plan: &&FlightPlan| plan.points.len().div_ceil(COMPARED).max(1);
        let others = plans.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<&PathPoint> =
            others.flat_map(|(_, other)| other.points.iter().step_by(compared(other))).collect();
        let nearest_m = |at: &Position, all: &mut dyn Iterator<Item = Position>| {
            all.map(|other| (other.xy() - at.xy()).norm()).fold(f64::INFINITY, f64::min)
        };
        let worth = |point: &PathPoint| {
            let at = &point.position;
            let apart_m = nearest_m(at, &mut others.iter().map(|other| other.position)).min(APART_M);
            let free_m = nearest_m(at, &mut named.iter().copied()).min(FREE_M);
            // Names stand towards the middle rather than at an end.
            let middle_m = (point.along_m - plan.length_m() / 2.0).abs();
            apart_m + 0.5 * free_m - 0.02 * middle_m
        };
        let best = plan.points.iter().step_by(compared(plan)).max_by(|a, b| worth(a).total_cmp(&worth(b)));
        named.extend(best.map(|point| point.position));
    }
    named
}

/// A small count for drawing.
fn small(count: usize) -> f32 {
    narrow(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;
    use crate::viewer::samples::scenario;

    /// A plan eastwards at 60 m that bends `aside_m` to the north in its middle.
    fn bent(aside_m: f64) -> FlightPlan {
        let point = |index: u8| {
            let along_m = 10.0 * f64::from(index);
            let north_m = aside_m * (1.0 - (along_m - 500.0).abs() / 500.0);
            let position = Position::new(along_m, north_m, 68.0);
            PathPoint { position, along_m, speed_limit_mps: 15.0, hold: SimTime::ZERO }
        };
        FlightPlan { waypoints: Vec::new(), points: (0..=100).map(point).collect() }
    }

    /// Routes that begin and end together are named where they are apart; names do not stand on each other.
    #[test]
    fn names_stand_apart() {
        let plans = [bent(0.0), bent(150.0), bent(-150.0)];
        let named = names_at(&plans.iter().collect::<Vec<_>>());
        assert_eq!(named.len(), 3);
        for (index, at) in named.iter().enumerate() {
            let own = plans[index].points.iter().map(|point| (point.position - at).norm());
            assert!(own.fold(f64::INFINITY, f64::min) < 1e-9, "on its own route");
            let others = named.iter().enumerate().filter(|(other, _)| *other != index);
            let nearest = others.map(|(_, other)| (other - at).norm()).fold(f64::INFINITY, f64::min);
            assert!(nearest > 100.0, "{named:?}");
        }
        assert!((names_at(&[&plans[0]])[0].x - 500.0).abs() < 30.0, "the only one is named in its middle");
    }

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
