//! What is understood of zones: with files of our own that have the oddities of real ones.

use std::path::{Path, PathBuf};

use jiff::civil::{Time, Weekday};
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::*;
use crate::formats::obstacles;
use crate::message::{Language, Text};
use crate::units::{Altitude, Datum};
use crate::world::airspace::{DailyPeriod, DayMoment, Purpose, Reason, Restriction, Shape, Window};
use crate::world::geo::{CoordinateSystem, Geographic, LocalProjection, SunEvent};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zones").join(name)
}

fn zones_of(path: &Path, reading: Reading) -> (ZoneFile, Vec<ZoneRecord>) {
    let mut zones = Vec::new();
    let file = read(path, reading, &mut |_, zone| zones.push(zone));
    (file.unwrap_or_else(|findings| panic!("{}", findings.render(Language::English))), zones)
}

fn zones(name: &str) -> (ZoneFormat, Vec<ZoneRecord>) {
    let (file, zones) = zones_of(&sample(name), Reading::default());
    (file.format, zones)
}

fn clock(text: &str) -> DayMoment {
    DayMoment::Clock(text.parse::<Time>().unwrap())
}

fn circle(lat: f64, lon: f64, radius_m: f64) -> Shape {
    Shape::Circle { centre: Geographic::new(lat, lon), radius_m }
}

#[test]
fn ed_269_is_understood_with_its_oddities() {
    let (format, zones) = zones("ed269-oddities.json");
    assert_eq!(format, ZoneFormat::Ed269);
    let [depot, school] = &zones[..] else { panic!("{zones:?}") };
    assert_eq!((depot.id.as_str(), depot.restriction), ("FHS001", Restriction::ReqAuthorisation));
    assert_eq!(depot.conditions, "ask first; day only");
    assert_eq!(depot.reasons, [Reason::Sensitive, Reason::Other]);
    assert!(depot.schedule.windows.is_empty(), "permanent, and a period that says nothing");
    assert_eq!(depot.authorities[0].phone, "0421");
    let Shape::Polygon { outer, holes } = &depot.volumes[0].shape else { panic!() };
    assert!(outer.len() == 4 && holes.is_empty(), "closed, without the repeated place: {outer:?}");
    assert_eq!(outer[0], Geographic::new(41.52, 120.461_000_000_000_01));
    assert_eq!((depot.volumes[0].lower, depot.volumes[0].upper), (Altitude::agl(0.0), None));

    let period = DailyPeriod {
        days: vec![Weekday::Monday, Weekday::Friday],
        begins: clock("00:00"),
        ends: DayMoment::Midnight,
        offset: Offset::UTC,
    };
    let [start, end] = ["2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"].map(|at| at.parse().ok());
    assert_eq!(school.schedule.windows, [Window { start, end, periods: vec![period] }]);
    let limits: Vec<_> = school.volumes.iter().map(|volume| (volume.lower, volume.upper)).collect();
    assert_eq!(limits, [(Altitude::agl(0.0), Some(Altitude::agl(400.0 * 0.3048))), (Altitude::amsl(200.0), None)]);
    assert_eq!(school.volumes[0].shape, circle(41.54, 120.48, 250.5));
    let geozone = school.placed(&LocalProjection::new(Geographic::new(41.5375, 120.485)));
    assert_eq!((geozone.volumes.len(), geozone.middle), (2, Geographic::new(41.54, 120.48)));
}

#[test]
fn ed_318_is_understood_with_its_oddities() {
    let (format, zones) = zones("ed318-oddities.json");
    assert_eq!(format, ZoneFormat::Ed318);
    let [observatory, two] = &zones[..] else { panic!("{zones:?}") };
    assert_eq!(observatory.name, Text::new("Observatory", "天文台"));
    assert_eq!(two.name, Text::new("Zwei", "Zwei"));
    assert_eq!(observatory.volumes[0].shape, circle(41.54, 120.48, 300.0));
    assert_eq!((observatory.volumes[0].lower, observatory.volumes[0].upper), (Altitude::agl(60.0), None));
    let authority = &observatory.authorities[0];
    assert_eq!((authority.name.en.as_str(), authority.purpose), ("Amt", Some(Purpose::Authorization)));
    assert_eq!(authority.interval_before.unwrap().as_hours(), 240);
    // Events of the sun belong to the day of the place: 8 hours east, where 20:00 UTC is 04:00.
    let offset = Offset::constant(8);
    let [sunset, sunrise, dusk] = [SunEvent::Sunset, SunEvent::Sunrise, SunEvent::EndOfEveningCivilTwilight];
    let nights = [
        DailyPeriod {
            days: vec![Weekday::Saturday],
            begins: DayMoment::Sun(sunset),
            ends: DayMoment::Sun(sunrise),
            offset,
        },
        DailyPeriod { days: Vec::new(), begins: DayMoment::Sun(dusk), ends: clock("04:00"), offset },
    ];
    assert_eq!(observatory.schedule.windows[0].periods, nights);
    let uppers: Vec<_> = two.volumes.iter().filter_map(|volume| volume.upper).collect();
    assert_eq!(uppers, [Altitude::amsl(900.0), Altitude { metres: 300.0 * 0.3048, datum: Datum::Ellipsoid }]);
    assert_eq!(two.authorities[0].purpose, Some(Purpose::Authorization));
}

#[test]
fn plain_geojson_is_understood() {
    let (format, zones) = zones("plain-oddities.json");
    assert_eq!(format, ZoneFormat::GeoJson);
    let [water, circles, strips, parts] = &zones[..] else { panic!("{zones:?}") };
    assert_eq!(water.name, Text::new("Reservoir", "水库"));
    assert_eq!((water.restriction, water.volumes.len()), (Restriction::Prohibited, 2));
    assert_eq!(water.reasons, [Reason::Nature, Reason::Emergency]);
    assert_eq!(water.authorities[0].name.en, "Water bureau");
    assert_eq!((circles.id.as_str(), circles.restriction), ("7", Restriction::ReqAuthorisation));
    assert_eq!(circles.volumes[0].shape, circle(41.54, 120.5, 80.0));
    let limits = (circles.volumes[0].lower, circles.volumes[0].upper);
    assert_eq!(limits, (Altitude::amsl(300.0), Some(Altitude { metres: 700.0, datum: Datum::Ellipsoid })));
    let period = &circles.schedule.windows[0].periods[0];
    assert_eq!((period.begins, period.ends), (DayMoment::Sun(SunEvent::Sunrise), clock("19:30")));
    assert_eq!((strips.id.as_str(), strips.volumes.len()), ("zone-3", 2));
    assert!(matches!(strips.volumes[1].shape, Shape::Corridor { half_width_m: 30.0, .. }));
    let uppers: Vec<_> = parts.volumes.iter().map(|volume| volume.upper).collect();
    assert_eq!(uppers, [Some(Altitude::agl(60.0)), Some(Altitude::amsl(500.0))]);
}

/// Every zone, whatever its format, is the same zone after it was written as plain GeoJSON.
#[test]
fn plain_geojson_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.geojson");
    let projection = LocalProjection::new(Geographic::new(41.5375, 120.485));
    for name in ["ed269-oddities.json", "ed318-oddities.json", "plain-oddities.json", "gcj02-oddities.json"] {
        rewrite(&[sample(name)], &out, true, Reading::default()).unwrap();
        let (file, written) = zones_of(&out, Reading::default());
        assert!(file.format == ZoneFormat::GeoJson && file.warnings.0.is_empty(), "{name}: {:?}", file.warnings);
        let (_, original) = zones(name);
        let [written, original] =
            [written, original].map(|zones| zones.iter().map(|zone| zone.placed(&projection)).collect::<Vec<_>>());
        assert_eq!(written, original, "{name}");
    }
}

/// What the file declares, what the caller says, and that the one who writes it again as it was is not misled.
#[test]
fn shifted_coordinates_are_brought_to_wgs84() {
    let path = sample("gcj02-oddities.json");
    let centre = |reading: Reading| zones_of(&path, reading).1[0].volumes[0].shape.middle();
    let shifted = Geographic::new(41.54, 120.5);
    assert_eq!(centre(Reading::default()), CoordinateSystem::Gcj02.to_wgs84(shifted));
    for system in [CoordinateSystem::Wgs84, CoordinateSystem::Bd09] {
        let reading = Reading { coordinates: Some(system), near: None };
        assert_eq!(centre(reading), system.to_wgs84(shifted));
    }
}

/// Places that exist either way round are told by where they are expected.
#[test]
fn swapped_coordinates_are_told_by_where_they_are_expected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("swapped.json");
    let feature = |place: &str| {
        format!(
            "{{\"features\": [{{\"properties\": {{\"id\": \"s\", \"restriction\": \"PROHIBITED\", \"radius_m\": 9}}, \
             \"geometry\": {{\"type\": \"Point\", \"coordinates\": {place}}}}}]}}"
        )
    };
    let near = Some(Geographic::new(46.5, 7.5));
    let fault_of = |place: &str, near| {
        std::fs::write(&path, feature(place)).unwrap();
        read(&path, Reading { coordinates: None, near }, &mut |_, _| {}).err().map(|findings| findings.0[0].clone())
    };
    let fault = fault_of("[46.9, 7.4]", near).unwrap();
    assert_eq!(fault.what.en, "longitude 46.9°, latitude 7.4° is far from 46.50, 7.50, and near it if swapped");
    assert_eq!(fault.cure.en, "swap the two numbers of every place: latitude stands first");
    assert_eq!(fault.site.key, "features[0].geometry.coordinates");
    assert_eq!(fault.site.line, Some(1));
    for (place, near) in [("[7.4, 46.9]", near), ("[46.9, 7.4]", None), ("[120.0, 41.0]", near)] {
        assert_eq!(fault_of(place, near), None, "{place}");
    }
}

/// Where everything in a value stands, as JSON pointers.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// Each value of a feature, in turn, replaced by each of some that do not belong there.
fn damaged(feature: &Value) -> Vec<Value> {
    let odd = json!([
        null, true, -1, 1e300, 0, "", "24:00", "24:00é", "+é", "-99:99", "é", "R", "P1Y", [], [[]], [null], [[[]]], {}, {"type": 1}
    ]);
    let mut places = Vec::new();
    pointers(feature, "", &mut places);
    let pairs = places.iter().flat_map(|place| odd.as_array().unwrap().iter().map(move |odd| (place, odd)));
    let damaged = pairs.map(|(place, odd)| {
        let mut damaged = feature.clone();
        *damaged.pointer_mut(place).unwrap() = odd.clone();
        damaged
    });
    damaged.collect()
}

/// Whatever stands wherever in a feature is told or read, and nothing worse; so is a file that breaks off anywhere.
#[test]
fn no_damage_does_worse_than_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.json");
    let all = ["tests/zones", "tests/obstacles"].map(|folder| std::fs::read_dir(sample("../..").join(folder)).unwrap());
    let files = all.into_iter().flatten().map(|entry| entry.unwrap().path());
    let (mut tried, mut read_well) = (0, 0);
    for file in files.filter(|file| file.to_str().unwrap().ends_with("-oddities.json")) {
        let whole: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for feature in ["features", "UASZoneList"].iter().filter_map(|list| whole[list].as_array()).flatten() {
            let all = damaged(feature);
            tried += all.len();
            // The first is whole, so that the format is known.
            let list: Vec<&Value> = std::iter::once(feature).chain(&all).collect();
            std::fs::write(&path, json!({ "features": list }).to_string()).unwrap();
            let _ = read(&path, Reading::default(), &mut |_, zone| {
                drop(zone.to_geojson());
                read_well += 1;
            });
            let _ = obstacles::read(&path, Reading::default(), &mut |obstacle| drop(obstacle.to_geojson()));
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for end in (0..text.len() - 3).step_by(61).filter(|end| text.is_char_boundary(*end)) {
            std::fs::write(&path, &text[..end]).unwrap();
            assert!(read(&path, Reading::default(), &mut |_, _| {}).is_err(), "{}: {end}", file.display());
        }
    }
    assert!(tried > 5_000 && read_well > 1_000, "{read_well} of {tried}");
    // Headers, too: this file has one that declares something.
    let declaring: Value = serde_json::from_slice(&std::fs::read(sample("gcj02-oddities.json")).unwrap()).unwrap();
    for whole in damaged(&declaring) {
        std::fs::write(&path, whole.to_string()).unwrap();
        let _ = read(&path, Reading::default(), &mut |_, _| {});
    }
}

/// A hundred findings of each kind, and a last one that counts the others.
#[test]
fn findings_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.json");
    std::fs::write(&path, format!("{{\"features\": [{}1]}}", "{\"properties\": {}},".repeat(2_000))).unwrap();
    let findings = read(&path, Reading::default(), &mut |_, _| panic!("nothing here is a zone")).unwrap_err();
    assert_eq!(findings.0.len(), 101);
    assert_eq!(findings.0[100].what.en, "and 1901 more errors");
    let long = "é".repeat(1_000_000);
    let feature =
        format!("{{\"properties\": {{\"{long}\": 1, \"restriction\": \"{long}\"}}, \"geometry\": {{\"x\": 1}}}}");
    std::fs::write(&path, format!("{{\"features\": [{feature}]}}")).unwrap();
    let findings = read(&path, Reading::default(), &mut |_, _| {}).unwrap_err();
    assert!(findings.0.len() > 2 && findings.render(Language::Chinese).len() < 20_000);
    std::fs::write(&path, format!("{{\"features\": [{{\"geometry\": [{}0]}}]}}", "[0],".repeat(2_000_000))).unwrap();
    let findings = read(&path, Reading::default(), &mut |_, _| {}).unwrap_err();
    assert_eq!(findings.0[0].what.en, "a feature of too many values to be read at once");
}
