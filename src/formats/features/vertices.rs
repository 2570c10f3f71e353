//! Places, lines and rings as files give them: checked, and repaired where there is no doubt.

use serde_json::Value;

use super::coordinates::Coordinates;
use super::faults::{Faults, texts};
use crate::message::Text;
use crate::world::geo::Geographic;

/// How near to where they are expected swapped places must lie to be taken for swapped, degrees.
const NEAR_DEG: f64 = 2.0;

/// A place, with the third number that may follow it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// The place as the file gives it.
    pub place: Geographic,
    /// The third number: a height.
    pub height_m: Option<f64>,
}

/// A place at `key`.
pub fn vertex(value: &Value, key: &str, at: Coordinates, faults: &mut Faults) -> Option<Vertex> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    let numbers: Option<Vec<f64>> = list.iter().map(Value::as_f64).collect();
    let Some(&[lon_deg, lat_deg, ref rest @ ..]) = numbers.as_deref() else {
        faults.error(key, no_place(value));
        return None;
    };
    let vertex = Vertex { place: Geographic::new(lat_deg, lon_deg), height_m: rest.first().copied() };
    let fault = misplaced(vertex.place, at.near);
    let is_fine = fault.is_none();
    if let Some(fault) = fault {
        faults.error(key, fault);
    }
    is_fine.then_some(vertex)
}

/// The places of a line, without those that repeat the one before.
pub fn line(value: &Value, key: &str, at: Coordinates, faults: &mut Faults) -> Option<Vec<Vertex>> {
    let Value::Array(list) = value else {
        faults.error(key, no_line());
        return None;
    };
    let mut line: Vec<Vertex> = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        // One place that cannot be understood is told; the others of the line most likely have the same fault.
        let next = vertex(value, &format!("{key}[{index}]"), at, faults)?;
        let last = line.last().map(|last| last.place);
        if last.is_some_and(|last| (last.lon_deg - next.place.lon_deg).abs() > 180.0) {
            faults.error(format!("{key}[{index}]"), across_antimeridian());
            return None;
        }
        if last != Some(next.place) {
            line.push(next);
        }
    }
    Some(line)
}

/// A ring: its last place, which repeats the first, is left out.
pub fn ring(value: &Value, key: &str, at: Coordinates, faults: &mut Faults) -> Option<Vec<Geographic>> {
    let mut ring: Vec<Geographic> = line(value, key, at, faults)?.iter().map(|vertex| vertex.place).collect();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    } else if ring.len() > 2 {
        faults.warning(key, open_ring());
    }
    let distinct = count_distinct(&ring);
    if distinct < 3 {
        faults.error(key, too_few(distinct));
        return None;
    }
    Some(ring)
}

/// Number of different places, 3 standing for more.
fn count_distinct(places: &[Geographic]) -> usize {
    let mut seen: Vec<Geographic> = Vec::with_capacity(3);
    for place in places {
        if !seen.contains(place) {
            seen.push(*place);
        }
        if seen.len() == 3 {
            break;
        }
    }
    seen.len()
}

/// What is wrong with where a place lies.
fn misplaced(place: Geographic, near: Option<Geographic>) -> Option<[Text; 3]> {
    let Geographic { lat_deg, lon_deg } = place;
    let exists = |lat: f64, lon: f64| lat.abs() <= 90.0 && lon.abs() <= 180.0;
    if !exists(lat_deg, lon_deg) {
        return Some(no_such_place(place, exists(lon_deg, lat_deg)));
    }
    let near = near?;
    let is_near = |lat: f64, lon: f64| (lat - near.lat_deg).abs() <= NEAR_DEG && (lon - near.lon_deg).abs() <= NEAR_DEG;
    (!is_near(lat_deg, lon_deg) && is_near(lon_deg, lat_deg)).then(|| swapped(place, near))
}

fn no_place(value: &Value) -> [Text; 3] {
    let text: String = value.to_string().chars().take(60).collect();
    texts(
        (format!("`{text}` is no place"), format!("`{text}` 不是位置")),
        ("[longitude, latitude] in degrees", "[经度, 纬度]，单位为度"),
        ("write two numbers without quotation marks", "写两个不带引号的数字"),
    )
}

fn no_line() -> [Text; 3] {
    texts(
        ("no list of places", "不是位置列表"),
        ("[[longitude, latitude], …]", "[[经度, 纬度], …]"),
        ("check how deep the brackets are nested", "检查方括号的嵌套层数"),
    )
}

const ORDER: (&str, &str) = ("longitude first, then latitude, in degrees", "先经度、后纬度，单位为度");
const SWAP: (&str, &str) =
    ("swap the two numbers of every place: latitude stands first", "交换每个位置的两个数字：现在纬度在前");

fn no_such_place(place: Geographic, swap: bool) -> [Text; 3] {
    let Geographic { lat_deg, lon_deg } = place;
    let cure = if swap { SWAP } else { ("correct the numbers", "改正数值") };
    texts(
        (
            format!("longitude {lon_deg}°, latitude {lat_deg}° does not exist"),
            format!("不存在经度 {lon_deg}°、纬度 {lat_deg}° 的位置"),
        ),
        ORDER,
        cure,
    )
}

fn swapped(place: Geographic, near: Geographic) -> [Text; 3] {
    let Geographic { lat_deg, lon_deg } = place;
    texts(
        (
            format!(
                "longitude {lon_deg}°, latitude {lat_deg}° is far from {:.2}, {:.2}, and near it if swapped",
                near.lat_deg, near.lon_deg
            ),
            format!("经度 {lon_deg}°、纬度 {lat_deg}° 远离 {:.2}, {:.2}，交换后则在其附近", near.lat_deg, near.lon_deg),
        ),
        ORDER,
        SWAP,
    )
}

fn across_antimeridian() -> [Text; 3] {
    texts(
        ("the edge to here spans more than 180° of longitude", "到此处的边跨越超过 180° 的经度"),
        ("outlines on one side of the 180th meridian", "轮廓位于 180° 经线的一侧"),
        ("cut the outline there and give both parts", "在该经线处切开轮廓，分为两部分"),
    )
}

fn open_ring() -> [Text; 3] {
    texts(
        ("the ring is open; it was closed", "环未闭合，已闭合"),
        ("the last place equal to the first", "最后一个位置与第一个相同"),
        ("repeat the first place at the end, unless places are missing", "在末尾重复第一个位置；若有缺失请补全"),
    )
}

fn too_few(distinct: usize) -> [Text; 3] {
    texts(
        (format!("a ring of {distinct} different places"), format!("环只有 {distinct} 个不同位置")),
        ("at least 3 different places", "至少 3 个不同位置"),
        ("add the missing places, or take the ring out", "补全位置，或去掉此环"),
    )
}
