//! What limits flying, placed: everything that the airspace of a scenario is asked about.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::rule_files::RuleFiles;
use super::{SCENE_SEED, Scene};
use crate::message::{Severity, Text};
use crate::scenario::check::{name_of, parse_start};
use crate::scenario::model::rules::{self as model, Close, Shape as ModelShape};
use crate::scenario::model::{Scenario, Title};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::InputFile;
use crate::scenario::shape::{instant_of, limits_of, schedule_of, shape_of};
use crate::scenario::source::Source;
use crate::units::{Purpose, RandomStream};
use crate::world::airspace::{
    Airport, Approval, Authority, Footprint, Geozone, Matter, Obstacle, Origin, PlaceBelow, Reason, Restriction, Rules,
    Runway, Schedule, Surfaces, Volume, Window, schematic_block,
};
use crate::world::geo::{Geographic, Rectangle};

/// How long before it begins a temporary closure is made known: 24 h, in an emergency 30 min (M, `rules` of the Interim
/// Regulation).
const NOTICE_S: [i64; 2] = [24 * 3600, 30 * 60];

/// Everything that limits flying in a scenario whose values have been checked.
pub fn rules(
    scenario: &Scenario,
    scene: &Scene,
    source: &Source,
    reporter: &mut Reporter<'_>,
) -> (Rules, Vec<InputFile>) {
    let mut files = RuleFiles { scene, source, reporter, inputs: Vec::new() };
    let zones = files.zones(&scenario.zones);
    let obstacles = files.obstacles(&scenario.obstacles, scenario.area.clearance_m);
    let protections: Vec<Option<Footprint>> = (0..scenario.airport.len())
        .map(|index| protection(&mut files, &scenario.airport[index], &format!("airport[{index}].protection_file")))
        .collect();
    let inputs = files.inputs;
    let (offset, start) =
        parse_start(&scenario.time.start).map_or((Offset::UTC, Timestamp::UNIX_EPOCH), |(civil, s)| {
            let offset = Offset::from_seconds(s).unwrap_or(Offset::UTC);
            (offset, offset.to_timestamp(civil).unwrap_or(Timestamp::UNIX_EPOCH))
        });
    let mut builder = Builder { scenario, scene, offset, start, reporter };
    let airports = scenario.airport.iter().zip(protections);
    let rules = Rules {
        obstacles: builder.buildings().into_iter().chain(obstacles).collect(),
        zones: builder.zones().into_iter().chain(zones).collect(),
        airports: airports.map(|(airport, published)| builder.airport(airport, published)).collect(),
        approvals: scenario.approval.iter().filter_map(|approval| builder.approval(approval)).collect(),
        below: builder.below(),
    };
    (rules, inputs)
}

/// The protection area of an airport from its file: the first volume of the first zone, however far away.
fn protection(files: &mut RuleFiles<'_, '_>, airport: &model::Airport, key: &str) -> Option<Footprint> {
    let file = model::RuleFile { file: airport.protection_file.clone()?, coordinates: None };
    let first = files.first_zone_of(key, &file)?;
    let count = first.volumes.len();
    if count != 1 {
        files.reporter.fatal(
            key,
            [
                Text::new(
                    format!("the first feature of the file has {count} parts"),
                    format!("文件的首个要素由 {count} 部分组成"),
                ),
                Text::new("one polygon or circle", "一个多边形或圆"),
                Text::new(
                    "merge its parts, or give the file as [[zones]] beside the airport",
                    "请合并各部分，或以 [[zones]] 单独给出该文件",
                ),
            ],
        );
    }
    first.volumes.into_iter().next().map(|volume| volume.footprint)
}

struct Builder<'a, 'b> {
    scenario: &'a Scenario,
    scene: &'a Scene,
    /// What clock times are counted in.
    offset: Offset,
    /// The start of the run.
    start: Timestamp,
    reporter: &'a mut Reporter<'b>,
}

/// A shape, placed, and the middle of it in degrees.
struct Placed {
    footprint: Footprint,
    middle: Geographic,
}

impl Builder<'_, '_> {
    fn placed(&self, shape: &ModelShape) -> Option<Placed> {
        let shape = shape_of(shape, self.scenario).ok()?;
        let (footprint, middle) = (shape.placed(&self.scene.projection), shape.middle());
        Some(Placed { footprint, middle })
    }

    fn volume(footprint: Footprint, limits: &model::Limits) -> Option<Volume> {
        let (lower, upper) = limits_of(limits).ok()?;
        Some(Volume { footprint, lower, upper })
    }

    fn schedule(&self, when: &[model::When]) -> Schedule {
        schedule_of(when, self.offset).unwrap_or_default()
    }

    fn buildings(&self) -> Vec<Obstacle> {
        let clearance_m = self.scenario.area.clearance_m;
        let blocks = (0..).zip(&self.scenario.buildings);
        let obstacles = blocks.flat_map(|(entity, block)| {
            let area = Rectangle { low: self.scene.place(block.south_west), high: self.scene.place(block.north_east) };
            let random = RandomStream::new(SCENE_SEED, Purpose::Buildings, entity);
            let heights = (block.height_m.min, block.height_m.max);
            schematic_block(area, block.plot_m, block.built_share, heights, clearance_m, &self.scene.terrain, random)
        });
        obstacles.collect()
    }

    fn zones(&mut self) -> Vec<Geozone> {
        let scenario = self.scenario;
        let sites = scenario.site.iter().filter_map(|site| self.site(site)).collect::<Vec<_>>();
        let zones =
            scenario.zone.iter().enumerate().filter_map(|(index, zone)| self.zone(index, zone)).collect::<Vec<_>>();
        let closures = scenario.intervention.iter().filter_map(|intervention| {
            let close = intervention.close.as_ref()?;
            self.closure(intervention, close)
        });
        sites.into_iter().chain(zones).chain(closures).collect()
    }

    fn site(&self, site: &model::Site) -> Option<Geozone> {
        let Placed { footprint, middle } = self.placed(&site.area)?;
        let footprint = footprint.grown(site.buffer_m.unwrap_or(site.kind.default_buffer_m()));
        Some(Geozone {
            id: site.id.clone(),
            name: Text::from(&site.name),
            restriction: Restriction::ReqAuthorisation,
            conditions: String::new(),
            reasons: vec![Reason::Sensitive],
            origin: Origin::Site(site.kind),
            authorities: authorities(site.authority.as_ref()),
            schedule: Schedule::default(),
            middle,
            volumes: Self::volume(footprint, &model::Limits::default()).into_iter().collect(),
            exempt: None,
        })
    }

    fn zone(&mut self, index: usize, zone: &model::Zone) -> Option<Geozone> {
        let Placed { footprint, middle } = self.placed(&zone.area)?;
        let published = zone.published.as_deref().and_then(|text| instant_of(text, "").ok());
        let is_temporary = published.is_some() || zone.emergency;
        let schedule = self.schedule(&zone.when);
        if let Some(published) = published {
            self.check_notice(index, zone.emergency, published, &schedule);
        }
        Some(Geozone {
            id: zone.id.clone(),
            name: name_of(zone.name.as_ref(), &zone.id),
            restriction: zone.restriction,
            conditions: zone.conditions.clone().unwrap_or_default(),
            reasons: zone.reasons.clone(),
            origin: if is_temporary {
                Origin::Temporary { published, emergency: zone.emergency }
            } else {
                Origin::Published
            },
            authorities: authorities(zone.authority.as_ref()),
            schedule,
            middle,
            volumes: Self::volume(footprint, &zone.limits).into_iter().collect(),
            exempt: None,
        })
    }

    /// A closure must be made known in time: what is not is told, and holds all the same.
    fn check_notice(&mut self, index: usize, emergency: bool, published: Timestamp, schedule: &Schedule) {
        let begins = schedule.windows.iter().filter_map(|window| window.start).min();
        let Some(begins) = begins else { return };
        let (given_s, needed_s) = (begins.as_second() - published.as_second(), NOTICE_S[usize::from(emergency)]);
        if given_s < needed_s {
            let (given_min, needed_min) = (given_s / 60, needed_s / 60);
            self.reporter.add(
                Severity::Warning,
                &format!("zone[{index}].published"),
                [
                    Text::new(
                        format!("made known {given_min} min before it begins"),
                        format!("提前 {given_min} 分钟公布"),
                    ),
                    Text::new(format!("at least {needed_min} min"), format!("至少提前 {needed_min} 分钟")),
                    Text::new(
                        "publish it earlier, or mark it as an emergency (30 min)",
                        "请提前公布；应急情形（30 分钟）请注明 emergency",
                    ),
                ],
            );
        }
    }

    fn closure(&self, intervention: &model::Intervention, close: &Close) -> Option<Geozone> {
        let Placed { footprint, middle } = self.placed(&close.area)?;
        let at = |seconds: f64| {
            let since_start = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
            self.start.checked_add(since_start).ok()
        };
        let start = at(intervention.at_s)?;
        let end = intervention.until_s.and_then(at);
        Some(Geozone {
            id: intervention.id.clone(),
            name: Text::from(&close.name),
            restriction: Restriction::Prohibited,
            conditions: String::new(),
            reasons: close.reasons.clone(),
            origin: Origin::Temporary { published: Some(start), emergency: true },
            authorities: Vec::new(),
            schedule: Schedule { windows: vec![Window { start: Some(start), end, periods: Vec::new() }] },
            middle,
            volumes: Self::volume(footprint, &close.limits).into_iter().collect(),
            exempt: close.except.clone(),
        })
    }

    fn airport(&self, airport: &model::Airport, published: Option<Footprint>) -> Airport {
        let thresholds = airport.thresholds.map(|position| self.scene.place(position));
        let mut surfaces = Surfaces::of_code(airport.code_number);
        surfaces.approach_width_m = airport.inner_edge_m.unwrap_or(surfaces.approach_width_m);
        let runway = Runway::new(thresholds, airport.elevation_amsl_m, surfaces);
        let drawn = airport.protection.as_ref().and_then(|shape| self.placed(shape)).map(|placed| placed.footprint);
        let constructed = || Footprint::polygon(runway.clearance().to_vec());
        let protection = published.or(drawn).unwrap_or_else(constructed);
        Airport {
            id: airport.id.clone(),
            name: Text::from(&airport.name),
            authority: airport.authority.as_ref().map(Text::from).unwrap_or_default(),
            runway,
            protection,
            control: airport.control,
        }
    }

    fn approval(&self, approval: &model::Approval) -> Option<Approval> {
        let Placed { footprint, middle } = self.placed(&approval.area)?;
        Some(Approval {
            id: approval.id.clone(),
            name: name_of(approval.name.as_ref(), &approval.id),
            holder: approval.holder.clone(),
            authority: approval.authority.as_ref().map(Text::from).unwrap_or_default(),
            schedule: self.schedule(&approval.when),
            middle,
            volumes: Self::volume(footprint, &approval.limits).into_iter().collect(),
        })
    }

    fn below(&self) -> Vec<PlaceBelow> {
        let crowds = self.scenario.crowd.iter().map(|crowd| {
            let matter = Matter::People { per_km2: crowd.people_per_km2 };
            (&crowd.id, crowd.name.as_ref(), matter, &crowd.area, &crowd.when)
        });
        let quiet = self.scenario.quiet.iter().map(|quiet| {
            let matter = Matter::Quiet { limit_dba: quiet.limit_dba };
            (&quiet.id, quiet.name.as_ref(), matter, &quiet.area, &quiet.when)
        });
        let places = crowds.chain(quiet).filter_map(|(id, name, matter, area, when)| {
            let Placed { footprint, middle } = self.placed(area)?;
            let name = name_of(name, id);
            Some(PlaceBelow { id: id.clone(), name, matter, footprint, schedule: self.schedule(when), middle })
        });
        places.collect()
    }
}

fn authorities(name: Option<&Title>) -> Vec<Authority> {
    name.map(|name| Authority { name: Text::from(name), ..Authority::default() }).into_iter().collect()
}
