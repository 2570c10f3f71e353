//! What is ruled about one segment that lies between ground and ceiling: what stands there, what is prohibited, and what no
//! approval opens.

use super::{Airspace, Occasion};
use crate::world::airspace::denial::Lack;
use crate::world::airspace::footprint::{NO_STRETCH, union};
use crate::world::airspace::{Approval, Control, Denial, Geozone, LegSample, Limit, Obstacle, Restriction, RuleId};
use crate::world::geo::{Position, Rectangle};

/// Where rules are looked up: all of them, or those known to be near.
pub trait Lookup {
    /// The rules that may reach a rectangle, in order, each once.
    fn near(&self, around: &Rectangle) -> Vec<RuleId>;

    /// Whether a segment with these ends is known to lie inside the area.
    fn is_inside(&self, ends: [&Position; 2]) -> bool;

    /// What is known beforehand of a segment between two heights over ground, m.
    fn known(&self, heights_agl_m: [f64; 2], occasion: &Occasion<'_>) -> Known;

    /// Whether a zone holds at any instant of an occasion.
    fn zone_holds(&self, index: u32, zone: &Geozone, occasion: &Occasion<'_>) -> bool;

    /// Whether an approval holds the whole time of an occasion.
    fn approval_holds(&self, index: u32, approval: &Approval, occasion: &Occasion<'_>) -> bool;
}

/// What is known of a segment before each rule is asked.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Nothing stands in its way or is prohibited near it.
    pub is_clear: bool,
    /// Whatever asks for an approval there has it.
    pub is_approved: bool,
}

impl Known {
    /// Each rule must be asked.
    pub const NOTHING: Self = Self { is_clear: false, is_approved: false };
}

impl Lookup for Airspace {
    fn near(&self, around: &Rectangle) -> Vec<RuleId> {
        self.rules_near(around)
    }

    fn is_inside(&self, _: [&Position; 2]) -> bool {
        false
    }

    fn known(&self, _: [f64; 2], _: &Occasion<'_>) -> Known {
        Known::NOTHING
    }

    fn zone_holds(&self, _: u32, zone: &Geozone, occasion: &Occasion<'_>) -> bool {
        zone.holds_within(occasion.from, occasion.to)
    }

    fn approval_holds(&self, _: u32, approval: &Approval, occasion: &Occasion<'_>) -> bool {
        approval.holds_throughout(occasion.from, occasion.to)
    }
}

/// The rules asked about one segment.
pub struct Ruling<'a, L> {
    /// Where it is asked.
    pub airspace: &'a Airspace,
    /// Where rules are looked up.
    pub lookup: &'a L,
    /// The start of the segment.
    pub a: &'a Position,
    /// Its end.
    pub b: &'a Position,
    /// Who flies and when.
    pub occasion: &'a Occasion<'a>,
}

impl<L: Lookup> Ruling<'_, L> {
    /// What stands in the way, what is prohibited, what is not approved, in this order; what is known need not be asked.
    pub fn denial(&self, known: Known) -> Option<Denial> {
        if known.is_clear && known.is_approved {
            return None;
        }
        let near = self.near()?;
        let found = if known.is_clear { None } else { self.blocking(&near) };
        found.or_else(|| if known.is_approved { None } else { self.not_approved(&near) })
    }

    /// What stands in the way or is prohibited, in this order.
    pub fn in_the_way(&self) -> Option<Denial> {
        self.blocking(&self.near()?)
    }

    fn near(&self) -> Option<Vec<RuleId>> {
        Some(self.lookup.near(&Rectangle::around([self.a.xy(), self.b.xy()])?))
    }

    fn blocking(&self, near: &[RuleId]) -> Option<Denial> {
        self.obstacle(near).or_else(|| near.iter().find_map(|&rule| self.prohibited(rule)))
    }

    /// All of them, in the same order.
    pub fn denials(&self) -> Vec<Denial> {
        let Some(near) = self.near() else { return Vec::new() };
        let prohibited = near.iter().filter_map(|&rule| self.prohibited(rule));
        self.obstacle(&near).into_iter().chain(prohibited).chain(self.not_approved(&near)).collect()
    }

    /// The highest obstacle that is too close.
    fn obstacle(&self, near: &[RuleId]) -> Option<Denial> {
        let blocking = near.iter().filter_map(|&rule| {
            let RuleId::Obstacle(index) = rule else { return None };
            let obstacle = &self.airspace.rules.obstacles[index as usize];
            obstacle.blocks(self.a, self.b).then_some((rule, obstacle))
        });
        let top_m = |obstacle: &Obstacle| obstacle.top_amsl_m();
        let highest = blocking.reduce(|x, y| if top_m(y.1) > top_m(x.1) { y } else { x });
        highest.map(|(rule, obstacle)| Denial::Obstacle {
            rule,
            height_m: obstacle.height_m(&self.airspace.terrain),
            clearance_m: obstacle.clearance_m,
        })
    }

    /// The zone, if it holds at any time of the occasion.
    fn zone(&self, rule: RuleId, restriction: Restriction) -> Option<&Geozone> {
        let RuleId::Zone(index) = rule else { return None };
        let zone = &self.airspace.rules.zones[index as usize];
        let is_asked = zone.restriction == restriction && zone.concerns(self.occasion.operator);
        let holds = is_asked && self.lookup.zone_holds(index, zone, self.occasion);
        holds.then_some(zone)
    }

    fn prohibited(&self, rule: RuleId) -> Option<Denial> {
        let zone = self.zone(rule, Restriction::Prohibited)?;
        let entries = zone.volumes.iter().filter_map(|volume| volume.entry(self.a, self.b, &self.airspace.terrain));
        entries.min_by(f64::total_cmp).map(|share| Denial::Prohibited { rule, at: self.sample(share) })
    }

    /// The first stretch that needs an approval and has none.
    fn not_approved(&self, near: &[RuleId]) -> Option<Denial> {
        let needing: Vec<(Limit, [f64; 2])> = near.iter().flat_map(|&rule| self.needing(rule)).collect();
        if needing.is_empty() {
            return None;
        }
        let approved = union(near.iter().flat_map(|&rule| self.approved(rule)).collect());
        let lacking = needing.into_iter().filter_map(|(limit, stretch)| {
            let from = first_left(stretch, &approved)?;
            Some((limit, from))
        });
        let (limit, share) = lacking.min_by(|x, y| x.1.total_cmp(&y.1))?;
        let at = self.sample(share);
        let lacks = near.iter().filter_map(|&rule| Some((rule, self.lack(rule, &at)?)));
        let closest = lacks.reduce(|x, y| if y.1 > x.1 { y } else { x });
        Some(Denial::NotApproved { limit, at, closest })
    }

    /// Why an approval does not open a place that it covers.
    fn lack(&self, rule: RuleId, at: &LegSample) -> Option<Lack> {
        let RuleId::Approval(index) = rule else { return None };
        let approval = &self.airspace.rules.approvals[index as usize];
        let place = at.position.xy();
        let volume = approval.volumes.iter().find(|volume| volume.footprint.contains(&place))?;
        let (lower_m, upper_m) = volume.limits_amsl_m(&place, &self.airspace.terrain);
        let ground_m = at.position.z - at.agl_m;
        Some(if !approval.is_for(self.occasion.operator) {
            Lack::Holder
        } else if !self.lookup.approval_holds(index, approval, self.occasion) {
            Lack::Time
        } else {
            Lack::Height((lower_m - ground_m).max(0.0), (upper_m - ground_m).min(self.airspace.bounds.ceiling_agl_m))
        })
    }

    /// The stretches on which a rule asks for an approval.
    fn needing(&self, rule: RuleId) -> Vec<(Limit, [f64; 2])> {
        let (a, b) = (self.a, self.b);
        if let RuleId::Airport(index) = rule {
            let airport = &self.airspace.rules.airports[index as usize];
            match airport.control {
                Control::ProtectionArea => {
                    let shares = airport.protection.shares(&a.xy(), &b.xy());
                    shares.into_iter().map(|stretch| (Limit::Rule(rule), stretch)).collect()
                }
                Control::Surfaces => {
                    let above = airport.runway.stretches_above(a, b).into_iter();
                    above.map(|(surface, stretch)| (Limit::Surface(index, surface), stretch)).collect()
                }
            }
        } else {
            let zone = self.zone(rule, Restriction::ReqAuthorisation);
            let volumes = zone.into_iter().flat_map(|zone| &zone.volumes);
            let stretches = volumes.flat_map(|volume| volume.stretches(a, b, &self.airspace.terrain));
            stretches.map(|stretch| (Limit::Rule(rule), stretch)).collect()
        }
    }

    /// The stretches that an approval opens.
    fn approved(&self, rule: RuleId) -> Vec<[f64; 2]> {
        let RuleId::Approval(index) = rule else { return Vec::new() };
        let approval = &self.airspace.rules.approvals[index as usize];
        if !approval.is_for(self.occasion.operator) || !self.lookup.approval_holds(index, approval, self.occasion) {
            return Vec::new();
        }
        let volumes = approval.volumes.iter();
        volumes.flat_map(|volume| volume.stretches_inside(self.a, self.b, &self.airspace.terrain)).collect()
    }

    fn sample(&self, share: f64) -> LegSample {
        let position = self.a + (self.b - self.a) * share;
        LegSample { position, agl_m: self.airspace.terrain.agl_m(&position).unwrap_or(f64::NAN) }
    }
}

/// Where a stretch is left by the stretches of a union for the first time; `None` if they cover it. A segment of no
/// length is one stretch from 0 to 1.
fn first_left([from, to]: [f64; 2], union: &[[f64; 2]]) -> Option<f64> {
    let reach = |left: f64, piece: &[f64; 2]| if piece[0] <= left + NO_STRETCH { left.max(piece[1]) } else { left };
    let left = union.iter().fold(from, reach);
    (left < to - NO_STRETCH).then_some(left)
}
