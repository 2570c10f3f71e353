//! What fails during a run, and what drones do about it.

use super::{Scene, name_of};
use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::report::{Reporter, one_of};
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

/// What fails; a drone that there is not is an error.
pub fn failures(scenario: &Scenario, resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) -> Failures {
    let rates = &scenario.failures;
    let duration_s = scenario.time.duration_s;
    let mut scripted = Vec::new();
    for (index, failure) in scenario.failure.iter().enumerate() {
        let key = format!("failure[{index}]");
        let Some(drone) = drone(&failure.drone, resolved) else {
            unknown_drone(&failure.drone, &format!("{key}.drone"), resolved, reporter);
            continue;
        };
        if failure.at_s >= duration_s {
            let texts = [
                Text::new("it happens when the run is over", "发生时运行已结束"),
                Text::new(format!("less than {duration_s} s"), format!("小于 {duration_s} 秒")),
                Text::new("let it happen earlier, or lengthen the run", "请提前发生，或延长运行时间"),
            ];
            reporter.add(Severity::Warning, &format!("{key}.at_s"), texts);
        }
        let from = SimTime::from_seconds(failure.at_s);
        let to = failure.lasts_s.map_or(SimTime::END, |lasts_s| from + SimTime::from_seconds(lasts_s));
        scripted.push(Failure { drone, fault: failure.fault, from, to });
    }
    let per_h = [rates.motor_per_h, rates.link_per_h, rates.navigation_per_h, rates.battery_per_h];
    Failures { scripted, per_h, lasts: SimTime::from_seconds(rates.lasts_s) }
}

/// The drone of a name such as `scenic-3`.
fn drone(name: &str, resolved: &ResolvedScenario) -> Option<DroneId> {
    let (fleet, number) = name.rsplit_once('-')?;
    let ordinal = number.parse::<u16>().ok()?.checked_sub(1)?;
    // Random traffic stands for many drones: none of them fails.
    let mut known = resolved.drones().filter(|(_, fleet)| fleet.hub.is_some());
    known.find(|(id, known)| id.ordinal == ordinal && known.id == fleet).map(|(id, _)| id)
}

fn unknown_drone(name: &str, key: &str, resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let fleets = resolved.fleets.iter().filter(|fleet| fleet.hub.is_some());
    let names: Vec<String> = fleets.map(|fleet| format!("{0}-1 … {0}-{1}", fleet.id, fleet.homes.len())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    reporter.fatal(
        key,
        [
            Text::new(format!("there is no drone `{name}`"), format!("没有无人机 `{name}`")),
            one_of(&names),
            Text::new("correct the name: fleet, hyphen, number from 1", "请改正名称：机队名、连字符、从 1 起的编号"),
        ],
    );
}
