//! How the mean wind grows with the height above the ground.

/// The law by which the mean wind grows with the height above the ground, relative to the wind at 10 m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Profile {
    /// ln((z − d)/z0) / ln((10 − d)/z0); nothing below z0 + d. z0: 0.03 m grass, 0.4 m suburb, 0.5 to 1 m forest.
    Log {
        /// z0, m.
        roughness_m: f64,
        /// d, m: how far trees or roofs lift the wind.
        displacement_m: f64,
    },
    /// (z/10)^α.
    Power {
        /// α.
        exponent: f64,
    },
}

/// Height at which stations measure the wind, m.
pub const STATION_M: f64 = 10.0;

impl Profile {
    /// Terrain A of GB 50009-2012 table 8.2.1 as exponents of the mean wind: open water, coast, desert.
    pub const POWER_A: Self = Self::Power { exponent: 0.12 };
    /// Terrain B: fields, villages, sparse trees.
    pub const POWER_B: Self = Self::Power { exponent: 0.15 };
    /// Terrain C: towns, woods.
    pub const POWER_C: Self = Self::Power { exponent: 0.22 };
    /// Terrain D: cities of tall buildings.
    pub const POWER_D: Self = Self::Power { exponent: 0.30 };

    /// The wind at a height above ground over that at 10 m.
    pub fn factor(&self, agl_m: f64) -> f64 {
        match *self {
            Self::Log { roughness_m, displacement_m } => {
                let over = |z: f64| libm::log((z - displacement_m) / roughness_m);
                if agl_m <= roughness_m + displacement_m { 0.0 } else { over(agl_m) / over(STATION_M) }
            }
            Self::Power { exponent } if agl_m > 0.0 => libm::pow(agl_m / STATION_M, exponent),
            Self::Power { .. } => 0.0,
        }
    }
}

/// Least speed of each force from 1 to 12, m/s (WMO-No. 8, table 5.1; GB/T 28591-2012 has the same up to 12).
const BEAUFORT_MPS: [f64; 12] = [0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7];

/// The force of a wind on the Beaufort scale, 0 to 12.
pub fn beaufort(wind_mps: f64) -> u8 {
    BEAUFORT_MPS.iter().fold(0, |force, least_mps| force + u8::from(wind_mps >= *least_mps))
}

/// Entries for a metre at the root of the height: fine near the ground, where the law bends.
const PER_ROOT: f64 = 16.0;
/// The highest entry, m above ground; the wind above is that there.
const TOP_M: f64 = 1024.0;
const ENTRIES: u32 = 513;

/// The law as a table by the root of the height, so that a lookup takes no logarithm.
#[derive(Clone, Debug)]
pub struct ProfileTable(Vec<f64>);

impl ProfileTable {
    /// The table of a law.
    pub fn new(profile: &Profile) -> Self {
        let height_m = |entry: u32| (f64::from(entry) / PER_ROOT) * (f64::from(entry) / PER_ROOT);
        Self((0..ENTRIES).map(|entry| profile.factor(height_m(entry))).collect())
    }

    /// The wind at a height above ground over that at 10 m, within 0.3 % of the law from 1 m above where the wind begins.
    pub fn factor(&self, agl_m: f64) -> f64 {
        let root = agl_m.clamp(0.0, TOP_M).sqrt() * PER_ROOT;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped between 0 and 512")]
        let entry = (root as usize).min(self.0.len() - 2);
        #[expect(clippy::cast_precision_loss, reason = "at most 512")]
        let share = root - entry as f64;
        self.0[entry] + (self.0[entry + 1] - self.0[entry]) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forces_begin_where_the_scale_says() {
        for (wind_mps, force) in
            [(0.0, 0), (0.29, 0), (0.3, 1), (5.4, 3), (5.5, 4), (10.79, 5), (13.8, 6), (17.2, 8), (40.0, 12)]
        {
            assert_eq!(beaufort(wind_mps), force, "{wind_mps} m/s");
        }
    }

    /// 5 m/s at 10 m over grass is 7.14 m/s at 120 m by the log law, 7.26 m/s by the power law of terrain B.
    #[test]
    fn laws_and_tables_give_the_reference_values() {
        let grass = Profile::Log { roughness_m: 0.03, displacement_m: 0.0 };
        for (profile, expected_mps) in [(grass, 7.14), (Profile::POWER_B, 7.26)] {
            assert!((5.0 * profile.factor(120.0) - expected_mps).abs() < 0.005, "{profile:?}");
            assert!((profile.factor(10.0) - 1.0).abs() < 1e-12);
        }
        let forest = Profile::Log { roughness_m: 0.8, displacement_m: 6.0 };
        let begins =
            [(grass, 0.03), (forest, 6.8), (Profile::POWER_A, 0.0), (Profile::POWER_C, 0.0), (Profile::POWER_D, 0.0)];
        for (profile, begins_m) in begins {
            let table = ProfileTable::new(&profile);
            for step in 10_u32..2000 {
                let z = begins_m + f64::from(step) / 10.0;
                let law = profile.factor(z);
                assert!((table.factor(z) - law).abs() < 0.003 * law.max(1.0), "{profile:?} at {z} m");
            }
            assert!(table.factor(-5.0).abs() < 1e-12 && table.factor(0.0).abs() < 1e-12);
            assert_eq!(table.factor(1e9).to_bits(), table.factor(TOP_M).to_bits());
        }
        assert_eq!(forest.factor(6.8).to_bits(), 0.0_f64.to_bits(), "no wind below z0 + d");
    }
}
