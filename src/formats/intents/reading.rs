//! Reading the JSON of F3548-21: the shape of an intent is known by its keys, and every fault has its place.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;

use super::model::state_word;
use super::{IntentRecord, MOST_VERTICES, OutlineRecord, VolumeRecord};
use crate::formats::features::{Faults, Object, crossed, texts};
use crate::message::Text;
use crate::traffic::intent::IntentState;
use crate::world::airspace::{Crossing, crossing};
use crate::world::geo::Geographic;

/// The longest intent that is read, bytes: 10 000 vertices take a tenth of it.
const MOST_ENTRY_BYTES: usize = 16 << 20;
/// Heights that there can be, m over the ellipsoid.
const HEIGHTS_M: std::ops::RangeInclusive<f64> = -8000.0..=100_000.0;

/// The intents of a text; what is wrong with the others is told.
pub fn records(text: &str, faults: &mut Faults) -> Vec<IntentRecord> {
    let entries = match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => entries(raw, faults),
        Err(error) => {
            let reason = reason_of(&error);
            let what = (format!("is not JSON: {reason}"), format!("不是 JSON：{reason}"));
            faults.error_at(error.line(), "", texts(what, SHAPES, ("correct the file there", "请改正该处")));
            return Vec::new();
        }
    };
    let (mut records, mut line, mut read) = (Vec::new(), 1, 0);
    for (number, (key, raw)) in (1..).zip(entries) {
        // Entries follow each other in the text: its lines are counted once.
        let begin = raw.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
        line += text.get(read..begin).unwrap_or_default().matches('\n').count();
        read = begin;
        let mark = faults.kept();
        records.extend(record(raw.get(), &key, number, faults));
        faults.locate(mark, line, &key, raw.get());
    }
    records
}

const SHAPES: (&str, &str) = (
    "operational intents of ASTM F3548-21: {extents, state, …}, {volumes, …}, {reference, details}, {operational_intent} or a list of them",
    "ASTM F3548-21 的运行意图：{extents, state, …}、{volumes, …}、{reference, details}、{operational_intent} 或其列表",
);

/// The intents of a document with their keys, in the order of the file.
fn entries<'a>(raw: &'a RawValue, faults: &mut Faults) -> Vec<(String, &'a RawValue)> {
    let numbered = |list: Vec<&'a RawValue>, name: &str| {
        list.into_iter().enumerate().map(|(index, raw)| (format!("{name}[{index}]"), raw)).collect()
    };
    if let Ok(list) = serde_json::from_str(raw.get()) {
        return numbered(list, "");
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    let name = "operational_intents";
    match members.get(name).map(|list| serde_json::from_str(list.get())) {
        None => vec![(String::new(), raw)],
        Some(Ok(list)) => numbered(list, name),
        Some(Err(_)) => {
            faults.error(name, wrong("is no list", "不是列表", ("a list of intents", "运行意图的列表")));
            Vec::new()
        }
    }
}

/// One intent in any of the shapes in which the standard hands it over.
fn record(raw: &str, key: &str, number: usize, faults: &mut Faults) -> Option<IntentRecord> {
    if raw.len() > MOST_ENTRY_BYTES {
        let bytes = raw.len();
        let what = (format!("an intent of {bytes} bytes"), format!("该意图长 {bytes} 字节"));
        let expected = (format!("at most {MOST_ENTRY_BYTES}"), format!("至多 {MOST_ENTRY_BYTES}"));
        faults.error(key, texts(what, expected, ("simplify its outlines", "请简化其轮廓")));
        return None;
    }
    let before = faults.errors();
    let value: Value = serde_json::from_str(raw).map_err(|error| faults.error(key, not_understood(&error))).ok()?;
    let mut object = Object::of(&value, key, faults)?;
    if object.has("operational_intent") {
        object = object.object("operational_intent", faults)?;
    }
    let head = ["reference", "parameters"].into_iter().find(|name| object.has(name));
    let (id, state, priority, volumes) = if head.is_some() || object.has("details") {
        let head = needed(&object, head.unwrap_or("reference"), ("an object with a state", "含 state 的对象"), faults);
        let head = head.and_then(|name| object.object(name, faults));
        let details = needed(&object, "details", ("an object with volumes", "含 volumes 的对象"), faults);
        let details = details.and_then(|name| object.object(name, faults));
        let (head, details) = (head?, details?);
        let id = head.text("id").or_else(|| object.text("id"));
        (id, state(&head, faults), priority(&details, faults), nominal_and_others(&details, faults))
    } else if object.has("extents") {
        (None, state(&object, faults), 0, volumes(&object, "extents", faults))
    } else if object.has("volumes") || object.has("off_nominal_volumes") {
        (None, Some(IntentState::Accepted), priority(&object, faults), nominal_and_others(&object, faults))
    } else {
        faults.error(object.key(), strange(&object));
        return None;
    };
    if volumes.is_empty() && faults.errors() == before {
        let one = ("at least one volume", "至少一个空间体");
        faults.error(object.key(), wrong("there are no volumes", "没有空间体", one));
    }
    let (state, is_whole) = (state?, faults.errors() == before);
    let id = id.unwrap_or_else(|| format!("intent-{number}"));
    is_whole.then_some(IntentRecord { id, state, priority, volumes })
}

/// What is wrong with JSON, without the place, which the finding has.
fn reason_of(error: &serde_json::Error) -> String {
    let told = error.to_string();
    told.split(" at line ").next().unwrap_or_default().to_owned()
}

/// What is JSON by its shape and has no value: a number beyond all bounds, half of a letter, a thousand lists in each other.
fn not_understood(error: &serde_json::Error) -> [Text; 3] {
    let reason = reason_of(error);
    let what = (format!("cannot be understood: {reason}"), format!("无法理解：{reason}"));
    texts(what, SHAPES, ("correct it, or take it out", "请改正或去掉"))
}

fn strange(object: &Object<'_>) -> [Text; 3] {
    let names = object.names().take(8).collect::<Vec<_>>().join(", ");
    let what = (format!("no intent: its keys are [{names}]"), format!("不是运行意图：其键为 [{names}]"));
    texts(what, SHAPES, ("export it again, or take it out", "请重新导出，或去掉"))
}

fn wrong(en: &str, zh: &str, expected: (&str, &str)) -> [Text; 3] {
    texts((en, zh), expected, ("correct it there", "请在该处改正"))
}

/// The name of a member, if it is there; it is told if it is not.
fn needed<'n>(object: &Object<'_>, name: &'n str, expected: (&str, &str), faults: &mut Faults) -> Option<&'n str> {
    if object.get(name).is_none() {
        faults.error(object.key_of(name), texts(("is missing", "缺失"), expected, ("add it", "请补上")));
        return None;
    }
    Some(name)
}

fn state(object: &Object<'_>, faults: &mut Faults) -> Option<IntentState> {
    let words =
        ("Accepted, Activated, Nonconforming or Contingent", "Accepted、Activated、Nonconforming 或 Contingent");
    let word = text(object, "state", words, faults)?;
    let known = IntentState::ALL.into_iter().find(|state| state_word(*state) == word);
    if known.is_none() {
        faults.error(object.key_of("state"), stands(&word, words));
    }
    known
}

fn stands(value: &str, expected: (&str, &str)) -> [Text; 3] {
    let value: String = value.chars().take(60).collect();
    wrong(&format!("`{value}` stands here"), &format!("此处为 `{value}`"), expected)
}

/// A member that must be there and be text.
fn text(object: &Object<'_>, name: &str, expected: (&str, &str), faults: &mut Faults) -> Option<String> {
    needed(object, name, expected, faults)?;
    let text = object.text(name);
    if text.is_none() {
        faults.error(object.key_of(name), wrong("is no text", "不是文本", expected));
    }
    text
}

/// A member that must be there and be a number.
fn number(object: &Object<'_>, name: &str, expected: (&str, &str), faults: &mut Faults) -> Option<f64> {
    needed(object, name, expected, faults)?;
    object.number(name, faults)
}

fn priority(object: &Object<'_>, faults: &mut Faults) -> i64 {
    let Some(value) = object.get("priority") else { return 0 };
    value.as_i64().unwrap_or_else(|| {
        faults.error(object.key_of("priority"), stands(&value.to_string(), ("a whole number", "整数")));
        0
    })
}

/// Nominal volumes, then those off-nominal ones that are not among them.
fn nominal_and_others(details: &Object<'_>, faults: &mut Faults) -> Vec<VolumeRecord> {
    let mut all = volumes(details, "volumes", faults);
    let others = volumes(details, "off_nominal_volumes", faults);
    if all.iter().chain(&others).map(vertices).sum::<usize>() > MOST_VERTICES {
        faults.error(details.key(), too_many());
        return Vec::new();
    }
    let more: Vec<VolumeRecord> = others.into_iter().filter(|volume| !all.contains(volume)).collect();
    all.extend(more);
    all
}

fn vertices(volume: &VolumeRecord) -> usize {
    match &volume.outline {
        OutlineRecord::Circle { .. } => 1,
        OutlineRecord::Polygon(places) => places.len(),
    }
}

fn too_many() -> [Text; 3] {
    wrong("too many vertices", "顶点过多", ("at most 10 000 of all volumes", "所有空间体至多 10 000 个"))
}

fn volumes(object: &Object<'_>, name: &str, faults: &mut Faults) -> Vec<VolumeRecord> {
    let list = object.objects(name, faults);
    let read: Vec<VolumeRecord> = list.iter().filter_map(|volume| timed(volume, faults)).collect();
    if read.iter().map(vertices).sum::<usize>() > MOST_VERTICES {
        faults.error(object.key_of(name), too_many());
        return Vec::new();
    }
    read
}

/// `Volume4D`: every fault of it is told.
fn timed(object: &Object<'_>, faults: &mut Faults) -> Option<VolumeRecord> {
    let shape = ("an outline and two altitudes", "轮廓与两个高度");
    let space = needed(object, "volume", shape, faults).and_then(|name| object.object(name, faults));
    let outline = space.as_ref().and_then(|space| outline(space, faults));
    let heights = space.as_ref().and_then(|space| heights(space, faults));
    let window = window(object, faults);
    Some(VolumeRecord { outline: outline?, ellipsoid_m: heights?, window: window? })
}

fn window(object: &Object<'_>, faults: &mut Faults) -> Option<[Timestamp; 2]> {
    let (from, to) = (time(object, "time_start", faults), time(object, "time_end", faults));
    let window = [from?, to?];
    if window[0] >= window[1] {
        let found = window[1].to_string();
        faults.error(
            object.key_of("time_end"),
            stands(&found, ("an instant after time_start", "晚于 time_start 的时刻")),
        );
        return None;
    }
    Some(window)
}

fn time(object: &Object<'_>, name: &str, faults: &mut Faults) -> Option<Timestamp> {
    let expected = (
        "{value, format: RFC3339}, in UTC such as 2026-05-01T01:00:00Z",
        "{value, format: RFC3339}，UTC，如 2026-05-01T01:00:00Z",
    );
    needed(object, name, expected, faults)?;
    let time = object.object(name, faults)?;
    exactly(&time, "format", "RFC3339", faults)?;
    let value = text(&time, "value", expected, faults)?;
    let read = value.parse::<Timestamp>().ok();
    if read.is_none() {
        faults.error(time.key_of("value"), stands(&value, expected));
    }
    read
}

/// A word that can be but one.
fn exactly(object: &Object<'_>, name: &str, word: &str, faults: &mut Faults) -> Option<()> {
    let found = text(object, name, (word, word), faults)?;
    if found != word {
        faults.error(object.key_of(name), stands(&found, (word, word)));
        return None;
    }
    Some(())
}

fn outline(space: &Object<'_>, faults: &mut Faults) -> Option<OutlineRecord> {
    let [circle, polygon] = ["outline_circle", "outline_polygon"].map(|name| space.get(name).is_some());
    let either = ("one of outline_circle and outline_polygon", "outline_circle 与 outline_polygon 之一");
    match (circle, polygon) {
        (true, false) => self::circle(&space.object("outline_circle", faults)?, faults),
        (false, true) => self::polygon(&space.object("outline_polygon", faults)?, faults),
        (true, true) => {
            faults.error(space.key(), wrong("has two outlines", "有两个轮廓", either));
            None
        }
        (false, false) => {
            faults.error(space.key(), wrong("has no outline", "没有轮廓", either));
            None
        }
    }
}

fn circle(circle: &Object<'_>, faults: &mut Faults) -> Option<OutlineRecord> {
    let centre = needed(circle, "center", PLACE, faults).and_then(|name| circle.object(name, faults));
    let centre = centre.and_then(|centre| place(&centre, faults));
    let expected = ("{value, units: M}, more than 0", "{value, units: M}，大于 0");
    needed(circle, "radius", expected, faults)?;
    let radius = circle.object("radius", faults)?;
    exactly(&radius, "units", "M", faults)?;
    let radius_m = number(&radius, "value", expected, faults)?;
    if radius_m <= 0.0 {
        faults.error(radius.key_of("value"), stands(&radius_m.to_string(), expected));
        return None;
    }
    Some(OutlineRecord::Circle { centre: centre?, radius_m })
}

fn polygon(polygon: &Object<'_>, faults: &mut Faults) -> Option<OutlineRecord> {
    let before = faults.errors();
    let vertices = polygon.objects("vertices", faults);
    let mut places: Vec<Geographic> = vertices.iter().filter_map(|vertex| place(vertex, faults)).collect();
    if faults.errors() > before {
        return None;
    }
    // Some close their outlines, which the standard does not ask for.
    if places.len() > 3 && places.first() == places.last() {
        places.pop();
    }
    if places.len() < 3 {
        let count = places.len();
        let what = (format!("an outline of {count} places"), format!("轮廓只有 {count} 个点"));
        let cure = ("add the missing ones", "请补全");
        faults.error(polygon.key_of("vertices"), texts(what, ("at least 3 places", "至少 3 个点"), cure));
        return None;
    }
    if let Crossing::Edges(one, other) = crossing(&[&places]) {
        faults.error(polygon.key_of("vertices"), crossed(one, other, std::slice::from_ref(&places)));
        return None;
    }
    Some(OutlineRecord::Polygon(places))
}

const PLACE: (&str, &str) = ("{lat, lng} in degrees, to 90 and 180", "以度为单位的 {lat, lng}，不超过 90 与 180");

fn place(object: &Object<'_>, faults: &mut Faults) -> Option<Geographic> {
    let mut degrees = |name: &str, most: f64| {
        let found = number(object, name, PLACE, faults)?;
        if found.abs() > most {
            faults.error(object.key_of(name), stands(&found.to_string(), PLACE));
            return None;
        }
        Some(found)
    };
    let (lat_deg, lng_deg) = (degrees("lat", 90.0), degrees("lng", 180.0));
    Some(Geographic::new(lat_deg?, lng_deg?))
}

fn heights(space: &Object<'_>, faults: &mut Faults) -> Option<[f64; 2]> {
    let (lower, upper) = (height(space, "altitude_lower", faults), height(space, "altitude_upper", faults));
    let heights = [lower?, upper?];
    if heights[0] >= heights[1] {
        let expected = ("more than altitude_lower", "高于 altitude_lower");
        faults.error(space.key_of("altitude_upper.value"), stands(&heights[1].to_string(), expected));
        return None;
    }
    Some(heights)
}

fn height(space: &Object<'_>, name: &str, faults: &mut Faults) -> Option<f64> {
    let expected = ("{value, reference: W84, units: M}", "{value, reference: W84, units: M}");
    needed(space, name, expected, faults)?;
    let level = space.object(name, faults)?;
    let value = number(&level, "value", expected, faults);
    let known = [exactly(&level, "reference", "W84", faults), exactly(&level, "units", "M", faults)];
    let metres = value?;
    if !HEIGHTS_M.contains(&metres) {
        let bounds = ("-8000 to 100 000 m over the ellipsoid", "椭球高 -8000 至 100 000 米");
        faults.error(level.key_of("value"), stands(&metres.to_string(), bounds));
        return None;
    }
    known.iter().all(Option::is_some).then_some(metres)
}
