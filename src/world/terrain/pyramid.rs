//! Lowest and highest ground of blocks of cells, level by level: bounds the ground under a box without visiting its
//! posts.

/// Cells along the side of a block of the lowest level.
const BLOCK: usize = 4;

/// The pyramid of a height field. A block covers whole cells; a bilinear cell is lowest and highest at its corners.
#[derive(Clone, Debug, PartialEq)]
pub struct Pyramid {
    /// From blocks of 4 × 4 cells up, each level half as many blocks along a side as the one before, to a single block.
    levels: Vec<Blocks>,
}

#[derive(Clone, Debug, PartialEq)]
struct Blocks {
    columns: usize,
    rows: usize,
    ranges: Vec<Range>,
}

/// Lowest and highest ground, m above mean sea level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lowest.
    pub low: f32,
    /// Highest.
    pub high: f32,
}

impl Range {
    const NOTHING: Self = Self { low: f32::INFINITY, high: f32::NEG_INFINITY };

    fn around(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

impl Pyramid {
    /// The pyramid over `columns` × `rows` nodes, rows one after the other.
    pub fn over(heights_m: &[f32], [columns, rows]: [usize; 2]) -> Self {
        let base = Blocks::new((columns - 1).div_ceil(BLOCK), (rows - 1).div_ceil(BLOCK), |column, row| {
            let nodes_of = |block: usize, nodes: usize| block * BLOCK..((block + 1) * BLOCK + 1).min(nodes);
            nodes_of(row, rows)
                .flat_map(|row| &heights_m[row * columns..][nodes_of(column, columns)])
                .fold(Range::NOTHING, |so_far, &height| so_far.around(Range { low: height, high: height }))
        });
        let mut levels = vec![base];
        while let Some(finer) = levels.last().filter(|level| level.ranges.len() > 1) {
            let coarser = Blocks::new(finer.columns.div_ceil(2), finer.rows.div_ceil(2), |column, row| {
                finer.range([2 * column, 2 * column + 1], [2 * row, 2 * row + 1])
            });
            levels.push(coarser);
        }
        Self { levels }
    }

    /// Bounds of the ground in the cells from `columns[0]` to `columns[1]` and from `rows[0]` to `rows[1]`, both
    /// included; never narrower than the truth. Looks at the four blocks in which the corners lie, on the level whose
    /// blocks are larger than the box.
    pub fn range(&self, columns: [usize; 2], rows: [usize; 2]) -> Range {
        let extent = (columns[1] - columns[0]).max(rows[1] - rows[0]) / BLOCK;
        let level = ((usize::BITS - extent.leading_zeros()) as usize).min(self.levels.len() - 1);
        let [west, east] = columns.map(|cell| (cell / BLOCK) >> level);
        let [south, north] = rows.map(|cell| (cell / BLOCK) >> level);
        let at = |column: usize, row: usize| self.levels[level].at(column, row);
        at(west, south).around(at(east, south)).around(at(west, north).around(at(east, north)))
    }
}

impl Blocks {
    fn new(columns: usize, rows: usize, mut range: impl FnMut(usize, usize) -> Range) -> Self {
        let ranges = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        Self { columns, rows, ranges: ranges.map(|(column, row)| range(column, row)).collect() }
    }

    fn at(&self, column: usize, row: usize) -> Range {
        self.ranges[row * self.columns + column]
    }

    /// Of the blocks between two columns and two rows, as far as there are any.
    fn range(&self, columns: [usize; 2], rows: [usize; 2]) -> Range {
        let last_row = rows[1].min(self.rows - 1);
        let last_column = columns[1].min(self.columns - 1);
        let blocks = (rows[0]..=last_row).flat_map(|row| &self.ranges[row * self.columns..][columns[0]..=last_column]);
        blocks.fold(Range::NOTHING, |so_far, &range| so_far.around(range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    /// Against a walk over every node of the box: never narrower, and equal for the whole field.
    #[test]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "indices drawn at random"
    )]
    fn bounds_hold_what_is_there() {
        let draw = RandomStream::new(5, Purpose::Traffic, 1);
        for (trial, [columns, rows]) in [[2, 2], [9, 17], [100, 40], [65, 65], [300, 7]].into_iter().enumerate() {
            let offset = trial as u64 * 1_000_000;
            let heights: Vec<f32> =
                (0..columns * rows).map(|i| draw.between(offset + i as u64, 0.0, 500.0) as f32).collect();
            let pyramid = Pyramid::over(&heights, [columns, rows]);
            let truth = |c: [usize; 2], r: [usize; 2]| {
                let nodes = (r[0]..=r[1] + 1).flat_map(|row| &heights[row * columns..][c[0]..=c[1] + 1]);
                nodes.fold(Range::NOTHING, |so_far, &h| so_far.around(Range { low: h, high: h }))
            };
            for step in 0..500 {
                let pick = |at: u64, cells: usize| {
                    let [a, b] = [0, 1]
                        .map(|end| (draw.uniform(offset + 500_000 + 4 * step + at + end) * cells as f64) as usize);
                    [a.min(b), a.max(b)]
                };
                let (c, r) = (pick(0, columns - 1), pick(2, rows - 1));
                let (bound, exact) = (pyramid.range(c, r), truth(c, r));
                assert!(bound.low <= exact.low && bound.high >= exact.high, "{c:?} {r:?}: {bound:?} {exact:?}");
            }
            let all = ([0, columns - 2], [0, rows - 2]);
            assert_eq!(pyramid.range(all.0, all.1), truth(all.0, all.1));
        }
    }
}
