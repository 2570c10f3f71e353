//! The one permission question: may this segment be flown at this time by this operator, and if not, by which rule.
//!
//! Route checks, stands, random traffic, the grid map and `where` ask here, and nowhere else.

mod ruling;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::column::{Column, Flyer, Vicinity};
use super::rules::{Index, Limit, RuleId, Rules, Told};
use super::{Denial, Footprint, LegSample, Way};
use crate::message::Text;
use crate::units::Altitude;
use crate::world::geo::{LocalProjection, Place, Position, Rectangle, place_of};
use crate::world::terrain::{Extremes, OverGround, Terrain};
use ruling::Ruling;
pub(super) use ruling::{Known, Lookup};

/// What rounding may take from a height, m: the ceiling and the clearance themselves may be flown.
const ROUNDING_M: f64 = 1e-6;
/// How far under the ground a stand may seem to lie by rounding, m.
const ON_THE_GROUND_M: f64 = 0.01;

/// How often the strip between the core of an area and its edge is halved: to a thousandth of the area.
const CORE_HALVINGS: u8 = 10;

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
    /// A rectangle in its middle that needs no look at the outline.
    core: Rectangle,
    rules: Rules,
    index: Index,
    terrain: Arc<Terrain>,
}

/// Who answers the permission question: the airspace, or what is known of it around a route.
pub trait Permission {
    /// By which rule the straight segment from `a` to `b` is denied; `None` if it may be flown.
    fn denial(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Option<Denial>;

    /// The same for a column over a place to take off and land.
    fn column_denial(&self, foot: &Position, top: &Position, occasion: &Occasion<'_>) -> Option<Denial>;
}

impl Permission for Airspace {
    fn denial(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        Self::denial(self, a, b, occasion)
    }

    fn column_denial(&self, foot: &Position, top: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        Self::column_denial(self, foot, top, occasion)
    }
}

impl Airspace {
    /// The airspace between `bounds`, with what limits flying there.
    pub fn new(bounds: Bounds, rules: Rules, terrain: Arc<Terrain>) -> Self {
        let area = Footprint::polygon(bounds.outline.clone());
        let core = core_of(&area);
        let index = Index::of(&rules);
        Self { bounds, area, core, rules, index, terrain }
    }

    /// The airspace over the same ground with other bounds and rules.
    #[must_use]
    pub fn with(&self, bounds: Bounds, rules: Rules) -> Self {
        Self::new(bounds, rules, Arc::clone(&self.terrain))
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
        self.core.contains_inside(place) || self.area.contains(place)
    }

    /// By which rule the straight segment from `a` to `b` is denied; `None` if it may be flown. Leaving the area is
    /// named before the ground, the ground before the ceiling, those before what stands in the way and what is ruled, and
    /// of one rule the worst place.
    pub fn denial(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        if self.is_plain([a, b]) { None } else { self.question(self, [a, b], occasion).first() }
    }

    /// What stands in the way from `a` to `b` or is prohibited there, whatever ground, ceiling and approvals say.
    pub fn in_the_way(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        let is_free = Rectangle::around([a, b].map(place_of)).is_none_or(|around| !self.index.is_any_near(&around));
        if is_free { None } else { Ruling { airspace: self, lookup: self, a, b, occasion }.in_the_way() }
    }

    /// Whether a segment certainly may be flown: in the core of the area, between the extremes of the ground around it, where
    /// there is no rule.
    fn is_plain(&self, ends: [&Position; 2]) -> bool {
        let Some(around) = Rectangle::around(ends.map(place_of)) else { return false };
        let [low_m, high_m] = [ends[0].z.min(ends[1].z), ends[0].z.max(ends[1].z)];
        let is_between = |(lowest_m, highest_m): (f64, f64)| {
            low_m - highest_m >= self.bounds.clearance_m && high_m - lowest_m <= self.bounds.ceiling_agl_m
        };
        ends.iter().all(|end| self.core.contains_inside(&end.xy()))
            && self.terrain.rough_ground_range_m(&around).is_some_and(is_between)
            && !self.index.is_any_near(&around)
    }

    /// The same for a column over a place to take off and land, which begins at the ground: the clearance holds from
    /// obstacles only.
    pub fn column_denial(&self, foot: &Position, top: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        self.question(self, [foot, top], occasion).at_the_ground().first()
    }

    /// The same question with rules looked up where they are known.
    pub(super) const fn question<'a, L: Lookup>(
        &'a self,
        lookup: &'a L,
        ends: [&'a Position; 2],
        occasion: &'a Occasion<'a>,
    ) -> Question<'a, L> {
        Question { airspace: self, lookup, floor_agl_m: self.bounds.clearance_m, ends, occasion }
    }

    /// Where rules lie.
    pub(super) const fn index(&self) -> &Index {
        &self.index
    }

    /// Whether the outline encloses a rectangle whole.
    pub(super) fn covers(&self, area: &Rectangle) -> bool {
        self.area.covers(area)
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

    /// The rules that can deny anything on some ways or open it, in order.
    pub fn rulings_along(&self, ways: &[Way]) -> BTreeSet<RuleId> {
        let met = |way: &Way| {
            let near = self.rules_near(&way.extent()).into_iter();
            near.filter(|&rule| self.rules.is_ruling(rule) && self.rules.meets(rule, way)).collect::<Vec<_>>()
        };
        ways.iter().flat_map(met).collect()
    }

    /// The same instants of what is met on some ways and can deny or open them: between two of them the permission question
    /// has one answer there.
    pub fn rulings_change_along(&self, ways: &[Way], from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        self.changes_of(self.rulings_along(ways), from, to)
    }

    fn changes_of(&self, rules: impl IntoIterator<Item = RuleId>, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
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

    /// The share of the segment from `a` to `b` after which it is outside the outline for the first time.
    fn first_outside(&self, a: &Position, b: &Position) -> Option<f64> {
        if [a, b].into_iter().all(|end| self.core.contains_inside(&end.xy())) {
            return None;
        }
        if !self.contains(&a.xy()) {
            return Some(0.0);
        }
        match self.area.shares(&a.xy(), &b.xy()).first() {
            Some([0.0, to]) => (*to < 1.0).then_some(*to),
            _ => Some(0.0),
        }
    }
}

/// The extent of an area less what it takes on all sides for the area to cover it, by halving; nothing, if it is no box.
fn core_of(area: &Footprint) -> Rectangle {
    let extent = area.extent();
    let size = extent.size();
    let (mut within_m, mut beyond_m) = (0.5 * size.x.min(size.y), 0.0);
    for _ in 0..CORE_HALVINGS {
        let middle_m = f64::midpoint(within_m, beyond_m);
        let is_covered = area.covers(&extent.grown(-middle_m));
        *(if is_covered { &mut within_m } else { &mut beyond_m }) = middle_m;
    }
    extent.grown(-within_m)
}

/// The permission question for one segment.
pub(super) struct Question<'a, L> {
    airspace: &'a Airspace,
    lookup: &'a L,
    floor_agl_m: f64,
    ends: [&'a Position; 2],
    occasion: &'a Occasion<'a>,
}

impl<L: Lookup> Question<'_, L> {
    /// The same for a segment that begins at the ground.
    pub const fn at_the_ground(self) -> Self {
        Self { floor_agl_m: -ON_THE_GROUND_M, ..self }
    }

    /// What denies the segment; `None` if it may be flown.
    pub fn first(&self) -> Option<Denial> {
        match self.heights_agl_m() {
            Err(outside) => Some(outside),
            Ok(heights_agl_m) => self.ruling().denial(self.lookup.known(heights_agl_m, self.occasion)),
        }
    }

    /// Everything that denies it: the first first, of what stands in the way the highest alone.
    pub fn all(&self) -> Vec<Denial> {
        match self.heights_agl_m() {
            Err(outside @ Denial::OutsideArea(_)) => vec![outside],
            heights => heights.err().into_iter().chain(self.ruling().denials()).collect(),
        }
    }

    const fn ruling(&self) -> Ruling<'_, L> {
        let [a, b] = self.ends;
        Ruling { airspace: self.airspace, lookup: self.lookup, a, b, occasion: self.occasion }
    }

    /// Its lowest and its highest place over the ground, m, unless it leaves the area, the clearance or the ceiling.
    fn heights_agl_m(&self) -> Result<[f64; 2], Denial> {
        let ([a, b], airspace) = (self.ends, self.airspace);
        let sample = |at: f64, agl_m: f64| LegSample { position: a + (b - a) * at, agl_m };
        let at = if self.lookup.is_inside(self.ends) { None } else { airspace.first_outside(a, b) };
        let extremes = airspace.terrain.extremes(a, b);
        let (None, Some(Extremes { lowest, highest })) = (at, extremes) else {
            let outside = sample(at.unwrap_or(0.0), f64::NAN);
            let agl_m = airspace.terrain.agl_m(&outside.position).unwrap_or(f64::NAN);
            return Err(Denial::OutsideArea(LegSample { agl_m, ..outside }));
        };
        let at = |point: OverGround| sample(point.at, point.agl_m);
        if lowest.agl_m < self.floor_agl_m.min(0.0) - ROUNDING_M {
            Err(Denial::UnderGround(at(lowest)))
        } else if lowest.agl_m < self.floor_agl_m - ROUNDING_M {
            Err(Denial::TooLow(at(lowest)))
        } else if highest.agl_m > airspace.bounds.ceiling_agl_m + ROUNDING_M {
            Err(Denial::AboveCeiling(at(highest)))
        } else {
            Ok([lowest.agl_m, highest.agl_m])
        }
    }
}

#[cfg(test)]
mod tests;
