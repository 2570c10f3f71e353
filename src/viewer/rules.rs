//! Which rules hold at the moment shown, and which view of the grid map is wanted.

use std::str::FromStr;

use bevy::prelude::*;
use jiff::Timestamp;

use crate::message::words::Word;
use crate::world::airspace::{Column, State};
use crate::world::geo::Rectangle;

use super::moment::Moment;
use super::order::Step;
use super::palette::{self, Tint};
use super::scene::Scene;

/// The stretch of the run around the moment shown in which the same rules hold. It changes only when they do.
#[derive(Resource, Default)]
pub struct Spell {
    /// Instants at which rules begin or cease to hold.
    changes: Vec<Timestamp>,
    /// How many of them are past.
    past: usize,
    /// Its first instant.
    pub at: Timestamp,
}

/// Keeps [`Spell`] at the playhead.
pub struct RulesPlugin(pub CellView);

impl Plugin for RulesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Spell>()
            .insert_resource(self.0)
            .add_systems(Startup, begin)
            .add_systems(Update, follow.in_set(Step::Moment));
    }
}

fn begin(scene: Res<Scene>, mut spell: ResMut<Spell>) {
    let clock = &scene.scenario.clock;
    let end = clock.timestamp(clock.duration);
    // Airports and zones reach beyond the area, and are drawn there.
    let around: Rectangle = scene.bounds.grown(5000.0);
    spell.changes = scene.scenario.airspace.changes_near(&around, clock.begins, end);
    spell.at = clock.begins;
}

fn follow(scene: Res<Scene>, moment: Res<Moment>, mut spell: ResMut<Spell>) {
    let now = scene.scenario.clock.timestamp(moment.time);
    let past = spell.changes.partition_point(|&change| change <= now);
    if past != spell.past {
        spell.past = past;
        spell.at = now;
    }
}

/// What the cells of the grid map show, and at what height.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct CellView {
    /// Height of the slice over ground, m.
    pub height_agl_m: f64,
    /// What is shown.
    pub attribute: Attribute,
}

impl Default for CellView {
    fn default() -> Self {
        Self { height_agl_m: 60.0, attribute: Attribute::State }
    }
}

/// What cells can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Whether one may fly at the height of the slice.
    State,
    /// How high one may fly without an approval.
    Permitted,
    /// How high one may fly with the approvals that hold.
    Approved,
    /// The highest ground.
    Ground,
    /// Height of the obstacle-limitation surfaces over ground.
    Surface,
    /// Top of the highest obstacle over ground.
    Obstacle,
    /// People below.
    People,
}

impl Attribute {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 7] =
        [Self::State, Self::Permitted, Self::Approved, Self::Ground, Self::Surface, Self::Obstacle, Self::People];

    /// Its name on the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Permitted => "permitted",
            Self::Approved => "approved",
            Self::Ground => "ground",
            Self::Surface => "surface",
            Self::Obstacle => "obstacle",
            Self::People => "people",
        }
    }

    /// What people call it, with its unit.
    pub const fn name(self) -> Word {
        match self {
            Self::State => Word::new("state at the slice", "切片高度的空域状态"),
            Self::Permitted => Word::new("permitted height, m AGL", "允许真高（米）"),
            Self::Approved => Word::new("approved height, m AGL", "批准真高（米）"),
            Self::Ground => Word::new("highest ground, m AMSL", "最高地面海拔（米）"),
            Self::Surface => Word::new("airport surface, m AGL", "障碍物限制面真高（米）"),
            Self::Obstacle => Word::new("obstacle top, m AGL", "障碍物顶部真高（米）"),
            Self::People => Word::new("people per km²", "人/平方千米"),
        }
    }

    /// Its value in a column; nothing where there is none, and for the state, which is none.
    pub fn value(self, column: &Column) -> Option<f64> {
        match self {
            Self::State => None,
            Self::Permitted => Some(column.climb_agl_m()),
            Self::Approved => Some(column.approved.climb_agl_m(column.floor_agl_m)),
            Self::Ground => Some(column.ground_amsl_m.1),
            Self::Surface => column.surface_agl_m,
            Self::Obstacle => column.obstacle.map(|(_, top_m)| top_m),
            Self::People => (column.people_per_km2 > 0.0).then_some(column.people_per_km2),
        }
    }
}

/// A view of the cells that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cells cannot show `{unknown}`: they show {known}")]
pub struct BadAttribute {
    unknown: String,
    known: String,
}

impl FromStr for Attribute {
    type Err = BadAttribute;

    fn from_str(text: &str) -> Result<Self, BadAttribute> {
        Self::ALL
            .into_iter()
            .find(|attribute| attribute.key() == text)
            .ok_or_else(|| BadAttribute { unknown: text.to_owned(), known: Self::ALL.map(Self::key).join(", ") })
    }
}

/// What a column allows at a height, as a state of that height alone.
pub fn state_at(column: &Column, height_agl_m: f64) -> State {
    let permits = |heights: &crate::world::airspace::Heights| heights.permits(height_agl_m, height_agl_m);
    match column.state {
        _ if permits(&column.open) => State::Open,
        _ if permits(&column.approved) => State::Approved,
        State::Approved => State::Controlled,
        State::Open => State::Limited,
        state => state,
    }
}

/// The colour of a state, as people here know it.
pub const fn tint(state: State) -> Tint {
    match state {
        State::Open => palette::OPEN,
        State::Limited => palette::LIMITED,
        State::Approved => palette::APPROVED,
        State::Controlled => palette::CONTROLLED,
        State::Prohibited => palette::PROHIBITED,
        State::Temporary => palette::TEMPORARY,
        State::Obstructed => palette::OBSTRUCTED,
    }
}

/// The sign of a state in lists, like the hatch of its cells.
pub const fn sign(state: State) -> &'static str {
    match state {
        State::Open => "□",
        State::Limited => "–",
        State::Approved => "■",
        State::Controlled => "/",
        State::Prohibited => "×",
        State::Temporary => "\\",
        State::Obstructed => "+",
    }
}
