//! The planner on a grid: the cheapest way over cells and layers, pulled straight, asked exactly, and others that differ.

use super::doors::{doors, ends_apart};
use super::field::Field;
use super::others::{APART_M, LEAST_SHARE, differs, name_merits};
use super::pull::{cost, pull, turns};
use super::search::{Door, Space, Spot, Step, search};
use super::straight::met_straight;
use super::times::{Breach, breach};
use super::{Alternative, Figures, NoWay, Planner, PlanningRequest, Weights};
use crate::message::Text;
use crate::traffic::route::plan::{FlightPlan, Waypoint};
use crate::traffic::route::profile::planned;
use crate::units::{Altitude, SimTime};
use crate::world::geo::Place;

/// How often a way is searched anew, with more room where the exact question denied the last one.
const ROUNDS: usize = 8;
/// By how much cells near the routes that are known are made dearer to find another, one after the other.
const DEARER: [f64; 3] = [1.5, 3.0, 8.0];
/// Most that another route may cost, in costs of the cheapest.
const MOST_COST: f64 = 1.6;
/// Weights of the way that takes least energy.
const THRIFTY: Weights = Weights { time: 0.01, energy: 1.0, people: 0.0, noise: 0.0, coverage: 0.0, height: 0.0 };

/// Searches the cells of the area and the layers of air over them: a way that costs at most 2 % more than the cheapest on
/// that grid, pulled straight at no greater cost, and checked piece by piece by the permission question.
#[derive(Clone, Copy, Debug, Default)]
pub struct GridPlanner;

impl Planner for GridPlanner {
    fn plan(&self, request: &PlanningRequest<'_>) -> Result<Vec<Alternative>, NoWay> {
        ends_apart(request)?;
        let mut quest = Quest { request: *request, field: Field::new(request) };
        let cheapest = quest.route()?;
        if !is_carried(&cheapest, request) {
            return thriftiest(request, cheapest).map(|thriftiest| vec![thriftiest]);
        }
        let mut routes = vec![cheapest];
        while routes.len() < usize::from(request.alternatives) {
            let Some(other) = quest.other(&routes) else { break };
            routes.push(other);
        }
        name_merits(&mut routes);
        Ok(routes)
    }

    fn other_routes(&self) -> Option<Text> {
        let percent = 100.0 * LEAST_SHARE;
        Some(Text::new(
            format!(
                "by {APART_M} m on {percent} % of its length, at most {MOST_COST} times as dear, within the battery"
            ),
            format!(
                "至少 {percent}% 的航程与已有航线相距 {APART_M} 米以上，代价不超过最优航线的 {MOST_COST} 倍，且电量足够"
            ),
        ))
    }
}

/// Whether the battery carries a route there and back.
fn is_carried(route: &Alternative, request: &PlanningRequest<'_>) -> bool {
    request.battery.is_none_or(|battery| route.figures.there_and_back_wh <= battery.plannable_wh)
}

/// The route that takes least energy, where the battery does not carry the cheapest.
fn thriftiest(request: &PlanningRequest<'_>, cheapest: Alternative) -> Result<Alternative, NoWay> {
    let thrifty = PlanningRequest { weights: THRIFTY, ..*request };
    let found = Quest { request: thrifty, field: Field::new(&thrifty) }.route()?;
    let needed_wh = |route: &Alternative| route.figures.there_and_back_wh;
    let best = if needed_wh(&found) < needed_wh(&cheapest) { found } else { cheapest };
    if is_carried(&best, request) {
        return Ok(best);
    }
    let plannable_wh = request.battery.map_or(f64::INFINITY, |battery| battery.plannable_wh);
    Err(NoWay::Battery { needed_wh: needed_wh(&best), plannable_wh, best: Box::new(best) })
}

/// A search for routes.
struct Quest<'a> {
    request: PlanningRequest<'a>,
    field: Field<'a>,
}

/// A way through the lattice between its doors.
struct Way {
    spots: Vec<Spot>,
    enters: Step,
    leaves: Step,
}

impl Quest<'_> {
    /// The cheapest route that the exact question lets pass.
    fn route(&mut self) -> Result<Alternative, NoWay> {
        let mut last = None;
        for _ in 0..ROUNDS {
            let way = self.way()?;
            let corners = pull(&mut self.field, &way.spots, way.enters);
            match self.tried(&corners, &way)? {
                Ok(route) => return Ok(route),
                Err(denied) => self.field.keep_away(&denied.position.xy()),
            }
            last = Some(way);
        }
        let Some(way) = last else { return Err(self.closed()) };
        let turns = turns(&self.field, &way.spots);
        self.tried(&turns, &way)?.map_err(|_denied| self.closed())
    }

    fn closed(&self) -> NoWay {
        NoWay::Closed { met: met_straight(&self.request) }
    }

    /// The route through some corners, or where it is denied.
    fn tried(&mut self, corners: &[Spot], way: &Way) -> Result<Result<Alternative, Breach>, NoWay> {
        let mut denied = None;
        for waypoints in self.waypoints(corners) {
            let plan = planned(
                &waypoints,
                self.request.airspace.terrain(),
                self.request.flier.aircraft,
                self.field.lattice().limits(),
            );
            let plan = plan.map_err(NoWay::Plan)?;
            match breach(&plan, &self.request) {
                None => return Ok(Ok(self.alternative(plan, corners, way))),
                Some(breach) => denied = denied.or(Some(breach)),
            }
        }
        denied.map(Err).ok_or_else(|| self.closed())
    }

    fn alternative(&mut self, plan: FlightPlan, corners: &[Spot], way: &Way) -> Alternative {
        let legs = cost(&mut self.field, corners, way.enters).unwrap_or_default();
        Alternative {
            merits: Vec::new(),
            figures: Figures::of(&plan, &self.request),
            plan,
            cost_s: f64::from(legs.cost_ms.saturating_add(way.leaves.cost_ms)) / 1000.0,
            resolution_m: self.field.lattice().cell_m(),
        }
    }

    /// The waypoints of a way, with one for each place if that may be flown.
    fn waypoints(&self, corners: &[Spot]) -> Vec<Vec<Waypoint>> {
        let mut apart = corners.to_vec();
        apart.dedup_by_key(|spot| spot.cell);
        let mut tried = self.waypoints_at(&apart);
        if apart.len() < corners.len() {
            tried.extend(self.waypoints_at(corners));
        }
        tried
    }

    /// The waypoints at some corners: the last one is left out where the pad itself stands for it, else kept.
    fn waypoints_at(&self, corners: &[Spot]) -> Vec<Vec<Waypoint>> {
        let [start, end] = self.request.ends.map(|end| end.xy());
        let height_m = |spot: &Spot| self.field.height_agl_m(spot.layer);
        let at =
            |place: Place, height_m: f64| Waypoint { place, altitude: Altitude::agl(height_m), hold: SimTime::ZERO };
        let (Some(first), Some(last)) = (corners.first(), corners.last()) else { return Vec::new() };
        let beside = |spot: &Spot, place: &Place| (self.field.lattice().middle(spot.cell) - place).norm();
        let is_start = beside(first, &start) < 0.5 * self.field.lattice().cell_m();
        let inner = &corners[usize::from(is_start)..];
        let through = |inner: &[Spot]| {
            let via = inner.iter().map(|spot| at(self.field.lattice().middle(spot.cell), height_m(spot)));
            let ends = [at(start, height_m(first)), at(end, height_m(last))];
            std::iter::once(ends[0]).chain(via).chain(std::iter::once(ends[1])).collect()
        };
        let mut tried = Vec::new();
        if let [before @ .., last] = inner
            && beside(last, &end) < 2.0 * self.field.lattice().cell_m()
        {
            tried.push(through(before));
        }
        tried.push(through(inner));
        tried
    }

    /// The cheapest way through the lattice that is at one height at both ends.
    fn way(&mut self) -> Result<Way, NoWay> {
        let found = |end: usize, field: &mut Field<'_>, request| {
            doors(field, request, end).map_err(|denial| NoWay::End { end, denial })
        };
        let entries = found(0, &mut self.field, &self.request)?;
        let exits = found(1, &mut self.field, &self.request)?;
        let Some(way) = self.between(&entries, &exits) else { return Err(self.closed()) };
        let [first, last] = [way.spots[0].layer, way.spots[way.spots.len() - 1].layer];
        if first == last {
            return Ok(way);
        }
        let others = (0..self.field.layers()).filter(|layer| *layer != first && *layer != last);
        let levels: Vec<u8> = [first.max(last), first.min(last)].into_iter().chain(others).collect();
        let at =
            |doors: &[Door], layer| doors.iter().copied().filter(|door| door.spot.layer == layer).collect::<Vec<_>>();
        let level = levels.into_iter().find_map(|layer| self.between(&at(&entries, layer), &at(&exits, layer)));
        level.ok_or_else(|| self.closed())
    }

    fn between(&mut self, entries: &[Door], exits: &[Door]) -> Option<Way> {
        self.field.aim(exits);
        let found = search(&mut self.field, entries, exits)?;
        let step_of = |doors: &[Door], spot: Spot| {
            let at = doors.iter().filter(|door| door.spot == spot).map(|door| door.step);
            at.min_by_key(|step| step.cost_ms).unwrap_or_default()
        };
        let (enters, leaves) = (step_of(entries, found.spots[0]), step_of(exits, found.spots[found.spots.len() - 1]));
        Some(Way { spots: found.spots, enters, leaves })
    }

    /// A route that differs from those that are known and costs not much more; `None` if none is found.
    fn other(&mut self, known: &[Alternative]) -> Option<Alternative> {
        let distance_m = APART_M;
        for factor in DEARER {
            for route in known {
                let path: Vec<Place> = route.plan.points.iter().step_by(3).map(|point| point.position.xy()).collect();
                self.field.make_dear(&path, distance_m, factor);
            }
            let found = self.route();
            self.field.make_cheap();
            let Ok(route) = found else { continue };
            let is_cheap = route.cost_s <= MOST_COST * known[0].cost_s;
            if is_cheap && differs(&route.plan, known) && is_carried(&route, &self.request) {
                return Some(route);
            }
        }
        None
    }
}
