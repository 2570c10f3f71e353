//! What a denial is called: what is wrong, what was expected, what to do.

use crate::message::Text;
use crate::scenario::resolved::ResolvedScenario;
use crate::world::airspace::Denial;

/// The texts of a finding that something, `at` in English and Chinese, is denied.
pub fn denial_texts([at_en, at_zh]: [&str; 2], denial: &Denial, resolved: &ResolvedScenario) -> [Text; 3] {
    let airspace = &resolved.airspace;
    let (ceiling, clearance) = (airspace.ceiling_agl_m(), airspace.clearance_m());
    match denial {
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
                "请降低航路点，或按真高（altitude_agl_m）飞行",
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
                "请抬高航路点，或按真高（altitude_agl_m）飞行",
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
    }
}
