//! Buildings: upright boxes on the ground, aligned with the local axes.

use rstar::{AABB, RTreeObject};

use crate::units::RandomStream;
use crate::world::geo::{Horizontal, Place, Position, Rectangle};
use crate::world::terrain::Terrain;

/// A box that stands in the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Building {
    /// Its ground plan.
    pub footprint: Rectangle,
    /// Ground at its centre, m above mean sea level.
    pub ground_amsl_m: f64,
    /// Height over that ground, m.
    pub height_m: f64,
}

impl Building {
    /// Top above mean sea level, m.
    pub fn top_amsl_m(&self) -> f64 {
        self.ground_amsl_m + self.height_m
    }

    /// Whether the segment from `a` to `b` comes closer than `clearance_m` to the box: above its top, or beside a wall.
    pub fn blocks(&self, a: &Position, b: &Position, clearance_m: f64) -> bool {
        let box_around = self.footprint.grown(clearance_m);
        let low = [box_around.low.x, box_around.low.y, f64::NEG_INFINITY];
        let high = [box_around.high.x, box_around.high.y, self.top_amsl_m() + clearance_m];
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for axis in 0..3 {
            let (start, span) = (a[axis], b[axis] - a[axis]);
            if span.abs() < 1e-9 {
                if start < low[axis] || start > high[axis] {
                    return false;
                }
                continue;
            }
            let (first, second) = ((low[axis] - start) / span, (high[axis] - start) / span);
            enter = enter.max(first.min(second));
            leave = leave.min(first.max(second));
        }
        enter < leave
    }
}

impl RTreeObject for Building {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.footprint.low.into(), self.footprint.high.into())
    }
}

/// A seeded block of buildings on a street grid: plots `plot_m` apart in `area`, a share of them built on, most of them
/// low. Plots without ground below are left empty.
pub fn schematic_block(
    area: Rectangle,
    plot_m: f64,
    built_share: f64,
    height_m: (f64, f64),
    terrain: &Terrain,
    random: RandomStream,
) -> Vec<Building> {
    let size = area.size() / plot_m;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the scenario check bounds the block")]
    let (columns, rows) = (size.x.max(0.0) as u32, size.y.max(0.0) as u32);
    let plots = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    plots
        .filter_map(|(column, row)| {
            let step = 4 * (u64::from(row) * u64::from(columns) + u64::from(column));
            if random.uniform(step) >= built_share {
                return None;
            }
            let centre = area.low + Horizontal::new(f64::from(column) + 0.5, f64::from(row) + 0.5) * plot_m;
            let half =
                Horizontal::new(random.between(step + 1, 0.2, 0.38), random.between(step + 2, 0.2, 0.38)) * plot_m;
            // The square of a uniform number makes high buildings rare.
            let u = random.uniform(step + 3);
            Some(Building {
                footprint: Rectangle { low: centre - half, high: centre + half },
                ground_amsl_m: terrain.ground_amsl_m(&Place::from(centre))?,
                height_m: height_m.0 + (height_m.1 - height_m.0) * u * u,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWER: Building = Building {
        footprint: Rectangle { low: Place::new(-10.0, -10.0), high: Place::new(10.0, 10.0) },
        ground_amsl_m: 100.0,
        height_m: 30.0,
    };

    #[test]
    fn a_tower_blocks_what_comes_too_close() {
        let leg = |y: f64, z: f64| (Position::new(-100.0, y, z), Position::new(100.0, y, z));
        for (y, z, blocked) in
            [(0.0, 120.0, true), (0.0, 139.0, true), (0.0, 141.0, false), (21.0, 120.0, false), (19.0, 120.0, true)]
        {
            let (a, b) = leg(y, z);
            assert_eq!(TOWER.blocks(&a, &b, 10.0), blocked, "y {y} z {z}");
        }
        let short = (Position::new(-100.0, 0.0, 120.0), Position::new(-30.0, 0.0, 120.0));
        assert!(!TOWER.blocks(&short.0, &short.1, 10.0));
    }
}
