//! Tracks written and read again; files that are broken in every way.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::frame::{DroneId, DroneSample, FlightPhase, MotionSample};
use crate::message::Findings;
use crate::units::{Datum, FleetId};
use crate::world::geo::{Geographic, Geoid, LocalProjection, Place, Rectangle};
use crate::world::terrain::{HeightField, Terrain};

/// The summit of the home scene, where the published undulation is 3.52 m, and the airport, where it is 3.42 m.
const PUBLISHED: [(f64, f64, f64); 2] = [(41.5225, 120.4950, 3.52), (41.5381, 120.4350, 3.42)];

fn projection() -> LocalProjection {
    LocalProjection::new(Geographic::new(41.5375, 120.485))
}

fn ground() -> Terrain {
    let around = Rectangle { low: Place::new(-5000.0, -5000.0), high: Place::new(5000.0, 5000.0) };
    let field = HeightField::sampled(around.low, 100.0, [101, 101], |_| 200.0);
    Terrain::new(field, None, true, "flat").with_geoid(Geoid::over(around, projection()))
}

fn begins() -> Timestamp {
    "2026-05-01T01:00:00Z".parse().unwrap()
}

/// What a reader hands on, in the order of the file.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    tracks: Vec<(String, Vec<Fix>)>,
    pauses: usize,
}

impl Sink for Seen {
    fn begin(&mut self, name: &str) {
        self.tracks.push((name.to_owned(), Vec::new()));
    }

    fn resume(&mut self, name: &str) {
        if self.tracks.iter().all(|(other, _)| other != name) {
            self.begin(name);
        }
        let index = self.tracks.iter().position(|(other, _)| other == name).unwrap();
        let last = self.tracks.len() - 1;
        self.tracks.swap(index, last);
    }

    fn pause(&mut self) {
        self.pauses += 1;
    }

    fn bridge_gaps(&mut self) {}

    fn fix(&mut self, fix: &Fix) -> Result<(), Refusal> {
        self.tracks.last_mut().expect("a track has begun").1.push(*fix);
        Ok(())
    }
}

fn sample(motion: MotionSample) -> DroneSample {
    DroneSample {
        drone: DroneId { fleet: FleetId(0), ordinal: 0 },
        motion,
        phase: FlightPhase::Cruise,
        battery_permyriad: 5000,
        reported_offset_cm: [0; 3],
        report_age_ms: 0,
        contingency: None,
    }
}

/// Two sorties of one drone and one of another, at odd centimetres and milliseconds.
fn flown() -> Vec<DroneTracks> {
    let sortie = |number: u32, start_ms: i64, count: i32| {
        let point = |index: i32| {
            let motion = MotionSample {
                east_cm: 1037 * index - 99_999,
                north_cm: 78_643 - 977 * index,
                altitude_amsl_cm: 31_234 + 111 * index,
                ..MotionSample::default()
            };
            (SimTime::from_millis(start_ms + 500 * i64::from(index)), sample(motion))
        };
        let points = (0..count).map(point).collect();
        let track = Track { drone: DroneId { fleet: FleetId(0), ordinal: 0 }, points };
        Sortie { number, mission: "meals & <more>".to_owned(), track }
    };
    let drone =
        |name: &str, kind, sorties| DroneTracks { name: name.to_owned(), kind, aircraft: "m350".to_owned(), sorties };
    vec![
        drone("flash-1", MissionKind::CityDelivery, vec![sortie(1, 1000, 40), sortie(2, 600_000, 7)]),
        drone("巡护 \"2\"", MissionKind::FirePatrol, vec![sortie(1, 250, 3)]),
    ]
}

fn about() -> About {
    let mark = Mark {
        name: Text::new("loss of separation", "间隔丧失"),
        is_grave: true,
        from: SimTime::from_millis(2000),
        to: SimTime::from_millis(4000),
        position: Position::new(10.0, 20.0, 300.0),
        drones: vec!["flash-1".to_owned(), "巡护 \"2\"".to_owned()],
    };
    About {
        title: Text::new("A <title>", "标题"),
        language: Language::Chinese,
        span: (SimTime::ZERO, SimTime::from_millis(900_000)),
        marks: vec![mark],
    }
}

fn text_of(kind: FileKind, tracks: Vec<DroneTracks>) -> String {
    let ground = ground();
    let earth = Earth::new(projection(), &ground, begins()).unwrap();
    let mut out = Vec::new();
    write_text(kind, tracks.into_iter(), &earth, &about(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn read_text(name: &str, text: &[u8], reading: Reading) -> (Seen, Result<Findings, Findings>) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let mut seen = Seen::default();
    let told = read(&path, reading, &mut seen);
    (seen, told)
}

/// Every format gives back the same centimetres at the same milliseconds, without being told a datum.
#[test]
fn what_is_written_reads_back_as_the_same_centimetres() {
    let ground = ground();
    for kind in [FileKind::Gpx, FileKind::Kml, FileKind::Czml, FileKind::Csv] {
        let (seen, told) =
            read_text(&format!("t.{}", kind.name()), text_of(kind, flown()).as_bytes(), Reading::default());
        told.unwrap_or_else(|findings| panic!("{kind:?}: {findings:?}"));
        let expected: Vec<(String, SimTime, [i32; 3])> = flown()
            .iter()
            .flat_map(|drone| drone.sorties.iter().map(move |sortie| (drone, sortie)))
            .flat_map(|(drone, sortie)| sortie.track.points.iter().map(move |point| (drone.name.clone(), *point)))
            .map(|(name, (time, sample))| {
                (name, time, [sample.motion.east_cm, sample.motion.north_cm, sample.motion.altitude_amsl_cm])
            })
            .collect();
        let found = seen.tracks.iter().flat_map(|(name, fixes)| fixes.iter().map(move |fix| (name, fix)));
        let found: Vec<(String, SimTime, [i32; 3])> = found
            .map(|(name, fix)| {
                let place = projection().to_local(fix.place);
                let amsl_m = ground.amsl_m(&place, fix.altitude).unwrap();
                let FixTime::Instant(at) = fix.time else { panic!("{kind:?} writes civil times") };
                #[expect(clippy::cast_possible_truncation, reason = "a few kilometres")]
                let cm = [place.x, place.y, amsl_m].map(|metres| (metres * 100.0).round() as i32);
                (name.clone(), SimTime::from_millis(at.as_millisecond() - begins().as_millisecond()), cm)
            })
            .collect();
        assert_eq!(found, expected, "{kind:?}");
    }
}

/// The two heights of one drone differ by the published undulation, and each format writes the one that it defines.
#[test]
fn each_format_writes_its_own_height() {
    for (lat_deg, lon_deg, published_m) in PUBLISHED {
        let place = projection().to_local(Geographic::new(lat_deg, lon_deg));
        #[expect(clippy::cast_possible_truncation, reason = "a few kilometres")]
        let [east_cm, north_cm] = [place.x, place.y].map(|metres| (metres * 100.0).round() as i32);
        let motion = MotionSample { east_cm, north_cm, altitude_amsl_cm: 70_000, ..MotionSample::default() };
        let mut tracks = flown();
        tracks.truncate(1);
        tracks[0].sorties.truncate(1);
        tracks[0].sorties[0].track.points =
            vec![(SimTime::ZERO, sample(motion)), (SimTime::from_millis(1000), sample(motion))];
        let height = |kind: FileKind, datum: Datum| {
            let (seen, told) =
                read_text(&format!("t.{}", kind.name()), text_of(kind, tracks.clone()).as_bytes(), Reading::default());
            told.unwrap();
            assert_eq!(seen.tracks[0].1[0].altitude.datum, datum, "{kind:?}");
            seen.tracks[0].1[0].altitude.metres
        };
        let (czml, kml) = (height(FileKind::Czml, Datum::Ellipsoid), height(FileKind::Kml, Datum::Amsl));
        assert_eq!(
            (kml, height(FileKind::Gpx, Datum::Amsl), height(FileKind::Csv, Datum::Amsl)),
            (700.0, 700.0, 700.0)
        );
        assert!((czml - kml - published_m).abs() < 0.02, "{czml} − {kml}, expected {published_m}");
        let collection: serde_json::Value = serde_json::from_str(&text_of(FileKind::GeoJson, tracks.clone())).unwrap();
        let geojson = collection["features"][0]["geometry"]["coordinates"][0][2].as_f64().unwrap();
        assert!((geojson - czml).abs() < 1e-9);
        let csv = text_of(FileKind::Csv, tracks.clone());
        let columns = |line: usize| csv.lines().nth(line).unwrap().split(',').map(str::to_owned).collect::<Vec<_>>();
        let (names, values) = (columns(0), columns(1));
        let value =
            |name: &str| values[names.iter().position(|column| column == name).unwrap()].parse::<f64>().unwrap();
        assert_eq!((value("altitude_ellipsoid_m"), value("altitude_agl_m")), (czml, 500.0));
    }
}

/// The sample of a CZML of another program.
#[test]
fn sampled_positions_of_others_are_read() {
    let text = r#"[{"id":"document","version":"1.0"},
        {"id":"UA1","availability":"2026-04-01T01:00:00Z/2026-04-01T01:08:00Z","position":{
            "cartographicDegrees":[0,120.46,41.557,274.3,80,120.467,41.548,292.1,160,120.476,41.54,416.5],
            "epoch":"2026-04-01T01:00:00Z","interpolationAlgorithm":"LINEAR"},"path":{"width":3}},
        {"id":"dated","position":[{"cartographicDegrees":["2026-04-01T01:00:00Z",120.46,41.5,1,"2026-04-01T01:00:05.5Z",120.47,41.5,2]}]},
        {"id":"a pad","position":{"cartographicDegrees":[120.4,41.5,200]}}]"#;
    let (seen, told) = read_text("a.czml", text.as_bytes(), Reading::default());
    told.unwrap();
    let counts: Vec<_> = seen.tracks.iter().map(|(name, fixes)| (name.as_str(), fixes.len())).collect();
    assert_eq!(counts, [("UA1", 3), ("dated", 2)]);
    let second = seen.tracks[1].1[1];
    assert_eq!(second.time, FixTime::Instant("2026-04-01T01:00:05.5Z".parse().unwrap()));
    assert_eq!((second.altitude.metres, second.altitude.datum), (2.0, Datum::Ellipsoid));
}

#[test]
fn placemarks_of_others_are_read() {
    let text = "<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2' xmlns:g='http://www.google.com/kml/ext/2.2'>
        <Document><name>no drone</name><Placemark><name>A &amp; B</name><g:MultiTrack>
        <g:Track><altitudeMode>relativeToGround</altitudeMode><when>2026-05-01T01:00:00Z</when><g:coord>120.48 41.53 60</g:coord>
        <when>2026-05-01T09:00:01+08:00</when><g:coord/></g:Track>
        <g:Track><altitudeMode>relativeToGround</altitudeMode><when>2026-05-01T01:05:00Z</when><g:coord>120.49 41.53 70</g:coord></g:Track>
        </g:MultiTrack></Placemark>
        <Placemark><name>line</name><TimeSpan><begin>2026-05-01T01:00:00Z</begin><end>2026-05-01T01:00:30Z</end></TimeSpan>
        <LineString><altitudeMode>absolute</altitudeMode><coordinates>120.48,41.53,300 120.48,41.54,310 120.48,41.56,320</coordinates>
        </LineString></Placemark></Document></kml>";
    let (seen, told) = read_text("a.kml", text.as_bytes(), Reading::default());
    let findings = told.unwrap();
    assert!(findings.0[0].what.en.contains("constant speed"), "{findings:?}");
    let [(multi, fixes), (line, along)] = &seen.tracks[..] else { panic!("{seen:?}") };
    assert_eq!((multi.as_str(), fixes.len(), line.as_str(), seen.pauses), ("A & B", 2, "line", 2));
    assert_eq!((fixes[1].altitude.metres, fixes[1].altitude.datum), (70.0, Datum::Agl));
    let times: Vec<FixTime> = along.iter().map(|fix| fix.time).collect();
    let expected = ["01:00:00", "01:00:10", "01:00:30"].map(|time| format!("2026-05-01T{time}Z").parse().unwrap());
    assert_eq!(times, expected.map(FixTime::Instant));
}

#[test]
fn logs_of_others_are_read() {
    let airdata = "\u{feff}time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff(feet),altitude_above_seaLevel(feet)\n\
                   0,2026-05-01 01:00:00,41.53,120.48,0,1000\n500,2026-05-01 01:00:00.5,41.531,120.48,10,1010\n";
    let (seen, told) = read_text("log.csv", airdata.as_bytes(), Reading::default());
    told.unwrap();
    let [(name, fixes)] = &seen.tracks[..] else { panic!("{seen:?}") };
    assert_eq!((name.as_str(), fixes.len()), ("log", 2));
    assert_eq!(fixes[1].time, FixTime::Instant("2026-05-01T01:00:00.5Z".parse().unwrap()));
    assert!((fixes[0].altitude.metres - 304.8).abs() < 1e-9 && fixes[0].altitude.datum == Datum::Amsl);
    let mixed = "id;unix_s;lat;lon;alt\nB;1777597200;41.53;120.48;60\nA;1777597200.25;41.53;120.49;61\nB;1777597201;41.53;120.481;60\n";
    let (seen, told) =
        read_text("two.csv", mixed.as_bytes(), Reading { datum: Some(Datum::Agl), ..Reading::default() });
    told.unwrap();
    let mut counts: Vec<_> = seen.tracks.iter().map(|(name, fixes)| (name.as_str(), fixes.len())).collect();
    counts.sort_unstable();
    assert_eq!(counts, [("A", 1), ("B", 2)]);
    assert_eq!(seen.tracks[1].1[0].altitude, crate::units::Altitude::agl(60.0));
}

/// Points outside of segments, and of tracks, belong to a track all the same.
#[test]
fn points_outside_of_segments_are_read() {
    let point = "<trkpt lat='41.5' lon='120.5'><ele>5</ele><time>2026-05-01T01:00:00Z</time></trkpt>";
    for (file, name) in [("<gpx><trk><name>a</name>§</trk></gpx>", "a"), ("<gpx>§</gpx>", "t-1")] {
        let (seen, told) = read_text("t.gpx", file.replace('§', point).as_bytes(), Reading::default());
        told.unwrap();
        let [(begun, fixes)] = &seen.tracks[..] else { panic!("{seen:?}") };
        assert_eq!((begun.as_str(), fixes.len()), (name, 1));
    }
}

/// What is wrong is told with its line: never a guess, never a panic.
#[test]
fn broken_files_are_told_by_line() {
    let gpx = |inner: &str| format!("<gpx>\n<trk>\n<trkseg>\n{inner}\n</trkseg></trk></gpx>");
    let point = |more: &str| gpx(&format!("<trkpt lat='41.5' lon='120.5'>{more}</trkpt>"));
    let time = "<time>2026-05-01T01:00:00Z</time>";
    let bomb =
        "<?xml version='1.0'?>\n<!DOCTYPE gpx [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>\n<gpx>&b;</gpx>"
            .to_owned();
    let deep = "<a>".repeat(100_000);
    for (name, text, line, told) in [
        ("a.gpx", point("<ele>5</ele>"), Some(4), "without a time"),
        ("a.gpx", point(time), Some(4), "without a height"),
        ("a.gpx", point(&format!("<ele>NaN</ele>{time}")), Some(4), "no height"),
        ("a.gpx", gpx(&format!("<trkpt lat='95' lon='120'><ele>1</ele>{time}</trkpt>")), Some(4), "no latitude 95"),
        ("a.gpx", gpx(&format!("<trkpt lat='nan' lon='120'><ele>1</ele>{time}</trkpt>")), Some(4), "no latitude NaN"),
        ("a.gpx", gpx(&format!("<trkpt lon='120'><ele>1</ele>{time}</trkpt>")), Some(4), "without latitude"),
        ("a.gpx", "<gpx><rte><rtept lat='1' lon='2'/></rte></gpx>".to_owned(), None, "no track"),
        ("a.gpx", "<gpx>\n<trk>\n<trkseg>".to_owned(), Some(3), "ends inside <gpx><trk><trkseg>"),
        ("a.gpx", "<gpx>\n</trk>".to_owned(), Some(2), "not XML"),
        ("a.gpx", "<gpx>&lol;</gpx>".to_owned(), Some(1), "`lol` is not one of XML's own"),
        ("a.gpx", bomb, Some(2), "document types"),
        ("a.gpx", deep, Some(1), "deep in each other"),
        ("a.gpx", String::new(), None, "no track"),
        ("a.kml", "<kml><Placemark><LineString><coordinates>1,2,3</coordinates></LineString></Placemark></kml>".to_owned(), None, "1 lines or points have no times"),
        ("a.kml", "<kml><Placemark>\n<Track><when>2026-05-01T01:00:00Z</when></Track></Placemark></kml>".to_owned(), Some(2), "1 times for 0 places"),
        ("a.kml", "<kml><Placemark><Track><altitudeMode>clampToGround</altitudeMode><when>2026-05-01T01:00:00Z</when>\n<coord>120 41 5</coord></Track></Placemark></kml>".to_owned(), Some(2), "does not say what its heights"),
        ("a.kmz", "no zip".to_owned(), None, "cannot be read"),
        ("a.czml", "[{\"id\":\"a\",\n\"position\":{\"cartographicDegrees\":[0,1".to_owned(), Some(2), "not CZML"),
        ("a.czml", r#"[{"id":"a","position":{"cartographicDegrees":[0,1,2,3,4,5,6,7]}}]"#.to_owned(), None, "without an epoch"),
        ("a.czml", "{}".to_owned(), Some(1), "not CZML"),
        ("a.csv", "lat,lon,altitude_amsl_m\n".to_owned(), Some(1), "no column of the time"),
        ("a.csv", "time,lat,lon\n".to_owned(), Some(1), "no column of the height"),
        ("a.csv", "time,lat,lon,altitude_amsl_m\n2026-05-01 01:00:00,41,120,5\n".to_owned(), Some(2), "without a time"),
        ("a.csv", "time,lat,lon,altitude_amsl_m\n2026-05-01T01:00:00Z,41,120\n".to_owned(), Some(2), "without a height"),
        ("a.csv", "time,lat,lon,altitude_m\n2026-05-01T01:00:00Z,41,120,inf\n".to_owned(), Some(2), "no height"),
        ("a.doc", "x".to_owned(), None, "no ending"),
    ] {
        let (_, result) = read_text(name, text.as_bytes(), Reading::default());
        let findings = result.expect_err(told);
        let first = &findings.0[0];
        assert!(first.what.en.contains(told), "{name}: {} instead of {told}", first.what.en);
        assert_eq!(first.site.line, line, "{name}: {told}");
        assert!(!first.what.zh.is_empty() && !first.cure.zh.is_empty());
    }
    let mut many = String::from("time,lat,lon,altitude_amsl_m\n");
    (0..100_000).for_each(|_| writeln!(many, "x,y,z,w").unwrap());
    let findings = read_text("many.csv", many.as_bytes(), Reading::default()).1.unwrap_err();
    assert_eq!(findings.0.len(), 20, "reading ends when it is hopeless");
}

/// A text as long as a file is refused before it fills the memory.
#[test]
fn endless_pieces_are_refused() {
    let text = ["<gpx><name>", &"a".repeat(counted::LONGEST + (1 << 17)), "</name></gpx>"].concat();
    let findings = read_text("a.gpx", text.as_bytes(), Reading::default()).1.unwrap_err();
    assert!(findings.0[0].what.en.contains("a piece of more than"), "{findings:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is changed in a file, it is read or told what is wrong.
    #[test]
    fn no_change_of_a_file_makes_it_panic(
        kind in 0..4_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let kind = [FileKind::Gpx, FileKind::Kml, FileKind::Czml, FileKind::Csv][kind];
        let mut bytes = text_of(kind, flown()).into_bytes();
        for (at, byte, change) in changes {
            let at = at.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at + 1),
                2 => drop(bytes.drain(at..(at + usize::from(byte)).min(bytes.len()))),
                _ => {
                    let piece: Vec<u8> = bytes[at..].iter().take(usize::from(byte)).copied().collect();
                    bytes.splice(at..at, piece);
                }
            }
            prop_assume!(!bytes.is_empty());
        }
        let (seen, told) = read_text(&format!("t.{}", kind.name()), &bytes, Reading { datum: Some(Datum::Amsl), ..Reading::default() });
        let is_told = told.err().is_some_and(|findings| !findings.0.is_empty());
        prop_assert!(is_told || seen.tracks.iter().any(|(_, fixes)| !fixes.is_empty()));
        for fix in seen.tracks.iter().flat_map(|(_, fixes)| fixes) {
            prop_assert!(fix.place.lat_deg.abs() <= 90.0 && fix.place.lon_deg.abs() <= 180.0 && fix.altitude.metres.is_finite());
        }
    }
}
