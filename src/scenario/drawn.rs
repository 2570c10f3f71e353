//! Routes of files as they are flown: what QGroundControl and others draw, brought to waypoints and to flight plans.

use std::ops::RangeInclusive;

use crate::aircraft::AircraftType;
use crate::formats::routes::{Role, RouteFile, RouteRecord, WaypointRecord};
use crate::message::{Finding, Findings, Severity, Site, Text};
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::route::{FlightPlan, PlanError, PlanLimits, Waypoint, planned};
use crate::units::{Altitude, SimTime};
use crate::world::geo::{Geographic, LocalProjection};

/// A first or last point of a file within this distance of a hub or a pad is that end, m.
pub const ROUTE_END_M: f64 = 30.0;
/// A landing within this distance of the point before is straight down, m.
const STRAIGHT_DOWN_M: f64 = 1.0;
/// Speeds over ground that a route is flown at, m/s: those of `speed_mps` in the schema.
const SPEEDS_MPS: RangeInclusive<f64> = 1.0..=60.0;
/// The longest way of one route, m: a path point each 10 m.
const LONGEST_M: f64 = 2_000_000.0;

/// A point of a route as it is flown.
#[derive(Clone, Debug, PartialEq)]
pub struct Flown {
    /// Where, WGS84.
    pub place: Geographic,
    /// How high; `None` where the file does not say.
    pub altitude: Option<Altitude>,
    /// Time to stay there, s.
    pub hold_s: f64,
    /// Where it stands in the file.
    pub item: String,
}

/// A route as it is flown.
#[derive(Clone, Debug, Default)]
pub struct FlownPoints {
    /// Its points.
    pub points: Vec<Flown>,
    /// Its speed over ground, m/s; `None` where the file gives none at which a route is flown.
    pub speed_mps: Option<f64>,
    /// What is flown otherwise than the file says.
    pub warnings: Findings,
}

/// A plan of a file, by the name of its route.
#[derive(Clone, Debug)]
pub struct NamedPlan {
    /// The name of the route in the file.
    pub name: String,
    /// Where each waypoint of the plan stands in the file.
    pub items: Vec<String>,
    /// The plan.
    pub plan: FlightPlan,
}

/// The plans of a file, and what is flown otherwise than it says.
#[derive(Clone, Debug, Default)]
pub struct DrawnPlans {
    /// In the order of the file.
    pub plans: Vec<NamedPlan>,
    /// Warnings.
    pub warnings: Findings,
}

/// The flight plans of the routes of a file, flown by a type of aircraft over the terrain of a scenario. The speed is that
/// of the file, or the cruise speed. Points without a height are flown at `usual`.
///
/// # Errors
/// All findings about `name`, the file, if a route cannot be planned: a point without a height and no usual one, a height
/// that cannot be converted, fewer than two places, or a way of more than 2000 km.
pub fn flight_plans(
    scenario: &ResolvedScenario,
    (file, name): (&RouteFile, &str),
    aircraft: &AircraftType,
    usual: Option<Altitude>,
) -> Result<DrawnPlans, Findings> {
    let mut drawn = DrawnPlans::default();
    let mut faults = Findings::default();
    for route in &file.routes {
        let FlownPoints { points, speed_mps, warnings } = flown(route, name);
        drawn.warnings.0.extend(warnings.0);
        match plan_of(scenario, &points, aircraft, (speed_mps, usual)) {
            Ok(plan) => {
                let items = points.into_iter().map(|point| point.item).collect();
                drawn.plans.push(NamedPlan { name: route.name.clone(), items, plan });
            }
            Err(fault) => faults.0.push(fault.finding(route, &points, name)),
        }
    }
    if faults.0.is_empty() { Ok(drawn) } else { Err(faults) }
}

/// Why a route cannot be planned.
enum Fault {
    NoHeight(usize),
    TooLong(f64),
    Plan(PlanError),
}

fn plan_of(
    scenario: &ResolvedScenario,
    points: &[Flown],
    aircraft: &AircraftType,
    (speed_mps, usual): (Option<f64>, Option<Altitude>),
) -> Result<FlightPlan, Fault> {
    let places = points.iter().map(|point| scenario.projection.to_local(point.place));
    let waypoints: Vec<Waypoint> = points
        .iter()
        .zip(places)
        .enumerate()
        .map(|(index, (point, place))| {
            let altitude = point.altitude.or(usual).ok_or(Fault::NoHeight(index))?;
            Ok(Waypoint { place, altitude, hold: SimTime::from_seconds(point.hold_s) })
        })
        .collect::<Result<_, Fault>>()?;
    let length_m: f64 = waypoints.windows(2).map(|leg| (leg[1].place - leg[0].place).norm()).sum();
    if length_m.is_nan() || length_m > LONGEST_M {
        return Err(Fault::TooLong(length_m));
    }
    let airspace = &scenario.airspace;
    let speed_mps = speed_mps.unwrap_or(aircraft.cruise_speed_mps);
    let limits = PlanLimits::between(airspace.clearance_m(), airspace.ceiling_agl_m(), speed_mps);
    planned(&waypoints, &scenario.terrain, aircraft, &limits).map_err(Fault::Plan)
}

impl Fault {
    fn finding(&self, route: &RouteRecord, points: &[Flown], file: &str) -> Finding {
        let item = |index: usize| points.get(index).map_or_else(|| route.key.clone(), |point| point.item.clone());
        let name = &route.name;
        let (key, what, expected, cure) = match self {
            Self::NoHeight(index) => (
                item(*index),
                Text::new(
                    format!("route `{name}`: a point without a height"),
                    format!("航线 `{name}`：航路点没有高度"),
                ),
                Text::new("a height with its datum", "带基准的高度"),
                Text::new("give one: --height 60agl", "请指定：--height 60agl"),
            ),
            Self::TooLong(length_m) => (
                route.key.clone(),
                Text::new(
                    format!("route `{name}` is {:.0} km long", length_m / 1000.0),
                    format!("航线 `{name}` 长 {:.0} 千米", length_m / 1000.0),
                ),
                Text::new(
                    format!("at most {:.0} km", LONGEST_M / 1000.0),
                    format!("不超过 {:.0} 千米", LONGEST_M / 1000.0),
                ),
                Text::new("correct its places, or cut it", "请改正位置，或截短"),
            ),
            Self::Plan(PlanError::TooShort) => (
                route.key.clone(),
                Text::new(format!("the places of route `{name}` coincide"), format!("航线 `{name}` 的各点重合")),
                Text::new("two places that differ", "至少两个不同的位置"),
                Text::new("move a waypoint", "请移动航路点"),
            ),
            Self::Plan(PlanError::Altitude { waypoint, cause }) => (
                item(*waypoint),
                Text::new(
                    format!("route `{name}`: the altitude cannot be converted: {cause}"),
                    format!("航线 `{name}`：高度无法换算：{cause}"),
                ),
                Text::new("a height above ground or above mean sea level", "真高或海拔高"),
                Text::new("give the height in another datum", "请换用其他高度基准"),
            ),
        };
        Finding {
            severity: Severity::Fatal,
            site: Site { file: file.to_owned(), line: None, key },
            what,
            expected,
            cure,
        }
    }
}

/// The points of a route as they are flown, and what that changes: take-off and landing are vertical and belong to the
/// ends, a change of height on the spot is spread over the next leg, one speed of 1 to 60 m/s holds for the whole route.
pub fn flown(route: &RouteRecord, file: &str) -> FlownPoints {
    let mut points: Vec<Flown> = Vec::with_capacity(route.waypoints.len());
    let mut climbs: Vec<&WaypointRecord> = Vec::new();
    for waypoint in &route.waypoints {
        let last = points.last_mut();
        match last {
            Some(last) if waypoint.role() == Role::Land => {
                let altitude = last.altitude;
                last.hold_s += waypoint.hold_s;
                if distance_m(last.place, waypoint.place) > STRAIGHT_DOWN_M {
                    points.push(Flown { altitude, hold_s: 0.0, ..flown_at(waypoint) });
                }
            }
            Some(last) if last.place == waypoint.place => {
                climbs.push(waypoint);
                last.altitude = waypoint.altitude.or(last.altitude);
                last.hold_s += waypoint.hold_s;
            }
            _ => points.push(flown_at(waypoint)),
        }
    }
    let changes = route.waypoints.iter().filter(|waypoint| waypoint.speed_mps.is_some()).collect::<Vec<_>>();
    let mut warnings = Findings::default();
    let mut warn = |(key, line): (&str, usize), [what, expected, cure]: [Text; 3]| {
        let site = Site { file: file.to_owned(), line: Some(line).filter(|line| *line > 0), key: key.to_owned() };
        warnings.0.push(Finding { severity: Severity::Warning, site, what, expected, cure });
    };
    for (all, texts) in [(&climbs, on_the_spot(climbs.len())), (&changes, one_speed(changes.len()))] {
        if let Some(first) = all.first() {
            warn((&first.key, first.line), texts);
        }
    }
    let speed_mps = route.speed_mps.filter(|mps| SPEEDS_MPS.contains(mps));
    if let Some(mps) = route.speed_mps.filter(|_| speed_mps.is_none()) {
        warn((&route.key, 0), no_speed(mps));
    }
    FlownPoints { points, speed_mps, warnings }
}

fn flown_at(waypoint: &WaypointRecord) -> Flown {
    let WaypointRecord { place, altitude, hold_s, key, .. } = waypoint;
    Flown { place: *place, altitude: *altitude, hold_s: *hold_s, item: key.clone() }
}

/// Distance of two places near each other, m.
pub fn distance_m(a: Geographic, b: Geographic) -> f64 {
    LocalProjection::new(a).to_local(b).coords.norm()
}

fn on_the_spot(count: usize) -> [Text; 3] {
    [
        Text::new(
            format!("{count} changes of height on the spot, here first, are flown along the next leg"),
            format!("{count} 处原地变高（首个在此）改为沿下一航段变高"),
        ),
        Text::new("heights that change from point to point", "逐点变化的高度"),
        Text::new("put the points apart where that matters", "若有影响，请将两点错开"),
    ]
}

fn one_speed(count: usize) -> [Text; 3] {
    [
        Text::new(
            format!("{count} changes of speed, here first, are not flown: one speed holds for a route"),
            format!("{count} 处速度变化（首个在此）不执行：每条航线只有一个速度"),
        ),
        Text::new("one speed", "单一速度"),
        Text::new("give the route a `speed_mps` in the scenario", "请在情景中为航线填写 `speed_mps`"),
    ]
}

fn no_speed(mps: f64) -> [Text; 3] {
    let (low, high) = (SPEEDS_MPS.start(), SPEEDS_MPS.end());
    [
        Text::new(
            format!("the speed of {mps} m/s is not flown: the aircraft's cruise speed is"),
            format!("不以 {mps} m/s 的速度飞行，改用机型的巡航速度"),
        ),
        Text::new(format!("a speed of {low} to {high} m/s"), format!("{low} 至 {high} m/s 的速度")),
        Text::new(
            "correct it, or give the route a `speed_mps` in the scenario",
            "请改正，或在情景中为航线填写 `speed_mps`",
        ),
    ]
}
