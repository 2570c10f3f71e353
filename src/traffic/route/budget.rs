//! What a plan costs: flying time and energy along it, standing over its ends included.

use super::plan::{FlightPlan, PathPoint};
use crate::aircraft::{Air, AircraftType, Power, PowerModel, Wing, held};
use crate::units::SimTime;
use crate::world::air::{STANDARD_DENSITY_KGM3, density_kgm3};
use crate::world::geo::{Horizontal, Position};
use crate::world::terrain::Terrain;

/// Slowest speed assumed along a path, m/s: braking to a stand takes time, not eternity.
const LEAST_SPEED_MPS: f64 = 1.0;
/// By how much a flight is taken to exceed the time of its budget, as a share and at each halt, s. The shipped scenes do by
/// 3 to 9 s at each end and stop.
const LATE_SHARE: f64 = 1.05;
const LATE_AT_HALT_S: f64 = 10.0;

/// Air that is the same everywhere but for its density, which falls with height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UniformAir {
    /// Velocity of the air over ground, m/s.
    pub wind: Horizontal,
    /// Temperature, °C.
    pub temperature_c: f64,
}

impl UniformAir {
    /// No wind, at a temperature.
    pub fn calm(temperature_c: f64) -> Self {
        Self { wind: Horizontal::zeros(), temperature_c }
    }

    /// The air at a position.
    pub fn air(&self, at: &Position) -> Air {
        Air { wind: self.wind, density_kgm3: density_kgm3(at.z, self.temperature_c) }
    }
}

/// Who flies a plan.
#[derive(Clone, Copy, Debug)]
pub struct Flier<'a> {
    /// Its type.
    pub aircraft: &'a AircraftType,
    /// What flying costs it.
    pub power: &'a PowerModel,
    /// What it carries, kg.
    pub payload_kg: f64,
}

/// Time and energy of one flight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budget {
    /// From lifting off to touching down, s.
    pub time_s: f64,
    /// Electric energy by component, Wh.
    pub energy_wh: Power,
}

impl std::ops::Add for Budget {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { time_s: self.time_s + other.time_s, energy_wh: self.energy_wh + other.energy_wh }
    }
}

/// The wind does not let a plan be flown: how far along it, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldBack {
    /// Distance along the plan where it makes no way, m.
    pub along_m: f64,
}

/// A part of a flight at one velocity over ground.
pub(super) struct Stretch {
    /// How long it takes, s.
    pub time_s: f64,
    /// Velocity over ground, m/s.
    pub velocity: Horizontal,
    /// Rate of climb, m/s.
    pub climb_mps: f64,
    air: Air,
}

/// The longest that flying along `points` of a plan, from ground to ground, is taken to last in still air, s.
pub fn longest_s(points: &[PathPoint], terrain: &Terrain, aircraft: &AircraftType) -> f64 {
    let stops = points.iter().filter(|point| point.hold > SimTime::ZERO);
    let halts = stops.fold(2.0, |count, _| count + 1.0);
    latest_s(flight_time_s(points, terrain, aircraft), halts)
}

/// The latest that what is planned after a time and some halts is taken to be, s.
pub(super) fn latest_s(time_s: f64, halts: f64) -> f64 {
    time_s * LATE_SHARE + halts * LATE_AT_HALT_S
}

/// The time of flying along `points` from ground to ground at the planned speeds in still air, s.
fn flight_time_s(points: &[PathPoint], terrain: &Terrain, aircraft: &AircraftType) -> f64 {
    let still = |_: &Position| Air { wind: Horizontal::zeros(), density_kgm3: STANDARD_DENSITY_KGM3 };
    stretches(points, terrain, aircraft, &still).map(|stretch| stretch.map_or(0.0, |stretch| stretch.time_s)).sum()
}

/// The budget of flying `plan` from ground to ground at the planned speeds as far as the wind lets it, through the `air` at
/// each position.
///
/// # Errors
/// If somewhere the wind is stronger than the aircraft.
pub fn budget(
    plan: &FlightPlan,
    terrain: &Terrain,
    flier: &Flier<'_>,
    air: &impl Fn(&Position) -> Air,
) -> Result<Budget, HeldBack> {
    stretches(&plan.points, terrain, flier.aircraft, air)
        .try_fold(Budget::default(), |sum, stretch| Ok(sum + cost(&stretch?, flier)))
}

/// The energy of flying on from each point of `plan` to its end and down to the ground, holds included, Wh.
///
/// # Errors
/// If somewhere the wind is stronger than the aircraft.
pub fn energy_ahead_wh(
    plan: &FlightPlan,
    terrain: &Terrain,
    flier: &Flier<'_>,
    air: &impl Fn(&Position) -> Air,
) -> Result<Vec<f64>, HeldBack> {
    let aircraft = flier.aircraft;
    let wh = |stretch: &Stretch| cost(stretch, flier).energy_wh.total();
    let mut ahead = vec![wh(&upright(&plan.end().position, -aircraft.descent_mps, terrain, air))];
    for pair in plan.points.windows(2).rev() {
        let hold = hold_at(&pair[1], aircraft, air).map_or(0.0, |hold| wh(&hold));
        ahead.push(ahead[ahead.len() - 1] + hold + wh(&piece(pair, aircraft, air)?));
    }
    ahead.reverse();
    Ok(ahead)
}

/// The budget of hovering at a position, as over a stand with a winch.
pub fn hover_budget(at: &Position, time: SimTime, flier: &Flier<'_>, air: &impl Fn(&Position) -> Air) -> Budget {
    cost(&Stretch { time_s: time.seconds(), velocity: Horizontal::zeros(), climb_mps: 0.0, air: air(at) }, flier)
}

pub(super) fn cost(stretch: &Stretch, flier: &Flier<'_>) -> Budget {
    let airspeed_mps = (stretch.velocity - stretch.air.wind).norm();
    let power = flier.power.power(flier.payload_kg, airspeed_mps, stretch.climb_mps, stretch.air.density_kgm3);
    Budget { time_s: stretch.time_s, energy_wh: power * (stretch.time_s / 3600.0) }
}

/// Up from the ground, along the points with their holds, down to the ground.
fn stretches<'a>(
    points: &'a [PathPoint],
    terrain: &'a Terrain,
    aircraft: &'a AircraftType,
    air: &'a impl Fn(&Position) -> Air,
) -> impl Iterator<Item = Result<Stretch, HeldBack>> {
    let [up, down] = [(points.first(), aircraft.climb_mps), (points.last(), -aircraft.descent_mps)]
        .map(|(end, rate_mps)| end.map(|end| Ok(upright(&end.position, rate_mps, terrain, air))));
    let path = points.windows(2).flat_map(move |pair| {
        std::iter::once(piece(pair, aircraft, air)).chain(hold_at(&pair[1], aircraft, air).map(Ok))
    });
    up.into_iter().chain(path).chain(down)
}

/// Straight between the ground and a position at a rate, through the air half way.
pub(super) fn upright(
    position: &Position,
    rate_mps: f64,
    terrain: &Terrain,
    air: &impl Fn(&Position) -> Air,
) -> Stretch {
    let height_m = terrain.agl_m(position).unwrap_or(0.0).max(0.0);
    let half_way = Position::new(position.x, position.y, position.z - 0.5 * height_m);
    let time_s = height_m / rate_mps.abs();
    Stretch { time_s, velocity: Horizontal::zeros(), climb_mps: rate_mps, air: air(&half_way) }
}

/// The hold at a point, if there is one.
pub(super) fn hold_at(point: &PathPoint, aircraft: &AircraftType, air: &impl Fn(&Position) -> Air) -> Option<Stretch> {
    (point.hold > SimTime::ZERO).then(|| {
        let air = air(&point.position);
        Stretch { time_s: point.hold.seconds(), velocity: hold_velocity(aircraft, &air.wind), climb_mps: 0.0, air }
    })
}

/// How a type holds over a place: it hovers, or on a wing it circles at its cruise speed through the air.
fn hold_velocity(aircraft: &AircraftType, wind: &Horizontal) -> Horizontal {
    aircraft.wing().map_or_else(Horizontal::zeros, |_| wind + Horizontal::new(aircraft.cruise_speed_mps, 0.0))
}

/// From one point of the path to the next, at the mean of their speeds or what the wind half way makes of it.
pub(super) fn piece(
    pair: &[PathPoint],
    aircraft: &AircraftType,
    air: &impl Fn(&Position) -> Air,
) -> Result<Stretch, HeldBack> {
    let (a, b) = (&pair[0], &pair[1]);
    let air = air(&(a.position + 0.5 * (b.position - a.position)));
    let mean_mps = f64::midpoint(a.speed_limit_mps, b.speed_limit_mps).max(LEAST_SPEED_MPS);
    let track = (b.position - a.position).xy().normalize();
    let length_m = b.along_m - a.along_m;
    let least = aircraft.wing().map_or(0.0, Wing::least_airspeed_mps);
    let least = if mean_mps >= least { least } else { 0.0 };
    let velocity = held(track * mean_mps, &air.wind, (least, aircraft.max_airspeed_mps));
    let ground_mps = velocity.dot(&track);
    let strays = (velocity - track * ground_mps).norm() > 1e-6;
    if strays || ground_mps < LEAST_SPEED_MPS - 1e-9 {
        return Err(HeldBack { along_m: a.along_m });
    }
    let time_s = length_m / ground_mps;
    let climb_mps = (b.position.z - a.position.z) / time_s;
    Ok(Stretch { time_s, velocity, climb_mps, air })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aircraft::{EnergyModel, catalogue};
    use crate::traffic::route::{PlanLimits, Waypoint, planned};
    use crate::units::Altitude;
    use crate::world::geo::Place;
    use crate::world::terrain::HeightField;

    fn flat() -> Terrain {
        let field = HeightField::sampled(Place::new(-5000.0, -5000.0), 50.0, [201, 201], |_| 0.0);
        Terrain::new(field, None, true, "test")
    }

    fn straight(aircraft: &AircraftType, terrain: &Terrain) -> FlightPlan {
        let at = |x: f64| Waypoint { place: Place::new(x, 0.0), altitude: Altitude::agl(60.0), hold: SimTime::ZERO };
        let limits = PlanLimits { speed_mps: 15.0, band_agl_m: (20.0, 110.0) };
        planned(&[at(-4000.0), at(4000.0)], terrain, aircraft, &limits).unwrap()
    }

    /// Long and level, a flight costs the power of its airspeed over its time: 15 m/s over ground in 8 m/s ahead are 23 m/s
    /// through the air, in 8 m/s behind 7 m/s; 10 m/s ahead leave 13 m/s of ground speed; 24 m/s let nobody pass.
    #[test]
    fn the_wind_comes_in_through_the_airspeed() {
        let aircraft = &catalogue()[0];
        let (terrain, power) = (flat(), PowerModel::new(EnergyModel::Momentum, aircraft));
        let plan = straight(aircraft, &terrain);
        let flier = Flier { aircraft, power: &power, payload_kg: 1.0 };
        let wind = |speed: f64| {
            let everywhere = UniformAir { wind: Horizontal::new(speed, 0.0), temperature_c: 15.0 };
            move |at: &Position| everywhere.air(at)
        };
        let density = density_kgm3(60.0, 15.0);
        for (wind_mps, ground, air) in [(0.0, 15.0, 15.0), (-8.0, 15.0, 23.0), (8.0, 15.0, 7.0), (-10.0, 13.0, 23.0)] {
            let found = budget(&plan, &terrain, &flier, &wind(wind_mps)).unwrap();
            let expected_s = 8000.0 / ground;
            let expected_wh = power.power(1.0, air, 0.0, density).total() * expected_s / 3600.0;
            let extra_s = found.time_s - expected_s;
            assert!((25.0..60.0).contains(&extra_s), "{wind_mps}: {extra_s} s to rise, brake and sink");
            let extra_w = (found.energy_wh.total() - expected_wh) * 3600.0 / extra_s;
            assert!((500.0..1500.0).contains(&extra_w), "{wind_mps}: {extra_w} W meanwhile");
        }
        // What is ahead from the start is all but the climb, and falls to what the descent costs.
        let ahead_wh = energy_ahead_wh(&plan, &terrain, &flier, &wind(-8.0)).unwrap();
        let climb_wh = power.power(1.0, 8.0, aircraft.climb_mps, density_kgm3(30.0, 15.0)).total()
            * (60.0 / aircraft.climb_mps)
            / 3600.0;
        let all_wh = budget(&plan, &terrain, &flier, &wind(-8.0)).unwrap().energy_wh.total();
        assert!((ahead_wh[0] + climb_wh - all_wh).abs() < 1e-9 && ahead_wh.len() == plan.points.len());
        assert!(ahead_wh.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(energy_ahead_wh(&plan, &terrain, &flier, &wind(-24.0)).is_err());
        assert!(budget(&plan, &terrain, &flier, &wind(-24.0)).is_err());
        assert!(
            (flight_time_s(&plan.points, &terrain, aircraft)
                - budget(&plan, &terrain, &flier, &wind(0.0)).unwrap().time_s)
                .abs()
                < 1e-9
        );
    }
}
