//! The propulsion power of a rotary wing by Zeng, Xu and Zhang 2019 (IEEE Transactions on Wireless Communications 18:2329,
//! eq. 12), scaled to a type by weight and disc area.
//!
//! P(V) = P0 (1 + 3 V²/Utip²) + Pi √(√(1 + V⁴/(4 v0⁴)) − V²/(2 v0²)) + ½ d0 ρ s A V³, with P0 = (δ/8) ρ s A Utip³ and
//! Pi = (1 + k) W^1.5/√(2 ρ A). Shaft power: no losses of a drive; climbing adds its rise, which the paper leaves out.

use super::Power;
use crate::aircraft::rotor::{glauert, hover_induced_mps};

/// The parameters of the paper that do not scale.
const PROFILE_DRAG: f64 = 0.012;
const SOLIDITY: f64 = 0.05;
const INDUCED_EXTRA: f64 = 0.1;
const DRAG_RATIO: f64 = 0.6;
const TIP_SPEED_MPS: f64 = 120.0;

/// A rotor with the paper's parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZengRotor {
    disc_area_m2: f64,
    /// Induced velocity in hover where it is given; otherwise that of weight, air and disc.
    induced_mps: Option<f64>,
}

impl ZengRotor {
    /// The rotor of the paper: 0.503 m², with its rounded 4.03 m/s of induced velocity, made for 20 N.
    pub const PAPER: Self = Self { disc_area_m2: 0.503, induced_mps: Some(4.03) };

    /// A rotor of another size.
    pub const fn scaled(disc_area_m2: f64) -> Self {
        Self { disc_area_m2, induced_mps: None }
    }

    /// Shaft power at a weight and airspeed, gaining height with `rise_w`.
    pub fn power(&self, weight_n: f64, airspeed_mps: f64, rise_w: f64, density_kgm3: f64) -> Power {
        let blades = density_kgm3 * SOLIDITY * self.disc_area_m2;
        let ideal_mps = hover_induced_mps(weight_n, self.disc_area_m2, density_kgm3);
        let hover_mps = self.induced_mps.unwrap_or(ideal_mps);
        let square = airspeed_mps * airspeed_mps;
        let tip_square = TIP_SPEED_MPS * TIP_SPEED_MPS;
        Power {
            profile: PROFILE_DRAG / 8.0 * blades * tip_square * TIP_SPEED_MPS * (1.0 + 3.0 * square / tip_square),
            induced: (1.0 + INDUCED_EXTRA) * weight_n * ideal_mps * glauert(square / (2.0 * hover_mps * hover_mps)),
            parasite: 0.5 * DRAG_RATIO * blades * square * airspeed_mps,
            climb: rise_w,
            avionics: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper_w(speed: f64) -> f64 {
        ZengRotor::PAPER.power(20.0, speed, 0.0, 1.225).total()
    }

    /// The speed, to a hundredth of a metre per second, at which something is least.
    fn least(cost: impl Fn(f64) -> f64) -> f64 {
        let speeds = (1..4000_u16).map(|step| f64::from(step) * 0.01);
        speeds.min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap()
    }

    /// Hover 168.4842 W (79.8563 of blade drag, 88.6279 induced), longest flight at 10.21 m/s with 126.003 W, longest way at
    /// 18.30 m/s with 8.8287 J/m: the paper's parameters evaluated; it prints 10.2 and 18.3 m/s.
    #[test]
    fn the_points_of_the_paper_come_back() {
        let hover = ZengRotor::PAPER.power(20.0, 0.0, 0.0, 1.225);
        assert!((hover.profile - 79.8563).abs() < 1e-4 && (hover.induced - 88.6279).abs() < 1e-4, "{hover:?}");
        assert!((hover.total() - 168.4842).abs() < 1e-4);
        let longest_flight = least(paper_w);
        assert!((longest_flight - 10.21).abs() < 0.011, "{longest_flight} m/s");
        assert!((paper_w(10.21) - 126.003).abs() < 1e-3, "{} W", paper_w(10.21));
        let longest_way = least(|speed| paper_w(speed) / speed);
        assert!((longest_way - 18.30).abs() < 0.011, "{longest_way} m/s");
        assert!((paper_w(18.30) / 18.30 - 8.8287).abs() < 1e-4);
    }

    /// Scaled by its own weight and disc, the rotor is that of the paper but for the rounded induced velocity.
    #[test]
    fn scaling_to_itself_changes_nothing() {
        for speed in [0.0, 5.0, 12.0, 20.0] {
            let scaled = ZengRotor::scaled(0.503).power(20.0, speed, 0.0, 1.225).total();
            assert!((scaled / paper_w(speed) - 1.0).abs() < 1e-3, "{speed} m/s: {scaled} W");
        }
    }
}
