//! Smooth interpolation on a regular lattice, without over- or undershoot.
//!
//! Monotone cubics halve the steps of the lattice, and a cubic B-spline joins the result. The first keep every new
//! height between its neighbours; the second stays in their hull, has no creases, and rounds the ribs that monotone
//! cubics alone leave along the lattice.

/// Heights at the nodes of a regular lattice in latitude and longitude, row 0 in the south.
pub struct Lattice {
    south_deg: f64,
    west_deg: f64,
    lat_step_deg: f64,
    lon_step_deg: f64,
    columns: usize,
    rows: usize,
    heights_m: Vec<f64>,
}

impl Lattice {
    /// The surface over `[columns, rows]` heights from their `[lat, lon]` corner in the south-west, `[lat, lon]` steps
    /// apart.
    pub fn smooth(
        [south_deg, west_deg]: [f64; 2],
        [lat_step_deg, lon_step_deg]: [f64; 2],
        [columns, rows]: [usize; 2],
        heights_m: &[f64],
    ) -> Self {
        let wide: Vec<f64> = heights_m.chunks(columns).flat_map(halved).collect();
        let columns = 2 * columns - 1;
        let upright: Vec<Vec<f64>> = (0..columns)
            .map(|column| halved(&(0..rows).map(|row| wide[row * columns + column]).collect::<Vec<f64>>()))
            .collect();
        let rows = 2 * rows - 1;
        let heights_m = (0..rows * columns).map(|index| upright[index % columns][index / columns]).collect();
        let (lat_step_deg, lon_step_deg) = (lat_step_deg / 2.0, lon_step_deg / 2.0);
        Self { south_deg, west_deg, lat_step_deg, lon_step_deg, columns, rows, heights_m }
    }

    /// Southern, northern, western and eastern edge, degrees.
    pub fn bounds_deg(&self) -> [f64; 4] {
        let north_deg = self.south_deg + (self.rows - 1) as f64 * self.lat_step_deg;
        let east_deg = self.west_deg + (self.columns - 1) as f64 * self.lon_step_deg;
        [self.south_deg, north_deg, self.west_deg, east_deg]
    }

    /// Height, m; places outside take the height of the edge.
    pub fn height_m(&self, lat_deg: f64, lon_deg: f64) -> f64 {
        let (column, x) = split((lon_deg - self.west_deg) / self.lon_step_deg, self.columns);
        let (row, y) = split((lat_deg - self.south_deg) / self.lat_step_deg, self.rows);
        let (across, up) = (b_spline(x), b_spline(y));
        let mut height_m = 0.0;
        for (j, up) in up.iter().enumerate() {
            for (i, across) in across.iter().enumerate() {
                height_m += across * up * self.node_m(column + i, row + j);
            }
        }
        height_m
    }

    /// The node one to the west and south of the given one, which may lie one beyond the edge.
    fn node_m(&self, column: usize, row: usize) -> f64 {
        let (column, row) = (column.saturating_sub(1).min(self.columns - 1), row.saturating_sub(1).min(self.rows - 1));
        self.heights_m[row * self.columns + column]
    }
}

/// `values` with one more between each pair: the middle of the monotone cubic.
fn halved(values: &[f64]) -> Vec<f64> {
    let mut halved = Vec::with_capacity(2 * values.len());
    for index in 0..values.len() {
        if index > 0 {
            let (left, right) = (monotone_slope(values, index - 1), monotone_slope(values, index));
            halved.push((values[index - 1] + values[index]) / 2.0 + (left - right) / 8.0);
        }
        halved.push(values[index]);
    }
    halved
}

/// The slope at a node, per step, that keeps the cubic between neighbours monotone: the harmonic mean of the slopes on
/// both sides, zero at a local extreme (Fritsch and Butland 1984), one-sided at the ends.
fn monotone_slope(values: &[f64], index: usize) -> f64 {
    let before = (index > 0).then(|| values[index] - values[index - 1]);
    let after = (index + 1 < values.len()).then(|| values[index + 1] - values[index]);
    match (before, after) {
        (Some(before), Some(after)) if before * after > 0.0 => 2.0 * before * after / (before + after),
        (Some(_), Some(_)) | (None, None) => 0.0,
        (Some(only), None) | (None, Some(only)) => only,
    }
}

/// Weights of the nodes at -1, 0, 1 and 2 of the uniform cubic B-spline at `t`.
fn b_spline(t: f64) -> [f64; 4] {
    let rest = 1.0 - t;
    let second = |t: f64| (4.0 - 6.0 * t * t + 3.0 * t * t * t) / 6.0;
    [rest * rest * rest / 6.0, second(t), second(rest), t * t * t / 6.0]
}

/// The cell an offset falls into and where in it, 0 to 1.
fn split(offset: f64, nodes: usize) -> (usize, f64) {
    let offset = offset.clamp(0.0, (nodes - 1) as f64);
    let cell = (offset as usize).min(nodes - 2);
    (cell, offset - cell as f64)
}
