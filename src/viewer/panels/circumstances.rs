//! What a drone flies in and how it is doing: wind, reception, link, position error, conformance, contingency. What the
//! scenario has no model of says so, or is left out where there would be nothing to say.

use crate::frame::{DroneSample, SimTime};
use crate::message::Language;
use crate::message::words::Word;
use crate::scenario::ResolvedScenario;
use crate::viewer::words;
use crate::world::geo::Position;
use crate::world::weather::Conditions;

/// A name and its value.
type Row = (Word, String);

/// All that is known of a drone's circumstances at an instant.
pub fn rows(scenario: &ResolvedScenario, time: SimTime, sample: &DroneSample, language: Language) -> Vec<Row> {
    let mut rows = wind(scenario, time, sample, language);
    rows.extend(reception(scenario, sample, language));
    rows.extend(link(scenario, sample, language).map(|text| (words::LINK, text)));
    let [east, north, up] = sample.reported_offset_cm.map(|offset_cm| f64::from(offset_cm) / 100.0);
    rows.push((words::POSITION_ERROR, format!("{:.1} m", east.hypot(north).hypot(up))));
    if sample.phase.is_airborne() || sample.contingency.is_some() {
        rows.push((words::CONFORMANCE, sample.conformance().name().get(language).to_owned()));
    }
    rows.extend(sample.contingency.map(|contingency| (words::CONTINGENCY, words::contingency(contingency, language))));
    rows
}

fn wind(scenario: &ResolvedScenario, time: SimTime, sample: &DroneSample, language: Language) -> Vec<Row> {
    let Some(weather) = &scenario.weather else {
        return vec![(words::WIND_THERE, words::STILL_AIR.get(language).to_owned())];
    };
    let position = Position::from(sample.position_m());
    let agl_m = scenario.terrain.agl_m(&position).unwrap_or_default().max(0.0);
    let wind = weather.field.wind(&position.xy(), agl_m, &weather.conditions(scenario.clock.timestamp(time)));
    let there = Conditions { wind_mps: wind.mean_mps, ..Conditions::STILL };
    let (speed_mps, from_deg) = (there.speed_mps(), there.direction_deg());
    vec![
        (words::WIND_THERE, format!("{speed_mps:.1} m/s {} {from_deg:03.0}°", words::WIND_FROM.get(language))),
        (words::GUST_THERE, format!("{:.1} m/s", wind.gust_mps)),
    ]
}

fn reception(scenario: &ResolvedScenario, sample: &DroneSample, language: Language) -> Option<Row> {
    let network = scenario.network.as_ref()?;
    let position = Position::from(sample.position_m());
    let agl_m = scenario.terrain.agl_m(&position)?.max(0.0);
    let (reception, grade) = (network.reception(&position.xy(), agl_m), network.grade(&position.xy(), agl_m));
    let text =
        format!("{:.0} dBm · {} · {}", reception.power_dbm, grade.name().get(language), reception.technology.key());
    Some((words::COVERAGE_THERE, text))
}

/// On the ground no reports are awaited.
fn link(scenario: &ResolvedScenario, sample: &DroneSample, language: Language) -> Option<String> {
    if scenario.network.is_none() {
        return Some(words::PERFECT_LINK.get(language).to_owned());
    }
    let age_s = f64::from(sample.report_age_ms) / 1000.0;
    sample.phase.is_airborne().then(|| format!("{age_s:.1} {}", words::AGO.get(language)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Contingency, FlightPhase, MotionSample, Response, Trouble};
    use crate::viewer::samples::{AIR, STATION, hovering, scenario};

    fn told(more: &str, sample: &DroneSample, language: Language) -> Vec<String> {
        let rows = rows(&scenario(more), SimTime::ZERO, sample, language);
        rows.into_iter().map(|(name, value)| format!("{}: {value}", name.get(language))).collect()
    }

    #[test]
    fn what_has_no_model_says_so() {
        let parked = DroneSample { phase: FlightPhase::Parked, ..hovering() };
        let expected = ["Wind: still air", "Last report: perfect link", "Position error: 0.0 m"];
        assert_eq!(told("", &parked, Language::English), expected);
    }

    #[test]
    fn on_the_ground_no_report_is_awaited() {
        let parked = DroneSample { phase: FlightPhase::Parked, ..hovering() };
        assert!(told(STATION, &parked, Language::English).iter().all(|row| !row.starts_with("Last report")));
    }

    /// Over flat ground the wind at 10 m is that of the station.
    #[test]
    fn a_drone_in_trouble_is_told_whole() {
        let contingency = Some(Contingency { trouble: Trouble::LostLink, response: Response::Return });
        let reported = DroneSample { reported_offset_cm: [300, -400, 0], report_age_ms: 6_400, ..hovering() };
        let motion = MotionSample { altitude_amsl_cm: 1_800, ..reported.motion };
        let sample = DroneSample { motion, contingency, ..reported };
        let told_en = told(&[AIR, STATION].concat(), &sample, Language::English);
        assert_eq!(told_en[..2], ["Wind: 9.0 m/s from 300°", "Gust: 14.0 m/s"]);
        let reception = &told_en[2];
        assert!(reception.starts_with("Reception: -") && reception.ends_with(" · 4g"), "{reception}");
        let expected = ["Last report: 6.4 s ago", "Position error: 5.0 m"];
        assert_eq!(told_en[3..5], expected);
        assert_eq!(told_en[5..], ["Conformance: contingent", "Contingency: link lost → returns"]);
        let told_zh = told(&[AIR, STATION].concat(), &sample, Language::Chinese);
        assert_eq!(told_zh[5..], ["符合性: 应急处置", "应急: 链路中断 → 返航"]);
    }
}
