//! What happens in a run: discrete facts, recorded when they happen, with their causes.

use serde::{Deserialize, Serialize};

use crate::units::{DroneId, EncounterId, InterventionId, MissionId, OrderId, SimTime, SortieId};

/// One event. Integers only, so that its text is the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SimEvent {
    /// A part of the air was closed, or departures stopped.
    InterventionBegan {
        /// Which.
        intervention: InterventionId,
    },
    /// It ended.
    InterventionEnded {
        /// Which.
        intervention: InterventionId,
    },
    /// A customer ordered.
    OrderPlaced {
        /// The order.
        order: OrderId,
        /// Mass of the goods, g.
        payload_g: u32,
    },
    /// A round of a patrol or an inspection became due.
    RoundDue {
        /// Its mission.
        mission: MissionId,
        /// Its ordinal in the mission, from 0.
        round: u32,
    },
    /// A drone left its hub.
    SortieStarted {
        /// The sortie.
        sortie: SortieId,
        /// What for.
        mission: MissionId,
        /// The order it carries, for deliveries.
        order: Option<OrderId>,
        /// How long the order or round had waited for a drone.
        waited_ms: SimTime,
    },
    /// Goods were handed over.
    Delivered {
        /// The order.
        order: OrderId,
        /// The sortie that brought it.
        sortie: SortieId,
        /// Time from order to hand.
        order_to_hand_ms: SimTime,
    },
    /// A drone is back on its hub with its task done.
    SortieFinished {
        /// The sortie.
        sortie: SortieId,
        /// What for.
        mission: MissionId,
        /// Time from leaving the hub to being back, hand-over included.
        duration_ms: SimTime,
        /// Length of the path flown, m.
        distance_m: u32,
        /// Energy spent, Wh.
        energy_wh: u32,
    },
    /// A drone is ready again.
    TurnAroundFinished {
        /// Which.
        drone: DroneId,
    },
    /// Conflict detection predicted a loss of separation: an encounter begins.
    EncounterOpened {
        /// The episode.
        encounter: EncounterId,
        /// The drone with the smaller id.
        own: DroneId,
        /// The other.
        intruder: DroneId,
        /// Time to the predicted loss; 0 when separation is lost already.
        time_to_loss_ms: SimTime,
        /// Predicted horizontal distance at the closest point of approach, cm.
        cpa_distance_cm: i32,
    },
    /// Separation was lost.
    LossOfSeparation {
        /// The episode.
        encounter: EncounterId,
        /// The drone with the smaller id.
        own: DroneId,
        /// The other.
        intruder: DroneId,
        /// Horizontal distance, cm.
        horizontal_distance_cm: i32,
        /// Vertical distance, cm.
        vertical_distance_cm: i32,
    },
    /// Separation was regained.
    SeparationRegained {
        /// The episode.
        encounter: EncounterId,
        /// How long it was lost, to the detection interval.
        duration_ms: SimTime,
        /// Severity of the loss, hundredths of a percent: 0 touched the protected zone, 10 000 is a collision.
        severity_permyriad: u32,
    },
    /// Neither a conflict nor a loss is left: the encounter is over.
    EncounterClosed {
        /// The episode.
        encounter: EncounterId,
        /// From opening to closing.
        duration_ms: SimTime,
        /// Smallest horizontal distance seen at a detection tick, cm.
        least_horizontal_distance_cm: i32,
    },
}
