//! The link along a route.

use super::Asking;
use super::finding::{FindingKind, Part, RouteFinding};
use crate::world::coverage::Network;
use crate::world::geo::Position;

/// How well a route is covered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkReport {
    /// Share of its length on which the link is weaker than the receiver needs.
    pub weak_share: f64,
    /// The longest such stretch, m along the route; empty at 0 if there is none.
    pub longest_m: [f64; 2],
    /// Least power over the sensitivity, dB.
    pub least_db: f64,
    /// Where that is, m along the route.
    pub least_along_m: f64,
}

/// A stretch without a link.
struct Gap {
    stretch_m: [f64; 2],
    least_db: f64,
    least_along_m: f64,
    point: usize,
}

impl Asking<'_> {
    /// How well the route is covered, and a finding for each stretch that is not; `None` without a network. The map is
    /// coarser than the points of a path, so that the power between two of them is linear.
    pub(super) fn link(&self) -> Option<(LinkReport, Vec<RouteFinding>)> {
        let network = self.setting.network?;
        let (points, margins_db) = (&self.flight.plan.points, self.margins_db(network));
        let mut gaps: Vec<Gap> = Vec::new();
        for (point, pair) in margins_db.windows(2).enumerate() {
            if pair[0] >= 0.0 && pair[1] >= 0.0 {
                continue;
            }
            let (from_m, to_m) = (points[point].along_m, points[point + 1].along_m);
            let crossing_m = from_m + (to_m - from_m) * (pair[0] / (pair[0] - pair[1])).clamp(0.0, 1.0);
            let begin_m = if pair[0] < 0.0 { from_m } else { crossing_m };
            let end_m = if pair[1] < 0.0 { to_m } else { crossing_m };
            let (least_db, least_along_m) = if pair[0] < pair[1] { (pair[0], from_m) } else { (pair[1], to_m) };
            match gaps.last_mut().filter(|last| last.stretch_m[1] >= begin_m - 1e-9) {
                Some(last) => {
                    last.stretch_m[1] = end_m;
                    if least_db < last.least_db {
                        (last.least_db, last.least_along_m) = (least_db, least_along_m);
                    }
                }
                None => gaps.push(Gap { stretch_m: [begin_m, end_m], least_db, least_along_m, point }),
            }
        }
        let findings = gaps.iter().map(|gap| self.weak_link(gap, network)).collect();
        let length_m = |gap: &Gap| gap.stretch_m[1] - gap.stretch_m[0];
        let longest = gaps.iter().rev().max_by(|x, y| length_m(x).total_cmp(&length_m(y)));
        let least = margins_db.iter().zip(points).min_by(|x, y| x.0.total_cmp(y.0));
        let report = LinkReport {
            weak_share: gaps.iter().map(length_m).fold(0.0, |sum, length_m| sum + length_m)
                / self.flight.plan.length_m(),
            longest_m: longest.map_or([0.0; 2], |gap| gap.stretch_m),
            least_db: least.map_or(f64::NAN, |(margin_db, _)| *margin_db),
            least_along_m: least.map_or(0.0, |(_, point)| point.along_m),
        };
        Some((report, findings))
    }

    /// Power over the sensitivity at each point, dB.
    fn margins_db(&self, network: &Network) -> Vec<f64> {
        let terrain = self.setting.airspace.terrain();
        let margin_db = |position: &Position| {
            let agl_m = terrain.agl_m(position).unwrap_or(0.0);
            network.map.power_dbm(&position.xy(), agl_m) - network.link.sensitivity_dbm
        };
        self.flight.plan.points.iter().map(|point| margin_db(&point.position)).collect()
    }

    fn weak_link(&self, gap: &Gap, network: &Network) -> RouteFinding {
        let kind = FindingKind::WeakLink {
            margin_db: gap.least_db,
            lasts_s: self.time_s(gap.stretch_m[1]) - self.time_s(gap.stretch_m[0]),
            lost_after_s: network.link.lost_after.seconds(),
        };
        let begins = (self.leg_of(gap.point), Part::Leg);
        let finding = self.finding(begins, gap.least_along_m, gap.stretch_m, kind);
        let point = self.flight.plan.points.partition_point(|point| point.along_m < gap.least_along_m);
        let leg = self.leg_of(point.saturating_sub(1));
        let start_m = self.flight.plan.points[self.bounds[leg]].along_m;
        RouteFinding { leg, along_leg_m: finding.along_m - start_m, ..finding }
    }
}
