//! Why a segment may not be flown, and how that is said.

use super::Building;
use crate::message::Text;
use crate::world::geo::{LocalProjection, Position};

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
    /// Closer to a building than the clearance.
    Building(Building),
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
    /// What is wrong with something, `at` in English and Chinese, what was expected, and what to do; for a ceiling and a
    /// clearance over ground, m.
    pub(super) fn texts(
        &self,
        [at_en, at_zh]: [&str; 2],
        (ceiling, clearance): (f64, f64),
        projection: &LocalProjection,
    ) -> [Text; 3] {
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
            Self::Building(building) => [
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
        }
    }
}
