//! A year by month: wind, gales, flyable days at every hub and pad, and what forbids flying.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{MOST_COLUMNS, Station, days, field, hill_factors, nowhere, offset, say_table, stations};
use crate::cli::args::Weather as Arguments;
use crate::cli::{Exit, Failure, Outcome};
use crate::formats::weather::write;
use crate::message::{Language, Text};
use crate::scenario::ResolvedScenario;
use crate::world::weather::{Climate, Conditions, Month, Origin, Quantity, months, year as drawn};

/// Seed of a year where neither the command nor the scenario says one.
const USUAL_SEED: u64 = 1;

pub fn year(
    arguments: &Arguments,
    number: i16,
    scenario: &ResolvedScenario,
    is_json: bool,
    language: Language,
) -> Outcome {
    let (hours, source) = hours(arguments, number, scenario);
    if hours.is_empty() {
        return Err(no_hours(number, language));
    }
    if let Some(path) = &arguments.out {
        written(path, &hours, scenario)?;
    }
    let field = field(scenario);
    let days = days(scenario);
    let judged = |station: Station| {
        let months = months(&hours, &field, station.judged, &station.limits, days);
        let hill = hill_factors(&field, &station.judged.place);
        Judged { station, months, hill }
    };
    let places: Vec<Judged> = stations(scenario).into_iter().map(judged).collect();
    let Some(hub) = places.first() else { return Err(nowhere(language)) };
    if is_json {
        let places: Vec<Value> = places.iter().map(Judged::json).collect();
        say!("{}", json!({ "year": number, "source": source, "places": places }));
    } else {
        say!("{} {number}: {}", scenario.title.get(language), source.get(language));
        say!("");
        say_months(hub, &places, language);
        say!("");
        say_places(&places, language);
    }
    Ok(Exit::Done)
}

/// The hours of a year: those of the scenario's file, or drawn from its climate.
fn hours(arguments: &Arguments, number: i16, scenario: &ResolvedScenario) -> (Vec<(Timestamp, Conditions)>, Text) {
    let days = days(scenario);
    let weather = scenario.weather.as_ref();
    if let Some(weather) = weather.filter(|weather| weather.origin == Origin::File) {
        let all = weather.timeline.instants().iter().copied();
        let of_year = all.filter(|(at, _)| days.to_datetime(*at).year() == number);
        return (of_year.collect(), Text::new("hours of the file", "来自文件的逐时数据"));
    }
    let (climate, seed) = match weather.map(|weather| &weather.origin) {
        Some(Origin::Generated { climate, seed }) => ((**climate).clone(), *seed),
        _ => (Climate::CHAOYANG, USUAL_SEED),
    };
    let seed = arguments.seed.unwrap_or(seed);
    let source = Text::new(
        format!("generated, seed {seed}; a model, not a measurement"),
        format!("生成天气，种子 {seed}；为模型值，非实测"),
    );
    (drawn(&climate, number, days, seed), source)
}

fn no_hours(number: i16, language: Language) -> Failure {
    let text = Text::new(
        format!(
            "the file of the scenario has no hour of {number}\n  expected: a year the file reaches into\n  cure: choose another --year"
        ),
        format!("情景的天气文件不含 {number} 年的数据\n  应为：文件覆盖的年份\n  办法：请更换 --year"),
    );
    Failure::new(Exit::NotUnderstood, text.get(language))
}

/// Writes hours into the file of `--out`.
pub fn written(path: &Path, hours: &[(Timestamp, Conditions)], scenario: &ResolvedScenario) -> Result<(), Failure> {
    write(path, hours, offset(scenario)).map_err(|error| Failure::new(Exit::InputOutput, error))
}

/// A place and what the months allowed there.
struct Judged {
    station: Station,
    months: [Month; 12],
    /// Least and greatest factor of hills.
    hill: [f64; 2],
}

impl Judged {
    fn total(&self, of: impl Fn(&Month) -> u32) -> u32 {
        self.months.iter().map(of).sum()
    }

    fn mean_wind_mps(&self) -> f64 {
        let hours = f64::from(self.total(|month| month.hours)).max(1.0);
        self.months.iter().map(|month| month.mean_wind_mps * f64::from(month.hours)).sum::<f64>() / hours
    }

    fn strongest_gust_mps(&self) -> f64 {
        self.months.iter().map(|month| month.strongest_gust_mps).fold(0.0, f64::max)
    }

    fn json(&self) -> Value {
        let months = self.months.iter().zip(1..).map(|(month, number)| {
            json!({
                "month": number,
                "days": month.days,
                "hours": month.hours,
                "mean_wind_mps": month.mean_wind_mps,
                "strongest_gust_mps": month.strongest_gust_mps,
                "gale_days": month.gale_days,
                "flyable_days": month.flyable_days,
                "daylight_hours": month.daylight_hours,
                "lost_hours": month.lost_hours,
                "limits_most": month.limits_most(),
            })
        });
        json!({
            "id": self.station.id,
            "name": self.station.name,
            "fleets": self.station.fleets,
            "limits": self.station.limits,
            "hill_factor": self.hill,
            "mean_wind_mps": self.mean_wind_mps(),
            "gale_days": self.total(|month| month.gale_days),
            "flyable_days": self.total(|month| month.flyable_days),
            "months": months.collect::<Vec<_>>(),
        })
    }
}

fn texts<const N: usize>(words: [(&str, &str); N], language: Language) -> [String; N] {
    words.map(|(en, zh)| Text::new(en, zh).get(language).to_owned())
}

fn say_months(hub: &Judged, places: &[Judged], language: Language) {
    let [month, wind, gust, gales, total] = texts(
        [
            ("month", "月份"),
            ("wind m/s", "平均风速 米/秒"),
            ("gust m/s", "最大阵风 米/秒"),
            ("gale days", "大风日"),
            ("year", "全年"),
        ],
        language,
    );
    let shown = &places[..places.len().min(MOST_COLUMNS)];
    let flyable = shown.iter().map(|judged| {
        let id = &judged.station.id;
        Text::new(format!("flyable {id}"), format!("{id} 可飞日")).get(language).to_owned()
    });
    let [limits] = texts([("hours of daylight lost at the hub", "起降场损失的昼间小时数")], language);
    let mut rows = vec![[month, wind, gust, gales].into_iter().chain(flyable).chain([limits]).collect::<Vec<_>>()];
    for (index, month) in hub.months.iter().enumerate() {
        let numbers = [
            (index + 1).to_string(),
            format!("{:.1}", month.mean_wind_mps),
            format!("{:.1}", month.strongest_gust_mps),
            month.gale_days.to_string(),
        ];
        let flyable = shown.iter().map(|judged| judged.months[index].flyable_days.to_string());
        rows.push(numbers.into_iter().chain(flyable).chain([lost(month, language)]).collect());
    }
    let numbers = [
        total,
        format!("{:.1}", hub.mean_wind_mps()),
        format!("{:.1}", hub.strongest_gust_mps()),
        hub.total(|month| month.gale_days).to_string(),
    ];
    let flyable = shown.iter().map(|judged| judged.total(|month| month.flyable_days).to_string());
    rows.push(numbers.into_iter().chain(flyable).collect());
    say_table(&rows, &[0, 4 + shown.len()]);
}

/// Hours of daylight lost to each quantity, the greatest first.
fn lost(month: &Month, language: Language) -> String {
    let lost = month.lost_hours.iter().filter(|(quantity, _)| **quantity != Quantity::Daylight);
    let mut lost: Vec<(Quantity, u32)> = lost.map(|(quantity, hours)| (*quantity, *hours)).collect();
    lost.sort_by_key(|(quantity, hours)| (std::cmp::Reverse(*hours), *quantity));
    if lost.is_empty() {
        return "–".to_owned();
    }
    let texts = lost.iter().map(|(quantity, hours)| format!("{} {hours}", quantity.name().get(language)));
    texts.collect::<Vec<_>>().join(", ")
}

fn say_places(places: &[Judged], language: Language) {
    let head = texts(
        [
            ("place", "地点"),
            ("wind by the hill", "山体增速"),
            ("wind m/s", "平均风速 米/秒"),
            ("gust m/s", "最大阵风 米/秒"),
            ("gale days", "大风日"),
            ("flyable days", "可飞日"),
            ("for fleets", "机队"),
        ],
        language,
    );
    let rows = places.iter().map(|judged| {
        let [low, high] = judged.hill;
        vec![
            judged.station.name.get(language).to_owned(),
            if high - low < 0.005 { format!("×{high:.2}") } else { format!("×{low:.2}–{high:.2}") },
            format!("{:.1}", judged.mean_wind_mps()),
            format!("{:.1}", judged.strongest_gust_mps()),
            judged.total(|month| month.gale_days).to_string(),
            judged.total(|month| month.flyable_days).to_string(),
            judged.station.fleets_text(language),
        ]
    });
    say_table(&std::iter::once(head.to_vec()).chain(rows).collect::<Vec<_>>(), &[0, 1, 6]);
}
