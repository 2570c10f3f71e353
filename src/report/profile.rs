//! Altitude profiles: the ground below a route, the ceiling that follows it, what was planned and what was flown.

use super::cross_section::{Frames, Line, Panels, Station, amsl_range, draw_ground, draw_lowest};
use super::input::{ReportRoute, RunReport};
use super::paint::{Chip, class_of, thinned};
use super::reading::{Flight, Reading};
use super::svg::Svg;
use crate::frame::{FlightPhase, MissionId, RouteId};
use crate::message::Text;
use crate::traffic::route::{FlightPlan, PathPoint};
use crate::world::geo::{Place, Position};

/// Most flights drawn over a route, and most points of its ground.
const MOST_FLIGHTS: usize = 10;
const MOST_POINTS: usize = 400;
/// How far a flight may stray sideways and still be drawn in the profile of its route, m.
const ASTRAY_M: f64 = 80.0;
/// Where the panels stand, px.
const FRAMES: Frames = Frames { amsl: [[52.0, 8.0], [928.0, 170.0]], agl: [[52.0, 196.0], [928.0, 72.0]] };

/// The profile of one route.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub name: Text,
    pub svg: String,
    pub length_km: String,
    /// Least planned height over ground, m.
    pub planned_lowest_m: String,
    /// Lowest true height in cruise over all flights, m; `None` without tracks.
    pub flown_lowest_m: Option<String>,
    /// Highest true height over all flights, m.
    pub flown_highest_m: Option<String>,
    /// Whether that is above the ceiling.
    pub is_above_ceiling: bool,
    /// How many flights were drawn, of how many.
    pub flights: (usize, usize),
}

/// The profile of every route, in the order of the scenario.
pub(super) fn profiles(report: &RunReport<'_>, reading: &Reading) -> Vec<Profile> {
    let routes = report.routes.iter().enumerate();
    routes.filter_map(|(index, route)| profile(report, reading, RouteId::from_index(index), route)).collect()
}

/// What the signs of all profiles mean.
pub(super) fn legend(report: &RunReport<'_>) -> Vec<Chip> {
    let ceiling = report.airspace.ceiling_agl_m();
    let clearance = report.airspace.clearance_m();
    vec![
        Chip::line(
            "ceiling",
            Text::new(format!("ceiling, {ceiling:.0} m true height"), format!("真高 {ceiling:.0} 米上限")),
        ),
        Chip::line("planned", Text::new("planned", "计划高度")),
        Chip::line("flown k0", Text::new("flown (colour of the mission)", "实飞（任务颜色）")),
        Chip::line(
            "clearance",
            Text::new(format!("least clearance, {clearance:.0} m"), format!("最小超障 {clearance:.0} 米")),
        ),
        Chip::area("ground", Text::new("ground", "地面")),
        Chip::area("building", Text::new("obstacles below", "航线下障碍物")),
        Chip::drawn(Text::new("lowest in cruise, with true height", "巡航最低点及真高"), |svg| {
            svg.circle("mark", [14.0, 8.0], 4.0);
        }),
    ]
}

fn profile(report: &RunReport<'_>, reading: &Reading, id: RouteId, route: &ReportRoute<'_>) -> Option<Profile> {
    let stations = stations(report, &route.plan);
    let flights: Vec<&Flight> = reading.flights.iter().filter(|flight| flies(report, flight.mission, id)).collect();
    let (ceiling_m, clearance_m) = (report.airspace.ceiling_agl_m(), report.airspace.clearance_m());
    let length_m = route.plan.length_m();
    let amsl_m = amsl_range(&stations, ceiling_m)?;
    let panels = Panels::new(length_m, amsl_m, (0.0, ceiling_m * 1.15), &FRAMES);
    let label = Text::new(format!("Altitude profile: {}", route.name.en), format!("高度剖面：{}", route.name.zh));
    let mut svg = Svg::new([1000.0, 310.0], "chart profile", &label);
    draw_ground(&mut svg, &panels, &stations, ceiling_m, clearance_m);
    panels.draw_axes(&mut svg);
    let tracked: Vec<&Flight> = flights.iter().copied().filter(|flight| flight.points.len() > 1).collect();
    let chosen: Vec<&&Flight> = thinned(&tracked, MOST_FLIGHTS).collect();
    for flight in &chosen {
        panels.draw_line(&mut svg, &format!("flown {}", class_of(flight.kind)), report.terrain, &flown(route, flight));
    }
    panels.draw_line(&mut svg, "planned", report.terrain, &planned(route));
    let lowest = flights.iter().filter_map(|flight| flight.lowest).min_by(|a, b| a.0.total_cmp(&b.0));
    let highest = flights.iter().filter_map(|flight| flight.highest).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((agl_m, position)) = lowest {
        draw_mark(&mut svg, &panels, route, agl_m, &position);
    }
    let plans = || std::iter::once(&route.plan).chain(&route.back);
    let planned_agl = plans().flat_map(|plan| &plan.points).filter_map(|point| report.terrain.agl_m(&point.position));
    Some(Profile {
        name: route.name.clone(),
        svg: svg.finish(),
        length_km: format!("{:.2}", length_m / 1000.0),
        planned_lowest_m: format!("{:.1}", planned_agl.min_by(f64::total_cmp)?),
        flown_lowest_m: lowest.map(|(agl_m, _)| format!("{agl_m:.1}")),
        flown_highest_m: highest.map(|(agl_m, _)| format!("{agl_m:.1}")),
        is_above_ceiling: highest.is_some_and(|(agl_m, _)| agl_m > ceiling_m),
        flights: (chosen.len(), flights.len()),
    })
}

fn flies(report: &RunReport<'_>, mission: Option<MissionId>, route: RouteId) -> bool {
    mission.and_then(|mission| report.missions.get(mission.index())).is_some_and(|mission| mission.route == Some(route))
}

fn stations(report: &RunReport<'_>, plan: &FlightPlan) -> Vec<Station> {
    let at = |point: &PathPoint| {
        let place = point.position.xy();
        let ground_m = report.terrain.ground_amsl_m(&place)?;
        let top_m = report.airspace.top_amsl_m(&place).map_or(ground_m, |top_m| top_m.max(ground_m));
        Some(Station { along_m: point.along_m, ground_m, top_m })
    };
    thinned(&plan.points, MOST_POINTS).chain([plan.end()]).filter_map(at).collect()
}

/// The plan and the way back, which is drawn from right to left over the same ground.
fn planned(route: &ReportRoute<'_>) -> Vec<Line> {
    let length_m = route.plan.length_m();
    let out = route.plan.points.iter().map(|point| (point.along_m, point.position)).collect();
    let back = route.back.as_deref().map(|back| {
        let scale = length_m / back.length_m().max(1.0);
        back.points.iter().map(|point| (length_m - point.along_m * scale, point.position)).collect()
    });
    std::iter::once(out).chain(back).collect()
}

/// A flight over the length of its route, a new line for the way back and wherever it strays from the route.
fn flown(route: &ReportRoute<'_>, flight: &Flight) -> Vec<Line> {
    let length_m = route.plan.length_m();
    let mut lines: Vec<Line> = vec![Vec::new()];
    let mut follower = Follower::new(&route.plan);
    let mut is_back = false;
    for point in &flight.points {
        if matches!(point.phase, FlightPhase::HandOver | FlightPhase::Winch) {
            if let (false, Some(back)) = (is_back, &route.back) {
                follower = Follower::new(back);
            }
            is_back = true;
            lines.push(Vec::new());
            continue;
        }
        let Some(along_m) = follower.follow(&point.position.xy()) else {
            lines.push(Vec::new());
            continue;
        };
        let scale = length_m / follower.plan.length_m().max(1.0);
        let across_m = if is_back { length_m - along_m * scale } else { along_m };
        if let Some(line) = lines.last_mut() {
            line.push((across_m, point.position));
        }
    }
    lines
}

/// Finds how far along a plan a flight has come. It only looks ahead, so that a circuit that meets itself does not
/// confuse it.
struct Follower<'a> {
    plan: &'a FlightPlan,
    index: usize,
    last: Option<Place>,
}

impl<'a> Follower<'a> {
    const fn new(plan: &'a FlightPlan) -> Self {
        Self { plan, index: 0, last: None }
    }

    fn follow(&mut self, place: &Place) -> Option<f64> {
        let points = &self.plan.points;
        let moved_m = self.last.map_or(0.0, |last| (place - last).norm());
        let reach_m = points[self.index].along_m + 1.5 * moved_m + 40.0;
        let ahead = points[self.index..].iter().take_while(|point| point.along_m <= reach_m);
        let distance = |point: &PathPoint| (point.position.xy() - place).norm();
        let (offset, nearest) = ahead.enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))?;
        self.index += offset;
        self.last = Some(*place);
        if distance(nearest) > ASTRAY_M {
            return None;
        }
        Some(self.along_near(place))
    }

    /// Along the plan, to the metre rather than to its points.
    fn along_near(&self, place: &Place) -> f64 {
        let points = &self.plan.points;
        let (before, after) = (self.index.saturating_sub(1), (self.index + 1).min(points.len() - 1));
        let (a, b) = (points[before].position.xy(), points[after].position.xy());
        let leg = b - a;
        let share = ((place - a).dot(&leg) / leg.norm_squared().max(1e-9)).clamp(0.0, 1.0);
        points[before].along_m + (points[after].along_m - points[before].along_m) * share
    }
}

fn draw_mark(svg: &mut Svg, panels: &Panels, route: &ReportRoute<'_>, agl_m: f64, position: &Position) {
    let nearest = |plan: &FlightPlan| {
        let distance = |point: &PathPoint| (point.position - position).norm();
        let found = plan.points.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        found.map(|point| (distance(point), point.along_m))
    };
    let Some(out) = nearest(&route.plan) else { return };
    let length_m = route.plan.length_m();
    let along_m = match route.back.as_deref().and_then(|back| Some((nearest(back)?, back.length_m()))) {
        Some(((distance, along_m), back_m)) if distance < out.0 => length_m - along_m * length_m / back_m.max(1.0),
        _ => out.1,
    };
    draw_lowest(svg, panels, along_m, (position.z, agl_m));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::SimTime;

    /// A plan east along y = 0 for a kilometre and back along the same line.
    fn there_and_back() -> FlightPlan {
        let points = (0..=200_u32).map(|index| {
            let along_m = f64::from(index) * 10.0;
            let x = if along_m <= 1000.0 { along_m } else { 2000.0 - along_m };
            PathPoint { position: Position::new(x, 0.0, 100.0), along_m, speed_limit_mps: 10.0, hold: SimTime::ZERO }
        });
        FlightPlan { waypoints: Vec::new(), points: points.collect() }
    }

    #[test]
    fn a_line_flown_twice_is_followed_in_order() {
        let plan = there_and_back();
        let mut follower = Follower::new(&plan);
        let found: Vec<f64> = [0.0, 300.0, 600.0, 1000.0, 700.0, 105.0, 0.0]
            .iter()
            .filter_map(|&x| follower.follow(&Place::new(x, 3.0)))
            .collect();
        let expected = [0.0, 300.0, 600.0, 1000.0, 1300.0, 1895.0, 2000.0];
        assert_eq!(found.len(), expected.len());
        // At the turn the plan lies on itself: there it is known to one step of the plan.
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 11.0), "{found:?}");
    }

    #[test]
    fn who_strays_is_not_drawn() {
        assert_eq!(Follower::new(&there_and_back()).follow(&Place::new(0.0, 500.0)), None);
    }
}
