//! `skygrid energy`: what a sortie of each mission costs, part by part and component by component.

use serde_json::{Value, json};

use super::args::Energy;
use super::check::resolved;
use super::table::aligned;
use super::{Exit, Failure, Outcome};
use crate::aircraft::{EnergyModel, Power, PowerModel};
use crate::message::Language;
use crate::message::words::Word;
use crate::mission::{Mission, Task};
use crate::scenario::{ResolvedScenario, SortieBudget, SortieHeldBack, greatest_payload_kg, sortie_budget};
use crate::traffic::route::{Budget, UniformAir};
use crate::world::geo::Horizontal;

/// Directions tried for the worst.
const DIRECTIONS: u8 = 8;

pub fn energy(arguments: &Energy, json: bool, language: Language) -> Outcome {
    let resolution = match resolved(&arguments.scenario)? {
        Ok(resolution) => resolution,
        Err(findings) => return Err(Failure::of_findings(&findings, language)),
    };
    let scenario = resolution.scenario;
    let cases: Vec<Case<'_>> = missions(&scenario, arguments, language)?
        .into_iter()
        .flat_map(|mission| cases(&scenario, mission, arguments))
        .collect();
    let is_carried = cases.iter().filter(|case| case.model == scenario.energy_model).all(Case::is_carried);
    if json {
        say!("{}", json!({ "cases": cases.iter().map(Case::json).collect::<Vec<_>>() }));
    } else {
        tell(&cases, &scenario, language);
    }
    Ok(if is_carried { Exit::Done } else { Exit::NotFlyable })
}

/// The missions asked for, random traffic left out.
fn missions<'a>(
    scenario: &'a ResolvedScenario,
    arguments: &Energy,
    language: Language,
) -> Result<Vec<&'a Mission>, Failure> {
    let flown: Vec<&Mission> =
        scenario.missions.iter().filter(|mission| !matches!(mission.task, Task::Traffic(_))).collect();
    let asked = |mission: &&Mission| arguments.mission.as_ref().is_none_or(|id| *id == mission.id);
    let found: Vec<&Mission> = flown.iter().copied().filter(asked).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let ids = flown.iter().map(|mission| mission.id.as_str()).collect::<Vec<_>>().join(", ");
    let asked = arguments.mission.as_deref().unwrap_or("*");
    let text = match language {
        Language::English => format!(
            "--mission: no mission `{asked}` with a route\n  expected: one of: {ids}\n  cure: name one of them, or leave --mission out"
        ),
        Language::Chinese => format!(
            "--mission：没有带航线的任务 `{asked}`\n  应为：下列之一：{ids}\n  办法：请填写其中之一，或省略 --mission"
        ),
    };
    Err(Failure::new(Exit::NotUnderstood, text))
}

/// One mission by one model in one wind.
struct Case<'a> {
    mission: &'a Mission,
    model: EnergyModel,
    payload_kg: f64,
    /// Speed, m/s, and where it comes from, degrees; `None` in still air.
    wind: Option<(f64, f64)>,
    result: Result<SortieBudget, SortieHeldBack>,
}

/// Both models in still air and, if there is one, in the wind.
fn cases<'a>(scenario: &ResolvedScenario, mission: &'a Mission, arguments: &Energy) -> Vec<Case<'a>> {
    let payload_kg = arguments.payload.unwrap_or_else(|| greatest_payload_kg(mission));
    let aircraft = &scenario.fleets[mission.fleet.index()].aircraft;
    let case = |model, wind: Option<(f64, f64)>| {
        let air = wind.map_or_else(Horizontal::zeros, |(speed, from)| wind_velocity(speed, from));
        let conditions = UniformAir { wind: air, temperature_c: arguments.temperature };
        let result = sortie_budget(scenario, mission, &PowerModel::new(model, aircraft), payload_kg, &conditions)?;
        Some(Case { mission, model, payload_kg, wind, result })
    };
    let windy = |model| {
        let directions = match arguments.from {
            Some(from) => vec![from],
            None => (0..DIRECTIONS).map(|index| f64::from(index) * 360.0 / f64::from(DIRECTIONS)).collect(),
        };
        let tried = directions.into_iter().filter_map(|from| case(model, Some((arguments.wind, from))));
        tried.max_by(|a, b| a.cost().total_cmp(&b.cost()))
    };
    EnergyModel::ALL
        .into_iter()
        .flat_map(|model| [case(model, None), if arguments.wind > 0.0 { windy(model) } else { None }])
        .flatten()
        .collect()
}

/// The velocity of a wind that comes from a direction, degrees from north over east.
fn wind_velocity(speed_mps: f64, from_deg: f64) -> Horizontal {
    let (sin, cos) = libm::sincos(from_deg.to_radians());
    Horizontal::new(-sin, -cos) * speed_mps
}

impl Case<'_> {
    /// Energy, Wh; without end where the wind lets nobody through.
    fn cost(&self) -> f64 {
        self.result.as_ref().map_or(f64::INFINITY, |sortie| sortie.total().energy_wh.total())
    }

    fn is_carried(&self) -> bool {
        self.result.as_ref().is_ok_and(SortieBudget::is_carried)
    }

    fn air(&self, language: Language) -> String {
        match (self.wind, language) {
            (None, Language::English) => "still air".to_owned(),
            (None, Language::Chinese) => "静风".to_owned(),
            (Some((speed, from)), Language::English) => format!("{speed} m/s from {from:.0}°"),
            (Some((speed, from)), Language::Chinese) => format!("{from:.0}° 风 {speed} 米/秒"),
        }
    }

    /// A row for each part, the last for all together with its verdict.
    fn rows(&self, language: Language) -> Vec<Vec<String>> {
        let head = [self.model.name().get(language).to_owned(), self.air(language)];
        let sortie = match &self.result {
            Ok(sortie) => sortie,
            Err(held) => {
                let part = held.part.get(language);
                let text = match language {
                    Language::English => format!("{part}: the wind holds it back at {:.0} m", held.at.along_m),
                    Language::Chinese => format!("{part}：在 {:.0} 米处逆风无法前进", held.at.along_m),
                };
                return vec![[&head[..], &[text]].concat()];
            }
        };
        let row = |index: usize, name: &str, budget: &Budget| {
            let head = if index == 0 { head.clone() } else { [String::new(), String::new()] };
            [&head[..], &[name.to_owned()], &numbers(budget)].concat()
        };
        let parts = sortie.parts.iter().enumerate();
        let mut rows: Vec<Vec<String>> =
            parts.map(|(index, (name, budget))| row(index, name.get(language), budget)).collect();
        let mut all = row(1, Word::new("sortie", "合计").get(language), &sortie.total());
        all.push(format!("{:.0} %", 100.0 * self.cost() / sortie.usable_wh));
        all.push(self.verdict(sortie, language));
        rows.push(all);
        rows
    }

    fn verdict(&self, sortie: &SortieBudget, language: Language) -> String {
        let (left_wh, most_wh) = (sortie.plannable_wh - self.cost(), sortie.plannable_wh);
        match (left_wh >= 0.0, language) {
            (true, Language::English) => format!("flies, {left_wh:.0} of {most_wh:.0} Wh to spare"),
            (true, Language::Chinese) => format!("可飞，可用 {most_wh:.0} 瓦时，余 {left_wh:.0}"),
            (false, Language::English) => format!("refused, {:.0} Wh beyond {most_wh:.0}", -left_wh),
            (false, Language::Chinese) => format!("不可飞，超出 {most_wh:.0} 瓦时 {:.0}", -left_wh),
        }
    }

    fn json(&self) -> Value {
        let wind = self.wind.map(|(speed, from)| json!({ "speed_mps": speed, "from_deg": from }));
        let mut value = json!({
            "mission": self.mission.id,
            "model": self.model,
            "payload_kg": self.payload_kg,
            "wind": wind,
            "carried": self.is_carried(),
        });
        value["result"] = match &self.result {
            Ok(sortie) => json!({
                "parts": sortie.parts.iter().map(|(name, budget)| part_json(&name.both().en, budget)).collect::<Vec<_>>(),
                "total": part_json("sortie", &sortie.total()),
                "usable_wh": sortie.usable_wh,
                "plannable_wh": sortie.plannable_wh,
            }),
            Err(held) => json!({ "held_back": held.part.both().en, "along_m": held.at.along_m }),
        };
        value
    }
}

fn part_json(name: &str, budget: &Budget) -> Value {
    json!({ "part": name, "time_s": budget.time_s, "energy_wh": budget.energy_wh, "total_wh": budget.energy_wh.total() })
}

/// Minutes, all energy, and each component.
fn numbers(budget: &Budget) -> Vec<String> {
    let components = budget.energy_wh.components().map(|(_, wh)| format!("{wh:.1}"));
    let all = [format!("{:.1}", budget.time_s / 60.0), format!("{:.1}", budget.energy_wh.total())];
    [&all[..], &components[..]].concat()
}

fn headings(language: Language) -> Vec<String> {
    let head = [
        Word::new("model", "模型"),
        Word::new("wind", "风"),
        Word::new("part", "航段"),
        Word::new("min", "分钟"),
        Word::new("Wh", "瓦时"),
    ];
    let components = Power::default().components().map(|(name, _)| name);
    let tail = [Word::new("battery", "电量"), Word::new("verdict", "结论")];
    [&head[..], &components[..], &tail[..]].concat().into_iter().map(|word| word.get(language).to_owned()).collect()
}

fn tell(cases: &[Case<'_>], scenario: &ResolvedScenario, language: Language) {
    let mut ids: Vec<&str> = cases.iter().map(|case| case.mission.id.as_str()).collect();
    ids.dedup();
    for (index, id) in ids.into_iter().enumerate() {
        let of_mission: Vec<&Case<'_>> = cases.iter().filter(|case| case.mission.id == id).collect();
        let Some(first) = of_mission.first() else { continue };
        if index > 0 {
            say!("");
        }
        let aircraft = &scenario.fleets[first.mission.fleet.index()].aircraft;
        say!("{id}: {}, {} kg", aircraft.name.get(language), first.payload_kg);
        let rows = of_mission.iter().flat_map(|case| case.rows(language));
        let rows: Vec<Vec<String>> = std::iter::once(headings(language)).chain(rows).collect();
        for line in aligned(&rows, &(3..11)) {
            say!("{line}");
        }
    }
}
