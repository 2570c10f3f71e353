//! The rows of drones in trouble: what went wrong, what they did about it, and how it ended.

use std::collections::BTreeMap;

use super::{Names, code};
use crate::formats::table::Table;
use crate::frame::{DroneId, RallyId, Response, SimEvent, SimTime, TimedEvent, Trouble};

/// Gathers the contingencies of a run, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Contingencies {
    rows: Vec<Row>,
    /// The row of each drone's last contingency of a kind.
    latest: BTreeMap<(DroneId, Trouble), usize>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    drone: DroneId,
    trouble: Trouble,
    began: SimTime,
    /// The last decision: when, what, and where to.
    decided: Option<(SimTime, Response, Option<RallyId>)>,
    ended: Option<SimTime>,
    stranded: Option<SimTime>,
}

impl Contingencies {
    /// Takes in what happened, if it concerns a drone in trouble.
    pub fn see(&mut self, timed: &TimedEvent) {
        let time = timed.time;
        match timed.event {
            SimEvent::ContingencyBegan { drone, trouble } => {
                self.latest.insert((drone, trouble), self.rows.len());
                self.rows.push(Row { drone, trouble, began: time, decided: None, ended: None, stranded: None });
            }
            SimEvent::ContingencyDecided { drone, trouble, response, rally } => {
                self.change(drone, trouble, |row| row.decided = Some((time, response, rally)));
            }
            SimEvent::ContingencyEnded { drone, trouble, .. } => {
                self.change(drone, trouble, |row| row.ended = Some(time));
            }
            SimEvent::Stranded { drone, trouble, .. } => {
                self.change(drone, trouble, |row| row.stranded = Some(time));
            }
            _ => {}
        }
    }

    fn change(&mut self, drone: DroneId, trouble: Trouble, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.latest.get(&(drone, trouble)).and_then(|&row| self.rows.get_mut(row)) {
            change(row);
        }
    }

    /// The table.
    pub fn table(&self, names: &Names) -> Table {
        let rows = || self.rows.iter();
        let seconds = |time: Option<SimTime>| time.map(SimTime::seconds);
        Table::new("contingencies")
            .text("drone", rows().map(|row| names.drone(row.drone)))
            .text("trouble", rows().map(|row| code(row.trouble)))
            .real("began_s", rows().map(|row| row.began.seconds()))
            .real("decided_s", rows().map(|row| seconds(row.decided.map(|(time, ..)| time))))
            .text("response", rows().map(|row| row.decided.and_then(|(_, response, _)| code(response))))
            .text("rally", rows().map(|row| row.decided.and_then(|(.., rally)| rally).map(|rally| names.rally(rally))))
            .real("ended_s", rows().map(|row| seconds(row.ended)))
            .real("stranded_s", rows().map(|row| seconds(row.stranded)))
    }
}
