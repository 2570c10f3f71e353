//! The figures of a run as flat names with numbers, from the counters of its summary.

use std::collections::BTreeMap;

use serde_json::Value;

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Figure {
    /// A whole number.
    Int(i64),
    /// Any number.
    Real(f64),
}

impl Figure {
    /// The figure as a number.
    #[expect(clippy::cast_precision_loss, reason = "counts and milliseconds of one run")]
    pub const fn number(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Real(number) => number,
        }
    }
}

/// Figures by name; one that a run has no value for is missing.
pub type Figures = BTreeMap<String, Figure>;

/// Counters by kind: what a run does not name did not happen in it.
const BY_KIND: &str = "contingencies.";

/// Whether a figure that a run lacks is zero in it rather than unknown.
pub(super) fn is_zero_if_missing(name: &str) -> bool {
    name.starts_with(BY_KIND)
}

/// The figures in the `counters` of a summary: their own names, entries of missions as `missions.ID.NAME`, lists by
/// their lengths; and what follows from them: hours, sums over missions, means over orders.
pub(super) fn figures_of(counters: &Value) -> Figures {
    let mut figures = Figures::new();
    flatten("", counters, &mut figures);
    derive(counters, &mut figures);
    figures
}

fn flatten(name: &str, value: &Value, figures: &mut Figures) {
    let inner = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Number(number) => {
            let figure = number.as_i64().map(Figure::Int).or_else(|| number.as_f64().map(Figure::Real));
            figures.extend(figure.map(|figure| (name.to_owned(), figure)));
        }
        Value::Object(table) => table.iter().for_each(|(key, value)| flatten(&inner(key), value, figures)),
        Value::Array(entries) => {
            let named = entries.iter().filter_map(|entry| Some((entry.get("mission")?.as_str()?, entry)));
            let named: Vec<(&str, &Value)> = named.collect();
            if named.len() == entries.len() && !entries.is_empty() {
                for (id, entry) in named {
                    flatten(&inner(id), entry, figures);
                }
            } else {
                figures.insert(name.to_owned(), Figure::Int(i64::try_from(entries.len()).unwrap_or(i64::MAX)));
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// What follows from the counters.
fn derive(counters: &Value, figures: &mut Figures) {
    let missions: Vec<&Value> = counters.get("missions").and_then(Value::as_array).into_iter().flatten().collect();
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_i64).unwrap_or(0);
    let sum = |key: &str| missions.iter().map(|mission| number(mission, key)).fold(0, i64::saturating_add);
    for mission in &missions {
        let Some(id) = mission.get("mission").and_then(Value::as_str) else { continue };
        derive_of_missions(&format!("missions.{id}."), |key| number(mission, key), figures);
    }
    if !missions.is_empty() {
        for key in ["requested", "started", "completed", "failed", "energy_wh", "other_ways", "refused", "moved"] {
            add(key, Figure::Int(sum(key)), figures);
        }
        derive_of_missions("", sum, figures);
    }
    if let Some(flown_ms) = figures.get("flown_ms").map(|flown| flown.number()) {
        let hours = flown_ms / 3_600_000.0;
        if let Some(flown_mm) = figures.get("flown_mm").map(|flown| flown.number()) {
            add("flown_km", Figure::Real(flown_mm / 1e6), figures);
        }
        add("flight_hours", Figure::Real(hours), figures);
        for (name, count) in
            [("losses_per_flight_hour", "losses_of_separation"), ("conflicts_per_flight_hour", "encounters")]
        {
            if let Some(count) = figures.get(count).filter(|_| hours > 0.0).map(|count| count.number()) {
                add(name, Figure::Real(count / hours), figures);
            }
        }
    }
    derive_of_alerts(figures);
}

/// Means over alerts, and what of the conflicts did not become losses, those of the start left out.
fn derive_of_alerts(figures: &mut Figures) {
    let number = |name: &str| figures.get(name).map(|figure| figure.number());
    let (Some(encounters), Some(losses)) = (number("encounters"), number("losses_of_separation")) else { return };
    let mut found = Vec::new();
    if let Some(at_start) = number("alerts.losses_at_start") {
        found.push(("losses_after_start", losses - at_start, 1.0));
        if let Some(lost) = number("alerts.encounters_lost") {
            found.push(("intrusion_prevention_rate", encounters - lost, encounters - at_start));
        }
    }
    for (name, sum, per) in [
        ("mean_time_to_loss_s", "alerts.time_to_loss_ms", encounters * 1000.0),
        ("mean_time_to_cpa_s", "alerts.time_to_cpa_ms", encounters * 1000.0),
        ("mean_severity", "alerts.severity_permyriad", (losses - number("open_losses").unwrap_or(0.0)) * 10_000.0),
        ("extra_km", "evading.extra_mm", 1e6),
        ("extra_wh", "evading.extra_mwh", 1e3),
    ] {
        found.extend(number(sum).map(|sum| (name, sum, per)));
    }
    for (name, sum, per) in found.into_iter().filter(|(.., per)| *per > 0.0) {
        add(name, Figure::Real(sum / per), figures);
    }
}

/// Requests that wait, and mean times, of one mission or of all together.
#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds of one run")]
fn derive_of_missions(prefix: &str, value: impl Fn(&str) -> i64, figures: &mut Figures) {
    let waiting = value("requested").saturating_sub(value("started")).max(0);
    add(&format!("{prefix}waiting"), Figure::Int(waiting), figures);
    let means = [
        ("mean_time_s", "total_time_ms", "completed"),
        ("mean_wait_s", "total_wait_ms", "started"),
        ("mean_strategic_delay_s", "strategic_delay_ms", "started"),
    ];
    for (name, total_ms, count) in means {
        if value(count) > 0 {
            let mean_s = value(total_ms) as f64 / 1000.0 / value(count) as f64;
            add(&format!("{prefix}{name}"), Figure::Real(mean_s), figures);
        }
    }
}

/// Adds a figure unless the counters have one of that name.
fn add(name: &str, figure: Figure, figures: &mut Figures) {
    figures.entry(name.to_owned()).or_insert(figure);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_become_flat_figures() {
        let counters = serde_json::json!({
            "missions": [
                { "mission": "a", "kind": "city", "requested": 10, "started": 8, "completed": 4, "failed": 1,
                  "total_time_ms": 6000, "total_wait_ms": 4000, "energy_wh": 7 },
                { "mission": "b", "kind": "city", "requested": 1, "started": 0, "completed": 0, "failed": 0,
                  "total_time_ms": 0, "total_wait_ms": 0, "energy_wh": 0 },
            ],
            "flown_ms": 1_800_000, "losses_of_separation": 3, "open_losses": [{ "encounter": 4 }],
            "contingencies": { "low_battery": 2 }, "highest_agl_cm": null,
        });
        let figures = figures_of(&counters);
        let expected = [
            ("missions.a.requested", 10.0),
            ("missions.a.waiting", 2.0),
            ("missions.a.mean_time_s", 1.5),
            ("missions.a.mean_wait_s", 0.5),
            ("missions.b.waiting", 1.0),
            ("requested", 11.0),
            ("waiting", 3.0),
            ("mean_time_s", 1.5),
            ("energy_wh", 7.0),
            ("flight_hours", 0.5),
            ("losses_per_flight_hour", 6.0),
            ("open_losses", 1.0),
            ("contingencies.low_battery", 2.0),
        ];
        for (name, value) in expected {
            assert_eq!(figures.get(name).map(|figure| figure.number()), Some(value), "{name}");
        }
        for absent in ["missions.b.mean_time_s", "highest_agl_cm", "missions.a.kind"] {
            assert!(!figures.contains_key(absent), "{absent}");
        }
    }
}
