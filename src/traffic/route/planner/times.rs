//! The exact question about a plan: may each piece of its path be flown when the flight comes by.

use jiff::Timestamp;

use super::PlanningRequest;
use crate::traffic::route::check::{check_departure, check_landing};
use crate::traffic::route::plan::FlightPlan;
use crate::units::SimTime;
use crate::world::airspace::{Denial, Occasion};
use crate::world::geo::Position;

/// Slowest speed assumed along a path, m/s.
const LEAST_SPEED_MPS: f64 = 1.0;
/// By how much a flight is taken to come later than it is planned, as a share and in all, s.
const LATE_SHARE: f64 = 1.05;
const LATE_S: f64 = 10.0;

/// Where a plan breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breach {
    /// Distance along the path, m.
    pub along_m: f64,
    /// Where the piece of the path begins.
    pub position: Position,
    /// The rule.
    pub denial: Denial,
}

/// When the flight passes each point of its path in still air, s after it has taken off, and when it has landed.
pub fn passing_s(plan: &FlightPlan, request: &PlanningRequest<'_>) -> (Vec<f64>, f64) {
    let aircraft = request.flier.aircraft;
    let [foot, pad] = request.ends;
    let mut passing = vec![(plan.start().position.z - foot.z).max(0.0) / aircraft.climb_mps];
    for pair in plan.points.windows(2) {
        let speed_mps = f64::midpoint(pair[0].speed_limit_mps, pair[1].speed_limit_mps).max(LEAST_SPEED_MPS);
        let before_s = passing[passing.len() - 1];
        passing.push(before_s + (pair[1].along_m - pair[0].along_m) / speed_mps + pair[1].hold.seconds());
    }
    let down_s = (plan.end().position.z - pad.z).max(0.0) / aircraft.descent_mps;
    let landed_s = passing[passing.len() - 1] + down_s;
    (passing, landed_s)
}

/// The first piece of a plan that may not be flown when the flight comes by, take-off and landing included: the permission
/// question for everything between the planned time and a late one.
pub fn breach(plan: &FlightPlan, request: &PlanningRequest<'_>) -> Option<Breach> {
    let (passing, landed_s) = passing_s(plan, request);
    let occasion = |from_s: f64, to_s: f64| Occasion {
        operator: request.operator,
        from: after(request.depart, from_s),
        to: after(request.depart, to_s * LATE_SHARE + LATE_S),
    };
    let ends = [plan.start(), plan.end()];
    let at_end = |index: usize, denial| Breach { along_m: ends[index].along_m, position: ends[index].position, denial };
    let last_s = passing[passing.len() - 1];
    let leaves = || {
        check_departure(plan, &request.ends[0], request.airspace, &occasion(0.0, passing[0]))
            .map(|denial| at_end(0, denial))
    };
    let lands = || {
        let occasion = occasion(last_s, landed_s);
        check_landing(plan, &request.ends[1], request.airspace, &occasion).map(|denial| at_end(1, denial))
    };
    let mut pieces = plan.points.windows(2).zip(passing.windows(2));
    let on_the_way = || {
        pieces.find_map(|(piece, times)| {
            let (a, b) = (&piece[0], &piece[1]);
            let denial = request.airspace.denial(&a.position, &b.position, &occasion(times[0], times[1]))?;
            Some(Breach { along_m: a.along_m, position: a.position, denial })
        })
    };
    leaves().or_else(on_the_way).or_else(lands)
}

/// An instant so many seconds after another.
pub fn after(instant: Timestamp, seconds: f64) -> Timestamp {
    SimTime::from_seconds(seconds).after(instant)
}
