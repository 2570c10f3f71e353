//! Checking a plan: every leg asks the permission question, not only its waypoints.

use super::plan::FlightPlan;
use crate::world::airspace::{Airspace, Denial, Occasion, Permission};
use crate::world::geo::Position;
use crate::world::terrain::Terrain;

/// How far along the path, beyond the distance of its stand, a drone has joined it, m: its aim runs a second ahead.
pub const JOINING_M: f64 = 20.0;

/// What is wrong with a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanFault {
    /// Index of the waypoint where the leg begins, or of the waypoint itself.
    pub waypoint: usize,
    /// Whether the fault is at that waypoint, not somewhere along the leg to the next.
    pub at_waypoint: bool,
    /// The rule.
    pub denial: Denial,
}

/// A part of a plan that the permission question is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Index of the waypoint where the leg begins, or of the waypoint itself.
    pub waypoint: usize,
    /// Whether it is that waypoint, not a piece of the leg to the next.
    pub at_waypoint: bool,
    /// Index of the path point where it begins.
    pub point: usize,
    /// Where it begins.
    pub from: Position,
    /// Where it ends.
    pub to: Position,
}

/// Everything that is asked about a plan: first each waypoint at the height that was asked for, not at the one that
/// smoothing made of it, then each piece of each leg, in order.
pub(super) fn asked<'a>(plan: &'a FlightPlan, terrain: &'a Terrain) -> impl Iterator<Item = Asked> + 'a {
    let bounds = leg_bounds(plan);
    let at_waypoint = |(waypoint, &point): (usize, &usize)| {
        let asked = &plan.waypoints[waypoint];
        let height = terrain.amsl_m(&asked.place, asked.altitude);
        let position = height.map_or(plan.points[point].position, |z| Position::new(asked.place.x, asked.place.y, z));
        Asked { waypoint, at_waypoint: true, point, from: position, to: position }
    };
    let waypoints: Vec<Asked> = bounds.iter().enumerate().map(at_waypoint).collect();
    let ranges = (0..bounds.len().saturating_sub(1)).map(move |leg| (leg, bounds[leg], bounds[leg + 1]));
    let pieces = ranges.flat_map(move |(waypoint, begin, end)| {
        (begin..end).map(move |point| {
            let [from, to] = [point, point + 1].map(|index| plan.points[index].position);
            Asked { waypoint, at_waypoint: false, point, from, to }
        })
    });
    waypoints.into_iter().chain(pieces)
}

/// Every leg of `plan` that may not be flown, at most one fault per waypoint and leg. A waypoint that is itself denied
/// hides the faults of its legs by the same rule, so that one mistake is told once.
pub fn check_plan(plan: &FlightPlan, airspace: &Airspace, occasion: &Occasion<'_>) -> Vec<PlanFault> {
    let denied = asked(plan, airspace.terrain()).filter_map(|part| {
        let denial = airspace.denial(&part.from, &part.to, occasion)?;
        Some(PlanFault { waypoint: part.waypoint, at_waypoint: part.at_waypoint, denial })
    });
    let (mut faults, along): (Vec<PlanFault>, Vec<PlanFault>) = denied.partition(|fault| fault.at_waypoint);
    let denied_ends: Vec<(usize, std::mem::Discriminant<Denial>)> =
        faults.iter().map(|fault| (fault.waypoint, std::mem::discriminant(&fault.denial))).collect();
    for leg in along.chunk_by(|a, b| a.waypoint == b.waypoint) {
        let is_new = |fault: &&PlanFault| {
            let rule = std::mem::discriminant(&fault.denial);
            let is_end = |end: usize| end == fault.waypoint || end == fault.waypoint + 1;
            !denied_ends.iter().any(|&(end, end_rule)| is_end(end) && end_rule == rule)
        };
        // The worst, and of equals the first that is met: `max_by` keeps the last.
        let worst = leg.iter().rev().filter(is_new);
        faults.extend(worst.max_by(|x, y| gravity(&x.denial).total_cmp(&gravity(&y.denial))));
    }
    faults
}

/// By which rule a drone is denied the way from its stand to the path of `plan`: the column over the stand and, because
/// it may join the path anywhere near, the ways from there to the start of the path and to the end of the joining.
pub fn check_departure(
    plan: &FlightPlan,
    stand: &Position,
    air: &impl Permission,
    occasion: &Occasion<'_>,
) -> Option<Denial> {
    let [[stand, over], to_start, to_path] = departure(plan, stand);
    air.column_denial(&stand, &over, occasion)
        .or_else(|| air.denial(&to_start[0], &to_start[1], occasion))
        .or_else(|| air.denial(&to_path[0], &to_path[1], occasion))
}

/// The ways from a stand to the path: straight up, to its start, to where it is joined at the latest.
pub(super) fn departure(plan: &FlightPlan, stand: &Position) -> [[Position; 2]; 3] {
    let start = plan.start().position;
    let over = Position::new(stand.x, stand.y, start.z);
    let joined = plan.position_at((over - start).norm() + JOINING_M, 0);
    [[*stand, over], [over, start], [over, joined]]
}

/// The ways from the path to a stand: straight down, before that over to it; the last is no more than that.
pub(super) fn landing(plan: &FlightPlan, stand: &Position) -> [[Position; 2]; 3] {
    let end = plan.end().position;
    let over = Position::new(stand.x, stand.y, end.z);
    [[*stand, over], [end, over], [end, over]]
}

/// By which rule a drone is denied the way from the end of `plan` to a stand: over to it, then straight down.
pub fn check_landing(
    plan: &FlightPlan,
    stand: &Position,
    air: &impl Permission,
    occasion: &Occasion<'_>,
) -> Option<Denial> {
    let [[stand, over], [end, _], _] = landing(plan, stand);
    air.denial(&end, &over, occasion).or_else(|| air.column_denial(&stand, &over, occasion))
}

/// Metres by which a rule is broken, to choose the worst place of a leg.
pub(super) fn gravity(denial: &Denial) -> f64 {
    match denial {
        Denial::OutsideArea(_) => 1e9,
        Denial::UnderGround(sample) => 1e6 - sample.agl_m,
        Denial::Obstacle { height_m, .. } => 1e5 + height_m,
        Denial::Prohibited { .. } => 1e4,
        Denial::NotApproved { .. } => 1e3,
        Denial::AboveCeiling(sample) => sample.agl_m,
        Denial::TooLow(sample) => -sample.agl_m,
    }
}

/// Index of the path point at each waypoint.
pub(super) fn leg_bounds(plan: &FlightPlan) -> Vec<usize> {
    let mut from = 0;
    plan.waypoints
        .iter()
        .map(|waypoint| {
            let found = (from..plan.points.len())
                .find(|&index| (plan.points[index].position.xy() - waypoint.place).norm() < 1e-3)
                .unwrap_or(from);
            from = found;
            found
        })
        .collect()
}
