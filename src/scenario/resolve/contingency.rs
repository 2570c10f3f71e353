//! What fails during a run, and what drones do about it.

use std::collections::BTreeSet;

use super::{Scene, name_of};
use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{Failure, Failures, Rally, ResolvedScenario};
use crate::traffic::contingency::{DIVERSION_AGL_M, Policy, Trouble};
use crate::units::{DroneId, FleetId, SimTime};
use crate::world::airspace::{Denial, Occasion};
use crate::world::geo::Velocity;

/// What drones in trouble do.
pub fn policy(scenario: &Scenario) -> Policy {
    let model = &scenario.contingency;
    let times = [model.reaction_s, model.pad_wait_s, model.fetch_s].map(SimTime::from_seconds);
    Policy::new(times, |trouble| match trouble {
        Trouble::MotorFault => model.motor_fault,
        Trouble::LowBattery => model.low_battery,
        Trouble::NavigationLoss => model.navigation_loss,
        Trouble::Weather => model.weather,
        Trouble::ZoneClosing => model.zone_closing,
        Trouble::LostLink => model.lost_link,
        Trouble::PadBlocked => model.pad_blocked,
    })
}

/// Where drones in trouble may land.
pub fn rallies(scenario: &Scenario, scene: &Scene, reporter: &mut Reporter<'_>) -> Vec<Rally> {
    let rallies = scenario.rally.iter().enumerate();
    rallies
        .map(|(i, rally)| Rally {
            id: rally.id.clone(),
            name: name_of(rally.name.as_ref(), &rally.id),
            position: scene.grounded(scene.place(rally.position), &format!("rally[{i}].position"), reporter),
        })
        .collect()
}

/// Adds a warning for every site where no fleet may come down when the run begins.
pub fn check_rallies(resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let operators: BTreeSet<Option<&str>> = resolved.fleets.iter().map(|fleet| fleet.operator.as_deref()).collect();
    for (index, rally) in resolved.rallies.iter().enumerate() {
        let foot = rally.position;
        let top = foot + Velocity::new(0.0, 0.0, DIVERSION_AGL_M[0]);
        let occasion = |operator| Occasion::at(operator, resolved.clock.begins);
        let denial = |operator| resolved.airspace.column_denial(&foot, &top, &occasion(operator));
        let denials: Option<Vec<Denial>> = operators.iter().map(|operator| denial(*operator)).collect();
        if let Some(denial) = denials.as_ref().and_then(|denials| denials.first()) {
            let at = ["this site", "该场地上空"];
            let [what, expected, _] = resolved.airspace.explained(denial, at, &resolved.projection);
            let cure = Text::new("move it: no drone will divert here", "请移动：无人机不会备降于此");
            reporter.add(Severity::Warning, &format!("rally[{index}].position"), [what, expected, cure]);
        }
    }
}

/// What fails.
pub fn failures(scenario: &Scenario, resolved: &ResolvedScenario) -> Failures {
    let rates = &scenario.failures;
    let scripted = scenario.failure.iter().filter_map(|failure| {
        let from = SimTime::from_seconds(failure.at_s);
        let to = failure.lasts_s.map_or(SimTime::END, |lasts_s| from + SimTime::from_seconds(lasts_s));
        Some(Failure { drone: drone(&failure.drone, resolved)?, fault: failure.fault, from, to })
    });
    let mut scripted: Vec<Failure> = scripted.collect();
    scripted.sort_by_key(|failure| failure.drone);
    let per_h = [rates.motor_per_h, rates.link_per_h, rates.navigation_per_h, rates.battery_per_h];
    Failures { scripted, per_h, lasts: SimTime::from_seconds(rates.lasts_s) }
}

/// The drone of a name such as `scenic-3`.
fn drone(name: &str, resolved: &ResolvedScenario) -> Option<DroneId> {
    let (fleet, number) = name.rsplit_once('-')?;
    let index = resolved.fleets.iter().position(|known| known.id == fleet)?;
    Some(DroneId { fleet: FleetId::from_index(index), ordinal: number.parse::<u16>().ok()?.checked_sub(1)? })
}
