//! Where there is no route: why, and what would open one.

use serde_json::{Value, json};

use super::Asked;
use super::found::{denial_json, line, route_json, rule};
use crate::message::Text;
use crate::traffic::route::{Alternative, Cure, Cures, Lift, NoWay};
use crate::world::airspace::{Denial, Limit, RuleId};

/// The side of cells that does for corridors as they are, m.
const USUAL_CELL_M: f64 = 20.0;

/// Why there is none and what would open one, a line each.
pub fn lines(asked: &Asked<'_>, why: &NoWay, cures: &Cures) -> Vec<Text> {
    let mut lines = reasons(asked, why);
    if let Some((depart, route)) = &cures.departure {
        let at = asked.scenario.clock.shown(*depart);
        let way = brief(route);
        let text = Text::new(
            format!("Depart at {at}: then there is a way ({}).", way.en),
            format!("{at} 起飞即可：届时有航线（{}）。", way.zh),
        );
        lines.push(text);
    }
    lines.extend(cures.lifts.iter().map(|cure| told(asked, cure)));
    let cell_m = asked.request.resolution_m;
    if cell_m > USUAL_CELL_M && matches!(why, NoWay::Closed { .. } | NoWay::End { .. }) {
        lines.push(Text::new(
            format!("Cells of {cell_m} m may be too coarse for what is open: a smaller --resolution may find a way."),
            format!("{cell_m} 米的网格可能过粗：减小 --resolution 或可找到航线。"),
        ));
    }
    let is_inside = !matches!(why, NoWay::End { denial: Denial::OutsideArea(_), .. });
    if cures.lifts.is_empty() && is_inside && matches!(why, NoWay::Closed { .. } | NoWay::End { .. }) {
        let text = Text::new(
            "No single kind of rule (zones, approvals, obstacles, ceiling, clearance), nor all of them together, opens a way when lifted.",
            "无论解除哪一类规则（区域、批准、障碍物、限高、净空），还是同时全部解除，都没有航线。",
        );
        lines.push(text);
    }
    lines
}

fn reasons(asked: &Asked<'_>, why: &NoWay) -> Vec<Text> {
    let [from, to] = asked.ends;
    match why {
        NoWay::SamePlace => vec![Text::new(
            format!(
                "No route: {} and {} are one place.\n  expected: two places apart\n  cure: give another place for --to",
                from.name.en, to.name.en
            ),
            format!(
                "没有航线：{}与{}是同一位置。\n  应为：两处不同的位置\n  办法：请为 --to 选择其他位置",
                from.name.zh, to.name.zh
            ),
        )],
        NoWay::End { end, denial } => {
            let name = &asked.ends[*end].name;
            let at = if *end == 0 {
                [format!("taking off from {}", name.en), format!("自{}起飞", name.zh)]
            } else {
                [format!("landing at {}", name.en), format!("在{}降落", name.zh)]
            };
            let explained = asked.scenario.airspace.explained(denial, [&at[0], &at[1]], &asked.scenario.projection);
            let [what, expected, cure] = explained;
            let cure = match denial {
                Denial::NotApproved { .. } | Denial::OutsideArea(_) => cure,
                _ => Text::new(
                    "choose a place with free air above it, or a time when it is open",
                    "请选择上空无阻的地点，或其开放的时段",
                ),
            };
            vec![
                Text::new(format!("No route: {}", what.en), format!("没有航线：{}", what.zh)),
                Text::new(format!("  expected: {}", expected.en), format!("  应为：{}", expected.zh)),
                Text::new(format!("  cure: {}", cure.en), format!("  办法：{}", cure.zh)),
            ]
        }
        NoWay::Closed { met } => {
            let head = Text::new(
                format!("No route from {} to {} is open. The straight line meets:", from.name.en, to.name.en),
                format!("{}至{}没有可飞的航线。直线将遇到：", from.name.zh, to.name.zh),
            );
            std::iter::once(head).chain(met.iter().map(|denial| line(asked, denial))).collect()
        }
        NoWay::Battery { needed_wh, plannable_wh, best } => {
            let km = best.figures.length_m / 1000.0;
            let reserve = 100.0 * asked.who.reserve_share;
            vec![Text::new(
                format!(
                    "No route within the battery: there and back with {} kg needs {needed_wh:.0} Wh ({km:.2} km each way), of which {plannable_wh:.0} Wh may be drawn with {reserve:.0} % kept in reserve.",
                    asked.who.payload_kg
                ),
                format!(
                    "电量不足：载重 {} 千克往返（单程 {km:.2} 公里）需 {needed_wh:.0} 瓦时，保留 {reserve:.0}% 余量后可用 {plannable_wh:.0} 瓦时。",
                    asked.who.payload_kg
                ),
            )]
        }
        NoWay::Plan(error) => vec![Text::new(format!("No route: {error}"), format!("没有航线：{error}"))],
    }
}

/// A route in a few figures.
fn brief(route: &Alternative) -> Text {
    let (km, min) = (route.figures.length_m / 1000.0, route.figures.time_s / 60.0);
    let wh = route.figures.energy_wh;
    Text::new(format!("{km:.2} km, {min:.1} min, {wh:.0} Wh"), format!("{km:.2} 公里，{min:.1} 分钟，{wh:.0} 瓦时"))
}

/// What a change opens.
fn told(asked: &Asked<'_>, cure: &Cure) -> Text {
    let way = brief(&cure.route);
    let rules = |limits: &[Limit]| {
        let names: Vec<Text> = limits.iter().map(|limit| rule(asked, *limit)).collect();
        let joined = |en: bool| {
            let names = names.iter().map(|name| if en { name.en.as_str() } else { name.zh.as_str() });
            names.collect::<Vec<_>>().join(if en { ", " } else { "、" })
        };
        [joined(true), joined(false)]
    };
    let of_rules = |ids: &[RuleId]| rules(&ids.iter().map(|id| Limit::Rule(*id)).collect::<Vec<_>>());
    let [en, zh] = match &cure.lift {
        Lift::Zones(zones) => {
            let [en, zh] = of_rules(zones);
            [format!("Without {en}"), format!("若解除{zh}")]
        }
        Lift::Approval(limits) => {
            let [en, zh] = rules(limits);
            [format!("With an approval for {en}"), format!("若获得{zh}的批准")]
        }
        Lift::Obstacles(obstacles) => {
            let [en, zh] = of_rules(obstacles);
            [format!("Without the obstacles {en}"), format!("若没有障碍物{zh}")]
        }
        Lift::Ceiling(agl_m) => [format!("With a ceiling of {agl_m:.0} m"), format!("若限高为 {agl_m:.0} 米")],
        Lift::Clearance(metres) => {
            [format!("With a clearance of {metres:.0} m"), format!("若离地净空为 {metres:.0} 米")]
        }
        Lift::Several(limits) => {
            let [en, zh] = rules(limits);
            [format!("Only without all of these: {en}"), format!("须同时解除：{zh}")]
        }
        Lift::Payload(kg) => {
            // Rounded down, so that what is said can be carried.
            let kg = (kg * 10.0).floor() / 10.0;
            [format!("With a payload of {kg:.1} kg"), format!("若载重为 {kg:.1} 千克")]
        }
    };
    Text::new(format!("{en}: {}.", way.en), format!("{zh}：{}。", way.zh))
}

/// The same for machines.
pub fn json(asked: &Asked<'_>, why: &NoWay, cures: &Cures) -> Value {
    let reason = match why {
        NoWay::SamePlace => json!({ "kind": "same-place" }),
        NoWay::End { end, denial } => {
            json!({ "kind": "end", "end": if *end == 0 { "from" } else { "to" }, "denial": denial_json(asked, denial) })
        }
        NoWay::Closed { met } => {
            let met: Vec<Value> = met.iter().map(|denial| denial_json(asked, denial)).collect();
            json!({ "kind": "closed", "met": met })
        }
        NoWay::Battery { needed_wh, plannable_wh, best } => json!({
            "kind": "battery", "needed_wh": needed_wh, "plannable_wh": plannable_wh, "best": route_json(asked, best),
        }),
        NoWay::Plan(error) => json!({ "kind": "plan", "error": error.to_string() }),
    };
    let lifts: Vec<Value> = cures
        .lifts
        .iter()
        .map(|cure| json!({ "what": told(asked, cure), "route": route_json(asked, &cure.route) }))
        .collect();
    let departure = cures
        .departure
        .as_ref()
        .map(|(depart, route)| json!({ "depart": depart.to_string(), "route": route_json(asked, route) }));
    json!({ "routes": [], "why": reason, "cures": lifts, "departure": departure })
}
