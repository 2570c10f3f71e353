//! The columns of a table of waypoints.

use csv::StringRecord;

use crate::formats::features::{Faults, texts};
use crate::message::Text;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Lat,
    Lon,
    Agl,
    Amsl,
    Ellipsoid,
    Hold,
    Speed,
    Route,
    Order,
    RouteSpeed,
    Command,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Lat,
        Self::Lon,
        Self::Agl,
        Self::Amsl,
        Self::Ellipsoid,
        Self::Hold,
        Self::Speed,
        Self::Route,
        Self::Order,
        Self::RouteSpeed,
        Self::Command,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lat => "lat_deg",
            Self::Lon => "lon_deg",
            Self::Agl => "altitude_agl_m",
            Self::Amsl => "altitude_amsl_m",
            Self::Ellipsoid => "altitude_ellipsoid_m",
            Self::Hold => "hold_s",
            Self::Speed => "speed_mps",
            Self::Route => "route",
            Self::Order => "wp",
            Self::RouteSpeed => "route_speed_mps",
            Self::Command => "command",
        }
    }
}

/// Parts of names that tell that a column of others holds a height.
const HEIGHT_HINTS: [&str; 5] = ["alt", "height", "ele", "agl", "msl"];

/// The columns of a table.
#[derive(Debug)]
pub struct Columns {
    found: Vec<(Kind, usize)>,
    /// How many fields a row must have.
    pub count: usize,
}

impl Columns {
    /// The columns by the first line; `None`, and findings, if the table cannot be understood by them.
    pub fn of(names: &StringRecord, faults: &mut Faults) -> Option<Self> {
        let before = faults.errors();
        let mut columns = Self { found: Vec::new(), count: names.len() };
        for (index, given) in names.iter().enumerate() {
            let given = given.to_lowercase();
            let known = Kind::ALL.into_iter().find(|kind| kind.name() == given);
            match known {
                Some(kind) if columns.index(kind).is_some() => faults.error_at(1, kind.name(), twice()),
                Some(kind) => columns.found.push((kind, index)),
                None if HEIGHT_HINTS.iter().any(|hint| given.contains(hint)) => {
                    faults.error_at(1, given.as_str(), no_datum(&given));
                }
                None => faults.warning_at(1, given.as_str(), not_understood(&given)),
            }
        }
        for kind in [Kind::Lat, Kind::Lon].into_iter().filter(|kind| columns.index(*kind).is_none()) {
            faults.error_at(1, kind.name(), missing(kind.name()));
        }
        (faults.errors() == before).then_some(columns)
    }

    /// Where a column stands in a row.
    pub fn index(&self, kind: Kind) -> Option<usize> {
        self.found.iter().find(|(found, _)| *found == kind).map(|(_, index)| *index)
    }
}

fn no_datum(name: &str) -> [Text; 3] {
    let name: String = name.chars().take(60).collect();
    texts(
        (format!("`{name}` does not say what heights are measured from"), format!("`{name}` 未注明高度基准")),
        (
            "altitude_agl_m (over ground), altitude_amsl_m (mean sea level) or altitude_ellipsoid_m",
            "altitude_agl_m（真高）、altitude_amsl_m（海拔高）或 altitude_ellipsoid_m（椭球高）",
        ),
        ("rename the column by what it is", "请按实际含义改列名"),
    )
}

fn not_understood(name: &str) -> [Text; 3] {
    let name: String = name.chars().take(60).collect();
    let all = Kind::ALL.map(Kind::name).join(", ");
    texts(
        (format!("`{name}` is not understood, and not kept"), format!("不认识 `{name}`，不予保留")),
        (format!("one of {all}"), format!("{all} 之一")),
        ("nothing, if it does not matter", "若无关紧要可不处理"),
    )
}

fn missing(name: &str) -> [Text; 3] {
    texts(
        (format!("the column `{name}` is missing"), format!("缺少列 `{name}`")),
        (format!("`{name}` in the first line, degrees"), format!("首行中的 `{name}`，单位为度")),
        ("add the column, or correct its name", "请补上该列，或改正列名"),
    )
}

fn twice() -> [Text; 3] {
    texts(
        ("the column stands twice", "该列出现两次"),
        ("each column once", "每列一次"),
        ("take one of them out", "请删去其一"),
    )
}
