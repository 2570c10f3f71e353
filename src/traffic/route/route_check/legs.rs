//! The legs of a route in figures.

use super::Asking;
use crate::traffic::route::plan::PathPoint;

/// One leg, from a waypoint to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegReport {
    /// Where it begins and ends, m from the start of the route.
    pub along_m: [f64; 2],
    /// When the drone leaves its begin and reaches its end, s after it left the ground.
    pub time_s: [f64; 2],
    /// How long it holds at its end, s.
    pub hold_s: f64,
    /// Lowest and highest true height, m.
    pub agl_m: [f64; 2],
    /// Lowest and highest height above mean sea level, m.
    pub amsl_m: [f64; 2],
    /// Its steepest gradient, rise over run.
    pub gradient: f64,
    /// Mean speed over ground, m/s.
    pub ground_mps: f64,
    /// What is left in the battery at its end, after its hold, Wh; of the last one on the ground.
    pub left_wh: f64,
    /// Where it is lowest over the ground, m from the start of the route.
    pub lowest_along_m: f64,
}

impl Asking<'_> {
    pub(super) fn legs(&self) -> Vec<LegReport> {
        let count = self.bounds.len().saturating_sub(1);
        (0..count).map(|leg| self.leg(leg, leg + 1 == count)).collect()
    }

    fn leg(&self, leg: usize, is_last: bool) -> LegReport {
        let [begin, end] = [self.bounds[leg], self.bounds[leg + 1]];
        let points = &self.flight.plan.points[begin..=end];
        let (first, last) = (&self.times.passings[begin], &self.times.passings[end]);
        let along_m = [points[0].along_m, points[points.len() - 1].along_m];
        let time_s = [first.leaves_s, last.arrives_s];
        let (agl_m, lowest_along_m) = self.heights(points);
        let level = |point: &PathPoint| point.position.z;
        let amsl_m = points
            .iter()
            .map(level)
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], z| [low.min(z), high.max(z)]);
        let slopes =
            points.windows(2).map(|pair| (level(&pair[1]) - level(&pair[0])) / (pair[1].along_m - pair[0].along_m));
        let gradient = slopes.max_by(|x, y| x.abs().total_cmp(&y.abs())).unwrap_or(0.0);
        let drawn_wh = if is_last { self.times.drawn_wh } else { last.drawn_wh };
        LegReport {
            along_m,
            time_s,
            hold_s: last.leaves_s - last.arrives_s,
            agl_m,
            amsl_m,
            gradient,
            ground_mps: (along_m[1] - along_m[0]) / (time_s[1] - time_s[0]).max(1e-9),
            left_wh: self.flight.battery_wh - drawn_wh,
            lowest_along_m,
        }
    }

    /// Lowest and highest true height along points, exactly, and where it is lowest.
    fn heights(&self, points: &[PathPoint]) -> ([f64; 2], f64) {
        let terrain = self.setting.airspace.terrain();
        let (mut agl_m, mut lowest_along_m) = ([f64::INFINITY, f64::NEG_INFINITY], points[0].along_m);
        for pair in points.windows(2) {
            let Some(found) = terrain.extremes(&pair[0].position, &pair[1].position) else { continue };
            if found.lowest.agl_m < agl_m[0] {
                agl_m[0] = found.lowest.agl_m;
                lowest_along_m = pair[0].along_m + (pair[1].along_m - pair[0].along_m) * found.lowest.at;
            }
            agl_m[1] = agl_m[1].max(found.highest.agl_m);
        }
        if !agl_m[0].is_finite() {
            // A waypoint repeated, or ground that is not known.
            let here_m = terrain.agl_m(&points[0].position).unwrap_or(f64::NAN);
            return ([here_m; 2], lowest_along_m);
        }
        (agl_m, lowest_along_m)
    }
}
