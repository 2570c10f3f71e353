//! The rows of drones that left their plans for others: what they were told to fly, for whom, and what it cost.

use std::collections::BTreeMap;

use super::Names;
use crate::formats::table::Table;
use crate::frame::{CommandSample, DroneId, EncounterId, SimEvent, SimTime, TimedEvent};

/// Gathers the evasions of a run, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Evasions {
    rows: Vec<Row>,
    /// The row of each drone that evades.
    open: BTreeMap<DroneId, usize>,
    shares: BTreeMap<EncounterId, Share>,
}

#[derive(Clone, Debug)]
struct Row {
    drone: DroneId,
    began: SimTime,
    command: CommandSample,
    ended: Option<(SimTime, Vec<EncounterId>, Cost)>,
}

/// What evading cost: time, path and energy that did not lead on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub lost_s: f64,
    pub extra_m: f64,
    pub extra_wh: f64,
}

/// What evading cost in one encounter, and who did. The cost of an evasion of several is shared evenly among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    pub by: Vec<DroneId>,
    pub cost: Cost,
}

impl Evasions {
    /// Takes in what happened, if it concerns evading.
    pub fn see(&mut self, timed: &TimedEvent) {
        match &timed.event {
            SimEvent::EvasionBegan { drone, command } => {
                self.open.insert(*drone, self.rows.len());
                self.rows.push(Row { drone: *drone, began: timed.time, command: *command, ended: None });
            }
            SimEvent::EvasionEnded { drone, encounters, lost_ms, extra_path_cm, extra_energy_mwh, .. } => {
                let cost = Cost {
                    lost_s: lost_ms.seconds(),
                    extra_m: f64::from(*extra_path_cm) / 100.0,
                    extra_wh: f64::from(*extra_energy_mwh) / 1000.0,
                };
                for encounter in encounters {
                    self.shares.entry(*encounter).or_default().take(*drone, &cost, encounters.len());
                }
                if let Some(row) = self.open.remove(drone).and_then(|row| self.rows.get_mut(row)) {
                    row.ended = Some((timed.time, encounters.clone(), cost));
                }
            }
            _ => {}
        }
    }

    /// What evading in an encounter cost; nothing if nobody did, or has not come to an end with it.
    pub fn share(&self, encounter: EncounterId) -> Option<&Share> {
        self.shares.get(&encounter)
    }

    /// The table.
    pub fn table(&self, names: &Names) -> Table {
        let rows = || self.rows.iter();
        let hundredths = |value: i32| f64::from(value) / 100.0;
        let numbers = |encounters: &[EncounterId]| {
            encounters.iter().map(|encounter| encounter.0.to_string()).collect::<Vec<_>>().join(" ")
        };
        let cost = |row: &Row| row.ended.as_ref().map(|(.., cost)| *cost);
        Table::new("evasions")
            .text("drone", rows().map(|row| names.drone(row.drone)))
            .real("began_s", rows().map(|row| row.began.seconds()))
            .real("ended_s", rows().map(|row| row.ended.as_ref().map(|(ended, ..)| ended.seconds())))
            .text("encounters", rows().map(|row| row.ended.as_ref().map(|(_, encounters, _)| numbers(encounters))))
            .real("turn_deg", rows().map(|row| hundredths(row.command.turn_centideg)))
            .real("speed_change_mps", rows().map(|row| hundredths(row.command.speed_change_cmps)))
            .real("climb_change_mps", rows().map(|row| hundredths(row.command.climb_change_cmps)))
            .real("lost_s", rows().map(|row| cost(row).map(|cost| cost.lost_s)))
            .real("extra_m", rows().map(|row| cost(row).map(|cost| cost.extra_m)))
            .real("extra_wh", rows().map(|row| cost(row).map(|cost| cost.extra_wh)))
    }
}

impl Share {
    /// Takes its part of what an evasion of some encounters cost.
    fn take(&mut self, drone: DroneId, cost: &Cost, encounters: usize) {
        if !self.by.contains(&drone) {
            self.by.push(drone);
        }
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        let part = 1.0 / encounters.max(1) as f64;
        self.cost.lost_s += part * cost.lost_s;
        self.cost.extra_m += part * cost.extra_m;
        self.cost.extra_wh += part * cost.extra_wh;
    }
}
