//! Height layers by heading: who flies the same way flies at the same height, so that flights that cross or meet are apart in
//! height without asking each other (the concept of layers, Hoekstra et al., Metropolis 2014; semicircular cruising levels of
//! ICAO Annex 2, appendix 3).

use super::plan::Waypoint;
use crate::aircraft::AircraftType;
use crate::units::{Altitude, SimTime};
use crate::world::geo::Horizontal;

use super::profile::VERTICAL_SHARE;

/// Longest share of a leg on which it changes into its layer; where that does not do it changes on all of it.
const MOST_SHARE: f64 = 0.8;
/// Slope that is climbed at least, so that a slow climber gets there at all.
const LEAST_SLOPE: f64 = 0.02;

/// Headings that are flown at one height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeightLayer {
    /// First heading, degrees clockwise from north, from 0 to 360.
    pub from_deg: f64,
    /// The heading that no longer belongs to it; less than the first if north lies between.
    pub to_deg: f64,
    /// The height, m above ground.
    pub altitude_agl_m: f64,
}

/// The layers of an airspace; where two hold a heading the first counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeightLayers(pub Vec<HeightLayer>);

impl HeightLayer {
    /// Whether a heading belongs to it, degrees clockwise from north.
    pub fn holds(&self, heading_deg: f64) -> bool {
        let turned = |deg: f64| (deg - self.from_deg).rem_euclid(360.0);
        let width_deg = turned(self.to_deg);
        // From a heading to itself is all round.
        width_deg <= 0.0 || turned(heading_deg) < width_deg
    }
}

impl HeightLayers {
    /// The height at which a leg is flown, by its heading; `None` if no layer holds it.
    pub fn altitude(&self, leg: &Horizontal) -> Option<Altitude> {
        let heading_deg = libm::atan2(leg.x, leg.y).to_degrees().rem_euclid(360.0);
        let layer = self.0.iter().find(|layer| layer.holds(heading_deg))?;
        Some(Altitude::agl(layer.altitude_agl_m))
    }

    /// The waypoints with every leg in the layer of its heading, and with each which of those that were given it is, or which it
    /// follows on its leg. A leg changes into its layer from its first waypoint on, at the
    /// slope that the type climbs and sinks with; the first waypoint keeps its own height where `begins` says so, else it is in
    /// the layer of the first leg. Legs that no layer holds end at the heights of
    /// their waypoints.
    pub fn applied(&self, waypoints: &[Waypoint], begins: Begins, slope: f64) -> Vec<(usize, Waypoint)> {
        let mut flown = Vec::with_capacity(2 * waypoints.len());
        let mut before = match begins {
            Begins::AtItsHeight => waypoints.first().map(|first| first.altitude),
            Begins::InItsLayer => None,
        };
        for (index, pair) in waypoints.windows(2).enumerate() {
            let (from, to) = (&pair[0], &pair[1]);
            let leg = to.place - from.place;
            let Some(altitude) = self.altitude(&leg) else {
                flown.push((index, Waypoint { altitude: before.unwrap_or(from.altitude), ..*from }));
                before = Some(to.altitude);
                continue;
            };
            let corner = before.unwrap_or(altitude);
            flown.push((index, Waypoint { altitude: corner, ..*from }));
            let change_m = if corner.datum == altitude.datum { (altitude.metres - corner.metres).abs() } else { 0.0 };
            let along_m = change_m / slope;
            if along_m > 0.0 && along_m < MOST_SHARE * leg.norm() {
                let place = from.place + leg.normalize() * along_m;
                flown.push((index, Waypoint { place, altitude, hold: SimTime::ZERO }));
            }
            before = Some(altitude);
        }
        let last = waypoints.last().map(|last| Waypoint { altitude: before.unwrap_or(last.altitude), ..*last });
        flown.extend(last.map(|last| (waypoints.len() - 1, last)));
        flown
    }
}

/// At which height a way in layers begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// That of its first waypoint.
    AtItsHeight,
    /// The layer of its first leg.
    InItsLayer,
}

/// The slope with which a type changes its height at a speed over ground, m/s.
pub fn layer_slope(aircraft: &AircraftType, speed_mps: f64) -> f64 {
    (VERTICAL_SHARE * aircraft.climb_mps.min(aircraft.descent_mps) / speed_mps.max(1.0)).max(LEAST_SLOPE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::geo::Place;

    const EAST: HeightLayer = HeightLayer { from_deg: 45.0, to_deg: 135.0, altitude_agl_m: 60.0 };
    const NORTH: HeightLayer = HeightLayer { from_deg: 315.0, to_deg: 45.0, altitude_agl_m: 80.0 };

    fn layers() -> HeightLayers {
        HeightLayers(vec![EAST, NORTH])
    }

    #[test]
    fn headings_belong_to_one_layer() {
        for (heading_deg, expected) in [
            (0.0, Some(80.0)),
            (44.9, Some(80.0)),
            (45.0, Some(60.0)),
            (134.9, Some(60.0)),
            (135.0, None),
            (314.9, None),
            (315.0, Some(80.0)),
        ] {
            let angle = f64::to_radians(heading_deg);
            let leg = Horizontal::new(libm::sin(angle), libm::cos(angle)) * 300.0;
            // Rounding may turn it across the bound that it lies on.
            let leg = leg + Horizontal::new(leg.y, -leg.x) * 1e-12;
            assert_eq!(layers().altitude(&leg), expected.map(Altitude::agl), "{heading_deg}");
        }
        let all_round = HeightLayer { from_deg: 90.0, to_deg: 90.0, altitude_agl_m: 50.0 };
        assert!((0..360).all(|heading| all_round.holds(f64::from(heading))));
    }

    /// East, north, and west where there is no layer: each leg is in its layer once it has changed, at the slope.
    #[test]
    fn legs_are_flown_in_their_layers() {
        let at =
            |x: f64, y: f64| Waypoint { place: Place::new(x, y), altitude: Altitude::agl(95.0), hold: SimTime::ZERO };
        let way = [at(0.0, 0.0), at(1000.0, 0.0), at(1000.0, 800.0), at(0.0, 800.0)];
        let told = |begins: Begins| -> Vec<(usize, f64, f64, f64)> {
            let flown = layers().applied(&way, begins, 0.1).into_iter();
            flown.map(|(given, at)| (given, at.place.x, at.place.y, at.altitude.metres)).collect()
        };
        let rest = [(1, 1000.0, 0.0, 60.0), (1, 1000.0, 200.0, 80.0), (2, 1000.0, 800.0, 80.0), (3, 0.0, 800.0, 95.0)];
        assert_eq!(told(Begins::InItsLayer), [&[(0, 0.0, 0.0, 60.0)], &rest[..]].concat());
        assert_eq!(told(Begins::AtItsHeight), [&[(0, 0.0, 0.0, 95.0), (0, 350.0, 0.0, 60.0)], &rest[..]].concat());
        // Too short to change before its end: it changes on all of it.
        let short = [at(0.0, 0.0), at(1000.0, 0.0), at(1000.0, 210.0)];
        let flown = layers().applied(&short, Begins::InItsLayer, 0.1);
        assert_eq!(flown.iter().map(|(_, at)| at.altitude.metres).collect::<Vec<_>>(), [60.0, 60.0, 80.0]);
        let unchanged = HeightLayers::default().applied(&way, Begins::InItsLayer, 0.1);
        assert!(unchanged.iter().map(|(_, at)| at).eq(&way));
    }
}
