//! Orders: a Poisson process whose every arrival has its own address in the random streams.

use super::{Mission, Task};
use crate::units::{MissionId, OrderId, Purpose, RandomStream, SimTime, entity};

/// What a customer ordered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// When it was placed.
    pub placed: SimTime,
    /// Mass of the goods, kg, to the gram.
    pub payload_kg: f64,
}

/// The arrivals of one delivery mission, in the order of time.
#[derive(Clone, Debug)]
pub struct Arrivals {
    mission: MissionId,
    gaps: RandomStream,
    payloads: RandomStream,
    mean_gap_s: f64,
    payload_kg: (f64, f64),
    next: Option<Order>,
}

impl Arrivals {
    /// The arrivals of `mission` under `seed`; `None` if it takes no orders.
    pub fn new(id: MissionId, mission: &Mission, seed: u64) -> Option<Self> {
        let Task::Deliver { orders_per_hour, payload_kg, .. } = mission.task else {
            return None;
        };
        if orders_per_hour <= 0.0 {
            return None;
        }
        let entity = entity(&mission.id, 0);
        let mut arrivals = Self {
            mission: id,
            gaps: RandomStream::new(seed, Purpose::Demand, entity),
            payloads: RandomStream::new(seed, Purpose::Payload, entity),
            mean_gap_s: 3600.0 / orders_per_hour,
            payload_kg,
            next: None,
        };
        arrivals.next = Some(arrivals.order(0, SimTime::ZERO));
        Some(arrivals)
    }

    /// The next order if it was placed at or before `now`.
    pub fn take_due(&mut self, now: SimTime) -> Option<Order> {
        let due = self.next.filter(|order| order.placed <= now)?;
        self.next = Some(self.order(due.id.ordinal + 1, due.placed));
        Some(due)
    }

    /// Gaps are rounded up to a millisecond, so that time always moves on.
    fn order(&self, ordinal: u32, previous: SimTime) -> Order {
        let gap = SimTime::from_seconds(self.gaps.exponential(u64::from(ordinal), self.mean_gap_s));
        let (least, greatest) = self.payload_kg;
        let payload_kg = self.payloads.between(u64::from(ordinal), least, greatest);
        Order {
            id: OrderId { mission: self.mission, ordinal },
            placed: previous + gap.max(SimTime::from_millis(1)),
            payload_kg: (payload_kg * 1000.0).round() / 1000.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::mission::{MissionKind, OtherLegs};
    use crate::traffic::route::FlightPlan;
    use crate::units::{FleetId, RouteId};

    /// The count in a long time is Poisson: within four standard deviations of rate × time.
    #[test]
    fn arrivals_come_at_the_stated_rate() {
        let nowhere = Arc::new(FlightPlan { waypoints: Vec::new(), points: Vec::new() });
        let mission = Mission {
            id: "m".into(),
            kind: MissionKind::CityDelivery,
            fleet: FleetId(0),
            task: Task::Deliver {
                route: RouteId(0),
                out: Arc::clone(&nowhere),
                back: nowhere,
                orders_per_hour: 60.0,
                payload_kg: (0.5, 2.0),
            },
            other_legs: OtherLegs::default(),
        };
        let mut arrivals = Arrivals::new(MissionId(3), &mission, 42).unwrap();
        let until = SimTime::from_seconds(100.0 * 3600.0);
        let orders: Vec<Order> = std::iter::from_fn(|| arrivals.take_due(until)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let count = orders.len() as f64;
        assert!((count - 6000.0).abs() < 4.0 * 6000.0_f64.sqrt(), "{count}");
        assert!(orders.windows(2).all(|pair| pair[0].placed < pair[1].placed));
        assert!(orders.iter().all(|order| (0.5..=2.0).contains(&order.payload_kg)));
    }
}
