//! Frames for the tests of this room.

use std::f64::consts::TAU;
use std::sync::Arc;

use proptest::prelude::*;

use super::{RecordMode, RecordingMetadata};
use crate::frame::{
    AlertLevel, Basis, ConflictSample, Contingency, DroneSample, FlightPhase, Frame, MannedId, MannedSample,
    MotionSample, OrderId, Response, SimEvent, SortieId, TimedEvent, Trouble,
};
use crate::units::{DroneId, EncounterId, MissionId, SimTime};

pub const SCENARIO_TOML: &str = "name = \"凤凰山\"\n";

pub fn metadata(mode: RecordMode) -> RecordingMetadata {
    RecordingMetadata {
        scenario: "fenghuang".to_owned(),
        program_version: "0.1.0".to_owned(),
        seed: u64::MAX,
        frame_interval: SimTime::from_millis(1000),
        mode,
    }
}

/// One frame of `drones`, of which the first `moving` fly on curves with changing speed and height.
pub fn flight(drones: u32, time: SimTime, moving: u32) -> Frame {
    let drones = (0..drones).map(|key| if key < moving { flying(key, time) } else { parked(key) }).collect();
    Frame { time, drones, ..Frame::default() }
}

/// `seconds` frames of flight, a second apart, with a conflict and an event now and then.
pub fn run_of(seconds: i64, drones: u32) -> Vec<Arc<Frame>> {
    (0..seconds)
        .map(|second| {
            let time = SimTime::from_millis(second * 1000);
            let mut frame = flight(drones, time, drones / 2);
            if second % 7 < 3 {
                frame.conflicts.push(conflict(u32::try_from(second / 7).unwrap()));
            }
            if second % 9 > 3 {
                frame.manned.push(manned(u32::try_from(second / 9).unwrap(), time));
            }
            if second % 4 == 0 {
                frame.events.push(event(time, u32::try_from(second).unwrap()));
            }
            Arc::new(frame)
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
fn flying(key: u32, time: SimTime) -> DroneSample {
    let phase = f64::from(key) * 0.7;
    let wave = |amplitude_m: f64, period_s: f64| {
        let angle = TAU * time.seconds() / period_s + phase;
        let velocity_mps = amplitude_m * TAU / period_s * libm::cos(angle);
        ((amplitude_m * libm::sin(angle) * 100.0).round() as i32, (velocity_mps * 100.0).round() as i32)
    };
    let (east_cm, velocity_east_cmps) = wave(400.0 + phase, 180.0);
    let (north_cm, velocity_north_cmps) = wave(300.0, 140.0 + f64::from(key % 17));
    let (height_cm, climb_cmps) = wave(20.0, 90.0);
    DroneSample {
        drone: DroneId::from_key(key),
        motion: MotionSample {
            east_cm,
            north_cm,
            altitude_amsl_cm: 28_000 + height_cm,
            velocity_east_cmps,
            velocity_north_cmps,
            climb_cmps,
        },
        phase: FlightPhase::Cruise,
        battery_permyriad: (10_000.0 - time.seconds() * 7.3 - phase) as u16,
        reported_offset_cm: [wave(1.5, 40.0).0, wave(1.2, 55.0).0, wave(3.0, 70.0).0],
        report_age_ms: u32::from(time.millis() % 3000 == 0) * 1040,
        contingency: (key % 5 == 1).then_some(Contingency { trouble: Trouble::LostLink, response: Response::Return }),
    }
}

fn parked(key: u32) -> DroneSample {
    DroneSample {
        drone: DroneId::from_key(key),
        motion: MotionSample {
            east_cm: 120_000 + i32::try_from(key % 30).unwrap() * 300,
            north_cm: -45_000 + i32::try_from(key / 30).unwrap() * 300,
            altitude_amsl_cm: 18_250,
            velocity_east_cmps: 0,
            velocity_north_cmps: 0,
            climb_cmps: 0,
        },
        phase: FlightPhase::Parked,
        battery_permyriad: 10_000,
        reported_offset_cm: [0; 3],
        report_age_ms: 0,
        contingency: None,
    }
}

/// A manned aircraft that descends towards the east.
#[expect(clippy::cast_possible_truncation, reason = "small numbers")]
fn manned(key: u32, time: SimTime) -> MannedSample {
    MannedSample {
        aircraft: MannedId::from_key(key),
        motion: MotionSample {
            east_cm: (time.seconds() * 7000.0) as i32,
            north_cm: 0,
            altitude_amsl_cm: 90_000 - (time.seconds() * 366.0) as i32,
            velocity_east_cmps: 7000,
            velocity_north_cmps: 0,
            climb_cmps: -366,
        },
    }
}

fn conflict(encounter: u32) -> ConflictSample {
    ConflictSample {
        encounter: EncounterId(encounter),
        own: DroneId::from_key(1),
        intruder: DroneId::from_key(2),
        level: AlertLevel::Caution,
        basis: Basis::State,
        loss_of_separation: false,
        time_to_loss: SimTime::from_millis(12_400),
        time_to_cpa: SimTime::from_millis(15_000),
        cpa_distance_cm: 1234,
        horizontal_distance_cm: 25_000,
        vertical_distance_cm: 310,
    }
}

fn event(time: SimTime, ordinal: u32) -> TimedEvent {
    TimedEvent {
        time,
        event: SimEvent::Delivered {
            order: OrderId { mission: MissionId(3), ordinal },
            sortie: SortieId { drone: DroneId::from_key(7), ordinal },
            order_to_hand_ms: SimTime::from_millis(600_000),
        },
    }
}

/// Frames of any shape: drones come and go, values are anything.
pub fn any_frames() -> impl Strategy<Value = Vec<Frame>> {
    let frame = (
        any_millis(),
        prop::collection::btree_map(0_u32..9, any_sample(), 0..7),
        prop::collection::vec(any_manned(), 0..3),
        prop::collection::vec(any_conflict(), 0..4),
        prop::collection::vec((any_millis(), any::<u32>()), 0..3),
    );
    let frame = frame.prop_map(|(time, drones, manned, conflicts, events)| Frame {
        time,
        drones: drones
            .into_iter()
            .map(|(key, sample)| DroneSample { drone: DroneId::from_key(key * 0x1000_0001), ..sample })
            .collect(),
        manned,
        conflicts,
        events: events.into_iter().map(|(time, ordinal)| event(time, ordinal)).collect(),
    });
    prop::collection::vec(frame, 0..6)
}

fn any_millis() -> impl Strategy<Value = SimTime> {
    prop_oneof![0_i64..100_000, any::<i64>()].prop_map(SimTime::from_millis)
}

fn any_length() -> impl Strategy<Value = i32> {
    prop_oneof![Just(0), -2000..2000_i32, any::<i32>()]
}

fn any_sample() -> impl Strategy<Value = DroneSample> {
    let reported = (prop::array::uniform3(any_length()), any::<u32>());
    let contingency = (0..Trouble::ALL.len(), 0..Response::ALL.len()).prop_map(|(trouble, response)| Contingency {
        trouble: Trouble::ALL[trouble],
        response: Response::ALL[response],
    });
    let contingency = prop::option::of(contingency);
    let plain = (any_motion(), 0..FlightPhase::ALL.len(), any::<u16>());
    (plain, reported, contingency).prop_map(
        |((motion, phase, battery_permyriad), (reported_offset_cm, report_age_ms), contingency)| DroneSample {
            drone: DroneId::from_key(0),
            motion,
            phase: FlightPhase::ALL[phase],
            battery_permyriad,
            reported_offset_cm,
            report_age_ms,
            contingency,
        },
    )
}

fn any_manned() -> impl Strategy<Value = MannedSample> {
    (any::<u32>(), any_motion()).prop_map(|(key, motion)| MannedSample { aircraft: MannedId::from_key(key), motion })
}

fn any_motion() -> impl Strategy<Value = MotionSample> {
    prop::array::uniform6(any_length()).prop_map(
        |[east_cm, north_cm, altitude_amsl_cm, velocity_east_cmps, velocity_north_cmps, climb_cmps]| MotionSample {
            east_cm,
            north_cm,
            altitude_amsl_cm,
            velocity_east_cmps,
            velocity_north_cmps,
            climb_cmps,
        },
    )
}

fn any_conflict() -> impl Strategy<Value = ConflictSample> {
    let times = (any_millis(), any_millis());
    let lengths = prop::array::uniform3(any_length());
    (prop_oneof![0_u32..4, any::<u32>()], any::<[u32; 2]>(), (0_usize..3, 0_usize..2), any::<bool>(), times, lengths)
        .prop_map(|(encounter, pair, (level, basis), loss_of_separation, (time_to_loss, time_to_cpa), lengths)| {
            ConflictSample {
                encounter: EncounterId(encounter),
                own: DroneId::from_key(pair[0]),
                intruder: DroneId::from_key(pair[1]),
                level: AlertLevel::ALL[level],
                basis: Basis::ALL[basis],
                loss_of_separation,
                time_to_loss,
                time_to_cpa,
                cpa_distance_cm: lengths[0],
                horizontal_distance_cm: lengths[1],
                vertical_distance_cm: lengths[2],
            }
        })
}
