//! Whether the weather lets a mission leave: at its hub, along its way and at its pad, as it is now.

use std::sync::Arc;

use super::Simulation;
use super::drone::{KEPT_OF_RESERVE, Needs};
use crate::frame::SimEvent;
use crate::mission::{Mission, Task};
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
        let (Task::Deliver { out: plan, .. } | Task::Round { circuit: plan, .. }) = &entry.task else { return None };
        self.weather_along(entry, plan).or_else(|| self.battery_against(entry, plan))
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
    pub(super) fn battery_against(&self, mission: &Mission, plan: &FlightPlan) -> Option<Breach> {
        let fleet = &self.scenario.fleets[mission.fleet.index()];
        let home = fleet.homes.first()?;
        let gives_wh = self.air.full_battery_wh(&self.scenario, &fleet.aircraft, home);
        let needs = self.needs(mission, plan);
        let then_wh = needs.hover_wh + needs.then_wh;
        let takes_wh = needs.ahead_wh.first().map_or(f64::INFINITY, |ahead_wh| ahead_wh + then_wh);
        let takes_wh = takes_wh + KEPT_OF_RESERVE * fleet.reserve_share * gives_wh;
        (takes_wh > gives_wh).then_some(Breach { quantity: Quantity::Battery, value: takes_wh, limit: gives_wh })
    }

    /// What a sortie needs in the weather of the instant, computed once for each.
    pub(super) fn needs_now(&mut self, mission: MissionId, plan: &FlightPlan) -> Needs {
        if !self.is_preferred(mission, plan) {
            return self.needs(self.scenario.mission(mission), plan);
        }
        let observed = self.air.observed();
        let known = self.missions[mission.index()].needs.take().filter(|(same, _)| *same == observed);
        let (_, needs) = known.unwrap_or_else(|| (observed, self.needs(self.scenario.mission(mission), plan)));
        self.missions[mission.index()].needs = Some((observed, needs.clone()));
        needs
    }

    /// Whether a plan is the one by which a mission flies if it may.
    fn is_preferred(&self, mission: MissionId, plan: &FlightPlan) -> bool {
        match &self.scenario.mission(mission).task {
            Task::Deliver { out: preferred, .. } | Task::Round { circuit: preferred, .. } => {
                std::ptr::eq(Arc::as_ptr(preferred), plan)
            }
            Task::Wander(_) => false,
        }
    }

    /// What a sortie needs in the weather of the instant; nothing is known where the wind is stronger than the drone.
    fn needs(&self, entry: &Mission, plan: &FlightPlan) -> Needs {
        let payload_kg = greatest_payload_kg(entry);
        let Task::Deliver { route, back, .. } = &entry.task else { return self.needs_of(entry, plan, payload_kg) };
        let flier = self.flier(entry, 0.0);
        let home_wh = budget(back, &self.scenario.terrain, &flier, &self.air.budgeted(&self.scenario));
        let Ok(home) = home_wh else { return Needs::default() };
        let (loaded, air) = (self.flier(entry, payload_kg), self.air.budgeted(&self.scenario));
        let pad = self.scenario.route(*route).to.map(|pad| self.scenario.pad(pad));
        let hover_wh = pad.map_or(0.0, |pad| hand_over_budget(pad, &loaded, &air).energy_wh.total());
        Needs { hover_wh, then_wh: home.energy_wh.total(), ..self.needs_of(entry, plan, payload_kg) }
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
