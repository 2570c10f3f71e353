//! Samples as rows of plain integers, and what the next row of a drone is expected to be.

use super::CodecError;
use crate::frame::{AlertLevel, ConflictSample, DroneSample, FlightPhase};
use crate::units::{DroneId, EncounterId, SimTime};

/// The fields of a [`DroneSample`]: velocities first, because positions are predicted from them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DroneFields(pub [i64; Self::COUNT]);

impl DroneFields {
    /// Number of fields.
    pub const COUNT: usize = 8;
    /// Velocity stands at 0, 1 and 2, position at 3, 4 and 5.
    const FIRST_POSITION: usize = 3;
    const FIRST_OTHER: usize = 6;

    pub fn of(sample: &DroneSample) -> Self {
        Self([
            sample.velocity_east_cmps.into(),
            sample.velocity_north_cmps.into(),
            sample.climb_cmps.into(),
            sample.east_cm.into(),
            sample.north_cm.into(),
            sample.altitude_amsl_cm.into(),
            (sample.phase as u8).into(),
            sample.battery_permyriad.into(),
        ])
    }

    pub fn sample(&self, drone: DroneId) -> Result<DroneSample, CodecError> {
        let [velocity_east, velocity_north, climb, east, north, altitude, phase, battery] = self.0;
        let phase = u8::try_from(phase).ok().and_then(FlightPhase::from_code);
        Ok(DroneSample {
            drone,
            east_cm: fit(east)?,
            north_cm: fit(north)?,
            altitude_amsl_cm: fit(altitude)?,
            velocity_east_cmps: fit(velocity_east)?,
            velocity_north_cmps: fit(velocity_north)?,
            climb_cmps: fit(climb)?,
            phase: phase.ok_or(CodecError::OutOfRange("a flight phase"))?,
            battery_permyriad: u16::try_from(battery).ok().ok_or(CodecError::OutOfRange("a battery level"))?,
        })
    }

    /// The same place at rest: a neighbour's velocity says nothing about this drone's.
    fn at_rest(mut self) -> Self {
        self.0[..Self::FIRST_POSITION].fill(0);
        self
    }
}

/// What the next sample of a drone is expected to be.
pub(super) struct Prediction {
    from: DroneFields,
    since: Option<SimTime>,
}

impl Prediction {
    /// For a drone of which nothing is known yet.
    pub fn from_neighbour(neighbour: DroneFields) -> Self {
        Self { from: neighbour, since: None }
    }

    /// The expected value of `field` at `time`. Of `current` only the fields before it are looked at.
    pub fn of(&self, field: usize, current: &DroneFields, time: SimTime) -> i64 {
        let Some(since) = self.since else { return self.from.0[field] };
        if !(DroneFields::FIRST_POSITION..DroneFields::FIRST_OTHER).contains(&field) {
            return self.from.0[field];
        }
        let axis = field - DroneFields::FIRST_POSITION;
        let twice_mean_cmps = self.from.0[axis].wrapping_add(current.0[axis]);
        let span_ms = time.millis().wrapping_sub(since.millis());
        // Rounded to the nearest centimetre: 2 for the mean, 1000 for the milliseconds.
        let travel_cm = twice_mean_cmps.wrapping_mul(span_ms).wrapping_add(1000).div_euclid(2000);
        self.from.0[field].wrapping_add(travel_cm)
    }

    /// Takes note of a sample; the first of a drone is also what its neighbour will be compared with.
    pub fn learn(&mut self, current: DroneFields, time: SimTime, neighbour: &mut DroneFields) {
        if self.since.is_none() {
            *neighbour = current.at_rest();
        }
        *self = Self { from: current, since: Some(time) };
    }
}

/// The fields of a [`ConflictSample`] but its encounter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ConflictFields(pub [i64; Self::COUNT]);

impl ConflictFields {
    /// Number of fields.
    pub const COUNT: usize = 9;

    pub fn of(sample: &ConflictSample) -> Self {
        Self([
            sample.own.key().into(),
            sample.intruder.key().into(),
            (sample.level as u8).into(),
            sample.loss_of_separation.into(),
            sample.time_to_loss.millis(),
            sample.time_to_cpa.millis(),
            sample.cpa_distance_cm.into(),
            sample.horizontal_distance_cm.into(),
            sample.vertical_distance_cm.into(),
        ])
    }

    pub fn sample(&self, encounter: u32) -> Result<ConflictSample, CodecError> {
        let [own, intruder, level, loss, time_to_loss, time_to_cpa, cpa, horizontal, vertical] = self.0;
        let level = usize::try_from(level).ok().and_then(|code| AlertLevel::ALL.get(code).copied());
        Ok(ConflictSample {
            encounter: EncounterId(encounter),
            own: drone(own)?,
            intruder: drone(intruder)?,
            level: level.ok_or(CodecError::OutOfRange("an alert level"))?,
            loss_of_separation: match loss {
                0 => false,
                1 => true,
                _ => return Err(CodecError::OutOfRange("a loss of separation")),
            },
            time_to_loss: SimTime::from_millis(time_to_loss),
            time_to_cpa: SimTime::from_millis(time_to_cpa),
            cpa_distance_cm: fit(cpa)?,
            horizontal_distance_cm: fit(horizontal)?,
            vertical_distance_cm: fit(vertical)?,
        })
    }
}

fn fit(value: i64) -> Result<i32, CodecError> {
    i32::try_from(value).ok().ok_or(CodecError::OutOfRange("a length or velocity"))
}

fn drone(key: i64) -> Result<DroneId, CodecError> {
    u32::try_from(key).map(DroneId::from_key).ok().ok_or(CodecError::OutOfRange("a drone id"))
}
