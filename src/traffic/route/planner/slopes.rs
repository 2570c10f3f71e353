//! What a metre costs at each slope: time by the rates of the type, energy by its power model.

use super::{PlanningRequest, Weights};
use crate::aircraft::AircraftType;
use crate::traffic::route::profile::{LEAST_CORNER_SPEED_MPS, VERTICAL_SHARE};
use crate::world::air::{STANDARD_TEMPERATURE_C, density_kgm3};

/// Slopes of the table in either direction, and how many it has to one.
const STEEPEST: f64 = 3.0;
const PER_UNIT: f64 = 100.0;
const ENTRIES: u16 = 601;

/// Costs by slope, and what bounds them from below.
#[derive(Clone, Debug)]
pub struct Slopes {
    /// Cost of a metre over ground, thousandths of what a second costs.
    cost_ms: Vec<f64>,
    /// Time of a metre over ground, ms.
    time_ms: Vec<f64>,
    /// Of going up and of going down.
    steepest: [f64; 2],
    /// The same for vertical climb and descent.
    upright: [[f64; 2]; 2],
    /// What a metre over ground costs at least, ms.
    least_ms: f64,
}

/// Flying at one slope.
struct Pace {
    speed_mps: f64,
    climb_mps: f64,
}

impl Slopes {
    /// Those of a request, through the air at a height above mean sea level.
    pub fn of(request: &PlanningRequest<'_>, altitude_amsl_m: f64) -> Self {
        let density = density_kgm3(altitude_amsl_m, STANDARD_TEMPERATURE_C);
        let (flier, weights) = (&request.flier, request.weights);
        let watts = |pace: &Pace| flier.power.power(flier.payload_kg, pace.speed_mps, pace.climb_mps, density).total();
        let level_w = watts(&Pace { speed_mps: request.speed_mps, climb_mps: 0.0 });
        let per_ms = |pace: &Pace| rate(&weights, watts(pace) / level_w);
        let slopes = (0..ENTRIES).map(|entry| f64::from(entry) / PER_UNIT - STEEPEST);
        let paces: Vec<Pace> = slopes.map(|slope| pace(flier.aircraft, request.speed_mps, slope)).collect();
        let time_ms: Vec<f64> = paces.iter().map(|pace| 1000.0 / pace.speed_mps).collect();
        let cost_ms: Vec<f64> = paces.iter().zip(&time_ms).map(|(pace, time_ms)| time_ms * per_ms(pace)).collect();
        let upright = [flier.aircraft.climb_mps, -flier.aircraft.descent_mps].map(|climb_mps| {
            let time_ms = 1000.0 / climb_mps.abs();
            [time_ms * per_ms(&Pace { speed_mps: 0.0, climb_mps }), time_ms]
        });
        let steepest = [flier.aircraft.climb_mps, flier.aircraft.descent_mps]
            .map(|rate_mps| (VERTICAL_SHARE * rate_mps / LEAST_CORNER_SPEED_MPS).min(STEEPEST));
        let least_ms = cost_ms.iter().copied().fold(f64::INFINITY, f64::min);
        Self { cost_ms, time_ms, steepest, upright, least_ms }
    }

    /// Cost and time of a metre over ground at a slope, ms; `None` if it is too steep.
    pub fn per_m(&self, slope: f64) -> Option<[f64; 2]> {
        if slope > self.steepest[0] || -slope > self.steepest[1] {
            return None;
        }
        let (entry, share) = entry(slope);
        let between = |values: &[f64]| values[entry] + (values[entry + 1] - values[entry]) * share;
        Some([between(&self.cost_ms), between(&self.time_ms)])
    }

    /// Cost and time of rising or sinking so far without way, ms.
    pub fn upright(&self, rise_m: f64) -> [f64; 2] {
        self.upright[usize::from(rise_m < 0.0)].map(|per_m| per_m * rise_m.abs())
    }

    /// No more than what a way costs that leads so far over ground, ms.
    pub fn bound_ms(&self, distance_m: f64) -> f64 {
        distance_m * self.least_ms
    }
}

/// The entry of the table below a slope, and the share of the way to the next.
fn entry(slope: f64) -> (usize, f64) {
    let at = ((slope + STEEPEST) * PER_UNIT).clamp(0.0, f64::from(ENTRIES - 2));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the table")]
    let entry = at as usize;
    (entry, ((slope + STEEPEST) * PER_UNIT - at.floor()).clamp(0.0, 1.0))
}

/// What a second of flight costs that takes so much of the power of level flight, s.
fn rate(weights: &Weights, power_share: f64) -> f64 {
    weights.time.max(0.01) + weights.energy * power_share
}

/// The speed at a slope: that of the plan, or what climb and descent rates allow.
fn pace(aircraft: &AircraftType, speed_mps: f64, slope: f64) -> Pace {
    let rate_mps = if slope > 0.0 { aircraft.climb_mps } else { aircraft.descent_mps };
    let speed_mps = (VERTICAL_SHARE * rate_mps / slope.abs().max(1e-9)).min(speed_mps).max(LEAST_CORNER_SPEED_MPS);
    Pace { speed_mps, climb_mps: speed_mps * slope }
}
