//! What is near a stretch of a route while it is flown, looked up once for the many segments of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::permission::{Known, Lookup, Permission};
use super::rules::{RuleId, Rules};
use super::{Airspace, Approval, Denial, Geozone, Occasion, Restriction, Spells, Volume};
use crate::units::{Altitude, Datum};
use crate::world::geo::{Position, Rectangle};

/// The rules that may reach an area, and when they hold during a window of time. Asked about a segment in both, it gives the
/// answers of the airspace; about any other it passes the question on.
#[derive(Clone, Debug)]
pub struct Surroundings<'a> {
    airspace: &'a Airspace,
    area: Rectangle,
    window: [Timestamp; 2],
    /// Whether the outline of the airspace encloses the area.
    is_inside: bool,
    near: Vec<(RuleId, Rectangle)>,
    /// What is known of the area whole; `None` before it is looked at.
    open: Option<Open>,
    spells: Arc<BTreeMap<RuleId, Spells>>,
}

/// What holds in an area whole.
#[derive(Clone, Debug)]
struct Open {
    /// Whether nothing stands or is prohibited there.
    is_clear: bool,
    /// Whether any rule there may ask for an approval.
    needs_approval: bool,
    /// Approvals over the whole of it, each with the heights over ground that it opens, m.
    approvals: Vec<(u32, [f64; 2])>,
}

impl Open {
    /// What holds in an area with the rules near it.
    fn of(area: &Rectangle, near: &[(RuleId, Rectangle)], rules: &Rules) -> Self {
        let mut open = Self { is_clear: true, needs_approval: false, approvals: Vec::new() };
        for (rule, _) in near {
            match rule {
                RuleId::Obstacle(_) => open.is_clear = false,
                RuleId::Zone(index) => match rules.zones[*index as usize].restriction {
                    Restriction::Prohibited => open.is_clear = false,
                    Restriction::ReqAuthorisation => open.needs_approval = true,
                    Restriction::Conditional | Restriction::NoRestriction => {}
                },
                RuleId::Airport(_) => open.needs_approval = true,
                RuleId::Approval(index) => {
                    let volumes = rules.approvals[*index as usize].volumes.iter();
                    let over = volumes.filter(|volume| volume.footprint.covers(area));
                    open.approvals.extend(over.filter_map(|volume| Some((*index, heights_agl_m(volume)?))));
                }
                RuleId::Below(_) => {}
            }
        }
        open
    }
}

/// The heights of a volume if both its limits are over ground, m.
fn heights_agl_m(volume: &Volume) -> Option<[f64; 2]> {
    let agl_m = |limit: Altitude| (limit.datum == Datum::Agl).then_some(limit.metres);
    let upper_m = volume.upper.map_or(Some(f64::INFINITY), agl_m)?;
    Some([agl_m(volume.lower)?, upper_m])
}

impl Airspace {
    /// What is near an area from `from` to `to`.
    pub fn surroundings(&self, area: Rectangle, [from, to]: [Timestamp; 2]) -> Surroundings<'_> {
        let near = self.index().parts_near(&area);
        let timed = near.iter().filter_map(|&(rule, _)| Some((rule, self.rules().schedule(rule)?)));
        let spells = timed.map(|(rule, (schedule, place))| (rule, schedule.during(from, to, place))).collect();
        let is_inside = self.covers(&area);
        let (window, spells) = ([from, to], Arc::new(spells));
        Surroundings { airspace: self, area, window, is_inside, near, open: None, spells }
    }
}

impl Surroundings<'_> {
    /// The same for a part of the area.
    #[must_use]
    pub fn within(&self, part: &Rectangle) -> Self {
        let near: Vec<_> = self.near.iter().filter(|(_, extent)| extent.touches(part)).copied().collect();
        let is_inside = self.is_inside || self.airspace.covers(part);
        let open = Some(Open::of(part, &near, self.airspace.rules()));
        let spells = Arc::clone(&self.spells);
        Self { airspace: self.airspace, area: *part, window: self.window, is_inside, near, open, spells }
    }

    /// The rules that may reach a rectangle in the area, in order, each once.
    pub fn rules_near(&self, around: &Rectangle) -> Vec<RuleId> {
        let mut near: Vec<RuleId> =
            self.near.iter().filter(|(_, extent)| extent.touches(around)).map(|(rule, _)| *rule).collect();
        near.dedup();
        near
    }

    /// When a rule holds during the window; `None` of one that is not near or always holds.
    pub fn spells(&self, rule: RuleId) -> Option<&Spells> {
        self.spells.get(&rule)
    }

    /// Every rule by which it is denied, that of [`Permission::denial`] first; of obstacles the highest alone.
    pub fn denials(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Vec<Denial> {
        if self.knows([a, b], occasion) {
            self.airspace.question(self, [a, b], occasion).all()
        } else {
            self.airspace.question(self.airspace, [a, b], occasion).all()
        }
    }

    fn knows(&self, ends: [&Position; 2], occasion: &Occasion<'_>) -> bool {
        let is_in = ends.iter().all(|end| self.area.contains(&end.xy()));
        is_in && self.window[0] <= occasion.from && occasion.to <= self.window[1]
    }
}

impl Permission for Surroundings<'_> {
    fn denial(&self, a: &Position, b: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        if self.knows([a, b], occasion) {
            self.airspace.question(self, [a, b], occasion).first()
        } else {
            self.airspace.denial(a, b, occasion)
        }
    }

    fn column_denial(&self, foot: &Position, top: &Position, occasion: &Occasion<'_>) -> Option<Denial> {
        if self.knows([foot, top], occasion) {
            self.airspace.question(self, [foot, top], occasion).at_the_ground().first()
        } else {
            self.airspace.column_denial(foot, top, occasion)
        }
    }
}

impl Lookup for Surroundings<'_> {
    fn near(&self, around: &Rectangle) -> Vec<RuleId> {
        self.rules_near(around)
    }

    fn is_inside(&self, _: [&Position; 2]) -> bool {
        self.is_inside
    }

    fn known(&self, [lowest_m, highest_m]: [f64; 2], occasion: &Occasion<'_>) -> Known {
        let Some(open) = &self.open else { return Known::NOTHING };
        let opens = |&(index, [lower_m, upper_m]): &(u32, [f64; 2])| {
            let approval = &self.airspace.rules().approvals[index as usize];
            let is_between = lower_m <= lowest_m && highest_m <= upper_m;
            is_between && approval.is_for(occasion.operator) && self.approval_holds(index, approval, occasion)
        };
        let is_approved = !open.needs_approval || open.approvals.iter().any(opens);
        Known { is_clear: open.is_clear, is_approved }
    }

    fn zone_holds(&self, index: u32, zone: &Geozone, occasion: &Occasion<'_>) -> bool {
        self.spells(RuleId::Zone(index)).is_some_and(|spells| zone.holds_by(spells, occasion.from, occasion.to))
    }

    fn approval_holds(&self, index: u32, _: &Approval, occasion: &Occasion<'_>) -> bool {
        let spells = self.spells(RuleId::Approval(index));
        spells.is_some_and(|spells| spells.holds_throughout(occasion.from, occasion.to))
    }
}
