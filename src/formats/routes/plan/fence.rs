//! Geofences and rally points of a plan.

use super::json::Members;
use crate::formats::features::{Coordinates, Faults, texts};
use crate::formats::routes::mission::over_home;
use crate::formats::routes::place::{self, Spot, checked};
use crate::formats::routes::record::{Fence, Home, RallyRecord};
use crate::message::Text;
use crate::world::airspace::Shape;
use crate::world::geo::Geographic;

/// The largest radius of a circle, m.
const LARGEST_M: f64 = 1e6;

/// The polygons and circles of `geoFence`.
pub fn fences(members: &Members<'_>, at: Coordinates, faults: &mut Faults) -> Vec<Fence> {
    members.check_version("version", &[2], faults);
    members.warn_unknown(&["version", "circles", "polygons"], faults);
    let polygons = members.objects("polygons", faults).into_iter().flatten();
    let mut fences: Vec<Fence> = polygons.filter_map(|polygon| polygon_of(&polygon, at, faults)).collect();
    let circles = members.objects("circles", faults).into_iter().flatten();
    fences.extend(circles.filter_map(|circle| circle_of(&circle, at, faults)));
    fences
}

fn polygon_of(members: &Members<'_>, at: Coordinates, faults: &mut Faults) -> Option<Fence> {
    members.warn_unknown(&["version", "polygon", "inclusion"], faults);
    let inclusion = inclusion_of(members, faults)?;
    let outer: Vec<Geographic> = places(members, "polygon", at, faults);
    if outer.len() < 3 {
        members.spot().error(too_few(outer.len()), faults);
        return None;
    }
    Some(Fence { shape: Shape::Polygon { outer, holes: Vec::new() }, inclusion })
}

fn circle_of(members: &Members<'_>, at: Coordinates, faults: &mut Faults) -> Option<Fence> {
    members.warn_unknown(&["version", "circle", "inclusion"], faults);
    let inclusion = inclusion_of(members, faults)?;
    let circle = members.object("circle", faults);
    let (Some(circle), spot) = (circle, members.spot()) else {
        members.spot().error(no_circle(), faults);
        return None;
    };
    let centre = circle.numbers("center", faults);
    let radius_m = circle.number("radius", faults).filter(|radius_m| *radius_m > 0.0 && *radius_m <= LARGEST_M);
    let (Some((key, line, centre)), Some(radius_m)) = (centre, radius_m) else {
        spot.error(no_circle(), faults);
        return None;
    };
    let centre = place_of(&centre, at, Spot { key: &key, line }, faults)?;
    Some(Fence { shape: Shape::Circle { centre, radius_m }, inclusion })
}

fn inclusion_of(members: &Members<'_>, faults: &mut Faults) -> Option<bool> {
    let inclusion = members.flag("inclusion", faults);
    if inclusion.is_none() {
        members.spot().error(no_inclusion(), faults);
    }
    inclusion
}

/// The places of a member, latitude first; those that are none are told.
pub fn places(members: &Members<'_>, name: &str, at: Coordinates, faults: &mut Faults) -> Vec<Geographic> {
    let places = members.places(name, faults);
    let checked =
        places.iter().filter_map(|(key, line, numbers)| place_of(numbers, at, Spot { key, line: *line }, faults));
    checked.collect()
}

/// The place of a list of numbers, latitude first.
pub fn place_of(numbers: &[Option<f64>], at: Coordinates, spot: Spot<'_>, faults: &mut Faults) -> Option<Geographic> {
    if let [Some(lat_deg), Some(lon_deg), ..] = numbers {
        return checked(*lat_deg, *lon_deg, at, spot, faults);
    }
    let what = ("no place", "不是位置");
    spot.error(texts(what, ("[latitude, longitude]", "[纬度, 经度]"), ("write two numbers", "请写两个数字")), faults);
    None
}

/// The points of `rallyPoints`; their heights are over home.
pub fn rallies(members: &Members<'_>, home: Option<Home>, at: Coordinates, faults: &mut Faults) -> Vec<RallyRecord> {
    members.check_version("version", &[2], faults);
    members.warn_unknown(&["version", "points"], faults);
    let points = members.places("points", faults);
    let mut rallies = Vec::with_capacity(points.len());
    for (key, line, numbers) in points {
        let spot = Spot { key: &key, line };
        let Some(place) = place_of(&numbers, at, spot, faults) else { continue };
        let metres = numbers.get(2).copied().flatten();
        let known = metres.zip(home.and_then(|home| home.amsl_m));
        if known.is_none() {
            spot.warn(no_rally_height(), faults);
        }
        let altitude = known.and_then(|(metres, home_amsl_m)| {
            place::height(metres, spot, faults).map(|metres| over_home(home_amsl_m, metres))
        });
        rallies.push(RallyRecord { place, altitude });
    }
    rallies
}

fn too_few(count: usize) -> [Text; 3] {
    texts(
        (format!("a fence of {count} corners"), format!("围栏只有 {count} 个角点")),
        ("at least 3", "至少 3 个"),
        ("add the missing corners, or take the fence out", "请补全角点，或去掉此围栏"),
    )
}

fn no_circle() -> [Text; 3] {
    texts(
        ("a circle that is not whole", "圆不完整"),
        (
            "`circle` with `center` [latitude, longitude] and `radius` in metres",
            "`circle`，含 `center` [纬度, 经度] 与以米为单位的 `radius`",
        ),
        ("complete it, or take the fence out", "请补全，或去掉此围栏"),
    )
}

fn no_inclusion() -> [Text; 3] {
    texts(
        ("a fence that does not say whether one must stay inside or outside", "围栏未说明须在其内还是其外"),
        ("`inclusion`: true or false", "`inclusion`：true 或 false"),
        ("add it", "请补上"),
    )
}

fn no_rally_height() -> [Text; 3] {
    texts(
        ("the height of the rally point cannot be known", "备降点高度无法确定"),
        ("a height over home, and home with its height", "相对起始点的高度，以及起始点高度"),
        ("set the home position in the plan", "请在计划中设定起始点"),
    )
}
