//! `skygrid where`: what is at a place, and whether one may fly there.

mod permission;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::permission::Ruled;
use super::args::{Arguments, Where};
use super::check::resolved;
use super::time::instant;
use super::{Exit, Failure, Outcome};
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::scenario::{Clock, ResolvedScenario};
use crate::world::geo::beidou::{GridCell, HeightLayer, Level};
use crate::world::geo::{CoordinateSystem, Geographic, Place, Position, SHIFT_ACCURACY_M, SunEvent};

/// Levels of the BeiDou grid that are told: airspace state, separation, obstacles.
const LEVELS: [u8; 3] = [5, 6, 7];

pub fn whereabouts(arguments: &Where, common: &Arguments) -> Outcome {
    let language = common.language();
    let resolution = resolved(&arguments.scenario)?.map_err(|findings| Failure::of_findings(&findings, language))?;
    let scenario = resolution.scenario;
    let at = match &arguments.at {
        Some(text) => instant(text, &scenario.clock, language)?,
        None => scenario.clock.begins,
    };
    let system = CoordinateSystem::from(arguments.coordinates);
    let asked = Asked {
        place: system.to_wgs84(arguments.point.place),
        is_converted: system != CoordinateSystem::Wgs84,
        local: scenario.projection.to_local(system.to_wgs84(arguments.point.place)),
        altitude: arguments.point.altitude,
        at,
    };
    let operator = arguments.operator.as_deref();
    remark_unknown(operator, &scenario, language);
    let answer = asked.answered(&scenario, operator)?;
    if common.json {
        say!("{}", answer.json());
    } else {
        answer.say(language);
    }
    Ok(Exit::Done)
}

/// Remarks that nobody in a scenario goes by the name of an operator.
pub fn remark_unknown(operator: Option<&str>, scenario: &ResolvedScenario, language: Language) {
    let Some(operator) = operator else { return };
    let fleets = scenario.fleets.iter().filter_map(|fleet| fleet.operator.as_deref());
    let approvals = scenario.airspace.rules().approvals.iter();
    let known: BTreeSet<&str> = fleets.chain(approvals.filter_map(|approval| approval.holder.as_deref())).collect();
    let list = known.iter().copied().collect::<Vec<_>>().join(", ");
    if !known.contains(operator) {
        let text = Text::new(
            format!("no fleet and no approval here names the operator {operator}; known: {list}"),
            format!("方案中没有名为 {operator} 的运营人；已知：{list}"),
        );
        remark!("{}", text.get(language));
    }
}

/// What is asked about.
struct Asked {
    place: Geographic,
    is_converted: bool,
    local: Place,
    altitude: Option<crate::units::Altitude>,
    at: Timestamp,
}

/// One thing that is known: its key and value for machines, its name and text for people.
struct Fact {
    key: &'static str,
    value: Value,
    shown: Option<(Word, Text)>,
}

/// Everything that is known, in the order of telling.
#[derive(Default)]
struct Answer(Vec<Fact>);

impl Answer {
    fn tell(&mut self, key: &'static str, name: Word, value: Value, text: Text) {
        self.0.push(Fact { key, value, shown: Some((name, text)) });
    }

    /// A text whose value machines read in another fact.
    fn show(&mut self, name: Word, text: Text) {
        self.0.push(Fact { key: "", value: Value::Null, shown: Some((name, text)) });
    }

    /// A value that people have read in another fact.
    fn note(&mut self, key: &'static str, value: Value) {
        self.0.push(Fact { key, value, shown: None });
    }

    fn json(self) -> Value {
        Value::Object(
            self.0
                .into_iter()
                .filter(|fact| !fact.key.is_empty())
                .map(|fact| (fact.key.to_owned(), fact.value))
                .collect::<Map<_, _>>(),
        )
    }

    fn say(&self, language: Language) {
        // Chinese letters are two columns wide.
        let columns = |text: &str| text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum::<usize>();
        for (name, text) in self.0.iter().filter_map(|fact| fact.shown.as_ref()) {
            let name = name.get(language);
            let room = " ".repeat(20_usize.saturating_sub(columns(name)));
            say!("{name}{room} {}", text.get(language));
        }
    }
}

impl Asked {
    fn answered(&self, scenario: &ResolvedScenario, operator: Option<&str>) -> Result<Answer, Failure> {
        let mut answer = Answer::default();
        self.tell_place(&mut answer);
        self.tell_ground(scenario, &mut answer);
        let position = self.position(scenario)?;
        self.tell_codes(scenario, position, &mut answer);
        Ruled { asked: self, scenario, operator }.tell(position, &mut answer);
        self.tell_sun(&scenario.clock, &mut answer);
        Ok(answer)
    }

    fn tell_place(&self, answer: &mut Answer) {
        let (lat, lon) = (self.place.lat_deg, self.place.lon_deg);
        let (en, zh) = if self.is_converted {
            (
                format!(" (converted, ± {SHIFT_ACCURACY_M:.0} m)"),
                format!("（换算所得，误差约 ± {SHIFT_ACCURACY_M:.0} 米）"),
            )
        } else {
            (String::new(), String::new())
        };
        let value = json!({ "lat_deg": rounded(lat, 7), "lon_deg": rounded(lon, 7) });
        let text = Text::new(format!("{lat:.6}, {lon:.6} WGS84{en}"), format!("{lat:.6}, {lon:.6} WGS84{zh}"));
        answer.tell("place", Word::new("place", "位置"), value, text);
    }

    fn tell_ground(&self, scenario: &ResolvedScenario, answer: &mut Answer) {
        let word = Word::new("ground", "地面");
        let terrain = &scenario.terrain;
        let Some(ground_m) = terrain.ground_amsl_m(&self.local) else {
            let text = Text::new("outside the terrain", "位于地形数据之外");
            return answer.tell("ground_amsl_m", word, Value::Null, text);
        };
        let slope_deg = terrain.normal(&self.local).map_or(0.0, |normal| libm::acos(normal.z.min(1.0)).to_degrees());
        let mark = if terrain.schematic { [", schematic", "，示意"] } else { ["", ""] };
        let text = Text::new(
            format!("{ground_m:.1} m AMSL, slope {slope_deg:.0}°{}", mark[0]),
            format!("海拔 {ground_m:.1} 米，坡度 {slope_deg:.0}°{}", mark[1]),
        );
        answer.tell("ground_amsl_m", word, json!(rounded(ground_m, 2)), text);
    }

    /// The point in the air, if a height was given.
    fn position(&self, scenario: &ResolvedScenario) -> Result<Option<Position>, Failure> {
        let Some(altitude) = self.altitude else { return Ok(None) };
        let amsl_m = scenario.terrain.amsl_m(&self.local, altitude);
        let amsl_m = amsl_m.map_err(|error| Failure::new(Exit::NotUnderstood, error))?;
        Ok(Some(Position::new(self.local.x, self.local.y, amsl_m)))
    }

    fn tell_codes(&self, scenario: &ResolvedScenario, position: Option<Position>, answer: &mut Answer) {
        let levels = LEVELS.into_iter().filter_map(Level::new);
        let cells: Vec<GridCell> = levels.filter_map(|level| GridCell::of(self.place, level)).collect();
        let codes: Vec<String> = cells.iter().map(GridCell::to_string).collect();
        let Some(text) = codes.last().cloned() else { return };
        let text = Text::new(
            format!("{text} (levels 5, 6, 7: 11, 12, 14 characters)"),
            format!("{text}（5、6、7 级取前 11、12、14 位）"),
        );
        answer.tell("beidou_2d", Word::new("BeiDou grid code", "北斗网格位置码"), json!(codes), text);
        let Some(position) = position else { return };
        let ellipsoidal_m = scenario.terrain.undulation_m(&self.local).map(|geoid_m| position.z + geoid_m);
        let agl_m = scenario.terrain.agl_m(&position);
        let show = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
        let (agl, amsl, ellipsoidal) = (show(agl_m), position.z, show(ellipsoidal_m));
        let text = Text::new(
            format!("{agl} m above ground, {amsl:.1} m AMSL, {ellipsoidal} m over the ellipsoid"),
            format!("真高 {agl} 米，海拔 {amsl:.1} 米，大地高 {ellipsoidal} 米"),
        );
        let value = json!({
            "agl_m": agl_m.map(|agl_m| rounded(agl_m, 2)),
            "amsl_m": rounded(amsl, 2),
            "ellipsoidal_m": ellipsoidal_m.map(|metres| rounded(metres, 2)),
        });
        answer.tell("height", Word::new("height", "高度"), value, text);
        if let (Some(ellipsoidal_m), Some(cell)) = (ellipsoidal_m, cells.last()) {
            let code = cell.code_with(HeightLayer::of(ellipsoidal_m));
            answer.tell("beidou_3d", Word::new("with height", "三维位置码"), json!(code), Text::new(&code, &code));
        }
    }

    fn tell_sun(&self, clock: &Clock, answer: &mut Answer) {
        let date = clock.local(self.at).date();
        let local =
            |event: SunEvent| event.on(date, self.place).map(|at| clock.local(at).time().strftime("%H:%M").to_string());
        let show = |event: SunEvent| local(event).unwrap_or_else(|| "–".to_owned());
        let (dawn, rise) = (show(SunEvent::BeginOfMorningCivilTwilight), show(SunEvent::Sunrise));
        let (set, dusk) = (show(SunEvent::Sunset), show(SunEvent::EndOfEveningCivilTwilight));
        let text = Text::new(
            format!("{rise} – {set}, civil twilight {dawn} – {dusk} ({date})"),
            format!("{rise} – {set}，民用晨昏蒙影 {dawn} – {dusk}（{date}）"),
        );
        let value = json!({
            "date": date.to_string(),
            "civil_twilight_begins": local(SunEvent::BeginOfMorningCivilTwilight),
            "sunrise": local(SunEvent::Sunrise),
            "sunset": local(SunEvent::Sunset),
            "civil_twilight_ends": local(SunEvent::EndOfEveningCivilTwilight),
        });
        answer.tell("sun", Word::new("sun", "日出日落"), value, text);
    }
}

/// To a number of decimals, so that a reader is not shown more than is known.
fn rounded(value: f64, decimals: u32) -> f64 {
    let scale = f64::from(10_u32.pow(decimals));
    (value * scale).round() / scale
}
