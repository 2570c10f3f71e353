//! What lies below a route: people, and places that must stay quiet.

use super::Asking;
use super::finding::{FindingKind, Part, RouteFinding};
use crate::world::airspace::{Matter, PlaceBelow, RuleId};
use crate::world::geo::Rectangle;

impl Asking<'_> {
    /// The places below that are flown over while there is something there: one finding a place.
    pub(super) fn below(&self) -> Vec<RouteFinding> {
        let points = &self.flight.plan.points;
        let Some(area) = Rectangle::around(points.iter().map(|point| point.position.xy())) else { return Vec::new() };
        let near = self.surroundings.rules_near(&area);
        let places = near.into_iter().filter_map(|rule| {
            let RuleId::Below(index) = rule else { return None };
            self.over(rule, &self.setting.airspace.rules().below[index as usize])
        });
        places.collect()
    }

    fn over(&self, rule: RuleId, place: &PlaceBelow) -> Option<RouteFinding> {
        let (points, terrain) = (&self.flight.plan.points, self.setting.airspace.terrain());
        let (extent, spells) = (place.footprint.extent(), self.surroundings.spells(rule)?);
        let (mut length_m, mut lasts_s, mut lowest_agl_m) = (0.0, 0.0, f64::INFINITY);
        let (mut stretch_m, mut first) = ([f64::INFINITY, 0.0], None);
        for (point, pair) in points.windows(2).enumerate() {
            let [a, b] = [&pair[0].position, &pair[1].position];
            let around = Rectangle { low: a.xy().inf(&b.xy()), high: a.xy().sup(&b.xy()) };
            if !extent.touches(&around) {
                continue;
            }
            let [from, to] = self.times.window_s(point, point + 1).map(|time_s| self.flight.instant(time_s));
            let shares = place.footprint.shares(&a.xy(), &b.xy());
            let (Some(begin), Some(end)) = (shares.first(), shares.last()) else { continue };
            if !spells.holds_within(from, to) {
                continue;
            }
            let run_m = pair[1].along_m - pair[0].along_m;
            let share: f64 = shares.iter().map(|[from, to]| to - from).sum();
            let passings = &self.times.passings;
            length_m += share * run_m;
            lasts_s += share * (passings[point + 1].arrives_s - passings[point].leaves_s);
            // Who holds over a place stays there.
            if begin[0] <= 0.0 {
                lasts_s += passings[point].leaves_s - passings[point].arrives_s;
            }
            stretch_m = [stretch_m[0].min(pair[0].along_m + begin[0] * run_m), pair[0].along_m + end[1] * run_m];
            let [enter, leave] = [begin[0], end[1]].map(|share| a + (b - a) * share);
            lowest_agl_m = terrain.lowest(&enter, &leave).map_or(lowest_agl_m, |low| lowest_agl_m.min(low.agl_m));
            first = first.or(Some(point));
        }
        let kind = match place.matter {
            Matter::People { per_km2 } => FindingKind::People { rule, per_km2, length_m, lasts_s },
            Matter::Quiet { limit_dba } => FindingKind::Quiet { rule, limit_dba, length_m, lasts_s, lowest_agl_m },
        };
        Some(self.finding((self.leg_of(first?), Part::Leg), stretch_m[0], stretch_m, kind))
    }
}
