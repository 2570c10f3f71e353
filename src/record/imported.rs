//! Recorded real tracks as frames: fixes at any time become samples at every frame.
//!
//! Between two fixes a drone flies straight; a gap longer than a bound ends its flight, and it is not airborne in between.
//! Velocities are differences of positions. What is not known of a real drone is neutral: its battery is full, its
//! reports are exact.

use crate::frame::{DroneId, DroneSample, FlightPhase, MotionSample, SimTime};
use crate::world::geo::Position;

/// Speeds below which a drone hovers, m/s: along the ground, and up or down.
const HOVERS_BELOW_MPS: (f64, f64) = (1.0, 0.5);

/// How fixes become samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// Time between two frames.
    pub interval: SimTime,
    /// The longest time between two fixes of a flight.
    pub longest_gap: SimTime,
    /// The last instant there is a frame of; the first is 0.
    pub end: SimTime,
}

/// A fix that cannot follow the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// It is earlier.
    Back {
        /// The time of the fix before.
        previous: SimTime,
    },
    /// It has the same time, and another place.
    Twice,
}

/// The flights of one drone, as its fixes come in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedTrack {
    flights: Vec<ImportedFlight>,
    last: Option<(SimTime, Position)>,
    /// Whether the next fix begins a flight.
    is_paused: bool,
    fixes: usize,
}

/// Samples at consecutive frames.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ImportedFlight {
    /// The number of its first frame.
    first: i64,
    /// East, north and height above mean sea level, cm.
    positions_cm: Vec<[i32; 3]>,
}

impl ImportedTrack {
    /// Time of the last fix.
    pub fn last_time(&self) -> Option<SimTime> {
        self.last.map(|(time, _)| time)
    }

    /// Number of fixes.
    pub const fn fixes(&self) -> usize {
        self.fixes
    }

    /// Number of flights that a frame shows.
    pub const fn flights(&self) -> usize {
        self.flights.len()
    }

    /// Nothing is known between the last fix and the next one.
    pub const fn pause(&mut self) {
        self.is_paused = true;
    }

    /// Takes in the next fix; gives how many samples it makes.
    ///
    /// # Errors
    /// If it is not later than the one before; it is then left out.
    pub fn fix(&mut self, time: SimTime, position: Position, how: &Resampling) -> Result<usize, Disorder> {
        let previous = self.last;
        if let Some((before, place)) = previous {
            if time < before {
                return Err(Disorder::Back { previous: before });
            }
            if time == before {
                return if place == position { Ok(0) } else { Err(Disorder::Twice) };
            }
        }
        self.fixes += 1;
        self.last = Some((time, position));
        let paused = std::mem::replace(&mut self.is_paused, false);
        let known = previous
            .filter(|(before, _)| !paused && time.millis().saturating_sub(before.millis()) <= how.longest_gap.millis());
        Ok(match known {
            Some(previous) => self.fly(previous, (time, position), how),
            None => self.begin(time, position, how),
        })
    }

    /// A flight begins; its first fix is a sample if it has the time of a frame.
    fn begin(&mut self, time: SimTime, position: Position, how: &Resampling) -> usize {
        let is_seen = time.is_tick_of(how.interval) && (SimTime::ZERO..=how.end).contains(&time);
        if is_seen {
            let first = time.millis() / how.interval.millis();
            self.flights.push(ImportedFlight { first, positions_cm: vec![quantised(&position)] });
        }
        usize::from(is_seen)
    }

    /// The samples after `previous` up to `next`.
    fn fly(&mut self, previous: (SimTime, Position), next: (SimTime, Position), how: &Resampling) -> usize {
        let step = how.interval.millis().max(1);
        let first = previous.0.millis().max(-1).div_euclid(step) + 1;
        let last = next.0.millis().min(how.end.millis()).div_euclid(step);
        let mut count = 0;
        for tick in first..=last {
            let elapsed = (SimTime::from_millis(tick * step) - previous.0).seconds();
            let share = elapsed / (next.0 - previous.0).seconds();
            let position = previous.1 + (next.1 - previous.1) * share;
            self.add(tick, quantised(&position));
            count += 1;
        }
        count
    }

    fn add(&mut self, tick: i64, position_cm: [i32; 3]) {
        match self.flights.last_mut().filter(|flight| flight.end() == tick) {
            Some(flight) => flight.positions_cm.push(position_cm),
            None => self.flights.push(ImportedFlight { first: tick, positions_cm: vec![position_cm] }),
        }
    }

    /// The first and the last frame that it is in the air at.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((self.flights.first()?.first, self.flights.last()?.end() - 1))
    }

    /// The drone at a frame, by its number: in the air, or on the ground where it will begin or has ended.
    pub fn sample(&self, drone: DroneId, frame: i64, interval: SimTime) -> Option<DroneSample> {
        let after = self.flights.partition_point(|flight| flight.first <= frame);
        let flight = self.flights.get(after.saturating_sub(1))?;
        let (motion, phase) = match usize::try_from(frame - flight.first) {
            Ok(index) if index < flight.positions_cm.len() => flight.motion(index, interval),
            Ok(_) => (at_rest(*flight.positions_cm.last()?), FlightPhase::Parked),
            Err(_) => (at_rest(*flight.positions_cm.first()?), FlightPhase::Parked),
        };
        Some(DroneSample { motion, phase, ..parked(drone, [0; 3]) })
    }
}

impl ImportedFlight {
    /// The frame after its last.
    fn end(&self) -> i64 {
        self.first.saturating_add(i64::try_from(self.positions_cm.len()).unwrap_or(i64::MAX))
    }

    /// Position, velocity by the neighbours on both sides, and what it looks like.
    fn motion(&self, index: usize, interval: SimTime) -> (MotionSample, FlightPhase) {
        let (from, to) = (index.saturating_sub(1), (index + 1).min(self.positions_cm.len() - 1));
        let [from_cm, to_cm] = [from, to].map(|index| self.positions_cm[index].map(f64::from));
        #[expect(clippy::cast_precision_loss, reason = "one or two")]
        let elapsed_s = (to - from).max(1) as f64 * interval.seconds();
        let [east, north, up]: [f64; 3] = std::array::from_fn(|axis| (to_cm[axis] - from_cm[axis]) / elapsed_s);
        let (along_mps, up_mps) = (libm::hypot(east, north) / 100.0, up / 100.0);
        let phase = match HOVERS_BELOW_MPS {
            (least, _) if along_mps >= least => FlightPhase::Cruise,
            (_, least) if up_mps >= least => FlightPhase::TakeOff,
            (_, least) if up_mps <= -least => FlightPhase::Landing,
            _ => FlightPhase::Hover,
        };
        let velocity = [east, north, up].map(whole);
        let motion = MotionSample {
            velocity_east_cmps: velocity[0],
            velocity_north_cmps: velocity[1],
            climb_cmps: velocity[2],
            ..at_rest(self.positions_cm[index])
        };
        (motion, phase)
    }
}

/// A drone that stands somewhere, cm.
pub fn parked(drone: DroneId, position_cm: [i32; 3]) -> DroneSample {
    DroneSample {
        drone,
        motion: at_rest(position_cm),
        phase: FlightPhase::Parked,
        battery_permyriad: 10_000,
        reported_offset_cm: [0; 3],
        report_age_ms: 0,
        contingency: None,
    }
}

const fn at_rest([east_cm, north_cm, altitude_amsl_cm]: [i32; 3]) -> MotionSample {
    MotionSample { east_cm, north_cm, altitude_amsl_cm, velocity_east_cmps: 0, velocity_north_cmps: 0, climb_cmps: 0 }
}

/// A position in centimetres, as frames have it; saturates at 21 000 km.
pub fn quantised(position: &Position) -> [i32; 3] {
    [position.x, position.y, position.z].map(|metres| whole(metres * 100.0))
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is the documented behaviour")]
fn whole(value: f64) -> i32 {
    value.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::FleetId;

    const DRONE: DroneId = DroneId { fleet: FleetId(0), ordinal: 0 };
    const SECOND: SimTime = SimTime::from_millis(1000);

    fn how() -> Resampling {
        Resampling { interval: SECOND, longest_gap: SimTime::from_millis(10_000), end: SimTime::from_millis(100_000) }
    }

    fn at(seconds: f64) -> (SimTime, Position) {
        // 3 m/s to the east, climbing 1 m/s: exact at every time.
        (SimTime::from_seconds(seconds), Position::new(3.0 * seconds, 7.0, 100.0 + seconds))
    }

    fn taken(track: &mut ImportedTrack, fixes: &[f64]) {
        for (time, position) in fixes.iter().map(|seconds| at(*seconds)) {
            track.fix(time, position, &how()).unwrap();
        }
    }

    /// Whatever the times of the fixes, a straight flight is the same straight flight at the frames.
    #[test]
    fn a_straight_flight_stays_one() {
        let mut track = ImportedTrack::default();
        taken(&mut track, &[-3.2, 0.4, 0.9, 1.0, 4.75, 9.5, 9.6, 12.3]);
        assert_eq!((track.span(), track.flights()), (Some((0, 12)), 1));
        for frame in 0..=12 {
            let sample = track.sample(DRONE, frame, SECOND).unwrap();
            let seconds = SimTime::from_millis(frame * 1000).seconds();
            let [east, north, amsl] = sample.position_m();
            assert!((east - 3.0 * seconds).abs() < 0.006 && (north, amsl) == (7.0, 100.0 + seconds), "{sample:?}");
            assert_eq!((sample.velocity_mps(), sample.phase), ([3.0, 0.0, 1.0], FlightPhase::Cruise));
        }
        let after = track.sample(DRONE, 13, SECOND).unwrap();
        assert_eq!((after.phase, after.position_m()[0]), (FlightPhase::Parked, 36.0));
    }

    #[test]
    fn gaps_and_pauses_end_a_flight() {
        let mut track = ImportedTrack::default();
        taken(&mut track, &[1.0, 11.0, 21.5, 23.0]);
        track.pause();
        taken(&mut track, &[25.0, 26.0]);
        let spans: Vec<_> = track.flights.iter().map(|flight| (flight.first, flight.end() - 1)).collect();
        assert_eq!(spans, [(1, 11), (22, 23), (25, 26)]);
        assert_eq!(track.sample(DRONE, 24, SECOND).unwrap().phase, FlightPhase::Parked);
        assert_eq!(track.sample(DRONE, 0, SECOND).unwrap().motion.east_cm, 300);
        let mut track = ImportedTrack::default();
        for (time, position) in [1.0, 99.0, 200.0].map(at) {
            track.fix(time, position, &Resampling { longest_gap: SimTime::END, ..how() }).unwrap();
        }
        assert_eq!((track.span(), track.flights()), (Some((1, 100)), 1));
    }

    #[test]
    fn times_never_go_back() {
        let mut track = ImportedTrack::default();
        taken(&mut track, &[5.0, 6.0]);
        let (time, position) = at(6.0);
        assert_eq!(track.fix(time, position, &how()), Ok(0));
        assert_eq!(track.fix(time, position * 2.0, &how()), Err(Disorder::Twice));
        let back = Disorder::Back { previous: SimTime::from_millis(6000) };
        assert_eq!(track.fix(SimTime::ZERO, position, &how()), Err(back));
        assert_eq!((track.fixes(), track.last_time()), (2, Some(SimTime::from_millis(6000))));
    }
}
