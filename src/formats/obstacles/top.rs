//! How high an obstacle reaches: heights of ours, those of OpenStreetMap, and heights along a line.

use super::record::Top;
use crate::formats::features::{Faults, Object, Piece, metres, texts};
use crate::message::Text;
use crate::units::{Altitude, Datum};

/// Height of a storey, m: what renderers of OpenStreetMap assume for `building:levels` (wiki, "Simple 3D Buildings").
const STOREY_M: f64 = 3.0;
/// A foot, m.
const FOOT_M: f64 = 0.3048;

/// What the properties say of the height of all parts of a feature.
#[derive(Debug)]
pub enum Tops {
    /// The same for all of them.
    Same(Top),
    /// The third number of each place, measured from this.
    Third(Datum),
    /// It is told already that nothing can be said.
    Unknown,
}

impl Tops {
    /// By the properties of a feature.
    pub fn of(properties: &Object, faults: &mut Faults) -> Self {
        let before = faults.errors();
        let top = Self::given(properties, faults);
        if top.is_none() && faults.errors() == before {
            faults.error(properties.key(), no_height());
        }
        top.unwrap_or(Self::Unknown)
    }

    fn given(properties: &Object, faults: &mut Faults) -> Option<Self> {
        let has = |name: &str| properties.get(name).is_some();
        if has("height_m") && has("top_amsl_m") {
            faults.error(properties.key_of("top_amsl_m"), given_twice());
            return None;
        }
        if let Some(word) = properties.text("heights") {
            return third(&word, properties, faults);
        }
        let top = if has("height_m") {
            Top::OverGround(metres(properties, "height_m", faults)?)
        } else if has("top_amsl_m") {
            Top::Amsl(properties.number("top_amsl_m", faults)?)
        } else {
            Top::OverGround(mapped_height_m(properties, faults)?)
        };
        Some(Self::Same(top))
    }

    /// The top of one part.
    pub fn top(&self, piece: &Piece, faults: &mut Faults) -> Option<Top> {
        match self {
            Self::Unknown => None,
            Self::Same(top) => Some(top.clone()),
            Self::Third(datum) => {
                let heights = piece.heights_m.iter();
                let heights: Option<Vec<Altitude>> =
                    heights.map(|metres| Some(Altitude { metres: (*metres)?, datum: *datum })).collect();
                let heights = heights.filter(|heights| !heights.is_empty());
                if heights.is_none() {
                    faults.error(piece.key.as_str(), no_third_number());
                }
                heights.map(Top::AlongLine)
            }
        }
    }
}

fn third(word: &str, properties: &Object, faults: &mut Faults) -> Option<Tops> {
    match word {
        "amsl" => Some(Tops::Third(Datum::Amsl)),
        "ellipsoid" => Some(Tops::Third(Datum::Ellipsoid)),
        _ => {
            faults.error(properties.key_of("heights"), unknown_heights(word));
            None
        }
    }
}

/// The height by the tags of OpenStreetMap: `height`, in metres or with a unit, else the number of storeys.
fn mapped_height_m(properties: &Object, faults: &mut Faults) -> Option<f64> {
    if let Some(written) = properties.text("height") {
        let height_m = height_of(&written).filter(|metres| *metres > 0.0 && metres.is_finite());
        if height_m.is_none() {
            faults.error(properties.key_of("height"), unclear_height(&written));
        }
        return height_m;
    }
    if properties.get("building:levels").is_some() {
        return metres(properties, "building:levels", faults).map(|storeys| storeys * STOREY_M);
    }
    None
}

/// A height such as `12`, `12.5 m` or `40 ft`.
fn height_of(written: &str) -> Option<f64> {
    let number = written.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '\'').trim_end();
    let unit = written[number.len()..].trim();
    let metres = match unit {
        "" | "m" => 1.0,
        "ft" | "'" => FOOT_M,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * metres)
}

fn no_height() -> [Text; 3] {
    texts(
        ("an obstacle without a height", "障碍物缺少高度"),
        (
            "`height_m` over ground, `top_amsl_m`, `height`, `building:levels`, or `heights` along a line",
            "离地高度 `height_m`、`top_amsl_m`、`height`、`building:levels`，或线的 `heights`",
        ),
        ("add \"height_m\" in metres to the properties", "在属性中加入以米为单位的 \"height_m\""),
    )
}

fn given_twice() -> [Text; 3] {
    texts(
        ("both `height_m` and `top_amsl_m` are given", "同时给出 `height_m` 与 `top_amsl_m`"),
        ("one of them", "只给出其一"),
        ("take one out", "去掉其一"),
    )
}

fn unknown_heights(word: &str) -> [Text; 3] {
    texts(
        (format!("`{word}` is nothing heights are measured from"), format!("`{word}` 不是高度基准")),
        ("\"amsl\" or \"ellipsoid\"", "\"amsl\" 或 \"ellipsoid\""),
        ("for true heights use `height_m` instead", "真高请改用 `height_m`"),
    )
}

fn no_third_number() -> [Text; 3] {
    texts(
        ("`heights` without a height at each place of a line", "有 `heights`，但线的各位置没有高度"),
        ("a line of [longitude, latitude, height]", "由 [经度, 纬度, 高度] 组成的线"),
        ("add the heights, or use `height_m`", "补上高度，或改用 `height_m`"),
    )
}

fn unclear_height(written: &str) -> [Text; 3] {
    texts(
        (format!("`{written}` is no height"), format!("`{written}` 不是高度")),
        ("more than 0, in metres: 12 or \"12 m\"", "大于 0，以米为单位：12 或 \"12 m\""),
        ("correct it, or use `height_m`", "改正，或改用 `height_m`"),
    )
}
