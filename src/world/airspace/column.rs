//! What holds in the air over a rectangle of the ground at an instant: the permission question asked for a cell of a
//! map, or for a place, which is a rectangle of no size.
//!
//! A height counts as permitted only if it is so everywhere over the rectangle.

mod heights;

use std::collections::BTreeSet;

pub use heights::Heights;
use jiff::Timestamp;

use super::rules::{Limit, RuleId};
use super::{Airspace, Control, Footprint, Geozone, Matter, Obstacle, PlaceBelow, Restriction, Runway, Volume};
use crate::message::words::Word;
use crate::units::Datum;
use crate::world::geo::Rectangle;
use crate::world::terrain::Terrain;
use heights::{Cut, Opened};

/// Whose approvals count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flyer<'a> {
    /// An operator's, and those for everybody.
    Operator(Option<&'a str>),
    /// Those of every holder.
    AnyHolder,
}

/// What may be done with a column of air.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// One may fly up to the ceiling without an approval.
    Open,
    /// One may fly without an approval, but not at every height below the ceiling.
    Limited,
    /// An approval opens it, up to its height.
    Approved,
    /// One may not fly without an approval, and none holds.
    Controlled,
    /// Nobody may fly.
    Prohibited,
    /// Closed for a time.
    Temporary,
    /// What stands there leaves no room.
    Obstructed,
}

impl State {
    /// All states, in the order of legends.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Limited,
        Self::Approved,
        Self::Controlled,
        Self::Prohibited,
        Self::Temporary,
        Self::Obstructed,
    ];

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Open => Word::new("open", "适飞空域"),
            Self::Limited => Word::new("height-limited", "限高区"),
            Self::Approved => Word::new("approved", "已批准"),
            Self::Controlled => Word::new("controlled", "管制空域"),
            Self::Prohibited => Word::new("prohibited", "禁飞"),
            Self::Temporary => Word::new("temporary closure", "临时管制"),
            Self::Obstructed => Word::new("obstructed", "障碍物占用"),
        }
    }

    /// Its name in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Limited => "limited",
            Self::Approved => "approved",
            Self::Controlled => "controlled",
            Self::Prohibited => "prohibited",
            Self::Temporary => "temporary",
            Self::Obstructed => "obstructed",
        }
    }
}

/// What holds in the air over a rectangle of the ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The lowest and the highest ground, m above mean sea level.
    pub ground_amsl_m: (f64, f64),
    /// What may be done with it.
    pub state: State,
    /// Least height over ground: clear of the ground and of what stands there, m.
    pub floor_agl_m: f64,
    /// Where one may fly without an approval.
    pub open: Heights,
    /// Where one may fly with the approvals that count.
    pub approved: Heights,
    /// The approval that opens highest.
    pub approval: Option<RuleId>,
    /// What closes it for a time.
    pub closure: Option<RuleId>,
    /// A zone that sets conditions.
    pub condition: Option<RuleId>,
    /// Height of the lowest obstacle-limitation surface over the highest ground, m.
    pub surface_agl_m: Option<f64>,
    /// The highest obstacle within its clearance, and its top over the lowest ground, m.
    pub obstacle: Option<(RuleId, f64)>,
    /// People below on a square kilometre.
    pub people_per_km2: f64,
    /// A place below that must stay quiet.
    pub quiet: Option<RuleId>,
}

impl Column {
    /// How high one may climb from the ground without an approval, m; 0 if the air right above it is closed.
    pub fn climb_agl_m(&self) -> f64 {
        self.open.climb_agl_m(self.floor_agl_m)
    }
}

/// What reaches a part of the ground at an instant, so that its columns ask nothing else.
pub struct Vicinity<'a> {
    airspace: &'a Airspace,
    reaches: Vec<Reach<'a>>,
    approvals: Vec<Reach<'a>>,
    conditions: Vec<Reach<'a>>,
    surfaces: Vec<(u32, &'a Runway, Control)>,
    obstacles: Vec<(u32, &'a Obstacle)>,
    below: Vec<(u32, &'a PlaceBelow, bool)>,
}

/// A volume of a rule.
struct Reach<'a> {
    rule: RuleId,
    extent: Extent<'a>,
    /// Whether an approval opens it.
    is_opened_by_approval: bool,
    is_temporary: bool,
    /// Whether it covers the whole vicinity.
    is_everywhere: bool,
}

/// Where a rule reaches.
#[derive(Clone, Copy)]
enum Extent<'a> {
    Volume(&'a Volume),
    /// Every height over a footprint.
    Over(&'a Footprint),
}

impl<'a> Extent<'a> {
    const fn footprint(self) -> &'a Footprint {
        match self {
            Self::Volume(volume) => &volume.footprint,
            Self::Over(footprint) => footprint,
        }
    }

    fn is_over_ground(self) -> bool {
        let Self::Volume(volume) = self else { return true };
        [Some(volume.lower), volume.upper].into_iter().flatten().all(|limit| limit.datum == Datum::Agl)
    }

    fn limits_agl_m(self, cell: &Rectangle, ground_amsl_m: (f64, f64), terrain: &Terrain) -> [f64; 2] {
        match self {
            Self::Volume(volume) => volume.limits_agl_m(cell, ground_amsl_m, terrain),
            Self::Over(_) => [f64::NEG_INFINITY, f64::INFINITY],
        }
    }
}

impl<'a> Vicinity<'a> {
    /// What reaches `area` at an instant.
    pub(super) fn of(airspace: &'a Airspace, area: &Rectangle, at: Timestamp, flyer: Flyer<'_>) -> Self {
        let mut vicinity = Self {
            airspace,
            reaches: Vec::new(),
            approvals: Vec::new(),
            conditions: Vec::new(),
            surfaces: Vec::new(),
            obstacles: Vec::new(),
            below: Vec::new(),
        };
        for rule in airspace.rules_near(area) {
            vicinity.add(rule, area, at, flyer);
        }
        vicinity
    }

    fn add(&mut self, rule: RuleId, area: &Rectangle, at: Timestamp, flyer: Flyer<'_>) {
        let rules = self.airspace.rules();
        match rule {
            RuleId::Obstacle(index) => self.obstacles.push((index, &rules.obstacles[index as usize])),
            RuleId::Zone(index) => self.add_zone(rule, &rules.zones[index as usize], (area, at), flyer),
            RuleId::Airport(index) => {
                let airport = &rules.airports[index as usize];
                self.surfaces.push((index, &airport.runway, airport.control));
                if airport.control == Control::ProtectionArea {
                    self.reaches.extend(reach(rule, Extent::Over(&airport.protection), area, true, false));
                }
            }
            RuleId::Approval(index) => {
                let approval = &rules.approvals[index as usize];
                let counts = match flyer {
                    Flyer::AnyHolder => true,
                    Flyer::Operator(operator) => approval.is_for(operator),
                };
                if counts && approval.holds(at) {
                    let volumes = approval.volumes.iter();
                    self.approvals.extend(volumes.filter_map(|v| reach(rule, Extent::Volume(v), area, false, false)));
                }
            }
            RuleId::Below(index) => {
                let place = &rules.below[index as usize];
                if place.holds(at) && place.footprint.touches(area) {
                    self.below.push((index, place, place.footprint.covers(area)));
                }
            }
        }
    }

    fn add_zone(&mut self, rule: RuleId, zone: &'a Geozone, (area, at): (&Rectangle, Timestamp), flyer: Flyer<'_>) {
        let concerns = match flyer {
            Flyer::AnyHolder => true,
            Flyer::Operator(operator) => zone.concerns(operator),
        };
        if !concerns || !zone.holds(at) {
            return;
        }
        let by_approval = zone.restriction == Restriction::ReqAuthorisation;
        let volumes = zone.volumes.iter();
        let reaches = volumes.filter_map(|v| reach(rule, Extent::Volume(v), area, by_approval, zone.is_temporary()));
        match zone.restriction {
            Restriction::Prohibited | Restriction::ReqAuthorisation => self.reaches.extend(reaches),
            Restriction::Conditional => self.conditions.extend(reaches),
            Restriction::NoRestriction => {}
        }
    }

    /// Whether the same holds over every place of the vicinity: nothing in it ends on the way, stands there, or is measured
    /// from elsewhere than the ground.
    pub fn is_uniform(&self) -> bool {
        let is_everywhere = |reach: &Reach<'_>| reach.is_everywhere && reach.extent.is_over_ground();
        let mut reaches = self.reaches.iter().chain(&self.approvals).chain(&self.conditions);
        self.obstacles.is_empty()
            && self.surfaces.iter().all(|(_, _, control)| *control != Control::Surfaces)
            && reaches.all(is_everywhere)
            && self.below.iter().all(|(_, _, everywhere)| *everywhere)
    }

    /// What holds over a rectangle of the vicinity whose ground lies between two heights, m above mean sea level.
    pub fn column(&self, cell: &Rectangle, ground_amsl_m: (f64, f64)) -> Column {
        let terrain = self.airspace.terrain();
        let obstacle = self.highest_obstacle(cell, ground_amsl_m.0);
        let floor = obstacle.map_or((self.airspace.clearance_m(), Limit::Ceiling), |(rule, _, floor_m)| {
            (floor_m.max(self.airspace.clearance_m()), Limit::Rule(rule))
        });
        let band = [floor.0, self.airspace.ceiling_agl_m()];
        let surfaces = self.surfaces_over(cell, ground_amsl_m.1);
        let mut closure = None;
        let mut cuts = Vec::new();
        for reach in self.reaches.iter().filter(|reach| reach.touches(cell)) {
            let [from_m, to_m] = reach.extent.limits_agl_m(cell, ground_amsl_m, terrain);
            let cut = Cut {
                limit: Limit::Rule(reach.rule),
                from_m,
                to_m,
                is_opened_by_approval: reach.is_opened_by_approval,
            };
            cuts.push(cut);
            let is_in_band = from_m < band[1] && to_m > band[0];
            closure = closure.or((reach.is_temporary && is_in_band).then_some(reach.rule));
        }
        cuts.extend(surfaces.iter().filter_map(|(_, cut)| *cut));
        let open = Heights::left(band, floor.1, &cuts, &[]);
        let (approved, approval) =
            self.approved(cell, ground_amsl_m, |opened| Heights::left(band, floor.1, &cuts, opened));
        Column {
            ground_amsl_m,
            floor_agl_m: floor.0,
            state: state(closure, &open, &approved, band, &cuts),
            approval: approval.filter(|_| !open.are(&approved.stretches_agl_m)),
            open,
            approved,
            closure,
            condition: self.conditions.iter().find(|reach| reach.touches(cell)).map(|reach| reach.rule),
            surface_agl_m: surfaces.iter().map(|(height_m, _)| *height_m).reduce(f64::min),
            obstacle: obstacle.map(|(rule, top_m, _)| (rule, top_m)),
            people_per_km2: self.people_per_km2(cell),
            quiet: self.quiet(cell),
        }
    }

    /// The obstacle that asks for the greatest height: itself, its top and that height over ground, m.
    fn highest_obstacle(&self, cell: &Rectangle, ground_amsl_m: f64) -> Option<(RuleId, f64, f64)> {
        let near = self.obstacles.iter().filter_map(|(index, obstacle)| {
            let top_m = obstacle.top_near(cell)? - ground_amsl_m;
            Some((RuleId::Obstacle(*index), top_m, top_m + obstacle.clearance_m))
        });
        near.reduce(|a, b| if b.2 > a.2 { b } else { a })
    }

    /// The lowest obstacle-limitation surface of each airport over ground, m, and what it takes away where it does.
    fn surfaces_over(&self, cell: &Rectangle, ground_amsl_m: f64) -> Vec<(f64, Option<Cut>)> {
        let over = self.surfaces.iter().filter_map(|(index, runway, control)| {
            let (surface, amsl_m) = runway.lowest_over(cell)?;
            let from_m = amsl_m - ground_amsl_m;
            let limit = Limit::Surface(*index, surface);
            // The surface itself may be touched.
            let cut = Cut { limit, from_m: from_m.next_up(), to_m: f64::INFINITY, is_opened_by_approval: true };
            Some((from_m, (*control == Control::Surfaces).then_some(cut)))
        });
        over.collect()
    }

    /// The heights with the approvals of that holder who may do most, because nobody flies on those of two, and the one
    /// that opens highest.
    fn approved(
        &self,
        cell: &Rectangle,
        ground_amsl_m: (f64, f64),
        left: impl Fn(&[Opened]) -> Heights,
    ) -> (Heights, Option<RuleId>) {
        let opened = self.opened(cell, ground_amsl_m);
        let holders: BTreeSet<Option<&str>> = opened.iter().map(|opened| self.holder(opened.rule)).collect();
        let of_holder = |holder: Option<&str>| {
            let own = opened.iter().filter(|opened| self.holder(opened.rule).is_none_or(|own| Some(own) == holder));
            let own: Vec<Opened> = own.copied().collect();
            let highest = own.iter().max_by(|a, b| a.to_m.total_cmp(&b.to_m)).map(|opened| opened.rule);
            (left(&own), highest)
        };
        let each = holders.into_iter().map(of_holder);
        let best = each.reduce(|best, next| if next.0.room_m() > best.0.room_m() { next } else { best });
        best.unwrap_or_else(|| (left(&[]), None))
    }

    fn holder(&self, rule: RuleId) -> Option<&'a str> {
        let RuleId::Approval(index) = rule else { return None };
        self.airspace.rules().approvals[index as usize].holder.as_deref()
    }

    fn opened(&self, cell: &Rectangle, ground_amsl_m: (f64, f64)) -> Vec<Opened> {
        let covering = self.approvals.iter().filter(|reach| reach.covers(cell));
        let opened = covering.filter_map(|reach| {
            let Extent::Volume(volume) = reach.extent else { return None };
            let [from_m, to_m] = volume.inside_agl_m(cell, ground_amsl_m, self.airspace.terrain());
            (from_m < to_m).then_some(Opened { rule: reach.rule, from_m, to_m })
        });
        opened.collect()
    }

    fn people_per_km2(&self, cell: &Rectangle) -> f64 {
        let people = self.below_touching(cell).filter_map(|(_, place)| match place.matter {
            Matter::People { per_km2 } => Some(per_km2),
            Matter::Quiet { .. } => None,
        });
        people.fold(0.0, f64::max)
    }

    fn quiet(&self, cell: &Rectangle) -> Option<RuleId> {
        let quiet = |(index, place): (u32, &PlaceBelow)| match place.matter {
            Matter::Quiet { .. } => Some(RuleId::Below(index)),
            Matter::People { .. } => None,
        };
        self.below_touching(cell).find_map(quiet)
    }

    fn below_touching(&self, cell: &Rectangle) -> impl Iterator<Item = (u32, &PlaceBelow)> {
        let touching = self.below.iter().filter(|(_, place, everywhere)| *everywhere || place.footprint.touches(cell));
        touching.map(|(index, place, _)| (*index, *place))
    }
}

/// The reach of a rule, if it touches the area.
fn reach<'a>(
    rule: RuleId,
    extent: Extent<'a>,
    area: &Rectangle,
    is_opened_by_approval: bool,
    is_temporary: bool,
) -> Option<Reach<'a>> {
    let is_everywhere = extent.footprint().covers(area);
    let touches = is_everywhere || extent.footprint().touches(area);
    touches.then_some(Reach { rule, extent, is_opened_by_approval, is_temporary, is_everywhere })
}

impl Reach<'_> {
    fn touches(&self, cell: &Rectangle) -> bool {
        self.is_everywhere || self.extent.footprint().touches(cell)
    }

    fn covers(&self, cell: &Rectangle) -> bool {
        self.is_everywhere || self.extent.footprint().covers(cell)
    }
}

fn state(closure: Option<RuleId>, open: &Heights, approved: &Heights, band: [f64; 2], cuts: &[Cut]) -> State {
    if band[0] > band[1] {
        State::Obstructed
    } else if closure.is_some() {
        State::Temporary
    } else if !open.are(&approved.stretches_agl_m) {
        State::Approved
    } else if open.stretches_agl_m.is_empty() {
        let is_controlled = cuts.iter().any(|cut| cut.limit == open.limit && cut.is_opened_by_approval);
        if is_controlled { State::Controlled } else { State::Prohibited }
    } else if open.are(&[band]) {
        State::Open
    } else {
        State::Limited
    }
}

#[cfg(test)]
mod tests;
