//! The permission question, rule by rule.

use super::*;
use crate::units::{Purpose as Draws, RandomStream};
use crate::world::airspace::{
    Approval, Authority, Body, Geozone, Obstacle, ObstacleKind, Origin, Purpose, Restriction, Schedule, Volume, Window,
};
use crate::world::geo::{Geographic, Horizontal};
use crate::world::terrain::HeightField;

const NOON: Occasion<'_> = Occasion::at(None, Timestamp::UNIX_EPOCH);

/// A square kilometre with a hill of 100 m in the middle and one tower in the west.
fn airspace(rules: Rules) -> Airspace {
    let field = HeightField::sampled(Place::new(-600.0, -600.0), 10.0, [121, 121], |p| {
        200.0 + (100.0 - 0.5 * p.coords.norm()).max(0.0)
    });
    let corner = |x, y| Place::new(x, y);
    let outline = vec![corner(-500.0, -500.0), corner(500.0, -500.0), corner(500.0, 500.0), corner(-500.0, 500.0)];
    let ground_plan = Rectangle { low: corner(-410.0, -10.0), high: corner(-390.0, 10.0) }.corners().to_vec();
    let tower = Obstacle {
        id: "tower".into(),
        name: Text::default(),
        kind: ObstacleKind::Building,
        body: Body::Block { footprint: Footprint::polygon(ground_plan), base_amsl_m: 200.0, top_amsl_m: 250.0 },
        clearance_m: 20.0,
    };
    let bounds = Bounds { outline, ceiling_agl_m: 120.0, clearance_m: 20.0 };
    let rules = Rules { obstacles: vec![tower], ..rules };
    Airspace::new(bounds, rules, Arc::new(Terrain::new(field, None, true, "test")))
}

#[test]
fn each_rule_is_named() {
    let airspace = airspace(Rules::default());
    let at = Position::new;
    assert_eq!(airspace.denial(&at(-300.0, 300.0, 260.0), &at(300.0, 300.0, 260.0), &NOON), None);
    let through = airspace.denial(&at(-300.0, 0.0, 280.0), &at(300.0, 0.0, 280.0), &NOON);
    assert!(matches!(through, Some(Denial::UnderGround(sample)) if (sample.agl_m + 20.0).abs() < 1.0), "{through:?}");
    let low = airspace.denial(&at(-300.0, 0.0, 310.0), &at(300.0, 0.0, 310.0), &NOON);
    assert!(matches!(low, Some(Denial::TooLow(_))), "{low:?}");
    let high = airspace.denial(&at(-300.0, 300.0, 321.0), &at(300.0, 300.0, 321.0), &NOON);
    assert!(matches!(high, Some(Denial::AboveCeiling(_))), "{high:?}");
    let out = airspace.denial(&at(300.0, 300.0, 260.0), &at(520.0, 300.0, 260.0), &NOON);
    assert!(matches!(out, Some(Denial::OutsideArea(_))), "{out:?}");
    let tower = airspace.denial(&at(-400.0, -300.0, 260.0), &at(-400.0, 300.0, 260.0), &NOON);
    assert!(matches!(tower, Some(Denial::Obstacle { .. })), "{tower:?}");
}

fn volume(footprint: Footprint, lower: Altitude, upper: Option<Altitude>) -> Vec<Volume> {
    vec![Volume { footprint, lower, upper }]
}

fn zone(restriction: Restriction, volumes: Vec<Volume>, windows: Vec<Window>) -> Geozone {
    Geozone {
        id: "zone".into(),
        name: Text::new("zone", "区"),
        restriction,
        conditions: String::new(),
        reasons: Vec::new(),
        origin: Origin::Published,
        authorities: Vec::new(),
        schedule: Schedule { windows },
        middle: Geographic::new(41.5, 120.5),
        volumes,
        exempt: None,
    }
}

fn approval(holder: Option<&str>, footprint: Footprint, upper_agl_m: f64, windows: Vec<Window>) -> Approval {
    Approval {
        id: "approval".into(),
        name: Text::new("approval", "批准"),
        holder: holder.map(Into::into),
        authority: Text::default(),
        schedule: Schedule { windows },
        middle: Geographic::new(41.5, 120.5),
        volumes: volume(footprint, Altitude::agl(0.0), Some(Altitude::agl(upper_agl_m))),
    }
}

fn circle(x: f64, y: f64, radius_m: f64) -> Footprint {
    Footprint::Circle { centre: Place::new(x, y), radius_m }
}

fn window(start_s: i64, end_s: i64) -> Vec<Window> {
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    vec![Window { start: at(start_s), end: at(end_s), periods: Vec::new() }]
}

fn leg(x: [f64; 2], y: f64, z: f64) -> (Position, Position) {
    (Position::new(x[0], y, z), Position::new(x[1], y, z))
}

/// Of several authorities the one that authorises is named; what has no name is told by its kind.
#[test]
fn a_denial_says_whom_to_ask_and_what_stands_there() {
    let named = |name: &str, purpose| Authority { name: Text::new(name, name), purpose, ..Authority::default() };
    let authorities =
        vec![named("press office", Some(Purpose::Information)), named("tower", Some(Purpose::Authorization))];
    let everywhere = volume(circle(0.0, 0.0, 900.0), Altitude::agl(0.0), None);
    let controlled = Geozone { authorities, ..zone(Restriction::ReqAuthorisation, everywhere, Vec::new()) };
    let mut airspace = airspace(Rules { zones: vec![controlled], ..Rules::default() });
    airspace.rules.obstacles[0].kind = ObstacleKind::Other;
    airspace.rules.obstacles[0].name = Text::default();
    let told = |(a, b): (Position, Position)| {
        let projection = LocalProjection::new(Geographic::new(41.5, 120.5));
        let denial = airspace.denial(&a, &b, &NOON).unwrap();
        airspace.explained(&denial, ["it", "它"], &projection).map(|text| text.en)
    };
    let cure = &told(leg([100.0, 200.0], 300.0, 260.0))[2];
    assert!(cure.starts_with("apply for one to tower and"), "{cure}");
    let [what, ..] = told(leg([-450.0, -350.0], 0.0, 250.0));
    assert_eq!(what, "it comes closer than 20 m to an obstacle of 50 m");
}

/// Who, when and how high: each of the three is asked for, and the leg must be covered whole.
#[test]
fn an_approval_opens_for_its_holder_its_time_and_up_to_its_height() {
    let controlled =
        zone(Restriction::ReqAuthorisation, volume(circle(0.0, 0.0, 900.0), Altitude::agl(0.0), None), Vec::new());
    let corridor =
        Footprint::Corridor { line: vec![Place::new(-450.0, 300.0), Place::new(0.0, 300.0)], half_width_m: 60.0 };
    let rest = Footprint::Corridor { line: vec![Place::new(0.0, 300.0), Place::new(400.0, 300.0)], half_width_m: 60.0 };
    let approvals =
        vec![approval(Some("own"), corridor, 80.0, window(100, 200)), approval(Some("own"), rest, 80.0, Vec::new())];
    let airspace = airspace(Rules { zones: vec![controlled], approvals, ..Rules::default() });
    let at = |operator, second| Occasion::at(operator, Timestamp::from_second(second).unwrap());
    let denied = |x: [f64; 2], z: f64, occasion: &Occasion<'_>| {
        let (a, b) = leg(x, 300.0, z);
        airspace.denial(&a, &b, occasion)
    };
    let whole = [-400.0, 400.0];
    assert_eq!(denied(whole, 270.0, &at(Some("own"), 150)), None);
    assert!(matches!(denied(whole, 270.0, &at(Some("other"), 150)), Some(Denial::NotApproved { .. })));
    assert!(matches!(denied(whole, 270.0, &at(None, 150)), Some(Denial::NotApproved { .. })));
    assert!(matches!(denied(whole, 270.0, &at(Some("own"), 200)), Some(Denial::NotApproved { .. })));
    assert_eq!(denied([10.0, 400.0], 270.0, &at(Some("own"), 200)), None);
    assert!(matches!(denied(whole, 281.0, &at(Some("own"), 150)), Some(Denial::NotApproved { .. })));
    // From 150 on until the approval ends with 199: at 200 it no longer holds.
    let during = |to| Occasion { to: Timestamp::from_second(to).unwrap(), ..at(Some("own"), 150) };
    assert_eq!(denied(whole, 270.0, &during(199)), None);
    assert!(denied(whole, 270.0, &during(200)).is_some());
    let Some(Denial::NotApproved { at: sample, .. }) = denied([-400.0, 480.0], 270.0, &at(Some("own"), 150)) else {
        panic!("the end is not covered")
    };
    assert!((sample.position.x - 460.0).abs() < 1e-6, "{sample:?}");
}

/// An ascent through two approvals one above the other; a leg that is too high only where nothing asks for an approval.
#[test]
fn approvals_open_stretch_by_stretch() {
    let controlled = || {
        let within = volume(circle(0.0, 300.0, 100.0), Altitude::agl(0.0), None);
        vec![zone(Restriction::ReqAuthorisation, within, Vec::new())]
    };
    let everywhere = || circle(0.0, 0.0, 900.0);
    let low = || approval(None, everywhere(), 60.0, Vec::new());
    let high = || Approval { volumes: volume(everywhere(), Altitude::agl(60.0), Some(Altitude::agl(120.0))), ..low() };
    let with = |approvals| airspace(Rules { zones: controlled(), approvals, ..Rules::default() });
    let foot = Position::new(0.0, 300.0, 221.0);
    for (x, z) in [(0.0, 319.0), (70.0, 310.0), (-3.0, 260.0)] {
        let top = Position::new(x, 300.0, z);
        assert_eq!(with(vec![low(), high()]).denial(&foot, &top, &NOON), None, "{top}");
        assert_eq!(with(vec![high(), low()]).denial(&top, &foot, &NOON), None, "{top}");
    }
    assert!(with(vec![low()]).denial(&foot, &Position::new(0.0, 300.0, 261.0), &NOON).is_some());
    let descent = [Position::new(-400.0, 300.0, 310.0), Position::new(0.0, 300.0, 230.0)];
    assert_eq!(with(vec![low()]).denial(&descent[0], &descent[1], &NOON), None);
    let late = [Position::new(-200.0, 300.0, 310.0), descent[1]];
    assert!(with(vec![low()]).denial(&late[0], &late[1], &NOON).is_some());
}

/// Two approvals that share an edge open what crosses it, what runs along it, and every place on it.
#[test]
fn approvals_that_share_an_edge_leave_no_gap() {
    let controlled =
        zone(Restriction::ReqAuthorisation, volume(circle(0.0, 0.0, 900.0), Altitude::agl(0.0), None), Vec::new());
    let draw = RandomStream::new(3, Draws::Traffic, 8);
    for step in 0..400 {
        let at = |n: u64, low: f64, high: f64| draw.between(16 * step + n, low, high);
        let [west, east] = [-1.0, 1.0].map(|side| [Place::new(side * 490.0, -490.0), Place::new(side * 490.0, 490.0)]);
        let (south, north) =
            (Place::new(at(0, -480.0, 480.0), at(1, -490.0, -400.0)), Place::new(at(2, -480.0, 480.0), 490.0));
        let parts = [vec![west[0], south, north, west[1]], vec![east[0], east[1], north, south]];
        let approvals = parts.map(|part| approval(None, Footprint::polygon(part), 120.0, Vec::new())).to_vec();
        let airspace = airspace(Rules { zones: vec![controlled.clone()], approvals, ..Rules::default() });
        let edge = |share: f64| south + (north - south) * share;
        let over =
            |place: Place| Position::new(place.x, place.y, airspace.terrain().ground_amsl_m(&place).unwrap() + 60.0);
        let beside = |n: u64, side: f64| edge(at(n, 0.1, 0.9)) + Horizontal::new(side * at(n + 1, 0.0, 30.0), 0.0);
        let [from, to] = [over(beside(3, -1.0)), over(beside(5, 1.0))];
        let place = over(edge(at(7, 0.0, 0.9)));
        let near_it = over(edge(at(7, 0.0, 0.9)) + (edge(1.0) - edge(0.0)).normalize() * 20.0);
        for (a, b) in [(from, to), (to, from), (place, place), (place, near_it)] {
            let denial = airspace.denial(&a, &b, &NOON);
            assert!(!matches!(denial, Some(Denial::NotApproved { .. })), "{step} {a} {b}: {denial:?}");
        }
    }
}

#[test]
fn no_approval_opens_what_is_prohibited() {
    let closed =
        zone(Restriction::Prohibited, volume(circle(200.0, 300.0, 50.0), Altitude::agl(60.0), None), window(100, 200));
    let everywhere = approval(None, circle(0.0, 0.0, 2000.0), 120.0, Vec::new());
    let footprint = volume(circle(0.0, 0.0, 90.0), Altitude::agl(0.0), None);
    let conditional = zone(Restriction::Conditional, footprint, window(50, 150));
    let zones = vec![closed, conditional];
    let airspace = airspace(Rules { zones, approvals: vec![everywhere], ..Rules::default() });
    let (a, b) = leg([0.0, 400.0], 300.0, 270.0);
    let at = |second| Occasion::at(None, Timestamp::from_second(second).unwrap());
    assert_eq!(airspace.denial(&a, &b, &at(99)), None);
    assert!(matches!(airspace.denial(&a, &b, &at(100)), Some(Denial::Prohibited { .. })));
    assert_eq!(airspace.denial(&a, &b, &at(200)), None);
    let (low_a, low_b) = leg([0.0, 400.0], 300.0, 255.0);
    assert_eq!(airspace.denial(&low_a, &low_b, &at(150)), None);
    // Before it begins, but flown into it.
    let into = Occasion { to: Timestamp::from_second(120).unwrap(), ..at(99) };
    assert!(airspace.denial(&a, &b, &into).is_some());
    let instants = |seconds: &[i64]| -> Vec<Timestamp> {
        seconds.iter().map(|&second| Timestamp::from_second(second).unwrap()).collect()
    };
    let (extent, from, to) = (airspace.extent(), Timestamp::UNIX_EPOCH, Timestamp::MAX);
    assert_eq!(airspace.changes_near(&extent, from, to), instants(&[50, 100, 150, 200]));
    // Conditions deny nothing.
    let over = Way { from: a.xy(), to: b.xy(), margin_m: 0.0 };
    assert_eq!(airspace.rulings_change_along(&[over], from, to), instants(&[100, 200]));
    // Beside the closed circle, though in the rectangle around it.
    let beside = Way { from: Place::new(248.0, 252.0), to: Place::new(240.0, 251.0), margin_m: 0.0 };
    assert_eq!(airspace.rulings_change_along(&[beside], from, to), []);
}
