//! Round trips of every format, and files that are damaged in every way.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::units::Altitude;
use crate::world::airspace::Shape;
use crate::world::geo::{CoordinateSystem, Geographic};

/// What of a route a format is to give back: everything but where it stands in the file.
fn bare(routes: &[RouteRecord]) -> Vec<RouteRecord> {
    let bare = |waypoint: &WaypointRecord| WaypointRecord { key: String::new(), line: 0, ..waypoint.clone() };
    let routes = routes.iter().map(|route| RouteRecord {
        waypoints: route.waypoints.iter().map(bare).collect(),
        key: String::new(),
        ..route.clone()
    });
    routes.collect()
}

fn file(routes: Vec<RouteRecord>) -> RouteFile {
    let home = Home { place: Geographic::new(41.557, 120.46), amsl_m: Some(171.25) };
    let corner = |lat: f64, lon: f64| Geographic::new(lat, lon);
    let outer = vec![corner(41.56, 120.45), corner(41.56, 120.52), corner(41.51, 120.52)];
    let polygon = Shape::Polygon { outer, holes: Vec::new() };
    let circle = Shape::Circle { centre: corner(41.55, 120.48), radius_m: 150.5 };
    RouteFile {
        format: RouteFormat::Csv,
        routes,
        fences: vec![Fence { shape: polygon, inclusion: true }, Fence { shape: circle, inclusion: false }],
        rallies: vec![RallyRecord { place: corner(41.548, 120.467), altitude: Some(Altitude::amsl(221.25)) }],
        home: Some(home),
        warnings: Findings::default(),
    }
}

/// Writes and reads again.
fn round_trip(file: &RouteFile, format: RouteFormat) -> RouteFile {
    let folder = tempfile::tempdir().unwrap();
    let ending = ["plan", "waypoints", "kml", "kmz", "gpx", "geojson", "csv"];
    let index = RouteFormat::ALL.iter().position(|other| *other == format).unwrap();
    let path = folder.path().join(format!("{}.{}", file.routes[0].name, ending[index]));
    write(&path, format, file, &Heights::default()).unwrap_or_else(|error| panic!("{format:?}: {error:?}"));
    read(&path, Reading::default()).unwrap_or_else(|findings| panic!("{format:?}: {findings:?}"))
}

prop_compose! {
    fn waypoint(datums: &'static [Datum])(
        lat_deg in -80.0..80.0_f64,
        lon_deg in -179.0..179.0_f64,
        metres in -400.0..9000.0_f64,
        datum in prop::sample::select(datums),
        hold in prop::option::weighted(0.2, 0.5..600.0_f64),
        speed_mps in prop::option::weighted(0.2, 1.0..40.0_f64),
        command in prop::sample::select(&[16_u16, 16, 16, 22, 84, 19, 21, 85, 94][..]),
        radius_m in -80.0..80.0_f64,
    ) -> WaypointRecord {
        let place = Geographic::new(lat_deg, lon_deg);
        let mut waypoint = WaypointRecord::new(place, Some(Altitude { metres, datum }), String::new());
        waypoint.hold_s = hold.unwrap_or(0.0);
        waypoint.speed_mps = speed_mps;
        waypoint.command = command;
        waypoint.circle = (command == 19).then_some(LoiterCircle { radius_m, turns: None });
        waypoint
    }
}

prop_compose! {
    fn route(datums: &'static [Datum])(
        waypoints in prop::collection::vec(waypoint(datums), 2..12),
        speed_mps in prop::option::of(1.0..40.0_f64),
        name in "[a-z]{1,8}",
    ) -> RouteRecord {
        RouteRecord { name, speed_mps, waypoints, key: String::new() }
    }
}

/// A route of which only what every format keeps is left.
fn plain(mut route: RouteRecord) -> RouteRecord {
    route.speed_mps = None;
    for waypoint in &mut route.waypoints {
        let bare = WaypointRecord::new(waypoint.place, waypoint.altitude, String::new());
        *waypoint = bare;
    }
    route
}

fn several(routes: Vec<RouteRecord>) -> Vec<RouteRecord> {
    (1..).zip(routes).map(|(number, route)| RouteRecord { name: format!("{}{number}", route.name), ..route }).collect()
}

const OVER_EARTH: &[Datum] = &[Datum::Amsl, Datum::Agl];
const ALL: &[Datum] = &[Datum::Ellipsoid, Datum::Amsl, Datum::Agl];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Numbers are written as the shortest text that reads back as the same number: nothing is lost, not one bit.
    #[test]
    fn a_plan_gives_back_everything(route in route(OVER_EARTH)) {
        let given = file(vec![route]);
        let read = round_trip(&given, RouteFormat::Plan);
        prop_assert_eq!(bare(&read.routes), bare(&given.routes));
        prop_assert_eq!(read.fences, given.fences);
        prop_assert_eq!(read.rallies, given.rallies);
        prop_assert_eq!(read.home, given.home);
    }

    #[test]
    fn wpl_gives_back_everything_but_the_speed_of_the_route(mut route in route(OVER_EARTH)) {
        route.speed_mps = None;
        let given = file(vec![route]);
        let read = round_trip(&given, RouteFormat::Wpl);
        prop_assert_eq!(bare(&read.routes), bare(&given.routes));
        prop_assert_eq!(read.home, given.home);
    }

    #[test]
    fn tables_and_geojson_give_back_routes_in_every_datum(routes in prop::collection::vec(route(ALL), 1..4)) {
        let mut routes = several(routes);
        routes.iter_mut().flat_map(|route| &mut route.waypoints).for_each(|waypoint| waypoint.circle = None);
        let given = file(routes);
        for format in [RouteFormat::Csv, RouteFormat::GeoJson] {
            prop_assert_eq!(bare(&round_trip(&given, format).routes), bare(&given.routes), "{:?}", format);
        }
    }

    #[test]
    fn kml_gives_back_lines_in_one_datum(
        above in prop::collection::vec(route(&[Datum::Amsl]), 1..3),
        over_ground in prop::collection::vec(route(&[Datum::Agl]), 1..3),
    ) {
        let routes = above.into_iter().chain(over_ground).map(plain).collect();
        let given = file(several(routes));
        for format in [RouteFormat::Kml, RouteFormat::Kmz] {
            let read = round_trip(&given, format);
            prop_assert_eq!(bare(&read.routes), bare(&given.routes));
            prop_assert_eq!(read.format, format);
        }
    }

    #[test]
    fn gpx_gives_back_heights_above_mean_sea_level(routes in prop::collection::vec(route(&[Datum::Amsl]), 1..4)) {
        let given = file(several(routes.into_iter().map(plain).collect()));
        prop_assert_eq!(bare(&round_trip(&given, RouteFormat::Gpx).routes), bare(&given.routes));
    }

    /// Whatever is cut off, put in or changed: findings or routes, never a panic.
    #[test]
    fn damaged_files_do_not_panic(
        which in 0..SAMPLES.len(),
        cut in prop::option::of(any::<Index>()),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..8),
        copies in prop::option::of((any::<Index>(), 1..40_usize)),
    ) {
        let (ending, sample) = SAMPLES[which];
        let mut bytes = sample.as_bytes().to_vec();
        if let Some((from, count)) = copies {
            let from = from.index(bytes.len());
            let piece = bytes[from..(from + count).min(bytes.len())].to_vec();
            bytes.splice(from..from, piece);
        }
        for (at, byte) in changes {
            let index = at.index(bytes.len());
            bytes[index] = byte;
        }
        if let Some(at) = cut {
            bytes.truncate(at.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("damaged.{ending}"));
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(file) = read(&path, Reading::default()) {
            prop_assert!(!file.routes.is_empty());
            prop_assert!(file.routes.iter().all(|route| route.waypoints.len() >= 2));
        }
    }
}

const SAMPLES: [(&str, &str); 6] = [
    ("plan", include_str!("../../../tests/routes/patterns.plan")),
    ("waypoints", include_str!("../../../tests/routes/mission.waypoints")),
    ("kml", include_str!("../../../tests/routes/lines.kml")),
    ("gpx", include_str!("../../../tests/routes/routes.gpx")),
    ("geojson", include_str!("../../../tests/routes/lines.geojson")),
    ("csv", include_str!("../../../tests/routes/table.csv")),
];

fn sample(name: &str) -> RouteFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routes").join(name);
    read(&path, Reading::default()).unwrap()
}

/// Heights of the plan, one by one: over home (171 m) they become heights above mean sea level, mode 3 is above ground.
#[test]
fn heights_of_a_plan_keep_what_they_are_measured_from() {
    let file = sample("patterns.plan");
    let waypoints = &file.routes[0].waypoints;
    let altitudes: Vec<Altitude> = waypoints.iter().filter_map(|waypoint| waypoint.altitude).collect();
    assert_eq!(altitudes[..3], [Altitude::amsl(231.0), Altitude::amsl(251.0), Altitude::agl(70.0)]);
    // The survey over home, then the corridor that is saved without items, at 340 m above mean sea level.
    assert!(altitudes[3..7].iter().all(|altitude| *altitude == Altitude::amsl(251.0)));
    assert_eq!(altitudes[7..9], [Altitude::amsl(340.0); 2]);
    // A structure of 60 m from the top, layers of 20 m: 50 m and 30 m over home, four corners and back to the first.
    let [entrance, first, second] = [70.0, 50.0, 30.0].map(|metres| Altitude::amsl(171.0 + metres));
    assert_eq!(altitudes[9], entrance);
    assert_eq!(altitudes[10..15], [first; 5]);
    assert_eq!(altitudes[15..20], [second; 5]);
    assert_eq!(altitudes[20], entrance);
    assert_eq!((file.rallies[0].altitude, file.routes[0].speed_mps), (Some(Altitude::amsl(221.0)), Some(12.0)));
    let last = waypoints.last().unwrap();
    assert_eq!((last.role(), last.place), (Role::Return, file.home.unwrap().place));
    // Take-off, then a speed of 9 m/s; stays of 15 s, 30 s and, by a delay, 20 s.
    assert_eq!(waypoints[0].speed_mps, Some(9.0));
    let holds: Vec<f64> = waypoints.iter().map(|waypoint| waypoint.hold_s).filter(|hold_s| *hold_s > 0.0).collect();
    assert_eq!(holds, [15.0, 30.0, 20.0]);
}

/// A plan that is written and read again is the same route, and written once more the same bytes.
#[test]
fn a_plan_that_is_written_again_is_the_same_route() {
    let first = sample("patterns.plan");
    let second = round_trip(&first, RouteFormat::Plan);
    // What a scan or a survey was is waypoints now.
    assert_eq!(bare(&second.routes)[0].waypoints, bare(&first.routes)[0].waypoints);
    let third = round_trip(&second, RouteFormat::Plan);
    assert_eq!(bare(&third.routes), bare(&second.routes));
    assert!(third.warnings.0.iter().all(|finding| !finding.what.en.contains("not understood")), "{:?}", third.warnings);
}

/// GCJ-02 lies some 530 m off at the scene; read as such, the same file gives places that much apart.
#[test]
fn shifted_coordinates_are_brought_to_wgs84() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routes/patterns.plan");
    let plain = read(&path, Reading::default()).unwrap();
    let reading = Reading { coordinates: Some(CoordinateSystem::Gcj02), near: None };
    let shifted = read(&path, reading).unwrap();
    for (a, b) in plain.routes[0].waypoints.iter().zip(&shifted.routes[0].waypoints) {
        let again = CoordinateSystem::Gcj02.of_wgs84(b.place);
        assert!((again.lat_deg - a.place.lat_deg).abs() < 1e-8 && (again.lon_deg - a.place.lon_deg).abs() < 1e-8);
    }
}

/// EGM96 is 3.5 m over the ellipsoid at the scene: heights that are brought there and back are the same to a millimetre,
/// and the third number of GeoJSON is over the ellipsoid, as RFC 7946 says.
#[test]
fn geojson_gives_readers_of_the_standard_the_ellipsoid() {
    let places = [(41.557, 120.46), (41.5225, 120.495)].map(|(lat, lon)| Geographic::new(lat, lon));
    let waypoints = places.map(|place| WaypointRecord::new(place, Some(Altitude::amsl(300.0)), String::new()));
    let route = RouteRecord { name: "a".into(), speed_mps: None, waypoints: waypoints.to_vec(), key: String::new() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    write(&path, RouteFormat::GeoJson, &file(vec![route.clone()]), &Heights::default()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let third = value["features"][0]["geometry"]["coordinates"][1][2].as_f64().unwrap();
    assert!((third - 303.52).abs() < 0.02, "{third}");
    let heights = Heights { wanted: Some(Datum::Ellipsoid), ..Heights::default() };
    let other = folder.path().join("b.csv");
    write(&other, RouteFormat::Csv, &file(vec![route]), &heights).unwrap();
    let read = read(&other, Reading::default()).unwrap();
    assert_eq!(read.routes[0].waypoints[1].altitude, Some(Altitude { metres: third, datum: Datum::Ellipsoid }));
}

/// 100 000 waypoints are read in every format, 200 001 are refused with the bound.
#[test]
fn many_waypoints_are_read_and_too_many_refused() {
    let line = |count: u32| {
        let waypoints = (0..count).map(|index| {
            let place = Geographic::new(41.0 + f64::from(index % 1000) * 1e-5, 120.0 + f64::from(index) * 1e-6);
            WaypointRecord::new(place, Some(Altitude::amsl(300.0)), String::new())
        });
        let waypoints: Vec<_> = waypoints.collect();
        file(vec![RouteRecord { name: "long".into(), speed_mps: None, waypoints, key: String::new() }])
    };
    let given = line(100_000);
    for format in RouteFormat::ALL {
        assert_eq!(round_trip(&given, format).routes[0].waypoints.len(), 100_000, "{format:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    write(&path, RouteFormat::Csv, &line(200_001), &Heights::default()).unwrap();
    let findings = read(&path, Reading::default()).unwrap_err();
    assert!(findings.0.iter().any(|finding| finding.what.en == "more than 200000 waypoints"), "{findings:?}");
}

/// In a WPL file a heading that is none is `nan`, for 0 is north, and so is the height of a home where it is not known; a
/// home at 0 m is told, for it decides what heights over home are.
#[test]
fn wpl_keeps_what_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.waypoints");
    let mut given = file(vec![RouteRecord { speed_mps: None, ..sample("table.csv").routes.remove(0) }]);
    given.home = given.home.map(|home| Home { amsl_m: None, ..home });
    let heights = Heights { missing: Some(Altitude::agl(60.0)), ..Heights::default() };
    write(&path, RouteFormat::Wpl, &given, &heights).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let fields = |line: usize| text.lines().nth(line).unwrap().split('\t').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(fields(1)[8..11], ["41.557", "120.46", "nan"]);
    assert_eq!((fields(2)[3].as_str(), fields(2)[7].as_str()), ("16", "nan"), "{text}");
    assert_eq!(read(&path, Reading::default()).unwrap().home, given.home);
    let over_home = text.replace("\tnan\t1\n", "\t0\t1\n").replacen("\t10\t16\t", "\t3\t16\t", 1);
    std::fs::write(&path, &over_home).unwrap();
    let found = read(&path, Reading::default()).unwrap();
    let told: Vec<&str> = found.warnings.0.iter().map(|finding| finding.what.en.as_str()).collect();
    assert!(told.iter().any(|what| what.starts_with("home lies at 0 m above mean sea level")), "{told:?}");
    // Heights over a home whose height is not known are refused.
    std::fs::write(&path, over_home.replacen("120.46\t0\t1\n", "120.46\tnan\t1\n", 1)).unwrap();
    let refused = read(&path, Reading::default()).unwrap_err();
    assert!(refused.0[0].what.en.contains("the height of home is not known"), "{refused:?}");
}

/// What a format cannot hold is refused, not written wrongly.
#[test]
fn heights_are_never_guessed() {
    let refused = |name: &str, ending: &str, format| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join(format!("out.{ending}"));
        let written = write(&out, format, &sample(name), &Heights::default());
        assert!(!out.exists());
        let Err(RewriteError::Findings(findings)) = written else { panic!("{name} as {format:?}: {written:?}") };
        findings.0[0].what.en.clone()
    };
    assert!(refused("patterns.plan", "gpx", RouteFormat::Gpx).contains("70 m above ground cannot be turned"));
    assert!(refused("lines.kml", "csv.plan", RouteFormat::Plan).contains("points without a height"));
}

/// Landing patterns of both versions: the approach with its circle, then the landing, by their own datum.
#[test]
fn landing_patterns_are_flown() {
    let patterns = [
        r#"{"type":"ComplexItem","complexItemType":"vtolLandingPattern","version":1,"altitudesAreRelative":true,
            "landingApproachCoordinate":[41.55,120.47,60],"landCoordinate":[41.551,120.471,5],"loiterRadius":75,
            "loiterClockwise":false,"useLoiterToAlt":true}"#,
        r#"{"type":"ComplexItem","complexItemType":"fwLandingPattern","version":1,"loiterAltitudeRelative":false,
            "landAltitudeRelative":false,"loiterCoordinate":[41.55,120.47,231],"landCoordinate":[41.551,120.471,176],
            "loiterRadius":75,"loiterClockwise":true,"useLoiterToAlt":false}"#,
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("landing.plan");
    let [vtol, wing] = patterns.map(|pattern| {
        let mission = format!(
            r#"{{"version":2,"firmwareType":12,"plannedHomePosition":[41.557,120.46,171],"items":[{pattern}]}}"#
        );
        std::fs::write(&path, format!(r#"{{"fileType":"Plan","version":1,"mission":{mission}}}"#)).unwrap();
        read(&path, Reading::default()).unwrap().routes.remove(0).waypoints
    });
    for (waypoints, commands) in [(&vtol, [31, 85]), (&wing, [16, 21])] {
        assert_eq!(waypoints.iter().map(|waypoint| waypoint.command).collect::<Vec<_>>(), commands);
        let altitudes: Vec<_> = waypoints.iter().filter_map(|waypoint| waypoint.altitude).collect();
        assert_eq!(altitudes, [Altitude::amsl(231.0), Altitude::amsl(176.0)]);
    }
    assert_eq!(vtol[0].circle, Some(LoiterCircle { radius_m: -75.0, turns: None }));
}
