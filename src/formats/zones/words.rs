//! The words of zones: restrictions, reasons, and texts in several languages.

use serde_json::Value;

use crate::formats::features::{Faults, Object, texts};
use crate::message::Text;
use crate::world::airspace::{Reason, Restriction};

/// The four restrictions as GeoJSON and the findings spell them.
const FOUR: &str = "PROHIBITED, REQ_AUTHORISATION, CONDITIONAL, NO_RESTRICTION";

/// How a restriction is spelt in a file of ours.
pub const fn word(restriction: Restriction) -> &'static str {
    match restriction {
        Restriction::Prohibited => "PROHIBITED",
        Restriction::ReqAuthorisation => "REQ_AUTHORISATION",
        Restriction::Conditional => "CONDITIONAL",
        Restriction::NoRestriction => "NO_RESTRICTION",
    }
}

/// How a reason is spelt.
pub const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::AirTraffic => "AIR_TRAFFIC",
        Reason::Sensitive => "SENSITIVE",
        Reason::Privacy => "PRIVACY",
        Reason::Population => "POPULATION",
        Reason::Nature => "NATURE",
        Reason::Noise => "NOISE",
        Reason::ForeignTerritory => "FOREIGN_TERRITORY",
        Reason::Emergency => "EMERGENCY",
        Reason::Dar => "DAR",
        Reason::Other => "OTHER",
    }
}

/// What a zone asks of a flight. `spelling` is how the format spells the need of an authorisation; a word that is spelt
/// otherwise is accepted with a warning. Without `spelling` any spelling is right.
pub fn restriction(object: &Object, name: &str, spelling: Option<&str>, faults: &mut Faults) -> Option<Restriction> {
    let given = object.text(name).unwrap_or_default();
    let word = given.to_uppercase().replace([' ', '-'], "_");
    let restriction = match word.as_str() {
        "PROHIBITED" => Restriction::Prohibited,
        "REQ_AUTHORISATION" | "REQ_AUTHORIZATION" | "USPACE" => Restriction::ReqAuthorisation,
        "CONDITIONAL" => Restriction::Conditional,
        "NO_RESTRICTION" => Restriction::NoRestriction,
        _ => {
            faults.error(object.key_of(name), unknown_restriction(&given));
            return None;
        }
    };
    let right = if restriction == Restriction::ReqAuthorisation { spelling } else { Some(self::word(restriction)) };
    if word == "USPACE" {
        faults.warn_once("USPACE", object.key_of(name), u_space());
    } else if let Some(right) = right.filter(|right| spelling.is_some() && *right != given) {
        faults.warn_once(&format!("spelt {given}"), object.key_of(name), misspelt(&given, right));
    }
    Some(restriction)
}

/// Why a zone is there; words that are not known stand for other reasons.
pub fn reasons(object: &Object, name: &str, faults: &mut Faults) -> Vec<Reason> {
    let words = object.strings(name);
    let reasons = words.iter().map(|given| {
        let word = given.to_uppercase().replace([' ', '-'], "_");
        serde_json::from_value(Value::String(word)).unwrap_or_else(|_| {
            faults.warn_once(&format!("reason {given}"), object.key_of(name), unknown_reason(given));
            Reason::Other
        })
    });
    reasons.collect()
}

/// A text: a string, `{en, zh}`, or a list of `{text, lang}`. A language that is missing is taken from English, else
/// from what stands first.
pub fn text(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(Text::new(text.trim(), text.trim())),
        Value::Object(members) => {
            let of = |lang: &str| members.get(lang).and_then(Value::as_str);
            let (en, zh) = (of("en").or_else(|| of("zh"))?, of("zh").or_else(|| of("en"))?);
            Some(Text::new(en, zh))
        }
        Value::Array(list) => {
            let of = |lang: &str| {
                list.iter()
                    .find(|entry| entry["lang"].as_str().is_some_and(|tag| tag.to_ascii_lowercase().starts_with(lang)))
                    .and_then(|entry| entry["text"].as_str())
            };
            let first = list.iter().find_map(|entry| entry["text"].as_str());
            Some(Text::new(of("en").or(first)?, of("zh").or_else(|| of("en")).or(first)?))
        }
        _ => None,
    }
}

/// A text at `name`; empty if there is none.
pub fn text_at(object: &Object, name: &str) -> Text {
    object.get(name).and_then(text).unwrap_or_default()
}

/// Texts in the order in which they stand, in one line.
pub fn line_at(object: &Object, name: &str) -> String {
    let parts = object.strings(name);
    if parts.is_empty() { text_at(object, name).en } else { parts.join("; ") }
}

fn unknown_restriction(given: &str) -> [Text; 3] {
    let what = if given.is_empty() {
        ("no restriction is given".to_owned(), "未给出限制类别".to_owned())
    } else {
        (format!("unknown restriction `{given}`"), format!("未知限制类别 `{given}`"))
    };
    texts(what, (FOUR, FOUR.replace(", ", "、")), ("choose one of the four", "从四者中选一"))
}

fn misspelt(given: &str, right: &str) -> [Text; 3] {
    texts(
        (format!("`{given}` is not how this format spells it"), format!("`{given}` 不是本格式的拼写")),
        (format!("`{right}`"), format!("`{right}`")),
        ("nothing: it is understood", "无需处理：已按其含义理解"),
    )
}

fn u_space() -> [Text; 3] {
    texts(
        ("U-space airspace is taken as a zone that needs an authorisation", "U-space 空域按须经批准处理"),
        (FOUR, FOUR.replace(", ", "、")),
        ("nothing, if its services authorise flights", "若由其服务批准飞行，则无需处理"),
    )
}

fn unknown_reason(given: &str) -> [Text; 3] {
    let expected =
        "AIR_TRAFFIC, SENSITIVE, PRIVACY, POPULATION, NATURE, NOISE, FOREIGN_TERRITORY, EMERGENCY, DAR, OTHER";
    texts(
        (format!("unknown reason `{given}`, taken as OTHER"), format!("未知原因 `{given}`，按 OTHER 处理")),
        (expected, expected.replace(", ", "、")),
        ("nothing, if it does not matter", "若无关紧要可不处理"),
    )
}
