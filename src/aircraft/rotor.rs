//! Momentum theory of rotors: what an ideal actuator disc needs, a lower bound of any real one (Leishman, Principles of
//! Helicopter Aerodynamics, 2nd ed., sections 2.2 and 2.14).

/// Standard gravity, m/s² (ISO 80000-3).
pub const GRAVITY: f64 = 9.806_65;

/// Power of an ideal rotor in hover, W^1.5 / √(2 ρ A), W.
pub fn ideal_hover_w(weight_n: f64, disc_area_m2: f64, density_kgm3: f64) -> f64 {
    weight_n * hover_induced_mps(weight_n, disc_area_m2, density_kgm3)
}

/// Induced velocity in hover, √(W / (2 ρ A)), m/s.
pub fn hover_induced_mps(weight_n: f64, disc_area_m2: f64, density_kgm3: f64) -> f64 {
    (weight_n / (2.0 * density_kgm3 * disc_area_m2)).sqrt()
}

/// Induced velocity in level flight over that in hover, the closed form of Glauert's v = v0² / √(V² + v²):
/// √(√(1 + V⁴/(4 v0⁴)) − V²/(2 v0²)), with `half_square` = V²/(2 v0²).
pub fn glauert(half_square: f64) -> f64 {
    // √(1 + x²) − x, written so that nothing cancels at high speed.
    (1.0 / ((1.0 + half_square * half_square).sqrt() + half_square)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glauert's relation itself: v √(V² + v²) = v0².
    #[test]
    fn the_closed_form_solves_glauerts_relation() {
        for speed in [0.0, 0.5, 3.0, 10.0, 25.0, 80.0] {
            let hover: f64 = 4.03;
            let induced = hover * glauert(speed * speed / (2.0 * hover * hover));
            let left = induced * (speed * speed + induced * induced).sqrt();
            assert!((left / (hover * hover) - 1.0).abs() < 1e-12, "{speed} m/s");
        }
    }

    /// Dorling et al. 2017, eq. 2: 1.5 kg of frame and 1.5 or 2.5 kg of battery and payload on six rotors of 0.2 m² need
    /// 93.92 and 144.60 W in air of 1.204 kg/m³, with g = 9.81 m/s².
    #[test]
    fn dorlings_hover_powers_come_back() {
        for (mass_kg, power_w) in [(3.0, 93.92), (4.0, 144.60)] {
            let found = ideal_hover_w(mass_kg * 9.81, 6.0 * 0.2, 1.204);
            assert!((found - power_w).abs() < 0.005, "{mass_kg} kg: {found} W");
        }
    }
}
