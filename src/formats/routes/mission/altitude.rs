//! What the height of a mission item is measured from.
//!
//! Modes: QGroundControl, `QGroundControlQmlGlobal::AltMode` (0 mixed, 1 relative to home, 2 absolute, 3 calculated above
//! terrain, 4 terrain frame, 5 none). In mode 3 `Altitude` is above ground and the parameter what QGroundControl computed
//! from its own terrain; in the others both are the same number. Frames: MAVLink `common.xml`, enum `MAV_FRAME`.

use super::items::Item;
use super::mode::AltitudeMode;
use crate::formats::features::{Faults, texts};
use crate::formats::routes::place;
use crate::formats::routes::record::Home;
use crate::message::Text;
use crate::units::Altitude;

/// Heights that differ by more are two heights, m.
const ROUNDING_M: f64 = 0.01;

/// The height of an item: above mean sea level or above ground, `Some(None)` where it gives none. `None`, and a finding, if
/// it is not known what it is measured from.
#[expect(clippy::option_option, reason = "no height is an answer, a height without a datum is a fault")]
pub fn altitude_of(item: &Item, home: Option<Home>, faults: &mut Faults) -> Option<Option<Altitude>> {
    let spot = item.spot();
    let Some(by_frame) = AltitudeMode::of_frame(item.frame) else {
        spot.error(strange_frame(item), faults);
        return None;
    };
    let mode = item.mode.unwrap_or(by_frame);
    let wanted = if mode == AltitudeMode::AboveTerrain { AltitudeMode::Amsl } else { mode };
    if wanted != by_frame {
        spot.error(contradiction(item, mode), faults);
        return None;
    }
    if mode == AltitudeMode::AboveTerrain
        && let Some(metres) = item.altitude
    {
        return Some(Some(Altitude::agl(place::height(metres, spot, faults)?)));
    }
    let Some(metres) = item.params[6] else { return Some(None) };
    let metres = place::height(metres, spot, faults)?;
    if let Some(other) = item.altitude.filter(|other| item.mode.is_some() && (other - metres).abs() > ROUNDING_M) {
        spot.warn(two_heights(other, metres), faults);
    }
    match by_frame {
        AltitudeMode::Relative => relative(metres, item, home, faults).map(Some),
        AltitudeMode::TerrainFrame => Some(Some(Altitude::agl(metres))),
        _ => Some(Some(Altitude::amsl(metres))),
    }
}

fn relative(metres: f64, item: &Item, home: Option<Home>, faults: &mut Faults) -> Option<Altitude> {
    let Some(home_amsl_m) = home.and_then(|home| home.amsl_m) else {
        item.spot().error(no_home(metres), faults);
        return None;
    };
    Some(over_home(home_amsl_m, metres))
}

/// A height over home as one above mean sea level, rounded to a thousandth of a millimetre.
pub fn over_home(home_amsl_m: f64, metres: f64) -> Altitude {
    Altitude::amsl(((home_amsl_m + metres) * 1e6).round() / 1e6)
}

fn strange_frame(item: &Item) -> [Text; 3] {
    let (name, frame) = (item.name(), item.frame);
    texts(
        (
            format!("{name} in frame {frame}: a height without a datum"),
            format!("{name} 采用坐标框架 {frame}：高度没有基准"),
        ),
        (
            "frame 0 or 5 (mean sea level), 3 or 6 (home), 10 or 11 (ground)",
            "框架 0 或 5（平均海平面）、3 或 6（起始点）、10 或 11（地面）",
        ),
        ("give the item one of these frames", "请改用其中之一"),
    )
}

fn contradiction(item: &Item, mode: AltitudeMode) -> [Text; 3] {
    let (frame, number) = (item.frame, mode.number());
    texts(
        (
            format!("`AltitudeMode` {number} contradicts frame {frame}: the datum of the height is not known"),
            format!("`AltitudeMode` {number} 与框架 {frame} 矛盾：高度基准不明"),
        ),
        (
            "mode 1 with frame 3, 2 or 3 with frame 0, 4 with frame 10",
            "模式 1 配框架 3，模式 2 或 3 配框架 0，模式 4 配框架 10",
        ),
        (
            "open the plan in QGroundControl, set the altitude mode and save it",
            "请用 QGroundControl 打开、设定高度模式并保存",
        ),
    )
}

fn two_heights(stated: f64, flown: f64) -> [Text; 3] {
    texts(
        (
            format!("`Altitude` says {stated} m, the parameter {flown} m; the parameter is what is flown"),
            format!("`Altitude` 为 {stated} 米，参数为 {flown} 米；以飞行所用的参数为准"),
        ),
        ("one height", "同一高度"),
        ("correct the one that is wrong", "请改正其中有误的一个"),
    )
}

fn no_home(metres: f64) -> [Text; 3] {
    texts(
        (
            format!("{metres} m above home, and the height of home is not known"),
            format!("起始点以上 {metres} 米，但起始点高度未知"),
        ),
        ("a home position with its height above mean sea level", "带海拔高的起始点位置"),
        (
            "set the home position in the plan, or give heights above mean sea level",
            "请在计划中设定起始点，或采用海拔高",
        ),
    )
}
