//! Trails: where airborne drones were in the last seconds, from recorded frames.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use bevy::gizmos::config::GizmoLineConfig;
use bevy::prelude::*;

use crate::frame::{Frame, SimTime};
use crate::viewer::moment::Moment;
use crate::viewer::order::Step;
use crate::viewer::palette;
use crate::viewer::playhead::Playhead;
use crate::viewer::scene::{Scene, narrow};
use crate::viewer::source::Replay;
use crate::viewer::words;
use crate::world::geo::Position;

use super::{Layer, on};

/// The layer.
pub const LAYER: Layer = Layer { key: "trails", name: words::TRAILS, usual: true, build };

/// Length of a trail and distance between its points.
const LENGTH: SimTime = SimTime::from_millis(48_000);
const STEP: SimTime = SimTime::from_millis(3_000);
/// Trails are left out above this many airborne drones: they would hide more than they show.
const MOST_DRONES: usize = 1_500;

/// Frames that trails need, kept from one picture to the next.
#[derive(Resource, Default)]
struct Past(BTreeMap<SimTime, Arc<Frame>>);

/// Trails lie a little behind routes: where both coincide, the route shows.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct TrailLines;

fn build(app: &mut App) {
    let line = GizmoLineConfig { width: 3.0, ..default() };
    app.insert_gizmo_config(TrailLines, GizmoConfig { line, depth_bias: 0.0003, ..default() })
        .init_resource::<Past>()
        .add_systems(Update, (remember, draw).chain().in_set(Step::Draw).run_if(on(LAYER.key)));
}

/// Keeps the frames at whole steps within the length of a trail; fetches those missing after a seek.
fn remember(playhead: Res<Playhead>, replay: Res<Replay>, mut past: ResMut<Past>) {
    let (first, last) = (playhead.time - LENGTH, playhead.time);
    past.0.retain(|&time, _| time >= first && time <= last);
    let start = replay.source.start();
    let mut tick = last.millis().div_euclid(STEP.millis()) * STEP.millis();
    while tick >= first.millis().max(start.millis()) {
        let time = SimTime::from_millis(tick);
        if let Entry::Vacant(missing) = past.0.entry(time) {
            let Ok(frame) = replay.source.frame_at(time) else { return };
            missing.insert(frame);
        }
        tick -= STEP.millis();
    }
}

fn draw(scene: Res<Scene>, moment: Res<Moment>, past: Res<Past>, mut gizmos: Gizmos<TrailLines>) {
    if moment.airborne() > MOST_DRONES {
        return;
    }
    for (index, drawn) in moment.drones.iter().enumerate() {
        if !drawn.sample.phase.is_airborne() {
            continue;
        }
        let tint = palette::mission(scene.kind(drawn.sample.drone));
        let mut newer = drawn.position;
        for (&time, frame) in past.0.iter().rev() {
            let sample = frame.drones.get(index).filter(|sample| sample.drone == drawn.sample.drone);
            let Some(sample) = sample.filter(|sample| sample.phase.is_airborne()) else { break };
            let older = scene.drawn(&Position::from(sample.position_m()));
            let fresh = |time: SimTime| 1.0 - narrow((moment.time - time).seconds() / LENGTH.seconds());
            gizmos.line_gradient(
                newer,
                older,
                tint.faded(0.9 * fresh(time + STEP).clamp(0.0, 1.0)),
                tint.faded(0.9 * fresh(time)),
            );
            newer = older;
        }
    }
}
