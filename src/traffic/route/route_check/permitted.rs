//! The permission question along a route, each part at the time it is flown.

use super::finding::{FindingKind, Margin, Part, Remedy, RouteFinding, Unit};
use super::{Asking, PlannedFlight};
use crate::traffic::route::check::{Asked, asked, check_departure, check_landing, departure, landing};
use crate::world::airspace::{Airspace, Denial, Lack, Limit, Obstacle, Occasion, Permission, RuleId, Surroundings};
use crate::world::geo::{Horizontal, Place, Position, Rectangle};

/// Pieces of a leg whose rules are looked up together: so few that most such boxes lie in one approval whole, also where a
/// corridor runs diagonally.
const PIECES: usize = 8;
/// How far beside its pieces rules are looked up all the same: more than rounding moves them, m.
const BESIDE_M: f64 = 1.0;
/// Halvings of a search for a height or a place: to a thousandth of a millimetre of a kilometre, so that what is rounded up is
/// not the search's own excess.
const HALVINGS: u32 = 30;
/// Directions in which a way out from beside an obstacle is looked for.
const DIRECTIONS: u32 = 128;
/// The highest that a path is tried above what stands in its way, m.
const HIGHEST_M: f64 = 1000.0;

/// Heights that are nearer to a bound than this are at it, m.
const TOUCHES_M: f64 = 0.01;

/// A rule that a part of a route breaks.
#[derive(Clone, Copy, Debug)]
pub struct Broken {
    /// Leg and part of it.
    pub site: (usize, Part),
    /// The rule.
    pub denial: Denial,
    /// By how many metres, of heights or to the side.
    pub excess_m: f64,
    /// Which way those are.
    pub remedy: Remedy,
    /// Where it is worst, m along the route, and the position.
    pub worst: (f64, Position),
    /// From where to where, m along the route.
    pub stretch_m: [f64; 2],
    /// From when to when it was asked, s after the drone left the ground.
    pub window_s: [f64; 2],
}

/// What is flown from one place along a route to another, and when.
pub struct Flown<'a> {
    /// Its ends.
    pub ends: [&'a Position; 2],
    /// Where they are, m along the route.
    pub ends_m: [f64; 2],
    /// From when to when it may be, s after the drone left the ground.
    pub window_s: [f64; 2],
}

impl Broken {
    /// Adds another place where a rule is broken to those known.
    pub fn note(self, known: &mut Vec<Self>) {
        let is_same = |other: &&mut Self| is_one_mistake(&other.denial, &self.denial);
        // Places come in the order of their sites.
        let mut here = known.iter_mut().rev().take_while(|other| other.site == self.site);
        let Some(other) = here.find(is_same) else { return known.push(self) };
        other.stretch_m = [other.stretch_m[0].min(self.stretch_m[0]), other.stretch_m[1].max(self.stretch_m[1])];
        if self.excess_m > other.excess_m {
            (other.denial, other.excess_m, other.remedy) = (self.denial, self.excess_m, self.remedy);
            other.worst = self.worst;
        }
    }
}

impl<'a> PlannedFlight<'a> {
    /// Who flies, from when to when, s after leaving the ground.
    pub(super) fn occasion(&self, [from_s, to_s]: [f64; 2]) -> Occasion<'a> {
        Occasion { operator: self.operator, from: self.instant(from_s), to: self.instant(to_s) }
    }
}

/// Whether an approval lacks only because the path is in the ground or above the ceiling, which is told already.
fn is_of_height(denial: &Denial, ceiling_agl_m: f64) -> bool {
    let Denial::NotApproved { at, closest: Some((_, Lack::Height(low_m, high_m))), .. } = denial else { return false };
    let is_below = at.agl_m < TOUCHES_M && *low_m < TOUCHES_M;
    let is_above = at.agl_m > ceiling_agl_m - TOUCHES_M && *high_m > ceiling_agl_m - TOUCHES_M;
    is_below || is_above
}

impl Asking<'_> {
    /// Everything that denies a waypoint, a leg or the ways to the stands: one finding a rule and leg.
    pub(super) fn permission(&self) -> Vec<RouteFinding> {
        let parts: Vec<Asked> = asked(self.flight.plan, self.setting.airspace.terrain()).collect();
        let mut broken = Vec::new();
        for chunk in parts.chunk_by(|a, b| a.at_waypoint == b.at_waypoint).flat_map(|kind| kind.chunks(PIECES)) {
            let ends = chunk.iter().flat_map(|part| [part.from.xy(), part.to.xy()]);
            let Some(area) = Rectangle::around(ends) else { continue };
            let near = self.surroundings.within(&area.grown(BESIDE_M));
            for part in chunk {
                self.ask(part, &near, &mut broken);
            }
        }
        self.ask_ways_to_stands(&mut broken);
        // One mistake is told once: by the leg, which says how far it reaches.
        let legs: Vec<&Broken> = broken.iter().filter(|found| found.site.1 == Part::Leg).collect();
        let is_told = |at: &Broken| {
            let beside = &legs[legs.partition_point(|leg| leg.site.0 + 1 < at.site.0)..];
            let mut beside = beside.iter().take_while(|leg| leg.site.0 <= at.site.0);
            beside.any(|leg| is_one_mistake(&leg.denial, &at.denial))
        };
        let told = broken.iter().filter(|found| found.site.1 != Part::Waypoint || !is_told(found));
        told.map(|found| self.denied(found)).collect()
    }

    fn ask(&self, part: &Asked, near: &Surroundings<'_>, broken: &mut Vec<Broken>) {
        let points = &self.flight.plan.points;
        let to = if part.at_waypoint { part.point } else { part.point + 1 };
        let window_s = self.times.window_s(part.point, to);
        let occasion = self.flight.occasion(window_s);
        if near.denial(&part.from, &part.to, &occasion).is_none() {
            return;
        }
        let last = self.bounds.len().saturating_sub(2);
        let site = (part.waypoint.min(last), if part.at_waypoint { Part::Waypoint } else { Part::Leg });
        let ends_m = [points[part.point].along_m, points[to].along_m];
        let flown = Flown { ends: [&part.from, &part.to], ends_m, window_s };
        let ceiling_agl_m = self.setting.airspace.ceiling_agl_m();
        let denials = near.denials(&part.from, &part.to, &occasion).into_iter();
        for denial in denials.filter(|denial| !is_of_height(denial, ceiling_agl_m)) {
            broken_at(site, denial, &flown, self.setting.airspace).note(broken);
        }
    }

    fn ask_ways_to_stands(&self, broken: &mut Vec<Broken>) {
        let (flight, near) = (self.flight, &self.surroundings);
        let last = self.times.passings.len() - 1;
        let leaving_s = [0.0, self.times.window_s(0, 0)[1]];
        let landing_s = self.times.landing_window_s();
        let leaving = flight.occasion(leaving_s);
        let arriving = flight.occasion(landing_s);
        let find = |stands: &[Position], check: &dyn Fn(&Position) -> Option<Denial>| {
            stands.iter().find_map(|stand| Some((*stand, check(stand)?)))
        };
        let from = find(flight.from_stands, &|stand| check_departure(flight.plan, stand, near, &leaving));
        let to = find(flight.to_stands, &|stand| check_landing(flight.plan, stand, near, &arriving));
        let legs = self.bounds.len().saturating_sub(2);
        let ends = [(0, 0, Part::Departure, from, leaving_s), (last, legs, Part::Landing, to, landing_s)];
        for (point, leg, part, found, window_s) in ends {
            let Some((stand, denial)) = found else { continue };
            let at = &flight.plan.points[point];
            let way =
                if part == Part::Departure { departure(flight.plan, &stand) } else { landing(flight.plan, &stand) };
            let flown = Flown { ends: [&at.position; 2], ends_m: [at.along_m; 2], window_s };
            let broken_here = broken_at((leg, part), denial, &flown, self.setting.airspace);
            self.at_stand(broken_here, &way).note(broken);
        }
    }

    /// What an obstacle denies of a way between stand and path: the column over the stand can only be moved to the side,
    /// the rest of the way raised.
    fn at_stand(&self, broken: Broken, [column, way @ ..]: &[[Position; 2]; 3]) -> Broken {
        let Denial::Obstacle { rule: RuleId::Obstacle(index), .. } = broken.denial else { return broken };
        let obstacle = &self.setting.airspace.rules().obstacles[index as usize];
        let blocks = |[a, b]: &[Position; 2]| obstacle.blocks(a, b);
        let along_m = broken.worst.0;
        if blocks(column) {
            let excess_m = aside_m(obstacle, &column[0].xy());
            return Broken { excess_m, remedy: Remedy::Aside, worst: (along_m, column[0]), ..broken };
        }
        let excess_m = way.iter().filter(|way| blocks(way)).map(|[a, b]| lack_m(obstacle, [a, b])).fold(0.0, f64::max);
        Broken { excess_m, ..broken }
    }

    /// A broken rule as a finding.
    pub(super) fn denied(&self, broken: &Broken) -> RouteFinding {
        let airspace = self.setting.airspace;
        let begins = self.flight.instant(broken.window_s[0]);
        let changes = timed_rule(&broken.denial).and_then(|rule| airspace.next_change(rule, begins));
        let length_m = broken.stretch_m[1] - broken.stretch_m[0];
        let value = if broken.excess_m > 0.0 { broken.excess_m } else { length_m };
        let margin = Margin { value, unit: Unit::Metres };
        let kind = FindingKind::Denied { denial: broken.denial, margin, remedy: broken.remedy, changes };
        let finding = self.finding(broken.site, broken.worst.0, broken.stretch_m, kind);
        RouteFinding { position: broken.worst.1, ..finding }
    }
}

/// Whether two denials are by one rule; too low over the ground and under it are.
fn is_one_mistake(one: &Denial, other: &Denial) -> bool {
    let is_ground = |denial: &Denial| matches!(denial, Denial::UnderGround(_) | Denial::TooLow(_));
    one.is_by_the_rule_of(other) || (is_ground(one) && is_ground(other))
}

/// The rule whose times decide about a denial.
const fn timed_rule(denial: &Denial) -> Option<RuleId> {
    match denial {
        Denial::NotApproved { closest: Some((rule, Lack::Time)), .. }
        | Denial::Prohibited { rule, .. }
        | Denial::NotApproved { limit: Limit::Rule(rule), .. } => Some(*rule),
        _ => None,
    }
}

/// What a segment between two distances along a route breaks, and where it does so most.
pub fn broken_at(site: (usize, Part), denial: Denial, flown: &Flown<'_>, airspace: &Airspace) -> Broken {
    let Flown { ends, ends_m, window_s } = *flown;
    let length_m = (ends[1] - ends[0]).xy().norm();
    let share_of = |position: &Position| ((position - ends[0]).xy().norm() / length_m.max(1e-9)).clamp(0.0, 1.0);
    let (excess_m, shares) = match &denial {
        Denial::AboveCeiling(at) => (at.agl_m - airspace.ceiling_agl_m(), [share_of(&at.position), 1.0]),
        Denial::UnderGround(at) | Denial::TooLow(at) => {
            (airspace.clearance_m() - at.agl_m, [share_of(&at.position), 1.0])
        }
        Denial::Obstacle { rule: RuleId::Obstacle(index), .. } => {
            let obstacle = &airspace.rules().obstacles[*index as usize];
            (lack_m(obstacle, ends), blocked(obstacle, ends))
        }
        Denial::OutsideArea(at) | Denial::Prohibited { at, .. } | Denial::NotApproved { at, .. } => {
            (0.0, [share_of(&at.position), 1.0])
        }
        Denial::Obstacle { .. } => (0.0, [0.0, 1.0]),
    };
    let along_m = |share: f64| ends_m[0] + (ends_m[1] - ends_m[0]) * share;
    let position = ends[0] + (ends[1] - ends[0]) * shares[0];
    let is_of_heights = matches!(denial, Denial::AboveCeiling(_) | Denial::UnderGround(_) | Denial::TooLow(_));
    let begin = if is_of_heights { ends_m[0] } else { along_m(shares[0]) };
    let stretch_m = [begin, along_m(shares[1])];
    let worst = (along_m(shares[0]), position);
    Broken { site, denial, excess_m, remedy: Remedy::Height, worst, stretch_m, window_s }
}

/// The least distance to the side at which a place is clear of an obstacle, m: the shortest of many ways out, too long by
/// less than a thousandth.
fn aside_m(obstacle: &Obstacle, place: &Place) -> f64 {
    let footprint = obstacle.footprint();
    let size = footprint.extent().size();
    let reach_m = size.x + size.y + 2.0 * obstacle.clearance_m + 1.0;
    let out_m = |turn: u32| {
        let angle = f64::from(turn) * std::f64::consts::TAU / f64::from(DIRECTIONS);
        let far = place + Horizontal::new(libm::cos(angle), libm::sin(angle)) * reach_m;
        let near = footprint.shares_within(place, &far, obstacle.clearance_m);
        near.first().filter(|[from, _]| *from <= 0.0).map_or(0.0, |[_, to]| to * reach_m)
    };
    (0..DIRECTIONS).map(out_m).fold(reach_m, f64::min)
}

/// By how much a segment would have to be higher to clear an obstacle, m: the higher, the clearer, so halving finds it.
fn lack_m(obstacle: &Obstacle, ends: [&Position; 2]) -> f64 {
    let raised = |rise_m: f64| {
        let [a, b] = ends.map(|end| Position::new(end.x, end.y, end.z + rise_m));
        obstacle.blocks(&a, &b)
    };
    let (mut low_m, mut high_m) = (0.0, HIGHEST_M);
    for _ in 0..HALVINGS {
        let middle_m = f64::midpoint(low_m, high_m);
        if raised(middle_m) { low_m = middle_m } else { high_m = middle_m }
    }
    high_m
}

/// The shares of a segment at which it comes too close to an obstacle and is clear of it again.
fn blocked(obstacle: &Obstacle, [a, b]: [&Position; 2]) -> [f64; 2] {
    let at = |share: f64| a + (b - a) * share;
    let search = |is_clear: &dyn Fn(f64) -> bool| {
        let (mut clear, mut other) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(clear, other);
            if is_clear(middle) { clear = middle } else { other = middle }
        }
        other
    };
    let enters = search(&|share| !obstacle.blocks(a, &at(share)));
    let leaves = 1.0 - search(&|share| !obstacle.blocks(&at(1.0 - share), b));
    [enters, leaves.max(enters)]
}
