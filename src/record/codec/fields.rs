//! Samples as rows of plain integers, and what the next row of a drone is expected to be.

use super::CodecError;
use crate::frame::{
    AlertLevel, Basis, ConflictSample, Contingency, DroneSample, FlightPhase, MannedSample, MotionSample, Response,
    Trouble,
};
use crate::units::{DroneId, EncounterId, MannedId, SimTime};

/// The fields of a [`DroneSample`]: velocities first, because positions are predicted from them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DroneFields(pub [i64; Self::COUNT]);

impl DroneFields {
    /// Number of fields.
    pub const COUNT: usize = 14;
    /// Velocity stands at 0, 1 and 2, position at 3, 4 and 5.
    const FIRST_POSITION: usize = 3;
    const FIRST_OTHER: usize = 6;

    pub fn of(sample: &DroneSample) -> Self {
        let [velocity_east, velocity_north, climb, east, north, altitude] = motion_fields(&sample.motion);
        Self([
            velocity_east,
            velocity_north,
            climb,
            east,
            north,
            altitude,
            (sample.phase as u8).into(),
            sample.battery_permyriad.into(),
            sample.reported_offset_cm[0].into(),
            sample.reported_offset_cm[1].into(),
            sample.reported_offset_cm[2].into(),
            sample.report_age_ms.into(),
            sample.contingency.map_or(0, |contingency| (contingency.trouble as u8).into()),
            sample.contingency.map_or(0, |contingency| (contingency.response as u8).into()),
        ])
    }

    pub fn sample(&self, drone: DroneId) -> Result<DroneSample, CodecError> {
        let [velocity_east, velocity_north, climb, east, north, altitude, phase, battery, ..] = self.0;
        let [.., offset_east, offset_north, offset_up, age, trouble, response] = self.0;
        let phase = u8::try_from(phase).ok().and_then(FlightPhase::from_code);
        Ok(DroneSample {
            drone,
            motion: motion([velocity_east, velocity_north, climb, east, north, altitude])?,
            phase: phase.ok_or(CodecError::OutOfRange("a flight phase"))?,
            battery_permyriad: u16::try_from(battery).ok().ok_or(CodecError::OutOfRange("a battery level"))?,
            reported_offset_cm: [fit(offset_east)?, fit(offset_north)?, fit(offset_up)?],
            report_age_ms: u32::try_from(age).ok().ok_or(CodecError::OutOfRange("the age of a report"))?,
            contingency: contingency(trouble, response)?,
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

/// The fields of a [`MotionSample`], velocities first.
fn motion_fields(motion: &MotionSample) -> [i64; 6] {
    let velocity = [motion.velocity_east_cmps, motion.velocity_north_cmps, motion.climb_cmps];
    let [velocity_east, velocity_north, climb] = velocity.map(i64::from);
    let [east, north, altitude] = [motion.east_cm, motion.north_cm, motion.altitude_amsl_cm].map(i64::from);
    [velocity_east, velocity_north, climb, east, north, altitude]
}

fn motion([velocity_east, velocity_north, climb, east, north, altitude]: [i64; 6]) -> Result<MotionSample, CodecError> {
    Ok(MotionSample {
        east_cm: fit(east)?,
        north_cm: fit(north)?,
        altitude_amsl_cm: fit(altitude)?,
        velocity_east_cmps: fit(velocity_east)?,
        velocity_north_cmps: fit(velocity_north)?,
        climb_cmps: fit(climb)?,
    })
}

fn contingency(trouble: i64, response: i64) -> Result<Option<Contingency>, CodecError> {
    if (trouble, response) == (0, 0) {
        return Ok(None);
    }
    let trouble = u8::try_from(trouble).ok().and_then(Trouble::from_code);
    let response = u8::try_from(response).ok().and_then(Response::from_code);
    let contingency = trouble.zip(response).map(|(trouble, response)| Contingency { trouble, response });
    contingency.ok_or(CodecError::OutOfRange("a contingency")).map(Some)
}

/// What a frame has a few of, each known by a key: a row of plain integers, predicted to stay what it was.
pub(super) trait Row<const N: usize>: Sized {
    fn key(&self) -> u32;
    fn fields(&self) -> [i64; N];
    /// # Errors
    /// If a field is out of range.
    fn of(key: u32, fields: &[i64; N]) -> Result<Self, CodecError>;
}

/// Number of fields of a [`MannedSample`] but its movement.
pub(super) const MANNED_FIELDS: usize = 6;

impl Row<MANNED_FIELDS> for MannedSample {
    fn key(&self) -> u32 {
        self.aircraft.key()
    }

    fn fields(&self) -> [i64; MANNED_FIELDS] {
        motion_fields(&self.motion)
    }

    fn of(key: u32, fields: &[i64; MANNED_FIELDS]) -> Result<Self, CodecError> {
        Ok(Self { aircraft: MannedId::from_key(key), motion: motion(*fields)? })
    }
}

/// Number of fields of a [`ConflictSample`] but its encounter.
pub(super) const CONFLICT_FIELDS: usize = 10;

impl Row<CONFLICT_FIELDS> for ConflictSample {
    fn key(&self) -> u32 {
        self.encounter.0
    }

    fn fields(&self) -> [i64; CONFLICT_FIELDS] {
        [
            self.own.key().into(),
            self.intruder.key().into(),
            (self.level as u8).into(),
            (self.basis as u8).into(),
            self.loss_of_separation.into(),
            self.time_to_loss.millis(),
            self.time_to_cpa.millis(),
            self.cpa_distance_cm.into(),
            self.horizontal_distance_cm.into(),
            self.vertical_distance_cm.into(),
        ]
    }

    fn of(encounter: u32, fields: &[i64; CONFLICT_FIELDS]) -> Result<Self, CodecError> {
        let [own, intruder, level, basis, loss, time_to_loss, time_to_cpa, cpa, horizontal, vertical] = *fields;
        let level = usize::try_from(level).ok().and_then(|code| AlertLevel::ALL.get(code).copied());
        let basis = usize::try_from(basis).ok().and_then(|code| Basis::ALL.get(code).copied());
        Ok(Self {
            encounter: EncounterId(encounter),
            own: drone(own)?,
            intruder: drone(intruder)?,
            level: level.ok_or(CodecError::OutOfRange("an alert level"))?,
            basis: basis.ok_or(CodecError::OutOfRange("what a prediction rests on"))?,
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
