//! The one permission question: may this segment be flown, and if not, by which rule.
//!
//! Route checks, stands, random traffic and `where` ask here, and nowhere else.

use std::sync::Arc;

use rstar::{AABB, RTree};

use super::{Building, Denial, Footprint, LegSample};
use crate::message::Text;
use crate::units::Altitude;
use crate::world::geo::{LocalProjection, Place, Position, Rectangle};
use crate::world::terrain::{Extremes, OverGround, Terrain};

/// How far under the ground a stand may seem to lie by rounding, m.
const ON_THE_GROUND_M: f64 = 0.01;

/// The airspace of a scenario.
#[derive(Clone, Debug)]
pub struct Airspace {
    /// Outline on the ground, counter-clockwise.
    outline: Vec<Place>,
    /// What the outline encloses.
    area: Footprint,
    ceiling_agl_m: f64,
    clearance_m: f64,
    buildings: RTree<Building>,
    terrain: Arc<Terrain>,
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
        let area = Footprint::polygon(outline.clone());
        Self { outline, area, ceiling_agl_m, clearance_m, buildings: RTree::bulk_load(buildings), terrain }
    }

    /// Outline on the ground, counter-clockwise from the south-west.
    pub fn outline(&self) -> &[Place] {
        &self.outline
    }

    /// The smallest rectangle around the outline.
    pub fn extent(&self) -> Rectangle {
        self.area.extent()
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

    /// Whether a place lies inside the outline.
    pub fn contains(&self, place: &Place) -> bool {
        self.area.contains(place)
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

    /// The true heights, m, between which a drone may stand in the air over a place: above ground and whatever stands
    /// there by the clearance, up to the ceiling; `None` if it may at no height.
    pub fn permitted_agl_m(&self, place: &Place) -> Option<(f64, f64)> {
        let ground_m = self.terrain.ground_amsl_m(place).filter(|_| self.contains(place))?;
        let around = Rectangle { low: *place, high: *place }.grown(self.clearance_m);
        let tops_m = self
            .buildings
            .locate_in_envelope_intersecting(AABB::from_corners(around.low.into(), around.high.into()))
            .map(|building| building.top_amsl_m() - ground_m);
        let low_m = tops_m.fold(0.0, f64::max) + self.clearance_m;
        (low_m <= self.ceiling_agl_m).then_some((low_m, self.ceiling_agl_m))
    }

    /// How a denial of something, `at` in English and Chinese, is said: what is wrong, what was expected, what to do.
    pub fn explained(&self, denial: &Denial, at: [&str; 2], projection: &LocalProjection) -> [Text; 3] {
        denial.texts(at, (self.ceiling_agl_m, self.clearance_m), projection)
    }

    fn denial_above(&self, floor_agl_m: f64, a: &Position, b: &Position) -> Option<Denial> {
        let sample = |at: f64, agl_m: f64| LegSample { position: a + (b - a) * at, agl_m };
        let (at, extremes) = (self.first_outside(a, b), self.terrain.extremes(a, b));
        let (None, Some(Extremes { lowest, highest })) = (at, extremes) else {
            let outside = sample(at.unwrap_or(0.0), f64::NAN);
            let agl_m = self.terrain.agl_m(&outside.position).unwrap_or(f64::NAN);
            return Some(Denial::OutsideArea(LegSample { agl_m, ..outside }));
        };
        let at = |point: OverGround| sample(point.at, point.agl_m);
        if lowest.agl_m < floor_agl_m.min(0.0) {
            Some(Denial::UnderGround(at(lowest)))
        } else if lowest.agl_m < floor_agl_m {
            Some(Denial::TooLow(at(lowest)))
        } else if highest.agl_m > self.ceiling_agl_m {
            Some(Denial::AboveCeiling(at(highest)))
        } else {
            self.building_in_the_way(a, b).map(Denial::Building)
        }
    }

    /// The share of the segment from `a` to `b` after which it is outside the outline for the first time.
    fn first_outside(&self, a: &Position, b: &Position) -> Option<f64> {
        if !self.contains(&a.xy()) {
            return Some(0.0);
        }
        match self.area.shares(&a.xy(), &b.xy()).first() {
            Some([0.0, to]) => (*to < 1.0).then_some(*to),
            _ => Some(0.0),
        }
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
