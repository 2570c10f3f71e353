//! What is in the way of a drone besides other drones: ground, ceiling, obstacles and zones, told in the words of conflicts. It is
//! *foretold* with a level when it lies within the look-ahead, *entered* when the drone is there, and the episode of a drone with
//! one hazard is one alert.

use serde::{Deserialize, Serialize};

use super::AlertLevel;
use super::monitor::LINGERS;
use crate::message::words::Word;
use crate::units::{DroneId, SimTime};
use crate::world::airspace::{Denial, Limit};

/// What kind of thing is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hazard {
    /// The edge of the area.
    Area,
    /// The ceiling surface.
    Ceiling,
    /// The ground, or its clearance.
    Terrain,
    /// An obstacle, or its clearance.
    Obstacle,
    /// A place where one may not fly, or not without an approval.
    Zone,
}

impl Hazard {
    /// The hazard for which a segment may not be flown.
    pub const fn of(denial: &Denial) -> Self {
        match denial {
            Denial::OutsideArea(_) => Self::Area,
            Denial::AboveCeiling(_) => Self::Ceiling,
            Denial::UnderGround(_) | Denial::TooLow(_) => Self::Terrain,
            Denial::Obstacle { .. } => Self::Obstacle,
            Denial::Prohibited { .. } | Denial::NotApproved { .. } => Self::Zone,
        }
    }

    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Area => Word::new("edge of the area", "区域边界"),
            Self::Ceiling => Word::new("ceiling", "限高面"),
            Self::Terrain => Word::new("terrain", "地形"),
            Self::Obstacle => Word::new("obstacle", "障碍物"),
            Self::Zone => Word::new("zone", "限制空域"),
        }
    }
}

/// A hazard in the way of a drone that flies on as it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HazardAhead {
    /// Whose way.
    pub drone: DroneId,
    /// What is in it.
    pub hazard: Hazard,
    /// The rule, where it is one.
    pub limit: Option<Limit>,
    /// When the drone is there, s from now; 0 if it is there now.
    pub entry_s: f64,
}

/// What changed at a detection tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HazardChange {
    /// A hazard is within the look-ahead, or has become more urgent.
    Foretold {
        /// What and whose.
        ahead: HazardAhead,
        /// How urgent.
        level: AlertLevel,
    },
    /// The drone is there.
    Entered {
        /// What and whose.
        ahead: HazardAhead,
    },
    /// It has not been in the way for some seconds.
    Over {
        /// Whose.
        drone: DroneId,
        /// What.
        hazard: Hazard,
        /// From when it was first told to when it was last in the way.
        lasted: SimTime,
        /// Whether the drone was there.
        was_entered: bool,
    },
}

/// The alert of a drone.
#[derive(Clone, Debug)]
struct Alert {
    drone: DroneId,
    hazard: Hazard,
    limit: Option<Limit>,
    since: SimTime,
    level: AlertLevel,
    was_entered: bool,
    quiet_since: Option<SimTime>,
}

/// All open alerts.
#[derive(Clone, Debug, Default)]
pub struct HazardMonitor {
    /// In the order of drones.
    open: Vec<Alert>,
}

impl HazardMonitor {
    /// Takes in the hazards of a detection tick, in the order of drones and at most one of each, and says what changed, drone
    /// by drone.
    pub fn update(&mut self, now: SimTime, found: &[HazardAhead], look_ahead: SimTime) -> Vec<HazardChange> {
        let mut changes = Vec::new();
        let mut before = std::mem::take(&mut self.open).into_iter().peekable();
        for ahead in found {
            while let Some(alert) = before.next_if(|alert| alert.drone < ahead.drone) {
                self.open.extend(alert.quiet(now, &mut changes));
            }
            let known = before.next_if(|alert| alert.drone == ahead.drone);
            let known =
                known.and_then(|alert| if alert.is_of(ahead) { Some(alert) } else { alert.end(now, &mut changes) });
            self.open.push(Alert::seen(known, now, ahead, look_ahead, &mut changes));
        }
        for alert in before {
            self.open.extend(alert.quiet(now, &mut changes));
        }
        changes
    }
}

impl Alert {
    fn is_of(&self, ahead: &HazardAhead) -> bool {
        self.hazard == ahead.hazard && self.limit == ahead.limit
    }

    /// The alert after a tick at which its hazard is in the way.
    fn seen(
        known: Option<Self>,
        now: SimTime,
        ahead: &HazardAhead,
        look_ahead: SimTime,
        changes: &mut Vec<HazardChange>,
    ) -> Self {
        let before = known.as_ref().map(|alert| alert.level);
        let level = before.unwrap_or(AlertLevel::Advisory).next(ahead.entry_s, look_ahead);
        if before.is_none_or(|before| before < level) {
            changes.push(HazardChange::Foretold { ahead: *ahead, level });
        }
        let is_there = ahead.entry_s <= 0.0;
        let was_there = known.as_ref().is_some_and(|alert| alert.was_entered);
        if is_there && !was_there {
            changes.push(HazardChange::Entered { ahead: *ahead });
        }
        Self {
            drone: ahead.drone,
            hazard: ahead.hazard,
            limit: ahead.limit,
            since: known.map_or(now, |alert| alert.since),
            level,
            was_entered: is_there || was_there,
            quiet_since: None,
        }
    }

    /// The alert after a tick at which nothing is in the way, unless it is over.
    fn quiet(mut self, now: SimTime, changes: &mut Vec<HazardChange>) -> Option<Self> {
        let since = *self.quiet_since.get_or_insert(now);
        if now - since < LINGERS { Some(self) } else { self.end(since, changes) }
    }

    fn end(self, at: SimTime, changes: &mut Vec<HazardChange>) -> Option<Self> {
        let lasted = self.quiet_since.unwrap_or(at) - self.since;
        let Self { drone, hazard, was_entered, .. } = self;
        changes.push(HazardChange::Over { drone, hazard, lasted, was_entered });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::FleetId;

    /// Towards the ground, away from it for two seconds, towards it and under it, then a zone instead, then nothing.
    #[test]
    fn an_episode_is_one_alert() {
        let look_ahead = SimTime::from_millis(30_000);
        let drone = DroneId { fleet: FleetId(0), ordinal: 4 };
        let other = DroneId { fleet: FleetId(0), ordinal: 9 };
        let ahead = |hazard, entry_s| HazardAhead { drone, hazard, limit: None, entry_s };
        let of_other = HazardAhead { drone: other, ..ahead(Hazard::Obstacle, 29.0) };
        let ground = |entry_s| Some(ahead(Hazard::Terrain, entry_s));
        let ticks = [
            ground(28.0),
            ground(19.0),
            None,
            None,
            ground(9.0),
            ground(0.0),
            ground(0.0),
            Some(ahead(Hazard::Zone, 25.0)),
            None,
            None,
            None,
            None,
        ];
        let mut monitor = HazardMonitor::default();
        let mut story = Vec::new();
        for (second, found) in (0..).zip(ticks) {
            let found: Vec<HazardAhead> = found.into_iter().chain([of_other]).collect();
            let now = SimTime::from_millis(1000 * second);
            story.extend(monitor.update(now, &found, look_ahead).into_iter().map(|change| (second, change)));
        }
        let foretold = |ahead, level| HazardChange::Foretold { ahead, level };
        let over = |hazard, seconds: i64, was_entered| HazardChange::Over {
            drone,
            hazard,
            lasted: SimTime::from_millis(1000 * seconds),
            was_entered,
        };
        let ground = |entry_s| ahead(Hazard::Terrain, entry_s);
        assert_eq!(
            story,
            [
                (0, foretold(ground(28.0), AlertLevel::Advisory)),
                (0, foretold(of_other, AlertLevel::Advisory)),
                (1, foretold(ground(19.0), AlertLevel::Caution)),
                (4, foretold(ground(9.0), AlertLevel::Warning)),
                (5, HazardChange::Entered { ahead: ground(0.0) }),
                (7, over(Hazard::Terrain, 7, true)),
                (7, foretold(ahead(Hazard::Zone, 25.0), AlertLevel::Advisory)),
                (11, over(Hazard::Zone, 1, false)),
            ]
        );
    }
}
