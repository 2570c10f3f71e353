//! What an obstacle is: the word of ours, or the tags of OpenStreetMap.

use serde_json::Value;

use crate::formats::features::{Faults, Object, texts};
use crate::world::airspace::ObstacleKind;

/// The kind of a feature.
pub fn kind(properties: &Object, faults: &mut Faults) -> ObstacleKind {
    if let Some(given) = properties.text("kind") {
        let word = given.to_lowercase().replace([' ', '-'], "_");
        return serde_json::from_value(Value::String(word)).unwrap_or_else(|_| {
            warn_unknown(properties, &given, faults);
            ObstacleKind::Other
        });
    }
    let tag = |name: &str| properties.text(name);
    let power = tag("power").and_then(|power| of_power(&power, tag("generator:source").as_deref()));
    let aerialway =
        || tag("aerialway").map(|word| if word == "pylon" { ObstacleKind::Tower } else { ObstacleKind::CableCar });
    let building = || tag("building").filter(|word| word != "no").map(|_| ObstacleKind::Building);
    power
        .or_else(|| tag("man_made").and_then(|word| of_man_made(&word)))
        .or_else(aerialway)
        .or_else(building)
        .unwrap_or_default()
}

fn of_power(word: &str, source: Option<&str>) -> Option<ObstacleKind> {
    match (word, source) {
        ("line" | "minor_line" | "cable", _) => Some(ObstacleKind::PowerLine),
        ("tower" | "pole" | "portal", _) => Some(ObstacleKind::Tower),
        ("generator", Some("wind")) => Some(ObstacleKind::WindTurbine),
        _ => None,
    }
}

fn of_man_made(word: &str) -> Option<ObstacleKind> {
    match word {
        "tower" | "communications_tower" | "water_tower" | "cooling_tower" | "lighthouse" => Some(ObstacleKind::Tower),
        "mast" | "antenna" | "flagpole" => Some(ObstacleKind::Mast),
        "chimney" => Some(ObstacleKind::Chimney),
        "crane" => Some(ObstacleKind::Crane),
        _ => None,
    }
}

fn warn_unknown(properties: &Object, given: &str, faults: &mut Faults) {
    let expected = "tower, mast, chimney, power_line, cable_car, building, wind_turbine, crane, other";
    faults.warn_once(
        &format!("kind {given}"),
        properties.key_of("kind"),
        texts(
            (format!("unknown kind `{given}`, taken as other"), format!("未知类别 `{given}`，按 other 处理")),
            (expected, expected.replace(", ", "、")),
            ("nothing, if it does not matter", "若无关紧要可不处理"),
        ),
    );
}
