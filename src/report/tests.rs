//! The page as a whole: the same bytes twice, both languages everywhere, nothing broken by an empty run or by odd names.

use std::sync::Arc;

use super::*;
use crate::frame::{
    Basis, DroneId, DroneSample, EncounterId, FlightPhase, Frame, MannedId, MissionId, MissionKind, MotionSample,
    OrderId, Quantity, RallyId, Response, RouteId, SimEvent, SimTime, SortieId, TimedEvent, Trouble,
};
use crate::message::Text;
use crate::record::{RecordMode, Recording, RecordingMetadata, RecordingWriter};
use crate::traffic::conflict::Minima;
use crate::traffic::route::{FlightPlan, PathPoint};
use crate::units::FleetId;
use crate::world::airspace::{Airspace, Bounds, Rules};
use crate::world::geo::{Place, Position};
use crate::world::terrain::{HeightField, Terrain};

/// A hill of 100 m in a square of 2 km, and a route over it.
struct Scene {
    title: Text,
    terrain: Arc<Terrain>,
    airspace: Airspace,
    plan: Arc<FlightPlan>,
    river: Vec<Place>,
    recording: Recording,
}

impl Scene {
    fn new(title: &str, mode: RecordMode, seconds: i64) -> Self {
        let field = HeightField::sampled(Place::new(-1500.0, -1500.0), 20.0, [151, 151], |place| {
            200.0 + (100.0 - place.coords.norm() / 8.0).max(0.0)
        });
        let terrain = Arc::new(Terrain::new(field, None, true, format!("source of {title}")));
        let corner = |x, y| Place::new(x, y);
        let outline = vec![corner(-1e3, -1e3), corner(1e3, -1e3), corner(1e3, 1e3), corner(-1e3, 1e3)];
        let bounds = Bounds { outline, ceiling_agl_m: 120.0, clearance_m: 20.0 };
        let airspace = Airspace::new(bounds, Rules::default(), Arc::clone(&terrain));
        let points = (0..=160_u32).map(|index| {
            let along_m = f64::from(index) * 10.0;
            let place = Place::new(along_m - 800.0, 0.0);
            let height_m = terrain.ground_amsl_m(&place).unwrap() + 80.0;
            let position = Position::new(place.x, place.y, height_m);
            PathPoint { position, along_m, speed_limit_mps: 10.0, hold: SimTime::ZERO }
        });
        let plan = Arc::new(FlightPlan { waypoints: Vec::new(), points: points.collect() });
        let recording = recorded(&plan, mode, seconds);
        let river = vec![corner(-900.0, -900.0), corner(900.0, -700.0)];
        Self { title: Text::new(title, title), terrain, airspace, plan, river, recording }
    }

    fn report(&self) -> RunReport<'_> {
        let place = |kind, x, schematic| ReportPlace {
            name: &self.title,
            position: Position::new(x, 0.0, 200.0),
            kind,
            schematic,
        };
        RunReport {
            scenario: "scene",
            title: &self.title,
            start: "2026-05-01T09:00:00+08:00",
            start_of_day_s: 9 * 3600,
            planned: SimTime::from_seconds(100.0),
            simulated: SimTime::from_seconds(100.0),
            seed: 7,
            minima: Minima { horizontal_m: 50.0, vertical_m: 15.0, look_ahead: SimTime::from_seconds(30.0) },
            prediction: "state-based",
            digest: "00ff",
            terrain: &self.terrain,
            airspace: &self.airspace,
            fleets: vec![ReportFleet { id: "flash", names: &[], kind: MissionKind::CityDelivery, drones: 2 }],
            missions: vec![ReportMission {
                id: "orders",
                kind: MissionKind::CityDelivery,
                route: Some(RouteId(0)),
                requested: 1,
                started: 1,
                completed: 0,
                failed: 0,
                total_time: SimTime::ZERO,
                longest_time: SimTime::ZERO,
                total_wait: SimTime::ZERO,
                energy_wh: 0,
            }],
            routes: vec![ReportRoute {
                name: &self.title,
                kind: MissionKind::CityDelivery,
                plan: Arc::clone(&self.plan),
                back: None,
            }],
            places: vec![
                place(PlaceKind::Hub, -800.0, false),
                place(PlaceKind::Pad, 800.0, false),
                place(PlaceKind::Rally, 400.0, false),
                place(PlaceKind::Landmark, 9000.0, true),
            ],
            rivers: vec![ReportRiver { name: &self.title, width_m: 40.0, line: &self.river }],
            manned: vec![&self.title],
            totals: ReportTotals::default(),
            open_losses: Vec::new(),
            recording: &self.recording,
        }
    }

    fn html(&self) -> String {
        html(&self.report()).unwrap()
    }
}

/// Two drones along the plan, 20 m beside each other, which lose separation on the way.
fn recorded(plan: &FlightPlan, mode: RecordMode, seconds: i64) -> Recording {
    let metadata = RecordingMetadata {
        scenario: "scene".to_owned(),
        program_version: "0.1.0".to_owned(),
        seed: 7,
        frame_interval: SimTime::from_millis(1000),
        mode,
    };
    let mut writer = RecordingWriter::in_memory(metadata, "", 1 << 20);
    for second in 0..seconds {
        let drones = [0, 1].map(|ordinal| sample(plan, second, ordinal)).to_vec();
        let time = SimTime::from_millis(second * 1000);
        let events = events(second).into_iter().map(|event| TimedEvent { time, event }).collect();
        writer.append(Arc::new(Frame { time, drones, events, ..Frame::default() })).unwrap();
    }
    writer.finish().unwrap()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers")]
fn sample(plan: &FlightPlan, second: i64, ordinal: u16) -> DroneSample {
    let position = plan.position_at(second as f64 * 15.0, 0);
    let centimetres = |metres: f64| (metres * 100.0).round() as i32;
    DroneSample {
        drone: DroneId { fleet: FleetId(0), ordinal },
        motion: MotionSample {
            east_cm: centimetres(position.x),
            north_cm: centimetres(position.y) + i32::from(ordinal) * 2000,
            altitude_amsl_cm: centimetres(position.z),
            velocity_east_cmps: 1500,
            velocity_north_cmps: 0,
            climb_cmps: 0,
        },
        phase: FlightPhase::Cruise,
        battery_permyriad: 9000,
        reported_offset_cm: [0; 3],
        report_age_ms: 0,
        contingency: None,
    }
}

fn events(second: i64) -> Vec<SimEvent> {
    let drone = |ordinal| DroneId { fleet: FleetId(0), ordinal };
    let (own, intruder, encounter) = (drone(0), drone(1), EncounterId(0));
    let order = OrderId { mission: MissionId(0), ordinal: 0 };
    let sortie = SortieId { drone: own, ordinal: 0 };
    let time_to_loss_ms = SimTime::ZERO;
    match second {
        0 => vec![
            SimEvent::OrderPlaced { order, payload_g: 500 },
            SimEvent::SortieStarted { sortie, mission: order.mission, order: Some(order), waited_ms: SimTime::ZERO },
        ],
        10 => vec![
            SimEvent::EncounterOpened {
                encounter,
                own,
                intruder,
                time_to_loss_ms,
                cpa_distance_cm: 2000,
                basis: Basis::State,
            },
            SimEvent::LossOfSeparation {
                encounter,
                own,
                intruder,
                horizontal_distance_cm: 2000,
                vertical_distance_cm: 0,
            },
        ],
        90 => vec![SimEvent::Delivered { order, sortie, order_to_hand_ms: SimTime::from_seconds(90.0) }],
        _ => Vec::new(),
    }
}

/// Every English text of the page is followed by its Chinese one.
fn assert_bilingual(html: &str) {
    for tag in ["span", "text"] {
        let (en, zh) = (format!("<{tag} lang=\"en\""), format!("<{tag} lang=\"zh\""));
        assert_eq!(html.matches(&en).count(), html.matches(&zh).count(), "{tag}");
        for (index, _) in html.match_indices(&en) {
            let after = html[index..].split_once(&format!("</{tag}>")).unwrap().1;
            assert!(after.starts_with(&zh), "no Chinese after {}", &html[index..index + 120.min(html.len() - index)]);
        }
    }
}

fn assert_sound(html: &str) {
    assert_bilingual(html);
    for broken in ["NaN", "inf ", "\"inf", "None", "{{", "{%"] {
        assert!(!html.contains(broken), "{broken}");
    }
    for outside in [" src=", "href=\"http", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    for tag in ["svg", "g", "section", "figure", "table", "tr", "td", "p", "ul", "li", "div", "span", "text"] {
        let opened = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn a_run_is_shown_whole_and_the_same_twice() {
    let page = Scene::new("Hill", RecordMode::Full, 100).html();
    assert_sound(&page);
    assert!(
        page.contains("class=\"flown k0\"") && page.contains("class=\"loss\"") && page.contains("class=\"track k0\"")
    );
    assert!(page.contains("flash-1 × flash-2") && page.contains("09:00:10"));
    assert_eq!(page, Scene::new("Hill", RecordMode::Full, 100).html());
}

#[test]
fn without_frames_the_page_says_so() {
    for (mode, seconds) in [(RecordMode::Events, 100), (RecordMode::Off, 100), (RecordMode::Full, 0)] {
        let page = Scene::new("Hill", mode, seconds).html();
        assert_sound(&page);
        assert!(page.contains("No tracks were recorded."), "{mode}");
        assert_eq!(page.contains("flash-1 × flash-2"), mode == RecordMode::Events);
    }
}

#[test]
fn names_cannot_break_the_page() {
    let page = Scene::new("</svg><script>alert(\"&'\")</script>", RecordMode::Full, 20).html();
    assert_sound(&page);
    assert_eq!(page.matches("<script>").count(), 1);
}

#[test]
fn a_run_of_nothing_still_has_a_page() {
    let scene = Scene::new("Hill", RecordMode::Full, 0);
    let mut report = scene.report();
    report.fleets.clear();
    report.missions.clear();
    report.routes.clear();
    report.places.clear();
    report.rivers.clear();
    report.simulated = SimTime::ZERO;
    let page = html(&report).unwrap();
    assert_sound(&page);
    assert!(page.contains("The run ended before"));
}

/// What a flight of one drone may tell: it loses the link, diverts, comes down; another goes on.
fn what_goes_wrong() -> Vec<(i64, SimEvent)> {
    let drone = |ordinal| DroneId { fleet: FleetId(0), ordinal };
    let order = OrderId { mission: MissionId(0), ordinal: 0 };
    let sortie = SortieId { drone: drone(0), ordinal: 0 };
    let (lost, battery) = (Trouble::LostLink, Trouble::LowBattery);
    let aircraft = MannedId { entry: 0, movement: 2 };
    let decided = |ordinal, trouble, response, rally| SimEvent::ContingencyDecided {
        drone: drone(ordinal),
        trouble,
        response,
        rally,
    };
    let ended = |ordinal, trouble, response, lasted_s| SimEvent::ContingencyEnded {
        drone: drone(ordinal),
        trouble,
        response,
        lasted_ms: SimTime::from_seconds(lasted_s),
    };
    vec![
        (5, SimEvent::ContingencyBegan { drone: drone(0), trouble: lost }),
        (6, decided(0, lost, Response::Divert, Some(RallyId(0)))),
        (7, SimEvent::ContingencyBegan { drone: drone(1), trouble: battery }),
        (8, decided(1, battery, Response::Return, None)),
        (9, ended(1, battery, Response::Return, 2.5)),
        (10, SimEvent::OrderFailed { order, sortie, trouble: lost }),
        (11, ended(0, lost, Response::Divert, 7.0)),
        (12, SimEvent::Stranded { drone: drone(0), trouble: lost, east_cm: 20_000, north_cm: -30_000 }),
        (
            13,
            SimEvent::DeparturesGrounded {
                mission: order.mission,
                quantity: Quantity::Gust,
                value_milli: 14_200,
                limit_milli: 12_000,
            },
        ),
        (
            14,
            SimEvent::WellClearLost {
                drone: drone(1),
                aircraft,
                horizontal_distance_cm: 60_000,
                vertical_distance_cm: 4_000,
            },
        ),
        (15, SimEvent::ContingencyBegan { drone: drone(1), trouble: lost }),
        (16, ended(1, lost, Response::Hold, 1.0)),
        (
            19,
            SimEvent::WellClearRegained {
                drone: drone(1),
                aircraft,
                duration_ms: SimTime::from_seconds(5.0),
                least_horizontal_distance_cm: 31_250,
            },
        ),
    ]
}

#[test]
fn what_went_wrong_is_told_and_nothing_else() {
    let mut scene = Scene::new("Hill", RecordMode::Full, 0);
    let page = scene.html();
    assert!(!page.contains("Contingencies") && !page.contains("\"stranded\""), "nothing went wrong");
    for mode in [RecordMode::Full, RecordMode::Events] {
        let metadata = RecordingMetadata { mode, ..scene.recording.metadata().clone() };
        let mut writer = RecordingWriter::in_memory(metadata, "", 1 << 20);
        for (second, event) in what_goes_wrong() {
            let time = SimTime::from_millis(second * 1000);
            let events = vec![TimedEvent { time, event }];
            writer.append(Arc::new(Frame { time, events, ..Frame::default() })).unwrap();
        }
        scene.recording = writer.finish().unwrap();
        let mut report = scene.report();
        report.totals = ReportTotals { contingencies: 2, stranded: 1, well_clear_losses: 1, ..report.totals };
        report.missions[0].failed = 1;
        let page = html(&report).unwrap();
        assert_sound(&page);
        let row = |cells: &[&str]| cells.iter().all(|cell| page.contains(cell));
        assert!(row(&["09:00:05", "link lost", "diverts to Hill", ">7.0<", "down, to be fetched"]));
        assert!(row(&["09:00:07", "low battery", "returns", ">2.5<", "over"]));
        assert!(row(&["09:00:15", "holds", ">1.0<"]) && !page.contains("not decided"), "it passed by itself");
        assert!(row(&["orders-1", "09:00:13", "gust 14.2 m/s", "end of the run", ">1.4<"]), "grounded and failed");
        assert!(row(&["Hill 3", ">600.0<", ">40.0<", ">312.5<", ">5.0<"]), "well clear");
        assert!(row(&["1 came down away from hub and pad", "; 1 failed"]), "figures");
        for mark in ["class=\"grounded\"", "class=\"contingency\""] {
            assert_eq!(page.contains(mark), mode == RecordMode::Full, "over the day: {mark}");
        }
        assert_eq!(page.matches("class=\"stranded\"").count(), 4, "a ring and a cross on the map, and in its legend");
    }
}
