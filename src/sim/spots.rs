//! Who has which place on the ground: stands of pads and sites to land in trouble, each for one drone at a time, and none where
//! somebody lies who came down in trouble.

use super::Simulation;
use super::drone::{Drone, Spot};
use crate::scenario::ResolvedScenario;
use crate::units::{DroneId, PadId, RallyId};
use crate::world::geo::Position;

/// Who is nearer to a place than this blocks it, m.
const BLOCKS_M: f64 = 3.0;

/// Which places on the ground are promised or taken, and by whom.
pub(super) struct Spots {
    stands: Vec<Vec<Option<DroneId>>>,
    rallies: Vec<Option<DroneId>>,
    /// Who is down in trouble, and where.
    down: Vec<(DroneId, Position)>,
}

impl Spots {
    /// All of a scenario, free.
    pub fn new(scenario: &ResolvedScenario) -> Self {
        Self {
            stands: scenario.pads.iter().map(|pad| vec![None; pad.stands.len()]).collect(),
            rallies: vec![None; scenario.rallies.len()],
            down: Vec::new(),
        }
    }

    /// Somebody is down in trouble.
    pub fn come_down(&mut self, drone: DroneId, position: Position) {
        self.down.push((drone, position));
    }

    /// Who was down is taken away.
    pub fn clear(&mut self, drone: DroneId) {
        self.down.retain(|(down, _)| *down != drone);
    }

    fn holder(&mut self, spot: Spot) -> &mut Option<DroneId> {
        match spot {
            Spot::Stand(pad, stand) => &mut self.stands[pad.index()][stand],
            Spot::Rally(rally) => &mut self.rallies[rally.index()],
        }
    }

    fn is_clear(&self, place: &Position) -> bool {
        self.down.iter().all(|(_, down)| (down - place).xy().norm() > BLOCKS_M)
    }
}

impl Simulation {
    /// The first free stand of a pad.
    pub(super) fn free_stand(&self, pad: PadId) -> Option<usize> {
        let stands = self.spots.stands[pad.index()].iter().enumerate();
        let mut free = stands.filter(|(_, holder)| holder.is_none()).map(|(stand, _)| stand);
        free.find(|stand| self.may_be_used(pad, *stand))
    }

    /// Whether a stand may be flown to: nothing blocks its pad, and nobody lies on it.
    pub(super) fn may_be_used(&self, pad: PadId, stand: usize) -> bool {
        !self.is_blocked(pad) && self.is_clear(Spot::Stand(pad, stand))
    }

    /// Whether a site is there for a drone in trouble, which may have it already.
    pub(super) fn is_free(&self, rally: RallyId, drone: DroneId) -> bool {
        let holder = self.spots.rallies[rally.index()];
        holder.is_none_or(|holder| holder == drone) && self.is_clear(Spot::Rally(rally))
    }

    /// Whether somebody lies on the place that a drone was promised.
    pub(super) fn is_lain_on(&self, drone: &Drone) -> bool {
        drone.spot.is_some_and(|spot| !self.is_clear(spot))
    }

    /// A drone takes a place, and leaves the one that it had.
    pub(super) fn take(&mut self, index: usize, spot: Spot) {
        self.leave(index);
        *self.spots.holder(spot) = Some(self.drones[index].id);
        self.drones[index].spot = Some(spot);
    }

    /// The place that a drone had is free for the next.
    pub(super) fn leave(&mut self, index: usize) {
        if let Some(spot) = self.drones[index].spot.take() {
            *self.spots.holder(spot) = None;
        }
    }

    fn is_clear(&self, spot: Spot) -> bool {
        self.spots.is_clear(match spot {
            Spot::Stand(pad, stand) => &self.scenario.pad(pad).stands[stand],
            Spot::Rally(rally) => &self.scenario.rallies[rally.index()].position,
        })
    }
}
