//! The one permission question: may this segment be flown, and if not, by which rule.
//!
//! Every route check asks [`Airspace::denial`].

use std::sync::Arc;

use rstar::{AABB, RTree};

use super::Building;
use crate::units::Altitude;
use crate::world::geo::{Place, Position, Rectangle};
use crate::world::terrain::Terrain;

/// Greatest distance between two tested points of a segment, m: half the posting of the terrain, so that no bump of a
/// bilinear surface hides between two of them.
const TEST_SPACING_M: f64 = 5.0;

/// How far under the ground a stand may seem to lie by rounding, m.
const ON_THE_GROUND_M: f64 = 0.01;

/// The airspace of a scenario.
#[derive(Clone, Debug)]
pub struct Airspace {
    /// Outline on the ground, counter-clockwise.
    outline: Vec<Place>,
    ceiling_agl_m: f64,
    clearance_m: f64,
    buildings: RTree<Building>,
    terrain: Arc<Terrain>,
}

/// Why a segment may not be flown: the rule, and where it is broken most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Denial {
    /// Outside the area.
    OutsideArea(LegSample),
    /// Above the ceiling surface.
    AboveCeiling(LegSample),
    /// Under the ground.
    UnderGround(LegSample),
    /// Over the ground, but lower than the clearance.
    TooLow(LegSample),
    /// Closer to a building than the clearance.
    Building(Building),
}

/// A tested point of a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegSample {
    /// Where.
    pub position: Position,
    /// True height there, m; not a number outside the terrain.
    pub agl_m: f64,
}

impl Airspace {
    /// The airspace inside `outline` between `clearance_m` over ground and buildings and `ceiling_agl_m`.
    pub fn new(
        outline: Vec<Place>,
        ceiling_agl_m: f64,
        clearance_m: f64,
        buildings: Vec<Building>,
        terrain: Arc<Terrain>,
    ) -> Self {
        Self { outline, ceiling_agl_m, clearance_m, buildings: RTree::bulk_load(buildings), terrain }
    }

    /// Outline on the ground, counter-clockwise from the south-west.
    pub fn outline(&self) -> &[Place] {
        &self.outline
    }

    /// The smallest rectangle around the outline.
    pub fn extent(&self) -> Rectangle {
        Rectangle::around(self.outline.iter().copied())
            .unwrap_or(Rectangle { low: Place::origin(), high: Place::origin() })
    }

    /// Height of the ceiling surface over ground, m.
    pub const fn ceiling_agl_m(&self) -> f64 {
        self.ceiling_agl_m
    }

    /// Least height of a leg over ground and buildings, m.
    pub const fn clearance_m(&self) -> f64 {
        self.clearance_m
    }

    /// The ground that heights are measured from.
    pub fn terrain(&self) -> &Terrain {
        &self.terrain
    }

    /// Every building, in the order of the index.
    pub fn buildings(&self) -> impl Iterator<Item = &Building> {
        self.buildings.iter()
    }

    /// Whether a place lies inside the outline: crossing number of a ray to the east.
    pub fn contains(&self, place: &Place) -> bool {
        let edges = self.outline.iter().zip(self.outline.iter().cycle().skip(1));
        let crossings = edges.filter(|(a, b)| {
            (a.y > place.y) != (b.y > place.y) && place.x < a.x + (place.y - a.y) / (b.y - a.y) * (b.x - a.x)
        });
        crossings.count() % 2 == 1
    }

    /// By which rule the straight segment from `a` to `b` is denied; `None` if it may be flown. Leaving the area is
    /// named before the ground, the ground before the ceiling, and of one rule the worst place.
    pub fn denial(&self, a: &Position, b: &Position) -> Option<Denial> {
        self.denial_above(self.clearance_m, a, b)
    }

    /// The same for a column over a place to take off and land, which begins at the ground: the clearance holds from
    /// buildings only.
    pub fn column_denial(&self, foot: &Position, top: &Position) -> Option<Denial> {
        self.denial_above(-ON_THE_GROUND_M, foot, top)
    }

    /// Whether a drone may stand in the air over a place.
    pub fn admits(&self, place: &Place, altitude: Altitude) -> bool {
        self.terrain.amsl_m(place, altitude).is_ok_and(|amsl_m| {
            let position = Position::new(place.x, place.y, amsl_m);
            self.denial(&position, &position).is_none()
        })
    }

    fn denial_above(&self, floor_agl_m: f64, a: &Position, b: &Position) -> Option<Denial> {
        let samples = || self.samples(a, b);
        if let Some(outside) = samples().find(|sample| sample.agl_m.is_nan() || !self.contains(&sample.position.xy())) {
            return Some(Denial::OutsideArea(outside));
        }
        let lowest = samples().min_by(|x, y| x.agl_m.total_cmp(&y.agl_m))?;
        let highest = samples().max_by(|x, y| x.agl_m.total_cmp(&y.agl_m))?;
        if lowest.agl_m < floor_agl_m.min(0.0) {
            Some(Denial::UnderGround(lowest))
        } else if lowest.agl_m < floor_agl_m {
            Some(Denial::TooLow(lowest))
        } else if highest.agl_m > self.ceiling_agl_m {
            Some(Denial::AboveCeiling(highest))
        } else {
            self.building_in_the_way(a, b).map(Denial::Building)
        }
    }

    fn samples(&self, a: &Position, b: &Position) -> impl Iterator<Item = LegSample> {
        let (a, span) = (*a, b - a);
        let pieces = (span.xy().norm() / TEST_SPACING_M).ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive whole number")]
        let count = pieces as u32;
        (0..=count).map(move |i| {
            let position = a + span * (f64::from(i) / pieces);
            LegSample { position, agl_m: self.terrain.agl_m(&position).unwrap_or(f64::NAN) }
        })
    }

    /// The highest building too close to the segment.
    fn building_in_the_way(&self, a: &Position, b: &Position) -> Option<Building> {
        let around = Rectangle::around([a.xy(), b.xy()])?.grown(self.clearance_m);
        self.buildings
            .locate_in_envelope_intersecting(AABB::from_corners(around.low.into(), around.high.into()))
            .filter(|building| building.blocks(a, b, self.clearance_m))
            .max_by(|x, y| {
                // Ties by place, because the index gives no order.
                let key =
                    |building: &Building| (building.top_amsl_m(), building.footprint.low.x, building.footprint.low.y);
                key(x).partial_cmp(&key(y)).unwrap_or(std::cmp::Ordering::Equal)
            })
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::terrain::HeightField;

    /// A square kilometre with a hill of 100 m in the middle and one tower in the west.
    fn airspace() -> Airspace {
        let field = HeightField::sampled(Place::new(-600.0, -600.0), 10.0, [121, 121], |p| {
            200.0 + (100.0 - 0.5 * p.coords.norm()).max(0.0)
        });
        let corner = |x, y| Place::new(x, y);
        let outline = vec![corner(-500.0, -500.0), corner(500.0, -500.0), corner(500.0, 500.0), corner(-500.0, 500.0)];
        let tower = Building {
            footprint: Rectangle { low: corner(-410.0, -10.0), high: corner(-390.0, 10.0) },
            ground_amsl_m: 200.0,
            height_m: 50.0,
        };
        Airspace::new(outline, 120.0, 20.0, vec![tower], Arc::new(Terrain::new(field, None, true, "test")))
    }

    #[test]
    fn each_rule_is_named() {
        let airspace = airspace();
        let at = Position::new;
        assert_eq!(airspace.denial(&at(-300.0, 300.0, 260.0), &at(300.0, 300.0, 260.0)), None);
        let through = airspace.denial(&at(-300.0, 0.0, 280.0), &at(300.0, 0.0, 280.0));
        assert!(
            matches!(through, Some(Denial::UnderGround(sample)) if (sample.agl_m + 20.0).abs() < 1.0),
            "{through:?}"
        );
        let low = airspace.denial(&at(-300.0, 0.0, 310.0), &at(300.0, 0.0, 310.0));
        assert!(matches!(low, Some(Denial::TooLow(_))), "{low:?}");
        let high = airspace.denial(&at(-300.0, 300.0, 321.0), &at(300.0, 300.0, 321.0));
        assert!(matches!(high, Some(Denial::AboveCeiling(_))), "{high:?}");
        let out = airspace.denial(&at(300.0, 300.0, 260.0), &at(520.0, 300.0, 260.0));
        assert!(matches!(out, Some(Denial::OutsideArea(_))), "{out:?}");
        let tower = airspace.denial(&at(-400.0, -300.0, 260.0), &at(-400.0, 300.0, 260.0));
        assert!(matches!(tower, Some(Denial::Building(_))), "{tower:?}");
    }
}
