//! The regions of a grid map: cells of one class joined, so that a picture has as many shapes as there are boundaries.

use std::collections::BTreeMap;

use crate::world::airspace::{Class, GridMap};
use crate::world::geo::Place;

/// Corners of cells that a straight side may leave out, since lines of a lattice bend in the local frame.
const MOST_SKIPPED: usize = 32;

/// A corner of cells: its column and row of corners.
type Node = [usize; 2];

/// Classes of patches; a patch is one cell, or several where cells would be too small to see.
pub(super) struct Regions<'a> {
    map: &'a GridMap<'a>,
    /// Cells along the side of a patch.
    pub stride: usize,
    size: [usize; 2],
    classes: Vec<Option<Class>>,
}

impl<'a> Regions<'a> {
    /// The patches of a map, each of which shows the strictest of its cells.
    pub fn of(map: &'a GridMap<'a>, stride: usize) -> Self {
        let size = map.sheet().size().map(|cells| cells.div_ceil(stride));
        let mut classes = vec![None; size[0] * size[1]];
        for cell in map.cells() {
            let patch: &mut Option<Class> =
                &mut classes[cell.row_index / stride * size[0] + cell.column_index / stride];
            *patch = (*patch).max(Some(cell.class()));
        }
        Self { map, stride, size, classes }
    }

    fn is(&self, class: Class, [column, row]: [Option<usize>; 2]) -> bool {
        let inside = column.zip(row).filter(|(column, row)| *column < self.size[0] && *row < self.size[1]);
        inside.is_some_and(|(column, row)| self.classes[row * self.size[0] + column] == Some(class))
    }

    /// The boundaries of a class, each closed.
    pub fn boundaries(&self, class: Class) -> Vec<Vec<Place>> {
        let mut sides = self.sides(class);
        let mut boundaries = Vec::new();
        while let Some((&first, _)) = sides.first_key_value() {
            let mut nodes = vec![first];
            let mut here = first;
            while let Some(next) = take(&mut sides, here) {
                nodes.push(next);
                here = next;
            }
            boundaries.push(corners(&nodes).into_iter().map(|node| self.place(node)).collect());
        }
        boundaries
    }

    /// The sides of the class's patches that border on another, each with the class to its left.
    fn sides(&self, class: Class) -> BTreeMap<Node, Vec<Node>> {
        let mut sides: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for (index, _) in self.classes.iter().enumerate().filter(|(_, found)| **found == Some(class)) {
            let [x, y] = [index % self.size[0], index / self.size[0]];
            let around = [
                ([Some(x), y.checked_sub(1)], [x, y], [x + 1, y]),
                ([Some(x + 1), Some(y)], [x + 1, y], [x + 1, y + 1]),
                ([Some(x), Some(y + 1)], [x + 1, y + 1], [x, y + 1]),
                ([x.checked_sub(1), Some(y)], [x, y + 1], [x, y]),
            ];
            for (_, from, to) in around.into_iter().filter(|(beside, _, _)| !self.is(class, *beside)) {
                sides.entry(from).or_default().push(to);
            }
        }
        sides
    }

    fn place(&self, node: Node) -> Place {
        let sheet = self.map.sheet();
        let [column, row] = [0, 1].map(|axis: usize| (node[axis] * self.stride).min(sheet.size()[axis]));
        sheet.local_node(column, row)
    }

    /// The lines between patches, from the first patch to the last.
    pub fn lines(&self) -> Vec<[Place; 2]> {
        let [columns, rows] = self.size;
        let is_patch = |[column, row]: Node| self.classes[row * columns + column].is_some();
        let upright = (0..columns).filter_map(|column| {
            let (first, last) = ends(rows, |row| is_patch([column, row]))?;
            Some([[column, first], [column, last + 1]])
        });
        let level = (0..rows).filter_map(|row| {
            let (first, last) = ends(columns, |column| is_patch([column, row]))?;
            Some([[first, row], [last + 1, row]])
        });
        upright.chain(level).map(|ends| ends.map(|node| self.place(node))).collect()
    }
}

/// The first and the last of some indices for which something holds.
fn ends(count: usize, holds: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
    (0..count).find(|&index| holds(index)).zip((0..count).rev().find(|&index| holds(index)))
}

/// Takes one side that begins at `here`, and returns its end.
fn take(sides: &mut BTreeMap<Node, Vec<Node>>, here: Node) -> Option<Node> {
    let ends = sides.get_mut(&here)?;
    let next = ends.pop();
    if ends.is_empty() {
        sides.remove(&here);
    }
    next
}

/// The nodes at which a closed line turns, and some of those between.
fn corners(nodes: &[Node]) -> Vec<Node> {
    let mut kept: Vec<Node> = Vec::new();
    let mut skipped = 0;
    for (index, &node) in nodes.iter().enumerate() {
        let straight = index > 0 && index + 1 < nodes.len() && is_between(nodes[index - 1], node, nodes[index + 1]);
        skipped = if straight { (skipped + 1) % MOST_SKIPPED } else { 0 };
        if skipped == 0 {
            kept.push(node);
        }
    }
    kept
}

fn is_between(a: Node, b: Node, c: Node) -> bool {
    (a[0] == b[0] && b[0] == c[0]) || (a[1] == b[1] && b[1] == c[1])
}
