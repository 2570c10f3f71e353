//! An airport: the rectangle that is kept clear around its runway, and the obstacle-limitation surfaces over it.
//!
//! The surfaces are those of ICAO Annex 14, volume I, tables 4-1 and 4-2, for a precision approach runway of category I,
//! which MH 5001 takes over. Code numbers 3 and 4: read in the text (H); 1 and 2: quoted from the tables without them
//! at hand (M). An edition of the annex may differ, so every figure can be given by the scenario.

mod outlines;
mod surfaces;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use surfaces::{Surface, Surfaces};

use super::Footprint;
use crate::message::Text;
use crate::message::words::Word;
use crate::world::geo::{Horizontal, Place, Position, Rectangle};

/// How far the clearance rectangle reaches beyond each end of the runway, and to each side of its centre line, m: the
/// figures of notices of Chinese airports.
const CLEARANCE_M: (f64, f64) = (20_000.0, 10_000.0);
/// Greatest distance between two looks at the surfaces over a rectangle, m: less than the narrowest surface is wide.
const LOOK_M: f64 = 50.0;
/// Most looks along a side.
const MOST_LOOKS: f64 = 400.0;
/// Distance between two looks along a segment, m.
const SEGMENT_LOOK_M: f64 = 10.0;

/// An airport, and where flying near it needs an approval.
#[derive(Clone, Debug, PartialEq)]
pub struct Airport {
    /// Identity in the scenario.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Who decides about flying near it.
    pub authority: Text,
    /// Its runway.
    pub runway: Runway,
    /// Its protection area: published, or the clearance rectangle around the runway.
    pub protection: Footprint,
    /// What holds in it.
    pub control: Control,
}

/// What an airport asks of drones near it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// Flying in its protection area needs an approval, at every height.
    #[default]
    ProtectionArea,
    /// Flying above its obstacle-limitation surfaces does.
    Surfaces,
}

impl Control {
    /// What people call that which needs an approval.
    pub const fn name(self) -> Word {
        match self {
            Self::ProtectionArea => {
                Word::new("airport protection area, Art. 19(1)", "机场净空保护区，第十九条第（一）项")
            }
            Self::Surfaces => Word::new("obstacle-limitation surfaces", "障碍物限制面"),
        }
    }
}

impl Airport {
    /// What drones may touch only with an approval.
    pub fn extent(&self) -> Rectangle {
        match self.control {
            Control::ProtectionArea => self.protection.extent(),
            Control::Surfaces => Rectangle::around(self.runway.clearance()).unwrap_or(self.protection.extent()),
        }
    }
}

/// A runway, and what lies over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Runway {
    /// Its middle.
    middle: Place,
    /// Unit vector along it.
    direction: Horizontal,
    /// Half its length, m.
    half_length_m: f64,
    /// Height that the surfaces are measured from, m above mean sea level.
    elevation_amsl_m: f64,
    surfaces: Surfaces,
}

/// A place in the axes of a runway.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axes {
    /// Beyond the nearer end of the runway, m; negative beside it.
    beyond_m: f64,
    /// To the side of the centre line, m.
    abeam_m: f64,
}

impl Runway {
    /// The runway between two thresholds, which must differ.
    pub fn new(thresholds: [Place; 2], elevation_amsl_m: f64, surfaces: Surfaces) -> Self {
        let span = thresholds[1] - thresholds[0];
        Self {
            middle: nalgebra::center(&thresholds[0], &thresholds[1]),
            direction: span.normalize(),
            half_length_m: span.norm() / 2.0,
            elevation_amsl_m,
            surfaces,
        }
    }

    /// The lowest surface over a place and its height, m above mean sea level; `None` where none reaches.
    pub fn surface_at(&self, place: &Place) -> Option<(Surface, f64)> {
        let axes = self.axes(place);
        let outer_m = libm::hypot(axes.beyond_m.max(0.0), axes.abeam_m);
        let heights = [
            (Surface::Strip, self.strip_m(axes)),
            (Surface::InnerHorizontal, self.inner_horizontal_m(outer_m)),
            (Surface::Conical, self.conical_m(outer_m)),
            (Surface::Approach, self.approach_m(axes)),
            (Surface::TakeOffClimb, self.take_off_m(axes)),
            (Surface::Transitional, self.transitional_m(axes)),
        ];
        let present = heights.into_iter().filter_map(|(surface, height_m)| Some((surface, height_m?)));
        present
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(surface, height_m)| (surface, self.elevation_amsl_m + height_m))
    }

    /// The lowest surface over a rectangle, m above mean sea level: looked at every 50 m at most, and taken lower by what
    /// the steepest surface falls between two looks.
    pub fn lowest_over(&self, area: &Rectangle) -> Option<(Surface, f64)> {
        let size = area.size();
        let looks = (size / LOOK_M).map(|count| count.ceil().clamp(1.0, MOST_LOOKS));
        let step = size.component_div(&looks);
        let steepest = self.surfaces.transitional_slope.max(self.surfaces.conical_slope);
        let lowered_m = steepest * step.norm() / 2.0;
        let along = |axis: usize| {
            std::iter::successors(Some(0.0), |look| Some(look + 1.0)).take_while(move |look| *look <= looks[axis])
        };
        let places =
            along(0).flat_map(|x| along(1).map(move |y| area.low + step.component_mul(&Horizontal::new(x, y))));
        let lowest = places.filter_map(|place| self.surface_at(&place)).min_by(|a, b| a.1.total_cmp(&b.1));
        lowest.map(|(surface, height_m)| (surface, height_m - lowered_m))
    }

    /// The stretches of the segment from `a` to `b` above a surface, each with the surface: exactly where it runs straight
    /// up or down, else from look to look, every 10 m, all between two looks of which one is above.
    pub fn stretches_above(&self, a: &Position, b: &Position) -> Vec<(Surface, [f64; 2])> {
        if a.xy() == b.xy() {
            return self.upright_stretch_above(a, b).into_iter().collect();
        }
        let steps = ((b - a).xy().norm() / SEGMENT_LOOK_M).ceil().max(1.0);
        let surface_below = |step: f64| {
            let point = a + (b - a) * (step / steps);
            let (surface, height_m) = self.surface_at(&point.xy())?;
            (point.z > height_m).then_some(surface)
        };
        let looks = std::iter::successors(Some(0.0), |step| Some(step + 1.0)).take_while(|step| *step <= steps);
        let looks: Vec<(f64, Option<Surface>)> = looks.map(|step| (step / steps, surface_below(step))).collect();
        let between = looks.windows(2).filter_map(|pair| Some((pair[0].1.or(pair[1].1)?, [pair[0].0, pair[1].0])));
        between.collect()
    }

    /// The part above the surface over the one place of a segment that runs straight up or down, or nowhere.
    fn upright_stretch_above(&self, a: &Position, b: &Position) -> Option<(Surface, [f64; 2])> {
        let (surface, height_m) = self.surface_at(&a.xy())?;
        let crossing = (height_m - a.z) / (b.z - a.z);
        let stretch = match (a.z > height_m, b.z > height_m) {
            (true, true) => [0.0, 1.0],
            (true, false) => [0.0, crossing],
            (false, true) => [crossing, 1.0],
            (false, false) => return None,
        };
        Some((surface, stretch))
    }

    /// The rectangle that is kept clear, counter-clockwise.
    pub fn clearance(&self) -> [Place; 4] {
        let along = self.direction * (self.half_length_m + CLEARANCE_M.0);
        let abeam = Horizontal::new(-self.direction.y, self.direction.x) * CLEARANCE_M.1;
        [-along - abeam, along - abeam, along + abeam, -along + abeam].map(|corner| self.middle + corner)
    }

    fn axes(&self, place: &Place) -> Axes {
        let from = place - self.middle;
        Axes {
            beyond_m: from.dot(&self.direction).abs() - self.half_length_m,
            abeam_m: from.perp(&self.direction).abs(),
        }
    }

    fn strip_m(&self, axes: Axes) -> Option<f64> {
        let inside = axes.beyond_m <= self.surfaces.begin_m && axes.abeam_m <= self.surfaces.approach_width_m / 2.0;
        inside.then_some(0.0)
    }

    fn inner_horizontal_m(&self, outer_m: f64) -> Option<f64> {
        (outer_m <= self.surfaces.inner_horizontal_radius_m).then_some(self.surfaces.inner_horizontal_height_m)
    }

    fn conical_m(&self, outer_m: f64) -> Option<f64> {
        let rise_m = (outer_m - self.surfaces.inner_horizontal_radius_m) * self.surfaces.conical_slope;
        let inside = rise_m > 0.0 && rise_m <= self.surfaces.conical_height_m;
        inside.then_some(self.surfaces.inner_horizontal_height_m + rise_m)
    }

    /// Height of the approach surface at a distance from its inner edge, m; `None` beyond its end.
    fn approach_profile_m(&self, distance_m: f64) -> Option<f64> {
        let (mut left_m, mut height_m) = (distance_m, 0.0);
        for (length_m, slope) in self.surfaces.approach_sections {
            height_m += slope * left_m.min(length_m);
            left_m -= length_m;
            if left_m <= 0.0 {
                return Some(height_m);
            }
        }
        None
    }

    fn approach_m(&self, axes: Axes) -> Option<f64> {
        let distance_m = axes.beyond_m - self.surfaces.begin_m;
        let half_width_m = self.surfaces.approach_width_m / 2.0 + self.surfaces.approach_divergence * distance_m;
        (distance_m >= 0.0 && axes.abeam_m <= half_width_m).then(|| self.approach_profile_m(distance_m)).flatten()
    }

    fn take_off_m(&self, axes: Axes) -> Option<f64> {
        let surfaces = &self.surfaces;
        let distance_m = axes.beyond_m - surfaces.begin_m;
        let width_m = surfaces.take_off_width_m + 2.0 * surfaces.take_off_divergence * distance_m;
        let half_width_m = width_m.min(surfaces.take_off_final_width_m) / 2.0;
        let (length_m, slope) = surfaces.take_off;
        let inside = (0.0..=length_m).contains(&distance_m) && axes.abeam_m <= half_width_m;
        inside.then_some(slope * distance_m)
    }

    /// From the side of the strip or of the approach surface up to the inner horizontal surface.
    fn transitional_m(&self, axes: Axes) -> Option<f64> {
        let surfaces = &self.surfaces;
        let distance_m = (axes.beyond_m - surfaces.begin_m).max(0.0);
        let edge_m = surfaces.approach_width_m / 2.0 + surfaces.approach_divergence * distance_m;
        let aside_m = axes.abeam_m - edge_m;
        let height_m = self.approach_profile_m(distance_m)? + surfaces.transitional_slope * aside_m;
        (aside_m > 0.0 && height_m <= surfaces.inner_horizontal_height_m).then_some(height_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};
    use crate::world::geo::{Geographic, LocalProjection};

    /// Chaoyang: 2500 m, 173 m, code 4.
    fn chaoyang() -> (Runway, LocalProjection) {
        let projection = LocalProjection::new(Geographic::new(41.5375, 120.485));
        let ends = [Geographic::new(41.551_368, 120.430_088), Geographic::new(41.529_538, 120.437_391)];
        (Runway::new(ends.map(|end| projection.to_local(end)), 173.0, Surfaces::of_code(4)), projection)
    }

    /// A runway of 2500 m along x, at height 0.
    fn plain() -> Runway {
        Runway::new([Place::new(-1250.0, 0.0), Place::new(1250.0, 0.0)], 0.0, Surfaces::of_code(4))
    }

    fn at(along: f64, abeam: f64) -> Option<(Surface, f64)> {
        plain().surface_at(&Place::new(along, abeam))
    }

    /// Heights by hand from the definitions.
    #[test]
    fn heights_are_those_of_the_definitions() {
        for (along, abeam, surface, height_m) in [
            (0.0, 0.0, Surface::Strip, 0.0),
            (0.0, 149.0, Surface::Strip, 0.0),
            (0.0, 250.0, Surface::Transitional, 14.3),
            (0.0, 464.0, Surface::Transitional, 44.902),
            (0.0, -466.0, Surface::InnerHorizontal, 45.0),
            (0.0, 4000.0, Surface::InnerHorizontal, 45.0),
            (0.0, 5000.0, Surface::Conical, 95.0),
            (-1250.0 - 60.0 - 1000.0, 0.0, Surface::Approach, 20.0),
            (1250.0 + 60.0 + 3000.0, 900.0, Surface::InnerHorizontal, 45.0),
            (1250.0 + 60.0 + 6600.0, 950.0, Surface::Approach, 150.0),
            (1250.0 + 60.0 + 6600.0, 0.0, Surface::TakeOffClimb, 132.0),
            (1250.0 + 60.0 + 14_999.0, 2000.0, Surface::Approach, 150.0),
        ] {
            let found = at(along, abeam).unwrap();
            assert_eq!(found.0, surface, "{along} {abeam}: {found:?}");
            assert!((found.1 - height_m).abs() < 1e-9, "{along} {abeam}: {found:?}");
        }
        assert_eq!(at(0.0, 6001.0), None);
        assert_eq!(at(1250.0 + 60.0 + 15_001.0, 0.0), None);
    }

    /// Segments near a runway against a walk in steps of a metre: what is above is in a stretch, and a stretch is above
    /// somewhere; straight up and down it is so from end to end.
    #[test]
    fn what_is_above_a_surface_is_found_stretch_by_stretch() {
        let draw = RandomStream::new(17, Purpose::Traffic, 6);
        let (runway, mut above) = (plain(), 0);
        let is_above = |point: &Position| runway.surface_at(&point.xy()).is_some_and(|found| point.z > found.1);
        for step in 0..3000 {
            let at = |n: u64, low: f64, high: f64| draw.between(8 * step + n, low, high);
            let a = Position::new(at(0, -8000.0, 8000.0), at(1, -7000.0, 7000.0), at(2, 0.0, 160.0));
            let reach_m = [0.0, 9.0, 1500.0][(step % 3) as usize];
            let turn = Position::new(at(3, -reach_m, reach_m), at(4, -reach_m, reach_m), at(5, -80.0, 80.0));
            let b = a + turn.coords;
            let point = |share: f64| a + (b - a) * share;
            let stretches = runway.stretches_above(&a, &b);
            let over = |share: f64| stretches.iter().any(|(_, [from, to])| (from..=to).contains(&&share));
            let walk = (0..=1500_u32).map(|piece| f64::from(piece) / 1500.0);
            for share in walk.filter(|&share| is_above(&point(share))) {
                assert!(over(share), "{a} {b} {share}: {stretches:?}");
                above += 1;
            }
            for (_, [from, to]) in &stretches {
                let shares = (0..=100_u32).map(|piece| from + (to - from) * f64::from(piece) / 100.0);
                let found = shares.filter(|&share| is_above(&point(share))).count();
                assert!(found >= if reach_m > 0.0 { 1 } else { 99 }, "{a} {b} {from} {to}");
            }
        }
        assert!(above > 300_000, "{above}");
    }

    /// Of the 25 km² box 46 % lies under the inner horizontal surface, 41 % under the conical, 14 % beyond both; nothing
    /// else touches it, and all of it lies in the clearance rectangle.
    #[test]
    fn the_box_lies_as_published() {
        let (runway, projection) = chaoyang();
        let mut counts = [0_u32; 3];
        for row in 0..100_u32 {
            for column in 0..100_u32 {
                let share = |index: u32| (f64::from(index) + 0.5) / 100.0;
                let place = Geographic::new(41.515 + 0.045_019 * share(row), 120.455 + 0.059_918 * share(column));
                let place = projection.to_local(place);
                match runway.surface_at(&place) {
                    Some((Surface::InnerHorizontal, height_m)) => {
                        assert!((height_m - 218.0).abs() < 1e-9);
                        counts[0] += 1;
                    }
                    Some((Surface::Conical, height_m)) => {
                        assert!((218.0..=318.0).contains(&height_m));
                        counts[1] += 1;
                    }
                    None => counts[2] += 1,
                    other => panic!("{place}: {other:?}"),
                }
                assert!(Footprint::polygon(runway.clearance().to_vec()).contains(&place));
            }
        }
        let shares = counts.map(|count| f64::from(count) / 100.0);
        for (share, expected) in shares.iter().zip([46.0, 41.0, 14.0]) {
            assert!((share - expected).abs() < 1.0, "{shares:?} %");
        }
    }

    /// Corners of the clearance rectangle as constructed from the thresholds, to the 60 m stated with them.
    #[test]
    fn the_clearance_rectangle_is_the_published_one() {
        let (runway, projection) = chaoyang();
        let published = [(41.7040, 120.2550), (41.7479, 120.4881), (41.3767, 120.6115), (41.3329, 120.3797)];
        for (lat, lon) in published {
            let corner = projection.to_local(Geographic::new(lat, lon));
            let off_m = runway.clearance().iter().map(|own| (own - corner).norm()).fold(f64::INFINITY, f64::min);
            assert!(off_m < 60.0, "{lat} {lon}: {off_m} m");
        }
    }
}
