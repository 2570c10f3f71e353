//! How long drones stay over which cell, and where they come too close.

use std::collections::BTreeMap;

use crate::formats::table::Table;
use crate::frame::{DroneId, DroneSample, Frame, SimTime};

/// Side of a cell, m.
const CELL_M: i32 = 100;

/// A cell by its column and row.
type Cell = (i32, i32);

/// Gathers the rows of the table of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    rows: BTreeMap<Cell, CellRow>,
    /// Who stays where and how long so far, by his place in the frames: a cell is looked up when it is left.
    stays: Vec<Option<Stay>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct CellRow {
    drone_ms: i64,
    conflicts: u32,
    losses: u32,
}

#[derive(Clone, Copy, Debug)]
struct Stay {
    drone: DroneId,
    cell: Cell,
    drone_ms: i64,
}

impl Cells {
    /// Takes in the next frame, so long after the one before.
    pub fn see(&mut self, frame: &Frame, elapsed: SimTime) {
        self.stays.resize(self.stays.len().max(frame.drones.len()), None);
        for (sample, stay) in frame.drones.iter().zip(&mut self.stays) {
            if !sample.phase.is_airborne() {
                continue;
            }
            let here = Stay { drone: sample.drone, cell: cell_of(sample), drone_ms: elapsed.millis() };
            match stay {
                Some(stay) if (stay.drone, stay.cell) == (here.drone, here.cell) => stay.drone_ms += here.drone_ms,
                _ => stay.replace(here).into_iter().for_each(|left| end(&mut self.rows, left)),
            }
        }
        for conflict in &frame.conflicts {
            if let Ok(own) = frame.drones.binary_search_by_key(&conflict.own, |sample| sample.drone) {
                let row = self.rows.entry(cell_of(&frame.drones[own])).or_default();
                *(if conflict.loss_of_separation { &mut row.losses } else { &mut row.conflicts }) += 1;
            }
        }
    }

    /// The table.
    pub fn table(&self) -> Table {
        let mut all = self.rows.clone();
        self.stays.iter().flatten().for_each(|stay| end(&mut all, *stay));
        let rows = || all.iter();
        Table::new("cells")
            .int("east_m", rows().map(|((east, _), _)| i64::from(east * CELL_M)))
            .int("north_m", rows().map(|((_, north), _)| i64::from(north * CELL_M)))
            .real("drone_s", rows().map(|(_, row)| SimTime::from_millis(row.drone_ms).seconds()))
            .int("conflict_samples", rows().map(|(_, row)| i64::from(row.conflicts)))
            .int("loss_of_separation_samples", rows().map(|(_, row)| i64::from(row.losses)))
    }
}

fn end(rows: &mut BTreeMap<Cell, CellRow>, stay: Stay) {
    rows.entry(stay.cell).or_default().drone_ms += stay.drone_ms;
}

fn cell_of(sample: &DroneSample) -> Cell {
    let index = |length_cm: i32| length_cm.div_euclid(CELL_M * 100);
    (index(sample.motion.east_cm), index(sample.motion.north_cm))
}
