//! The permission question against the definition: a dense walk along random segments over random zones and approvals,
//! each point asked by itself.

use std::sync::Arc;

use jiff::Timestamp;
use skygrid::message::Text;
use skygrid::units::{Altitude, Purpose, RandomStream};
use skygrid::world::airspace::{
    Airspace, Approval, Bounds, Denial, Footprint, Geozone, Occasion, Origin, Permission, Polygon, Restriction, Rules,
    Schedule, Volume, Window,
};
use skygrid::world::geo::{Geographic, Place, Position, Rectangle};
use skygrid::world::terrain::{HeightField, Terrain};

const STREAM: RandomStream = RandomStream::new(47, Purpose::Traffic, 9);
const OPERATORS: [Option<&str>; 3] = [None, Some("own"), Some("other")];
/// Somewhere; only the sun would ask.
const MIDDLE: Geographic = Geographic::new(41.5, 120.5);

/// Numbers drawn one after the other.
struct Draw(u64);

impl Draw {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 += 1;
        STREAM.between(self.0, low, high)
    }

    /// One of the first `count` integers.
    fn of(&mut self, count: u64) -> u64 {
        self.0 += 1;
        STREAM.bits(self.0) % count
    }

    fn place(&mut self) -> Place {
        Place::new(self.between(-600.0, 600.0), self.between(-600.0, 600.0))
    }

    fn footprint(&mut self) -> Footprint {
        let centre = self.place();
        let mut star = |low: f64, high: f64| -> Vec<Place> {
            let corner = |index: u32| {
                let (angle, radius) = (f64::from(index) * std::f64::consts::TAU / 5.0, self.between(low, high));
                Place::new(centre.x + radius * libm::cos(angle), centre.y + radius * libm::sin(angle))
            };
            (0..5).map(corner).collect()
        };
        let (outer, hole) = (star(250.0, 600.0), star(30.0, 80.0));
        match self.of(3) {
            0 => Footprint::Polygon(Polygon::new(outer, vec![hole])),
            1 => Footprint::Circle { centre, radius_m: self.between(100.0, 500.0) },
            _ => Footprint::Corridor {
                line: (0..3).map(|_| self.place()).collect(),
                half_width_m: self.between(50.0, 250.0),
            },
        }
    }

    fn limit(&mut self, [low, high]: [f64; 2]) -> Altitude {
        let agl_m = self.between(low, high);
        if self.of(2) == 0 { Altitude::agl(agl_m) } else { Altitude::amsl(200.0 + agl_m) }
    }

    fn volume(&mut self) -> Volume {
        let lower = if self.of(2) == 0 { Altitude::agl(0.0) } else { self.limit([20.0, 90.0]) };
        let upper = (self.of(4) > 0).then(|| self.limit([60.0, 220.0]));
        Volume { footprint: self.footprint(), lower, upper }
    }

    /// Always, or for a part of the first 60 s.
    fn schedule(&mut self) -> Schedule {
        let (start, length) = (self.of(50), self.of(60) + 1);
        let instant = |second: u64| Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        let window = Window { start: Some(instant(start)), end: Some(instant(start + length)), periods: Vec::new() };
        Schedule { windows: if self.of(2) == 0 { Vec::new() } else { vec![window] } }
    }

    fn zone(&mut self) -> Geozone {
        let restriction = match self.of(6) {
            0 => Restriction::Prohibited,
            1 => Restriction::Conditional,
            _ => Restriction::ReqAuthorisation,
        };
        Geozone {
            id: "zone".into(),
            name: Text::new("zone", "区"),
            restriction,
            conditions: String::new(),
            reasons: Vec::new(),
            origin: Origin::Published,
            authorities: Vec::new(),
            schedule: self.schedule(),
            middle: MIDDLE,
            volumes: (0..=self.of(2)).map(|_| self.volume()).collect(),
            exempt: None,
        }
    }

    fn approval(&mut self) -> Approval {
        let holder = usize::try_from(self.of(3)).unwrap();
        Approval {
            id: "approval".into(),
            name: Text::new("approval", "批准"),
            holder: OPERATORS[holder].map(Into::into),
            authority: Text::default(),
            schedule: self.schedule(),
            middle: MIDDLE,
            volumes: (0..=self.of(2)).map(|_| self.volume()).collect(),
        }
    }

    fn airspace(&mut self) -> Airspace {
        let field = HeightField::sampled(Place::new(-1000.0, -1000.0), 10.0, [201, 201], |place| {
            200.0 + 40.0 * libm::sin(place.x / 130.0) * libm::cos(place.y / 170.0)
        });
        let outline = [(-900.0, -900.0), (900.0, -900.0), (900.0, 900.0), (-900.0, 900.0)];
        let outline = outline.map(|(x, y)| Place::new(x, y)).to_vec();
        let (zones, approvals) = (1 + self.of(3), 1 + self.of(5));
        let rules = Rules {
            zones: (0..zones).map(|_| self.zone()).collect(),
            approvals: (0..approvals).map(|_| self.approval()).collect(),
            ..Rules::default()
        };
        let bounds = Bounds { outline, ceiling_agl_m: 400.0, clearance_m: 0.0 };
        Airspace::new(bounds, rules, Arc::new(Terrain::new(field, None, true, "test")))
    }

    /// Level, climbing, or straight up.
    fn segment(&mut self) -> [Position; 2] {
        let at = |place: Place, z: f64| Position::new(place.x, place.y, z);
        let (from, to) = (self.place(), self.place());
        let (low, high) = (self.between(245.0, 400.0), self.between(245.0, 400.0));
        match self.of(4) {
            0 => [at(from, low), at(to, low)],
            1 => [at(from, low), at(from, high)],
            _ => [at(from, low), at(to, high)],
        }
    }

    fn occasion(&mut self) -> Occasion<'static> {
        let (operator, from, length) = (self.of(3), self.of(50), self.of(2) * self.of(20));
        let instant = |second: u64| Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        let operator = OPERATORS[usize::try_from(operator).unwrap()];
        Occasion { operator, from: instant(from), to: instant(from + length) }
    }
}

/// The definition: in no prohibited zone that holds at any second; in no zone that needs an approval but in the volume of
/// one that the operator may use, which holds throughout.
fn may_be_at(airspace: &Airspace, point: &Position, occasion: &Occasion<'_>) -> bool {
    let seconds =
        || (occasion.from.as_second()..=occasion.to.as_second()).map(|second| Timestamp::from_second(second).unwrap());
    let is_in = |volume: &Volume, with_upper: bool| {
        let (lower, upper) = volume.limits_amsl_m(&point.xy(), airspace.terrain());
        let is_below = point.z < upper || with_upper && point.z <= upper;
        volume.footprint.contains(&point.xy()) && point.z >= lower && is_below
    };
    let rules = airspace.rules();
    let opened = || {
        let usable = rules
            .approvals
            .iter()
            .filter(|approval| approval.is_for(occasion.operator) && seconds().all(|at| approval.holds(at)));
        usable.flat_map(|approval| &approval.volumes).any(|volume| is_in(volume, true))
    };
    let here = rules.zones.iter().filter(|zone| zone.volumes.iter().any(|volume| is_in(volume, false)));
    let mut holding = here.filter(|zone| seconds().any(|at| zone.holds(at)));
    holding.all(|zone| match zone.restriction {
        Restriction::Prohibited => false,
        Restriction::ReqAuthorisation => opened(),
        Restriction::Conditional | Restriction::NoRestriction => true,
    })
}

/// What is permitted is permitted at every point; what is denied is denied right behind the named place.
#[test]
fn a_segment_may_be_flown_if_each_of_its_points_may() {
    let mut draw = Draw(0);
    let mut counts = [0_u32; 3];
    for _ in 0..250 {
        let airspace = draw.airspace();
        for _ in 0..20 {
            let ([a, b], occasion) = (draw.segment(), draw.occasion());
            let point = |share: f64| a + (b - a) * share.min(1.0);
            let may = |share: f64| may_be_at(&airspace, &point(share), &occasion);
            let denial = airspace.denial(&a, &b, &occasion);
            // What is known of the surroundings gives the same answer.
            let [whole, around] = [1000.0, 0.0].map(|margin_m| {
                let ends = [a.xy(), b.xy()];
                Rectangle::around(ends).unwrap().grown(margin_m)
            });
            let window = [0, 80].map(|second| Timestamp::from_second(second).unwrap());
            let near = airspace.surroundings(whole, window).within(&around);
            assert_eq!(near.denial(&a, &b, &occasion), denial, "{a} {b} {occasion:?}");
            assert_eq!(near.denials(&a, &b, &occasion).first().copied(), denial);
            let Some(Denial::Prohibited { at, .. } | Denial::NotApproved { at, .. }) = denial else {
                assert_eq!(denial, None);
                let forbidden = (0..=500_u32).find(|step| !may(f64::from(*step) / 500.0));
                assert_eq!(forbidden, None, "{a} {b} {occasion:?} {:?}", airspace.rules());
                counts[0] += 1;
                continue;
            };
            let share = (at.position - a).norm() / (b - a).norm();
            let behind = (0..=28_i32).map(|step| libm::pow(10.0, -9.0 + f64::from(step) / 4.0));
            let is_denied = [0.0].into_iter().chain(behind).any(|behind| !may(share + behind));
            assert!(is_denied, "{a} {b} {occasion:?}: {denial:?} {:?}", airspace.rules());
            counts[if matches!(denial, Some(Denial::Prohibited { .. })) { 1 } else { 2 }] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 300), "permitted, prohibited, not approved: {counts:?}");
}
