//! What is drawn: a registry of layers, one file each. A layer adds its systems to the app and marks what it spawns.

mod alternatives;
mod area;
mod canvas;
mod ceiling;
mod cells;
mod conflicts;
mod contingencies;
mod contours;
mod coverage;
mod drones;
mod intents;
mod labels;
mod legend;
mod manned;
mod obstacles;
mod pads;
mod pointer;
mod profile;
mod reported;
mod rivers;
mod routes;
mod surfaces;
mod terrain;
mod trails;
mod wind;
mod zones;

use std::collections::BTreeSet;

use bevy::camera::visibility::{RenderLayers, VisibilitySystems};
use bevy::prelude::*;
use bevy_egui::egui;

pub use cells::CellRange;
pub use contingencies::Mark;
pub use legend::BottomRoom;

use crate::message::words::Word;

use super::scene::Scene;

/// One thing the viewer can draw.
pub struct Layer {
    /// Name on the command line.
    pub key: &'static str,
    /// Name for people.
    pub name: Word,
    /// Whether it is drawn unless switched off.
    pub usual: bool,
    /// Adds its systems.
    build: fn(&mut App),
}

/// All layers, in the order of the layer list.
pub static LAYERS: [Layer; 25] = [
    terrain::LAYER,
    contours::LAYER,
    rivers::LAYER,
    obstacles::LAYER,
    area::LAYER,
    ceiling::LAYER,
    cells::LAYER,
    coverage::LAYER,
    wind::LAYER,
    zones::LAYER,
    surfaces::LAYER,
    routes::LAYER,
    alternatives::LAYER,
    intents::LAYER,
    pads::LAYER,
    drones::LAYER,
    manned::LAYER,
    trails::LAYER,
    reported::LAYER,
    conflicts::LAYER,
    contingencies::LAYER,
    labels::LAYER,
    legend::LAYER,
    pointer::LAYER,
    profile::LAYER,
];

/// Keys of the layers that are drawn unless switched off.
pub fn usual() -> Vec<&'static str> {
    LAYERS.iter().filter(|layer| layer.usual).map(|layer| layer.key).collect()
}

/// Whether a scene has what a layer draws.
pub fn is_offered(layer: &Layer, scene: &Scene) -> bool {
    match layer.key {
        "coverage" => scene.scenario.network.is_some(),
        "wind" => scene.scenario.weather.is_some(),
        "alternatives" => scene.alternatives.is_some(),
        _ => true,
    }
}

/// Whether any of these layers draws what happened in the whole run.
pub fn need_course(on: &[&'static str]) -> bool {
    on.iter().any(|key| ["intents", "profile"].contains(key))
}

/// Which layers are on.
#[derive(Resource, Clone, Debug)]
pub struct Switches(BTreeSet<&'static str>);

impl Switches {
    /// Whether a layer is on.
    pub fn is_on(&self, key: &str) -> bool {
        self.0.contains(key)
    }

    /// Turns a layer on or off.
    pub fn toggle(&mut self, key: &'static str) {
        if !self.0.remove(key) {
            self.0.insert(key);
        }
    }
}

/// Marks an entity as part of a layer, whose switch shows and hides it.
#[derive(Component, Clone, Copy)]
pub struct OfLayer(pub &'static str);

/// Run condition: the layer of `key` is on.
fn on(key: &'static str) -> impl Fn(Res<Switches>) -> bool + Clone {
    move |switches| switches.is_on(key)
}

/// Where a panel of this name is, if it is open.
fn panel_rect(context: &egui::Context, name: &str) -> Option<egui::Rect> {
    let id = egui::Id::new(name);
    let layers = [egui::Order::Background, egui::Order::Middle].map(|order| egui::LayerId::new(order, id));
    context.memory(|memory| {
        let is_open = layers.iter().any(|layer| memory.areas().visible_last_frame(layer));
        memory.area_rect(id).filter(|_| is_open)
    })
}

/// What is still being made before the scene is whole.
#[derive(Resource, Default)]
pub struct Unfinished(pub Vec<Word>);

/// All layers.
pub struct LayersPlugin {
    /// Keys of the layers that are on at the start.
    pub on: Vec<&'static str>,
}

impl Plugin for LayersPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Switches(self.on.iter().copied().collect()))
            .init_resource::<Unfinished>()
            .add_systems(PostUpdate, show_and_hide.before(VisibilitySystems::VisibilityPropagate));
        for layer in &LAYERS {
            (layer.build)(app);
        }
    }
}

/// Meshes follow their visibility; lines, which Bevy draws without asking it, follow their render layers.
fn show_and_hide(
    switches: Res<Switches>,
    mut meshes: Query<(Ref<OfLayer>, &mut Visibility)>,
    mut lines: Query<(Ref<OfLayer>, &mut RenderLayers), With<Gizmo>>,
) {
    for (layer, mut visibility) in &mut meshes {
        if switches.is_changed() || layer.is_added() {
            *visibility = if switches.is_on(layer.0) { Visibility::Inherited } else { Visibility::Hidden };
        }
    }
    for (layer, mut shown_in) in &mut lines {
        if switches.is_changed() || layer.is_added() {
            *shown_in = if switches.is_on(layer.0) { RenderLayers::default() } else { RenderLayers::none() };
        }
    }
}
