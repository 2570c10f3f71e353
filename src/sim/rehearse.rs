//! Rehearsing a flight: it is flown in the mean air of the instant by the guidance that will fly it, so that what is reserved is
//! what will be flown.

use super::Simulation;
use super::advance::{has_touched_down, sinking};
use super::drone::{Destination, Flight, Stage};
use super::guide::seen;
use crate::aircraft::{AircraftType, Kinematics, advanced};
use crate::traffic::intent::Fix;
use crate::units::SimTime;
use crate::world::geo::Position;

/// Interval between the fixes of a rehearsal, and of one that stands.
const FIX_EVERY: SimTime = SimTime::from_millis(1000);
const FIX_EVERY_STANDING: SimTime = SimTime::from_millis(10_000);
/// Who has moved less since his last fix stands, m.
const STANDS_M: f64 = 0.5;
/// Longest flight that is rehearsed.
const LONGEST: SimTime = SimTime::from_millis(4 * 3_600_000);

/// A flight as it will be flown if nothing comes between.
pub(super) struct Rehearsal {
    /// Where it will be, from now to touching down, or to the end of what was asked.
    pub fixes: Vec<Fix>,
    /// When it is over.
    pub ends: SimTime,
}

impl Simulation {
    /// Flies a flight from a state at `from` on until it has landed, or until an instant.
    pub(super) fn rehearsed(
        &self,
        flight: &Flight,
        state: &Kinematics,
        aircraft: &AircraftType,
        [from, until]: [SimTime; 2],
    ) -> Rehearsal {
        let (step, air) = (self.scenario.clock.step, self.air.budgeted(&self.scenario));
        let (mut flight, mut state, mut now) = (flight.clone(), *state, from);
        let mut fixes = vec![Fix { at: now, position: state.position }];
        let last = until.min(from + LONGEST);
        while now < last {
            now += step;
            let wind = air(&state.position).wind;
            state = if flight.stage == Stage::Parachute {
                sinking(&state, aircraft, &wind, step)
            } else {
                flight.guide(&seen(&state, step), aircraft, now);
                advanced(&state, &flight.command, &wind, aircraft, step)
            };
            let comes_down = matches!(flight.stage, Stage::Landing | Stage::Parachute);
            let is_down = comes_down && self.is_over(&flight, &state.position);
            let known = fixes[fixes.len() - 1];
            let stands = (state.position - known.position).norm() < STANDS_M;
            let every = if stands { FIX_EVERY_STANDING } else { FIX_EVERY };
            if is_down || now - known.at >= every {
                fixes.push(Fix { at: now, position: state.position });
            }
            if is_down {
                break;
            }
        }
        if fixes[fixes.len() - 1].at < now {
            fixes.push(Fix { at: now, position: state.position });
        }
        Rehearsal { fixes, ends: now }
    }

    fn is_over(&self, flight: &Flight, position: &Position) -> bool {
        let is_anywhere = flight.destination == Destination::Below;
        has_touched_down(position, (!is_anywhere).then_some(&flight.landing), &self.scenario.terrain)
    }
}
