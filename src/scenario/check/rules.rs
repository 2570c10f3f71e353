//! Shapes, heights and times of what limits flying.

use std::collections::BTreeSet;

use jiff::tz::Offset;

use crate::message::{Severity, Text};
use crate::scenario::model::rules::{Limits, Shape, When};
use crate::scenario::model::{Position, Scenario};
use crate::scenario::report::{Reporter, one_of};
use crate::scenario::shape::{Fault, instant_of, limits_of, shape_of, window_of};
use crate::world::geo::{Geographic, LocalProjection};

/// Adds every shape that is none, every height and time that cannot be.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let mut checker = Checker { scenario, reporter };
    for (i, airport) in scenario.airport.iter().enumerate() {
        let key = format!("airport[{i}]");
        let length_m = distance_m(airport.thresholds);
        if length_m < LEAST_RUNWAY_M {
            checker.short_runway(&key, length_m);
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

/// The shortest strip that is taken for a runway, m; one of no length has no direction.
const LEAST_RUNWAY_M: f64 = 100.0;
/// A place farther from the area than this has nothing to do with it, degrees.
const FAR_DEG: f64 = 2.0;

fn distance_m([a, b]: [Position; 2]) -> f64 {
    let [a, b] = [a, b].map(|position| Geographic::new(position.lat_deg, position.lon_deg));
    LocalProjection::new(a).to_local(b).coords.norm()
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
        if let Ok(shape) = &found {
            self.swapped(key, shape.middle());
        }
        self.tell(key, found);
    }

    /// A shape that lies elsewhere, and near if its coordinates were swapped.
    fn swapped(&mut self, key: &str, middle: Geographic) {
        let area = &self.scenario.area;
        let centre = [f64::midpoint(area.south_deg, area.north_deg), f64::midpoint(area.west_deg, area.east_deg)];
        let is_near = |place: [f64; 2]| (0..2).all(|axis| (place[axis] - centre[axis]).abs() < FAR_DEG);
        let (lat, lon) = (middle.lat_deg, middle.lon_deg);
        if !is_near([lat, lon]) && is_near([lon, lat]) {
            self.reporter.fatal(
                key,
                [
                    Text::new(
                        format!("{lat:.5}, {lon:.5} lies far away, and near if its coordinates were swapped"),
                        format!("{lat:.5}, {lon:.5} 远离空域；若经纬度对调则在附近"),
                    ),
                    Text::new(
                        "a place near the area, latitude north and longitude east",
                        "空域附近的位置，纬度为北、经度为东",
                    ),
                    Text::new("swap latitude and longitude", "请对调纬度与经度"),
                ],
            );
        }
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

    fn short_runway(&mut self, key: &str, length_m: f64) {
        self.reporter.fatal(
            &format!("{key}.thresholds"),
            [
                Text::new(
                    format!("the thresholds are {length_m:.1} m apart"),
                    format!("两个跑道入口相距 {length_m:.1} 米"),
                ),
                Text::new(
                    format!("the two ends of a runway of at least {LEAST_RUNWAY_M} m"),
                    format!("长度不小于 {LEAST_RUNWAY_M} 米的跑道两端"),
                ),
                Text::new("correct one of them", "请改正其一"),
            ],
        );
    }

    fn interventions(&mut self) {
        let scenario = self.scenario;
        for (i, intervention) in scenario.intervention.iter().enumerate() {
            let key = format!("intervention[{i}]");
            let given = [
                intervention.close.is_some(),
                intervention.stop_departures.is_some(),
                intervention.block_pad.is_some(),
                intervention.call_out.is_some(),
            ];
            let expected = || {
                Text::new(
                    "one of `close`, `stop_departures`, `block_pad` and `call_out`",
                    "`close`、`stop_departures`、`block_pad` 与 `call_out` 之一",
                )
            };
            match given.into_iter().filter(|given| *given).count() {
                0 => self.reporter.fatal(
                    &key,
                    [
                        Text::new("it does nothing", "未给出措施"),
                        expected(),
                        Text::new("say what it does, or remove it", "请写明措施，或删除"),
                    ],
                ),
                1 => {}
                _ => self.reporter.fatal(
                    &key,
                    [
                        Text::new("it does several things", "同时给出了多种措施"),
                        expected(),
                        Text::new("write one intervention for each", "请分别写成多条"),
                    ],
                ),
            }
            if let Some(close) = &intervention.close {
                self.volume(&format!("{key}.close"), &close.area, &close.limits, &[]);
            }
            if intervention.call_out.is_some() && intervention.until_s.is_some() {
                self.reporter.fatal(
                    &format!("{key}.until_s"),
                    [
                        Text::new(
                            "an alarm has no end: the round is due at once",
                            "警情没有结束时间：巡飞任务立即到期",
                        ),
                        Text::new("`call_out` with `at_s` alone", "`call_out` 只与 `at_s` 一起使用"),
                        Text::new(
                            "remove `until_s`; what is closed for it is an intervention of its own",
                            "请删除 `until_s`；为此关闭空域请另写一条",
                        ),
                    ],
                );
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
