//! Manned aircraft in a run: which movements are under way, and which drones are not well clear of them.

use super::Simulation;
use super::emit::{centimetres, motion};
use crate::frame::{MannedSample, SimEvent};
use crate::scenario::ResolvedScenario;
use crate::traffic::conflict::Motion;
use crate::traffic::manned::{MannedAircraft, MannedTraffic, WellClearChange, WellClearMonitor, infringements};
use crate::units::{MannedId, SimTime};

/// The movements of a run. Time goes forward, so that those under way are a window of the schedule.
pub(super) struct Movements {
    /// Every movement and when it begins, in that order.
    schedule: Vec<(SimTime, MannedId)>,
    /// How many of them have begun.
    begun: usize,
    /// Those under way, in the order of ids.
    under_way: Vec<(MannedId, SimTime)>,
    monitor: WellClearMonitor,
}

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
        Self { schedule, begun: 0, under_way: Vec::new(), monitor: WellClearMonitor::default() }
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

    /// Asks of every drone in the air and every manned aircraft under way whether they are well clear of each other.
    pub(super) fn watch_well_clear(&mut self, motions: &[Motion]) {
        let aircraft = self.movements.at(&self.scenario.manned, self.now);
        let found = infringements(motions, &aircraft);
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
