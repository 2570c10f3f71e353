//! The columns of a file of hours: what each holds, and in which unit.

use csv::StringRecord;

use crate::formats::features::{Faults, texts};

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Time,
    Wind,
    Gust,
    Direction,
    Visibility,
    Precipitation,
    Temperature,
}

/// The names of columns, and what one unit of each is in the unit of ours.
const NAMES: [(&str, Kind, f64); 11] = [
    ("time", Kind::Time, 1.0),
    ("wind_mps", Kind::Wind, 1.0),
    ("wind_kt", Kind::Wind, 1852.0 / 3600.0),
    ("wind_kmh", Kind::Wind, 1.0 / 3.6),
    ("gust_mps", Kind::Gust, 1.0),
    ("gust_kt", Kind::Gust, 1852.0 / 3600.0),
    ("gust_kmh", Kind::Gust, 1.0 / 3.6),
    ("direction_deg", Kind::Direction, 1.0),
    ("visibility_m", Kind::Visibility, 1.0),
    ("precipitation_mmph", Kind::Precipitation, 1.0),
    ("temperature_c", Kind::Temperature, 1.0),
];

/// Parts of names that tell what a column of others is meant to be.
const HINTS: [(&str, Kind); 9] = [
    ("dir", Kind::Direction),
    ("gust", Kind::Gust),
    ("wind", Kind::Wind),
    ("speed", Kind::Wind),
    ("vis", Kind::Visibility),
    ("prec", Kind::Precipitation),
    ("rain", Kind::Precipitation),
    ("temp", Kind::Temperature),
    ("time", Kind::Time),
];

impl Kind {
    const ALL: [Self; 7] =
        [Self::Time, Self::Wind, Self::Gust, Self::Direction, Self::Visibility, Self::Precipitation, Self::Temperature];

    /// The names it goes by.
    fn names(self) -> String {
        let names: Vec<&str> = NAMES.iter().filter(|(_, kind, _)| *kind == self).map(|(name, ..)| *name).collect();
        names.join(", ")
    }

    /// What is taken where the column is missing, in English and Chinese; `None` if it must be there.
    const fn assumed(self) -> Option<[&'static str; 2]> {
        match self {
            Self::Time | Self::Wind | Self::Direction => None,
            Self::Gust => Some(["gusts are taken as 1.5 times the mean wind", "阵风按平均风速的 1.5 倍计"]),
            Self::Visibility => Some(["visibility is taken as 20 km", "能见度按 20 千米计"]),
            Self::Precipitation => Some(["no rain is assumed", "按无降水计"]),
            Self::Temperature => Some(["the air is taken as 15 °C warm", "气温按 15 °C 计"]),
        }
    }

    /// What values there are on earth, in the unit of ours.
    pub const fn range(self) -> [f64; 2] {
        match self {
            Self::Time => [f64::NEG_INFINITY, f64::INFINITY],
            Self::Wind | Self::Gust => [0.0, 120.0],
            Self::Direction => [0.0, 360.0],
            Self::Visibility => [0.0, 200_000.0],
            Self::Precipitation => [0.0, 500.0],
            Self::Temperature => [-90.0, 60.0],
        }
    }
}

/// A column that is there.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub index: usize,
    pub name: &'static str,
    pub kind: Kind,
    /// What one unit of it is in the unit of ours.
    pub scale: f64,
}

/// The columns of a file.
#[derive(Debug)]
pub struct Columns {
    found: Vec<Column>,
    /// How many fields a row must have.
    pub count: usize,
}

impl Columns {
    /// The columns by the first line of a file; `None`, and findings, if the file cannot be understood by them.
    pub fn of(names: &StringRecord, faults: &mut Faults) -> Option<Self> {
        let before = faults.errors();
        let mut columns = Self { found: Vec::new(), count: names.len() };
        let mut strange = Vec::new();
        for (index, given) in names.iter().enumerate() {
            let given = given.to_lowercase();
            match NAMES.into_iter().find(|(name, ..)| *name == given) {
                Some((name, kind, scale)) => columns.add(Column { index, name, kind, scale }, faults),
                None => strange.push(given),
            }
        }
        columns.check(&strange, faults);
        (faults.errors() == before).then_some(columns)
    }

    /// The column of a kind.
    pub fn get(&self, kind: Kind) -> Option<Column> {
        self.found.iter().copied().find(|column| column.kind == kind)
    }

    fn add(&mut self, column: Column, faults: &mut Faults) {
        if let Some(other) = self.get(column.kind) {
            let (name, twin) = (column.name, other.name);
            let what = (format!("the same is given by `{twin}`"), format!("与 `{twin}` 重复"));
            let cure = ("take one of them out", "请删去其中一列");
            faults.error_at(1, name, texts(what, ("one column of each kind", "每种量一列"), cure));
        }
        self.found.push(column);
    }

    /// Tells what is missing, and what was not understood.
    fn check(&self, strange: &[String], faults: &mut Faults) {
        let meant = |name: &str| HINTS.iter().find(|(hint, _)| name.contains(hint)).map(|(_, kind)| *kind);
        let missing = |kind: Kind| self.get(kind).is_none();
        for name in strange {
            match meant(name).filter(|kind| missing(*kind)) {
                Some(kind) => faults.error_at(1, name.as_str(), no_unit(name, kind)),
                None => faults.warning_at(1, name.as_str(), not_understood(name)),
            }
        }
        let is_told = |kind: Kind| strange.iter().any(|name| meant(name) == Some(kind));
        for kind in Kind::ALL.into_iter().filter(|kind| missing(*kind) && !is_told(*kind)) {
            let names = kind.names();
            let expected = (format!("a column {names}"), format!("列 {names}"));
            let cure = ("add it, with its unit in the name", "请补上该列，列名须带单位");
            match kind.assumed() {
                None => {
                    let what = ("the column is missing", "缺少此列");
                    faults.error_at(1, names.as_str(), texts(what, expected, cure));
                }
                Some([en, zh]) => {
                    let what = (format!("the column is missing: {en}"), format!("缺少此列：{zh}"));
                    faults.warning_at(1, names.as_str(), texts(what, expected, cure));
                }
            }
        }
    }
}

fn no_unit(name: &str, kind: Kind) -> [crate::message::Text; 3] {
    let names = kind.names();
    texts(
        (format!("`{name}` does not say its unit"), format!("`{name}` 未注明单位")),
        (format!("one of {names}"), format!("{names} 之一")),
        ("rename the column by the unit its values are in", "请按数值的实际单位改列名"),
    )
}

fn not_understood(name: &str) -> [crate::message::Text; 3] {
    let all: Vec<&str> = NAMES.iter().map(|(name, ..)| *name).collect();
    let all = all.join(", ");
    texts(
        (format!("`{name}` is not understood and left out"), format!("不识别 `{name}`，已忽略")),
        (format!("one of {all}"), format!("{all} 之一")),
        ("nothing, if it is not needed", "如不需要，可不处理"),
    )
}
