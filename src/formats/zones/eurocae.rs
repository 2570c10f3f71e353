//! Zones of ED-269 and ED-318: the same model, spelt differently.

use jiff::tz::Offset;
use serde_json::Value;

use super::authority::authorities;
use super::limits::{LimitNames, limits};
use super::record::middle;
use super::times::{PeriodNames, periods, stretch};
use super::words::{line_at, reasons, restriction, text_at};
use super::{VolumeRecord, ZoneFormat, ZoneRecord};
use crate::formats::features::{Coordinates, Entry, Faults, Object, Sizes, leaves, metres, pieces, texts, vertex};
use crate::message::Text;
use crate::world::airspace::{Schedule, Shape, Window};
use crate::world::geo::Geographic;

/// What both call the same.
const COMMON: [&str; 11] = [
    "identifier",
    "country",
    "name",
    "type",
    "restrictionConditions",
    "region",
    "reason",
    "otherReasonInfo",
    "regulationExemption",
    "message",
    "zoneAuthority",
];

const LIMITS_269: LimitNames = LimitNames {
    lower: "lowerLimit",
    lower_reference: "lowerVerticalReference",
    upper: "upperLimit",
    upper_reference: "upperVerticalReference",
    unit: "uomDimensions",
};

const LIMITS_318: LimitNames = LimitNames {
    lower: "lower",
    lower_reference: "lowerReference",
    upper: "upper",
    upper_reference: "upperReference",
    unit: "uom",
};

/// Both give clock times in UTC.
const PERIODS: PeriodNames = PeriodNames {
    days: "day",
    begins: &["startEvent", "startTime"],
    ends: &["endEvent", "endTime"],
    offset: Some(Offset::UTC),
};

/// The zone of a feature.
pub fn zone(
    feature: &Object,
    entry: &Entry,
    format: ZoneFormat,
    at: Coordinates,
    faults: &mut Faults,
) -> Option<ZoneRecord> {
    let is_269 = format == ZoneFormat::Ed269;
    let properties = if is_269 { Some(feature.clone()) } else { properties(feature, faults) }?;
    let own: &[&str] = if is_269 {
        &["restriction", "uSpaceClass", "applicability", "geometry", "extendedProperties"]
    } else {
        &["variant", "limitedApplicability", "dataSource", "extendedProperties"]
    };
    properties.warn_unknown(&[&COMMON, own].concat(), faults);
    let (word, spelling) = if is_269 { ("restriction", "REQ_AUTHORISATION") } else { ("type", "REQ_AUTHORIZATION") };
    let restriction = restriction(&properties, word, Some(spelling), faults);
    let volumes = if is_269 { volumes_269(feature, at, faults) } else { volumes_318(feature, at, faults) };
    let applicability = if is_269 { "applicability" } else { "limitedApplicability" };
    let schedule = schedule(&properties, applicability, middle(&volumes), faults);
    let id = identifier(&properties, faults)?;
    let name = Some(text_at(&properties, "name")).filter(|name| !name.en.is_empty());
    Some(ZoneRecord {
        name: name.unwrap_or_else(|| Text::new(&id, &id)),
        id,
        restriction: restriction?,
        conditions: line_at(&properties, "restrictionConditions"),
        reasons: reasons(&properties, "reason", faults),
        authorities: authorities(&properties, "zoneAuthority", faults),
        schedule,
        volumes,
        raw: entry.raw.clone(),
    })
}

fn properties<'a>(feature: &Object<'a>, faults: &mut Faults) -> Option<Object<'a>> {
    feature.warn_unknown(&["type", "id", "bbox", "geometry", "properties"], faults);
    if feature.get("properties").is_none() {
        faults.error(feature.key(), missing("properties"));
    }
    feature.object("properties", faults)
}

fn identifier(properties: &Object, faults: &mut Faults) -> Option<String> {
    let id = properties.text("identifier");
    if id.is_none() {
        faults.error(properties.key(), missing("identifier"));
    }
    id
}

fn volumes_269(feature: &Object, at: Coordinates, faults: &mut Faults) -> Vec<VolumeRecord> {
    let parts = feature.objects("geometry", faults);
    if parts.is_empty() {
        faults.error(feature.key(), missing("geometry"));
    }
    let known = [
        LIMITS_269.lower,
        LIMITS_269.lower_reference,
        LIMITS_269.upper,
        LIMITS_269.upper_reference,
        LIMITS_269.unit,
        "horizontalProjection",
    ];
    let volumes = parts.iter().flat_map(|part| {
        part.warn_unknown(&known, faults);
        let limits = limits(part, &LIMITS_269, faults);
        let shapes = projection_269(part, at, faults);
        shapes.into_iter().filter_map(move |shape| {
            let (lower, upper) = limits?;
            Some(VolumeRecord { shape, lower, upper })
        })
    });
    volumes.collect()
}

/// The shapes of a horizontal projection: a circle with a centre, or a geometry.
fn projection_269(part: &Object, at: Coordinates, faults: &mut Faults) -> Vec<Shape> {
    let Some(projection) = part.object("horizontalProjection", faults) else {
        faults.error(part.key(), missing("horizontalProjection"));
        return Vec::new();
    };
    projection.warn_unknown(&["type", "coordinates", "center", "radius"], faults);
    if projection.text("type").as_deref() == Some("Circle") {
        return circle_269(&projection, at, faults).into_iter().collect();
    }
    pieces(&projection, &Sizes::default(), at, faults).into_iter().map(|piece| piece.shape).collect()
}

fn circle_269(projection: &Object, at: Coordinates, faults: &mut Faults) -> Option<Shape> {
    let radius_m = metres(projection, "radius", faults);
    let centre = projection.get("center").unwrap_or(&Value::Null);
    let centre = vertex(centre, &projection.key_of("center"), at, faults)?.place;
    Some(Shape::Circle { centre, radius_m: radius_m? }.to_wgs84(at.system))
}

fn volumes_318(feature: &Object, at: Coordinates, faults: &mut Faults) -> Vec<VolumeRecord> {
    let Some(geometry) = feature.object("geometry", faults) else {
        faults.error(feature.key(), missing("geometry"));
        return Vec::new();
    };
    let outer = geometry.object("layer", faults);
    let mut volumes = Vec::new();
    for part in leaves(&geometry, faults) {
        part.warn_unknown(&["type", "coordinates", "layer", "extent", "bbox", "geometries"], faults);
        let Some(layer) = part.object("layer", faults).or_else(|| outer.clone()) else {
            faults.error(part.key(), missing("layer"));
            continue;
        };
        check_layer(&layer, faults);
        let limits = limits(&layer, &LIMITS_318, faults);
        let shapes = pieces(&part, &Sizes::default(), at, faults);
        if let Some((lower, upper)) = limits {
            volumes.extend(shapes.into_iter().map(|piece| VolumeRecord { shape: piece.shape, lower, upper }));
        }
    }
    volumes
}

/// Limits under the names of ED-269 would be left out, and the zone be without them.
fn check_layer(layer: &Object, faults: &mut Faults) {
    let names =
        |limits: &LimitNames| [limits.lower, limits.lower_reference, limits.upper, limits.upper_reference, limits.unit];
    for (other, own) in names(&LIMITS_269).into_iter().zip(names(&LIMITS_318)) {
        if layer.get(other).is_some() {
            faults.error(layer.key_of(other), of_other_format(other, own));
        }
    }
}

fn of_other_format(other: &str, own: &str) -> [Text; 3] {
    texts(
        (format!("`{other}` is a name of ED-269"), format!("`{other}` 是 ED-269 的字段名")),
        (format!("`{own}`, as ED-318 spells it"), format!("ED-318 的字段名 `{own}`")),
        (format!("write `{own}`"), format!("改写为 `{own}`")),
    )
}

/// When a zone holds: windows, each with its daily periods.
fn schedule(properties: &Object, name: &str, place: Geographic, faults: &mut Faults) -> Schedule {
    let given = properties.objects(name, faults);
    let windows: Vec<Window> = given.iter().map(|given| window(given, place, faults)).collect();
    // A window without any bound holds always, and with it the whole.
    let is_always = windows.contains(&Window::default());
    Schedule { windows: if is_always { Vec::new() } else { windows } }
}

fn window(given: &Object, place: Geographic, faults: &mut Faults) -> Window {
    given.warn_unknown(&["permanent", "startDateTime", "endDateTime", "schedule", "dailyPeriod"], faults);
    let mut periods_of = |name: &str| periods(given, name, &PERIODS, place, faults);
    let periods = [periods_of("schedule"), periods_of("dailyPeriod")].concat();
    let [start, end] = stretch(given, ["startDateTime", "endDateTime"], faults);
    let is_permanent = given.text("permanent").is_some_and(|word| word.eq_ignore_ascii_case("yes"));
    if is_permanent && (start.is_some() || end.is_some()) {
        faults.warning(given.key_of("permanent"), permanent_with_dates());
    }
    if is_permanent {
        return Window { periods, ..Window::default() };
    }
    Window { start, end, periods }
}

fn missing(name: &str) -> [Text; 3] {
    texts(
        (format!("`{name}` is missing"), format!("缺少 `{name}`")),
        (format!("`{name}`"), format!("`{name}`")),
        (format!("add `{name}`, or take the zone out"), format!("补上 `{name}`，或去掉此区域")),
    )
}

fn permanent_with_dates() -> [Text; 3] {
    texts(
        ("permanent, and yet with dates; the dates are left out", "声明为永久却有日期；日期不予采用"),
        ("`permanent`: \"NO\" with dates, or \"YES\" without", "有日期时 `permanent` 为 \"NO\"，否则为 \"YES\""),
        ("correct one of the two", "改正其一"),
    )
}
