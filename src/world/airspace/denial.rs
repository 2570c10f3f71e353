//! Why a segment may not be flown, and how that is said.

use super::Airspace;
use super::rules::{Limit, RuleId, Told};
use crate::message::Text;
use crate::world::geo::{Geographic, LocalProjection, Position};

/// Why a segment may not be flown: the rule, and where it is broken most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Denial {
    /// Outside the area.
    OutsideArea(LegSample),
    /// Above the ceiling surface.
    AboveCeiling(LegSample),
    /// Under the ground.
    UnderGround(LegSample),
    /// Over the ground, but lower than the clearance.
    TooLow(LegSample),
    /// Closer to an obstacle than its clearance.
    Obstacle {
        /// The obstacle.
        rule: RuleId,
        /// Its height over ground, m.
        height_m: f64,
        /// Its clearance, m.
        clearance_m: f64,
    },
    /// In a zone where nobody flies.
    Prohibited {
        /// The zone.
        rule: RuleId,
        /// Where it is entered.
        at: LegSample,
    },
    /// Where flying needs an approval, without one that holds for the operator, the time and the height.
    NotApproved {
        /// What asks for it.
        limit: Limit,
        /// Where it begins to lack.
        at: LegSample,
        /// The approval there that comes closest, and why it does not open.
        closest: Option<(RuleId, Lack)>,
    },
}

/// Why an approval does not open a place that it covers; what is closest to opening last.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Lack {
    /// Another operator holds it.
    Holder,
    /// It does not hold the whole time.
    Time,
    /// It opens other heights: from, up to, m above ground.
    Height(f64, f64),
}

/// A point of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegSample {
    /// Where.
    pub position: Position,
    /// True height there, m; not a number outside the terrain.
    pub agl_m: f64,
}

impl Denial {
    /// The name of its rule in files.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::OutsideArea(_) => "outside_area",
            Self::AboveCeiling(_) => "above_ceiling",
            Self::UnderGround(_) => "under_ground",
            Self::TooLow(_) => "too_low",
            Self::Obstacle { .. } => "obstacle",
            Self::Prohibited { .. } => "prohibited",
            Self::NotApproved { .. } => "not_approved",
        }
    }

    /// The rule itself, where it is one of the list.
    pub const fn limit(&self) -> Option<Limit> {
        match self {
            Self::Obstacle { rule, .. } | Self::Prohibited { rule, .. } => Some(Limit::Rule(*rule)),
            Self::NotApproved { limit, .. } => Some(*limit),
            Self::OutsideArea(_) | Self::AboveCeiling(_) | Self::UnderGround(_) | Self::TooLow(_) => None,
        }
    }

    /// Whether another one is by the same rule.
    pub fn is_by_the_rule_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Obstacle { rule, .. }, Self::Obstacle { rule: other, .. })
            | (Self::Prohibited { rule, .. }, Self::Prohibited { rule: other, .. }) => rule == other,
            (Self::NotApproved { limit, .. }, Self::NotApproved { limit: other, .. }) => limit == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// What is wrong with something, `at` in English and Chinese, what was expected, and what to do.
    pub(super) fn texts(&self, at: [&str; 2], airspace: &Airspace, projection: &LocalProjection) -> [Text; 3] {
        let [at_en, at_zh] = at;
        let (ceiling, clearance) = (airspace.ceiling_agl_m(), airspace.clearance_m());
        match self {
            Self::AboveCeiling(sample) => [
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
                    "请降低航路点，或按真高（altitude_agl_m）飞行",
                ),
            ],
            Self::UnderGround(sample) => [
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
                    "请抬高航路点，或按真高（altitude_agl_m）飞行",
                ),
            ],
            Self::TooLow(sample) => [
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
            Self::OutsideArea(sample) => {
                let place = projection.to_geographic(&sample.position.xy());
                [
                    Text::new(
                        format!("{at_en} is outside the area at {:.5}, {:.5}", place.lat_deg, place.lon_deg),
                        format!("{at_zh}在 {:.5}, {:.5} 处越出空域", place.lat_deg, place.lon_deg),
                    ),
                    Text::new("a route inside the area", "航线位于空域之内"),
                    Text::new("move the waypoint into the area", "请将航路点移入空域"),
                ]
            }
            Self::Obstacle { rule, height_m, clearance_m } => {
                obstacle_texts(at, &airspace.told(Limit::Rule(*rule)), *height_m, *clearance_m)
            }
            Self::Prohibited { rule, at: sample } => {
                prohibited_texts(at, &airspace.told(Limit::Rule(*rule)), &Spot::of(sample, projection))
            }
            Self::NotApproved { limit, at: sample, closest } => {
                let closest = closest.map(|(rule, lack)| closest_texts(rule, lack, airspace)).unwrap_or_default();
                not_approved_texts(at, &airspace.told(*limit), &Spot::of(sample, projection), &closest)
            }
        }
    }
}

/// Where a rule is broken, in degrees and metres.
struct Spot {
    place: Geographic,
    agl_m: f64,
}

impl Spot {
    fn of(sample: &LegSample, projection: &LocalProjection) -> Self {
        Self { place: projection.to_geographic(&sample.position.xy()), agl_m: sample.agl_m }
    }
}

fn obstacle_texts([at_en, at_zh]: [&str; 2], told: &Told, height_m: f64, clearance_m: f64) -> [Text; 3] {
    let Told { name, kind, .. } = told;
    let (en, zh) = if name == kind {
        let article = if name.en.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        (format!("{article} {} of {height_m:.0} m", name.en), format!("高 {height_m:.0} 米的{}", name.zh))
    } else {
        (
            format!("{} ({} of {height_m:.0} m)", name.en, kind.en),
            format!("{}（{}，高 {height_m:.0} 米）", name.zh, kind.zh),
        )
    };
    [
        Text::new(
            format!("{at_en} comes closer than {clearance_m} m to {en}"),
            format!("{at_zh}距{zh}不足 {clearance_m} 米"),
        ),
        Text::new(
            format!("at least {clearance_m} m from every obstacle"),
            format!("距所有障碍物不少于 {clearance_m} 米"),
        ),
        Text::new("raise the route or lead it around", "请抬高航线或绕行"),
    ]
}

fn prohibited_texts([at_en, at_zh]: [&str; 2], told: &Told, spot: &Spot) -> [Text; 3] {
    let (Told { name, kind, .. }, Geographic { lat_deg, lon_deg }) = (told, spot.place);
    let agl_m = spot.agl_m;
    [
        Text::new(
            format!(
                "{at_en} enters {} ({}) at {lat_deg:.5}, {lon_deg:.5}, {agl_m:.0} m above ground",
                name.en, kind.en
            ),
            format!("{at_zh}于 {lat_deg:.5}, {lon_deg:.5}、真高 {agl_m:.0} 米处进入{}（{}）", name.zh, kind.zh),
        ),
        Text::new("a way outside it, or another time", "绕开该区域，或改变时间"),
        Text::new("lead the route around it", "请绕行"),
    ]
}

/// What an approval lacks that would have to open the place.
fn closest_texts(rule: RuleId, lack: Lack, airspace: &Airspace) -> Text {
    let Text { en, zh } = airspace.told(Limit::Rule(rule)).name;
    let held_by = || match rule {
        RuleId::Approval(index) => airspace.rules().approvals[index as usize].holder.clone().unwrap_or_default(),
        _ => String::new(),
    };
    match lack {
        Lack::Holder => {
            let holder = held_by();
            Text::new(format!("; approval {en} is held by {holder}"), format!("；批准“{zh}”由 {holder} 持有"))
        }
        Lack::Time => Text::new(format!("; approval {en} does not hold then"), format!("；批准“{zh}”此时无效")),
        Lack::Height(from, to) => Text::new(
            format!("; approval {en} opens {from:.0} to {to:.0} m above ground"),
            format!("；批准“{zh}”限真高 {from:.0} 至 {to:.0} 米"),
        ),
    }
}

fn not_approved_texts([at_en, at_zh]: [&str; 2], told: &Told, spot: &Spot, closest: &Text) -> [Text; 3] {
    let (Told { name, kind, .. }, Geographic { lat_deg, lon_deg }) = (told, spot.place);
    let agl_m = spot.agl_m;
    let (by_en, by_zh) = by(told);
    [
        Text::new(
            format!(
                "{at_en} needs an approval at {lat_deg:.5}, {lon_deg:.5}, {agl_m:.1} m above ground: {} ({}){}",
                name.en, kind.en, closest.en
            ),
            format!(
                "{at_zh}于 {lat_deg:.5}, {lon_deg:.5}、真高 {agl_m:.1} 米处须经批准：{}（{}）{}",
                name.zh, kind.zh, closest.zh
            ),
        ),
        Text::new("an approval for this operator, place, height and time", "对该运营人、位置、高度与时段有效的批准"),
        Text::new(
            format!("apply for one{by_en} and enter it as [[approval]], or lead the route around"),
            format!("请{by_zh}申请并以 [[approval]] 写入，或绕行"),
        ),
    ]
}

/// Whom to apply to.
fn by(told: &Told) -> (String, String) {
    if told.authority.en.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" to {}", told.authority.en), format!("向{}", told.authority.zh))
    }
}
