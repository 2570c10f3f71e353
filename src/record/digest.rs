//! The digest of a run: BLAKE3 over its decoded frames and events, so that it hangs on what was computed and not on how
//! it is stored.

use crate::frame::{ConflictSample, DroneSample, Frame, MannedSample, MotionSample};
use crate::units::DroneId;

/// Version of the byte encoding that is hashed.
pub const DIGEST_FORMAT: u32 = 3;

/// Accumulates the digest of a run, frame by frame in the order of time.
///
/// Hashed are, little-endian: the format version; for every frame its time, the number of drones and each drone, the
/// number of manned aircraft and each of them, the number of conflicts and each conflict, the number of events and each event as JSON with its length in front.
#[derive(Clone, Debug)]
pub struct Digest {
    hasher: blake3::Hasher,
    /// The bytes of one frame; kept so that frames do not allocate.
    bytes: Vec<u8>,
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

impl Digest {
    /// The digest of no frames.
    pub fn new() -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&DIGEST_FORMAT.to_le_bytes());
        Self { hasher, bytes: Vec::new() }
    }

    /// Adds the next frame with its events.
    pub fn update(&mut self, frame: &Frame) {
        let bytes = &mut self.bytes;
        bytes.clear();
        bytes.extend_from_slice(&frame.time.millis().to_le_bytes());
        put_count(bytes, frame.drones.len());
        frame.drones.iter().for_each(|sample| put_drone(bytes, sample));
        put_count(bytes, frame.manned.len());
        frame.manned.iter().for_each(|sample| put_manned(bytes, sample));
        put_count(bytes, frame.conflicts.len());
        frame.conflicts.iter().for_each(|sample| put_conflict(bytes, sample));
        put_count(bytes, frame.events.len());
        for event in &frame.events {
            // Events are plain integers and cannot fail to become JSON.
            let text = serde_json::to_vec(event).unwrap_or_default();
            put_count(bytes, text.len());
            bytes.extend(text);
        }
        self.hasher.update(bytes);
    }

    /// The digest of the frames so far, as 64 hexadecimal digits.
    pub fn finish(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

fn put_count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend_from_slice(&(count as u64).to_le_bytes());
}

fn put_id(bytes: &mut Vec<u8>, drone: DroneId) {
    bytes.extend_from_slice(&drone.fleet.0.to_le_bytes());
    bytes.extend_from_slice(&drone.ordinal.to_le_bytes());
}

/// Numbers of 32 bits one after the other, put at once: there are nine of a drone.
fn put_all<const COUNT: usize>(bytes: &mut Vec<u8>, numbers: [i32; COUNT]) {
    bytes.extend_from_slice(numbers.map(i32::to_le_bytes).as_flattened());
}

fn put_motion(bytes: &mut Vec<u8>, motion: &MotionSample) {
    let lengths = [
        motion.east_cm,
        motion.north_cm,
        motion.altitude_amsl_cm,
        motion.velocity_east_cmps,
        motion.velocity_north_cmps,
        motion.climb_cmps,
    ];
    put_all(bytes, lengths);
}

fn put_drone(bytes: &mut Vec<u8>, sample: &DroneSample) {
    put_id(bytes, sample.drone);
    put_motion(bytes, &sample.motion);
    bytes.push(sample.phase as u8);
    bytes.extend_from_slice(&sample.battery_permyriad.to_le_bytes());
    put_all(bytes, sample.reported_offset_cm);
    bytes.extend_from_slice(&sample.report_age_ms.to_le_bytes());
    bytes.push(sample.contingency.map_or(0, |contingency| contingency.trouble as u8));
    bytes.push(sample.contingency.map_or(0, |contingency| contingency.response as u8));
}

fn put_manned(bytes: &mut Vec<u8>, sample: &MannedSample) {
    bytes.extend_from_slice(&sample.aircraft.key().to_le_bytes());
    put_motion(bytes, &sample.motion);
}

fn put_conflict(bytes: &mut Vec<u8>, sample: &ConflictSample) {
    bytes.extend_from_slice(&sample.encounter.0.to_le_bytes());
    put_id(bytes, sample.own);
    put_id(bytes, sample.intruder);
    bytes.push(sample.level as u8);
    bytes.push(sample.basis as u8);
    bytes.push(u8::from(sample.loss_of_separation));
    bytes.extend_from_slice(&sample.time_to_loss.millis().to_le_bytes());
    bytes.extend_from_slice(&sample.time_to_cpa.millis().to_le_bytes());
    let lengths = [sample.cpa_distance_cm, sample.horizontal_distance_cm, sample.vertical_distance_cm];
    put_all(bytes, lengths);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Basis;
    use crate::record::samples::run_of;
    use crate::units::SimTime;

    fn digest(frames: &[Frame]) -> String {
        let mut digest = Digest::new();
        for frame in frames {
            digest.update(frame);
        }
        digest.finish()
    }

    #[test]
    fn every_field_counts() {
        let frames: Vec<Frame> = run_of(9, 4).iter().map(|frame| Frame::clone(frame)).collect();
        let changes: [fn(&mut Frame); 13] = [
            |frame| frame.drones[2].reported_offset_cm[2] += 1,
            |frame| frame.drones[2].report_age_ms += 1,
            |frame| frame.drones[1].contingency = None,
            |frame| frame.manned[0].motion.north_cm += 1,
            |frame| frame.time += SimTime::from_millis(1),
            |frame| frame.drones[3].battery_permyriad += 1,
            |frame| frame.drones[0].motion.climb_cmps += 1,
            |frame| frame.drones[1].drone.fleet.0 += 1,
            |frame| frame.conflicts[0].vertical_distance_cm += 1,
            |frame| frame.conflicts[0].basis = Basis::Intent,
            |frame| frame.conflicts[0].loss_of_separation ^= true,
            |frame| frame.events[0].time += SimTime::from_millis(1),
            |frame| frame.events.clear(),
        ];
        let mut seen = vec![digest(&frames)];
        for change in changes {
            let mut others = frames.clone();
            change(&mut others[8]);
            seen.push(digest(&others));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 14);
    }

    #[test]
    fn the_format_is_fixed() {
        // Changes only together with `DIGEST_FORMAT`: digests of older runs must stay comparable.
        let frames: Vec<Frame> = run_of(1, 1).iter().map(|frame| Frame::clone(frame)).collect();
        assert_eq!(digest(&frames), "8a647290d7567d91c0bd677baa88ba31407017aabaf6bd759b8e5f9f1a50233b");
    }
}
