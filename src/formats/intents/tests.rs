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

/// Every fault of a file is told at once: which field, in which line, what stands there.
#[test]
fn faults_name_their_field() {
    let wrong = VOLUME
        .replace("W84", "EGM96")
        .replace("2026-05-01T01:12:00.5Z", "2026-05-01T00:12:00Z")
        .replace(r#""lat": 41.552"#, r#""lat": 141.552"#);
    let found = read_text(&format!("{{\"volumes\": [\n{VOLUME},\n\n{wrong}]}}")).unwrap_err();
    let told: Vec<(&str, usize, &str)> = found
        .0
        .iter()
        .map(|finding| (finding.site.key.as_str(), finding.site.line.unwrap(), finding.what.en.as_str()))
        .collect();
    // Each volume takes five lines; the second begins in the eighth.
    let expected = [
        ("volumes[1].volume.outline_polygon.vertices[2].lat", 9, "`141.552` stands here"),
        ("volumes[1].volume.altitude_lower.reference", 9, "`EGM96` stands here"),
        ("volumes[1].volume.altitude_upper.reference", 10, "`EGM96` stands here"),
        ("volumes[1].time_end", 12, "`2026-05-01T00:12:00Z` stands here"),
    ];
    assert_eq!(told, expected);
    let parameters = |volume: &str| format!(r#"{{"extents": [{volume}], "state": "Accepted"}}"#);
    // Of several intents the faults of all are told, whatever their shapes.
    let list = format!(
        "{{\"operational_intents\": [\n{},\n{{\"extents\": [], \"state\": \"Flying\"}},\n{},\n{{\"reference\": {{}}}},\n7]}}",
        parameters(VOLUME).replace('\n', ""),
        parameters(&VOLUME.replace('\n', "").replace(r#""units": "M""#, r#""units": "FT""#)),
    );
    let found = read_text(&list).unwrap_err();
    let told: Vec<(&str, usize)> =
        found.0.iter().map(|finding| (finding.site.key.as_str(), finding.site.line.unwrap())).collect();
    let at = "operational_intents";
    let expected = [
        (format!("{at}[1].state"), 3),
        (format!("{at}[2].extents[0].volume.altitude_lower.units"), 4),
        (format!("{at}[2].extents[0].volume.altitude_upper.units"), 4),
        (format!("{at}[3].details"), 5),
        (format!("{at}[4]"), 6),
    ];
    assert_eq!(told, expected.each_ref().map(|(key, line)| (key.as_str(), *line)), "{found:?}");
}

/// Whatever stands in a file, it is told what was expected.
#[test]
fn anything_else_is_told() {
    let cut = &VOLUME[..VOLUME.len() / 2];
    for (text, what) in [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[]x", "is not JSON"),
        (cut, "is not JSON"),
        ("{}", "no intent: its keys are []"),
        (r#"{"type": "FeatureCollection", "features": []}"#, "no intent: its keys are [features, type]"),
        (r#"{"volumes": []}"#, "there are no volumes"),
        (r#"{"volumes": 7}"#, "`7` stands here"),
        (r#"{"volumes": [{}]}"#, "is missing"),
        (r#"{"extents": [], "state": "Flying"}"#, "`Flying` stands here"),
        (r#"{"operational_intents": {}}"#, "is no list"),
        (r#"{"operational_intent": []}"#, "a list of 0 stands here"),
        ("[1, 2]", "`1` stands here"),
        ("null", "null stands here"),
    ] {
        let found = read_text(text).unwrap_err();
        assert!(found.0[0].what.en.contains(what), "{text}: {found:?}");
        assert!(found.0.iter().all(|finding| !finding.expected.zh.is_empty() && !finding.cure.en.is_empty()));
    }
    // JSON by its shape, but no value: not passed over in silence.
    for odd in [VOLUME.replace("170.5", "1e999"), VOLUME.replace("\"W84\"", "\"\\ud800\"")] {
        let found = read_text(&format!(r#"[{{"volumes": [{VOLUME}]}}, {{"volumes": [{odd}]}}]"#)).unwrap_err();
        assert_eq!(found.0[0].site.key, "[1]", "{found:?}");
        assert!(found.0[0].what.en.contains("cannot be understood"), "{found:?}");
    }
    let ring = |order: [usize; 4]| {
        let corners = [(41.55, 120.46), (41.55, 120.47), (41.56, 120.47), (41.56, 120.46)];
        let vertices = order.map(|at| format!(r#"{{"lat": {}, "lng": {}}}"#, corners[at].0, corners[at].1)).join(",");
        let (start, end) = (VOLUME.find('[').unwrap(), VOLUME.find(']').unwrap());
        read_text(&format!(r#"{{"volumes": [{}[{vertices}{}]}}"#, &VOLUME[..start], &VOLUME[end..]))
    };
    assert!(ring([0, 1, 2, 3]).is_ok() && ring([0, 1, 2, 0]).is_ok(), "also one that is closed by its first vertex");
    for bowtie in [[0, 1, 3, 2], [1, 3, 2, 0]] {
        assert!(ring(bowtie).unwrap_err().0[0].what.en.contains("crosses itself"));
    }
    let vertices = vec![r#"{"lat": 41.5, "lng": 120.4}"#; MOST_VERTICES + 2].join(",");
    let start = VOLUME.find('[').unwrap();
    let end = VOLUME.find(']').unwrap();
    let large = format!("{}[{vertices}{}", &VOLUME[..start], &VOLUME[end..]);
    let found = read_text(&format!(r#"{{"volumes": [{large}]}}"#)).unwrap_err();
    assert!(found.0[0].what.en.contains("too many vertices"));
    let many = vec![VOLUME.replace("170.5", "\"low\""); 500].join(",");
    let found = read_text(&format!(r#"{{"volumes": [{many}]}}"#)).unwrap_err();
    assert_eq!(found.0.len(), 101, "the others are counted");
    assert!(found.0[100].what.en.contains("and 400 more errors"));
}
