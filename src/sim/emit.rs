//! Emitting a frame: the one place where values are quantised.

use super::Simulation;
use super::drone::{Drone, InTrouble};
use crate::frame::{DroneSample, Frame, MotionSample, VolumeSample};
use crate::traffic::intent::Volume4D;
use crate::units::SimTime;
use crate::world::geo::{Position, Velocity};

impl Simulation {
    /// The present instant, with the events since the last frame.
    pub fn frame(&mut self) -> Frame {
        let drones: Vec<DroneSample> = self.drones.iter().map(|drone| self.sample(drone)).collect();
        for (sample, drone) in drones.iter().zip(&self.drones) {
            if drone.is_airborne() {
                // Beyond the terrain, where accepted findings may lead, nobody knows the true height.
                if let Some(agl_m) = self.scenario.terrain.agl_m(&sample.position_m().into()) {
                    self.counters.height(agl_m, sample.phase);
                }
            }
        }
        Frame {
            time: self.now,
            drones,
            manned: self.manned_samples(),
            conflicts: self.conflicts.clone(),
            events: std::mem::take(&mut self.events),
        }
    }

    fn sample(&self, drone: &Drone) -> DroneSample {
        let (position, velocity) = (&drone.state.position, &drone.state.velocity);
        let known = drone.known(&self.scenario, self.now);
        let offset = if drone.is_airborne() { known.position - position } else { Velocity::zeros() };
        let age = if drone.is_airborne() { drone.report_age(self.now) } else { SimTime::ZERO };
        DroneSample {
            drone: drone.id,
            motion: motion(position, velocity),
            phase: drone.phase(),
            battery_permyriad: permyriad(drone.battery_wh / drone.full_wh),
            reported_offset_cm: [offset.x, offset.y, offset.z].map(centimetres),
            report_age_ms: u32::try_from(age.millis()).unwrap_or(u32::MAX),
            contingency: drone.trouble.as_ref().map(InTrouble::contingency),
        }
    }
}

/// The volumes of an intent, quantised.
pub(super) fn volume_samples(volumes: &[Volume4D]) -> Vec<VolumeSample> {
    let sample = |volume: &Volume4D| VolumeSample {
        corners_cm: volume.outline.places().iter().map(|place| [place.x, place.y].map(centimetres)).collect(),
        amsl_cm: [volume.lower_amsl_m, volume.upper_amsl_m].map(centimetres),
        window_ms: [volume.from, volume.to],
    };
    volumes.iter().map(sample).collect()
}

/// A position and a velocity, quantised.
pub(super) fn motion(position: &Position, velocity: &Velocity) -> MotionSample {
    MotionSample {
        east_cm: centimetres(position.x),
        north_cm: centimetres(position.y),
        altitude_amsl_cm: centimetres(position.z),
        velocity_east_cmps: centimetres(velocity.x),
        velocity_north_cmps: centimetres(velocity.y),
        climb_cmps: centimetres(velocity.z),
    }
}

/// Metres to the nearest centimetre, or metres per second to centimetres per second; saturates at 21 000 km.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is the documented behaviour")]
pub(super) fn centimetres(metres: f64) -> i32 {
    // Ten of them for each drone of a frame: `round` is a call, where the processor is not known.
    let centimetres = metres * 100.0;
    (centimetres + 0.5_f64.copysign(centimetres)) as i32
}

/// Seconds to a time.
pub(super) fn millis(seconds: f64) -> SimTime {
    SimTime::from_seconds(seconds)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
fn permyriad(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u16
}
