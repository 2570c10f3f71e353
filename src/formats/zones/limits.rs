//! Lower and upper limits of zones.

use crate::formats::features::{Faults, Object, texts};
use crate::message::Text;
use crate::units::{Altitude, Datum};

/// What real ED-318 files write where there is no upper limit.
const UNLIMITED: f64 = 99_999.0;
/// A foot, m.
const FOOT_M: f64 = 0.3048;

/// The limits of a volume.
pub type Limits = (Altitude, Option<Altitude>);

/// What a format calls its limits.
#[derive(Clone, Copy, Debug)]
pub struct LimitNames {
    /// The lower limit.
    pub lower: &'static str,
    /// What it is measured from.
    pub lower_reference: &'static str,
    /// The upper limit.
    pub upper: &'static str,
    /// What it is measured from.
    pub upper_reference: &'static str,
    /// Metres or feet.
    pub unit: &'static str,
}

/// The limits of a volume of ED-269 or ED-318. Without a lower limit it begins at the ground.
pub fn limits(layer: &Object, names: &LimitNames, faults: &mut Faults) -> Option<Limits> {
    let metres = unit_m(layer, names.unit, faults)?;
    let lower = layer.number(names.lower, faults);
    let upper = layer.number(names.upper, faults).filter(|upper| *upper < UNLIMITED);
    // Where there is none, what it would be measured from does not count: 0 m AMSL is in the air over a depression.
    let lower = match lower {
        None => Altitude::agl(0.0),
        Some(lower) => Altitude { metres: lower * metres, datum: datum(layer, names.lower_reference, lower, faults)? },
    };
    let upper = match upper {
        None => None,
        Some(upper) => {
            Some(Altitude { metres: upper * metres, datum: datum(layer, names.upper_reference, upper, faults)? })
        }
    };
    in_order(lower, upper, &layer.key_of(names.upper), faults)
}

/// The metres of the unit of a layer.
fn unit_m(layer: &Object, name: &str, faults: &mut Faults) -> Option<f64> {
    let unit = layer.text(name).unwrap_or_else(|| "m".to_owned());
    match unit.to_lowercase().as_str() {
        "m" => Some(1.0),
        "ft" => Some(FOOT_M),
        _ => {
            faults.error(
                layer.key_of(name),
                texts(
                    (format!("unknown unit `{unit}`"), format!("未知单位 `{unit}`")),
                    ("M or FT", "M 或 FT"),
                    ("give heights in metres or feet", "以米或英尺给出高度"),
                ),
            );
            None
        }
    }
}

/// What a limit is measured from. The ground needs no naming where the limit is 0.
fn datum(layer: &Object, name: &str, limit: f64, faults: &mut Faults) -> Option<Datum> {
    let word = layer.text(name);
    match word.as_deref() {
        Some("AGL") => Some(Datum::Agl),
        Some("AMSL") => Some(Datum::Amsl),
        Some("WGS84") => Some(Datum::Ellipsoid),
        None if limit == 0.0 => Some(Datum::Agl),
        _ => {
            faults.error(layer.key_of(name), unknown_reference(word.as_deref()));
            None
        }
    }
}

/// The limits of a plain feature: `lower_agl_m`, `upper_amsl_m` and so on, in the geometry, else in the properties.
pub fn plain_limits(geometry: &Object, properties: &Object, faults: &mut Faults) -> Option<Limits> {
    let before = faults.errors();
    let lower = plain_limit([geometry, properties], "lower", faults).unwrap_or(Altitude::agl(0.0));
    let upper = plain_limit([geometry, properties], "upper", faults);
    if faults.errors() > before {
        return None;
    }
    let key = upper.map_or_else(String::new, |upper| name_of("upper", upper.datum));
    in_order(lower, upper, &properties.key_of(&key), faults)
}

fn plain_limit(objects: [&Object; 2], side: &str, faults: &mut Faults) -> Option<Altitude> {
    for object in objects {
        let given: Vec<(String, Datum)> = [Datum::Agl, Datum::Amsl, Datum::Ellipsoid]
            .map(|datum| (name_of(side, datum), datum))
            .into_iter()
            .filter(|(name, _)| object.get(name).is_some())
            .collect();
        match &given[..] {
            [] => {}
            [(name, datum)] => {
                return object.number(name, faults).map(|metres| Altitude { metres, datum: *datum });
            }
            [(first, _), (second, _), ..] => {
                faults.error(object.key_of(second), given_twice(first, second));
                return None;
            }
        }
    }
    None
}

/// The name of a limit with its datum, such as `lower_agl_m`.
pub fn name_of(side: &str, datum: Datum) -> String {
    let datum = match datum {
        Datum::Agl => "agl",
        Datum::Amsl => "amsl",
        Datum::Ellipsoid => "ellipsoid",
    };
    format!("{side}_{datum}_m")
}

fn in_order(lower: Altitude, upper: Option<Altitude>, key: &str, faults: &mut Faults) -> Option<Limits> {
    let above = upper.filter(|upper| upper.datum == lower.datum && upper.metres <= lower.metres);
    if let Some(upper) = above {
        faults.error(key, upside_down(lower.metres, upper.metres));
        return None;
    }
    Some((lower, upper))
}

fn unknown_reference(word: Option<&str>) -> [Text; 3] {
    let what = word.map_or_else(
        || ("it is not said what the limit is measured from".to_owned(), "未说明高度基准".to_owned()),
        |word| (format!("unknown vertical reference `{word}`"), format!("未知高度基准 `{word}`")),
    );
    texts(
        what,
        ("AGL, AMSL or WGS84", "AGL、AMSL 或 WGS84"),
        ("name what the limit is measured from", "写明高度从何处量起"),
    )
}

fn upside_down(lower_m: f64, upper_m: f64) -> [Text; 3] {
    texts(
        (
            format!("the upper limit {upper_m} m is not above the lower limit {lower_m} m"),
            format!("上限 {upper_m} 米不高于下限 {lower_m} 米"),
        ),
        ("an upper limit above the lower one", "上限高于下限"),
        ("correct the limits, or take the upper one out where there is none", "改正上下限；若无上限请去掉"),
    )
}

fn given_twice(first: &str, second: &str) -> [Text; 3] {
    texts(
        (format!("both `{first}` and `{second}` are given"), format!("同时给出 `{first}` 与 `{second}`")),
        ("one of them", "只给出其一"),
        ("take one out", "去掉其一"),
    )
}
