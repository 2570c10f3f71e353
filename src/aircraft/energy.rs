//! Electric power of a multirotor: hover power scaled by mass, plus the power of climbing.
//!
//! Momentum theory makes ideal hover power proportional to mass^1.5; the scale is fitted to the type's published hover
//! time, which stands in the catalogue. Forward flight is charged as hover and descent returns nothing: both are on the
//! safe side at the speeds of this field.

use super::AircraftType;

/// Standard gravity, m/s².
const GRAVITY: f64 = 9.806_65;
/// From battery to lifted mass while climbing; engineering value (L).
const CLIMB_EFFICIENCY: f64 = 0.7;

/// Electric power, W, at a payload and a climb rate (negative: descent).
pub fn electric_power_w(aircraft: &AircraftType, payload_kg: f64, climb_mps: f64) -> f64 {
    let mass_kg = aircraft.empty_mass_kg + payload_kg;
    let ratio = mass_kg / aircraft.hover_mass_kg;
    let hover_w = aircraft.hover_power_w * ratio * ratio.sqrt();
    hover_w + mass_kg * GRAVITY * climb_mps.max(0.0) / CLIMB_EFFICIENCY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aircraft::catalogue;

    /// The published flight times come back: 18 min full for the FlyCart 30, 41 min for the M30T.
    #[test]
    fn hover_lasts_as_published() {
        for (id, payload_kg, minutes) in [("flycart-30", 30.0, 18.0), ("m30t", 0.0, 41.0)] {
            let aircraft = catalogue().into_iter().find(|aircraft| aircraft.id == id).unwrap();
            let endurance_min = aircraft.battery_wh / electric_power_w(&aircraft, payload_kg, 0.0) * 60.0;
            assert!((endurance_min - minutes).abs() < 0.5, "{id}: {endurance_min} min");
        }
    }

    #[test]
    fn load_and_climb_cost() {
        let aircraft = &catalogue()[0];
        let hover = electric_power_w(aircraft, 0.0, 0.0);
        assert!(electric_power_w(aircraft, 2.0, 0.0) > hover);
        assert!((electric_power_w(aircraft, 0.0, 5.0) - hover - 7.0 * GRAVITY * 5.0 / 0.7).abs() < 1e-9);
        assert!((electric_power_w(aircraft, 0.0, -3.0) - hover).abs() < 1e-9);
    }
}
