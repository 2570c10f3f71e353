//! Checking a plan: every leg asks the permission question, not only its waypoints.

use super::plan::FlightPlan;
use crate::world::airspace::{Airspace, Denial, Occasion};
use crate::world::geo::Position;

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

/// Every leg of `plan` that may not be flown, at most one fault per waypoint and leg. A waypoint that is itself denied
/// hides the faults of its legs by the same rule, so that one mistake is told once.
pub fn check_plan(plan: &FlightPlan, airspace: &Airspace, occasion: &Occasion<'_>) -> Vec<PlanFault> {
    let legs = leg_bounds(plan);
    let mut faults: Vec<PlanFault> = Vec::new();
    for (waypoint, bound) in legs.iter().enumerate() {
        // The height that was asked for, not the one that smoothing made of it.
        let asked = &plan.waypoints[waypoint];
        let height = airspace.terrain().amsl_m(&asked.place, asked.altitude);
        let position = height.map_or(plan.points[*bound].position, |z| Position::new(asked.place.x, asked.place.y, z));
        if let Some(denial) = airspace.denial(&position, &position, occasion) {
            faults.push(PlanFault { waypoint, at_waypoint: true, denial });
        }
    }
    let denied_ends: Vec<(usize, std::mem::Discriminant<Denial>)> =
        faults.iter().map(|fault| (fault.waypoint, std::mem::discriminant(&fault.denial))).collect();
    for (leg, bounds) in legs.windows(2).enumerate() {
        let pieces = plan.points[bounds[0]..=bounds[1]].windows(2);
        // The worst, and of equals the first that is met: `max_by` keeps the last.
        let worst = pieces
            .rev()
            .filter_map(|piece| airspace.denial(&piece[0].position, &piece[1].position, occasion))
            .filter(|denial| {
                let rule = std::mem::discriminant(denial);
                !denied_ends.iter().any(|&(end, end_rule)| (end == leg || end == leg + 1) && end_rule == rule)
            })
            .max_by(|x, y| gravity(x).total_cmp(&gravity(y)));
        faults.extend(worst.map(|denial| PlanFault { waypoint: leg, at_waypoint: false, denial }));
    }
    faults
}

/// By which rule a drone is denied the way from its stand to the path of `plan`: the column over the stand and, because
/// it may join the path anywhere near, the ways from there to the start of the path and to the end of the joining.
pub fn check_departure(
    plan: &FlightPlan,
    stand: &Position,
    airspace: &Airspace,
    occasion: &Occasion<'_>,
) -> Option<Denial> {
    let start = plan.start().position;
    let over = Position::new(stand.x, stand.y, start.z);
    let joined = plan.position_at((over - start).norm() + JOINING_M, 0);
    airspace
        .column_denial(stand, &over, occasion)
        .or_else(|| airspace.denial(&over, &start, occasion))
        .or_else(|| airspace.denial(&over, &joined, occasion))
}

/// By which rule a drone is denied the way from the end of `plan` to a stand: over to it, then straight down.
pub fn check_landing(
    plan: &FlightPlan,
    stand: &Position,
    airspace: &Airspace,
    occasion: &Occasion<'_>,
) -> Option<Denial> {
    let end = plan.end().position;
    let over = Position::new(stand.x, stand.y, end.z);
    airspace.denial(&end, &over, occasion).or_else(|| airspace.column_denial(stand, &over, occasion))
}

/// Metres by which a rule is broken, to choose the worst place of a leg.
fn gravity(denial: &Denial) -> f64 {
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
fn leg_bounds(plan: &FlightPlan) -> Vec<usize> {
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
