//! A drone's reports of its position on their way over the link: lost in bursts, late, never out of order.

use super::Reception;
use super::link::{Burst, LinkParameters};
use crate::units::{Ahead, RandomStream, SimTime};
use crate::world::geo::{Position, Velocity};

/// Most reports on their way at once; one more is lost, as it would be in a full queue.
const MOST_ON_THE_WAY: usize = 4;
/// Numbers fetched at once: as many as the generator makes at once.
const AHEAD: usize = 32;

/// What a drone says of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// When it was true.
    pub taken: SimTime,
    /// Where the drone believes to be.
    pub position: Position,
    /// Its velocity over ground.
    pub velocity: Velocity,
}

/// The link of one drone: what it has sent and what has arrived.
#[derive(Clone, Debug)]
pub struct Reporter {
    draws: Ahead<AHEAD>,
    burst: Burst,
    /// Reports on their way with their arrival: a ring.
    on_the_way: [Option<(SimTime, Report)>; MOST_ON_THE_WAY],
    /// Where in it the oldest is, or the next will be.
    oldest: usize,
    latest: Report,
    heard: SimTime,
}

impl Reporter {
    /// A link that works, with what is known when it begins, and the stream (of `Purpose::Link` and the drone) of its luck.
    pub fn new(known: Report, stream: RandomStream) -> Self {
        Self {
            draws: Ahead::new(stream),
            burst: Burst::GOOD,
            on_the_way: [None; MOST_ON_THE_WAY],
            oldest: 0,
            latest: known,
            heard: known.taken,
        }
    }

    /// Sends a report; whether it is lost and how long it takes is drawn at the number of its interval.
    pub fn send(&mut self, report: Report, reception: &Reception, link: &LinkParameters) {
        let number = report.taken.millis().max(0).unsigned_abs() / link.report_interval.millis().max(1).unsigned_abs();
        let loss = link.loss_probability(reception.power_dbm);
        if self.burst.loses(loss, link.mean_burst, self.draws.uniform(2 * number)) {
            return;
        }
        let [base_s, tail_s] = reception.technology.latency_s();
        let delay_s = base_s + self.draws.exponential(2 * number + 1, tail_s);
        let arrival = report.taken + SimTime::from_seconds(delay_s);
        // One that would overtake another arrives with it.
        let last = self.on_the_way.iter().flatten().map(|(arrival, _)| *arrival).max();
        let arrival = last.map_or(arrival, |last| last.max(arrival));
        let places = (0..MOST_ON_THE_WAY).map(|behind| (self.oldest + behind) % MOST_ON_THE_WAY);
        if let Some(free) = places.into_iter().find(|&place| self.on_the_way[place].is_none()) {
            self.on_the_way[free] = Some((arrival, report));
        }
    }

    /// Takes in what has arrived by `now`.
    pub fn receive(&mut self, now: SimTime) {
        while let Some((arrival, report)) = self.on_the_way[self.oldest].filter(|(arrival, _)| *arrival <= now) {
            (self.latest, self.heard) = (report, arrival);
            self.on_the_way[self.oldest] = None;
            self.oldest = (self.oldest + 1) % MOST_ON_THE_WAY;
        }
    }

    /// The last report that has arrived, or what was known at the beginning.
    pub const fn latest(&self) -> &Report {
        &self.latest
    }

    /// How old that is.
    pub fn age(&self, now: SimTime) -> SimTime {
        now - self.latest.taken
    }

    /// When something last came through.
    pub const fn heard(&self) -> SimTime {
        self.heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Purpose;
    use crate::world::coverage::Technology;
    use crate::world::coverage::link::tests::LINK;

    const NEAR: Reception = Reception { power_dbm: -60.0, technology: Technology::Lte };

    fn report(second: i64) -> Report {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let position = Position::new(second as f64, 0.0, 100.0);
        Report { taken: SimTime::from_millis(second * 1000), position, velocity: Velocity::zeros() }
    }

    /// Sent each second, looked at each tenth: what is known never goes back, is whole, and is as old as it says.
    #[test]
    fn reports_arrive_in_order_and_lost_ones_keep_the_older() {
        let stream = RandomStream::new(5, Purpose::Link, 8);
        let edge = Reception { power_dbm: -95.0, ..NEAR };
        let mut reporter = Reporter::new(report(0), stream);
        let (mut known, mut missed) = (SimTime::from_millis(-1), 0);
        for tenth in 0..20_000 {
            let now = SimTime::from_millis(tenth * 100);
            if now.is_tick_of(LINK.report_interval) {
                reporter.send(report(tenth / 10), &edge, &LINK);
            }
            reporter.receive(now);
            let latest = *reporter.latest();
            assert!(latest.taken >= known && latest.taken <= now && reporter.heard() <= now);
            assert!((latest.position.x - latest.taken.seconds()).abs() < 1e-12);
            assert_eq!(reporter.age(now), now - latest.taken);
            if latest.taken > known && known >= SimTime::ZERO {
                missed += (latest.taken - known).millis() / 1000 - 1;
            }
            known = latest.taken;
        }
        let expected = 2000.0 * LINK.loss_probability(-95.0);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let missed = missed as f64;
        assert!((missed - expected).abs() < 5.0 * (expected * 6.0).sqrt(), "{missed} {expected}");
    }

    /// Medians and 99.9 % of the technologies against the requirement for waypoint control, 1 s (3GPP TS 22.125), and what
    /// is published of them.
    #[test]
    fn latencies_are_what_is_published() {
        let stream = RandomStream::new(5, Purpose::Link, 9);
        for (technology, median_s, nine_of_ten_s) in
            [(Technology::Lte, 0.064, 0.100), (Technology::Nr, 0.022, 0.040), (Technology::Radio, 0.028, 0.050)]
        {
            let mut reporter = Reporter::new(report(0), stream);
            let mut delays_s = Vec::new();
            for second in 0..40_000 {
                reporter.send(report(second), &Reception { power_dbm: -60.0, technology }, &LINK);
                delays_s.extend(
                    reporter.on_the_way[reporter.oldest].map(|(arrival, report)| (arrival - report.taken).seconds()),
                );
                reporter.receive(report(second + 1).taken);
            }
            delays_s.sort_by(f64::total_cmp);
            let share_s = |per_mille: usize| delays_s[delays_s.len() * per_mille / 1000];
            assert!((share_s(500) - median_s).abs() < 0.001, "{technology:?}: {}", share_s(500));
            assert!(share_s(900) < nine_of_ten_s, "{technology:?}: {}", share_s(900));
            assert!(share_s(999) < 1.0, "{technology:?}: {}", share_s(999));
        }
    }

    #[test]
    fn a_silent_link_is_lost_after_its_time_and_comes_back() {
        let stream = RandomStream::new(5, Purpose::Link, 10);
        let nothing = Reception { power_dbm: -300.0, ..NEAR };
        let mut reporter = Reporter::new(report(0), stream);
        let mut lost = Vec::new();
        for second in 0..60 {
            let now = SimTime::from_millis(second * 1000);
            let reception = if (10..30).contains(&second) { nothing } else { NEAR };
            reporter.receive(now);
            reporter.send(report(second), &reception, &LINK);
            if LINK.is_lost(reporter.heard(), now) {
                lost.push(second);
            }
        }
        // The burst that the outage is may outlast it by a few reports.
        let ends = 15 + i64::try_from(lost.len()).unwrap();
        assert!(lost == (15..ends).collect::<Vec<i64>>() && (31..45).contains(&ends), "{lost:?}");
    }

    /// A report that takes longer than the next does not fall behind it, and no more than the queue holds is on its way.
    #[test]
    fn nothing_overtakes() {
        let stream = RandomStream::new(5, Purpose::Link, 11);
        let link = LinkParameters { report_interval: SimTime::from_millis(10), ..LINK };
        let mut reporter = Reporter::new(report(0), stream);
        for step in 0..8 {
            let report = Report { taken: SimTime::from_millis(step * 10), ..report(0) };
            reporter.send(report, &NEAR, &link);
        }
        let arrivals: Vec<SimTime> = reporter.on_the_way.iter().flatten().map(|(arrival, _)| *arrival).collect();
        assert!(arrivals.len() == MOST_ON_THE_WAY && arrivals.is_sorted(), "{arrivals:?}");
    }
}
