//! The weather along a route against the limits of its type, and the wind against its speed.

use super::Asking;
use super::finding::{FindingKind, Part, RouteFinding};
use crate::traffic::route::profile::direction;
use crate::world::weather::{Breach, Daylight, Quantity, STATION_M};

/// Share of the planned speed that a wind must leave.
const USEFUL_SHARE: f64 = 0.5;

/// Findings that are told once a leg and kind, where they are worst.
#[derive(Default)]
struct Worst(Vec<(RouteFinding, f64)>);

impl Worst {
    fn note(&mut self, finding: RouteFinding, badness: f64, is_same: impl Fn(&FindingKind) -> bool) {
        let mut here = self.0.iter_mut().rev().take_while(|(other, _)| other.leg == finding.leg);
        let same = |(other, _): &&mut (RouteFinding, f64)| other.part == finding.part && is_same(&other.kind);
        let Some((other, worst)) = here.find(same) else { return self.0.push((finding, badness)) };
        let stretch_m = [other.stretch_m[0], other.stretch_m[1].max(finding.stretch_m[1])];
        if badness > *worst {
            (*other, *worst) = (finding, badness);
        }
        other.stretch_m = stretch_m;
    }

    fn found(self) -> Vec<RouteFinding> {
        self.0.into_iter().map(|(finding, _)| finding).collect()
    }
}

impl Asking<'_> {
    /// Limits of the type that the weather is beyond: at each point of the path and at its ends, where the mean wind counts
    /// too; one a leg and quantity.
    pub(super) fn weather(&self) -> Vec<RouteFinding> {
        let (flight, terrain) = (self.flight, self.setting.airspace.terrain());
        let daylight = Daylight::at(flight.departs, self.setting.middle);
        let limits = &flight.flier.aircraft.limits;
        let mut worst = Worst::default();
        let mut note = |site, along_m: f64, breach: Breach| {
            let finding = self.finding(site, along_m, [along_m; 2], FindingKind::Weather(breach));
            let is_same =
                |kind: &FindingKind| matches!(kind, FindingKind::Weather(other) if other.quantity == breach.quantity);
            worst.note(finding, (breach.value - breach.limit).abs(), is_same);
        };
        for (point, here) in flight.plan.points.iter().enumerate() {
            let at = flight.instant(self.times.passings[point].leaves_s);
            let agl_m = terrain.agl_m(&here.position).unwrap_or(0.0);
            let Some(local) = self.setting.local(&here.position, agl_m, at, daylight) else { return Vec::new() };
            let breaches = limits.breaches(&local).filter(|breach| breach.quantity != Quantity::LandingWind);
            breaches.for_each(|breach| note((self.leg_of(point), Part::Leg), here.along_m, breach));
        }
        let last = self.bounds.len().saturating_sub(2);
        let ends = [
            (flight.plan.start(), 0, Part::Departure, 0.0),
            (flight.plan.end(), last, Part::Landing, self.times.lands_s),
        ];
        for (end, leg, part, time_s) in ends {
            let local = self.setting.local(&end.position, STATION_M, flight.instant(time_s), daylight);
            let breaches = local.iter().flat_map(|local| limits.breaches(local));
            let landing = breaches.filter(|breach| breach.quantity == Quantity::LandingWind);
            landing.for_each(|breach| note((leg, part), end.along_m, breach));
        }
        let mut found = worst.found();
        for finding in &mut found {
            self.measure_dark(finding);
        }
        found
    }

    /// The dark is beyond its limit by how long it is flown in.
    fn measure_dark(&self, finding: &mut RouteFinding) {
        if let FindingKind::Weather(breach) = &mut finding.kind
            && breach.quantity == Quantity::Daylight
        {
            let [from_s, to_s] = finding.stretch_m.map(|along_m| self.time_s(along_m));
            (breach.value, breach.limit) = (to_s - from_s, 0.0);
        }
    }

    /// Where the wind holds the drone back: for good, or by more than half of its speed; one a leg.
    pub(super) fn wind(&self) -> Vec<RouteFinding> {
        let (flight, aircraft) = (self.flight, self.flight.flier.aircraft);
        let points = &flight.plan.points;
        let mut worst = Worst::default();
        for point in 0..points.len() - 1 {
            let (a, b) = (&points[point], &points[point + 1]);
            let passing = &self.times.passings[point];
            let planned_mps = f64::midpoint(a.speed_limit_mps, b.speed_limit_mps);
            let is_held = self.times.held_back.binary_search(&point).is_ok();
            if !is_held && passing.ground_mps >= USEFUL_SHARE * planned_mps {
                continue;
            }
            let wind = self.setting.air(&a.position, flight.instant(passing.leaves_s)).wind;
            let against_mps = -wind.dot(&direction(a, b));
            let kind = if is_held {
                FindingKind::HeldBack { wind_mps: wind.norm(), most_mps: aircraft.max_airspeed_mps }
            } else {
                FindingKind::HeadWind { ground_mps: passing.ground_mps, planned_mps }
            };
            let badness = planned_mps - passing.ground_mps + against_mps;
            let finding = self.finding((self.leg_of(point), Part::Leg), a.along_m, [a.along_m, b.along_m], kind);
            worst.note(finding, badness, |other| std::mem::discriminant(other) == std::mem::discriminant(&kind));
        }
        worst.found()
    }
}
