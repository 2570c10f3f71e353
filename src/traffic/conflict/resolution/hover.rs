//! Hover and wait: who has no right of way stands still until the other has passed.

use super::{Intruder, Own, Resolver};
use crate::aircraft::AircraftType;
use crate::world::geo::Velocity;

/// Stands in the air while somebody with equal or better right of way crosses; of two equals the one with the greater id. It
/// helps where paths cross; who flies at a drone that stands meets it all the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoverAndWait;

impl Resolver for HoverAndWait {
    fn velocity(&self, own: &Own, intruders: &[Intruder]) -> Velocity {
        let gives_way = |intruder: &Intruder| {
            intruder.share > 0.5 || (intruder.share > 0.0 && own.motion.drone > intruder.motion.drone)
        };
        if intruders.iter().any(gives_way) { Velocity::zeros() } else { own.wanted }
    }

    fn suits(&self, aircraft: &AircraftType) -> bool {
        aircraft.wing().is_none()
    }
}
