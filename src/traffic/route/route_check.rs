//! The check of a route as it is flown: leg by leg, at the time the drone is there, by its type, its operator's approvals,
//! its battery and the weather.

mod account;
mod below;
mod conditions;
mod envelope;
mod finding;
mod legs;
mod link;
mod permitted;
mod texts;
mod timetable;
mod turns;

use jiff::Timestamp;

use super::budget::Flier;
use super::check::leg_bounds;
use super::plan::FlightPlan;
use crate::aircraft::Air;
use crate::message::Severity;
use crate::world::air::{STANDARD_TEMPERATURE_C, density_kgm3};
use crate::world::airspace::{Airspace, Surroundings};
use crate::world::coverage::Network;
use crate::world::geo::{Geographic, Horizontal, Position, Rectangle};
use crate::world::weather::{Daylight, LocalConditions, Weather};

pub use account::{Account, NoReturn};
pub use envelope::{TypeLimit, type_limits};
pub use finding::{FindingKind, Margin, Part, Remedy, RouteFinding, Unit};
pub use legs::LegReport;
pub use link::LinkReport;
pub use texts::{Telling, place_words, type_limit_texts};
pub use timetable::{Passing, Timetable};

/// How far around a route what is asked about it may lie, m: the joining at its ends and the circles of a hold.
const AROUND_M: f64 = 400.0;

/// A flight to check.
#[derive(Clone, Copy, Debug)]
pub struct PlannedFlight<'a> {
    /// Its plan.
    pub plan: &'a FlightPlan,
    /// Who flies it, and what it carries.
    pub flier: Flier<'a>,
    /// On whose approvals; nobody's in particular if absent.
    pub operator: Option<&'a str>,
    /// When it leaves the ground.
    pub departs: Timestamp,
    /// Energy in its battery when it leaves, Wh.
    pub battery_wh: f64,
    /// What must be left of that when it is down, Wh.
    pub reserve_wh: f64,
    /// The speed that was asked for, m/s; the plan's own if absent.
    pub asked_mps: Option<f64>,
    /// Stands that it may leave from; none are asked about if there are none.
    pub from_stands: &'a [Position],
    /// Stands that it may land on.
    pub to_stands: &'a [Position],
}

/// Where and in what a flight is flown.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Ground, ceiling and rules.
    pub airspace: &'a Airspace,
    /// The weather; still air, and no limits of weather, if absent.
    pub weather: Option<&'a Weather>,
    /// The link; not asked about if absent.
    pub network: Option<&'a Network>,
    /// Sites to land on in trouble, on the ground.
    pub rallies: &'a [Position],
    /// Where the sun rises and sets for the type's limits.
    pub middle: Geographic,
}

/// A route as it is flown, and what is found about it.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteCheck {
    /// Its legs, in order.
    pub legs: Vec<LegReport>,
    /// When the drone is at each point of the plan.
    pub times: Timetable,
    /// What its battery gives and what is left.
    pub account: Account,
    /// The link along it; `None` without a network.
    pub link: Option<LinkReport>,
    /// What is found, in the order of flying.
    pub findings: Vec<RouteFinding>,
}

impl RouteCheck {
    /// Whether nothing speaks against flying it.
    pub fn is_flyable(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() < Severity::Error)
    }
}

impl Setting<'_> {
    /// The air at a position and an instant, without turbulence.
    pub fn air(&self, at: &Position, when: Timestamp) -> Air {
        let Some(weather) = self.weather else {
            return Air { wind: Horizontal::zeros(), density_kgm3: density_kgm3(at.z, STANDARD_TEMPERATURE_C) };
        };
        let conditions = weather.conditions(when);
        let agl_m = self.airspace.terrain().agl_m(at).unwrap_or(0.0);
        let wind = weather.field.wind(&at.xy(), agl_m, &conditions).mean_mps;
        Air { wind, density_kgm3: density_kgm3(at.z, weather.temperature_c(at.z, &conditions)) }
    }

    /// Temperature at a position and an instant, °C.
    pub fn temperature_c(&self, at: &Position, when: Timestamp) -> f64 {
        let here = |weather: &Weather| weather.temperature_c(at.z, &weather.conditions(when));
        self.weather.map_or(STANDARD_TEMPERATURE_C, here)
    }

    fn local(&self, at: &Position, agl_m: f64, when: Timestamp, daylight: Daylight) -> Option<LocalConditions> {
        let weather = self.weather?;
        Some(weather.local(at, agl_m, &weather.conditions(when), daylight.holds(when)))
    }
}

/// What every question about a flight needs.
struct Asking<'a> {
    flight: &'a PlannedFlight<'a>,
    setting: &'a Setting<'a>,
    times: &'a Timetable,
    /// Index of the path point at each waypoint.
    bounds: Vec<usize>,
    surroundings: Surroundings<'a>,
}

/// Checks a flight: every leg at the time it is flown, within the tolerance of [`Timetable::window_s`].
///
/// # Panics
/// Never: a plan has at least two points.
pub fn check_route(flight: &PlannedFlight<'_>, setting: &Setting<'_>) -> RouteCheck {
    let times = Timetable::of(flight, setting);
    let window = [0.0, times.landing_window_s()[1]].map(|time_s| flight.instant(time_s));
    let places = flight.plan.points.iter().map(|point| point.position.xy());
    let start = flight.plan.start().position.xy();
    let area = Rectangle::around(places).unwrap_or(Rectangle { low: start, high: start }).grown(AROUND_M);
    let surroundings = setting.airspace.surroundings(area, window);
    let asking = Asking { flight, setting, times: &times, bounds: leg_bounds(flight.plan), surroundings };
    let account = asking.account();
    let link = asking.link();
    let mut findings = asking.permission();
    findings.extend(asking.turns());
    findings
        .extend(type_limits(flight.plan, flight.flier.aircraft, flight.asked_mps).map(|found| asking.timed(&found)));
    findings.extend(asking.reserve(&account));
    findings.extend(asking.weather());
    findings.extend(asking.wind());
    findings.extend(link.iter().flat_map(|(_, findings)| findings).copied());
    findings.extend(asking.below());
    findings.sort_by(|x, y| x.along_m.total_cmp(&y.along_m));
    let legs = asking.legs();
    RouteCheck { legs, account, link: link.map(|(report, _)| report), findings, times }
}

impl Asking<'_> {
    /// The leg that begins at or before a point of the path and leads on.
    fn leg_of(&self, point: usize) -> usize {
        let last = self.bounds.len().saturating_sub(2);
        self.bounds.partition_point(|&bound| bound <= point).saturating_sub(1).min(last)
    }

    /// When the drone is at a distance along the route, s after it left the ground; on its way on from a hold.
    fn time_s(&self, along_m: f64) -> f64 {
        let points = &self.flight.plan.points;
        let next = points.partition_point(|point| point.along_m <= along_m).clamp(1, points.len() - 1);
        let (a, b) = (&points[next - 1], &points[next]);
        let share = ((along_m - a.along_m) / (b.along_m - a.along_m)).clamp(0.0, 1.0);
        let (from, to) = (self.times.passings[next - 1].leaves_s, self.times.passings[next].arrives_s);
        from + (to - from) * share
    }

    /// A finding about a leg that is worst at one place and holds along a stretch.
    fn finding(
        &self,
        (leg, part): (usize, Part),
        along_m: f64,
        stretch_m: [f64; 2],
        kind: FindingKind,
    ) -> RouteFinding {
        let points = &self.flight.plan.points;
        let start_m = points[self.bounds[leg]].along_m;
        let before = points.partition_point(|point| point.along_m < along_m).saturating_sub(1);
        RouteFinding {
            leg,
            part,
            along_m,
            along_leg_m: along_m - start_m,
            stretch_m,
            position: self.flight.plan.position_at(along_m, before),
            at: self.flight.instant(self.time_s(along_m)),
            kind,
        }
    }
}

#[cfg(test)]
mod tests;
