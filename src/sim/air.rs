//! The air of a run: what the weather of the instant is, and what a drone feels of it at its place.

use jiff::civil::Date;

use super::drone::Drone;
use crate::aircraft::{Air, AircraftType};
use crate::scenario::ResolvedScenario;
use crate::units::SimTime;
use crate::world::air::{STANDARD_TEMPERATURE_C, density_kgm3};
use crate::world::geo::{Horizontal, Position, Velocity, solar_date};
use crate::world::weather::{Breach, Conditions, Daylight, Dryden, Limits, STATION_M, Turbulence, Weather, in_frame};

/// The weather of the instant; without weather in the scenario the air is calm, and as warm as the standard at sea level.
pub(super) struct Atmosphere {
    dryden: Option<Dryden>,
    conditions: Conditions,
    day: Option<(Date, Daylight)>,
    is_day: bool,
}

/// What is observed at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Observed {
    conditions: Conditions,
    is_day: bool,
}

/// What a drone feels of the air during a step.
pub(super) struct Felt {
    pub air: Air,
    /// Turbulence, m/s.
    pub turbulence: Velocity,
}

impl Atmosphere {
    pub fn new(scenario: &ResolvedScenario) -> Self {
        let is_rough = scenario.weather.as_ref().is_some_and(|weather| weather.turbulence != Turbulence::None);
        let dryden = is_rough.then(|| Dryden::new(scenario.clock.step));
        let mut new = Self { dryden, conditions: Conditions::STILL, day: None, is_day: true };
        new.observe(scenario, SimTime::ZERO);
        new
    }

    /// Takes in the weather of an instant.
    pub fn observe(&mut self, scenario: &ResolvedScenario, now: SimTime) {
        let Some(weather) = &scenario.weather else { return };
        let at = scenario.clock.timestamp(now);
        self.conditions = weather.conditions(at);
        let place = scenario.projection.centre();
        let date = solar_date(at, place);
        let daylight = match self.day {
            Some((known, daylight)) if known == date => daylight,
            _ => Daylight::on(date, place),
        };
        self.day = Some((date, daylight));
        self.is_day = daylight.holds(at);
    }

    /// What is observed now.
    pub const fn observed(&self) -> Observed {
        Observed { conditions: self.conditions, is_day: self.is_day }
    }

    /// What a drone feels at its place; steps its turbulence.
    pub fn felt(&self, scenario: &ResolvedScenario, drone: &mut Drone, agl_m: f64) -> Felt {
        let position = drone.state.position;
        let Some(weather) = &scenario.weather else {
            return Felt { air: still(&position), turbulence: Velocity::zeros() };
        };
        let mean = self.mean(weather, &position, agl_m);
        let turbulence = self.turbulence(weather, drone, agl_m, mean.wind);
        Felt { air: Air { wind: mean.wind + turbulence.xy(), ..mean }, turbulence }
    }

    /// The air at a position without its turbulence.
    fn mean(&self, weather: &Weather, position: &Position, agl_m: f64) -> Air {
        let wind = weather.field.wind(&position.xy(), agl_m, &self.conditions).mean_mps;
        let temperature_c = weather.temperature_c(position.z, &self.conditions);
        Air { wind, density_kgm3: density_kgm3(position.z, temperature_c) }
    }

    fn turbulence(&self, weather: &Weather, drone: &mut Drone, agl_m: f64, wind: Horizontal) -> Velocity {
        let (Some(dryden), Some(gust)) = (&self.dryden, &mut drone.gust) else { return Velocity::zeros() };
        let Some(w20_mps) = weather.w20_mps(&drone.state.position.xy(), &self.conditions) else {
            return Velocity::zeros();
        };
        let airspeed_mps = drone.state.airspeed_mps(&wind);
        in_frame(&dryden.advance(gust, agl_m, airspeed_mps, w20_mps), wind)
    }

    /// What forbids a type to fly at a position, so high above the ground.
    pub fn breach(
        &self,
        scenario: &ResolvedScenario,
        limits: &Limits,
        position: &Position,
        agl_m: f64,
    ) -> Option<Breach> {
        let weather = scenario.weather.as_ref()?;
        limits.breach(&weather.local(position, agl_m, &self.conditions, self.is_day))
    }

    /// What forbids it to take off from and land on a pad.
    pub fn pad_breach(&self, scenario: &ResolvedScenario, limits: &Limits, pad: &Position) -> Option<Breach> {
        let weather = scenario.weather.as_ref()?;
        limits.pad_breach(&weather.local(pad, STATION_M, &self.conditions, self.is_day))
    }

    /// The air that flights are budgeted for: that of the instant, hills included.
    pub fn budgeted(&self, scenario: &ResolvedScenario) -> impl Fn(&Position) -> Air {
        |at| match &scenario.weather {
            Some(weather) => self.mean(weather, at, scenario.terrain.agl_m(at).unwrap_or(0.0)),
            None => still(at),
        }
    }

    /// Energy of a battery that is put in full at a place, Wh.
    pub fn full_battery_wh(&self, scenario: &ResolvedScenario, aircraft: &AircraftType, at: &Position) -> f64 {
        let temperature_c = scenario
            .weather
            .as_ref()
            .map_or(STANDARD_TEMPERATURE_C, |weather| weather.temperature_c(at.z, &self.conditions));
        aircraft.battery.usable_wh(temperature_c)
    }
}

/// The air without weather.
fn still(at: &Position) -> Air {
    Air { wind: Horizontal::zeros(), density_kgm3: density_kgm3(at.z, STANDARD_TEMPERATURE_C) }
}
