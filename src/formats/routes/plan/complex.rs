//! Complex items of a plan: surveys, scans and landing patterns, as the simple items that they make.

use super::fence::place_of;
use super::json::Members;
use super::made::{at, flown_as};
use super::{bare_item, structure};
use crate::formats::features::{Faults, texts};
use crate::formats::routes::mission::{AltitudeMode, Item, Mission};
use crate::formats::routes::place::Spot;
use crate::message::Text;

/// Reads complex item `number` of a mission.
pub fn read(entry: &Members<'_>, number: usize, mission: &mut Mission<'_>, faults: &mut Faults) {
    let kind = entry.text("complexItemType").unwrap_or_default();
    mission.unflown.inside(Some(number));
    match kind.as_str() {
        "survey" | "CorridorScan" => transects(entry, &kind, mission, faults),
        "StructureScan" => structure::read(entry, mission, faults),
        "fwLandingPattern" | "vtolLandingPattern" => landing(entry, &kind, mission, faults),
        _ => entry.spot().warn(not_flown(number, &kind), faults),
    }
    mission.unflown.inside(None);
}

/// A survey or a corridor scan: the items that it stores, or else the line that it shows.
fn transects(entry: &Members<'_>, kind: &str, mission: &mut Mission<'_>, faults: &mut Faults) {
    let Some(inner) = entry.object("TransectStyleComplexItem", faults) else {
        return entry.spot().error(no_transects(kind), faults);
    };
    let items = inner.objects("Items", faults);
    if items.is_empty() {
        return shown_line(&inner, kind, mission, faults);
    }
    let mut count = 0;
    for (index, item) in items.into_iter().enumerate() {
        if let Some(item) = item.and_then(|item| bare_item(&item, index + 1, faults)) {
            let before = mission.course.waypoints.len();
            mission.item(&item, faults);
            count += mission.course.waypoints.len() - before;
        }
    }
    entry.spot().warn(flown_as(kind, count), faults);
}

/// The line of `VisualTransectPoints` on the height of the camera: plans that were saved without items.
fn shown_line(inner: &Members<'_>, kind: &str, mission: &mut Mission<'_>, faults: &mut Faults) {
    let points = inner.places("VisualTransectPoints", faults);
    let camera = inner.object("CameraCalc", faults);
    let height = camera.as_ref().and_then(|camera| {
        let metres = camera.number("DistanceToSurface", faults)?;
        let by_number = camera.whole("DistanceMode", faults).and_then(|mode| AltitudeMode::of(i64::from(mode)));
        let is_relative = camera.flag("DistanceToSurfaceRelative", faults);
        let by_flag =
            is_relative.map(|is_relative| if is_relative { AltitudeMode::Relative } else { AltitudeMode::Amsl });
        Some((metres, by_number.or(by_flag)?))
    });
    let (Some((metres, mode)), false) = (height, points.is_empty()) else {
        return inner.spot().error(no_transects(kind), faults);
    };
    let count = points.len();
    for (index, (key, line, numbers)) in points.into_iter().enumerate() {
        if let [Some(lat_deg), Some(lon_deg), ..] = numbers[..] {
            let item = at(lat_deg, lon_deg, (metres, mode), Spot { key: &key, line });
            mission.item(&Item { number: index + 1, ..item }, faults);
        }
    }
    inner.spot().warn(flown_as(kind, count), faults);
}

/// A landing pattern: the approach, with its circle if it has one, and the landing.
fn landing(entry: &Members<'_>, kind: &str, mission: &mut Mission<'_>, faults: &mut Faults) {
    let approach =
        if entry.has("landingApproachCoordinate") { "landingApproachCoordinate" } else { "loiterCoordinate" };
    let is_relative = |entry: &Members<'_>, older: &str, faults: &mut Faults| {
        entry.flag("altitudesAreRelative", faults).or_else(|| entry.flag(older, faults))
    };
    let circles = entry.flag("useLoiterToAlt", faults).unwrap_or(true);
    let radius_m = entry.number("loiterRadius", faults).unwrap_or(0.0).abs();
    let turn = if entry.flag("loiterClockwise", faults).unwrap_or(true) { 1.0 } else { -1.0 };
    let land = if kind == "vtolLandingPattern" { 85 } else { 21 };
    let parts = [
        (approach, "loiterAltitudeRelative", if circles { 31 } else { 16 }),
        ("landCoordinate", "landAltitudeRelative", land),
    ];
    for (number, (name, older, command)) in (1..).zip(parts) {
        let relative = is_relative(entry, older, faults);
        let (Some((key, line, numbers)), Some(relative)) = (entry.numbers(name, faults), relative) else {
            return entry.spot().error(no_landing(), faults);
        };
        let spot = Spot { key: &key, line };
        // What is said about the place is said once, when the item is added.
        let (Some(Some(metres)), true) = (numbers.get(2).copied(), numbers.len() == 3) else {
            place_of(&numbers, mission.at, spot, faults);
            return spot.error(no_landing(), faults);
        };
        let mode = if relative { AltitudeMode::Relative } else { AltitudeMode::Amsl };
        let [Some(lat_deg), Some(lon_deg), ..] = numbers[..] else { return spot.error(no_landing(), faults) };
        let mut item = Item { command, number, ..at(lat_deg, lon_deg, (metres, mode), spot) };
        if command == 31 {
            item.params[1] = Some(radius_m * turn);
        }
        mission.item(&item, faults);
    }
    entry.spot().warn(flown_as(kind, 2), faults);
}

fn not_flown(number: usize, kind: &str) -> [Text; 3] {
    let kind: String = kind.chars().take(60).collect();
    texts(
        (format!("item {number}: `{kind}` is not flown here"), format!("第 {number} 项：`{kind}` 不执行")),
        (
            "survey, CorridorScan, StructureScan, fwLandingPattern, vtolLandingPattern",
            "survey、CorridorScan、StructureScan、fwLandingPattern、vtolLandingPattern",
        ),
        ("plan it with one of these, or as waypoints", "请改用以上类型或航路点规划"),
    )
}

fn no_transects(kind: &str) -> [Text; 3] {
    texts(
        (format!("`{kind}` without the items that it flies"), format!("`{kind}` 没有所飞的任务项")),
        (
            "`TransectStyleComplexItem` with `Items`, or `VisualTransectPoints` and `CameraCalc`",
            "含 `Items`，或含 `VisualTransectPoints` 与 `CameraCalc` 的 `TransectStyleComplexItem`",
        ),
        ("open the plan in QGroundControl 4 and save it again", "请用 QGroundControl 4 打开并重新保存"),
    )
}

fn no_landing() -> [Text; 3] {
    texts(
        ("a landing pattern that is not whole", "降落图案不完整"),
        (
            "`landingApproachCoordinate` and `landCoordinate` with heights, and `altitudesAreRelative`",
            "带高度的 `landingApproachCoordinate` 与 `landCoordinate`，以及 `altitudesAreRelative`",
        ),
        ("open the plan in QGroundControl 4 and save it again", "请用 QGroundControl 4 打开并重新保存"),
    )
}
