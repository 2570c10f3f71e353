//! Radio coverage: how well the best base station is heard at the height of the slice, and where the stations stand.

use bevy::prelude::*;

use crate::viewer::geometry::Faces;
use crate::viewer::palette::{self, Tint};
use crate::viewer::rules::CellView;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::coverage::{Grade, Network};
use crate::world::geo::Horizontal;

use super::canvas::Canvas;
use super::{Layer, Switches};

/// The layer.
pub const LAYER: Layer = Layer { key: "coverage", name: words::COVERAGE, usual: false, build };

/// Most cells along a side: finer ones are more than a picture shows.
const MOST_ALONG: f64 = 120.0;
/// How opaque cells are.
const OPACITY: f32 = 0.55;

/// Marks what is made anew when the height changes.
#[derive(Component)]
struct Slice;

fn build(app: &mut App) {
    let changed = resource_changed::<CellView>.or_eager(resource_changed::<Switches>);
    app.add_systems(PostUpdate, cut.run_if(super::on(LAYER.key)).run_if(changed));
}

fn cut(mut canvas: Canvas, scene: Res<Scene>, view: Res<CellView>, old: Query<Entity, With<Slice>>) {
    canvas.clear(old);
    let Some(network) = &scene.scenario.network else { return };
    canvas.glass(cells(&scene, network, view.height_agl_m), Color::WHITE.with_alpha(OPACITY), &LAYER, Slice);
    canvas.lines(masts(&scene, network), &LAYER, 3.0, Slice);
}

/// The colour of a grade.
pub const fn tint(grade: Grade) -> Tint {
    let [red, green, blue] = grade.colour();
    Tint(red, green, blue)
}

fn cells(scene: &Scene, network: &Network, height_agl_m: f64) -> Faces {
    let (low, size) = (scene.bounds.low, scene.bounds.size());
    let cell_m = network.map.grid().lattice().cell_m().max(size.max() / MOST_ALONG);
    let counts = [0, 1].map(|axis: usize| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most MOST_ALONG")]
        let count = (size[axis] / cell_m).floor() as u32;
        count
    });
    let corner = |column: u32, row: u32| low + Horizontal::new(f64::from(column), f64::from(row)) * cell_m;
    let mut faces = Faces::default();
    for (column, row) in (0..counts[1]).flat_map(|row| (0..counts[0]).map(move |column| (column, row))) {
        let middle = nalgebra::center(&corner(column, row), &corner(column + 1, row + 1));
        let color = tint(network.grade(&middle, height_agl_m)).linear();
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| {
            let place = corner(column + east, row + north);
            faces.corner(scene.above_ground(&place, height_agl_m), color)
        });
        faces.quad(corners);
    }
    faces
}

/// A mast from the ground to its antenna.
fn masts(scene: &Scene, network: &Network) -> GizmoAsset {
    let mut lines = GizmoAsset::default();
    for station in &network.stations {
        let foot = scene.above_ground(&station.position.xy(), 0.0);
        lines.line(foot, scene.drawn(&station.position), palette::INK.color());
    }
    lines
}
