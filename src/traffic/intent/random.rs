//! Volumes and intents drawn at random, for tests.

use super::{IntentState, OperationalIntent, Outline, Priority, Volume4D};
use crate::units::{Purpose, RandomStream, SimTime};
use crate::world::geo::{Horizontal, Place};

const DRAW: RandomStream = RandomStream::new(61, Purpose::Traffic, 2);

/// The volume of a number: a box in any direction or the outline of a circle, within a few volumes of the origin.
pub fn volume(number: u64) -> Volume4D {
    let at = |n: u64, low, high| DRAW.between(16 * number + n, low, high);
    let centre = Place::new(at(0, -80.0, 80.0), at(1, -80.0, 80.0));
    let angle = at(2, 0.0, std::f64::consts::TAU);
    let direction = Horizontal::new(libm::cos(angle), libm::sin(angle));
    let outline = if at(3, 0.0, 1.0) < 0.2 {
        Outline::around(centre, at(4, 5.0, 60.0))
    } else {
        Outline::along(centre, direction, [-at(4, 1.0, 60.0), at(5, 1.0, 60.0)], [-at(6, 1.0, 30.0), at(7, 1.0, 30.0)])
    };
    let lower_amsl_m = at(8, 200.0, 260.0);
    let from_s = at(12, 0.0, 60.0);
    Volume4D {
        outline,
        lower_amsl_m,
        upper_amsl_m: lower_amsl_m + at(9, 2.0, 30.0),
        from: SimTime::from_seconds(from_s),
        to: SimTime::from_seconds(from_s + at(13, 1.0, 30.0)),
    }
}

/// The intent of a number: a chain of up to twelve boxes that follow each other, of ten minutes and half a square kilometre.
pub fn intent(number: u64) -> OperationalIntent {
    let draw = RandomStream::new(63, Purpose::Traffic, number);
    let (start_s, angle) = (draw.between(0, 0.0, 600.0), draw.between(1, 0.0, std::f64::consts::TAU));
    let direction = Horizontal::new(libm::cos(angle), libm::sin(angle));
    let mut at = Place::new(draw.between(2, -400.0, 400.0), draw.between(3, -400.0, 400.0));
    let count = 1 + draw.bits(4) % 12;
    let volumes = (0..count).map(|index| {
        let lower_amsl_m = draw.between(10 + index, 200.0, 290.0);
        let outline = Outline::along(at, direction, [-30.0, 110.0], [-30.0, 30.0]);
        at += direction * 80.0;
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let from_s = start_s + 6.0 * index as f64;
        Volume4D {
            outline,
            lower_amsl_m,
            upper_amsl_m: lower_amsl_m + 20.0,
            from: SimTime::from_seconds(from_s),
            to: SimTime::from_seconds(from_s + 16.0),
        }
    });
    OperationalIntent { priority: Priority::Delivery, state: IntentState::Accepted, volumes: volumes.collect() }
}
