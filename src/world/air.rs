//! Air: its pressure and density by the International Standard Atmosphere (ISO 2533:1975), below 11 km.

/// Temperature at mean sea level in the standard, K.
const SEA_LEVEL_K: f64 = 288.15;
/// Temperature at mean sea level in the standard, °C.
pub const STANDARD_TEMPERATURE_C: f64 = 15.0;
/// Pressure at mean sea level in the standard, Pa.
const SEA_LEVEL_PA: f64 = 101_325.0;
/// By how much it grows colder with height in the standard, K/m.
const LAPSE_K_PER_M: f64 = 0.0065;
/// Specific gas constant of dry air in the standard, J/(kg K).
const GAS_CONSTANT: f64 = 287.052_87;
/// What the exponent 5.255 880 of the standard, g/(R L), has beyond 5 1/4.
const EXPONENT_REST: f64 = 9.806_65 / (GAS_CONSTANT * LAPSE_K_PER_M) - 5.25;
/// Density at mean sea level in the standard, kg/m³.
pub const STANDARD_DENSITY_KGM3: f64 = 1.225;
/// Height up to which the formula holds, m.
const TROPOPAUSE_M: f64 = 11_000.0;

/// Pressure at a height above mean sea level, Pa. The power is taken apart into a fifth power, a fourth root and a rest whose
/// logarithm is approximated: 1e-5 off at most, and quick enough for every drone and step.
pub fn pressure_pa(altitude_amsl_m: f64) -> f64 {
    let ratio = 1.0 - LAPSE_K_PER_M / SEA_LEVEL_K * altitude_amsl_m.clamp(-2000.0, TROPOPAUSE_M);
    let square = ratio * ratio;
    let logarithm = 2.0 * (ratio - 1.0) / (ratio + 1.0);
    SEA_LEVEL_PA * square * square * ratio * ratio.sqrt().sqrt() * (1.0 + EXPONENT_REST * logarithm)
}

/// Density of dry air at a height above mean sea level, where it is so warm, kg/m³.
pub fn density_kgm3(altitude_amsl_m: f64, temperature_c: f64) -> f64 {
    pressure_pa(altitude_amsl_m) / (GAS_CONSTANT * (temperature_c + 273.15))
}

/// Temperature of the standard at a height above mean sea level, °C.
pub fn standard_temperature_c(altitude_amsl_m: f64) -> f64 {
    STANDARD_TEMPERATURE_C - LAPSE_K_PER_M * altitude_amsl_m
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Height, temperature, pressure and density as the standard tabulates them (ISO 2533, tables 1 and 5).
    #[test]
    fn the_table_of_the_standard_comes_back() {
        let table = [
            (-500.0, 18.25, 107_478.0, 1.28489),
            (0.0, 15.0, 101_325.0, 1.225),
            (500.0, 11.75, 95_461.0, 1.16727),
            (1000.0, 8.5, 89_874.6, 1.11164),
            (2000.0, 2.0, 79_495.2, 1.00649),
            (5000.0, -17.5, 54_019.9, 0.736_116),
            (9000.0, -43.5, 30_742.5, 0.466_348),
        ];
        for (altitude_m, temperature_c, pressure, density) in table {
            assert!((standard_temperature_c(altitude_m) - temperature_c).abs() < 1e-9);
            assert!((pressure_pa(altitude_m) / pressure - 1.0).abs() < 1e-5, "{altitude_m} m");
            assert!((density_kgm3(altitude_m, temperature_c) / density - 1.0).abs() < 1e-5, "{altitude_m} m");
        }
    }

    /// The quick power is the exact one.
    #[test]
    fn the_quick_power_is_the_power() {
        for altitude_m in [-1000.0, 0.0, 250.0, 760.0, 3000.0, 11_000.0] {
            let ratio = 1.0 - LAPSE_K_PER_M / SEA_LEVEL_K * altitude_m;
            let exact = SEA_LEVEL_PA * libm::pow(ratio, EXPONENT_REST + 5.25);
            assert!((pressure_pa(altitude_m) / exact - 1.0).abs() < 1e-5, "{altitude_m} m");
        }
    }
}
