//! Pictures: every layer that a run adds to the scene is seen in them, and none without it.

use std::path::Path;
use std::sync::Arc;

use super::palette::{self, Tint};
use super::samples::{AIR, Still, hovering, scenario};
use super::{RenderOptions, render};
use crate::frame::{
    Contingency, DroneId, DroneSample, FlightPhase, Frame, IntentState, MannedId, MannedSample, MissionId,
    MotionSample, Response, SimEvent, SimTime, SortieId, TimedEvent, Trouble, VolumeSample,
};
use crate::scenario::ResolvedScenario;

/// One drone is where it says, one is not, one holds, one returns, one is down; an aeroplane passes.
fn frame(scenario: &ResolvedScenario) -> Frame {
    let trouble = |response| Some(Contingency { trouble: Trouble::LostLink, response });
    let over = |east_m: i32, altitude_amsl_cm| MotionSample {
        east_cm: east_m * 100,
        north_cm: -60_000,
        altitude_amsl_cm,
        ..MotionSample::default()
    };
    let at = |east_m: i32| DroneSample { motion: over(east_m, 6_800), ..hovering() };
    let mut drones = [
        DroneSample { reported_offset_cm: [20_000, 5_000, 0], ..at(-1_500) },
        DroneSample { contingency: trouble(Response::Hold), ..at(-500) },
        DroneSample { contingency: trouble(Response::Return), ..at(500) },
        DroneSample { phase: FlightPhase::Stranded, motion: over(1_500, 800), ..hovering() },
    ];
    for (sample, (drone, _)) in drones.iter_mut().zip(scenario.drones()) {
        sample.drone = drone;
    }
    let aeroplane = MannedSample {
        aircraft: MannedId { entry: 0, movement: 0 },
        motion: MotionSample {
            north_cm: 100_000,
            altitude_amsl_cm: 25_000,
            velocity_east_cmps: 6_000,
            ..MotionSample::default()
        },
    };
    Frame { drones: drones.to_vec(), manned: vec![aeroplane], events: reserved(), ..Frame::default() }
}

/// Four blocks of 300 m by 400 m side by side, reserved for drones of which one has not left, one has, one is elsewhere and one
/// is in trouble.
fn reserved() -> Vec<TimedEvent> {
    let became = [IntentState::Accepted, IntentState::Activated, IntentState::Nonconforming, IntentState::Contingent];
    let events = (0..).zip(became).flat_map(|(ordinal, state)| {
        let sortie = SortieId { drone: DroneId { ordinal, ..DroneId::from_key(0) }, ordinal: 0 };
        let (mission, west_cm) = (MissionId(0), -70_000 + 35_000 * i32::from(ordinal));
        let east_cm = west_cm + 30_000;
        let volumes = vec![VolumeSample {
            corners_cm: vec![[west_cm, -20_000], [east_cm, -20_000], [east_cm, 20_000], [west_cm, 20_000]],
            amsl_cm: [4_000, 9_000],
            window_ms: [SimTime::ZERO, SimTime::END],
        }];
        let filed = SimEvent::IntentFiled { sortie, mission, way: 0, delay_ms: SimTime::ZERO, volumes };
        let started = SimEvent::SortieStarted { sortie, mission, order: None, waited_ms: SimTime::ZERO };
        let changed = SimEvent::IntentChanged { sortie, before: IntentState::Activated, state };
        let events = match state {
            IntentState::Accepted => vec![filed],
            IntentState::Activated => vec![filed, started],
            _ => vec![filed, started, changed],
        };
        events.into_iter().map(|event| TimedEvent { time: SimTime::ZERO, event })
    });
    events.collect()
}

/// How many pixels of a picture with these layers have each of the colours.
fn pixels(scenario: &ResolvedScenario, layers: &str, tints: &[Tint], folder: &Path) -> Vec<usize> {
    let out = folder.join("picture.png");
    let options = RenderOptions {
        size: (800, 500),
        layers: Some(layers.parse().unwrap()),
        caption: false,
        ..RenderOptions::new(&out, SimTime::ZERO)
    };
    render(scenario, Arc::new(Still(frame(scenario))), &options).unwrap();
    let picture = image::open(&out).unwrap().to_rgb8();
    let near = |pixel: &image::Rgb<u8>, tint: Tint| {
        [(0, tint.0), (1, tint.1), (2, tint.2)].into_iter().all(|(band, byte)| pixel.0[band].abs_diff(byte) < 12)
    };
    tints.iter().map(|tint| picture.pixels().filter(|pixel| near(pixel, *tint)).count()).collect()
}

#[test]
#[ignore = "draws: needs a Vulkan driver (apt-get install mesa-vulkan-drivers libvulkan1)"]
fn what_a_run_adds_is_seen() {
    let scenario = scenario(AIR);
    assert_eq!(frame(&scenario).drones[3].drone, DroneId { ordinal: 3, ..DroneId::from_key(0) });
    let folder = tempfile::tempdir().unwrap();
    // 9 m/s at 10 m are 11.8 m/s at 60 m, and gusts are beyond what the type may fly in.
    let wind = palette::figure_tint(11.8 / 15.0);
    let (nonconforming, contingent) = (palette::NONCONFORMING, palette::CONTINGENT);
    let [accepted, activated] = [IntentState::Accepted, IntentState::Activated].map(palette::intent);
    let marks =
        [nonconforming, contingent, palette::REPORTED, palette::MANNED, wind, palette::LOSS, accepted, activated];
    let of = |layers: &str| pixels(&scenario, layers, &marks, folder.path());
    let bare = of("terrain");
    assert!(bare.iter().all(|&count| count == 0), "{bare:?}");
    let seen = [
        ("contingencies", &[0, 1][..]),
        ("reported", &[2]),
        ("manned", &[3]),
        ("wind", &[4, 5]),
        ("intents", &[0, 1, 6, 7]),
    ];
    for (layer, seen) in seen {
        let counts = of(&format!("terrain,{layer}"));
        assert!(seen.iter().all(|&mark| counts[mark] > 20), "{layer}: {counts:?}");
    }
}
