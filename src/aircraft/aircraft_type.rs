//! A type of aircraft: its figures in SI units, each with where it comes from.

use serde::{Deserialize, Serialize};

use super::battery::Battery;
use super::class::CaacClass;
use super::rotor::{GRAVITY, ideal_hover_w};
use crate::message::Text;
use crate::world::air::STANDARD_DENSITY_KGM3;
use crate::world::geo::Horizontal;
use crate::world::weather::Limits;

/// Least airspeed of a wing in flight over its stall speed: that after take-off (EASA CS-23 Amendment 4, 23.51).
pub const OVER_STALL: f64 = 1.2;
/// Radius of a loiter over that of the steepest turn: room to correct.
const LOITER_ROOM: f64 = 1.5;

/// A type of aircraft.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AircraftType {
    /// Identity in scenario files.
    pub id: String,
    /// Trade name.
    pub name: Text,
    /// Mass ready to fly without payload, kg.
    pub empty_mass_kg: f64,
    /// Greatest payload, kg.
    pub payload_kg: f64,
    /// Greatest mass at take-off, kg.
    pub mtow_kg: f64,
    /// Airspeed used on routes that give none, m/s.
    pub cruise_speed_mps: f64,
    /// Greatest airspeed, m/s.
    pub max_airspeed_mps: f64,
    /// Greatest climb rate, m/s.
    pub climb_mps: f64,
    /// Greatest descent rate, m/s.
    pub descent_mps: f64,
    /// Greatest horizontal acceleration, m/s².
    pub acceleration_mps2: f64,
    /// Greatest vertical acceleration, m/s².
    pub vertical_acceleration_mps2: f64,
    /// Area of all rotor discs that lift, m²; a coaxial pair counts once.
    pub disc_area_m2: f64,
    /// Speed of the blade tips, m/s.
    pub tip_speed_mps: f64,
    /// Drag area (drag coefficient times frontal area), m².
    pub drag_area_m2: f64,
    /// Power of everything but propulsion, W.
    pub avionics_w: f64,
    /// Time in hover at [`Self::hover_mass_kg`] from a full battery, s.
    pub hover_time_s: f64,
    /// Mass at which the hover time holds, kg.
    pub hover_mass_kg: f64,
    /// What it flies on.
    pub battery: Battery,
    /// How fast it comes down on its parachute, m/s; `None` if it has none.
    pub parachute_descent_mps: Option<f64>,
    /// In what weather it may fly.
    pub limits: Limits,
    /// What holds it in the air.
    pub airframe: Airframe,
    /// Every figure as its file gives it.
    pub figures: Vec<Figure>,
}

/// What holds an aircraft in the air: rotors alone, or rotors and, once it is quick enough, a wing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Airframe {
    /// Rotors alone.
    Multirotor,
    /// Rotors to take off and land, a wing on the way.
    VtolWing(Wing),
}

/// The wing of a type that takes off and lands on rotors.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Wing {
    stall_mps: f64,
    bank_deg: f64,
    lift_to_drag: f64,
    turn_acceleration_mps2: f64,
}

impl Wing {
    /// A wing with a stall speed, a greatest bank and a glide ratio; `None` unless all three are positive and the bank is
    /// less than 80°.
    pub fn new(stall_mps: f64, bank_deg: f64, lift_to_drag: f64) -> Option<Self> {
        let turn_acceleration_mps2 = GRAVITY * libm::tan(bank_deg.to_radians());
        let is_wing = stall_mps > 0.0 && bank_deg > 0.0 && bank_deg < 80.0 && lift_to_drag > 0.0;
        is_wing.then_some(Self { stall_mps, bank_deg, lift_to_drag, turn_acceleration_mps2 })
    }

    /// Stall speed, m/s.
    pub const fn stall_mps(&self) -> f64 {
        self.stall_mps
    }

    /// Lift over drag in cruise.
    pub const fn lift_to_drag(&self) -> f64 {
        self.lift_to_drag
    }

    /// Least airspeed that is flown on the wing, m/s: there is room to the stall, below which the rotors hold.
    pub fn least_airspeed_mps(&self) -> f64 {
        OVER_STALL * self.stall_mps
    }

    /// Acceleration across the path in the steepest coordinated turn, g tan(bank), m/s².
    pub const fn turn_acceleration_mps2(&self) -> f64 {
        self.turn_acceleration_mps2
    }

    /// Radius of the steepest coordinated turn at an airspeed, V² / (g tan(bank)), m.
    pub fn turn_radius_m(&self, airspeed_mps: f64) -> f64 {
        airspeed_mps * airspeed_mps / self.turn_acceleration_mps2
    }

    /// Radius of a loiter at an airspeed, m.
    pub fn loiter_radius_m(&self, airspeed_mps: f64) -> f64 {
        LOITER_ROOM * self.turn_radius_m(airspeed_mps)
    }
}

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confidence {
    /// A primary source.
    #[serde(rename = "H")]
    High,
    /// One secondary source.
    #[serde(rename = "M")]
    Medium,
    /// An estimate.
    #[serde(rename = "L")]
    Low,
}

impl Confidence {
    /// The letter of files and tables.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::High => "H",
            Self::Medium => "M",
            Self::Low => "L",
        }
    }
}

/// One figure of a type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its key in the file.
    pub key: String,
    /// Its value, in the unit of the key.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
    /// How sure it is; nobody said where there is none.
    pub confidence: Option<Confidence>,
}

/// The air around an aircraft.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Air {
    /// Its velocity over ground, m/s: the direction it flows to.
    pub wind: Horizontal,
    /// Its density, kg/m³.
    pub density_kgm3: f64,
}

impl AircraftType {
    /// The class of the Interim Regulation that its masses put it into.
    pub fn class(&self) -> CaacClass {
        CaacClass::of(self.empty_mass_kg, self.mtow_kg)
    }

    /// Its wing, if it has one.
    pub const fn wing(&self) -> Option<&Wing> {
        match &self.airframe {
            Airframe::Multirotor => None,
            Airframe::VtolWing(wing) => Some(wing),
        }
    }

    /// Electric power in hover that its battery and published hover time imply, W: published times drain the battery.
    pub fn published_hover_w(&self) -> f64 {
        self.battery.capacity_wh * 3600.0 / self.hover_time_s
    }

    /// Power of an ideal rotor in hover at the mass of the published hover time, W, at sea level.
    pub fn ideal_hover_w(&self) -> f64 {
        ideal_hover_w(self.hover_mass_kg * GRAVITY, self.disc_area_m2, STANDARD_DENSITY_KGM3)
    }
}
