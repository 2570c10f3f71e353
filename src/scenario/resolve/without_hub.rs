//! Traffic without hub or order, resolved: its fleets, its missions, and whether it can be flown.

use super::{Scene, not_flyable};
use crate::aircraft::{AircraftType, BatteryService, PowerModel};
use crate::formats::states::{StateRecord, Whereabouts};
use crate::message::Text;
use crate::mission::{
    Mission, MissionKind, OtherLegs, Pattern, Straight, Task, Traffic, Wander, Wanderer, straight_stream,
};
use crate::scenario::model::{self, Scenario};
use crate::scenario::report::Reporter;
use crate::scenario::resolved::{Fleet, ResolvedScenario};
use crate::traffic::route::{HeightLayers, StraightCourse};
use crate::units::{DroneId, FleetId, SimTime};
use crate::world::airspace::Occasion;
use crate::world::geo::{Geographic, Place, Position, Velocity};

/// Share of the shorter side of the area that patterns reach from their centre.
const RADIUS_SHARE: f64 = 0.45;
/// Width of crossing streams, m, and the angle between them, degrees.
const CROSSING: (f64, f64) = (500.0, 90.0);
/// Drones of a traffic that the check tries to find a flight for, and the seed that it does so with; every run draws its own.
const PROBES: usize = 16;
const PROBE_SEED: u64 = 1;

/// The fleets of traffic without hub, in the order of their ids: seeded traffic, initial states, recorded drones.
pub fn fleets(scenario: &Scenario, scene: &Scene, reporter: &mut Reporter<'_>) -> Option<Vec<Fleet>> {
    let seeded = scenario.traffic.iter().enumerate().map(|(index, traffic)| Group {
        key: format!("traffic[{index}]"),
        id: &traffic.id,
        aircraft: &traffic.aircraft,
        kind: MissionKind::RandomTraffic,
        operator: traffic.operator.as_ref(),
        names: Vec::new(),
        count: usize::from(traffic.count),
    });
    let initial = scenario.initial.iter().enumerate().map(|(index, initial)| Group {
        key: format!("initial[{index}]"),
        id: &initial.id,
        aircraft: &initial.aircraft,
        kind: MissionKind::RandomTraffic,
        operator: initial.operator.as_ref(),
        names: initial.all().iter().map(|state| state.id.clone()).collect(),
        count: initial.all().len(),
    });
    let recorded = scenario.recorded.iter().enumerate().map(|(index, recorded)| Group {
        key: format!("recorded[{index}]"),
        id: &recorded.id,
        aircraft: &recorded.aircraft,
        kind: recorded.kind.into(),
        operator: None,
        names: Vec::new(),
        count: recorded.names.len(),
    });
    let groups: Vec<Group<'_>> = seeded.chain(initial).chain(recorded).collect();
    groups.into_iter().map(|group| group.fleet(scenario, scene, reporter)).collect()
}

/// Drones of one type without a hub.
struct Group<'a> {
    key: String,
    id: &'a str,
    aircraft: &'a str,
    kind: MissionKind,
    operator: Option<&'a String>,
    names: Vec<String>,
    count: usize,
}

impl Group<'_> {
    fn fleet(self, scenario: &Scenario, scene: &Scene, reporter: &mut Reporter<'_>) -> Option<Fleet> {
        let centre = scene.grounded(Place::origin(), &self.key, reporter);
        let aircraft = scene.types.find(self.aircraft)?.clone();
        Some(Fleet {
            id: self.id.to_owned(),
            power: PowerModel::new(scenario.energy.model, &aircraft),
            aircraft,
            reserve_share: 0.0,
            battery: BatteryService::Swap,
            kind: self.kind,
            operator: self.operator.cloned(),
            hub: None,
            homes: vec![centre; self.count],
            names: self.names,
            turn_around: SimTime::ZERO,
        })
    }
}

/// The missions of traffic without hub, in the order of their fleets.
pub fn missions(scenario: &Scenario, resolved: &ResolvedScenario, layers: &HeightLayers) -> Vec<Mission> {
    let first = scenario.fleet.len();
    let mission = |id: &str, index: usize, traffic: Traffic| Mission {
        id: id.to_owned(),
        kind: MissionKind::RandomTraffic,
        fleet: FleetId::from_index(first + index),
        task: Task::Traffic(traffic),
        other_legs: OtherLegs::default(),
    };
    let seeded = scenario.traffic.iter().enumerate();
    let mut missions: Vec<Mission> =
        seeded.map(|(index, traffic)| mission(&traffic.id, index, seeded_traffic(traffic, resolved, layers))).collect();
    for (index, initial) in scenario.initial.iter().enumerate() {
        let courses = initial.all().iter().map(|state| course(state, resolved)).collect();
        missions.push(mission(&initial.id, scenario.traffic.len() + index, Traffic::Given(courses)));
    }
    missions
}

/// Where a finding about a state belongs.
fn place_key(initial: &model::Initial, index: usize, row: usize) -> String {
    if initial.read.is_some() { format!("initial[{index}].file") } else { format!("initial[{index}].states[{row}]") }
}

fn seeded_traffic(traffic: &model::Traffic, resolved: &ResolvedScenario, layers: &HeightLayers) -> Traffic {
    let flown = Wander {
        layers: if traffic.by_heading { layers.clone() } else { HeightLayers::default() },
        altitude_agl_m: (traffic.altitude_agl_m.min, traffic.altitude_agl_m.max),
        speed_mps: (traffic.speed_mps.min, traffic.speed_mps.max),
    };
    let size = resolved.airspace.extent().size();
    let radius_m = traffic.radius_m.unwrap_or(RADIUS_SHARE * size.x.min(size.y));
    let at = |position: model::Position| Geographic::new(position.lat_deg, position.lon_deg);
    let centre = traffic.centre.map_or(Place::origin(), |centre| resolved.projection.to_local(at(centre)));
    let pattern = match traffic.pattern {
        model::Pattern::Wander => return Traffic::Wander(flown),
        model::Pattern::Straight => Pattern::Random,
        model::Pattern::SuperCircle => Pattern::SuperCircle { centre, radius_m },
        model::Pattern::HubAndSpoke => Pattern::HubAndSpoke { centre, radius_m },
        model::Pattern::Crossing => Pattern::Crossing {
            centre,
            length_m: radius_m,
            width_m: traffic.width_m.unwrap_or(CROSSING.0),
            angle_rad: traffic.angle_deg.unwrap_or(CROSSING.1).to_radians(),
        },
    };
    Traffic::Straight(Straight { pattern, flown, count: traffic.count })
}

/// The course of a given state.
fn course(state: &StateRecord, resolved: &ResolvedScenario) -> StraightCourse {
    let terrain = resolved.airspace.terrain();
    let place = match state.whereabouts() {
        Some(Whereabouts::Degrees(lat_deg, lon_deg)) => resolved.projection.to_local(Geographic::new(lat_deg, lon_deg)),
        Some(Whereabouts::Metres(east_m, north_m)) => Place::new(east_m, north_m),
        None => Place::origin(),
    };
    let ground_m = terrain.extended_ground_amsl_m(&place);
    let height_m = state.altitude_agl_m.map_or_else(|| state.altitude_amsl_m.unwrap_or(0.0), |agl_m| ground_m + agl_m);
    let climb_mps = state.climb_mps.unwrap_or(0.0);
    let track_rad = state.track_deg.to_radians();
    StraightCourse {
        from: Position::new(place.x, place.y, height_m),
        velocity: Velocity::new(
            state.speed_mps * libm::sin(track_rad),
            state.speed_mps * libm::cos(track_rad),
            climb_mps,
        ),
        kept_agl_m: state.altitude_agl_m.filter(|_| climb_mps.abs() <= 0.0),
        length_m: f64::INFINITY,
    }
}

/// Adds an error if seeded traffic is asked to fly outside the permitted heights or some of its drones find no flight, and for
/// given states in which nobody may be.
pub fn check(scenario: &Scenario, resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) {
    let missions = resolved.missions.iter().filter_map(|mission| match &mission.task {
        Task::Traffic(traffic) => Some((mission.fleet, traffic)),
        Task::Deliver { .. } | Task::Round { .. } => None,
    });
    let missions: Vec<(FleetId, &Traffic)> = missions.collect();
    let (seeded, given) = missions.split_at(scenario.traffic.len());
    for (index, (asked, (fleet, traffic))) in scenario.traffic.iter().zip(seeded).enumerate() {
        let key = format!("traffic[{index}]");
        let aircraft = &resolved.fleets[fleet.index()].aircraft;
        if matches!(traffic, Traffic::Straight(_)) {
            let fastest = Velocity::new(asked.speed_mps.max, 0.0, 0.0);
            check_speed(&format!("{key}.speed_mps"), &asked.id, (&fastest, aircraft), reporter);
        }
        if check_heights(&format!("{key}.altitude_agl_m"), asked.altitude_agl_m, resolved, reporter) {
            check_starts(&key, (*fleet, traffic), resolved, reporter);
        }
    }
    for (index, (initial, (fleet, traffic))) in scenario.initial.iter().zip(given).enumerate() {
        let Traffic::Given(courses) = traffic else { continue };
        let fleet = &resolved.fleets[fleet.index()];
        for (row, (state, course)) in initial.all().iter().zip(courses).enumerate() {
            check_given(&place_key(initial, index, row), &state.id, (course, fleet), resolved, reporter);
        }
    }
}

/// Whether the heights that are asked for are permitted; adds an error if not.
fn check_heights(key: &str, heights: model::Range, resolved: &ResolvedScenario, reporter: &mut Reporter<'_>) -> bool {
    let (floor, ceiling) = (resolved.airspace.clearance_m(), resolved.airspace.ceiling_agl_m());
    let are_permitted = heights.min >= floor && heights.max <= ceiling;
    if !are_permitted {
        not_flyable(
            reporter,
            key,
            [
                Text::new(
                    format!("heights from {} to {} m above ground", heights.min, heights.max),
                    format!("真高 {} 至 {} 米", heights.min, heights.max),
                ),
                Text::new(format!("between {floor} and {ceiling} m"), format!("介于 {floor} 与 {ceiling} 米之间")),
                Text::new("correct the heights", "请改正高度"),
            ],
        );
    }
    are_permitted
}

/// Adds an error if drones of seeded traffic find no permitted flight.
fn check_starts(
    key: &str,
    (fleet, traffic): (FleetId, &Traffic),
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) {
    let Fleet { aircraft, operator, homes, .. } = &resolved.fleets[fleet.index()];
    let airspace = &resolved.airspace;
    let occasion = Occasion::at(operator.as_deref(), resolved.clock.begins);
    let finds = |ordinal: u16| {
        let entity = resolved.entity(DroneId { fleet, ordinal });
        match traffic {
            Traffic::Wander(wander) => {
                Wanderer::new(PROBE_SEED, entity, wander, aircraft, airspace, occasion).first_flight().is_some()
            }
            Traffic::Straight(straight) => {
                let stream = straight_stream(PROBE_SEED, entity);
                straight.course(ordinal, stream, (airspace, &occasion)).is_some()
            }
            Traffic::Given(_) => true,
        }
    };
    let tried = homes.len().min(PROBES);
    let grounded = (0_u16..).take(tried).filter(|&ordinal| !finds(ordinal)).count();
    if grounded > 0 {
        not_flyable(
            reporter,
            key,
            [
                Text::new(
                    format!("of {tried} drones tried, {grounded} find no permitted flight"),
                    format!("试算 {tried} 架无人机，其中 {grounded} 架找不到允许的飞行"),
                ),
                Text::new("an area of which a good part may be flown", "大部分可飞的空域"),
                Text::new("fly higher than the buildings, or choose another area", "请飞得高于建筑物，或更换空域"),
            ],
        );
    }
}

/// Adds an error if a drone may not be where it is given, or cannot move as it is given.
fn check_given(
    key: &str,
    id: &str,
    (course, fleet): (&StraightCourse, &Fleet),
    resolved: &ResolvedScenario,
    reporter: &mut Reporter<'_>,
) {
    let occasion = Occasion::at(fleet.operator.as_deref(), resolved.clock.begins);
    if let Some(denial) = resolved.airspace.denial(&course.from, &course.from, &occasion) {
        let texts =
            resolved.airspace.explained(&denial, [&format!("`{id}`"), &format!("`{id}`")], &resolved.projection);
        not_flyable(reporter, key, texts);
    }
    check_speed(key, id, (&course.velocity, &fleet.aircraft), reporter);
}

/// Adds an error if somebody moves faster than its type can.
fn check_speed(key: &str, id: &str, (velocity, aircraft): (&Velocity, &AircraftType), reporter: &mut Reporter<'_>) {
    if let Some((asked, most)) = beyond(velocity, aircraft) {
        let name = &aircraft.id;
        not_flyable(
            reporter,
            key,
            [
                Text::new(format!("`{id}` moves at {asked} m/s"), format!("`{id}` 的速度为 {asked} 米/秒")),
                Text::new(format!("at most {most} m/s of a {name}"), format!("{name} 不超过 {most} 米/秒")),
                Text::new("correct the speed, or choose another aircraft", "请改正速度，或更换机型"),
            ],
        );
    }
}

/// The speed that a type cannot fly, and the most that it can.
fn beyond(velocity: &Velocity, aircraft: &AircraftType) -> Option<(f64, f64)> {
    let asked = [
        (velocity.xy().norm(), aircraft.max_airspeed_mps),
        (velocity.z, aircraft.climb_mps),
        (-velocity.z, aircraft.descent_mps),
    ];
    // A track in degrees leaves some rounding in the speed.
    asked.into_iter().find(|(asked, most)| *asked > most + 1e-6)
}
