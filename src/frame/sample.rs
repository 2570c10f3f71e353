//! The state of one drone and of one conflicting pair at an instant.

use serde::{Deserialize, Serialize};

use crate::traffic::conflict::{AlertLevel, Basis};
use crate::traffic::contingency::{Conformance, Contingency};
use crate::units::{DroneId, EncounterId, MannedId, SimTime};

/// Where a drone is in its sortie. The discriminants are part of the recording format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum FlightPhase {
    /// On its pad, ready or charging.
    #[default]
    Parked = 0,
    /// On its pad, being loaded or turned around.
    TurnAround = 1,
    /// Straight up from a pad.
    TakeOff = 2,
    /// Along its route.
    Cruise = 3,
    /// Standing over a waypoint.
    Hover = 4,
    /// Straight down to a pad.
    Landing = 5,
    /// On the destination pad, handing over.
    HandOver = 6,
    /// Hovering over a stand of the destination pad, handing over with a winch.
    Winch = 7,
    /// Coming down on its parachute.
    Parachute = 8,
    /// On the ground away from its hub, until it is fetched.
    Stranded = 9,
    /// Gone out of the area, or come to the end of a course that is no route.
    Left = 10,
}

impl FlightPhase {
    /// All phases in the order of their codes.
    pub const ALL: [Self; 11] = [
        Self::Parked,
        Self::TurnAround,
        Self::TakeOff,
        Self::Cruise,
        Self::Hover,
        Self::Landing,
        Self::HandOver,
        Self::Winch,
        Self::Parachute,
        Self::Stranded,
        Self::Left,
    ];

    /// The phase of a recorded code, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether the drone is off the ground.
    pub const fn is_airborne(self) -> bool {
        matches!(self, Self::TakeOff | Self::Cruise | Self::Hover | Self::Landing | Self::Winch | Self::Parachute)
    }
}

/// Where something is and how it moves at an instant, quantised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MotionSample {
    /// Position east of the scenario's centre, cm.
    pub east_cm: i32,
    /// Position north of the scenario's centre, cm.
    pub north_cm: i32,
    /// Height above mean sea level, cm.
    pub altitude_amsl_cm: i32,
    /// Velocity to the east, cm/s.
    pub velocity_east_cmps: i32,
    /// Velocity to the north, cm/s.
    pub velocity_north_cmps: i32,
    /// Velocity upwards, cm/s.
    pub climb_cmps: i32,
}

impl MotionSample {
    /// Position (east, north, height above mean sea level), m.
    pub fn position_m(&self) -> [f64; 3] {
        [metres(self.east_cm), metres(self.north_cm), metres(self.altitude_amsl_cm)]
    }

    /// Velocity (east, north, up), m/s.
    pub fn velocity_mps(&self) -> [f64; 3] {
        [metres(self.velocity_east_cmps), metres(self.velocity_north_cmps), metres(self.climb_cmps)]
    }
}

/// One drone at an instant, quantised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DroneSample {
    /// Which drone.
    pub drone: DroneId,
    /// Where it is and how it moves.
    pub motion: MotionSample,
    /// Where it is in its sortie.
    pub phase: FlightPhase,
    /// Battery left, hundredths of a percent.
    pub battery_permyriad: u16,
    /// How far from there (east, north, up) the last report puts it, extrapolated to now, cm: what detection works on.
    pub reported_offset_cm: [i32; 3],
    /// How old that report is, ms.
    pub report_age_ms: u32,
    /// What goes wrong with its flight and what it does about it.
    pub contingency: Option<Contingency>,
}

impl DroneSample {
    /// Position (east, north, height above mean sea level), m.
    pub fn position_m(&self) -> [f64; 3] {
        self.motion.position_m()
    }

    /// Where the ground believes it to be (east, north, height above mean sea level), m.
    pub fn reported_m(&self) -> [f64; 3] {
        let truth = self.position_m();
        std::array::from_fn(|axis| truth[axis] + metres(self.reported_offset_cm[axis]))
    }

    /// How it keeps to what was intended.
    pub const fn conformance(&self) -> Conformance {
        Conformance::of(self.contingency)
    }

    /// Velocity (east, north, up), m/s.
    pub fn velocity_mps(&self) -> [f64; 3] {
        self.motion.velocity_mps()
    }
}

fn metres(centimetres: i32) -> f64 {
    f64::from(centimetres) / 100.0
}

/// A volume of an operational intent, quantised: what was reserved for a sortie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeSample {
    /// Its corners, counter-clockwise: east and north of the scenario's centre, cm.
    pub corners_cm: Vec<[i32; 2]>,
    /// Floor and top, cm above mean sea level.
    pub amsl_cm: [i32; 2],
    /// First and last instant.
    pub window_ms: [SimTime; 2],
}

/// A manned aircraft at an instant, quantised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MannedSample {
    /// Which movement.
    pub aircraft: MannedId,
    /// Where it is and how it moves.
    pub motion: MotionSample,
}

impl MannedSample {
    /// Position (east, north, height above mean sea level), m.
    pub fn position_m(&self) -> [f64; 3] {
        self.motion.position_m()
    }

    /// Velocity (east, north, up), m/s.
    pub fn velocity_mps(&self) -> [f64; 3] {
        self.motion.velocity_mps()
    }
}

/// A pair in conflict (predicted) or in loss of separation (now), as the monitor knew it at the last detection tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictSample {
    /// The episode this belongs to.
    pub encounter: EncounterId,
    /// The drone with the smaller id.
    pub own: DroneId,
    /// The drone with the larger id.
    pub intruder: DroneId,
    /// Urgency.
    pub level: AlertLevel,
    /// What the prediction rests on.
    pub basis: Basis,
    /// Whether separation is lost now.
    pub loss_of_separation: bool,
    /// Time to the predicted loss of separation; 0 when it is lost now.
    pub time_to_loss: SimTime,
    /// Time to the horizontal closest point of approach, at least 0.
    pub time_to_cpa: SimTime,
    /// Horizontal distance at that point, cm.
    pub cpa_distance_cm: i32,
    /// Horizontal distance now, cm.
    pub horizontal_distance_cm: i32,
    /// Vertical distance now, cm.
    pub vertical_distance_cm: i32,
}
