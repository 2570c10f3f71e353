//! The obstacle-limitation surfaces of airports: where ground rises through them, it hides them.

use bevy::prelude::*;

use crate::viewer::geometry::Faces;
use crate::viewer::palette::{self, Tint};
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::airspace::{Airport, Surface};
use crate::world::geo::{Horizontal, Place, Position, Rectangle};

use super::Layer;
use super::canvas::Canvas;

/// The layer.
pub const LAYER: Layer = Layer { key: "surfaces", name: words::SURFACES, usual: false, build };

/// How far beyond the area they are drawn, m.
const REACH_M: f64 = 8000.0;
/// Nodes along a side of what is drawn.
const NODES: u16 = 180;
/// Every so many nodes a line.
const LINE_EVERY: u16 = 6;

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>) {
    let (mut faces, mut edges) = (Faces::default(), GizmoAsset::default());
    for airport in &scene.scenario.airspace.rules().airports {
        Drawing { scene: &scene, airport, area: scene.bounds.grown(REACH_M) }.add(&mut faces, &mut edges);
    }
    canvas.glass(faces, Color::WHITE.with_alpha(0.3), &LAYER, ());
    canvas.lines(edges, &LAYER, 1.0, ());
}

struct Drawing<'a> {
    scene: &'a Scene,
    airport: &'a Airport,
    area: Rectangle,
}

impl Drawing<'_> {
    fn add(&self, faces: &mut Faces, edges: &mut GizmoAsset) {
        for row in 0..NODES {
            for column in 0..NODES {
                let nodes = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| self.node(column + east, row + north));
                let [Some(a), Some(b), Some(c), Some(d)] = nodes else { continue };
                let color = tint(a.0).linear();
                let corners = [a.1, b.1, c.1, d.1].map(|corner| faces.corner(corner, color));
                faces.quad(corners);
                if row % LINE_EVERY == 0 {
                    edges.line(a.1, b.1, tint(a.0).faded(0.8));
                }
                if column % LINE_EVERY == 0 {
                    edges.line(a.1, d.1, tint(a.0).faded(0.8));
                }
            }
        }
    }

    fn node(&self, column: u16, row: u16) -> Option<(Surface, Vec3)> {
        let share = Horizontal::new(f64::from(column), f64::from(row)) / f64::from(NODES);
        let place: Place = self.area.low + self.area.size().component_mul(&share);
        let (surface, amsl_m) = self.airport.runway.surface_at(&place)?;
        Some((surface, self.scene.drawn(&Position::new(place.x, place.y, amsl_m))))
    }
}

const fn tint(surface: Surface) -> Tint {
    match surface {
        Surface::InnerHorizontal => Tint(150, 96, 200),
        Surface::Conical => Tint(190, 120, 205),
        Surface::Approach | Surface::TakeOffClimb => palette::TEMPORARY,
        Surface::Strip | Surface::Transitional => palette::CONTROLLED,
    }
}
