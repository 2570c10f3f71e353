//! Contour lines by marching squares, joined into long lines so that the page stays small.

use std::collections::BTreeMap;

use super::svg::{real, whole};
use crate::world::geo::{Horizontal, Place, Rectangle};
use crate::world::terrain::Terrain;

/// Cells along the longer side.
const LONGER_SIDE: f64 = 130.0;

/// An edge of the grid: the node it starts from, and whether it runs north.
type Edge = (usize, usize, bool);

/// Ground heights on a grid.
pub(super) struct Grid {
    low: Place,
    step: Horizontal,
    columns: usize,
    rows: usize,
    heights_m: Vec<f64>,
}

impl Grid {
    /// The ground of `extent`; places without ground are not a number and get no lines.
    pub fn over(terrain: &Terrain, extent: Rectangle) -> Self {
        let size = extent.size();
        let cell = size.max() / LONGER_SIDE;
        let (columns, rows) = (whole(size.x / cell, 1) + 1, whole(size.y / cell, 1) + 1);
        let step = Horizontal::new(size.x / real(columns - 1), size.y / real(rows - 1));
        let mut grid = Self { low: extent.low, step, columns, rows, heights_m: Vec::new() };
        grid.heights_m = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .map(|(column, row)| terrain.ground_amsl_m(&grid.node(column, row)).unwrap_or(f64::NAN))
            .collect();
        grid
    }

    /// The lines of one height.
    pub fn lines(&self, level_m: f64) -> Vec<Vec<Place>> {
        let mut neighbours: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
        for row in 0..self.rows - 1 {
            for column in 0..self.columns - 1 {
                for (a, b) in self.segments(column, row, level_m) {
                    neighbours.entry(a).or_default().push(b);
                    neighbours.entry(b).or_default().push(a);
                }
            }
        }
        joined(neighbours)
            .into_iter()
            .map(|line| line.into_iter().map(|edge| self.crossing(edge, level_m)).collect())
            .collect()
    }

    fn node(&self, column: usize, row: usize) -> Place {
        self.low + Horizontal::new(real(column), real(row)).component_mul(&self.step)
    }

    fn height_m(&self, column: usize, row: usize) -> f64 {
        self.heights_m[row * self.columns + column]
    }

    /// Pairs of edges of a cell that a line of this height joins.
    fn segments(&self, column: usize, row: usize, level_m: f64) -> Vec<(Edge, Edge)> {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(x, y)| self.height_m(column + x, row + y));
        if corners.iter().any(|height| height.is_nan()) {
            return Vec::new();
        }
        let above = corners.map(|height| height >= level_m);
        let edges = [(column, row, false), (column + 1, row, true), (column, row + 1, false), (column, row, true)];
        let crossed: Vec<Edge> =
            (0..4).filter(|&side| above[side] != above[(side + 1) % 4]).map(|side| edges[side]).collect();
        match crossed[..] {
            [a, b] => vec![(a, b)],
            // A saddle: the mean height says which corners belong together.
            [a, b, c, d] if (corners.iter().sum::<f64>() >= 4.0 * level_m) == above[0] => vec![(a, b), (c, d)],
            [a, b, c, d] => vec![(d, a), (b, c)],
            _ => Vec::new(),
        }
    }

    fn crossing(&self, (column, row, runs_north): Edge, level_m: f64) -> Place {
        let (next_column, next_row) = if runs_north { (column, row + 1) } else { (column + 1, row) };
        let (a, b) = (self.height_m(column, row), self.height_m(next_column, next_row));
        let (from, to) = (self.node(column, row), self.node(next_column, next_row));
        from + (to - from) * ((level_m - a) / (b - a)).clamp(0.0, 1.0)
    }
}

/// Walks from edge to edge until every segment belongs to a line; open lines first, then closed ones.
fn joined(mut neighbours: BTreeMap<Edge, Vec<Edge>>) -> Vec<Vec<Edge>> {
    let ends: Vec<Edge> = neighbours.iter().filter(|(_, next)| next.len() == 1).map(|(&edge, _)| edge).collect();
    let mut starts = ends.into_iter();
    let mut lines = Vec::new();
    loop {
        let next_end = starts.find(|edge| neighbours.contains_key(edge));
        let Some(start) = next_end.or_else(|| neighbours.keys().next().copied()) else { return lines };
        let mut line = vec![start];
        let mut here = start;
        while let Some(next) = take_any(&mut neighbours, here) {
            line.push(next);
            here = next;
        }
        lines.push(line);
    }
}

/// Takes one segment at `here` out of the graph and returns its other end.
fn take_any(neighbours: &mut BTreeMap<Edge, Vec<Edge>>, here: Edge) -> Option<Edge> {
    let next = neighbours.get_mut(&here)?.pop();
    for (edge, other) in [(Some(here), None), (next, Some(here))] {
        let Some(edge) = edge else { continue };
        if let Some(list) = neighbours.get_mut(&edge) {
            list.retain(|&neighbour| Some(neighbour) != other);
            if list.is_empty() {
                neighbours.remove(&edge);
            }
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::terrain::HeightField;

    #[test]
    fn a_cone_has_one_round_line_per_height() {
        let field = HeightField::sampled(Place::new(-500.0, -500.0), 10.0, [101, 101], |p| 500.0 - p.coords.norm());
        let terrain = Terrain::new(field, None, true, "test");
        let extent = Rectangle { low: Place::new(-400.0, -400.0), high: Place::new(400.0, 400.0) };
        let lines = Grid::over(&terrain, extent).lines(200.0);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!(line.first(), line.last());
        assert!(line.iter().all(|place| (place.coords.norm() - 300.0).abs() < 1.0));
    }

    #[test]
    fn lines_that_leave_the_map_stay_open() {
        let field = HeightField::sampled(Place::new(0.0, 0.0), 10.0, [11, 11], |p| p.x);
        let terrain = Terrain::new(field, None, true, "test");
        let extent = Rectangle { low: Place::new(0.0, 0.0), high: Place::new(100.0, 100.0) };
        let lines = Grid::over(&terrain, extent).lines(50.1);
        assert_eq!(lines.len(), 1);
        assert!((lines[0][0].y - lines[0][lines[0].len() - 1].y).abs() > 99.0);
    }
}
