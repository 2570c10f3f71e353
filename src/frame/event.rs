//! What happens in a run: discrete facts, recorded when they happen, with their causes.

use serde::{Deserialize, Serialize};

use super::sample::VolumeSample;
use crate::aircraft::Fault;
use crate::traffic::conflict::{AlertLevel, Basis, Hazard};
use crate::traffic::contingency::{Response, Trouble};
use crate::traffic::intent::IntentState;
use crate::units::{DroneId, EncounterId, InterventionId, MannedId, MissionId, OrderId, RallyId, SimTime, SortieId};
use crate::world::weather::Quantity;

/// Whom a sortie meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MetFlight {
    /// A sortie of the run.
    Sortie(SortieId),
    /// An intent of others, by its place among those of the scenario, from 0.
    Others {
        /// Its place.
        intent: u32,
    },
}

/// How close two flights come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosestSample {
    /// When.
    pub at_ms: SimTime,
    /// Horizontal distance then, cm.
    pub horizontal_distance_cm: i32,
    /// Vertical distance then, cm.
    pub vertical_distance_cm: i32,
}

/// What would keep a flight apart from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CureSample {
    /// Which of the ways of its mission, 0 being the preferred one.
    pub way: u16,
    /// How much later it leaves.
    pub delay_ms: SimTime,
    /// How much longer it stays on its pad.
    pub pad_wait_ms: SimTime,
    /// Which flights leave later for it.
    pub moved: Vec<SortieId>,
    /// What that costs, in delay.
    pub cost_ms: SimTime,
}

/// What a drone is told to fly, against what its plan asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandSample {
    /// By how much it turns, hundredths of a degree, to the right positive; 0 from or to a standstill.
    pub turn_centideg: i32,
    /// By how much it is faster over ground, cm/s.
    pub speed_change_cmps: i32,
    /// By how much more it climbs, cm/s.
    pub climb_change_cmps: i32,
}

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
    /// The air was reserved for a sortie.
    IntentFiled {
        /// The sortie, which has not left yet.
        sortie: SortieId,
        /// What for.
        mission: MissionId,
        /// Which of the ways of its mission, 0 being the preferred one.
        way: u16,
        /// How long it waits on its hub for others.
        delay_ms: SimTime,
        /// What is reserved, in the order of flying.
        volumes: Vec<VolumeSample>,
    },
    /// A sortie, or its way back, found no room among those that are filed; it is asked for again.
    IntentRefused {
        /// Its mission.
        mission: MissionId,
        /// The first that is in the way.
        blocking: Option<SortieId>,
    },
    /// A sortie, or its way back, leaves at another time than was filed. What is reserved instead is told by itself.
    IntentMoved {
        /// The sortie.
        sortie: SortieId,
        /// What for.
        mission: MissionId,
        /// Whom it gives way to; none if it was late itself.
        by: Option<SortieId>,
        /// How much later it leaves; less than 0 if earlier.
        delay_ms: SimTime,
    },
    /// A sortie that was filed does not leave after all, and what was reserved for it is free.
    IntentWithdrawn {
        /// The sortie.
        sortie: SortieId,
    },
    /// A drone keeps to what was reserved for it, or no longer does.
    IntentChanged {
        /// The sortie.
        sortie: SortieId,
        /// What had become of its intent before.
        before: IntentState,
        /// What has become of it.
        state: IntentState,
    },
    /// What is reserved for a drone in the air was brought up to date: it does not keep to its intent, or is late on its way back.
    IntentUpdated {
        /// The sortie.
        sortie: SortieId,
        /// What is reserved from now on.
        volumes: Vec<VolumeSample>,
    },
    /// A sortie was filed although it overlaps another.
    IntentConflict {
        /// The sortie.
        own: SortieId,
        /// What it is for.
        mission: MissionId,
        /// The other.
        other: MetFlight,
        /// Which volumes overlap where the two come closest, of its own and of the other, numbered from 0.
        volumes: [u32; 2],
        /// When these begin to overlap.
        from_ms: SimTime,
        /// When they cease to.
        to_ms: SimTime,
        /// How close the two come if both are flown as meant; none if that is not known, or if they are never in the air together.
        closest: Option<ClosestSample>,
        /// Where the overlap is, east of the scenario's centre, cm: where its own flight is when it is closest, or the middle of
        /// its volume.
        east_cm: i32,
        /// North of it, cm.
        north_cm: i32,
        /// Height above mean sea level, cm.
        altitude_amsl_cm: i32,
        /// What would have kept them apart at least cost; none if nothing would within patience.
        cure: Option<CureSample>,
    },
    /// A round of a patrol or an inspection was called out of turn: an alarm.
    CalledOut {
        /// Its mission.
        mission: MissionId,
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
    /// A sortie is over: the drone is back on its hub, or on the ground elsewhere.
    SortieFinished {
        /// The sortie.
        sortie: SortieId,
        /// What for.
        mission: MissionId,
        /// Why its task is not done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aborted: Option<Trouble>,
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
    /// An order will not be handed over.
    OrderFailed {
        /// The order.
        order: OrderId,
        /// The sortie that carried it.
        sortie: SortieId,
        /// Why.
        trouble: Trouble,
    },
    /// Nobody leaves on a mission because of the weather.
    DeparturesGrounded {
        /// The mission.
        mission: MissionId,
        /// What is beyond its limit.
        quantity: Quantity,
        /// What it is, thousandths of its unit.
        value_milli: i32,
        /// The limit, thousandths of its unit.
        limit_milli: i32,
    },
    /// The weather lets them leave again.
    DeparturesResumed {
        /// The mission.
        mission: MissionId,
        /// How long nobody left.
        lasted_ms: SimTime,
    },
    /// Something on a drone failed.
    FaultBegan {
        /// The drone.
        drone: DroneId,
        /// What.
        fault: Fault,
    },
    /// It works again.
    FaultEnded {
        /// The drone.
        drone: DroneId,
        /// What.
        fault: Fault,
    },
    /// A drone in the air is in trouble, and holds until it is decided what it does.
    ContingencyBegan {
        /// The drone.
        drone: DroneId,
        /// What went wrong.
        trouble: Trouble,
    },
    /// It is decided what it does.
    ContingencyDecided {
        /// The drone.
        drone: DroneId,
        /// What went wrong.
        trouble: Trouble,
        /// What it does.
        response: Response,
        /// The site that it diverts to.
        rally: Option<RallyId>,
    },
    /// The trouble is over, or the drone is on the ground.
    ContingencyEnded {
        /// The drone.
        drone: DroneId,
        /// What went wrong.
        trouble: Trouble,
        /// What it did.
        response: Response,
        /// How long it lasted.
        lasted_ms: SimTime,
    },
    /// A drone came down away from hub and pad, and waits to be fetched.
    Stranded {
        /// The drone.
        drone: DroneId,
        /// What made it.
        trouble: Trouble,
        /// Where, east of the scenario's centre, cm.
        east_cm: i32,
        /// Where, north of the scenario's centre, cm.
        north_cm: i32,
    },
    /// It was fetched and is on its hub again.
    Fetched {
        /// The drone.
        drone: DroneId,
    },
    /// A drone and a manned aircraft are no longer well clear of each other.
    WellClearLost {
        /// The drone.
        drone: DroneId,
        /// The manned aircraft.
        aircraft: MannedId,
        /// Horizontal distance, cm.
        horizontal_distance_cm: i32,
        /// Vertical distance, cm.
        vertical_distance_cm: i32,
    },
    /// They are again.
    WellClearRegained {
        /// The drone.
        drone: DroneId,
        /// The manned aircraft.
        aircraft: MannedId,
        /// How long they were not, to the detection interval.
        duration_ms: SimTime,
        /// Smallest horizontal distance meanwhile, cm.
        least_horizontal_distance_cm: i32,
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
        /// What the prediction rests on.
        basis: Basis,
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
    /// A drone leaves its plan to evade others, or comes back to it from another way.
    EvasionBegan {
        /// The drone.
        drone: DroneId,
        /// What it is told first, against what its plan asks for.
        command: CommandSample,
    },
    /// It is on its plan again, or may not leave it any more.
    EvasionEnded {
        /// The drone.
        drone: DroneId,
        /// The encounters that it evaded, in the order in which it did.
        encounters: Vec<EncounterId>,
        /// How long it flew otherwise than by its plan.
        lasted_ms: SimTime,
        /// What of that did not lead on along its plan.
        lost_ms: SimTime,
        /// Path that did not lead on along its plan, cm.
        extra_path_cm: u32,
        /// Energy spent in the time that was lost, mWh.
        extra_energy_mwh: u32,
    },
    /// Something that is no drone is in the way of one that evades others, or has become more urgent.
    HazardForetold {
        /// The drone.
        drone: DroneId,
        /// What.
        hazard: Hazard,
        /// The rule by its identity, where it is one.
        rule: Option<String>,
        /// How urgent.
        level: AlertLevel,
        /// Time until the drone is there.
        time_to_entry_ms: SimTime,
    },
    /// The drone is where it may not be.
    HazardEntered {
        /// The drone.
        drone: DroneId,
        /// What.
        hazard: Hazard,
        /// The rule by its identity, where it is one.
        rule: Option<String>,
    },
    /// It is in the way no more.
    HazardOver {
        /// The drone.
        drone: DroneId,
        /// What.
        hazard: Hazard,
        /// How long it was.
        lasted_ms: SimTime,
        /// Whether the drone was there.
        was_entered: bool,
    },
}
