//! The course of the run: how many were airborne when, when conflicts began, and what else happened. Read in the
//! background, for the timeline and for jumping from event to event.

mod marks;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};

pub use marks::{Mark, Subject};

use crate::frame::{DroneId, SimEvent, SimTime, TimedEvent};

use super::source::{Replay, Source};

/// Columns of the airborne graph.
const COLUMNS: u32 = 240;
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
pub struct CoursePlugin;

impl Plugin for CoursePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Courses>().init_resource::<Reading>().add_systems(Update, keep_reading);
    }
}

fn keep_reading(replay: Res<Replay>, courses: Res<Courses>, mut reading: ResMut<Reading>) {
    if let Some(task) = &mut reading.task {
        if block_on(poll_once(task)).is_none() {
            return;
        }
        reading.task = None;
    }
    let end = replay.source.end();
    let rested = reading.begun.is_none_or(|begun| begun.elapsed() > AGAIN_AFTER);
    if reading.read_to != Some(end) && rested {
        let (source, courses) = (Arc::clone(&replay.source), courses.clone());
        reading.read_to = Some(end);
        reading.begun = Some(Instant::now());
        reading.task = Some(AsyncComputeTaskPool::get().spawn(async move { read(source.as_ref(), end, &courses) }));
    }
}

/// Reads events first, since keys need them, then the graph, column by column. What cannot be read is left out: the
/// moment shown reports the fault.
fn read(source: &dyn Source, end: SimTime, courses: &Courses) {
    let events = source.events().unwrap_or_default();
    let (alerts, marks) = (events.iter().filter_map(alert).collect(), events.iter().filter_map(Mark::of).collect());
    courses.change(|course| {
        course.alerts = alerts;
        course.marks = marks;
        course.events = events.iter().map(|event| event.time).collect();
        course.events.dedup();
    });
    let start = source.start();
    let span_ms = (end - start).millis();
    let mut airborne = Vec::new();
    for column in 0..=COLUMNS {
        let time = start + SimTime::from_millis(span_ms * i64::from(column) / i64::from(COLUMNS));
        if let Ok(frame) = source.frame_at(time) {
            let count = frame.drones.iter().filter(|sample| sample.phase.is_airborne()).count();
            airborne.push((time, u32::try_from(count).unwrap_or(u32::MAX)));
        }
    }
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
