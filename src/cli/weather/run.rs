//! The weather through the window of a scenario: conditions at its hubs and pads, and when one may not fly there.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::year::written;
use super::{MOST_COLUMNS, Station, nowhere, offset, say_table, stations};
use crate::cli::args::Weather as Arguments;
use crate::cli::{Exit, Outcome};
use crate::message::{Language, Text};
use crate::scenario::ResolvedScenario;
use crate::units::SimTime;
use crate::world::weather::{Breach, Conditions, Daylight, LocalConditions, STATION_M, Weather};

/// Rows of the table, and the least time between two, s.
const ROWS: i64 = 12;
const LEAST_S: i64 = 600;
/// How finely times of no-go are looked for, s.
const LOOK_S: i64 = 60;

pub fn run(arguments: &Arguments, scenario: &ResolvedScenario, is_json: bool, language: Language) -> Outcome {
    let Some(weather) = &scenario.weather else {
        let text = Text::new(
            "still air: the scenario has no [weather]; add one, or see a year with --year 2026",
            "静风：情景未设置 [weather]；请添加，或用 --year 2026 查看全年",
        );
        if is_json {
            say!("{}", json!({ "weather": null }));
        } else {
            say!("{}", text.get(language));
        }
        return Ok(Exit::Done);
    };
    let window = Window { scenario, weather, stations: stations(scenario) };
    if window.stations.is_empty() {
        return Err(nowhere(language));
    }
    let instants = window.instants();
    if let Some(path) = &arguments.out {
        let hours: Vec<(Timestamp, Conditions)> = instants.iter().map(|at| (*at, weather.conditions(*at))).collect();
        written(path, &hours, scenario)?;
    }
    if is_json {
        say!("{}", window.json(&instants));
    } else {
        say!("{}", scenario.title.get(language));
        window.say_conditions(&instants, language);
        say!("");
        window.say_holds(language);
    }
    Ok(Exit::Done)
}

/// A time in which one may not fly at a place.
struct Hold {
    from: SimTime,
    to: SimTime,
    /// What forbids it at first.
    breach: Breach,
}

struct Window<'a> {
    scenario: &'a ResolvedScenario,
    weather: &'a Weather,
    stations: Vec<Station>,
}

impl Window<'_> {
    /// The instants of the table, the first and the last of the run among them.
    fn instants(&self) -> Vec<Timestamp> {
        let clock = &self.scenario.clock;
        let duration_s = clock.duration.millis() / 1000;
        let step = SignedDuration::from_secs((duration_s / ROWS).max(LEAST_S));
        let end = clock.timestamp(clock.duration);
        let all = std::iter::successors(Some(clock.begins), |at| at.checked_add(step).ok());
        all.take_while(|at| *at < end).chain([end]).collect()
    }

    fn local(&self, station: &Station, at: Timestamp) -> LocalConditions {
        let is_day = Daylight::at(at, station.judged.geographic).holds(at);
        self.weather.local(&station.position, STATION_M, &self.weather.conditions(at), is_day)
    }

    /// When one may not fly at a place, to the minute.
    fn holds(&self, station: &Station) -> Vec<Hold> {
        let clock = &self.scenario.clock;
        let mut holds: Vec<Hold> = Vec::new();
        let mut is_held = false;
        let looks =
            (0..=clock.duration.millis() / 1000 / LOOK_S).map(|look| SimTime::from_millis(look * LOOK_S * 1000));
        for time in looks {
            let breach = station.limits.pad_breach(&self.local(station, clock.timestamp(time)));
            match (breach, holds.last_mut().filter(|_| is_held)) {
                (Some(_), Some(hold)) => hold.to = time,
                (Some(breach), None) => holds.push(Hold { from: time, to: time, breach }),
                (None, _) => {}
            }
            is_held = breach.is_some();
        }
        // One holds until the next look.
        let until = |to: SimTime| (to + SimTime::from_millis(LOOK_S * 1000)).min(clock.duration);
        holds.into_iter().map(|hold| Hold { to: until(hold.to), ..hold }).collect()
    }

    fn say_conditions(&self, instants: &[Timestamp], language: Language) {
        let words = [
            ("time", "时刻"),
            ("wind m/s", "风速 米/秒"),
            ("from °", "风向 °"),
            ("gust m/s", "阵风 米/秒"),
            ("rain mm/h", "降水 毫米/时"),
            ("sight km", "能见度 千米"),
            ("air °C", "气温 °C"),
        ];
        let shown = &self.stations[..self.stations.len().min(MOST_COLUMNS)];
        let words = words.map(|(en, zh)| Text::new(en, zh).get(language).to_owned());
        let gusts = shown.iter().map(|station| {
            Text::new(format!("gust {}", station.id), format!("{} 阵风", station.id)).get(language).to_owned()
        });
        let mut rows: Vec<Vec<String>> = vec![words.into_iter().chain(gusts).collect()];
        for at in instants {
            let conditions = self.weather.conditions(*at);
            let time = offset(self.scenario).to_datetime(*at).strftime("%m-%d %H:%M").to_string();
            let numbers = [
                time,
                format!("{:.1}", conditions.speed_mps()),
                format!("{:.0}", conditions.direction_deg()),
                format!("{:.1}", conditions.gust_mps),
                format!("{:.1}", conditions.precipitation_mmph),
                format!("{:.1}", conditions.visibility_m / 1000.0),
                format!("{:.1}", conditions.temperature_c),
            ];
            let gusts = shown.iter().map(|station| format!("{:.1}", self.local(station, *at).wind.gust_mps));
            rows.push(numbers.into_iter().chain(gusts).collect());
        }
        say_table(&rows, &[0]);
    }

    fn say_holds(&self, language: Language) {
        let clock = &self.scenario.clock;
        let colon = if language == Language::Chinese { "：" } else { ": " };
        for station in &self.stations {
            let name = station.name_for_fleets(language);
            let holds = self.holds(station);
            if holds.is_empty() {
                let fine = Text::new("within limits throughout", "全程在限值之内");
                say!("{name}{colon}{}", fine.get(language));
            }
            for Hold { from, to, breach } in holds {
                let [from, to] = [from, to].map(|time| clock.time_of_day(time));
                let what = breach.text();
                let text = Text::new(
                    format!("no flying from {from} to {to}: {}", what.en),
                    format!("{from} 至 {to} 不可飞行：{}", what.zh),
                );
                say!("{name}{colon}{}", text.get(language));
            }
        }
    }

    fn json(&self, instants: &[Timestamp]) -> Value {
        let conditions = |at: &Timestamp| {
            let conditions = self.weather.conditions(*at);
            json!({
                "time": at.display_with_offset(offset(self.scenario)).to_string(),
                "wind_mps": conditions.speed_mps(),
                "direction_deg": conditions.direction_deg(),
                "gust_mps": conditions.gust_mps,
                "visibility_m": conditions.visibility_m,
                "precipitation_mmph": conditions.precipitation_mmph,
                "temperature_c": conditions.temperature_c,
            })
        };
        let place = |station: &Station| {
            let holds = self.holds(station).into_iter().map(|hold| {
                json!({
                    "from_s": hold.from.seconds(),
                    "to_s": hold.to.seconds(),
                    "quantity": hold.breach.quantity,
                    "value": hold.breach.value,
                    "limit": hold.breach.limit,
                    "text": hold.breach.text(),
                })
            });
            let gusts = instants.iter().map(|at| self.local(station, *at).wind.gust_mps);
            json!({
                "id": station.id,
                "name": station.name,
                "fleets": station.fleets,
                "limits": station.limits,
                "gust_mps": gusts.collect::<Vec<_>>(),
                "no_go": holds.collect::<Vec<_>>(),
            })
        };
        json!({
            "conditions": instants.iter().map(conditions).collect::<Vec<_>>(),
            "places": self.stations.iter().map(place).collect::<Vec<_>>(),
        })
    }
}
