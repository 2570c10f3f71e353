//! The plan that is seen from the side: that of the selected drone's sortie or, with none selected, the chosen one of the
//! alternatives. It is made once, when the plan changes, and read by whoever draws it.

mod chart;

use std::sync::Arc;

use bevy::prelude::*;
use jiff::Timestamp;

pub use chart::{Axes, Axis, Band, Curves};

use crate::frame::{DroneId, SimTime, SortieId};
use crate::message::Text;
use crate::mission::Task;
use crate::scenario::{FlownWay, ResolvedScenario};
use crate::traffic::route::{FlightPlan, ProfileStation, RouteProfile};
use crate::units::MissionId;
use crate::world::geo::Position;

use super::alternatives::Chosen;
use super::camera::Selected;
use super::course::{Course, Courses};
use super::moment::Moment;
use super::scene::Scene;

/// How many metres away from its plan a drone is taken to be for each second that it is early or late: so that of two places
/// where a route crosses itself the right one is found.
const METRES_A_SECOND: f64 = 1.0;

/// Whose plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// That of a sortie.
    Flight {
        /// Which.
        sortie: SortieId,
        /// What for.
        mission: MissionId,
        /// Which of the ways of its mission.
        way: u16,
        /// Whether it is on its way back.
        is_back: bool,
        /// When it left.
        started: SimTime,
    },
    /// One of the alternatives.
    Alternative(usize),
}

/// A plan from the side.
#[derive(Debug)]
pub struct Seen {
    /// Whose it is.
    pub subject: Subject,
    /// How it is flown.
    pub way: FlownWay,
    /// What is shown of it.
    pub profile: RouteProfile,
    /// By what, with what, how far, from when to when.
    pub line: Text,
}

/// The plan that is seen.
#[derive(Resource, Default)]
pub struct Profiles {
    subject: Option<Subject>,
    /// It; `None` where nothing is planned.
    pub seen: Option<Arc<Seen>>,
    /// Where the pointer is on it, m along it.
    pub pointed_m: Option<f64>,
}

/// Keeps [`Profiles`] at the selected drone's plan.
pub fn follow(
    scene: Res<Scene>,
    moment: Res<Moment>,
    selected: Res<Selected>,
    chosen: Res<Chosen>,
    courses: Res<Courses>,
    mut profiles: ResMut<Profiles>,
) {
    let subject = match selected.0 {
        Some(drone) => courses.with(|course| subject_of(course, drone, moment.time)),
        None => scene.alternatives.as_ref().map(|_| Subject::Alternative(chosen.0)),
    };
    if subject != profiles.subject {
        profiles.subject = subject;
        profiles.pointed_m = None;
        profiles.seen = subject.and_then(|subject| seen(&scene, subject)).map(Arc::new);
    }
}

/// The plan of the sortie that a drone is on at an instant.
fn subject_of(course: &Course, drone: DroneId, time: SimTime) -> Option<Subject> {
    let flight = course.flights.of(drone, time)?;
    let reserved = course.reservations.last().find(|stands| stands.sortie == flight.sortie);
    Some(Subject::Flight {
        sortie: flight.sortie,
        mission: flight.mission,
        way: reserved.map_or(0, |stands| stands.way),
        is_back: flight.is_on_its_way_back(time),
        started: flight.started,
    })
}

fn seen(scene: &Scene, subject: Subject) -> Option<Seen> {
    let scenario = &scene.scenario;
    let (way, aircraft, operator) = match subject {
        Subject::Flight { mission, way, is_back, started, .. } => {
            let route = scenario.missions.get(mission.index())?.route()?;
            let flyer = scenario.flyer(scenario.mission(mission).fleet, route);
            let mut ways = scenario.ways_of(route, &flyer).ok()?;
            // What is flown, by whichever of its ways, in place of what the route would be by itself.
            for (way, plan) in ways.iter_mut().zip(plans(scenario, mission, way)) {
                way.plan = plan;
            }
            let flown = scenario.fly(&flyer, ways, scenario.clock.timestamp(started));
            (flown.into_iter().nth(usize::from(is_back))?, flyer.aircraft, flyer.operator)
        }
        Subject::Alternative(index) => {
            let alternatives = scene.alternatives.as_ref()?;
            let flyer = alternatives.flyer.clone();
            (alternatives.flown(index, scenario)?, flyer.aircraft, flyer.operator)
        }
    };
    let profile = way.profile(scenario, operator.as_deref());
    let [departs, lands] = [way.departs, way.lands()].map(|at| scenario.clock.shown(at));
    let (kg, km) = (way.way.payload_kg, profile.length_m / 1000.0);
    let line = Text::new(
        format!("{} · {kg} kg · {km:.2} km · {departs} to {lands} as planned", aircraft.name.en),
        format!("{} · {kg} 千克 · {km:.2} 公里 · 计划 {departs} 至 {lands}", aircraft.name.zh),
    );
    Some(Seen { subject, way, profile, line })
}

/// The plans of a mission by one of its ways, in the order of flying.
fn plans(scenario: &ResolvedScenario, mission: MissionId, way: u16) -> Vec<Arc<FlightPlan>> {
    let mission = scenario.mission(mission);
    let [out_instead, back_instead] = mission.other_legs.of_way(way).map(|leg| leg.map(|leg| &leg.plan));
    match &mission.task {
        Task::Deliver { out, back, .. } => {
            vec![Arc::clone(out_instead.unwrap_or(out)), Arc::clone(back_instead.unwrap_or(back))]
        }
        Task::Round { circuit, .. } => vec![Arc::clone(out_instead.unwrap_or(circuit))],
        Task::Traffic(_) => Vec::new(),
    }
}

impl Seen {
    /// Where along the plan somebody at `position` is at an instant, m.
    pub fn along_m(&self, position: &Position, at: Timestamp) -> f64 {
        let late_s = |station: &ProfileStation| (at.as_millisecond() - station.at.as_millisecond()).abs();
        let pieces = self.profile.stations.windows(2).map(|pair| {
            let [a, b] = [&pair[0], &pair[1]];
            let (piece, to) = (b.position - a.position, position - a.position);
            let share = (piece.dot(&to) / piece.norm_squared().max(1e-9)).clamp(0.0, 1.0);
            let nearest = a.position + piece * share;
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of a flight")]
            let late_s = late_s(a) as f64 / 1000.0;
            let cost = (position - nearest).norm() + METRES_A_SECOND * late_s;
            (cost, a.along_m + (b.along_m - a.along_m) * share)
        });
        pieces.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0.0, |(_, along_m)| along_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Reservations, SimEvent, TimedEvent};
    use crate::viewer::course::Flights;
    use crate::viewer::samples::{ROUTE, scenario};

    const MISSION: MissionId = MissionId(0);

    fn scene() -> Scene {
        Scene::new(&scenario(ROUTE), 1.0, None)
    }

    fn subject(is_back: bool) -> Subject {
        let drone = DroneId::from_key(0);
        let sortie = SortieId { drone, ordinal: 0 };
        Subject::Flight { sortie, mission: MISSION, way: 0, is_back, started: SimTime::from_millis(60_000) }
    }

    /// What is seen is what `skygrid profile` shows: the same figures for the same departure.
    #[test]
    fn the_profile_is_that_of_the_command_line() {
        let scene = scene();
        let scenario = &scene.scenario;
        let route = scenario.mission(MISSION).route().unwrap();
        let flyer = scenario.flyer_of(route);
        let ways = scenario.ways_of(route, &flyer).unwrap();
        let flown = scenario.fly(&flyer, ways, scenario.clock.timestamp(SimTime::from_millis(60_000)));
        assert_eq!(flown.len(), 2, "there and back");
        for (way, is_back) in flown.iter().zip([false, true]) {
            let seen = seen(&scene, subject(is_back)).unwrap();
            assert_eq!(seen.profile, way.profile(scenario, flyer.operator.as_deref()));
            assert!(seen.profile.length_m > 2000.0 && seen.profile.battery_wh > seen.profile.at_end_wh);
        }
    }

    /// The route bends back over itself: of two places one above the other the time tells which it is.
    #[test]
    fn a_drone_is_found_on_its_plan_by_place_and_time() {
        let seen = seen(&scene(), subject(false)).unwrap();
        for station in seen.profile.stations.iter().step_by(7) {
            let aside = station.position + nalgebra::Vector3::new(3.0, -3.0, 2.0);
            let found_m = seen.along_m(&aside, station.at);
            assert!((found_m - station.along_m).abs() < 25.0, "{found_m} at {}", station.along_m);
        }
    }

    #[test]
    fn the_plan_seen_is_that_of_the_moment() {
        let drone = DroneId::from_key(0);
        let sortie = SortieId { drone, ordinal: 0 };
        let (zero, at) = (SimTime::ZERO, |second: i64| SimTime::from_millis(second * 1000));
        let order = crate::frame::OrderId { mission: MISSION, ordinal: 0 };
        let events = [
            (10, SimEvent::IntentFiled { sortie, mission: MISSION, way: 2, delay_ms: zero, volumes: Vec::new() }),
            (60, SimEvent::SortieStarted { sortie, mission: MISSION, order: Some(order), waited_ms: zero }),
            (300, SimEvent::Delivered { order, sortie, order_to_hand_ms: zero }),
        ];
        let (mut flights, mut reservations) = (Flights::default(), Reservations::default());
        for (second, event) in events {
            reservations.observe(at(second), &event);
            flights.observe(&TimedEvent { time: at(second), event });
        }
        let course = Course { flights: flights.into(), reservations: reservations.into(), ..Course::default() };
        let told = |second| match subject_of(&course, drone, at(second))? {
            Subject::Flight { way, is_back, started, .. } => Some((way, is_back, started)),
            Subject::Alternative(_) => None,
        };
        assert_eq!(told(30), None, "it has not left yet");
        assert_eq!(told(60), Some((2, false, at(60))));
        assert_eq!(told(300), Some((2, true, at(60))));
    }
}
