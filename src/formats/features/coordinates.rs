//! What the numbers of a place mean: the coordinate system that the caller or the file declares.

use serde_json::Value;

use super::faults::{Faults, texts};
use super::stream::{Header, Member};
use crate::message::Text;
use crate::world::geo::{CoordinateSystem, Geographic, SHIFT_ACCURACY_M};

/// How a file is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// What its coordinates are in; what the file declares, or WGS84, if absent.
    pub coordinates: Option<CoordinateSystem>,
    /// Where its places are expected, to find out whether latitude and longitude are swapped.
    pub near: Option<Geographic>,
}

/// What the places of a file are in, and where they are expected.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coordinates {
    /// Their coordinate system.
    pub system: CoordinateSystem,
    /// Where they are expected.
    pub near: Option<Geographic>,
}

impl Coordinates {
    /// By what the caller says, else by what the header does.
    pub fn of(header: &Header, reading: Reading, faults: &mut Faults) -> Self {
        let declared = header.before.iter().find_map(|member| declared(member, faults));
        let system = reading.coordinates.or(declared.as_ref().map(|(_, system)| *system)).unwrap_or_default();
        if let Some((key, declared)) = declared.filter(|(_, declared)| *declared != system) {
            faults.warning(key, overruled(declared, system));
        }
        if system != CoordinateSystem::Wgs84 {
            faults.warning("", shifted(system));
        }
        Self { system, near: reading.near }
    }

    /// A system that is declared only after the places it is about comes too late.
    pub fn check_late(self, header: &Header, reading: Reading, faults: &mut Faults) {
        let late = header.after.iter().find_map(|member| declared(member, faults));
        if let Some((key, system)) = late.filter(|(_, system)| *system != self.system && reading.coordinates.is_none())
        {
            faults.error(key, too_late(system, &header.list));
        }
    }
}

/// The name of a system.
pub const fn system_name(system: CoordinateSystem) -> &'static str {
    match system {
        CoordinateSystem::Wgs84 => "WGS84",
        CoordinateSystem::Gcj02 => "GCJ-02",
        CoordinateSystem::Bd09 => "BD-09",
    }
}

/// The system that a member of the header declares, and where it does.
fn declared(member: &Member, faults: &mut Faults) -> Option<(String, CoordinateSystem)> {
    let (key, value) = match member.name.as_str() {
        "coordinateSystem" => ("coordinateSystem".to_owned(), member.parsed()),
        "crs" => ("crs.properties.name".to_owned(), member.parsed()["properties"]["name"].clone()),
        _ => return None,
    };
    let Value::String(text) = value else { return None };
    let system = system_of(&text);
    if system.is_none() {
        faults.error(key.as_str(), unknown(&text));
    }
    Some((key, system?))
}

fn system_of(text: &str) -> Option<CoordinateSystem> {
    let word: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["GCJ02", "GCJ2"]) {
        Some(CoordinateSystem::Gcj02)
    } else if has(&["BD09"]) {
        Some(CoordinateSystem::Bd09)
    } else {
        // 4326 and 4979 are WGS84, 4490 and 4480 CGCS2000; CRS84 is how GeoJSON called it.
        has(&["WGS84", "CRS84", "CGCS2000", "EPSG4326", "EPSG4979", "EPSG4490", "EPSG4480"])
            .then_some(CoordinateSystem::Wgs84)
    }
}

fn shifted(system: CoordinateSystem) -> [Text; 3] {
    let name = system_name(system);
    texts(
        (
            format!("places are in {name} and were brought to WGS84, to within {SHIFT_ACCURACY_M} m"),
            format!("坐标为 {name}，已转换为 WGS84，误差约 {SHIFT_ACCURACY_M} 米"),
        ),
        ("WGS84 or CGCS2000", "WGS84 或 CGCS2000"),
        ("ask for the file in CGCS2000 if metres matter", "若需米级精度，请索取 CGCS2000 坐标的文件"),
    )
}

fn overruled(declared: CoordinateSystem, used: CoordinateSystem) -> [Text; 3] {
    let (declared, used) = (system_name(declared), system_name(used));
    texts(
        (
            format!("the file declares {declared}, but is read as {used}"),
            format!("文件声明 {declared}，按 {used} 读取"),
        ),
        (declared, declared),
        ("leave --coordinates out to read it as declared", "去掉 --coordinates 即按声明读取"),
    )
}

fn unknown(text: &str) -> [Text; 3] {
    texts(
        (format!("unknown coordinate system `{text}`"), format!("未知坐标系 `{text}`")),
        ("WGS84, CGCS2000, GCJ-02 or BD-09, in degrees", "WGS84、CGCS2000、GCJ-02 或 BD-09，单位为度"),
        ("bring the file to WGS84", "将文件转换为 WGS84"),
    )
}

fn too_late(system: CoordinateSystem, list: &str) -> [Text; 3] {
    let name = system_name(system);
    texts(
        (format!("{name} is declared only after the features"), format!("{name} 在要素之后才声明")),
        (format!("the declaration before `{list}`"), format!("声明位于 `{list}` 之前")),
        ("move it to the beginning of the file, or give --coordinates", "移到文件开头，或使用 --coordinates"),
    )
}
