//! What the report reads out of a recording, in one pass.

use std::collections::BTreeMap;

use super::input::RunReport;
use super::troubles::Troubles;
use crate::frame::{
    DroneId, DroneSample, EncounterId, FlightPhase, Frame, MissionId, MissionKind, OrderId, SimEvent, SimTime,
    TimedEvent,
};
use crate::record::RecordMode;
use crate::world::geo::{Place, Position};

/// How far a thinned track may leave the true one, m: sideways, and in height.
const TOLERANCE_M: (f64, f64) = (3.0, 0.5);

/// What was recorded, in the shapes the pictures need.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Every flight in the order of its start.
    pub flights: Vec<Flight>,
    /// What every frame showed.
    pub moments: Vec<Moment>,
    /// Every order.
    pub orders: BTreeMap<OrderId, OrderTimes>,
    /// Every encounter.
    pub encounters: BTreeMap<EncounterId, Encounter>,
    /// What went wrong.
    pub troubles: Troubles,
    /// Blocks of the recording that could not be read.
    pub unread_blocks: usize,
}

/// From leaving the ground to being back on it, hand-over included.
#[derive(Debug)]
pub(super) struct Flight {
    /// What for; `None` for random traffic.
    pub mission: Option<MissionId>,
    /// Decides the colour.
    pub kind: MissionKind,
    /// Its track, thinned.
    pub points: Vec<FlightPoint>,
    /// True height and position where it cruised lowest.
    pub lowest: Option<(f64, Position)>,
    /// True height and position where it flew highest.
    pub highest: Option<(f64, Position)>,
}

/// A point of a thinned track.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlightPoint {
    pub time: SimTime,
    pub position: Position,
    pub phase: FlightPhase,
}

/// What one frame showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub time: SimTime,
    /// Drones in the air, by [`MissionKind::ALL`].
    pub airborne: [usize; MissionKind::ALL.len()],
    pub conflicts: usize,
    pub losses: usize,
}

/// When an order was placed and handed over.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderTimes {
    pub placed: SimTime,
    pub delivered: Option<(SimTime, SimTime)>,
}

/// A pair's whole episode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encounter {
    pub pair: (DroneId, DroneId),
    pub opened: SimTime,
    pub closed: Option<SimTime>,
    pub least_horizontal_cm: Option<i32>,
    pub lost: Option<Loss>,
    pub severity_permyriad: Option<u32>,
}

impl Encounter {
    fn lose(&mut self, lasted: SimTime, severity_permyriad: u32) {
        self.severity_permyriad = self.severity_permyriad.max(Some(severity_permyriad));
        if let Some(loss) = &mut self.lost {
            loss.duration += lasted;
        }
    }
}

/// The first loss of separation of an encounter, and how long all of them took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub time: SimTime,
    pub horizontal_cm: i32,
    pub vertical_cm: i32,
    /// Time lost, up to the end of the run.
    pub duration: SimTime,
    /// Half-way between the two; `None` if frames were not recorded.
    pub place: Option<Place>,
}

/// Reads a run's recording; what is damaged is left out and counted.
pub(super) fn read(report: &RunReport<'_>) -> Reading {
    let mut reader = Reader { report, reading: Reading::default(), aloft: BTreeMap::new() };
    if report.recording.metadata().mode == RecordMode::Full {
        for frame in report.recording.frames() {
            match frame {
                Ok(frame) => reader.see(&frame),
                Err(_) => reader.reading.unread_blocks += 1,
            }
        }
    } else {
        for event in report.recording.events() {
            match event {
                Ok(event) => reader.see_event(&event, None),
                Err(_) => reader.reading.unread_blocks += 1,
            }
        }
    }
    reader.finish()
}

struct Reader<'a> {
    report: &'a RunReport<'a>,
    reading: Reading,
    /// Who is on a flight, on which, and what was last seen of it.
    aloft: BTreeMap<DroneId, Aloft>,
}

#[derive(Clone, Copy)]
struct Aloft {
    flight: usize,
    /// The last point kept, and the velocity that leads to what follows.
    kept: Option<(FlightPoint, [f64; 3])>,
    last: Option<FlightPoint>,
}

impl Reader<'_> {
    fn see(&mut self, frame: &Frame) {
        for event in &frame.events {
            self.see_event(event, Some(frame));
        }
        let mut moment = Moment { time: frame.time, airborne: [0; MissionKind::ALL.len()], conflicts: 0, losses: 0 };
        for drone in &frame.drones {
            if drone.phase.is_airborne() {
                moment.airborne[self.kind_of(drone.drone) as usize] += 1;
            }
            if drone.phase.is_airborne() || drone.phase == FlightPhase::HandOver {
                self.see_flying(frame.time, drone);
            }
        }
        for conflict in &frame.conflicts {
            *if conflict.loss_of_separation { &mut moment.losses } else { &mut moment.conflicts } += 1;
        }
        self.reading.moments.push(moment);
    }

    fn kind_of(&self, drone: DroneId) -> MissionKind {
        self.report.fleets.get(drone.fleet.index()).map_or(MissionKind::RandomTraffic, |fleet| fleet.kind)
    }

    fn start_flight(&mut self, drone: DroneId, mission: Option<MissionId>) -> Aloft {
        let known = mission.and_then(|mission| self.report.missions.get(mission.index()));
        let kind = known.map_or_else(|| self.kind_of(drone), |mission| mission.kind);
        self.reading.flights.push(Flight { mission, kind, points: Vec::new(), lowest: None, highest: None });
        let aloft = Aloft { flight: self.reading.flights.len() - 1, kept: None, last: None };
        self.aloft.insert(drone, aloft);
        aloft
    }

    fn see_flying(&mut self, time: SimTime, sample: &DroneSample) {
        let known = self.aloft.get(&sample.drone).copied();
        let mut aloft = known.unwrap_or_else(|| self.start_flight(sample.drone, None));
        let point = FlightPoint { time, position: sample.position_m().into(), phase: sample.phase };
        let Some(flight) = self.reading.flights.get_mut(aloft.flight) else { return };
        if aloft.kept.is_none_or(|(kept, velocity)| leaves_line(&kept, velocity, &point)) {
            // The point before is where the line bends.
            let bend = aloft.last.filter(|last| flight.points.last().is_some_and(|kept| kept.time < last.time));
            flight.points.extend(bend);
            flight.points.push(point);
            aloft.kept = Some((point, sample.velocity_mps()));
        }
        aloft.last = Some(point);
        self.aloft.insert(sample.drone, aloft);
        let Some(agl_m) = self.report.terrain.agl_m(&point.position) else { return };
        if matches!(sample.phase, FlightPhase::Cruise | FlightPhase::Hover)
            && flight.lowest.is_none_or(|(lowest, _)| agl_m < lowest)
        {
            flight.lowest = Some((agl_m, point.position));
        }
        if flight.highest.is_none_or(|(highest, _)| agl_m > highest) {
            flight.highest = Some((agl_m, point.position));
        }
    }

    fn see_event(&mut self, timed: &TimedEvent, frame: Option<&Frame>) {
        let time = timed.time;
        self.reading.troubles.see(timed);
        match timed.event {
            SimEvent::OrderPlaced { order, .. } => {
                self.reading.orders.insert(order, OrderTimes { placed: time, delivered: None });
            }
            SimEvent::Delivered { order, order_to_hand_ms, .. } => {
                if let Some(times) = self.reading.orders.get_mut(&order) {
                    times.delivered = Some((time, order_to_hand_ms));
                }
            }
            SimEvent::SortieStarted { sortie, mission, .. } => {
                self.land(sortie.drone);
                self.start_flight(sortie.drone, Some(mission));
            }
            SimEvent::SortieFinished { sortie, .. } => self.land(sortie.drone),
            _ => self.see_encounter(timed, frame),
        }
    }

    /// The flight of a drone is over: the last point seen ends its track.
    fn land(&mut self, drone: DroneId) {
        let Some(aloft) = self.aloft.remove(&drone) else { return };
        let Some(flight) = self.reading.flights.get_mut(aloft.flight) else { return };
        let end = aloft.last.filter(|last| flight.points.last().is_some_and(|kept| kept.time < last.time));
        flight.points.extend(end);
    }

    fn see_encounter(&mut self, timed: &TimedEvent, frame: Option<&Frame>) {
        let (time, encounters) = (timed.time, &mut self.reading.encounters);
        match timed.event {
            SimEvent::EncounterOpened { encounter, own, intruder, .. } => {
                let found = Encounter {
                    pair: (own, intruder),
                    opened: time,
                    closed: None,
                    least_horizontal_cm: None,
                    lost: None,
                    severity_permyriad: None,
                };
                encounters.insert(encounter, found);
            }
            SimEvent::LossOfSeparation {
                encounter,
                own,
                intruder,
                horizontal_distance_cm: horizontal_cm,
                vertical_distance_cm: vertical_cm,
            } => {
                if let Some(found) = encounters.get_mut(&encounter) {
                    let place = frame.and_then(|frame| between(frame, own, intruder));
                    let loss = Loss { time, horizontal_cm, vertical_cm, duration: SimTime::ZERO, place };
                    found.lost.get_or_insert(loss);
                }
            }
            SimEvent::SeparationRegained { encounter, duration_ms, severity_permyriad } => {
                if let Some(found) = encounters.get_mut(&encounter) {
                    found.lose(duration_ms, severity_permyriad);
                }
            }
            SimEvent::EncounterClosed { encounter, duration_ms, least_horizontal_distance_cm } => {
                if let Some(found) = encounters.get_mut(&encounter) {
                    found.closed = Some(found.opened + duration_ms);
                    found.least_horizontal_cm = Some(least_horizontal_distance_cm);
                }
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Reading {
        let aloft: Vec<DroneId> = self.aloft.keys().copied().collect();
        for drone in aloft {
            self.land(drone);
        }
        for loss in &self.report.open_losses {
            if let Some(found) = self.reading.encounters.get_mut(&loss.encounter) {
                found.lose(loss.lasted, loss.severity_permyriad);
            }
        }
        self.reading
    }
}

/// Whether `point` lies off the straight line that `kept` was flying along, or begins another phase.
fn leaves_line(kept: &FlightPoint, velocity_mps: [f64; 3], point: &FlightPoint) -> bool {
    let elapsed_s = (point.time - kept.time).seconds();
    let expected = kept.position + nalgebra::Vector3::from(velocity_mps) * elapsed_s;
    let off = point.position - expected;
    kept.phase != point.phase || off.xy().norm() > TOLERANCE_M.0 || off.z.abs() > TOLERANCE_M.1
}

fn between(frame: &Frame, own: DroneId, intruder: DroneId) -> Option<Place> {
    let place = |drone: DroneId| {
        let index = frame.drones.binary_search_by_key(&drone, |sample| sample.drone).ok()?;
        let [east_m, north_m, _] = frame.drones[index].position_m();
        Some(Place::new(east_m, north_m))
    };
    Some(nalgebra::center(&place(own)?, &place(intruder)?))
}
