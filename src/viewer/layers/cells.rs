//! The grid map: a slice through its cells at a height above ground, by state or by a figure.

use bevy::prelude::*;

use crate::viewer::geometry::Faces;
use crate::viewer::palette;
use crate::viewer::rules::{Attribute, CellView, Spell, state_at, tint};
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::words;
use crate::world::airspace::{Cell, Flyer, GridMap, Lattice, Sheet, State};
use crate::world::geo::beidou::Level;
use crate::world::geo::{Geographic, Place};

use super::canvas::Canvas;
use super::{Layer, Switches};

/// The layer.
pub const LAYER: Layer = Layer { key: "cells", name: words::CELLS, usual: false, build };

/// Most cells drawn: more are finer than a picture shows.
const MOST_CELLS: usize = 20_000;
/// How opaque cells are.
const OPACITY: f32 = 0.5;

/// Marks what is made anew when rules or the view change.
#[derive(Component)]
struct Slice;

/// Least and greatest value shown, for the legend; nothing for the state.
#[derive(Resource, Default, Clone, Copy)]
pub struct CellRange(pub Option<(f64, f64)>);

fn build(app: &mut App) {
    let changed =
        resource_changed::<Spell>.or_eager(resource_changed::<CellView>).or_eager(resource_changed::<Switches>);
    app.init_resource::<CellRange>().add_systems(PostUpdate, cut.run_if(super::on(LAYER.key)).run_if(changed));
}

fn cut(
    mut canvas: Canvas,
    scene: Res<Scene>,
    spell: Res<Spell>,
    view: Res<CellView>,
    old: Query<Entity, With<Slice>>,
    mut range: ResMut<CellRange>,
) {
    canvas.clear(old);
    let map = GridMap::new(&scene.scenario.airspace, sheet(&scene), spell.at, Flyer::AnyHolder);
    range.0 = value_range(&map, view.attribute);
    let mut drawing = Drawing { scene: &scene, view: *view, faces: Faces::default(), hatches: GizmoAsset::default() };
    for cell in map.cells() {
        drawing.add(&map, &cell, range.0);
    }
    canvas.glass(drawing.faces, Color::WHITE.with_alpha(OPACITY), &LAYER, Slice);
    canvas.lines(drawing.hatches, &LAYER, 1.0, Slice);
}

/// Cells of BeiDou level 5 or, of a large area, squares of which there are not too many.
fn sheet(scene: &Scene) -> Sheet {
    let projection = scene.scenario.projection;
    let corners = scene.bounds.corners().map(|corner| projection.to_geographic(&corner));
    let least = |value: fn(&Geographic) -> f64| corners.iter().map(value).fold(f64::INFINITY, f64::min);
    let most = |value: fn(&Geographic) -> f64| corners.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
    let south_west = Geographic::new(least(|corner| corner.lat_deg), least(|corner| corner.lon_deg));
    let north_east = Geographic::new(most(|corner| corner.lat_deg), most(|corner| corner.lon_deg));
    let over = |lattice| Sheet::over(lattice, south_west, north_east, projection);
    let size = scene.bounds.size();
    let cell_m = (size.x * size.y / 18_000.0).sqrt();
    let beidou = Level::new(5).map(|level| over(Lattice::BeiDou(level)));
    beidou.filter(|sheet| sheet.cells() <= MOST_CELLS).unwrap_or_else(|| over(Lattice::Metric { cell_m }))
}

fn value_range(map: &GridMap<'_>, attribute: Attribute) -> Option<(f64, f64)> {
    let values = map.cells().filter_map(|cell| attribute.value(cell.column));
    values.fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

struct Drawing<'a> {
    scene: &'a Scene,
    view: CellView,
    faces: Faces,
    hatches: GizmoAsset,
}

impl Drawing<'_> {
    fn add(&mut self, map: &GridMap<'_>, cell: &Cell<'_>, range: Option<(f64, f64)>) {
        let nodes = [(0, 0), (1, 0), (1, 1), (0, 1)];
        let places =
            nodes.map(|(east, north)| map.sheet().local_node(cell.column_index + east, cell.row_index + north));
        let corners = places.map(|place: Place| self.scene.above_ground(&place, self.view.height_agl_m));
        let color = match (self.view.attribute, range) {
            (Attribute::State, _) => {
                let state = state_at(cell.column, self.view.height_agl_m);
                self.hatch(state, corners);
                tint(state).linear()
            }
            (attribute, Some((low, high))) => {
                let Some(value) = attribute.value(cell.column) else { return };
                palette::figure(narrow((value - low) / (high - low).max(1e-9))).to_f32_array()
            }
            (_, None) => return,
        };
        let corners = corners.map(|corner| self.faces.corner(corner, color));
        self.faces.quad(corners);
    }

    /// So that states differ without their colours, like their signs in the legend.
    fn hatch(&mut self, state: State, [south_west, south_east, north_east, north_west]: [Vec3; 4]) {
        let ink = tint(state).faded(0.9);
        match state {
            State::Open => {
                self.hatches.linestrip([south_west, south_east, north_east, north_west, south_west], ink);
            }
            State::Approved => {}
            State::Limited => {
                self.hatches.line(south_west.lerp(north_west, 0.5), south_east.lerp(north_east, 0.5), ink);
            }
            State::Controlled => {
                self.hatches.line(south_west, north_east, ink);
            }
            State::Temporary => {
                self.hatches.line(north_west, south_east, ink);
            }
            State::Prohibited | State::Obstructed => {
                self.hatches.line(south_west, north_east, ink);
                self.hatches.line(north_west, south_east, ink);
            }
        }
    }
}
