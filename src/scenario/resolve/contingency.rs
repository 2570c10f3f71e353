//! What fails during a run, and what drones do about it.

use super::{Scene, name_of};
use crate::scenario::model::Scenario;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{Failure, Failures, Rally, ResolvedScenario};
use crate::traffic::contingency::{Policy, Trouble};
use crate::units::{DroneId, SimTime};

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

/// What fails.
pub fn failures(scenario: &Scenario, resolved: &ResolvedScenario) -> Failures {
    let rates = &scenario.failures;
    let scripted = scenario.failure.iter().filter_map(|failure| {
        let from = SimTime::from_seconds(failure.at_s);
        let to = failure.lasts_s.map_or(SimTime::END, |lasts_s| from + SimTime::from_seconds(lasts_s));
        Some(Failure { drone: drone(&failure.drone, resolved)?, fault: failure.fault, from, to })
    });
    let per_h = [rates.motor_per_h, rates.link_per_h, rates.navigation_per_h, rates.battery_per_h];
    Failures { scripted: scripted.collect(), per_h, lasts: SimTime::from_seconds(rates.lasts_s) }
}

/// The drone of a name such as `scenic-3`.
fn drone(name: &str, resolved: &ResolvedScenario) -> Option<DroneId> {
    resolved.drones().map(|(id, _)| id).find(|id| resolved.drone_name(*id) == name)
}
