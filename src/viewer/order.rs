//! The order of one picture: what the user wants, then the instant, then what is seen, then the drawing of it.

use bevy::prelude::*;

/// The steps of one picture, in order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Keys, mouse and the playhead.
    Steer,
    /// The moment at the playhead.
    Moment,
    /// The camera.
    Aim,
    /// The layers.
    Draw,
}

/// Puts the steps in order.
pub struct OrderPlugin;

impl Plugin for OrderPlugin {
    fn build(&self, app: &mut App) {
        app.configure_sets(Update, (Step::Steer, Step::Moment, Step::Aim, Step::Draw).chain());
    }
}
