//! What the pictures share: how a mission looks, and the chips of a legend.

use super::svg::{Path, Svg};
use crate::frame::MissionKind;
use crate::message::{Language, Text};

/// The class that gives a shape the colour and the dashes of a mission; never the colour alone.
pub(super) const fn class_of(kind: MissionKind) -> &'static str {
    match kind {
        MissionKind::CityDelivery => "k0",
        MissionKind::ScenicDelivery => "k1",
        MissionKind::FirePatrol => "k2",
        MissionKind::Inspection => "k3",
        MissionKind::RandomTraffic => "k4",
    }
}

/// What people call a kind of mission.
pub(super) fn name_of(kind: MissionKind) -> Text {
    let name = kind.name();
    Text::new(name.get(Language::English), name.get(Language::Chinese))
}

/// An entry of a legend.
#[derive(Clone, Debug)]
pub(super) struct Chip {
    /// A small picture of the sign.
    pub sign: String,
    /// What it stands for.
    pub text: Text,
}

impl Chip {
    /// A piece of line.
    pub fn line(class: &str, text: Text) -> Self {
        Self::drawn(text, |svg| svg.line(class, [1.0, 8.0], [27.0, 8.0]))
    }

    /// A patch of area.
    pub fn area(class: &str, text: Text) -> Self {
        Self::drawn(text, |svg| svg.rect(class, [2.0, 3.0], [24.0, 10.0]))
    }

    /// Whatever `draw` leaves in 28 × 16 px.
    pub fn drawn(text: Text, draw: impl FnOnce(&mut Svg)) -> Self {
        let mut svg = Svg::new([28.0, 16.0], "sign", &text);
        draw(&mut svg);
        Self { sign: svg.finish(), text }
    }
}

/// A cross, as losses of separation are marked.
pub(super) fn cross(path: &mut Path, [x, y]: [f64; 2], half: f64) {
    path.then([[x - half, y - half], [x + half, y + half]]);
    path.then([[x - half, y + half], [x + half, y - half]]);
}

/// At most `most` entries of a list, evenly spread over it.
pub(super) fn thinned<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let stride = all.len().div_ceil(most.max(1)).max(1);
    all.iter().step_by(stride)
}
