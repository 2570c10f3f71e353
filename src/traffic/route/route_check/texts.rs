//! How findings about a route are said: what is wrong, what was expected, what to do.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::envelope::TypeLimit;
use super::finding::{FindingKind, Part, Remedy, RouteFinding};
use crate::message::Text;
use crate::traffic::route::plan::FlightPlan;
use crate::world::airspace::{Airspace, Denial, Limit, RuleId};
use crate::world::geo::LocalProjection;
use crate::world::weather::{Breach, Quantity};

/// What it takes to tell findings about a route.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The route.
    pub plan: &'a FlightPlan,
    /// Where it is.
    pub airspace: &'a Airspace,
    /// From local metres to the earth.
    pub projection: &'a LocalProjection,
    /// What civil times are counted in.
    pub offset: Offset,
}

/// A place of a route in English and Chinese: a waypoint, of which the first is the start and that of index `last` the end,
/// or the leg from it to the next.
pub fn place_words(waypoint: usize, is_leg: bool, last: usize) -> (String, String) {
    let name = |waypoint: usize| match waypoint {
        0 => ("the start".to_owned(), "起点".to_owned()),
        end if end == last => ("the end".to_owned(), "终点".to_owned()),
        inner => (format!("waypoint {inner}"), format!("航路点 {inner} ")),
    };
    let (here, next) = (name(waypoint), name(waypoint + 1));
    if is_leg {
        (format!("the leg from {} to {}", here.0, next.0), format!("{}至{}的航段", here.1, next.1))
    } else {
        here
    }
}

/// How a limit of a type is told of a plan whose last waypoint has an index, whatever the time.
pub fn type_limit_texts(limit: &TypeLimit, last: usize) -> [Text; 3] {
    let (en, zh) = place_words(limit.leg, true, last);
    let along_m = limit.along_m;
    let at = Text::new(format!("{en}, {along_m:.0} m along the route,"), format!("{zh}（沿航线 {along_m:.0} 米）"));
    let length_m = limit.stretch_m[1] - limit.stretch_m[0];
    type_texts(&limit.kind, &at, length_m).unwrap_or_default()
}

/// The texts of a limit of a type; none of other kinds.
fn type_texts(kind: &FindingKind, at: &Text, length_m: f64) -> Option<[Text; 3]> {
    Some(match *kind {
        FindingKind::TooSteep { gradient, needed_mps, most_mps } => too_steep(at, gradient, [needed_mps, most_mps]),
        FindingKind::SlowedBySlope { gradient, speed_mps, cruise_mps } => {
            slowed(at, gradient, [speed_mps, cruise_mps], length_m)
        }
        FindingKind::BelowWing { gradient, speed_mps, least_mps } => {
            below_wing(at, gradient, [speed_mps, least_mps], length_m)
        }
        FindingKind::TooFast { asked_mps, most_mps } => too_fast(asked_mps, most_mps),
        FindingKind::SharpCorner { turn_deg, radius_m, least_m } => sharp_corner(at, turn_deg, [radius_m, least_m]),
        _ => return None,
    })
}

impl Telling<'_> {
    /// What is wrong, what was expected, what to do.
    pub fn texts(&self, finding: &RouteFinding) -> [Text; 3] {
        let at = self.at(finding);
        match &finding.kind {
            FindingKind::Denied { denial, remedy, changes, .. } => {
                let [what, expected, cure] = self.airspace.explained(denial, [&at.en, &at.zh], self.projection);
                let cure = moved(denial, *remedy, finding.margin().value).unwrap_or(cure);
                [what, expected, self.or_later(cure, *changes)]
            }
            kind @ (FindingKind::TooSteep { .. }
            | FindingKind::SlowedBySlope { .. }
            | FindingKind::BelowWing { .. }
            | FindingKind::TooFast { .. }
            | FindingKind::SharpCorner { .. }) => type_texts(kind, &at, length_m(finding)).unwrap_or_default(),
            FindingKind::Reserve { left_wh, reserve_wh } => reserve(&at, *left_wh, *reserve_wh),
            FindingKind::NoReturn { lacking_wh } => no_return(&at, *lacking_wh),
            FindingKind::Weather(breach) => weather(&at, breach),
            FindingKind::HeldBack { wind_mps, most_mps } => held_back(&at, *wind_mps, *most_mps),
            FindingKind::HeadWind { ground_mps, planned_mps } => head_wind(&at, *ground_mps, *planned_mps),
            FindingKind::WeakLink { margin_db, lasts_s, lost_after_s } => {
                weak_link(&at, length_m(finding), *margin_db, [*lasts_s, *lost_after_s])
            }
            FindingKind::People { rule, per_km2, length_m, lasts_s } => {
                let name = self.name(*rule);
                people(&at, &name, *per_km2, [*length_m, *lasts_s])
            }
            FindingKind::Quiet { rule, limit_dba, length_m, lasts_s, lowest_agl_m } => {
                let name = self.name(*rule);
                quiet(&at, &name, [*limit_dba, *lowest_agl_m], [*length_m, *lasts_s])
            }
        }
    }

    /// A civil time as people read it.
    pub fn time(&self, at: Timestamp) -> String {
        self.offset.to_datetime(at).strftime("%H:%M:%S").to_string()
    }

    /// The same with its date and offset, RFC 3339.
    pub fn civil(&self, at: Timestamp) -> String {
        at.display_with_offset(self.offset).to_string()
    }

    fn name(&self, rule: RuleId) -> Text {
        self.airspace.told(Limit::Rule(rule)).name
    }

    /// Which part of the route, how far along it, when.
    fn at(&self, finding: &RouteFinding) -> Text {
        let last = self.plan.waypoints.len().saturating_sub(1);
        let words = |leg: usize, is_leg| place_words(leg, is_leg, last);
        let (en, zh) = match finding.part {
            Part::Departure => ("the way from the stand to the start".to_owned(), "机位至起点".to_owned()),
            Part::Landing => ("the way from the end to the stand".to_owned(), "终点至机位".to_owned()),
            Part::Leg => words(finding.leg, true),
            Part::Waypoint => words(finding.leg + usize::from(finding.along_leg_m > 0.5), false),
            Part::Circle => {
                let (en, zh) = words(finding.leg, false);
                (format!("the holding circle around {en}"), format!("{zh}的盘旋圈"))
            }
            Part::Corner => {
                let (en, zh) = words(finding.leg, false);
                (format!("the turn at {en}"), format!("{zh}的转弯"))
            }
        };
        let (along_m, time) = (finding.along_m, self.time(finding.at));
        Text::new(
            format!("{en}, {along_m:.0} m along the route at {time},"),
            format!("{zh}（沿航线 {along_m:.0} 米，{time}）"),
        )
    }

    /// A cure, and when what holds there changes.
    fn or_later(&self, cure: Text, changes: Option<Timestamp>) -> Text {
        let Some(changes) = changes else { return cure };
        let time = self.offset.to_datetime(changes).strftime("%Y-%m-%d %H:%M:%S").to_string();
        Text::new(
            format!("{}; or fly at another time: what holds there changes at {time}", cure.en),
            format!("{}；或改变时间：该处规则于 {time} 变更", cure.zh),
        )
    }
}

/// Where to move what is denied, by so many metres; `None` where that does not help.
fn moved(denial: &Denial, remedy: Remedy, by_m: f64) -> Option<Text> {
    let by_m = up(by_m, 1);
    Some(match denial {
        Denial::AboveCeiling(_) => Text::new(
            format!("lower the route there by {by_m} m, or fly it above ground"),
            format!("请将该处降低 {by_m} 米，或按真高飞行"),
        ),
        Denial::UnderGround(_) | Denial::TooLow(_) => Text::new(
            format!("raise the route there by {by_m} m, or fly it above ground"),
            format!("请将该处抬高 {by_m} 米，或按真高飞行"),
        ),
        Denial::Obstacle { .. } if remedy == Remedy::Aside => Text::new(
            format!("move the stand by {by_m} m, away from the obstacle, or choose another"),
            format!("请将机位移离障碍物 {by_m} 米，或另选机位"),
        ),
        Denial::Obstacle { .. } => Text::new(
            format!("raise the route there by {by_m} m, or lead it around"),
            format!("请将该处抬高 {by_m} 米，或绕行"),
        ),
        Denial::OutsideArea(_) | Denial::Prohibited { .. } | Denial::NotApproved { .. } => return None,
    })
}

/// An amount that is needed, with so many decimals: rounded up, for less would not do.
fn up(amount: f64, decimals: u8) -> String {
    let parts = if decimals > 0 { 10.0 } else { 1.0 };
    // What is exact but for the last bits stays what it is.
    let rounded = (amount * parts - 1e-6).ceil() / parts;
    format!("{:.1$}", rounded.max(0.0), usize::from(decimals > 0))
}

fn length_m(finding: &RouteFinding) -> f64 {
    finding.stretch_m[1] - finding.stretch_m[0]
}

/// Climbs or sinks, in English and Chinese.
const fn goes(gradient: f64) -> [&'static str; 2] {
    if gradient > 0.0 { ["climbs", "爬升"] } else { ["sinks", "下降"] }
}

fn too_steep(at: &Text, gradient: f64, [needed_mps, most_mps]: [f64; 2]) -> [Text; 3] {
    let ([en, zh], percent) = (goes(gradient), gradient.abs() * 100.0);
    [
        Text::new(
            format!("{} {en} by {percent:.0} %, which takes {needed_mps:.1} m/s", at.en),
            format!("{}{zh}坡度 {percent:.0}%，需 {needed_mps:.1} 米/秒", at.zh),
        ),
        Text::new(
            format!("at most {most_mps} m/s, which is what the type does"),
            format!("不超过机型的 {most_mps} 米/秒"),
        ),
        Text::new(
            "fly there more slowly, lead the route along the slope, or choose another type",
            "请降低该处速度、沿坡绕行或更换机型",
        ),
    ]
}

fn slowed(at: &Text, gradient: f64, [speed_mps, cruise_mps]: [f64; 2], length_m: f64) -> [Text; 3] {
    let ([en, zh], percent) = (goes(gradient), gradient.abs() * 100.0);
    [
        Text::new(
            format!(
                "{} {en} by {percent:.0} %, which leaves {speed_mps:.1} of {cruise_mps} m/s ({length_m:.0} m of the leg)",
                at.en
            ),
            format!(
                "{}{zh}坡度 {percent:.0}%，速度仅余 {speed_mps:.1} 米/秒（计划 {cruise_mps} 米/秒，涉及 {length_m:.0} 米）",
                at.zh
            ),
        ),
        Text::new("at least half of the speed", "不低于一半速度"),
        Text::new("lead the route along the slope, or plan more time", "请沿坡绕行，或预留更多时间"),
    ]
}

fn below_wing(at: &Text, gradient: f64, [speed_mps, least_mps]: [f64; 2], length_m: f64) -> [Text; 3] {
    let (percent, [en, zh]) = (gradient.abs() * 100.0, goes(gradient));
    let (why_en, why_zh) = if percent > 0.0 {
        (format!(" {en} by {percent:.0} %, which leaves"), format!("{zh}坡度 {percent:.0}%，速度仅"))
    } else {
        (" is planned at".to_owned(), "计划速度".to_owned())
    };
    [
        Text::new(
            format!(
                "{}{why_en} {speed_mps:.1} m/s: too slow for the wing, it flies on its rotors for {length_m:.0} m",
                at.en
            ),
            format!("{}{why_zh} {speed_mps:.1} 米/秒，低于机翼最小空速，须以旋翼飞行 {length_m:.0} 米", at.zh),
        ),
        Text::new(
            format!("at least {} m/s on the wing", up(least_mps, 1)),
            format!("机翼飞行不低于 {} 米/秒", up(least_mps, 1)),
        ),
        Text::new(
            "lead the route along the slope, ask for more speed, or choose another type",
            "请沿坡绕行、提高速度或更换机型",
        ),
    ]
}

fn too_fast(asked_mps: f64, most_mps: f64) -> [Text; 3] {
    [
        Text::new(
            format!("{asked_mps} m/s is asked for, the type flies {most_mps} m/s and needs more time"),
            format!("要求速度 {asked_mps} 米/秒，机型最大空速 {most_mps} 米/秒，实际用时更长"),
        ),
        Text::new(format!("at most {most_mps} m/s"), format!("不超过 {most_mps} 米/秒")),
        Text::new("lower speed_mps or choose another type", "请降低 speed_mps 或更换机型"),
    ]
}

fn sharp_corner(at: &Text, turn_deg: f64, [radius_m, least_m]: [f64; 2]) -> [Text; 3] {
    [
        Text::new(
            format!(
                "{} turns by {turn_deg:.0}°, which leaves a radius of {radius_m:.0} m: it slows to its rotors there",
                at.en
            ),
            format!("{}转弯 {turn_deg:.0}°，半径仅 {radius_m:.0} 米，须减速以旋翼转弯", at.zh),
        ),
        Text::new(
            format!("at least {} m, the steepest turn of the wing", up(least_m, 0)),
            format!("不小于机翼最小转弯半径 {} 米", up(least_m, 0)),
        ),
        Text::new("spread the turn over two waypoints", "请用两个航路点分担转弯"),
    ]
}

fn reserve(at: &Text, left_wh: f64, reserve_wh: f64) -> [Text; 3] {
    [
        Text::new(
            format!("{} eats into the reserve: {left_wh:.0} Wh are left at its end", at.en),
            format!("{}动用余量：航段末仅余 {left_wh:.0} 瓦时", at.zh),
        ),
        Text::new(format!("a reserve of {} Wh", up(reserve_wh, 0)), format!("余量 {} 瓦时", up(reserve_wh, 0))),
        Text::new(
            "shorten the route, lower the payload, wait for less wind or choose another type",
            "请缩短航线、降低载重、等待风小或更换机型",
        ),
    ]
}

fn no_return(at: &Text, lacking_wh: f64) -> [Text; 3] {
    let lacking_wh = up(lacking_wh, 0);
    [
        Text::new(
            format!("{} is the last place to turn back from, and the end lacks {lacking_wh} Wh", at.en),
            format!("{}为最后返航点，而到终点尚缺 {lacking_wh} 瓦时", at.zh),
        ),
        Text::new("a way back or a way on with the reserve, everywhere", "处处可在保留余量下返航或继续"),
        Text::new("add a rally site or shorten the route", "请增设备降点或缩短航线"),
    ]
}

fn weather(at: &Text, breach: &Breach) -> [Text; 3] {
    let text = breach.text();
    let at_pad = breach.quantity == Quantity::LandingWind;
    let (en, zh) = if at_pad { ("meets at the stand", "机位处") } else { ("meets", "遇") };
    [
        Text::new(format!("{} {en} {}", at.en, text.en), format!("{}{zh}{}", at.zh, text.zh)),
        Text::new("weather within the limits of the type", "机型限制之内的天气"),
        Text::new("fly at another time, lower, or with another type", "请改变时间、降低高度或更换机型"),
    ]
}

fn held_back(at: &Text, wind_mps: f64, most_mps: f64) -> [Text; 3] {
    [
        Text::new(
            format!("{} meets {wind_mps:.1} m/s of wind and makes no way", at.en),
            format!("{}遇风 {wind_mps:.1} 米/秒，无法前进", at.zh),
        ),
        Text::new(format!("less than the {most_mps} m/s of the type"), format!("小于机型的 {most_mps} 米/秒")),
        Text::new("fly at another time, lower, or with another type", "请改变时间、降低高度或更换机型"),
    ]
}

fn head_wind(at: &Text, ground_mps: f64, planned_mps: f64) -> [Text; 3] {
    [
        Text::new(
            format!("{} makes {ground_mps:.1} m/s against the wind", at.en),
            format!("{}逆风对地速度仅 {ground_mps:.1} 米/秒", at.zh),
        ),
        Text::new(format!("at least half of {planned_mps:.1} m/s"), format!("不低于 {planned_mps:.1} 米/秒的一半")),
        Text::new("plan more time and energy, or wait for less wind", "请预留更多时间与电量，或等待风小"),
    ]
}

fn weak_link(at: &Text, length_m: f64, margin_db: f64, [lasts_s, lost_after_s]: [f64; 2]) -> [Text; 3] {
    let below_db = -margin_db;
    let is_lost = lasts_s >= lost_after_s;
    let (en, zh) = if is_lost { (": the link is lost", "，链路将中断") } else { ("", "") };
    [
        Text::new(
            format!(
                "{} is {below_db:.1} dB below the sensitivity of the link; {length_m:.0} m and {lasts_s:.0} s in all{en}",
                at.en
            ),
            format!("{}低于接收灵敏度 {below_db:.1} dB，共 {length_m:.0} 米、{lasts_s:.0} 秒{zh}", at.zh),
        ),
        Text::new("a link everywhere", "处处有链路"),
        Text::new("fly higher or elsewhere, or add a base station", "请飞高或绕行，或增设基站"),
    ]
}

fn people(at: &Text, name: &Text, per_km2: f64, [length_m, lasts_s]: [f64; 2]) -> [Text; 3] {
    [
        Text::new(
            format!(
                "{} flies over {} ({per_km2:.0} people/km²) for {length_m:.0} m and {lasts_s:.0} s",
                at.en, name.en
            ),
            format!("{}飞越{}（每平方公里 {per_km2:.0} 人）{length_m:.0} 米、{lasts_s:.0} 秒", at.zh, name.zh),
        ),
        Text::new("as few people below as can be", "下方人员尽可能少"),
        Text::new("lead the route around, or fly when nobody is there", "请绕行，或在无人时飞行"),
    ]
}

fn quiet(at: &Text, name: &Text, [limit_dba, lowest_agl_m]: [f64; 2], [length_m, lasts_s]: [f64; 2]) -> [Text; 3] {
    [
        Text::new(
            format!(
                "{} flies over {} for {length_m:.0} m and {lasts_s:.0} s, {lowest_agl_m:.0} m above ground at the lowest",
                at.en, name.en
            ),
            format!("{}飞越{} {length_m:.0} 米、{lasts_s:.0} 秒，最低真高 {lowest_agl_m:.0} 米", at.zh, name.zh),
        ),
        Text::new(format!("at most {limit_dba:.0} dB(A) there"), format!("该处不超过 {limit_dba:.0} dB(A)")),
        Text::new("lead the route around, or fly higher", "请绕行，或飞高"),
    ]
}

#[cfg(test)]
mod tests {
    use super::up;

    /// What is told is never less than what is needed, nor more by a whole tenth.
    #[test]
    fn needed_amounts_are_rounded_up() {
        for (amount, tenths, whole) in [
            (0.0, "0.0", "0"),
            (0.04, "0.1", "1"),
            (0.1, "0.1", "1"),
            (0.3, "0.3", "1"),
            (12.300_000_000_001, "12.3", "13"),
            (12.301, "12.4", "13"),
            (199.44, "199.5", "200"),
            (250.0, "250.0", "250"),
        ] {
            assert_eq!([up(amount, 1), up(amount, 0)], [tenths, whole], "{amount}");
        }
    }
}
