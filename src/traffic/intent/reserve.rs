//! From what is meant to be flown to the volumes that are reserved for it.

use super::outline::Outline;
use super::volume::Volume4D;
use crate::units::SimTime;
use crate::world::geo::{Horizontal, Place, Position};

/// Where a drone means to be at an instant; it flies straight from one fix to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// The instant.
    pub at: SimTime,
    /// The position.
    pub position: Position,
}

/// How much room is reserved around what is meant to be flown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerances {
    /// To each side, m: half the horizontal minimum and how far a drone may stray.
    pub lateral_m: f64,
    /// Up and down, m: half the vertical minimum and how far a drone may stray.
    pub vertical_m: f64,
    /// How much earlier than meant a drone may be somewhere.
    pub early: SimTime,
    /// How much later.
    pub late: SimTime,
}

/// Longest volume along the path, without its ends, m: longer ones hold more air for longer, shorter ones are more to ask.
const LONGEST_M: f64 = 120.0;
/// Most that a path may bend within a volume, m.
const BEND_M: f64 = 4.0;
/// Most that it may rise or sink within one, m.
const RISE_M: f64 = 8.0;
/// Longest that a drone on its way may be in one.
const LASTS: SimTime = SimTime::from_millis(20_000);
/// Who has moved less stands, m: for as long as he stands, one volume does.
const STANDS_M: f64 = 3.0;

/// The volumes around a path, in the order of flying. If two intents have no volume in common, and who flies them is within the
/// tolerances of lateral, vertical and time beyond half the minima, they never lose separation. None for fewer than two fixes.
pub fn reserved(path: &[Fix], tolerances: &Tolerances) -> Vec<Volume4D> {
    let mut volumes = Vec::new();
    let mut first = 0;
    while first + 1 < path.len() {
        let mut piece = Piece::of(&path[first..first + 2]);
        let mut last = first + 1;
        while last + 1 < path.len() {
            let longer = Piece::of(&path[first..last + 2]);
            if !longer.is_one() {
                break;
            }
            (piece, last) = (longer, last + 1);
        }
        volumes.push(piece.grown(tolerances));
        first = last;
    }
    volumes
}

/// A part of a path and the box around it.
struct Piece {
    start: Place,
    /// Of length 1.
    direction: Horizontal,
    ahead_m: [f64; 2],
    aside_m: [f64; 2],
    amsl_m: [f64; 2],
    from: SimTime,
    to: SimTime,
}

impl Piece {
    /// The box in the direction from the first fix to the last.
    fn of(fixes: &[Fix]) -> Self {
        let (first, last) = (&fixes[0], &fixes[fixes.len() - 1]);
        let start = first.position.xy();
        let direction = (last.position.xy() - start).try_normalize(0.1).unwrap_or(Horizontal::x());
        let mut piece = Self {
            start,
            direction,
            ahead_m: [0.0; 2],
            aside_m: [0.0; 2],
            amsl_m: [first.position.z; 2],
            from: first.at,
            to: last.at,
        };
        let widen = |range: &mut [f64; 2], value: f64| *range = [range[0].min(value), range[1].max(value)];
        for fix in fixes {
            let away = fix.position.xy() - start;
            widen(&mut piece.ahead_m, direction.dot(&away));
            widen(&mut piece.aside_m, direction.perp(&away));
            widen(&mut piece.amsl_m, fix.position.z);
        }
        piece
    }

    /// Whether one volume does for it.
    fn is_one(&self) -> bool {
        let [ahead_m, aside_m, rise_m] = [self.ahead_m, self.aside_m, self.amsl_m].map(|[low, high]| high - low);
        let stands = ahead_m.max(aside_m).max(rise_m) < STANDS_M;
        let is_short = self.to - self.from <= LASTS;
        (stands || is_short) && ahead_m <= LONGEST_M && aside_m <= BEND_M && rise_m <= RISE_M
    }

    fn grown(&self, tolerances: &Tolerances) -> Volume4D {
        let beside = |[low, high]: [f64; 2]| [low - tolerances.lateral_m, high + tolerances.lateral_m];
        Volume4D {
            outline: Outline::along(self.start, self.direction, beside(self.ahead_m), beside(self.aside_m)),
            lower_amsl_m: self.amsl_m[0] - tolerances.vertical_m,
            upper_amsl_m: self.amsl_m[1] + tolerances.vertical_m,
            from: self.from - tolerances.early,
            to: self.to + tolerances.late,
        }
    }
}
