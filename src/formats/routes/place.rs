//! Places and numbers as files give them, checked.

use crate::formats::features::{Coordinates, Faults, texts};
use crate::message::Text;
use crate::world::geo::Geographic;

/// How near to where they are expected swapped places must lie to be taken for swapped, degrees.
const NEAR_DEG: f64 = 2.0;
/// Heights beyond this are no heights of drones, m.
const HIGHEST_M: f64 = 20_000.0;
/// The longest time to stay at a point, s: a day.
const LONGEST_S: f64 = 86_400.0;
/// The greatest speed, m/s.
const FASTEST_MPS: f64 = 200.0;

/// Where something stands in a file: its key, and its line, 0 if that is not known.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The key.
    pub key: &'a str,
    /// The line, from 1.
    pub line: usize,
}

impl Spot<'_> {
    /// Tells an error here.
    pub fn error(self, texts: [Text; 3], faults: &mut Faults) {
        faults.error_at(self.line, self.key, texts);
    }

    /// Tells a warning here.
    pub fn warn(self, texts: [Text; 3], faults: &mut Faults) {
        if self.line > 0 {
            faults.warning_at(self.line, self.key, texts);
        } else {
            faults.warning(self.key, texts);
        }
    }
}

/// The WGS84 place of a latitude and a longitude, degrees; `None`, and a finding, if there is none.
pub fn checked(lat_deg: f64, lon_deg: f64, at: Coordinates, spot: Spot<'_>, faults: &mut Faults) -> Option<Geographic> {
    let exists = |lat: f64, lon: f64| lat.abs() <= 90.0 && lon.abs() <= 180.0;
    if !exists(lat_deg, lon_deg) {
        spot.error(no_such_place(lat_deg, lon_deg, exists(lon_deg, lat_deg)), faults);
        return None;
    }
    if let Some(near) = at.near {
        let is_near =
            |lat: f64, lon: f64| (lat - near.lat_deg).abs() <= NEAR_DEG && (lon - near.lon_deg).abs() <= NEAR_DEG;
        if !is_near(lat_deg, lon_deg) && is_near(lon_deg, lat_deg) {
            spot.error(swapped(lat_deg, lon_deg, near), faults);
            return None;
        }
    }
    Some(at.system.to_wgs84(Geographic::new(lat_deg, lon_deg)))
}

/// A height in metres that can be one.
pub fn height(metres: f64, spot: Spot<'_>, faults: &mut Faults) -> Option<f64> {
    bounded(metres, [-HIGHEST_M, HIGHEST_M], ("a height", "高度"), "m", spot, faults)
}

/// A time in seconds to stay somewhere.
pub fn hold(seconds: f64, spot: Spot<'_>, faults: &mut Faults) -> Option<f64> {
    bounded(seconds, [0.0, LONGEST_S], ("a time to stay", "停留时间"), "s", spot, faults)
}

/// A speed in metres a second, more than 0.
pub fn speed(mps: f64, spot: Spot<'_>, faults: &mut Faults) -> Option<f64> {
    bounded(mps, [0.01, FASTEST_MPS], ("a speed", "速度"), "m/s", spot, faults)
}

fn bounded(
    value: f64,
    [low, high]: [f64; 2],
    (en, zh): (&str, &str),
    unit: &str,
    spot: Spot<'_>,
    faults: &mut Faults,
) -> Option<f64> {
    if (low..=high).contains(&value) {
        return Some(value);
    }
    spot.error(
        texts(
            (format!("{en} of {value} {unit}"), format!("{zh}为 {value} {unit}")),
            (format!("between {low} and {high} {unit}"), format!("介于 {low} 与 {high} {unit} 之间")),
            ("correct the value, or its unit", "请改正数值或单位"),
        ),
        faults,
    );
    None
}

/// A number as text gives it; `None`, and a finding, if it is none.
pub fn number(text: &str, spot: Spot<'_>, faults: &mut Faults) -> Option<f64> {
    let found = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    if found.is_none() {
        let shown: String = text.chars().take(60).collect();
        spot.error(
            texts(
                (format!("`{shown}` is no number"), format!("`{shown}` 不是数字")),
                ("a number with a point", "数字（小数点为 `.`）"),
                ("correct it", "请改正"),
            ),
            faults,
        );
    }
    found
}

fn no_such_place(lat_deg: f64, lon_deg: f64, swap: bool) -> [Text; 3] {
    let cure = if swap { SWAP } else { ("correct the numbers", "请改正数值") };
    texts(
        (
            format!("latitude {lat_deg}°, longitude {lon_deg}° does not exist"),
            format!("不存在纬度 {lat_deg}°、经度 {lon_deg}° 的位置"),
        ),
        ("a place in degrees", "以度为单位的位置"),
        cure,
    )
}

const SWAP: (&str, &str) = ("swap latitude and longitude of every point", "请交换每个点的纬度与经度");

fn swapped(lat_deg: f64, lon_deg: f64, near: Geographic) -> [Text; 3] {
    let (near_lat, near_lon) = (near.lat_deg, near.lon_deg);
    texts(
        (
            format!(
                "latitude {lat_deg}°, longitude {lon_deg}° is far from {near_lat:.2}, {near_lon:.2}, and near it if swapped"
            ),
            format!("纬度 {lat_deg}°、经度 {lon_deg}° 远离 {near_lat:.2}, {near_lon:.2}，交换后则在其附近"),
        ),
        ("a place near there", "其附近的位置"),
        SWAP,
    )
}
