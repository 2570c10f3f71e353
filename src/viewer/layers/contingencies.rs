//! Drones in trouble: a ring around those that may come back to their plan, a diamond around those that carry out a
//! contingency, a crossed ring on those that are down away from hub and pad. Always large enough to be found.

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;

use crate::frame::{Conformance, DroneSample, FlightPhase};
use crate::message::words::Word;
use crate::viewer::camera::Eye;
use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette::{self, Tint};
use crate::viewer::words;

use super::{Layer, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "contingencies", name: words::CONTINGENCIES, usual: true, build };

/// Size of a mark, m, and as a share of the distance.
const SIZE_M: f32 = 12.0;
const SIZE_SHARE: f32 = 0.015;

/// What is drawn at a drone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Not as intended, but it may come back to that.
    Nonconforming,
    /// It carries out a contingency.
    Contingent,
    /// It waits to be fetched.
    Stranded,
}

impl Mark {
    /// That of a drone, if it has one.
    pub const fn of(sample: &DroneSample) -> Option<Self> {
        match (sample.phase, sample.conformance()) {
            (FlightPhase::Stranded, _) => Some(Self::Stranded),
            (_, Conformance::Contingent) => Some(Self::Contingent),
            (_, Conformance::Nonconforming) => Some(Self::Nonconforming),
            (_, Conformance::Activated) => None,
        }
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Nonconforming => Conformance::Nonconforming.name(),
            Self::Contingent => Conformance::Contingent.name(),
            Self::Stranded => words::STRANDED,
        }
    }

    /// Its sign in lists.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Nonconforming => "○",
            Self::Contingent => "◇",
            Self::Stranded => "⊗",
        }
    }

    /// Its colour.
    pub const fn tint(self) -> Tint {
        match self {
            Self::Nonconforming => palette::NONCONFORMING,
            Self::Contingent => palette::CONTINGENT,
            Self::Stranded => palette::STRANDED,
        }
    }

    /// Its lines, 2 across.
    fn lines(self) -> Vec<Vec<Vec2>> {
        let corners = |count: u16| {
            let angles = (0..=count).map(move |i| std::f32::consts::TAU * f32::from(i) / f32::from(count));
            angles.map(|angle| Vec2::new(angle.sin(), angle.cos())).collect()
        };
        let bar = |tip: Vec2| vec![tip, -tip];
        match self {
            Self::Nonconforming => vec![corners(32)],
            Self::Contingent => vec![corners(4)],
            Self::Stranded => vec![corners(32), bar(Vec2::ONE.normalize()), bar(Vec2::new(1.0, -1.0).normalize())],
        }
    }
}

/// The dark edge of marks, and the marks on top of it: both before everything, hills too.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct MarkEdges;
#[derive(Default, Reflect, GizmoConfigGroup)]
struct MarkLines;

fn build(app: &mut App) {
    let config =
        |width, depth_bias| GizmoConfig { line: GizmoLineConfig { width, ..default() }, depth_bias, ..default() };
    app.insert_gizmo_config(MarkEdges, config(6.0, -0.85))
        .insert_gizmo_config(MarkLines, config(3.2, -0.9))
        .add_systems(Update, draw.in_set(Step::Draw).run_if(on(LAYER.key)));
}

/// Half the width of a mark seen from this far, m.
pub fn size(distance: f32) -> f32 {
    SIZE_M.max(SIZE_SHARE * distance)
}

fn draw(
    moment: Res<Moment>,
    eye: Single<&Transform, With<Eye>>,
    mut edges: Gizmos<MarkEdges>,
    mut lines: Gizmos<MarkLines>,
) {
    for drawn in &moment.drones {
        let Some(mark) = Mark::of(&drawn.sample) else { continue };
        let size = size(eye.translation.distance(drawn.position));
        for line in mark.lines() {
            let facing = |point: Vec2| drawn.position + eye.rotation * (point * size).extend(0.0);
            edges.linestrip(line.iter().copied().map(facing), palette::OUTLINE.color());
            lines.linestrip(line.into_iter().map(facing), mark.tint().color());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Contingency, Response, Trouble};
    use crate::viewer::samples::hovering;

    /// Whoever cannot tell the colours tells the marks by their corners.
    #[test]
    fn marks_differ_in_shape_and_go_by_conformance() {
        let of = |phase, response: Option<Response>| {
            let contingency = response.map(|response| Contingency { trouble: Trouble::LostLink, response });
            Mark::of(&DroneSample { phase, contingency, ..hovering() })
        };
        assert_eq!(of(FlightPhase::Cruise, None), None);
        assert_eq!(of(FlightPhase::Hover, Some(Response::Hold)), Some(Mark::Nonconforming));
        assert_eq!(of(FlightPhase::Cruise, Some(Response::Return)), Some(Mark::Contingent));
        assert_eq!(of(FlightPhase::Parachute, Some(Response::Parachute)), Some(Mark::Contingent));
        assert_eq!(of(FlightPhase::Stranded, None), Some(Mark::Stranded));
        let corners = [Mark::Nonconforming, Mark::Contingent, Mark::Stranded]
            .map(|mark| mark.lines().iter().map(Vec::len).sum::<usize>());
        assert_eq!(corners, [33, 5, 37]);
    }
}
