//! One pair of flights that would meet, as it is told.

use serde_json::{Value, json};

use crate::frame::{ClosestSample, CureSample, MetFlight, SimEvent, SortieId, TimedEvent};
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::mission::Mission;
use crate::scenario::ResolvedScenario;
use crate::units::SimTime;
use crate::world::geo::Place;
use crate::world::geo::beidou::{GridCell, Level};

/// Level of the grid in which places are named: cells of 62 m by 46 m.
const LEVEL: u8 = 6;

/// One pair of flights that would meet.
pub struct Row {
    pub filed: SimTime,
    pub own: String,
    /// The other; none if it is an intent of others.
    pub other: Option<String>,
    /// The intent of others, by its identity in its file.
    pub other_intent: Option<String>,
    pub mission: String,
    /// Which volumes overlap, its own and the other's, from 0.
    pub volumes: [u32; 2],
    /// The cell of the grid and the place in degrees.
    pub cell: String,
    pub place_deg: [f64; 2],
    pub altitude_amsl_m: f64,
    pub window: [SimTime; 2],
    pub closest: Option<Closest>,
    pub is_loss: bool,
    pub cure: Option<Cure>,
    clock: [String; 3],
}

/// How close the two come.
#[derive(Clone, Copy)]
pub struct Closest {
    pub at: SimTime,
    pub horizontal_m: f64,
    pub vertical_m: f64,
}

/// What would have kept the two apart.
pub struct Cure {
    pub delay_s: f64,
    pub pad_wait_s: f64,
    /// What is different about its legs.
    legs: [Option<Text>; 2],
    /// Which flights leave later for it.
    pub moved: Vec<String>,
    pub cost_s: f64,
}

impl Row {
    /// What its cells are.
    pub const HEAD: [Word; 11] = [
        Word::new("flight", "飞行"),
        Word::new("meets", "与之冲突"),
        Word::new("volumes", "空间体"),
        Word::new("cell", "网格"),
        Word::new("from", "开始"),
        Word::new("to", "结束"),
        Word::new("closest", "最近时刻"),
        Word::new("apart m", "水平距离 米"),
        Word::new("and m", "垂直距离 米"),
        Word::new("cure", "代价最小的解法"),
        Word::new("cost s", "代价 秒"),
    ];

    /// The row of an event; `None` of another event.
    pub fn of(scenario: &ResolvedScenario, event: &TimedEvent) -> Option<Self> {
        let SimEvent::IntentConflict {
            own,
            mission,
            other,
            volumes,
            from_ms,
            to_ms,
            closest,
            east_cm,
            north_cm,
            altitude_amsl_cm,
            cure,
        } = &event.event
        else {
            return None;
        };
        let place = scenario.projection.to_geographic(&Place::new(metres(*east_cm), metres(*north_cm)));
        let cell = Level::new(LEVEL).and_then(|level| GridCell::of(place, level));
        let mission = scenario.mission(*mission);
        let closest = closest.as_ref().map(Closest::of);
        let minima = &scenario.minima;
        let is_lost =
            |closest: Closest| closest.horizontal_m < minima.horizontal_m && closest.vertical_m < minima.vertical_m;
        let time = |at: SimTime| scenario.clock.time_of_day(at);
        Some(Self {
            filed: event.time,
            own: flight(scenario, *own),
            other: sortie_of(*other).map(|other| flight(scenario, other)),
            other_intent: others_intent(scenario, *other),
            mission: mission.id.clone(),
            volumes: *volumes,
            cell: cell.map_or_else(String::new, |cell| cell.to_string()),
            place_deg: [place.lat_deg, place.lon_deg],
            altitude_amsl_m: metres(*altitude_amsl_cm),
            window: [*from_ms, *to_ms],
            closest,
            is_loss: closest.is_some_and(is_lost),
            cure: cure.as_ref().map(|cure| Cure::of(cure, mission, scenario)),
            clock: [time(*from_ms), time(*to_ms), closest.map_or_else(String::new, |closest| time(closest.at))],
        })
    }

    /// Its cells, in the order of [`Self::HEAD`].
    pub fn cells(&self, language: Language) -> Vec<String> {
        let [from, to, closest] = self.clock.clone();
        let id = self.other_intent.as_deref().unwrap_or_default();
        let others = Text::new(format!("another operator: {id}"), format!("其他运营人：{id}"));
        let none = Text::new("none within patience", "容忍等待内无解");
        let loss = if self.is_loss { "!" } else { "" };
        let apart =
            self.closest.map(|apart| [apart.horizontal_m, apart.vertical_m].map(|metres| format!("{metres:.0}")));
        let [horizontal, vertical] = apart.unwrap_or_default();
        let cure = self.cure.as_ref();
        vec![
            self.own.clone(),
            self.other.clone().unwrap_or_else(|| others.get(language).to_owned()),
            format!("{}/{}", self.volumes[0], self.volumes[1]),
            self.cell.clone(),
            from,
            to,
            closest,
            format!("{loss}{horizontal}"),
            vertical,
            cure.map_or_else(|| none.get(language).to_owned(), |cure| cure.told(language)),
            cure.map_or_else(String::new, |cure| format!("{:.0}", cure.cost_s)),
        ]
    }

    /// All of it, for machines.
    pub fn json(&self) -> Value {
        let cure = self.cure.as_ref().map(|cure| {
            json!({
                "delay_s": cure.delay_s,
                "pad_wait_s": cure.pad_wait_s,
                "way": cure.way(Language::English),
                "moves": cure.moved,
                "cost_s": cure.cost_s,
            })
        });
        json!({
            "filed_s": self.filed.seconds(),
            "flight": self.own,
            "mission": self.mission,
            "other_flight": self.other,
            "other_intent": self.other_intent,
            "volumes": self.volumes,
            "cell": self.cell,
            "lat_deg": self.place_deg[0],
            "lon_deg": self.place_deg[1],
            "altitude_amsl_m": self.altitude_amsl_m,
            "overlap_s": self.window.map(SimTime::seconds),
            "closest_s": self.closest.map(|closest| closest.at.seconds()),
            "horizontal_distance_m": self.closest.map(|closest| closest.horizontal_m),
            "vertical_distance_m": self.closest.map(|closest| closest.vertical_m),
            "loses_separation": self.is_loss,
            "cure": cure,
        })
    }
}

impl Closest {
    fn of(sample: &ClosestSample) -> Self {
        Self {
            at: sample.at_ms,
            horizontal_m: metres(sample.horizontal_distance_cm),
            vertical_m: metres(sample.vertical_distance_cm),
        }
    }
}

impl Cure {
    fn of(sample: &CureSample, mission: &Mission, scenario: &ResolvedScenario) -> Self {
        Self {
            delay_s: sample.delay_ms.seconds(),
            pad_wait_s: sample.pad_wait_ms.seconds(),
            legs: mission.other_legs.of_way(sample.way).map(|leg| leg.map(|leg| leg.name.clone())),
            moved: sample.moved.iter().map(|moved| flight(scenario, *moved)).collect(),
            cost_s: sample.cost_ms.seconds(),
        }
    }

    /// What is different about its way; nothing if it is the preferred one.
    pub fn way(&self, language: Language) -> String {
        let [out, back] = [("out", "去程"), ("back", "回程")].map(|(en, zh)| Text::new(en, zh));
        let told = [out, back].into_iter().zip(&self.legs);
        let told = told.filter_map(|(end, leg)| Some(format!("{} {}", end.get(language), leg.as_ref()?.get(language))));
        told.collect::<Vec<_>>().join(comma(language))
    }

    fn told(&self, language: Language) -> String {
        let (delay_s, pad_wait_s, moved) = (self.delay_s, self.pad_wait_s, self.moved.join(" "));
        let later = Text::new(format!("leave {delay_s:.0} s later"), format!("推迟 {delay_s:.0} 秒起飞"));
        let waits = Text::new(format!("wait {pad_wait_s:.0} s on the pad"), format!("在起降点多等 {pad_wait_s:.0} 秒"));
        let moves = Text::new(format!("{moved} leaves later"), format!("{moved} 推迟起飞"));
        let parts = [(delay_s > 0.0, later), (pad_wait_s > 0.0, waits), (!moved.is_empty(), moves)];
        let way = Some(self.way(language)).filter(|way| !way.is_empty());
        let others = parts.into_iter().filter(|(is_so, _)| *is_so).map(|(_, text)| text.get(language).to_owned());
        way.into_iter().chain(others).collect::<Vec<_>>().join(comma(language))
    }
}

const fn sortie_of(other: MetFlight) -> Option<SortieId> {
    match other {
        MetFlight::Sortie(sortie) => Some(sortie),
        MetFlight::Others { .. } => None,
    }
}

fn others_intent(scenario: &ResolvedScenario, other: MetFlight) -> Option<String> {
    match other {
        MetFlight::Sortie(_) => None,
        MetFlight::Others { intent } => scenario.intents.get(intent as usize).map(|others| others.id.clone()),
    }
}

fn flight(scenario: &ResolvedScenario, sortie: SortieId) -> String {
    format!("{}#{}", scenario.drone_name(sortie.drone), sortie.ordinal + 1)
}

const fn comma(language: Language) -> &'static str {
    match language {
        Language::English => ", ",
        Language::Chinese => "，",
    }
}

fn metres(centimetres: i32) -> f64 {
    f64::from(centimetres) / 100.0
}
