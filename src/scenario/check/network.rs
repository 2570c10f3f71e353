//! Base stations that cannot stand or serve, and links that could never hold.

use crate::message::{Severity, Text};
use crate::scenario::model::Scenario;
use crate::scenario::model::network::{BaseStation, Link};
use crate::scenario::report::Reporter;
use crate::world::geo::{Geographic, LocalProjection};

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
    let (area, position) = (&scenario.area, station.position);
    // A box with swapped sides is told elsewhere.
    let inside = |value: f64, low: f64, high: f64| value.min(high).max(low);
    let nearest = Geographic::new(
        inside(position.lat_deg, area.south_deg, area.north_deg),
        inside(position.lon_deg, area.west_deg, area.east_deg),
    );
    let there = Geographic::new(position.lat_deg, position.lon_deg);
    let is_near = (there.lat_deg - nearest.lat_deg).abs() < 3.0 && (there.lon_deg - nearest.lon_deg).abs() < 3.0;
    let distance_km = LocalProjection::new(nearest).to_local(there).coords.norm() / 1000.0;
    if is_near && distance_km <= FARTHEST_KM {
        return;
    }
    let id = &station.id;
    // Beyond a few degrees the projection tells nothing.
    let far = if is_near { format!("{distance_km:.0} km") } else { "hundreds of km".to_owned() };
    let far_zh = if is_near { format!("{distance_km:.0} 千米") } else { "数百千米".to_owned() };
    reporter.fatal(
        &format!("base_station[{index}].position"),
        [
            Text::new(format!("`{id}` is {far} from the area"), format!("基站 `{id}` 距空域 {far_zh}")),
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
