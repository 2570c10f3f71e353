//! Whether the weather lets a mission leave: at its hub, along its way and at its pad, as it is now.

use std::sync::Arc;

use super::Simulation;
use super::drone::{FlownWays, KEPT_OF_RESERVE, Needs};
use crate::frame::SimEvent;
use crate::mission::Mission;
use crate::scenario::{greatest_payload_kg, hand_over_budget};
use crate::traffic::route::{Flier, FlightPlan, budget, energy_ahead_wh, longest_s};
use crate::units::{MissionId, SimTime};
use crate::world::geo::Position;
use crate::world::weather::{Breach, Quantity};

/// Every how many points of a plan the weather is looked at: 100 m, two steps of the lattice of hills.
const LOOK_EVERY: usize = 10;
/// How often it is looked at: weather does not change so fast that a minute matters.
const LOOK_AGAIN: SimTime = SimTime::from_millis(10_000);

impl Simulation {
    /// Looks at the weather for every mission; tells when it begins and ends to let nobody leave.
    pub(super) fn watch_weather(&mut self) {
        if self.scenario.weather.is_some() {
            (0..self.missions.len()).map(MissionId::from_index).for_each(|mission| self.watch_weather_of(mission));
        }
    }

    /// Whether the weather lets nobody leave on a mission.
    pub(super) fn is_grounded(&self, mission: MissionId) -> bool {
        self.missions[mission.index()].grounded.is_some()
    }

    fn watch_weather_of(&mut self, mission: MissionId) {
        let observed = self.air.observed();
        let known = self.missions[mission.index()].looked_at;
        let still_holds = known.filter(|(same, _)| *same == observed || !self.is_new(LOOK_AGAIN));
        let looked_at = still_holds.unwrap_or_else(|| (observed, self.weather_against(mission)));
        self.missions[mission.index()].looked_at = Some(looked_at);
        let (_, found) = looked_at;
        let since = self.missions[mission.index()].grounded;
        match (found, since) {
            (Some(breach), None) => {
                self.missions[mission.index()].grounded = Some(self.now);
                self.happen(SimEvent::DeparturesGrounded {
                    mission,
                    quantity: breach.quantity,
                    value_milli: milli(breach.value),
                    limit_milli: milli(breach.limit),
                });
            }
            (None, Some(since)) => {
                self.missions[mission.index()].grounded = None;
                self.happen(SimEvent::DeparturesResumed { mission, lasted_ms: self.now - since });
            }
            _ => {}
        }
    }

    /// What forbids leaving on a mission now.
    fn weather_against(&self, mission: MissionId) -> Option<Breach> {
        let entry = self.scenario.mission(mission);
        self.weather_against_ways(entry, &FlownWays::preferred(entry)?)
    }

    /// What forbids leaving by these ways now.
    fn weather_against_ways(&self, mission: &Mission, ways: &FlownWays) -> Option<Breach> {
        self.weather_along(mission, &ways.out).or_else(|| self.battery_against(mission, ways))
    }

    /// Whether the weather lets somebody leave by these ways, the preferred ones of a mission or others.
    pub(super) fn lets_leave(&self, mission: MissionId, ways: &FlownWays) -> bool {
        let entry = self.scenario.mission(mission);
        let is_watched = FlownWays::preferred(entry).is_some_and(|preferred| preferred.are(ways));
        !self.is_grounded(mission) && (is_watched || self.weather_against_ways(entry, ways).is_none())
    }

    /// What in the weather forbids flying a plan of a mission now: at its hub, at its pad, or on the way.
    pub(super) fn weather_along(&self, mission: &Mission, plan: &FlightPlan) -> Option<Breach> {
        let scenario = &self.scenario;
        let limits = &scenario.fleets[mission.fleet.index()].aircraft.limits;
        let route = scenario.route(mission.route()?);
        let pads = [Some(scenario.hubs[route.from.index()].position), route.to.map(|pad| scenario.pad(pad).position)];
        let at_pads = pads.iter().flatten().find_map(|pad| self.air.pad_breach(scenario, limits, pad));
        at_pads.or_else(|| {
            let agl_m = |position: &Position| scenario.terrain.agl_m(position).unwrap_or(0.0);
            let looked_at = plan.points.iter().step_by(LOOK_EVERY).map(|point| point.position);
            looked_at.into_iter().find_map(|at| self.air.breach(scenario, limits, &at, agl_m(&at)))
        })
    }

    /// Whether a full battery does not carry a sortie in the weather of the instant with half of its reserve; where the wind is
    /// stronger than the drone, none does.
    fn battery_against(&self, mission: &Mission, ways: &FlownWays) -> Option<Breach> {
        let (gives_wh, kept_wh) = self.full_and_kept_wh(mission)?;
        let back_wh = ways.back.as_ref().map_or(0.0, |back| self.back_wh(mission, back));
        let takes_wh = self.out_wh(mission, &ways.out) + back_wh + kept_wh;
        (takes_wh > gives_wh).then_some(Breach { quantity: Quantity::Battery, value: takes_wh, limit: gives_wh })
    }

    /// What a full battery gives at the weather of the instant, and what of it is not to be planned with; Wh.
    pub(super) fn full_and_kept_wh(&self, mission: &Mission) -> Option<(f64, f64)> {
        let fleet = &self.scenario.fleets[mission.fleet.index()];
        let gives_wh = self.air.full_battery_wh(&self.scenario, &fleet.aircraft, fleet.homes.first()?);
        Some((gives_wh, KEPT_OF_RESERVE * fleet.reserve_share * gives_wh))
    }

    /// What a sortie needs in the weather of the instant, computed once for each if it is flown as it is preferred.
    pub(super) fn needs_now(&mut self, mission: MissionId, ways: &FlownWays) -> Needs {
        let (observed, scenario) = (self.air.observed(), Arc::clone(&self.scenario));
        let entry = scenario.mission(mission);
        if !FlownWays::preferred(entry).is_some_and(|preferred| preferred.are(ways)) {
            return self.needs(entry, ways);
        }
        let known = self.missions[mission.index()].needs.take().filter(|(same, _)| *same == observed);
        let (_, needs) = known.unwrap_or_else(|| (observed, self.needs(entry, ways)));
        self.missions[mission.index()].needs = Some((observed, needs.clone()));
        needs
    }

    /// What a sortie needs in the weather of the instant; nothing is known where the wind is stronger than the drone.
    fn needs(&self, entry: &Mission, ways: &FlownWays) -> Needs {
        let out = self.needs_of(entry, &ways.out, greatest_payload_kg(entry));
        let Some(back) = &ways.back else { return out };
        let then_wh = self.back_wh(entry, back);
        if then_wh.is_finite() {
            Needs { hover_wh: self.hand_over_wh(entry), then_wh, ..out }
        } else {
            Needs::default()
        }
    }

    /// What the way out of a mission takes with handing over, Wh; infinite where the wind is stronger than the drone.
    pub(super) fn out_wh(&self, mission: &Mission, plan: &FlightPlan) -> f64 {
        self.flight_wh(mission, plan, greatest_payload_kg(mission)) + self.hand_over_wh(mission)
    }

    /// What the way back of a mission takes, Wh; infinite where the wind is stronger than the drone.
    pub(super) fn back_wh(&self, mission: &Mission, plan: &FlightPlan) -> f64 {
        self.flight_wh(mission, plan, 0.0)
    }

    fn flight_wh(&self, mission: &Mission, plan: &FlightPlan, payload_kg: f64) -> f64 {
        let air = self.air.budgeted(&self.scenario);
        let budget = budget(plan, &self.scenario.terrain, &self.flier(mission, payload_kg), &air);
        budget.map_or(f64::INFINITY, |budget| budget.energy_wh.total())
    }

    /// What hovering at the pad of a mission takes, Wh.
    fn hand_over_wh(&self, mission: &Mission) -> f64 {
        let route = mission.route().map(|route| self.scenario.route(route));
        let Some(pad) = route.and_then(|route| route.to).map(|pad| self.scenario.pad(pad)) else { return 0.0 };
        let loaded = self.flier(mission, greatest_payload_kg(mission));
        hand_over_budget(pad, &loaded, &self.air.budgeted(&self.scenario)).energy_wh.total()
    }

    /// What one flight needs in the weather of the instant.
    pub(super) fn needs_of(&self, mission: &Mission, plan: &FlightPlan, payload_kg: f64) -> Needs {
        let air = self.air.budgeted(&self.scenario);
        let ahead_wh = energy_ahead_wh(plan, &self.scenario.terrain, &self.flier(mission, payload_kg), &air);
        let fleet = &self.scenario.fleets[mission.fleet.index()];
        let lasts = SimTime::from_seconds(longest_s(&plan.points, &self.scenario.terrain, &fleet.aircraft));
        Needs { ahead_wh: ahead_wh.unwrap_or_default().into(), lasts, ..Needs::default() }
    }

    fn flier(&self, mission: &Mission, payload_kg: f64) -> Flier<'_> {
        let fleet = &self.scenario.fleets[mission.fleet.index()];
        Flier { aircraft: &fleet.aircraft, power: &fleet.power, payload_kg }
    }

    /// How long departures have been grounded that still are, by mission.
    pub(super) fn grounded_still(&self) -> impl Iterator<Item = (usize, SimTime)> {
        let missions = self.missions.iter().enumerate();
        missions.filter_map(|(index, mission)| Some((index, self.now - mission.grounded?)))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
fn milli(value: f64) -> i32 {
    (value * 1000.0).round() as i32
}
