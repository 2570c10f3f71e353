//! Failures of drones that there are not, and when all is over.

use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::report::{Reporter, one_of};
use crate::traffic::contingency::Response;

/// Adds what is wrong with failures and with responses to troubles in which nobody flies on.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let model = &scenario.contingency;
    for (key, response) in [("motor_fault", model.motor_fault), ("navigation_loss", model.navigation_loss)] {
        if !response.comes_down() {
            let texts = [
                Text::new("nobody flies on in this trouble", "发生此情况时无法继续飞行"),
                Text::new("`land` or `parachute`", "`land` 或 `parachute`"),
                Text::new("choose one of them", "请选择其一"),
            ];
            reporter.fatal(&format!("contingency.{key}"), texts);
        }
    }
    let diverting = model.responses().into_iter().find(|(_, response)| *response == Response::Divert);
    if let (Some((key, _)), true) = (diverting, scenario.rally.is_empty()) {
        let texts = [
            Text::new("nowhere to divert to", "没有可备降的场地"),
            Text::new("sites in `[[rally]]`", "`[[rally]]` 中的场地"),
            Text::new("add one; without it drones return, or land below", "请添加场地；否则无人机将返航或就地降落"),
        ];
        reporter.add(Severity::Warning, &format!("contingency.{key}"), texts);
    }
    let duration_s = scenario.time.duration_s;
    for (index, failure) in scenario.failure.iter().enumerate() {
        let key = format!("failure[{index}]");
        if !is_drone(&failure.drone, scenario) {
            unknown_drone(&failure.drone, &format!("{key}.drone"), scenario, reporter);
        }
        if failure.at_s >= duration_s {
            let texts = [
                Text::new("it happens when the run is over", "发生时运行已结束"),
                Text::new(format!("less than {duration_s} s"), format!("小于 {duration_s} 秒")),
                Text::new("let it happen earlier, or lengthen the run", "请提前发生，或延长运行时间"),
            ];
            reporter.add(Severity::Warning, &format!("{key}.at_s"), texts);
        }
    }
}

/// Whether a name is that of a drone of a fleet; random traffic stands for many drones, and none of them fails.
fn is_drone(name: &str, scenario: &Scenario) -> bool {
    name.rsplit_once('-').is_some_and(|(fleet, number)| {
        let count = scenario.fleet.iter().find(|known| known.id == fleet).map_or(0, |known| known.count);
        number.parse::<u16>().is_ok_and(|number| {
            number.to_string().len() + fleet.len() + 1 == name.len() && (1..=count).contains(&number)
        })
    })
}

fn unknown_drone(name: &str, key: &str, scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let names: Vec<String> =
        scenario.fleet.iter().map(|fleet| format!("{0}-1 … {0}-{1}", fleet.id, fleet.count)).collect();
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
