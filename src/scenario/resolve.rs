//! From the checked model to a [`ResolvedScenario`]: terrain read, places projected, plans made and checked.

mod contingency;
mod flyable;
mod ground;
mod holds;
mod intents;
mod manned;
mod network;
mod route_files;
mod rule_files;
mod rules;
mod strategic;
mod traffic;
mod traffic_files;
mod type_limits;
mod ways;
mod weather;
mod without_hub;

use std::sync::Arc;

use serde_json::Value;

use super::aircraft_files::Types;
use super::check::{check, name_of, parse_start};
use super::load::{Loaded, Override, load};
use super::model::{self, Position as ModelPosition, Scenario};
use super::report::Reporter;
use super::resolved::{
    Action, Clock, DepartureHold, Failures, Hub, InputFile, Intervention, Landmark, Origin, Pad, ResolvedScenario,
    River,
};
use super::source::Source;
use crate::message::{Findings, Severity, Text};
use crate::mission::Mission;
use crate::traffic::conflict::Minima;
use crate::units::{HubId, MissionId, PadId, SimTime};
use crate::world::airspace::{Airspace, Bounds};
use crate::world::geo::{Geographic, Horizontal, LocalProjection, Place, Position, Rectangle};
use crate::world::terrain::Terrain;

/// Distance between neighbouring stands of a hub or a pad, m.
const STAND_SPACING_M: f64 = 8.0;
/// Pieces into which each side of the area is cut, because parallels are not straight lines.
const PIECES_PER_SIDE: u8 = 8;
/// Seed of what stands on the ground, the same for every run.
const SCENE_SEED: u64 = 1;

/// A resolved scenario and what was found on the way.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The scenario.
    pub scenario: ResolvedScenario,
    /// Findings of severity warning and error; fatal ones leave no scenario.
    pub findings: Findings,
}

/// Reads, checks and resolves a scenario file.
///
/// # Errors
/// All findings, at least one of them fatal.
pub fn resolve(source: Source, overrides: &[Override]) -> Result<Resolution, Findings> {
    let mut loaded = load(source, overrides)?;
    let source = loaded.source.clone();
    let mut reporter = Reporter::new(&source);
    let types = Types::read(&loaded.scenario, &loaded.source, &mut reporter);
    let mut drawn = route_files::draw(&mut loaded.scenario, &source, &mut reporter);
    drawn.extend(traffic_files::read(&mut loaded.scenario, &source, &mut reporter));
    check(&loaded.scenario, &types, &mut reporter);
    let scene = if reporter.can_go_on() { Scene::new(&loaded, types, drawn, &mut reporter) } else { None };
    let scenario = scene.and_then(|scene| scene.resolved(&loaded, &mut reporter));
    let can_go_on = reporter.can_go_on();
    let findings = reporter.into_findings();
    match scenario {
        Some(scenario) if can_go_on => Ok(Resolution { scenario, findings }),
        _ => Err(findings),
    }
}

/// What everything else is placed on.
struct Scene {
    projection: LocalProjection,
    outline: Vec<Place>,
    terrain: Arc<Terrain>,
    types: Types,
    inputs: Vec<InputFile>,
}

impl Scene {
    fn new(loaded: &Loaded, types: Types, drawn: Vec<InputFile>, reporter: &mut Reporter<'_>) -> Option<Self> {
        let (scenario, source) = (&loaded.scenario, &loaded.source);
        let area = &scenario.area;
        let centre =
            Geographic::new(f64::midpoint(area.south_deg, area.north_deg), f64::midpoint(area.west_deg, area.east_deg));
        let projection = LocalProjection::new(centre);
        let outline = outline(scenario, &projection);
        let mut inputs = vec![InputFile {
            path: source.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            blake3: blake3::hash(source.text.as_bytes()).to_hex().to_string(),
        }];
        inputs.extend(types.inputs.iter().cloned());
        inputs.extend(drawn);
        let extent = Rectangle::around(outline.iter().copied())?;
        let terrain = ground::terrain(&scenario.terrain, extent, &projection, source, &mut inputs, reporter)?;
        Some(Self { projection, outline, terrain: Arc::new(terrain), types, inputs })
    }

    fn place(&self, position: ModelPosition) -> Place {
        self.projection.to_local(Geographic::new(position.lat_deg, position.lon_deg))
    }

    /// The position on the ground at `place`, reported against `key` if there is no ground.
    fn grounded(&self, place: Place, key: &str, reporter: &mut Reporter<'_>) -> Position {
        let ground = self.terrain.ground_amsl_m(&place).unwrap_or_else(|| {
            reporter.fatal(
                key,
                [
                    Text::new("outside the terrain", "位于地形数据之外"),
                    Text::new("a place the terrain covers", "地形数据覆盖范围内的位置"),
                    Text::new("move it or give terrain that reaches it", "请移动位置，或提供覆盖该处的地形"),
                ],
            );
            0.0
        });
        Position::new(place.x, place.y, ground)
    }

    fn resolved(mut self, loaded: &Loaded, reporter: &mut Reporter<'_>) -> Option<ResolvedScenario> {
        let scenario = &loaded.scenario;
        let airspace = self.airspace(loaded, reporter);
        let is_airspace_known = reporter.can_go_on();
        let weather = weather::weather(scenario, &mut self, &loaded.source, reporter);
        let hubs = self.hubs(scenario, reporter);
        let pads = self.pads(scenario, reporter);
        let clock = clock(scenario)?;
        let intents = intents::intents(scenario, (&mut self, &clock), &loaded.source, reporter);
        let resolved = ResolvedScenario {
            name: scenario.name.clone(),
            title: Text::from(&scenario.title),
            clock,
            minima: Minima {
                horizontal_m: scenario.separation.horizontal_m,
                vertical_m: scenario.separation.vertical_m,
                look_ahead: SimTime::from_seconds(scenario.separation.look_ahead_s),
            },
            zones: Vec::new(),
            detection_interval: SimTime::from_seconds(scenario.separation.interval_s),
            dispatcher: scenario.algorithms.dispatcher.clone(),
            prediction: scenario.algorithms.prediction.clone(),
            strategic: scenario.algorithms.strategic.clone(),
            resolver: scenario.algorithms.resolver.clone(),
            recovery: scenario.algorithms.recovery,
            tolerances: strategic::tolerances(scenario),
            patience: SimTime::from_seconds(scenario.strategic.patience_s),
            energy_model: scenario.energy.model,
            landmarks: self.landmarks(scenario, reporter),
            rivers: self.rivers(scenario),
            effective: effective(scenario),
            origins: origins(loaded),
            hubs,
            pads,
            airspace,
            weather,
            fleets: Vec::new(),
            routes: Vec::new(),
            missions: Vec::new(),
            manned: manned::manned(scenario, &self, reporter),
            intents,
            holds: Vec::new(),
            interventions: interventions(scenario, reporter),
            network: None,
            navigation: None,
            policy: contingency::policy(scenario),
            rallies: contingency::rallies(scenario, &self, reporter),
            failures: Failures::default(),
            projection: self.projection,
            terrain: Arc::clone(&self.terrain),
            inputs: self.inputs.clone(),
        };
        let mut resolved = traffic::with_traffic(resolved, scenario, &self, reporter)?;
        resolved.failures = contingency::failures(scenario, &resolved);
        // Where a file of zones is missing or broken, what would be said of routes might not be so.
        if !is_airspace_known {
            return None;
        }
        let closed = flyable::check_flyable(&resolved, scenario, reporter);
        type_limits::check_type_limits(&resolved, reporter);
        contingency::check_rallies(&resolved, reporter);
        resolved.holds = closed.into_iter().chain(stopped(&resolved)).collect();
        resolved.network = network::network(scenario, &self, &resolved.airspace, reporter);
        resolved.navigation = network::navigation(scenario, &self, &resolved.airspace);
        strategic::add_other_legs(&mut resolved, scenario);
        Some(resolved)
    }

    fn hubs(&self, scenario: &Scenario, reporter: &mut Reporter<'_>) -> Vec<Hub> {
        let hubs = scenario.hub.iter().enumerate();
        hubs.map(|(i, hub)| Hub {
            id: hub.id.clone(),
            name: name_of(hub.name.as_ref(), &hub.id),
            position: self.grounded(self.place(hub.position), &format!("hub[{i}].position"), reporter),
            departure_interval: SimTime::from_seconds(hub.departure_interval_s),
        })
        .collect()
    }

    fn pads(&self, scenario: &Scenario, reporter: &mut Reporter<'_>) -> Vec<Pad> {
        let pads = scenario.pad.iter().enumerate();
        pads.map(|(i, pad)| {
            let key = format!("pad[{i}].position");
            let centre = self.place(pad.position);
            Pad {
                id: pad.id.clone(),
                name: name_of(pad.name.as_ref(), &pad.id),
                position: self.grounded(centre, &key, reporter),
                stands: self.stands(centre, usize::from(pad.stands), &key, reporter),
                hand_over: SimTime::from_seconds(pad.hand_over_s),
                winch_agl_m: pad.winch_agl_m,
            }
        })
        .collect()
    }

    /// `count` stands on a square grid around `centre`.
    fn stands(&self, centre: Place, count: usize, key: &str, reporter: &mut Reporter<'_>) -> Vec<Position> {
        let columns = (1..=count).find(|columns| columns * columns >= count).unwrap_or(1);
        #[expect(clippy::cast_precision_loss, reason = "at most a few hundred columns")]
        let offset = |index: usize| (index as f64 - (columns as f64 - 1.0) / 2.0) * STAND_SPACING_M;
        (0..count)
            .map(|index| {
                let place = centre + Horizontal::new(offset(index % columns), offset(index / columns));
                self.grounded(place, key, reporter)
            })
            .collect()
    }

    fn airspace(&mut self, loaded: &Loaded, reporter: &mut Reporter<'_>) -> Airspace {
        let scenario = &loaded.scenario;
        let bounds = Bounds {
            outline: self.outline.clone(),
            ceiling_agl_m: scenario.area.ceiling_agl_m,
            clearance_m: scenario.area.clearance_m,
        };
        let (rules, inputs) = rules::rules(scenario, self, &loaded.source, reporter);
        self.inputs.extend(inputs);
        Airspace::new(bounds, rules, Arc::clone(&self.terrain))
    }

    fn landmarks(&self, scenario: &Scenario, reporter: &mut Reporter<'_>) -> Vec<Landmark> {
        let landmarks = scenario.landmark.iter().enumerate();
        landmarks
            .map(|(i, landmark)| Landmark {
                name: Text::from(&landmark.name),
                position: self.grounded(self.place(landmark.position), &format!("landmark[{i}].position"), reporter),
                schematic: landmark.schematic,
            })
            .collect()
    }

    fn rivers(&self, scenario: &Scenario) -> Vec<River> {
        let rivers = scenario.river.iter();
        rivers
            .map(|river| River {
                name: Text::from(&river.name),
                width_m: river.width_m,
                line: river.line.iter().map(|&position| self.place(position)).collect(),
                schematic: river.schematic,
            })
            .collect()
    }
}

fn interventions(scenario: &Scenario, reporter: &mut Reporter<'_>) -> Vec<Intervention> {
    let duration_s = scenario.time.duration_s;
    let all = scenario.intervention.iter().enumerate();
    let resolved = all.map(|(index, intervention)| {
        if intervention.at_s >= duration_s {
            let texts = [
                Text::new("it begins when the run is over", "开始时运行已结束"),
                Text::new(format!("less than {duration_s} s"), format!("小于 {duration_s} 秒")),
                Text::new("let it begin earlier, or lengthen the run", "请提前开始，或延长运行时间"),
            ];
            reporter.add(Severity::Warning, &format!("intervention[{index}].at_s"), texts);
        }
        let (name, action) = action(intervention, scenario);
        Intervention {
            id: intervention.id.clone(),
            name,
            at: SimTime::from_seconds(intervention.at_s),
            until: SimTime::from_seconds(intervention.until_s.unwrap_or(duration_s).max(intervention.at_s)),
            action,
        }
    });
    resolved.collect()
}

/// What an intervention is called and what it does.
fn action(intervention: &model::rules::Intervention, scenario: &Scenario) -> (Text, Action) {
    let hub = intervention.stop_departures.as_ref().and_then(|id| scenario.hub.iter().position(|hub| &hub.id == id));
    let pad = intervention.block_pad.as_ref().and_then(|id| scenario.pad.iter().position(|pad| &pad.id == id));
    let called = intervention.call_out.as_ref().and_then(|id| scenario.round.iter().position(|round| &round.id == id));
    if let Some(index) = called {
        let id = &scenario.round[index].id;
        // Missions are the deliveries, then the rounds.
        let mission = MissionId::from_index(scenario.delivery.len() + index);
        return (Text::new(format!("{id} called out"), format!("{id} 紧急出动")), Action::CallOut(mission));
    }
    match (hub, pad) {
        (Some(index), _) => {
            let id = &scenario.hub[index].id;
            let name = Text::new(format!("departures stopped at {id}"), format!("{id} 停止起飞"));
            (name, Action::StopDepartures(HubId::from_index(index)))
        }
        (None, Some(index)) => {
            let id = &scenario.pad[index].id;
            (Text::new(format!("{id} blocked"), format!("{id} 不可用")), Action::BlockPad(PadId::from_index(index)))
        }
        (None, None) => {
            (intervention.close.as_ref().map_or_else(Text::default, |close| Text::from(&close.name)), Action::Close)
        }
    }
}

/// When departures are stopped by interventions.
fn stopped(resolved: &ResolvedScenario) -> Vec<DepartureHold> {
    let stops = resolved.interventions.iter().filter_map(|intervention| match intervention.action {
        Action::StopDepartures(hub) => {
            // One that lasts to the end holds its last instant too.
            let is_endless = intervention.until >= resolved.clock.duration;
            Some((hub, intervention.at, if is_endless { SimTime::END } else { intervention.until }))
        }
        Action::Close | Action::BlockPad(_) | Action::CallOut(_) => None,
    });
    let missions = |hub: HubId| {
        let from_hub = move |mission: &Mission| resolved.fleets[mission.fleet.index()].hub == Some(hub);
        resolved.missions.iter().enumerate().filter(move |(_, mission)| from_hub(mission))
    };
    stops
        .flat_map(|(hub, from, to)| {
            missions(hub).map(move |(index, _)| DepartureHold { mission: MissionId::from_index(index), from, to })
        })
        .collect()
}

/// The box between its parallels and meridians, counter-clockwise from the south-west.
fn outline(scenario: &Scenario, projection: &LocalProjection) -> Vec<Place> {
    let area = &scenario.area;
    let corners = [
        (area.south_deg, area.west_deg),
        (area.south_deg, area.east_deg),
        (area.north_deg, area.east_deg),
        (area.north_deg, area.west_deg),
    ];
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    sides
        .flat_map(|(a, b)| {
            (0..PIECES_PER_SIDE).map(move |piece| {
                let fraction = f64::from(piece) / f64::from(PIECES_PER_SIDE);
                (a.0 + (b.0 - a.0) * fraction, a.1 + (b.1 - a.1) * fraction)
            })
        })
        .map(|(lat_deg, lon_deg)| projection.to_local(Geographic::new(lat_deg, lon_deg)))
        .collect()
}

fn clock(scenario: &Scenario) -> Option<Clock> {
    let (start, utc_offset_s) = parse_start(&scenario.time.start).ok()?;
    let time = start.time();
    Some(Clock {
        start: scenario.time.start.clone(),
        begins: scenario.time.start.parse().ok()?,
        utc_offset_s,
        start_of_day_s: i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second()),
        duration: SimTime::from_seconds(scenario.time.duration_s),
        step: SimTime::from_seconds(scenario.time.step_s),
        frame_interval: SimTime::from_seconds(scenario.record.interval_s),
    })
}

/// The effective scenario as TOML; every model has one, so the empty text stands for a fault that a test would see.
fn effective(scenario: &Scenario) -> String {
    toml::to_string(scenario).unwrap_or_default()
}

/// Every effective value with where it came from.
fn origins(loaded: &Loaded) -> Vec<Origin> {
    let effective = serde_json::to_value(&loaded.scenario).unwrap_or_default();
    let mut flat = Vec::new();
    flatten(&effective, String::new(), &mut flat);
    let mut written = Vec::new();
    flatten(&loaded.written, String::new(), &mut written);
    written.sort();
    let in_file = |key: &String| written.binary_search_by(|(other, _)| other.cmp(key)).is_ok();
    flat.into_iter()
        .map(|(key, value)| {
            let set =
                loaded.overridden.iter().any(|changed| key == *changed || key.starts_with(&format!("{changed}.")));
            let origin = if set {
                "--set"
            } else if in_file(&key) {
                "file"
            } else {
                "default"
            };
            Origin { value: serde_json::from_str(&value).unwrap_or_default(), key, origin }
        })
        .collect()
}

fn flatten(value: &Value, key: String, flat: &mut Vec<(String, String)>) {
    match value {
        Value::Object(table) => {
            for (name, inner) in table {
                let inner_key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(inner, inner_key, flat);
            }
        }
        Value::Array(values) => {
            for (index, inner) in values.iter().enumerate() {
                flatten(inner, format!("{key}[{index}]"), flat);
            }
        }
        plain => flat.push((key, plain.to_string())),
    }
}

/// Adds one finding that a plan cannot be flown.
fn not_flyable(reporter: &mut Reporter<'_>, key: &str, texts: [Text; 3]) {
    reporter.add(Severity::Error, key, texts);
}
