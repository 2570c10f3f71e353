//! The scene: the scenario being shown, and the one place where its metres become Bevy's.
//!
//! East is x, north is −z, height above mean sea level is y, all relative to the scenario's centre. 32-bit numbers are
//! fine here because nothing drawn is ever read back: at 50 km they still resolve 4 mm.

use std::sync::Arc;

use bevy::prelude::*;

use crate::frame::{DroneId, MissionKind};
use crate::message::Language;
use crate::scenario::ResolvedScenario;
use crate::world::geo::{Place, Position, Rectangle};

use super::alternatives::Alternatives;

/// The scenario being shown.
#[derive(Resource, Clone)]
pub struct Scene {
    /// The scenario.
    pub scenario: Arc<ResolvedScenario>,
    /// Outline of the airspace.
    pub outline: Vec<Place>,
    /// The rectangle around the outline.
    pub bounds: Rectangle,
    /// Master seed of the run shown, if known.
    pub seed: Option<u64>,
    /// Routes that were found between two places, if any are to be seen.
    pub alternatives: Option<Arc<Alternatives>>,
    /// Where each of them is named.
    pub route_names_at: Arc<[Position]>,
    exaggeration: f64,
    lowest_m: f64,
}

/// The language everything is written in.
#[derive(Resource, Clone, Copy, PartialEq, Eq)]
pub struct Speech(pub Language);

impl Speech {
    /// The other language.
    pub const fn other(self) -> Self {
        match self.0 {
            Language::English => Self(Language::Chinese),
            Language::Chinese => Self(Language::English),
        }
    }
}

impl Scene {
    /// The scene of a scenario, heights stretched `exaggeration` times.
    pub fn new(scenario: &ResolvedScenario, exaggeration: f32, seed: Option<u64>) -> Self {
        let outline: Vec<Place> = scenario.airspace.outline().to_vec();
        let bounds = scenario.airspace.extent();
        let (lowest_m, _) = scenario.terrain.fine().range_m();
        Self {
            scenario: Arc::new(scenario.clone()),
            outline,
            bounds,
            seed,
            alternatives: None,
            route_names_at: Arc::default(),
            exaggeration: f64::from(exaggeration),
            lowest_m,
        }
    }

    /// The same with routes that were found.
    #[must_use]
    pub fn with_alternatives(mut self, alternatives: Option<&Alternatives>) -> Self {
        self.route_names_at = alternatives.map(Alternatives::names_at).unwrap_or_default().into();
        self.alternatives = alternatives.map(|alternatives| Arc::new(alternatives.clone()));
        self
    }

    /// Where a position is drawn.
    pub fn drawn(&self, position: &Position) -> Vec3 {
        Vec3::new(narrow(position.x), narrow(position.z * self.exaggeration), narrow(-position.y))
    }

    /// Where a point `above_m` metres over the ground is drawn.
    pub fn above_ground(&self, place: &Place, above_m: f64) -> Vec3 {
        self.drawn(&Position::new(place.x, place.y, self.ground_m(place) + above_m))
    }

    /// The inverse of [`Self::drawn`].
    pub fn position_of(&self, drawn: Vec3) -> Position {
        Position::new(f64::from(drawn.x), f64::from(-drawn.z), f64::from(drawn.y) / self.exaggeration)
    }

    /// Height of the ground; the lowest ground where the terrain does not reach.
    pub fn ground_m(&self, place: &Place) -> f64 {
        self.scenario.terrain.ground_amsl_m(place).unwrap_or(self.lowest_m)
    }

    /// Lowest ground of the fine terrain, m.
    pub const fn lowest_m(&self) -> f64 {
        self.lowest_m
    }

    /// Middle of the airspace, on the ground.
    pub fn middle(&self) -> Vec3 {
        self.above_ground(&nalgebra::center(&self.bounds.low, &self.bounds.high), 0.0)
    }

    /// What a drone flies for.
    pub fn kind(&self, drone: DroneId) -> MissionKind {
        self.scenario.fleets.get(drone.fleet.index()).map_or(MissionKind::RandomTraffic, |fleet| fleet.kind)
    }

    /// The drone of a name such as `scenic-3`.
    pub fn drone_named(&self, name: &str) -> Option<DroneId> {
        self.scenario.drones().map(|(drone, _)| drone).find(|&drone| self.scenario.drone_name(drone) == name)
    }
}

/// A number for drawing.
#[expect(clippy::cast_possible_truncation, reason = "drawing needs no more")]
pub const fn narrow(value: f64) -> f32 {
    value as f32
}
