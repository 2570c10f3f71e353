//! Small random lattices for tests.

use super::pull::Legs;
use super::search::{Door, Open, Space, Spot, Step};
use crate::units::{Draws, Purpose, RandomStream};

/// A lattice whose answers are drawn.
pub struct Toy {
    pub size: [u32; 2],
    pub heights: Vec<f64>,
    /// By slice and cell.
    pub open: Vec<Vec<Open>>,
    pub ends_ms: Vec<u32>,
    /// What a metre costs, by cell and layer.
    pub rates: Vec<u32>,
    pub bounds: Vec<u32>,
    pub entries: Vec<Door>,
    pub exits: Vec<Door>,
}

fn below(draws: &mut Draws, limit: u32) -> u32 {
    u32::try_from(draws.bits() % u64::from(limit)).unwrap()
}

impl Toy {
    /// One of at most 9 × 9 cells and 4 layers, about `closed` in ten of them closed.
    pub fn drawn(seed: u64, slices: u32, closed: u32) -> Self {
        let draws = &mut RandomStream::new(seed, Purpose::Traffic, 77).from_step(0);
        let size = [2 + below(draws, 8), 2 + below(draws, 8)];
        let layers = 1 + below(draws, 4);
        let cells = size[0] * size[1];
        let layers_open = |draws: &mut Draws| {
            let (mut open, mut links) = (0_u16, 0_u16);
            for layer in 0..layers {
                open |= u16::from(below(draws, 10) >= closed) << layer;
            }
            for layer in 0..layers - 1 {
                let both = (open >> layer) & 3 == 3;
                links |= u16::from(both && below(draws, 10) >= closed) << layer;
            }
            Open { layers: open, links }
        };
        let open = (0..slices).map(|_| (0..cells).map(|_| layers_open(draws)).collect()).collect();
        let door = |draws: &mut Draws| Door {
            spot: Spot { cell: below(draws, cells), layer: u8::try_from(below(draws, layers)).unwrap() },
            step: Step { cost_ms: below(draws, 50), time_ms: below(draws, 50) },
        };
        Self {
            size,
            heights: (0..layers).map(|layer| 20.0 + 10.0 * f64::from(layer)).collect(),
            open,
            ends_ms: (1..slices).map(|slice| 45 * slice).collect(),
            rates: (0..cells * layers).map(|_| 1 + below(draws, 9) * below(draws, 2)).collect(),
            bounds: vec![0; (cells * layers) as usize],
            entries: (0..=below(draws, 2)).map(|_| door(draws)).collect(),
            exits: (0..=below(draws, 2)).map(|_| door(draws)).collect(),
        }
    }

    pub fn spots(&self) -> Vec<Spot> {
        let layers = self.layers();
        (0..self.size[0] * self.size[1]).flat_map(|cell| (0..layers).map(move |layer| Spot { cell, layer })).collect()
    }

    pub fn index(&self, spot: Spot) -> usize {
        spot.cell as usize * self.heights.len() + usize::from(spot.layer)
    }

    fn place(&self, cell: u32) -> [f64; 2] {
        [f64::from(cell % self.size[0]), f64::from(cell / self.size[0])].map(|at| 10.0 * (at + 0.5))
    }
}

impl Space for Toy {
    fn size(&self) -> [u32; 2] {
        self.size
    }

    fn layers(&self) -> u8 {
        u8::try_from(self.heights.len()).unwrap()
    }

    fn slices(&self) -> u8 {
        u8::try_from(self.open.len()).unwrap()
    }

    fn slice_at(&self, time_ms: u32) -> u8 {
        u8::try_from(self.ends_ms.iter().filter(|end_ms| **end_ms <= time_ms).count()).unwrap()
    }

    fn late_ms(&self, time_ms: u32) -> u32 {
        time_ms
    }

    fn open(&mut self, cell: u32, slice: u8) -> Open {
        self.open[usize::from(slice)][cell as usize]
    }

    fn step(&self, from: Spot, to: Spot) -> Option<Step> {
        let diagonal =
            from.cell % self.size[0] != to.cell % self.size[0] && from.cell / self.size[0] != to.cell / self.size[0];
        let length = if diagonal { 15 } else { 10 };
        let rate = self.rates[self.index(from)] + self.rates[self.index(to)];
        Some(Step { cost_ms: length * rate, time_ms: length })
    }

    fn bound_ms(&mut self, at: Spot) -> u32 {
        self.bounds[self.index(at)]
    }
}

impl Legs for Toy {
    /// The rates of the cells along it, in steps of a metre.
    fn leg(&mut self, from: Spot, to: Spot) -> Option<Step> {
        let ends = [from, to].map(|spot| self.place(spot.cell));
        let length = libm::hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]).ceil();
        let steps = (1..).map(f64::from).take_while(|step| *step <= length);
        let cost: f64 = steps
            .map(|step| {
                let at = |from: f64, to: f64| from + (to - from) * (step - 0.5) / length;
                let [x, y] = [0, 1].map(|axis| at(ends[0][axis], ends[1][axis]));
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside")]
                let (cell, layer) = (
                    (y / 10.0) as u32 * self.size[0] + (x / 10.0) as u32,
                    at(f64::from(from.layer), f64::from(to.layer)).round() as u8,
                );
                2.0 * f64::from(self.rates[self.index(Spot { cell, layer })])
            })
            .sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let step = Step { cost_ms: cost.ceil() as u32, time_ms: length as u32 };
        Some(step)
    }

    fn heights(&self) -> &[f64] {
        &self.heights
    }
}
