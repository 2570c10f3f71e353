//! The plain baseline: a straight line at one height.

use super::doors::ends_apart;
use super::lattice::Lattice;
use super::times::{after, breach, passing_s};
use super::{Alternative, Figures, Merit, NoWay, Planner, PlanningRequest};
use crate::traffic::route::check::check_plan;
use crate::traffic::route::plan::{FlightPlan, Waypoint};
use crate::traffic::route::profile::{PlanError, planned};
use crate::units::{Altitude, SimTime};
use crate::world::airspace::{Denial, Occasion};

/// A straight line at the lowest height at which it may be flown.
#[derive(Clone, Copy, Debug, Default)]
pub struct StraightPlanner;

impl Planner for StraightPlanner {
    fn plan(&self, request: &PlanningRequest<'_>) -> Result<Vec<Alternative>, NoWay> {
        ends_apart(request)?;
        for height_agl_m in Lattice::of(request).heights_agl_m() {
            let plan = straight(request, *height_agl_m)?;
            if breach(&plan, request).is_none() {
                let figures = Figures::of(&plan, request);
                let cost_s = figures.time_s;
                let route = Alternative { merits: vec![Merit::Cheapest], plan, cost_s, figures, resolution_m: 0.0 };
                return match request.battery {
                    Some(battery) if figures.there_and_back_wh > battery.plannable_wh => Err(NoWay::Battery {
                        needed_wh: figures.there_and_back_wh,
                        plannable_wh: battery.plannable_wh,
                        best: Box::new(route),
                    }),
                    _ => Ok(vec![route]),
                };
            }
        }
        Err(NoWay::Closed { met: met_straight(request) })
    }
}

fn straight(request: &PlanningRequest<'_>, height_agl_m: f64) -> Result<FlightPlan, NoWay> {
    let ends = request.ends.map(|end| Waypoint {
        place: end.xy(),
        altitude: Altitude::agl(height_agl_m),
        hold: SimTime::ZERO,
    });
    let lattice = Lattice::of(request);
    planned(&ends, request.airspace.terrain(), request.flier.aircraft, lattice.limits()).map_err(|error| match error {
        PlanError::TooShort => NoWay::SamePlace,
        error @ PlanError::Altitude { .. } => NoWay::Plan(error),
    })
}

/// What denies the straight line between the ends, each rule once: at the height at which fewest do.
pub fn met_straight(request: &PlanningRequest<'_>) -> Vec<Denial> {
    let lattice = Lattice::of(request);
    let each = lattice.heights_agl_m().iter().filter_map(|height_m| {
        let plan = straight(request, *height_m).ok()?;
        Some(met(&plan, request))
    });
    each.min_by_key(Vec::len).unwrap_or_default()
}

/// What denies a plan during its flight, each rule once.
pub fn met(plan: &FlightPlan, request: &PlanningRequest<'_>) -> Vec<Denial> {
    let (_, landed_s) = passing_s(plan, request);
    let occasion = Occasion { operator: request.operator, from: request.depart, to: after(request.depart, landed_s) };
    let mut met: Vec<Denial> = Vec::new();
    let pieces = plan.points.windows(2);
    let denials = pieces.filter_map(|piece| request.airspace.denial(&piece[0].position, &piece[1].position, &occasion));
    for denial in denials.chain(check_plan(plan, request.airspace, &occasion).into_iter().map(|fault| fault.denial)) {
        if !met.iter().any(|known| known.is_by_the_rule_of(&denial)) {
            met.push(denial);
        }
    }
    met
}
