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
            Task::Deliver { .. } | Task::Traffic(_) => None,
        },
        waiting: VecDeque::new(),
        grounded: None,
        looked_at: None,
        needs: None,
        asks_again: SimTime::ZERO,
    };
    scenario.missions.iter().enumerate().map(state).collect()
}

impl MissionState {
    /// Lets something wait for its turn, also if it has waited before.
    pub(super) fn enqueue(&mut self, new: Waiting) {
        let turn = |waiting: &Waiting| (!waiting.is_called_out, waiting.since);
        let place = self.waiting.partition_point(|waiting| turn(waiting) <= turn(&new));
        self.waiting.insert(place, new);
    }
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
            self.missions[mission.index()].enqueue(Waiting {
                is_called_out: false,
                asked: None,
                since: order.placed,
                order: Some(order),
            });
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
            state.enqueue(Waiting { is_called_out: false, asked: None, since: due, order: None });
            state.next_round = Some((round + 1, due + every.max(SimTime::from_millis(1))));
            self.happen(SimEvent::RoundDue { mission, round });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is called out goes first, in its order; what has waited before has its place again.
    #[test]
    fn turns_are_kept() {
        let mut state = MissionState {
            arrivals: None,
            next_round: None,
            waiting: VecDeque::new(),
            grounded: None,
            looked_at: None,
            needs: None,
            asks_again: SimTime::ZERO,
        };
        let waiting = |is_called_out, second: i64| Waiting {
            is_called_out,
            asked: None,
            since: SimTime::from_millis(1000 * second),
            order: None,
        };
        for (is_called_out, second) in [(false, 10), (false, 20), (true, 30), (true, 40), (false, 50)] {
            state.enqueue(waiting(is_called_out, second));
        }
        for _ in 0..3 {
            let first = state.waiting.pop_front().unwrap();
            state.enqueue(first);
            let second = state.waiting.remove(2).unwrap();
            state.enqueue(second);
        }
        let turns: Vec<i64> = state.waiting.iter().map(|waiting| waiting.since.millis() / 1000).collect();
        assert_eq!(turns, [30, 40, 10, 20, 50]);
    }
}
