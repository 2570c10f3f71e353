//! What a check of waypoints alone, or of one instant, misses; what a check of footprints alone would refuse.

use std::sync::Arc;

use super::*;
use crate::aircraft::{AircraftType, EnergyModel, PowerModel, catalogue};
use crate::message::Text;
use crate::traffic::route::{PlanLimits, UniformAir, Waypoint, budget, planned};
use crate::units::{Altitude, SimTime};
use crate::world::airspace::{
    Body, Bounds, Denial, Footprint, Geozone, Obstacle, ObstacleKind, Occasion, Origin, Restriction, Rules, Schedule,
    Volume, Window,
};
use crate::world::geo::Place;
use crate::world::terrain::{HeightField, Terrain};
use crate::world::weather::{Conditions, Profile, Timeline, Turbulence, WindField};

const MIDDLE: Geographic = Geographic::new(41.5, 120.5);

fn at_s(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Eight kilometres by two, with ground of one's own making.
fn airspace(rules: Rules, ground: impl FnMut(&Place) -> f64) -> Airspace {
    let field = HeightField::sampled(Place::new(-4500.0, -1500.0), 10.0, [901, 301], ground);
    let corners = [(-4000.0, -1000.0), (4000.0, -1000.0), (4000.0, 1000.0), (-4000.0, 1000.0)];
    let outline = corners.map(|(x, y)| Place::new(x, y)).to_vec();
    let bounds = Bounds { outline, ceiling_agl_m: 120.0, clearance_m: 20.0 };
    Airspace::new(bounds, rules, Arc::new(Terrain::new(field, None, true, "test")))
}

fn flat(rules: Rules) -> Airspace {
    airspace(rules, |_| 200.0)
}

fn zone(footprint: Footprint, heights_agl_m: [f64; 2], window_s: Option<[i64; 2]>) -> Geozone {
    let [lower, upper] = heights_agl_m.map(Altitude::agl);
    let windows = window_s.map(|ends| {
        let [start, end] = ends.map(|second| Some(at_s(second)));
        Window { start, end, periods: Vec::new() }
    });
    Geozone {
        id: "zone".into(),
        name: Text::new("zone", "区"),
        restriction: Restriction::Prohibited,
        conditions: String::new(),
        reasons: Vec::new(),
        origin: Origin::Published,
        authorities: Vec::new(),
        schedule: Schedule { windows: windows.into_iter().collect() },
        middle: MIDDLE,
        volumes: vec![Volume { footprint, lower, upper: Some(upper) }],
        exempt: None,
    }
}

fn circle(x: f64, y: f64, radius_m: f64) -> Footprint {
    Footprint::Circle { centre: Place::new(x, y), radius_m }
}

fn with_zone(zone: Geozone) -> Airspace {
    flat(Rules { zones: vec![zone], ..Rules::default() })
}

fn via(x: f64, y: f64, altitude: Altitude) -> Waypoint {
    Waypoint { place: Place::new(x, y), altitude, hold: SimTime::ZERO }
}

fn copter() -> &'static AircraftType {
    catalogue().iter().find(|aircraft| aircraft.id == "m350").unwrap()
}

fn winged() -> &'static AircraftType {
    catalogue().iter().find(|aircraft| aircraft.wing().is_some()).unwrap()
}

fn plan_of(waypoints: &[Waypoint], airspace: &Airspace, aircraft: &AircraftType) -> FlightPlan {
    let limits = PlanLimits::between(20.0, 120.0, aircraft.cruise_speed_mps);
    planned(waypoints, airspace.terrain(), aircraft, &limits).unwrap()
}

/// A check of a plan by a type that leaves at a second, in some weather.
struct Case<'a> {
    airspace: &'a Airspace,
    plan: &'a FlightPlan,
    aircraft: &'a AircraftType,
    weather: Option<&'a Weather>,
    departs_s: i64,
    battery_wh: f64,
    rallies: &'a [Position],
    stands: [&'a [Position]; 2],
}

impl<'a> Case<'a> {
    fn of(airspace: &'a Airspace, plan: &'a FlightPlan, aircraft: &'a AircraftType) -> Self {
        let battery_wh = aircraft.battery.usable_wh(15.0);
        Self { airspace, plan, aircraft, weather: None, departs_s: 0, battery_wh, rallies: &[], stands: [&[]; 2] }
    }

    fn check(&self) -> RouteCheck {
        let power = PowerModel::new(EnergyModel::Momentum, self.aircraft);
        let flight = PlannedFlight {
            plan: self.plan,
            flier: Flier { aircraft: self.aircraft, power: &power, payload_kg: 0.0 },
            operator: None,
            departs: at_s(self.departs_s),
            battery_wh: self.battery_wh,
            reserve_wh: 0.2 * self.aircraft.battery.usable_wh(15.0),
            asked_mps: None,
            from_stands: self.stands[0],
            to_stands: self.stands[1],
        };
        let setting = Setting {
            airspace: self.airspace,
            weather: self.weather,
            network: None,
            rallies: self.rallies,
            middle: MIDDLE,
        };
        check_route(&flight, &setting)
    }
}

fn denials(check: &RouteCheck) -> Vec<(&RouteFinding, Denial)> {
    let denied = check.findings.iter().filter_map(|finding| match finding.kind {
        FindingKind::Denied { denial, .. } => Some((finding, denial)),
        _ => None,
    });
    denied.collect()
}

fn may_stand(airspace: &Airspace, position: &Position) -> bool {
    airspace.denial(position, position, &Occasion::at(None, at_s(0))).is_none()
}

/// Both waypoints are 80 m over the ground; half way between stands a ridge of 100 m.
#[test]
fn a_ridge_between_two_waypoints_is_found() {
    let airspace = airspace(Rules::default(), |place| 200.0 + (100.0 - 0.5 * (place.x - 300.0).abs()).max(0.0));
    let ends = [via(-2000.0, 0.0, Altitude::amsl(280.0)), via(2000.0, 0.0, Altitude::amsl(280.0))];
    let plan = plan_of(&ends, &airspace, copter());
    assert!(ends.iter().all(|end| may_stand(&airspace, &Position::new(end.place.x, 0.0, 280.0))));
    let check = Case::of(&airspace, &plan, copter()).check();
    let [(finding, Denial::UnderGround(_))] = denials(&check)[..] else { panic!("{:?}", check.findings) };
    assert!((finding.along_m - 2300.0).abs() < 1e-6 && (finding.margin().value - 40.0).abs() < 1e-3, "{finding:?}");
    // Below 20 m over ground from where the slope is 60 m high to where it is again, to a piece.
    let [from, to] = finding.stretch_m;
    assert!((from - 2220.0).abs() <= 10.0 && (to - 2380.0).abs() <= 10.0, "{finding:?}");
    assert!(finding.at > at_s(140) && finding.at < at_s(200), "{finding:?}");
    // The cure cures.
    let raised = ends.map(|end| Waypoint { altitude: Altitude::amsl(320.0), ..end });
    let plan = plan_of(&raised, &airspace, copter());
    assert!(
        denials(&Case::of(&airspace, &plan, copter()).check()).iter().all(|(_, d)| !matches!(d, Denial::TooLow(_)))
    );
}

/// Both waypoints are 100 m over the ground, and between them lies a valley 60 m deep.
#[test]
fn a_valley_between_two_waypoints_is_found() {
    let airspace = airspace(Rules::default(), |place| 200.0 - (60.0 - 0.2 * place.x.abs()).max(0.0));
    let ends = [via(-2000.0, 0.0, Altitude::amsl(300.0)), via(2000.0, 0.0, Altitude::amsl(300.0))];
    let plan = plan_of(&ends, &airspace, copter());
    assert!(ends.iter().all(|end| may_stand(&airspace, &Position::new(end.place.x, 0.0, 300.0))));
    let check = Case::of(&airspace, &plan, copter()).check();
    let [(finding, Denial::AboveCeiling(_))] = denials(&check)[..] else { panic!("{:?}", check.findings) };
    assert!((finding.along_m - 2000.0).abs() < 1e-6 && (finding.margin().value - 40.0).abs() < 1e-3, "{finding:?}");
}

/// A wing holds on a circle of 76 m: it meets a zone that begins 60 m beside its path, a multirotor that hovers does not.
#[test]
fn the_circle_of_a_hold_is_asked() {
    let airspace = with_zone(zone(circle(0.0, 110.0, 50.0), [0.0, 120.0], None));
    let hold = Waypoint { hold: SimTime::from_seconds(60.0), ..via(0.0, 0.0, Altitude::agl(80.0)) };
    let route = [via(-2000.0, 0.0, Altitude::agl(80.0)), hold, via(2000.0, 0.0, Altitude::agl(80.0))];
    let on_wing = plan_of(&route, &airspace, winged());
    let check = Case::of(&airspace, &on_wing, winged()).check();
    let [(finding, Denial::Prohibited { .. })] = denials(&check)[..] else { panic!("{:?}", check.findings) };
    assert!(finding.part == Part::Circle && (finding.along_m - 2000.0).abs() < 1e-6, "{finding:?}");
    let radius_m = winged().wing().unwrap().loiter_radius_m(winged().cruise_speed_mps);
    let away_m = finding.position.xy().coords.norm();
    assert!((away_m - radius_m).abs() < 0.6, "{away_m} {radius_m}");
    let hovering = plan_of(&route, &airspace, copter());
    assert!(denials(&Case::of(&airspace, &hovering, copter()).check()).is_empty());
    // One beyond the circle is in nobody's way.
    let beyond = with_zone(zone(circle(0.0, radius_m + 51.5, 50.0), [0.0, 120.0], None));
    assert!(denials(&Case::of(&beyond, &on_wing, winged()).check()).is_empty());
}

/// A wing cuts a corner: it meets a zone inside it that the path leaves alone.
#[test]
fn the_inside_of_a_corner_is_asked() {
    let airspace = with_zone(zone(circle(-16.0, 16.0, 12.0), [0.0, 120.0], None));
    let route = [(-900.0, 0.0), (0.0, 0.0), (0.0, 900.0)].map(|(x, y)| via(x, y, Altitude::agl(80.0)));
    let check = |aircraft| {
        let plan = plan_of(&route, &airspace, aircraft);
        Case::of(&airspace, &plan, aircraft).check()
    };
    let on_wing = check(winged());
    let sharp = on_wing.findings.iter().any(|found| matches!(found.kind, FindingKind::SharpCorner { .. }));
    let cut = denials(&on_wing).iter().any(|(found, _)| found.part == Part::Corner);
    assert!(cut && !sharp, "{:?}", on_wing.findings);
    assert!(denials(&check(copter())).is_empty());
}

/// A zone that is open when the drone leaves and closed when it is there, 4000 m on at 15 m/s: asked at the time.
#[test]
fn a_zone_is_asked_when_the_drone_is_there() {
    let ends = [via(-2000.0, 0.0, Altitude::agl(80.0)), via(2900.0, 0.0, Altitude::agl(80.0))];
    let far = |window_s| with_zone(zone(circle(2000.0, 0.0, 100.0), [0.0, 120.0], Some(window_s)));
    let denied = |window_s: [i64; 2], departs_s: i64| {
        let airspace = far(window_s);
        let plan = plan_of(&ends, &airspace, copter());
        let check = Case { departs_s, ..Case::of(&airspace, &plan, copter()) }.check();
        denials(&check).first().map(|(finding, _)| (finding.along_m, finding.at))
    };
    let (along_m, at) = denied([120, 10_000], 0).unwrap();
    assert!((along_m - 3900.0).abs() < 1.0 && at > at_s(255) && at < at_s(300), "{along_m} {at}");
    // Ten minutes earlier it is past before that begins; a zone that ends before it comes is not in the way either.
    assert_eq!(denied([120, 10_000], -600), None);
    assert_eq!(denied([-100, 120], 0), None);
    assert!(denied([-100, 120], -200).is_some());
    // The same corridor ten minutes later.
    assert!(denied([200, 400], 0).is_some() && denied([200, 400], 600).is_none());
    // It enters after 273 s and leaves after 287 s: within the tolerance on either side, 5 % earlier, 5 % and 10 s later,
    // the zone is in the way, beyond it is not.
    assert!(denied([0, 262], 0).is_some() && denied([305, 900], 0).is_some());
    assert!(denied([0, 256], 0).is_none() && denied([325, 900], 0).is_none());
}

/// What a box test in two dimensions refuses: flying over a low zone and under a high one.
#[test]
fn a_footprint_may_be_crossed_at_another_height() {
    let ends = [via(-2000.0, 0.0, Altitude::agl(80.0)), via(2000.0, 0.0, Altitude::agl(80.0))];
    for (heights_agl_m, is_denied) in
        [([0.0, 79.0], false), ([81.0, 120.0], false), ([0.0, 81.0], true), ([79.0, 120.0], true)]
    {
        let airspace = with_zone(zone(circle(0.0, 0.0, 200.0), heights_agl_m, None));
        let plan = plan_of(&ends, &airspace, copter());
        let found = Case::of(&airspace, &plan, copter()).check();
        assert_eq!(!denials(&found).is_empty(), is_denied, "{heights_agl_m:?} {:?}", found.findings);
        if let Some((finding, _)) = denials(&found).first() {
            assert!((finding.stretch_m[0] - 1800.0).abs() < 0.1 && (finding.stretch_m[1] - 2200.0).abs() <= 10.0);
        }
    }
}

/// The margin of an obstacle is what it takes to clear it, no more and no less.
#[test]
fn the_margin_of_an_obstacle_clears_it() {
    let mast = Obstacle {
        id: "mast".into(),
        name: Text::default(),
        kind: ObstacleKind::Building,
        body: Body::Block { footprint: circle(3.0, 4.0, 5.0), base_amsl_m: 200.0, top_amsl_m: 247.5 },
        clearance_m: 15.0,
    };
    let airspace = flat(Rules { obstacles: vec![mast], ..Rules::default() });
    let route = |agl_m| [via(-500.0, 0.0, Altitude::agl(agl_m)), via(500.0, 0.0, Altitude::agl(agl_m))];
    let found = |agl_m: f64| {
        let plan = plan_of(&route(agl_m), &airspace, copter());
        let check = Case::of(&airspace, &plan, copter()).check();
        denials(&check).first().map(|(finding, _)| finding.margin().value)
    };
    let margin_m = found(50.0).unwrap();
    assert!((margin_m - 12.5).abs() < 0.05, "{margin_m}");
    assert!(found(50.0 + margin_m + 0.05).is_none() && found(50.0 + margin_m - 0.1).is_some());
}

fn block(footprint: Footprint, top_agl_m: f64, clearance_m: f64) -> Obstacle {
    Obstacle {
        id: "block".into(),
        name: Text::default(),
        kind: ObstacleKind::Building,
        body: Body::Block { footprint, base_amsl_m: 200.0, top_amsl_m: 200.0 + top_agl_m },
        clearance_m,
    }
}

/// A stand beside a round tower of 20 m has to go as far aside as the tower's radius and the clearance reach; over a wall
/// between a stand and the path the start has to be raised. Moved by that much, it may be flown.
#[test]
fn stands_beside_obstacles_are_moved_aside() {
    let tower = block(circle(0.0, 30.0, 20.0), 50.0, 15.0);
    let wall = Footprint::polygon(
        [(-2020.0, 40.0), (-1980.0, 40.0), (-1980.0, 42.0), (-2020.0, 42.0)].map(|(x, y)| Place::new(x, y)).to_vec(),
    );
    let airspace = flat(Rules { obstacles: vec![tower, block(wall, 70.0, 5.0)], ..Rules::default() });
    let found = |from: [f64; 2], agl_m: f64, stand: [f64; 2]| {
        let route = [via(from[0], from[1], Altitude::agl(agl_m)), via(from[0], -800.0, Altitude::agl(agl_m))];
        let plan = plan_of(&route, &airspace, copter());
        let stands = [Position::new(stand[0], stand[1], 200.0)];
        let leaving = Case { stands: [&stands, &[]], ..Case::of(&airspace, &plan, copter()) }.check();
        let projection = crate::world::geo::LocalProjection::new(MIDDLE);
        let telling =
            Telling { plan: &plan, airspace: &airspace, projection: &projection, offset: jiff::tz::Offset::UTC };
        let denied = leaving.findings.iter().find(|finding| finding.part == Part::Departure).copied();
        denied.map(|finding| (finding.margin().value, telling.texts(&finding)[2].en.clone()))
    };
    // 30 m from the middle of the tower: 20 + 15 - 30 = 5 m too near.
    let start = [0.0, -100.0];
    let (aside_m, cure) = found(start, 80.0, [0.0, 0.0]).unwrap();
    assert!((aside_m - 5.0).abs() < 0.01, "{aside_m}");
    assert!(cure.starts_with("move the stand by 5.0 m, away from the obstacle"), "{cure}");
    assert_eq!(found(start, 80.0, [0.0, -5.01]), None);
    // In its middle the way out is as long to every side.
    let (aside_m, _) = found(start, 80.0, [0.0, 30.0]).unwrap();
    assert!((aside_m - 35.0).abs() < 0.05, "{aside_m}");
    // Behind the wall, 5 m of clearance over 70 m: 15 m lack at 60 m.
    let (raise_m, cure) = found([-2000.0, 0.0], 60.0, [-2000.0, 100.0]).unwrap();
    assert!((raise_m - 15.0).abs() < 0.01, "{raise_m}");
    // What it lacks is a hair more than 15 m, so that the tenth above is told.
    assert!(cure.starts_with("raise the route there by 15.1 m, or lead it around"), "{cure} {raise_m}");
    assert_eq!(found([-2000.0, 0.0], 75.1, [-2000.0, 100.0]), None);
}

/// What is flown in the dark is beyond its limit by how long that lasts, and not by a number of nothing.
#[test]
fn the_dark_is_told_by_how_long_it_lasts() {
    let airspace = flat(Rules::default());
    let route = [via(-2000.0, 0.0, Altitude::agl(80.0)), via(2000.0, 0.0, Altitude::agl(80.0))];
    let plan = plan_of(&route, &airspace, copter());
    let weather = blowing(Horizontal::zeros(), 0.0);
    // The evening of 1 January 1970 at 41.5 N: the sun is down from some second between noon and midnight, UTC+8, on.
    let dark = |departs_s: i64| {
        let check = Case { weather: Some(&weather), departs_s, ..Case::of(&airspace, &plan, copter()) }.check();
        let found = check.findings.iter().find(|finding| finding.rule() == "weather").map(RouteFinding::margin);
        let passings = &check.times.passings;
        (found, passings[passings.len() - 1].leaves_s - passings[0].leaves_s)
    };
    let (mut day_s, mut night_s) = (4 * 3600, 16 * 3600);
    assert!(dark(day_s).0.is_none() && dark(night_s).0.is_some());
    while night_s - day_s > 1 {
        let middle_s = i64::midpoint(day_s, night_s);
        *if dark(middle_s).0.is_none() { &mut day_s } else { &mut night_s } = middle_s;
    }
    // All in the dark, and half of it.
    let (found, lasts_s) = dark(16 * 3600);
    let all = found.unwrap();
    assert!((all.value - lasts_s).abs() < 1.0 && all.unit == Unit::Seconds, "{all:?} {lasts_s}");
    #[expect(clippy::cast_possible_truncation, reason = "some hundred seconds")]
    let half = dark(day_s + (lasts_s / 2.0) as i64).0.unwrap();
    assert!((half.value - lasts_s / 2.0).abs() < 4.0, "{half:?} {lasts_s}");
}

/// Times and energy are those of the budget, and what is left at the end of each leg that of the part flown.
#[test]
fn the_account_is_the_budget() {
    let airspace = airspace(Rules::default(), |place| 300.0 + 60.0 * libm::sin(place.x / 400.0));
    let hold = Waypoint { hold: SimTime::from_seconds(40.0), ..via(0.0, 200.0, Altitude::agl(80.0)) };
    let route = [via(-2000.0, 0.0, Altitude::agl(80.0)), hold, via(2000.0, 0.0, Altitude::agl(60.0))];
    for aircraft in [copter(), winged()] {
        let plan = plan_of(&route, &airspace, aircraft);
        let check = Case::of(&airspace, &plan, aircraft).check();
        let power = PowerModel::new(EnergyModel::Momentum, aircraft);
        let flier = Flier { aircraft, power: &power, payload_kg: 0.0 };
        let still = UniformAir::calm(STANDARD_TEMPERATURE_C);
        let whole = budget(&plan, airspace.terrain(), &flier, &|at: &Position| still.air(at)).unwrap();
        assert!((check.times.lands_s - whole.time_s).abs() < 1e-9);
        assert!((check.times.drawn_wh - whole.energy_wh.total()).abs() < 1e-9);
        let account = &check.account;
        assert!((account.battery_wh - account.at_end_wh - whole.energy_wh.total()).abs() < 1e-9);
        assert!(
            (check.legs[1].left_wh - account.at_end_wh).abs() < 1e-12 && check.legs[0].left_wh > check.legs[1].left_wh
        );
    }
}

/// Level and in still air the way back costs what the way out did: with energy for 3 km and the way back it is 3 km; a rally
/// site farther on moves the point of no return on.
#[test]
fn the_point_of_no_return_is_half_of_what_is_there() {
    let airspace = flat(Rules::default());
    let route = [via(-3500.0, 0.0, Altitude::agl(80.0)), via(3500.0, 0.0, Altitude::agl(80.0))];
    let plan = plan_of(&route, &airspace, copter());
    let full = Case::of(&airspace, &plan, copter()).check();
    assert_eq!((full.account.no_return, full.is_flyable()), (None, true));
    // Out to a place and back by the account itself, which the budget has proved.
    let spent_wh = |along_m: f64| {
        let point = plan.points.iter().position(|point| point.along_m >= along_m - 1e-6).unwrap();
        full.account.battery_wh - full.account.left_wh[point] + full.account.way_out_wh[point]
    };
    let battery_wh = spent_wh(3000.0) + full.account.reserve_wh;
    let short = Case { battery_wh, ..Case::of(&airspace, &plan, copter()) }.check();
    let last = short.account.no_return.unwrap();
    assert!((last.along_m - 3000.0).abs() < 10.0 && last.rally.is_none(), "{last:?}");
    // At 15 m/s to and fro over 3000 m, and up and down.
    let lasts_s = 2.0 * 3000.0 / copter().cruise_speed_mps;
    let power = PowerModel::new(EnergyModel::Momentum, copter());
    let density_kgm3 = density_kgm3(280.0, STANDARD_TEMPERATURE_C);
    let cruise_wh = power.power(0.0, copter().cruise_speed_mps, 0.0, density_kgm3).total() * lasts_s / 3600.0;
    assert!((spent_wh(3000.0) / cruise_wh - 1.0).abs() < 0.2, "{} {cruise_wh}", spent_wh(3000.0));
    let reserve = short.findings.iter().find(|found| matches!(found.kind, FindingKind::Reserve { .. })).unwrap();
    let broken_at = short.account.left_wh.iter().position(|left| *left < short.account.reserve_wh).unwrap();
    assert!((reserve.along_m - plan.points[broken_at].along_m).abs() < 1e-9 && !short.is_flyable());
    let rallies = [Position::new(1000.0, 0.0, 200.0)];
    let with_site = Case { battery_wh, rallies: &rallies, ..Case::of(&airspace, &plan, copter()) }.check();
    let last = with_site.account.no_return.unwrap();
    assert!(last.along_m > 4500.0 && last.rally == Some(0), "{last:?}");
}

fn blowing(towards: Horizontal, gust_mps: f64) -> Weather {
    let conditions = Conditions { wind_mps: towards, gust_mps, ..Conditions::STILL };
    Weather {
        timeline: Timeline::constant(conditions),
        field: WindField::new(&Profile::POWER_B, None),
        turbulence: Turbulence::None,
        station_amsl_m: 200.0,
        origin: crate::world::weather::Origin::Constant,
    }
}

/// A strong wind ahead lets nobody through, a weaker one takes half of the speed, and gusts are held against the type.
#[test]
fn wind_is_held_against_the_type() {
    let airspace = flat(Rules::default());
    let route = [via(-2000.0, 0.0, Altitude::agl(80.0)), via(2000.0, 0.0, Altitude::agl(80.0))];
    let plan = plan_of(&route, &airspace, copter());
    let rules = |east_mps: f64, gust_mps: f64| -> Vec<&'static str> {
        let weather = blowing(Horizontal::new(east_mps, 0.0), gust_mps);
        let check = Case { weather: Some(&weather), ..Case::of(&airspace, &plan, copter()) }.check();
        check.findings.iter().map(RouteFinding::rule).filter(|rule| *rule != "reserve").collect()
    };
    assert_eq!(rules(-2.0, 3.0), Vec::<&str>::new());
    assert!(rules(-25.0, 26.0).contains(&"held_back"));
    // The wind is 1.366 times as strong at 80 m as at 10 m: this leaves four tenths of the speed.
    let strong_mps = (copter().max_airspeed_mps - 0.4 * copter().cruise_speed_mps) / 1.366;
    assert!(rules(-strong_mps, strong_mps).contains(&"head_wind"));
    assert!(!rules(strong_mps, strong_mps).contains(&"head_wind"));
    let most_mps = copter().limits.gust_mps;
    assert!(rules(1.0, most_mps + 2.0).contains(&"weather"));
}

/// Slopes: half the speed is told, what the type cannot climb is refused, and a wing is told from its rotors.
#[test]
fn slopes_are_held_against_the_type() {
    let airspace = flat(Rules::default());
    let rules = |gradient: f64, aircraft: &AircraftType| -> Vec<&'static str> {
        // Straight in space, so that the slope is the same everywhere.
        let end = |x: f64| via(x, 0.0, Altitude::amsl(5000.0 + gradient * x));
        let plan = plan_of(&[end(-1000.0), end(1000.0)], &airspace, aircraft);
        let found = type_limits(&plan, aircraft, Some(aircraft.cruise_speed_mps));
        found.map(|found| rule_of(&found.kind)).collect()
    };
    let (cruise_mps, climb_mps) = (copter().cruise_speed_mps, copter().climb_mps);
    let half = 0.8 * climb_mps / (0.5 * cruise_mps);
    assert_eq!(rules(0.95 * half, copter()), Vec::<&str>::new());
    assert_eq!(rules(1.05 * half, copter()), ["slowed_by_slope"]);
    // At the slowest that is planned, 1.5 m/s, it would have to climb faster than it does.
    assert!(rules(1.1 * climb_mps / 1.5, copter()).contains(&"too_steep"));
    let least_mps = winged().wing().unwrap().least_airspeed_mps();
    assert_eq!(rules(1.02 * 0.8 * winged().climb_mps / least_mps, winged()), ["below_wing"]);
    assert_eq!(rules(0.98 * 0.8 * winged().climb_mps / least_mps, winged()), Vec::<&str>::new());
}

fn rule_of(kind: &FindingKind) -> &'static str {
    let at = Position::origin();
    let (leg, part, at) = (0, Part::Leg, (at, at_s(0)));
    RouteFinding {
        leg,
        part,
        along_m: 0.0,
        along_leg_m: 0.0,
        stretch_m: [0.0; 2],
        position: at.0,
        at: at.1,
        kind: *kind,
    }
    .rule()
}
