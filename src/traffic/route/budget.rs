//! What a plan costs: flying time and energy along it, standing over its ends included.

use super::plan::FlightPlan;
use crate::aircraft::{AircraftType, electric_power_w};
use crate::units::SimTime;
use crate::world::terrain::Terrain;

/// Slowest speed assumed along a path, m/s: braking to a stand takes time, not eternity.
const LEAST_SPEED_MPS: f64 = 1.0;

/// Time and energy of one flight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budget {
    /// From lifting off to touching down, s.
    pub time_s: f64,
    /// Electric energy, Wh.
    pub energy_wh: f64,
}

impl std::ops::Add for Budget {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { time_s: self.time_s + other.time_s, energy_wh: self.energy_wh + other.energy_wh }
    }
}

/// By how much a flight is taken to exceed the time of its budget, as a share and at each halt, s. The shipped scenes do by
/// 3 to 9 s at each end and stop.
const LATE_SHARE: f64 = 1.05;
const LATE_AT_HALT_S: f64 = 10.0;

/// The longest that flying `plan` is taken to last, s.
pub fn longest_s(plan: &FlightPlan, terrain: &Terrain, aircraft: &AircraftType) -> f64 {
    let stops = plan.points.iter().filter(|point| point.hold > SimTime::ZERO);
    let halts = stops.fold(2.0, |count, _| count + 1.0);
    budget(plan, terrain, aircraft, 0.0).time_s * LATE_SHARE + halts * LATE_AT_HALT_S
}

/// The budget of flying `plan` from ground to ground at the planned speeds.
pub fn budget(plan: &FlightPlan, terrain: &Terrain, aircraft: &AircraftType, payload_kg: f64) -> Budget {
    let stretch = |time_s: f64, climb_mps: f64| Budget {
        time_s,
        energy_wh: electric_power_w(aircraft, payload_kg, climb_mps) * time_s / 3600.0,
    };
    let over = |position| terrain.agl_m(position).unwrap_or(0.0).max(0.0);
    let up = stretch(over(&plan.start().position) / aircraft.climb_mps, aircraft.climb_mps);
    let down = stretch(over(&plan.end().position) / aircraft.descent_mps, -aircraft.descent_mps);
    plan.points.windows(2).fold(up + down, |sum, pair| {
        let mean_mps = f64::midpoint(pair[0].speed_limit_mps, pair[1].speed_limit_mps);
        let time_s = (pair[1].along_m - pair[0].along_m) / mean_mps.max(LEAST_SPEED_MPS);
        let climb_mps = (pair[1].position.z - pair[0].position.z) / time_s;
        sum + stretch(time_s, climb_mps) + stretch(pair[1].hold.seconds(), 0.0)
    })
}
