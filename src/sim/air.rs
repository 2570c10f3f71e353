//! The air of a run: the one place where weather comes in. For now it is calm and as warm as the standard at sea level.

use crate::aircraft::Air;
use crate::scenario::Fleet;
use crate::world::air::{STANDARD_TEMPERATURE_C, density_kgm3};
use crate::world::geo::{Horizontal, Position};

/// The air at a position.
pub(super) fn air_at(position: &Position) -> Air {
    Air { wind: Horizontal::new(0.0, 0.0), density_kgm3: density_kgm3(position.z, STANDARD_TEMPERATURE_C) }
}

/// Energy of a full battery of a fleet, Wh.
pub(super) fn full_battery_wh(fleet: &Fleet) -> f64 {
    fleet.aircraft.battery.usable_wh(STANDARD_TEMPERATURE_C)
}
