//! Zones, sites, closures, approvals and protection areas: walls from their lower to their upper limit, while they hold.

use bevy::prelude::*;

use crate::viewer::geometry::Faces;
use crate::viewer::palette::{self, Tint};
use crate::viewer::rules::Spell;
use crate::viewer::scene::Scene;
use crate::viewer::words;
use crate::world::airspace::{Footprint, Geozone, Restriction, Volume};
use crate::world::geo::{Place, Position};

use super::Layer;
use super::canvas::Canvas;

/// The layer.
pub const LAYER: Layer = Layer { key: "zones", name: words::ZONES, usual: true, build };

/// Distance between two points of an outline, m.
const STEP_M: f64 = 60.0;

/// Marks what is made anew when rules change.
#[derive(Component)]
struct Wall;

fn build(app: &mut App) {
    app.add_systems(PostUpdate, raise.run_if(resource_changed::<Spell>));
}

fn raise(mut canvas: Canvas, scene: Res<Scene>, spell: Res<Spell>, old: Query<Entity, With<Wall>>) {
    canvas.clear(old);
    let mut walls = Walls { scene: &scene, faces: Faces::default(), edges: GizmoAsset::default() };
    let rules = scene.scenario.airspace.rules();
    for zone in rules.zones.iter().filter(|zone| zone.holds(spell.at)) {
        let Some(tint) = tint(zone) else { continue };
        zone.volumes.iter().for_each(|volume| walls.add(volume, tint));
    }
    for approval in rules.approvals.iter().filter(|approval| approval.holds(spell.at)) {
        approval.volumes.iter().for_each(|volume| walls.add(volume, palette::APPROVED));
    }
    for airport in &rules.airports {
        walls.line(&airport.protection, palette::CONTROLLED);
    }
    canvas.glass(walls.faces, Color::WHITE.with_alpha(0.22), &LAYER, Wall);
    canvas.lines(walls.edges, &LAYER, 1.8, Wall);
}

/// The colour of a zone; none for one that only informs.
const fn tint(zone: &Geozone) -> Option<Tint> {
    match zone.restriction {
        _ if zone.is_temporary() => Some(palette::TEMPORARY),
        Restriction::Prohibited => Some(palette::PROHIBITED),
        Restriction::ReqAuthorisation => Some(palette::CONTROLLED),
        Restriction::Conditional => Some(palette::CONDITIONAL),
        Restriction::NoRestriction => None,
    }
}

struct Walls<'a> {
    scene: &'a Scene,
    faces: Faces,
    edges: GizmoAsset,
}

impl Walls<'_> {
    /// The rings of a footprint, with points close enough to follow the ground.
    fn rings(footprint: &Footprint) -> Vec<Vec<Place>> {
        let holes = footprint.holes().iter().cloned();
        std::iter::once(footprint.outline()).chain(holes).map(|ring| densified(&ring)).collect()
    }

    fn add(&mut self, volume: &Volume, tint: Tint) {
        let terrain = &self.scene.scenario.terrain;
        let ceiling_m = self.scene.scenario.airspace.ceiling_agl_m();
        for ring in Self::rings(&volume.footprint) {
            let at = |place: &Place| {
                let ground_m = terrain.extended_ground_amsl_m(place);
                let (lower, upper) = volume.limits_amsl_m(place, terrain);
                // What has no end is drawn to the ceiling, what begins under the ground from the ground.
                let (low, high) = (lower.max(ground_m + 1.0), upper.min(ground_m + ceiling_m));
                [low, high.max(low)].map(|z| self.scene.drawn(&Position::new(place.x, place.y, z)))
            };
            let pairs: Vec<[Vec3; 2]> = ring.iter().map(at).collect();
            for end in [0, 1] {
                self.edges.linestrip(pairs.iter().map(|pair| pair[end]), tint.faded(0.95));
            }
            for pair in pairs.windows(2) {
                let corners = [pair[0][0], pair[1][0], pair[1][1], pair[0][1]];
                let corners = corners.map(|corner| self.faces.corner(corner, tint.linear()));
                self.faces.quad(corners);
            }
        }
    }

    /// A line on the ground, as far as there is terrain.
    fn line(&mut self, footprint: &Footprint, tint: Tint) {
        let terrain = &self.scene.scenario.terrain;
        for ring in Self::rings(footprint) {
            for pair in ring.windows(2) {
                let ends = [&pair[0], &pair[1]];
                if ends.iter().all(|place| terrain.ground_amsl_m(place).is_some()) {
                    let [a, b] = ends.map(|place| self.scene.above_ground(place, 4.0));
                    self.edges.line(a, b, tint.faded(0.95));
                }
            }
        }
    }
}

/// A ring with a point every [`STEP_M`] at least, its first place repeated at its end.
fn densified(ring: &[Place]) -> Vec<Place> {
    let ends = ring.iter().cycle().skip(1);
    let mut places: Vec<Place> = Vec::new();
    for (a, b) in ring.iter().zip(ends) {
        let steps = ((b - a).norm() / STEP_M).ceil().max(1.0);
        let shares = std::iter::successors(Some(0.0), |step| Some(step + 1.0)).take_while(|step| *step < steps);
        places.extend(shares.map(|step| a + (b - a) * (step / steps)));
    }
    places.extend(ring.first());
    places
}
