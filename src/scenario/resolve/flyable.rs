//! Whether what was resolved can be flown: every leg permitted, every sortie within its battery.

use super::not_flyable;
use crate::message::Text;
use crate::mission::Task;
use crate::scenario::model::Scenario;
use crate::scenario::report::Reporter;
use crate::scenario::resolved::ResolvedScenario;
use crate::traffic::route::{PlanFault, budget, check_plan};
use crate::world::airspace::Denial;

/// Share of the battery that a sortie must leave.
const RESERVE: f64 = 0.2;

/// Adds an error for every leg that is denied, every sortie that its battery does not carry and all random traffic
/// outside the permitted heights.
pub fn check_flyable(resolved: &ResolvedScenario, scenario: &Scenario, reporter: &mut Reporter<'_>) {
    for (index, route) in resolved.routes.iter().enumerate() {
        let last = route.plan.waypoints.len() - 1;
        let out = check_plan(&route.plan, &resolved.airspace);
        for fault in &out {
            report_fault(index, fault, last, resolved, reporter);
        }
        // The way back is told only where the way out is sound: usually both have the same fault.
        if let Some(back) = route.back.as_ref().filter(|_| out.is_empty()) {
            for fault in check_plan(back, &resolved.airspace) {
                let waypoint = if fault.at_waypoint { last - fault.waypoint } else { last - fault.waypoint - 1 };
                report_fault(index, &PlanFault { waypoint, ..fault }, last, resolved, reporter);
            }
        }
    }
    check_energy(resolved, reporter);
    let (floor, ceiling) = (scenario.area.clearance_m, scenario.area.ceiling_agl_m);
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        let heights = traffic.altitude_agl_m;
        if heights.min < floor || heights.max > ceiling {
            not_flyable(
                reporter,
                &format!("traffic[{index}].altitude_agl_m"),
                [
                    Text::new(
                        format!("heights from {} to {} m above ground", heights.min, heights.max),
                        format!("真高 {} 至 {} 米", heights.min, heights.max),
                    ),
                    Text::new(format!("between {floor} and {ceiling} m"), format!("介于 {floor} 与 {ceiling} 米之间")),
                    Text::new("correct the heights", "请改正高度"),
                ],
            );
        }
    }
}

fn report_fault(
    route: usize,
    fault: &PlanFault,
    last: usize,
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) {
    // Waypoint 0 is the hub and the last one the pad or the hub again; the file lists those between.
    let in_file = |waypoint: usize| (1..last).contains(&waypoint);
    let key = if in_file(fault.waypoint) {
        format!("route[{route}].via[{}]", fault.waypoint - 1)
    } else {
        format!("route[{route}]")
    };
    let (at_en, at_zh) = place_words(fault, last);
    let airspace = &resolved.airspace;
    let (ceiling, clearance) = (airspace.ceiling_agl_m(), airspace.clearance_m());
    let texts = match &fault.denial {
        Denial::AboveCeiling(sample) => [
            Text::new(
                format!("{at_en} is {:.1} m above ground", sample.agl_m),
                format!("{at_zh}真高 {:.1} 米", sample.agl_m),
            ),
            Text::new(
                format!("at most {ceiling} m above ground everywhere on the leg"),
                format!("航段处处真高不超过 {ceiling} 米"),
            ),
            Text::new(
                "lower the waypoint, or fly the leg above ground (altitude_agl_m)",
                "请降低航路点,或按真高(altitude_agl_m)飞行",
            ),
        ],
        Denial::UnderGround(sample) => [
            Text::new(
                format!("{at_en} is {:.1} m under the ground", -sample.agl_m),
                format!("{at_zh}低于地面 {:.1} 米", -sample.agl_m),
            ),
            Text::new(
                format!("at least {clearance} m over ground everywhere on the leg"),
                format!("航段处处离地不少于 {clearance} 米"),
            ),
            Text::new(
                "raise the waypoint, or fly the leg above ground (altitude_agl_m)",
                "请抬高航路点,或按真高(altitude_agl_m)飞行",
            ),
        ],
        Denial::TooLow(sample) => [
            Text::new(
                format!("{at_en} is only {:.1} m above ground", sample.agl_m),
                format!("{at_zh}真高仅 {:.1} 米", sample.agl_m),
            ),
            Text::new(
                format!("at least {clearance} m over ground everywhere on the leg"),
                format!("航段处处离地不少于 {clearance} 米"),
            ),
            Text::new("raise the waypoint", "请抬高航路点"),
        ],
        Denial::OutsideArea(sample) => {
            let place = resolved.projection.to_geographic(&sample.position.xy());
            [
                Text::new(
                    format!("{at_en} is outside the area at {:.5}, {:.5}", place.lat_deg, place.lon_deg),
                    format!("{at_zh}在 {:.5}, {:.5} 处越出空域", place.lat_deg, place.lon_deg),
                ),
                Text::new("a route inside the area", "航线位于空域之内"),
                Text::new("move the waypoint into the area", "请将航路点移入空域"),
            ]
        }
        Denial::Building(building) => [
            Text::new(
                format!("{at_en} comes closer than {clearance} m to a building of {:.0} m", building.height_m),
                format!("{at_zh}距高 {:.0} 米的建筑不足 {clearance} 米", building.height_m),
            ),
            Text::new(
                format!("at least {clearance} m from every building"),
                format!("距所有建筑不少于 {clearance} 米"),
            ),
            Text::new("raise the route or lead it around", "请抬高航线或绕行"),
        ],
    };
    not_flyable(reporter, &key, texts);
}

fn place_words(fault: &PlanFault, last: usize) -> (String, String) {
    let name = |waypoint: usize| match waypoint {
        0 => ("the start".to_owned(), "起点".to_owned()),
        end if end == last => ("the end".to_owned(), "终点".to_owned()),
        inner => (format!("waypoint {inner}"), format!("航路点 {inner} ")),
    };
    let (here, next) = (name(fault.waypoint), name(fault.waypoint + 1));
    if fault.at_waypoint {
        here
    } else {
        (format!("the leg from {} to {}", here.0, next.0), format!("{}至{}的航段", here.1, next.1))
    }
}

fn check_energy(resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let mut indices = (0_usize, 0_usize);
    for mission in &resolved.missions {
        let (key, route, payload_kg) = match mission.task {
            Task::Deliver { route, payload_kg, .. } => {
                indices.0 += 1;
                (format!("delivery[{}].route", indices.0 - 1), route, payload_kg.1)
            }
            Task::Round { route, .. } => {
                indices.1 += 1;
                (format!("round[{}].route", indices.1 - 1), route, 0.0)
            }
            Task::Wander { .. } => continue,
        };
        let aircraft = &resolved.fleets[mission.fleet.index()].aircraft;
        let route = resolved.route(route);
        let out = budget(&route.plan, &resolved.terrain, aircraft, payload_kg);
        let back = route.back.as_ref().map(|plan| budget(plan, &resolved.terrain, aircraft, 0.0)).unwrap_or_default();
        let needed_wh = (out + back).energy_wh;
        let usable_wh = aircraft.battery_wh * (1.0 - RESERVE);
        if needed_wh > usable_wh {
            not_flyable(
                reporter,
                &key,
                [
                    Text::new(format!("a sortie needs {needed_wh:.0} Wh"), format!("一次飞行需 {needed_wh:.0} 瓦时")),
                    Text::new(
                        format!("at most {usable_wh:.0} Wh, which leaves {} % of the battery", RESERVE * 100.0),
                        format!("不超过 {usable_wh:.0} 瓦时(电量留 {}% 余量)", RESERVE * 100.0),
                    ),
                    Text::new("shorten the route or choose another aircraft", "请缩短航线或更换机型"),
                ],
            );
        }
    }
}
