//! Base stations that cannot stand or serve, and links that could never hold.

use super::distance::{from_area_km, told};
use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::model::network::{BaseStation, Link};
use crate::scenario::report::Reporter;

/// A station farther from the area than this serves nothing in it, km: a mast of 50 m has its horizon at 29 km.
const FARTHEST_KM: f64 = 50.0;

/// Adds what is wrong with stations and links.
pub fn check(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (index, station) in scenario.base_station.iter().enumerate() {
        check_height(station, index, reporter);
        check_distance(station, index, scenario, reporter);
    }
    check_link(scenario, reporter);
}

fn check_height(station: &BaseStation, index: usize, reporter: &mut Reporter<'_>) {
    let key = format!("base_station[{index}]");
    let id = &station.id;
    match (station.height_agl_m, station.altitude_amsl_m) {
        (Some(_), None) | (None, Some(_)) => {}
        (height, _) => {
            let given = if height.is_some() { ["given twice", "给出了两次"] } else { ["missing", "未给出"] };
            reporter.fatal(
                &key,
                [
                    Text::new(
                        format!("the height of the antenna of `{id}` is {}", given[0]),
                        format!("基站 `{id}` 的天线高度{}", given[1]),
                    ),
                    Text::new(
                        "one of `height_agl_m` and `altitude_amsl_m`",
                        "`height_agl_m` 与 `altitude_amsl_m` 二者之一",
                    ),
                    Text::new(
                        "keep the one that is meant, or add `height_agl_m = 30`",
                        "请保留其一，或添加 `height_agl_m = 30`",
                    ),
                ],
            );
        }
    }
    if let Some(height_agl_m) = station.height_agl_m.filter(|height_agl_m| *height_agl_m <= 0.0) {
        under_ground(id, height_agl_m, &format!("{key}.height_agl_m"), reporter);
    }
}

/// Tells that an antenna is not above the ground.
pub fn under_ground(id: &str, height_agl_m: f64, key: &str, reporter: &mut Reporter<'_>) {
    reporter.fatal(
        key,
        [
            Text::new(
                format!("the antenna of `{id}` is {height_agl_m:.1} m above the ground"),
                format!("基站 `{id}` 的天线真高为 {height_agl_m:.1} 米"),
            ),
            Text::new("an antenna above the ground", "天线高于地面"),
            Text::new(
                "correct the height; one above mean sea level is `altitude_amsl_m`, one above ground `height_agl_m`",
                "请改正高度；海拔高用 `altitude_amsl_m`，真高用 `height_agl_m`",
            ),
        ],
    );
}

fn check_distance(station: &BaseStation, index: usize, scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let distance_km = from_area_km(&scenario.area, station.position);
    if distance_km.is_some_and(|distance_km| distance_km <= FARTHEST_KM) {
        return;
    }
    let far = told(distance_km);
    let id = &station.id;
    reporter.fatal(
        &format!("base_station[{index}].position"),
        [
            Text::new(format!("`{id}` is {far} from the area"), format!("基站 `{id}` 距空域 {}", far.zh)),
            Text::new(format!("at most {FARTHEST_KM} km"), format!("不超过 {FARTHEST_KM} 千米")),
            Text::new("correct its position or remove it", "请改正位置或删除该基站"),
        ],
    );
}

fn check_link(scenario: &Scenario, reporter: &mut Reporter<'_>) {
    let link = scenario.link;
    if scenario.base_station.is_empty() {
        if link == Link::default() {
            return;
        }
        reporter.add(
            Severity::Warning,
            "link",
            [
                Text::new("a link without base stations is perfect", "没有基站，链路按理想处理"),
                Text::new("at least one `[[base_station]]`", "至少一个 `[[base_station]]`"),
                Text::new("add stations or remove `[link]`", "请添加基站或删除 `[link]`"),
            ],
        );
        return;
    }
    if let Some(technology) = link.technology
        && scenario.base_station.iter().all(|station| station.technology != technology)
    {
        let key = technology.key();
        reporter.fatal(
            "link.technology",
            [
                Text::new(format!("no base station speaks {key}"), format!("没有支持 {key} 的基站")),
                Text::new("the technology of at least one station", "至少一个基站所用的制式"),
                Text::new("change it here or there, or leave it out", "请在此处或基站处改正，或省略此键"),
            ],
        );
    }
    let (lost_after_s, interval_s) = (link.lost_after_s, link.report_interval_s);
    if lost_after_s <= interval_s {
        reporter.fatal(
            "link.lost_after_s",
            [
                Text::new(
                    format!("reports every {interval_s} s cannot keep a link that is lost after {lost_after_s} s"),
                    format!("报告间隔 {interval_s} 秒，链路在 {lost_after_s} 秒后即判为丢失，无法维持"),
                ),
                Text::new(format!("more than {interval_s} s"), format!("大于 {interval_s} 秒")),
                Text::new("wait longer or report more often", "请延长判定时间或缩短报告间隔"),
            ],
        );
    }
}
