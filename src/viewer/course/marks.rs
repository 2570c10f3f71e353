//! What the timeline marks beside conflicts: contingencies, faults, grounded departures, losses of well clear.

use crate::frame::{DroneId, Fault, Hazard, MissionId, Quantity, SimEvent, SimTime, TimedEvent, Trouble};
use crate::message::words::Word;
use crate::viewer::palette::{self, Tint};
use crate::viewer::words;

/// Something that happened to a drone or a mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub time: SimTime,
    /// What.
    pub kind: MarkKind,
    /// To whom.
    pub subject: Subject,
}

/// Whom a mark concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A drone.
    Drone(DroneId),
    /// A mission.
    Mission(MissionId),
}

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A contingency begins.
    Contingency(Trouble),
    /// A drone is down away from hub and pad.
    Stranded,
    /// Something on a drone fails.
    Fault(Fault),
    /// The weather lets nobody leave.
    Grounded(Quantity),
    /// It lets them leave again.
    Resumed,
    /// A drone and a manned aircraft are too close.
    WellClearLost,
    /// A drone that evades others is where it may not be.
    Entered(Hazard),
}

impl Subject {
    /// The drone it is, if it is one.
    pub const fn drone(self) -> Option<DroneId> {
        match self {
            Self::Drone(drone) => Some(drone),
            Self::Mission(_) => None,
        }
    }
}

impl Mark {
    /// That of an event, if it has one.
    pub const fn of(timed: &TimedEvent) -> Option<Self> {
        let (kind, subject) = match timed.event {
            SimEvent::ContingencyBegan { drone, trouble } => (MarkKind::Contingency(trouble), Subject::Drone(drone)),
            SimEvent::Stranded { drone, .. } => (MarkKind::Stranded, Subject::Drone(drone)),
            SimEvent::FaultBegan { drone, fault } => (MarkKind::Fault(fault), Subject::Drone(drone)),
            SimEvent::DeparturesGrounded { mission, quantity, .. } => {
                (MarkKind::Grounded(quantity), Subject::Mission(mission))
            }
            SimEvent::DeparturesResumed { mission, .. } => (MarkKind::Resumed, Subject::Mission(mission)),
            SimEvent::WellClearLost { drone, .. } => (MarkKind::WellClearLost, Subject::Drone(drone)),
            SimEvent::HazardEntered { drone, hazard, .. } => (MarkKind::Entered(hazard), Subject::Drone(drone)),
            _ => return None,
        };
        Some(Self { time: timed.time, kind, subject })
    }
}

impl MarkKind {
    /// Its sign; kinds differ in it.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Contingency(_) => "◇",
            Self::Stranded => "⊗",
            Self::Fault(_) => "!",
            Self::Grounded(_) => "▼",
            Self::Resumed => "△",
            Self::WellClearLost => "◎",
            Self::Entered(_) => "■",
        }
    }

    /// Its colour.
    pub const fn tint(self) -> Tint {
        match self {
            Self::Contingency(_) => palette::NONCONFORMING,
            Self::Stranded => palette::STRANDED,
            Self::Fault(_) => palette::FAULT,
            Self::Grounded(_) | Self::Resumed => palette::HUB,
            Self::WellClearLost | Self::Entered(_) => palette::LOSS,
        }
    }

    /// What people call it, and the cause where it has one.
    pub const fn names(self) -> (Word, Option<Word>) {
        match self {
            Self::Contingency(trouble) => (trouble.name(), None),
            Self::Stranded => (words::STRANDED, None),
            Self::Fault(fault) => (fault.name(), None),
            Self::Grounded(quantity) => (words::GROUNDED, Some(quantity.name())),
            Self::Resumed => (words::RESUMED, None),
            Self::WellClearLost => (words::WELL_CLEAR_LOST, None),
            Self::Entered(hazard) => (words::ENTERED, Some(hazard.name())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_is_marked_and_what_ends_is_not() {
        let (drone, mission, time) = (DroneId::from_key(3), MissionId(1), SimTime::from_millis(500));
        let kind = |event| Mark::of(&TimedEvent { time, event }).map(|mark| (mark.time, mark.kind, mark.subject));
        let (trouble, fault) = (Trouble::LostLink, Fault::Link);
        let on_drone = |of| Some((time, of, Subject::Drone(drone)));
        assert_eq!(kind(SimEvent::ContingencyBegan { drone, trouble }), on_drone(MarkKind::Contingency(trouble)));
        assert_eq!(kind(SimEvent::FaultBegan { drone, fault }), on_drone(MarkKind::Fault(fault)));
        assert_eq!(kind(SimEvent::FaultEnded { drone, fault }), None);
        let lasted_ms = SimTime::ZERO;
        let resumed = kind(SimEvent::DeparturesResumed { mission, lasted_ms });
        assert_eq!(resumed, Some((time, MarkKind::Resumed, Subject::Mission(mission))));
        let kinds = [
            MarkKind::Contingency(trouble),
            MarkKind::Stranded,
            MarkKind::Fault(fault),
            MarkKind::Grounded(Quantity::Gust),
            MarkKind::Resumed,
            MarkKind::WellClearLost,
            MarkKind::Entered(Hazard::Zone),
        ];
        let signs: std::collections::BTreeSet<&str> = kinds.into_iter().map(MarkKind::sign).collect();
        assert_eq!(signs.len(), kinds.len(), "kinds are told apart without their colours");
    }
}
