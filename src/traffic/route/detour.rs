//! Ways off a plan, for a drone in trouble: a part of its path, onwards or back.

use super::plan::FlightPlan;
use super::profile::through;
use crate::aircraft::AircraftType;
use crate::world::geo::Position;

/// Shortest part of a path that is worth flying, m.
const SHORTEST_M: f64 = 1.0;

impl FlightPlan {
    /// The way along this path from `from_m` to `to_m`, back if that is less, to stand at its end; without the holds on it.
    /// It keeps to the path, and so to its heights above ground. `None` if it is shorter than a metre.
    pub fn part(&self, from_m: f64, to_m: f64, aircraft: &AircraftType) -> Option<Self> {
        let [from_m, to_m] = [from_m, to_m].map(|along_m| along_m.clamp(0.0, self.length_m()));
        if (to_m - from_m).abs() < SHORTEST_M {
            return None;
        }
        let [low_m, high_m] = [from_m.min(to_m), from_m.max(to_m)];
        let between = self.points.iter().filter(|point| point.along_m > low_m && point.along_m < high_m);
        let ends = [low_m, high_m].map(|along_m| self.position_at(along_m, 0));
        let mut path: Vec<Position> =
            std::iter::once(ends[0]).chain(between.map(|point| point.position)).chain([ends[1]]).collect();
        if to_m < from_m {
            path.reverse();
        }
        let speed_mps = self.points.iter().map(|point| point.speed_limit_mps).fold(0.0, f64::max);
        through(&path, speed_mps, aircraft)
    }
}

#[cfg(test)]
mod tests {
    use crate::aircraft::catalogue;
    use crate::traffic::route::{PlanLimits, Waypoint, planned};
    use crate::units::{Altitude, SimTime};
    use crate::world::geo::Place;
    use crate::world::terrain::{HeightField, Terrain};

    /// Every part of a way over hills lies on it, in either direction, and ends where it should, at a stand.
    #[test]
    fn parts_lie_on_the_path() {
        let aircraft = &catalogue()[0];
        let field = HeightField::sampled(Place::new(-1500.0, -1500.0), 10.0, [301, 301], |p| {
            200.0 + 60.0 * libm::sin(p.x / 150.0)
        });
        let terrain = Terrain::new(field, None, true, "test");
        let at = |x, y| Waypoint { place: Place::new(x, y), altitude: Altitude::agl(70.0), hold: SimTime::ZERO };
        let limits = PlanLimits { speed_mps: 15.0, band_agl_m: (20.0, 100.0) };
        let plan = planned(&[at(-900.0, 0.0), at(0.0, 300.0), at(900.0, 0.0)], &terrain, aircraft, &limits).unwrap();
        for (from_m, to_m) in [(0.0, 37.0), (500.0, 3.0), (1234.5, 200.0), (300.0, 9e9), (800.0, 798.0)] {
            let part = plan.part(from_m, to_m, aircraft).unwrap();
            let end_m = to_m.min(plan.length_m());
            assert!((part.length_m() - (end_m - from_m).abs()).abs() < 1e-6, "{from_m} to {to_m}");
            assert!((part.end().position - plan.position_at(end_m, 0)).norm() < 1e-9);
            assert!(part.end().speed_limit_mps < 1e-9 && part.start().speed_limit_mps <= 15.0);
            for point in &part.points {
                let along_m = from_m + (end_m - from_m).signum() * point.along_m;
                assert!((point.position - plan.position_at(along_m, 0)).norm() < 1e-6, "{from_m} to {to_m}");
            }
        }
        assert_eq!(plan.part(100.0, 100.5, aircraft), None);
    }
}
