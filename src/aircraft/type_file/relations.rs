//! What figures of a type must be to each other, and the usual values that follow from others.

use super::{Figure, TypeFault, fault};
use crate::aircraft::aircraft_type::OVER_STALL;
use crate::aircraft::rotor::{GRAVITY, ideal_hover_w};
use crate::message::Text;
use crate::world::air::STANDARD_DENSITY_KGM3;

/// Least and greatest share of the electric power in hover that an ideal rotor would need: momentum theory is a bound, and
/// no drive and rotor together come closer than 0.85; 0.2 would be four times as bad as usual.
const HOVER_EFFICIENCY: (f64, f64) = (0.2, 0.85);

/// The slowest descent under a parachute, m/s: those of drones come down with 4 to 7.
const LEAST_PARACHUTE_MPS: f64 = 1.0;

/// Fills in the usual values that follow from other figures, and gives every contradiction. What a fault is known of stays
/// out of it: one mistake is told once.
pub fn derive_and_check(figures: &mut [Figure], known: &[TypeFault]) -> Vec<TypeFault> {
    let of = |figures: &[Figure], key: &str| {
        let is_sound = !known.iter().any(|fault| fault.key == key);
        figures.iter().find(|figure| figure.key == key && is_sound).map(|figure| figure.value)
    };
    let empty = of(figures, "empty_mass_kg");
    let derived = [
        ("mtow_kg", empty.zip(of(figures, "payload_kg")).map(|(empty, payload)| empty + payload)),
        ("hover_mass_kg", empty),
        // Zeng, Xu and Zhang 2019: d0 s = 0.6 × 0.05.
        ("drag_area_m2", of(figures, "disc_area_m2").map(|area| 0.03 * area)),
        ("charge_w", of(figures, "battery_wh")),
    ];
    for (key, value) in derived {
        if let Some(figure) = figures.iter_mut().find(|figure| figure.key == key && figure.value.is_nan()) {
            figure.value = value.unwrap_or(f64::NAN);
        }
    }
    let get = |key: &str| of(figures, key).filter(|value| !value.is_nan());
    let found =
        [masses(&get), hover_mass(&get), speeds(&get), hover(&get), parachute(&get), stall(&get), temperatures(&get)];
    found.into_iter().flatten().collect()
}

type Get<'a> = &'a dyn Fn(&str) -> Option<f64>;

fn masses(get: Get<'_>) -> Option<TypeFault> {
    let (empty, payload, mtow) = (get("empty_mass_kg")?, get("payload_kg")?, get("mtow_kg")?);
    let room = mtow - empty;
    (payload > room + 1e-9).then(|| {
        fault(
            "payload_kg",
            [
                Text::new(
                    format!("{payload} kg on {empty} kg is more than the {mtow} kg at take-off"),
                    format!("{empty} 千克加 {payload} 千克超过最大起飞质量 {mtow} 千克"),
                ),
                if room >= 0.0 {
                    Text::new(format!("at most {room:.3} kg"), format!("不超过 {room:.3} 千克"))
                } else {
                    Text::new("an empty mass below that at take-off", "空机质量小于最大起飞质量")
                },
                Text::new(
                    "correct `payload_kg`, `empty_mass_kg` or `mtow_kg`",
                    "请改正 `payload_kg`、`empty_mass_kg` 或 `mtow_kg`",
                ),
            ],
        )
    })
}

fn hover_mass(get: Get<'_>) -> Option<TypeFault> {
    let (mass, mtow) = (get("hover_mass_kg")?, get("mtow_kg")?);
    (mass > mtow + 1e-9).then(|| {
        fault(
            "hover_mass_kg",
            [
                Text::new(format!("{mass} kg is more than it may weigh"), format!("{mass} 千克超过允许质量")),
                Text::new(format!("at most {mtow} kg"), format!("不超过 {mtow} 千克")),
                Text::new("give the mass at which the hover time was measured", "请填写测得悬停时间时的质量"),
            ],
        )
    })
}

fn speeds(get: Get<'_>) -> Option<TypeFault> {
    let (cruise, most) = (get("cruise_speed_mps")?, get("max_airspeed_mps")?);
    (cruise > most).then(|| {
        fault(
            "cruise_speed_mps",
            [
                Text::new(format!("{cruise} m/s is more than it can fly"), format!("{cruise} 米/秒超过最大空速")),
                Text::new(format!("at most {most} m/s"), format!("不超过 {most} 米/秒")),
                Text::new(
                    "correct `cruise_speed_mps` or `max_airspeed_mps`",
                    "请改正 `cruise_speed_mps` 或 `max_airspeed_mps`",
                ),
            ],
        )
    })
}

/// A hover time contradicts the battery where it asks more of the rotors than physics allows, or next to nothing.
fn hover(get: Get<'_>) -> Option<TypeFault> {
    let (minutes, mass, area) = (get("hover_time_min")?, get("hover_mass_kg")?, get("disc_area_m2")?);
    let (battery_wh, avionics_w) = (get("battery_wh")?, get("avionics_w")?);
    let ideal_w = ideal_hover_w(mass * GRAVITY, area, STANDARD_DENSITY_KGM3);
    let implied_w = battery_wh * 60.0 / minutes;
    let rotors_w = implied_w - avionics_w;
    let efficiency = ideal_w / rotors_w;
    let (least, most) = HOVER_EFFICIENCY;
    if rotors_w > 0.0 && (least..=most).contains(&efficiency) {
        return None;
    }
    let minutes_at = |efficiency: f64| battery_wh * 60.0 / (ideal_w / efficiency + avionics_w);
    let what = if rotors_w > 0.0 && efficiency < least {
        [
            format!(
                "{minutes} min from {battery_wh} Wh is {implied_w:.0} W, {:.1} times what an ideal rotor needs for {mass} kg on {area} m² ({ideal_w:.0} W)",
                1.0 / efficiency
            ),
            format!(
                "{battery_wh} 瓦时悬停 {minutes} 分钟即 {implied_w:.0} 瓦，是 {mass} 千克、{area} 平方米桨盘理想功率（{ideal_w:.0} 瓦）的 {:.1} 倍",
                1.0 / efficiency
            ),
        ]
    } else {
        [
            format!(
                "{minutes} min from {battery_wh} Wh is {implied_w:.0} W, {avionics_w} W of it for avionics: no rotor holds {mass} kg on {area} m² with the rest (an ideal one needs {ideal_w:.0} W)"
            ),
            format!(
                "{battery_wh} 瓦时悬停 {minutes} 分钟即 {implied_w:.0} 瓦，其中航电 {avionics_w} 瓦：余下功率不足以在 {area} 平方米桨盘上托起 {mass} 千克（理想需 {ideal_w:.0} 瓦）"
            ),
        ]
    };
    let (shortest, longest) = (minutes_at(least), minutes_at(most));
    let [en, zh] = what;
    Some(fault(
        "hover_time_min",
        [
            Text::new(en, zh),
            Text::new(
                format!("between {shortest:.1} and {longest:.1} min with this battery"),
                format!("此电池对应 {shortest:.1} 至 {longest:.1} 分钟"),
            ),
            Text::new(
                "correct the hover time, its mass, the battery or the disc area (minutes, kg, Wh, m² of all rotors)",
                "请改正悬停时间、对应质量、电池或桨盘面积（分钟、千克、瓦时、全部旋翼平方米）",
            ),
        ],
    ))
}

fn parachute(get: Get<'_>) -> Option<TypeFault> {
    let rate = get("parachute_descent_mps")?;
    (rate > 0.0 && rate < LEAST_PARACHUTE_MPS).then(|| {
        fault(
            "parachute_descent_mps",
            [
                Text::new(
                    format!("no parachute comes down as slowly as {rate} m/s"),
                    format!("伞降速度不可能慢至 {rate} 米/秒"),
                ),
                Text::new(
                    format!("at least {LEAST_PARACHUTE_MPS} m/s, or 0 without a parachute"),
                    format!("至少 {LEAST_PARACHUTE_MPS} 米/秒；无降落伞时为 0"),
                ),
                Text::new("correct the figure and its unit", "请改正数值并核对单位"),
            ],
        )
    })
}

fn stall(get: Get<'_>) -> Option<TypeFault> {
    let (stall, cruise) = (get("wing.stall_mps")?, get("cruise_speed_mps")?);
    (OVER_STALL * stall > cruise).then(|| {
        let most = cruise / OVER_STALL;
        fault(
            "wing.stall_mps",
            [
                Text::new(
                    format!("a cruise at {cruise} m/s is too slow for a wing that stalls at {stall} m/s"),
                    format!("机翼失速速度 {stall} 米/秒，巡航 {cruise} 米/秒过慢"),
                ),
                Text::new(
                    format!("at most {most:.1} m/s, which leaves 20 % to the stall"),
                    format!("不超过 {most:.1} 米/秒（距失速留 20% 余量）"),
                ),
                Text::new(
                    "correct `wing.stall_mps` or `cruise_speed_mps`",
                    "请改正 `wing.stall_mps` 或 `cruise_speed_mps`",
                ),
            ],
        )
    })
}

fn temperatures(get: Get<'_>) -> Option<TypeFault> {
    let (low, high) = (get("limits.temperature_min_c")?, get("limits.temperature_max_c")?);
    (low >= high).then(|| {
        fault(
            "limits.temperature_min_c",
            [
                Text::new(format!("from {low} to {high} °C is backwards"), format!("{low} 至 {high} °C 次序颠倒")),
                Text::new("a lowest temperature below the highest", "最低温度低于最高温度"),
                Text::new("swap them", "请对调"),
            ],
        )
    })
}

/// A wing whose figures make none; their ranges exclude it.
pub fn no_wing() -> TypeFault {
    fault(
        "wing",
        [
            Text::new("these figures make no wing", "这些数据不能构成机翼"),
            Text::new("a stall speed, a bank and a glide ratio above zero", "失速速度、坡度与升阻比均大于零"),
            Text::new("correct them", "请改正"),
        ],
    )
}
