//! Phase `order`: orders that customers place, rounds that become due.

use super::{MissionState, Simulation, Waiting};
use crate::frame::SimEvent;
use crate::mission::{Arrivals, Mission, Task};
use crate::scenario::ResolvedScenario;
use crate::units::{MissionId, SimTime};
use std::collections::VecDeque;

pub(super) fn mission_states(scenario: &ResolvedScenario, seed: u64) -> Vec<MissionState> {
    let state = |(index, mission): (usize, &Mission)| MissionState {
        arrivals: Arrivals::new(MissionId::from_index(index), mission, seed),
        next_round: match mission.task {
            Task::Round { first, .. } => Some((0, first)),
            Task::Deliver { .. } | Task::Wander(_) => None,
        },
        waiting: VecDeque::new(),
        grounded: None,
        looked_at: None,
        needs: None,
        asks_again: SimTime::ZERO,
    };
    scenario.missions.iter().enumerate().map(state).collect()
}

impl Simulation {
    pub(super) fn order(&mut self) {
        for index in 0..self.missions.len() {
            let mission = MissionId::from_index(index);
            self.place_orders(mission);
            self.announce_rounds(mission);
        }
    }

    fn place_orders(&mut self, mission: MissionId) {
        let now = self.now;
        let state = &mut self.missions[mission.index()];
        let Some(arrivals) = &mut state.arrivals else { return };
        let due: Vec<_> = std::iter::from_fn(|| arrivals.take_due(now)).collect();
        for order in due {
            self.missions[mission.index()].waiting.push_back(Waiting { since: order.placed, order: Some(order) });
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "grams of a payload in kilograms"
            )]
            let payload_g = (order.payload_kg * 1000.0).round() as u32;
            self.happen(SimEvent::OrderPlaced { order: order.id, payload_g });
        }
    }

    fn announce_rounds(&mut self, mission: MissionId) {
        let Task::Round { every, .. } = self.scenario.mission(mission).task else { return };
        while let Some((round, due)) = self.missions[mission.index()].next_round.filter(|(_, due)| *due <= self.now) {
            let state = &mut self.missions[mission.index()];
            state.waiting.push_back(Waiting { since: due, order: None });
            state.next_round = Some((round + 1, due + every.max(SimTime::from_millis(1))));
            self.happen(SimEvent::RoundDue { mission, round });
        }
    }
}
