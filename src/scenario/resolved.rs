//! A scenario with nothing left to look up: local metres, heights above mean sea level, flight plans, indices.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aircraft::{AircraftType, BatteryService, EnergyModel, Fault, Navigation, PowerModel};
use crate::frame::MissionKind;
use crate::message::Text;
use crate::mission::Mission;
use crate::traffic::conflict::{Minima, ProtectedZone, Recovery};
use crate::traffic::contingency::Policy;
use crate::traffic::intent::{OperationalIntent, Tolerances};
use crate::traffic::manned::MannedTraffic;
use crate::traffic::route::FlightPlan;
use crate::units::{DroneId, FleetId, HubId, MissionId, PadId, RouteId, SimTime, drone_name, entity};
use crate::world::airspace::Airspace;
use crate::world::coverage::Network;
use crate::world::geo::{LocalProjection, Place, Position};
use crate::world::terrain::Terrain;
use crate::world::weather::Weather;

/// Everything a simulation, a viewer and a report need to know before the first step.
#[derive(Clone, Debug)]
pub struct ResolvedScenario {
    /// Short name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// When and in what steps.
    pub clock: Clock,
    /// From the earth to local metres and back.
    pub projection: LocalProjection,
    /// The ground, shared with every plan over it.
    pub terrain: Arc<Terrain>,
    /// Where may be flown.
    pub airspace: Airspace,
    /// The weather; `None` for still air.
    pub weather: Option<Weather>,
    /// Separation minima of drones that have no zone of their own, and look-ahead.
    pub minima: Minima,
    /// The protected zone on each mission, by [`MissionId`].
    pub zones: Vec<ProtectedZone>,
    /// Interval of conflict detection.
    pub detection_interval: SimTime,
    /// Which registered dispatcher.
    pub dispatcher: String,
    /// Which registered prediction.
    pub prediction: String,
    /// Which registered strategic strategy.
    pub strategic: String,
    /// Which registered resolver.
    pub resolver: String,
    /// When a drone that evades another goes back to its plan.
    pub recovery: Recovery,
    /// How much room is reserved around the path of a flight: half the minima and what a drone may stray.
    pub tolerances: Tolerances,
    /// Longest that a flight waits for others on the ground before it is refused.
    pub patience: SimTime,
    /// What flying is computed to cost by.
    pub energy_model: EnergyModel,
    /// Hubs, by [`HubId`].
    pub hubs: Vec<Hub>,
    /// Pads, by [`PadId`].
    pub pads: Vec<Pad>,
    /// Fleets, by [`FleetId`]; after those of `[[fleet]]` those of `[[traffic]]`, `[[initial]]` and `[[recorded]]`.
    pub fleets: Vec<Fleet>,
    /// Routes, by [`RouteId`].
    pub routes: Vec<Route>,
    /// Missions, by [`MissionId`].
    pub missions: Vec<Mission>,
    /// Manned aircraft, by the entry of their [`MannedId`](crate::units::MannedId).
    pub manned: Vec<MannedTraffic>,
    /// Operational intents of others.
    pub intents: Vec<OthersIntent>,
    /// When departures wait, by mission and time.
    pub holds: Vec<DepartureHold>,
    /// What is changed during the run, in the order of the file.
    pub interventions: Vec<Intervention>,
    /// Base stations and the link to them; perfect if absent.
    pub network: Option<Network>,
    /// How drones find their positions; without error if absent.
    pub navigation: Option<Navigation>,
    /// What drones in trouble do.
    pub policy: Policy,
    /// Where they may land, by [`crate::units::RallyId`].
    pub rallies: Vec<Rally>,
    /// What fails.
    pub failures: Failures,
    /// Named places.
    pub landmarks: Vec<Landmark>,
    /// Rivers.
    pub rivers: Vec<River>,
    /// The effective scenario, defaults filled in and flags applied, as TOML.
    pub effective: String,
    /// Every effective value with where it came from.
    pub origins: Vec<Origin>,
    /// BLAKE3 of every input file, by the path written in the scenario.
    pub inputs: Vec<InputFile>,
}

/// A time in which nobody leaves on a mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepartureHold {
    /// The mission.
    pub mission: MissionId,
    /// The first instant.
    pub from: SimTime,
    /// The first instant after it.
    pub to: SimTime,
}

/// A change during a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    /// Identity in the file.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// When it begins.
    pub at: SimTime,
    /// When it ends.
    pub until: SimTime,
    /// What it does.
    pub action: Action,
}

/// What an intervention does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A part of the air is closed: the zone of the airspace with its identity.
    Close,
    /// Nobody leaves a hub.
    StopDepartures(HubId),
    /// Nobody lands on a pad.
    BlockPad(PadId),
    /// A round is due at once, before all that waits.
    CallOut(MissionId),
}

/// When and in what steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Civil time of the start with its UTC offset, RFC 3339.
    pub start: String,
    /// The same as an instant.
    pub begins: jiff::Timestamp,
    /// UTC offset of the place, s.
    pub utc_offset_s: i32,
    /// Local time of day at the start, s after midnight.
    pub start_of_day_s: i64,
    /// Length of the run.
    pub duration: SimTime,
    /// Simulation step.
    pub step: SimTime,
    /// Interval between frames.
    pub frame_interval: SimTime,
}

impl Clock {
    /// Local time of day, `09:40:00`.
    pub fn time_of_day(&self, time: SimTime) -> String {
        let seconds = (self.start_of_day_s + time.millis().div_euclid(1000)).rem_euclid(86_400);
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// An instant as people read it: the time of day, with the date where it or the end of the run is on another day than the start.
    pub fn shown(&self, at: jiff::Timestamp) -> String {
        let (local, first) = (self.local(at), self.local(self.begins).date());
        let format = if local.date() == first && self.local(self.timestamp(self.duration)).date() == first {
            "%H:%M:%S"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        local.strftime(format).to_string()
    }

    /// The civil instant of a time of the run; the last that exists for what lies beyond.
    pub fn timestamp(&self, time: SimTime) -> jiff::Timestamp {
        time.after(self.begins)
    }

    /// The time of the run of a civil instant, which may lie before its start or after its end.
    pub fn time_of(&self, at: jiff::Timestamp) -> SimTime {
        SimTime::from_millis(at.as_millisecond() - self.begins.as_millisecond())
    }

    /// Civil date and time at the place.
    pub fn local(&self, at: jiff::Timestamp) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::from_seconds(self.utc_offset_s).unwrap_or(jiff::tz::Offset::UTC);
        offset.to_datetime(at)
    }

    /// The instant of a local time of day, `HH:MM` or `HH:MM:SS`; of a run that passes midnight, an earlier time of day
    /// belongs to the next day. `None` if the text is no time of day, or none of this run.
    pub fn instant(&self, time_of_day: &str) -> Option<SimTime> {
        let since_start_s = (second_of_day(time_of_day)? - self.start_of_day_s).rem_euclid(86_400);
        Some(SimTime::from_millis(since_start_s * 1000)).filter(|&instant| instant <= self.duration)
    }
}

/// Seconds since midnight of a time of day, `HH:MM` or `HH:MM:SS`.
fn second_of_day(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text.trim().split([':', '：']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = match parts[..] {
        [hours, minutes] => [hours, minutes, 0],
        [hours, minutes, seconds] => [hours, minutes, seconds],
        _ => return None,
    };
    let is_time = (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
    is_time.then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Where drones live.
#[derive(Clone, Debug, PartialEq)]
pub struct Hub {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Centre, on the ground.
    pub position: Position,
    /// Least time between two departures.
    pub departure_interval: SimTime,
}

/// Where drones deliver.
#[derive(Clone, Debug, PartialEq)]
pub struct Pad {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Centre, on the ground.
    pub position: Position,
    /// Where drones stand, on the ground.
    pub stands: Vec<Position>,
    /// Time a drone stands there to hand over, or hovers.
    pub hand_over: SimTime,
    /// Height over the stand at which a drone hovers to hand over with a winch, m; it lands where there is none.
    pub winch_agl_m: Option<f64>,
}

/// Drones of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// Identity in the file.
    pub id: String,
    /// Their type.
    pub aircraft: AircraftType,
    /// What flying costs them.
    pub power: PowerModel,
    /// Share of the usable battery that a sortie must leave.
    pub reserve_share: f64,
    /// What happens to their batteries between two sorties.
    pub battery: BatteryService,
    /// What they fly for most; decides their colour.
    pub kind: MissionKind,
    /// Who operates them, whose approvals they fly on; nobody in particular if absent.
    pub operator: Option<String>,
    /// Home hub; `None` for traffic without hub and recorded drones.
    pub hub: Option<HubId>,
    /// Where each drone lives, on the ground (without a hub: the centre of the area, until they fly). One entry a drone.
    pub homes: Vec<Position>,
    /// What its drones are called, where they have names of their own.
    pub names: Vec<String>,
    /// Time on the hub between two sorties.
    pub turn_around: SimTime,
}

/// An operational intent of others.
#[derive(Clone, Debug)]
pub struct OthersIntent {
    /// Its identity in its file.
    pub id: String,
    /// What it is; nobody here can move it.
    pub intent: OperationalIntent,
}

/// A route and how it is flown.
#[derive(Clone, Debug)]
pub struct Route {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Start.
    pub from: HubId,
    /// End; `None` for a circuit.
    pub to: Option<PadId>,
    /// Mission kind of the first mission on it; decides its colour.
    pub kind: MissionKind,
    /// Where the waypoints between its ends stand in the file that draws it, such as `a.plan: mission.items[3]`; empty
    /// where the scenario itself gives them.
    pub items: Vec<String>,
    /// The speed that is asked for, m/s; the cruise speed of the type if absent.
    pub speed_mps: Option<f64>,
    /// How far to the right of where it is drawn it is flown, m; 0 if it is not.
    pub right_m: f64,
    /// Whether it is flown in the layers of its headings.
    pub by_heading: bool,
    /// Outbound plan, or the whole circuit.
    pub plan: Arc<FlightPlan>,
    /// The way back; `None` for a circuit.
    pub back: Option<Arc<FlightPlan>>,
    /// Of each waypoint of the plan, out and back, which of those that the file gives it is, or which it follows on its leg: 0 is
    /// the hub.
    pub given: [Vec<usize>; 2],
}

/// A site where drones in trouble may land.
#[derive(Clone, Debug, PartialEq)]
pub struct Rally {
    /// Identity in the file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Where it is, on the ground.
    pub position: Position,
}

/// What fails during a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failures {
    /// At given times, in the order of their drones.
    pub scripted: Vec<Failure>,
    /// How often each fault happens to a drone at random, 1/h, by [`Fault::ALL`].
    pub per_h: [f64; Fault::ALL.len()],
    /// How long random faults last on average that pass by themselves.
    pub lasts: SimTime,
}

impl Failures {
    /// Those of a drone at given times.
    pub fn scripted_of(&self, drone: DroneId) -> &[Failure] {
        let from = self.scripted.partition_point(|failure| failure.drone < drone);
        let to = self.scripted.partition_point(|failure| failure.drone <= drone);
        &self.scripted[from..to]
    }
}

/// A failure of one drone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The drone.
    pub drone: DroneId,
    /// What fails.
    pub fault: Fault,
    /// From when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
}

/// A named place.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// Name.
    pub name: Text,
    /// Where it is, on the ground.
    pub position: Position,
    /// Whether the position is only roughly known (示意).
    pub schematic: bool,
}

/// A river.
#[derive(Clone, Debug, PartialEq)]
pub struct River {
    /// Name.
    pub name: Text,
    /// Width, m.
    pub width_m: f64,
    /// Centre line.
    pub line: Vec<Place>,
    /// Whether the line is only roughly known (示意).
    pub schematic: bool,
}

/// One effective value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Origin {
    /// Dotted key.
    pub key: String,
    /// The value, as JSON.
    pub value: serde_json::Value,
    /// `default`, `file` or `--set`.
    pub origin: &'static str,
}

/// An input file and its content hash.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct InputFile {
    /// Path as written in the scenario; the scenario itself by its file name.
    pub path: String,
    /// BLAKE3 of the content, hexadecimal.
    pub blake3: String,
}

impl ResolvedScenario {
    /// Every drone of the scenario in the order of their ids.
    pub fn drones(&self) -> impl Iterator<Item = (DroneId, &Fleet)> {
        self.fleets.iter().enumerate().flat_map(|(index, fleet)| {
            let id = FleetId::from_index(index);
            (0_u16..).take(fleet.homes.len()).map(move |ordinal| (DroneId { fleet: id, ordinal }, fleet))
        })
    }

    /// The energy model and, for each type that flies, what it took to fit the model and the figures it was fitted to.
    pub fn energy_figures(&self) -> serde_json::Value {
        let types: BTreeMap<&str, serde_json::Value> = self
            .fleets
            .iter()
            .map(|fleet| {
                let aircraft = &fleet.aircraft;
                let figures = serde_json::json!({
                    "fit": fleet.power.fit(),
                    "ideal_hover_w": aircraft.ideal_hover_w(),
                    "published_hover_w": aircraft.published_hover_w(),
                    "hover_mass_kg": aircraft.hover_mass_kg,
                    "battery_wh": aircraft.battery.capacity_wh,
                });
                (aircraft.id.as_str(), figures)
            })
            .collect();
        serde_json::json!({ "model": self.energy_model, "aircraft": types })
    }

    /// The number of a drone among random streams.
    pub fn entity(&self, drone: DroneId) -> u64 {
        entity(&self.fleets[drone.fleet.index()].id, drone.ordinal)
    }

    /// The name people call a drone by: its own or, counted from 1, one such as `scenic-3`.
    pub fn drone_name(&self, drone: DroneId) -> String {
        let fleet = self.fleets.get(drone.fleet.index());
        let (id, own) = fleet.map_or(("?", &[][..]), |fleet| (fleet.id.as_str(), fleet.names.as_slice()));
        drone_name(id, own, drone.ordinal)
    }

    /// The least zone of any drone, to the side and in height, and the look-ahead.
    pub fn least_minima(&self) -> Minima {
        self.zones.iter().fold(self.minima, |least, zone| Minima {
            horizontal_m: least.horizontal_m.min(zone.horizontal_m),
            vertical_m: least.vertical_m.min(zone.vertical_m),
            ..least
        })
    }

    /// The mission of an id.
    pub fn mission(&self, mission: MissionId) -> &Mission {
        &self.missions[mission.index()]
    }

    /// Whether nobody leaves on a mission at a time.
    pub fn is_held(&self, mission: MissionId, at: SimTime) -> bool {
        let holds = |hold: &DepartureHold| hold.mission == mission && hold.from <= at && at < hold.to;
        self.holds.iter().any(holds)
    }

    /// The route of an id.
    pub fn route(&self, route: RouteId) -> &Route {
        &self.routes[route.index()]
    }

    /// The pad of an id.
    pub fn pad(&self, pad: PadId) -> &Pad {
        &self.pads[pad.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_instants_of_the_run() {
        let clock = Clock {
            start: "2026-05-01T22:00:00+08:00".into(),
            begins: "2026-05-01T22:00:00+08:00".parse().unwrap(),
            utc_offset_s: 28_800,
            start_of_day_s: 22 * 3600,
            duration: SimTime::from_seconds(14_400.0),
            step: SimTime::from_millis(500),
            frame_interval: SimTime::from_millis(1000),
        };
        for (text, seconds) in
            [("22:00", 0), ("23:00:05", 3605), ("00:30", 9000), (" 1：00：00 ", 10_800), ("02:00", 14_400)]
        {
            assert_eq!(clock.instant(text), Some(SimTime::from_millis(seconds * 1000)), "{text}");
        }
        for text in ["", "24:00", "12:60", "12", "1:2:3:4", "-1:00", "noon", "02:01", "21:59"] {
            assert_eq!(clock.instant(text), None, "{text}");
        }
    }
}
