//! What fails on each drone and when: by the clock, so that nothing that others do shifts it.

use super::Simulation;
use crate::aircraft::Fault;
use crate::frame::SimEvent;
use crate::scenario::{Failures, ResolvedScenario};
use crate::units::{DroneId, Purpose, RandomStream, SimTime};

/// Longer than any run, s.
const LONGEST_S: f64 = 1e7;

/// What fails on one drone.
#[derive(Debug, Default)]
pub(super) struct FaultSchedule {
    /// Failures of the file to come, the next one last.
    scripted: Vec<Span>,
    /// Failures at random to come, of each kind that there is.
    random: Vec<Mishaps>,
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
    /// What fails on a drone during a run. Random traffic stands for many drones: nothing fails on it at random.
    pub fn new(scenario: &ResolvedScenario, drone: DroneId, seed: u64) -> Self {
        let failures = &scenario.failures;
        let scripted = failures.scripted_of(drone).iter();
        let mut scripted: Vec<Span> =
            scripted.map(|failure| Span { from: failure.from, to: failure.to, fault: failure.fault }).collect();
        scripted.sort_unstable_by(|a, b| b.cmp(a));
        let is_wanderer = scenario.fleets[drone.fleet.index()].hub.is_none();
        let faults = Fault::ALL.into_iter().filter(|_| !is_wanderer);
        let stream = RandomStream::new(seed, Purpose::Failure, scenario.entity(drone));
        let random = faults.filter_map(|fault| Mishaps::new(failures, fault, stream)).collect();
        Self { scripted, random, lasting: Vec::new() }
    }

    /// Whether something of a kind has failed.
    pub fn is_failed(&self, fault: Fault) -> bool {
        self.lasting.iter().any(|span| span.fault == fault)
    }

    /// Since when something of a kind has failed.
    pub fn failed_since(&self, fault: Fault) -> Option<SimTime> {
        self.lasting.iter().filter(|span| span.fault == fault).map(|span| span.from).min()
    }

    /// Whether something has failed that people mend.
    pub fn is_broken(&self) -> bool {
        self.lasting.iter().any(Span::is_mended)
    }

    /// Whether nothing has failed.
    pub const fn is_sound(&self) -> bool {
        self.lasting.is_empty()
    }

    /// Whether something begins or ends by an instant.
    fn is_due(&self, now: SimTime) -> bool {
        self.scripted.last().is_some_and(|span| span.from <= now)
            || self.random.iter().any(|mishaps| mishaps.next.from <= now)
            || self.lasting.iter().any(|span| span.to <= now)
    }

    /// What begins and what ends by an instant.
    fn advance(&mut self, now: SimTime) -> Vec<(Fault, bool)> {
        let mut changes = Vec::new();
        for span in self.begun(now) {
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

    /// What begins by an instant, in the order of time.
    fn begun(&mut self, now: SimTime) -> Vec<Span> {
        let mut begun = Vec::new();
        while let Some(span) = self.scripted.pop_if(|span| span.from <= now) {
            begun.push(span);
        }
        for mishaps in &mut self.random {
            while mishaps.next.from <= now {
                begun.push(mishaps.take());
            }
        }
        begun.sort_unstable();
        begun
    }

    /// On the ground a motor and a pack are mended.
    fn mend(&mut self) -> Vec<Fault> {
        let mut mended: Vec<Fault> =
            self.lasting.iter().filter(|span| span.is_mended()).map(|span| span.fault).collect();
        mended.sort_unstable();
        mended.dedup();
        self.lasting.retain(|span| !span.is_mended());
        mended
    }
}

impl Span {
    /// Whether it lasts until it is mended.
    const fn is_mended(&self) -> bool {
        matches!(self.fault, Fault::Motor | Fault::Battery)
    }
}

/// Failures of one kind at random: a Poisson process with exponential lengths, drawn one after the other.
#[derive(Debug)]
struct Mishaps {
    stream: RandomStream,
    mean_gap_s: f64,
    mean_length_s: f64,
    drawn: u64,
    next: Span,
}

impl Mishaps {
    /// Those of a kind, of the stream of a drone; `None` if there are none.
    fn new(failures: &Failures, fault: Fault, stream: RandomStream) -> Option<Self> {
        let per_h = failures.per_h[fault as usize];
        let begin = Span { from: SimTime::ZERO, to: SimTime::ZERO, fault };
        let mean_length_s = failures.lasts.seconds();
        let mut new = Self { stream, mean_gap_s: 3600.0 / per_h, mean_length_s, drawn: 0, next: begin };
        (per_h > 0.0).then(|| {
            new.take();
            new
        })
    }

    /// The next one; draws the one after it.
    fn take(&mut self) -> Span {
        let Span { from, fault, .. } = self.next;
        // Two numbers for each failure of each kind, so that the kinds share a stream.
        let step = |which: u64| (2 * self.drawn + which) * Fault::ALL.len() as u64 + fault as u64;
        let draw = |which, mean_s| SimTime::from_seconds(self.stream.exponential(step(which), mean_s).min(LONGEST_S));
        let from = from + draw(0, self.mean_gap_s).max(SimTime::from_millis(1));
        let mut next = Span { from, to: SimTime::END, fault };
        if !next.is_mended() {
            next.to = from + draw(1, self.mean_length_s);
        }
        self.drawn += 1;
        std::mem::replace(&mut self.next, next)
    }
}

impl Simulation {
    /// What fails and what works again by now.
    pub(super) fn fail(&mut self) {
        for index in 0..self.drones.len() {
            let is_due = self.drones[index].faults.is_due(self.now);
            let changes = if is_due { self.drones[index].faults.advance(self.now) } else { Vec::new() };
            for (fault, begins) in changes {
                let drone = self.drones[index].id;
                if begins {
                    self.happen(SimEvent::FaultBegan { drone, fault });
                    self.lose_charge(index, fault);
                } else {
                    self.happen(SimEvent::FaultEnded { drone, fault });
                }
            }
            if !self.drones[index].faults.is_sound() && self.drones[index].is_at_home() {
                self.mend(index);
            }
        }
    }

    /// A pack that fails takes its part of the charge with it.
    fn lose_charge(&mut self, index: usize, fault: Fault) {
        let drone = &mut self.drones[index];
        if fault == Fault::Battery && !drone.is_at_home() {
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
    use crate::units::entity;

    /// Two thousand drones for two hours: as many faults as a Poisson process has, and as long, within four standard errors.
    #[test]
    fn faults_come_at_their_rate_and_last_as_long() {
        let failures =
            Failures { scripted: Vec::new(), per_h: [0.0, 0.5, 0.0, 0.1], lasts: SimTime::from_millis(60_000) };
        let spans = |fault| -> Vec<Span> {
            let streams = (0..2000).map(|ordinal| RandomStream::new(11, Purpose::Failure, entity("fleet", ordinal)));
            let end = SimTime::from_seconds(7200.0);
            let of_drone = |stream| {
                let mut mishaps = Mishaps::new(&failures, fault, stream);
                std::iter::from_fn(move || mishaps.as_mut().map(Mishaps::take)).take_while(move |span| span.from < end)
            };
            streams.flat_map(of_drone).collect()
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
