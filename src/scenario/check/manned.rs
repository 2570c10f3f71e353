//! Manned aircraft whose course or times are not given once, lead nowhere, or have nothing to do with the area.

use super::distance::{from_area_km, told};
use crate::message::{Severity, Text};
use crate::scenario::model::manned::{CoursePoint, Manned};
use crate::scenario::model::{Position, Scenario};
use crate::scenario::report::Reporter;

/// What flies farther from the area than this has nothing to do with it, km: an airliner takes 24 min for it.
const FARTHEST_KM: f64 = 100.0;

/// Adds what is wrong with manned aircraft.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (index, manned) in scenario.manned.iter().enumerate() {
        let mut checker = Checker { manned, key: format!("manned[{index}]"), scenario, reporter };
        checker.names();
        checker.course();
        checker.points();
        checker.distance();
        checker.times();
    }
}

/// Tells that a course has fewer than two distinct points.
pub fn goes_nowhere(id: &str, key: &str, reporter: &mut Reporter<'_>) {
    reporter.fatal(
        key,
        [
            Text::new(
                format!("the course of `{id}` has fewer than two distinct points"),
                format!("`{id}` 的航迹不足两个不同的点"),
            ),
            Text::new("at least two points that differ in place or height", "至少两个位置或高度不同的点"),
            Text::new("add points, or remove the entry", "请补点，或删除该条目"),
        ],
    );
}

struct Checker<'a, 'b> {
    manned: &'a Manned,
    key: String,
    scenario: &'a Scenario,
    reporter: &'a mut Reporter<'b>,
}

impl Checker<'_, '_> {
    fn fatal(&mut self, inner: &str, texts: [Text; 3]) {
        self.reporter.fatal(&format!("{}{inner}", self.key), texts);
    }

    fn names(&mut self) {
        let name = self.manned.name.as_ref().map(|name| [(".name.en", &name.en), (".name.zh", &name.zh)]);
        let given = std::iter::once((".id", &self.manned.id)).chain(name.into_iter().flatten());
        for (inner, _) in given.filter(|(_, text)| text.trim().is_empty()) {
            self.fatal(
                inner,
                [
                    Text::new("the text is empty", "文字为空"),
                    Text::new("what people call it", "便于识别的名称"),
                    Text::new("write it; `name` as a whole may be left out", "请填写；`name` 可整体省略"),
                ],
            );
        }
    }

    /// The course is given once, and whole.
    fn course(&mut self) {
        let manned = self.manned;
        if manned.path.is_empty() != manned.airport.is_some() {
            self.given_once("", "the course", "航迹", ["path", "airport"], manned.airport.is_some());
        }
        let parts = [("movement", manned.movement.is_some()), ("runway_end", manned.runway_end.is_some())];
        for (part, is_given) in parts {
            match (manned.airport.is_some(), is_given) {
                (true, false) => self.incomplete(part),
                (false, true) => self.superfluous(part),
                _ => {}
            }
        }
        let first = manned.path.first();
        if first.is_some_and(|first| manned.path.iter().all(|point| point == first)) {
            goes_nowhere(&manned.id, &format!("{}.path", self.key), self.reporter);
        }
    }

    fn given_once(&mut self, inner: &str, what: &str, zh: &str, keys: [&str; 2], twice: bool) {
        let id = &self.manned.id;
        let given = if twice { ["given twice", "给出了两次"] } else { ["missing", "未给出"] };
        let [first, second] = keys;
        self.fatal(
            inner,
            [
                Text::new(format!("{what} of `{id}` is {}", given[0]), format!("`{id}` 的{zh}{}", given[1])),
                Text::new(format!("one of `{first}` and `{second}`"), format!("`{first}` 与 `{second}` 二者之一")),
                if twice {
                    Text::new("keep the one that is meant", "请保留其中之一")
                } else {
                    Text::new("add the one that is meant", "请补上其中之一")
                },
            ],
        );
    }

    fn incomplete(&mut self, part: &str) {
        let example = if part == "movement" { "movement = \"arrival\"" } else { "runway_end = 1" };
        self.fatal(
            "",
            [
                Text::new(format!("`airport` without `{part}`"), format!("有 `airport` 而无 `{part}`")),
                Text::new("an airport, a movement and the end of the runway", "机场、进离场方式与跑道端三者齐备"),
                Text::new(format!("add `{part}`, such as `{example}`"), format!("请补上 `{part}`，如 `{example}`")),
            ],
        );
    }

    fn superfluous(&mut self, part: &str) {
        self.fatal(
            &format!(".{part}"),
            [
                Text::new(format!("`{part}` without `airport`"), format!("有 `{part}` 而无 `airport`")),
                Text::new("both or neither", "两者同时给出或都不给"),
                Text::new("name the airport, or remove it", "请填写机场，或删除此键"),
            ],
        );
    }

    /// Every point has one height.
    fn points(&mut self) {
        for (index, point) in self.manned.path.iter().enumerate() {
            let twice = point.altitude_agl_m.is_some();
            if twice == point.altitude_amsl_m.is_some() {
                let (what, zh) = (format!("the height of point {}", index + 1), format!("第 {} 点高度", index + 1));
                let keys = ["altitude_agl_m", "altitude_amsl_m"];
                self.given_once(&format!(".path[{index}]"), &what, &zh, keys, twice);
            }
        }
    }

    fn distance(&mut self) {
        let manned = self.manned;
        let at = |point: &CoursePoint| Position { lat_deg: point.lat_deg, lon_deg: point.lon_deg };
        let points = manned.path.iter().enumerate().map(|(index, point)| (format!(".path[{index}]"), at(point)));
        let airport = self.scenario.airport.iter().find(|airport| Some(&airport.id) == manned.airport.as_ref());
        let airport = airport.map(|airport| (".airport".to_owned(), airport.thresholds[0]));
        for (inner, place) in points.chain(airport) {
            let distance_km = from_area_km(&self.scenario.area, place);
            if distance_km.is_none_or(|distance_km| distance_km > FARTHEST_KM) {
                let far = told(distance_km);
                self.fatal(
                    &inner,
                    [
                        Text::new(
                            format!("`{}` is {far} from the area here", manned.id),
                            format!("`{}` 在此处距空域 {}", manned.id, far.zh),
                        ),
                        Text::new(format!("at most {FARTHEST_KM} km"), format!("不超过 {FARTHEST_KM} 千米")),
                        Text::new("correct the place, or leave out what is far away", "请改正位置，或略去远处部分"),
                    ],
                );
            }
        }
    }

    fn times(&mut self) {
        let manned = self.manned;
        if manned.at_s.is_empty() != manned.per_hour.is_some() {
            self.given_once("", "the time", "时间", ["at_s", "per_hour"], manned.per_hour.is_some());
        }
        let duration_s = self.scenario.time.duration_s;
        for (index, _) in manned.at_s.iter().enumerate().filter(|(_, at_s)| **at_s >= duration_s) {
            let texts = [
                Text::new("it begins when the run is over", "开始时运行已结束"),
                Text::new(format!("less than {duration_s} s"), format!("小于 {duration_s} 秒")),
                Text::new("let it begin earlier, or lengthen the run", "请提前开始，或延长运行时间"),
            ];
            self.reporter.add(Severity::Warning, &format!("{}.at_s[{index}]", self.key), texts);
        }
    }
}
