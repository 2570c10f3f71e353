//! Where there is no way: the least that would have to change for one.
//!
//! The same planner is asked again with one kind of rule lifted, and made to break what is lifted no farther than it takes:
//! what its route then breaks is named. So is the next instant at which a flight may leave.

use jiff::{SignedDuration, Timestamp};

use super::straight::met;
use super::{Alternative, Figures, NoWay, Planner, PlanningRequest};
use crate::message::Text;
use crate::traffic::route::budget::Flier;
use crate::units::Altitude;
use crate::world::airspace::{
    Airspace, Approval, Bounds, Denial, Footprint, Geozone, Limit, Restriction, RuleId, Rules, Schedule, Volume, Way,
};
use crate::world::geo::Geographic;

/// By how much the ceiling is raised, one after the other, m.
const RAISED_M: [f64; 4] = [15.0, 30.0, 60.0, 120.0];
/// Which share of the clearance is asked for, one after the other.
const LOWERED: [f64; 3] = [0.75, 0.5, 0.25];
/// How far ahead a later departure is looked for, and how many changes of rules are tried.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
const MOST_CHANGES: usize = 16;
/// How often the payload is halved in the search for what can be carried.
const HALVINGS: usize = 12;

/// What would have to change.
#[derive(Clone, Debug, PartialEq)]
pub enum Lift {
    /// These prohibited zones.
    Zones(Vec<RuleId>),
    /// An approval, for what these ask for.
    Approval(Vec<Limit>),
    /// These obstacles.
    Obstacles(Vec<RuleId>),
    /// The ceiling, m above ground.
    Ceiling(f64),
    /// The clearance, m above ground.
    Clearance(f64),
    /// All of these together.
    Several(Vec<Limit>),
    /// The payload, kg.
    Payload(f64),
}

/// A change, and the route that it opens.
#[derive(Clone, Debug)]
pub struct Cure {
    /// The change.
    pub lift: Lift,
    /// The cheapest route after it.
    pub route: Alternative,
}

/// What would have to change for a way, the cheapest first.
#[derive(Clone, Debug, Default)]
pub struct Cures {
    /// Single changes, each of which opens a way; all together where none does.
    pub lifts: Vec<Cure>,
    /// The first later departure at which there is a way, and the way.
    pub departure: Option<(Timestamp, Alternative)>,
}

/// What would open a way where a planner found none.
pub fn cures(planner: &dyn Planner, request: &PlanningRequest<'_>, why: &NoWay) -> Cures {
    let asked = PlanningRequest { alternatives: 1, ..*request };
    match why {
        NoWay::SamePlace | NoWay::Plan(_) | NoWay::End { denial: Denial::OutsideArea(_), .. } => Cures::default(),
        NoWay::Battery { best, .. } => Cures { lifts: lighter(best, request).into_iter().collect(), departure: None },
        NoWay::End { .. } | NoWay::Closed { .. } => {
            let departure = departure(planner, &asked);
            let at_end = if let NoWay::End { denial, .. } = why { Some(denial) } else { None };
            let cure = |kind: Kind| kind.cure(planner, &asked, at_end);
            let mut lifts: Vec<Cure> = Kind::SINGLE.into_iter().filter_map(cure).collect();
            lifts.sort_by(|a, b| a.route.cost_s.total_cmp(&b.route.cost_s));
            if lifts.is_empty() {
                lifts.extend(cure(Kind::Several));
            }
            Cures { lifts, departure }
        }
    }
}

/// A kind of rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zones,
    Approval,
    Obstacles,
    Ceiling,
    Clearance,
    Several,
}

impl Kind {
    const SINGLE: [Self; 5] = [Self::Zones, Self::Approval, Self::Obstacles, Self::Ceiling, Self::Clearance];

    /// The route that lifting the rules of this kind opens, and what of them it breaks, on its way or `at_end`.
    fn cure(self, planner: &dyn Planner, request: &PlanningRequest<'_>, at_end: Option<&Denial>) -> Option<Cure> {
        let bounds = Bounds {
            outline: request.airspace.outline().to_vec(),
            ceiling_agl_m: request.airspace.ceiling_agl_m(),
            clearance_m: request.airspace.clearance_m(),
        };
        let all = match self {
            Self::Ceiling => RAISED_M
                .map(|more_m| Bounds { ceiling_agl_m: bounds.ceiling_agl_m + more_m, ..bounds.clone() })
                .to_vec(),
            Self::Clearance => {
                LOWERED.map(|share| Bounds { clearance_m: share * bounds.clearance_m, ..bounds.clone() }).to_vec()
            }
            _ => vec![bounds],
        };
        let rules = self.lifted(request.airspace)?;
        all.into_iter().find_map(|bounds| {
            let airspace = request.airspace.with(bounds.clone(), rules.clone());
            let lifted =
                PlanningRequest { airspace: &airspace, reluctant: Some(request.airspace), battery: None, ..*request };
            let route = planner.plan(&lifted).ok()?.into_iter().next()?;
            let mut broken: Vec<Limit> = met(&route.plan, request).iter().filter_map(limit_of).collect();
            // The way between stand and path is not part of the plan.
            let at_end = at_end.filter(|denial| self.is_of(denial)).and_then(limit_of);
            broken.extend(at_end.filter(|limit| !broken.contains(limit)));
            Some(Cure { lift: self.lift(&bounds, broken), route })
        })
    }

    /// The rules without those of this kind; `None` where there are none.
    fn lifted(self, airspace: &Airspace) -> Option<Rules> {
        let mut rules = airspace.rules().clone();
        let is_prohibited = |zone: &&mut Geozone| zone.restriction == Restriction::Prohibited;
        if matches!(self, Self::Zones | Self::Several) {
            let mut zones = rules.zones.iter_mut().filter(is_prohibited).peekable();
            if self == Self::Zones {
                zones.peek()?;
            }
            zones.for_each(|zone| zone.restriction = Restriction::NoRestriction);
        }
        if matches!(self, Self::Approval | Self::Several) {
            let asks = rules.zones.iter().any(|zone| zone.restriction == Restriction::ReqAuthorisation);
            if self == Self::Approval && !asks && rules.airports.is_empty() {
                return None;
            }
            rules.approvals.push(everything(airspace));
        }
        if matches!(self, Self::Obstacles | Self::Several) {
            if self == Self::Obstacles && rules.obstacles.is_empty() {
                return None;
            }
            rules.obstacles.clear();
        }
        Some(rules)
    }

    /// Whether a denial is by rules of this kind.
    const fn is_of(self, denial: &Denial) -> bool {
        match self {
            Self::Zones => matches!(denial, Denial::Prohibited { .. }),
            Self::Approval => matches!(denial, Denial::NotApproved { .. }),
            Self::Obstacles => matches!(denial, Denial::Obstacle { .. }),
            Self::Ceiling | Self::Clearance => false,
            Self::Several => true,
        }
    }

    /// The change that a route takes which breaks these rules.
    fn lift(self, bounds: &Bounds, limits: Vec<Limit>) -> Lift {
        let rules = || limits.iter().filter_map(|limit| if let Limit::Rule(rule) = limit { Some(*rule) } else { None });
        match self {
            Self::Zones => Lift::Zones(rules().collect()),
            Self::Obstacles => Lift::Obstacles(rules().collect()),
            Self::Approval => Lift::Approval(limits),
            Self::Ceiling => Lift::Ceiling(bounds.ceiling_agl_m),
            Self::Clearance => Lift::Clearance(bounds.clearance_m),
            Self::Several => Lift::Several(limits),
        }
    }
}

/// The rule behind a denial.
pub fn limit_of(denial: &Denial) -> Option<Limit> {
    match denial {
        Denial::Obstacle { rule, .. } | Denial::Prohibited { rule, .. } => Some(Limit::Rule(*rule)),
        Denial::NotApproved { limit, .. } => Some(*limit),
        Denial::AboveCeiling(_) => Some(Limit::Ceiling),
        Denial::OutsideArea(_) => Some(Limit::Area),
        Denial::UnderGround(_) | Denial::TooLow(_) => None,
    }
}

/// An approval that opens everything for everybody.
fn everything(airspace: &Airspace) -> Approval {
    let footprint = Footprint::polygon(airspace.outline().to_vec()).grown(1.0);
    Approval {
        id: String::new(),
        name: Text::default(),
        holder: None,
        authority: Text::default(),
        schedule: Schedule::default(),
        middle: Geographic::new(0.0, 0.0),
        volumes: vec![Volume { footprint, lower: Altitude::agl(-1.0), upper: None }],
    }
}

/// The first instant at which rules change and there is a way.
fn departure(planner: &dyn Planner, request: &PlanningRequest<'_>) -> Option<(Timestamp, Alternative)> {
    let extent = request.airspace.extent();
    let middle = extent.low + 0.5 * (extent.high - extent.low);
    let everywhere = Way { from: middle, to: middle, margin_m: (extent.high - middle).norm() };
    let to = request.depart.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    let changes = request.airspace.rulings_change_along(&[everywhere], request.depart, to);
    changes.into_iter().take(MOST_CHANGES).find_map(|depart| {
        let route = planner.plan(&PlanningRequest { depart, ..*request }).ok()?.into_iter().next()?;
        Some((depart, route))
    })
}

/// The greatest payload with which the battery carries a route.
fn lighter(best: &Alternative, request: &PlanningRequest<'_>) -> Option<Cure> {
    let plannable_wh = request.battery?.plannable_wh;
    let with = |payload_kg: f64| {
        let flier = Flier { payload_kg, ..request.flier };
        let figures = Figures::of(&best.plan, &PlanningRequest { flier, ..*request });
        (figures.there_and_back_wh <= plannable_wh).then_some(figures)
    };
    let mut found = (0.0, with(0.0)?);
    let mut heavy_kg = request.flier.payload_kg;
    for _ in 0..HALVINGS {
        let payload_kg = f64::midpoint(found.0, heavy_kg);
        match with(payload_kg) {
            Some(figures) => found = (payload_kg, figures),
            None => heavy_kg = payload_kg,
        }
    }
    Some(Cure { lift: Lift::Payload(found.0), route: Alternative { figures: found.1, ..best.clone() } })
}
