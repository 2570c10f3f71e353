//! Traffic without hub or order: keys that mean nothing for its pattern, states that are none.

use std::collections::BTreeMap;

use crate::message::Text;
use crate::scenario::model::{Initial, Pattern, Scenario, Traffic};
use crate::scenario::report::Reporter;

/// Adds what is wrong with patterns and initial states.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        check_pattern(index, traffic, reporter);
    }
    let mut seen = BTreeMap::new();
    for (index, initial) in scenario.initial.iter().enumerate() {
        check_source(index, initial, reporter);
        for (row, state) in initial.all().iter().enumerate() {
            let key = format!("initial[{index}].states[{row}]");
            if let Some((name, texts)) = state.fault().filter(|_| initial.read.is_none()) {
                reporter.fatal(&format!("{key}.{name}"), texts);
            }
            if let Some(first) = seen.insert(&state.id, key.clone()) {
                let id = &state.id;
                let texts = [
                    Text::new(format!("the id `{id}` is taken by {first}"), format!("标识 `{id}` 已被 {first} 使用")),
                    Text::new("an id of its own", "唯一的标识"),
                    Text::new("rename one of them", "请将其中一个改名"),
                ];
                let key = if initial.read.is_none() { format!("{key}.id") } else { format!("initial[{index}].file") };
                reporter.fatal(&key, texts);
            }
        }
    }
}

fn check_pattern(index: usize, traffic: &Traffic, reporter: &mut Reporter<'_>) {
    let is_round = matches!(traffic.pattern, Pattern::SuperCircle | Pattern::HubAndSpoke);
    let is_crossing = traffic.pattern == Pattern::Crossing;
    let keys = [
        ("centre", traffic.centre.is_some(), is_round || is_crossing, "super-circle, crossing, hub-and-spoke"),
        ("radius_m", traffic.radius_m.is_some(), is_round || is_crossing, "super-circle, crossing, hub-and-spoke"),
        ("width_m", traffic.width_m.is_some(), is_crossing, "crossing"),
        ("angle_deg", traffic.angle_deg.is_some(), is_crossing, "crossing"),
    ];
    for (key, _, _, patterns) in keys.into_iter().filter(|(_, is_given, means, _)| *is_given && !means) {
        let texts = [
            Text::new(format!("`{key}` means nothing for this pattern"), format!("`{key}` 对该航迹型式没有意义")),
            Text::new(format!("one of the patterns {patterns}"), format!("航迹型式 {patterns} 之一")),
            Text::new("correct `pattern`, or remove the key", "请改正 `pattern`，或删除此键"),
        ];
        reporter.fatal(&format!("traffic[{index}].{key}"), texts);
    }
}

fn check_source(index: usize, initial: &Initial, reporter: &mut Reporter<'_>) {
    if initial.file.is_some() != initial.states.is_empty() {
        let texts = [
            Text::new("the states are given twice or not at all", "状态给出了两次或未给出"),
            Text::new("one of `file` and `states`", "`file` 与 `states` 之一"),
            Text::new("keep the one that is meant", "请保留其中之一"),
        ];
        reporter.fatal(&format!("initial[{index}]"), texts);
    }
}
