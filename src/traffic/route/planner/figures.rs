//! What a route is like in figures.

use super::PlanningRequest;
use super::rates::QuietPlaces;
use super::times::{after, passing_s};
use crate::message::Text;
use crate::traffic::route::budget::{Flier, UniformAir, budget};
use crate::traffic::route::plan::FlightPlan;
use crate::traffic::route::profile::{PlanLimits, planned};
use crate::world::air::STANDARD_TEMPERATURE_C;
use crate::world::airspace::{Airspace, Column, Flyer, Limit};
use crate::world::geo::Position;

/// A route in figures, from ground to ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Horizontal length, m.
    pub length_m: f64,
    /// Time, s.
    pub time_s: f64,
    /// Energy with the payload, Wh.
    pub energy_wh: f64,
    /// Energy there, of the hand-over and back empty on the same way, Wh.
    pub there_and_back_wh: f64,
    /// All rises along the path together, m.
    pub climb_m: f64,
    /// People on a square kilometre below, summed over the seconds of the flight.
    pub people_s_per_km2: f64,
    /// Time for which a quiet place hears more than its limit, s.
    pub loud_s: f64,
    /// Share of the length on which a tenth of the packets or fewer is lost.
    pub covered_share: f64,
    /// Lowest and highest true height on the path, m.
    pub agl_m: [f64; 2],
    /// Where there is least room.
    pub room: Room,
}

/// Room between a path and what bounds the air around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// How much, m; up or down.
    pub metres: f64,
    /// Where, along the path, m.
    pub along_m: f64,
    /// What bounds it there from above; from below it is the clearance or what stands there.
    pub limit: Limit,
    /// Whether it is bound from above.
    pub is_above: bool,
}

impl Room {
    /// It in words: how much, of what, where.
    pub fn told(&self, airspace: &Airspace) -> Text {
        let (metres, km) = (self.metres, self.along_m / 1000.0);
        if self.is_above {
            let name = airspace.told(self.limit).name;
            Text::new(
                format!("{metres:.1} m below {} at {km:.2} km", name.en),
                format!("{km:.2} 公里处距{}上限 {metres:.1} 米", name.zh),
            )
        } else {
            Text::new(
                format!("{metres:.1} m over the least height at {km:.2} km"),
                format!("{km:.2} 公里处高于最低高度 {metres:.1} 米"),
            )
        }
    }
}

impl Figures {
    /// Those of a plan.
    pub fn of(plan: &FlightPlan, request: &PlanningRequest<'_>) -> Self {
        let terrain = request.airspace.terrain();
        let (time_s, energy_wh) = flown(plan, request, request.flier.payload_kg);
        let back = back(plan, request);
        let hand_over_wh = request.battery.map_or(0.0, |battery| battery.hand_over_wh);
        let extremes: Vec<[f64; 2]> = plan
            .points
            .windows(2)
            .filter_map(|piece| terrain.extremes(&piece[0].position, &piece[1].position))
            .map(|found| [found.lowest.agl_m, found.highest.agl_m])
            .collect();
        let rises = plan.points.windows(2).map(|piece| (piece[1].position.z - piece[0].position.z).max(0.0));
        let mut figures = Self {
            length_m: plan.length_m(),
            time_s,
            energy_wh,
            there_and_back_wh: energy_wh + hand_over_wh + back.map_or(0.0, |back| flown(&back, request, 0.0).1),
            climb_m: rises.sum(),
            people_s_per_km2: 0.0,
            loud_s: 0.0,
            covered_share: 0.0,
            agl_m: [
                extremes.iter().map(|agl_m| agl_m[0]).fold(f64::INFINITY, f64::min),
                extremes.iter().map(|agl_m| agl_m[1]).fold(f64::NEG_INFINITY, f64::max),
            ],
            room: Room { metres: f64::INFINITY, along_m: 0.0, limit: Limit::Ceiling, is_above: true },
        };
        figures.survey(plan, request);
        figures
    }

    /// What hangs on the places of the path, point by point.
    fn survey(&mut self, plan: &FlightPlan, request: &PlanningRequest<'_>) {
        let (passing, _) = passing_s(plan, request);
        let (quiet, mut covered_m) = (QuietPlaces::of(request), 0.0);
        for (index, point) in plan.points.iter().enumerate() {
            let [before, next] = [index.saturating_sub(1), (index + 1).min(plan.points.len() - 1)];
            let [seconds, metres] = [
                0.5 * (passing[next] - passing[before]),
                0.5 * (plan.points[next].along_m - plan.points[before].along_m),
            ];
            let (place, at) = (point.position.xy(), after(request.depart, passing[index]));
            let agl_m = request.airspace.terrain().agl_m(&point.position).unwrap_or(f64::NAN);
            if let Some(column) = request.airspace.column(&place, at, Flyer::Operator(request.operator)) {
                self.people_s_per_km2 += column.people_per_km2 * seconds;
                let room = room(&column, agl_m, point.along_m);
                if room.metres < self.room.metres {
                    self.room = room;
                }
            }
            let is_loud = quiet.excess_db(&place, agl_m) > 0.0;
            self.loud_s += if is_loud { seconds } else { 0.0 };
            let is_covered = request
                .network
                .is_none_or(|network| network.map.power_dbm(&place, agl_m) >= network.link.sensitivity_dbm);
            covered_m += if is_covered { metres } else { 0.0 };
        }
        self.covered_share = covered_m / plan.length_m();
    }
}

/// Room above and below a height in the stretch that it lies in; less than nothing where it lies in none.
fn room(column: &Column, agl_m: f64, along_m: f64) -> Room {
    let stretches = column.approved.stretches_agl_m.iter();
    let rooms = stretches.map(|[low_m, high_m]| [agl_m - low_m, high_m - agl_m]);
    let best = rooms.max_by(|a, b| a[0].min(a[1]).total_cmp(&b[0].min(b[1])));
    let [below_m, above_m] = best.unwrap_or([f64::NEG_INFINITY; 2]);
    Room { metres: below_m.min(above_m), along_m, limit: column.approved.limit, is_above: above_m < below_m }
}

/// Time and energy of a plan in still air.
fn flown(plan: &FlightPlan, request: &PlanningRequest<'_>, payload_kg: f64) -> (f64, f64) {
    let calm = UniformAir::calm(STANDARD_TEMPERATURE_C);
    let flier = Flier { payload_kg, ..request.flier };
    let found = budget(plan, request.airspace.terrain(), &flier, &|at: &Position| calm.air(at));
    found.map_or((f64::INFINITY, f64::INFINITY), |found| (found.time_s, found.energy_wh.total()))
}

/// The same way back.
fn back(plan: &FlightPlan, request: &PlanningRequest<'_>) -> Option<FlightPlan> {
    let airspace = request.airspace;
    let limits = PlanLimits::between(airspace.clearance_m(), airspace.ceiling_agl_m(), request.speed_mps);
    let waypoints: Vec<_> = plan.waypoints.iter().rev().copied().collect();
    planned(&waypoints, airspace.terrain(), request.flier.aircraft, &limits).ok()
}
