//! What a type can fly of a path: slopes, corners and speeds, whatever the time and the weather.

use super::Asking;
use super::finding::{FindingKind, Part, RouteFinding};
use crate::aircraft::{AircraftType, Wing};
use crate::traffic::route::check::leg_bounds;
use crate::traffic::route::plan::{FlightPlan, PathPoint};
use crate::traffic::route::profile::{STRAIGHT, VERTICAL_SHARE, corner_radius_m, half_turn_sine, wing_corner_mps};
use crate::units::SimTime;

/// Share of the speed of a route that a slope must leave.
const USEFUL_SHARE: f64 = 0.5;
/// Slowest speed at which a path is flown, m/s.
const LEAST_SPEED_MPS: f64 = 1.0;

/// A limit of a type that a path meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TypeLimit {
    /// Index of the waypoint where the leg begins.
    pub leg: usize,
    /// Where it is worst, m along the path.
    pub along_m: f64,
    /// From where to where, m along the path.
    pub stretch_m: [f64; 2],
    /// Which limit.
    pub kind: FindingKind,
}

impl Asking<'_> {
    pub(super) fn timed(&self, found: &TypeLimit) -> RouteFinding {
        self.finding((found.leg, Part::Leg), found.along_m, found.stretch_m, found.kind)
    }
}

/// The limits of a type that a plan meets: a speed asked for that it does not fly, slopes, corners. One a leg and limit.
pub fn type_limits(
    plan: &FlightPlan,
    aircraft: &AircraftType,
    asked_mps: Option<f64>,
) -> impl Iterator<Item = TypeLimit> {
    let planned_mps = plan.points.iter().map(|point| point.speed_limit_mps).fold(0.0, f64::max);
    let asked_mps = asked_mps.unwrap_or(planned_mps);
    let cruise_mps = asked_mps.min(aircraft.max_airspeed_mps);
    let mut found = speeds(plan, aircraft, asked_mps);
    let bounds = leg_bounds(plan);
    for leg in 0..bounds.len().saturating_sub(1) {
        let points = &plan.points[bounds[leg]..=bounds[leg + 1]];
        let limits = points.windows(2).filter_map(|piece| slope_limit(piece, aircraft, cruise_mps));
        limits.for_each(|limit| note(TypeLimit { leg, ..limit }, &mut found));
    }
    if let Some(wing) = aircraft.wing() {
        let leg_of = |point: usize| bounds.partition_point(|&bound| bound <= point).saturating_sub(1);
        let corners = (1..plan.points.len() - 1).filter_map(|point| sharp_corner(plan, point, wing));
        found.extend(corners.map(|(point, limit)| TypeLimit { leg: leg_of(point), ..limit }));
    }
    found.into_iter()
}

/// Limits of the speed asked for, which hold for the whole route.
fn speeds(plan: &FlightPlan, aircraft: &AircraftType, asked_mps: f64) -> Vec<TypeLimit> {
    let whole = |kind| TypeLimit { leg: 0, along_m: 0.0, stretch_m: [0.0, plan.length_m()], kind };
    let most_mps = aircraft.max_airspeed_mps;
    let too_fast = (asked_mps > most_mps + 1e-9).then(|| whole(FindingKind::TooFast { asked_mps, most_mps }));
    let least_mps = aircraft.wing().map_or(0.0, Wing::least_airspeed_mps);
    let below = FindingKind::BelowWing { gradient: 0.0, speed_mps: asked_mps, least_mps };
    too_fast.into_iter().chain((asked_mps < least_mps).then(|| whole(below))).collect()
}

/// What the slope of a piece leaves of the speed, if that is too little.
fn slope_limit(piece: &[PathPoint], aircraft: &AircraftType, cruise_mps: f64) -> Option<TypeLimit> {
    let run_m = piece[1].along_m - piece[0].along_m;
    let gradient = (piece[1].position.z - piece[0].position.z) / run_m;
    let most_mps = if gradient > 0.0 { aircraft.climb_mps } else { aircraft.descent_mps };
    let planned_mps = f64::midpoint(piece[0].speed_limit_mps, piece[1].speed_limit_mps).max(LEAST_SPEED_MPS);
    let needed_mps = gradient.abs() * planned_mps;
    let speed_mps = VERTICAL_SHARE * most_mps / gradient.abs().max(1e-9);
    let least_mps = aircraft.wing().map(Wing::least_airspeed_mps).filter(|least| *least <= cruise_mps);
    let kind = if needed_mps > most_mps * (1.0 + 1e-9) {
        FindingKind::TooSteep { gradient, needed_mps, most_mps }
    } else if let Some(least_mps) = least_mps.filter(|least| speed_mps < *least) {
        FindingKind::BelowWing { gradient, speed_mps, least_mps }
    } else if speed_mps < USEFUL_SHARE * cruise_mps {
        FindingKind::SlowedBySlope { gradient, speed_mps, cruise_mps }
    } else {
        return None;
    };
    let ends_m = [piece[0].along_m, piece[1].along_m];
    Some(TypeLimit { leg: 0, along_m: ends_m[0], stretch_m: ends_m, kind })
}

/// A corner that a wing cannot turn in.
fn sharp_corner(plan: &FlightPlan, point: usize, wing: &Wing) -> Option<(usize, TypeLimit)> {
    let here = &plan.points[point];
    let sine = half_turn_sine(&plan.points, point);
    if here.hold > SimTime::ZERO || sine <= STRAIGHT || wing_corner_mps(wing, sine).is_some() {
        return None;
    }
    let kind = FindingKind::SharpCorner {
        turn_deg: 2.0 * libm::asin(sine.min(1.0)).to_degrees(),
        radius_m: corner_radius_m(sine),
        least_m: wing.turn_radius_m(wing.least_airspeed_mps()),
    };
    Some((point, TypeLimit { leg: 0, along_m: here.along_m, stretch_m: [here.along_m; 2], kind }))
}

/// Adds a limit to those known: one a leg and kind, the steepest.
fn note(limit: TypeLimit, known: &mut Vec<TypeLimit>) {
    let same = std::mem::discriminant(&limit.kind);
    let mut here = known.iter_mut().rev().take_while(|other| other.leg == limit.leg);
    let is_same = |other: &&mut TypeLimit| std::mem::discriminant(&other.kind) == same;
    let Some(other) = here.find(is_same) else { return known.push(limit) };
    other.stretch_m[1] = other.stretch_m[1].max(limit.stretch_m[1]);
    if steepness(&limit.kind) > steepness(&other.kind) {
        (other.kind, other.along_m) = (limit.kind, limit.along_m);
    }
}

const fn steepness(kind: &FindingKind) -> f64 {
    match kind {
        FindingKind::TooSteep { gradient, .. }
        | FindingKind::SlowedBySlope { gradient, .. }
        | FindingKind::BelowWing { gradient, .. } => gradient.abs(),
        _ => 0.0,
    }
}
