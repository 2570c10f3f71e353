use super::*;
use crate::units::{Purpose, RandomStream};

fn read_text(text: &str) -> Result<Vec<IntentRecord>, Findings> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("intents.json");
    std::fs::write(&path, text).unwrap();
    read(&path)
}

const VOLUME: &str = r#"{"volume": {"outline_polygon": {"vertices": [{"lat": 41.55, "lng": 120.46}, {"lat": 41.55, "lng": 120.462},
    {"lat": 41.552, "lng": 120.462}]}, "altitude_lower": {"value": 170.5, "reference": "W84", "units": "M"},
    "altitude_upper": {"value": 290, "reference": "W84", "units": "M"}},
    "time_start": {"value": "2026-05-01T01:00:00Z", "format": "RFC3339"},
    "time_end": {"value": "2026-05-01T01:12:00.5Z", "format": "RFC3339"}}"#;

/// Every shape in which the standard hands an intent over is the same intent.
#[test]
fn all_shapes_are_read() {
    let parameters = format!(
        r#"{{"extents": [{VOLUME}], "key": [], "state": "Activated", "uss_base_url": "https://uss.example.cn",
            "new_subscription": {{"uss_base_url": "https://uss.example.cn", "notify_for_constraints": false}}}}"#
    );
    let details = format!(r#"{{"volumes": [{VOLUME}], "off_nominal_volumes": [], "priority": 20}}"#);
    let intent = format!(
        r#"{{"reference": {{"id": "2f8343be-6482-4d1b-a474-16847e01af1e", "manager": "uss", "state": "Activated", "version": 1}},
            "details": {details}}}"#
    );
    let shapes = [
        (parameters.clone(), "intent-1", IntentState::Activated, 0),
        (format!("[{parameters}]"), "intent-1", IntentState::Activated, 0),
        (details.clone(), "intent-1", IntentState::Accepted, 20),
        (intent.clone(), "2f8343be-6482-4d1b-a474-16847e01af1e", IntentState::Activated, 20),
        (
            format!(r#"{{"operational_intent": {intent}}}"#),
            "2f8343be-6482-4d1b-a474-16847e01af1e",
            IntentState::Activated,
            20,
        ),
    ];
    for (text, id, state, priority) in shapes {
        let records = read_text(&text).unwrap();
        assert_eq!(records.len(), 1, "{text}");
        assert_eq!((records[0].id.as_str(), records[0].state, records[0].priority), (id, state, priority), "{text}");
        let volume = &records[0].volumes[0];
        assert!(volume.ellipsoid_m.iter().zip([170.5, 290.0]).all(|(read, written)| (read - written).abs() < 1e-12));
        assert_eq!(volume.window.map(|at| at.as_millisecond() % 1_000_000), [200_000, 920_500]);
        assert!(matches!(&volume.outline, OutlineRecord::Polygon(places) if places.len() == 3));
    }
}

/// What is written is read again, whatever its state.
#[test]
fn intents_come_back() {
    let draw = RandomStream::new(91, Purpose::Traffic, 1);
    let record = |number: u64| {
        let at = |n: u64, low, high| draw.between(100 * number + n, low, high);
        let volume = |n: u64| {
            let place = |m: u64| Geographic::new(at(10 * n + m, 41.0, 42.0), at(10 * n + m + 5, 120.0, 121.0));
            let outline = if n.is_multiple_of(3) {
                OutlineRecord::Circle { centre: place(0), radius_m: at(10 * n + 9, 1.0, 500.0) }
            } else {
                OutlineRecord::Polygon(vec![place(0), place(1), place(2)])
            };
            let from = Timestamp::from_millisecond(1_777_600_000_000 + 1000 * i64::try_from(n).unwrap()).unwrap();
            let to = Timestamp::from_millisecond(from.as_millisecond() + 20_000).unwrap();
            let lower = at(10 * n + 8, 150.0, 300.0);
            VolumeRecord { outline, ellipsoid_m: [lower, lower + 30.0], window: [from, to] }
        };
        IntentRecord {
            id: entity_id(&format!("flight {number}")),
            state: IntentState::ALL[usize::try_from(number % 4).unwrap()],
            priority: number_of(Priority::ALL[usize::try_from(number / 4 % 4).unwrap()]),
            volumes: (0..=number % 5).map(volume).collect(),
        }
    };
    let records: Vec<IntentRecord> = (0..32).map(record).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.json");
    write(&path, &records).unwrap();
    assert_eq!(read(&path).unwrap(), records);
    assert!(records.iter().all(|record| number_of(priority_of(record.priority)) == record.priority));
    let id: Vec<&str> = records[0].id.split('-').collect();
    assert_eq!(id.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(id[2].starts_with('4') && "89ab".contains(&id[3][..1]), "a UUID of version 4: {id:?}");
}

/// Every fault of a file is told at once, with its place.
#[test]
fn faults_name_their_place() {
    let wrong = VOLUME
        .replace("W84", "EGM96")
        .replace("2026-05-01T01:12:00.5Z", "2026-05-01T00:12:00Z")
        .replace(r#""lat": 41.552"#, r#""lat": 141.552"#);
    let found = read_text(&format!(r#"{{"volumes": [{VOLUME}, {wrong}]}}"#)).unwrap_err();
    let keys: Vec<&str> = found.0.iter().map(|finding| finding.site.key.as_str()).collect();
    let at = "intent-1.volumes[1]";
    assert_eq!(keys, [format!("{at}.volume"), format!("{at}.volume.altitude_lower"), format!("{at}.time_end")]);
    for text in ["", "{", "[]x", "{}", r#"{"volumes": []}"#, r#"{"extents": [], "state": "Flying"}"#, "[1, 2]", "null"]
    {
        assert!(read_text(text).is_err(), "{text}");
    }
    let vertices = vec![r#"{"lat": 41.5, "lng": 120.4}"#; MOST_VERTICES + 1].join(",");
    let start = VOLUME.find('[').unwrap();
    let end = VOLUME.find(']').unwrap();
    let large = format!("{}[{vertices}{}", &VOLUME[..start], &VOLUME[end..]);
    let found = read_text(&format!(r#"{{"volumes": [{large}]}}"#)).unwrap_err();
    assert!(found.0[0].what.en.contains("too many vertices"));
}
