//! Putting recorded drones into an effective scenario.

use super::model::Scenario;
use super::model::recorded::Recorded;

/// An effective scenario with recorded drones more. Their identity gets a number if it is taken; the effective scenario and
/// the identity are given back, `None` if the text is no effective scenario.
pub fn with_recorded(effective: &str, mut recorded: Recorded) -> Option<(String, String)> {
    let mut scenario: Scenario = toml::from_str(effective).ok()?;
    let fleets = scenario.fleet.iter().map(|fleet| &fleet.id);
    let taken: Vec<&String> = fleets
        .chain(scenario.traffic.iter().map(|traffic| &traffic.id))
        .chain(scenario.initial.iter().map(|initial| &initial.id))
        .chain(scenario.recorded.iter().map(|other| &other.id))
        .collect();
    let wanted = recorded.id.clone();
    let numbered = (2_u32..).map(|number| format!("{wanted}-{number}"));
    recorded.id = std::iter::once(wanted.clone()).chain(numbered).find(|id| !taken.contains(&id))?;
    let id = recorded.id.clone();
    scenario.recorded.push(recorded);
    Some((toml::to_string(&scenario).ok()?, id))
}
