//! Zones of plain GeoJSON, in both directions.
//!
//! One feature is one zone. A zone of several volumes is a `GeometryCollection` whose geometries carry their own
//! `lower_agl_m`, `radius_m` and so on; what a geometry does not say the properties do.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::authority::{authorities, json_of};
use super::limits::{name_of, plain_limits};
use super::record::middle;
use super::times::{PeriodNames, day_word, moment_word, offset_word, periods, stretch};
use super::words::{line_at, reason_word, reasons, restriction, text_at, word};
use super::{VolumeRecord, ZoneRecord};
use crate::formats::features::{Coordinates, Entry, Faults, Object, Sizes, geometry_of, leaves, pieces, texts};
use crate::message::Text;
use crate::world::airspace::{DailyPeriod, Schedule, Window};
use crate::world::geo::Geographic;

const PROPERTIES: [&str; 21] = [
    "id",
    "identifier",
    "name",
    "restriction",
    "type",
    "reason",
    "conditions",
    "authority",
    "lower_agl_m",
    "lower_amsl_m",
    "lower_ellipsoid_m",
    "upper_agl_m",
    "upper_amsl_m",
    "upper_ellipsoid_m",
    "radius_m",
    "width_m",
    "start",
    "end",
    "daily",
    "windows",
    "country",
];

const PERIODS: PeriodNames = PeriodNames { days: "days", begins: &["from"], ends: &["to"], offset: None };

/// The zone of a feature.
pub fn zone(feature: &Object, entry: &Entry, at: Coordinates, faults: &mut Faults) -> Option<ZoneRecord> {
    let properties = feature.object("properties", faults);
    let geometry = feature.object("geometry", faults);
    let (Some(properties), Some(geometry)) = (properties, geometry) else {
        faults.error(feature.key(), no_feature());
        return None;
    };
    properties.warn_unknown(&PROPERTIES, faults);
    let volumes = volumes(&geometry, &properties, at, faults);
    let schedule = schedule(&properties, middle(&volumes), faults);
    let word = if properties.has("restriction") { "restriction" } else { "type" };
    let restriction = restriction(&properties, word, None, faults);
    let id = identity(feature, &properties, entry.index, faults);
    let name = Some(text_at(&properties, "name")).filter(|name| !name.en.is_empty());
    Some(ZoneRecord {
        name: name.unwrap_or_else(|| Text::new(&id, &id)),
        id,
        restriction: restriction?,
        conditions: line_at(&properties, "conditions"),
        reasons: reasons(&properties, "reason", faults),
        authorities: authorities(&properties, "authority", faults),
        schedule,
        volumes,
        raw: entry.raw.clone(),
    })
}

fn identity(feature: &Object, properties: &Object, index: usize, faults: &mut Faults) -> String {
    let given = properties.text("id").or_else(|| properties.text("identifier")).or_else(|| feature.text("id"));
    given.unwrap_or_else(|| {
        let id = format!("zone-{}", index + 1);
        faults.warning(properties.key_of("id"), no_identity(&id));
        id
    })
}

fn volumes(geometry: &Object, properties: &Object, at: Coordinates, faults: &mut Faults) -> Vec<VolumeRecord> {
    let sizes = Sizes { properties: Some(properties.clone()), usual_m: None };
    let mut volumes = Vec::new();
    for part in leaves(geometry, faults) {
        let limits = plain_limits(&part, properties, faults);
        let shapes = pieces(&part, &sizes, at, faults);
        if let Some((lower, upper)) = limits {
            volumes.extend(shapes.into_iter().map(|piece| VolumeRecord { shape: piece.shape, lower, upper }));
        }
    }
    volumes
}

/// The window of the properties themselves, or the `windows` among them.
fn schedule(properties: &Object, place: Geographic, faults: &mut Faults) -> Schedule {
    let mut given = properties.objects("windows", faults);
    if given.is_empty() {
        given.push(properties.clone());
    }
    let windows = given.iter().map(|given| {
        let [start, end] = stretch(given, ["start", "end"], faults);
        Window { start, end, periods: periods(given, "daily", &PERIODS, place, faults) }
    });
    let windows: Vec<Window> = windows.collect();
    let is_always = windows.contains(&Window::default());
    Schedule { windows: if is_always { Vec::new() } else { windows } }
}

impl ZoneRecord {
    /// The zone as a feature of plain GeoJSON, WGS84.
    pub fn to_geojson(&self) -> Value {
        let mut properties = Map::new();
        let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("restriction", json!(word(self.restriction)));
        if !self.conditions.is_empty() {
            put("conditions", json!(self.conditions));
        }
        if !self.reasons.is_empty() {
            put("reason", self.reasons.iter().map(|reason| reason_word(*reason)).collect());
        }
        if !self.authorities.is_empty() {
            put("authority", self.authorities.iter().map(json_of).collect());
        }
        match &self.schedule.windows[..] {
            [] => {}
            [only] => properties.extend(window_members(only)),
            several => {
                put("windows", several.iter().map(window_members).map(Value::Object).collect());
            }
        }
        let geometry = match &self.volumes[..] {
            [only] => {
                properties.extend(limit_members(only));
                geometry_of(&only.shape)
            }
            several => json!({
                "type": "GeometryCollection",
                "geometries": several.iter().map(geometry_with_limits).collect::<Vec<Value>>(),
            }),
        };
        json!({ "type": "Feature", "properties": properties, "geometry": geometry })
    }
}

fn geometry_with_limits(volume: &VolumeRecord) -> Value {
    let mut geometry = geometry_of(&volume.shape);
    if let Value::Object(members) = &mut geometry {
        members.extend(limit_members(volume));
    }
    geometry
}

fn limit_members(volume: &VolumeRecord) -> impl Iterator<Item = (String, Value)> {
    let limits = [("lower", Some(volume.lower)), ("upper", volume.upper)];
    limits.into_iter().filter_map(|(side, limit)| {
        let limit = limit?;
        Some((name_of(side, limit.datum), json!(limit.metres)))
    })
}

fn window_members(window: &Window) -> Map<String, Value> {
    let instants = [("start", window.start), ("end", window.end)];
    let mut members: Map<String, Value> = instants
        .into_iter()
        .filter_map(|(name, at): (&str, Option<Timestamp>)| Some((name.to_owned(), json!(at?.to_string()))))
        .collect();
    if !window.periods.is_empty() {
        members.insert("daily".to_owned(), window.periods.iter().map(period_json).collect());
    }
    members
}

fn period_json(period: &DailyPeriod) -> Value {
    let days: Vec<&str> = period.days.iter().map(|day| day_word(*day)).collect();
    json!({
        "days": days,
        "from": moment_word(period.begins),
        "to": moment_word(period.ends),
        "offset": offset_word(period.offset),
    })
}

fn no_feature() -> [Text; 3] {
    texts(
        ("no feature with properties and geometry", "不是含属性与几何的要素"),
        (
            "{ \"type\": \"Feature\", \"properties\": { … }, \"geometry\": { … } }",
            "{ \"type\": \"Feature\", \"properties\": { … }, \"geometry\": { … } }",
        ),
        ("complete the feature, or take it out", "补全此要素，或去掉"),
    )
}

fn no_identity(id: &str) -> [Text; 3] {
    texts(
        (format!("a zone without `id`, called {id}"), format!("区域缺少 `id`，称为 {id}")),
        ("`id` in the properties", "属性中的 `id`"),
        ("give it one if it is to be spoken of", "若需引用，请填写"),
    )
}
