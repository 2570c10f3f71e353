//! The moment shown: the recorded frame at the playhead, moved on for the eye between two frames.

use std::sync::Arc;

use bevy::prelude::*;
use nalgebra::Vector3;

use crate::frame::{ConflictSample, DroneId, DroneSample, Frame, SimTime};
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

/// What is shown now.
#[derive(Resource, Default)]
pub struct Moment {
    /// The instant.
    pub time: SimTime,
    /// Its frame; `None` before the first could be read.
    pub frame: Option<Arc<Frame>>,
    /// Every drone of the frame, in its order.
    pub drones: Vec<DrawnDrone>,
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
            moment.drones = drawn(&scene, playhead.time, &frame, next.as_deref());
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

fn drawn(scene: &Scene, time: SimTime, frame: &Frame, next: Option<&Frame>) -> Vec<DrawnDrone> {
    let ahead = |index: usize, drone| {
        let next = next?;
        let sample = next.drones.get(index).filter(|sample| sample.drone == drone)?;
        Some((sample, (next.time - frame.time).seconds()))
    };
    let elapsed_s = (time - frame.time).seconds();
    let one = |(index, sample): (usize, &DroneSample)| {
        let position = match ahead(index, sample.drone) {
            Some((next, span_s)) => between(sample, next, elapsed_s, span_s),
            None => Position::from(sample.position_m()),
        };
        let [east, north, _] = sample.velocity_mps();
        let heading = (east.hypot(north) > 0.5).then(|| narrow(east.atan2(north)));
        DrawnDrone { sample: *sample, position: scene.drawn(&position), heading }
    };
    frame.drones.iter().enumerate().map(one).collect()
}

/// Cubic Hermite between two samples `span_s` apart, from their positions and velocities.
fn between(from: &DroneSample, to: &DroneSample, elapsed_s: f64, span_s: f64) -> Position {
    let (p0, p1) = (Vector3::from(from.position_m()), Vector3::from(to.position_m()));
    let (v0, v1) = (Vector3::from(from.velocity_mps()) * span_s, Vector3::from(to.velocity_mps()) * span_s);
    let t = (elapsed_s / span_s).clamp(0.0, 1.0);
    let (t2, t3) = (t * t, t * t * t);
    let position =
        p0 * (2.0 * t3 - 3.0 * t2 + 1.0) + v0 * (t3 - 2.0 * t2 + t) + p1 * (3.0 * t2 - 2.0 * t3) + v1 * (t3 - t2);
    Position::from(position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::FlightPhase;
    use crate::units::FleetId;

    fn sample(east_cm: i32, velocity_east_cmps: i32) -> DroneSample {
        DroneSample {
            drone: DroneId { fleet: FleetId(0), ordinal: 0 },
            east_cm,
            north_cm: 0,
            altitude_amsl_cm: 10_000,
            velocity_east_cmps,
            velocity_north_cmps: 0,
            climb_cmps: 0,
            phase: FlightPhase::Cruise,
            battery_permyriad: 9_000,
        }
    }

    #[test]
    fn the_curve_passes_through_both_samples_and_keeps_constant_speed() {
        let (a, b) = (sample(0, 1_500), sample(1_500, 1_500));
        for (elapsed, east) in [(0.0, 0.0), (0.25, 3.75), (0.5, 7.5), (1.0, 15.0)] {
            assert!((between(&a, &b, elapsed, 1.0).x - east).abs() < 1e-9);
        }
        let stopping = between(&a, &sample(750, 0), 1.0, 1.0);
        assert!((stopping.x - 7.5).abs() < 1e-9);
    }
}
