//! Plans of QGroundControl: JSON with a mission, a geofence and rally points.
//!
//! Keys and versions: QGroundControl's developer guide, "Plan File Format", and the sources under `src/MissionManager`
//! (`MissionController`, `SimpleMissionItem`, `TransectStyleComplexItem`, `StructureScanComplexItem`, `LandingComplexItem`,
//! `GeoFenceController`, `RallyPointController`). Surveys and corridor scans store the items they fly: these are read.

mod complex;
mod fence;
mod json;
mod made;
mod structure;
mod writer;

pub use writer::write;

use self::json::{Document, Members};
use super::course::{Course, Routes};
use super::format::RouteFormat;
use super::mission::{AltitudeMode, Item, Mission, Unflown};
use super::place::{self, Spot, checked};
use super::record::{Home, RouteFile};
use crate::formats::features::{Coordinates, Faults, texts};
use crate::message::{Findings, Text};

/// Vehicles that hover, whose speed is `hoverSpeed`: MAVLink `MAV_TYPE` 2, 3, 4, 13, 14, 15.
const HOVERING: [f64; 6] = [2.0, 3.0, 4.0, 13.0, 14.0, 15.0];

/// Reads a plan.
pub fn read(text: &str, stem: &str, at: Coordinates, faults: &mut Faults) -> Option<RouteFile> {
    let document = Document::new(text);
    let top = document.top(faults)?;
    if top.text("fileType").as_deref() != Some("Plan") {
        faults.error("fileType", no_plan());
        return None;
    }
    top.check_version("version", &[1], faults);
    top.warn_unknown(&["fileType", "version", "groundStation", "mission", "geoFence", "rallyPoints"], faults);
    let mission = top.object("mission", faults);
    let Some(mission) = mission else {
        faults.error("mission", no_mission());
        return None;
    };
    let home = home_of(&mission, at, faults);
    let mut routes = Routes::default();
    read_mission(&mission, home, stem, at, &mut routes, faults);
    let fences = top.object("geoFence", faults).map(|fence| fence::fences(&fence, at, faults)).unwrap_or_default();
    let rallies = top.object("rallyPoints", faults).map(|points| fence::rallies(&points, home, at, faults));
    Some(RouteFile {
        format: RouteFormat::Plan,
        routes: routes.finish(),
        fences,
        rallies: rallies.unwrap_or_default(),
        home,
        warnings: Findings::default(),
    })
}

fn home_of(mission: &Members<'_>, at: Coordinates, faults: &mut Faults) -> Option<Home> {
    let (key, line, values) = mission.numbers("plannedHomePosition", faults)?;
    let spot = Spot { key: &key, line };
    let [Some(lat_deg), Some(lon_deg), rest @ ..] = &values[..] else {
        spot.error(no_home_place(), faults);
        return None;
    };
    let place = checked(*lat_deg, *lon_deg, at, spot, faults)?;
    let amsl_m = rest.first().copied().flatten();
    let amsl_m = match amsl_m {
        Some(metres) => Some(place::height(metres, spot, faults)?),
        None => None,
    };
    Some(Home { place, amsl_m })
}

fn read_mission(
    members: &Members<'_>,
    home: Option<Home>,
    stem: &str,
    at: Coordinates,
    routes: &mut Routes,
    faults: &mut Faults,
) {
    members.check_version("version", &[2], faults);
    let known = [
        "version",
        "firmwareType",
        "vehicleType",
        "cruiseSpeed",
        "hoverSpeed",
        "globalPlanAltitudeMode",
        "plannedHomePosition",
        "items",
    ];
    members.warn_unknown(&known, faults);
    let mut course = Course::new(None, members.spot(), faults);
    course.speed_mps = speed_of(members, faults);
    let usual_mode = members.number("globalPlanAltitudeMode", faults);
    let mut mission = Mission { at, home, course, routes, unflown: Unflown::default() };
    for (index, entry) in members.objects("items", faults).into_iter().enumerate() {
        let Some(entry) = entry else { continue };
        match entry.text("type").as_deref() {
            Some("SimpleItem") => {
                if let Some(item) = simple_item(&entry, index + 1, usual_mode, faults) {
                    mission.item(&item, faults);
                }
            }
            Some("ComplexItem") => complex::read(&entry, index + 1, &mut mission, faults),
            other => entry.spot().error(strange_item(other), faults),
        }
    }
    let Mission { course, unflown, .. } = mission;
    unflown.tell(faults);
    routes.add(course, stem, faults);
}

/// The speed that a plan is made for.
fn speed_of(mission: &Members<'_>, faults: &mut Faults) -> Option<f64> {
    let hovers = mission.number("vehicleType", faults).is_some_and(|vehicle| HOVERING.contains(&vehicle));
    let name = if hovers { "hoverSpeed" } else { "cruiseSpeed" };
    let mps = mission.number(name, faults)?;
    let key = mission.key_of(name);
    place::speed(mps, Spot { key: &key, line: mission.line_of(name) }, faults)
}

/// A simple item. Where it has no mode of its own and that of the plan is not mixed, its frame decides all the same.
fn simple_item(entry: &Members<'_>, number: usize, usual_mode: Option<f64>, faults: &mut Faults) -> Option<Item> {
    let known = [
        "type",
        "command",
        "frame",
        "params",
        "autoContinue",
        "doJumpId",
        "Altitude",
        "AltitudeMode",
        "AMSLAltAboveTerrain",
    ];
    entry.warn_unknown(&known, faults);
    let item = bare_item(entry, number, faults)?;
    let whole = |value: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and no mode is that large")]
        let whole = value as i64;
        whole
    };
    let mode = entry.number("AltitudeMode", faults);
    let has_height = mode.is_some() || entry.has("Altitude");
    let mode = mode.or(usual_mode.filter(|_| has_height));
    Some(Item {
        mode: mode.and_then(|mode| AltitudeMode::of(whole(mode))),
        altitude: entry.number("Altitude", faults),
        ..item
    })
}

/// The part of an item that is sent to the vehicle.
fn bare_item(entry: &Members<'_>, number: usize, faults: &mut Faults) -> Option<Item> {
    let command = entry.whole("command", faults);
    let frame = entry.whole("frame", faults);
    let params = entry.numbers("params", faults);
    let (Some(command), Some(frame), Some((_, _, params))) = (command, frame, params) else {
        entry.spot().error(incomplete(), faults);
        return None;
    };
    let Ok(params) = <[Option<f64>; 7]>::try_from(params) else {
        entry.spot().error(incomplete(), faults);
        return None;
    };
    if entry.text("autoContinue").as_deref() == Some("false") {
        entry.spot().warn(waits(), faults);
    }
    let (key, line) = (entry.key().to_owned(), entry.line());
    Some(Item { command, frame, params, key, number, line, ..Item::default() })
}

fn no_plan() -> [Text; 3] {
    texts(
        ("this is no plan of QGroundControl", "不是 QGroundControl 计划文件"),
        ("`\"fileType\": \"Plan\"`", "`\"fileType\": \"Plan\"`"),
        ("save the plan with QGroundControl 3.4 or later", "请用 QGroundControl 3.4 及以上版本保存"),
    )
}

fn no_mission() -> [Text; 3] {
    texts(
        ("a plan without a mission", "计划中没有任务"),
        ("`mission` with `items`", "含 `items` 的 `mission`"),
        ("plan a route in QGroundControl and save it", "请在 QGroundControl 中规划航线并保存"),
    )
}

fn no_home_place() -> [Text; 3] {
    texts(
        ("the home position has no place", "起始点没有位置"),
        ("[latitude, longitude, height above mean sea level]", "[纬度, 经度, 海拔高]"),
        ("set it in QGroundControl, or take the key out", "请在 QGroundControl 中设定，或去掉此键"),
    )
}

fn strange_item(kind: Option<&str>) -> [Text; 3] {
    let kind: String = kind.unwrap_or_default().chars().take(60).collect();
    texts(
        (format!("an item of type `{kind}`"), format!("类型为 `{kind}` 的项")),
        ("`SimpleItem` or `ComplexItem`", "`SimpleItem` 或 `ComplexItem`"),
        ("correct `type`", "请改正 `type`"),
    )
}

fn incomplete() -> [Text; 3] {
    texts(
        ("an item that is not whole", "任务项不完整"),
        ("`command`, `frame` and seven `params`", "`command`、`frame` 与七个 `params`"),
        ("complete it, or take it out", "请补全，或去掉此项"),
    )
}

fn waits() -> [Text; 3] {
    texts(
        ("`autoContinue` is false: the wait for a person is not flown", "`autoContinue` 为 false：不执行等待人工继续"),
        ("true", "true"),
        ("nothing, or give the point a time to stay", "可不处理，或为该点填写停留时间"),
    )
}
