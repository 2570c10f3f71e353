//! Waypoints that are made of a pattern.

use crate::formats::features::texts;
use crate::formats::routes::mission::{AltitudeMode, Item};
use crate::formats::routes::place::Spot;
use crate::message::Text;

/// A waypoint item at a place and a height.
pub fn at(lat_deg: f64, lon_deg: f64, (metres, mode): (f64, AltitudeMode), spot: Spot<'_>) -> Item {
    let frame = match mode {
        AltitudeMode::Relative => 3,
        AltitudeMode::TerrainFrame | AltitudeMode::AboveTerrain => 10,
        _ => 0,
    };
    let params = [Some(0.0), Some(0.0), Some(0.0), None, Some(lat_deg), Some(lon_deg), Some(metres)];
    Item { command: 16, frame, params, key: spot.key.to_owned(), line: spot.line, ..Item::default() }
}

/// What a complex item is flown as.
pub fn flown_as(kind: &str, count: usize) -> [Text; 3] {
    texts(
        (
            format!("`{kind}` is flown as its {count} waypoints; what makes it anew in QGroundControl is not kept"),
            format!("`{kind}` 按其 {count} 个航路点飞行；在 QGroundControl 中重新生成所需的参数不予保留"),
        ),
        ("waypoints", "航路点"),
        ("nothing; keep the plan to change the pattern", "无需处理；若要修改图案请保留原计划"),
    )
}
