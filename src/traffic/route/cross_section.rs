//! A route seen from the side: the ground below it, the heights that are allowed, those that are planned, what is left in the
//! battery, and the rules it passes. Plain figures, which the report and the viewer draw and the command line prints.

use jiff::{SignedDuration, Timestamp};

use super::plan::FlightPlan;
use super::route_check::{FindingKind, RouteCheck, RouteFinding};
use crate::units::{Altitude, SimTime};
use crate::world::airspace::{Airspace, Flyer, Limit, Restriction, RuleId, Told, Volume};
use crate::world::geo::{Position, Rectangle};

/// Most stations of a profile, but for waypoints and its end.
const MOST_STATIONS: usize = 400;

/// What a profile is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// The route.
    pub plan: &'a FlightPlan,
    /// Its check.
    pub check: &'a RouteCheck,
    /// Where it is flown.
    pub airspace: &'a Airspace,
    /// Whose approvals count.
    pub operator: Option<&'a str>,
    /// When the drone leaves the ground.
    pub departs: Timestamp,
}

/// A route from the side.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteProfile {
    /// Its length, m.
    pub length_m: f64,
    /// Places along it, in order.
    pub stations: Vec<ProfileStation>,
    /// Where its waypoints are, m along it.
    pub waypoints_m: Vec<f64>,
    /// Zones and approvals that it passes under, over or through.
    pub rules: Vec<ProfileRule>,
    /// Where it is lowest over the ground, m along it, and how high there, m.
    pub lowest: [f64; 2],
    /// Height of the ceiling over ground, m.
    pub ceiling_agl_m: f64,
    /// Least height over ground, m.
    pub clearance_m: f64,
    /// What is in the battery at the start, Wh.
    pub battery_wh: f64,
    /// What must be left, Wh.
    pub reserve_wh: f64,
    /// What is left on the ground at the end, Wh.
    pub at_end_wh: f64,
    /// The last place to turn back from, m along it; `None` if one can from everywhere.
    pub no_return_m: Option<f64>,
    /// What was found.
    pub findings: Vec<RouteFinding>,
}

/// A place along a route.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileStation {
    /// Distance along it, m.
    pub along_m: f64,
    /// Where, as planned; z above mean sea level.
    pub position: Position,
    /// When the drone is there.
    pub at: Timestamp,
    /// Ground, m above mean sea level.
    pub ground_amsl_m: f64,
    /// Top of what stands there, m above mean sea level; the ground if nothing does.
    pub top_amsl_m: f64,
    /// Ceiling, m above mean sea level.
    pub ceiling_amsl_m: f64,
    /// Planned true height, m.
    pub agl_m: f64,
    /// True heights at which the operator may fly there and then, m.
    pub allowed_agl_m: Vec<[f64; 2]>,
    /// What is left in the battery, Wh.
    pub left_wh: f64,
    /// Speed over ground from here on, m/s.
    pub ground_mps: f64,
    /// Rate of climb from here on, m/s.
    pub climb_mps: f64,
}

/// What a rule on a profile asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileRuleKind {
    /// Nobody flies.
    Prohibited,
    /// An approval is needed.
    NeedsApproval,
    /// Conditions hold.
    Conditional,
    /// The operator's approval opens it.
    Approval,
}

impl ProfileRuleKind {
    /// Its name in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Prohibited => "prohibited",
            Self::NeedsApproval => "needs_approval",
            Self::Conditional => "conditional",
            Self::Approval => "approval",
        }
    }
}

/// A zone or an approval over a route.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRule {
    /// Which.
    pub rule: RuleId,
    /// How it is told.
    pub told: Told,
    /// What it asks.
    pub kind: ProfileRuleKind,
    /// Where its first volume begins.
    pub lower: Altitude,
    /// Where that ends; `None` if it has no end.
    pub upper: Option<Altitude>,
    /// Whether it holds while the drone passes.
    pub holds: bool,
    /// Whether the route breaks it.
    pub is_broken: bool,
    /// Its outlines over the route: distance along it, and its lower and upper limit there, m above mean sea level; the last
    /// without end where it has none.
    pub outlines: Vec<Vec<[f64; 3]>>,
}

impl ProfileRule {
    /// Where along the route its first outline begins, m.
    pub fn begins_m(&self) -> f64 {
        self.outlines.first().and_then(|outline| outline.first()).map_or(0.0, |at| at[0])
    }
}

impl RouteProfile {
    /// The rules in the order in which the route meets them.
    pub fn rules_in_order(&self) -> Vec<&ProfileRule> {
        let mut rules: Vec<&ProfileRule> = self.rules.iter().collect();
        rules.sort_by(|a, b| a.begins_m().total_cmp(&b.begins_m()));
        rules
    }

    /// Where the drone is, as planned, `along_m` metres along the route; z above mean sea level.
    pub fn position_at(&self, along_m: f64) -> Position {
        let (a, b, share) = self.around(along_m);
        a.position + (b.position - a.position) * share
    }

    /// The ground there, m above mean sea level.
    pub fn ground_at(&self, along_m: f64) -> f64 {
        let (a, b, share) = self.around(along_m);
        a.ground_amsl_m + (b.ground_amsl_m - a.ground_amsl_m) * share
    }

    /// What is left in the battery there, Wh.
    pub fn left_wh_at(&self, along_m: f64) -> f64 {
        let (a, b, share) = self.around(along_m);
        a.left_wh + (b.left_wh - a.left_wh) * share
    }

    /// When the drone is there, as planned.
    pub fn instant_at(&self, along_m: f64) -> Timestamp {
        let (a, b, share) = self.around(along_m);
        a.at.checked_add(a.at.duration_until(b.at).mul_f64(share)).unwrap_or(a.at)
    }

    /// The stations before and after a place, and which share of the way from one to the other it lies.
    fn around(&self, along_m: f64) -> (&ProfileStation, &ProfileStation, f64) {
        let stations = &self.stations;
        let next = stations.partition_point(|station| station.along_m <= along_m).clamp(1, stations.len().max(2) - 1);
        let (a, b) = (&stations[next - 1], &stations[next]);
        (a, b, ((along_m - a.along_m) / (b.along_m - a.along_m).max(1e-9)).clamp(0.0, 1.0))
    }
}

impl Sighting<'_> {
    /// The profile.
    pub fn profile(&self) -> RouteProfile {
        let stations = self.stations();
        let account = &self.check.account;
        let legs = &self.check.legs;
        let lowest = legs.iter().min_by(|x, y| x.agl_m[0].total_cmp(&y.agl_m[0]));
        let starts = legs.iter().map(|leg| leg.along_m[0]);
        RouteProfile {
            length_m: self.plan.length_m(),
            waypoints_m: starts.chain([self.plan.length_m()]).collect(),
            rules: self.rules(&stations),
            lowest: lowest.map_or([0.0, f64::NAN], |leg| [leg.lowest_along_m, leg.agl_m[0]]),
            ceiling_agl_m: self.airspace.ceiling_agl_m(),
            clearance_m: self.airspace.clearance_m(),
            battery_wh: account.battery_wh,
            reserve_wh: account.reserve_wh,
            at_end_wh: account.at_end_wh,
            no_return_m: account.no_return.map(|last| last.along_m),
            findings: self.check.findings.clone(),
            stations,
        }
    }

    fn instant(&self, time_s: f64) -> Timestamp {
        let since = SignedDuration::from_millis(SimTime::from_seconds(time_s).millis());
        self.departs.checked_add(since).unwrap_or(Timestamp::MAX)
    }

    fn stations(&self) -> Vec<ProfileStation> {
        let points = &self.plan.points;
        let stride = points.len().div_ceil(MOST_STATIONS).max(1);
        let ends: Vec<f64> = self.check.legs.iter().map(|leg| leg.along_m[1]).collect();
        let is_end = |along_m: f64| ends.binary_search_by(|end| end.total_cmp(&along_m)).is_ok();
        let chosen = (0..points.len()).filter(|&index| index % stride == 0 || is_end(points[index].along_m));
        chosen.map(|index| self.station(index)).collect()
    }

    fn station(&self, index: usize) -> ProfileStation {
        let (point, passing) = (&self.plan.points[index], &self.check.times.passings[index]);
        let (place, airspace) = (point.position.xy(), self.airspace);
        let ground_amsl_m = airspace.terrain().extended_ground_amsl_m(&place);
        let at = self.instant(passing.arrives_s);
        let column = airspace.column(&place, at, Flyer::Operator(self.operator));
        ProfileStation {
            along_m: point.along_m,
            position: point.position,
            at,
            ground_amsl_m,
            top_amsl_m: airspace.top_amsl_m(&place).map_or(ground_amsl_m, |top_m| top_m.max(ground_amsl_m)),
            ceiling_amsl_m: ground_amsl_m + airspace.ceiling_agl_m(),
            agl_m: point.position.z - ground_amsl_m,
            allowed_agl_m: column.map(|column| column.approved.stretches_agl_m).unwrap_or_default(),
            left_wh: self.check.account.left_wh[index],
            ground_mps: passing.ground_mps,
            climb_mps: passing.climb_mps,
        }
    }

    fn rules(&self, stations: &[ProfileStation]) -> Vec<ProfileRule> {
        let places = stations.iter().map(|station| station.position.xy());
        let Some(area) = Rectangle::around(places) else { return Vec::new() };
        let near = self.airspace.rules_near(&area).into_iter();
        let mut rules: Vec<ProfileRule> = near.filter_map(|rule| self.rule(rule, stations)).collect();
        // Approvals lie beneath what they open.
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.kind));
        rules
    }

    fn rule(&self, rule: RuleId, stations: &[ProfileStation]) -> Option<ProfileRule> {
        let rules = self.airspace.rules();
        let (kind, volumes): (ProfileRuleKind, &[Volume]) = match rule {
            RuleId::Zone(index) => {
                let zone = &rules.zones[index as usize];
                zone.concerns(self.operator).then_some(())?;
                let kind = match zone.restriction {
                    Restriction::Prohibited => ProfileRuleKind::Prohibited,
                    Restriction::ReqAuthorisation => ProfileRuleKind::NeedsApproval,
                    Restriction::Conditional => ProfileRuleKind::Conditional,
                    Restriction::NoRestriction => return None,
                };
                (kind, &zone.volumes)
            }
            RuleId::Approval(index) => {
                let approval = &rules.approvals[index as usize];
                approval.is_for(self.operator).then_some((ProfileRuleKind::Approval, &approval.volumes[..]))?
            }
            RuleId::Obstacle(_) | RuleId::Airport(_) | RuleId::Below(_) => return None,
        };
        let each = volumes.iter().map(|volume| (volume, self.outlines(volume, stations)));
        let each: Vec<(&Volume, Vec<_>)> = each.filter(|(_, outlines)| !outlines.is_empty()).collect();
        let is_it = |finding: &RouteFinding| matches!(&finding.kind, FindingKind::Denied { denial, .. } if denial.limit() == Some(Limit::Rule(rule)));
        let &(first, _) = each.first()?;
        let outlines: Vec<_> = each.iter().flat_map(|(_, outlines)| outlines.clone()).collect();
        Some(ProfileRule {
            rule,
            told: self.airspace.told(Limit::Rule(rule)),
            kind,
            lower: first.lower,
            upper: first.upper,
            holds: self.holds(rule, &outlines),
            is_broken: self.check.findings.iter().any(is_it),
            outlines,
        })
    }

    /// Whether a rule holds at any time while the drone passes one of its outlines.
    fn holds(&self, rule: RuleId, outlines: &[Vec<[f64; 3]>]) -> bool {
        let Some((schedule, middle)) = self.airspace.rules().schedule(rule) else { return true };
        let points = &self.plan.points;
        let point_at = |along_m: f64| points.partition_point(|point| point.along_m < along_m).min(points.len() - 1);
        let passes = |outline: &Vec<[f64; 3]>| {
            let [from, to] = [0, outline.len() - 1].map(|end| point_at(outline[end][0]));
            let [from, to] = self.check.times.window_s(from, to).map(|time_s| self.instant(time_s));
            match rule {
                // One that is not known yet keeps nobody out.
                RuleId::Zone(index) => self.airspace.rules().zones[index as usize].holds_within(from, to),
                _ => schedule.holds_within(from, to, middle),
            }
        };
        outlines.iter().any(passes)
    }

    /// The stretches of the route over the footprint of a volume, with its limits along them.
    fn outlines(&self, volume: &Volume, stations: &[ProfileStation]) -> Vec<Vec<[f64; 3]>> {
        let mut outlines: Vec<Vec<[f64; 3]>> = Vec::new();
        for pair in stations.windows(2) {
            let [a, b] = [&pair[0], &pair[1]];
            for [from, to] in volume.footprint.shares(&a.position.xy(), &b.position.xy()) {
                let limits = |share: f64| {
                    let place = (a.position + (b.position - a.position) * share).xy();
                    let (lower_m, upper_m) = volume.limits_amsl_m(&place, self.airspace.terrain());
                    let ground_m = self.airspace.terrain().extended_ground_amsl_m(&place);
                    [a.along_m + (b.along_m - a.along_m) * share, lower_m.max(ground_m), upper_m.max(ground_m)]
                };
                let (enter, leave) = (limits(from), limits(to));
                match outlines.last_mut() {
                    Some(open) if open.last().is_some_and(|last| enter[0] - last[0] < 1e-6) => open.push(leave),
                    _ => outlines.push(vec![enter, leave]),
                }
            }
        }
        outlines
    }
}
