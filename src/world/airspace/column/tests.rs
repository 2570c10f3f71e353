//! Columns against the one permission question, and the rules one by one.

use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::message::Text;
use crate::units::{Altitude, Purpose, RandomStream};
use crate::world::airspace::{
    Airport, Approval, Body, Bounds, Class, ObstacleKind, Occasion, Origin, Rules, Schedule, Surfaces,
};
use crate::world::geo::{Geographic, Horizontal, Place, Position};
use crate::world::terrain::{HeightField, Terrain};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const MIDDLE: Geographic = Geographic::new(0.0, 0.0);
/// Heights this close to a limit may fall on either side of it, m.
const NEAR_M: f64 = 0.01;

fn hills() -> Arc<Terrain> {
    let field = HeightField::sampled(Place::new(-1000.0, -1000.0), 10.0, [201, 201], |p| {
        200.0 + 60.0 * libm::sin(p.x / 150.0) * libm::cos(p.y / 210.0)
    });
    Arc::new(Terrain::new(field, None, true, "test"))
}

fn airspace(rules: Rules) -> Airspace {
    airspace_over(hills(), rules)
}

fn airspace_over(terrain: Arc<Terrain>, rules: Rules) -> Airspace {
    let outline = Rectangle { low: Place::new(-950.0, -950.0), high: Place::new(950.0, 950.0) }.corners().to_vec();
    Airspace::new(Bounds { outline, ceiling_agl_m: 120.0, clearance_m: 20.0 }, rules, terrain)
}

fn circle(x: f64, y: f64, radius_m: f64) -> Footprint {
    Footprint::Circle { centre: Place::new(x, y), radius_m }
}

fn zone(restriction: Restriction, volumes: Vec<Volume>) -> Geozone {
    Geozone {
        id: format!("{restriction:?}"),
        name: Text::default(),
        restriction,
        conditions: String::new(),
        reasons: Vec::new(),
        origin: Origin::Published,
        authorities: Vec::new(),
        schedule: Schedule::default(),
        middle: MIDDLE,
        volumes,
        exempt: None,
    }
}

fn approval(holder: Option<&str>, volume: Volume) -> Approval {
    Approval {
        id: "approval".into(),
        name: Text::default(),
        holder: holder.map(str::to_owned),
        authority: Text::default(),
        schedule: Schedule::default(),
        middle: MIDDLE,
        volumes: vec![volume],
    }
}

fn tower(x: f64, y: f64, height_m: f64) -> Obstacle {
    let centre = Place::new(x, y);
    let base_amsl_m = hills().ground_amsl_m(&centre).unwrap();
    let half = Horizontal::repeat(15.0);
    Obstacle {
        id: "tower".into(),
        name: Text::default(),
        kind: ObstacleKind::Building,
        body: Body::Block {
            footprint: Footprint::polygon(Rectangle { low: centre - half, high: centre + half }.corners().to_vec()),
            base_amsl_m,
            top_amsl_m: base_amsl_m + height_m,
        },
        clearance_m: 20.0,
    }
}

/// Zones of every kind and datum, approvals of three holders, towers and two airports, drawn at random.
fn crowded(draw: RandomStream) -> Airspace {
    let at = |n: u64, low, high| draw.between(n, low, high);
    let footprint = |n: u64| {
        let (x, y, radius_m) = (at(n, -900.0, 900.0), at(n + 1, -900.0, 900.0), at(n + 2, 80.0, 400.0));
        match n % 3 {
            0 => circle(x, y, radius_m),
            1 => Footprint::polygon(
                Rectangle { low: Place::new(x, y), high: Place::new(x + radius_m, y + radius_m) }.corners().to_vec(),
            ),
            _ => Footprint::Corridor {
                line: vec![Place::new(x, y), Place::new(y, x), Place::new(-x, y)],
                half_width_m: radius_m / 4.0,
            },
        }
    };
    let volume = |n: u64| {
        let (low, thick) = (at(n + 3, -20.0, 90.0), at(n + 4, 10.0, 120.0));
        let (lower, upper) = match n % 4 {
            0 => (Altitude::agl(low.max(0.0)), Some(Altitude::agl(low.max(0.0) + thick))),
            1 => (Altitude::amsl(210.0 + low), Some(Altitude::amsl(210.0 + low + thick))),
            2 => (Altitude::agl(0.0), None),
            _ => (Altitude::amsl(190.0 + low), Some(Altitude::agl(low.max(0.0) + thick))),
        };
        Volume { footprint: footprint(n), lower, upper }
    };
    let kinds = [Restriction::Prohibited, Restriction::ReqAuthorisation, Restriction::Conditional];
    let zones = (0..15_u64).map(|i| zone(kinds[(i % 3) as usize], vec![volume(1000 + 10 * i), volume(2000 + 11 * i)]));
    let holders = [None, Some("falcon"), Some("other")];
    let approvals = (0..9_u64).map(|i| approval(holders[(i % 3) as usize], volume(3000 + 7 * i)));
    let towers =
        (0..6).map(|i| tower(at(4000 + i, -900.0, 900.0), at(4100 + i, -900.0, 900.0), at(4200 + i, 10.0, 110.0)));
    let airport = |x: f64, control| Airport {
        id: "airport".into(),
        name: Text::default(),
        authority: Text::default(),
        runway: Runway::new([Place::new(x, -4000.0), Place::new(x, -2800.0)], 190.0, Surfaces::of_code(2)),
        protection: circle(x, -1500.0, 800.0),
        control,
    };
    airspace(Rules {
        obstacles: towers.collect(),
        zones: zones.collect(),
        airports: vec![airport(-700.0, Control::Surfaces), airport(500.0, Control::ProtectionArea)],
        approvals: approvals.collect(),
        below: Vec::new(),
    })
}

#[test]
fn a_column_over_a_place_permits_what_is_not_denied() {
    let (mut flown, mut denied, mut opened) = (0, 0, 0);
    for scene in 0..6 {
        let draw = RandomStream::new(40 + scene, Purpose::Traffic, 9);
        let airspace = crowded(draw);
        let places = RandomStream::new(80 + scene, Purpose::Traffic, 9);
        for step in 0..3000 {
            let at = |n: u64, low, high| places.between(4 * step + n, low, high);
            let place = Place::new(at(0, -940.0, 940.0), at(1, -940.0, 940.0));
            let operator = [None, Some("falcon"), Some("nobody")][(step % 3) as usize];
            let height_m = at(2, 0.0, 130.0);
            let column = airspace.column(&place, NOW, Flyer::Operator(operator)).unwrap();
            let is_near = |stretch: &[f64; 2]| stretch.iter().any(|end| (end - height_m).abs() < NEAR_M);
            if column.approved.stretches_agl_m.iter().any(is_near) {
                continue;
            }
            let ground_m = airspace.terrain().ground_amsl_m(&place).unwrap();
            let position = Position::new(place.x, place.y, ground_m + height_m);
            let denial = airspace.denial(&position, &position, &Occasion::at(operator, NOW));
            let permits = column.approved.permits(height_m, height_m);
            assert_eq!(permits, denial.is_none(), "{scene} {place} {height_m} {operator:?}: {column:?} {denial:?}");
            (flown, denied) = (flown + u32::from(permits), denied + u32::from(!permits));
            opened += u32::from(permits && !column.open.permits(height_m, height_m));
        }
    }
    assert!(flown > 2000 && denied > 3000 && opened > 100, "{flown} {denied} {opened}");
}

/// Rules over the whole of flat ground, all limits at whole tens of metres, so that many coincide and all sums are exact.
fn stacked(draw: &RandomStream) -> Airspace {
    let tens = |n: u64, count: u64| -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let tens = (draw.bits(n) % count) as f64 * 10.0;
        tens
    };
    let volume = |n: u64| {
        let (low, thick) = (tens(n, 12), 10.0 + tens(n + 1, 8));
        let (lower, upper) = match draw.bits(n + 2) % 4 {
            0 => (Altitude::agl(low), None),
            1 => (Altitude::amsl(200.0 + low), Some(Altitude::amsl(200.0 + low + thick))),
            2 => (Altitude::agl(low), Some(Altitude::amsl(200.0 + low + thick))),
            _ => (Altitude::agl(low), Some(Altitude::agl(low + thick))),
        };
        Volume { footprint: circle(0.0, 0.0, 3000.0), lower, upper }
    };
    let restriction =
        |n: u64| if draw.bits(n).is_multiple_of(4) { Restriction::Prohibited } else { Restriction::ReqAuthorisation };
    let zones = (0..draw.bits(1) % 4).map(|i| zone(restriction(10 + i), vec![volume(20 + 3 * i)]));
    let approvals = (0..draw.bits(2) % 4).map(|i| approval(None, volume(50 + 3 * i)));
    let airport = Airport {
        id: "airport".into(),
        name: Text::default(),
        authority: Text::default(),
        runway: Runway::new(
            [Place::new(0.0, -3000.0), Place::new(0.0, -1800.0)],
            195.0 + tens(3, 9),
            Surfaces::of_code(2),
        ),
        protection: circle(0.0, 0.0, 800.0),
        control: Control::Surfaces,
    };
    let terrain = HeightField::sampled(Place::new(-1000.0, -1000.0), 10.0, [201, 201], |_| 200.0);
    let rules = Rules {
        zones: zones.collect(),
        approvals: approvals.collect(),
        airports: if draw.bits(4).is_multiple_of(2) { vec![airport] } else { Vec::new() },
        ..Rules::default()
    };
    airspace_over(Arc::new(Terrain::new(terrain, None, true, "test")), rules)
}

/// Exactly at the limits of rules, and between them; but a single height that all rules leave is no room to fly in.
#[test]
fn a_column_is_exact_at_every_limit() {
    let (mut permitted, mut denied, mut single) = (0, 0, 0);
    for scene in 0..1500 {
        let airspace = stacked(&RandomStream::new(300 + scene, Purpose::Traffic, 9));
        let place = Place::origin();
        let column = airspace.column(&place, NOW, Flyer::Operator(None)).unwrap();
        let denial = |height_m: f64| {
            let position = Position::new(place.x, place.y, 200.0 + height_m);
            airspace.denial(&position, &position, &Occasion::at(None, NOW))
        };
        for height_m in (0..=260_u32).map(|half| f64::from(half) / 2.0) {
            let (permits, denial_here) = (column.approved.permits(height_m, height_m), denial(height_m));
            if !permits && denial_here.is_none() {
                assert!(
                    [-0.5, 0.5].iter().all(|aside| denial(height_m + aside).is_some()),
                    "{scene} {height_m} {column:?}"
                );
                single += 1;
                continue;
            }
            assert_eq!(permits, denial_here.is_none(), "{scene} {height_m}: {column:?} {denial_here:?}");
            (permitted, denied) = (permitted + u32::from(permits), denied + u32::from(!permits));
        }
    }
    assert!(permitted > 20_000 && denied > 20_000 && single < 500, "{permitted} {denied} {single}");
}

#[test]
fn a_cell_permits_only_what_all_its_places_permit() {
    let mut permitted = 0;
    // With those of any holder a place may have a better one than the cell.
    let flyers = [None, Some("falcon"), Some("other")].map(Flyer::Operator);
    for (scene, flyer) in (0..4).zip(flyers.into_iter().cycle()) {
        let airspace = crowded(RandomStream::new(40 + scene, Purpose::Traffic, 9));
        let draw = RandomStream::new(120 + scene, Purpose::Traffic, 9);
        for step in 0..400 {
            let at = |n: u64, low, high| draw.between(64 * step + n, low, high);
            let low = Place::new(at(0, -900.0, 800.0), at(1, -900.0, 800.0));
            let cell = Rectangle { low, high: low + Horizontal::new(at(2, 5.0, 120.0), at(3, 5.0, 120.0)) };
            let ground = airspace.terrain().ground_range_m(&cell).unwrap();
            let column = airspace.vicinity(&cell, NOW, flyer).column(&cell, ground);
            for sample in 0..8 {
                let share = |n: u64| draw.uniform(64 * step + 8 + 2 * sample + n);
                let place = low + cell.size().component_mul(&Horizontal::new(share(0), share(1)));
                let over = airspace.column(&place, NOW, flyer).unwrap();
                for height_m in (0..24).map(|band| f64::from(band) * 5.0 + 1.0) {
                    let permits = column.approved.permits(height_m, height_m);
                    permitted += u32::from(permits);
                    let holds = over.approved.permits(height_m, height_m) || !permits;
                    assert!(holds, "{scene} {cell:?} {place} {height_m}: {column:?} {over:?}");
                }
            }
        }
    }
    assert!(permitted > 1000, "{permitted}");
}

/// The column over the middle with some rules.
fn column_of(rules: Rules) -> Column {
    airspace(rules).column(&Place::origin(), NOW, Flyer::AnyHolder).unwrap()
}

fn agl(from_m: f64, to_m: Option<f64>) -> Volume {
    Volume { footprint: circle(0.0, 0.0, 100.0), lower: Altitude::agl(from_m), upper: to_m.map(Altitude::agl) }
}

#[test]
fn each_rule_has_its_state_and_its_class() {
    let needs = |volume| zone(Restriction::ReqAuthorisation, vec![volume]);
    let prohibited = || zone(Restriction::Prohibited, vec![agl(0.0, None)]);
    let with = |zones: Vec<Geozone>, approvals: Vec<Approval>| {
        let column = column_of(Rules { zones, approvals, ..Rules::default() });
        let told = |heights: &Heights| -> Vec<[f64; 2]> {
            heights
                .stretches_agl_m
                .iter()
                .map(|stretch| stretch.map(|height_m| (height_m * 1e6).round() / 1e6))
                .collect()
        };
        (column.state, Class::of(&column), told(&column.open), told(&column.approved))
    };
    let (open, approved) = (vec![[20.0, 120.0]], vec![[20.0, 80.0]]);
    assert_eq!(with(vec![], vec![]), (State::Open, Class::Open120, open.clone(), open.clone()));
    let controlled = with(vec![needs(agl(0.0, None))], vec![]);
    assert_eq!(controlled, (State::Controlled, Class::Controlled, vec![], vec![]));
    let up_to_80 = || approval(Some("falcon"), agl(0.0, Some(80.0)));
    let opened = with(vec![needs(agl(0.0, None))], vec![up_to_80()]);
    assert_eq!(opened, (State::Approved, Class::Approved, vec![], approved));
    // What is prohibited no approval opens; where nothing needs one, an approval changes nothing.
    assert_eq!(with(vec![prohibited()], vec![up_to_80()]).0, State::Prohibited);
    assert_eq!(with(vec![], vec![up_to_80()]), (State::Open, Class::Open120, open.clone(), open));
    let below_65 = with(vec![needs(agl(65.0, None))], vec![]);
    assert_eq!((below_65.0, below_65.1), (State::Limited, Class::Limited60));
    // A zone that floats leaves two stretches, one on the ground leaves none to climb through.
    let floating = with(vec![needs(agl(50.0, Some(70.0)))], vec![]);
    assert_eq!((floating.1, floating.2), (Class::Limited30, vec![[20.0, 50.0], [70.0, 120.0]]));
    let grounded = with(vec![needs(agl(0.0, Some(50.0)))], vec![]);
    assert_eq!((grounded.1, grounded.2), (Class::Limited0, vec![[50.0, 120.0]]));
    let closed = |volume| {
        let origin = Origin::Temporary { published: None, emergency: true };
        with(vec![Geozone { origin, ..zone(Restriction::Prohibited, vec![volume]) }], vec![up_to_80()]).0
    };
    assert_eq!(closed(agl(0.0, None)), State::Temporary);
    // What is closed below the floor, above the ceiling or under the ground closes nothing that one may fly.
    let under_the_ground = Volume { upper: Some(Altitude::amsl(100.0)), ..agl(0.0, None) };
    let all = [agl(0.0, Some(20.0)), agl(120.0, None), Volume { lower: Altitude::amsl(0.0), ..under_the_ground }];
    assert_eq!(all.map(closed), [State::Open; 3]);
}

#[test]
fn an_obstacle_raises_the_floor_until_nothing_is_left() {
    let with = |height_m| column_of(Rules { obstacles: vec![tower(0.0, 0.0, height_m)], ..Rules::default() });
    let low = with(40.0);
    assert_eq!(low.state, State::Open);
    assert!((low.floor_agl_m - 60.0).abs() < 1e-9 && low.open.stretches_agl_m == [[low.floor_agl_m, 120.0]], "{low:?}");
    let high = with(110.0);
    assert_eq!((high.state, high.open.limit), (State::Obstructed, Limit::Rule(RuleId::Obstacle(0))));
    assert!(high.approved.stretches_agl_m.is_empty());
}

/// Nobody flies on the approvals of two holders: the one who may do more counts, with what is approved for everybody.
#[test]
fn approvals_of_two_holders_are_not_added() {
    let between = |from_m, to_m| Volume { lower: Altitude::agl(from_m), ..agl(0.0, Some(to_m)) };
    let controlled = || vec![zone(Restriction::ReqAuthorisation, vec![agl(0.0, None)])];
    let with = |approvals| column_of(Rules { zones: controlled(), approvals, ..Rules::default() });
    let [low, high] = [("low", 0.0, 60.0), ("high", 60.0, 120.0)]
        .map(|(holder, from_m, to_m)| approval(Some(holder), between(from_m, to_m)));
    let apart = with(vec![low.clone(), high]);
    assert_eq!(apart.approved.stretches_agl_m, [[60.0, 120.0]], "{apart:?}");
    assert_eq!(apart.approval, Some(RuleId::Approval(1)));
    let shared = with(vec![low, approval(None, between(50.0, 90.0))]);
    assert_eq!(shared.approved.stretches_agl_m, [[20.0, 90.0]], "{shared:?}");
}

/// The surfaces of one airport do not hide those of another that is closer, whatever rules the first.
#[test]
fn every_airport_has_its_surfaces() {
    let airport = |y: f64, elevation_amsl_m: f64, control| Airport {
        id: "airport".into(),
        name: Text::default(),
        authority: Text::default(),
        runway: Runway::new([Place::new(0.0, y), Place::new(0.0, y - 1200.0)], elevation_amsl_m, Surfaces::of_code(2)),
        protection: circle(800.0, 800.0, 1000.0),
        control,
    };
    let own = vec![airport(-1500.0, 220.0, Control::Surfaces)];
    let both = vec![airport(-1500.0, 120.0, Control::ProtectionArea), airport(-1500.0, 220.0, Control::Surfaces)];
    let [own, both] = [own, both].map(|airports| column_of(Rules { airports, ..Rules::default() }));
    assert_eq!(own.open.stretches_agl_m, both.open.stretches_agl_m);
    assert!(own.state == State::Limited && both.surface_agl_m < own.surface_agl_m, "{own:?} {both:?}");
}

/// What closes the air right above the ground is what one meets first, whatever is open above it.
#[test]
fn the_limit_is_what_one_meets_first() {
    let grounded = zone(Restriction::ReqAuthorisation, vec![agl(0.0, Some(50.0))]);
    let column = column_of(Rules { zones: vec![grounded], ..Rules::default() });
    assert_eq!(column.open.limit, Limit::Rule(RuleId::Zone(0)));
    assert!((column.open.climb_agl_m(column.floor_agl_m) - 0.0).abs() < 1e-9);
}

/// The ceiling and the clearance may be flown, whatever the last bit of the ground is.
#[test]
fn the_ceiling_itself_is_permitted() {
    let airspace = airspace(Rules::default());
    let draw = RandomStream::new(9, Purpose::Traffic, 9);
    for step in 0..1000 {
        let place = Place::new(draw.between(2 * step, -900.0, 900.0), draw.between(2 * step + 1, -900.0, 900.0));
        for agl_m in [20.0, 120.0] {
            assert!(airspace.admits(&place, Altitude::agl(agl_m), &Occasion::at(None, NOW)), "{place} {agl_m}");
        }
        assert!(!airspace.admits(&place, Altitude::agl(120.001), &Occasion::at(None, NOW)));
    }
}
