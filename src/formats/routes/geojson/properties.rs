//! The properties of a line that is a route.

use serde_json::Value;

use super::HEIGHTS;
use crate::formats::features::{Faults, Object, texts};
use crate::formats::routes::place::{self, Spot};
use crate::message::Text;
use crate::units::{Altitude, Datum};

/// The lists with a value for each place.
const BY_PLACE: [&str; 6] =
    ["altitude_agl_m", "altitude_amsl_m", "altitude_ellipsoid_m", "hold_s", "waypoint_speed_mps", "command"];
/// The other names that are known.
const WHOLE: [&str; 3] = ["name", "speed_mps", "altitude_datum"];

/// The properties of a feature.
pub struct Properties<'a> {
    object: Option<Object<'a>>,
    datum: Datum,
}

impl<'a> Properties<'a> {
    /// Those of a feature that may have none.
    pub fn of(object: Option<Object<'a>>, faults: &mut Faults) -> Self {
        let mut properties = Self { object, datum: Datum::Ellipsoid };
        properties.datum = properties.read_datum(faults);
        properties
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.as_ref()?.get(name)
    }

    fn key_of(&self, name: &str) -> String {
        self.object.as_ref().map_or_else(String::new, |object| object.key_of(name))
    }

    /// Warns of names that are not known: they are not kept.
    pub fn warn_unknown(&self, faults: &mut Faults) {
        let Some(object) = &self.object else { return };
        for name in object.names().filter(|name| !BY_PLACE.contains(name) && !WHOLE.contains(name)) {
            faults.warn_once(
                name,
                object.key_of(name),
                texts(
                    (format!("`{name}` is not understood, and not kept"), format!("不认识 `{name}`，不予保留")),
                    ([&WHOLE[..], &BY_PLACE[..]].concat().join(", "), [&WHOLE[..], &BY_PLACE[..]].concat().join("、")),
                    ("nothing, if it does not matter", "若无关紧要可不处理"),
                ),
            );
        }
    }

    /// Tells lists that have not one value for each place.
    pub fn check_lengths(&self, count: usize, faults: &mut Faults) {
        for name in BY_PLACE {
            if let Some(Value::Array(list)) = self.get(name)
                && list.len() != count
            {
                faults.error(self.key_of(name), wrong_length(list.len(), count));
            }
        }
    }

    /// The name of the route.
    pub fn name(&self) -> Option<String> {
        self.object.as_ref()?.text("name")
    }

    /// The speed of the route.
    pub fn speed_mps(&self, faults: &mut Faults) -> Option<f64> {
        let mps = self.object.as_ref()?.number("speed_mps", faults)?;
        place::speed(mps, Spot { key: &self.key_of("speed_mps"), line: 0 }, faults)
    }

    /// Whether the datum of the third number is said.
    pub fn says_datum(&self) -> bool {
        self.get("altitude_datum").is_some()
    }

    /// What the third number is measured from.
    pub const fn datum(&self) -> Datum {
        self.datum
    }

    fn read_datum(&self, faults: &mut Faults) -> Datum {
        match self.get("altitude_datum").map(|value| value.as_str()) {
            None | Some(Some("ellipsoid")) => Datum::Ellipsoid,
            Some(Some("amsl")) => Datum::Amsl,
            Some(Some("agl")) => Datum::Agl,
            Some(_) => {
                faults.error(self.key_of("altitude_datum"), strange_datum());
                Datum::Ellipsoid
            }
        }
    }

    /// The height of a place, where the properties give it; the outer `None` is a fault.
    #[expect(clippy::option_option, reason = "no height is an answer, two are a fault")]
    pub fn altitude(&self, index: usize, faults: &mut Faults) -> Option<Option<Altitude>> {
        let mut found = None;
        for (name, datum) in HEIGHTS {
            let Some(metres) = self.number_at(name, index, faults)? else { continue };
            if found.replace(Altitude { metres, datum }).is_some() {
                faults.error(self.key_of(name), two_heights());
                return None;
            }
        }
        Some(found)
    }

    /// The time to stay at a place.
    pub fn hold_s(&self, index: usize, faults: &mut Faults) -> Option<f64> {
        match self.number_at("hold_s", index, faults)? {
            Some(hold_s) => place::hold(hold_s, Spot { key: &self.key_of("hold_s"), line: 0 }, faults),
            None => Some(0.0),
        }
    }

    /// The speed from a place on.
    #[expect(clippy::option_option, reason = "no change of speed is an answer, a wrong one a fault")]
    pub fn waypoint_speed_mps(&self, index: usize, faults: &mut Faults) -> Option<Option<f64>> {
        match self.number_at("waypoint_speed_mps", index, faults)? {
            Some(mps) => place::speed(mps, Spot { key: &self.key_of("waypoint_speed_mps"), line: 0 }, faults).map(Some),
            None => Some(None),
        }
    }

    /// The MAVLink command of a place.
    pub fn command(&self, index: usize) -> Option<u16> {
        let Some(Value::Array(list)) = self.get("command") else { return None };
        u16::try_from(list.get(index)?.as_u64()?).ok()
    }

    /// A number for a place: that of a list, or one for all.
    #[expect(clippy::option_option, reason = "no number is an answer, something else a fault")]
    fn number_at(&self, name: &str, index: usize, faults: &mut Faults) -> Option<Option<f64>> {
        let value = match self.get(name) {
            Some(Value::Array(list)) => list.get(index).unwrap_or(&Value::Null),
            Some(value) => value,
            None => return Some(None),
        };
        if value.is_null() {
            return Some(None);
        }
        let number = value.as_f64().filter(|number| number.is_finite());
        if number.is_none() {
            let shown: String = value.to_string().chars().take(60).collect();
            faults.error(format!("{}[{index}]", self.key_of(name)), no_number(&shown));
        }
        number.map(Some)
    }
}

fn wrong_length(found: usize, count: usize) -> [Text; 3] {
    texts(
        (format!("{found} values for {count} places"), format!("{count} 个位置却有 {found} 个值")),
        ("one for each place, null where there is none", "每个位置一个值，没有的为 null"),
        ("correct the list", "请改正列表"),
    )
}

fn strange_datum() -> [Text; 3] {
    texts(
        ("an unknown datum", "未知的高度基准"),
        ("amsl, agl or ellipsoid", "amsl、agl 或 ellipsoid"),
        ("correct it", "请改正"),
    )
}

fn two_heights() -> [Text; 3] {
    texts(
        ("two heights for one place", "同一位置有两个高度"),
        (
            "one of altitude_agl_m, altitude_amsl_m, altitude_ellipsoid_m",
            "altitude_agl_m、altitude_amsl_m、altitude_ellipsoid_m 之一",
        ),
        ("keep the one that is meant", "请保留其中之一"),
    )
}

fn no_number(shown: &str) -> [Text; 3] {
    texts(
        (format!("`{shown}` is no number"), format!("`{shown}` 不是数字")),
        ("a number or null", "数字或 null"),
        ("correct it", "请改正"),
    )
}
