//! Identities. Each is (source, ordinal in the source), so that thinning one demand never renames another's orders.

use serde::{Deserialize, Serialize};

macro_rules! index_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u16);

        impl $name {
            /// Position in the resolved scenario's list of its kind.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the entry at `index`; scenarios are checked to hold fewer than 65 536 of each kind.
            #[expect(clippy::cast_possible_truncation, reason = "the scenario check bounds every list")]
            pub const fn from_index(index: usize) -> Self {
                Self(index as u16)
            }
        }
    };
}

index_id!(
    /// A fleet: drones of one type that share a home hub.
    FleetId
);
index_id!(
    /// A hub, where drones live.
    HubId
);
index_id!(
    /// A pad outside a hub, where drones deliver.
    PadId
);
index_id!(
    /// A route between places, or the circuit of a round.
    RouteId
);
index_id!(
    /// Why drones fly: an entry of `[[delivery]]`, `[[round]]` or `[[traffic]]`, counted in that order.
    MissionId
);

index_id!(
    /// A change during a run: an entry of `[[intervention]]`.
    InterventionId
);

index_id!(
    /// A site where drones in trouble may land: an entry of `[[rally]]`.
    RallyId
);

/// One movement of a manned aircraft: an entry of `[[manned]]` and the ordinal of the movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MannedId {
    /// The entry, from 0.
    pub entry: u16,
    /// The ordinal of the movement in it, from 0.
    pub movement: u16,
}

impl MannedId {
    /// One number per movement, in the order of (entry, movement).
    pub const fn key(self) -> u32 {
        (self.entry as u32) << 16 | self.movement as u32
    }

    /// The movement of a [`MannedId::key`].
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a 32-bit key")]
    pub const fn from_key(key: u32) -> Self {
        Self { entry: (key >> 16) as u16, movement: key as u16 }
    }
}

/// One drone: its fleet and its ordinal in the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DroneId {
    /// The fleet it belongs to.
    pub fleet: FleetId,
    /// Its ordinal in the fleet, from 0.
    pub ordinal: u16,
}

impl DroneId {
    /// One number per drone, in the order of (fleet, ordinal).
    pub const fn key(self) -> u32 {
        (self.fleet.0 as u32) << 16 | self.ordinal as u32
    }

    /// The drone of a [`DroneId::key`].
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a 32-bit key")]
    pub const fn from_key(key: u32) -> Self {
        Self { fleet: FleetId((key >> 16) as u16), ordinal: key as u16 }
    }
}

/// The name people call a drone by: its own or, counted from 1 in its fleet, one such as `scenic-3`.
pub fn drone_name(fleet: &str, own: &[String], ordinal: u16) -> String {
    own.get(usize::from(ordinal)).cloned().unwrap_or_else(|| format!("{fleet}-{}", u32::from(ordinal) + 1))
}

/// One order: the mission that drew it and its ordinal in that mission's arrival process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderId {
    /// The delivery mission.
    pub mission: MissionId,
    /// Its ordinal among the mission's arrivals, from 0.
    pub ordinal: u32,
}

/// One sortie: a drone and the ordinal of this flight among the drone's flights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SortieId {
    /// The drone that flies it.
    pub drone: DroneId,
    /// Its ordinal among the drone's sorties, from 0.
    pub ordinal: u32,
}

/// One encounter: the whole episode of a pair, numbered in the order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EncounterId(pub u32);
