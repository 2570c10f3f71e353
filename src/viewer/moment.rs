//! The moment shown: the recorded frame at the playhead, moved on for the eye between two frames.

use std::sync::Arc;

use bevy::prelude::*;
use nalgebra::Vector3;

use crate::frame::{ConflictSample, DroneId, DroneSample, Frame, MannedSample, SimTime};
use crate::record::RecordError;
use crate::world::geo::Position;

use super::order::Step;
use super::playhead::Playhead;
use super::scene::{Scene, narrow};
use super::source::{Replay, Source};

/// A drone as drawn.
#[derive(Clone, Copy, Debug)]
pub struct DrawnDrone {
    /// The recorded sample; everything said about a drone comes from here.
    pub sample: DroneSample,
    /// Where it is drawn.
    pub position: Vec3,
    /// Direction of flight, radians clockwise from north; `None` when it stands.
    pub heading: Option<f32>,
}

/// A manned aircraft as drawn.
#[derive(Clone, Copy, Debug)]
pub struct DrawnManned {
    /// The recorded sample.
    pub sample: MannedSample,
    /// Where it is drawn.
    pub position: Vec3,
    /// Direction of flight, radians clockwise from north; `None` when it stands.
    pub heading: Option<f32>,
}

/// What is shown now.
#[derive(Resource, Default)]
pub struct Moment {
    /// The instant.
    pub time: SimTime,
    /// Its frame; `None` before the first could be read.
    pub frame: Option<Arc<Frame>>,
    /// Every drone of the frame, in its order.
    pub drones: Vec<DrawnDrone>,
    /// Every manned aircraft of the frame, in its order.
    pub manned: Vec<DrawnManned>,
}

impl Moment {
    /// The drone of an id.
    pub fn drone(&self, drone: DroneId) -> Option<&DrawnDrone> {
        let index = self.drones.binary_search_by_key(&drone, |drawn| drawn.sample.drone).ok()?;
        self.drones.get(index)
    }

    /// Pairs in conflict or in loss of separation.
    pub fn conflicts(&self) -> &[ConflictSample] {
        self.frame.as_ref().map_or(&[], |frame| &frame.conflicts)
    }

    /// How many drones are off the ground.
    pub fn airborne(&self) -> usize {
        self.drones.iter().filter(|drawn| drawn.sample.phase.is_airborne()).count()
    }
}

/// Keeps [`Moment`] at the playhead.
pub struct MomentPlugin;

impl Plugin for MomentPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Moment>().add_systems(Update, refresh.in_set(Step::Moment));
    }
}

fn refresh(scene: Res<Scene>, playhead: Res<Playhead>, mut replay: ResMut<Replay>, mut moment: ResMut<Moment>) {
    if moment.frame.is_some() && moment.time == playhead.time {
        return;
    }
    match frames_around(replay.source.as_ref(), playhead.time, scene.scenario.clock.frame_interval) {
        Ok((frame, next)) => {
            let between = Between { scene: &scene, time: playhead.time, frame: &frame, next: next.as_deref() };
            (moment.drones, moment.manned) = (between.drones(), between.manned());
            moment.frame = Some(frame);
            moment.time = playhead.time;
            replay.trouble = None;
        }
        Err(error) => replay.trouble = Some(error.to_string()),
    }
}

/// The frame at or before `time`, and the one after it if there is one.
fn frames_around(
    source: &dyn Source,
    time: SimTime,
    interval: SimTime,
) -> Result<(Arc<Frame>, Option<Arc<Frame>>), RecordError> {
    let frame = source.frame_at(time)?;
    if frame.time == time {
        return Ok((frame, None));
    }
    let next = source.frame_at(frame.time + interval)?;
    let next = (next.time > time).then_some(next);
    Ok((frame, next))
}

/// An instant between two frames.
struct Between<'a> {
    scene: &'a Scene,
    time: SimTime,
    frame: &'a Frame,
    next: Option<&'a Frame>,
}

/// Position, m, and velocity, m/s.
type Motion = [[f64; 3]; 2];

impl Between<'_> {
    fn drones(&self) -> Vec<DrawnDrone> {
        let motion = |sample: &DroneSample| [sample.position_m(), sample.velocity_mps()];
        let one = |(index, sample): (usize, &DroneSample)| {
            let next = self.next.and_then(|next| next.drones.get(index)).filter(|next| next.drone == sample.drone);
            let (position, heading) = self.drawn(motion(sample), next.map(motion));
            DrawnDrone { sample: *sample, position, heading }
        };
        self.frame.drones.iter().enumerate().map(one).collect()
    }

    fn manned(&self) -> Vec<DrawnManned> {
        let motion = |sample: &MannedSample| [sample.position_m(), sample.velocity_mps()];
        let one = |sample: &MannedSample| {
            let mut later = self.next.iter().flat_map(|next| &next.manned);
            let next = later.find(|next| next.aircraft == sample.aircraft);
            let (position, heading) = self.drawn(motion(sample), next.map(motion));
            DrawnManned { sample: *sample, position, heading }
        };
        self.frame.manned.iter().map(one).collect()
    }

    /// Where something is drawn that moves so and, if it is still there in the next frame, will move so; and its heading.
    fn drawn(&self, now: Motion, next: Option<Motion>) -> (Vec3, Option<f32>) {
        let span_s = self.next.map_or(1.0, |next| (next.time - self.frame.time).seconds());
        let position = match next {
            Some(next) => between(now, next, (self.time - self.frame.time).seconds(), span_s),
            None => Position::from(now[0]),
        };
        let [east, north, _] = now[1];
        (self.scene.drawn(&position), (east.hypot(north) > 0.5).then(|| narrow(east.atan2(north))))
    }
}

/// Cubic Hermite between two motions `span_s` apart.
fn between(from: Motion, to: Motion, elapsed_s: f64, span_s: f64) -> Position {
    let (p0, p1) = (Vector3::from(from[0]), Vector3::from(to[0]));
    let (v0, v1) = (Vector3::from(from[1]) * span_s, Vector3::from(to[1]) * span_s);
    let t = (elapsed_s / span_s).clamp(0.0, 1.0);
    let (t2, t3) = (t * t, t * t * t);
    let position =
        p0 * (2.0 * t3 - 3.0 * t2 + 1.0) + v0 * (t3 - 2.0 * t2 + t) + p1 * (3.0 * t2 - 2.0 * t3) + v1 * (t3 - t2);
    Position::from(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_through_both_samples_and_keeps_constant_speed() {
        let at = |east_m, velocity_east_mps| [[east_m, 0.0, 100.0], [velocity_east_mps, 0.0, 0.0]];
        let (a, b) = (at(0.0, 15.0), at(15.0, 15.0));
        for (elapsed, east) in [(0.0, 0.0), (0.25, 3.75), (0.5, 7.5), (1.0, 15.0)] {
            assert!((between(a, b, elapsed, 1.0).x - east).abs() < 1e-9);
        }
        let stopping = between(a, at(7.5, 0.0), 1.0, 1.0);
        assert!((stopping.x - 7.5).abs() < 1e-9);
    }
}
