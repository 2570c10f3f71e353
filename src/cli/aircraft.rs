//! `skygrid aircraft`: the types there are, and everything about one of them.

use serde_json::json;

use super::args::Aircraft;
use super::table::aligned;
use super::{Exit, Failure, Outcome};
use crate::aircraft::{AircraftType, Confidence, Figure, catalogue, embedded_file};
use crate::message::Language;
use crate::message::words::Word;
use crate::scenario::{Source, aircraft_file};

pub fn aircraft(arguments: &Aircraft, json: bool, language: Language) -> Outcome {
    let Some(what) = &arguments.what else {
        list(json, language);
        return Ok(Exit::Done);
    };
    let (aircraft, text) = found(what, language)?;
    if arguments.file {
        say!("{}", text.trim_end());
    } else if json {
        say!("{}", facts(&aircraft));
    } else {
        tell(&aircraft, language);
    }
    Ok(Exit::Done)
}

/// The type and the text of its file.
fn found(what: &str, language: Language) -> Result<(AircraftType, String), Failure> {
    let known = catalogue().iter().find(|aircraft| aircraft.id == what);
    if let Some((aircraft, text)) = known.zip(embedded_file(what)) {
        return Ok((aircraft.clone(), text.to_owned()));
    }
    let text = std::fs::read_to_string(what).map_err(|error| unknown(what, &error, language))?;
    let source = Source::new(what, text);
    let aircraft = aircraft_file(&source).map_err(|findings| Failure::of_findings(&findings, language))?;
    Ok((aircraft, source.text))
}

fn unknown(what: &str, error: &std::io::Error, language: Language) -> Failure {
    let ids: Vec<&str> = catalogue().iter().map(|aircraft| aircraft.id.as_str()).collect();
    let ids = ids.join(", ");
    let text = match language {
        Language::English => format!(
            "{what}: no type of the catalogue, and no file: {error}\n  expected: one of {ids}, or the file of a type\n  cure: `skygrid aircraft m350 --file > my-type.toml` prints a file to start from"
        ),
        Language::Chinese => format!(
            "{what}：目录中没有此机型，也不是文件：{error}\n  应为：{ids} 之一，或机型文件\n  办法：可用 `skygrid aircraft m350 --file > my-type.toml` 输出文件作为起点"
        ),
    };
    Failure::new(Exit::NotUnderstood, text)
}

const HEADINGS: [Word; 10] = [
    Word::new("id", "标识"),
    Word::new("name", "名称"),
    Word::new("class", "类别"),
    Word::new("empty kg", "空机 kg"),
    Word::new("payload kg", "载重 kg"),
    Word::new("MTOW kg", "最大起飞 kg"),
    Word::new("cruise m/s", "巡航 m/s"),
    Word::new("max m/s", "最大 m/s"),
    Word::new("battery Wh", "电池 Wh"),
    Word::new("hover min", "悬停 min"),
];

fn list(json: bool, language: Language) {
    if json {
        let all: Vec<_> = catalogue().iter().map(facts).collect();
        say!("{}", json!({ "aircraft": all }));
        return;
    }
    let row = |aircraft: &AircraftType| {
        vec![
            aircraft.id.clone(),
            aircraft.name.get(language).to_owned(),
            aircraft.class().name().get(language).to_owned(),
            aircraft.empty_mass_kg.to_string(),
            aircraft.payload_kg.to_string(),
            aircraft.mtow_kg.to_string(),
            aircraft.cruise_speed_mps.to_string(),
            aircraft.max_airspeed_mps.to_string(),
            aircraft.battery.capacity_wh.to_string(),
            format!("{:.0}", aircraft.hover_time_s / 60.0),
        ]
    };
    let headings = HEADINGS.map(|word| word.get(language).to_owned()).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(headings).chain(catalogue().iter().map(row)).collect();
    for line in aligned(&rows, &(3..10)) {
        say!("{line}");
    }
}

fn facts(aircraft: &AircraftType) -> serde_json::Value {
    let class = aircraft.class();
    json!({
        "id": aircraft.id,
        "name": aircraft.name,
        "class": class,
        "enjoys_open_airspace": class.enjoys_open_airspace(),
        "follows": class.consequences(),
        "ideal_hover_w": aircraft.ideal_hover_w(),
        "published_hover_w": aircraft.published_hover_w(),
        "flies_at_night": !aircraft.limits.daylight,
        "figures": aircraft.figures,
    })
}

fn tell(aircraft: &AircraftType, language: Language) {
    let class = aircraft.class();
    say!("{}  {}", aircraft.id, aircraft.name.get(language));
    let follows = class.consequences().into_iter().enumerate().map(|(index, text)| {
        let head = |word: Word| if index == 0 { word.get(language).to_owned() } else { String::new() };
        vec![head(Word::new("class", "类别")), head(class.name()), text.get(language).to_owned()]
    });
    for line in aligned(&follows.collect::<Vec<_>>(), &(0..0)) {
        say!("{line}");
    }
    say!("{}", hover(aircraft, language));
    say!("{}", night(aircraft).get(language));
    let row = |figure: &Figure| {
        let confidence = figure.confidence.map_or("–", Confidence::letter);
        vec![figure.key.clone(), figure.value.to_string(), confidence.to_owned(), figure.source.clone()]
    };
    for line in aligned(&aircraft.figures.iter().map(row).collect::<Vec<_>>(), &(1..2)) {
        say!("{line}");
    }
}

const fn night(aircraft: &AircraftType) -> Word {
    if aircraft.limits.daylight {
        Word::new("night  flies between sunrise and sunset alone", "夜航  仅限日出至日落之间")
    } else {
        Word::new("night  flies by day and by night", "夜航  昼夜均可飞行")
    }
}

/// The momentum identity of the type.
fn hover(aircraft: &AircraftType, language: Language) -> String {
    let (ideal_w, published_w) = (aircraft.ideal_hover_w(), aircraft.published_hover_w());
    let (share, mass_kg) = (100.0 * ideal_w / published_w, aircraft.hover_mass_kg);
    match language {
        Language::English => format!(
            "hover  {published_w:.0} W with {mass_kg} kg by battery and time; an ideal rotor needs {ideal_w:.0} W, {share:.0} % of it"
        ),
        Language::Chinese => format!(
            "悬停  {mass_kg} 千克，按电池与时间为 {published_w:.0} 瓦；理想旋翼需 {ideal_w:.0} 瓦，即 {share:.0}%"
        ),
    }
}
