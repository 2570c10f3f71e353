//! Shapes, heights and times of what limits flying.

use std::collections::BTreeSet;

use jiff::tz::Offset;

use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::model::rules::{Limits, Shape, When};
use crate::scenario::report::{Reporter, one_of};
use crate::scenario::shape::{Fault, instant_of, limits_of, shape_of, window_of};

/// Adds every shape that is none, every height and time that cannot be.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let mut checker = Checker { scenario, reporter };
    for (i, airport) in scenario.airport.iter().enumerate() {
        let key = format!("airport[{i}]");
        if airport.thresholds[0] == airport.thresholds[1] {
            checker.one_threshold(&key);
        }
        airport.protection.iter().for_each(|shape| checker.shape(&format!("{key}.protection"), shape));
    }
    for (i, site) in scenario.site.iter().enumerate() {
        checker.shape(&format!("site[{i}].area"), &site.area);
    }
    for (i, zone) in scenario.zone.iter().enumerate() {
        checker.volume(&format!("zone[{i}]"), &zone.area, &zone.limits, &zone.when);
        let published = zone.published.as_deref().map(|text| instant_of(text, ".published"));
        checker.tell(&format!("zone[{i}]"), published.transpose());
    }
    for (i, approval) in scenario.approval.iter().enumerate() {
        checker.volume(&format!("approval[{i}]"), &approval.area, &approval.limits, &approval.when);
        approval.holder.iter().for_each(|holder| checker.holder(&format!("approval[{i}].holder"), holder));
    }
    for (i, crowd) in scenario.crowd.iter().enumerate() {
        checker.volume(&format!("crowd[{i}]"), &crowd.area, &Limits::default(), &crowd.when);
    }
    for (i, quiet) in scenario.quiet.iter().enumerate() {
        checker.volume(&format!("quiet[{i}]"), &quiet.area, &Limits::default(), &quiet.when);
    }
    checker.interventions();
}

struct Checker<'a, 'b> {
    scenario: &'a Scenario,
    reporter: &'a mut Reporter<'b>,
}

impl Checker<'_, '_> {
    fn tell<T>(&mut self, key: &str, found: Result<T, Fault>) {
        if let Err(fault) = found {
            let (inner, texts) = *fault;
            self.reporter.fatal(&format!("{key}{inner}"), texts);
        }
    }

    fn shape(&mut self, key: &str, shape: &Shape) {
        let found = shape_of(shape, self.scenario);
        self.tell(key, found);
    }

    fn volume(&mut self, key: &str, area: &Shape, limits: &Limits, when: &[When]) {
        self.shape(&format!("{key}.area"), area);
        self.tell(&format!("{key}.limits"), limits_of(limits));
        for (index, when) in when.iter().enumerate() {
            self.tell(&format!("{key}.when[{index}]"), window_of(when, Offset::UTC));
        }
    }

    /// A holder that flies nothing is legal, and mostly a slip of the pen.
    fn holder(&mut self, key: &str, holder: &str) {
        let operators: BTreeSet<&str> =
            self.scenario.fleet.iter().filter_map(|fleet| fleet.operator.as_deref()).collect();
        if operators.is_empty() || operators.contains(holder) {
            return;
        }
        let known: Vec<&str> = operators.into_iter().collect();
        self.reporter.add(
            Severity::Warning,
            key,
            [
                Text::new(
                    format!("no fleet has the operator `{holder}`: nobody here flies by this approval"),
                    format!("没有运营人为 `{holder}` 的机队，此批准无人使用"),
                ),
                one_of(&known),
                Text::new(
                    "correct the holder, or leave it so for a holder of another scenario",
                    "请改正持有人；若属于其他方案可保留",
                ),
            ],
        );
    }

    fn one_threshold(&mut self, key: &str) {
        self.reporter.fatal(
            &format!("{key}.thresholds"),
            [
                Text::new("both thresholds are one place", "两个跑道入口位于同一处"),
                Text::new("the two ends of a runway", "跑道的两端"),
                Text::new("correct one of them", "请改正其一"),
            ],
        );
    }

    fn interventions(&mut self) {
        let scenario = self.scenario;
        for (i, intervention) in scenario.intervention.iter().enumerate() {
            let key = format!("intervention[{i}]");
            let expected = || Text::new("one of `close` and `stop_departures`", "`close` 与 `stop_departures` 之一");
            match (&intervention.close, &intervention.stop_departures) {
                (Some(_), Some(_)) => self.reporter.fatal(
                    &key,
                    [
                        Text::new("it does two things", "同时给出了两种措施"),
                        expected(),
                        Text::new("write one intervention for each", "请分别写成两条"),
                    ],
                ),
                (None, None) => self.reporter.fatal(
                    &key,
                    [
                        Text::new("it does nothing", "未给出措施"),
                        expected(),
                        Text::new("say what it does, or remove it", "请写明措施，或删除"),
                    ],
                ),
                _ => {}
            }
            if let Some(close) = &intervention.close {
                self.volume(&format!("{key}.close"), &close.area, &close.limits, &[]);
            }
            if intervention.until_s.is_some_and(|until_s| until_s <= intervention.at_s) {
                self.reporter.fatal(
                    &format!("{key}.until_s"),
                    [
                        Text::new("the end is not after the start", "结束不晚于开始"),
                        Text::new("more than `at_s`", "大于 `at_s`"),
                        Text::new("correct one of them", "请改正其一"),
                    ],
                );
            }
        }
    }
}
