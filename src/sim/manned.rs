//! Manned aircraft in a run: which movements are under way, and which drones are not well clear of them.

use super::Simulation;
use super::emit::{centimetres, motion};
use crate::frame::{MannedSample, SimEvent};
use crate::scenario::ResolvedScenario;
use crate::traffic::conflict::{Courses, Intruder, Minima, Motion, ProtectedZone};
use crate::traffic::manned::{
    MannedAircraft, MannedTraffic, WellClear, WellClearChange, WellClearMonitor, infringements,
};
use crate::units::{DroneId, FleetId, MannedId, SimTime};

/// The movements of a run. Time goes forward, so that those under way are a window of the schedule.
pub(super) struct Movements {
    /// Every movement and when it begins, in that order.
    schedule: Vec<(SimTime, MannedId)>,
    /// How many of them have begun.
    begun: usize,
    /// Those under way, in the order of ids.
    under_way: Vec<(MannedId, SimTime)>,
    monitor: WellClearMonitor,
    /// The aircraft of the last detection tick.
    seen: Vec<MannedAircraft>,
}

/// What stands for the drone that a manned aircraft is not.
const NO_DRONE: DroneId = DroneId { fleet: FleetId(u16::MAX), ordinal: u16::MAX };

impl Movements {
    pub fn new(scenario: &ResolvedScenario, seed: u64) -> Self {
        let entries = (0..).zip(&scenario.manned);
        let mut schedule: Vec<(SimTime, MannedId)> = entries
            .flat_map(|(entry, traffic)| {
                let starts = traffic.starts(seed, scenario.clock.duration);
                (0..).zip(starts).map(move |(movement, start)| (start, MannedId { entry, movement }))
            })
            .collect();
        schedule.sort_unstable();
        Self { schedule, begun: 0, under_way: Vec::new(), monitor: WellClearMonitor::default(), seen: Vec::new() }
    }

    /// The aircraft under way at `now`, in the order of ids; `now` never goes back.
    fn at(&mut self, traffic: &[MannedTraffic], now: SimTime) -> Vec<MannedAircraft> {
        let due = self.schedule[self.begun..].iter().take_while(|(start, _)| *start <= now);
        let due: Vec<_> = due.map(|&(start, aircraft)| (aircraft, start)).collect();
        if !due.is_empty() {
            self.begun += due.len();
            self.under_way.extend(due);
            self.under_way.sort_unstable();
        }
        let mut found = Vec::new();
        self.under_way.retain(|&(aircraft, start)| {
            let traffic = &traffic[usize::from(aircraft.entry)];
            let flown = traffic.course.at(now - start);
            found.extend(flown.map(|flown| MannedAircraft {
                aircraft,
                position: flown.position,
                velocity: flown.velocity,
                well_clear: traffic.well_clear,
            }));
            flown.is_some()
        });
        found
    }
}

impl Simulation {
    /// The manned aircraft under way now.
    pub(super) fn manned_samples(&mut self) -> Vec<MannedSample> {
        self.movements.at(&self.scenario.manned, self.now).iter().map(sample).collect()
    }

    /// The manned aircraft of the last detection tick as drones evade them: theirs is the right of way.
    pub(super) fn manned_intruders(&self) -> Vec<Intruder> {
        let intruder = |aircraft: &MannedAircraft| {
            let WellClear { horizontal_m, vertical_m } = aircraft.well_clear;
            let motion = Motion {
                drone: NO_DRONE,
                position: aircraft.position,
                velocity: aircraft.velocity,
                zone: ProtectedZone { horizontal_m, vertical_m },
            };
            let minima = Minima { horizontal_m, vertical_m, look_ahead: self.scenario.minima.look_ahead };
            Intruder { motion, wanted: aircraft.velocity, minima, share: 1.0 }
        };
        self.movements.seen.iter().map(intruder).collect()
    }

    /// Asks of every drone in the air and every manned aircraft under way whether they are well clear of each other.
    pub(super) fn watch_well_clear(&mut self, courses: &Courses) {
        let aircraft = self.movements.at(&self.scenario.manned, self.now);
        let found = infringements(courses.motions(), &aircraft);
        self.movements.seen = aircraft;
        for change in self.movements.monitor.update(self.now, &found) {
            self.happen(event_of(&change));
        }
    }
}

fn sample(aircraft: &MannedAircraft) -> MannedSample {
    MannedSample { aircraft: aircraft.aircraft, motion: motion(&aircraft.position, &aircraft.velocity) }
}

fn event_of(change: &WellClearChange) -> SimEvent {
    match *change {
        WellClearChange::Lost(found) => SimEvent::WellClearLost {
            drone: found.drone,
            aircraft: found.aircraft,
            horizontal_distance_cm: centimetres(found.horizontal_m),
            vertical_distance_cm: centimetres(found.vertical_m),
        },
        WellClearChange::Regained { drone, aircraft, duration, least_horizontal_m } => SimEvent::WellClearRegained {
            drone,
            aircraft,
            duration_ms: duration,
            least_horizontal_distance_cm: centimetres(least_horizontal_m),
        },
    }
}
