//! The course of the run: how many were airborne when, when conflicts began, and what else happened. Read in the
//! background, for the timeline and for jumping from event to event.

mod marks;
mod sorties;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};

pub use marks::{Mark, Subject};
pub use sorties::Flights;

use crate::frame::{DroneId, Reservations, SimEvent, SimTime, TimedEvent};

use super::source::{Replay, Source};

/// A growing recording is read again after this long.
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// What the timeline shows.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Airborne drones at evenly spaced instants, as far as they have been read.
    pub airborne: Vec<(SimTime, u32)>,
    /// Beginnings of encounters and losses of separation, in the order of time.
    pub alerts: Vec<Alert>,
    /// What happened to drones and missions beside conflicts, in the order of time.
    pub marks: Vec<Mark>,
    /// Time of everything that happened, in order.
    pub events: Vec<SimTime>,
    /// Who was on which sortie when.
    pub flights: Arc<Flights>,
    /// What was reserved when.
    pub reservations: Arc<Reservations>,
    /// How often it was read; 0 before it was.
    pub readings: u32,
}

/// The beginning of an encounter or of a loss of separation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// When.
    pub time: SimTime,
    /// The pair.
    pub pair: [DroneId; 2],
    /// Whether separation was lost.
    pub loss: bool,
}

/// Something on the timeline that one may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub time: SimTime,
    /// The drone it concerns, one of two where it concerns a pair; `None` if it concerns a mission.
    pub drone: Option<DroneId>,
}

impl Course {
    /// The nearest tick of the timeline after or before `time`; only those of a drone, if given.
    pub fn stop(&self, time: SimTime, forward: bool, of: Option<DroneId>) -> Option<Stop> {
        let marks = self.marks.iter().map(|mark| (mark.time, [mark.subject.drone(); 2]));
        let alerts = self.alerts.iter().map(|alert| (alert.time, alert.pair.map(Some)));
        let ahead = |at: SimTime| if forward { at > time } else { at < time };
        let wanted = marks.chain(alerts).filter(|(at, drones)| ahead(*at) && (of.is_none() || drones.contains(&of)));
        let (time, [first, _]) = wanted.min_by_key(|(at, _)| (*at - time).millis().abs())?;
        Some(Stop { time, drone: of.or(first) })
    }

    /// The event before or after `time`.
    pub fn neighbour(&self, time: SimTime, forward: bool) -> Option<SimTime> {
        if forward {
            self.events.iter().copied().find(|&event| event > time)
        } else {
            self.events.iter().rev().copied().find(|&event| event < time)
        }
    }
}

/// The course as read so far, shared with the task that reads it.
#[derive(Resource, Clone, Default)]
pub struct Courses(Arc<Mutex<Course>>);

impl Courses {
    /// Looks at the course.
    pub fn with<R>(&self, look: impl FnOnce(&Course) -> R) -> R {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Course)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[derive(Resource, Default)]
struct Reading {
    task: Option<Task<()>>,
    read_to: Option<SimTime>,
    begun: Option<Instant>,
}

/// Keeps [`Courses`] up to date.
pub struct CoursePlugin {
    /// At how many instants airborne drones are counted.
    pub counts: u32,
}

impl Plugin for CoursePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Courses>()
            .init_resource::<Reading>()
            .insert_resource(Counts(self.counts))
            .add_systems(Update, keep_reading);
    }
}

/// At how many instants airborne drones are counted.
#[derive(Resource, Clone, Copy)]
struct Counts(u32);

fn keep_reading(replay: Res<Replay>, courses: Res<Courses>, counts: Res<Counts>, mut reading: ResMut<Reading>) {
    if let Some(task) = &mut reading.task {
        if block_on(poll_once(task)).is_none() {
            return;
        }
        reading.task = None;
    }
    let end = replay.source.end();
    let rested = reading.begun.is_none_or(|begun| begun.elapsed() > AGAIN_AFTER);
    if reading.read_to != Some(end) && rested {
        let (source, courses, Counts(counts)) = (Arc::clone(&replay.source), courses.clone(), *counts);
        reading.read_to = Some(end);
        reading.begun = Some(Instant::now());
        reading.task = Some(AsyncComputeTaskPool::get().spawn(async move {
            read_events(source.as_ref(), &courses);
            count_airborne(source.as_ref(), (end, counts), &courses);
        }));
    }
}

/// Reads what happened, first, since keys and layers need it. What cannot be read is left out: the moment shown reports
/// the fault.
fn read_events(source: &dyn Source, courses: &Courses) {
    let events = source.events().unwrap_or_default();
    let (mut flights, mut reservations) = (Flights::default(), Reservations::default());
    for event in &events {
        flights.observe(event);
        reservations.observe(event.time, &event.event);
    }
    let (alerts, marks) = (events.iter().filter_map(alert).collect(), events.iter().filter_map(Mark::of).collect());
    courses.change(|course| {
        course.alerts = alerts;
        course.marks = marks;
        course.events = events.iter().map(|event| event.time).collect();
        course.events.dedup();
        course.flights = Arc::new(flights);
        course.reservations = Arc::new(reservations);
        course.readings += 1;
    });
}

/// Counts airborne drones, instant by instant.
fn count_airborne(source: &dyn Source, (end, counts): (SimTime, u32), courses: &Courses) {
    let start = source.start();
    let span_ms = (end - start).millis();
    let last = i64::from(counts.saturating_sub(1)).max(1);
    let instants = (0..i64::from(counts)).map(|count| start + SimTime::from_millis(span_ms * count / last));
    let airborne = instants.filter_map(|time| {
        let frame = source.frame_at(time).ok()?;
        let count = frame.drones.iter().filter(|sample| sample.phase.is_airborne()).count();
        Some((time, u32::try_from(count).unwrap_or(u32::MAX)))
    });
    let airborne = airborne.collect();
    courses.change(|course| course.airborne = airborne);
}

fn alert(event: &TimedEvent) -> Option<Alert> {
    let (pair, loss) = match event.event {
        SimEvent::EncounterOpened { own, intruder, .. } => ([own, intruder], false),
        SimEvent::LossOfSeparation { own, intruder, .. } => ([own, intruder], true),
        _ => return None,
    };
    Some(Alert { time: event.time, pair, loss })
}

#[cfg(test)]
mod tests {
    use super::marks::MarkKind;
    use super::*;
    use crate::frame::MissionId;

    #[test]
    fn ticks_of_all_kinds_are_gone_to_both_ways() {
        let (a, b, c) = (DroneId::from_key(0), DroneId::from_key(1), DroneId::from_key(2));
        let at = SimTime::from_millis;
        let alert = |millis, pair| Alert { time: at(millis), pair, loss: false };
        let mark = |millis, kind, subject| Mark { time: at(millis), kind, subject };
        let course = Course {
            alerts: vec![alert(10, [a, b]), alert(30, [b, c])],
            marks: vec![
                mark(20, MarkKind::Stranded, Subject::Drone(a)),
                mark(40, MarkKind::Resumed, Subject::Mission(MissionId(0))),
            ],
            ..Course::default()
        };
        let go =
            |millis, forward, of| course.stop(at(millis), forward, of).map(|stop| (stop.time.millis(), stop.drone));
        let onward: Vec<_> = [0, 10, 20, 30, 40].into_iter().map(|millis| go(millis, true, None)).collect();
        assert_eq!(onward, [Some((10, Some(a))), Some((20, Some(a))), Some((30, Some(b))), Some((40, None)), None]);
        assert_eq!(go(40, false, None), Some((30, Some(b))));
        assert_eq!(go(10, false, None), None);
        assert_eq!(go(0, true, Some(c)), Some((30, Some(c))));
        assert_eq!(go(40, false, Some(a)), Some((20, Some(a))));
    }

    #[test]
    fn events_are_stepped_through_both_ways() {
        let course = Course { events: [10, 20].map(SimTime::from_millis).to_vec(), ..Course::default() };
        assert_eq!(course.neighbour(SimTime::from_millis(10), true), Some(SimTime::from_millis(20)));
        assert_eq!(course.neighbour(SimTime::from_millis(10), false), None);
    }
}
