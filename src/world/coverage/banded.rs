//! Figures at the nodes of a square lattice and of height bands over them, read between the nodes.

use rayon::prelude::*;

use crate::world::geo::{Horizontal, Place, Rectangle};

/// Height bands of a map, equally spaced up to the ceiling.
pub const BANDS: u8 = 4;

/// Which lattice a map has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lattice {
    south_west: Place,
    cell_m: f64,
    size: [usize; 2],
    band_m: f64,
    /// Cells and bands a metre: looking up multiplies.
    per_m: [f64; 2],
}

impl Lattice {
    /// Nodes over an area, at least `least_cell_m` apart and at most about `most_nodes`, in bands up to the ceiling.
    pub fn over(area: &Rectangle, ceiling_agl_m: f64, least_cell_m: f64, most_nodes: f64) -> Self {
        let extent = area.size();
        let nodes = |cell_m: f64| (extent / cell_m).map(|length| length.ceil() + 1.0);
        let mut cell_m = least_cell_m.max((extent.x * extent.y / most_nodes).sqrt());
        while nodes(cell_m).product() > most_nodes {
            cell_m *= 1.01;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most `most_nodes`")]
        let size = [0, 1].map(|axis| nodes(cell_m)[axis] as usize);
        let band_m = ceiling_agl_m / f64::from(BANDS);
        Self { south_west: area.low, cell_m, size, band_m, per_m: [1.0 / cell_m, 1.0 / band_m] }
    }

    /// Distance between neighbouring nodes, m.
    pub const fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// Columns and rows of nodes.
    pub const fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Heights of the bands, m above ground.
    pub fn bands_agl_m(&self) -> [f64; BANDS as usize] {
        let mut band = 0.0;
        [(); BANDS as usize].map(|()| {
            band += 1.0;
            band * self.band_m
        })
    }

    /// Place of a node.
    #[expect(clippy::cast_precision_loss, reason = "a lattice has few nodes")]
    pub fn node(&self, column: usize, row: usize) -> Place {
        self.south_west + Horizontal::new(column as f64, row as f64) * self.cell_m
    }

    /// The node and band that is nearest to a point, as an index into the values of all bands of all nodes.
    pub fn nearest(&self, place: &Place, agl_m: f64) -> usize {
        let at = (place - self.south_west) * self.per_m[0];
        let [column, row] = [0, 1].map(|axis| whole(at[axis] + 0.5, self.size[axis] - 1));
        let band = whole(agl_m * self.per_m[1] - 0.5, usize::from(BANDS) - 1);
        (row * self.size[0] + column) * usize::from(BANDS) + band
    }

    /// What is computed for each node, row by row in parallel, in the order of the nodes: the same on any thread count.
    pub fn computed<T: Send>(&self, at_node: impl Fn(usize, Place) -> T + Sync) -> Vec<T> {
        let [columns, rows] = self.size;
        let row_of = |row: usize| -> Vec<T> {
            (0..columns).map(|column| at_node(row * columns + column, self.node(column, row))).collect()
        };
        let computed: Vec<Vec<T>> = (0..rows).into_par_iter().map(row_of).collect();
        computed.into_iter().flatten().collect()
    }
}

/// `N` figures at every node and band of a lattice.
#[derive(Clone, Debug, PartialEq)]
pub struct BandGrid<const N: usize> {
    lattice: Lattice,
    /// Of every node all bands, from the lowest.
    values: Vec<[[f32; N]; BANDS as usize]>,
}

impl<const N: usize> BandGrid<N> {
    pub(super) const fn new(lattice: Lattice, values: Vec<[[f32; N]; BANDS as usize]>) -> Self {
        Self { lattice, values }
    }

    /// Its nodes.
    pub const fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// The figures of a node, band by band.
    pub fn node(&self, column: usize, row: usize) -> &[[f32; N]; BANDS as usize] {
        &self.values[row * self.lattice.size[0] + column]
    }

    /// The figures at a point: linear between the eight nodes around it, beyond the lattice those of its edge.
    pub fn at(&self, place: &Place, agl_m: f64) -> [f64; N] {
        let at = (place - self.lattice.south_west) * self.lattice.per_m[0];
        let [(column, east), (row, north)] = [0, 1].map(|axis| split(at[axis], self.lattice.size[axis] - 1));
        let (band, up) = split(agl_m * self.lattice.per_m[1] - 1.0, usize::from(BANDS) - 1);
        let width = self.lattice.size[0];
        let first = row * width + column;
        let mut sum = [0.0; N];
        for (node, weight) in [
            (first, (1.0 - east) * (1.0 - north)),
            (first + 1, east * (1.0 - north)),
            (first + width, (1.0 - east) * north),
            (first + width + 1, east * north),
        ] {
            let bands = &self.values[node];
            let (below, above) = (&bands[band], &bands[band + 1]);
            for (figure, sum) in sum.iter_mut().enumerate() {
                *sum += weight * (f64::from(below[figure]) * (1.0 - up) + f64::from(above[figure]) * up);
            }
        }
        sum
    }
}

/// The piece of `pieces` that an offset falls into and how far into it; outside the nearest end.
#[expect(clippy::cast_precision_loss, reason = "a lattice has few nodes")]
fn split(offset: f64, pieces: usize) -> (usize, f64) {
    let piece = whole(offset, pieces - 1);
    (piece, (offset - piece as f64).clamp(0.0, 1.0))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates at 0")]
fn whole(offset: f64, most: usize) -> usize {
    (offset as usize).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(width_m: f64, height_m: f64) -> Rectangle {
        Rectangle { low: Place::new(-30.0, 20.0), high: Place::new(-30.0 + width_m, 20.0 + height_m) }
    }

    #[test]
    fn a_lattice_covers_its_area_with_a_bounded_number_of_nodes() {
        for (width_m, height_m) in [(5000.0, 5000.0), (120.0, 80.0), (220_000.0, 150_000.0), (200_000.0, 100.0)] {
            let lattice = Lattice::over(&area(width_m, height_m), 120.0, 50.0, 65_000.0);
            let [columns, rows] = lattice.size();
            assert!(columns >= 2 && rows >= 2 && columns * rows <= 65_000 && lattice.cell_m() >= 50.0);
            let last = lattice.node(columns - 1, rows - 1);
            assert!(last.x >= -30.0 + width_m && last.y >= 20.0 + height_m, "{last}");
        }
    }

    /// A field that is linear in every direction is read back exactly, inside and, held at its edge, outside.
    #[test]
    fn linear_fields_are_read_exactly() {
        let lattice = Lattice::over(&area(1000.0, 700.0), 120.0, 50.0, 65_000.0);
        let linear = |place: &Place, agl_m: f64| 0.5 * place.x - 0.25 * place.y + 2.0 * agl_m;
        #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
        let values = lattice.computed(|_, place| lattice.bands_agl_m().map(|agl_m| [linear(&place, agl_m) as f32]));
        let grid = BandGrid::new(lattice, values);
        for (x, y, agl_m) in [(-30.0, 20.0, 30.0), (123.4, 345.6, 77.0), (969.9, 719.0, 120.0), (500.0, 500.0, 90.0)] {
            let place = Place::new(x, y);
            assert!((grid.at(&place, agl_m)[0] - linear(&place, agl_m)).abs() < 1e-3, "{place}");
        }
        let corner = Place::new(-30.0, 20.0);
        assert!((grid.at(&Place::new(-999.0, -999.0), 0.0)[0] - linear(&corner, 30.0)).abs() < 1e-3);
    }
}
