//! The file of an aircraft type: read with all faults at once.
//!
//! A figure is `{ value = …, source = "…", confidence = "M" }` or a plain number. Figures that have a usual value may be left
//! out.

mod relations;

use super::aircraft_type::{AircraftType, Airframe, Confidence, Figure, Wing};
use super::battery::Battery;
use crate::message::Text;
use crate::world::weather::Limits;

/// One fault of a file: its key, then what is wrong, what was expected, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFault {
    /// Dotted key; empty for the file as a whole.
    pub key: String,
    /// Byte offset in the file, where no key says the place.
    pub offset: Option<usize>,
    /// What is wrong, what was expected, what to do.
    pub texts: [Text; 3],
}

/// A figure that a file may give: its key, its range, and its usual value.
#[derive(Clone, Copy)]
struct Known {
    key: &'static str,
    /// From least to most, both included.
    range: [f64; 2],
    usual: Option<(f64, &'static str)>,
}

const fn needed(key: &'static str, range: [f64; 2]) -> Known {
    Known { key, range, usual: None }
}

const fn usual(key: &'static str, range: [f64; 2], value: f64, source: &'static str) -> Known {
    Known { key, range, usual: Some((value, source)) }
}

/// What stands for a figure that depends on others.
const DERIVED: f64 = f64::NAN;

/// Limits that a file leaves out.
const USUAL: Limits = Limits::USUAL;

/// Every figure of a file. A tip speed of 120 m/s: Zeng, Xu and Zhang 2019.
const FIGURES: [Known; 28] = [
    needed("empty_mass_kg", [0.05, 10_000.0]),
    needed("payload_kg", [0.0, 10_000.0]),
    usual("mtow_kg", [0.05, 20_000.0], DERIVED, "empty mass and payload"),
    needed("cruise_speed_mps", [1.0, 150.0]),
    needed("max_airspeed_mps", [1.0, 200.0]),
    needed("climb_mps", [0.1, 50.0]),
    needed("descent_mps", [0.1, 50.0]),
    usual("acceleration_mps2", [0.1, 30.0], 3.0, "usual value"),
    usual("vertical_acceleration_mps2", [0.1, 30.0], 2.5, "usual value"),
    needed("disc_area_m2", [0.001, 1000.0]),
    usual("tip_speed_mps", [10.0, 340.0], 120.0, "usual value (Zeng, Xu and Zhang 2019)"),
    usual("drag_area_m2", [0.0, 100.0], DERIVED, "0.03 of the disc area (Zeng, Xu and Zhang 2019)"),
    usual("avionics_w", [0.0, 10_000.0], 20.0, "usual value"),
    needed("battery_wh", [1.0, 1_000_000.0]),
    usual("usable_share", [0.05, 1.0], 0.95, "usual value: the last 5 % protect the cells"),
    usual("charge_w", [1.0, 1_000_000.0], DERIVED, "usual value: full power for an hour"),
    needed("hover_time_min", [0.5, 10_000.0]),
    usual("hover_mass_kg", [0.05, 20_000.0], DERIVED, "the empty mass"),
    usual("parachute_descent_mps", [0.0, 15.0], 0.0, "usual value: no parachute"),
    usual("limits.gust_mps", [0.5, 60.0], USUAL.gust_mps, "usual value"),
    usual("limits.landing_wind_mps", [0.5, 60.0], USUAL.landing_wind_mps, "usual value"),
    usual("limits.precipitation_mmph", [0.0, 500.0], USUAL.precipitation_mmph, "usual value: moderate rain"),
    usual("limits.visibility_m", [0.0, 100_000.0], USUAL.visibility_m, "usual value"),
    usual("limits.temperature_min_c", [-80.0, 60.0], USUAL.temperature_c[0], "usual value"),
    usual("limits.temperature_max_c", [-60.0, 80.0], USUAL.temperature_c[1], "usual value"),
    needed("wing.stall_mps", [1.0, 150.0]),
    needed("wing.bank_deg", [1.0, 75.0]),
    needed("wing.lift_to_drag", [1.0, 60.0]),
];

/// The switch that lets a type fly between sunset and sunrise: `true` or `false`, which it is without.
const NIGHT: &str = "limits.night";

/// Every key that a file may have.
pub fn known_keys() -> Vec<&'static str> {
    ["id", "name.en", "name.zh", NIGHT].into_iter().chain(FIGURES.iter().map(|known| known.key)).collect()
}

/// Reads the file of a type.
///
/// # Errors
/// Every fault of the file.
pub fn read_type(text: &str) -> Result<AircraftType, Vec<TypeFault>> {
    let table: toml::Table = toml::from_str(text).map_err(|error| vec![syntax(&error)])?;
    let mut reader = Reader { table: &table, figures: Vec::new(), faults: Vec::new() };
    reader.unknown_keys(&table, "");
    let id = reader.id();
    let name = reader.name(&id);
    let night = reader.night();
    let has_wing = table.contains_key("wing");
    for known in FIGURES.iter().filter(|known| has_wing || !known.key.starts_with("wing.")) {
        reader.figure(known);
    }
    let Reader { mut figures, mut faults, .. } = reader;
    faults.extend(relations::derive_and_check(&mut figures, &faults));
    if faults.is_empty() { built(id, name, night, figures).map_err(|fault| vec![*fault]) } else { Err(faults) }
}

fn fault(key: impl Into<String>, texts: [Text; 3]) -> TypeFault {
    TypeFault { key: key.into(), offset: None, texts }
}

fn syntax(error: &toml::de::Error) -> TypeFault {
    TypeFault {
        key: String::new(),
        offset: error.span().map(|span| span.start),
        texts: [
            Text::new(format!("not TOML: {}", error.message()), format!("不是 TOML：{}", error.message())),
            Text::new("the TOML file of an aircraft type", "机型的 TOML 文件"),
            Text::new(
                "mend this line; `skygrid aircraft m350 --file` prints a file to compare with",
                "请改正此行；可用 `skygrid aircraft m350 --file` 输出文件作对照",
            ),
        ],
    }
}

struct Reader<'a> {
    table: &'a toml::Table,
    figures: Vec<Figure>,
    faults: Vec<TypeFault>,
}

impl Reader<'_> {
    fn tell(&mut self, key: impl Into<String>, what: Text, expected: Text, cure: Text) {
        self.faults.push(fault(key, [what, expected, cure]));
    }

    /// Adds every key that is none of a type, tables other than those of figures gone into.
    fn unknown_keys(&mut self, table: &toml::Table, prefix: &str) {
        let known = known_keys();
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            if known.contains(&key.as_str()) || (key == "name" && value.is_str()) {
                continue;
            }
            match value.as_table().filter(|_| ["name", "limits", "wing"].contains(&key.as_str())) {
                Some(inner) => self.unknown_keys(inner, &format!("{key}.")),
                None => self.unknown_key(key, &known),
            }
        }
    }

    fn unknown_key(&mut self, key: String, known: &[&str]) {
        let similar = |other: &&&str| strsim::jaro_winkler(other, &key);
        let closest = known.iter().max_by(|a, b| similar(a).total_cmp(&similar(b)));
        let cure = match closest.filter(|other| similar(other) > 0.8) {
            Some(other) => Text::new(
                format!("did you mean `{other}`? otherwise remove it"),
                format!("是否应为 `{other}`？否则请删除"),
            ),
            None => Text::new("remove it", "请删除"),
        };
        let list = known.join(", ");
        let what = Text::new(format!("unknown key `{key}`"), format!("未知的键 `{key}`"));
        self.tell(key, what, Text::new(format!("one of {list}"), format!("下列之一：{list}")), cure);
    }

    fn id(&mut self) -> String {
        let id = self.table.get("id").and_then(toml::Value::as_str).unwrap_or_default();
        if id.is_empty() || id.len() > 64 {
            self.tell(
                "id",
                Text::new("the identity is missing, empty or too long", "标识缺失、为空或过长"),
                Text::new("a text of 1 to 64 letters", "1 至 64 个字符的文本"),
                Text::new("add `id = \"my-type\"`", "请添加 `id = \"my-type\"`"),
            );
        }
        id.to_owned()
    }

    /// The name in both languages; the identity where there is none.
    fn name(&mut self, id: &str) -> Text {
        let in_language = |language: &str| {
            let name = self.table.get("name")?;
            name.as_str().or_else(|| name.get(language)?.as_str())
        };
        let [en, zh] = ["en", "zh"].map(|language| in_language(language).unwrap_or(id).to_owned());
        Text::new(en, zh)
    }

    /// Whether it may fly at night.
    fn night(&mut self) -> bool {
        let Some(value) = self.table.get("limits").and_then(|limits| limits.get("night")) else { return false };
        value.as_bool().unwrap_or_else(|| {
            self.tell(
                NIGHT,
                Text::new(format!("{value} is neither yes nor no"), format!("{value} 不是有效开关值")),
                Text::new("true or false", "true 或 false"),
                Text::new(
                    "write `night = true` if it has lights and leave to fly at night",
                    "具备夜航灯光并获准夜航时填写 `night = true`",
                ),
            );
            false
        })
    }

    fn figure(&mut self, known: &Known) {
        let here = known.key.split('.').try_fold(None, |at: Option<&toml::Value>, name| match at {
            None => self.table.get(name).map(Some),
            Some(value) => value.get(name).map(Some),
        });
        match here.flatten() {
            Some(value) => self.given(known, value),
            None => self.absent(known),
        }
    }

    fn absent(&mut self, known: &Known) {
        let key = known.key.to_owned();
        match known.usual {
            Some((value, source)) => {
                let confidence = Some(Confidence::Low);
                self.figures.push(Figure { key, value, source: source.to_owned(), confidence });
            }
            None => self.tell(
                known.key,
                Text::new(format!("`{key}` is missing"), format!("缺少 `{key}`")),
                range(known),
                Text::new(format!("add `{key} = …`"), format!("请添加 `{key} = …`")),
            ),
        }
    }

    fn given(&mut self, known: &Known, value: &toml::Value) {
        let Some(figure) = figure_of(known.key, value) else {
            self.tell(
                known.key,
                Text::new(format!("{value} is no figure"), format!("{value} 不是有效数据")),
                Text::new(
                    "a number, or { value = …, source = \"…\", confidence = \"H\", \"M\" or \"L\" }",
                    "数值，或 { value = …, source = \"…\", confidence = \"H\"、\"M\" 或 \"L\" }",
                ),
                Text::new("write it like one of these", "请按上述写法填写"),
            );
            return;
        };
        let value = figure.value;
        let [least, most] = known.range;
        if (least..=most).contains(&value) {
            self.figures.push(figure);
        } else {
            self.tell(
                known.key,
                Text::new(format!("{value} cannot be"), format!("{value} 不可能")),
                range(known),
                Text::new("correct the figure and its unit", "请改正数值并核对单位"),
            );
        }
    }
}

/// A number as TOML has it.
fn number(value: &toml::Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "figures are far smaller than 2⁵³")]
    let whole = value.as_integer().map(|whole| whole as f64);
    value.as_float().or(whole).filter(|number| number.is_finite())
}

fn figure_of(key: &str, value: &toml::Value) -> Option<Figure> {
    let key = key.to_owned();
    let Some(table) = value.as_table() else {
        return Some(Figure { key, value: number(value)?, source: "user".to_owned(), confidence: None });
    };
    if table.keys().any(|name| !["value", "source", "confidence"].contains(&name.as_str())) {
        return None;
    }
    let source = table.get("source").map_or(Some("user"), toml::Value::as_str)?.to_owned();
    let confidence = match table.get("confidence").map(toml::Value::as_str) {
        None => None,
        Some(Some("H")) => Some(Confidence::High),
        Some(Some("M")) => Some(Confidence::Medium),
        Some(Some("L")) => Some(Confidence::Low),
        Some(_) => return None,
    };
    Some(Figure { key, value: number(table.get("value")?)?, source, confidence })
}

fn range(known: &Known) -> Text {
    let [least, most] = known.range;
    Text::new(format!("a number from {least} to {most}"), format!("{least} 至 {most} 的数值"))
}

/// The type that sound figures make.
fn built(id: String, name: Text, night: bool, figures: Vec<Figure>) -> Result<AircraftType, Box<TypeFault>> {
    let of = |key: &str| figures.iter().find(|figure| figure.key == key).map(|figure| figure.value);
    let at = |key: &str| of(key).unwrap_or_default();
    let airframe = match (of("wing.stall_mps"), of("wing.bank_deg"), of("wing.lift_to_drag")) {
        (Some(stall), Some(bank), Some(glide)) => {
            Airframe::VtolWing(Wing::new(stall, bank, glide).ok_or_else(|| Box::new(relations::no_wing()))?)
        }
        _ => Airframe::Multirotor,
    };
    Ok(AircraftType {
        empty_mass_kg: at("empty_mass_kg"),
        payload_kg: at("payload_kg"),
        mtow_kg: at("mtow_kg"),
        cruise_speed_mps: at("cruise_speed_mps"),
        max_airspeed_mps: at("max_airspeed_mps"),
        climb_mps: at("climb_mps"),
        descent_mps: at("descent_mps"),
        acceleration_mps2: at("acceleration_mps2"),
        vertical_acceleration_mps2: at("vertical_acceleration_mps2"),
        disc_area_m2: at("disc_area_m2"),
        tip_speed_mps: at("tip_speed_mps"),
        drag_area_m2: at("drag_area_m2"),
        avionics_w: at("avionics_w"),
        hover_time_s: at("hover_time_min") * 60.0,
        hover_mass_kg: at("hover_mass_kg"),
        battery: Battery { capacity_wh: at("battery_wh"), usable_share: at("usable_share"), charge_w: at("charge_w") },
        limits: Limits {
            gust_mps: at("limits.gust_mps"),
            landing_wind_mps: at("limits.landing_wind_mps"),
            precipitation_mmph: at("limits.precipitation_mmph"),
            visibility_m: at("limits.visibility_m"),
            temperature_c: [at("limits.temperature_min_c"), at("limits.temperature_max_c")],
            daylight: !night,
        },
        parachute_descent_mps: of("parachute_descent_mps").filter(|rate_mps| *rate_mps > 0.0),
        airframe,
        id,
        name,
        figures,
    })
}
