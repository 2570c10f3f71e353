//! The wind at a place and a height, from that over flat ground.

use super::conditions::Conditions;
use super::hills::Hills;
use super::profile::{Profile, ProfileTable};
use crate::world::geo::{Horizontal, Place};

/// The wind at a place and a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalWind {
    /// Mean wind, the way it blows to, m/s.
    pub mean_mps: Horizontal,
    /// Gusts, m/s.
    pub gust_mps: f64,
}

/// How the wind over flat ground changes with place and height: the profile, and the hills if they count.
///
/// A gust is the mean wind and what comes on top of it. The standard deviation of the wind does not change with height
/// (GB 50009-2012 section 8.4: intensity falls as the mean wind grows), so that what comes on top is that at 10 m; below
/// 10 m it falls with the mean wind. Hills speed up both.
#[derive(Clone, Debug)]
pub struct WindField {
    profile: ProfileTable,
    hills: Option<Hills>,
}

impl WindField {
    /// A field by a law of height and over hills, if they count.
    pub fn new(profile: &Profile, hills: Option<Hills>) -> Self {
        Self { profile: ProfileTable::new(profile), hills }
    }

    /// Mean wind and gusts at a height above the ground of a place.
    pub fn wind(&self, place: &Place, agl_m: f64, conditions: &Conditions) -> LocalWind {
        let height = self.profile.factor(agl_m);
        let hill = self.hill_factor(place, agl_m, conditions);
        let over_mean_mps = (conditions.gust_mps - conditions.speed_mps()).max(0.0);
        let mean_mps = conditions.wind_mps * (height * hill);
        LocalWind { mean_mps, gust_mps: hill * (height * conditions.speed_mps() + height.min(1.0) * over_mean_mps) }
    }

    /// What hills do to the wind there; 1 on plains.
    pub fn hill_factor(&self, place: &Place, agl_m: f64, conditions: &Conditions) -> f64 {
        self.hills.as_ref().map_or(1.0, |hills| hills.factor(place, agl_m, conditions.wind_mps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::weather::wind_from;

    #[test]
    fn gusts_keep_their_distance_from_the_mean_wind() {
        let field = WindField::new(&Profile::POWER_B, None);
        let conditions = Conditions { wind_mps: wind_from(300.0, 5.0), gust_mps: 9.0, ..Conditions::STILL };
        let at = |agl_m| field.wind(&Place::origin(), agl_m, &conditions);
        assert!((at(120.0).mean_mps.norm() - 7.26).abs() < 0.01 && (at(120.0).gust_mps - 11.26).abs() < 0.01);
        assert!((at(10.0).gust_mps - 9.0).abs() < 1e-3);
        assert!(at(2.0).gust_mps < 9.0 && at(2.0).gust_mps > at(2.0).mean_mps.norm());
        assert!(at(0.0).gust_mps.abs() < 1e-12);
    }
}
