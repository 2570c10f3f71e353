//! What the types of the missions certainly cannot fly of their routes, whatever the time and the weather.

use std::collections::BTreeSet;

use crate::message::Severity;
use crate::mission::{Mission, Task};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::route::{FindingKind, FlightPlan, type_limit_texts, type_limits};

/// Adds an error where a route climbs or sinks faster than the type that flies it, a warning where more speed is asked for
/// than it has. What a slope leaves of the speed is a matter of the route's own check.
pub fn check_type_limits(resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let mut told = BTreeSet::new();
    for mission in &resolved.missions {
        let Some(route) = mission.route() else { continue };
        if !told.insert((route, mission.fleet)) {
            continue;
        }
        let aircraft = &resolved.fleets[mission.fleet.index()].aircraft;
        let (index, asked_mps) = (route.index(), resolved.route(route).speed_mps);
        for plan in plans(mission) {
            let last = plan.waypoints.len() - 1;
            for limit in type_limits(plan, aircraft, asked_mps) {
                let (severity, key) = match limit.kind {
                    FindingKind::TooSteep { .. } => (Severity::Error, format!("route[{index}]")),
                    FindingKind::TooFast { .. } => (Severity::Warning, format!("route[{index}].speed_mps")),
                    _ => continue,
                };
                reporter.add(severity, &key, type_limit_texts(&limit, last));
            }
        }
    }
}

fn plans(mission: &Mission) -> Vec<&FlightPlan> {
    match &mission.task {
        Task::Deliver { out, back, .. } => vec![out, back],
        Task::Round { circuit, .. } => vec![circuit],
        Task::Traffic(_) => Vec::new(),
    }
}
