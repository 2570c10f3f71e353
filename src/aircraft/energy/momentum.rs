//! Momentum theory of a multirotor, fitted to the published hover time of a type.
//!
//! In hover the shaft power is that of an ideal rotor over a figure of merit: induced power with a factor for what is not
//! ideal, the rest blade drag. Fixed-pitch rotors turn as fast as thrust asks, so blade drag grows with W^1.5/√ρ like induced
//! power. Thrust is taken as the weight: drag at the speeds of this field adds a few percent.

use super::Power;
use crate::aircraft::aircraft_type::AircraftType;
use crate::aircraft::rotor::{glauert, hover_induced_mps};

/// Ideal power over shaft power in hover of small rotors (M).
const FIGURE_OF_MERIT: f64 = 0.7;
/// From battery to shaft: controllers and motors (M).
const DRIVE_EFFICIENCY: f64 = 0.85;
/// Induced power over that of an ideal rotor (Leishman, section 2.4.1).
const INDUCED_FACTOR: f64 = 1.15;
/// Blade drag in hover over the ideal power: what the figure of merit leaves.
const PROFILE_SHARE: f64 = 1.0 / FIGURE_OF_MERIT - INDUCED_FACTOR;
/// Growth of blade drag with the square of airspeed over tip speed (Zeng, Xu and Zhang 2019, eq. 12).
const PROFILE_GROWTH: f64 = 3.0;

/// The constants of one type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// What the model is multiplied by to give the published hover power.
    pub fit: f64,
    /// From shaft power to that of the battery, the fit included.
    per_shaft: f64,
    disc_area_m2: f64,
    half_drag_area_m2: f64,
    profile_growth: f64,
}

impl Momentum {
    /// The model of a type, fitted.
    pub fn fitted(aircraft: &AircraftType) -> Self {
        let unfitted_w = aircraft.ideal_hover_w() / (FIGURE_OF_MERIT * DRIVE_EFFICIENCY);
        let fit = (aircraft.published_hover_w() - aircraft.avionics_w) / unfitted_w;
        Self {
            fit,
            per_shaft: fit / DRIVE_EFFICIENCY,
            disc_area_m2: aircraft.disc_area_m2,
            half_drag_area_m2: 0.5 * aircraft.drag_area_m2,
            profile_growth: PROFILE_GROWTH / (aircraft.tip_speed_mps * aircraft.tip_speed_mps),
        }
    }

    /// Electric power at a weight and airspeed, gaining height with `rise_w`.
    pub fn power(&self, weight_n: f64, airspeed_mps: f64, rise_w: f64, density_kgm3: f64) -> Power {
        let hover_mps = hover_induced_mps(weight_n, self.disc_area_m2, density_kgm3);
        let ideal = self.per_shaft * weight_n * hover_mps;
        let square = airspeed_mps * airspeed_mps;
        Power {
            induced: INDUCED_FACTOR * ideal * glauert(square / (2.0 * hover_mps * hover_mps)),
            profile: PROFILE_SHARE * ideal * (1.0 + self.profile_growth * square),
            parasite: self.per_shaft * self.half_drag_area_m2 * density_kgm3 * square * airspeed_mps,
            climb: self.per_shaft * rise_w,
            avionics: 0.0,
        }
    }
}
