//! Batteries: what they give, how cold takes from it, how long they charge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Share of the capacity that a battery gives at a temperature, °C, against 15 °C: −20 % at −10 °C, −30 to −40 % at −20 °C
/// (practice of operators, L).
const COLD: [(f64, f64); 4] = [(-30.0, 0.5), (-20.0, 0.65), (-10.0, 0.8), (15.0, 1.0)];
/// Share up to which a lithium battery takes full power; beyond, the voltage is held and the current decays (usual
/// constant-current, constant-voltage charging, M).
const FULL_POWER_SHARE: f64 = 0.8;
/// Share that counts as full: the tail never ends.
const FULL_SHARE: f64 = 0.99;

/// What an aircraft flies on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Battery {
    /// Nominal energy, Wh.
    pub capacity_wh: f64,
    /// Share of it that may be drawn before the battery is empty to a pilot.
    pub usable_share: f64,
    /// Power of its charger, W.
    pub charge_w: f64,
}

/// What happens to the battery between two sorties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatteryService {
    /// A full one is put in.
    #[default]
    Swap,
    /// It is charged in the aircraft, which waits for it.
    Charge,
}

/// Share of its energy that a battery gives at a temperature, linear between known points.
pub fn available_share(temperature_c: f64) -> f64 {
    let after = COLD.partition_point(|(at_c, _)| *at_c < temperature_c);
    match after {
        0 => COLD[0].1,
        beyond if beyond == COLD.len() => 1.0,
        after => {
            let ((low_c, low), (high_c, high)) = (COLD[after - 1], COLD[after]);
            low + (high - low) * (temperature_c - low_c) / (high_c - low_c)
        }
    }
}

impl Battery {
    /// Energy that may be drawn from a full battery at a temperature, Wh.
    pub fn usable_wh(&self, temperature_c: f64) -> f64 {
        self.capacity_wh * self.usable_share * available_share(temperature_c)
    }

    /// Energy that a plan may draw so that a share of the usable energy is left, Wh.
    pub fn plannable_wh(&self, reserve_share: f64, temperature_c: f64) -> f64 {
        self.usable_wh(temperature_c) * (1.0 - reserve_share)
    }

    /// Time to charge to full from a share of the usable energy, s: constant power to 80 %, then power in proportion to what
    /// is missing, so that the rest decays exponentially.
    pub fn charge_time_s(&self, from_share: f64) -> f64 {
        let energy_wh = self.capacity_wh * self.usable_share;
        let full_power_s = energy_wh / self.charge_w * 3600.0;
        let from = from_share.clamp(0.0, 1.0);
        let missing = 1.0 - from.max(FULL_POWER_SHARE);
        let tail = (1.0 - FULL_POWER_SHARE) * libm::log((missing / (1.0 - FULL_SHARE)).max(1.0));
        full_power_s * ((FULL_POWER_SHARE - from).max(0.0) + tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATTERY: Battery = Battery { capacity_wh: 500.0, usable_share: 0.95, charge_w: 475.0 };

    #[test]
    fn cold_takes_what_practice_says() {
        for (temperature_c, share) in
            [(40.0, 1.0), (15.0, 1.0), (2.5, 0.9), (-10.0, 0.8), (-15.0, 0.725), (-20.0, 0.65), (-60.0, 0.5)]
        {
            assert!((available_share(temperature_c) - share).abs() < 1e-12, "{temperature_c} °C");
        }
        assert!((BATTERY.usable_wh(-10.0) - 380.0).abs() < 1e-9);
        assert!((BATTERY.plannable_wh(0.2, 15.0) - 380.0).abs() < 1e-9);
    }

    /// Against the charging integrated step by step, dE/dt = P up to 80 %, P (1 − E)/0.2 beyond.
    #[test]
    fn charging_follows_its_curve() {
        for from in [0.0, 0.3, 0.8, 0.9, 0.995] {
            let (mut share, mut seconds) = (from, 0.0);
            while share < FULL_SHARE {
                let taken: f64 = if share < 0.8 { 1.0 } else { (1.0 - share) / 0.2 };
                share += taken / 3600.0 * 0.05;
                seconds += 0.05;
            }
            assert!((BATTERY.charge_time_s(from) - seconds).abs() < 2.0, "{from}: {seconds} s");
        }
        assert!((BATTERY.charge_time_s(0.3) - 0.5 * 3600.0 - BATTERY.charge_time_s(0.8)).abs() < 1e-9);
    }
}
