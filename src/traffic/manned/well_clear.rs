//! Well clear: whether a drone keeps out of the volume around a manned aircraft, and the episodes in which it does not.

use std::collections::BTreeMap;

use crate::traffic::conflict::Motion;
use crate::units::{DroneId, MannedId, SimTime};
use crate::world::geo::{Position, Velocity};

/// The volume around a manned aircraft. A drone is well clear of it if its horizontal distance is at least `horizontal_m`
/// **or** its vertical distance at least `vertical_m`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WellClear {
    /// Horizontal distance, m.
    pub horizontal_m: f64,
    /// Vertical distance, m.
    pub vertical_m: f64,
}

impl Default for WellClear {
    /// 2000 ft and 250 ft (ASTM F3442/F3442M, detect and avoid; M). The standard has small aircraft and helicopters in
    /// mind; for want of another figure airliners get the same.
    fn default() -> Self {
        Self { horizontal_m: 609.6, vertical_m: 76.2 }
    }
}

/// A manned aircraft at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannedAircraft {
    /// Which movement.
    pub aircraft: MannedId,
    /// Where it is.
    pub position: Position,
    /// Its velocity.
    pub velocity: Velocity,
    /// The volume around it.
    pub well_clear: WellClear,
}

/// A drone inside the volume around a manned aircraft.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Infringement {
    /// The drone.
    pub drone: DroneId,
    /// The aircraft.
    pub aircraft: MannedId,
    /// Horizontal distance, m.
    pub horizontal_m: f64,
    /// Vertical distance, m.
    pub vertical_m: f64,
}

/// Every drone inside the volume around a manned aircraft; drones and aircraft are in the order of their ids, and so is
/// what is found. Aircraft are few: each pair is asked.
pub fn infringements<'a>(drones: impl Iterator<Item = &'a Motion>, aircraft: &[MannedAircraft]) -> Vec<Infringement> {
    let pairs = drones.flat_map(|drone| aircraft.iter().map(move |aircraft| (drone, aircraft)));
    pairs.filter_map(|(drone, aircraft)| infringement(drone, aircraft)).collect()
}

fn infringement(drone: &Motion, aircraft: &MannedAircraft) -> Option<Infringement> {
    let between = drone.position - aircraft.position;
    let volume = &aircraft.well_clear;
    let (horizontal_m, vertical_m) = (between.xy().norm(), between.z.abs());
    let is_inside = vertical_m < volume.vertical_m && horizontal_m < volume.horizontal_m;
    is_inside.then_some(Infringement { drone: drone.drone, aircraft: aircraft.aircraft, horizontal_m, vertical_m })
}

/// What changed at a detection tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WellClearChange {
    /// A drone and an aircraft are no longer well clear of each other.
    Lost(Infringement),
    /// They are again, or one of them has left the air.
    Regained {
        /// The drone.
        drone: DroneId,
        /// The aircraft.
        aircraft: MannedId,
        /// How long they were not.
        duration: SimTime,
        /// Smallest horizontal distance seen at a tick, m.
        least_horizontal_m: f64,
    },
}

/// All pairs that are not well clear.
#[derive(Clone, Debug, Default)]
pub struct WellClearMonitor {
    open: BTreeMap<(DroneId, MannedId), Episode>,
}

#[derive(Clone, Copy, Debug)]
struct Episode {
    since: SimTime,
    least_horizontal_m: f64,
}

impl WellClearMonitor {
    /// Takes in what one detection tick found, in the order of pairs, and says what changed: first what ends, then pair by
    /// pair what begins.
    pub fn update(&mut self, now: SimTime, found: &[Infringement]) -> Vec<WellClearChange> {
        let mut changes = Vec::new();
        self.open.retain(|&(drone, aircraft), episode| {
            let is_open = found.binary_search_by_key(&(drone, aircraft), |one| (one.drone, one.aircraft)).is_ok();
            if !is_open {
                let (duration, least_horizontal_m) = (now - episode.since, episode.least_horizontal_m);
                changes.push(WellClearChange::Regained { drone, aircraft, duration, least_horizontal_m });
            }
            is_open
        });
        for one in found {
            let episode = self.open.entry((one.drone, one.aircraft)).or_insert_with(|| {
                changes.push(WellClearChange::Lost(*one));
                Episode { since: now, least_horizontal_m: one.horizontal_m }
            });
            episode.least_horizontal_m = episode.least_horizontal_m.min(one.horizontal_m);
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::conflict::ProtectedZone;
    use crate::units::FleetId;

    const DRONE: DroneId = DroneId { fleet: FleetId(0), ordinal: 3 };
    const AIRCRAFT: MannedId = MannedId { entry: 1, movement: 0 };

    fn asked(east_m: f64, up_m: f64) -> Vec<Infringement> {
        let drone = Motion {
            drone: DRONE,
            position: Position::new(10.0, 20.0, 100.0),
            velocity: Velocity::zeros(),
            zone: ProtectedZone { horizontal_m: 50.0, vertical_m: 15.0 },
        };
        let aircraft = MannedAircraft {
            aircraft: AIRCRAFT,
            position: drone.position + Velocity::new(east_m, 0.0, up_m),
            velocity: Velocity::zeros(),
            well_clear: WellClear::default(),
        };
        infringements([drone].iter(), &[aircraft])
    }

    /// Both distances have to be too small; on the edge a drone is well clear.
    #[test]
    fn the_volume_is_a_cylinder() {
        for (east_m, up_m, inside) in [
            (0.0, 0.0, true),
            (609.5, 76.1, true),
            (-609.5, -76.1, true),
            (609.7, 0.0, false),
            (0.0, 76.3, false),
            (0.0, -76.3, false),
        ] {
            assert_eq!(asked(east_m, up_m).len(), usize::from(inside), "{east_m} {up_m}");
        }
        let edge = Infringement { drone: DRONE, aircraft: AIRCRAFT, horizontal_m: 300.0, vertical_m: 50.0 };
        assert_eq!(asked(300.0, 50.0), [edge]);
    }

    /// An aircraft passes at 60 m/s, abeam at 300 m: inside while |60 t| < √(609.6² − 300²) = 530.7 m, at the ticks from
    /// −8 s to +8 s.
    #[test]
    fn a_pass_is_one_episode() {
        let mut monitor = WellClearMonitor::default();
        let mut story = Vec::new();
        for second in -20..=20_i32 {
            let east_m = 60.0 * f64::from(second);
            let found = asked(libm::hypot(east_m, 300.0), 50.0);
            story.extend(
                monitor.update(SimTime::from_millis(i64::from(second) * 1000), &found).into_iter().map(|c| (second, c)),
            );
        }
        let [(-8, WellClearChange::Lost(lost)), (9, WellClearChange::Regained { duration, least_horizontal_m, .. })] =
            story[..]
        else {
            panic!("{story:?}")
        };
        assert!((lost.horizontal_m - libm::hypot(480.0, 300.0)).abs() < 1e-9);
        assert_eq!(duration, SimTime::from_millis(17_000));
        assert!((least_horizontal_m - 300.0).abs() < 1e-9);
    }
}
