//! What the battery gives, what is left where, and how far one may go and still turn back.

use super::Asking;
use super::finding::{FindingKind, Part, RouteFinding};
use crate::traffic::contingency::DIVERSION_AGL_M;
use crate::traffic::route::budget::{cost, piece, upright};
use crate::traffic::route::plan::PathPoint;
use crate::traffic::route::profile::through;
use crate::units::SimTime;
use crate::world::geo::Position;

/// The battery along a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// What is in it at the start, Wh.
    pub battery_wh: f64,
    /// What must be left, Wh.
    pub reserve_wh: f64,
    /// What is left at each point of the plan, after its hold, Wh.
    pub left_wh: Vec<f64>,
    /// What is left on the ground at the end, Wh.
    pub at_end_wh: f64,
    /// What it takes from each point back to the start or, where that is more than there is and the site takes less, to the
    /// nearest rally site, down to the ground, Wh; without end where the wind lets neither.
    pub way_out_wh: Vec<f64>,
    /// The last place from which there is a way out; `None` if there is one from everywhere.
    pub no_return: Option<NoReturn>,
}

/// The point of no return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoReturn {
    /// Where, m along the route; 0 if there is no way out from the start on.
    pub along_m: f64,
    /// The rally site that is reached from there, by its index; `None` where it is the start.
    pub rally: Option<usize>,
}

impl Asking<'_> {
    /// The account of the flight. The way back follows the path with the load on board, through the air of the time at which
    /// the drone would turn; that to a rally site is straight, as [`DIVERSION_AGL_M`] over its ground at least.
    pub(super) fn account(&self) -> Account {
        let (battery_wh, reserve_wh) = (self.flight.battery_wh, self.flight.reserve_wh);
        let left_wh: Vec<f64> = self.times.passings.iter().map(|passing| battery_wh - passing.drawn_wh).collect();
        let back_wh = self.back_wh();
        let is_far = |point: usize| left_wh[point] - back_wh[point] < reserve_wh;
        let diversion = |point: usize| if is_far(point) { self.diverted_wh(point) } else { (f64::INFINITY, None) };
        let diverted: Vec<(f64, Option<usize>)> = (0..left_wh.len()).map(diversion).collect();
        let way_out_wh: Vec<f64> = back_wh.iter().zip(&diverted).map(|(back, (rally, _))| back.min(*rally)).collect();
        let spare_wh = |point: usize| left_wh[point] - way_out_wh[point] - reserve_wh;
        // Somewhere on the way there may be none although there is one again later: it counts from where there is none for good.
        let last = (0..left_wh.len()).rev().find(|&point| spare_wh(point) >= 0.0);
        let points = &self.flight.plan.points;
        let no_return = match last {
            Some(last) if last + 1 == points.len() => None,
            Some(last) => {
                let share = (spare_wh(last) / (spare_wh(last) - spare_wh(last + 1))).clamp(0.0, 1.0);
                let length_m = points[last + 1].along_m - points[last].along_m;
                let rally = diverted[last].1.filter(|_| diverted[last].0 < back_wh[last]);
                let share = if share.is_nan() { 0.0 } else { share };
                Some(NoReturn { along_m: points[last].along_m + length_m * share, rally })
            }
            None => Some(NoReturn { along_m: 0.0, rally: None }),
        };
        Account { battery_wh, reserve_wh, left_wh, at_end_wh: battery_wh - self.times.drawn_wh, way_out_wh, no_return }
    }

    /// Energy from each point back along the path and down at the start, Wh.
    fn back_wh(&self) -> Vec<f64> {
        let (flier, points) = (&self.flight.flier, &self.flight.plan.points);
        let aircraft = flier.aircraft;
        let path: Vec<Position> = points.iter().rev().map(|point| point.position).collect();
        let Some(turned) = through(&path, aircraft.cruise_speed_mps, aircraft) else {
            return vec![f64::INFINITY; points.len()];
        };
        let air = |point: usize| {
            let at = self.flight.instant(self.times.passings[point].leaves_s);
            move |position: &Position| self.setting.air(position, at)
        };
        let start = &points[0].position;
        let down = upright(start, -aircraft.descent_mps, self.setting.airspace.terrain(), &air(0));
        let mut back_wh = vec![cost(&down, flier).energy_wh.total()];
        for (point, pair) in (1..points.len()).zip(turned.points.windows(2).rev()) {
            let more =
                piece(pair, aircraft, &air(point)).map_or(f64::INFINITY, |flown| cost(&flown, flier).energy_wh.total());
            back_wh.push(back_wh[point - 1] + more);
        }
        back_wh.resize(points.len(), f64::INFINITY);
        back_wh
    }

    /// Energy from a point to the nearest rally site and down, Wh, and which it is.
    fn diverted_wh(&self, point: usize) -> (f64, Option<usize>) {
        let (flier, here) = (&self.flight.flier, &self.flight.plan.points[point].position);
        let away_m = |site: &Position| (site.xy() - here.xy()).norm_squared();
        let sites = self.setting.rallies.iter().enumerate();
        let Some((index, site)) = sites.min_by(|x, y| away_m(x.1).total_cmp(&away_m(y.1))) else {
            return (f64::INFINITY, None);
        };
        let at = self.flight.instant(self.times.passings[point].leaves_s);
        let air = |position: &Position| self.setting.air(position, at);
        let over = Position::new(site.x, site.y, here.z.max(site.z + DIVERSION_AGL_M[0]));
        let down = upright(&over, -flier.aircraft.descent_mps, self.setting.airspace.terrain(), &air);
        let down_wh = cost(&down, flier).energy_wh.total();
        let length_m = away_m(site).sqrt();
        if length_m < 1.0 {
            return (down_wh, Some(index));
        }
        let end = |position: Position, along_m: f64| PathPoint {
            position,
            along_m,
            speed_limit_mps: flier.aircraft.cruise_speed_mps,
            hold: SimTime::ZERO,
        };
        let pair = [end(*here, 0.0), end(over, length_m)];
        let flown = piece(&pair, flier.aircraft, &air);
        (flown.map_or(f64::INFINITY, |flown| down_wh + cost(&flown, flier).energy_wh.total()), Some(index))
    }

    /// The first leg on which the reserve is broken, and the point of no return of a flight that does not reach its end.
    pub(super) fn reserve(&self, account: &Account) -> Vec<RouteFinding> {
        let (points, reserve_wh) = (&self.flight.plan.points, account.reserve_wh);
        if account.at_end_wh >= reserve_wh {
            return Vec::new();
        }
        let first = account.left_wh.iter().position(|left| *left < reserve_wh);
        // Where only the descent breaks it, the end of the route is the place.
        let (point, part) = first.map_or((points.len() - 1, Part::Landing), |point| (point, Part::Leg));
        let along_m = points[point].along_m;
        let leg = self.leg_of(point.saturating_sub(1));
        let ends = points.len() - 1;
        let is_last = self.bounds.get(leg + 1).is_none_or(|&bound| bound == ends);
        let left_wh = if is_last { account.at_end_wh } else { account.left_wh[self.bounds[leg + 1]] };
        let end_m = self.flight.plan.length_m();
        let broken = FindingKind::Reserve { left_wh, reserve_wh };
        let broken = self.finding((leg, part), along_m, [along_m, end_m], broken);
        let no_return = account.no_return.map(|last| {
            let point = points.partition_point(|point| point.along_m < last.along_m).saturating_sub(1);
            let kind = FindingKind::NoReturn { lacking_wh: reserve_wh - account.at_end_wh };
            self.finding((self.leg_of(point), Part::Leg), last.along_m, [last.along_m, end_m], kind)
        });
        std::iter::once(broken).chain(no_return).collect()
    }
}
