//! Everything that limits flying in an airspace, in one R-tree over the ground.

use rstar::primitives::{GeomWithData, Rectangle as IndexedRectangle};
use rstar::{AABB, RTree};

use super::zone::{Authority, Purpose};
use super::{Airport, Approval, Geozone, Obstacle, Origin, PlaceBelow, Restriction, Schedule, Surface, Volume, Way};
use crate::message::Text;
use crate::message::words::Word;
use crate::world::geo::{Geographic, Rectangle};

/// Everything that limits flying, or opens it.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
    /// Where a rule holds: published zones, controlled sites, temporary closures.
    pub zones: Vec<Geozone>,
    /// Airports.
    pub airports: Vec<Airport>,
    /// What has been opened.
    pub approvals: Vec<Approval>,
    /// People and quiet places below.
    pub below: Vec<PlaceBelow>,
}

/// A rule: its list and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// One of the obstacles.
    Obstacle(u32),
    /// One of the zones.
    Zone(u32),
    /// One of the airports.
    Airport(u32),
    /// One of the approvals.
    Approval(u32),
    /// One of the places below.
    Below(u32),
}

/// What bounds the heights at which one may fly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// The ceiling surface: nothing else does.
    Ceiling,
    /// The side of the area.
    Area,
    /// There is no ground to measure from.
    Terrain,
    /// An obstacle-limitation surface of an airport.
    Surface(u32, Surface),
    /// A rule.
    Rule(RuleId),
}

/// How a rule is told to people.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its identity; empty where it has none.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// What kind of rule it is.
    pub kind: Text,
    /// Who decides about it; empty where nobody does.
    pub authority: Text,
}

/// Where each rule reaches.
#[derive(Clone, Debug, Default)]
pub struct Index(RTree<GeomWithData<IndexedRectangle<[f64; 2]>, RuleId>>);

impl Index {
    /// The index of all rules.
    pub fn of(rules: &Rules) -> Self {
        let obstacles = extents(&rules.obstacles, RuleId::Obstacle, |obstacle| vec![obstacle.extent()]);
        let airports = extents(&rules.airports, RuleId::Airport, |airport| vec![airport.extent()]);
        let zones = extents(&rules.zones, RuleId::Zone, |zone| {
            zone.volumes.iter().map(|volume| volume.footprint.extent()).collect()
        });
        let approvals = extents(&rules.approvals, RuleId::Approval, |approval| {
            approval.volumes.iter().map(|volume| volume.footprint.extent()).collect()
        });
        let below = extents(&rules.below, RuleId::Below, |place| vec![place.footprint.extent()]);
        Self(RTree::bulk_load([obstacles, airports, zones, approvals, below].concat()))
    }

    /// Whether any rule may reach a rectangle.
    pub fn is_any_near(&self, area: &Rectangle) -> bool {
        let envelope = AABB::from_corners(area.low.into(), area.high.into());
        self.0.locate_in_envelope_intersecting(envelope).next().is_some()
    }

    /// The rules that may reach a rectangle, in order, each once.
    pub fn near(&self, area: &Rectangle) -> Vec<RuleId> {
        let envelope = AABB::from_corners(area.low.into(), area.high.into());
        let mut found: Vec<RuleId> = self.0.locate_in_envelope_intersecting(envelope).map(|entry| entry.data).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The parts of rules that may reach a rectangle, in order, each with the rectangle around it.
    pub fn parts_near(&self, area: &Rectangle) -> Vec<(RuleId, Rectangle)> {
        let envelope = AABB::from_corners(area.low.into(), area.high.into());
        let found = self.0.locate_in_envelope_intersecting(envelope).map(|entry| {
            let (low, high) = (entry.geom().lower(), entry.geom().upper());
            (entry.data, Rectangle { low: low.into(), high: high.into() })
        });
        let mut found: Vec<(RuleId, Rectangle)> = found.collect();
        found.sort_by_key(|(rule, _)| *rule);
        found
    }
}

fn extents<T>(
    rules: &[T],
    id: fn(u32) -> RuleId,
    extents_of: impl Fn(&T) -> Vec<Rectangle>,
) -> Vec<GeomWithData<IndexedRectangle<[f64; 2]>, RuleId>> {
    let indexed =
        (0..).zip(rules).flat_map(|(index, rule)| extents_of(rule).into_iter().map(move |area| (index, area)));
    indexed
        .map(|(index, area)| {
            let rectangle = IndexedRectangle::from_corners(area.low.into(), area.high.into());
            GeomWithData::new(rectangle, id(index))
        })
        .collect()
}

impl Rules {
    /// When a rule holds, and where the sun rises and sets for it; `None` of one that always does.
    pub fn schedule(&self, rule: RuleId) -> Option<(&Schedule, Geographic)> {
        match rule {
            RuleId::Zone(index) => {
                let zone = &self.zones[index as usize];
                Some((&zone.schedule, zone.middle))
            }
            RuleId::Approval(index) => {
                let approval = &self.approvals[index as usize];
                Some((&approval.schedule, approval.middle))
            }
            RuleId::Below(index) => {
                let place = &self.below[index as usize];
                Some((&place.schedule, place.middle))
            }
            RuleId::Obstacle(_) | RuleId::Airport(_) => None,
        }
    }

    /// Whether a rule can deny a segment or open it; the others inform.
    pub fn is_ruling(&self, rule: RuleId) -> bool {
        match rule {
            RuleId::Zone(index) => {
                matches!(
                    self.zones[index as usize].restriction,
                    Restriction::Prohibited | Restriction::ReqAuthorisation
                )
            }
            RuleId::Obstacle(_) | RuleId::Airport(_) | RuleId::Approval(_) => true,
            RuleId::Below(_) => false,
        }
    }

    /// Whether a rule that has a schedule lies on a way; the others may.
    pub fn meets(&self, rule: RuleId, way: &Way) -> bool {
        let any = |volumes: &[Volume]| volumes.iter().any(|volume| way.meets(&volume.footprint));
        match rule {
            RuleId::Zone(index) => any(&self.zones[index as usize].volumes),
            RuleId::Approval(index) => any(&self.approvals[index as usize].volumes),
            RuleId::Obstacle(_) | RuleId::Airport(_) | RuleId::Below(_) => true,
        }
    }

    /// How a limit is told.
    pub fn told(&self, limit: Limit) -> Told {
        let plain =
            |word: Word| Told { id: String::new(), name: word.both(), kind: word.both(), authority: Text::default() };
        match limit {
            Limit::Ceiling => plain(Word::new("ceiling", "限高")),
            Limit::Area => plain(Word::new("outside the area", "空域之外")),
            Limit::Terrain => plain(Word::new("outside the terrain", "地形数据之外")),
            Limit::Rule(rule) => self.rule_told(rule),
            Limit::Surface(airport, surface) => {
                let airport = &self.airports[airport as usize];
                Told {
                    id: airport.id.clone(),
                    name: Text::new(
                        format!("{}, {}", airport.name.en, surface.name().both().en),
                        format!("{}{}", airport.name.zh, surface.name().both().zh),
                    ),
                    kind: Word::new("obstacle-limitation surface", "障碍物限制面").both(),
                    authority: airport.authority.clone(),
                }
            }
        }
    }

    fn rule_told(&self, rule: RuleId) -> Told {
        match rule {
            RuleId::Obstacle(index) => {
                let obstacle = &self.obstacles[index as usize];
                let kind = obstacle.kind.name().both();
                let name = if obstacle.name.en.is_empty() { kind.clone() } else { obstacle.name.clone() };
                Told { id: obstacle.id.clone(), name, kind, authority: Text::default() }
            }
            RuleId::Zone(index) => self.zones[index as usize].told(),
            RuleId::Airport(index) => {
                let airport = &self.airports[index as usize];
                Told {
                    id: airport.id.clone(),
                    name: airport.name.clone(),
                    kind: airport.control.name().both(),
                    authority: airport.authority.clone(),
                }
            }
            RuleId::Approval(index) => {
                let approval = &self.approvals[index as usize];
                Told {
                    id: approval.id.clone(),
                    name: approval.name.clone(),
                    kind: Word::new("approval", "批准").both(),
                    authority: approval.authority.clone(),
                }
            }
            RuleId::Below(index) => {
                let place = &self.below[index as usize];
                let kind = Word::new("place below", "下方场所").both();
                Told { id: place.id.clone(), name: place.name.clone(), kind, authority: Text::default() }
            }
        }
    }
}

impl Geozone {
    /// How it is told; of its authorities the one that authorises, else the first.
    pub fn told(&self) -> Told {
        let is_for_authorisation = |authority: &&Authority| authority.purpose == Some(Purpose::Authorization);
        let whom = self.authorities.iter().find(is_for_authorisation).or(self.authorities.first());
        let authority = whom.map(|authority| authority.name.clone()).unwrap_or_default();
        let kind = match self.origin {
            Origin::Published => self.restriction.name().both(),
            Origin::Site(kind) => {
                let name = kind.name().both();
                Text::new(
                    format!("{}, Art. 19({})", name.en, kind.item()),
                    format!("{}，第十九条第（{}）项", name.zh, kind.item_zh()),
                )
            }
            Origin::Temporary { .. } => Word::new("temporary closure", "临时管制").both(),
        };
        Told { id: self.id.clone(), name: self.name.clone(), kind, authority }
    }
}
