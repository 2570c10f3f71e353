//! When a drone is where along a plan, and what it has drawn of its battery by then.

use jiff::Timestamp;

use super::{PlannedFlight, Setting};
use crate::aircraft::Air;
use crate::traffic::route::budget::{HeldBack, Stretch, cost, hold_at, latest_s, piece, upright};
use crate::units::SimTime;
use crate::world::geo::{Horizontal, Position};

/// How much earlier than planned a drone may be, as a share of the time since it left.
const EARLY_SHARE: f64 = 0.05;

/// A drone at a point of its plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passing {
    /// When it arrives, s after it left the ground.
    pub arrives_s: f64,
    /// When it goes on, after its hold, s.
    pub leaves_s: f64,
    /// What it has drawn of its battery when it goes on, Wh.
    pub drawn_wh: f64,
    /// Speed over ground to the next point, m/s.
    pub ground_mps: f64,
    /// Rate of climb to the next point, m/s.
    pub climb_mps: f64,
    /// Halts so far, the one it left from included.
    halts: f64,
}

/// The times of a flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Timetable {
    /// One for each point of the plan.
    pub passings: Vec<Passing>,
    /// Pieces, by the point they begin at, on which the wind is too strong; they are timed and charged as in still air.
    pub held_back: Vec<usize>,
    /// When it is down, s after it left the ground.
    pub lands_s: f64,
    /// What it has drawn by then, Wh.
    pub drawn_wh: f64,
}

impl Timetable {
    /// The times of a flight, from ground to ground, through the air of each place and instant.
    pub fn of(flight: &PlannedFlight<'_>, setting: &Setting<'_>) -> Self {
        let (aircraft, points, terrain) = (flight.flier.aircraft, &flight.plan.points, setting.airspace.terrain());
        let air = |time_s: f64| {
            let at = flight.instant(time_s);
            move |position: &Position| setting.air(position, at)
        };
        let wh = |stretch: &Stretch| cost(stretch, &flight.flier).energy_wh.total();
        let up = upright(&flight.plan.start().position, aircraft.climb_mps, terrain, &air(0.0));
        let (mut time_s, mut drawn_wh, mut halts) = (up.time_s, wh(&up), 1.0);
        let (mut passings, mut held_back) = (Vec::with_capacity(points.len()), Vec::new());
        for (index, point) in points.iter().enumerate() {
            let arrives_s = time_s;
            if let Some(hold) = hold_at(point, aircraft, &air(time_s)).filter(|_| index > 0) {
                (time_s, drawn_wh) = (time_s + hold.time_s, drawn_wh + wh(&hold));
                halts += 1.0;
            }
            let mut passing = Passing { arrives_s, leaves_s: time_s, drawn_wh, ground_mps: 0.0, climb_mps: 0.0, halts };
            if let Some(pair) = points.get(index..index + 2) {
                let flown = piece(pair, aircraft, &air(time_s)).or_else(|HeldBack { .. }| {
                    held_back.push(index);
                    let still = |position: &Position| Air { wind: Horizontal::zeros(), ..air(time_s)(position) };
                    piece(pair, aircraft, &still)
                });
                if let Ok(stretch) = flown {
                    (time_s, drawn_wh) = (time_s + stretch.time_s, drawn_wh + wh(&stretch));
                    passing.ground_mps = stretch.velocity.norm();
                    passing.climb_mps = stretch.climb_mps;
                }
            }
            passings.push(passing);
        }
        let down = upright(&flight.plan.end().position, -aircraft.descent_mps, terrain, &air(time_s));
        Self { passings, held_back, lands_s: time_s + down.time_s, drawn_wh: drawn_wh + wh(&down) }
    }

    /// From when to when, s after it left the ground, the drone may be between two points: up to 5 % of the time earlier
    /// than planned; 5 % and 10 s for each halt later, which is what [`longest_s`](crate::traffic::route::longest_s) allows.
    pub fn window_s(&self, from: usize, to: usize) -> [f64; 2] {
        let (first, last) = (&self.passings[from], &self.passings[to]);
        [first.arrives_s * (1.0 - EARLY_SHARE), latest_s(last.leaves_s, last.halts)]
    }

    /// The same for being down.
    pub fn landing_window_s(&self) -> [f64; 2] {
        let last = &self.passings[self.passings.len() - 1];
        [last.arrives_s * (1.0 - EARLY_SHARE), latest_s(self.lands_s, last.halts + 1.0)]
    }
}

impl PlannedFlight<'_> {
    /// The instant so many seconds after it left the ground.
    pub fn instant(&self, time_s: f64) -> Timestamp {
        SimTime::from_seconds(time_s).after(self.departs)
    }
}
