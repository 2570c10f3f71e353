//! Which drone was on which sortie when.

use crate::frame::{DroneId, MissionId, SimEvent, SimTime, SortieId, TimedEvent};

/// A sortie, from leaving the hub to being down again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Which.
    pub sortie: SortieId,
    /// What for.
    pub mission: MissionId,
    /// When it left.
    pub started: SimTime,
    /// When it was on its way back, its load handed over; `None` if it has not been yet, or never is.
    pub turned: Option<SimTime>,
    /// When it was down; [`SimTime::END`] while it flies.
    pub finished: SimTime,
}

/// All sorties, in the order in which they left.
#[derive(Clone, Debug, Default)]
pub struct Flights(Vec<Flight>);

impl Flights {
    /// Takes in the next event.
    pub fn observe(&mut self, TimedEvent { time, event }: &TimedEvent) {
        match event {
            SimEvent::SortieStarted { sortie, mission, .. } => {
                let (sortie, mission) = (*sortie, *mission);
                self.0.push(Flight { sortie, mission, started: *time, turned: None, finished: SimTime::END });
            }
            SimEvent::Delivered { sortie, .. } => self.change(*sortie, |flight| flight.turned = Some(*time)),
            SimEvent::SortieFinished { sortie, .. } => self.change(*sortie, |flight| flight.finished = *time),
            _ => {}
        }
    }

    /// The sortie that a drone is on at an instant.
    pub fn of(&self, drone: DroneId, time: SimTime) -> Option<Flight> {
        let left = self.0.partition_point(|flight| flight.started <= time);
        let own = self.0[..left].iter().rev().find(|flight| flight.sortie.drone == drone)?;
        (time <= own.finished).then_some(*own)
    }

    fn change(&mut self, sortie: SortieId, change: impl FnOnce(&mut Flight)) {
        if let Some(flight) = self.0.iter_mut().rev().find(|flight| flight.sortie == sortie) {
            change(flight);
        }
    }
}

impl Flight {
    /// Whether it is on its way back at an instant.
    pub fn is_on_its_way_back(&self, time: SimTime) -> bool {
        self.turned.is_some_and(|turned| turned <= time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::OrderId;

    #[test]
    fn a_drone_is_on_one_sortie_at_a_time() {
        let drone = DroneId::from_key(4);
        let sortie = |ordinal| SortieId { drone, ordinal };
        let (mission, zero) = (MissionId(0), SimTime::ZERO);
        let order = OrderId { mission, ordinal: 7 };
        let started =
            |ordinal| SimEvent::SortieStarted { sortie: sortie(ordinal), mission, order: Some(order), waited_ms: zero };
        let delivered = SimEvent::Delivered { order, sortie: sortie(0), order_to_hand_ms: zero };
        let finished = SimEvent::SortieFinished {
            sortie: sortie(0),
            mission,
            aborted: None,
            duration_ms: zero,
            distance_m: 0,
            energy_wh: 0,
        };
        let mut flights = Flights::default();
        for (millis, event) in [(10, started(0)), (20, delivered), (30, finished), (50, started(1))] {
            flights.observe(&TimedEvent { time: SimTime::from_millis(millis), event });
        }
        let at = |millis| {
            let time = SimTime::from_millis(millis);
            flights.of(drone, time).map(|flight| (flight.sortie.ordinal, flight.is_on_its_way_back(time)))
        };
        let seen = [5, 10, 19, 20, 30, 40, 50, 90].map(at);
        let expected = [None, Some((0, false)), Some((0, false)), Some((0, true)), Some((0, true)), None];
        assert_eq!(seen[..6], expected);
        assert_eq!(seen[6..], [Some((1, false)); 2]);
        assert_eq!(flights.of(DroneId::from_key(5), SimTime::from_millis(15)), None);
    }
}
