//! Who decides about a zone.

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde_json::{Value, json};

use super::words::{line_at, text, text_at};
use crate::formats::features::{Faults, Object, texts};
use crate::world::airspace::{Authority, Purpose};

const MEMBERS: [&str; 8] = ["name", "service", "email", "contactName", "siteURL", "phone", "purpose", "intervalBefore"];

/// The authorities at `name`; a text alone is the name of one.
pub fn authorities(object: &Object, name: &str, faults: &mut Faults) -> Vec<Authority> {
    if let Some(name) = object.get(name).filter(|value| value.is_string()).and_then(text) {
        return vec![Authority { name, ..Authority::default() }];
    }
    object.objects(name, faults).iter().map(|given| authority(given, faults)).collect()
}

fn authority(given: &Object, faults: &mut Faults) -> Authority {
    given.warn_unknown(&MEMBERS, faults);
    let line = |name: &str| given.text(name).unwrap_or_default();
    Authority {
        name: text_at(given, "name"),
        service: text_at(given, "service"),
        email: line("email"),
        contact: line_at(given, "contactName"),
        site_url: line("siteURL"),
        phone: line("phone"),
        purpose: purpose(given, faults),
        interval_before: interval(given, faults),
    }
}

fn purpose(given: &Object, faults: &mut Faults) -> Option<Purpose> {
    let word = given.text("purpose")?;
    // Spelt with an s in some files.
    let spelt = word.to_uppercase().replace("ISATION", "IZATION");
    let purpose = serde_json::from_value(Value::String(spelt)).ok();
    if purpose.is_none() {
        faults.warn_once(
            &format!("purpose {word}"),
            given.key_of("purpose"),
            texts(
                (format!("unknown purpose `{word}`"), format!("未知用途 `{word}`")),
                ("AUTHORIZATION, NOTIFICATION, INFORMATION", "AUTHORIZATION、NOTIFICATION、INFORMATION"),
                ("nothing, if it does not matter", "若无关紧要可不处理"),
            ),
        );
    }
    purpose
}

/// A span such as `P10DT00H`; a day has 24 hours.
fn interval(given: &Object, faults: &mut Faults) -> Option<SignedDuration> {
    let written = given.text("intervalBefore")?;
    let span = written.parse::<Span>().ok();
    let interval = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    if interval.is_none() {
        faults.warn_once(
            &format!("interval {written}"),
            given.key_of("intervalBefore"),
            texts(
                (format!("`{written}` is no span of time"), format!("`{written}` 不是时间长度")),
                ("days, hours and minutes as ISO 8601 writes them: P2DT12H", "ISO 8601 的日、时、分：P2DT12H"),
                ("correct it if flights are to be planned by it", "若据此计划飞行，请改正"),
            ),
        );
    }
    interval
}

/// An authority as JSON, without what it does not say.
pub fn json_of(authority: &Authority) -> Value {
    let mut members = serde_json::Map::new();
    for (name, text) in [("name", &authority.name), ("service", &authority.service)] {
        if !text.en.is_empty() {
            members.insert(name.to_owned(), json!(text));
        }
    }
    let lines = [
        ("email", &authority.email),
        ("contactName", &authority.contact),
        ("siteURL", &authority.site_url),
        ("phone", &authority.phone),
    ];
    members.extend(
        lines.into_iter().filter(|(_, line)| !line.is_empty()).map(|(name, line)| (name.to_owned(), json!(line))),
    );
    members.extend(authority.purpose.map(|purpose| ("purpose".to_owned(), json!(purpose))));
    members.extend(authority.interval_before.map(|span| ("intervalBefore".to_owned(), json!(span.to_string()))));
    Value::Object(members)
}
