//! What fails on each drone and when: by the clock, so that nothing that others do shifts it.

use super::Simulation;
use crate::aircraft::Fault;
use crate::frame::SimEvent;
use crate::scenario::{Failures, ResolvedScenario};
use crate::units::{DroneId, Purpose, RandomStream, SimTime};

/// Most failures of a kind of one drone; beyond, something is wrong with the rate.
const MOST: u64 = 10_000;
/// Longer than any run, s.
const LONGEST_S: f64 = 1e7;

/// What fails on one drone.
#[derive(Debug, Default)]
pub(super) struct FaultSchedule {
    /// Failures to come, the next one last.
    coming: Vec<Span>,
    /// Failures that last.
    lasting: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    from: SimTime,
    to: SimTime,
    fault: Fault,
}

impl FaultSchedule {
    /// What fails on a drone during a run.
    pub fn new(scenario: &ResolvedScenario, drone: DroneId, seed: u64) -> Self {
        let failures = &scenario.failures;
        let scripted = failures.scripted_of(drone).iter();
        let mut coming: Vec<Span> =
            scripted.map(|failure| Span { from: failure.from, to: failure.to, fault: failure.fault }).collect();
        for fault in Fault::ALL {
            coming.extend(random(failures, fault, drone, seed).take_while(|span| span.from < scenario.clock.duration));
        }
        coming.sort_unstable_by(|a, b| b.cmp(a));
        Self { coming, lasting: Vec::new() }
    }

    /// Whether something of a kind has failed.
    pub fn is_failed(&self, fault: Fault) -> bool {
        self.lasting.iter().any(|span| span.fault == fault)
    }

    /// Since when something of a kind has failed.
    pub fn failed_since(&self, fault: Fault) -> Option<SimTime> {
        self.lasting.iter().filter(|span| span.fault == fault).map(|span| span.from).min()
    }

    /// What begins and what ends by an instant.
    fn advance(&mut self, now: SimTime) -> Vec<(Fault, bool)> {
        let mut changes = Vec::new();
        while let Some(span) = self.coming.pop_if(|span| span.from <= now) {
            if !self.is_failed(span.fault) {
                changes.push((span.fault, true));
            }
            self.lasting.push(span);
        }
        let over: Vec<Fault> = self.lasting.iter().filter(|span| span.to <= now).map(|span| span.fault).collect();
        self.lasting.retain(|span| span.to > now);
        let mut over: Vec<Fault> = over.into_iter().filter(|fault| !self.is_failed(*fault)).collect();
        over.sort_unstable();
        over.dedup();
        changes.extend(over.into_iter().map(|fault| (fault, false)));
        changes
    }

    /// On the ground a motor and a pack are mended.
    fn mend(&mut self) -> Vec<Fault> {
        let is_mended = |span: &Span| matches!(span.fault, Fault::Motor | Fault::Battery);
        let mut mended: Vec<Fault> =
            self.lasting.iter().filter(|span| is_mended(span)).map(|span| span.fault).collect();
        mended.sort_unstable();
        mended.dedup();
        self.lasting.retain(|span| !is_mended(span));
        mended
    }

    /// Whether nothing has failed.
    pub const fn is_sound(&self) -> bool {
        self.lasting.is_empty()
    }

    const fn is_idle(&self) -> bool {
        self.coming.is_empty() && self.lasting.is_empty()
    }
}

/// Failures of a kind at random: a Poisson process with exponential lengths.
fn random(failures: &Failures, fault: Fault, drone: DroneId, seed: u64) -> impl Iterator<Item = Span> {
    let per_h = failures.per_h[fault as usize];
    let kinds = Fault::ALL.len() as u64;
    let stream = RandomStream::new(seed, Purpose::Failure, u64::from(drone.key()) * kinds + fault as u64);
    let lasts_s = failures.lasts.seconds();
    let mut from = SimTime::ZERO;
    let count = if per_h > 0.0 { MOST } else { 0 };
    (0..count).map(move |ordinal| {
        from += SimTime::from_seconds(stream.exponential(2 * ordinal, 3600.0 / per_h).min(LONGEST_S));
        let to = match fault {
            // They last until they are mended.
            Fault::Motor | Fault::Battery => SimTime::END,
            Fault::Link | Fault::Navigation => {
                from + SimTime::from_seconds(stream.exponential(2 * ordinal + 1, lasts_s).min(LONGEST_S))
            }
        };
        Span { from, to, fault }
    })
}

impl Simulation {
    /// What fails and what works again by now.
    pub(super) fn fail(&mut self) {
        for index in 0..self.drones.len() {
            if self.drones[index].faults.is_idle() {
                continue;
            }
            for (fault, begins) in self.drones[index].faults.advance(self.now) {
                let drone = self.drones[index].id;
                if begins {
                    self.happen(SimEvent::FaultBegan { drone, fault });
                    self.lose_charge(index, fault);
                } else {
                    self.happen(SimEvent::FaultEnded { drone, fault });
                }
            }
            if self.drones[index].is_at_home() {
                self.mend(index);
            }
        }
    }

    /// A pack that fails takes its part of the charge with it.
    fn lose_charge(&mut self, index: usize, fault: Fault) {
        let drone = &mut self.drones[index];
        if fault == Fault::Battery && drone.is_airborne() {
            drone.battery_wh *= 1.0 - LOST_WITH_A_PACK;
        }
    }

    /// What fails or has failed on the ground is found before the next flight, and a motor and a pack are mended at once.
    pub(super) fn mend(&mut self, index: usize) {
        let drone = self.drones[index].id;
        for fault in self.drones[index].faults.mend() {
            self.happen(SimEvent::FaultEnded { drone, fault });
        }
    }
}

/// Share of the charge that is lost with a pack: types of this size carry two.
const LOST_WITH_A_PACK: f64 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::FleetId;

    /// Two thousand drones for two hours: as many faults as a Poisson process has, and as long, within four standard errors.
    #[test]
    fn faults_come_at_their_rate_and_last_as_long() {
        let failures =
            Failures { scripted: Vec::new(), per_h: [0.0, 0.5, 0.0, 0.1], lasts: SimTime::from_millis(60_000) };
        let spans = |fault| -> Vec<Span> {
            let drones = (0..2000).map(|ordinal| DroneId { fleet: FleetId(3), ordinal });
            let end = SimTime::from_seconds(7200.0);
            drones.flat_map(|drone| random(&failures, fault, drone, 11).take_while(|span| span.from < end)).collect()
        };
        let [motors, links, batteries] = [Fault::Motor, Fault::Link, Fault::Battery].map(spans);
        assert!(motors.is_empty());
        for (found, mean) in [(links.len(), 2000.0_f64), (batteries.len(), 400.0)] {
            let found = f64::from(u32::try_from(found).unwrap());
            assert!((found - mean).abs() < 4.0 * mean.sqrt(), "{found} {mean}");
        }
        let lasted_s: f64 = links.iter().map(|span| (span.to - span.from).seconds()).sum();
        let mean_s = lasted_s / f64::from(u32::try_from(links.len()).unwrap());
        assert!((mean_s - 60.0).abs() < 4.0 * 60.0 / 2000.0_f64.sqrt(), "{mean_s}");
        assert!(batteries.iter().all(|span| span.to == SimTime::END));
    }
}
