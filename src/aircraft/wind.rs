//! The wind triangle: ground velocity is airspeed and wind together.

use crate::world::geo::Horizontal;

/// Ground speed along a track at an airspeed in a wind, m/s: V = w·u + √(Va² − (w × u)²), with u the direction of the track.
/// The nose points as far into the wind as holds the track. `None` if the wind across is stronger than the airspeed; zero or
/// less if the wind along holds it back.
pub fn ground_speed_along(track: &Horizontal, wind: &Horizontal, airspeed_mps: f64) -> Option<f64> {
    let across = wind.x * track.y - wind.y * track.x;
    let square = airspeed_mps * airspeed_mps - across * across;
    (square >= 0.0).then(|| wind.dot(track) + square.sqrt())
}

/// The velocity over ground, as near as possible to the one wanted, that an airspeed between two bounds gives in a wind: the
/// track is held if that can be, at another speed if need be; otherwise it drifts as the vectors sum.
pub fn held(wanted: Horizontal, wind: &Horizontal, airspeeds_mps: (f64, f64)) -> Horizontal {
    let (least, most) = airspeeds_mps;
    let air: Horizontal = wanted - wind;
    let airspeed = air.norm();
    let length = wanted.norm();
    if airspeed > most {
        if length > 0.0 {
            let track = wanted / length;
            if let Some(quickest) = ground_speed_along(&track, wind, most) {
                // Twice the wind along the track is what both roots add up to.
                let slowest = 2.0 * wind.dot(&track) - quickest;
                return wanted * (length.clamp(slowest, quickest) / length);
            }
        }
        return wind + air * (most / airspeed);
    }
    if airspeed < least && length > 0.0 {
        let track = wanted / length;
        return ground_speed_along(&track, wind, least).map_or(wanted, |quicker| track * quicker);
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Purpose, RandomStream};

    /// 15 m/s of airspeed: with 8 m/s ahead 7 are left, behind 23, across √(225 − 64) = 12.689.
    #[test]
    fn the_triangle_in_four_winds() {
        let east = Horizontal::new(1.0, 0.0);
        for (wind, speed) in
            [((-8.0, 0.0), 7.0), ((8.0, 0.0), 23.0), ((0.0, 8.0), 161.0_f64.sqrt()), ((-16.0, 0.0), -1.0)]
        {
            let found = ground_speed_along(&east, &Horizontal::new(wind.0, wind.1), 15.0).unwrap();
            assert!((found - speed).abs() < 1e-12, "{wind:?}: {found}");
        }
        assert_eq!(ground_speed_along(&east, &Horizontal::new(0.0, 15.1), 15.0), None);
    }

    /// For thousands of winds and wishes: the airspeed is within bounds, and a track that can be held is held.
    #[test]
    fn what_is_held_keeps_airspeed_and_track() {
        let draw = RandomStream::new(1, Purpose::Traffic, 9);
        let vector = |step: u64, most: f64| {
            Horizontal::new(draw.between(step, -most, most), draw.between(step + 1, -most, most))
        };
        for step in 0..20_000_u64 {
            let (wanted, wind) = (vector(4 * step, 30.0), vector(4 * step + 2, 25.0));
            let got = held(wanted, &wind, (0.0, 20.0));
            assert!((got - wind).norm() <= 20.0 + 1e-9, "{wanted} {wind}");
            if (wanted - wind).norm() <= 20.0 {
                assert_eq!(got, wanted);
            }
            let track: Horizontal = wanted.normalize();
            if ground_speed_along(&track, &wind, 20.0).is_some() {
                assert!((got.x * track.y - got.y * track.x).abs() < 1e-9, "{wanted} {wind} {got}");
            }
            let winged = held(wanted, &wind, (15.0, 20.0));
            assert!(((winged - wind).norm() - 17.5).abs() <= 2.5 + 1e-9, "{wanted} {wind} {winged}");
        }
    }
}
