//! What a way on costs at least, over the ground alone: the cheapest way from each cell to the exits if every step took the
//! best of the layers. The search is told by it where to look; it is found backwards from the exits, and only as far as
//! somebody asks (reverse resumable A*, Silver 2005).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::search::Door;

/// The cost of what has not been reached, ms.
const NOT_REACHED: u32 = u32::MAX;

/// What a guide is asked for.
pub trait Plain {
    /// Columns and rows.
    fn size(&self) -> [u32; 2];
    /// The least that any step from a cell to a neighbouring one costs, in whichever layers, ms; `None` if all are closed.
    fn least_ms(&mut self, from: u32, to: u32) -> Option<u32>;
    /// No more than what a way between a cell and the start costs, ms; consistent.
    fn since_start_ms(&self, cell: u32) -> u32;
}

/// Costs from cells to the exits, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Guide {
    costs_ms: Vec<u32>,
    is_settled: Vec<bool>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Guide {
    /// Nothing known but the exits.
    pub fn new(plain: &impl Plain, exits: &[Door]) -> Self {
        let cells = (plain.size()[0] * plain.size()[1]) as usize;
        let mut guide =
            Self { costs_ms: vec![NOT_REACHED; cells], is_settled: vec![false; cells], queue: BinaryHeap::new() };
        for door in exits {
            guide.reach(plain, door.spot.cell, door.step.cost_ms);
        }
        guide
    }

    /// What the way from a cell to the exits costs at least, ms; without end where there is none.
    pub fn ahead_ms(&mut self, plain: &mut impl Plain, cell: u32) -> u32 {
        while !self.is_settled[cell as usize] {
            let Some(Reverse((_, nearest))) = self.queue.pop() else { return NOT_REACHED };
            if !std::mem::replace(&mut self.is_settled[nearest as usize], true) {
                self.expand(plain, nearest);
            }
        }
        self.costs_ms[cell as usize]
    }

    fn reach(&mut self, plain: &impl Plain, cell: u32, cost_ms: u32) {
        let known_ms = &mut self.costs_ms[cell as usize];
        if cost_ms < *known_ms {
            *known_ms = cost_ms;
            self.queue.push(Reverse((cost_ms.saturating_add(plain.since_start_ms(cell)), cell)));
        }
    }

    fn expand(&mut self, plain: &mut impl Plain, cell: u32) {
        let [columns, rows] = plain.size();
        let (column, row) = (cell % columns, cell / columns);
        for row in row.saturating_sub(1)..=(row + 1).min(rows - 1) {
            for column in column.saturating_sub(1)..=(column + 1).min(columns - 1) {
                let near = row * columns + column;
                if self.is_settled[near as usize] {
                    continue;
                }
                if let Some(step_ms) = plain.least_ms(near, cell) {
                    self.reach(plain, near, self.costs_ms[cell as usize].saturating_add(step_ms));
                }
            }
        }
    }
}
