//! Hubs, pads and rally sites: signs painted on the ground, larger than life, of different outlines.

use bevy::prelude::*;

use crate::viewer::geometry::{Faces, ring, scaled};
use crate::viewer::palette::{self, Tint};
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::geo::{Place, Position};

use super::Layer;
use super::canvas::Canvas;

/// The layer.
pub const LAYER: Layer = Layer { key: "pads", name: words::PADS, usual: true, build };

/// Radius of a hub's, a pad's and a rally site's sign, m.
const HUB_M: f32 = 60.0;
const PAD_M: f32 = 32.0;
const RALLY_M: f32 = 40.0;

fn build(app: &mut App) {
    app.add_systems(Startup, spawn);
}

fn spawn(mut canvas: Canvas, scene: Res<Scene>) {
    let mut faces = Faces::default();
    for hub in &scene.scenario.hubs {
        let centre = platform(&scene, &mut faces, &hub.position, HUB_M, 4);
        sign(&mut faces, centre, HUB_M, 4, palette::HUB);
        let homes = scene.scenario.fleets.iter().flat_map(|fleet| &fleet.homes);
        let near = homes.filter(|home| (home.xy() - hub.position.xy()).norm() < f64::from(HUB_M));
        stands(&scene, &mut faces, near, centre.y);
    }
    for pad in &scene.scenario.pads {
        let centre = platform(&scene, &mut faces, &pad.position, PAD_M, 24);
        sign(&mut faces, centre, PAD_M, 24, palette::PAD);
        stands(&scene, &mut faces, pad.stands.iter(), centre.y);
    }
    for site in &scene.scenario.rallies {
        let centre = platform(&scene, &mut faces, &site.position, RALLY_M, 3);
        sign(&mut faces, centre, RALLY_M, 3, palette::RALLY);
    }
    canvas.solid(faces, &LAYER, ());
}

/// A level platform that reaches out of the slope; returns the middle of its top.
fn platform(scene: &Scene, faces: &mut Faces, position: &Position, radius: f32, sides: u16) -> Vec3 {
    let rim = ring(Vec3::ZERO, radius, sides);
    let highest = rim
        .iter()
        .map(|offset| Place::new(position.x + f64::from(offset.x), position.y - f64::from(offset.z)))
        .map(|place| scene.above_ground(&place, 0.0).y)
        .fold(scene.drawn(position).y, f32::max);
    let top = scene.drawn(position).with_y(highest + 1.0);
    let base = ring(top - Vec3::Y * 40.0, radius, sides);
    faces.prism(&base, 40.0, scaled(palette::BUILDING.linear(), 0.8));
    top
}

/// A plate in paint with a ring of the sign's colour.
fn sign(faces: &mut Faces, centre: Vec3, radius: f32, sides: u16, tint: Tint) {
    let lift = Vec3::Y * 0.6;
    faces.disc(centre + lift, radius, sides, palette::PAINT.linear());
    faces.annulus(centre + lift * 2.0, 0.72 * radius, 0.94 * radius, sides, tint.linear());
}

/// A small disc where each drone stands, level with the platform.
fn stands<'a>(scene: &Scene, faces: &mut Faces, places: impl Iterator<Item = &'a Position>, level: f32) {
    for place in places {
        let centre = scene.drawn(place).with_y(level + 1.4);
        faces.disc(centre, 2.5, 12, palette::INK.linear());
    }
}
