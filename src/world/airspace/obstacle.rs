//! Obstacles: what stands on the ground or hangs over it, and how close a drone may come.

use super::{Footprint, ObstacleKind};
use crate::message::Text;
use crate::units::RandomStream;
use crate::world::geo::{Horizontal, Place, Position, Rectangle};
use crate::world::terrain::Terrain;

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// Identity in its file; empty for schematic buildings.
    pub id: String,
    /// Name; empty where it has none.
    pub name: Text,
    /// What it is.
    pub kind: ObstacleKind,
    /// Where it is.
    pub body: Body,
    /// Least distance that a drone keeps from it, to the side and above, m.
    pub clearance_m: f64,
}

/// The air that an obstacle takes up, down to the ground.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Upright, with a level top.
    Block {
        /// Its ground plan.
        footprint: Footprint,
        /// Ground at its middle, m above mean sea level.
        base_amsl_m: f64,
        /// Its top, m above mean sea level.
        top_amsl_m: f64,
    },
    /// Along a line in space: a power line, a cable car. It is straight between its points, so that slack only lowers it.
    Span {
        /// The highest parts, m above mean sea level; at least two points.
        line: Vec<Position>,
        /// Half its width, m.
        half_width_m: f64,
    },
}

impl Obstacle {
    /// The smallest rectangle around what drones keep clear of.
    pub fn extent(&self) -> Rectangle {
        match &self.body {
            Body::Block { footprint, .. } => footprint.extent().grown(self.clearance_m),
            Body::Span { line, half_width_m } => {
                let places = line.iter().map(nalgebra::OPoint::xy);
                let around =
                    Rectangle::around(places).unwrap_or(Rectangle { low: Place::origin(), high: Place::origin() });
                around.grown(half_width_m + self.clearance_m)
            }
        }
    }

    /// Its ground plan.
    pub fn footprint(&self) -> Footprint {
        match &self.body {
            Body::Block { footprint, .. } => footprint.clone(),
            Body::Span { line, half_width_m } => Footprint::Corridor {
                line: line.iter().map(nalgebra::OPoint::xy).collect(),
                half_width_m: *half_width_m,
            },
        }
    }

    /// Its highest point, m above mean sea level.
    pub fn top_amsl_m(&self) -> f64 {
        match &self.body {
            Body::Block { top_amsl_m, .. } => *top_amsl_m,
            Body::Span { line, .. } => line.iter().map(|point| point.z).fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// Its height over the ground at its highest point, m.
    pub fn height_m(&self, terrain: &Terrain) -> f64 {
        match &self.body {
            Body::Block { base_amsl_m, top_amsl_m, .. } => top_amsl_m - base_amsl_m,
            Body::Span { line, .. } => line
                .iter()
                .map(|point| point.z - terrain.extended_ground_amsl_m(&point.xy()))
                .fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// Its highest part within the clearance of a rectangle, m above mean sea level; `None` if it is farther.
    pub fn top_near(&self, area: &Rectangle) -> Option<f64> {
        match &self.body {
            Body::Block { footprint, top_amsl_m, .. } => {
                is_near(footprint, area, self.clearance_m).then_some(*top_amsl_m)
            }
            Body::Span { line, half_width_m } => {
                let reach_m = half_width_m + self.clearance_m;
                let pieces = line.windows(2).filter_map(|piece| top_of_piece_near(&piece[0], &piece[1], area, reach_m));
                pieces.reduce(f64::max)
            }
        }
    }

    /// Its top at a place that it covers, m above mean sea level.
    pub fn top_over(&self, place: &Place) -> Option<f64> {
        let bare = Rectangle { low: *place, high: *place };
        match &self.body {
            Body::Block { footprint, top_amsl_m, .. } => footprint.contains(place).then_some(*top_amsl_m),
            Body::Span { line, half_width_m } => {
                let covered = self.footprint().contains(place);
                let pieces =
                    line.windows(2).filter_map(|pair| top_of_piece_near(&pair[0], &pair[1], &bare, *half_width_m));
                pieces.reduce(f64::max).filter(|_| covered)
            }
        }
    }

    /// Whether the segment from `a` to `b` comes closer than the clearance: over its top, or beside it.
    pub fn blocks(&self, a: &Position, b: &Position) -> bool {
        let height_m = |share: f64| a.z + (b.z - a.z) * share;
        match &self.body {
            Body::Block { footprint, top_amsl_m, .. } => {
                let shares = footprint.shares_within(&a.xy(), &b.xy(), self.clearance_m);
                shares.iter().any(|[from, to]| height_m(*from).min(height_m(*to)) < top_amsl_m + self.clearance_m)
            }
            Body::Span { line, half_width_m } => {
                line.windows(2).any(|piece| self.piece_blocks(&piece[0], &piece[1], *half_width_m, a, b))
            }
        }
    }

    /// The height of a segment over a piece of a span is linear between the shares at which it passes the ends.
    fn piece_blocks(&self, p: &Position, q: &Position, half_width_m: f64, a: &Position, b: &Position) -> bool {
        let piece = Footprint::Corridor { line: vec![p.xy(), q.xy()], half_width_m };
        let along = q.xy() - p.xy();
        let share_of = |place: &Place| ((place - p.xy()).dot(&along) / along.norm_squared()).clamp(0.0, 1.0);
        let over_m = |share: f64| {
            let point = a + (b - a) * share;
            let along = share_of(&point.xy());
            point.z - (p.z + (q.z - p.z) * if along.is_nan() { 0.0 } else { along })
        };
        let (start, span) = ((a.xy() - p.xy()).dot(&along), (b.xy() - a.xy()).dot(&along));
        let passes = [-start / span, (along.norm_squared() - start) / span];
        piece.shares_within(&a.xy(), &b.xy(), self.clearance_m).into_iter().any(|[from, to]| {
            let inner = passes.into_iter().filter(|share| (from..=to).contains(share));
            inner.chain([from, to]).any(|share| over_m(share) < self.clearance_m)
        })
    }
}

/// Whether a footprint comes closer to a rectangle than `margin_m`.
fn is_near(footprint: &Footprint, area: &Rectangle, margin_m: f64) -> bool {
    if !footprint.extent().grown(margin_m).touches(area) {
        return false;
    }
    let corners = area.corners();
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    footprint.touches(area) || sides.clone().any(|(a, b)| !footprint.shares_within(a, b, margin_m).is_empty())
}

/// The highest point of the part of a piece that runs within `reach_m` of a rectangle: by the sides of the rectangle
/// grown, so that it may take in a little more at the corners, never less.
fn top_of_piece_near(p: &Position, q: &Position, area: &Rectangle, reach_m: f64) -> Option<f64> {
    let [from, to] = area.grown(reach_m).share_of(p, q)?;
    Some((p.z + (q.z - p.z) * from).max(p.z + (q.z - p.z) * to))
}

/// A seeded block of buildings on a street grid: plots `plot_m` apart in `area`, a share of them built on, most of them
/// low. Plots without ground below are left empty.
pub fn schematic_block(
    area: Rectangle,
    plot_m: f64,
    built_share: f64,
    height_m: (f64, f64),
    clearance_m: f64,
    terrain: &Terrain,
    random: RandomStream,
) -> Vec<Obstacle> {
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
            let base_amsl_m = terrain.ground_amsl_m(&Place::from(centre))?;
            let corners = Rectangle { low: centre - half, high: centre + half }.corners();
            Some(Obstacle {
                id: String::new(),
                name: Text::default(),
                kind: ObstacleKind::Building,
                clearance_m,
                body: Body::Block {
                    footprint: Footprint::polygon(corners.to_vec()),
                    base_amsl_m,
                    top_amsl_m: base_amsl_m + height_m.0 + (height_m.1 - height_m.0) * u * u,
                },
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Purpose;

    const DRAW: RandomStream = RandomStream::new(41, Purpose::Traffic, 5);

    fn obstacle(body: Body) -> Obstacle {
        Obstacle { id: String::new(), name: Text::default(), kind: ObstacleKind::Building, body, clearance_m: 10.0 }
    }

    fn tower() -> Obstacle {
        let corners = Rectangle { low: Place::new(-10.0, -10.0), high: Place::new(10.0, 10.0) }.corners();
        obstacle(Body::Block { footprint: Footprint::polygon(corners.to_vec()), base_amsl_m: 100.0, top_amsl_m: 130.0 })
    }

    fn cable() -> Obstacle {
        let line = [(-80.0, -20.0, 120.0), (10.0, 30.0, 180.0), (90.0, 10.0, 140.0)];
        obstacle(Body::Span { line: line.map(|(x, y, z)| Position::new(x, y, z)).to_vec(), half_width_m: 4.0 })
    }

    #[test]
    fn a_tower_blocks_what_comes_too_close() {
        let leg = |y: f64, z: f64| (Position::new(-100.0, y, z), Position::new(100.0, y, z));
        for (y, z, blocked) in
            [(0.0, 120.0, true), (0.0, 139.0, true), (0.0, 141.0, false), (21.0, 120.0, false), (19.0, 120.0, true)]
        {
            let (a, b) = leg(y, z);
            assert_eq!(tower().blocks(&a, &b), blocked, "y {y} z {z}");
        }
        let short = (Position::new(-100.0, 0.0, 120.0), Position::new(-30.0, 0.0, 120.0));
        assert!(!tower().blocks(&short.0, &short.1));
    }

    /// Whether a point is too close, by the definition alone.
    fn is_too_close(obstacle: &Obstacle, at: &Position) -> bool {
        match &obstacle.body {
            Body::Block { footprint, top_amsl_m, .. } => {
                footprint.distance_m(&at.xy()) < 10.0 && at.z < top_amsl_m + 10.0
            }
            Body::Span { line, half_width_m } => line.windows(2).any(|piece| {
                let (p, q) = (piece[0], piece[1]);
                let along = (q - p).xy();
                let share = ((at - p).xy().dot(&along) / along.norm_squared()).clamp(0.0, 1.0);
                let nearest = p + (q - p) * share;
                (at - nearest).xy().norm() < half_width_m + 10.0 && at.z < nearest.z + 10.0
            }),
        }
    }

    /// Against a walk in small steps: what it finds blocks; what blocks has a point within a step of too close.
    #[test]
    fn what_blocks_is_what_a_walk_finds() {
        for obstacle in [tower(), cable()] {
            let mut blocked = 0;
            for step in 0..4_000 {
                let at = |n: u64, low, high| DRAW.between(6 * step + n, low, high);
                let a = Position::new(at(0, -120.0, 120.0), at(1, -80.0, 80.0), at(2, 90.0, 220.0));
                let b = Position::new(at(3, -120.0, 120.0), at(4, -80.0, 80.0), at(5, 90.0, 220.0));
                let count = ((b - a).norm() / 0.5).ceil();
                let mut walk = std::iter::successors(Some(0.0), |share| Some(share + 1.0 / count))
                    .take_while(|share| *share <= 1.0);
                let walked = walk.any(|share| is_too_close(&obstacle, &(a + (b - a) * share)));
                assert!(obstacle.blocks(&a, &b) || !walked, "{a} {b}");
                let grown = Obstacle { clearance_m: 9.0, ..obstacle.clone() };
                assert!(walked || !grown.blocks(&a, &b), "{a} {b}");
                blocked += u32::from(walked);
            }
            assert!(blocked > 200, "{blocked}");
        }
    }

    /// What is blocked over a rectangle lies under the top near it.
    #[test]
    fn no_point_over_a_rectangle_is_blocked_above_the_top_near_it() {
        for obstacle in [tower(), cable()] {
            for step in 0..20_000 {
                let at = |n: u64, low, high| DRAW.between(500_000 + 4 * step + n, low, high);
                let low = Place::new(at(0, -120.0, 110.0), at(1, -60.0, 50.0));
                let area = Rectangle { low, high: low + Horizontal::new(12.0, 9.0) };
                let point = Position::new(low.x + at(2, 0.0, 12.0), low.y + at(3, 0.0, 9.0), 0.0);
                let top_m = obstacle.top_near(&area);
                assert!(!is_too_close(&obstacle, &point) || top_m.is_some(), "{point}");
                let over = Position::new(point.x, point.y, top_m.unwrap_or(0.0) + 10.0);
                assert!(!is_too_close(&obstacle, &over), "{over}");
            }
        }
    }
}
