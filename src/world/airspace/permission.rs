//! The one permission question: may this segment be flown at this time by this operator, and if not, by which rule.
//!
//! Route checks, stands, random traffic, the grid map and `where` ask here, and nowhere else.

use std::sync::Arc;

use jiff::Timestamp;

use super::column::{Column, Flyer, Vicinity};
use super::denial::Lack;
use super::footprint::{NO_STRETCH, union};
use super::rules::{Index, Limit, RuleId, Rules, Told};
use super::{Approval, Control, Denial, Footprint, Geozone, LegSample, Obstacle, Restriction};
use crate::message::Text;
use crate::units::Altitude;
use crate::world::geo::{LocalProjection, Place, Position, Rectangle};
use crate::world::terrain::{Extremes, OverGround, Terrain};

/// How far under the ground a stand may seem to lie by rounding, m.
const ON_THE_GROUND_M: f64 = 0.01;

/// Who flies and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// The operator; nobody in particular if absent.
    pub operator: Option<&'a str>,
    /// The first instant.
    pub from: Timestamp,
    /// The last instant.
    pub to: Timestamp,
}

impl<'a> Occasion<'a> {
    /// An operator at one instant.
    pub const fn at(operator: Option<&'a str>, at: Timestamp) -> Self {
        Self { operator, from: at, to: at }
    }
}

/// Where drones of a scenario fly: between two surfaces over an area.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Outline on the ground, counter-clockwise from the south-west.
    pub outline: Vec<Place>,
    /// Height of the ceiling surface over ground, m.
    pub ceiling_agl_m: f64,
    /// Least height of a leg over ground, m.
    pub clearance_m: f64,
}

/// The airspace of a scenario.
#[derive(Clone, Debug)]
pub struct Airspace {
    bounds: Bounds,
    /// What the outline encloses.
    area: Footprint,
    rules: Rules,
    index: Index,
    terrain: Arc<Terrain>,
}

impl Airspace {
    /// The airspace between `bounds`, with what limits flying there.
    pub fn new(bounds: Bounds, rules: Rules, terrain: Arc<Terrain>) -> Self {
        let area = Footprint::polygon(bounds.outline.clone());
        let index = Index::of(&rules);
        Self { bounds, area, rules, index, terrain }
    }

    /// Outline on the ground, counter-clockwise from the south-west.
    pub fn outline(&self) -> &[Place] {
        &self.bounds.outline
    }

    /// The smallest rectangle around the outline.
    pub fn extent(&self) -> Rectangle {
        self.area.extent()
    }

    /// Height of the ceiling surface over ground, m.
    pub const fn ceiling_agl_m(&self) -> f64 {
        self.bounds.ceiling_agl_m
    }

    /// Least height of a leg over ground, m.
    pub const fn clearance_m(&self) -> f64 {
        self.bounds.clearance_m
    }

    /// The ground that heights are measured from.
    pub fn terrain(&self) -> &Terrain {
        &self.terrain
    }

    /// What limits flying, and what opens it.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The rules that may reach a rectangle, in order.
    pub fn rules_near(&self, area: &Rectangle) -> Vec<RuleId> {
        self.index.near(area)
    }

    /// How a limit is told.
    pub fn told(&self, limit: Limit) -> Told {
        self.rules.told(limit)
    }

    /// Whether a place lies inside the outline.
    pub fn contains(&self, place: &Place) -> bool {
        self.area.contains(place)
    }

    /// By which rule the straight segment from `a` to `b` is denied; `None` if it may be flown. Leaving the area is
    /// named before the ground, the ground before the ceiling, those before what stands in the way and what is ruled, and
    /// of one rule the worst place.
    pub fn denial(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        self.denial_above(self.bounds.clearance_m, [a, b], occasion)
    }

    /// The same for a column over a place to take off and land, which begins at the ground: the clearance holds from
    /// obstacles only.
    pub fn column_denial(&self, foot: &Position, top: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        self.denial_above(-ON_THE_GROUND_M, [foot, top], occasion)
    }

    /// Whether a drone may stand in the air over a place.
    pub fn admits(&self, place: &Place, altitude: Altitude, occasion: &Occasion<'_>) -> bool {
        self.terrain.amsl_m(place, altitude).is_ok_and(|amsl_m| {
            let position = Position::new(place.x, place.y, amsl_m);
            self.denial(&position, &position, occasion).is_none()
        })
    }

    /// What reaches a rectangle at an instant, to ask for its columns.
    pub fn vicinity(&self, area: &Rectangle, at: Timestamp, flyer: Flyer<'_>) -> Vicinity<'_> {
        Vicinity::of(self, area, at, flyer)
    }

    /// What holds in the air over a place at an instant; `None` where there is no ground.
    pub fn column(&self, place: &Place, at: Timestamp, flyer: Flyer<'_>) -> Option<Column> {
        let ground_m = self.terrain.ground_amsl_m(place)?;
        let point = Rectangle { low: *place, high: *place };
        Some(self.vicinity(&point, at, flyer).column(&point, (ground_m, ground_m)))
    }

    /// The top of the highest obstacle right over or under a place, m above mean sea level.
    pub fn top_amsl_m(&self, place: &Place) -> Option<f64> {
        let point = Rectangle { low: *place, high: *place };
        let tops = self.rules_near(&point).into_iter().filter_map(|rule| {
            let RuleId::Obstacle(index) = rule else { return None };
            self.rules.obstacles[index as usize].top_over(place)
        });
        tops.reduce(f64::max)
    }

    /// The instants after `from` and before `to` at which what is near a rectangle begins or ceases to hold, in order.
    pub fn changes_near(&self, area: &Rectangle, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        self.changes_of(self.rules_near(area), from, to)
    }

    /// The same of what can deny a segment or open it: between two of them the permission question has one answer.
    pub fn rulings_change_near(&self, area: &Rectangle, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let mut rules = self.rules_near(area);
        rules.retain(|&rule| self.rules.is_ruling(rule));
        self.changes_of(rules, from, to)
    }

    fn changes_of(&self, rules: Vec<RuleId>, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let changes = rules.into_iter().filter_map(|rule| self.rules.schedule(rule));
        let mut changes: Vec<Timestamp> =
            changes.flat_map(|(schedule, place)| schedule.changes(from, to, place)).collect();
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// The first instant after `at` at which a rule begins or ceases to hold.
    pub fn next_change(&self, rule: RuleId, at: Timestamp) -> Option<Timestamp> {
        let (schedule, place) = self.rules.schedule(rule)?;
        schedule.next_change(at, place)
    }

    /// How a denial of something, `at` in English and Chinese, is said: what is wrong, what was expected, what to do.
    pub fn explained(&self, denial: &Denial, at: [&str; 2], projection: &LocalProjection) -> [Text; 3] {
        denial.texts(at, self, projection)
    }

    fn denial_above(&self, floor_agl_m: f64, [a, b]: [&Position; 2], occasion: &Occasion<'_>) -> Option<Denial> {
        let sample = |at: f64, agl_m: f64| LegSample { position: a + (b - a) * at, agl_m };
        let (at, extremes) = (self.first_outside(a, b), self.terrain.extremes(a, b));
        let (None, Some(Extremes { lowest, highest })) = (at, extremes) else {
            let outside = sample(at.unwrap_or(0.0), f64::NAN);
            let agl_m = self.terrain.agl_m(&outside.position).unwrap_or(f64::NAN);
            return Some(Denial::OutsideArea(LegSample { agl_m, ..outside }));
        };
        let at = |point: OverGround| sample(point.at, point.agl_m);
        if lowest.agl_m < floor_agl_m.min(0.0) {
            Some(Denial::UnderGround(at(lowest)))
        } else if lowest.agl_m < floor_agl_m {
            Some(Denial::TooLow(at(lowest)))
        } else if highest.agl_m > self.bounds.ceiling_agl_m {
            Some(Denial::AboveCeiling(at(highest)))
        } else {
            Ruling { airspace: self, a, b, occasion }.denial()
        }
    }

    /// The share of the segment from `a` to `b` after which it is outside the outline for the first time.
    fn first_outside(&self, a: &Position, b: &Position) -> Option<f64> {
        if !self.contains(&a.xy()) {
            return Some(0.0);
        }
        match self.area.shares(&a.xy(), &b.xy()).first() {
            Some([0.0, to]) => (*to < 1.0).then_some(*to),
            _ => Some(0.0),
        }
    }
}

/// The rules asked about one segment.
struct Ruling<'a> {
    airspace: &'a Airspace,
    a: &'a Position,
    b: &'a Position,
    occasion: &'a Occasion<'a>,
}

impl Ruling<'_> {
    /// What stands in the way, what is prohibited, what is not approved, in this order.
    fn denial(&self) -> Option<Denial> {
        let around = Rectangle::around([self.a.xy(), self.b.xy()])?;
        let near = self.airspace.rules_near(&around);
        let obstacle = self.obstacle(&near);
        let prohibited = || near.iter().find_map(|&rule| self.prohibited(rule));
        obstacle.or_else(prohibited).or_else(|| self.not_approved(&near))
    }

    /// The highest obstacle that is too close.
    fn obstacle(&self, near: &[RuleId]) -> Option<Denial> {
        let blocking = near.iter().filter_map(|&rule| {
            let RuleId::Obstacle(index) = rule else { return None };
            let obstacle = &self.airspace.rules.obstacles[index as usize];
            obstacle.blocks(self.a, self.b).then_some((rule, obstacle))
        });
        let top_m = |obstacle: &Obstacle| obstacle.top_amsl_m();
        let highest = blocking.reduce(|x, y| if top_m(y.1) > top_m(x.1) { y } else { x });
        highest.map(|(rule, obstacle)| Denial::Obstacle {
            rule,
            height_m: obstacle.height_m(&self.airspace.terrain),
            clearance_m: obstacle.clearance_m,
        })
    }

    /// The zone, if it holds at any time of the occasion.
    fn zone(&self, rule: RuleId, restriction: Restriction) -> Option<&Geozone> {
        let RuleId::Zone(index) = rule else { return None };
        let zone = &self.airspace.rules.zones[index as usize];
        let holds = zone.restriction == restriction && zone.holds_within(self.occasion.from, self.occasion.to);
        holds.then_some(zone)
    }

    fn prohibited(&self, rule: RuleId) -> Option<Denial> {
        let zone = self.zone(rule, Restriction::Prohibited)?;
        let entries = zone.volumes.iter().filter_map(|volume| volume.entry(self.a, self.b, &self.airspace.terrain));
        entries.min_by(f64::total_cmp).map(|share| Denial::Prohibited { rule, at: self.sample(share) })
    }

    /// The first stretch that needs an approval and has none.
    fn not_approved(&self, near: &[RuleId]) -> Option<Denial> {
        let needing: Vec<(Limit, [f64; 2])> = near.iter().flat_map(|&rule| self.needing(rule)).collect();
        if needing.is_empty() {
            return None;
        }
        let approved = union(near.iter().flat_map(|&rule| self.approved(rule)).collect());
        let lacking = needing.into_iter().filter_map(|(limit, stretch)| {
            let from = first_left(stretch, &approved)?;
            Some((limit, from))
        });
        let (limit, share) = lacking.min_by(|x, y| x.1.total_cmp(&y.1))?;
        let at = self.sample(share);
        let lacks = near.iter().filter_map(|&rule| Some((rule, self.lack(rule, &at)?)));
        let closest = lacks.reduce(|x, y| if y.1 > x.1 { y } else { x });
        Some(Denial::NotApproved { limit, at, closest })
    }

    /// Why an approval does not open a place that it covers.
    fn lack(&self, rule: RuleId, at: &LegSample) -> Option<Lack> {
        let RuleId::Approval(index) = rule else { return None };
        let approval = &self.airspace.rules.approvals[index as usize];
        let place = at.position.xy();
        let volume = approval.volumes.iter().find(|volume| volume.footprint.contains(&place))?;
        let (lower_m, upper_m) = volume.limits_amsl_m(&place, &self.airspace.terrain);
        let ground_m = at.position.z - at.agl_m;
        Some(if !approval.is_for(self.occasion.operator) {
            Lack::Holder
        } else if !self.holds_throughout(approval) {
            Lack::Time
        } else {
            Lack::Height((lower_m - ground_m).max(0.0), (upper_m - ground_m).min(self.airspace.bounds.ceiling_agl_m))
        })
    }

    fn holds_throughout(&self, approval: &Approval) -> bool {
        approval.holds_throughout(self.occasion.from, self.occasion.to)
    }

    /// The stretches on which a rule asks for an approval.
    fn needing(&self, rule: RuleId) -> Vec<(Limit, [f64; 2])> {
        let (a, b) = (self.a, self.b);
        if let RuleId::Airport(index) = rule {
            let airport = &self.airspace.rules.airports[index as usize];
            match airport.control {
                Control::ProtectionArea => {
                    let shares = airport.protection.shares(&a.xy(), &b.xy());
                    shares.into_iter().map(|stretch| (Limit::Rule(rule), stretch)).collect()
                }
                Control::Surfaces => {
                    let above = airport.runway.stretches_above(a, b).into_iter();
                    above.map(|(surface, stretch)| (Limit::Surface(index, surface), stretch)).collect()
                }
            }
        } else {
            let zone = self.zone(rule, Restriction::ReqAuthorisation);
            let volumes = zone.into_iter().flat_map(|zone| &zone.volumes);
            let stretches = volumes.flat_map(|volume| volume.stretches(a, b, &self.airspace.terrain));
            stretches.map(|stretch| (Limit::Rule(rule), stretch)).collect()
        }
    }

    /// The stretches that an approval opens.
    fn approved(&self, rule: RuleId) -> Vec<[f64; 2]> {
        let RuleId::Approval(index) = rule else { return Vec::new() };
        let approval = &self.airspace.rules.approvals[index as usize];
        if !approval.is_for(self.occasion.operator) || !self.holds_throughout(approval) {
            return Vec::new();
        }
        let volumes = approval.volumes.iter();
        volumes.flat_map(|volume| volume.stretches_inside(self.a, self.b, &self.airspace.terrain)).collect()
    }

    fn sample(&self, share: f64) -> LegSample {
        let position = self.a + (self.b - self.a) * share;
        LegSample { position, agl_m: self.airspace.terrain.agl_m(&position).unwrap_or(f64::NAN) }
    }
}

/// Where a stretch is left by the stretches of a union for the first time; `None` if they cover it. A segment of no
/// length is one stretch from 0 to 1.
fn first_left([from, to]: [f64; 2], union: &[[f64; 2]]) -> Option<f64> {
    let reach = |left: f64, piece: &[f64; 2]| if piece[0] <= left + NO_STRETCH { left.max(piece[1]) } else { left };
    let left = union.iter().fold(from, reach);
    (left < to - NO_STRETCH).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose as Draws, RandomStream};
    use crate::world::airspace::{Authority, Body, ObstacleKind, Origin, Purpose, Schedule, Volume, Window};
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
        assert!(
            matches!(through, Some(Denial::UnderGround(sample)) if (sample.agl_m + 20.0).abs() < 1.0),
            "{through:?}"
        );
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
        let rest =
            Footprint::Corridor { line: vec![Place::new(0.0, 300.0), Place::new(400.0, 300.0)], half_width_m: 60.0 };
        let approvals = vec![
            approval(Some("own"), corridor, 80.0, window(100, 200)),
            approval(Some("own"), rest, 80.0, Vec::new()),
        ];
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

    /// Two approvals that share an edge open what crosses it, what runs along it, and every place on it.
    #[test]
    fn approvals_that_share_an_edge_leave_no_gap() {
        let controlled =
            zone(Restriction::ReqAuthorisation, volume(circle(0.0, 0.0, 900.0), Altitude::agl(0.0), None), Vec::new());
        let draw = RandomStream::new(3, Draws::Traffic, 8);
        for step in 0..400 {
            let at = |n: u64, low: f64, high: f64| draw.between(16 * step + n, low, high);
            let [west, east] =
                [-1.0, 1.0].map(|side| [Place::new(side * 490.0, -490.0), Place::new(side * 490.0, 490.0)]);
            let (south, north) =
                (Place::new(at(0, -480.0, 480.0), at(1, -490.0, -400.0)), Place::new(at(2, -480.0, 480.0), 490.0));
            let parts = [vec![west[0], south, north, west[1]], vec![east[0], east[1], north, south]];
            let approvals = parts.map(|part| approval(None, Footprint::polygon(part), 120.0, Vec::new())).to_vec();
            let airspace = airspace(Rules { zones: vec![controlled.clone()], approvals, ..Rules::default() });
            let edge = |share: f64| south + (north - south) * share;
            let over = |place: Place| {
                Position::new(place.x, place.y, airspace.terrain().ground_amsl_m(&place).unwrap() + 60.0)
            };
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
        let closed = zone(
            Restriction::Prohibited,
            volume(circle(200.0, 300.0, 50.0), Altitude::agl(60.0), None),
            window(100, 200),
        );
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
        assert_eq!(airspace.rulings_change_near(&extent, from, to), instants(&[100, 200]));
    }
}
