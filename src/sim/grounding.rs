//! Whether the weather lets a mission leave: at its hub, along its way and at its pad, as it is now.

use super::Simulation;
use super::drone::{LEAST_RESERVE, Needs};
use crate::frame::SimEvent;
use crate::mission::{Mission, Task};
use crate::scenario::greatest_payload_kg;
use crate::traffic::route::{Conditions, Flier, FlightPlan, energy_ahead_wh};
use crate::units::{MissionId, SimTime};
use crate::world::geo::Position;
use crate::world::weather::{Breach, Quantity};

/// Every how many points of a plan the weather is looked at: 100 m, two steps of the lattice of hills.
const LOOK_EVERY: usize = 10;

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
        let found = match self.missions[mission.index()].looked_at {
            Some((same, found)) if same == observed => found,
            _ => self.weather_against(mission),
        };
        self.missions[mission.index()].looked_at = Some((observed, found));
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
        let scenario = &self.scenario;
        let entry = scenario.mission(mission);
        let fleet = &scenario.fleets[entry.fleet.index()];
        let limits = &fleet.aircraft.limits;
        let (Task::Deliver { route, out: plan, .. } | Task::Round { route, circuit: plan, .. }) = &entry.task else {
            return None;
        };
        let route = scenario.route(*route);
        let pads = [Some(scenario.hubs[route.from.index()].position), route.to.map(|pad| scenario.pad(pad).position)];
        let at_pads = pads.iter().flatten().find_map(|pad| self.air.pad_breach(scenario, limits, pad));
        at_pads.or_else(|| {
            let agl_m = |position: &Position| scenario.terrain.agl_m(position).unwrap_or(0.0);
            let looked_at = plan.points.iter().step_by(LOOK_EVERY).map(|point| point.position);
            let on_the_way = looked_at.into_iter().find_map(|at| self.air.breach(scenario, limits, &at, agl_m(&at)));
            on_the_way.or_else(|| self.battery_against(mission, plan))
        })
    }

    /// Whether a full battery does not carry a sortie in the weather of the instant with half of its reserve; where the wind is
    /// stronger than the drone, none does.
    fn battery_against(&self, mission: MissionId, plan: &FlightPlan) -> Option<Breach> {
        let entry = self.scenario.mission(mission);
        let fleet = &self.scenario.fleets[entry.fleet.index()];
        let home = fleet.homes.first()?;
        let gives_wh = self.air.full_battery_wh(&self.scenario, &fleet.aircraft, home);
        let needs = self.needs_from(home, mission, plan);
        let takes_wh = needs.ahead_wh.first().map_or(f64::INFINITY, |ahead_wh| ahead_wh + needs.then_wh);
        let takes_wh = takes_wh + LEAST_RESERVE * fleet.reserve_share * gives_wh;
        (takes_wh > gives_wh).then_some(Breach { quantity: Quantity::Battery, value: takes_wh, limit: gives_wh })
    }

    /// The energy that a sortie needs in the weather of the instant.
    pub(super) fn needs(&self, index: usize, mission: MissionId, plan: &FlightPlan) -> Needs {
        self.needs_from(&self.drones[index].home, mission, plan)
    }

    fn needs_from(&self, home: &Position, mission: MissionId, plan: &FlightPlan) -> Needs {
        let scenario = &self.scenario;
        let entry = scenario.mission(mission);
        let conditions = self.air.budgeted(scenario, home);
        let ahead = |plan: &FlightPlan, payload_kg| self.ahead_wh(entry, plan, payload_kg, &conditions);
        match &entry.task {
            Task::Deliver { back, .. } => Needs {
                ahead_wh: ahead(plan, greatest_payload_kg(entry)),
                then_wh: ahead(back, 0.0).first().copied().unwrap_or(0.0),
            },
            Task::Round { .. } => Needs { ahead_wh: ahead(plan, 0.0), then_wh: 0.0 },
            Task::Wander(_) => Needs::default(),
        }
    }

    /// The energy that the way back from a pad needs in the weather of the instant.
    pub(super) fn needs_back(&self, index: usize, mission: MissionId, back: &FlightPlan) -> Needs {
        let conditions = self.air.budgeted(&self.scenario, &self.drones[index].state.position);
        Needs { ahead_wh: self.ahead_wh(self.scenario.mission(mission), back, 0.0, &conditions), then_wh: 0.0 }
    }

    /// The energy from each point of a plan to its end; nothing where the wind is stronger than the drone, as nobody can say.
    fn ahead_wh(&self, mission: &Mission, plan: &FlightPlan, payload_kg: f64, conditions: &Conditions) -> Vec<f64> {
        let fleet = &self.scenario.fleets[mission.fleet.index()];
        let flier = Flier { aircraft: &fleet.aircraft, power: &fleet.power, payload_kg };
        energy_ahead_wh(plan, &self.scenario.terrain, &flier, conditions).unwrap_or_default()
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
